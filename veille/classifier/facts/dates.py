"""Dates written in French (and whole English ones), found and resolved; what they are for is not said here (see `deadlines.py`).

A wrong date is worse than none: what can be read two ways (« 03/04/2027 », a weekday that contradicts its date, a day
without year just gone by) is found but not resolved, `jour` being None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from veille.francais import FUSEAU, JOURS, NUMERO_MOIS, fold

_MAXIMUM = 100  # Dates read in one text.
_ANNEE_MIN, _ANNEE_MAX = 2000, 2100
_LOIN = timedelta(days=300)  # A day without year that far ahead was more likely just past: not resolved.

MOIS = (
    r"(?:janvier|janv\.?|f[ée]vrier|f[ée]vr?\.?|mars|avril|avr\.?|mai|juin|juillet|juill?\.?|ao[uû]t|septembre|sept\.?"
    r"|octobre|oct\.?|novembre|nov\.?|d[ée]cembre|d[ée]c\.?)(?!\w)"
)
QUANTIEME = r"(?:1\s?(?:er|ᵉʳ)|premier|[0-3]?\d)"
JOUR = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_HEURE = (
    r"(?P<minuit>minuit\b)|(?P<anglais>1[0-2]|[1-9])(?::(?P<m3>[0-5]\d))?\s?(?P<moitie>[ap])\.?\s?m\b|"
    r"(?P<h>[01]?\d|2[0-3])\s?(?:(?:h|heures?)(?:\s?(?P<m>[0-5]\d))?(?!\w)|:(?P<m2>[0-5]\d)(?!\d))|(?P<midi>midi\b)"
)

_DATE = re.compile(
    rf"""(?<![\w/.,-])(?:
      (?:(?P<jour>{JOUR}),?\s{{1,4}}(?:le\s{{1,4}})?)?(?P<q>{QUANTIEME})\s{{1,4}}(?P<mois>{MOIS})(?:,?\s{{1,4}}(?P<an>(?:19|20)\d\d)(?!\d))?
    | (?P<a1>(?:19|20)\d\d)[-/](?P<m1>\d\d)[-/](?P<j1>\d\d)(?![\d/-])
    | (?P<x>[0-3]?\d)[-/](?P<y>[0-3]?\d)[-/](?P<a2>(?:19|20)\d\d)(?!\d)
    | (?P<nomme>{JOUR})(?!s?\w)(?!\s{{1,4}}(?:derni|pass|soir|matin|{QUANTIEME}\s))
    | (?P<m3>{"|".join(_MONTHS)})\s{{1,4}}(?P<j3>[0-3]?\d)(?:st|nd|rd|th)?,?\s{{1,4}}(?P<a3>20\d\d)(?!\d)
    | (?P<relatif>aujourd['’]hui|demain)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_HEURE_APRES = re.compile(rf"\s*+(?:prochain\b\s*+)?[,(]?\s*+(?:(?:à|avant|at|[–—-])\s*+)?(?:{_HEURE})", re.IGNORECASE)
# « le 31 décembre de l'année suivante », « le 1er mai de chaque année », « le 3 mars dernier »
_AUTRE_ANNEE = re.compile(r"\s{1,4}(?:de\s+(?:la|l['’]|chaque|cette)|chaque|dernier|pass[ée]|n\b)", re.IGNORECASE)
_SUITE_INTERVALLE = re.compile(
    rf"\s{{0,4}}[,)]?\s{{0,4}}(?:jusqu['’]\s?)?au\s{{1,4}}(?:{JOUR},?\s{{1,4}})?{QUANTIEME}\s{{1,4}}{MOIS}",
    re.IGNORECASE,
)
HEURE_AVANT = re.compile(rf"(?:\b(?:à|avant)\s+)?(?:{_HEURE})\s*,?\s*(?:le\s+)?$", re.IGNORECASE)


class Echeance(NamedTuple):
    """One date of a text: its place, the day meant (None when that is not sure) and the hour said."""

    debut: int
    fin: int
    jour: date | None
    heure: time | None

    def at(self, heure: time | None) -> str:
        """ISO day, or ISO instant with the offset of Québec when an hour is given. `jour` is known."""
        if self.jour is None:
            return ""
        return datetime.combine(self.jour, heure, FUSEAU).isoformat() if heure else self.jour.isoformat()


def find_dates(texte: str, reference: date | None) -> Iterator[Echeance]:
    """The dates of a text, in order. `reference` is the day it was written, None when unknown."""
    for trouve in islice(_DATE.finditer(texte), _MAXIMUM):
        heure = _HEURE_APRES.match(texte, trouve.end())
        fin = heure.end() if heure else trouve.end()
        yield Echeance(trouve.start(), fin, _resolve(trouve, reference), read_time(heure))


def opens_range(texte: str, fin: int) -> bool:
    """True when the date that ends at `fin` begins a range, « 1er décembre au 15 janvier »: only the other end can bind."""
    return _SUITE_INTERVALLE.match(texte, fin) is not None


def holds_a_date(texte: str) -> bool:
    """True when some date, resolved or not, is written there."""
    return _DATE.search(texte) is not None


def read_time(trouve: re.Match[str] | None) -> time | None:
    """The hour of a match of ours. « Le 15 à minuit » ends the 15th: 23 h 59 says so, 0 h would close a day too early."""
    if trouve is None:
        return None
    if trouve["minuit"]:
        return time(23, 59)
    if trouve["anglais"]:
        return time(int(trouve["anglais"]) % 12 + 12 * (trouve["moitie"] in "pP"), int(trouve["m3"] or 0))
    if trouve["midi"]:
        return time(12)
    return time(int(trouve["h"]), int(trouve["m"] or trouve["m2"] or 0))


def _resolve(trouve: re.Match[str], reference: date | None) -> date | None:
    if trouve["mois"]:
        return _resolve_written(trouve, reference)
    if trouve["a1"]:
        return _day(int(trouve["a1"]), int(trouve["m1"]), int(trouve["j1"]))
    if trouve["a2"]:
        x, y, annee = int(trouve["x"]), int(trouve["y"]), int(trouve["a2"])
        lectures = {_day(annee, y, x), _day(annee, x, y)} - {None}
        return lectures.pop() if len(lectures) == 1 else None
    if trouve["a3"]:
        return _day(int(trouve["a3"]), _MONTHS.index(trouve["m3"].lower()) + 1, int(trouve["j3"]))
    return _resolve_relative(trouve, reference)


def _resolve_relative(trouve: re.Match[str], reference: date | None) -> date | None:
    if reference is None:
        return None
    if trouve["relatif"]:
        return reference + timedelta(days=fold(trouve["relatif"]) == "demain")
    ecart = (JOURS.index(fold(trouve["nomme"])) - reference.weekday()) % 7
    return reference + timedelta(days=ecart) if ecart else None


def _resolve_written(trouve: re.Match[str], reference: date | None) -> date | None:
    mois = NUMERO_MOIS[fold(trouve["mois"]).rstrip(".")]
    quantieme = 1 if trouve["q"][-1].isalpha() else int(trouve["q"])
    annee = int(trouve["an"] or 0)
    if not annee and _AUTRE_ANNEE.match(trouve.string, trouve.end()):
        return None
    jour = _day(annee, mois, quantieme) if annee else _next_occurrence(mois, quantieme, reference)
    if jour and trouve["jour"] and JOURS[jour.weekday()] != fold(trouve["jour"]):
        return None
    return jour


def _next_occurrence(mois: int, quantieme: int, reference: date | None) -> date | None:
    """The first such day on or after the reference, unless it is so far that the one just past is as likely."""
    if reference is None:
        return None
    for annee in (reference.year, reference.year + 1):
        jour = _day(annee, mois, quantieme)
        if jour and jour >= reference:
            return jour if jour - reference <= _LOIN else None
    return None


def _day(annee: int, mois: int, quantieme: int) -> date | None:
    if not _ANNEE_MIN <= annee < _ANNEE_MAX or not 1 <= mois <= 12:
        return None
    dernier = (date(annee + mois // 12, mois % 12 + 1, 1) - timedelta(days=1)).day
    return date(annee, mois, quantieme) if 1 <= quantieme <= dernier else None
