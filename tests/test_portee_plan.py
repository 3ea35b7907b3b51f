"""People reached by each moyen and by the plan: each once, whatever the years and the digests; kept when the outbox is purged."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.plan_mesure import PLAN
from veille.periodes import plan_period, quarter_of, year_of
from veille.store import plan as store_plan
from veille.store.abonnes import migrate as migrate_abonnes
from veille.store.abonnes import portee
from veille.store.connexion import connect, stamp
from veille.store.mesures import portees
from veille.store.schema import migrate

ENTIER = plan_period(PLAN)
NOW = datetime(2025, 11, 20, 15, tzinfo=UTC)
ANNEE, TRIMESTRE = year_of(date(2025, 11, 20)), quarter_of(date(2025, 11, 20))
Bases = tuple[sqlite3.Connection, sqlite3.Connection]


@pytest.fixture(scope="module")
def modele() -> Iterator[Bases]:
    with contextlib.closing(connect(":memory:")) as abonnes, contextlib.closing(connect(":memory:")) as veille:
        migrate(veille)
        migrate_abonnes(abonnes)
        store_plan.sync(veille, PLAN, NOW)
        veille.execute("INSERT INTO audiences VALUES ('clds', 'CLDS', 'publique', 'mensuel', 'lundi')")
        yield abonnes, veille


@pytest.fixture
def bases(modele: Bases) -> Iterator[Bases]:
    with contextlib.closing(connect(":memory:")) as abonnes, contextlib.closing(connect(":memory:")) as veille:
        modele[0].backup(abonnes)
        modele[1].backup(veille)
        yield abonnes, veille


def send(
    bases: Bases, numero: int, quand: datetime, gens: str, *elements: str, compte: int = 1, generique: int = 0
) -> None:
    """One digest received by each of these people, one letter each."""
    abonnes, veille = bases
    jour = quand.date().isoformat()
    veille.execute(
        "INSERT OR IGNORE INTO digests (id, audience, numero, titre, date_le, compose_a, compose_par, contenu, approuve_a, publie_a)"
        " VALUES (?, 'clds', ?, 'B', ?, ?, 'E', '{}', ?, ?)",
        (numero, numero, jour, *[stamp(quand)] * 3),
    )
    veille.executemany("INSERT OR IGNORE INTO digest_plan VALUES (?, ?)", [(numero, e) for e in elements])
    abonnes.execute(
        "INSERT OR IGNORE INTO lots (digest_id, audience, genre, par, demande_a, etat) VALUES (?, 'clds', 'bulletin', 'E', '', 'termine')",
        (numero,),
    )
    abonnes.executemany(
        "INSERT INTO envois (genre, digest_id, sujet, message_id, etat, prochain_a, cree_a, tranche_a, compte, generique)"
        " VALUES ('bulletin', ?, ?, ?, 'accepte', '', ?, ?, ?, ?)",
        [(numero, s, f"{numero}-{s}", stamp(quand), stamp(quand), compte, generique) for s in gens],
    )


def counted(bases: Bases, now: datetime = NOW) -> dict[tuple[str, date, date], tuple[int, int, int]]:
    portee.measure_plan(*bases, now)
    return {(p.moyen, p.debut, p.fin): (p.personnes, p.generiques, p.envois) for p in portees.read(bases[1], PLAN.slug)}


def test_a_person_reached_by_several_digests_and_years_is_one(bases: Bases) -> None:
    send(bases, 1, datetime(2024, 6, 3, 15, tzinfo=UTC), "abc", "1.1.3.1")
    send(bases, 2, datetime(2025, 6, 2, 15, tzinfo=UTC), "abd", "1.1.3", "1.1.4")
    send(bases, 3, datetime(2025, 11, 3, 15, tzinfo=UTC), "ae", "1.1.4.1", "4.1")
    send(bases, 3, datetime(2025, 11, 3, 15, tzinfo=UTC), "zy", compte=0)
    send(bases, 3, datetime(2025, 11, 3, 15, tzinfo=UTC), "i", generique=1)
    lus = counted(bases)
    assert lus["1.1.3", ENTIER.debut, ENTIER.fin] == (4, 0, 6)
    assert lus["1.1.3", ANNEE.debut, ANNEE.fin] == (3, 0, 3)
    assert lus["1.1.3", date(2024, 4, 1), date(2025, 3, 31)] == (3, 0, 3)
    assert lus["1.1.4", ANNEE.debut, ANNEE.fin] == (5, 1, 6)
    assert lus["", ENTIER.debut, ENTIER.fin] == (6, 1, 9)
    assert lus["", TRIMESTRE.debut, TRIMESTRE.fin] == (3, 1, 3)
    assert not any(moyen == "1.2.1" for moyen, *_ in lus)


def test_what_came_back_and_what_was_never_taken_do_not_count(bases: Bases) -> None:
    send(bases, 1, datetime(2025, 6, 2, 15, tzinfo=UTC), "abc", "1.1.3")
    bases[0].execute("UPDATE envois SET rebond_a = '2025-06-03' WHERE sujet = 'a'")
    bases[0].execute("UPDATE envois SET etat = 'refuse' WHERE sujet = 'b'")
    assert counted(bases)["1.1.3", ANNEE.debut, ANNEE.fin] == (1, 0, 1)


def test_a_purge_and_an_erasure_lower_nothing(bases: Bases) -> None:
    send(bases, 1, datetime(2025, 6, 2, 15, tzinfo=UTC), "abc", "1.1.3")
    portee.measure(*bases, 1, NOW)
    avant = counted(bases)
    bases[0].execute("DELETE FROM envois WHERE sujet = 'a'")
    assert counted(bases) == avant


def test_what_is_over_keeps_its_count_once_late_returns_are_in(bases: Bases) -> None:
    an = year_of(date(2024, 6, 3))
    send(bases, 1, datetime(2024, 6, 3, 15, tzinfo=UTC), "abc", "1.1.3")
    assert counted(bases, datetime(2025, 3, 1, 15, tzinfo=UTC))["1.1.3", an.debut, an.fin] == (3, 0, 3)
    bases[0].execute("UPDATE envois SET rebond_a = 'x' WHERE sujet = 'a'")
    assert counted(bases, datetime(2025, 4, 15, 15, tzinfo=UTC))["1.1.3", an.debut, an.fin] == (2, 0, 2)
    bases[0].execute("UPDATE envois SET rebond_a = 'x' WHERE sujet = 'b'")
    assert counted(bases, datetime(2025, 6, 15, 15, tzinfo=UTC))["1.1.3", an.debut, an.fin] == (2, 0, 2)


def test_a_figure_that_did_not_change_keeps_the_day_it_was_counted(bases: Bases) -> None:
    send(bases, 1, datetime(2025, 6, 2, 15, tzinfo=UTC), "abc", "1.1.3")
    counted(bases)
    counted(bases, NOW + timedelta(days=3))
    assert {p.mesuree_a for p in portees.read(bases[1], PLAN.slug)} == {NOW}


def test_nothing_sent_and_no_plan_leave_no_count(bases: Bases) -> None:
    assert counted(bases) == {}
    bases[1].execute("PRAGMA foreign_keys = OFF")
    bases[1].execute("DELETE FROM plans")
    assert counted(bases) == {}
