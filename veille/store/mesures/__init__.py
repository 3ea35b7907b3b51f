"""What the measures of the plan are made from, read from the tables: rows and counts of one period, nothing decided.

livrables  published digests, and which of them say the same
veille     what the watch did: readings planned and made, choices, what was published, what was covered
portees    people reached, as counted when each digest left
`series` measures every indicator year by year, or quarter by quarter, for who draws them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from veille.evaluation import Faits, Mesure, measure, measure_one, needed
from veille.francais import local_day
from veille.model import Plan
from veille.periodes import GenrePeriode, Periode, plan_period, quarter_of, year_of
from veille.store import registres
from veille.store.connexion import unstamp
from veille.store.mesures import livrables, portees, veille
from veille.store.mesures.bornes import known_until

Serie = tuple[tuple[Periode, float | None], ...]


def read_facts(c: sqlite3.Connection, plan: Plan, periode: Periode, jusque: datetime | None = None) -> Faits:
    """Everything the measures of a period are made from. `jusque`: the instant up to which something is known; without
    it, the last reading of any source.
    """
    entier = _whole(c, plan)
    return replace(entier, periode=periode, veille=veille.read(c, periode, jusque or known_until(c, periode)))


def series(
    c: sqlite3.Connection, plan: Plan, au: date | None = None, genre: GenrePeriode = "annee"
) -> dict[str, Serie]:
    """Every indicator, code → its value in each year (or quarter) of the plan that has begun; None where none was measured."""
    entier, suites = _whole(c, plan), dict[str, list[tuple[Periode, float | None]]]()
    for periode, mesures in _by_period(c, plan, entier, au or _today(c), genre):
        for mesure in mesures:
            suites.setdefault(mesure.indicateur.id, []).append((periode, mesure.valeur))
    return {code: tuple(suite) for code, suite in suites.items()}


def _by_period(
    c: sqlite3.Connection, plan: Plan, entier: Faits, au: date, genre: GenrePeriode
) -> Iterator[tuple[Periode, tuple[Mesure, ...]]]:
    for periode in spans(plan, au, genre):
        faits = veille.read(c, periode, known_until(c, periode), veille.COMPTES)
        yield periode, measure(plan, replace(entier, periode=periode, veille=faits), periode, au)


def history(
    c: sqlite3.Connection, plan: Plan, code: str, au: date, jusque: datetime, genres: Sequence[GenrePeriode]
) -> list[tuple[Periode, Mesure]]:
    """One indicator in each period of these kinds that has begun; reads what the watch did only where it counts."""
    entier, quoi = _whole(c, plan), needed(plan, code)
    suite = []
    for periode in (p for genre in genres for p in spans(plan, au, genre)):
        faits = veille.read(c, periode, jusque, quoi)
        mesure = measure_one(plan, replace(entier, periode=periode, veille=faits), periode, au, code)
        if mesure is not None:
            suite.append((periode, mesure))
    return suite


def figure(c: sqlite3.Connection, plan: Plan, code: str, periode: Periode, au: date, jusque: datetime) -> Mesure | None:
    """One indicator over one period, with every row behind it."""
    lue = veille.read(c, periode, jusque, needed(plan, code) | {"lignes"})
    faits = replace(_whole(c, plan), periode=periode, veille=lue)
    return measure_one(plan, faits, periode, au, code)


def spans(plan: Plan, au: date, genre: GenrePeriode) -> list[Periode]:
    """The years, or the quarters, of the plan that have begun by that day; the plan itself."""
    entier = plan_period(plan)
    if genre == "plan":
        return [entier]
    of = year_of if genre == "annee" else quarter_of
    suite, jour = [], entier.debut
    while jour <= min(entier.fin, au):
        suite.append(of(jour))
        jour = suite[-1].fin + timedelta(days=1)
    return suite


def _whole(c: sqlite3.Connection, plan: Plan) -> Faits:
    """What is of the whole plan, whatever the period: registers, digests, people reached, places."""
    return Faits(
        plan_period(plan),
        registres=registres.read_all(c, plan.slug),
        livrables=tuple(livrables.read(c, plan_period(plan))),
        portees=tuple(portees.read(c, plan.slug)),
        mrc=dict(c.execute("SELECT slug, nom FROM territoires WHERE genre = 'mrc' ORDER BY rowid").fetchall()),
    )


def _today(c: sqlite3.Connection) -> date:
    """The last day on which the watch did anything, for who gives none; every day, while it did nothing."""
    ligne = c.execute("SELECT fin_a FROM passages ORDER BY id DESC LIMIT 1").fetchone()
    return local_day(unstamp(ligne[0])) if ligne else date.max
