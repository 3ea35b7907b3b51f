"""Calendars: what another parser reads in them is what was put, and every line obeys RFC 5545."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta

import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.calendrier import Moment, parse_moment, write_calendar

QUAND = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
textes = st.text(st.characters(exclude_categories=()), max_size=120)


def moment(uid: str = "echeance-1@exemple.org", **cles: object) -> Moment:
    base: dict[str, object] = {
        "titre": "Appel de projets",
        "debut": date(2026, 12, 1),
        "cree_a": QUAND,
        "modifie_a": QUAND,
    }
    return Moment(uid, **{**base, **cles})  # type: ignore[arg-type]


def read(octets: bytes) -> list[object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The judge's own affairs.
        return list(getattr(vobject.readOne(octets.decode()), "vevent_list", []))


def test_a_day_is_all_day_and_an_hour_is_told_in_our_zone() -> None:
    octets = write_calendar(
        "Échéances",
        [
            moment(),
            moment("e2@exemple.org", debut=parse_moment("2026-12-03T19:00:00-05:00"), version=2),
            moment("e3@exemple.org", debut=date(2026, 12, 4), fin=date(2026, 12, 6)),
            moment("e4@exemple.org", debut=parse_moment("2027-07-02T09:30:00-04:00")),
        ],
    )
    lus = read(octets)
    debuts = [v.dtstart.value for v in lus]  # type: ignore[attr-defined]
    assert debuts[0] == date(2026, 12, 1) and lus[0].dtend.value == date(2026, 12, 2)  # type: ignore[attr-defined]
    assert debuts[1].utctimetuple()[:5] == (2026, 12, 4, 0, 0)
    assert lus[2].dtend.value == date(2026, 12, 7)  # type: ignore[attr-defined]  # RFC 5545: the end is not included.
    assert debuts[3].utctimetuple()[:5] == (2027, 7, 2, 13, 30)
    assert [v.sequence.value for v in lus] == ["0", "2", "0", "0"]  # type: ignore[attr-defined]
    assert b"DTSTART;TZID=America/Toronto:20261203T190000" in octets
    assert b"BEGIN:VTIMEZONE\r\nTZID:America/Toronto\r\n" in octets


def test_an_empty_calendar_is_still_a_calendar() -> None:
    octets = write_calendar("Rien", [])
    assert octets.startswith(b"BEGIN:VCALENDAR\r\n") and b"BEGIN:VTIMEZONE" in octets
    assert read(octets) == []


@given(st.lists(st.tuples(textes, textes), max_size=3))
@settings(max_examples=80, deadline=None)
def test_whatever_is_written_the_lines_are_short_and_the_titles_come_back(paires: list[tuple[str, str]]) -> None:
    moments = [moment(f"e{n}@exemple.org", titre=titre, description=texte) for n, (titre, texte) in enumerate(paires)]
    octets = write_calendar("Échéances", moments)
    assert octets.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in octets.replace(b"\r\n", b"") and b"\r" not in octets.replace(b"\r\n", b"")
    assert all(len(ligne) <= 75 for ligne in octets.split(b"\r\n"))
    lignes = octets.decode().replace("\r\n ", "").split("\r\n")
    assert [ligne for ligne in lignes if ligne == "BEGIN:VEVENT"] == ["BEGIN:VEVENT"] * len(paires)
    assert sum(ligne.startswith("SUMMARY") for ligne in lignes) == len(paires)
    assert len(read(octets)) == len(paires)


def test_the_same_dates_give_the_same_bytes_in_any_order() -> None:
    moments = [moment(f"e{n}@exemple.org", debut=date(2026, 12, 1) + timedelta(days=n % 3)) for n in range(6)]
    assert write_calendar("É", moments) == write_calendar("É", moments[::-1])
