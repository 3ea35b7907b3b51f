"""The theme classifier as scikit-learn knows one: the whole of this room behind `fit` and `predict`.

For benches, notebooks and whoever knows scikit-learn; the pipeline trains through `formation.py` and judges without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from veille.classifier.themes.apprenti import sigmoid
from veille.classifier.themes.avis import judge_themes
from veille.classifier.themes.depart import prior_model
from veille.classifier.themes.encodeur import Encodeur
from veille.classifier.themes.formation import retained, train
from veille.classifier.themes.lecteur import Lecteur
from veille.model import Document, Exemple, Suggestion, Taxonomie


class ThemeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types.
    """Multi-label themes of documents, with probabilities and the words that made them.

    `X` is a sequence of `Document`, or of texts, each read as a title. Columns follow the order of the theme file.
    """

    def __init__(self, taxonomie: Taxonomie | None = None, encodeur: Encodeur | None = None) -> None:
        self.taxonomie = taxonomie
        self.encodeur = encodeur

    def fit(self, X: Sequence[Document | str] = (), y: ArrayLike | None = None) -> Self:  # noqa: N803 - scikit-learn's.
        """Learn from `y`, a row of 0 and 1 per document; without it, compile the theme file and learn nothing."""
        if self.taxonomie is None:
            raise ValueError("ThemeClassifier needs a taxonomie: ThemeClassifier(taxonomie=...).")
        self.classes_ = np.array([t.slug for t in self.taxonomie.thematiques], dtype=object)
        modele = prior_model(self.taxonomie, encodeur=self.encodeur)
        if y is not None:
            exemples = [
                Exemple(_document(x, rang), frozenset(self.classes_[np.asarray(ligne, dtype=bool)]))
                for rang, (x, ligne) in enumerate(zip(X, np.asarray(y), strict=True))
            ]
            modele = train(self.taxonomie, exemples, "appris", encodeur=self.encodeur).modele
        self.lecteur_ = Lecteur(modele, self.encodeur)
        return self

    def decision_function(self, X: Sequence[Document | str]) -> NDArray[np.float64]:  # noqa: N803
        """Log-odds, n_documents x n_themes."""
        check_is_fitted(self)
        return self.lecteur_.score_all([_document(x) for x in X]).astype(np.float64)

    def predict_proba(self, X: Sequence[Document | str]) -> NDArray[np.float64]:  # noqa: N803
        """The same as probabilities."""
        return sigmoid(self.decision_function(X))

    def predict(self, X: Sequence[Document | str]) -> NDArray[np.int_]:  # noqa: N803
        """1 where a theme is retained, else 0: the indicator matrix of multi-label scikit-learn."""
        scores = self.decision_function(X)
        modele = self.lecteur_.modele
        resultat: NDArray[np.int_] = retained(
            scores, modele.seuils.astype(np.float64), modele.taxonomie.seuils.max_themes
        ).astype(np.int_)
        return resultat

    def explain(self, x: Document | str) -> tuple[Suggestion, ...]:
        """Themes of one document, retained or to look at, best first, each with its reasons."""
        check_is_fitted(self)
        return judge_themes(self.lecteur_, _document(x)).suggestions

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.classifier_tags.multi_label = True
        tags.target_tags.required = False
        tags.requires_fit = True
        return tags


def _document(x: Document | str, rang: int = 0) -> Document:
    """A text alone is a story of its own, called by its rank: folds never split a story."""
    return Document(id=str(rang), titre=x) if isinstance(x, str) else x
