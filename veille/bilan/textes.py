"""The words of a bilan that are neither the plan's nor a measure's."""

from __future__ import annotations

from veille.bilan.contenu import Chiffre, ContenuBilan
from veille.francais import NBSP, amount, format_day

ORIGINES = {
    "plan": "Indicateur du plan",
    "texte": "Cible du texte",
    "proposition": "Hors plan",
    "total": "Total du plan",
}
MANQUE = {
    "plan": "Indicateurs du plan",
    "texte": "Cibles du texte",
    "proposition": "Indicateurs proposés par la veille (hors plan)",
}
ATTEINTES = {"": "—", "atteinte": "Atteinte", "partielle": "En partie", "non": "Non"}
DECIMALES = {"sur 5": 2}


def dated_title(contenu: ContenuBilan) -> str:
    """« Plan d’action 2023-2026 : bilan au 31 mars 2026 », « … : bilan annuel 2025-2026 »."""
    jour = format_day(contenu.au)
    nom = contenu.periode.nom
    quoi = {
        "plan": f"bilan au {jour}",
        "annee": f"bilan de l’année {nom}, au {jour}",
        "trimestre": f"bilan de {nom}, au {jour}",
    }[contenu.genre]
    return f"{contenu.titre}{NBSP}: {quoi}".replace("de avril", "d’avril").replace("de octobre", "d’octobre")


def period_line(contenu: ContenuBilan) -> str:
    """The days counted."""
    fin = min(contenu.fin, contenu.au)
    reste = "" if contenu.au >= contenu.fin else f" (la période finit le {format_day(contenu.fin)})"
    return f"Du {format_day(contenu.debut)} au {format_day(fin)}{reste}."


def figure_of(chiffre: Chiffre, valeur: float | None = None) -> str:
    """Its value as every format writes it, or another of the same unit; "" when nothing was measured."""
    return value_of(chiffre.valeur if valeur is None else valeur, chiffre.unite)


def value_of(valeur: float | None, unite: str) -> str:
    """« 12 », « 97,3 % », « 4,25 »; "" for None."""
    if valeur is None:
        return ""
    nombre = amount(valeur, DECIMALES.get(unite, 1))
    return f"{nombre}{NBSP}%" if unite == "%" else nombre
