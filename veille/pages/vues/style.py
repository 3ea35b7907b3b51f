"""The style page: every component in every state, with fictional data, made by the macros that real pages use."""

from __future__ import annotations

from datetime import date
from typing import Any

from veille.editor.droits import shown_text
from veille.francais import format_day
from veille.pages.aides import help_of
from veille.pages.exemples import (
    MOTIFS,
    PLAN,
    PUBLIEE,
    RAPPORT,
    REFERENCES,
    REGLAGES,
    SAISIES,
    SUIVIS,
    cards,
    changes,
    tagged,
)
from veille.pages.navigation import Onglet
from veille.pages.syntheses import Rubrique
from veille.pages.visite import Visite
from veille.plan import ETATS
from veille.store.syntheses import Bilan

# Groups, and in each the names of what is shown; the page's own table of contents.
SUJETS = {
    "texte": "Texte",
    "boutons": "Boutons et menus",
    "etiquettes": "Pastilles, étiquettes et faits",
    "messages": "Messages et états vides",
    "formulaires": "Formulaires",
    "reperage": "Se repérer",
    "nouvelles": "Nouvelles",
    "dialogues": "Dialogues, touches, visite",
    "tableaux": "Tableaux et chiffres",
    "rapports": "Rapports",
    "plan": "Plan d’action",
}


async def show(visite: Visite) -> Any:
    """Everything a page may be made of. Nothing here can be sent: the forms lead back to this page."""
    cartes = cards(visite.now)
    return await visite.page(
        "style.html",
        {
            "sujets": SUJETS,
            "cartes": cartes,
            "suivis": SUIVIS,
            "exemples": tagged(visite.now),
            "offerts": MOTIFS,
            "secours_exemple": help_of("/revue"),
            "onglets_exemple": [
                Onglet("/style#reperage", "À trancher", actif=True, exact=True, cle="a_trancher"),
                Onglet("/style#reperage", "Plus tard", cle="plus_tard"),
                Onglet("/style#reperage", "Retenues", cle="retenu"),
            ],
            "rubriques": [Rubrique("exemple", "Habitation et logement", (cartes[7].contexte["fiche"],))],
            "texte": shown_text,
            "references": REFERENCES,
            "reglages_exemple": REGLAGES,
            "publiee": PUBLIEE,
            "dire_jour": lambda jour: format_day(date.fromisoformat(jour)),
            "saisies_exemple": SAISIES,
            "modifications_exemple": changes(visite.now),
            "bilan": Bilan(1, (("Table de quartier des Érables (exemple fictif)", 1),), {}),
            "rapport_exemple": RAPPORT,
            "plan_exemple": PLAN,
            "etats_exemple": ETATS,
            "now": visite.now,
        },
    )
