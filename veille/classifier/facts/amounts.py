"""The most one candidate can get from a call, in whole dollars: « jusqu'à 50 000 $ », « un maximum de 1,5 M$ par projet ».

A ceiling goes first (« jusqu'à », « maximum », « par projet », « chacun »), then the size of one grant, bourse or prize that
is to be had; within one kind the largest amount. Only where the sentence or the title speaks of help to ask for: never the
whole envelope, what was already granted, a fine, a price, a salary. Patterns are in `amount_cues.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from veille.classifier.excerpts import Phrase, sentence_at, sentence_before, shorten
from veille.classifier.facts import amount_cues as cues
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Raison, Suggestion

_MAXIMUM = 100  # Amounts read in one text.
_PLAFOND = 10**12
_PART_MAX = 100_000  # A title that tells a larger sum tells the envelope: « Appel de projets : 3 M$ pour le logement ».
_ENFANT = re.compile(r"\W*par\s+(?:enfant|personne|membre)\b", re.IGNORECASE)  # « un maximum de 750 $ par enfant »

_ESPACE = "[ \u00a0\u202f]"
_MONTANT = re.compile(
    rf"""(?<![\w.,$])(?:
      (?P<nombre>\d{{1,3}}(?:{_ESPACE}\d{{3}}){{1,3}}|\d{{1,12}}(?:[.,]\d{{1,2}})?){_ESPACE}?
      (?:(?P<echelle>k|K|M|G|Md){_ESPACE}?\$|(?P<mot>millions?|milliards?|mille)(?:{_ESPACE}(?:de{_ESPACE})?(?:dollars|\$))|(?:\$|dollars\b))
    | \$(?P<anglais>\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,12}})(?![\d,.]\d)
    )""",
    re.VERBOSE,
)
_ECHELLES = {
    "k": 10**3,
    "K": 10**3,
    "mille": 10**3,
    "M": 10**6,
    "million": 10**6,
    "G": 10**9,
    "Md": 10**9,
    "milliard": 10**9,
}


class Candidat(NamedTuple):
    """One amount found; `plafond` when it is said to be the most that can be had."""

    plafond: bool
    dollars: int
    zone: Zone
    phrase: str


def read_amount(document: Document) -> Suggestion | None:
    """The amount a call offers, with its sentence; None when no amount is clearly that."""
    choisi = max(_candidates(document), key=lambda c: (c.plafond, c.dollars), default=None)
    if choisi is None:
        return None
    return Suggestion("montant", str(choisi.dollars), raisons=(Raison("phrase", choisi.phrase, zone=choisi.zone),))


def _candidates(document: Document) -> Iterator[Candidat]:
    zones = split_zones(document)
    titre_aide = bool(cues.AIDE.search(zones.titre)) and not cues.AUTRE_CHOSE.search(zones.titre)
    for zone, texte in zones.each():
        for trouve in islice(_MONTANT.finditer(texte), _MAXIMUM):
            dollars = _dollars(trouve)
            if dollars is None:
                continue
            phrase = sentence_at(texte, trouve.start())
            suite = Phrase(phrase.avant, phrase.apres[trouve.end() - trouve.start() :])
            plafond = _offer(suite, titre_aide or _leans_back(texte, trouve.start(), phrase.avant))
            if plafond is None and zone == "titre" and _is_call_title(suite, dollars):
                plafond = False
            if plafond is not None:
                yield Candidat(plafond, dollars, zone, shorten(str(phrase)))


def _offer(phrase: Phrase, titre_aide: bool) -> bool | None:
    """Is the amount between the two parts of `phrase` a ceiling (True), one grant (False), or no offer (None)?"""
    avant, apres = phrase
    tout = f"{avant} {apres}"
    if cues.TOTAL_AVANT.search(avant) or cues.INDEMNITE.search(tout) or not (titre_aide or cues.AIDE.search(tout)):
        return None
    if cues.GAGNERA_AVANT.search(avant) and (titre_aide or cues.CONCOURS.search(tout)):
        return True
    plafond = cues.PLAFOND_AVANT.search(avant)
    if cues.PRIX_APRES.match(apres) and not (plafond and _ENFANT.match(apres)):
        return None
    if plafond or cues.PLAFOND_APRES.match(apres) or cues.PLAFOND_CHACUN.search(avant):
        return None if cues.AUTRE_CHOSE.search(_clause(phrase)) else True
    if cues.AUTRE_CHOSE.search(tout) or cues.DEJA_DONNE.search(tout):
        return None
    return False if cues.AIDE_AVANT.search(avant) else None


def _leans_back(texte: str, position: int, avant: str) -> bool:
    """« … pour faire une demande. Jusqu'à concurrence de 6 000 $. »"""
    return cues.PLAFOND_SEUL.match(avant) is not None and cues.AIDE.search(sentence_before(texte, position)) is not None


def _is_call_title(phrase: Phrase, dollars: int) -> bool:
    """« Appel de projets : 50 000 $ pour le logement social »: the share of one, unless so large that it is the whole."""
    return (
        dollars <= _PART_MAX
        and cues.APPEL_TITRE.match(phrase.avant) is not None
        and not cues.AUTRE_CHOSE.search(str(phrase))
    )


def _clause(phrase: Phrase) -> str:
    """The words around an amount that no comma parts from it."""
    return cues.CLAUSE.split(phrase.avant)[-1] + " " + cues.CLAUSE.split(phrase.apres)[0]


def _dollars(trouve: re.Match[str]) -> int | None:
    """Whole dollars, or None: an amount with cents is a price."""
    if trouve["anglais"]:
        valeur = Decimal(trouve["anglais"].replace(",", ""))
    else:
        valeur = Decimal(re.sub(_ESPACE, "", trouve["nombre"]).replace(",", "."))
    mot = trouve["echelle"] or (trouve["mot"] or "").rstrip("s")
    valeur *= _ECHELLES.get(mot, 1)
    entier = int(valeur)
    return entier if valeur == entier and 0 < entier <= _PLAFOND else None
