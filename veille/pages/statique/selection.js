"use strict";
// Several stories at once: boxes to tick, a range with Shift, the whole page; the bar that acts on them shows while some are.

const Selection = (() => {
  const { make, button, count } = Dire;
  const { file } = Cartes;
  const barre = document.getElementById("selection");
  const nombre = document.getElementById("nombre-choisies");
  const tout = make("input", { type: "checkbox" });
  let dernier = null;

  const boxes = () => Cartes.all().map((carte) => carte.querySelector('input[name="choix"]')).filter(Boolean);
  const chosen = () => boxes().filter((boite) => boite.checked).map((boite) => boite.value);

  function refresh() {
    const choisies = chosen().length;
    if (barre && choisies === 0 && barre.contains(document.activeElement)) Cartes.current()?.focus();
    if (barre) barre.hidden = choisies === 0;
    if (nombre) nombre.textContent = count(choisies, "nouvelle choisie", "nouvelles choisies");
    tout.checked = choisies > 0 && choisies === boxes().length;
    tout.indeterminate = choisies > 0 && !tout.checked;
    if (document.documentElement.classList.toggle("avec-selection", choisies > 0) && Cartes.hasFocus()) {
      Cartes.reveal(Cartes.hasFocus()); // The bar that just came must not cover it.
    }
  }

  function setAll(coche) {
    for (const boite of boxes()) boite.checked = coche;
    refresh();
  }

  /** With Shift, every story between the last box touched and this one takes its state. */
  function extend(boite) {
    const toutes = boxes();
    const [debut, bout] = [toutes.indexOf(dernier), toutes.indexOf(boite)].sort((x, y) => x - y);
    if (debut >= 0) for (const autre of toutes.slice(debut, bout + 1)) autre.checked = boite.checked;
  }

  function toggle(carte) {
    carte.querySelector('input[name="choix"]')?.click();
  }

  file.addEventListener("click", (evenement) => {
    const boite = evenement.target;
    if (!boite.matches('input[name="choix"]')) return;
    if (evenement.shiftKey) extend(boite);
    dernier = boite;
    refresh();
  });
  tout.addEventListener("change", () => setAll(tout.checked));

  if (barre) {
    file.append(barre); // After the cards: that is where it can stick to the bottom, and where Tab finds it.
    nombre?.after(button("Tout décocher", () => setAll(false)));
    const choix = make("label", { class: "coche" }, tout, make("span", {}, "Tout choisir sur cette page"));
    file.prepend(make("div", { class: "rangee tete-liste" }, choix));
  }
  refresh();

  return { chosen, refresh, toggle, clear: () => setAll(false) };
})();
