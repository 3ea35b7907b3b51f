"""Dates of the sample week: offsets in the data become the days people read, around a `now` given by the caller.

In a text, `{{jour+12}}` is the day twelve days from now, `{{mardi+8}}` the first Tuesday on or after the eighth day.
Nothing here reads a clock, so one `now` always gives the same week.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from veille.francais import FUSEAU, JOURS, NBSP, format_day, local_day

MOIS_COURTS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.")
MOIS_ANGLAIS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MACRO = re.compile(r"\{\{(\w+?)([+-]\d+)?\}\}")
_EXPRESSION = re.compile(r"(\w+?)([+-]\d+)")


def expand(texte: str, now: datetime) -> str:
    """The text with its `{{…}}` replaced; an unknown form is a mistake of ours and raises KeyError."""

    def day(trouve: re.Match[str]) -> str:
        forme, ecart = trouve[1], int(trouve[2] or 0)
        if forme == "annee":
            return str(local_day(now).year + ecart)
        if forme in JOURS:
            return _FORMES["jour_semaine"](resolve_day(f"{forme}{ecart:+d}", now))
        return _FORMES[forme](local_day(now) + timedelta(days=ecart))

    return _MACRO.sub(day, texte)


def resolve_day(expression: str, now: datetime) -> date:
    """The day of `jour+12`, or of `mardi+8`: the first Tuesday on or after the eighth day from now."""
    trouve = _EXPRESSION.fullmatch(expression)
    if trouve is None:
        raise ValueError(f"expression de date inconnue : {expression}")
    jour = local_day(now) + timedelta(days=int(trouve[2]))
    if trouve[1] == "jour":
        return jour
    return jour + timedelta(days=(JOURS.index(trouve[1]) - jour.weekday()) % 7)


def published_at(cle: str, jour: int, now: datetime) -> datetime:
    """The instant of publication, aware UTC: working hours, the same for one `cle`, never later than now unless wanted."""
    graine = zlib.crc32(cle.encode())
    heure = time(7 + graine % 10, graine // 16 % 60)
    instant = datetime.combine(local_day(now) + timedelta(days=jour), heure, FUSEAU).astimezone(UTC)
    if jour <= 0 and instant > now:
        return (now - timedelta(minutes=5 + graine % 50)).replace(second=0, microsecond=0)
    return instant


def _full(jour: date) -> str:
    return format_day(jour).replace(NBSP, " ")


def _full_weekday(jour: date) -> str:
    return format_day(jour, weekday=True).replace(NBSP, " ")


def _short(jour: date) -> str:
    return f"{jour.day} {MOIS_COURTS[jour.month - 1]} {jour.year}"


def _english(jour: date) -> str:
    return f"{MOIS_ANGLAIS[jour.month - 1]} {jour.day}, {jour.year}"


_FORMES: dict[str, Callable[[date], str]] = {
    "jour": _full,
    "jour_semaine": _full_weekday,
    "jour_mois": lambda jour: _full(jour).rsplit(" ", 1)[0],
    "semaine_mois": lambda jour: _full_weekday(jour).rsplit(" ", 1)[0],
    "jour_court": _short,
    "nom_jour": lambda jour: JOURS[jour.weekday()],
    "iso": date.isoformat,
    "date_en": _english,
}


def format_as(forme: str, jour: date) -> str:
    """A day in one of the forms the macros know (`jour`, `jour_court`, `iso`…)."""
    return _FORMES[forme](jour)
