"""Where each moyen stands, which échéances are late or near, how far they are; what serves a moyen counts once for it. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as essais
from hypothesis import strategies as st

from veille import settings
from veille.model import Plan, Suivi
from veille.plan import ETATS, HORIZON, Avancement, Rappel, by_moyen, count_states, deadlines, progress

RACINE = Path(__file__).resolve().parents[1]
AU = date(2026, 2, 1)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return settings.load_plan(RACINE)


def followed(plan: Plan, moyen: str, etat: str) -> Suivi:
    return Suivi(plan.slug, moyen, etat, date(2026, 1, 15))  # type: ignore[arg-type]


def test_what_a_person_said_prevails_over_rows_and_rows_over_nothing(plan: Plan) -> None:
    vus = progress(plan, {"1.1.1": followed(plan, "1.1.1", "reporte")}, {"1.1.1": 4, "1.1.2": 2})
    assert [vus[code].nom for code in ("1.1.1", "1.1.2", "1.1.3")] == [
        "reporté", "en cours d’après les registres", "sans suivi",
    ]  # fmt: skip
    assert len(vus) == len(plan.moyens)


@essais(deadline=None)
@given(st.lists(st.sampled_from(sorted(ETATS)), max_size=40))
def test_states_add_up_to_all_the_moyens_whatever_they_are(etats: list[str]) -> None:
    comptes = count_states(Avancement(str(n), etat) for n, etat in enumerate(etats))  # type: ignore[arg-type]
    assert sum(comptes.values()) == len(etats)
    assert list(comptes) == [etat for etat in ETATS if etat in etats]


def test_what_is_past_and_not_finished_comes_first_then_the_next_ninety_days(plan: Plan) -> None:
    vus = progress(plan, {"3.1.1": followed(plan, "3.1.1", "realise")}, {})
    echeances = deadlines(plan, vus, AU)
    assert [r.moyen.id for r in echeances.retards] == ["3.1.2", "3.2.2"]  # 3.1.1 is done, whatever its date.
    assert {r.le for r in echeances.prochaines} == {date(2026, 3, 31)}
    assert all(timedelta(0) <= r.le - AU <= HORIZON for r in echeances.prochaines)
    assert not {"1.3.1", "2.1.1"} & {
        r.moyen.id for r in (*echeances.retards, *echeances.prochaines)
    }  # None in the plan.


def test_a_phase_that_ends_soon_is_told_and_not_twice_when_the_moyen_ends_with_it(plan: Plan) -> None:
    rappels = deadlines(plan, progress(plan, {}, {}), date(2023, 11, 1)).prochaines
    assert [(r.genre, r.le) for r in rappels if r.moyen.id == "1.1.4"] == [("phase", date(2023, 12, 31))]
    fin = deadlines(plan, progress(plan, {}, {}), AU).prochaines
    assert [r.genre for r in fin if r.moyen.id == "1.1.4"] == ["fin"]


@pytest.mark.parametrize(("jours", "dit"), [(1, "1 jour"), (-12, "12 jours"), (91, "91 jours"), (-242, "8 mois")])
def test_how_far_a_date_is_said_in_words(plan: Plan, jours: int, dit: str) -> None:
    rappel = Rappel(plan.moyens[0], "fin", "", AU, jours)
    assert rappel.ecart.replace("\u00a0", " ") == dit


@essais(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["1.1.3", "1.1.3.1", "1.1.4", "1.1", "9.9"]), max_size=5), max_size=8))
def test_what_serves_a_moyen_and_its_sous_moyen_counts_once_for_it(lots: list[list[str]]) -> None:
    plan = settings.load_plan(RACINE)
    servis = by_moyen(plan, list(enumerate(lots)), lambda x: x[1])
    assert [n for n, _ in servis["1.1.3"]] == [n for n, codes in enumerate(lots) if {"1.1.3", "1.1.3.1"} & set(codes)]
    assert [n for n, _ in servis["1.1.4"]] == [n for n, codes in enumerate(lots) if "1.1.4" in codes]
    assert sum(map(len, servis.values())) == len(servis["1.1.3"]) + len(servis["1.1.4"])
