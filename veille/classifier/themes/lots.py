"""Many documents at once: the numbers of `Lecteur.score`, with a few numpy calls for a few hundred documents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from veille.classifier.themes.modele import Bloc

Flottants = NDArray[np.float32]
Colonnes = NDArray[np.int32]


def block_scores(colonnes: Colonnes, nombres: Sequence[int], bloc: Bloc) -> Flottants:
    """Both parts of one block for each document, each at length 1, added up: n_documents x n_themes.

    `colonnes`: the known terms of all documents, one after the other, repeated as often as met; `nombres`: how many are
    each document's.
    """
    moitie = bloc.poids.shape[1] // 2
    resultat = np.zeros((len(nombres), moitie), np.float32)
    if not len(colonnes):
        return resultat
    largeur = len(bloc.termes)
    cles = np.repeat(np.arange(len(nombres), dtype=np.int64) * largeur, nombres) + colonnes
    cles.sort()
    debuts = _starts(cles)
    lignes, distinctes = np.divmod(cles[debuts], largeur)
    fois = np.diff(debuts, append=len(cles))
    facteurs = (1.0 + np.log(fois)).astype(np.float32)
    premiers = _starts(lignes)
    # One small product a document: several times faster than `np.add.reduceat` over rows this short.
    documents = list(zip(np.split(facteurs, premiers[1:]), np.split(distinctes, premiers[1:]), strict=True))
    carres = np.array([(f * f) @ bloc.carres[ou] for f, ou in documents])
    longueurs = np.divide(1.0, np.sqrt(carres), out=np.zeros_like(carres), where=carres > 0)
    sommes = np.array([f @ bloc.poids[ou] for f, ou in documents])
    resultat[lignes[premiers]] = sommes[:, :moitie] * longueurs[:, :1] + sommes[:, moitie:] * longueurs[:, 1:]
    return resultat


def _starts(ordonnees: NDArray[np.int64]) -> NDArray[np.intp]:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.diff(ordonnees, prepend=ordonnees[0] - 1))
