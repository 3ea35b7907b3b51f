"""The learner as scikit-learn estimators in one Pipeline: words and letters, what the theme file says, the blend.

    Pipeline: traits (FeatureUnion: mots, lettres, [sens], avis) → melange (PriorBlend)

`X` is a sequence of `Document`. `y` has a row per document and a column per theme: 1 has it, 0 has not; a row of -1 is
a document nobody judged, which only lends its words. `fit` costs seconds: what judges afterwards is `modele.py`, the same
numbers without scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils.validation import check_is_fitted

from veille.classifier.themes import recette as r
from veille.classifier.themes.depart import theme_senses
from veille.classifier.themes.encodeur import DIMENSIONS, Encodeur
from veille.classifier.themes.lexicon import Lexique
from veille.classifier.themes.textes_lus import seed, sentence, stem_text, word_text
from veille.model import Document, Taxonomie

Matrice = NDArray[np.float64]
# The dual form costs twenty times less on so many columns; this tolerance moves a log-odds by .007 at most.
SOLVEUR: dict[str, Any] = {"dual": True, "tol": 1e-2, "max_iter": 1_000, "random_state": 0}
JAMAIS = -30.0  # Log-odds of a theme that no document of the training set has: its prior alone speaks.


def build(taxonomie: Taxonomie, seuil_z: float, encodeur: Encodeur | None = None, min_df: int = 2) -> Pipeline:
    """The whole estimator, unfitted. `seuil_z`: Z where the prior is even (see `recette`).

    `min_df`: in how many documents a word is, to be one; 1 when there are so few that none may be in two.
    """
    traits: list[tuple[str, Any]] = [
        ("mots", word_vectorizer(min_df)),
        ("lettres", letter_vectorizer(min_df)),
        *([("sens", SentenceVectors(encodeur))] if encodeur else []),
        ("avis", ThemePrior(taxonomie, encodeur)),
    ]
    melange = PriorBlend(len(taxonomie.thematiques), seuil_z, avec_sens=encodeur is not None)
    return Pipeline([("traits", FeatureUnion(traits)), ("melange", melange)])


def word_vectorizer(min_df: int) -> TfidfVectorizer:
    """Stems, alone and by two."""
    return TfidfVectorizer(
        preprocessor=stem_text,
        tokenizer=str.split,
        token_pattern=None,
        lowercase=False,
        ngram_range=r.N_GRAMMES_MOTS,
        sublinear_tf=True,
        min_df=min_df,
    )


def letter_vectorizer(min_df: int) -> TfidfVectorizer:
    """Three to five letters in a row within a word: spelling variants, derived and compound words."""
    return TfidfVectorizer(
        preprocessor=word_text,
        analyzer="char_wb",
        lowercase=False,
        ngram_range=r.N_GRAMMES_LETTRES,
        sublinear_tf=True,
        min_df=min_df,
        max_features=r.LETTRES_MAX,
    )


class SentenceVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types.
    """The sense of documents, `DIMENSIONS` columns."""

    def __init__(self, encodeur: Encodeur | None = None) -> None:
        self.encodeur = encodeur

    def fit(self, X: Sequence[Document], y: object = None) -> Self:  # noqa: N803, ARG002 - scikit-learn's contract.
        """Nothing is learnt."""
        return self

    def transform(self, X: Sequence[Document]) -> sp.csr_matrix:  # noqa: N803
        """One row a document, of length 1."""
        if self.encodeur is None:
            raise ValueError("SentenceVectors needs an encodeur.")
        return sp.csr_matrix(self.encodeur([sentence(d) for d in X]).astype(np.float64))

    def __sklearn_is_fitted__(self) -> bool:
        return True


class ThemePrior(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """What the theme file alone says: blocks of one column a theme: √(K/2), cosine of words, of letters, [of sense].

    The words and letters known are those of the theme file itself, weighed by how few themes use them: measured better
    than an archive's frequencies, and needs no archive.
    """

    def __init__(self, taxonomie: Taxonomie | None = None, encodeur: Encodeur | None = None) -> None:
        self.taxonomie = taxonomie
        self.encodeur = encodeur

    def fit(self, X: object = None, y: object = None) -> Self:  # noqa: N803, ARG002
        """Compile the theme file; documents are not read."""
        if self.taxonomie is None:
            raise ValueError("ThemePrior needs a taxonomie.")
        graines = [seed(t) for t in self.taxonomie.thematiques]
        self.lexique_ = Lexique(self.taxonomie)
        self.mots_, self.lettres_ = word_vectorizer(1).fit(graines), letter_vectorizer(1).fit(graines)
        self.graines_mots_ = self.mots_.transform(graines).toarray()
        self.graines_lettres_ = self.lettres_.transform(graines).toarray()
        self.graines_sens_ = theme_senses(self.taxonomie, self.encodeur) if self.encodeur else None
        return self

    def transform(self, X: Sequence[Document]) -> sp.csr_matrix:  # noqa: N803
        """Three or four blocks side by side, n_documents x (blocks x n_themes)."""
        check_is_fitted(self, "lexique_")
        n = len(self.graines_mots_)
        points = np.array([self.lexique_.scores(d) for d in X], dtype=np.float64).reshape(len(X), n)
        blocs = [
            signed_root(points),
            self.mots_.transform(X) @ self.graines_mots_.T,
            self.lettres_.transform(X) @ self.graines_lettres_.T,
        ]
        if self.graines_sens_ is not None and self.encodeur is not None:
            blocs.append(self.encodeur([sentence(d) for d in X]).astype(np.float64) @ self.graines_sens_.T)
        return sp.csr_matrix(np.hstack(blocs))


def signed_root(points: Matrice) -> Matrice:
    """√(K/2) with the sign of K: the tenth expression says less than the first, and negatives pull down."""
    racine: Matrice = np.sign(points) * np.sqrt(np.abs(points) / 2)
    return racine


class PriorBlend(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Log-odds of each theme: w x the learner's + (1 - w) x the prior's, w = n / (n + DEMI) for n confirmed documents.

    Blended in log-odds, not in probability: as good in every measure, and every word's share adds up to the score.
    The last columns of `X` are `ThemePrior`'s, just before them `SentenceVectors`'s when `avec_sens`.
    """

    def __init__(self, themes: int = 0, seuil_z: float = r.SEUIL_Z, *, avec_sens: bool = False) -> None:
        self.themes = themes
        self.seuil_z = seuil_z
        self.avec_sens = avec_sens

    def fit(self, X: sp.csr_matrix, y: NDArray[np.int_], sample_weight: Matrice | None = None) -> Self:  # noqa: N803
        """Learn one regression for each theme that some judged documents have and others have not."""
        y = np.asarray(y)
        juges = np.flatnonzero((y >= 0).all(axis=1))
        poids = np.ones(len(juges)) if sample_weight is None else np.asarray(sample_weight, dtype=float)[juges]
        traits, vrais = self._scaled(X[juges]), y[juges]
        self.n_features_in_ = X.shape[1]
        self.classes_ = np.arange(self.themes)
        self.coef_ = np.zeros((self.themes, traits.shape[1]))
        self.intercept_ = np.full(self.themes, JAMAIS)
        self.positifs_ = vrais.sum(axis=0) if len(juges) else np.zeros(self.themes, dtype=int)
        self.part_ = np.zeros(self.themes)
        for theme in range(self.themes):
            if 0 < self.positifs_[theme] < len(juges):
                self._fit_theme(theme, traits, vrais[:, theme], poids)
        return self

    def _fit_theme(self, theme: int, traits: sp.csr_matrix, vrais: NDArray[np.int_], poids: Matrice) -> None:
        regression = LogisticRegression(solver="liblinear", C=r.REGULARISATION, class_weight="balanced", **SOLVEUR)
        regression.fit(traits, vrais, sample_weight=poids)
        self.coef_[theme] = regression.coef_[0]
        self.intercept_[theme] = regression.intercept_[0]
        self.part_[theme] = self.positifs_[theme] / (self.positifs_[theme] + r.DEMI)

    def prior(self, X: sp.csr_matrix) -> Matrice:  # noqa: N803
        """Log-odds by the theme file alone."""
        blocs = [b.toarray() for b in self._blocks(X)]
        poids = (r.POIDS_K, r.POIDS_MOTS, r.POIDS_LETTRES, r.POIDS_SENS)[: len(blocs)]
        z = np.sum([p * b for p, b in zip(poids, blocs, strict=True)], axis=0)
        resultat: Matrice = r.PENTE * (z - self.seuil_z)
        return resultat

    def decision_function(self, X: sp.csr_matrix) -> Matrice:  # noqa: N803
        """Log-odds, n_documents x n_themes; 0 is as likely as not."""
        check_is_fitted(self, "coef_")
        appris = self._scaled(X) @ self.coef_.T + self.intercept_
        resultat: Matrice = self.part_ * appris + (1 - self.part_) * self.prior(X)
        return resultat

    def predict_proba(self, X: sp.csr_matrix) -> Matrice:  # noqa: N803
        """The same as probabilities."""
        return sigmoid(self.decision_function(X))

    def predict(self, X: sp.csr_matrix) -> NDArray[np.int_]:  # noqa: N803
        """1 where a theme is more likely than not."""
        resultat: NDArray[np.int_] = (self.decision_function(X) > 0).astype(np.int_)
        return resultat

    def _blocks(self, X: sp.csr_matrix) -> list[sp.csr_matrix]:  # noqa: N803
        nombre = 4 if self.avec_sens else 3
        debut = X.shape[1] - nombre * self.themes
        return [X[:, debut + i * self.themes : debut + (i + 1) * self.themes] for i in range(nombre)]

    def _scaled(self, X: sp.csr_matrix) -> sp.csr_matrix:  # noqa: N803
        return (X @ sp.diags(column_scales(X.shape[1], self.themes, avec_sens=self.avec_sens))).tocsr()


def column_scales(colonnes: int, themes: int, *, avec_sens: bool) -> Matrice:
    """What the learner multiplies each column of the traits by: tf-idf as it is, sense and prior at their own size."""
    echelles = np.ones(colonnes)
    blocs = (r.ECHELLE_K, r.ECHELLE_C, r.ECHELLE_C, *([r.ECHELLE_E] if avec_sens else []))
    debut = colonnes - len(blocs) * themes
    for i, echelle in enumerate(blocs):
        echelles[debut + i * themes : debut + (i + 1) * themes] = r.ECHELLE_AVIS * echelle
    if avec_sens:
        echelles[debut - DIMENSIONS : debut] = r.ECHELLE_SENS
    return echelles


def sigmoid(logits: Matrice) -> Matrice:
    """Log-odds to probabilities, without overflow."""
    resultat: Matrice = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return resultat
