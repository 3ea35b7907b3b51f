"""The répertoire of organisations as a form asks it and as a file holds it. Pure.

It is no register of the plan: its rows serve no moyen, and are known by their code rather than by a reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from veille.francais import NBSP, fold, shorten
from veille.model import FicheOrganisation
from veille.registres.champs import SANS_NOM, Champ
from veille.registres.choix import ROLES, TYPES_ORGANISATION
from veille.registres.fichier import PROBLEMES_MAX, Probleme, cell, columns, filled, stopped, too_long
from veille.registres.saisie import anonymous, named, read_mrc

_PLUSIEURS = ("mrc", "thematiques", "roles")
_SEPARATEUR = re.compile(r"[|;\n]")  # A comma may be in the name of a theme.
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SITE = re.compile(r"https?://[^\s@/]+\.[^\s@/]+(?:/\S*)?")
_EXEMPLE = {
    "nom": "Maison de la famille du Vallon (exemple fictif)", "sigle": "MFV", "type": "Organisme communautaire",
    "mrc": "Montcalm", "roles": "Membre | Partenaire", "site": "https://exemple.invalid/",
}  # fmt: skip


@dataclass(frozen=True)
class SaisieFiche:
    """What came of what was typed: the sheet, or what is wrong with each field."""

    fiche: FicheOrganisation | None
    fautes: dict[str, str]


@dataclass(frozen=True)
class FicheLue:
    """One row of a file, and what writing it would do. `fiche.id` is the known sheet's, when there is one."""

    numero: int
    fiche: FicheOrganisation
    sort: Literal["ajout", "modification", "inchangee"]


@dataclass(frozen=True)
class LectureRepertoire:
    """A whole file. Nothing of it is written while it has a problem."""

    lues: tuple[FicheLue, ...] = ()
    problemes: tuple[Probleme, ...] = ()
    ignorees: tuple[str, ...] = ()

    def count(self, sort: str) -> int:
        """How many rows of a kind."""
        return sum(lue.sort == sort for lue in self.lues)


def fields(mrc: Mapping[str, str], thematiques: Mapping[str, str]) -> tuple[Champ, ...]:
    """The fields of a sheet; the places and themes it may name are those of the project."""
    return (
        Champ("nom", "Nom", aide=f"Le nom de l’organisation. {SANS_NOM}", requis=True, maximum=200),
        Champ("sigle", "Sigle", maximum=30),
        Champ("code", "Code", aide="Laissez vide : il se fait du sigle ou du nom, et ne change plus ensuite.", maximum=60),
        Champ("type", "Type", "choix", choix=TYPES_ORGANISATION),
        Champ("mrc", "MRC", aide="Laissez vide pour toute la région.", choix=mrc),
        Champ("thematiques", "Thèmes", choix=thematiques),
        Champ("roles", "Rôles", choix=ROLES),
        Champ("site", "Site Web", aide="L’adresse de sa page d’accueil, en http ou https.", maximum=500),
        Champ("note", "Note", "texte", SANS_NOM, maximum=3000),
    )  # fmt: skip


def read_sheet(textes: Mapping[str, str], champs: Sequence[Champ], numero: int = 0) -> SaisieFiche:
    """The sheet that these texts make. A field that is absent is empty."""
    valeurs: dict[str, Any] = {}
    fautes: dict[str, str] = {}
    for champ in champs:
        texte = textes.get(champ.nom, "").strip()
        try:
            valeurs[champ.nom] = _value(champ, texte)
        except ValueError as erreur:
            fautes[champ.nom] = str(erreur)
    return SaisieFiche(None if fautes else FicheOrganisation(id=numero, **valeurs), fautes)


def show_sheet(fiche: FicheOrganisation) -> dict[str, str]:
    """The texts that make a sheet: what a form shows, what an export writes."""
    textes = {nom: getattr(fiche, nom) for nom in ("nom", "sigle", "code", "type", "site", "note")}
    return textes | {nom: " | ".join(getattr(fiche, nom)) for nom in _PLUSIEURS}


def read_file(
    champs: Sequence[Champ], rangees: Sequence[Sequence[str]], connues: Iterable[FicheOrganisation] = ()
) -> LectureRepertoire:
    """Every sheet and every problem. A row is of a known sheet by its code, or without one by its very name."""
    tete = next((n for n, rangee in enumerate(rangees) if any(rangee)), None)
    if tete is None:
        return LectureRepertoire(problemes=(Probleme(1, "", "Le fichier est vide."),))
    colonnes, ignorees = columns(champs, rangees[tete])
    if not any(champ.nom == "nom" for champ in colonnes.values()):
        dit = f"Il manque la colonne «{NBSP}Nom{NBSP}». Partez du fichier modèle."
        return LectureRepertoire(problemes=(Probleme(tete + 1, "", dit),))
    titres = {champ.nom: champ.titre for champ in champs}
    registre = _Connues(connues)
    lues: list[FicheLue] = []
    problemes: list[Probleme] = []
    for numero, rangee in filled(rangees, tete):
        if len(problemes) >= PROBLEMES_MAX:
            problemes.append(stopped(numero))
            break
        saisie = read_sheet({c.nom: cell(rangee, n) for n, c in colonnes.items()}, champs)
        problemes += [Probleme(numero, titres[nom], dit) for nom, dit in saisie.fautes.items()]
        problemes += too_long(numero, rangee, len(rangees[tete]))
        if saisie.fiche is None:
            continue
        if faute := registre.seen(saisie.fiche, numero):
            problemes.append(Probleme(numero, "", faute))
            continue
        lues.append(registre.settle(numero, saisie.fiche, frozenset(c.nom for c in colonnes.values())))
    if not lues and not problemes:
        problemes.append(Probleme(tete + 1, "", "Il n’y a aucune ligne sous l’en-tête."))
    return LectureRepertoire(tuple(lues), tuple(problemes), ignorees)


