"use strict";
// What this device keeps: acts that the site has not recorded yet, what this tab may undo, drafts. Nothing is sent here.
// One record for each act, so that two tabs never overwrite each other's. Where the browser refuses to keep anything,
// the page itself remembers, and `fragile` says so.

const Memoire = (() => {
  const ACTE = "veille:acte:";
  const ADRESSES = ["/revue/decider", "/revue/etiqueter", "/revue/annuler", "/revue/retablir"];
  const PILE_MAX = 200;
  const compte = document.body.dataset.compte || "";
  const secours = new Map();

  function read(cle, depot = "localStorage") {
    if (secours.has(cle)) return secours.get(cle);
    try {
      return JSON.parse(window[depot].getItem(cle));
    } catch {
      return null; // Refused, or written by something else.
    }
  }

  function write(cle, valeur, depot = "localStorage") {
    try {
      window[depot].setItem(cle, JSON.stringify(valeur));
      secours.delete(cle);
    } catch {
      secours.set(cle, valeur); // Full or refused.
    }
    return valeur;
  }

  function forget(cle, depot = "localStorage") {
    secours.delete(cle);
    try {
      window[depot].removeItem(cle);
    } catch {
      // Nothing was kept there.
    }
  }

  function keys() {
    try {
      return [...new Set([...secours.keys(), ...Object.keys(window.localStorage)])];
    } catch {
      return [...secours.keys()];
    }
  }

  /** Thirty-two hexadecimal digits: by this key the site records an act once, however often it is sent. */
  function newKey() {
    // Not randomUUID: it is missing where the site is served without TLS.
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (octet) => octet.toString(16).padStart(2, "0")).join("");
  }

  function sound(acte) {
    return Boolean(
      acte && /^[0-9a-f]{32}$/.test(acte.geste) && ADRESSES.includes(acte.url) && Number.isFinite(acte.a) &&
        Array.isArray(acte.groupes) && acte.vus && Array.isArray(acte.champs) && acte.champs.every(Array.isArray),
    );
  }

  /** Everyone's acts kept on this device, oldest first. */
  function all() {
    const actes = keys().filter((cle) => cle.startsWith(ACTE)).map((cle) => read(cle)).filter(sound);
    return actes.sort((x, y) => x.a - y.a || (x.geste < y.geste ? -1 : 1));
  }

  const mine = () => all().filter((acte) => acte.compte === compte);
  const waiting = () => mine().filter((acte) => !acte.refus);
  const others = () => all().filter((acte) => acte.compte !== compte);

  /** What this tab did and undid, latest last; kept across reloads, gone with the tab. */
  function pile() {
    const lue = read(`veille:pile:${compte}`, "sessionStorage");
    return lue && Array.isArray(lue.faits) && Array.isArray(lue.defaits) ? lue : { faits: [], defaits: [] };
  }

  function setPile({ faits, defaits }) {
    write(`veille:pile:${compte}`, { faits: faits.slice(-PILE_MAX), defaits: defaits.slice(-PILE_MAX) }, "sessionStorage");
  }

  return {
    compte, read, write, forget, newKey, mine, waiting, others, pile, setPile,
    onglet: newKey(), // This page, among the tabs of the same person.
    get: (geste) => read(ACTE + geste),
    put: (acte) => write(ACTE + acte.geste, acte),
    remove: (geste) => forget(ACTE + geste),
    fragile: () => [...secours.keys()].some((cle) => cle.startsWith(ACTE)),
  };
})();
