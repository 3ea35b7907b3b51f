"""Files that leave the site: whatever a source wrote, a spreadsheet runs nothing and Markdown makes nothing of it."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import given
from hypothesis import strategies as st

from veille.pages.exports import BOM, SEPARATEUR, csv_rows, inert_cell, inert_markdown, markdown_link

TEXTES = st.text(max_size=200)
FORMULES = st.sampled_from(["=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠"])
BLANCS = st.text(st.sampled_from(" \t\n\r\u00a0\u200b\ufeff\u2060'\""), max_size=4)


@given(BLANCS, FORMULES, TEXTES)
def test_no_cell_can_begin_a_formula(blancs: str, signe: str, suite: str) -> None:
    assert inert_cell(f"{blancs}{signe}{suite}").startswith("'")


@given(TEXTES)
def test_a_cell_keeps_its_words(texte: str) -> None:
    visible = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", texte)
    assert inert_cell(texte).removeprefix("'") in (visible, visible.removeprefix("'"))


def test_numbers_stay_numbers_and_ordinary_words_are_left_alone() -> None:
    assert (inert_cell(-3), inert_cell(0.5), inert_cell(None)) == ("-3", "0.5", "")
    assert inert_cell("L’aide, d’abord ; puis – le reste") == "L’aide, d’abord ; puis – le reste"


@given(st.lists(st.lists(TEXTES, min_size=2, max_size=4), min_size=1, max_size=5))
def test_every_row_is_read_back_with_as_many_cells(lignes: list[list[str]]) -> None:
    relues = list(csv.reader(io.StringIO(csv_rows(lignes), newline=""), delimiter=SEPARATEUR))
    assert [len(ligne) for ligne in relues] == [len(ligne) for ligne in lignes]
    assert [[inert_cell(x) for x in ligne] for ligne in lignes] == relues
    assert BOM == "\ufeff"


@given(TEXTES)
def test_markdown_text_is_one_line_whose_every_mark_is_escaped(texte: str) -> None:
    rendu = inert_markdown(texte)
    assert "\n" not in rendu and "\r" not in rendu
    nu = re.sub(r"\\[\\`*_{}\[\]()#+\-.!|<>~&$^=]", "", rendu)
    assert not re.search(r"[\\`*_{}\[\]()#|<>~&]", nu)


@given(TEXTES)
def test_an_address_cannot_end_the_link_that_holds_it(suite: str) -> None:
    lien = markdown_link("Titre", f"https://exemple.invalid/{suite.encode('utf-8', 'replace').decode()}")
    adresse = lien.partition("](<")[2].removesuffix(">)")
    assert lien.endswith(">)") and not re.search(r"[<>\s]", adresse)


def test_only_web_addresses_become_links() -> None:
    assert markdown_link("a*b", "javascript:alert(1)") == r"a\*b"
    assert markdown_link("Un titre", "https://exemple.invalid/a?b=c") == "[Un titre](<https://exemple.invalid/a?b=c>)"
