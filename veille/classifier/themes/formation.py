"""Training: examples → a fitted Pipeline → a model; how good it is by cross-validation; whether it may take over.

Everything here is pure: examples and the former model's measures come in, a model and its measures go out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from veille.classifier.measures import evaluate
from veille.classifier.themes import recette as r
from veille.classifier.themes.apprenti import build, sigmoid
from veille.classifier.themes.compile import compile_model
from veille.classifier.themes.depart import density_threshold
from veille.classifier.themes.encodeur import Encodeur
from veille.classifier.themes.lecteur import Lecteur
from veille.classifier.themes.modele import Modele
from veille.classifier.themes.textes_lus import seed
from veille.model import Document, Evaluation, Exemple, Taxonomie

T = TypeVar("T")
Matrice = NDArray[np.float64]
PLIS = 5
SEUIL_BORNE = 0.5  # A threshold of its own strays at most this far from even odds.
_PRUDENCE = 50  # Positives that pull a theme's threshold towards even odds.
_PEU = 30  # Under so many documents, one word may be all that there is.


@dataclass(frozen=True)
class Apprentissage:
    """A model, and how it did on documents it had not seen (`evaluation`): `juges`, with their log-odds in `scores`."""

    modele: Modele
    evaluation: Evaluation
    juges: tuple[Exemple, ...]
    scores: Matrice
    seuil_z: float


def train(
    taxonomie: Taxonomie,
    exemples: Sequence[Exemple],
    nom: str,
    archive: Sequence[Document] = (),
    encodeur: Encodeur | None = None,
) -> Apprentissage:
    """Learn from examples. `archive`: documents nobody judged, from which the expected number of themes is counted."""
    connus = known_themes(taxonomie, exemples)
    seuil_z = density_threshold(taxonomie, archive or [e.document for e in connus], encodeur)
    cours = _prepare(taxonomie, connus, seuil_z, encodeur)
    juges, scores = _cross_validate(cours, connus)
    seuils = thresholds(indicator(taxonomie, juges), scores)
    modele = compile_model(cours.finish(), taxonomie, nom, connus, seuils)
    return Apprentissage(modele, measure(taxonomie, juges, scores, seuils), tuple(juges), scores, seuil_z)


def fit(taxonomie: Taxonomie, exemples: Sequence[Exemple], seuil_z: float, encodeur: Encodeur | None) -> Any:
    """The fitted Pipeline, without cross-validation."""
    return _prepare(taxonomie, exemples, seuil_z, encodeur).finish()


class _Cours(NamedTuple):
    """What is learnt from, words counted once: `traits` a row per example then per theme's own words, judged by nobody."""

    pipeline: Any
    traits: Any
    y: NDArray[np.int_]
    poids: Matrice

    def blend(self, lignes: Sequence[int] | slice) -> Any:
        """The last step of the Pipeline, fitted on these rows."""
        return self.pipeline[-1].fit(self.traits[lignes], self.y[lignes], sample_weight=self.poids[lignes])

    def finish(self) -> Any:
        """The Pipeline fitted on everything."""
        self.blend(slice(None))
        return self.pipeline


def _prepare(taxonomie: Taxonomie, exemples: Sequence[Exemple], seuil_z: float, encodeur: Encodeur | None) -> _Cours:
    """The themes' own words join the vocabulary as documents that nobody judged."""
    pipeline = build(taxonomie, seuil_z, encodeur, min_df=2 if len(exemples) >= _PEU else 1)
    graines = [seed(t) for t in taxonomie.thematiques]
    traits = pipeline[0].fit_transform([*(e.document for e in exemples), *graines]).tocsr()
    y = np.vstack([indicator(taxonomie, exemples).astype(int), -np.ones((len(graines),) * 2, dtype=int)])
    return _Cours(pipeline, traits, y, np.array([e.poids for e in exemples] + [1.0] * len(graines)))


def _cross_validate(cours: _Cours, exemples: Sequence[Exemple]) -> tuple[list[Exemple], Matrice]:
    """Examples with the log-odds given by learners that had not seen what was decided of them, nor of their story.

    A held-out document lends its vocabulary, as an archive would, never its themes.
    """
    ordre: list[int] = []
    lots: list[Matrice] = [np.zeros((0, cours.y.shape[1]))]
    for appris, tenus in folds(range(len(exemples)), [story(e) for e in exemples]):
        ordre += tenus
        lots.append(cours.blend(appris).decision_function(cours.traits[tenus]))
    return [exemples[i] for i in ordre], np.vstack(lots)


