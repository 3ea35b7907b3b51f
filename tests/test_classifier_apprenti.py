"""What learning promises: no story on both sides of a measure, weights that weigh, a prior that rare themes keep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from tests.petit_corpus import TAXONOMIE, FauxEncodeur, corpus
from veille.classifier.themes.apprenti import build
from veille.classifier.themes.depart import density_threshold, prior_model
from veille.classifier.themes.formation import (
    SEUIL_BORNE,
    fit,
    folds,
    latest,
    measure_reader,
    story,
    thresholds,
    train,
)
from veille.classifier.themes.lecteur import Lecteur
from veille.classifier.themes.recette import POSITIFS_POUR_SEUIL, SEUIL_Z
from veille.model import Document, Exemple, Taxonomie, Thematique

ESSAI = corpus(200, 7)
SANS_ROUTE = [e for e in corpus(80) if "route" not in e.themes]


@given(st.lists(st.text(max_size=3), max_size=60), st.integers(2, 7))
@settings(max_examples=200, deadline=None)
def test_folds_hold_every_example_once_and_never_a_story_on_both_sides(histoires: list[str], nombre: int) -> None:
    tenus_tous: list[int] = []
    for appris, tenus in folds(range(len(histoires)), histoires, nombre):
        assert not {histoires[i] for i in appris} & {histoires[i] for i in tenus}
        assert sorted([*appris, *tenus]) == list(range(len(histoires)))
        tenus_tous += tenus
    assert sorted(tenus_tous) == (list(range(len(histoires))) if len(histoires) >= 2 * nombre else [])


def test_the_fold_of_a_story_does_not_change_when_decisions_are_added() -> None:
    def together(nombre: int) -> set[frozenset[str]]:
        exemples = corpus(nombre)
        return {frozenset(story(e) for e in tenus) for _, tenus in folds(exemples, [story(e) for e in exemples])}

    avant, apres = together(40), together(80)
    assert all(any(pli <= suivant for suivant in apres) for pli in avant)


def test_the_latest_quarter_holds_nothing_of_an_older_story() -> None:
    avant, apres = latest(corpus(81))
    assert apres
    assert max(e.decide_le for e in avant if e.decide_le) <= min(e.decide_le for e in apres if e.decide_le)
    assert not {story(e) for e in avant} & {story(e) for e in apres}


def test_cross_validation_judges_every_example_without_what_was_decided_of_its_story() -> None:
    # Themes drawn by story: knowing a document's twin would give them away, the words cannot.
    hasard = np.random.default_rng(0)
    tires = [frozenset({"logis"} if hasard.random() < 0.5 else ()) for _ in range(60)]
    exemples = [
        Exemple(replace(e.document, titre=f"{e.document.titre} zz{i // 2}"), tires[i // 2], e.groupe)
        for i, e in enumerate(corpus(120))
    ]
    appris = train(TAXONOMIE, exemples, "essai")
    assert {e.document.id for e in appris.juges} == {e.document.id for e in exemples}
    assert appris.evaluation.micro_f1 < 0.7
    assert measure_reader(Lecteur(appris.modele), exemples).micro_f1 > 0.95  # What memory alone would have scored.


def test_a_heavier_decision_pulls_harder_than_a_lighter_one() -> None:
    oui = Exemple(Document("o", "Une serre municipale"), frozenset({"table"}))
    non = Exemple(Document("n", "Une serre municipale"))

    def score(poids_oui: float, poids_non: float) -> float:
        # Two « oui » for one « non », so that the class weights stay the same.
        lot = [*corpus(40), replace(oui, poids=poids_oui), replace(non, poids=poids_non)]
        pipeline = fit(TAXONOMIE, lot, SEUIL_Z, None)
        return float(pipeline.decision_function([oui.document])[0, 1])

    assert score(1.0, 0.1) > score(0.5, 0.5) + 0.2 > score(0.1, 1.0) + 0.4


def test_a_theme_that_no_decision_has_keeps_its_prior() -> None:
    appris = Lecteur(train(TAXONOMIE, SANS_ROUTE, "essai").modele)
    depart = Lecteur(prior_model(TAXONOMIE, density_threshold(TAXONOMIE, [e.document for e in SANS_ROUTE])))
    documents = [e.document for e in ESSAI] + [Document("t", "Le transport collectif et l’autobus exo")]
    assert np.abs(appris.score_all(documents)[:, 2] - depart.score_all(documents)[:, 2]).max() < 1e-4
    assert appris.score(documents[-1])[2] > 0
    assert (appris.modele.part[2], appris.modele.positifs[2]) == (0, 0)
    assert np.abs(appris.score_all(documents)[:, 0] - depart.score_all(documents)[:, 0]).max() > 1


def test_a_theme_that_every_decision_has_keeps_its_prior_too() -> None:
    tous = [replace(e, themes=e.themes | {"route"}) for e in corpus(40)]
    assert train(TAXONOMIE, tous, "essai").modele.part[2] == 0


@pytest.mark.parametrize("positifs", [POSITIFS_POUR_SEUIL - 1, POSITIFS_POUR_SEUIL])
def test_a_threshold_of_its_own_takes_thirty_positives(positifs: int) -> None:
    vrais = np.zeros((200, 1), bool)
    vrais[:positifs] = True
    scores = np.where(vrais, -0.3, -2.0)  # Everything right would pass at -0.3, nothing passes at 0.
    seuil = float(thresholds(vrais, scores)[0])
    assert (seuil == 0) == (positifs < POSITIFS_POUR_SEUIL)
    assert -SEUIL_BORNE <= seuil <= 0


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_thresholds_stay_near_even_odds_whatever_the_scores(graine: int) -> None:
    hasard = np.random.default_rng(graine)
    seuils = thresholds(hasard.random((120, 3)) < 0.4, hasard.normal(0, 5, (120, 3)))
    assert np.abs(seuils).max() <= SEUIL_BORNE


@pytest.mark.parametrize("encodeur", [None, FauxEncodeur()], ids=["sans encodeur", "avec encodeur"])
def test_corrections_never_bring_the_judge_below_its_first_day(encodeur: FauxEncodeur | None) -> None:
    depart = measure_reader(Lecteur(prior_model(TAXONOMIE, None, encodeur), encodeur), ESSAI)
    mesures = [
        measure_reader(Lecteur(train(TAXONOMIE, corpus(n), "essai", (), encodeur).modele, encodeur), ESSAI)
        for n in (12, 40, 160)
    ]
    assert all(m.micro_f1 >= depart.micro_f1 for m in mesures)
    assert mesures[-1].micro_f1 > 0.9 > depart.micro_f1


def test_themes_that_left_the_file_are_forgotten() -> None:
    restes = replace(TAXONOMIE, thematiques=TAXONOMIE.thematiques[:2])
    modele = train(restes, corpus(60), "essai").modele
    assert len(modele.base) == len(modele.positifs) == 2


@pytest.mark.parametrize("nombre", [0, 1, 2, 9])
def test_a_handful_of_decisions_with_hardly_a_word_in_common_is_enough_to_learn(nombre: int) -> None:
    maigre = Taxonomie((Thematique("logis", "Logis", "toit"), Thematique("table", "Table", "pomme")), ())
    exemples = [
        Exemple(Document(str(i), chr(97 + i) * 6), frozenset({"logis"} if i % 2 else ())) for i in range(nombre)
    ]
    modele = train(maigre, exemples, "essai").modele
    assert modele.exemples == nombre
    assert Lecteur(modele).score(Document("x", "Un toit"))[0] > 0


def test_learning_twice_gives_the_same_model() -> None:
    un, deux = (train(TAXONOMIE, corpus(60), "essai").modele for _ in range(2))
    assert np.array_equal(un.mots.poids, deux.mots.poids)
    assert np.array_equal(un.seuils, deux.seuils)


def test_the_pipeline_obeys_scikit_learn() -> None:
    pipeline = build(TAXONOMIE, 1.2)
    assert clone(pipeline).get_params()["melange"].get_params() == pipeline[-1].get_params()
    appris = fit(TAXONOMIE, corpus(40), 1.2, None)
    documents = [e.document for e in ESSAI[:5]]
    probabilites, classes = appris.predict_proba(documents), appris.predict(documents)
    assert probabilites.shape == classes.shape == (5, 3)
    assert np.array_equal(probabilites > 0.5, classes == 1)
