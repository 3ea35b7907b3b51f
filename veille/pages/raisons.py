"""Why a tag is proposed, as a person reads it: plain words first, then the points that add up. Pure.

Themes are weighed in log-odds (`classifier.themes.raisons`); places, types and dates are found or not, and weigh nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from veille.francais import NBSP, fold, format_number, typeset
from veille.model import Raison, Suggestion

ZONES = {"titre": "dans le titre", "resume": "dans le résumé", "corps": "dans le texte"}

# What the calculation calls each line; the words themselves follow.
GENRES: dict[str, str] = {
    "fort": "expression forte",
    "moyen": "expression moyenne",
    "indice": "indice",
    "sigle": "sigle",
    "sigle_faible": "sigle faible",
    "negative": "expression contraire",
    "hors_sujet": "mot de ce que la veille ne suit pas",
    "appris": "appris de vos décisions",
    "definition": "mot de la définition du thème",
}
_EXPRESSIONS = ("fort", "moyen", "indice", "sigle", "sigle_faible", "negative")
# Kinds whose words are told together, with how to say them.
_ENSEMBLES = {
    "appris": "appris de vos décisions",
    "definition": "de la définition du thème",
    "hors_sujet": "de ce que la veille ne suit pas",
}
# From this many points, how much a reason weighs; one point multiplies the odds by nearly three.
_POIDS = ((2.0, "beaucoup"), (0.7, ""), (0.2, "un peu"), (0.0, "très peu"))


@dataclass(frozen=True)
class Explication:
    """Why one tag is proposed. `pour` and `contre`: the strongest first; `semblables`: past decisions.

    `calcul`: each reason with its points, which add up to `total`; empty when nothing was weighed.
    """

    pour: tuple[str, ...] = ()
    contre: tuple[str, ...] = ()
    semblables: tuple[str, ...] = ()
    calcul: tuple[tuple[str, str], ...] = ()
    total: str = ""


def explain(suggestion: Suggestion) -> Explication:
    """The reasons of one suggestion."""
    if suggestion.genre != "thematique":
        return Explication(pour=tuple(explain_fact(raison) for raison in suggestion.raisons))
    pesees = [r for r in suggestion.raisons if r.genre != "voisin"]
    dites = sorted(_told_together(r for r in pesees if r.genre != "depart"), key=lambda d: -abs(d[1]))
    points = _rounded([r.poids for r in pesees])
    return Explication(
        pour=tuple(phrase for phrase, poids in dites if poids > 0),
        contre=tuple(phrase for phrase, poids in dites if poids < 0),
        semblables=tuple(r.texte for r in suggestion.raisons if r.genre == "voisin"),
        calcul=tuple((_line(r), format_points(p, 2)) for r, p in zip(pesees, points, strict=True)),
        total=format_points(round(math.fsum(points), 2), 2),
    )


def explain_fact(raison: Raison) -> str:
    """« à Joliette » dans le résumé: why a place, a type, a date or an amount was read."""
    if raison.genre in ("nom", "indice", "sigle", "phrase"):
        return _placed(raison)
    return typeset(raison.texte)


def format_points(points: float, decimales: int | None = None) -> str:
    """« +6 », « −1,5 »; with as many decimals as asked, or one when there is something to show."""
    chiffres = (0 if float(points).is_integer() else 1) if decimales is None else decimales
    return ("−" if points < 0 else "+") + format_number(abs(points), chiffres)


def percent(probabilite: float) -> str:
    """« 82 % »; never 0 % nor 100 %, which nothing here can promise."""
    return f"{min(99, max(1, round(100 * probabilite)))}{NBSP}%"


def _told_together(raisons: Iterable[Raison]) -> list[tuple[str, float]]:
    """Sentences with their points: an expression once whatever its places, taught words of one side together."""
    lots: dict[tuple[str, str], list[Raison]] = {}
    for raison in raisons:
        if raison.genre in _ENSEMBLES:
            cle = (raison.genre, "contre" if raison.poids < 0 else "pour")
        else:
            cle = (raison.genre, fold(raison.texte))
        lots.setdefault(cle, []).append(raison)
    return [(_tell(lot), math.fsum(r.poids for r in lot)) for lot in lots.values()]


def _tell(lot: Sequence[Raison]) -> str:
    premiere, poids = lot[0], math.fsum(r.poids for r in lot)
    mots = list(dict.fromkeys(r.texte for r in lot))
    if premiere.genre in _ENSEMBLES:
        sujet = f"{'mots' if len(mots) > 1 else 'mot'} {_ENSEMBLES[premiere.genre]}"
        return f"{sujet}{NBSP}: {_quoted(mots)} ({_weight(poids, pluriel=len(mots) > 1)})"
    if premiere.genre in _EXPRESSIONS:
        lieux = list(dict.fromkeys(ZONES[r.zone] for r in lot if r.zone))
        return f"{' '.join([_quoted(mots[:1]), ' et '.join(lieux)]).strip()} ({_weight(poids, pluriel=False)})"
    pluriel = premiere.genre in ("autres_mots", "autres_themes", "plafond")
    return f"{typeset(premiere.texte)} ({_weight(poids, pluriel=pluriel)})"


def _weight(points: float, *, pluriel: bool) -> str:
    """« pèse beaucoup », « pèsent un peu contre »."""
    combien = next(mot for minimum, mot in _POIDS if abs(points) >= minimum)
    return " ".join(filter(None, ["pèsent" if pluriel else "pèse", combien, "contre" if points < 0 else ""]))


def _line(raison: Raison) -> str:
    """« logement abordable » dans le titre, expression forte."""
    if raison.genre not in GENRES:
        return typeset(raison.texte)
    return f"{_placed(raison)}, {GENRES[raison.genre]}"


def _placed(raison: Raison) -> str:
    texte = typeset(raison.texte) if raison.texte.startswith("«") else _quoted([raison.texte])
    return f"{texte} {ZONES[raison.zone]}" if raison.zone else texte


def _quoted(mots: Iterable[str]) -> str:
    return ", ".join(f"«{NBSP}{mot}{NBSP}»" for mot in mots)


def _rounded(poids: Sequence[float]) -> list[float]:
    """Points to two decimals that add up, to the hundredth, to the rounded sum: the heaviest takes what rounding lost."""
    arrondis = [round(p, 2) for p in poids]
    if arrondis:
        lourd = max(range(len(poids)), key=lambda i: abs(poids[i]))
        arrondis[lourd] = round(arrondis[lourd] + round(math.fsum(poids), 2) - math.fsum(arrondis), 2)
    return arrondis
