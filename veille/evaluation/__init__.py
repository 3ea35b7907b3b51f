"""The plan measured: what was done and counted, indicator by indicator, period by period. Pure; every figure from rows.

faits      what was read before anything is counted, and what a measure is
comptage   the rules: which rows belong where, and when two of them are one
recettes   how each indicator is measured, by the name that plan.toml gives
cibles     the targets of the plan's text, and whether they are met
phrases    how a figure is said
etat       the whole plan over a period
"""

from __future__ import annotations

from veille.evaluation.etat import measure, measure_one, needed, totals
from veille.evaluation.faits import (
    Atteinte,
    ElementDiffuse,
    Faits,
    FaitsVeille,
    Lecture,
    Livrable,
    Mesure,
    Numero,
    Portee,
    PublicSuivi,
    Renvoi,
    SourceSuivie,
    Theme,
    Tranchee,
)

__all__ = [
    "Atteinte",
    "ElementDiffuse",
    "Faits",
    "FaitsVeille",
    "Lecture",
    "Livrable",
    "Mesure",
    "Numero",
    "Portee",
    "PublicSuivi",
    "Renvoi",
    "SourceSuivie",
    "Theme",
    "Tranchee",
    "measure",
    "measure_one",
    "needed",
    "totals",
]
