"""Two stories that are one, and one that is two: people join and part what the machine grouped wrong."""

from __future__ import annotations

import re
from typing import Any

from datasette.utils.asgi import NotFound

from veille.pages.actes import read_key, read_number, read_seen
from veille.pages.visite import Formulaire, RefusFormulaire, Visite
from veille.pages.vues.decider import press
from veille.store import fiches, gestes
from veille.store.fiches import Fiche
from veille.store.gestes import Bilan, Cible
from veille.store.lecture import Connexion

_DEMANDE = "Collez l’adresse d’une autre nouvelle de la revue, ou son numéro."


async def split(visite: Visite) -> Any:
    """Make of the items ticked a story of their own, that waits for a decision."""
    formulaire = await visite.form()
    cle, vu = read_key(formulaire), read_seen(formulaire, "vu")
    elements = [read_number(element) for element in formulaire.many("elements")]

    def ecrire(c: Connexion) -> tuple[Bilan, str]:
        fiche = _here(c, visite)
        return gestes.split(c, cle, Cible(fiche.groupe_id, vu), elements, visite.nom, visite.now), ""

    return await press(visite, formulaire, ecrire)


async def merge(visite: Visite) -> Any:
    """Join another story to this one, which keeps."""
    formulaire = await visite.form()
    cle, vu, autre_id = read_key(formulaire), read_seen(formulaire, "vu"), _pasted(formulaire)

    def ecrire(c: Connexion) -> tuple[Bilan, str]:
        fiche, autre = _here(c, visite), fiches.of_item(c, autre_id)
        if autre is None:
            raise RefusFormulaire(f"Aucune nouvelle ne porte ce numéro. {_DEMANDE}")
        if autre.groupe_id == fiche.groupe_id:
            raise RefusFormulaire(f"C’est cette nouvelle-ci. {_DEMANDE}")
        # Nobody saw the other one on this page: it is joined as it stands now.
        cibles = (Cible(fiche.groupe_id, vu), Cible(autre.groupe_id, str(autre.acte_id)))
        return gestes.merge(c, cle, cibles, visite.nom, visite.now), ""

    return await press(visite, formulaire, ecrire)


def _here(c: Connexion, visite: Visite) -> Fiche:
    fiche = fiches.of_item(c, int(visite.var("item_id")))
    if fiche is None:
        raise NotFound("histoire inconnue")
    return fiche


def _pasted(formulaire: Formulaire) -> int:
    """« 456 », « /revue/456 » or the whole address of the page."""
    trouve = re.fullmatch(r"(?:.*/revue/)?([1-9]\d{0,17})(?:[?#].*)?", formulaire.line("avec", 1000))
    if trouve is None:
        raise RefusFormulaire(_DEMANDE)
    return int(trouve[1])
