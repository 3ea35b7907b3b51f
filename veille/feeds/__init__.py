"""Bytes → entries. Pure: nothing here fetches, stores or reads a clock.

One part per kind of body, loaded when first needed; to add one, copy `dummy.py` and add its line to `_PARTIES`.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from veille.errors import ReadError
from veille.feeds.chargement import loading
from veille.feeds.corps import Corps, Nature, decode_body, sniff
from veille.feeds.decouverte import discover, guess
from veille.model import GenreSource, Lecture, Reponse, Selecteurs

__all__ = ["discover", "guess", "parse", "read_as"]


class Partie(Protocol):
    """What a part must offer."""

    def read(self, corps: Corps, selecteurs: Selecteurs | None, now: datetime, /) -> Lecture:
        """Entries of the body, in its order; `ReadError` when it is not what this part reads."""


_PARTIES = {
    "syndication": "veille.feeds.syndication",
    "jsonfeed": "veille.feeds.jsonfeed",
    "liste": "veille.feeds.listing",
    "page": "veille.feeds.page",
    "dummy": "veille.feeds.dummy",
}
_SELON_NATURE: dict[Nature, str] = {"xml": "syndication", "json": "jsonfeed"}


def parse(genre: GenreSource, reponse: Reponse, *, selecteurs: Selecteurs | None, now: datetime) -> Lecture:
    """Entries of one answer. Raises `ReadError`: vide, html (with proposals), illisible, structure, sans_entree, genre."""
    if genre in ("courriel", "manuel"):
        raise ReadError("genre")
    corps = decode_body(reponse)
    if genre != "flux":
        return read_as(genre, corps, selecteurs=selecteurs, now=now)
    nature = sniff(corps.texte)
    if nature == "html":
        raise ReadError("html", propositions=discover(reponse))
    if nature not in _SELON_NATURE:
        raise ReadError("illisible")
    return read_as(_SELON_NATURE[nature], corps, selecteurs=None, now=now)


def read_as(partie: str, corps: Corps, *, selecteurs: Selecteurs | None, now: datetime) -> Lecture:
    """Read a decoded body with a named part of the registry."""
    with loading:
        lecteur = cast(Partie, import_module(_PARTIES[partie]))
    return lecteur.read(corps, selecteurs, now)
