"""« s’applique ici » where no place is named at all: a law, a ministry's programme, a study of social life.

Those who write for all of Québec seldom say so: « le salaire minimum passera à 16,60 $ », « le ministère dévoile une stratégie ».
Such a text concerns our region like any other. Believed only where nothing says another place, a local body or another
country, and where a word of Québec's own public life is met, or both a social group and a work about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from veille.classifier.places.vocabulary_province import ENJEU, ETAT, LOCAL, LOINTAIN, OEUVRE, RESEAU, SOCIAL
from veille.classifier.zones import Zone
from veille.francais import NBSP

_LU = 4_000  # Characters read of one zone: a word further on says nothing of the whole.


class Signe(NamedTuple):
    """The words that say so, as written."""

    mots: str
    zone: Zone


def read_sign(zones: Iterable[tuple[Zone, str]]) -> Signe | None:
    """The first words that make a text without any place one about all of Québec."""
    lues = [(zone, texte[:_LU]) for zone, texte in zones]
    if any(LOCAL.search(texte) or LOINTAIN.search(texte) for _, texte in lues):
        return None
    fort = _first(ETAT, lues) or _first(RESEAU, lues) or _first(ENJEU, lues)
    if fort is not None:
        return fort
    oeuvre = _first(OEUVRE, lues)
    return oeuvre and _first(SOCIAL, lues) and oeuvre


def reason_without_place(signe: Signe) -> str:
    """« s’applique ici : « salaire minimum », sans lieu nommé »."""
    return f"s’applique ici{NBSP}: «{NBSP}{signe.mots}{NBSP}», sans lieu nommé"


def _first(motif: re.Pattern[str], lues: list[tuple[Zone, str]]) -> Signe | None:
    for zone, texte in lues:
        trouve = motif.search(texte)
        if trouve:
            return Signe(" ".join(trouve[0].split()), zone)
    return None
