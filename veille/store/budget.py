"""How much an hour of review holds, learnt from past reviews; and how far today's has gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby, pairwise
from statistics import median

from veille.francais import FUSEAU, local_day
from veille.store.connexion import stamp, unstamp

ELEMENTS, SECONDES = 60, 40.0  # Before anything is learnt: « 60 éléments, environ 40 min ».
MEMOIRE = timedelta(weeks=8)
ACTES_MAX = 3000
PAUSE = timedelta(minutes=20)  # Someone who decides nothing for so long has left the review.
SEANCE_MIN = 10  # Fewer stories than this is not a review.
SEANCES_MIN = 3  # Fewer reviews than this teach nothing yet.

Acte = tuple[str, datetime, int]  # Who, when, which item.


@dataclass(frozen=True)
class Budget:
    """Stories to read this week, and seconds each. `seances`: past reviews it was learnt from, 0 for the default."""

    elements: int = ELEMENTS
    secondes: float = SECONDES
    seances: int = 0

    def minutes(self, elements: int) -> int:
        """How long so many stories take, to the minute; never 0 while there is one."""
        return max(round(elements * self.secondes / 60), 1 if elements else 0)


def learn(c: sqlite3.Connection, now: datetime) -> Budget:
    """From the verdicts of the last eight weeks, today's apart: the same all day long, whatever is decided meanwhile."""
    minuit = _midnight(now)
    lignes = c.execute(
        "SELECT par, prise_a, item_id FROM decisions WHERE prise_a >= ? AND prise_a < ?"
        " AND genre IN ('retenir', 'ecarter', 'plus_tard') ORDER BY prise_a DESC, id DESC LIMIT ?",
        (stamp(minuit - MEMOIRE), stamp(minuit), ACTES_MAX),
    )
    return estimate([(ligne["par"], unstamp(ligne["prise_a"]), ligne["item_id"]) for ligne in lignes])


def estimate(actes: Sequence[Acte]) -> Budget:
    """Half of past reviews held at least so many stories, at such a pace. Pure."""
    seances = [seance for seance in _sittings(actes) if seance[0] >= SEANCE_MIN]
    if len(seances) < SEANCES_MIN:
        return Budget()
    elements = 5 * round(median(nombre for nombre, _ in seances) / 5)
    secondes = median(rythme for _, rythme in seances)
    return Budget(min(max(elements, 15), 200), min(max(secondes, 5.0), 300.0), len(seances))


def done(c: sqlite3.Connection, par: str, now: datetime) -> int:
    """Stories this person has settled or put off today, local time."""
    ligne = c.execute(
        "SELECT count(DISTINCT item_id) FROM decisions_valides WHERE prise_a >= ? AND par = ?"
        " AND genre IN ('retenir', 'ecarter', 'plus_tard')",
        (stamp(_midnight(now)), par),
    ).fetchone()
    return int(ligne[0])


def _midnight(now: datetime) -> datetime:
    """When this local day began."""
    return datetime.combine(local_day(now), time(), tzinfo=FUSEAU).astimezone(UTC)


def _sittings(actes: Sequence[Acte]) -> list[tuple[int, float]]:
    """Each person's reviews: (stories, seconds for each). The first story took as long as the others."""
    seances = []
    for _, siens in groupby(sorted(actes), key=lambda acte: acte[0]):
        groupe: list[Acte] = []
        for acte in siens:
            if groupe and acte[1] - groupe[-1][1] > PAUSE:
                seances.append(groupe)
                groupe = []
            groupe.append(acte)
        seances.append(groupe)
    return [
        (nombre, sum((b[1] - a[1]).total_seconds() for a, b in pairwise(seance)) / (nombre - 1))
        for seance in seances
        if (nombre := len({acte[2] for acte in seance})) > 1
    ]
