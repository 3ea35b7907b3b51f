"""How fast themes are tagged, learnt and started, beside scikit-learn doing the same with the same features.

The model is learnt from the sample week, whose texts are repeated with a number of their own. Whole processes are
measured in interleaved rounds (`juges.py`).
« Démarrage à froid »: a whole process that imports scikit-learn, reads back a fitted Pipeline and labels one document.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from bench.commun import Cas, case, rounds, timed, versus
from veille.classifier.themes.compile import compile_model
from veille.classifier.themes.formation import fit, train
from veille.classifier.themes.lecteur import Lecteur
from veille.classifier.themes.modele import save
from veille.classifier.themes.recette import SEUIL_Z
from veille.model import Document, Exemple
from veille.settings import load_taxonomie

JUGES = Path(__file__).with_name("juges.py")
MEMOIRE_MO = 300
ECART_ADMIS = 1e-4


def run(documents: Sequence[Document], exemples: Sequence[Exemple], *, rapide: bool) -> list[Cas]:
    """Every row. `documents`: what is tagged; `exemples`: what is learnt, as many times as needed."""
    taxonomie = load_taxonomie()
    pipeline = fit(taxonomie, exemples, SEUIL_Z, None)
    lecteur = Lecteur(compile_model(pipeline, taxonomie, "banc", exemples))
    with tempfile.TemporaryDirectory() as nom:
        dossier, fichier = Path(nom) / "modele", Path(nom) / "pipeline"
        save(lecteur.modele, dossier)
        fichier.write_bytes(pickle.dumps(pipeline))
        return [
            *_batch(lecteur, pipeline, documents),
            _one(lecteur, pipeline, documents[0]),
            *_processes(dossier, fichier, exemples, 1_000 if rapide else 5_000, tours=3 if rapide else 7),
            *_memory(dossier, rapide=rapide),
        ]


def _batch(lecteur: Lecteur, pipeline: Any, documents: Sequence[Document]) -> list[Cas]:
    """All at once, beside scikit-learn's vectorisers and one product, and beside the whole Pipeline."""
    ecart = float(np.abs(lecteur.score_all(documents) - pipeline.decision_function(documents)).max())
    faute = f"écart de {ecart:g} avec la Pipeline" if ecart > ECART_ADMIS else ""
    parties = dict(pipeline[0].transformer_list)
    mots, lettres = parties["mots"], parties["lettres"]
    poids = pipeline[-1].coef_[:, : len(mots.idf_) + len(lettres.idf_)].T

    def peer() -> object:
        return sp.hstack([mots.transform(documents), lettres.transform(documents)]).tocsr() @ poids

    mesures = rounds(
        [
            timed("nous", lambda: lecteur.score_all(documents)),
            timed("produit", peer),
            timed("pipeline", lambda: pipeline.decision_function(documents)),
        ],
        calme="produit",
    )
    nom = f"étiqueter {len(documents)} documents"
    return [
        versus(f"{nom} / transform de leurs mots et lettres, un produit", mesures, "nous", "produit", 1, faute=faute),
        versus(f"{nom} / Pipeline.decision_function", mesures, "nous", "pipeline", 1, faute=faute),
    ]


def _one(lecteur: Lecteur, pipeline: Any, document: Document) -> Cas:
    mesures = rounds(
        [
            timed("nous", lambda: [lecteur.score(document) for _ in range(50)]),
            timed("pipeline", lambda: [pipeline.predict_proba([document]) for _ in range(50)]),
        ],
        calme="pipeline",
    )
    return versus("étiqueter 1 document / Pipeline.predict_proba", mesures, "nous", "pipeline", 0.1)


def _processes(dossier: Path, fichier: Path, exemples: Sequence[Exemple], nombre: int, *, tours: int) -> list[Cas]:
    """Start-up and training, in whole processes and in this one."""
    fautes: list[str] = []

    def ours() -> Mapping[str, float]:
        dit = _process("premier", dossier)
        if dit["sklearn"]:
            fautes.append("scikit-learn est importé")
        return {"premier": dit["cpu"]}

    parties = [
        ours,
        lambda: {"numpy": _process("numpy")["cpu"]},
        lambda: {"froid": _process("froid", fichier)["cpu"]},
    ]
    mesures = rounds(parties, tours=tours, tours_max=tours + 3, calme="numpy")
    beaucoup = [exemples[i % len(exemples)] for i in range(nombre)]
    # As many stories as there are texts: copies of one document stay on the same side of every fold.
    apprendre = timed("apprendre", partial(train, load_taxonomie(), beaucoup, "banc"))()["apprendre"]
    mesures["apprendre"] = [apprendre] * len(mesures["froid"])
    faute = "".join(fautes[:1])
    return [
        versus("du démarrage à la première étiquette / import numpy", mesures, "premier", "numpy", 3, faute=faute),
        versus("le même / démarrage à froid par scikit-learn", mesures, "premier", "froid", 0.5, faute=faute),
        versus(f"apprendre {nombre} décisions et se mesurer / démarrage à froid", mesures, "apprendre", "froid", 20),
    ]


def _memory(dossier: Path, *, rapide: bool) -> list[Cas]:
    """Peak memory of whole processes that read an endless archive."""
    flot, juger = (10_000, 1_000) if rapide else (1_000_000, 100_000)
    rangs = [
        (f"étiqueter {flot} éléments en flux", _process("flot", dossier, str(flot))),
        (f"juger {juger} éléments en flux, raisons comprises", _process("juger", str(juger))),
    ]
    return [
        case(
            f"{nom} : mémoire / {MEMOIRE_MO} Mo",
            dit["pic_mo"] / MEMOIRE_MO,
            1,
            f"{dit['pic_mo']:.0f} Mo, {dit['cpu']:.0f} s de CPU",
            faute="rien d’étiqueté" if not dit["etiquettes"] else "",
        )
        for nom, dit in rangs
    ]


def _process(*arguments: object) -> dict[str, Any]:
    commande = [sys.executable, str(JUGES), *map(str, arguments)]
    fini = subprocess.run(commande, capture_output=True, text=True, check=False, timeout=7200)
    if fini.returncode:
        raise RuntimeError(f"{' '.join(commande)} : {fini.stderr[-2000:]}")
    dit: dict[str, Any] = json.loads(fini.stdout)
    return dit
