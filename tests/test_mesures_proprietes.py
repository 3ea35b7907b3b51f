"""Rules of counting that hold whatever the rows and their order: nothing twice, nothing withdrawn, nobody added up by years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan_mesure import (
    AN,
    AU,
    ENTIER,
    PLAN,
    activite,
    bulletin,
    donnee,
    facts,
    figure,
    organisation,
    outil,
    over,
    portee,
    sondage,
    soutien,
)
from veille.bilan import contributions
from veille.evaluation import Faits, Livrable, Numero, PublicSuivi, comptage, measure, totals
from veille.model import Audience, Plan
from veille.periodes import years

MOYENS = ("1.1.1", "1.1.1.1", "1.1.1.3", "1.1.2", "1.1.3", "1.1.3.1", "1.2.1", "1.3.1", "2.1.4", "2.1.6", "3.1.1")
INDICATEURS = ("IND-1.1.1-a", "IND-1.1.3-b", "IND-1.1.2-a", "IND-1.3.1-c")
VITE = settings(max_examples=20, deadline=None)

moyens = st.lists(st.sampled_from(MOYENS), min_size=1, max_size=4, unique=True)
jours = st.dates(date(2023, 1, 1), date(2026, 6, 30))
lieux = st.lists(st.sampled_from(("joliette", "montcalm", "inconnue")), max_size=2, unique=True).map(tuple)
codes = st.lists(st.sampled_from(("a", "b", "vieux-a", "absente")), max_size=3, unique=True).map(tuple)
organisations = (organisation(1, "a"), organisation(2, "b"), organisation(3, "vieux-a", 1))


@st.composite
def rows(draw: st.DrawFn) -> list[Any]:
    lot: list[Any] = []
    for numero in range(draw(st.integers(0, 12))):
        m, jour = draw(moyens), draw(jours)
        lot.append(
            draw(
                st.sampled_from(
                    (
                        activite(numero, *m, le=jour, mrc=draw(lieux), type=draw(st.sampled_from(("clds", "coco", "rencontre"))),
                                 presences=draw(st.none() | st.integers(0, 50)), note_sur_5=draw(st.none() | st.just(4.0))),
                        outil(numero, *m, le=jour, type=draw(st.sampled_from(("portrait", "evaluation")))),
                        soutien(numero, *m, debut_le=jour, organisations=draw(codes), type=draw(st.sampled_from(("continu", "ponctuel")))),
                        sondage(numero, *m, le=jour, repondants=draw(st.integers(0, 30)), moyenne=draw(st.none() | st.just(3.0))),
                        donnee(numero, draw(st.sampled_from(INDICATEURS)), debut_le=jour, fin=jour + timedelta(30), valeur=1.0, narratif="Texte."),
                    )
                )
            )
        )  # fmt: skip
    return lot


@st.composite
def digests(draw: st.DrawFn) -> tuple[Livrable, ...]:
    return tuple(
        bulletin(n, *draw(moyens), le=draw(jours), contenu=draw(st.sampled_from(("", "x", "y"))),
                 genre=draw(st.sampled_from(("bulletin", "bulletin", "rappel", "alerte", "avis"))))
        for n in range(draw(st.integers(0, 8)))
    )  # fmt: skip


def said(faits: Faits, plan: Plan = PLAN) -> list[tuple[str, float | None, str, tuple[str, ...], str]]:
    toutes = (*measure(plan, faits, faits.periode, AU), *totals(plan, faits, faits.periode, AU))
    return [(m.indicateur.id, m.valeur, m.phrase, m.detail, m.cible_phrase) for m in toutes]


@VITE
@given(rows(), digests(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(lot: list[Any], livrables: tuple[Livrable, ...], hasard: Any) -> None:
    droit = said(facts(*lot, livrables=livrables, organisations=organisations))
    melange, battus = list(lot), list(livrables)
    hasard.shuffle(melange)
    hasard.shuffle(battus)
    assert said(facts(*melange, livrables=tuple(battus), organisations=organisations)) == droit


@VITE
@given(rows(), digests())
def test_a_row_read_twice_counts_once(lot: list[Any], livrables: tuple[Livrable, ...]) -> None:
    droit = said(facts(*lot, livrables=livrables, organisations=organisations))
    assert said(facts(*lot, *lot, livrables=(*livrables, *livrables), organisations=organisations)) == droit


@VITE
@given(rows(), rows())
def test_a_withdrawn_row_changes_nothing(lot: list[Any], autres: list[Any]) -> None:
    retirees = [replace(x, id=1000 + x.id, retiree=True) for x in autres]
    droit = facts(*lot, organisations=organisations)
    avec = facts(*lot, *retirees, organisations=organisations)
    assert said(avec) == said(droit)
    for moyen in ("1.1.1", "3.1.1"):
        assert contributions(PLAN, avec, moyen, AN) == contributions(PLAN, droit, moyen, AN)


@VITE
@given(rows(), digests())
def test_a_total_is_never_more_than_the_sum_of_moyens_nor_less_than_any(
    lot: list[Any], livrables: tuple[Livrable, ...]
) -> None:
    faits = facts(*lot, livrables=livrables)
    entier = len(comptage.tools(livrables, PLAN.ids(), AN))
    par_moyen = [len(comptage.tools(livrables, comptage.codes_of(PLAN, m.id), AN)) for m in PLAN.moyens]
    assert max(par_moyen, default=0) <= entier <= sum(par_moyen)
    activites = faits.registres.activites
    total = figure("TOTAL-activites", faits).valeur or 0
    chacun = [len(comptage.within(comptage.serving(activites, comptage.codes_of(PLAN, m.id)), AN)) for m in PLAN.moyens]
    assert max(chacun, default=0) <= total <= sum(chacun)


@VITE
@given(rows())
def test_meetings_of_the_years_add_up_to_those_of_the_plan(lot: list[Any]) -> None:
    faits = facts(*lot)
    ans = [figure("TOTAL-activites", over(faits, an)).valeur or 0 for an in years(ENTIER)]
    assert sum(ans) == (figure("TOTAL-activites", over(faits, ENTIER)).valeur or 0)


@VITE
@given(st.lists(st.integers(0, 500), min_size=3, max_size=3), st.none() | st.integers(0, 900))
def test_people_of_a_plan_are_its_own_count_or_nothing(ans: list[int], entier: int | None) -> None:
    portees = [portee("", an, n) for an, n in zip(years(ENTIER), ans, strict=True)]
    if entier is not None:
        portees.append(portee("", ENTIER, entier))
    assert figure("TOTAL-personnes", facts(periode=ENTIER, portees=tuple(portees))).valeur == entier


@VITE
@given(rows())
def test_what_staff_give_changes_no_figure_that_is_counted(lot: list[Any]) -> None:
    sans = [x for x in lot if not hasattr(x, "narratif")]
    comptes = {code: valeur for code, valeur, *_ in said(facts(*sans)) if code not in ("PROP-4.3.2", "IND-1.3.1-c")}
    avec = {code: valeur for code, valeur, *_ in said(facts(*lot)) if code in comptes}
    assert avec == comptes


@VITE
@given(
    st.sampled_from(("mensuel", "hebdomadaire", "bimensuel")),
    st.sampled_from(("lundi", "jeudi")),
    st.lists(st.tuples(st.integers(0, 300), st.none() | st.integers(0, 12)), max_size=12),
)
def test_each_planned_day_has_one_issue_at_most_and_no_issue_two_days(
    rythme: Any, jour: Any, numeros: list[tuple[int, int | None]]
) -> None:
    debut = date(2025, 4, 1)
    lot = tuple(
        Numero(n, "", debut + timedelta(c), None if p is None else debut + timedelta(c + p))
        for n, (c, p) in enumerate(sorted(numeros, key=lambda x: x[0]))
    )
    jours_ = comptage.planned_days(PublicSuivi(Audience("a", "A", rythme=rythme, jour=jour), lot), AN, AU)
    assert len({j for j, _ in jours_}) == len(jours_)
    tenus = [n for _, n in jours_ if n is not None]
    assert len(set(tenus)) == len(tenus)
    for prevu, numero in jours_:
        if numero is not None:
            publie = lot[numero].publie_le
            assert publie is not None and publie <= prevu


@VITE
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=8))
def test_merges_end_somewhere_even_when_they_turn_in_circles(fusions: list[tuple[int, int]]) -> None:
    fiches = {n: organisation(n, f"o{n}") for n in range(1, 7)}
    for de, vers in fusions:
        fiches[de] = replace(fiches[de], fusionnee_dans=vers if vers != de else None)
    soutiens = [soutien(1, "2.1.6", organisations=tuple(f"o{n}" for n in range(1, 7)))]
    distinctes = comptage.organisations(soutiens, {f.code: f for f in fiches.values()})
    assert 1 <= len(distinctes) <= 6
