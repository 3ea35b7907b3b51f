"""Collected markup → plain text: nothing executable survives, nothing readable is lost, and never slowly."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.feeds.liens import absolute
from veille.feeds.texte import RESUME_MAX, TEXTE_MAX, TITRE_MAX, clean, plain_line, plain_text


@pytest.mark.parametrize(
    ("markup", "texte"),
    [
        ("<p>Un</p><p>Deux<br>trois</p>", "Un\nDeux\ntrois"),
        ("L&#8217;&eacute;t&eacute; &amp; l'hiver", "L’été & l'hiver"),
        ("&amp;eacute;cole", "école"),
        ("&lt;p&gt;Une&lt;/p&gt;&lt;p&gt;autre&lt;/p&gt;", "Une\nautre"),
        ("a < b et c > d", "a < b et c > d"),
        ("<3 les bénévoles", "<3 les bénévoles"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<div title='a > b'>x</div>", "x"),
        ("<ul><li>un</li><li>deux</li></ul>", "un\ndeux"),
        ("avant <!-- jamais fermé", "avant jamais fermé"),
        ("<p><![CDATA[dedans]]></p>", "dedans"),
        ("<p>début <a href='http://ex", "début"),
        ("prix\u00a0: 5\u00a0\u00a0 $", "prix\u00a0: 5 $"),
        ("l\u00adong\u200bue\ud800", "longue"),
        ("texte\u202egauche", "textegauche"),
    ],
)
def test_markup_becomes_readable_text(markup: str, texte: str) -> None:
    assert plain_text(markup) == texte


@pytest.mark.parametrize(
    "charge",
    [
        "<script>alert(1)</script>", "<ScRiPt src=//x></sCrIpT>", "<style>p{color:red}</style>", "<iframe src=javascript:alert(1)></iframe>",
        "<svg><script>alert(1)</script></svg>", "<svg onload=alert(1)>", "<img src=x onerror=alert(1)>", "<meta http-equiv=refresh content=0>",
        "<object data=x>alert</object>", "<a href='javascript:alert(1)'></a>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<template><script>alert(1)</script></template>", "<textarea><script>alert(1)</script></textarea>",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "code", [lambda s: s, lambda s: s.replace("<", "&lt;").replace(">", "&gt;")], ids=["tel quel", "échappé"]
)
def test_nothing_executable_survives(charge: str, code: object) -> None:
    assert callable(code)
    texte = plain_text(f"<p>Avant</p>{code(charge)}<p>après</p>")
    assert texte.startswith("Avant") and not re.search(
        r"<\s*(script|style|iframe|svg|img|meta|object|a)\b", texte, re.I
    )
    assert "alert" not in texte or "<" not in texte.replace("'>", "")


def test_a_title_said_to_be_text_keeps_what_only_looks_like_markup() -> None:
    assert plain_line("si x<y alors <z>", markup=False) == "si x<y alors <z>"
    assert plain_line("<b>Gras</b>\n et  suite", markup=False) == "Gras et suite"


@pytest.mark.parametrize(
    "morceau",
    [
        "<div>", "<b>", "<b><div>", "<blockquote>", "<p>mot</p>", "<", "&", "&amp;", "& ", "<!--", "<![CDATA[", '<div "', "<div '", "<a ",
        "<table><a>", "<select><option>", "<ruby><rt>", "<nobr><p></nobr>", "<svg><a>", "<math><mi>", "\u200b", " \n", "&#", "<x y",
    ],
)  # fmt: skip
def test_hostile_markup_is_read_in_bounded_time(morceau: str) -> None:
    debut = time.process_time()
    assert len(plain_text(morceau * 100_000)) <= TEXTE_MAX
    assert time.process_time() - debut < 2


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from([TITRE_MAX, RESUME_MAX, 20]))
def test_any_text_is_cut_within_its_limit_and_can_be_stored(texte: str, limite: int) -> None:
    for lu in (plain_line(texte, limite), plain_text(texte, limite), plain_line(texte, limite, markup=False)):
        assert len(lu) <= limite and lu == lu.strip()
        lu.encode("utf-8")
    assert "\n" not in plain_line(texte, limite)


def test_a_long_text_is_cut_between_words() -> None:
    assert plain_line("mot " * 200, 30) == "mot mot mot mot mot mot mot\u00a0…"


@pytest.mark.parametrize(
    ("lien", "adresse"),
    [
        ("/a/b", "https://ville.exemple/a/b"), ("c.html", "https://ville.exemple/rep/c.html"), ("//autre.exemple/x", "https://autre.exemple/x"),
        ("?p=3", "https://ville.exemple/rep/page?p=3"), (" https://x.exemple/un deux\n.pdf ", "https://x.exemple/un%20deux.pdf"),
        ("javascript:alert(1)", ""), ("JAVA\nSCRIPT:alert(1)", ""), ("data:text/html,x", ""), ("mailto:a@b.ca", ""), ("tel:1", ""), ("#haut", ""),
        ("", ""), ("http://[", ""), ("https://", ""), ("ftp://x.exemple/f", ""), ("https://x.exemple/" + "a" * 3000, ""),
    ],
)  # fmt: skip
def test_a_link_is_absolute_and_on_the_web_or_nothing(lien: str, adresse: str) -> None:
    assert absolute(lien, "https://ville.exemple/rep/page") == adresse


def test_identifiers_lose_what_nobody_sees() -> None:
    assert clean("a\x00b\u200b\ud83dc") == "abc"
