"""« Classement »: what judges today, its model card, every model made, and the way back to a former one."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import NotFound
from markupsafe import Markup

from veille.classifier.card import card, reliability_svg
from veille.classifier.judge import themes_digest
from veille.pages.visite import RefusFormulaire, Visite
from veille.settings.themes import read_taxonomie
from veille.store import apprentissage, redactions, service
from veille.store.apprentissage import Appris
from veille.store.lecture import Connexion
from veille.store.service import GenreDemande

GENRE: GenreDemande = "choisir_modele"
REGLES = ""  # What a request names when the rules of the theme file must judge alone.
AUTO = "auto"  # … or when the program must choose again.


async def show(visite: Visite) -> Any:
    """The card of the model that judges, or of the one asked for; with none, what judges then and what to do."""
    voulu = visite.arg("modele")

    def lire(c: Connexion) -> dict[str, Any]:
        return {
            "modeles": apprentissage.models(c),
            "actif": apprentissage.active(c),
            "choix": apprentissage.last_choice(c),
            "regles": _themes_in_force(c),
            "attendus": {d.argument for d in service.waiting(c) if d.genre == GENRE},
        }

    contexte = await visite.read(lire)
    modeles: list[Appris] = contexte["modeles"]
    montre = next((m for m in modeles if m.nom == (voulu or contexte["actif"])), None)
    if voulu and montre is None:
        raise NotFound("modèle inconnu")
    return await visite.page(
        "modele.html",
        {
            **contexte,
            "montre": montre,
            "ecarte": any(m.nom == contexte["actif"] and m.fiche.regles != contexte["regles"] for m in modeles),
            "par_personne": bool(contexte["choix"]) and contexte["choix"][0] != apprentissage.AUTOMATE,
            "carte": card(montre.mesures, montre.fiche) if montre else None,
            # Drawn from figures alone, no collected text: it may go in as it is.
            "courbe": Markup(reliability_svg(montre.mesures)) if montre and montre.mesures.fiabilite else "",  # noqa: S704
            "now": visite.now,
        },
    )


async def choose(visite: Visite) -> Any:
    """Ask that a former model, or the rules alone, judge from now on; the schedule does it."""
    nom = (await visite.form()).line("modele", 200)

    def ecrire(c: Connexion) -> bool:
        if nom not in (REGLES, AUTO) and not any(m.nom == nom and m.issue == "promu" for m in apprentissage.models(c)):
            raise RefusFormulaire("Ce modèle n’existe pas ou n’a jamais servi. Rechargez la page « Classement ».")
        if nom == (apprentissage.active(c) or REGLES):
            return False
        service.ask(c, GENRE, nom, visite.nom, visite.now)
        return True

    if not await visite.write(ecrire):
        return visite.redirect("/classement", "Rien à changer : c’est déjà ce qui classe.")
    quoi = {REGLES: "les règles seules", AUTO: "laisser la veille choisir"}.get(nom, f"le modèle {nom}")
    return visite.redirect("/classement", f"Demandé : {quoi}. Le résultat paraîtra dans « Demandes ».")


def _themes_in_force(c: Connexion) -> str:
    """The fingerprint of the themes that judge: a model made with others does not serve. "" before they were read."""
    acceptee = redactions.accepted(c)
    return themes_digest(read_taxonomie(redactions.text_of(c, acceptee))) if acceptee else ""
