"""The model of day one: what the theme file alone says, as the plain arrays that any model is. numpy only.

The same numbers as an unfitted Pipeline (`apprenti.py`) once compiled, without the seconds that scikit-learn takes to
load (tested).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from veille.classifier.themes import recette as r
from veille.classifier.themes.encodeur import Encodeur
from veille.classifier.themes.lecteur import Lecteur, letter_groups
from veille.classifier.themes.modele import Bloc, Modele
from veille.classifier.themes.stems import stem
from veille.classifier.themes.textes_lus import read_words, seed, seed_parts
from veille.model import Document, Taxonomie

NOM = ""  # A model that nobody taught has no name.

Matrice = NDArray[np.float64]


def prior_model(taxonomie: Taxonomie, seuil_z: float | None = None, encodeur: Encodeur | None = None) -> Modele:
    """Themes by the theme file alone. `seuil_z`: Z where a theme is as likely as not; the recipe's by default."""
    if seuil_z is None:
        seuil_z = r.SEUIL_Z_SENS if encodeur else r.SEUIL_Z
    n = len(taxonomie.thematiques)
    mots = [read_words(seed(t)) for t in taxonomie.thematiques]
    sens = r.PENTE * r.POIDS_SENS * theme_senses(taxonomie, encodeur).T if encodeur else np.zeros((0, n))
    zeros = np.zeros(n, np.float32)
    return Modele(
        nom=NOM,
        taxonomie=taxonomie,
        mots=_bloc([_stems(lu) for lu in mots], r.POIDS_MOTS),
        lettres=_bloc([[g for mot in lu for g in letter_groups(mot)] for lu in mots], r.POIDS_LETTRES),
        points=(r.PENTE * r.POIDS_K * np.eye(n)).astype(np.float32),
        sens=sens.astype(np.float32),
        base=np.full(n, -r.PENTE * seuil_z, np.float32),
        seuils=zeros,
        part=zeros,
        positifs=(0,) * n,
    )


def density_threshold(taxonomie: Taxonomie, documents: Sequence[Document], encodeur: Encodeur | None = None) -> float:
    """Z where the prior is even: as many themes pass it, over these documents, as the theme file's own rules retain.

    The recipe's own number when there are too few documents to count.
    """
    if len(documents) < r.DOCUMENTS_POUR_DENSITE:
        return r.SEUIL_Z_SENS if encodeur else r.SEUIL_Z
    echantillon = documents[: r.DOCUMENTS_LUS]
    lecteur = Lecteur(prior_model(taxonomie, 0.0, encodeur), encodeur)
    retenus = sum(s.etat == "retenu" for d in echantillon for s in lecteur.lexique.suggest(d))
    z = lecteur.score_all(echantillon) / r.PENTE
    return float(np.quantile(z, 1 - min(0.9, max(retenus, 1) / z.size)))


def theme_senses(taxonomie: Taxonomie, encodeur: Encodeur) -> Matrice:
    """A theme's sense: the mean of its definition, of each of its expressions and of each of its examples, of length 1."""
    centres = [encodeur(seed_parts(t)).mean(axis=0) for t in taxonomie.thematiques]
    normes = [float(np.linalg.norm(c)) or 1.0 for c in centres]
    return np.array([c / norme for c, norme in zip(centres, normes, strict=True)], dtype=np.float64)


def _stems(mots: Sequence[str]) -> list[str]:
    racines = [stem(mot) for mot in mots]
    return racines + [" ".join(paire) for paire in itertools.pairwise(racines)]


def _bloc(graines: Sequence[Iterable[str]], poids: float) -> Bloc:
    """Cosine to each theme's words, weighed by how few themes use them: log frequency, smooth idf, length 1."""
    comptes = [Counter(termes) for termes in graines]
    rang = {terme: i for i, terme in enumerate(dict.fromkeys(t for compte in comptes for t in compte))}
    vecteurs = np.zeros((len(rang), len(comptes)))
    for theme, compte in enumerate(comptes):
        for terme, fois in compte.items():
            vecteurs[rang[terme], theme] = 1 + math.log(fois)
    idf = np.log((1 + len(comptes)) / (1 + (vecteurs > 0).sum(axis=1))) + 1
    vecteurs *= idf[:, None]
    vecteurs /= np.maximum(np.linalg.norm(vecteurs, axis=0), 1e-12)
    n = len(comptes)
    tableau, carres = np.zeros((len(rang), 2 * n), np.float32), np.zeros((len(rang), 2), np.float32)
    tableau[:, :n] = r.PENTE * poids * idf[:, None] * vecteurs
    carres[:, 0] = idf**2
    return Bloc(tuple(rang), tableau, carres)
