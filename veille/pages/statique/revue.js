"use strict";
// What the buttons of the review do: an act goes into the queue, the card says so at once, the keyboard moves on; when
// the site answers, its own words and cards take over. Undo and redo.

const Revue = (() => {
  const { announce, NBSP } = Dire;
  const { file } = Cartes;
  const COMPTE_MAX = 1000; // The site counts no further.
  const RETENUE = 800;
  const VERBES = {
    retenir: { mot: "Retenue", faire: "Retenir", etat: "retenu", signe: "✓ " },
    une: { mot: "À la une", faire: "Mettre à la une", etat: "retenu", signe: "★ " },
    ecarter: { mot: "Écartée", faire: "Écarter", etat: "ecarte", signe: "✕ " },
    plus_tard: { mot: "Plus tard", faire: "Remettre à plus tard", etat: "plus_tard", signe: "↷ " },
    remettre: { mot: "Remise à la revue", faire: "Remettre à la revue", etat: "a_trancher", signe: "↩ " },
    fusionner: { mot: "Réunies", faire: "", etat: "", signe: "⊕ " }, // Not to be forced: who would know what is merged?
  };
  const motifs = list("motifs");
  const themes = list("themes");
  let immobile = ""; // The last act, as long as no key or finger has moved since.
  let retenue = 0;

  /** What the page offers to choose from, in an attribute of a template. */
  function list(id) {
    return JSON.parse(document.getElementById(id)?.getAttribute(`data-${id}`) || "[]");
  }

  /** The list's own filters, so that the site counts for this list. */
  function context() {
    const caches = [...file.querySelectorAll("input[type=hidden]")];
    return caches.filter((champ) => !/^(csrftoken|geste|vu\..*)$/.test(champ.name)).map((champ) => [champ.name, champ.value]);
  }

  const mayDecide = (carte) => Boolean(carte.querySelector('input[name^="vu."]'));
  const see = (groupes) => Object.fromEntries(groupes.map((groupe) => [groupe, Envoi.seen(groupe)]));

  /** Do what a button says: « retenir.123 », « ecarter:hors_theme.123 », « une.selection ». True when it was understood. */
  function act(valeur) {
    const [, verbe, motif, cible] = /^([a-z_]+)(?::([\w-]+))?\.(selection|\d+)$/.exec(valeur) || [];
    if (!VERBES[verbe]) return false;
    const enLot = cible === "selection";
    const groupes = enLot ? Selection.chosen() : [cible];
    const manque = verbe === "fusionner" ? 2 : 1;
    if (groupes.length < manque) {
      announce(manque > 1 ? "Choisissez au moins deux nouvelles à réunir." : "Choisissez d’abord au moins une nouvelle.");
      return true;
    }
    const ici = Cartes.hasFocus();
    const depart = ici && groupes.includes(ici.dataset.groupe) ? ici : Cartes.of(groupes.at(-1));
    decide(verbe, motif, groupes, [["acte", valeur], ...(enLot ? groupes.map((groupe) => ["choix", groupe]) : [])]);
    if (enLot) Selection.clear();
    Cartes.advance(depart);
    return true;
  }

  function decide(verbe, motif, groupes, champs) {
    const { mot, ...reste } = VERBES[verbe];
    const nom = motifs.find(({ code }) => code === motif)?.nom.toLowerCase() || motif;
    for (const groupe of groupes) {
      Cartes.clearConflict(groupe);
      Cartes.of(groupe)?.querySelector("details.menu[open]")?.removeAttribute("open");
    }
    queue({
      url: "/revue/decider", champs: [...champs, ...context()], groupes, vus: see(groupes), verbe, reversible: true,
      mot: motif && verbe === "ecarter" ? `${mot} (${nom})` : mot, ...reste,
    });
  }

  /** Every act goes through here. Its card's title is kept to name it where its card is not. */
  function queue(acte) {
    immobile = Envoi.add({ titre: Cartes.title(Cartes.of(acte.groupes[0]) || file), ...acte }).geste;
    return immobile;
  }

  /** The themes of a story as last chosen here, else as the site has them. */
  function themesOf(carte) {
    const choix = Memoire.waiting().filter((acte) => acte.themes && acte.groupes.includes(carte.dataset.groupe)).pop();
    return choix ? choix.themes : (carte.dataset.themes || "").split(" ").filter(Boolean);
  }

  function tag(carte, choisis) {
    const groupe = carte.dataset.groupe;
    Cartes.clearConflict(groupe);
    queue({
      url: "/revue/etiqueter", groupes: [groupe], vus: see([groupe]), themes: choisis, reversible: true,
      champs: [["groupe", groupe], ["champs", "thematiques"], ...choisis.map((slug) => ["thematiques", slug]), ...context()],
      mot: "Thèmes enregistrés", faire: "Enregistrer ces thèmes", signe: "✓ ",
    });
  }

  /** Decide although someone else did: they were seen. */
  function force(carte, acte) {
    if (acte.themes) {
      tag(carte, acte.themes);
      Cartes.advance(carte);
    } else {
      act(acte.champs.find(([nom]) => nom === "acte")[1].replace(/\.\w+$/, `.${carte.dataset.groupe}`));
    }
  }

  /** Undo an act of this tab: the given one, else the latest. One that was never sent is only taken out of the queue. */
  function undo(geste) {
    const { faits, defaits } = Memoire.pile();
    const fait = geste ? faits.find((autre) => autre.geste === geste) : faits.at(-1);
    if (!fait) return announce("Il n’y a rien à annuler.");
    const acte = Memoire.get(fait.geste);
    const retire = Envoi.withdraw(fait.geste);
    Memoire.setPile({ faits: faits.filter((autre) => autre !== fait), defaits: [...defaits, retire ? { ...fait, acte } : fait] });
    if (retire) announce(`Annulé${NBSP}: ${fait.mot}.`);
    else reverse("/revue/annuler", fait, "Annulation");
    settle(fait);
  }

  function redo() {
    const { faits, defaits } = Memoire.pile();
    const defait = defaits.at(-1);
    if (!defait) return announce("Il n’y a rien à rétablir.");
    const { acte, ...fait } = defait;
    if (acte) Envoi.resume(acte);
    else reverse("/revue/retablir", fait, "Rétablissement");
    Memoire.setPile({ faits: [...faits, fait], defaits: defaits.slice(0, -1) });
    settle(fait);
  }

  function settle({ groupes }) {
    Envoi.refresh();
    const carte = groupes.map(Cartes.of).find(Boolean);
    if (carte) Cartes.aim(carte);
  }

  function reverse(url, { geste, groupes, titre }, mot) {
    queue({ url, champs: [["cible", geste], ...context()], groupes, mot, titre, renverse: geste, signe: "↩ " });
  }

  /** Show what the site answered. `ici`: it answers this page, which tells it aloud; another tab is only kept up to date. */
  function apply({ acte, reponse, ici }) {
    const gagnes = reponse.conflits || [];
    const ajouter = ici && Boolean(acte.renverse || gagnes.length);
    for (const { groupe, phrase } of gagnes) Cartes.setConflict(String(groupe), phrase, acte);
    if (gagnes.length) forget(acte, gagnes.map(({ groupe }) => String(groupe)));
    const cartes = Object.entries(reponse.cartes || {}).map(([groupe, html]) => Cartes.receive(groupe, html, ajouter));
    const premiere = cartes.find(Boolean);
    if (premiere && acte.renverse && ici && immobile === acte.geste) Cartes.aim(premiere);
    for (const groupe of reponse.retirees || []) Cartes.remove(groupe);
    tally(reponse);
    Selection.refresh();
    if (!ici) return;
    announce([reponse.phrase, ...gagnes.map(({ phrase }) => phrase)].filter(Boolean).join(" "));
    if (gagnes.length && immobile === acte.geste) lookBack(gagnes[0].groupe);
  }

  /** Back to the story that someone else decided, if nothing was pressed since; and a breath before any key decides. */
  function lookBack(groupe) {
    Envoi.refresh(); // With the bar that tells it already there: the card is shown clear of it.
    const carte = Cartes.of(groupe);
    if (!carte) return;
    retenue = performance.now() + RETENUE;
    Cartes.aim(carte);
  }

  /** What the site did not record is nothing to undo: the whole act, or the stories that a colleague had decided. */
  function forget(acte, perdus = acte.groupes) {
    const vise = ({ geste }) => geste === acte.geste || geste === acte.renverse;
    const less = (fait) => (vise(fait) ? { ...fait, groupes: fait.groupes.filter((groupe) => !perdus.includes(groupe)) } : fait);
    const left = (liste) => liste.map(less).filter(({ groupes }) => groupes.length);
    const { faits, defaits } = Memoire.pile();
    Memoire.setPile({ faits: left(faits), defaits: left(defaits) });
  }

  function tally({ comptes = {}, progres }) {
    for (const [etat, nombre] of Object.entries(comptes)) {
      const compte = document.getElementById(`compte-${etat}`);
      const plafond = nombre > COMPTE_MAX ? "plus de " : "";
      if (compte) compte.textContent = plafond + Math.min(nombre, COMPTE_MAX).toLocaleString("fr-CA");
    }
    const ou = document.getElementById("progres");
    if (!ou || !progres?.budget) return;
    const suite = progres.faites < progres.budget
      ? `, encore environ ${progres.minutes}${NBSP}min`
      : `${NBSP}: l’heure prévue est faite, le reste peut attendre`;
    ou.textContent = `${progres.faites} sur ${progres.budget}${suite}`;
  }

  file.addEventListener("submit", (evenement) => {
    const bouton = evenement.submitter;
    if (!bouton || (bouton.name === "acte" && act(bouton.value))) evenement.preventDefault();
  });
  document.addEventListener("veille:ajout", ({ detail: acte }) => {
    if (!acte.reversible) return;
    const { faits } = Memoire.pile();
    const { geste, groupes, mot, signe, titre } = acte;
    Memoire.setPile({ faits: [...faits, { geste, groupes, mot, signe, titre }], defaits: [] });
  });
  document.addEventListener("veille:refus", ({ detail: acte }) => forget(acte));
  document.addEventListener("veille:change", Cartes.paint);
  document.addEventListener("veille:fait", ({ detail }) => apply(detail));
  for (const genre of ["keydown", "pointerdown"]) document.addEventListener(genre, () => (immobile = ""), true);
  Cartes.paint();

  return { act, tag, force, undo, redo, themes, motifs, themesOf, mayDecide, resting: () => performance.now() < retenue };
})();
