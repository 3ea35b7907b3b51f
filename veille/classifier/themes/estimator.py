"""The theme classifier as scikit-learn knows one. The only file of the room that imports numpy and scikit-learn.

Today `fit` compiles the theme file and learns nothing; the learner of decisions will stand beside it and take its
scores as features. Importing this module costs seconds: only `judge.py` does it, and only when it judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from veille.classifier.themes.lexicon import Lexique, probability
from veille.model import Document, Suggestion, Taxonomie


class ThemeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types.
    """Multi-label themes of documents: score, threshold and the words that made them.

    `X` is a sequence of `Document`, or of texts, each read as a title. Columns follow the order of the theme file.
    """

    def __init__(self, taxonomie: Taxonomie | None = None) -> None:
        self.taxonomie = taxonomie

    def fit(self, X: Iterable[Document | str], y: object = None) -> Self:  # noqa: N803, ARG002 - scikit-learn's contract.
        """Compile the theme file. `X` and `y` are accepted for a Pipeline and not read: nothing is learnt."""
        if self.taxonomie is None:
            raise ValueError("ThemeClassifier needs a taxonomie: ThemeClassifier(taxonomie=...).")
        self.lexique_ = Lexique(self.taxonomie)
        self.classes_ = np.array([t.slug for t in self.taxonomie.thematiques], dtype=object)
        return self

    def decision_function(self, X: Sequence[Document | str]) -> NDArray[np.float64]:  # noqa: N803
        """Scores in points of the theme file, n_documents x n_themes."""
        check_is_fitted(self)
        scores = [self.lexique_.scores(_document(x)) for x in X]
        return np.array(scores, dtype=np.float64).reshape(len(scores), len(self.classes_))

    def predict_proba(self, X: Sequence[Document | str]) -> NDArray[np.float64]:  # noqa: N803
        """The same scores between 0 and 1, 0.5 at the threshold (see `lexicon.probability`)."""
        scores = self.decision_function(X)
        seuils = self.lexique_.taxonomie.seuils
        plat = [probability(float(score), seuils) for score in scores.ravel()]
        return np.array(plat, dtype=np.float64).reshape(scores.shape)

    def predict(self, X: Sequence[Document | str]) -> NDArray[np.int_]:  # noqa: N803
        """1 where a theme is retained, else 0: the indicator matrix of multi-label scikit-learn."""
        check_is_fitted(self)
        rang = {slug: i for i, slug in enumerate(self.classes_)}
        lignes = [self.explain(x) for x in X]
        resultat = np.zeros((len(lignes), len(rang)), dtype=np.int_)
        for ligne, suggestions in enumerate(lignes):
            for suggestion in suggestions:
                resultat[ligne, rang[suggestion.valeur]] = suggestion.etat == "retenu"
        return resultat

    def explain(self, x: Document | str) -> tuple[Suggestion, ...]:
        """Themes of one document, retained or to look at, best first, each with its reasons."""
        check_is_fitted(self)
        suggestions: tuple[Suggestion, ...] = self.lexique_.suggest(_document(x))
        return suggestions

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.classifier_tags.multi_label = True
        tags.target_tags.required = False
        tags.requires_fit = True
        return tags


def _document(x: Document | str) -> Document:
    return Document(id="", titre=x) if isinstance(x, str) else x
