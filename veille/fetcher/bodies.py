"""Undoing one content encoding in bounded steps, so that a bomb is seen before it fills the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import brotli  # type: ignore[import-untyped] # It ships no types.

from veille.errors import FetchError
from veille.francais import NBSP

PAS = 1 << 16  # bytes asked of a decompressor at a time
MEMBRES_MAX = 1000  # a gzip cut in blocks has a few hundred; a million empty ones would cost minutes


def decode(morceaux: Iterable[bytes], codage: str) -> Iterator[bytes]:
    """Undo one content encoding; two stacked ones multiply bombs and serve nobody."""
    codages = [nom for nom in (partie.strip().lower() for partie in codage.split(",")) if nom not in ("", "identity")]
    try:
        if not codages:
            yield from morceaux
        elif codages in (["gzip"], ["x-gzip"], ["deflate"]):
            yield from _inflate(morceaux)
        elif codages == ["br"]:
            yield from _unbrotli(morceaux)
        else:
            raise FetchError("encodage", f"encodage refusé{NBSP}: «{NBSP}{', '.join(codages)[:60]}{NBSP}»")
    except (zlib.error, brotli.error) as erreur:
        raise FetchError("encodage", "réponse compressée illisible") from erreur


def _inflate(morceaux: Iterable[bytes]) -> Iterator[bytes]:
    """Gzip (several members allowed), zlib or bare deflate. What follows the end is padding: read, not decoded."""
    machine: Any = None
    membres = 0  # read to their end
    for brut in morceaux:
        while brut and (machine or not membres or brut[0] == 0x1F):
            machine = machine or zlib.decompressobj(_window(brut[0]))
            yield machine.decompress(brut, PAS)
            brut = machine.unused_data if machine.eof else machine.unconsumed_tail
            if machine.eof:
                machine, membres = None, membres + 1
        if membres > MEMBRES_MAX:
            raise FetchError("encodage", "réponse compressée en trop de morceaux")
    while machine and (clair := machine.decompress(b"", PAS)):  # what the last step's limit held back
        yield clair
    if not (machine.eof if machine else membres):
        raise FetchError("encodage", "réponse compressée incomplète")


def _window(premier: int) -> int:
    """Tell gzip, zlib and bare deflate apart by their first byte: servers say « deflate » for both of the last."""
    if premier == 0x1F:
        return 31
    return 15 if premier & 0x0F == 8 and premier >> 4 <= 7 else -15


def _unbrotli(morceaux: Iterable[bytes]) -> Iterator[bytes]:
    machine = brotli.Decompressor()
    for brut in morceaux:
        if machine.is_finished():
            continue
        yield machine.process(brut, output_buffer_limit=PAS)
        while not machine.can_accept_more_data() and not machine.is_finished():
            yield machine.process(b"", output_buffer_limit=PAS)
    while not machine.is_finished() and (clair := machine.process(b"", output_buffer_limit=PAS)):
        yield clair
    if not machine.is_finished():  # garbage often shows only here: brotli waits for a rest that never comes
        raise FetchError("encodage", "réponse compressée incomplète")
