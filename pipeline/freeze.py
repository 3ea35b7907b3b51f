"""Freeze: the évaluation of each ended quarter, counted once and kept, so that what was said of it can be read again."""

from __future__ import annotations

from datetime import timedelta

from pipeline.context import Contexte
from veille.appreciation import periodes
from veille.appreciation.composition import Precedente
from veille.appreciation.formes import Evaluation
from veille.francais import local_day
from veille.periodes import Periode
from veille.store import appreciation, entonnoir, instantanes
from veille.store.connexion import transaction
from veille.store.instantanes import Instantane

ATTENTE = timedelta(days=7)  # So that what was read in the last week of a quarter has had its own review.


def freeze_quarters(ctx: Contexte) -> int:
    """Freeze what has ended and is not frozen yet, oldest first; returns how many."""
    now = ctx.now()
    premier = entonnoir.first_day(ctx.store)
    if premier is None:
        return 0
    faits, figes = 0, instantanes.frozen(ctx.store)
    for trimestre in reversed(periodes.quarters(premier, local_day(now))):
        if trimestre.debut in figes or local_day(now) <= trimestre.fin + ATTENTE:
            continue
        evaluation = appreciation.read(ctx.store, periodes.of_quarter(trimestre), now)
        with transaction(ctx.store):
            faits += instantanes.freeze(ctx.store, evaluation, now)
    return faits


def measure(ctx: Contexte, trimestre: Periode) -> tuple[Evaluation, Instantane | None, Precedente | None]:
    """A quarter: as frozen, else as counted today; and the frozen one before it."""
    fige = instantanes.of_quarter(ctx.store, trimestre)
    avant = instantanes.of_quarter(ctx.store, periodes.before(trimestre))
    evaluation = fige.evaluation if fige else appreciation.read(ctx.store, periodes.of_quarter(trimestre), ctx.now())
    return evaluation, fige, Precedente(avant.evaluation, avant.fige_a) if avant else None


def measure_last(ctx: Contexte, duree: int) -> Evaluation:
    """The last so many days."""
    return appreciation.read(ctx.store, periodes.last_days(duree, ctx.now()), ctx.now())
