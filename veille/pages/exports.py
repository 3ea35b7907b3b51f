"""What leaves the site as a file: a table for a spreadsheet, a text for a word processor. Pure; all text is hostile.

A spreadsheet runs as a formula any cell that begins with one of a few characters; a Markdown reader turns titles into
links, images or HTML. Both are made inert here, whatever a source wrote.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

BOM = "\ufeff"  # Without it, Excel reads UTF-8 as something else.
SEPARATEUR = ";"  # What French spreadsheets expect; the comma is their decimal mark.

_FORMULE = re.compile(r"^[\s\x00-\x1f\u200b-\u200f\u2060\ufeff'\"]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")
_CONTROLES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARQUES = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$^=])")
_ESPACES = re.compile(r"\s+")


def csv_rows(lignes: Iterable[Sequence[object]]) -> str:
    """Some rows of a CSV file, every field quoted, no cell that a spreadsheet would run."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=SEPARATEUR, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    ecrivain.writerows([inert_cell(cellule) for cellule in ligne] for ligne in lignes)
    return sortie.getvalue()


def inert_cell(valeur: object) -> str:
    """A cell that shows as text: an apostrophe goes before what would begin a formula. Numbers stay numbers."""
    if isinstance(valeur, int | float):
        return str(valeur)
    texte = _CONTROLES.sub("", str(valeur or ""))
    return f"'{texte}" if _FORMULE.match(texte) else texte


def inert_markdown(texte: str) -> str:
    """One line of plain text in a Markdown file: no link, image, heading, HTML or table can come of it."""
    return _MARQUES.sub(r"\\\1", _ESPACES.sub(" ", _CONTROLES.sub("", texte)).strip())


def markdown_link(nom: str, adresse: str) -> str:
    """A link to a Web page; plain text for any other kind of address."""
    if not adresse.lower().startswith(("http://", "https://")):
        return inert_markdown(nom)
    return f"[{inert_markdown(nom)}](<{quote(adresse, safe=_ADRESSE)}>)"


_ADRESSE = "!#$%&'()*+,/:;=?@[]~-._"  # What an address may hold as it is; brackets « < > » end the link and are coded.
