"""A file of rows, CSV or workbook, read whole before anything is written: what it would add, and every problem by line. Pure."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from veille.errors import RefusError
from veille.francais import NBSP, fold, shorten
from veille.model import Ligne
from veille.registres.champs import Champ, Description
from veille.registres.saisie import Reperes, read_row, show_row

OCTETS_MAX, RANGEES_MAX, PROBLEMES_MAX = 5_000_000, 20_000, 500
Sort = Literal["ajout", "modification", "inchangee", "double", "retiree"]
_FORMULES = ("=", "+", "-", "@", "\t", "\r")
_SEPARATEURS = (";", ",", "\t")
_MARQUE = re.compile(r"\Asep=[;,\t]\r?\n", re.I)  # Written for a spreadsheet, which does not count it as a line.


@dataclass(frozen=True)
class Probleme:
    """What is wrong at one place of a file. `ligne`: as a spreadsheet numbers it; `colonne` "" for the whole line."""

    ligne: int
    colonne: str
    message: str

    def __str__(self) -> str:
        ou = f", colonne «{NBSP}{self.colonne}{NBSP}»" if self.colonne else ""
        return f"Ligne {self.ligne}{ou}{NBSP}: {self.message}"


@dataclass(frozen=True)
class Lue:
    """One row of a file, and what writing it would do. `ligne.id` is the known row's, when there is one.

    `double`: the same row without a number of its own is there already. `retiree`: staff withdrew it, it stays so.
    """

    numero: int
    ligne: Ligne
    sort: Sort


@dataclass(frozen=True)
class LectureFichier:
    """A whole file. Nothing of it is written while it has a problem.

    `ignorees`: the columns that are no field. `avis`: what is not wrong, but looks like a slip.
    """

    lues: tuple[Lue, ...] = ()
    problemes: tuple[Probleme, ...] = ()
    ignorees: tuple[str, ...] = ()
    avis: tuple[Probleme, ...] = ()

    def count(self, sort: Sort) -> int:
        """How many rows of a kind."""
        return sum(lue.sort == sort for lue in self.lues)


def read_csv(octets: bytes) -> list[list[str]]:
    """The rows of a CSV, whatever a spreadsheet made of it: UTF-8 or Windows-1252, « ; », « , » or tabs between columns."""
    if len(octets) > OCTETS_MAX:
        raise RefusError(f"Le fichier est trop gros{NBSP}: {OCTETS_MAX // 1_000_000} Mo au plus.")
    if b"\x00" in octets:
        raise RefusError(
            "Ce fichier n’est pas un CSV : enregistrez-le en « CSV UTF-8 », ou donnez le classeur « .xlsx »."
        )
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", errors="replace")
    texte = _MARQUE.sub("", texte, count=1)
    entete = next((ligne for ligne in texte.splitlines() if ligne.strip()), "")
    # Strict: else a quote that is never closed would swallow, without a word, every row that follows.
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=max(_SEPARATEURS, key=entete.count), strict=True)
    rangees: list[list[str]] = []
    try:
        rangees.extend(itertools.islice(lecteur, RANGEES_MAX + 2))
    except csv.Error as erreur:
        raise RefusError(
            f"Ce CSV est mal formé à la ligne {len(rangees) + 1}{NBSP}: un guillemet n’y est pas refermé ou doublé, ou une cellule est démesurée."
        ) from erreur
    if len(rangees) > RANGEES_MAX + 1:
        raise RefusError(f"Le fichier a trop de lignes{NBSP}: {RANGEES_MAX} au plus.")
    return [[case.strip() for case in rangee] for rangee in rangees]


def read_file(
    description: Description,
    rangees: Sequence[Sequence[str]],
    reperes: Reperes,
    connues: Iterable[Ligne] = (),
    ailleurs: Mapping[str, int] = MappingProxyType({}),
) -> LectureFichier:
    """Every row and every problem. `connues`: the plan's rows in the register, withdrawn ones included; `ailleurs`: the
    references that rows of other plans bear.
    """
    tete = next((n for n, rangee in enumerate(rangees) if any(rangee)), None)
    if tete is None:
        return LectureFichier(problemes=(Probleme(1, "", "Le fichier est vide."),))
    colonnes, ignorees = columns(description.champs, rangees[tete])
    manquantes = [c.titre for c in description.champs if c.requis and c not in colonnes.values()]
    if manquantes:
        noms = ", ".join(f"«{NBSP}{nom}{NBSP}»" for nom in manquantes)
        return LectureFichier(
            problemes=(Probleme(tete + 1, "", f"Il manque la colonne {noms}. Partez du fichier modèle."),)
        )
    suite = _Deja(description, connues)
    vues: dict[str, int] = {}
    lues: list[Lue] = []
    problemes: list[Probleme] = []
    avis: list[Probleme] = []
    for numero, rangee in filled(rangees, tete):
        if len(problemes) >= PROBLEMES_MAX:
            problemes.append(stopped(numero))
            break
        saisie = read_row(description, {c.nom: cell(rangee, n) for n, c in colonnes.items()}, reperes)
        problemes += [Probleme(numero, _title(description, nom), dit) for nom, dit in saisie.fautes.items()]
        problemes += too_long(numero, rangee, len(rangees[tete]))
        avis += [Probleme(numero, _title(description, nom), dit) for nom, dit in saisie.avis.items()]
        if saisie.ligne is None:
            continue
        if (ref := saisie.ligne.reference) and ref in vues:
            dit = f"la référence «{NBSP}{shorten(ref, 40)}{NBSP}» est déjà à la ligne {vues[ref]}."
            problemes.append(Probleme(numero, description.champ("reference").titre, dit))
            continue
        if ref in ailleurs:
            dit = (
                f"la référence «{NBSP}{shorten(ref, 40)}{NBSP}» est celle de la ligne {ailleurs[ref]}, d’un autre plan."
            )
            problemes.append(Probleme(numero, description.champ("reference").titre, dit))
            continue
        if ref:
            vues[ref] = numero
        lues.append(suite.place(numero, saisie.ligne))
    if not lues and not problemes:
        problemes.append(Probleme(tete + 1, "", "Il n’y a aucune ligne sous l’en-tête."))
    return LectureFichier(tuple(lues), tuple(problemes), ignorees, tuple(avis[:PROBLEMES_MAX]))


def header(description: Description) -> list[str]:
    """The names of the columns of a file."""
    return [champ.titre for champ in description.champs]


def model_rows(description: Description) -> list[list[str]]:
    """What a person starts a file from: the header, and a fictional row."""
    return [header(description), [description.exemple.get(champ.nom, "") for champ in description.champs]]


def rows(description: Description, lignes: Iterable[Ligne]) -> list[list[str]]:
    """Rows as a file holds them, under their header; what this writes, `read_file` reads back as unchanged."""
    montrees = (show_row(description, ligne) for ligne in lignes)
    return [header(description), *([x[champ.nom].replace("\n", " | ") if champ.genre in ("preuves", "textes") else x[champ.nom] for champ in description.champs] for x in montrees)]  # fmt: skip


def write_csv(rangees: Iterable[Sequence[str]]) -> bytes:
    """A CSV that a French spreadsheet opens as it is; a text that would be a formula is kept from being one."""
    sortie = io.StringIO(newline="")
    redacteur = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    for rangee in rangees:
        redacteur.writerow(
            [f"'{case}" if case.startswith(_FORMULES) and not _is_number(case) else case for case in rangee]
        )
    return sortie.getvalue().encode("utf-8-sig")


def field_named(description: Description, nom: str) -> Champ | None:
    """A field by its title or by its name in the table, written as a person would."""
    return field_among(description.champs, nom)


def number_columns(description: Description) -> frozenset[int]:
    """The places of the columns that hold numbers, for a sheet that adds them up."""
    return frozenset(n for n, champ in enumerate(description.champs) if champ.genre in ("entier", "decimal"))


def columns(champs: Sequence[Champ], entete: Sequence[str]) -> tuple[dict[int, Champ], tuple[str, ...]]:
    """Which field each column is, by its title or by its name in the table; and the columns that are none."""
    colonnes: dict[int, Champ] = {}
    ignorees = []
    for n, titre in enumerate(entete):
        champ = field_among(champs, titre)
        if champ is None or champ in colonnes.values():
            ignorees += [titre] if titre else []
        else:
            colonnes[n] = champ
    return colonnes, tuple(ignorees)


def field_among(champs: Sequence[Champ], nom: str) -> Champ | None:
    """The same, among fields that are no register's."""
    return next((c for c in champs if _name(nom) in (_name(c.titre), _name(c.nom))), None)


