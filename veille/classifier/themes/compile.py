"""From a fitted scikit-learn Pipeline (`apprenti.py`) to the plain arrays that judge (`modele.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from veille.classifier.themes import recette as r
from veille.classifier.themes.apprenti import column_scales
from veille.classifier.themes.encodeur import DIMENSIONS
from veille.classifier.themes.modele import Bloc, Memoire, Modele
from veille.francais import clean
from veille.model import Exemple, Taxonomie

Matrice = NDArray[np.float64]
TITRE_MAX = 160  # A decision is shown by its title: enough to know it by.


def compile_model(
    pipeline: Any,
    taxonomie: Taxonomie,
    nom: str,
    exemples: Sequence[Exemple] = (),
    seuils: NDArray[np.float64] | None = None,
) -> Modele:
    """Fold prior, learner and blend into one matrix per block. `seuils`: log-odds by theme, even odds without."""
    traits, melange = pipeline.named_steps["traits"], pipeline.named_steps["melange"]
    parties = dict(traits.transformer_list)
    avis, avec_sens = parties["avis"], melange.avec_sens
    themes = melange.themes
    echelles = column_scales(melange.n_features_in_, themes, avec_sens=avec_sens)
    appris = melange.part_[:, None] * melange.coef_ * echelles
    n_mots, n_lettres = len(parties["mots"].idf_), len(parties["lettres"].idf_)
    n_blocs = 4 if avec_sens else 3
    debut = appris.shape[1] - n_blocs * themes
    poids = (r.POIDS_K, r.POIDS_MOTS, r.POIDS_LETTRES, r.POIDS_SENS)
    vers = [
        appris[:, debut + i * themes : debut + (i + 1) * themes].T + np.diag((1 - melange.part_) * r.PENTE * poids[i])
        for i in range(n_blocs)
    ]
    sens = np.zeros((0, themes))
    if avec_sens:
        sens = appris[:, debut - DIMENSIONS : debut].T + avis.graines_sens_.T @ vers[3]
    return Modele(
        nom=nom,
        taxonomie=taxonomie,
        mots=_bloc(avis.mots_, avis.graines_mots_.T @ vers[1], parties["mots"], appris[:, :n_mots].T),
        lettres=_bloc(
            avis.lettres_,
            avis.graines_lettres_.T @ vers[2],
            parties["lettres"],
            appris[:, n_mots : n_mots + n_lettres].T,
        ),
        points=vers[0].astype(np.float32),
        sens=sens.astype(np.float32),
        base=(melange.part_ * melange.intercept_ - (1 - melange.part_) * r.PENTE * melange.seuil_z).astype(np.float32),
        seuils=np.asarray(np.zeros(themes) if seuils is None else seuils, dtype=np.float32),
        part=melange.part_.astype(np.float32),
        positifs=tuple(int(n) for n in melange.positifs_),
        exemples=len(exemples),
        memoire=_memory(parties["mots"], exemples),
    )


def _bloc(du_fichier: Any, poids_fichier: Matrice, appris: Any, poids_appris: Matrice) -> Bloc:
    """One vocabulary for both parts; a term that a part does not know weighs nothing in it."""
    termes = tuple(dict.fromkeys([*appris.get_feature_names_out(), *du_fichier.get_feature_names_out()]))
    rang = {terme: i for i, terme in enumerate(termes)}
    themes = poids_fichier.shape[1]
    poids, carres = np.zeros((len(termes), 2 * themes), np.float32), np.zeros((len(termes), 2), np.float32)
    for partie, (vectoriseur, matrice) in enumerate(((du_fichier, poids_fichier), (appris, poids_appris))):
        ou = np.array([rang[terme] for terme in vectoriseur.get_feature_names_out()], dtype=np.intp)
        poids[ou, partie * themes : (partie + 1) * themes] = vectoriseur.idf_[:, None] * matrice
        carres[ou, partie] = vectoriseur.idf_**2
    return Bloc(termes, poids, carres)


def _memory(mots: Any, exemples: Sequence[Exemple]) -> Memoire:
    """Decisions by their words. The learner's terms come first in the model's vocabulary, so its columns are the same."""
    if not exemples:
        return Memoire()
    colonnes = sp.csc_matrix(mots.transform([e.document for e in exemples]))
    return Memoire(
        titres=tuple(clean(e.document.titre, TITRE_MAX) for e in exemples),
        themes=tuple(tuple(sorted(e.themes)) for e in exemples),
        ids=tuple(e.document.id for e in exemples),
        groupes=tuple(e.groupe for e in exemples),
        jours=tuple(e.decide_le.isoformat() if e.decide_le else "" for e in exemples),
        debuts=colonnes.indptr.astype(np.int32),
        rangs=colonnes.indices.astype(np.int32),
        valeurs=colonnes.data.astype(np.float32),
    )
