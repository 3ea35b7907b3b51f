"""The theme classifier keeps scikit-learn's promises, and says the same thing as the judge of the pipeline."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from veille.classifier.themes.estimator import ThemeClassifier
from veille.classifier.themes.recette import PENTE, SEUIL_Z
from veille.model import Document, Expressions, Taxonomie, Thematique

TAXONOMIE = Taxonomie(
    (
        Thematique("a", "A", "", expressions=Expressions(fort=("halte-chaleur",), negatives=("mot interdit",))),
        Thematique("b", "B", "", expressions=Expressions(moyen=("locataire*",))),
        Thematique("c", "C", "", expressions=Expressions(indice=("toit",))),
    ),
    (),
)
TITRES = ["La halte-chaleur et les locataires", "Un toit", "Un mot interdit", ""]


def test_the_constructor_only_stores_and_parameters_come_back() -> None:
    classifieur = ThemeClassifier(taxonomie=TAXONOMIE)
    assert classifieur.get_params() == {"taxonomie": TAXONOMIE, "encodeur": None}
    assert not [nom for nom in vars(classifieur) if nom.endswith("_")]
    assert ThemeClassifier().set_params(taxonomie=TAXONOMIE).taxonomie is TAXONOMIE


def test_a_clone_is_unfitted_and_judges_alike() -> None:
    classifieur = ThemeClassifier(TAXONOMIE).fit(TITRES)
    copie = clone(classifieur)
    with pytest.raises(NotFittedError):
        copie.predict(TITRES)
    assert np.array_equal(copie.fit([]).decision_function(TITRES), classifieur.decision_function(TITRES))


@pytest.mark.parametrize("methode", ["predict", "predict_proba", "decision_function", "explain"])
def test_nothing_is_answered_before_fit(methode: str) -> None:
    with pytest.raises(NotFittedError):
        getattr(ThemeClassifier(TAXONOMIE), methode)(TITRES)


def test_fit_needs_a_taxonomy_and_returns_itself() -> None:
    classifieur = ThemeClassifier(TAXONOMIE)
    assert classifieur.fit(TITRES, y=None) is classifieur
    assert list(classifieur.classes_) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="needs a taxonomie"):
        ThemeClassifier().fit(TITRES)


def test_columns_are_themes_in_the_order_of_the_file() -> None:
    classifieur = ThemeClassifier(TAXONOMIE).fit(TITRES)
    scores = classifieur.decision_function(TITRES)
    assert classifieur.predict(TITRES).tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert np.allclose(scores[3], -PENTE * SEUIL_Z)  # A text that says nothing is as far from every theme.
    assert scores[2, 0] < scores[3, 0]  # A negative says less than nothing.
    probabilites = classifieur.predict_proba(TITRES)
    assert np.array_equal(probabilites > 0.5, scores > 0)
    assert np.array_equal(probabilites.argmax(axis=1)[:2], [0, 2])


def test_a_text_is_read_as_a_title_and_both_ways_of_asking_agree() -> None:
    classifieur = ThemeClassifier(TAXONOMIE).fit([])
    document = Document("1", "Une halte-chaleur", "pour locataires", "sous un toit")
    scores = dict(zip(classifieur.classes_, classifieur.decision_function([document])[0], strict=True))
    suggestions = classifieur.explain(document)
    assert {s.valeur for s in suggestions if s.etat == "retenu"} == {"a", "b", "c"}
    assert all(s.score == pytest.approx(scores[s.valeur], abs=1e-4) for s in suggestions)
    assert classifieur.explain(document.titre) == classifieur.explain(Document("", document.titre))
    (premiere,) = classifieur.explain(document.titre)
    assert ("fort", "halte-chaleur") in [(r.genre, r.texte) for r in premiere.raisons]


def test_fitted_on_judged_documents_it_learns_what_the_file_does_not_say() -> None:
    titres = [f"Le verger numéro {i}" for i in range(12)] + [f"La route numéro {i}" for i in range(12)]
    y = np.array([[0, 0, 1]] * 12 + [[0, 0, 0]] * 12)
    classifieur = ThemeClassifier(TAXONOMIE).fit(titres, y)
    assert classifieur.predict(["Le verger neuf", "La route neuve"]).tolist() == [[0, 0, 1], [0, 0, 0]]
    assert ThemeClassifier(TAXONOMIE).fit(titres).predict(["Le verger neuf"]).tolist() == [[0, 0, 0]]


def test_no_document_gives_an_empty_matrix_of_the_right_width() -> None:
    classifieur = ThemeClassifier(TAXONOMIE).fit([])
    assert classifieur.predict([]).shape == classifieur.predict_proba([]).shape == (0, 3)


def test_it_works_at_the_end_of_a_pipeline() -> None:
    pipeline = make_pipeline(
        FunctionTransformer(lambda titres: [t.replace("abri", "toit") for t in titres]), ThemeClassifier(TAXONOMIE)
    )
    pipeline.fit(TITRES)
    assert pipeline.predict(["Des locataires sous un abri"]).tolist() == [[0, 1, 1]]
    assert pipeline.decision_function(["Un abri"]).argmax() == 2
    assert is_classifier(pipeline)


def test_score_compares_with_an_indicator_matrix() -> None:
    classifieur = ThemeClassifier(TAXONOMIE).fit([])
    assert classifieur.score(TITRES, classifieur.predict(TITRES)) == 1.0
