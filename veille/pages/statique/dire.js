"use strict";
// How the scripts speak: pieces of page made without any string of HTML, French sentences, the live region.

const Dire = (() => {
  const NBSP = "\u00a0";
  const FUSEAU = "America/Toronto"; // Everything is told at the hour of the team, wherever the device thinks it is.
  let phrases = [];

  /** An element with its attributes and children; a text stays a text, whatever it holds. */
  function make(nom, attributs = {}, ...enfants) {
    const element = document.createElement(nom);
    for (const [cle, valeur] of Object.entries(attributs)) {
      if (valeur !== false && valeur !== undefined) element.setAttribute(cle, valeur === true ? "" : valeur);
    }
    element.append(...enfants);
    return element;
  }

  /** A button that acts here, and never submits the form around it. */
  function button(texte, action, attributs = {}) {
    const bouton = make("button", { type: "button", class: "bouton discret", ...attributs }, texte);
    bouton.addEventListener("click", action);
    return bouton;
  }

  /** « 1 décision », « 3 décisions ». */
  function count(nombre, singulier, pluriel = `${singulier}s`) {
    return `${nombre.toLocaleString("fr-CA")}${NBSP}${nombre < 2 ? singulier : pluriel}`;
  }

  /** « 3 mars à 14 h 05 ». */
  function when(instant) {
    const format = { timeZone: FUSEAU, day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const parties = new Intl.DateTimeFormat("fr-CA", format).formatToParts(new Date(instant));
    const lire = (genre) => parties.find((partie) => partie.type === genre).value;
    const jour = lire("day") === "1" ? "1er" : lire("day");
    return `${jour}${NBSP}${lire("month")} à ${Number(lire("hour"))}${NBSP}h${NBSP}${lire("minute").padStart(2, "0")}`;
  }

  /** Tell screen readers. Emptied first, or the same sentence twice would be told once; what comes together is joined. */
  function announce(phrase) {
    if (!phrase) return;
    let region = document.getElementById("annonce");
    if (!region) {
      region = make("p", { id: "annonce", class: "lecteur", role: "status", "aria-live": "polite" });
      document.body.append(region);
    }
    if (phrases.push(phrase) > 1) return;
    region.textContent = "";
    setTimeout(() => {
      region.textContent = phrases.join(" ");
      phrases = [];
    }, 60);
  }

  return { NBSP, make, button, count, when, announce };
})();
