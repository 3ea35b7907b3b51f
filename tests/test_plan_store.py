"""The plan in the database: read back as the file says it, several plans side by side, the last loaded is the active one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as essais
from hypothesis import strategies as st

from veille import settings
from veille.model import Base, Plan
from veille.store import plan as store_plan
from veille.store.connexion import connect
from veille.store.schema import migrate

MAINTENANT = datetime(2025, 6, 2, 14, tzinfo=UTC)
PLAN = settings.load(Path(__file__).resolve().parents[1]).plan


def new_store() -> sqlite3.Connection:
    c = connect(":memory:")
    migrate(c)
    return c


@pytest.fixture
def c() -> Iterator[sqlite3.Connection]:
    c = new_store()
    yield c
    c.close()


def other(plan: Plan) -> Plan:
    return replace(plan, slug="plan-2026-2029", titre="Le suivant", debut=2026, fin=2029, bilan_le=date(2029, 3, 31))


def test_there_is_no_plan_before_one_is_loaded(c: sqlite3.Connection) -> None:
    assert store_plan.read(c) is None and store_plan.known(c) == []


def test_what_is_read_is_what_the_file_says_to_the_letter(c: sqlite3.Connection) -> None:
    avec_base = replace(PLAN.indicateurs[0], base=Base(12.5, date(2023, 3, 31), "Bilan 2022-2023"))
    plan = replace(PLAN, indicateurs=(avec_base, *PLAN.indicateurs[1:]))
    store_plan.sync(c, plan, MAINTENANT)
    assert store_plan.read(c) == plan


@pytest.fixture(scope="module")
def vivant() -> Iterator[sqlite3.Connection]:
    c = new_store()
    yield c
    c.close()


@essais(deadline=None)
@given(st.permutations(range(len(PLAN.moyens))), st.integers(1, len(PLAN.moyens)))
def test_whatever_is_moved_or_taken_out_the_order_of_the_file_is_kept(
    vivant: sqlite3.Connection, ordre: list[int], combien: int
) -> None:
    moyens = tuple(PLAN.moyens[i] for i in ordre[:combien])
    gardes = {m.id for m in moyens}
    plan = replace(
        PLAN,
        moyens=moyens,
        sous_moyens=tuple(s for s in PLAN.sous_moyens if s.moyen in gardes),
        indicateurs=tuple(i for i in PLAN.indicateurs if i.moyen in gardes),
    )
    store_plan.sync(vivant, plan, MAINTENANT)
    assert store_plan.read(vivant) == plan


def test_the_last_plan_loaded_is_the_active_one_and_the_rows_of_the_other_stay(c: sqlite3.Connection) -> None:
    store_plan.sync(c, PLAN, MAINTENANT)
    store_plan.sync(c, other(PLAN), MAINTENANT + timedelta(days=1))
    assert store_plan.read(c) == other(PLAN)
    assert store_plan.read(c, PLAN.slug) == PLAN
    assert store_plan.read(c, "inconnu") is None
    assert [(p.slug, p.actif) for p in store_plan.known(c)] == [("plan-2026-2029", True), ("plan-2023-2026", False)]


def test_a_plan_that_has_not_changed_is_not_written_again(c: sqlite3.Connection) -> None:
    store_plan.sync(c, PLAN, MAINTENANT)
    avant = c.total_changes
    store_plan.sync(c, PLAN, MAINTENANT + timedelta(days=1))
    assert c.total_changes == avant


def test_the_days_an_echeance_comes_to_are_told_in_the_table(c: sqlite3.Connection) -> None:
    store_plan.sync(c, PLAN, MAINTENANT)
    jours = dict(c.execute("SELECT code, echeance_du || ' ' || echeance_au FROM plan_moyens").fetchall())
    assert jours["1.2.2"] == "2023-04-01 2026-03-31" and jours["1.3.1"].strip() == ""
    assert jours["3.1.2"] == "2023-04-01 2024-12-31"
