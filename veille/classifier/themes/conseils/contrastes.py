"""What separates two lots of judged stories: phrases far more frequent in one than chance would have it.

Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn, 2008), on stories and not on words, so that a
story told ten times counts once; a phrase must come from several sources, so that no source's boilerplate wins.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from veille.classifier.themes.conseils.faits import Appui, Proposition
from veille.classifier.themes.conseils.mots import (
    best_surface,
    is_acronym,
    is_full,
    phrases,
    pieces,
    read_passage,
)
from veille.classifier.themes.conseils.releve import Extrait, Jugee
from veille.model import Force

ECART_MIN = 1.96
HISTOIRES_MIN = 3
SOURCES_MIN = 2
PRECISION_MIN = 0.5  # Below, the phrase is wrong more often than right.
PART_SOURCE_MAX = 0.9  # Of the stories that hold a phrase, the most that may come from one source.
_PRIOR = 10.0
_MEME_APPUI = 0.8
_EXEMPLES = 2
_CASES = 1 << 22  # Of a byte each.

Cle = tuple[str, ...]


class _Vue(NamedTuple):
    """A phrase that passed the statistic: in which stories of the lot, and with what gap."""

    cle: Cle
    ecart: float
    rangs: tuple[int, ...]


class Index:
    """Phrases of the judged stories, each with the stories that hold it, those of fewer than three left out.

    `noms`: keys of words that make no theme, the names of places.
    """

    def __init__(self, jugees: Iterable[Jugee], noms: Collection[str] = ()) -> None:
        self.jugees = tuple(jugees)
        self._noms = frozenset(noms)
        mots = Counter(cle for jugee in self.jugees for cle in {c for e in jugee.extraits for c in e.passage.cles})
        self._frequents = {cle for cle, nombre in mots.items() if nombre >= HISTOIRES_MIN and is_full(cle)}
        self._rangs: dict[Cle, array[int]] = {}
        self._couverts: dict[tuple[Cle, int], int] = {}  # Themes whose file reads a phrase wherever a story has it.
        self._fill()

    def contrast(self, pour: Collection[int], bit: int, maximum: int) -> tuple[Proposition, ...]:
        """The phrases of some stories (by rank) that the others have not, the surest first.

        `bit`: the theme whose own expressions are not proposed again.
        """
        lot = frozenset(pour)
        retenues: list[tuple[_Vue, Proposition]] = []
        for vue in sorted(self._significant(lot, bit), key=lambda v: (-v.ecart, -len(v.cle), v.cle)):
            if len(retenues) == maximum:
                break
            if any(_says_the_same(vue, autre) for autre, _ in retenues):
                continue
            if proposition := self._tell(vue, lot):
                retenues.append((vue, proposition))
        return tuple(proposition for _, proposition in retenues)

    def holding(self, expression: str, rangs: Collection[int]) -> int:
        """How many of these stories hold an expression."""
        return len(frozenset(rangs).intersection(self._rangs.get(read_passage(expression).cles, ())))

    def _fill(self) -> None:
        """Two readings: one counts roughly, so that the second keeps no phrase that two stories alone hold.

        Nearly all phrases are such; kept until all are read, they would take ten times the memory.
        """
        comptes = bytearray(_CASES)
        for jugee in self.jugees:
            for case in {hash(cle) % _CASES for cle in self._read(jugee)}:
                comptes[case] = min(comptes[case] + 1, HISTOIRES_MIN)
        for rang, jugee in enumerate(self.jugees):
            for cle, masque in self._read(jugee).items():
                if comptes[hash(cle) % _CASES] == HISTOIRES_MIN:
                    self._rangs.setdefault(cle, array("i")).append(rang)
                    if masque:
                        self._couverts[cle, rang] = masque
        self._rangs = {cle: rangs for cle, rangs in self._rangs.items() if len(rangs) >= HISTOIRES_MIN}

    def _read(self, jugee: Jugee) -> dict[Cle, int]:
        """Each phrase of a story with the themes whose file reads it everywhere it stands."""
        contenu: dict[Cle, int] = {}
        for extrait in jugee.extraits:
            cles = extrait.passage.cles
            for debut, fin in phrases(extrait.passage):
                if cles[debut] in self._frequents and cles[fin - 1] in self._frequents:
                    cle = cles[debut:fin]
                    contenu[cle] = contenu.get(cle, -1) & _mask(extrait, debut, fin)
        return contenu

    def _significant(self, lot: frozenset[int], bit: int) -> Iterator[_Vue]:
        ensemble, couverts = len(self.jugees), self._couverts
        for cle, rangs in self._rangs.items():
            dedans = [rang for rang in rangs if rang in lot]
            if len(dedans) < HISTOIRES_MIN:
                continue
            neufs = tuple(rang for rang in dedans if not couverts.get((cle, rang), 0) & bit)
            if len(neufs) < HISTOIRES_MIN or self._is_name(cle):
                continue
            ailleurs, frequence = len(rangs) - len(dedans), (len(rangs) + 0.5) / (ensemble + 1)
            ecart = log_odds(len(neufs), len(lot), ailleurs, ensemble - len(lot), frequence)
            if ecart >= ECART_MIN:
                yield _Vue(cle, ecart, neufs)

    def _is_name(self, cle: Cle) -> bool:
        return all(mot in self._noms or not is_full(mot) for mot in cle)

    def _tell(self, vue: _Vue, lot: frozenset[int]) -> Proposition | None:
        """The phrase as it is written, where it comes from and what it is worth; None when a single source says it."""
        sorts = Counter(self.jugees[rang].sort for rang in self._rangs[vue.cle] if rang not in lot)
        ecrits: list[list[str]] = []
        par_source: Counter[str] = Counter()
        titres: dict[str, None] = {}
        for rang in vue.rangs:
            jugee = self.jugees[rang]
            lieux = list(_places(jugee, vue.cle))
            ecrits += [pieces(extrait.passage, debut, debut + len(vue.cle)) for extrait, debut in lieux]
            par_source.update({extrait.source for extrait, _ in lieux})
            titres[jugee.titre] = None
        if len(par_source) < SOURCES_MIN or max(par_source.values()) > PART_SOURCE_MAX * len(vue.rangs):
            return None
        appui = Appui(len(vue.rangs), sorts["gardee"], sorts["ecartee"], len(par_source))
        if precision(appui) < PRECISION_MIN:
            return None
        expression = best_surface(ecrits)
        return Proposition(
            expression, strength(expression, appui), appui, round(vue.ecart, 2), tuple(titres)[:_EXEMPLES]
        )


def log_odds(a: int, n_a: int, b: int, n_b: int, frequence: float) -> float:
    """How many standard deviations apart two lots are: `a` of `n_a` stories hold the phrase, against `b` of `n_b`.

    `frequence`: share of all stories that hold it, never 0 nor 1: the prior, worth ten stories in each lot.
    """
    avec, sans = _PRIOR * frequence, _PRIOR * (1 - frequence)
    oui_a, oui_b = a + avec, b + avec
    ecart = math.log(oui_a / (n_a - a + sans)) - math.log(oui_b / (n_b - b + sans))
    return ecart / math.sqrt(1 / oui_a + 1 / oui_b)


def precision(appui: Appui) -> float:
    """Share of the stories that hold a phrase that are of the theme, drawn to one half when they are few."""
    return (appui.retenus + 1) / (appui.retenus + appui.ailleurs + appui.ecartes + 2)


def strength(expression: str, appui: Appui) -> Force:
    """The strength that the precision observed allows; one lone word needs more proof than three."""
    part = precision(appui)
    assez = 5 if " " in expression else 10
    if is_acronym(expression):
        return "sigle" if part >= 0.8 else "sigle_faible"
    if part >= 0.85 and appui.retenus >= assez:
        return "fort"
    return "moyen" if part >= 0.7 else "indice"


def _mask(extrait: Extrait, debut: int, fin: int) -> int:
    masque = 0
    for premier, dernier, bit in extrait.couverts:
        if premier <= debut and fin <= dernier:
            masque |= bit
    return masque


def _says_the_same(vue: _Vue, autre: _Vue) -> bool:
    """One is inside the other, and nearly all the stories of the first are stories of the other."""
    petit, grand = sorted((vue.cle, autre.cle), key=len)
    dedans = any(grand[i : i + len(petit)] == petit for i in range(len(grand) - len(petit) + 1))
    communs = set(vue.rangs) & set(autre.rangs)
    return dedans and len(communs) >= _MEME_APPUI * len(vue.rangs)


def _places(jugee: Jugee, cle: Cle) -> Iterator[tuple[Extrait, int]]:
    n = len(cle)
    for extrait in jugee.extraits:
        cles = extrait.passage.cles
        for debut in range(len(cles) - n + 1):
            if cles[debut : debut + n] == cle:
                yield extrait, debut
