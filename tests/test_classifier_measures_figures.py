"""The figures of an evaluation: scikit-learn's own, to 1e-9, whatever the trial set."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import asdict, replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    brier_score_loss,
    f1_score,
    label_ranking_average_precision_score,
    precision_recall_fscore_support,
)

from veille.classifier import measures
from veille.classifier.measures import evaluate
from veille.model.apprentissage import Confusion, MesureTheme, Tranche


class Jeu(NamedTuple):
    vrais: NDArray[np.bool_]
    probabilites: NDArray[np.float64]
    retenus: NDArray[np.bool_]
    slugs: tuple[str, ...]


# Ties, bounds of the bins and both ends come often; so does anything between.
PROBABILITES = st.sampled_from([k / 15 for k in range(16)]) | st.floats(0, 1)


@st.composite
def jeux(draw: st.DrawFn) -> Jeu:
    forme = (draw(st.integers(1, 12)), draw(st.integers(2, 5)))
    return Jeu(
        draw(hnp.arrays(np.bool_, forme)),
        draw(hnp.arrays(np.float64, forme, elements=PROBABILITES)),
        draw(hnp.arrays(np.bool_, forme)),
        tuple("abcde"[: forme[1]]),
    )


def close(valeur: float) -> object:
    return pytest.approx(valeur, abs=1e-9)


@given(jeux())
def test_precision_recall_and_f1_are_those_of_scikit_learn(jeu: Jeu) -> None:
    mesure = evaluate(*jeu)
    precision, rappel, f1, _ = precision_recall_fscore_support(jeu.vrais, jeu.retenus, average="micro", zero_division=0)
    assert (mesure.precision, mesure.rappel, mesure.micro_f1) == (close(precision), close(rappel), close(f1))
    assert measures.micro_f1(jeu.vrais, jeu.retenus) == mesure.micro_f1
    par_theme = np.transpose(precision_recall_fscore_support(jeu.vrais, jeu.retenus, average=None, zero_division=0)[:3])
    assert [(t.precision, t.rappel, t.f1) for t in mesure.themes] == [tuple(map(close, ligne)) for ligne in par_theme]


@given(jeux())
def test_macro_f1_averages_the_themes_that_a_document_has(jeu: Jeu) -> None:
    presents = jeu.vrais.any(axis=0)
    attendu = (
        f1_score(jeu.vrais[:, presents], jeu.retenus[:, presents], average="macro", zero_division=0)
        if presents.sum() > 1
        else f1_score(jeu.vrais[:, presents].ravel(), jeu.retenus[:, presents].ravel(), zero_division=0)
        if presents.any()
        else 0.0
    )
    assert evaluate(*jeu).macro_f1 == close(attendu)


@given(jeux())
def test_lrap_is_scikit_learns_over_documents_that_have_a_theme_ties_included(jeu: Jeu) -> None:
    avec = jeu.vrais.any(axis=1)
    attendu = label_ranking_average_precision_score(jeu.vrais[avec], jeu.probabilites[avec]) if avec.any() else 0.0
    assert evaluate(*jeu).lrap == measures.lrap(jeu.vrais, jeu.probabilites) == close(attendu)


@given(jeux())
def test_brier_and_the_reliability_curve_are_those_of_scikit_learn(jeu: Jeu) -> None:
    mesure = evaluate(*jeu)
    v, p = jeu.vrais.ravel(), jeu.probabilites.ravel()
    assert mesure.brier == measures.brier(jeu.vrais, jeu.probabilites) == close(brier_score_loss(v, p, pos_label=True))
    observees, annoncees = calibration_curve(v, p, n_bins=15, pos_label=True)
    assert [t.observee for t in mesure.fiabilite] == [close(x) for x in observees]
    assert [t.annoncee for t in mesure.fiabilite] == [close(x) for x in annoncees]
    assert sum(t.n for t in mesure.fiabilite) == v.size


@given(jeux(), st.integers(1, 20))
def test_ece_is_the_mean_gap_of_the_bins(jeu: Jeu, tranches: int) -> None:
    p, v = jeu.probabilites.ravel(), jeu.vrais.ravel()
    bornes = np.linspace(0, 1, tranches + 1)
    attendu = 0.0
    for rang in range(tranches):
        dedans = (p <= bornes[rang + 1]) & ((p > bornes[rang]) | (rang == 0))
        if dedans.any():
            attendu += dedans.mean() * abs(p[dedans].mean() - v[dedans].mean())
    assert measures.ece(jeu.vrais, jeu.probabilites, tranches) == close(attendu)
    assert evaluate(*jeu).ece == measures.ece(jeu.vrais, jeu.probabilites, 15)


@given(jeux())
def test_off_topic_f1_measures_no_theme_as_an_answer(jeu: Jeu) -> None:
    mesure = evaluate(*jeu)
    vrai, propose = ~jeu.vrais.any(axis=1), ~jeu.retenus.any(axis=1)
    assert mesure.hors_sujet_f1 == close(f1_score(vrai, propose, pos_label=True, zero_division=0))
    assert mesure.sans_theme == vrai.sum()


@given(jeux())
def test_confusions_pair_a_missed_theme_with_one_proposed_wrongly(jeu: Jeu) -> None:
    paires: Counter[tuple[str, str]] = Counter()
    for vrais, retenus in zip(jeu.vrais, jeu.retenus, strict=True):
        manques = [s for s, v, r in zip(jeu.slugs, vrais, retenus, strict=True) if v and not r]
        a_tort = [s for s, v, r in zip(jeu.slugs, vrais, retenus, strict=True) if r and not v]
        paires.update((a, b) for a in manques for b in a_tort)
    attendues = sorted(paires.items(), key=lambda p: (-p[1], p[0]))
    assert evaluate(*jeu).confusions == tuple(Confusion(a, b, n) for (a, b), n in attendues[:20])


def test_only_the_twenty_most_frequent_confusions_are_told() -> None:
    slugs = [f"t{i:02}" for i in range(30)]
    vrais = np.eye(30, dtype=np.bool_)
    vrais = np.vstack([vrais, vrais[29:]])  # the last pair is met twice
    confusions = evaluate(vrais, vrais * 1.0, np.roll(vrais, 1, axis=1), slugs).confusions
    assert len(confusions) == 20
    assert confusions[:2] == (Confusion("t29", "t00", 2), Confusion("t00", "t01", 1))


@given(jeux())
def test_every_figure_is_between_zero_and_one(jeu: Jeu) -> None:
    mesure = evaluate(*jeu, semaines=["2026-S48"] * len(jeu.vrais))
    valeurs = [v for v in asdict(mesure).values() if isinstance(v, float)]
    valeurs += [x for t in mesure.fiabilite for x in (t.annoncee, t.observee)]
    valeurs += [x for s in mesure.semaines for x in (s.micro_f1, s.ece)]
    assert len(valeurs) > 10
    assert all(0 <= valeur <= 1 + 1e-12 for valeur in valeurs)


@given(jeux(), st.randoms(use_true_random=False))
def test_the_order_of_documents_and_themes_changes_nothing(jeu: Jeu, hasard: object) -> None:
    lignes, colonnes = list(range(len(jeu.vrais))), list(range(len(jeu.slugs)))
    hasard.shuffle(lignes)  # type: ignore[attr-defined]
    hasard.shuffle(colonnes)  # type: ignore[attr-defined]
    melange = evaluate(
        *(t[np.ix_(lignes, colonnes)] for t in jeu[:3]),  # type: ignore[arg-type]
        [jeu.slugs[c] for c in colonnes],
    )
    droit = evaluate(*jeu)
    assert {t.slug: t for t in melange.themes} == {t.slug: t for t in droit.themes}
    assert melange.confusions == droit.confusions
    for nom, valeur in asdict(droit).items():
        if isinstance(valeur, float | int):
            assert getattr(melange, nom) == close(valeur), nom
    assert [t.n for t in melange.fiabilite] == [t.n for t in droit.fiabilite]


@given(jeux())
def test_a_perfect_model_gets_one_everywhere_and_no_gap(jeu: Jeu) -> None:
    jeu.vrais[0, 0] = True
    mesure = evaluate(jeu.vrais, jeu.vrais.astype(np.float64), jeu.vrais, jeu.slugs)
    assert {mesure.micro_f1, mesure.macro_f1, mesure.precision, mesure.rappel, mesure.lrap} == {1.0}
    assert (mesure.brier, mesure.ece, mesure.confusions) == (0, 0, ())
    assert mesure.hors_sujet_f1 == (1.0 if mesure.sans_theme else 0.0)


@given(jeux(), st.floats(0, 1))
def test_a_threshold_keeps_what_reaches_it(jeu: Jeu, seuil: float) -> None:
    retenus = np.array([[p >= seuil for p in ligne] for ligne in jeu.probabilites])
    attendu = close(f1_score(jeu.vrais, retenus, average="micro", zero_division=0))
    assert measures.threshold_f1(jeu.vrais, jeu.probabilites, seuil) == attendu
    assert measures.threshold_f1(jeu.vrais, jeu.probabilites, [seuil] * len(jeu.slugs)) == attendu


def test_each_theme_has_its_own_threshold() -> None:
    vrais = np.array([[True, False], [True, True]])
    probabilites = np.array([[0.3, 0.6], [0.2, 0.9]])
    assert measures.threshold_f1(vrais, probabilites, [0.2, 0.7]) == 1.0
    assert measures.threshold_f1(vrais, probabilites, 0.5) == 0.4


def test_counts_and_points_are_those_made_by_hand() -> None:
    vrais = np.array([[1, 0], [1, 1], [0, 0], [0, 0]], dtype=np.bool_)
    probabilites = np.array([[0.9, 0.1], [0.5, 0.9], [0.9, 0.1], [0.1, 0.1]])
    mesure = evaluate(vrais, probabilites, probabilites >= 0.8, ("a", "b"))
    assert mesure.themes == (MesureTheme("a", 2, 2, 1), MesureTheme("b", 1, 1, 1))
    assert [replace(t, annoncee=round(t.annoncee, 9)) for t in mesure.fiabilite] == [
        Tranche(0.1, 0.0, 4),
        Tranche(0.5, 1.0, 1),
        Tranche(0.9, pytest.approx(2 / 3), 3),
    ]
    assert (mesure.documents, mesure.sans_theme) == (4, 2)
    assert mesure.hors_sujet_f1 == pytest.approx(2 / 3)  # one of the two is found, none is said wrongly


def test_each_week_is_measured_alone_in_order_and_unknown_weeks_are_left_out() -> None:
    vrais = np.array([[1, 0], [0, 1], [1, 0], [1, 0]], dtype=np.bool_)
    probabilites = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    semaines = ["2027-S01", "2026-S53", "2026-S53", ""]
    mesure = evaluate(vrais, probabilites, probabilites >= 0.5, ("a", "b"), semaines)
    assert [(s.semaine, s.documents, s.micro_f1, s.ece) for s in mesure.semaines] == [
        ("2026-S53", 2, 0.5, 0.5),
        ("2027-S01", 1, 1.0, 0.0),
    ]


@pytest.mark.parametrize("themes", [0, 2])
def test_nothing_to_measure_is_all_zeros_and_no_division(themes: int) -> None:
    vide = np.zeros((0, themes))
    mesure = evaluate(vide > 0, vide, vide > 0, "ab"[:themes])
    assert {valeur for valeur in asdict(mesure).values() if isinstance(valeur, float | int)} == {0}
    assert mesure.fiabilite == mesure.confusions == mesure.semaines == ()


TABLE = np.zeros((3, 2))


@pytest.mark.parametrize(
    ("probabilites", "retenus", "slugs", "semaines", "dit"),
    [
        (TABLE[:2], TABLE > 0, "ab", (), "shapes"),
        (TABLE, TABLE[:, :1] > 0, "ab", (), "shapes"),
        (TABLE, TABLE > 0, "abc", (), "2 columns for 3 themes"),
        (TABLE, TABLE > 0, "ab", ("2026-S48",), "1 weeks for 3 documents"),
        (TABLE + 1.5, TABLE > 0, "ab", (), "between 0 and 1"),
        (TABLE + np.nan, TABLE > 0, "ab", (), "between 0 and 1"),
    ],
)
def test_tables_that_do_not_fit_together_are_refused(
    probabilites: NDArray[np.float64], retenus: NDArray[np.bool_], slugs: str, semaines: tuple[str, ...], dit: str
) -> None:
    with pytest.raises(ValueError, match=dit):
        evaluate(TABLE > 0, probabilites, retenus, slugs, semaines)


def test_measuring_does_not_load_scikit_learn_and_the_card_does_not_load_numpy() -> None:
    programme = (
        "import sys\n"
        "import veille.classifier.card\n"
        "assert 'numpy' not in sys.modules, 'numpy'\n"
        "import veille.classifier.measures\n"
        "assert 'numpy' in sys.modules\n"
        "assert 'sklearn' not in sys.modules, 'sklearn'\n"
    )
    resultat = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=False)
    assert resultat.returncode == 0, resultat.stderr
