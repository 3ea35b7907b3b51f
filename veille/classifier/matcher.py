"""Finding many phrases in one reading of a text: a trie over words.

Shared by themes, places and document types. It knows how words are compared (case, accents, plural, ending, capital
letter), and nothing of what a phrase means. Time is linear in the text; memory is bounded whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Literal, NamedTuple, TypeVar

from veille.francais import fold

T = TypeVar("T")

# How a word of a phrase meets a word of the text. All but « exacte » ignore case and accents.
#   pluriel: the word, or the word and s or x        debut: any ending (« logement* »)      exacte: letter for letter
#   mot: the word only                               majuscule: the word, written with a capital letter
Mode = Literal["pluriel", "debut", "exacte", "mot", "majuscule"]

# Words, and the marks that no phrase may cross (a comma, a hyphen or an apostrophe may be crossed).
_MORCEAU = re.compile(r"[^\W_]+|\+|[.;:!?…](?=\s|$)|[()\[\]|•]|(?<!\S)[-–—](?!\S)|\n\s*\n")
_MOT_DE_PHRASE = re.compile(r"[^\W_]+\*?|\+|:(?=\s|$)|(?<!\S)[-–—](?!\S)")
_MOT_MAX = 64  # Longer « words » are noise: never compared, never remembered.
_MEMOIRE_MAX = 100_000


class Mot(NamedTuple):
    """One word of a phrase to find."""

    forme: str
    mode: Mode


class Trouve(NamedTuple, Generic[T]):
    """One phrase found over the words `debut` (included) to `fin` (excluded)."""

    debut: int
    fin: int
    valeur: T


class Bornes(NamedTuple):
    """Where one word stands in the characters of the text."""

    debut: int
    fin: int


def split_words(texte: str) -> list[str]:
    """The words of a text as written, with the marks that separate phrases. `texte` is in composed form."""
    return _MORCEAU.findall(texte)


def word_bounds(texte: str) -> list[Bornes]:
    """The place of each of `split_words(texte)`."""
    return [Bornes(*m.span()) for m in _MORCEAU.finditer(texte)]


def phrase(expression: str, mode: Mode) -> tuple[Mot, ...]:
    """An expression of a staff file as words to find; « * » at the end of a word means any ending.

    A colon and a dash between spaces count as words: « source : », « - 30 - ».
    """
    mots: list[Mot] = []
    for brut in _MOT_DE_PHRASE.findall(expression):
        if brut.endswith("*"):
            mots.append(Mot(fold(brut[:-1]), "debut"))
        elif not brut[0].isalnum():
            mots.append(Mot(fold(brut), "mot"))
        else:
            mots.append(Mot(brut if mode == "exacte" else fold(brut), mode))
    return tuple(mots)


class Matcher(Generic[T]):
    """All phrases of a list, found in one pass. `canon` says how a word of the text is spelt for comparison."""

    def __init__(self, phrases: Iterable[tuple[Sequence[Mot], T]], canon: Callable[[str], str] = fold) -> None:
        self._canon = canon
        self._symboles: dict[tuple[str, Mode], int] = {}
        self._longueurs: tuple[int, ...] = ()
        self._suites: list[dict[int, int]] = [{}]
        self._valeurs: list[list[T]] = [[]]
        self._memoire: dict[str, tuple[int, ...]] = {}
        for mots, valeur in phrases:
            if mots:
                self._add(mots, valeur)
        self._longueurs = tuple(sorted({len(forme) for forme, mode in self._symboles if mode == "debut"}))

    def find(self, mots: Sequence[str]) -> list[Trouve[T]]:
        """Every phrase found, overlapping ones included, in order of their first word."""
        connu = self._memoire.get
        codes = [self._encode(m) if (c := connu(m)) is None else c for m in mots]
        trouves: list[Trouve[T]] = []
        for debut, symboles in enumerate(codes):
            if symboles:
                self._walk(codes, debut, trouves)
        return trouves

    def _walk(self, codes: list[tuple[int, ...]], debut: int, trouves: list[Trouve[T]]) -> None:
        suites, fin = self._suites, debut
        noeuds = [0]
        while noeuds and fin < len(codes):
            noeuds = [suites[n][s] for n in noeuds for s in codes[fin] if s in suites[n]]
            fin += 1
            trouves.extend(Trouve(debut, fin, valeur) for n in noeuds for valeur in self._valeurs[n])

    def _add(self, mots: Sequence[Mot], valeur: T) -> None:
        noeud = 0
        for mot in mots:
            symbole = self._symboles.setdefault((mot.forme, mot.mode), len(self._symboles))
            suivant = self._suites[noeud].get(symbole)
            if suivant is None:
                suivant = len(self._suites)
                self._suites[noeud][symbole] = suivant
                self._suites.append({})
                self._valeurs.append([])
            noeud = suivant
        self._valeurs[noeud].append(valeur)

    def _encode(self, mot: str) -> tuple[int, ...]:
        """The words of our phrases that this word of the text can stand for; remembered, within a limit."""
        if len(mot) > _MOT_MAX:
            return ()
        if len(self._memoire) >= _MEMOIRE_MAX:
            self._memoire.clear()
        symboles = self._symboles
        codes = tuple(symboles[forme] for forme in self._readings(mot) if forme in symboles)
        self._memoire[mot] = codes
        return codes

    def _readings(self, mot: str) -> list[tuple[str, Mode]]:
        plie = self._canon(mot)
        formes: list[tuple[str, Mode]] = [(plie, "pluriel"), (plie, "mot"), (mot, "exacte")]
        if len(plie) > 1 and plie[-1] in "sx":
            formes.append((plie[:-1], "pluriel"))
        if mot[0].isupper():
            formes.append((plie, "majuscule"))
        formes.extend((plie[:n], "debut") for n in self._longueurs if n <= len(plie))
        return formes


def keep_longest(trouves: Iterable[Trouve[T]]) -> list[Trouve[T]]:
    """Drop every phrase strictly inside another one; phrases over the very same words all stay."""
    gardes: list[Trouve[T]] = []
    fin_max = -1
    precedent = (-1, -1)
    avale = False
    for trouve in sorted(trouves, key=lambda t: (t.debut, -t.fin)):
        if (trouve.debut, trouve.fin) != precedent:
            avale = trouve.fin <= fin_max
            fin_max = max(fin_max, trouve.fin)
            precedent = (trouve.debut, trouve.fin)
        if not avale:
            gardes.append(trouve)
    return gardes
