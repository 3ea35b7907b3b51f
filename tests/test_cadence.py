"""When sources are read again: every day means every day, a failure is tried again, and a server is obeyed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from veille.cadence import PAS, next_visit
from veille.francais import FUSEAU
from veille.textes import CAUSES


@pytest.mark.parametrize("rythme", PAS)
def test_a_run_at_the_same_hour_finds_due_what_it_read_a_little_later_last_time(rythme: str, now: datetime) -> None:
    lu_a = now + min(PAS[rythme] / 20, timedelta(minutes=20))  # type: ignore[index]
    prochaine = next_visit(rythme, lu_a)  # type: ignore[arg-type]
    assert prochaine <= now + PAS[rythme]  # type: ignore[index]
    assert prochaine - lu_a > 0.9 * PAS[rythme]  # type: ignore[index]


def test_a_change_of_hour_moves_no_reading() -> None:
    veille_du_changement = datetime(2026, 10, 31, 18, 0, tzinfo=FUSEAU)
    ecart = next_visit("quotidien", veille_du_changement.astimezone(UTC)) - veille_du_changement.astimezone(UTC)
    assert ecart == timedelta(hours=23)


def test_a_failing_source_is_tried_again_soon_then_less_and_less_never_beyond_its_rhythm(now: datetime) -> None:
    attentes = [next_visit("quotidien", now, cause="delai", echecs_de_suite=n) - now for n in range(1, 40)]
    assert attentes[0] <= timedelta(hours=1)
    assert attentes == sorted(attentes)
    assert attentes[-1] <= timedelta(days=1)
    assert next_visit("mensuel", now, cause="delai", echecs_de_suite=500) <= now + timedelta(days=7)


@pytest.mark.parametrize("cause", CAUSES)
def test_no_cause_ends_the_visits_and_a_server_that_asks_to_wait_is_obeyed(cause: str, now: datetime) -> None:
    assert now < next_visit("horaire", now, cause=cause, echecs_de_suite=1) <= now + timedelta(days=7)
    assert next_visit("horaire", now, cause=cause, echecs_de_suite=1, attendre_s=90_000) >= now + timedelta(hours=25)