def rows(champs: Sequence[Champ], fiches: Iterable[FicheOrganisation]) -> list[list[str]]:
    """Sheets as a file holds them, under their header; what this writes, `read_file` reads back as unchanged."""
    montrees = (show_sheet(fiche) for fiche in fiches)
    return [[champ.titre for champ in champs], *([x[champ.nom] for champ in champs] for x in montrees)]


def model_rows(champs: Sequence[Champ]) -> list[list[str]]:
    """What a person starts a file from: the header, and a fictional organisation."""
    return [[champ.titre for champ in champs], [_EXEMPLE.get(champ.nom, "") for champ in champs]]


class _Connues:
    """The sheets that a file may be about, and the rows of it already read."""

    def __init__(self, connues: Iterable[FicheOrganisation]) -> None:
        fiches = list(connues)
        self._par_code = {fiche.code: fiche for fiche in fiches}
        vives = [fiche for fiche in fiches if not fiche.retiree and fiche.fusionnee_dans is None]
        self._par_nom = {fold(fiche.nom): fiche for fiche in vives}
        self._vues: dict[str, int] = {}

    def seen(self, fiche: FicheOrganisation, numero: int) -> str:
        """Why this row cannot be read beside those before it, or beside what the répertoire holds."""
        connue = self._par_code.get(fiche.code)
        if connue is not None and connue.fusionnee_dans is not None:
            return f"l’organisation «{NBSP}{fiche.code}{NBSP}» a été réunie à une autre : ôtez cette ligne."
        cles = [f"nom {fold(fiche.nom)}", *([f"code {fiche.code}"] if fiche.code else [])]
        deja = next((self._vues[cle] for cle in cles if cle in self._vues), None)
        for cle in cles:
            self._vues.setdefault(cle, numero)
        if deja is None:
            return ""
        return f"«{NBSP}{shorten(fiche.nom, 60)}{NBSP}» est déjà à la ligne {deja}."

    def settle(self, numero: int, fiche: FicheOrganisation, donnes: frozenset[str]) -> FicheLue:
        """What the row does. A column that the file does not have changes nothing of a known sheet."""
        connue = self._par_code.get(fiche.code) if fiche.code else self._par_nom.get(fold(fiche.nom))
        if connue is None:
            return FicheLue(numero, fiche, "ajout")
        changes = {nom: getattr(fiche, nom) for nom in donnes if nom != "code"}
        voulue = replace(connue, **changes, retiree=False)
        return FicheLue(numero, voulue, "inchangee" if voulue == connue else "modification")


def _value(champ: Champ, texte: str) -> Any:
    if champ.nom in _PLUSIEURS:
        valeurs = (v.strip() for v in _SEPARATEUR.split(texte))
        return tuple(dict.fromkeys(_one_of(v, champ) for v in valeurs if v))
    if champ.requis and not texte:
        raise ValueError("Ce champ ne peut pas être vide.")
    if len(texte) > champ.maximum:
        raise ValueError(f"{champ.maximum} caractères au plus ; il y en a {len(texte)}.")
    return _SIMPLES.get(champ.nom, _text)(champ, texte) if texte else ""


def _one_of(texte: str, champ: Champ) -> str:
    return read_mrc(texte, champ.choix) if champ.nom == "mrc" else named(texte, champ.choix, "valeur inconnue")


def _text(champ: Champ, texte: str) -> str:
    return anonymous(texte if champ.genre == "texte" else " ".join(texte.split()))


def _type(champ: Champ, texte: str) -> str:
    return named(texte, champ.choix, "type inconnu")


def _code(_: Champ, texte: str) -> str:
    if not _CODE.fullmatch(texte):
        raise ValueError(
            f"«{NBSP}{texte}{NBSP}» : un code s’écrit en minuscules sans accent, chiffres et traits d’union."
        )
    return texte


def _site(_: Champ, texte: str) -> str:
    if not _SITE.fullmatch(texte):
        raise ValueError(
            f"«{NBSP}{shorten(texte, 60)}{NBSP}» n’est pas l’adresse d’un site : elle commence par https://."
        )
    return texte


_SIMPLES: Mapping[str, Callable[[Champ, str], str]] = {"type": _type, "code": _code, "site": _site}
