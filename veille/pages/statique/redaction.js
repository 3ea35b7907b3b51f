"use strict";
// Writing about a story: words are counted as they are typed, and what is typed is kept on this device until the site
// shows it back. Nothing here prevents anything: the site alone refuses.

(() => {
  const { make, button, count, when, announce, NBSP } = Dire;
  const PAUSE = 800;

  /** A word holds a letter or a digit: « , » and « ! » stand alone in French. The site counts alike. */
  function words(texte) {
    return texte.split(/\s+/).filter((morceau) => /[\p{L}\p{N}_]/u.test(morceau)).length;
  }

  function watchWords(champ) {
    const maximum = Number(champ.dataset.motsMax);
    const compteur = make("p", { class: "aide compteur", id: `${champ.id || champ.name}-mots` });
    let pause = 0;
    const tell = () => {
      const nombre = words(champ.value);
      const trop = nombre > maximum ? `${NBSP}: ${nombre - maximum} de trop` : "";
      compteur.textContent = `${count(nombre, "mot")} sur ${maximum}${trop}`;
      compteur.classList.toggle("faute", Boolean(trop));
    };
    champ.after(compteur);
    champ.setAttribute("aria-describedby", `${champ.getAttribute("aria-describedby") || ""} ${compteur.id}`.trim());
    champ.addEventListener("input", () => {
      tell();
      clearTimeout(pause); // Told aloud when the fingers rest, not at each letter.
      pause = setTimeout(() => announce(`${compteur.textContent}.`), PAUSE);
    });
    tell();
  }

  /** Texts of a form by field, spaces and apostrophes made alike: the site sets them as French does. */
  const texts = (champs, lire) => Object.fromEntries(champs.map((champ) => [champ.name, lire(champ)]));
  const same = (x, y) => plain(x) === plain(y);
  const plain = (textes) => JSON.stringify(Object.entries(textes).sort()).replace(/\\[nrt]|\s/g, "").replaceAll("'", "’");

  function keepDraft(formulaire) {
    const champs = [...formulaire.querySelectorAll("textarea, input[type=text]")];
    const cle = `veille:brouillon:${Memoire.compte}:${new URL(formulaire.action).pathname}`;
    // The answer to this very form: what it holds was refused, and is nowhere but here.
    const refuse = location.pathname === new URL(formulaire.action).pathname;
    const depart = texts(champs, (champ) => champ.defaultValue);
    const present = () => texts(champs, (champ) => champ.value);
    const unsaved = () => refuse || !same(present(), depart);
    let parti = false;

    formulaire.addEventListener("input", () => {
      if (unsaved()) Memoire.write(cle, { a: Date.now(), textes: present() });
      else Memoire.forget(cle);
    });
    formulaire.addEventListener("submit", () => (parti = true)); // The draft stays until the site shows this text back.
    addEventListener("beforeunload", (evenement) => {
      if (!parti && unsaved()) evenement.preventDefault();
    });
    addEventListener("pageshow", () => (parti = false)); // Back from the next page, by the browser's arrow.

    const brouillon = Memoire.read(cle);
    if (!brouillon?.textes || refuse) return;
    if (same({ ...depart, ...brouillon.textes }, depart)) Memoire.forget(cle);
    else offer(formulaire, champs, brouillon, cle);
  }

  function offer(formulaire, champs, brouillon, cle) {
    const close = (phrase) => {
      avis.remove();
      announce(phrase);
      champs[0].focus();
    };
    const resume = () => {
      for (const champ of champs) {
        if (typeof brouillon.textes[champ.name] === "string") champ.value = brouillon.textes[champ.name];
        champ.dispatchEvent(new Event("input", { bubbles: true }));
      }
      close("Brouillon repris. Il reste à l’enregistrer.");
    };
    const forget = () => {
      Memoire.forget(cle);
      close("Brouillon oublié.");
    };
    const mots = `Un brouillon non enregistré du ${when(brouillon.a)} a été retrouvé${NBSP}:`;
    const avis = make("p", { class: "message message-2 rangee brouillon" }, make("span", {}, mots), button("Reprendre", resume), button("Oublier", forget));
    formulaire.prepend(avis);
    announce(mots);
  }

  const comptes = [...document.querySelectorAll("[data-mots-max]")];
  comptes.forEach(watchWords);
  for (const formulaire of new Set(comptes.map((champ) => champ.form).filter(Boolean))) keepDraft(formulaire);
})();