def _name(titre: str) -> str:
    """A header as it is compared: no accent, no case, no mark of a required field, no plural."""
    return " ".join(mot.rstrip("s") for mot in fold(titre.replace("*", " ").replace("_", " ")).split())


class _Deja:
    """What the register holds, then what the lines above have said: a row is placed beside them.

    A row that has a number of its own is only ever the row of that number; two rows that say the same are one when a
    number does not set them apart.
    """

    def __init__(self, description: Description, connues: Iterable[Ligne]) -> None:
        self._description = description
        self._par_reference: dict[str, Ligne] = {}
        self._contenus: dict[tuple[str, ...], bool] = {}  # → whether one of those that say it has no number.
        for ligne in connues:
            if ligne.reference:
                self._par_reference[ligne.reference] = ligne
            if not ligne.retiree:
                self._note(ligne)

    def place(self, numero: int, ligne: Ligne) -> Lue:
        """What writing this row would do."""
        connue = self._par_reference.get(ligne.reference) if ligne.reference else None
        if connue is not None:
            pareille = _content(self._description, connue) == _content(self._description, ligne)
            sort: Sort = "retiree" if connue.retiree else "inchangee" if pareille else "modification"
            return Lue(numero, replace(ligne, id=connue.id), sort)
        contenu = _content(self._description, ligne)
        double = contenu in self._contenus and (self._contenus[contenu] or not ligne.reference)
        self._note(ligne)
        return Lue(numero, ligne, "double" if double else "ajout")

    def _note(self, ligne: Ligne) -> None:
        contenu = _content(self._description, ligne)
        self._contenus[contenu] = self._contenus.get(contenu, False) or not ligne.reference


