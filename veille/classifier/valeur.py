"""In what order stories wait for people: the expected value of reading one, as a product of five factors.

probability of being kept × place × the source's past yield × freshness × deadline near. Pure: `jour` is given.

Freshness halves every ten days, so two stories keep their order as time goes by: a rank is computed once, when something
changes, and not at each reading. Only a deadline that comes nearer moves a story: `next_change` says when.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from veille.classifier.relevance import Cas

Palier = Literal[0, 1, 2]  # To read first; uncertain, or drawn for checking; the rest.

DEMI_VIE_J = 10.0
ORIGINE = date(2020, 1, 1)  # Freshness counts from here; any fixed day gives the same order.
A_LIRE = 0.2  # Least probability of being kept of what is read first.

_LIEUX = {"locale": 1.0, "mrc": 1.0, "region": 1.0, "province": 0.8, "pays": 0.6, "": 0.7}
# (days left at most, factor), nearest first; a deadline gone by serves hardly anyone.
_ECHEANCES = ((3, 2.0), (7, 1.6), (14, 1.3))
_PASSEE = 0.3
# A source's own record counts for n / (n + K): ten decisions weigh as much as the average of all sources.
_K = 10.0
_RENDEMENT_MIN, _RENDEMENT_MAX = 0.4, 2.0


@dataclass(frozen=True)
class Rendement:
    """What staff decided of one source's stories, beside the share of all stories that they keep."""

    gardees: int = 0
    decidees: int = 0
    moyenne: float = 0.0

    @property
    def facteur(self) -> float:
        """How much more (or less) often than average staff keep what this source gives."""
        if self.moyenne <= 0:
            return 1.0
        part = (self.gardees + _K * self.moyenne) / (self.decidees + _K)
        return min(max(part / self.moyenne, _RENDEMENT_MIN), _RENDEMENT_MAX)


@dataclass(frozen=True)
class Valeur:
    """The factors of one story, each around 1 except `probabilite`. `rang`: sorts stories, best first when descending."""

    probabilite: float
    lieu: float
    source: float
    echeance: float
    arrivee: date

    @property
    def rang(self) -> float:
        """Logarithm of the product; freshness enters as the day of arrival."""
        produit = max(self.probabilite, 1e-4) * self.lieu * self.source * self.echeance
        return math.log(produit) + math.log(2) * (self.arrivee - ORIGINE).days / DEMI_VIE_J

    def freshness(self, jour: date) -> float:
        """The factor of freshness on a day; 1 on the day of arrival."""
        return float(2 ** (-max((jour - self.arrivee).days, 0) / DEMI_VIE_J))


def value(cas: Cas, probabilite: float, rendement: Rendement, limite: str, arrivee: date, jour: date) -> Valeur:
    """What reading a story is worth. `limite`: ISO date or date-time of its deadline, "" without any."""
    return Valeur(probabilite, _LIEUX[cas.portee], rendement.facteur, deadline_factor(limite, jour), arrivee)


def tier(probabilite: float, *, incertain: bool, tiree: bool) -> Palier:
    """Which part of the queue a story waits in. What the classifier hesitates about is told apart, whatever its chances."""
    if incertain or tiree:
        return 1
    return 0 if probabilite >= A_LIRE else 2


def deadline_factor(limite: str, jour: date) -> float:
    """What a deadline adds, or takes away once it is past."""
    if not limite:
        return 1.0
    reste = (date.fromisoformat(limite[:10]) - jour).days
    if reste < 0:
        return _PASSEE
    return next((facteur for maximum, facteur in _ECHEANCES if reste <= maximum), 1.0)


def next_change(limite: str, jour: date) -> date | None:
    """The first later day on which the deadline changes the rank; None when nothing will."""
    if not limite:
        return None
    echeance = date.fromisoformat(limite[:10])
    seuils = [echeance - timedelta(days=maximum) for maximum, _ in reversed(_ECHEANCES)]
    return next((seuil for seuil in [*seuils, echeance + timedelta(days=1)] if seuil > jour), None)
