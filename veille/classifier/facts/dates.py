"""Dates written in French (and whole English ones), found and resolved; what they are for is not said here (see `deadlines.py`).

A wrong date is worse than none: what can be read two ways (« 03/04/2027 », a weekday that contradicts its date, a day
without year just gone by) is found but not resolved, `jour` being None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from veille.francais import FUSEAU, JOURS, NUMERO_MOIS, fold

_MAXIMUM = 100  # Dates read in one text.
_ANNEE_MIN, _ANNEE_MAX = 2000, 2100
_VOISINS = {"veille": 1, "avant-veille": 2}
_UN_MOIS = 31
_LOIN = timedelta(days=300)  # A day without year that far ahead was more likely just past: not resolved.

MOIS = (
    r"(?:janvier|janv\.?|f[ée]vrier|f[ée]vr?\.?|mars|avril|avr\.?|mai|juin|juillet|juill?\.?|ao[uû]t|septembre|sept\.?"
    r"|octobre|oct\.?|novembre|nov\.?|d[ée]cembre|d[ée]c\.?)(?!\w)"
)
QUANTIEME = r"(?:1\s?(?:er|ᵉʳ)|premier|[0-3]?\d)"
_NOM_JOUR = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
JOUR = rf"(?:{_NOM_JOUR}|(?:lun|mar|mer|jeu|ven|sam|dim)\.)"
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.)"
HEURE = (
    r"(?P<minuit>(?:minuit|midnight)\b)|(?P<anglais>1[0-2]|[1-9])(?::(?P<m3>[0-5]\d))?\s?(?P<moitie>[ap])\.?\s?m\b|"
    r"(?P<h>[01]?\d|2[0-3])\s?(?:(?:h|heures?)(?:\s?(?P<m>[0-5]\d))?(?!\w)|:(?P<m2>[0-5]\d)(?!\d))|(?P<midi>(?:midi|noon)\b)"
)

_DATE = re.compile(
    rf"""(?<![\w/.,-])(?:
      (?:(?P<jour>{JOUR})(?:\s{{1,4}}prochain)?(?:\s{{1,4}}(?P<mi>midi))?,?\s{{1,4}}(?:(?:soit\s{{1,4}})?le\s{{1,4}})?)?(?P<q>{QUANTIEME})\s{{1,4}}(?P<mois>{MOIS})(?:,?\s{{1,4}}(?P<an>(?:19|20)\d\d)(?!\d))?
    | (?P<a1>(?:19|20)\d\d)[-/](?P<m1>\d\d)[-/](?P<j1>\d\d)(?![\d/-])
    | (?P<x>[0-3]?\d)[-/.](?P<y>[0-3]?\d)[-/.](?P<a2>(?:19|20)\d\d)(?!\d)
    | (?P<nomme_du>{_NOM_JOUR})\s{{1,4}}(?:le\s{{1,4}})?(?P<du>[0-3]?\d)(?=\s{{0,4}}(?:[.,;:)!?]|$|à\b|dès\b|de\s|et\b))
    | (?:(?<=ici\sle\s)|(?<=avant\sle\s)|(?<=tard\sle\s)|(?<=['’]au\s))(?P<seul>[0-3]?\d)(?=\s{{0,4}}(?:[.,;:)](?!\d)|[!?]|$|inclus|à\s\d{{1,2}}\s?h))
    | (?P<nomme>{_NOM_JOUR})(?!s?\w)(?!\s{{1,4}}(?:derni|pass|soir|matin|en\s{{1,4}}huit|{QUANTIEME}\s{{1,4}}(?!h\b|heures?\b)))
    | (?:(?P<weekday>{"|".join(_WEEKDAYS)}),?\s{{1,4}})?(?P<m4>{_MONTH})\s{{1,4}}(?P<j4>[0-3]?\d)(?:st|nd|rd|th)?(?![\w:])(?:,?\s{{1,4}}(?P<a4>20\d\d)(?!\d))?
    | (?P<j5>[0-3]?\d)(?:st|nd|rd|th)?\s{{1,4}}(?P<m5>{"|".join(_MONTHS)}),?\s{{1,4}}(?P<a5>20\d\d)(?!\d)
    | (?P<relatif>aujourd['’]hui|demain|tomorrow)\b
    | (?P<named>{"|".join(_WEEKDAYS)})\b(?!,?\s{{1,4}}(?:{_MONTH}|night|morning|evening|the\b|\d))
    | (?:(?:la\s{{1,4}}|l['’])(?P<voisin>veille|avant-veille)(?!\s{{1,4}}d)|(?P<meme>même\s{{1,4}}jour|jour\s{{1,4}}même))\b
    | (?:la\s{{1,4}})?fin\s{{1,4}}(?:(?:du\s{{1,4}}mois\s{{1,4}})?(?:de\s{{1,4}}|d['’]\s?)?(?P<mois_fin>{MOIS})(?:\s{{1,4}}(?P<an_fin>20\d\d)(?!\d))?
        |du\s{{1,4}}(?P<ce_mois>mois)(?!\s{{1,4}}(?:d|proch|pass)))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_HEURE_APRES = re.compile(
    r"\s*+(?:prochain\b\s*+)?(?:\(?inclusivement\b\)?\s*+)?[,(]?\s*+"
    rf"(?:(?:au\s+plus\s+tard\s+à|à|avant|at|[–—-])\s*+)?(?:{HEURE})",
    re.IGNORECASE,
)
# An hour of elsewhere: the day stands, the hour would be wrong by our clocks.
_AUTRE_FUSEAU = re.compile(
    r"[\s,(]{0,4}(?:heure\s+(?:\w+\s+)?(?:de\s+l['’]Atlantique|du\s+(?:Pacifique|Centre)|des\s+Rocheuses|de\s+Terre|de\s+Paris)"
    r"|(?-i:H[NA][PACRT]|P[SD]?T|[CM][SD]T|A[SD]T|UTC|GMT))\b",
    re.IGNORECASE,
)
# « du lundi au jeudi », « chaque mardi », « le mercredi de 9 h à 16 h »: days that come back every week are no date.
_CHAQUE_SEMAINE_AVANT = re.compile(
    rf"\b(?:chaque|tous\s+les|les|{_NOM_JOUR}s?\s*(?:au|à|et|ou|,|-|–)|(?<!ici\s)(?<!avant\s)(?<!tard\s)le)\s*(?:le\s+)?$",
    re.IGNORECASE,
)
_CHAQUE_SEMAINE_APRES = re.compile(
    rf"s?\s*(?:au|à|et|ou|,|-|–)\s*(?:le\s+)?{_NOM_JOUR}(?!\s+(?:{QUANTIEME}|prochain))\b", re.IGNORECASE
)
# « le 31 décembre de l'année suivante », « le 1er mai de chaque année », « le 3 mars dernier »
_AUTRE_ANNEE = re.compile(r"\s{1,4}(?:de\s+(?:la|l['’]|chaque|cette)|chaque|dernier|pass[ée]|n\b)", re.IGNORECASE)
_SUITE_INTERVALLE = re.compile(
    rf"\s{{0,4}}[,)]?\s{{0,4}}(?:jusqu['’]\s?)?au\s{{1,4}}(?:{JOUR},?\s{{1,4}})?{QUANTIEME}\s{{1,4}}{MOIS}",
    re.IGNORECASE,
)
_SUITE_HEURES = re.compile(rf"\s{{0,4}}(?:à|-|–|et)\s{{0,4}}(?:{HEURE})", re.IGNORECASE)
HEURE_AVANT = re.compile(rf"(?:\b(?:à|avant|at|by|before)\s+)?(?:{HEURE})\.?\s*,?\s*(?:(?:le|on)\s+)?$", re.IGNORECASE)


# « 14 décembre », « vendredi » or « demain », « la fin du mois ».
Sorte = Literal["ecrite", "relative", "fin_de_mois"]


class Echeance(NamedTuple):
    """One date of a text: its place, the day meant (None when that is not sure) and the hour said."""

    debut: int
    fin: int
    jour: date | None
    heure: time | None
    sorte: Sorte = "ecrite"
    annee: bool = False  # Was its year written?
    fin_jour: int = 0  # Where the day ends, before its hour; `fin` is after the hour.


def find_dates(texte: str, reference: date | None) -> Iterator[Echeance]:
    """The dates of a text, in order. `reference` is the day it was written, None when unknown."""
    precedent: date | None = None
    for trouve in islice(_DATE.finditer(texte), _MAXIMUM):
        jour = _resolve(trouve, reference, precedent)
        precedent = jour or precedent
        heure = _HEURE_APRES.match(texte, trouve.end())
        fin = heure.end() if heure else trouve.end()
        dite = None if other_time_zone(texte, fin) else read_time(heure) or (time(12) if trouve["mi"] else None)
        annee = any(trouve[nom] for nom in ("an", "a1", "a2", "a4", "a5", "an_fin"))
        yield Echeance(trouve.start(), fin, jour, dite, _sorte(trouve), annee, trouve.end())


def iso(jour: date, heure: time | None) -> str:
    """ISO day, or ISO instant with the offset of Québec when an hour is given."""
    return datetime.combine(jour, heure, FUSEAU).isoformat() if heure else jour.isoformat()


def opens_range(texte: str, fin: int) -> bool:
    """True when the date that ends at `fin` begins a range, « 1er décembre au 15 janvier »: only the other end can bind."""
    return _SUITE_INTERVALLE.match(texte, fin) is not None


def trusted_day(jour: date | None, now: date) -> date | None:
    """The day a missing year is counted from; a document dated in the future has a wrong date."""
    return None if jour is None or jour > now + timedelta(days=1) else jour


def other_time_zone(texte: str, fin: int) -> bool:
    """True when the hour that ends at `fin` is told by the clocks of elsewhere."""
    return _AUTRE_FUSEAU.match(texte, fin) is not None


def opens_hours(texte: str, fin: int) -> bool:
    """True when the hour that ends at `fin` begins a span, « de 9 h à 16 h »: it closes nothing."""
    return _SUITE_HEURES.match(texte, fin) is not None


def holds_a_date(texte: str) -> bool:
    """True when some date, resolved or not, is written there."""
    return _DATE.search(texte) is not None


def read_time(trouve: re.Match[str] | None) -> time | None:
    """The hour of a match of ours. « Le 15 à minuit » ends the 15th: the day says it all, 0 h would close a day too early."""
    if trouve is None or trouve["minuit"]:
        return None
    if trouve["anglais"]:
        return time(int(trouve["anglais"]) % 12 + 12 * (trouve["moitie"] in "pP"), int(trouve["m3"] or 0))
    if trouve["midi"]:
        return time(12)
    return time(int(trouve["h"]), int(trouve["m"] or trouve["m2"] or 0))


def _sorte(trouve: re.Match[str]) -> Sorte:
    if trouve["mois_fin"] or trouve["ce_mois"]:
        return "fin_de_mois"
    proche = any(trouve[nom] for nom in ("nomme", "named", "relatif", "voisin", "meme", "seul"))
    return "relative" if proche else "ecrite"


def _resolve(trouve: re.Match[str], reference: date | None, precedent: date | None) -> date | None:
    """The day meant; `precedent` is the date named before, from which « la veille » counts."""
    if trouve["voisin"] or trouve["meme"]:
        recul = _VOISINS.get(fold(trouve["voisin"] or ""), 0)
        return precedent and precedent - timedelta(days=recul)
    if trouve["nomme_du"] or trouve["seul"]:
        return _resolve_day_number(trouve, reference, precedent)
    if trouve["mois"]:
        return _resolve_written(trouve, reference)
    if trouve["a1"]:
        return day_of(int(trouve["a1"]), int(trouve["m1"]), int(trouve["j1"]))
    if trouve["a2"]:
        x, y, annee = int(trouve["x"]), int(trouve["y"]), int(trouve["a2"])
        lectures = {day_of(annee, y, x), day_of(annee, x, y)} - {None}
        return lectures.pop() if len(lectures) == 1 else None
    if trouve["m4"] or trouve["m5"]:
        return _resolve_english(trouve, reference)
    if trouve["mois_fin"] or trouve["ce_mois"]:
        return _resolve_month_end(trouve, reference)
    return _resolve_relative(trouve, reference)


def _resolve_english(trouve: re.Match[str], reference: date | None) -> date | None:
    nom = (trouve["m4"] or trouve["m5"]).lower()[:3]
    mois = next(numero for numero, month in enumerate(_MONTHS, start=1) if month.startswith(nom))
    annee, quantieme = trouve["a4"] or trouve["a5"], int(trouve["j4"] or trouve["j5"])
    jour = day_of(int(annee), mois, quantieme) if annee else _next_occurrence(mois, quantieme, reference)
    if jour and trouve["weekday"] and _WEEKDAYS[jour.weekday()] != trouve["weekday"].lower():
        return None
    return jour


def _resolve_month_end(trouve: re.Match[str], reference: date | None) -> date | None:
    """« La fin du mois » is the last day of the month the text was written in."""
    if trouve["ce_mois"]:
        return reference and last_day(reference.year, reference.month)
    mois = NUMERO_MOIS[fold(trouve["mois_fin"]).rstrip(".")]
    if trouve["an_fin"]:
        return last_day(int(trouve["an_fin"]), mois)
    if reference is None:
        return None
    jour = last_day(reference.year + (mois < reference.month), mois)
    return jour if jour - reference <= _LOIN else None


def _resolve_relative(trouve: re.Match[str], reference: date | None) -> date | None:
    if reference is None:
        return None
    if trouve["relatif"]:
        return reference + timedelta(days=fold(trouve["relatif"]) in ("demain", "tomorrow"))
    if trouve["nomme"] and _comes_back(trouve):
        return None
    nomme = JOURS.index(fold(trouve["nomme"])) if trouve["nomme"] else _WEEKDAYS.index(trouve["named"].lower())
    ecart = (nomme - reference.weekday()) % 7
    return reference + timedelta(days=ecart) if ecart else None


def _comes_back(trouve: re.Match[str]) -> bool:
    """Is it a day of every week? « Le jeudi prochain » is not."""
    texte, debut, fin = trouve.string, trouve.start(), trouve.end()
    if _CHAQUE_SEMAINE_APRES.match(texte, fin):
        return True
    avant = _CHAQUE_SEMAINE_AVANT.search(texte[max(0, debut - 24) : debut])
    return avant is not None and not texte[fin : fin + 9].strip().lower().startswith("prochain")


def _resolve_day_number(trouve: re.Match[str], reference: date | None, precedent: date | None) -> date | None:
    """« Jeudi le 3 », without month: the next 3rd, when it is a Thursday. « D'ici le 23 »: the next one, unless the date
    named before is of another month, which may then be meant."""
    if reference is None:
        return None
    numero = int(trouve["du"] or trouve["seul"])
    jours = (reference + timedelta(days=ecart) for ecart in range(_UN_MOIS))
    jour = next((j for j in jours if j.day == numero), None)
    if jour and trouve["seul"] and precedent and (precedent.year, precedent.month) != (jour.year, jour.month):
        return None
    return jour if jour and is_weekday(jour, trouve["nomme_du"]) else None


def _resolve_written(trouve: re.Match[str], reference: date | None) -> date | None:
    mois = NUMERO_MOIS[fold(trouve["mois"]).rstrip(".")]
    quantieme = read_day_number(trouve["q"])
    annee = int(trouve["an"] or 0)
    if not annee and _AUTRE_ANNEE.match(trouve.string, trouve.end()):
        return None
    jour = day_of(annee, mois, quantieme) if annee else _next_occurrence(mois, quantieme, reference)
    return jour if jour and is_weekday(jour, trouve["jour"]) else None


def read_day_number(quantieme: str) -> int:
    """« 1er », « premier », « 14 »."""
    return 1 if quantieme[-1].isalpha() else int(quantieme)


def is_weekday(jour: date, nom: str | None) -> bool:
    """Does the day fall on the weekday written beside it, if any? « mar. » and « mardi » are the same."""
    return nom is None or JOURS[jour.weekday()][:3] == fold(nom)[:3]


def last_day(annee: int, mois: int) -> date:
    """The last day of a month."""
    return date(annee + mois // 12, mois % 12 + 1, 1) - timedelta(days=1)


def _next_occurrence(mois: int, quantieme: int, reference: date | None) -> date | None:
    """The first such day on or after the reference, unless it is so far that the one just past is as likely."""
    if reference is None:
        return None
    for annee in (reference.year, reference.year + 1):
        jour = day_of(annee, mois, quantieme)
        if jour and jour >= reference:
            return jour if jour - reference <= _LOIN else None
    return None


def day_of(annee: int, mois: int, quantieme: int) -> date | None:
    """That day, or None when the calendar has no such day or nobody writes of that year."""
    if not _ANNEE_MIN <= annee < _ANNEE_MAX or not 1 <= mois <= 12:
        return None
    return date(annee, mois, quantieme) if 1 <= quantieme <= last_day(annee, mois).day else None
