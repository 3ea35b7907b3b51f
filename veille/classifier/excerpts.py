"""The sentence around a place in a text, to reason about it and to show it. Pure text, no meaning."""

from __future__ import annotations

import re
from typing import NamedTuple

# A full stop ends a sentence only before a capital: « 15 janv. 2027 » and « 16 h. 30 » go on.
_FIN = re.compile(r"[!?;•|\n]|\.(?=\s+[A-ZÀ-ÖØ-Þ«])")
_PORTEE = 400
_MONTRE = 300


class Phrase(NamedTuple):
    """One sentence cut in two at a place: what comes before it, what comes from it on."""

    avant: str
    apres: str

    def __str__(self) -> str:
        return " ".join((self.avant + self.apres).split())


def sentence_at(texte: str, position: int) -> Phrase:
    """The sentence that holds `position`, at most `_PORTEE` characters on each side."""
    debut = max(0, position - _PORTEE)
    for fin in _FIN.finditer(texte, debut, position):
        debut = fin.end()
    limite = min(len(texte), position + _PORTEE)
    suite = _FIN.search(texte, position, limite)
    return Phrase(texte[debut:position], texte[position : suite.end() if suite else limite])


def first_sentence(texte: str) -> str:
    """The first sentence of a text, as `shorten` shows it."""
    return shorten(str(sentence_at(texte, 0)))


def sentence_before(texte: str, position: int) -> str:
    """The sentence before the one that holds `position`, "" when it is the first."""
    debut = position - len(sentence_at(texte, position).avant)
    return sentence_at(texte, debut - 1).avant if debut > 0 else ""


def shorten(texte: str) -> str:
    """A sentence short enough to be shown, cut at a word."""
    texte = " ".join(texte.split())
    return texte if len(texte) <= _MONTRE else texte[:_MONTRE].rsplit(" ", 1)[0] + " …"
