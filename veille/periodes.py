"""Days that are counted together: a plan, its years (April to March), a quarter; and what an échéance comes to in days. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from veille.francais import NBSP
from veille.model import Echeance, Plan

PREMIER_MOIS = 4  # The plan's years run from April 1st to March 31st, as its own « bilan au 31 mars » says.
GenrePeriode = Literal["plan", "annee", "trimestre"]
_TRIMESTRES = ("janvier à mars", "avril à juin", "juillet à septembre", "octobre à décembre")


@dataclass(frozen=True)
class Periode:
    """A span of days, both ends included."""

    genre: GenrePeriode
    debut: date
    fin: date

    @property
    def nom(self) -> str:
        """« 2025-2026 », « avril à juin 2025 », « 2023-2026 »."""
        if self.genre == "trimestre":
            return f"{_TRIMESTRES[(self.debut.month - 1) // 3]}{NBSP}{self.debut.year}"
        return f"{self.debut.year}-{self.fin.year}" if self.debut.year != self.fin.year else str(self.debut.year)

    @property
    def cle(self) -> str:
        """How a form and a request name it."""
        return f"{self.genre} {self.debut.isoformat()} {self.fin.isoformat()}"

    def holds(self, jour: date) -> bool:
        """Whether the day is in it."""
        return self.debut <= jour <= self.fin

    def meets(self, debut: date, fin: date | None) -> bool:
        """Whether a span (without an end: still going on) has a day in it."""
        return debut <= self.fin and (fin is None or fin >= self.debut)

    def until(self, au: date) -> Periode:
        """The part of it that is not after a day."""
        return Periode(self.genre, self.debut, min(self.fin, max(au, self.debut)))


def first_day(annee: int) -> date:
    """The first day of a year of the plan: what pages and bilan count begins on the same day."""
    return date(annee, PREMIER_MOIS, 1)


def plan_period(plan: Plan) -> Periode:
    """The whole plan: from the first April 1st to the day of its bilan."""
    return Periode("plan", first_day(plan.debut), plan.bilan_le)


def year_of(jour: date) -> Periode:
    """The plan's year that holds a day."""
    annee = jour.year if jour.month >= PREMIER_MOIS else jour.year - 1
    return Periode("annee", first_day(annee), first_day(annee + 1) - timedelta(days=1))


def quarter_of(jour: date) -> Periode:
    """The quarter that holds a day."""
    mois = jour.month - (jour.month - 1) % 3
    suivant = date(jour.year + mois // 10, 1 if mois == 10 else mois + 3, 1)
    return Periode("trimestre", date(jour.year, mois, 1), suivant - timedelta(days=1))


def years(periode: Periode) -> Iterator[Periode]:
    """The plan's years that a period meets, first to last, each whole."""
    annee = year_of(periode.debut)
    while annee.debut <= periode.fin:
        yield annee
        annee = year_of(annee.fin + timedelta(days=1))


def echeance_days(echeance: Echeance, plan: Plan) -> tuple[date, date] | None:
    """The first and last day of an échéance; None when the plan gives none.

    Days written by staff prevail. Years are calendar years, cut to the plan's own days, so that « 2024-2026 » of a plan
    whose bilan is on 31 March 2026 ends that day.
    """
    if echeance.debut_le and echeance.fin_le:
        return echeance.debut_le, echeance.fin_le
    if not echeance.debut or not echeance.fin:
        return None
    entier = plan_period(plan)
    return max(date(echeance.debut, 1, 1), entier.debut), min(date(echeance.fin, 12, 31), entier.fin)
