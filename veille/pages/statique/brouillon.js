"use strict";
// The editor of a draft, made quicker: each form is sent without leaving the page, which is then replaced by what the
// site answers, the keyboard where it was. Without this script every form works the same, a page at a time.

(() => {
  const { make, count, announce, NBSP } = Dire;
  let envoi = false;

  const words = (texte) => texte.split(/\s+/).filter((morceau) => /[\p{L}\p{N}_]/u.test(morceau)).length;

  /** What is left of a limit, beside the field it is about. */
  function tell(champ) {
    const maximum = Number(champ.dataset.mots || champ.dataset.caracteres);
    const nombre = champ.dataset.mots ? words(champ.value) : champ.value.length;
    let compteur = champ.nextElementSibling;
    if (!compteur?.matches(".compteur")) {
      compteur = make("p", { class: "aide compteur" });
      champ.after(compteur);
    }
    const trop = nombre > maximum ? `${NBSP}: ${nombre - maximum} de trop` : "";
    compteur.textContent = `${count(nombre, champ.dataset.mots ? "mot" : "caractère")} sur ${maximum}${trop}`;
    compteur.classList.toggle("faute", Boolean(trop));
  }

  const counted = () => document.querySelectorAll("[data-mots], [data-caracteres]");

  /** Put what the site answered in the place of what is shown, and the keyboard back where it was. */
  function replace(page, ancre) {
    const neuf = page.getElementById("editeur");
    const vieux = document.getElementById("editeur");
    if (!neuf || !vieux) return false;
    for (const cadre of vieux.querySelectorAll("iframe")) {
      const vu = cadre.contentWindow?.location.pathname.startsWith("/bulletins/") && cadre.contentWindow.location;
      if (vu) neuf.querySelector(`iframe[name="${cadre.name}"]`)?.setAttribute("src", vu.pathname + vu.search);
    }
    vieux.replaceWith(document.importNode(neuf, true));
    document.querySelectorAll("main .message[role=status]").forEach((message) => message.remove());
    const dit = page.querySelector("main .message")?.textContent.trim() || "";
    const cible = document.getElementById(ancre) || document.getElementById("nouvelles");
    cible?.focus();
    cible?.scrollIntoView({ block: "nearest" });
    announce(dit || place(ancre));
    counted().forEach(tell);
    return true;
  }

  /** Where a story stands after a move, for those who do not see it. */
  function place(ancre) {
    const article = document.getElementById(ancre)?.closest("article");
    const section = article?.closest("section");
    if (!section) return "";
    const toutes = [...section.querySelectorAll("article")];
    return `${section.querySelector("h2").textContent}${NBSP}: place ${toutes.indexOf(article) + 1} sur ${toutes.length}.`;
  }

  async function send(formulaire, bouton) {
    const corps = new URLSearchParams(new FormData(formulaire, bouton));
    const reponse = await fetch(formulaire.action, { method: "POST", body: corps, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
    const refuse = !reponse.ok;
    if (refuse && !page.getElementById("editeur")) {
      announce(page.querySelector("main p")?.textContent.trim() || "Le site a refusé.");
      return false;
    }
    return replace(page, refuse ? page.querySelector("[aria-invalid]")?.id || "editeur" : after(formulaire, bouton));
  }

  /** Moving keeps the button under the finger; setting aside goes to the story that follows. */
  function after(formulaire, bouton) {
    const article = formulaire.closest("article");
    if (bouton?.id) return bouton.id;
    if (bouton?.value === "retirer") {
      const toutes = [...document.querySelectorAll(".retouchee")];
      return toutes[toutes.indexOf(article) + 1]?.id || "retirees";
    }
    return article?.id || formulaire.id || formulaire.closest("[id]")?.id || "nouvelles";
  }

  document.addEventListener("submit", async (evenement) => {
    const formulaire = evenement.target;
    if (!formulaire.matches(".retouche") || evenement.defaultPrevented) return;
    evenement.preventDefault();
    if (envoi) return;
    envoi = true;
    try {
      await send(formulaire, evenement.submitter);
    } catch {
      announce(`Le site ne répond pas${NBSP}: rien n’a été enregistré. Réessayez.`);
    } finally {
      envoi = false;
    }
  });

  document.addEventListener("input", (evenement) => {
    if (evenement.target.matches("[data-mots], [data-caracteres]")) tell(evenement.target);
  });

  // Alt with an arrow moves the story that has the keyboard; single letters are left to the browser.
  document.addEventListener("keydown", (evenement) => {
    if (!evenement.altKey || document.body.dataset.raccourcis === "non") return;
    const sens = { ArrowUp: "haut", ArrowDown: "bas" }[evenement.key];
    const article = sens && document.activeElement?.closest(".retouchee");
    if (!article || document.activeElement.matches("textarea, input, select")) return;
    evenement.preventDefault();
    document.getElementById(`${sens}-${article.id.slice(1)}`)?.click();
  });

  counted().forEach(tell);
})();
