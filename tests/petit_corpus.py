"""A tiny invented archive and its decisions, and an encoder that costs nothing: what tests of learning share."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from veille.classifier.themes.encodeur import DIMENSIONS
from veille.classifier.themes.stems import words
from veille.model import Document, Exemple, Expressions, Taxonomie, Thematique

LOGIS = Thematique(
    "logis",
    "Se loger",
    "Logement social, loyers et droits des locataires.",
    exemples=("Le comité logement dénonce les hausses de loyer",),
    expressions=Expressions(fort=("logement social", "HLM"), indice=("loyer*",), negatives=("logement de disque",)),
)
TABLE = Thematique(
    "table",
    "Se nourrir",
    "Sécurité alimentaire, cuisines collectives, jardins.",
    exemples=("La cuisine collective ouvre ses portes",),
    expressions=Expressions(fort=("cuisine collective",), moyen=("banque alimentaire",)),
)
ROUTE = Thematique(
    "route",
    "Se déplacer",
    "Transport collectif et adapté.",
    expressions=Expressions(fort=("transport collectif",), sigles=("exo",)),
)
TAXONOMIE = Taxonomie((LOGIS, TABLE, ROUTE), ())

# What staff tag and the theme file does not say, for each theme; then what is about nothing.
MOTS = {
    "logis": "bail toit propriétaire éviction appartement chauffage hypothèque coopérative rénoviction",
    "table": "repas légumes récolte fermier potager recette panier marmite semis",
    "route": "autobus trottoir piste navette passager cycliste horaire stationnement arrêt",
    "": "hockey concert vedette loterie météo chandail cinéma horoscope tournoi",
}
LIANTS = "annonce région nouveau projet samedi comité demande équipe saison matin mairie budget".split()  # noqa: SIM905


def corpus(nombre: int, graine: int = 0) -> list[Exemple]:
    """Documents with the themes a person would give them, two by two in one story."""
    hasard = random.Random(graine)
    return [_example(i, hasard) for i in range(nombre)]


def _example(rang: int, hasard: random.Random) -> Exemple:
    theme = hasard.choice(list(MOTS))
    propres = hasard.sample(MOTS[theme].split(), 3)
    titre = " ".join([*propres[:2], *hasard.sample(LIANTS, 2)])
    resume = " ".join(
        [propres[2], *hasard.sample(LIANTS, 4), hasard.choice(hasard.choice(list(MOTS.values())).split())]
    )
    jour = date(2026, 1, 5) + timedelta(days=rang // 4)
    document = Document(f"d{rang}", titre.capitalize(), resume.capitalize())
    return Exemple(document, frozenset({theme} - {""}), f"histoire-{rang // 2}", jour)


class FauxEncodeur:
    """The mean of one random direction a word: alike texts have alike vectors. `lus` tells what was asked."""

    def __init__(self) -> None:
        self.lus: list[str] = []

    def __call__(self, textes: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 a text; a text without words has a row of its own too."""
        self.lus += textes
        sommes = np.array([sum(map(_direction, words(t) or [""])) for t in textes], np.float32)
        sommes = sommes.reshape(len(textes), DIMENSIONS)
        return sommes / np.maximum(np.linalg.norm(sommes, axis=1, keepdims=True), 1e-9)


@lru_cache(maxsize=4096)
def _direction(mot: str) -> NDArray[np.float64]:
    graine = int.from_bytes(hashlib.blake2b(mot.encode("utf-8", "surrogatepass"), digest_size=4).digest())
    return np.random.default_rng(graine).standard_normal(DIMENSIONS)
