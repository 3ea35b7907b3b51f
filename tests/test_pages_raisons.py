"""Reasons as people read them: true, plain, and adding up."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.francais import NBSP
from veille.model import Raison, Suggestion
from veille.pages.raisons import Explication, explain, explain_fact, format_points, percent


def said(*raisons: Raison) -> Explication:
    return explain(Suggestion("thematique", "t", score=math.fsum(r.poids for r in raisons), raisons=raisons))


def plain(*phrases: str) -> list[str]:
    return [phrase.replace(NBSP, " ") for phrase in phrases]


def test_an_expression_is_told_once_with_the_places_where_it_was_read() -> None:
    dit = said(
        Raison("fort", "Popote roulante", 1.5, "titre"),
        Raison("fort", "popote roulante", 0.8, "resume"),
        Raison("indice", "repas", 0.3, "corps"),
        Raison("depart", "point de départ du thème", -5.4),
    )
    assert plain(*dit.pour) == [
        "« Popote roulante » dans le titre et dans le résumé (pèse beaucoup)",
        "« repas » dans le texte (pèse un peu)",
    ]
    assert dit.contre == dit.semblables == ()


def test_words_learnt_and_words_of_the_definition_are_told_together_by_side() -> None:
    dit = said(
        Raison("appris", "coopérative", 0.5),
        Raison("appris", "loyer", 0.4),
        Raison("appris", "condo", -0.3),
        Raison("definition", "loger", 0.1),
        Raison("hors_sujet", "hockey", -2.5),
        Raison("negative", "refuge animalier", -1.0, "titre"),
    )
    assert plain(*dit.pour) == [
        "mots appris de vos décisions : « coopérative », « loyer » (pèsent)",
        "mot de la définition du thème : « loger » (pèse très peu)",
    ]
    assert plain(*dit.contre) == [
        "mot de ce que la veille ne suit pas : « hockey » (pèse beaucoup contre)",
        "« refuge animalier » dans le titre (pèse contre)",
        "mot appris de vos décisions : « condo » (pèse un peu contre)",
    ]


def test_a_past_decision_is_told_apart_and_weighs_nothing() -> None:
    dit = said(Raison("fort", "bail", 2.0, "titre"), Raison("voisin", "« Un bail », classée sous Habitation"))
    assert dit.semblables == ("« Un bail », classée sous Habitation",)
    assert dit.total == "+2,00"
    assert len(dit.calcul) == 1


def test_what_is_not_words_keeps_its_own_sentence() -> None:
    dit = said(
        Raison("autres_mots", "tous les autres mots", 0.9),
        Raison("sens", "le sens général du texte", 2.4),
        Raison("autres_themes", "les autres thèmes reconnus", -0.5),
        Raison("jamais-vu", "une raison de demain", 0.1),
    )
    assert dit.pour == (
        "le sens général du texte (pèse beaucoup)",
        "tous les autres mots (pèsent)",
        "une raison de demain (pèse très peu)",
    )
    assert dit.contre == ("les autres thèmes reconnus (pèsent un peu contre)",)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            Raison,
            st.sampled_from(["fort", "negative", "appris", "definition", "autres_mots", "depart", "voisin", "?"]),
            st.text(max_size=12),
            st.floats(-9, 9),
            st.sampled_from(["", "titre", "resume", "corps"]),
        ),
        max_size=12,
    )
)
def test_the_points_shown_add_up_to_the_total_shown(raisons: list[Raison]) -> None:
    dit = said(*raisons)
    lus = [float(points.replace("−", "-").replace(",", ".")) for _, points in dit.calcul]
    total = float(dit.total.replace("−", "-").replace(",", "."))
    assert math.fsum(lus) == pytest.approx(total, abs=1e-9)
    assert total == pytest.approx(math.fsum(r.poids for r in raisons if r.genre != "voisin"), abs=0.0051)
    assert len(dit.calcul) == sum(r.genre != "voisin" for r in raisons)
    assert all(re.search(r"\(pès?e", phrase) for phrase in (*dit.pour, *dit.contre))


@pytest.mark.parametrize(
    ("genre", "raison", "attendu"),
    [
        ("territoire", Raison("nom", "« à Joliette »", 1.0, "resume"), "« à Joliette » dans le résumé"),
        ("territoire", Raison("inclus", "comprend Joliette", 1.0), "comprend Joliette"),
        ("territoire", Raison("source", "territoire habituel de la source"), "territoire habituel de la source"),
        ("type", Raison("indice", "programmation", 2.0, "titre"), "« programmation » dans le titre"),
        ("date_limite", Raison("phrase", "Avant le 4.", zone="corps"), "« Avant le 4. » dans le texte"),
        (
            "territoire",
            Raison("contexte", "« Matha », avec « Lanaudière » dans le texte", 1.0, "titre"),
            "« Matha », avec « Lanaudière » dans le texte",
        ),
    ],
)
def test_places_types_and_dates_say_what_was_read_without_points(genre: str, raison: Raison, attendu: str) -> None:
    assert explain_fact(raison).replace(NBSP, " ") == attendu
    dit = explain(Suggestion(genre, "x", raisons=(raison,)))  # type: ignore[arg-type]  # One of the kinds.
    assert (plain(*dit.pour), dit.calcul, dit.total) == ([attendu], (), "")


def test_points_and_chances_are_written_in_french() -> None:
    assert [format_points(x) for x in (6, -1.5, 0.25)] == ["+6", "−1,5", "+0,2"]
    assert [format_points(x, 2) for x in (6, -1.5)] == ["+6,00", "−1,50"]
    assert [percent(p) for p in (0.0, 0.004, 0.815, 0.9992, 1.0)] == [
        f"{n}{NBSP}%" for n in (1, 1, 82, 99, 99)
    ]  # fmt: skip
