"""The plan as people think of it: a tree, a table of six columns, what is late, what comes next. Pure.

Parents are read from the plan, never from a number: objectif 2.2 holds moyens 2.1.3 to 2.1.6. No figure is counted here
(`evaluation`), no row is read (`store`).
"""

from __future__ import annotations

from veille.plan.arbre import MoyenDuPlan, ObjectifDuPlan, OrientationDuPlan, moyen_of, tree
from veille.plan.avancement import (
    ETATS,
    ETATS_SUIVIS,
    HORIZON,
    Avancement,
    Echeances,
    EtatVu,
    Rappel,
    count_states,
    deadlines,
    progress,
)
from veille.plan.colonnes import Rangee, Texte, six_columns
from veille.plan.service import by_moyen

__all__ = [
    "ETATS",
    "ETATS_SUIVIS",
    "HORIZON",
    "Avancement",
    "Echeances",
    "EtatVu",
    "MoyenDuPlan",
    "ObjectifDuPlan",
    "OrientationDuPlan",
    "Rangee",
    "Rappel",
    "Texte",
    "by_moyen",
    "count_states",
    "deadlines",
    "moyen_of",
    "progress",
    "six_columns",
    "tree",
]