def _content(description: Description, ligne: Ligne) -> tuple[str, ...]:
    """What makes two rows the same, their reference apart."""
    dits = show_row(description, ligne)
    return tuple(dits[champ.nom] for champ in description.champs if champ.nom != "reference")


def cell(rangee: Sequence[str], n: int) -> str:
    """A cell as a person wrote it: the apostrophe that kept it from being a formula is not theirs."""
    case = rangee[n] if n < len(rangee) else ""
    return case[1:] if case.startswith("'") and case[1:].startswith(_FORMULES) else case


def filled(rangees: Sequence[Sequence[str]], tete: int) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows under the header that hold something, as a spreadsheet numbers them."""
    return ((n, rangee) for n, rangee in enumerate(rangees[tete + 1 :], start=tete + 2) if any(rangee))


def stopped(numero: int) -> Probleme:
    """Reading stops at this line: nobody corrects more in one sitting, and each problem is costly to explain."""
    dit = f"la lecture s’arrête ici, après {PROBLEMES_MAX} problèmes{NBSP}: corrigez d’abord ceux qui précèdent."
    return Probleme(numero, "", dit)


def too_long(numero: int, rangee: Sequence[str], largeur: int) -> list[Probleme]:
    """What is wrong with a row that has more values than there are columns."""
    if not any(rangee[largeur:]):
        return []
    return [
        Probleme(numero, "", "il y a plus de valeurs que de colonnes : une cellule contient sans doute le séparateur.")
    ]


def _title(description: Description, nom: str) -> str:
    return next((c.titre for c in description.champs if c.nom == nom), "")


def _is_number(texte: str) -> bool:
    return texte.replace(",", "").replace("-", "", 1).isdecimal()
