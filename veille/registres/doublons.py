"""Organisations that may be written twice: pairs with the reason, for a person to judge. Nothing is merged here. Pure."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from veille.francais import NBSP, fold
from veille.model import FicheOrganisation

PROCHE = 0.8  # How alike two words are that may be one, misspelt: « aine » and « aines », not « joliette » and « matawinie ».
COURANT = 40  # A word that so many names hold brings no pair together.
_VIDES = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur"])
_NOMBRES = {
    "deux": "2",
    "trois": "3",
    "quatre": "4",
    "cinq": "5",
    "six": "6",
    "sept": "7",
    "saint": "st",
    "sainte": "ste",
}
_PARENTHESE = re.compile(r"\([^)]*\)")
_MOT = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Doublon:
    """Two sheets that may be one organisation. `raison`: a sentence's beginning, as staff read it."""

    premiere: FicheOrganisation
    seconde: FicheOrganisation
    raison: str


def proposals(fiches: Iterable[FicheOrganisation]) -> list[Doublon]:
    """Every pair worth a look, each once, in the order of the sheets. Withdrawn and merged ones are left alone."""
    vives = sorted((f for f in fiches if not f.retiree and f.fusionnee_dans is None), key=lambda f: f.id)
    mots = {f.id: _words(f.nom) for f in vives}
    trouves = []
    for a, b in _candidates(vives, mots):
        if raison := _reason(a, b, mots[a.id], mots[b.id]):
            trouves.append(Doublon(a, b, raison))
    return trouves


def _candidates(
    vives: list[FicheOrganisation], mots: dict[int, frozenset[str]]
) -> Iterator[tuple[FicheOrganisation, FicheOrganisation]]:
    """Pairs that share a sigle, a site or a word that is not in every name."""
    par_cle: dict[str, list[FicheOrganisation]] = defaultdict(list)
    for fiche in vives:
        for mot in mots[fiche.id]:
            par_cle[f"mot {mot}"].append(fiche)
        if fiche.sigle:
            par_cle[f"sigle {fold(fiche.sigle)}"].append(fiche)
        if fiche.site:
            par_cle[f"site {_site(fiche.site)}"].append(fiche)
    paires = {
        (a.id, b.id): (a, b)
        for cle, groupe in par_cle.items()
        if len(groupe) <= COURANT or not cle.startswith("mot ")
        for a, b in combinations(groupe, 2)
    }
    for cle in sorted(paires):
        yield paires[cle]


def _reason(a: FicheOrganisation, b: FicheOrganisation, mots_a: frozenset[str], mots_b: frozenset[str]) -> str:
    if mots_a == mots_b:
        return "même nom, aux articles et aux chiffres près"
    if a.sigle and fold(a.sigle) == fold(b.sigle):
        return f"même sigle, «{NBSP}{a.sigle}{NBSP}»"
    if a.site and _site(a.site) == _site(b.site):
        return "même site Web"
    if a.mrc and b.mrc and not {*a.mrc} & {*b.mrc}:
        return ""  # Namesakes of two places are common: a comité in each MRC.
    if _near(mots_a - mots_b, mots_b - mots_a):
        return "noms presque pareils"
    petits, grands = sorted((mots_a, mots_b), key=len)
    return "le nom de l’une contient celui de l’autre" if len(petits) >= 2 and petits < grands else ""


def _near(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether the words that differ are the same ones, spelt otherwise."""
    return len(a) == len(b) == 1 and all(
        len(x) > 3 and difflib.SequenceMatcher(None, x, y).ratio() >= PROCHE for x, y in zip(a, b, strict=True)
    )


def _words(nom: str) -> frozenset[str]:
    mots = _MOT.findall(fold(_PARENTHESE.sub(" ", nom)))
    return frozenset(_NOMBRES.get(mot, mot.rstrip("sx") or mot) for mot in mots if mot not in _VIDES)


def _site(adresse: str) -> str:
    return adresse.partition("://")[2].removeprefix("www.").rstrip("/").lower()
