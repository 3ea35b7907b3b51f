"use strict";
// The queue of acts: sent in order, one at a time, by one tab at a time; kept until the site has answered, whatever
// happens to the network, the page or the session. The state is shown in `#connexion`.

const Envoi = (() => {
  const { make, button, count, announce, NBSP } = Dire;
  const ATTENTES = [1, 2, 4, 8, 15, 30]; // Seconds between two tries.
  const LENT = 3000;
  const DELAI = 20000;
  const PANNES_MAX = 6; // Then an act which the site fails on is set aside: it would hold back all that follow.
  const ETATS = {
    reseau: "Connexion perdue",
    panne: "Le site ne répond pas comme prévu",
    session: "Votre session est fermée",
    lent: "La réponse tarde",
  };
  const canal = "BroadcastChannel" in window ? new BroadcastChannel("veille") : null;
  const avis = []; // What other parts want said beside the connection: functions that return lines.
  let etat = "";
  let essais = 0;
  let minuterie = 0;
  let occupe = false;
  let encore = false;
  let montre = "";

  /** Put an act in the queue and start sending. Returns it as it is kept. */
  function add(acte) {
    const a = Math.max(Date.now(), ...Memoire.mine().map((autre) => autre.a + 1)); // In order even if the clock goes back.
    const garde = Memoire.put({
      geste: Memoire.newKey(), compte: Memoire.compte, onglet: Memoire.onglet, champs: [], vus: {}, mot: "", titre: "",
      ...acte, a, tente: false, pannes: 0, refus: "",
    });
    document.dispatchEvent(new CustomEvent("veille:ajout", { detail: garde }));
    if (etat) announce(`${garde.mot}, en attente d’envoi.`);
    changed();
    flush();
    return garde;
  }

  /** What to tell the site we saw of a story: our own act on it that still waits, else what its card holds. */
  function seen(groupe, defaut = "0") {
    const avant = Memoire.waiting().filter((acte) => acte.groupes.includes(groupe)).pop();
    return avant ? avant.geste : held(groupe) || defaut;
  }

  const held = (groupe) => document.getElementById(`h${groupe}`)?.querySelector('input[name^="vu."]')?.value;

  /** Take out an act that was never sent; false when it may have been. */
  function withdraw(geste) {
    const acte = Memoire.get(geste);
    if (!acte || acte.tente) return false;
    Memoire.remove(geste);
    unlink(acte);
    changed();
    return true;
  }

  /** Those that were to follow this act on a story follow what it followed. */
  function unlink(acte) {
    for (const autre of Memoire.waiting()) {
      const vus = { ...autre.vus };
      for (const groupe of autre.groupes) {
        if (vus[groupe] === acte.geste) vus[groupe] = acte.vus[groupe] || held(groupe) || "0";
      }
      Memoire.put({ ...autre, vus });
    }
  }

  /** Send again an act that the site refused, as seen from what the page shows now. */
  function resume(acte) {
    Memoire.remove(acte.geste);
    const vus = Object.keys(acte.vus).map((groupe) => [groupe, seen(groupe, acte.vus[groupe])]);
    add({ ...acte, vus: Object.fromEntries(vus) });
  }

  function drop(acte) {
    Memoire.remove(acte.geste);
    announce("Abandonné.");
    changed();
  }

  /** Send what waits. Asked again meanwhile, it goes once more: an act may have come after the last look. */
  async function flush() {
    encore = true;
    if (occupe || !Memoire.compte) return;
    occupe = true;
    try {
      while (encore) {
        encore = false;
        clearTimeout(minuterie);
        await alone(sendAll);
      }
    } finally {
      occupe = false;
    }
  }

  /** One tab at a time: two would send the same act at once, harmless to the site, but answered twice. */
  async function alone(tache) {
    if (!navigator.locks) return tache();
    try {
      return await navigator.locks.request(`veille:${Memoire.compte}`, { signal: AbortSignal.timeout(DELAI) }, tache);
    } catch {
      return tache(); // A tab that the device put to sleep holds it: rather twice than never.
    }
  }

  async function sendAll() {
    for (let acte = Memoire.waiting()[0]; acte; acte = Memoire.waiting()[0]) {
      const issue = await post(Memoire.put({ ...acte, tente: true }));
      if (!settle(issue.acte, issue)) return;
    }
    become("");
  }

  async function post(acte) {
    const vus = Object.entries(acte.vus);
    // The token is the one of the page that sends: that of the page where the button was pressed may have expired.
    const corps = new URLSearchParams([
      ["csrftoken", document.querySelector("input[name=csrftoken]")?.value || ""],
      ["geste", acte.geste],
      ["compte", acte.compte], // Someone else may have signed in from another tab: the site can tell.
      ...acte.champs,
      ...(acte.url === "/revue/etiqueter" ? vus.map(([, vu]) => ["vu", vu]) : vus.map(([groupe, vu]) => [`vu.${groupe}`, vu])),
    ]);
    const lent = setTimeout(() => etat || become("lent"), LENT);
    try {
      const reponse = await fetch(acte.url, {
        method: "POST", body: corps, headers: { accept: "application/json" }, redirect: "manual",
        keepalive: corps.toString().length < 50000, // Finishes even if the tab is closed now; browsers allow 64 KB.
        signal: AbortSignal.timeout(DELAI),
      });
      return { acte, ...(await read(reponse)) };
    } catch {
      return { acte, genre: "reseau" };
    } finally {
      clearTimeout(lent);
    }
  }

  /** What an answer means. Only the site's own words, in its own form, count as a refusal or as done. */
  async function read(reponse) {
    if (reponse.status === 401 || reponse.type === "opaqueredirect") return { genre: "session" };
    const dit = await reponse.json().catch(() => null);
    if (reponse.ok && dit?.ok) return { genre: "fait", reponse: dit };
    if (reponse.status >= 500 || [408, 425, 429].includes(reponse.status)) return { genre: "panne", statut: reponse.status };
    if (dit?.error || !reponse.ok) return { genre: "refus", phrase: dit?.error || `Le site a refusé (erreur ${reponse.status}).` };
    return { genre: "panne" }; // A page where an answer was due: something else answers in the site's place.
  }

  /** Record what became of an act; true when the next one may go. */
  function settle(acte, issue) {
    if (issue.genre === "fait") {
      Memoire.remove(acte.geste);
      const detail = { acte, reponse: issue.reponse };
      document.dispatchEvent(new CustomEvent("veille:fait", { detail: { ...detail, ici: true } }));
      canal?.postMessage(detail);
    } else if (issue.genre === "refus") {
      refuse(acte, issue.phrase);
    } else {
      const pannes = acte.pannes + (issue.statut === 500 ? 1 : 0);
      if (pannes < PANNES_MAX) {
        Memoire.put({ ...acte, pannes });
        postpone(issue.genre);
        return false;
      }
      refuse(acte, "Le site n’arrive pas à l’enregistrer (erreur 500). Signalez-le à qui s’occupe de la veille.");
    }
    become("");
    return true;
  }

  function refuse(acte, phrase) {
    Memoire.put({ ...acte, refus: phrase });
    unlink(acte);
    document.dispatchEvent(new CustomEvent("veille:refus", { detail: acte }));
    announce(`Ce n’est pas enregistré. ${phrase}`);
  }

  function postpone(genre) {
    become(genre);
    if (genre !== "session") minuterie = setTimeout(flush, 1000 * ATTENTES[Math.min(essais++, ATTENTES.length - 1)]);
  }

  function become(nouveau) {
    const ancien = etat;
    etat = nouveau;
    if (!etat) essais = 0;
    changed();
    if (etat && etat !== ancien) announce(waitingLine());
    if (!etat && ancien && ancien !== "lent" && !Memoire.waiting().length) announce("Tout est maintenant enregistré.");
  }

  /** Try at once: the network is back, someone looks at the page again, or asks. */
  function hurry() {
    if (!Memoire.waiting().length) return;
    essais = 0;
    flush();
  }

  function changed() {
    document.dispatchEvent(new CustomEvent("veille:change"));
    show();
  }

  function waitingLine() {
    const attente = Memoire.waiting().length;
    const sort = Memoire.fragile() ? "ne fermez pas cette page, ce navigateur n’a pas pu les garder" : "rien n’est perdu";
    return `${ETATS[etat]}${NBSP}: ${count(attente, "décision")} ${attente < 2 ? "attend" : "attendent"} sur cet appareil, ${sort}.`;
  }

  /** Each line: its words, then its links and buttons. */
  function lines() {
    const lignes = avis.flatMap((dire) => dire());
    if (etat && Memoire.waiting().length) {
      // The page itself, asked without a session, leads to « Connexion » and back, or to whoever signs people in.
      const reprise = etat === "session"
        ? make("a", { class: "bouton discret", href: location.pathname + location.search }, "Se reconnecter")
        : button("Réessayer maintenant", hurry);
      lignes.push([waitingLine(), reprise]);
    }
    for (const acte of Memoire.mine().filter((x) => x.refus && !x.groupes.some(held))) {
      const quoi = `${acte.mot} (${acte.titre})${NBSP}: ce n’est pas enregistré. ${acte.refus}`;
      lignes.push([quoi, button("Réessayer", () => resume(acte)), button("Abandonner", () => drop(acte))]);
    }
    for (const autre of new Set(Memoire.others().map((acte) => acte.compte))) {
      const nombre = Memoire.others().filter((acte) => acte.compte === autre).length;
      const verbe = nombre < 2 ? "attend" : "attendent";
      lignes.push([`${count(nombre, "décision")} de ${autre} ${verbe} sur cet appareil que ce compte s’y reconnecte.`]);
    }
    return lignes;
  }

  function show() {
    const lignes = lines();
    const texte = lignes.map(([mots]) => mots).join("\n");
    if (texte === montre) return;
    montre = texte;
    let barre = document.getElementById("connexion");
    if (!barre) {
      barre = make("p", { id: "connexion" });
      document.querySelector("main .cadre, main")?.prepend(barre);
    }
    const foyer = barre.contains(document.activeElement);
    barre.replaceChildren(...lignes.map(([mots, ...gestes]) => make("span", { class: "ligne" }, make("span", {}, mots), ...gestes)));
    barre.hidden = !lignes.length;
    document.documentElement.classList.toggle("avec-connexion", lignes.length > 0);
    if (foyer) (barre.querySelector("a, button") || document.querySelector('.nouvelle[tabindex="0"], main'))?.focus();
    document.dispatchEvent(new CustomEvent("veille:barre"));
  }

  addEventListener("online", hurry);
  addEventListener("pageshow", hurry);
  document.addEventListener("visibilitychange", () => document.hidden || hurry());
  addEventListener("storage", changed); // Another tab added an act, or settled one.
  addEventListener("beforeunload", (evenement) => {
    if (Memoire.fragile() && Memoire.waiting().length) evenement.preventDefault();
  });
  canal?.addEventListener("message", ({ data }) => {
    if (data?.acte?.compte !== Memoire.compte || !data.reponse) return;
    document.dispatchEvent(new CustomEvent("veille:fait", { detail: { ...data, ici: data.acte.onglet === Memoire.onglet } }));
    changed();
  });
  document.addEventListener("DOMContentLoaded", () => {
    show();
    flush();
  });

  return { add, seen, withdraw, resume, drop, hurry, refresh: changed, failing: () => Boolean(etat), also: (dire) => avis.push(dire) };
})();
