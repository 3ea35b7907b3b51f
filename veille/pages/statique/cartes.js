"use strict";
// The cards of the review: which one has the keyboard, what each says became of the acts on it, and how the site's own
// fragment takes its place. What a card says is worked out from the queue each time: nothing to keep in step.

const Cartes = (() => {
  const { make, button, count, NBSP } = Dire;
  const file = document.getElementById("file");
  const liste = file.querySelector('input[name="etat"]')?.value || "a_trancher";
  const conflits = new Map(); // By story: what the site said, and the act that it did not record.
  const origines = new WeakMap(); // By card: what the site's own fragment said.
  const peintes = new WeakMap();
  const MARGE = 8; // For the ring of the focus.
  const fin = make("div", { class: "fin-page panneau", tabindex: "-1", hidden: true });
  let attention = 0;

  const of = (groupe) => document.getElementById(`h${groupe}`);
  const all = () => [...file.querySelectorAll(".nouvelle")].filter((carte) => !carte.closest("details:not([open])"));
  const todo = (carte) => carte.dataset.etat === liste;
  const title = (carte) => carte.querySelector("h3")?.textContent.trim() || "";
  const shown = (element) => element.getClientRects().length > 0;
  const hasFocus = () => document.activeElement?.closest?.(".nouvelle") || null;
  const current = () => hasFocus() || file.querySelector('.nouvelle[tabindex="0"]') || all()[0] || null;

  /** Only one card is a stop of the Tab key, the one where the keyboard was last. */
  function rove(carte) {
    for (const autre of file.querySelectorAll('.nouvelle[tabindex="0"]')) autre.tabIndex = -1;
    carte.tabIndex = 0;
  }

  /** Put the keyboard on a card. */
  function aim(carte) {
    rove(carte);
    fin.hidden = true;
    carte.focus({ preventScroll: true });
    reveal(carte);
  }

  /** Show a card, whole when it fits, clear of the bars. Nothing glides: whoever is made ill by that is spared. */
  function reveal(carte) {
    for (let passe = 0; passe < 2; passe++) { // The first one may leave a bar somewhere else.
      const haut = Math.max(0, edge("connexion", "bottom", 0)) + MARGE;
      const bas = Math.min(innerHeight, edge("selection", "top", innerHeight)) - MARGE;
      const { top, bottom, height } = carte.getBoundingClientRect();
      if (top < haut || (bottom > bas && height > bas - haut)) scrollBy(0, top - haut);
      else if (bottom > bas) scrollBy(0, bottom - bas);
    }
  }

  function edge(id, cote, defaut) {
    const barre = document.getElementById(id);
    return barre && !barre.hidden ? barre.getBoundingClientRect()[cote] : defaut;
  }

  /** The bar came, or grew: what has the keyboard stays clear of it, unless it was already scrolled past. */
  function uncover() {
    const foyer = hasFocus() || (fin.contains(document.activeElement) ? fin : null);
    const haut = foyer ? foyer.getBoundingClientRect().top : -1;
    const couvert = edge("connexion", "bottom", 0) + MARGE - haut;
    if (haut >= 0 && couvert > 0) scrollBy(0, -couvert);
  }

  function step(sens) {
    const cartes = all();
    const ici = hasFocus();
    if (fin.contains(document.activeElement)) {
      if (sens < 0) aim(cartes.at(-1));
      return;
    }
    if (!ici) {
      if (current()) aim(current());
      return;
    }
    const cible = cartes[cartes.indexOf(ici) + sens];
    if (cible) aim(cible);
    else if (sens > 0) finish();
  }

  /** After an act: on to the next story that waits, unless this one still does. */
  function advance(carte) {
    const cartes = all();
    const suivante = todo(carte) ? carte : cartes.slice(cartes.indexOf(carte) + 1).find(todo);
    if (suivante) aim(suivante);
    else finish();
  }

  function finish() {
    const restes = all().filter(todo);
    const replis = [...file.querySelectorAll("details:not([open])")].filter((repli) => repli.querySelector(".nouvelle"));
    const adresse = new URL(location.href);
    for (const cle of ["fait", "avant"]) adresse.searchParams.delete(cle);
    fin.replaceChildren(
      make("p", {}, endOf(restes.length, replis.length)),
      make("p", { class: "rangee" },
        make("a", { class: "bouton principal", href: adresse.pathname + adresse.search }, "Voir les nouvelles suivantes"),
        ...(restes.length ? [button("Revenir à la première", () => aim(restes[0]))] : []),
        ...(replis.length ? [button("Déplier le reste", () => unfold(replis))] : []),
      ),
    );
    fin.hidden = false;
    fin.focus({ preventScroll: true });
    reveal(fin);
  }

  function endOf(restes, replis) {
    if (restes) return `Fin de la page${NBSP}: ${count(restes, "nouvelle y attend", "nouvelles y attendent")} encore.`;
    if (liste !== "a_trancher") return "Fin de la page.";
    return replis ? "Tout ce qui est déplié sur cette page est tranché." : "Tout est tranché sur cette page.";
  }

  function unfold(replis) {
    for (const repli of replis) repli.open = true;
    aim(replis[0].querySelector(".nouvelle"));
  }

  /** Change a card, or put another in its place, without losing the keyboard's own place in it. */
  function keepingFocus(carte, change) {
    const actif = document.activeElement;
    const dedans = carte.contains(actif);
    const apres = change() || carte;
    if (!dedans || (actif.isConnected && shown(actif))) return;
    const pareils = actif === carte ? [] : [...apres.querySelectorAll(actif.localName)];
    (pareils.find((autre) => autre.isEqualNode(actif) && shown(autre)) || apres).focus({ preventScroll: true });
  }

  /** The site's fragment as an element; null when it is not the card that it should be. */
  function parse(groupe, html) {
    const moule = make("template");
    moule.innerHTML = html; // The site escapes all that was collected; a template runs nothing.
    const carte = moule.content.firstElementChild;
    return carte?.matches("article.nouvelle") && carte.id === `h${groupe}` ? document.importNode(carte, true) : null;
  }

  /** Show a story as the site now tells it. One that this page does not hold is added only when asked for. */
  function receive(groupe, html, ajouter) {
    const neuve = parse(groupe, html);
    const ancienne = of(groupe);
    if (!neuve || (!ancienne && !ajouter)) return null;
    if (!ancienne) {
      const repere = current();
      if (repere) repere.before(neuve);
      else file.prepend(neuve);
      return neuve;
    }
    keepingFocus(ancienne, () => {
      const ouverts = new Set([...ancienne.querySelectorAll("details[open] > summary")].map((x) => x.textContent.trim()));
      for (const sommaire of neuve.querySelectorAll("details > summary")) {
        sommaire.parentElement.open = ouverts.has(sommaire.textContent.trim());
      }
      const [avant, apres] = [ancienne, neuve].map((carte) => carte.querySelector('input[name="choix"]'));
      if (avant && apres) apres.checked = avant.checked;
      neuve.tabIndex = ancienne.tabIndex;
      ancienne.replaceWith(neuve);
      paint();
      return neuve;
    });
    return neuve;
  }

  /** A story that is now part of another. */
  function remove(groupe) {
    const carte = of(groupe);
    if (!carte) return;
    const foyer = carte.contains(document.activeElement);
    const voisine = all()[all().indexOf(carte) + 1] || all()[all().indexOf(carte) - 1];
    carte.remove();
    if (foyer && voisine) aim(voisine);
  }

  /** What there is to say of a story: a refusal, an act on its way, a colleague's decision, or what may be undone. */
  function situation(groupe, actes) {
    const siens = actes.filter((acte) => acte.groupes.includes(groupe));
    const refuse = siens.find((acte) => acte.refus);
    if (refuse) return { genre: "refus", acte: refuse };
    if (siens.length) return { genre: "attente", acte: siens.at(-1) };
    if (conflits.has(groupe)) return { genre: "conflit", ...conflits.get(groupe) };
    const fait = Memoire.pile().faits.filter((autre) => autre.groupes.includes(groupe)).pop();
    return fait ? { genre: "fait", acte: fait } : null;
  }

  function paint() {
    const actes = Memoire.mine();
    for (const carte of file.querySelectorAll(".nouvelle")) {
      const dit = situation(carte.dataset.groupe, actes);
      const cle = dit ? [dit.genre, dit.acte.geste, dit.acte.refus, dit.phrase, Envoi.failing()].join() : "";
      if (peintes.get(carte) === cle) continue;
      peintes.set(carte, cle);
      keepingFocus(carte, () => dress(carte, dit));
    }
    attention = file.querySelectorAll(".refusee, .en-conflit").length;
  }

  function dress(carte, dit) {
    if (!origines.has(carte)) {
      origines.set(carte, { etat: carte.dataset.etat, tranchee: carte.classList.contains("tranchee") });
    }
    const origine = origines.get(carte);
    const attente = dit?.genre === "attente";
    const voulu = (attente && dit.acte.etat) || "";
    carte.dataset.etat = voulu || origine.etat;
    carte.classList.toggle("tranchee", voulu ? voulu !== "a_trancher" : origine.tranchee);
    carte.classList.toggle("en-attente", attente);
    carte.classList.toggle("refusee", dit?.genre === "refus");
    carte.classList.toggle("en-conflit", dit?.genre === "conflit");
    const boutons = carte.querySelector(".decision");
    if (boutons) boutons.hidden = attente && dit.acte.url !== "/revue/etiqueter"; // Themes leave the decision to be made.
    const suivi = carte.querySelector(".suivi");
    if (!suivi) return;
    suivi.hidden = !dit;
    suivi.replaceChildren(...(dit ? tell(carte, dit) : []));
  }

  /** The words and the buttons of a card's last line. */
  function tell(carte, { genre, acte, phrase }) {
    const sur = { "aria-describedby": `t${carte.dataset.groupe}` };
    const mot = (...texte) => make("span", { class: "suivi-mot" }, ...texte);
    const signe = make("span", { class: "signe", "aria-hidden": "true" }, acte.signe || "");
    if (genre === "refus") {
      return [
        mot(`${acte.mot}${NBSP}: ce n’est pas enregistré. ${acte.refus}`),
        button("Réessayer", () => Envoi.resume(acte), sur),
        button("Abandonner", () => Envoi.drop(acte), sur),
      ];
    }
    if (genre === "conflit") {
      const forcer = button(`${acte.faire} quand même`, () => Revue.force(carte, acte), sur);
      return [mot(phrase), ...(acte.faire ? [forcer] : []), button("Laisser ainsi", () => yieldTo(carte), sur)];
    }
    const nombre = acte.groupes.length > 1 ? ` (${count(acte.groupes.length, "nouvelle")})` : "";
    const annuler = button(`Annuler${nombre}`, () => Revue.undo(acte.geste), sur);
    if (genre === "fait") return carte.classList.contains("tranchee") ? [annuler] : [mot(signe, acte.mot), annuler];
    const suite = Envoi.failing() ? ", en attente d’envoi" : "";
    return [mot(signe, acte.mot + suite), ...(acte.reversible ? [annuler] : [])];
  }

  /** The colleague's decision stands. */
  function yieldTo(carte) {
    clearConflict(carte.dataset.groupe);
    Envoi.refresh();
    advance(carte);
  }

  const setConflict = (groupe, phrase, acte) => conflits.set(groupe, { phrase, acte });
  const clearConflict = (groupe) => conflits.delete(groupe);

  /** Go to the next card that asks for a look: refused, or decided first by someone else. */
  function look() {
    const cartes = [...file.querySelectorAll(".refusee, .en-conflit")];
    const cible = cartes[(cartes.indexOf(hasFocus()) + 1) % cartes.length];
    cible?.closest("details")?.setAttribute("open", "");
    if (cible) aim(cible);
  }

  /** Where the keyboard is in this list, for whoever comes back to it from a story, or loads it again. */
  function leave() {
    Memoire.write("veille:place", { adresse: location.href, groupe: current()?.dataset.groupe, foyer: Boolean(hasFocus()) }, "sessionStorage");
  }

  function comeBack() {
    const place = Memoire.read("veille:place", "sessionStorage");
    const retour = performance.getEntriesByType("navigation")[0]?.type !== "navigate" && place?.adresse === location.href;
    const carte = (retour && of(place.groupe)) || all().find(todo) || all()[0];
    if (carte) rove(carte);
    if (carte && retour && place.foyer) aim(carte);
  }

  file.append(fin);
  file.addEventListener("focusin", (evenement) => {
    const carte = evenement.target.closest(".nouvelle");
    if (carte) rove(carte);
  });
  Envoi.also(() => (attention ? [[`${count(attention, "décision non enregistrée", "décisions non enregistrées")}`, button("Voir", look)]] : []));
  document.addEventListener("veille:barre", uncover);
  addEventListener("pagehide", leave);
  comeBack();

  return { file, of, all, todo, title, current, hasFocus, aim, reveal, step, advance, receive, remove, paint, setConflict, clearConflict, look };
})();
