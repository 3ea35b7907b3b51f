"""Reasons for rejection: the short list that staff edit. A reason taken off keeps its name in the history."""

from __future__ import annotations

import re
from typing import Any, get_args

from datasette.utils.asgi import NotFound

from veille.francais import fold
from veille.pages.visite import RefusFormulaire, Visite
from veille.pages.vues.decider import refused
from veille.store import motifs
from veille.store.lecture import Connexion
from veille.store.motifs import Sens

NOM_MAX = 40
ICI = "/motifs"
SENS: dict[Sens, str] = {
    "theme": "Les thèmes proposés étaient faux : le classement apprend à ne plus les donner à de telles nouvelles.",
    "interet": "Le thème est juste, mais l’équipe ne veut pas de telles nouvelles : elles seront proposées moins haut.",
    "territoire": "Le lieu ne convient pas : de telles nouvelles seront proposées moins haut, leurs thèmes restent justes.",
    "moment": "Il est trop tard : de telles nouvelles seront proposées moins haut, leurs thèmes restent justes.",
    "deja_vu": "L’équipe l’avait déjà : rien n’en est appris, car la même nouvelle peut être retenue ailleurs.",
}
FAITS = {
    "renommer": "La raison porte son nouveau nom, dans l’historique aussi.",
    "monter": "La raison est montée d’un rang.",
    "descendre": "La raison est descendue d’un rang.",
    "retirer": "La raison n’est plus offerte ; l’historique garde son nom.",
    "remettre": "La raison est de nouveau offerte.",
}


async def board(visite: Visite) -> Any:
    """Every reason, in the order of the buttons, then those retired."""
    connus = await visite.read(motifs.everything)
    return await visite.page(
        "motifs.html",
        {
            "offerts": [m for m in connus if not m.retire],
            "retires": [m for m in connus if m.retire],
            "sens": SENS,
            "maximum": motifs.MAXIMUM,
            "nom_max": NOM_MAX,
        },
    )


async def add(visite: Visite) -> Any:
    """Put a new reason at the end of the list, with what a rejection for it means."""
    formulaire = await visite.form()
    nom, sens = _name(formulaire.line("nom", NOM_MAX)), formulaire.line("sens", 20)
    voulu = next((s for s in get_args(Sens) if s == sens), None)
    if voulu is None:
        raise RefusFormulaire("Dites ce que veut dire cette raison.")
    code = re.sub(r"[^a-z0-9]+", "_", fold(nom)).strip("_")[:60]
    if not code:
        raise RefusFormulaire("Le nom d’une raison contient au moins une lettre ou un chiffre.")
    with refused():
        await visite.write(lambda c: motifs.add(c, code, nom, voulu))
    return visite.redirect(ICI, f"La raison « {nom} » est ajoutée.")


async def act(visite: Visite) -> Any:
    """Rename, move, retire or offer again."""
    formulaire = await visite.form()
    code, acte = visite.var("code"), visite.var("acte")
    nom = _name(formulaire.line("nom", NOM_MAX)) if acte == "renommer" else ""

    def ecrire(c: Connexion) -> None:
        connus = motifs.names(c)
        if code not in connus:
            raise NotFound("raison inconnue")
        if any(fold(autre) == fold(nom) for c_, autre in connus.items() if c_ != code):
            raise RefusFormulaire("Une autre raison porte déjà ce nom.")
        _apply(c, acte, code, nom, visite)

    with refused():
        await visite.write(ecrire)
    return visite.redirect(ICI, FAITS[acte])


def _apply(c: Connexion, acte: str, code: str, nom: str, visite: Visite) -> None:
    if acte == "renommer":
        motifs.rename(c, code, nom)
    elif acte in ("monter", "descendre"):
        motifs.move(c, code, acte == "monter")
    elif acte == "retirer":
        motifs.retire(c, code, visite.now)
    else:
        motifs.restore(c, code)


def _name(nom: str) -> str:
    if not nom:
        raise RefusFormulaire("Écrivez le nom de la raison.")
    return nom
