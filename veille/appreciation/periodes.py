"""Which days an evaluation is of: the last ones, counted back from today, or a quarter (« 2026-T3 »). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from veille.francais import FUSEAU, local_day
from veille.periodes import Periode, quarter_of

DUREES = {30: "30 jours", 90: "90 jours", 365: "12 mois"}
DUREE = 90
TRIMESTRES_MAX = 8
_CODE = re.compile(r"(20\d\d)-T([1-4])")


@dataclass(frozen=True)
class Jours:
    """Days counted together, both included, from one instant up to, not including, another."""

    debut: date
    fin: date
    depuis: datetime
    avant: datetime
    trimestre: str = ""
    duree: int = 0

    @property
    def nom(self) -> str:
        """« juillet à septembre 2026 », « 90 jours »."""
        return quarter_of(self.debut).nom if self.trimestre else DUREES[self.duree]

    @property
    def arguments(self) -> str:
        """What asks for it in an address."""
        return f"trimestre={self.trimestre}" if self.trimestre else f"jours={self.duree}"


def last_days(duree: int, now: datetime) -> Jours:
    """So many days up to this instant."""
    depuis = now - timedelta(days=duree)
    return Jours(local_day(depuis), local_day(now), depuis, now + timedelta(seconds=1), duree=duree)


def of_quarter(trimestre: Periode) -> Jours:
    """A whole quarter."""
    return Jours(
        trimestre.debut,
        trimestre.fin,
        _midnight(trimestre.debut),
        _midnight(trimestre.fin + timedelta(days=1)),
        code(trimestre),
    )


def code(trimestre: Periode) -> str:
    """« 2026-T3 »."""
    return f"{trimestre.debut.year}-T{(trimestre.debut.month + 2) // 3}"


def read_quarter(texte: str) -> Periode | None:
    """The quarter that a code names; None when it names none."""
    trouve = _CODE.fullmatch(texte.strip().upper())
    return quarter_of(date(int(trouve[1]), 3 * int(trouve[2]) - 2, 1)) if trouve else None


def asked(duree: str, trimestre: str, now: datetime) -> Jours:
    """What an address asks for: a quarter that has begun, or one of the lengths offered."""
    voulu = read_quarter(trimestre)
    if voulu is not None and voulu.debut <= local_day(now):
        return of_quarter(voulu)
    return last_days(int(duree) if duree in {str(d) for d in DUREES} else DUREE, now)


def before(trimestre: Periode) -> Periode:
    """The quarter before."""
    return quarter_of(trimestre.debut - timedelta(days=1))


def quarters(premier: date, dernier: date, limite: int = TRIMESTRES_MAX) -> list[Periode]:
    """The quarters between two days, the latest first, at most so many."""
    trouves = [quarter_of(dernier)] if premier <= dernier else []
    while trouves and len(trouves) < limite and trouves[-1].debut > premier:
        trouves.append(before(trouves[-1]))
    return trouves


def _midnight(jour: date) -> datetime:
    return datetime.combine(jour, time(), tzinfo=FUSEAU).astimezone(UTC)
