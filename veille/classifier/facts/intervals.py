"""Days told together: « du 3 au 5 décembre », « les 3 et 4 décembre ». Finds the first day of what a date ends.

`dates.py` reads the last of such dates, often the only one whose month is written; what the days are for is not said here.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from veille.classifier.facts.dates import JOUR, MOIS, QUANTIEME, day_of, is_weekday, read_day_number
from veille.francais import NUMERO_MOIS, fold

_PORTEE = 80  # Characters read before a date.

_DEBUT = re.compile(
    rf"""(?<![\w/.,-])(?P<tete>(?:du|les?)\s+)?(?:(?P<jour>{JOUR}),?\s+)?(?P<q>{QUANTIEME})(?:\s+(?P<mois>{MOIS})(?:,?\s+(?P<an>20\d\d))?)?
    (?P<milieu>(?:,\s*(?:le\s+)?(?:{JOUR}\s+)?{QUANTIEME}(?:\s+{MOIS})?)*)
    (?:,?\s+(?:à\s+|dès\s+)?\d{{1,2}}\s?h(?:\s?\d\d)?,?)?
    (?:\s+(?:jusqu['’])?(?P<au>au)\s+|\s+(?P<et>et)\s+(?:le\s+)?|(?P<tiret>\s?[-–]\s?))$""",
    re.IGNORECASE | re.VERBOSE,
)


class Periode(NamedTuple):
    """Days told together: where they begin in the text, the first and last day; one and the same for days apart."""

    place: int
    premier: date
    dernier: date


def read_period(texte: str, debut: int, fin: date) -> Periode | None:
    """The days that end at the date starting at `debut` (day `fin`): itself alone, or None when they contradict one another."""
    depuis = max(0, debut - _PORTEE)
    trouve = _DEBUT.search(texte[depuis:debut])
    if trouve is None or not _ties(trouve):
        return Periode(debut, fin, fin)
    premier = _first_day(trouve, fin)
    if premier is None or premier >= fin or not is_weekday(premier, trouve["jour"]):
        return None
    place = depuis + trouve.start()
    if trouve["et"] and fin - premier != timedelta(days=1 + trouve["milieu"].count(",")):
        return Periode(place, premier, premier)  # « Les 3 et 10 décembre »: the first of several days.
    return Periode(place, premier, fin)


def _ties(trouve: re.Match[str]) -> bool:
    """« Volet 2 – 5 décembre » and « 3 places et 5 décembre » are no stretch of days: these need « les » or a weekday."""
    serre = trouve["tiret"] in ("-", "–")
    return bool(trouve["au"] or serre or trouve["tete"] or trouve["jour"] or (trouve["et"] and trouve["mois"]))


def _first_day(trouve: re.Match[str], fin: date) -> date | None:
    mois = NUMERO_MOIS[fold(trouve["mois"]).rstrip(".")] if trouve["mois"] else fin.month
    annee = int(trouve["an"]) if trouve["an"] else fin.year - (mois > fin.month)
    return day_of(annee, mois, read_day_number(trouve["q"]))
