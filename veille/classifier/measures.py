"""How right themes are on a trial set: the figures of `Evaluation`, from truth, probabilities and what was retained.

Every table is documents x themes, one column for each slug, in the same order. Figures equal scikit-learn's, which is
not imported here: a page or a command must not wait seconds for them. A figure with nothing to count is 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veille.model.apprentissage import Confusion, Evaluation, MesureSemaine, MesureTheme, Tranche

TRANCHES = 15
CONFUSIONS = 20

Drapeaux = NDArray[np.bool_]
Nombres = NDArray[np.float64]


class Propose(NamedTuple):
    """One document: its true themes, what was proposed for it with which probabilities, and the day it was settled."""

    vrais: Set[str]
    probabilites: Mapping[str, float]
    retenus: Set[str]
    jour: date | None = None


def evaluate_proposals(propositions: Sequence[Propose], slugs: Sequence[str]) -> Evaluation:
    """Measure what was proposed at the time; a theme that was not proposed had no chance."""
    forme = (len(propositions), len(slugs))
    vrais = np.array([[s in p.vrais for s in slugs] for p in propositions], dtype=bool).reshape(forme)
    dites = np.array([[p.probabilites.get(s, 0.0) for s in slugs] for p in propositions], dtype=float).reshape(forme)
    retenus = np.array([[s in p.retenus for s in slugs] for p in propositions], dtype=bool).reshape(forme)
    return evaluate(vrais, dites, retenus, slugs, [f"{p.jour:%G-S%V}" if p.jour else "" for p in propositions])


def evaluate(
    vrais: Drapeaux, probabilites: Nombres, retenus: Drapeaux, slugs: Sequence[str], semaines: Sequence[str] = ()
) -> Evaluation:
    """Measure a trial set. `semaines`: the ISO week of each document (`2026-S48`), empty where it is not known."""
    vrais, retenus = np.asarray(vrais, dtype=np.bool_), np.asarray(retenus, dtype=np.bool_)
    probabilites = np.asarray(probabilites, dtype=np.float64)
    _check(vrais, probabilites, retenus, slugs, semaines)
    themes = _themes(vrais, retenus, slugs)
    mesures = [theme.f1 for theme in themes if theme.vrais]
    justes, proposes, attendus = _counts(vrais, retenus)
    sans_theme = vrais.sum(axis=1) == 0
    return Evaluation(
        documents=len(vrais),
        micro_f1=micro_f1(vrais, retenus),
        macro_f1=sum(mesures) / len(mesures) if mesures else 0.0,
        precision=justes / proposes if proposes else 0.0,
        rappel=justes / attendus if attendus else 0.0,
        lrap=lrap(vrais, probabilites),
        brier=brier(vrais, probabilites),
        ece=ece(vrais, probabilites),
        hors_sujet_f1=micro_f1(sans_theme, retenus.sum(axis=1) == 0),
        themes=themes,
        fiabilite=reliability(vrais, probabilites),
        confusions=_confusions(vrais, retenus, slugs),
        semaines=_weeks(vrais, probabilites, retenus, semaines),
        sans_theme=int(sans_theme.sum()),
    )


def micro_f1(vrais: Drapeaux, retenus: Drapeaux) -> float:
    """F1 over all decisions together, whatever the theme; 0 when nothing is right."""
    justes, proposes, attendus = _counts(vrais, retenus)
    return 2 * justes / (proposes + attendus) if justes else 0.0


def threshold_f1(vrais: Drapeaux, probabilites: Nombres, seuils: ArrayLike) -> float:
    """The micro-F1 there would be if a theme were retained at its threshold or above: one for all, or one a theme."""
    return micro_f1(vrais, np.asarray(probabilites) >= np.asarray(seuils, dtype=np.float64))


def lrap(vrais: Drapeaux, probabilites: Nombres) -> float:
    """Label ranking average precision over documents that have a theme: 1 when every true theme is ranked first.

    Of the themes ranked at least as high as a true one, the share that is true; equal probabilities share the worst rank.
    """
    avec = vrais.sum(axis=1) > 0
    vrais, probabilites = vrais[avec], probabilites[avec]
    if not len(vrais):
        return 0.0
    sommes = np.zeros(len(vrais))
    for theme in range(vrais.shape[1]):
        devant = probabilites >= probabilites[:, [theme]]
        sommes += np.where(vrais[:, theme], (devant & vrais).sum(axis=1) / devant.sum(axis=1), 0.0)
    return float(np.mean(sommes / vrais.sum(axis=1)))


def brier(vrais: Drapeaux, probabilites: Nombres) -> float:
    """Mean squared distance between a probability and what was true, over all decisions."""
    return float(np.mean((probabilites - vrais) ** 2)) if probabilites.size else 0.0


def ece(vrais: Drapeaux, probabilites: Nombres, tranches: int = TRANCHES) -> float:
    """Expected calibration error: the mean distance, bin by bin, between what is announced and what is observed."""
    points = reliability(vrais, probabilites, tranches)
    total = sum(point.n for point in points)
    return sum(point.n * abs(point.annoncee - point.observee) for point in points) / total if total else 0.0


def reliability(vrais: Drapeaux, probabilites: Nombres, tranches: int = TRANCHES) -> tuple[Tranche, ...]:
    """The points of the reliability curve, equal-width bins in growing order, without the empty ones."""
    p, v = np.ravel(probabilites), np.ravel(vrais)
    # A bin holds its upper bound, the first one both, as in sklearn.calibration.calibration_curve.
    rangs = np.searchsorted(np.linspace(0.0, 1.0, tranches + 1)[1:-1], p)
    combien = np.bincount(rangs, minlength=tranches)
    annonces = np.bincount(rangs, weights=p, minlength=tranches)
    observes = np.bincount(rangs, weights=v, minlength=tranches)
    return tuple(
        Tranche(float(annonces[i] / combien[i]), float(observes[i] / combien[i]), int(combien[i]))
        for i in np.flatnonzero(combien)
    )


def _check(
    vrais: Drapeaux, probabilites: Nombres, retenus: Drapeaux, slugs: Sequence[str], semaines: Sequence[str]
) -> None:
    if vrais.ndim != 2 or not vrais.shape == probabilites.shape == retenus.shape:
        raise ValueError(f"tables of different shapes: {vrais.shape}, {probabilites.shape}, {retenus.shape}")
    if vrais.shape[1] != len(slugs):
        raise ValueError(f"{vrais.shape[1]} columns for {len(slugs)} themes")
    if semaines and len(semaines) != len(vrais):
        raise ValueError(f"{len(semaines)} weeks for {len(vrais)} documents")
    if not np.all((probabilites >= 0) & (probabilites <= 1)):
        raise ValueError("a probability is not between 0 and 1")


def _counts(vrais: Drapeaux, retenus: Drapeaux) -> tuple[int, int, int]:
    """Right, proposed and expected decisions."""
    return int((vrais & retenus).sum()), int(retenus.sum()), int(vrais.sum())


def _themes(vrais: Drapeaux, retenus: Drapeaux, slugs: Sequence[str]) -> tuple[MesureTheme, ...]:
    return tuple(
        MesureTheme(slug, vrais=attendus, proposes=proposes, justes=justes)
        for slug, (justes, proposes, attendus) in (
            (slug, _counts(vrais[:, i], retenus[:, i])) for i, slug in enumerate(slugs)
        )
    )


def _confusions(vrais: Drapeaux, retenus: Drapeaux, slugs: Sequence[str]) -> tuple[Confusion, ...]:
    """Pairs of themes taken for one another, the most frequent first, then in alphabetical order."""
    manques, a_tort = vrais & ~retenus, retenus & ~vrais
    # Products of counts in float64 go through BLAS and stay exact far beyond any archive.
    compte = manques.T.astype(np.float64) @ a_tort.astype(np.float64)
    paires = [Confusion(slugs[i], slugs[j], int(compte[i, j])) for i, j in np.argwhere(compte)]
    return tuple(sorted(paires, key=lambda c: (-c.n, c.vrai, c.propose))[:CONFUSIONS])


def _weeks(
    vrais: Drapeaux, probabilites: Nombres, retenus: Drapeaux, semaines: Sequence[str]
) -> tuple[MesureSemaine, ...]:
    rangs: dict[str, list[int]] = {}
    for rang, semaine in enumerate(semaines):
        if semaine:
            rangs.setdefault(semaine, []).append(rang)
    return tuple(
        MesureSemaine(semaine, len(lot), micro_f1(vrais[lot], retenus[lot]), ece(vrais[lot], probabilites[lot]))
        for semaine, lot in sorted(rangs.items())
    )