def folds(exemples: Sequence[T], histoires: Sequence[str], nombre: int = PLIS) -> Iterator[tuple[list[T], list[T]]]:
    """Train and held-out sides. A story is never on both; the fold of a story follows from its name alone."""
    if len(exemples) < 2 * nombre:
        return
    par_pli: dict[int, list[T]] = defaultdict(list)
    for exemple, histoire in zip(exemples, histoires, strict=True):
        par_pli[_fold_of(histoire, nombre)].append(exemple)
    for pli in sorted(par_pli):
        yield [e for autre, lot in par_pli.items() if autre != pli for e in lot], par_pli[pli]


def story(exemple: Exemple) -> str:
    """What must not be on both sides of a measure: the group, or the document alone."""
    return exemple.groupe or exemple.document.id


def latest(exemples: Sequence[Exemple], part: float = 0.25) -> tuple[list[Exemple], list[Exemple]]:
    """Split by time: what was decided before, and the latest quarter, without any story of the first side."""
    dates = sorted(exemples, key=lambda e: (e.decide_le or date.min, e.document.id))
    coupe = int(len(dates) * (1 - part))
    avant = dates[:coupe]
    connus = {story(e) for e in avant}
    return avant, [e for e in dates[coupe:] if story(e) not in connus]


def thresholds(vrais: NDArray[np.bool_], scores: Matrice) -> Matrice:
    """A log-odds threshold by theme: even odds, or the best of cross-validation drawn towards it, from 30 positives."""
    seuils = np.zeros(scores.shape[1])
    for theme in range(scores.shape[1]):
        positifs = int(vrais[:, theme].sum())
        if positifs >= r.POSITIFS_POUR_SEUIL:
            meilleur = _best_threshold(vrais[:, theme], scores[:, theme])
            seuils[theme] = meilleur * positifs / (positifs + _PRUDENCE)
    return seuils


def _best_threshold(vrais: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """The threshold of the best F1, among those near even odds; the nearest to even odds when several are as good."""
    essais = np.linspace(-SEUIL_BORNE, SEUIL_BORNE, 31)
    proposes = scores[:, None] >= essais
    justes = (proposes & vrais[:, None]).sum(axis=0)
    f1 = 2 * justes / np.maximum(1, proposes.sum(axis=0) + vrais.sum())
    return float(min(essais[f1 >= f1.max() - 1e-9], key=abs))


def measure(taxonomie: Taxonomie, exemples: Sequence[Exemple], scores: Matrice, seuils: Matrice) -> Evaluation:
    """How right these log-odds are on these examples."""
    slugs = [t.slug for t in taxonomie.thematiques]
    return evaluate(
        indicator(taxonomie, exemples),
        sigmoid(scores),
        retained(scores, seuils, taxonomie.seuils.max_themes),
        slugs,
        weeks(exemples),
    )


def measure_reader(lecteur: Lecteur, exemples: Sequence[Exemple]) -> Evaluation:
    """How right a model is on examples it has not learnt from."""
    modele = lecteur.modele
    scores = lecteur.score_all([e.document for e in exemples]).astype(np.float64)
    return measure(modele.taxonomie, exemples, scores, modele.seuils.astype(np.float64))


def retained(scores: Matrice, seuils: Matrice, maximum: int) -> NDArray[np.bool_]:
    """Past its threshold and among the best."""
    marges = scores - seuils
    rangs = np.argsort(np.argsort(-marges, axis=1), axis=1)
    resultat: NDArray[np.bool_] = (marges >= 0) & (rangs < maximum)
    return resultat


def known_themes(taxonomie: Taxonomie, exemples: Sequence[Exemple]) -> list[Exemple]:
    """The same examples without themes that the file no longer has."""
    slugs = {t.slug for t in taxonomie.thematiques}
    return [e if e.themes <= slugs else replace(e, themes=e.themes & slugs) for e in exemples]


def indicator(taxonomie: Taxonomie, exemples: Sequence[Exemple]) -> NDArray[np.bool_]:
    """n_examples x n_themes: which has which."""
    lignes = [[t.slug in e.themes for t in taxonomie.thematiques] for e in exemples]
    return np.array(lignes, dtype=bool).reshape(len(exemples), len(taxonomie.thematiques))


def weeks(exemples: Sequence[Exemple]) -> list[str]:
    """The ISO week of each decision, « 2026-S48 »; "" where it has no day."""
    return [f"{e.decide_le:%G-S%V}" if e.decide_le else "" for e in exemples]


def _fold_of(histoire: str, nombre: int) -> int:
    cle = histoire.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(cle, digest_size=4).digest()[0] % nombre
