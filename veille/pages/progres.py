"""Where an hour's review has got to, in words; what past reviews taught is learnt once a day for a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from weakref import WeakKeyDictionary

from veille.francais import NBSP, local_day, plural
from veille.pages.instance import Instance
from veille.store import budget as budgets
from veille.store.budget import Budget
from veille.store.lecture import Connexion


@dataclass(frozen=True)
class Progres:
    """`faites` of the `budget` stories of the hour; `minutes` for those that are left. `seances`: learnt from so many."""

    faites: int
    budget: int
    minutes: int
    minutes_prevues: int
    seances: int

    @property
    def restantes(self) -> int:
        """How many stories still fit in the hour."""
        return max(self.budget - self.faites, 0)

    @property
    def prevu(self) -> str:
        """« 60 éléments, environ 40 min »."""
        return f"{plural(self.budget, 'élément')}, environ {self.minutes_prevues}{NBSP}min"

    @property
    def ou(self) -> str:
        """« 12 sur 60, encore environ 32 min »."""
        if self.faites >= self.budget:
            return f"{self.faites} sur {self.budget}{NBSP}: l’heure prévue est faite, le reste peut attendre"
        return f"{self.faites} sur {self.budget}, encore environ {self.minutes}{NBSP}min"

    def to_json(self) -> dict[str, int]:
        """What the script shows."""
        return {"faites": self.faites, "budget": self.budget, "minutes": self.minutes}


def measure(budget: Budget, faites: int, en_attente: int) -> Progres:
    """The hour holds what past reviews did, and no more than there is to do."""
    elements = min(budget.elements, faites + en_attente)
    return Progres(
        faites=faites,
        budget=elements,
        minutes=budget.minutes(max(elements - faites, 0)),
        minutes_prevues=budget.minutes(elements),
        seances=budget.seances,
    )


def learnt(site: Instance, c: Connexion, now: datetime) -> Budget:
    """What past reviews say of today's. Today's own teaches tomorrow: the hour does not change while it is spent."""
    jour, connu = _appris.get(site, (None, Budget()))
    if jour != local_day(now):
        connu = budgets.learn(c, now)
        _appris[site] = (local_day(now), connu)
    return connu


_appris: WeakKeyDictionary[Instance, tuple[date, Budget]] = WeakKeyDictionary()
