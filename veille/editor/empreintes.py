"""Hashes of the runs of words of a press text: they outlive the text, so that a copy is still seen once it is purged.

Words are cut and folded as `droits` does: what one refuses, so does the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b

from veille.editor.droits import EXTRAIT_MAX, PASSAGE_MAX, text_words, word_keys, words_with_places
from veille.francais import clean

OCTETS = 8


def run_hashes(texte: str) -> bytes:
    """The hash of every run of twelve words, sorted, eight bytes each; b"" for a text too short to have one."""
    mots = text_words(clean(texte, EXTRAIT_MAX))
    return b"".join(sorted({_hash(mots[i : i + PASSAGE_MAX]) for i in range(len(mots) - PASSAGE_MAX + 1)}))


def known_run(texte: str, passages: Sequence[bytes]) -> str:
    """The first run of twelve words or more of `texte` found among these hashes, in its own words; "" when none is."""
    return run_among(texte, split(passages)) if any(passages) else ""


def split(passages: Iterable[bytes]) -> frozenset[bytes]:
    """Each hash of these blocks."""
    return frozenset(bloc[i : i + OCTETS] for bloc in passages for i in range(0, len(bloc), OCTETS))


def own_hashes(texte: str) -> list[bytes]:
    """What `run_among` looks for: the hash of each run of twelve words of a text of ours, its short quotation left aside."""
    cles = word_keys(texte, words_with_places(texte))
    return [_hash(cles[i : i + PASSAGE_MAX]) for i in range(len(cles) - PASSAGE_MAX + 1)]


def run_among(texte: str, connues: Collection[bytes]) -> str:
    """The same as `known_run`, among hashes already told apart."""
    prises = [empreinte in connues for empreinte in own_hashes(texte)] if connues else []
    if True not in prises:
        return ""
    debut = prises.index(True)
    fin = debut
    while fin + 1 < len(prises) and prises[fin + 1]:
        fin += 1
    places = words_with_places(texte)
    return " ".join(texte[places[debut][0] : places[fin + PASSAGE_MAX - 1][1]].split())


def _hash(mots: Sequence[str]) -> bytes:
    return blake2b("\x1f".join(mots).encode(), digest_size=OCTETS).digest()
