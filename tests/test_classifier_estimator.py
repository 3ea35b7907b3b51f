"""The theme classifier keeps scikit-learn's promises, and says the same thing as the lexicon."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from veille.classifier.themes.estimator import ThemeClassifier
from veille.classifier.themes.lexicon import Lexique
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
    assert classifieur.get_params() == {"taxonomie": TAXONOMIE}
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
    assert classifieur.decision_function(TITRES).tolist() == [[6, 4, 0], [0, 0, 2], [-6, 0, 0], [0, 0, 0]]
    assert classifieur.predict(TITRES).tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    probabilites = classifieur.predict_proba(TITRES)
    assert probabilites[0, 1] == 0.5
    assert np.array_equal(probabilites.argsort(axis=None), classifieur.decision_function(TITRES).argsort(axis=None))


def test_documents_and_texts_read_as_titles_give_the_lexicons_own_numbers() -> None:
    classifieur = ThemeClassifier(TAXONOMIE).fit([])
    document = Document("1", "Une halte-chaleur", "pour locataires", "sous un toit")
    assert classifieur.decision_function([document])[0].tolist() == Lexique(TAXONOMIE).scores(document)
    assert classifieur.explain(document) == Lexique(TAXONOMIE).suggest(document)
    assert classifieur.explain(document.titre) == Lexique(TAXONOMIE).suggest(Document("", document.titre))


def test_no_document_gives_an_empty_matrix_of_the_right_width() -> None:
    classifieur = ThemeClassifier(TAXONOMIE).fit([])
    assert classifieur.predict([]).shape == classifieur.predict_proba([]).shape == (0, 3)


def test_it_works_at_the_end_of_a_pipeline() -> None:
    pipeline = make_pipeline(
        FunctionTransformer(lambda titres: [t.replace("abri", "toit") for t in titres]), ThemeClassifier(TAXONOMIE)
    )
    pipeline.fit(TITRES)
    assert pipeline.predict(["Des locataires sous un abri"]).tolist() == [[0, 1, 0]]
    assert pipeline.decision_function(["Un abri"]).tolist() == [[0, 0, 2]]
    assert is_classifier(pipeline)


def test_score_compares_with_an_indicator_matrix() -> None:
    classifieur = ThemeClassifier(TAXONOMIE).fit([])
    assert classifieur.score(TITRES, classifieur.predict(TITRES)) == 1.0
