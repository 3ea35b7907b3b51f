"""The bilan: what was measured, said once in French beside the plan's own texts, for every format alike.

contenu      what a bilan says, and its JSON: what is stored
preparation  from measures to what it says
composition  the whole bilan as a report: cover, six columns, charts, annex
ca           one page for the board: a year, or a quarter
Nothing is read nor written here.
"""

from __future__ import annotations

from veille.bilan.ca import one_page
from veille.bilan.composition import compose
from veille.bilan.contenu import (
    Chiffre,
    ContenuBilan,
    Correction,
    Dit,
    Ecart,
    Point,
    Rangee,
    Suites,
    Volet,
    from_json,
    to_json,
)
from veille.bilan.preparation import Passe, contributions, prepare

__all__ = [
    "Chiffre",
    "ContenuBilan",
    "Correction",
    "Dit",
    "Ecart",
    "Passe",
    "Point",
    "Rangee",
    "Suites",
    "Volet",
    "compose",
    "contributions",
    "from_json",
    "one_page",
    "prepare",
    "to_json",
]
