"""A report before it has a format: headings, paragraphs, tables and charts, each figure already counted and said.

What composes a report knows no format, and a format counts nothing: so the same numbers are in every one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ton = Literal["normal", "doux", "manque", "bien", "alerte"]


@dataclass(frozen=True)
class Passage:
    """A run of text. `lien`: an absolute address, or one of the staff site (« /plan/… »)."""

    texte: str
    gras: bool = False
    italique: bool = False
    lien: str = ""


@dataclass(frozen=True)
class Paragraphe:
    """One paragraph. `puce`: depth in a list, 0 when it is in none. `ton`: what is to be completed, what is late…"""

    passages: tuple[Passage, ...]
    puce: int = 0
    ton: Ton = "normal"

    @property
    def texte(self) -> str:
        """Its words."""
        return "".join(p.texte for p in self.passages)


@dataclass(frozen=True)
class Cellule:
    """One cell. `nombre`: its value, where a spreadsheet must be able to add it up; `hauteur`: rows it spans."""

    paragraphes: tuple[Paragraphe, ...] = ()
    nombre: float | None = None
    hauteur: int = 1
    entete: bool = False

    @property
    def texte(self) -> str:
        """Its words, a line for each paragraph."""
        return "\n".join(p.texte for p in self.paragraphes)


@dataclass(frozen=True)
class Titre:
    """A heading below the report's own: level 2, 3…"""

    niveau: int
    texte: str
    ancre: str = ""


@dataclass(frozen=True)
class Tableau:
    """A table. A cell that spans rows is given in the first of them only. `largeurs`: of the columns, in hundredths."""

    titre: str
    colonnes: tuple[str, ...]
    rangees: tuple[tuple[Cellule, ...], ...]
    largeurs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Graphique:
    """A chart and its words. `valeurs`: one per label for each series; None where nothing was measured.

    `resume` says what the picture shows, for who does not see it. `repere`: a level to draw across (a target).
    """

    titre: str
    resume: str
    etiquettes: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    unite: str = ""
    repere: float | None = None


@dataclass(frozen=True)
class Feuille:
    """In a spreadsheet, what follows is on a sheet of this name (31 characters at most); elsewhere it says nothing."""

    nom: str


Bloc = Titre | Paragraphe | Tableau | Graphique | Feuille


@dataclass(frozen=True)
class Rapport:
    """A whole report. `entete`: lines under its title; `pied`: what each page ends with; `site`: what « /… » links are of."""

    titre: str
    blocs: tuple[Bloc, ...]
    entete: tuple[Paragraphe, ...] = ()
    auteur: str = ""
    pied: str = ""
    paysage: bool = False
    site: str = ""


def text(texte: str, *, gras: bool = False, italique: bool = False, lien: str = "") -> Passage:
    """A run of text."""
    return Passage(texte, gras, italique, lien)


def line(*passages: str | Passage, puce: int = 0, ton: Ton = "normal") -> Paragraphe:
    """A paragraph of texts and runs."""
    return Paragraphe(tuple(Passage(p) if isinstance(p, str) else p for p in passages), puce, ton)


def cell(*contenu: str | Paragraphe, nombre: float | None = None, hauteur: int = 1, entete: bool = False) -> Cellule:
    """A cell of paragraphs; an empty text makes none."""
    paragraphes = tuple(line(c) if isinstance(c, str) else c for c in contenu if c != "")
    return Cellule(paragraphes, nombre, hauteur, entete)
