"""Dates as sources write them: right, or doubtful with a reason; never wrong without a sign."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.feeds.dates import TOLERANCE, is_month_first, read_date
from veille.francais import FUSEAU, MOIS, format_day, format_instant

MAINTENANT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
JOURS = st.dates(date(1996, 1, 1), date(2026, 11, 22))
INSTANTS = st.integers(820_454_400, 1_795_305_600).map(lambda s: datetime.fromtimestamp(s, UTC))
DECALAGES = st.integers(-14 * 4, 14 * 4).map(lambda quarts: timezone(timedelta(minutes=15 * quarts)))
examples = settings(max_examples=150, deadline=None)


@pytest.mark.parametrize(
    ("texte", "local"),
    [
        ("14 septembre 2026", "2026-09-14 12:00"),
        ("1er juin 2026", "2026-06-01 12:00"),
        ("1ᵉʳ juin 2026", "2026-06-01 12:00"),
        ("14 sept. 2026", "2026-09-14 12:00"),
        ("14\u00a0SEPTEMBRE\u202f2026", "2026-09-14 12:00"),
        ("14 fevrier 2026", "2026-02-14 12:00"),
        ("mar. 14 juil. 2026", "2026-07-14 12:00"),
        ("Le mardi 3 novembre 2026", "2026-11-03 12:00"),
        ("2026-09-14", "2026-09-14 12:00"),
        ("14/09/2026", "2026-09-14 12:00"),
        ("05/06/2026", "2026-06-05 12:00"),
        ("14-09-2026", "2026-09-14 12:00"),
        ("14.09.2026", "2026-09-14 12:00"),
        ("09/14/2026", "2026-09-14 12:00"),
        ("Publié le 14 septembre 2026", "2026-09-14 12:00"),
        ("Publié le : 14 septembre 2026", "2026-09-14 12:00"),
        ("Mis à jour le 3 août 2026", "2026-08-03 12:00"),
        ("Publié le 14 septembre 2026, mis à jour le 16 septembre 2026", "2026-09-14 12:00"),
        ("14 février 2026 à 10 h 30", "2026-02-14 10:30"),
        ("14 février 2026 à 10 h", "2026-02-14 10:00"),
        ("mardi 3 nov. 2026 à 14 h 30", "2026-11-03 14:30"),
        ("14 août 2026 10:30 HAE", "2026-08-14 10:30"),
        ("14 février 2026, 10h30 HNE", "2026-02-14 10:30"),
        ("lun., 14 févr. 2026 10:00:00 HNE", "2026-02-14 10:00"),
        ("Mon, 14 Sep 2026 10:00:00 EDT", "2026-09-14 10:00"),
        ("Mon, 14 Sep 2026 10:00:00 -0400 (EDT)", "2026-09-14 10:00"),
        ("Mon, 14 Sep 26 14:00:00 GMT", "2026-09-14 10:00"),
        ("Mon Sep 14 10:00:00 EDT 2026", "2026-09-14 10:00"),
        ("2026-09-14T14:30:00Z", "2026-09-14 10:30"),
        ("2026-09-14T10:30:00.123456-04:00", "2026-09-14 10:30"),
        ("2026-09-14 10:30", "2026-09-14 10:30"),
        ("20260914T143000Z", "2026-09-14 10:30"),
        ("1789396200", "2026-09-14 10:30"),
        ("Sept. 14, 2026 at 2:30 p.m. EDT", "2026-09-14 14:30"),
        ("Monday, September 14, 2026", "2026-09-14 12:00"),
        ("il y a 3 jours", "2026-11-20 12:00"),
        ("il y a une semaine", "2026-11-16 12:00"),
        ("il y a 2 heures", "2026-11-23 07:00"),
        ("2 days ago", "2026-11-21 12:00"),
        ("hier", "2026-11-22 12:00"),
        ("Hier à 14 h 30", "2026-11-22 14:30"),
        ("aujourd’hui", "2026-11-23 12:00"),
    ],
)
def test_a_written_date_is_read_in_quebec_time(texte: str, local: str) -> None:
    lue = read_date(texte, MAINTENANT)
    assert (lue.doute, lue.instant and f"{lue.instant.astimezone(FUSEAU):%Y-%m-%d %H:%M}") == ("", local)


@pytest.mark.parametrize(
    "texte",
    [
        "septembre 2026", "Sept 2026", "2026", "14/09/26", "Du 14 au 20 septembre 2026", "14 et 15 septembre 2026", "il y a 2 mois",
        "il y a quelques jours", "31 février 2026", "2026-09-14T25:61:00Z", "0000-00-00 00:00:00", "9 h", "bientôt", "14", "mar. 14",
        "date limite : 14 septembre 2026", "Wed, 18 Nov 2026 08:15:00 XYZ", "1" * 1_000_000, "1 " * 100_000, "14 septembre 2026 " * 20,
    ],
)  # fmt: skip
def test_what_names_no_single_day_is_unreadable_and_never_guessed(texte: str) -> None:
    assert read_date(texte, MAINTENANT) == (None, "illisible")


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        ("14 septembre", "2026-09-14"),
        ("2 janvier", "2026-01-02"),
        ("24 décembre", "2025-12-24"),
        ("29 février", "2024-02-29"),
    ],
)
def test_a_day_without_a_year_is_the_latest_one_past_and_says_so(texte: str, jour: str) -> None:
    lue = read_date(texte, MAINTENANT)
    assert (str(lue.instant)[:10], lue.doute) == (jour, "sans_annee")


@pytest.mark.parametrize(
    ("texte", "doute"),
    [
        ("", "absente"), (" \u00a0 ", "absente"), ("14 septembre 2126", "future"), ("2026-11-25T14:00:01Z", "future"),
        ("Thu, 31 Dec 9999 23:59:59 GMT", "future"), ("Thu, 01 Jan 1970 00:00:00 GMT", "ancienne"), ("14 mai 1984", "ancienne"),
    ],
)  # fmt: skip
def test_an_implausible_date_is_flagged(texte: str, doute: str) -> None:
    assert read_date(texte, MAINTENANT).doute == doute


def test_a_few_hours_ahead_is_a_clock_not_a_fault() -> None:
    assert read_date("2026-11-24T01:00:00Z", MAINTENANT).doute == ""


def test_a_page_that_writes_the_month_first_can_say_so() -> None:
    assert is_month_first("Posted 09/14/2026") and not is_month_first("14/09/2026") and not is_month_first("05/06/2026")
    assert str(read_date("05/06/2026", MAINTENANT, mois_dabord=True).instant)[:10] == "2026-05-06"


@examples
@given(JOURS)
def test_every_day_written_in_french_comes_back(jour: date) -> None:
    formes = [
        format_day(jour),
        format_day(jour, weekday=True),
        f"{jour.day} {MOIS[jour.month - 1].upper()} {jour.year}",
        f"{jour:%d/%m/%Y}",
        f"{jour:%Y-%m-%d}",
    ]
    lues = {read_date(forme, MAINTENANT) for forme in formes}
    assert len(lues) == 1
    (lue,) = lues
    assert lue.doute == "" and lue.instant is not None and lue.instant.astimezone(FUSEAU).date() == jour


@examples
@given(INSTANTS, DECALAGES)
def test_every_instant_of_a_feed_comes_back_in_utc(instant: datetime, zone: timezone) -> None:
    ecrit = instant.astimezone(zone)
    for forme in (
        ecrit.isoformat(),
        format_datetime(ecrit),
        ecrit.strftime("%Y-%m-%d %H:%M:%S %z"),
        ecrit.strftime("%d %b %Y %H:%M:%S %z"),
    ):
        lue = read_date(forme, MAINTENANT)
        assert lue == (instant, "") and lue.instant is not None and lue.instant.tzinfo is UTC


@examples
@given(INSTANTS)
def test_what_the_site_itself_shows_can_be_read_back(instant: datetime) -> None:
    lue = read_date(format_instant(instant), MAINTENANT)
    ambigu = (
        instant.astimezone(FUSEAU).replace(fold=0).utcoffset() != instant.astimezone(FUSEAU).replace(fold=1).utcoffset()
    )
    assert lue.doute == "" and lue.instant is not None
    assert ambigu or lue.instant == instant.replace(second=0)


@examples
@given(st.one_of(st.text(max_size=60), st.text(string.digits + "/-.: TZ+hàjuilémars", max_size=30)))
def test_any_text_gives_an_aware_plausible_instant_or_a_doubt(texte: str) -> None:
    instant, doute = read_date(texte, MAINTENANT)
    assert instant is not None or doute
    if instant is not None and not doute:
        assert (
            instant.utcoffset() == timedelta(0)
            and datetime(1995, 1, 1, tzinfo=UTC) <= instant <= MAINTENANT + TOLERANCE
        )
