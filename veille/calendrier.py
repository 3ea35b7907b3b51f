"""Writing a calendar of deadlines and events (iCalendar, RFC 5545) from plain values. icalendar is imported here only.

A day without an hour is an all-day event; an hour that is known is told in our time zone, whose rules come with the file.
The identifier of a date never changes, and a calendar that already holds it replaces it when its version grows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from veille.francais import FUSEAU

PRODUIT = "-//veille//Veille informationnelle//FR-CA"
FUSEAU_NOM = "America/Toronto"

_INTERDITS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Moment:
    """One deadline or event. `debut` is a day or an aware instant; `fin` its last day, included, or None."""

    uid: str
    titre: str
    debut: date | datetime
    cree_a: datetime
    modifie_a: datetime
    fin: date | None = None
    version: int = 0
    description: str = ""
    adresse: str = ""
    categorie: str = ""


def parse_moment(valeur: str) -> date | datetime:
    """« 2026-12-01 » is a day, « 2026-12-01T16:00:00-05:00 » an instant."""
    return datetime.fromisoformat(valeur) if "T" in valeur else date.fromisoformat(valeur)


def write_calendar(nom: str, moments: Sequence[Moment]) -> bytes:
    """The calendar as a file, dates in order. The same moments always give the same bytes."""
    from icalendar import Calendar

    calendrier = Calendar()
    calendrier.add("prodid", PRODUIT)
    calendrier.add("version", "2.0")
    calendrier.add("calscale", "GREGORIAN")
    calendrier.add("x-wr-calname", _clean(nom))
    calendrier.add("x-wr-timezone", FUSEAU_NOM)
    calendrier.add_component(_time_zone())  # Always: a calendar without any component is not one.
    for moment in sorted(moments, key=lambda m: (_order(m.debut), m.uid)):
        calendrier.add_component(_event(moment))
    return bytes(calendrier.to_ical())


def _time_zone() -> Any:
    """Our time zone as it has been since 2007. The library's own way writes the passage to summer an hour too late."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    fuseau = Timezone()
    fuseau.add("tzid", FUSEAU_NOM)
    ete, hiver = timedelta(hours=-4), timedelta(hours=-5)
    for genre, nom, debut, avant, apres, regle in (
        (TimezoneDaylight, "HAE", datetime(2007, 3, 11, 2), hiver, ete, {"bymonth": 3, "byday": "2SU"}),  # noqa: DTZ001
        (TimezoneStandard, "HNE", datetime(2007, 11, 4, 2), ete, hiver, {"bymonth": 11, "byday": "1SU"}),  # noqa: DTZ001
    ):  # These are wall times: RFC 5545 wants them without a zone.
        passage = genre()
        passage.add("dtstart", debut)
        passage.add("tzname", nom)
        passage.add("tzoffsetfrom", avant)
        passage.add("tzoffsetto", apres)
        passage.add("rrule", {"freq": "YEARLY", **regle})
        fuseau.add_component(passage)
    return fuseau


def _event(moment: Moment) -> Any:
    from icalendar import Event

    evenement = Event()
    evenement.add("uid", _clean(moment.uid))
    evenement.add("dtstamp", moment.modifie_a.astimezone(UTC))
    evenement.add("created", moment.cree_a.astimezone(UTC))
    evenement.add("last-modified", moment.modifie_a.astimezone(UTC))
    evenement.add("sequence", moment.version)
    if isinstance(moment.debut, datetime):
        evenement.add("dtstart", moment.debut.astimezone(FUSEAU))
    else:
        evenement.add("dtstart", moment.debut)
        evenement.add("dtend", max(moment.fin or moment.debut, moment.debut) + timedelta(days=1))
    evenement.add("summary", _clean(moment.titre))
    if moment.description:
        evenement.add("description", _clean(moment.description))
    if moment.adresse:
        evenement.add("url", _clean(moment.adresse))
    if moment.categorie:
        evenement.add("categories", [_clean(moment.categorie)])
    evenement.add("transp", "TRANSPARENT")
    return evenement


def _order(moment: date | datetime) -> str:
    return (moment.astimezone(FUSEAU) if isinstance(moment, datetime) else moment).isoformat()


def _clean(texte: str) -> str:
    return _INTERDITS.sub("", texte)
