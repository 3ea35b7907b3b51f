"""A list of texts as people lay it out by hand: lines of several values, comments between them. Pure, text to text.

tomlkit's own removal takes the comment of the neighbour away, and its addition writes one value per line. Here a line
that loses nothing stays as it is, to the letter; one that loses a value is written again, its comment kept.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import NamedTuple

import tomlkit

_MORCEAU = re.compile(
    r"""(?P<valeur>"(?:\\.|[^"\\])*"|'[^']*')|(?P<commentaire>\s*\#.*)|(?P<virgule>,)|\s+|(?P<autre>.)"""
)
_RETRAIT = "  "


class Ligne(NamedTuple):
    """One line of a list: `valeurs` and `commentaire` as written; `simple`: its values have each their comma."""

    ecrite: str
    valeurs: tuple[str, ...]
    commentaire: str
    simple: bool

    @property
    def retrait(self) -> str:
        """The blanks that begin the line."""
        return self.ecrite[: len(self.ecrite) - len(self.ecrite.lstrip())]

    def with_values(self, valeurs: Sequence[str]) -> str:
        """The same line with these values only, each followed by a comma; to the letter when nothing is to change."""
        if self.simple and tuple(valeurs) == self.valeurs:
            return self.ecrite
        debut = self.retrait + " ".join(f"{v}," for v in valeurs)
        return debut + (self.commentaire if valeurs else self.commentaire.lstrip())


def merge_list(ecrit: str, valeurs: Sequence[str], largeur: int, fin: str = "\n") -> str:
    """The same list with these values: those that stay keep their place, the new ones come last.

    `ecrit` is « [ … ] » as written; `fin` is how lines end. What cannot be cut safely is written anew.
    """
    voulues = list(dict.fromkeys(valeurs))
    lignes = [_line(ligne.removesuffix("\r")) for ligne in ecrit[1:-1].split("\n")]
    avant = [_value(v) for ligne in lignes for v in ligne.valeurs]
    if avant != _values(ecrit):  # Texts of several lines, or of three quotes.
        return wrap_list(voulues, largeur, fin)
    if len(avant) == len(voulues) and set(avant) == set(voulues):
        return ecrit
    ajouts = [_written(v) for v in voulues if v not in avant]
    gardees = _kept(lignes, set(voulues))
    if not voulues and not any(ligne.commentaire for ligne in lignes):
        return "[]"
    if len(lignes) == 1:
        return _wrapped([*gardees[0], *ajouts], largeur, fin)
    return f"[{fin.join(_relined(lignes, gardees, ajouts, largeur))}]"


def wrap_list(valeurs: Sequence[str], largeur: int, fin: str = "\n") -> str:
    """A list on one line when it fits, else on lines filled to the width."""
    return _wrapped([_written(v) for v in valeurs], largeur, fin)


def _wrapped(ecrites: Sequence[str], largeur: int, fin: str) -> str:
    if len(ligne := f"[{', '.join(ecrites)}]") <= largeur:
        return ligne
    return f"[{fin}{fin.join(_filled(ecrites, largeur, _RETRAIT))}{fin}]"


def _line(ecrite: str) -> Ligne:
    morceaux = [(m.lastgroup, m[0]) for m in _MORCEAU.finditer(ecrite) if m.lastgroup]
    genres = [genre for genre, _ in morceaux if genre != "commentaire"]
    return Ligne(
        ecrite,
        tuple(texte for genre, texte in morceaux if genre == "valeur"),
        next((texte for genre, texte in morceaux if genre == "commentaire"), ""),
        genres == ["valeur", "virgule"] * (len(genres) // 2),
    )


def _kept(lignes: Sequence[Ligne], garder: set[str]) -> list[tuple[str, ...]]:
    """For each line, the values that stay; one written twice stays once."""
    vues: set[str] = set()
    resultat = []
    for ligne in lignes:
        restes = []
        for ecrite in ligne.valeurs:
            valeur = _value(ecrite)
            if valeur in garder and valeur not in vues:
                vues.add(valeur)
                restes.append(ecrite)
        resultat.append(tuple(restes))
    return resultat


def _relined(
    lignes: Sequence[Ligne], gardees: Sequence[Sequence[str]], ajouts: Sequence[str], largeur: int
) -> list[str]:
    """The lines of the list, without those emptied of all they held; what is added comes after the last value."""
    porteuses = [rang for rang, restes in enumerate(gardees) if restes]
    derniere = porteuses[-1] if porteuses else len(lignes) - 2
    nouvelles = _filled(ajouts, largeur, lignes[derniere].retrait or _RETRAIT)
    sorties: list[str] = []
    for rang, (ligne, restes) in enumerate(zip(lignes, gardees, strict=True)):
        ecrite = ligne.with_values(restes)
        if rang == 0 or ecrite.strip() or not ligne.valeurs:
            sorties.append(ecrite)
        if rang == derniere:
            sorties += nouvelles
    if lignes[-1].valeurs and (nouvelles or not gardees[-1]):
        sorties.append("")  # « ] » stood after a value: it takes a line of its own.
    return sorties


def _filled(ecrites: Sequence[str], largeur: int, retrait: str) -> list[str]:
    """Values on as few lines as the width allows, each followed by a comma."""
    lignes: list[str] = []
    for ecrite in ecrites:
        if lignes and len(lignes[-1]) + len(ecrite) + 2 <= largeur:
            lignes[-1] += f" {ecrite},"
        else:
            lignes.append(f"{retrait}{ecrite},")
    return lignes


def _written(valeur: str) -> str:
    return tomlkit.item(valeur).as_string()


def _value(ecrit: str) -> str:
    return str(tomlkit.value(ecrit))


def _values(ecrit: str) -> list[str]:
    lues: list[str] = tomllib.loads(f"x = {ecrit}")["x"]
    return lues
