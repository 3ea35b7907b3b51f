"""What we hold about one person, as they can read it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from veille.francais import NBSP, plural

TITRES = {
    "abonnes": "La personne",
    "abonnements": "Ses abonnements",
    "journal_consentement": "Ce qui a été fait, et sur quel accord",
    "textes_consentement": "Les textes qu’elle a lus",
    "envois": "Les courriels",
    "changements": "Nouvelle adresse en attente",
    "suppressions": "Ce qui ne lui est plus envoyé",
}
# Keys of rows that mean nothing outside the file.
_TUS = frozenset({"id", "abonne_id"})


def as_text(donnees: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Every row, under French headings."""
    lignes: list[str] = []
    for nom, titre in TITRES.items():
        rangees = donnees.get(nom, ())
        lignes.append(f"{titre} ({plural(len(rangees), 'ligne')})")
        for rangee in rangees:
            dits = [f"{cle}{NBSP}: {_said(valeur)}" for cle, valeur in rangee.items() if cle not in _TUS]
            lignes.append("  – " + " ; ".join(dits))
    return "\n".join(lignes)


def _said(valeur: Any) -> str:
    return "–" if valeur in (None, "") else str(valeur)
