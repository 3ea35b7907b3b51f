"""The shape of a model card, and its Markdown document. What it says is decided in `sections.py`, `themes.py` and `trust.py`.

A card is plain text in sections, so that a page template and a document show the same one. Titles of collected
documents are in it: whoever shows a card escapes it, as `to_markdown` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Tableau:
    """A table named by `legende`; each line is as long as `entetes`, and its first cell heads it."""

    legende: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """One part of a card, shown in this order: paragraphs, list, tables. `cle`: a short name that never changes."""

    cle: str
    titre: str
    paragraphes: tuple[str, ...] = ()
    liste: tuple[str, ...] = ()
    tableaux: tuple[Tableau, ...] = ()


@dataclass(frozen=True)
class Carte:
    """The whole card, a title and its parts."""

    titre: str
    sections: tuple[Section, ...]


def to_markdown(carte: Carte) -> str:
    """The card as one Markdown document (tables as GitHub's), every text shown as it is, none as mark-up."""
    blocs = [f"# {_escape(carte.titre)}"]
    for section in carte.sections:
        blocs.append(f"## {_escape(section.titre)}")
        blocs += [_escape(paragraphe) for paragraphe in section.paragraphes]
        if section.liste:
            blocs.append("\n".join(f"- {_escape(point)}" for point in section.liste))
        for tableau in section.tableaux:
            blocs += [f"**{_escape(tableau.legende)}**", "\n".join(_rows(tableau))]
    return "\n\n".join(blocs) + "\n"


def _rows(tableau: Tableau) -> Iterator[str]:
    # Figures, in every column but the first, read better against the right edge.
    regle = (":--", *("--:" for _ in tableau.entetes[1:]))
    yield _row(tuple(_escape(entete) for entete in tableau.entetes))
    yield _row(regle)
    yield from (_row(tuple(_escape(cellule) for cellule in ligne)) for ligne in tableau.lignes)


def _row(cellules: tuple[str, ...]) -> str:
    return f"| {' | '.join(cellules)} |"


_COUPURES = re.compile(r"[ \t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BALISES = re.compile(r"[\\`*_{}\[\]<>|~&]")
_DEBUTS = re.compile(r"^(\d*)([#+=.)-])")  # what makes a title or a list of a line


def _escape(texte: str) -> str:
    """One line, where nothing is read as mark-up."""
    ligne = _COUPURES.sub(" ", texte).strip(" ")
    return _DEBUTS.sub(r"\1\\\2", _BALISES.sub(r"\\\g<0>", ligne))
