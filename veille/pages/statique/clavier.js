"use strict";
// One key for each act, by the character it makes, so that every layout has it where its letter is. Never in a text
// field, an open dialog, with Ctrl, Alt or Meta, or while a word is being composed. The dialogs are here too.

(() => {
  const { make, button, announce } = Dire;
  const CHOIX = "1234567890abcdefghijklmnopqrstuvwxyz";
  const actif = document.body.dataset.raccourcis !== "non";
  const TEXTE = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

  // What a key does with the card. `decide`: only on the card that has the keyboard; `tenu`: also while it is held down;
  // `sur`: only when the card itself, not a button in it, has the keyboard.
  const TOUCHES = [
    { touches: ["j"], nom: "j ou ↓", dit: "nouvelle suivante", tenu: true, faire: () => Cartes.step(1) },
    { touches: ["k"], nom: "k ou ↑", dit: "nouvelle précédente", tenu: true, faire: () => Cartes.step(-1) },
    { touches: ["arrowdown"], sur: true, tenu: true, faire: () => Cartes.step(1) },
    { touches: ["arrowup"], sur: true, tenu: true, faire: () => Cartes.step(-1) },
    { touches: ["r"], dit: "retenir", decide: true, faire: (carte) => Revue.act(`retenir.${target(carte)}`) },
    { touches: ["u"], dit: "retenir à la une", decide: true, faire: (carte) => Revue.act(`une.${target(carte)}`) },
    { touches: ["e"], dit: "écarter\u00a0: choisissez la raison avec un chiffre", decide: true, faire: openReasons },
    { touches: ["p"], dit: "remettre à plus tard", decide: true, faire: (carte) => Revue.act(`plus_tard.${target(carte)}`) },
    { touches: ["t"], dit: "changer les thèmes\u00a0: un chiffre ou une lettre coche, Entrée enregistre", decide: true, faire: openThemes },
    { touches: ["x"], dit: "sélectionner, pour agir sur plusieurs à la fois", decide: true, faire: (carte) => Selection.toggle(carte) },
    { touches: ["m"], dit: "réunir en une seule les nouvelles sélectionnées", decide: true, faire: () => Revue.act("fusionner.selection") },
    { touches: ["o"], dit: "ouvrir l’original dans un nouvel onglet", faire: openOriginal },
    { touches: ["d"], nom: "d ou Entrée", dit: "ouvrir la page de la nouvelle", faire: openDetails },
    { touches: ["enter"], sur: true, faire: openDetails },
    { touches: ["z"], dit: "annuler la dernière décision", faire: () => Revue.undo() },
    { touches: ["Z"], nom: "Maj + Z", dit: "rétablir ce qui vient d’être annulé", faire: () => Revue.redo() },
    { touches: ["v"], dit: "aller à ce qui demande votre attention", faire: () => Cartes.look() },
    { touches: ["/"], dit: "chercher dans la liste", faire: search },
    { touches: ["?"], dit: "montrer cette aide", faire: openHelp },
  ];

  /** The name of a key: the letter whatever Caps Lock says; a letter with Shift is another key. */
  function named(evenement) {
    const touche = evenement.key.toLowerCase();
    return /^[a-z]$/.test(touche) && evenement.shiftKey ? touche.toUpperCase() : touche;
  }

  /** The choice a key stands for in a list. A digit is known by its place: AZERTY writes « & » on the key of 1. */
  function choice(evenement) {
    const touche = evenement.key.toLowerCase();
    const chiffre = /^(?:Digit|Numpad)(\d)$/.exec(evenement.code || "")?.[1];
    return touche.length === 1 ? CHOIX.indexOf(/[0-9a-z]/.test(touche) ? touche : chiffre || "?") : -1;
  }

  const busy = (evenement) =>
    evenement.defaultPrevented || evenement.isComposing || evenement.keyCode === 229 || evenement.ctrlKey ||
    evenement.altKey || evenement.metaKey;

  function onKey(evenement) {
    if (busy(evenement) || document.querySelector("dialog[open]")) return;
    if (evenement.key === "Escape") closeMenus();
    if (!actif || evenement.target.closest?.(TEXTE)) return;
    const touche = TOUCHES.find(({ touches }) => touches.includes(named(evenement)));
    if (!touche || (touche.sur && !evenement.target.matches(".nouvelle"))) return;
    evenement.preventDefault(); // Also stops what the browser would do: search while typing, scroll.
    if (evenement.repeat && !touche.tenu) return;
    if (!touche.decide || ready()) touche.faire(Cartes.current());
  }

  /** Nothing is decided on a card that is not looked at, or by someone who may only read. */
  function ready() {
    const carte = Cartes.hasFocus();
    if (!carte) {
      if (Cartes.current()) Cartes.aim(Cartes.current());
      announce("Voici la nouvelle en cours. Appuyez de nouveau pour décider.");
      return false;
    }
    if (!Revue.mayDecide(carte)) announce("Votre compte permet de lire, pas de décider.");
    return Revue.mayDecide(carte) && !Revue.resting();
  }

  /** On a ticked card, keys act on every ticked one; on another, on it alone. */
  const target = (carte) => (Selection.chosen().includes(carte.dataset.groupe) ? "selection" : carte.dataset.groupe);

  function openOriginal(carte) {
    const lien = carte?.querySelector("a.original");
    if (lien) lien.click();
    else announce("Cette nouvelle n’a pas d’adresse.");
  }

  function openDetails(carte) {
    carte?.querySelector("a.details")?.click();
  }

  function closeMenus() {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      const dedans = menu.contains(document.activeElement);
      menu.open = false;
      if (dedans) menu.querySelector("summary").focus();
    }
  }

  /** A dialog, gone from the page once closed; the browser gives the keyboard back to what had it. */
  function open(titre, ...contenu) {
    const dialogue = make("dialog", { class: "fenetre", "aria-labelledby": "fenetre-titre" }, make("h2", { id: "fenetre-titre" }, titre), ...contenu);
    dialogue.addEventListener("close", () => {
      dialogue.remove();
      // The card that had it may have been replaced meanwhile.
      if (document.activeElement === document.body) Cartes.current()?.focus({ preventScroll: true });
    });
    document.body.append(dialogue);
    dialogue.showModal();
    return dialogue;
  }

  /** Keys of a list in a dialog: each option has one, up to thirty-six. */
  function withKeys(dialogue, options) {
    dialogue.addEventListener("keydown", (evenement) => {
      const option = busy(evenement) || evenement.repeat ? null : options[choice(evenement)];
      if (!option) return;
      evenement.preventDefault();
      option.focus();
      option.click();
    });
  }

  const hint = (rang) => (actif && CHOIX[rang] ? [make("kbd", { "aria-hidden": "true" }, CHOIX[rang])] : []);

  function openReasons(carte) {
    const cible = target(carte);
    const boutons = Revue.motifs.map(({ code, nom }, rang) =>
      button("", () => {
        dialogue.close(); // First: it gives the keyboard back to the card, whence the act moves it on.
        Revue.act(`ecarter:${code}.${cible}`);
      }, { class: "option" }));
    boutons.forEach((bouton, rang) => bouton.append(...hint(rang), Revue.motifs[rang].nom));
    const quoi = cible === "selection" ? "ces nouvelles" : "cette nouvelle";
    const dialogue = open(`Pourquoi écarter ${quoi}\u00a0?`, make("div", { class: "options" }, ...boutons), make("p", { class: "rangee" }, button("Fermer", () => dialogue.close())));
    withKeys(dialogue, boutons);
  }

  function openThemes(carte) {
    const choisis = new Set(Revue.themesOf(carte));
    const connus = new Set(Revue.themes.map(({ slug }) => slug));
    const anciens = [...choisis].filter((slug) => !connus.has(slug)).map((slug) => ({ slug, nom: slug }));
    const cases = [];
    const options = [...Revue.themes, ...anciens].map(({ slug, nom }, rang) => {
      cases.push(make("input", { type: "checkbox", value: slug, checked: choisis.has(slug) }));
      return make("label", { class: "option" }, cases[rang], ...hint(rang), make("span", {}, nom));
    });
    const fermer = button("Fermer", () => dialogue.close());
    const boutons = make("p", { class: "rangee" }, make("button", { class: "bouton principal" }, "Enregistrer les thèmes"), fermer);
    const formulaire = make("form", { method: "dialog" }, make("div", { class: "options" }, ...options), boutons);
    formulaire.addEventListener("submit", () => Revue.tag(carte, cases.filter((x) => x.checked).map((x) => x.value)));
    const dialogue = open("Thèmes", make("p", { class: "doux" }, Cartes.title(carte)), formulaire);
    withKeys(dialogue, cases);
  }

  function search() {
    const champ = document.querySelector('input[type="search"]');
    const repli = champ?.closest("details");
    if (repli) repli.open = true;
    champ?.focus();
  }

  function openHelp() {
    const lignes = TOUCHES.filter(({ dit }) => dit).flatMap(({ touches, nom, dit }) => [
      make("dt", {}, make("kbd", {}, nom || touches[0])), make("dd", {}, dit),
    ]);
    const jeton = document.querySelector("input[name=csrftoken]")?.value || "";
    const cache = (name, value) => make("input", { type: "hidden", name, value });
    const dialogue = open(
      "Raccourcis du clavier",
      make("p", {}, actif ? "Les touches agissent sur la nouvelle encadrée." : "Les raccourcis sont coupés pour votre compte."),
      make("dl", { class: "touches" }, ...lignes),
      make("p", { class: "doux petit" }, "Sur une nouvelle cochée, la touche agit sur toutes celles qui le sont. Échap ferme."),
      make("form", { method: "post", action: "/compte/preferences", class: "rangee" },
        cache("csrftoken", jeton), cache("raccourcis", actif ? "non" : "oui"), cache("retour", location.pathname + location.search),
        make("button", { class: "bouton" }, actif ? "Couper les raccourcis" : "Remettre les raccourcis"),
        button("Fermer", () => dialogue.close(), { autofocus: true })),
      make("p", { class: "doux petit" }, "Ce choix suit votre compte\u00a0; il se change aussi dans «\u00a0Mon compte\u00a0»."),
    );
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("click", ({ target: cible }) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(cible)) menu.open = false;
  });
  document.querySelector(".tete-liste")?.append(button("Raccourcis du clavier", openHelp));
})();
