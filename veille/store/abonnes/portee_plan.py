"""People reached by each moyen of the plan, the digests of its sous-moyens included, and by the plan: `portees_plan`.

The years of a plan are never added up: someone reached in two of them is one person, so that the plan is counted by itself.
What is under way is counted again at each sending, what is over for a month more (mails still come back), then keeps its
count. What cannot be counted in full any more, part of its outbox being purged, keeps its last count too.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from veille.francais import local_day
from veille.periodes import Periode, first_day, quarter_of, year_of, years
from veille.store.abonnes.comptes_envois import ENVOYABLE, between, purged, reach
from veille.store.connexion import stamp, transaction

RETOURS = timedelta(days=30)  # Mails come back after the last day of a period.
Compte = tuple[int, int, int]


@dataclass(frozen=True)
class _Plan:
    """The plan in use: its days, and the codes that serve each of its moyens ("" for all of it)."""

    slug: str
    entier: Periode
    codes: dict[str, frozenset[str]]


def measure(abonnes: sqlite3.Connection, veille: sqlite3.Connection, now: datetime) -> None:
    """Count what is under way, and what is over and was never counted. A figure that did not change keeps its date."""
    plan = _read(veille)
    if plan is None:
        return
    aujourdhui = local_day(now)
    digests = _digests(veille, plan)
    connus = {
        (x["moyen"], x["debut_le"], x["fin_le"])
        for x in veille.execute("SELECT moyen, debut_le, fin_le FROM portees_plan WHERE plan = ?", (plan.slug,))
    }
    purges = purged(abonnes, veille)
    comptes: dict[tuple[tuple[int, ...], Periode], Compte] = {}
    mesures = []
    for periode in _periods(plan.entier, aujourdhui):
        perdus = {d for d, jour in purges.items() if jour >= periode.debut - ENVOYABLE}
        for moyen, numeros in digests.items():
            cle = (moyen, periode.debut.isoformat(), periode.fin.isoformat())
            if perdus.intersection(numeros) or (periode.fin + RETOURS < aujourdhui and cle in connus):
                continue
            if (numeros, periode) not in comptes:
                comptes[numeros, periode] = reach(abonnes, numeros, *between(periode.debut, periode.fin))
            compte = comptes[numeros, periode]
            if compte[2] or cle in connus:  # Nothing was sent yet: nothing to keep.
                mesures.append((plan.slug, *cle, *compte, stamp(now)))
    _keep(veille, mesures)


def _keep(veille: sqlite3.Connection, mesures: list[tuple[str, str, str, str, int, int, int, str]]) -> None:
    with transaction(veille):
        veille.executemany(
            "INSERT INTO portees_plan (plan, moyen, debut_le, fin_le, personnes, generiques, envois, mesuree_a)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (plan, moyen, debut_le, fin_le) DO UPDATE SET"
            " personnes = excluded.personnes, generiques = excluded.generiques, envois = excluded.envois,"
            " mesuree_a = excluded.mesuree_a WHERE (portees_plan.personnes, portees_plan.generiques, portees_plan.envois)"
            " <> (excluded.personnes, excluded.generiques, excluded.envois)",  # The day of the last change.
            mesures,
        )


def _periods(entier: Periode, aujourdhui: date) -> Iterator[Periode]:
    """The years of the plan that have begun, the year and the quarter under way, the whole plan."""
    vues = {an for an in years(entier) if an.debut <= aujourdhui} | {year_of(aujourdhui), quarter_of(aujourdhui)}
    vues |= {year_of(aujourdhui - RETOURS), quarter_of(aujourdhui - RETOURS)}
    yield from sorted(vues, key=lambda p: (p.debut, p.fin))
    if entier.debut <= aujourdhui:
        yield entier


def _read(veille: sqlite3.Connection) -> _Plan | None:
    plan = veille.execute("SELECT * FROM plans ORDER BY charge_a DESC, id DESC LIMIT 1").fetchone()
    if plan is None:
        return None
    codes: dict[str, set[str]] = defaultdict(set)
    for x in veille.execute(
        "SELECT m.code AS moyen, m.code FROM plan_moyens m WHERE m.plan_id = :plan AND m.retire_a IS NULL"
        " UNION SELECT m.code, s.code FROM plan_sous_moyens s JOIN plan_moyens m ON m.id = s.moyen_id"
        " WHERE s.plan_id = :plan AND s.retire_a IS NULL"
        " UNION SELECT '', code FROM plan_orientations WHERE plan_id = :plan AND retire_a IS NULL"
        " UNION SELECT '', code FROM plan_objectifs WHERE plan_id = :plan AND retire_a IS NULL",
        {"plan": plan["id"]},
    ):
        codes[x[0]].add(x[1])
    codes[""] = set().union(*codes.values())
    entier = Periode("plan", first_day(plan["debut"]), date.fromisoformat(plan["bilan_le"]))
    return _Plan(plan["slug"], entier, {moyen: frozenset(lot) for moyen, lot in codes.items()})


def _digests(veille: sqlite3.Connection, plan: _Plan) -> dict[str, tuple[int, ...]]:
    """The digests of each moyen that has some. Moyens served by the same ones are counted once."""
    elements: dict[str, set[int]] = defaultdict(set)
    for element, digest_id in veille.execute("SELECT element, digest_id FROM digest_plan"):
        elements[element].add(digest_id)
    lots = {moyen: set().union(*(elements[c] for c in codes if c in elements)) for moyen, codes in plan.codes.items()}
    return {moyen: tuple(sorted(lot)) for moyen, lot in sorted(lots.items()) if lot}
