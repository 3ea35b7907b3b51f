"""What each right lets a person do, in words, and what is said to who lacks one."""

from __future__ import annotations

from collections.abc import Sequence

from veille.francais import NBSP
from veille.model import Droit

DROITS_DITS: dict[Droit, str] = {
    "lire": "lire toutes les pages et interroger les données",
    "revoir": "trancher les nouvelles, corriger leurs étiquettes, faire relire une source",
    "rediger": "rédiger les textes, composer les bulletins, proposer des changements de thèmes",
    "approuver": "approuver et publier les bulletins",
    "envoyer": "envoyer les bulletins",
    "administrer": "gérer les comptes, accepter les changements de thèmes, choisir le classement et les raisons d’écarter",
}
NOMS_MAX = 3


def right_name(droit: str) -> str:
    """A right as readers see it; files, commands and code have no accent."""
    return "rédiger" if droit == "rediger" else droit


def missing_right(droits: Sequence[Droit], administrateurs: Sequence[str]) -> str:
    """« Il vous manque le droit « approuver »… », and who can give it."""
    lesquels = " ou ".join(f"«{NBSP}{right_name(droit)}{NBSP}» ({DROITS_DITS[droit]})" for droit in droits)
    return f"Il vous manque le droit {lesquels}. {ask_whom(administrateurs, 'vous le donner')}"


def ask_whom(administrateurs: Sequence[str], quoi: str) -> str:
    """« Camille Exemple ou Sam Exemple peut vous le donner. »"""
    if not administrateurs:
        return f"La personne qui a installé la veille peut {quoi}."
    return f"{' ou '.join(administrateurs[:NOMS_MAX])} peut {quoi}."
