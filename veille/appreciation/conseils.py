"""What six months of a source suggest, in plain words: to withdraw it, to look at what is sought there, to read it first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from veille.appreciation.formes import Conseil, Etapes
from veille.francais import NBSP, format_number, plural

MOIS = 6
JOURS = 182
RODAGE = timedelta(days=30)  # A source of less than a month has had no time to give anything.
TRANCHEES_MIN = 10
ABONDANTE = 30
FAIBLE, SURE = 0.05, 0.5
CONSEILS_MAX = 40


def advise(sources: Iterable[tuple[Etapes, str, date]], au: date) -> tuple[Conseil, ...]:
    """One sentence for each source that deserves one, the costliest first.

    Each source comes with its state in sources.toml and the day it entered it.
    """
    dits = [
        (poids, Conseil(x.slug, x.nom, phrase))
        for x, etat, inscrite_le in sources
        if etat == "active" and au - inscrite_le >= RODAGE
        for poids, phrase in _said(x)
    ]
    return tuple(conseil for _, conseil in sorted(dits, key=lambda p: (-p[0], p[1].nom)))[:CONSEILS_MAX]


def _said(x: Etapes) -> list[tuple[int, str]]:
    sur = f"{format_number(x.retenues)} {'retenu' if x.retenues < 2 else 'retenus'} sur {format_number(x.nouvelles)} en six mois"
    if not x.nouvelles:
        return [(0, f"Rien reçu en six mois{NBSP}: vérifier son adresse, ou la retirer{NBSP}?")]
    if not x.retenues and x.ecartees >= TRANCHEES_MIN:
        return [(x.nouvelles, f"{sur}{NBSP}: retirer, ou revoir ce qu’on y cherche{NBSP}?")]
    if not x.retenues and x.nouvelles >= ABONDANTE:
        vues = plural(x.ecartees, "seule a été regardée", "seulement ont été regardées")
        return [(x.nouvelles, f"{sur}, et {vues}{NBSP}: en trancher une dizaine avant d’en décider.")]
    if x.tranchees >= ABONDANTE and x.retenues < FAIBLE * x.tranchees:
        return [(x.nouvelles, f"{sur}{NBSP}: resserrer ce qu’on y lit (une autre adresse, une rubrique){NBSP}?")]
    if x.tranchees >= TRANCHEES_MIN and x.retenues >= SURE * x.tranchees:
        return [(0, f"{sur}{NBSP}: une source sûre, à lire d’abord.")]
    return []
