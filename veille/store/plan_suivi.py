"""Everything the page of the plan puts together: the plan, what staff wrote, what was published for it, its measures."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import date

from veille.evaluation import Livrable
from veille.model import Plan, Registres, Suivi
from veille.periodes import Periode, plan_period
from veille.plan import moyen_of
from veille.store import bilans, registres, suivis
from veille.store import plan as store_plan
from veille.store.mesures import Serie, livrables


@dataclass(frozen=True)
class PlanSuivi:
    """A plan and what is known of it on a day. `diffuses`: moyen → distinct items published in digests that serve it."""

    plan: Plan
    registres: Registres
    livrables: tuple[Livrable, ...]
    suivis: dict[str, Suivi]
    series: dict[str, Serie]
    diffuses: dict[str, int] = field(default_factory=dict)


def read(c: sqlite3.Connection, au: date, *, figures: bool = True) -> PlanSuivi | None:
    """The active plan; None before one is loaded. `figures`: measure its indicators too, which takes most of the time."""
    plan = store_plan.read(c)
    if plan is None:
        return None
    return PlanSuivi(
        plan,
        registres.read_all(c, plan.slug),
        tuple(livrables.read(c, _until(plan, au))),
        suivis.latest(c, plan.slug, au),
        bilans.series(c, plan, au) if figures else {},
        _items(c, plan, au),
    )


def _until(plan: Plan, au: date) -> Periode:
    """The plan, and the time since its end: what is published while no other plan is active serves it too."""
    entier = plan_period(plan)
    return replace(entier, fin=max(entier.fin, au))


def _items(c: sqlite3.Connection, plan: Plan, au: date) -> dict[str, int]:
    """An item counts once for a moyen, however many digests and sous-moyens it served."""
    vers, entier = moyen_of(plan), _until(plan, au)
    distincts: dict[str, set[int]] = {}
    for element, item_id in c.execute(
        "SELECT p.element, i.item_id FROM digests d JOIN digest_plan p ON p.digest_id = d.id"
        " JOIN digest_items i ON i.digest_id = d.id AND i.retire_a IS NULL"
        " WHERE d.publie_a IS NOT NULL AND d.date_le BETWEEN ? AND ?",
        (entier.debut.isoformat(), entier.fin.isoformat()),
    ):
        if element in vers:
            distincts.setdefault(vers[element], set()).add(item_id)
    return {moyen: len(items) for moyen, items in distincts.items()}
