"""Bytes → text: right accents whatever the header says, and no replacement character."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.feeds.charset import decode

PHRASE = "L’Œuvre des sœurs à Joliette : l’été coûte 5 € – « déjà » où ça ? "
TEXTE = '<?xml version="1.0"?><rss><title>' + PHRASE * 4 + "</title></rss>"


@pytest.mark.parametrize(
    "charset",
    ["", "utf-8", "iso-8859-1", "us-ascii", "utf-16", "inconnu", "zlib", "punycode", "utf-7", "unicode_escape"],
)
@pytest.mark.parametrize(
    "reel", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
def test_accents_survive_every_lie_of_the_header(reel: str, charset: str) -> None:
    assert decode(TEXTE.encode(reel), charset) == TEXTE


@pytest.mark.parametrize("declare", ["iso-8859-1", "windows-1252", "ISO-8859-15", "utf-8"])
def test_a_lying_declaration_is_overruled_by_valid_utf8(declare: str) -> None:
    texte = TEXTE.replace('"1.0"', f'"1.0" encoding="{declare}"')
    assert decode(texte.encode("utf-8")) == texte


def test_windows_1252_declared_as_iso_8859_1_keeps_its_quotes_and_euro() -> None:
    texte = TEXTE.replace('"1.0"', '"1.0" encoding="iso-8859-1"')
    assert decode(texte.encode("cp1252")) == texte


def test_the_declaration_of_a_page_is_read() -> None:
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"></head>Новости города</html>'
    )
    assert decode(page.encode("koi8-r")) == page


def test_the_header_comes_before_the_declaration() -> None:
    texte = '<?xml version="1.0" encoding="koi8-r"?><a>Новости города</a>'
    assert decode(texte.encode("cp1251"), "windows-1251") == texte


def test_a_few_stray_bytes_do_not_spoil_utf8() -> None:
    assert decode("été ".encode() * 30 + b"l\x92\xe9cole") == "été " * 30 + "l’école"


def test_a_character_cut_at_the_end_is_dropped() -> None:
    assert decode(("été " * 30 + "é").encode()[:-1]) == "été " * 30


def test_windows_characters_lost_in_unicode_are_found_again() -> None:
    assert decode("l\u0092été \u0085".encode()) == "l’été …"


def test_japanese_escapes_are_followed_when_declared() -> None:
    assert decode("日本語".encode("iso2022-jp"), "iso-2022-jp") == "日本語"


def test_nul_bytes_and_controls_are_dropped_and_lines_are_one_kind() -> None:
    assert decode(b"a\x00b\x0c\x1bc\r\nd\re") == "abc\nd\ne"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "utf-8", "iso-8859-1", "utf-16", "shift_jis", "gb2312"]))
def test_any_bytes_give_text_that_can_be_stored(corps: bytes, charset: str) -> None:
    texte = decode(corps, charset)
    texte.encode("utf-8")
    assert "\ufffd" not in texte and "\x00" not in texte
