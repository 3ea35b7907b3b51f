"""What came back, decoded once, and what kind of thing it is. Readers get a `Corps`, never bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from veille.errors import ReadError
from veille.feeds.charset import decode
from veille.model import Reponse

Nature = Literal["json", "html", "xml", "inconnu"]

_PROLOGUE = re.compile(r"\s+|<\?[^>]{0,2000}\?>|<!--(?:(?!-->).){0,5000}-->", re.S)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|table|p|h1|script|link|span|ul|main|a)(?=[\s>/])", re.I
)
_FLUX = re.compile(r"<(?:[a-z][\w.-]{0,30}:)?(?:rss|feed|rdf|channel)\b", re.I)


@dataclass(frozen=True)
class Corps:
    """A body as text, and the address its relative links are read on."""

    texte: str
    adresse: str


def decode_body(reponse: Reponse) -> Corps:
    """The text of an answer. Raises `ReadError("vide")` when there is nothing in it: never « no news »."""
    texte = decode(reponse.corps, reponse.charset)
    if not texte.strip():
        raise ReadError("vide")
    return Corps(texte, reponse.adresse_finale)


def sniff(texte: str) -> Nature:
    """What the text itself says it is; content types lie too often to be asked."""
    position = 0
    while trouve := _PROLOGUE.match(texte, position):
        position = trouve.end()
    debut = texte[position : position + 65_536]
    if debut.startswith(("{", "[")):
        return "json"
    if _HTML.match(debut):
        return "html"
    if _FLUX.search(debut) or debut.startswith("<"):
        return "xml"
    return "inconnu"
