"""Reading documents with a trained model: scores, and what each word adds to them. numpy only, no scikit-learn.

Each word of the language is cut into its terms once and remembered, so that a document costs a few look-ups and one small
product per block. The result equals the scikit-learn Pipeline's within 1e-4 (tested).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from veille.classifier.themes import recette as r
from veille.classifier.themes.encodeur import Encodeur
from veille.classifier.themes.lexicon import Lexique, score_of
from veille.classifier.themes.lots import Colonnes, block_scores
from veille.classifier.themes.modele import Bloc, Modele
from veille.classifier.themes.stems import stem
from veille.classifier.themes.textes_lus import read_words, sentence
from veille.model import Document, Raison

Flottants = NDArray[np.float32]
_MEMOIRE_MAX = 100_000  # Words whose groups of letters are remembered: some 30 MB.
_LOT = 256
_RIEN: Colonnes = np.zeros(0, np.int32)


class Lu(NamedTuple):
    """The terms of one document in one block: `colonnes` known and distinct, `facteurs` 1 + ln(times seen)."""

    colonnes: Colonnes
    facteurs: Flottants
    longueurs: Flottants

    def scores(self, bloc: Bloc) -> Flottants:
        """Both parts of the block, each at length 1, added up: one number a theme."""
        somme = self.facteurs @ bloc.poids[self.colonnes]
        moitie = len(somme) // 2
        resultat: Flottants = somme[:moitie] * self.longueurs[0] + somme[moitie:] * self.longueurs[1]
        return resultat

    def shares(self, bloc: Bloc, colonnes: NDArray[np.integer[Any]]) -> Flottants:
        """For each of these columns of the document, the share that one occurrence has of the term's weight."""
        facteurs = self.facteurs / np.exp(self.facteurs - 1)  # facteur = 1 + ln(n): over n occurrences.
        poids = bloc.poids[self.colonnes] * np.repeat(self.longueurs, bloc.poids.shape[1] // 2)
        resultat = (facteurs[:, None] * poids)[np.searchsorted(self.colonnes, colonnes)]
        return resultat.astype(np.float32, copy=False)


class Part(NamedTuple):
    """What one word of the text adds to each theme: by the theme file's words, and by what decisions taught."""

    mot: str
    fichier: Flottants
    appris: Flottants


class Lecteur:
    """A model ready to read. Safe to share between threads that only read.

    `depart`: the reader of the theme file alone, for who wants to be told where decisions contradict it.
    """

    def __init__(self, modele: Modele, encodeur: Encodeur | None = None, depart: Lecteur | None = None) -> None:
        self.modele = modele
        self.depart = depart
        self.lexique = Lexique(modele.taxonomie)
        self._encodeur = encodeur if modele.avec_sens else None
        self._mots = {terme: i for i, terme in enumerate(modele.mots.termes)}
        self._lettres = {terme: i for i, terme in enumerate(modele.lettres.termes)}
        self._par_mot: dict[str, Colonnes] = {}

    def score(self, document: Document, raisons: Sequence[tuple[Raison, ...]] | None = None) -> Flottants:
        """Log-odds of each theme. `raisons`: the lexicon's reading, when the caller has it already."""
        lu = read_words(document)
        return self.score_parts(document, self.read(lu), self.roots(document, raisons))

    def score_parts(self, document: Document, lus: tuple[Lu, Lu], racines: Flottants) -> Flottants:
        """The same from what was already read."""
        modele = self.modele
        s = modele.base + racines @ modele.points + lus[0].scores(modele.mots) + lus[1].scores(modele.lettres)
        if self._encodeur is not None:
            s = s + self._encodeur([sentence(document)])[0] @ modele.sens
        resultat: Flottants = s
        return resultat

    def score_all(self, documents: Sequence[Document]) -> Flottants:
        """Log-odds, n_documents x n_themes: the numbers of `score`, several times faster."""
        vide = np.zeros((0, len(self.modele.base)), np.float32)
        return np.vstack([vide, *(scores for _, scores in self.stream(documents))])

    def stream(self, documents: Iterable[Document]) -> Iterator[tuple[list[Document], Flottants]]:
        """Documents a few hundred at a time, with their log-odds; no more than those are held in memory."""
        suite = iter(documents)
        while lot := list(itertools.islice(suite, _LOT)):
            yield lot, self._score_lot(lot)

    def _score_lot(self, documents: list[Document]) -> Flottants:
        modele = self.modele
        lus = [read_words(d) for d in documents]
        mots = [self._stems(lu) for lu in lus]
        lettres = [[self._terms(mot) for mot in lu] for lu in lus]
        points = signed_root(np.array([self.lexique.scores(d) for d in documents], dtype=np.float32))
        scores = modele.base + points @ modele.points
        scores += block_scores(
            np.fromiter(itertools.chain.from_iterable(mots), np.int32), [len(m) for m in mots], modele.mots
        )
        groupes = [_RIEN, *itertools.chain.from_iterable(lettres)]
        scores += block_scores(np.concatenate(groupes), [sum(map(len, lot)) for lot in lettres], modele.lettres)
        if self._encodeur is not None:
            scores += self._encodeur([sentence(d) for d in documents]) @ modele.sens
        resultat: Flottants = scores.astype(np.float32, copy=False)
        return resultat

    def roots(self, document: Document, raisons: Sequence[tuple[Raison, ...]] | None = None) -> Flottants:
        """√(K/2) of each theme, with the sign of K."""
        points = (
            self.lexique.scores(document) if raisons is None else [score_of(lot) if lot else 0.0 for lot in raisons]
        )
        return signed_root(np.array(points, dtype=np.float32))

    def read(self, mots: Sequence[str]) -> tuple[Lu, Lu]:
        """The terms of these words, for the words' block and for the letters'."""
        return (
            _count(np.array(self._stems(mots), dtype=np.int32), self.modele.mots),
            _count(self._letters(mots), self.modele.lettres),
        )

    def parts(self, mots: Sequence[str], lus: tuple[Lu, Lu]) -> list[Part]:
        """What each distinct word adds, in reading order; a pair of words is shared by both. Sums to the blocks' scores."""
        themes = len(self.modele.base)
        fois = Counter(mots)  # In reading order.
        sommes = np.zeros((len(fois), 2 * themes), np.float32)
        rangs = {mot: rang for rang, mot in enumerate(fois)}
        racines = [
            (rangs[mots[i]], colonne, len(lesquels)) for lesquels, colonne in self._words(mots) for i in lesquels
        ]
        if racines:
            ou, colonnes, partage = np.array(racines).T
            np.add.at(sommes, ou, lus[0].shares(self.modele.mots, colonnes) / partage[:, None].astype(np.float32))
        groupes = [(rang, fois[mot], termes) for mot, rang in rangs.items() if len(termes := self._terms(mot))]
        if groupes:
            valeurs = lus[1].shares(self.modele.lettres, np.concatenate([termes for _, _, termes in groupes]))
            fins = np.cumsum([len(termes) for _, _, termes in groupes])
            par_mot = np.add.reduceat(valeurs, [0, *fins[:-1]], axis=0)
            sommes[[rang for rang, _, _ in groupes]] += par_mot * np.array([[n] for _, n, _ in groupes], np.float32)
        return [Part(mot, v[:themes], v[themes:]) for mot, v in zip(fois, sommes, strict=True)]

    def past(self, lus: tuple[Lu, Lu]) -> Flottants:
        """How alike each past decision is, from 0 to 1: cosine of the words that decisions know."""
        lu, memoire = lus[0], self.modele.memoire
        valeurs = lu.facteurs * np.sqrt(self.modele.mots.carres[lu.colonnes, 1]) * lu.longueurs[1]
        connues = lu.colonnes < len(memoire.debuts) - 1
        tranches = [slice(*memoire.debuts[c : c + 2]) for c in lu.colonnes[connues]]
        if not tranches:
            return np.zeros(len(memoire.titres), np.float32)
        rangs = np.concatenate([memoire.rangs[t] for t in tranches])
        poids = np.concatenate([v * memoire.valeurs[t] for v, t in zip(valeurs[connues], tranches, strict=True)])
        return np.bincount(rangs, poids, len(memoire.titres)).astype(np.float32)

    def sense(self, document: Document, theme: int) -> float:
        """What the sense of the whole text adds to one theme; 0 without the encoder."""
        if self._encodeur is None:
            return 0.0
        return float(self._encodeur([sentence(document)])[0] @ self.modele.sens[:, theme])

    def _words(self, mots: Sequence[str]) -> Iterator[tuple[tuple[int, ...], int]]:
        """Known stems, then known pairs of stems, each with the ranks of the words they stand for."""
        connus = self._mots
        avant = ""
        for rang, mot in enumerate(mots):
            racine = stem(mot)
            if (colonne := connus.get(racine)) is not None:
                yield (rang,), colonne
            if rang and (colonne := connus.get(f"{avant} {racine}")) is not None:
                yield (rang - 1, rang), colonne
            avant = racine

    def _stems(self, mots: Sequence[str]) -> list[int]:
        """The same without the ranks, in another order."""
        connus = self._mots
        racines = [stem(mot) for mot in mots]
        seules = [connus[racine] for racine in racines if racine in connus]
        return seules + [connus[p] for a, b in itertools.pairwise(racines) if (p := f"{a} {b}") in connus]

    def _letters(self, mots: Sequence[str]) -> Colonnes:
        return np.concatenate([_RIEN, *(self._terms(mot) for mot in mots)])

    def _terms(self, mot: str) -> Colonnes:
        """The known groups of letters of a word, as scikit-learn's « char_wb » cuts it; remembered, within a limit."""
        colonnes = self._par_mot.get(mot)
        if colonnes is None:
            if len(self._par_mot) >= _MEMOIRE_MAX:
                self._par_mot.clear()
            connus = self._lettres
            colonnes = np.array([connus[t] for t in letter_groups(mot) if t in connus], dtype=np.int32)
            self._par_mot[mot] = colonnes
        return colonnes


def signed_root(points: Flottants) -> Flottants:
    """√(K/2) with the sign of K: the tenth expression says less than the first, and negatives pull down."""
    resultat: Flottants = np.sign(points) * np.sqrt(np.abs(points) / 2)
    return resultat


def letter_groups(mot: str) -> Iterator[str]:
    """Three to five letters in a row of a word between two spaces; a word too short for a size gives itself once."""
    borde = f" {mot} "
    for taille in range(r.N_GRAMMES_LETTRES[0], r.N_GRAMMES_LETTRES[1] + 1):
        yield borde[:taille]
        if len(borde) <= taille:
            return
        for debut in range(1, len(borde) - taille + 1):
            yield borde[debut : debut + taille]


def _count(colonnes: Colonnes, bloc: Bloc) -> Lu:
    distinctes, fois = np.unique(colonnes, return_counts=True)
    facteurs = (1.0 + np.log(fois)).astype(np.float32)
    carres = (facteurs * facteurs) @ bloc.carres[distinctes]
    longueurs = np.divide(1.0, np.sqrt(carres), out=np.zeros(2, np.float32), where=carres > 0)
    return Lu(distinctes, facteurs, longueurs)
