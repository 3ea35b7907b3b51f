"""Feeds made to hurt: bounded time and memory, nothing opened, and the honest entries kept."""

from __future__ import annotations

import time
import tracemalloc
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.errors import ReadError
from veille.feeds import garde, parse
from veille.model import Lecture, Reponse

pytestmark = pytest.mark.slow
CHARGE = 2  # the promises are for a quiet machine; those that run tests are shared
TETE = '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>'
FIN = "<item><title>Honnête</title><link>https://a.exemple/honnete</link></item></channel></rss>"


def item(description: str) -> str:
    return f"<item><title>Piège</title><link>https://a.exemple/1</link><description>{description}</description></item>"


BOMBE = "".join(f'<!ENTITY a{i} "' + f"&a{i - 1};" * 10 + '">' for i in range(1, 10))
PIEGES = {
    "bombe d’entités": f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "lol">{BOMBE}]><rss version="2.0"><channel>' + item("&a9;") + FIN,
    "entités quadratiques": '<!DOCTYPE r [<!ENTITY a "' + "x" * 20_000 + '">]><rss version="2.0"><channel>' + item("&a;" * 20_000) + FIN,
    "entité externe": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>' + item("&a;") + FIN,
    "DTD externe": '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><rss version="2.0"><channel>' + item("x") + FIN,
    "100 000 balises ouvertes": TETE + item("<div>" * 100_000) + FIN,
    "100 000 balises fermées": TETE + item("<div>" * 100_000 + "texte" + "</div>" * 100_000) + FIN,
    "100 000 balises en CDATA": TETE + item("<![CDATA[" + "<div>" * 100_000 + "]]>") + FIN,
    "100 000 balises échappées": TETE + item("&lt;div&gt;" * 100_000) + FIN,
    "1 Mo de chevrons": TETE + item("<" * 1_000_000) + FIN,
    "1 Mo d’esperluettes": TETE + item("&" * 1_000_000) + FIN,
    "100 000 attributs": TETE + item("<b " + "".join(f"a{i}='1' " for i in range(100_000)) + ">x</b>") + FIN,
    "date d’un million de chiffres": TETE + "<item><title>T</title><pubDate>" + "1" * 1_000_000 + "</pubDate></item>" + FIN,
    "références impossibles": TETE + item("&#xD800; &#99999999999; &#0; &") + FIN,
}  # fmt: skip
IMPASSES = {
    "CDATA sans fin": TETE + item("<![CDATA[" + "a " * 2_500_000),
    "CDATA emboîtés": TETE + item("<![CDATA[" * 200_000),
    "commentaire sans fin": TETE + item("<!--" + "a " * 2_000_000),
    "commentaires sans fin": TETE + item("<!--" * 200_000),
    "rss emboîtés": "<rss>" * 200_000,
    "items emboîtés": "<rss><channel>" + "<item>" * 100_000,
    "chevrons seuls": "<" * 500_000,
    "DOCTYPE sans fin": "<!DOCTYPE r [" + "<!ENTITY " * 200_000,
    "items vides": TETE + "<item/>" * 30_000,
    "espaces de noms": TETE + "".join(f"<x:a xmlns:x='u{i}'>" for i in range(20_000)),
}


@pytest.mark.parametrize("nom", PIEGES)
def test_a_trap_costs_under_two_seconds_and_loses_no_other_entry(nom: str, now: datetime) -> None:
    lecture, secondes = timed(PIEGES[nom], now)
    assert [entree.titre for entree in lecture.entrees][-1] == "Honnête"
    assert "root:" not in repr(lecture)
    assert secondes < 2 * CHARGE


@pytest.mark.parametrize("nom", IMPASSES)
def test_a_hopeless_file_ends_soon_with_a_cause_or_nothing(nom: str, now: datetime) -> None:
    debut = time.process_time()
    try:
        assert len(read(IMPASSES[nom], now).entrees) <= 1
    except ReadError as erreur:
        assert erreur.cause == "illisible"
    assert time.process_time() - debut < 2 * CHARGE


def test_an_entity_bomb_takes_little_memory(now: datetime) -> None:
    tracemalloc.start()
    try:
        read(PIEGES["bombe d’entités"], now)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_an_item_of_ten_megabytes_is_cut(now: datetime) -> None:
    lecture, secondes = timed(TETE + item("mot " * 2_500_000) + FIN, now)
    assert len(lecture.entrees[0].texte) <= 20_000 and len(lecture.entrees[0].resume) <= 1_000 and secondes < 2 * CHARGE


def test_five_thousand_entries_are_all_read(now: datetime) -> None:
    lignes = "".join(
        f"<item><title>Titre {i}</title><link>https://a.exemple/{i}</link><guid isPermaLink='false'>g{i}</guid>"
        f"<pubDate>Mon, 14 Sep 2026 10:00:00 GMT</pubDate><description>Les nouvelles de la semaine dans la région.</description></item>"
        for i in range(4_999)
    )
    lecture, secondes = timed(TETE + lignes + FIN, now)
    assert len(lecture.entrees) == 5_000 and not lecture.partiel and secondes < 10 * CHARGE


def test_more_entries_than_any_real_feed_are_cut_and_said(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garde, "ENTREES_MAX", 50)
    lecture = read(TETE + "<item><title>Titre</title></item>" * 60 + FIN, now)
    assert len(lecture.entrees) == 50 and lecture.partiel


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_mutilated_feed_never_crashes(data: st.DataObject) -> None:
    now = datetime.fromisoformat("2026-11-23T14:00:00+00:00")
    corps = bytearray((TETE + item("&lt;p&gt;x&lt;/p&gt;") + FIN).encode())
    morceaux = st.sampled_from(
        [
            b"<",
            b"&",
            b"]]>",
            b"<![CDATA[",
            b"\xff",
            b"&#xD800;",
            b"<item>",
            b"http://[",
            b"<a:b>",
            b"xml:base='http://['",
            b"<georss:point>1</georss:point>",
            b"<content mode='base64'>",
            b"<link href='//[::'/>",
        ]
    )
    for _ in range(data.draw(st.integers(1, 4))):
        debut = data.draw(st.integers(0, len(corps)))
        corps[debut : debut + data.draw(st.integers(0, 20))] = data.draw(morceaux)
    for genre in ("flux", "liste"):
        try:
            parse(genre, Reponse("https://a.exemple/f", 200, bytes(corps)), selecteurs=None, now=now)
        except ReadError:
            continue


def timed(texte: str, now: datetime) -> tuple[Lecture, float]:
    debut = time.process_time()
    return read(texte, now), time.process_time() - debut


def read(texte: str, now: datetime) -> Lecture:
    return parse("flux", Reponse("https://a.exemple/f", 200, texte.encode()), selecteurs=None, now=now)
