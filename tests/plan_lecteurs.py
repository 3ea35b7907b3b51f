"""What a person reads in a report's file, whatever its format: its words, and the numbers among them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOMBRE = re.compile(r"(?<![\w.,-])\d{1,3}(?:[\u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?")


def words_of_html(page: str) -> str:
    """The text of its body, that of its drawings included."""
    lus: list[str] = []

    class Lecteur(HTMLParser):
        def handle_data(self, data: str) -> None:
            lus.append(data)

    Lecteur().feed(page[page.index("<body") :])
    return "\n".join(lus)


def words_of_docx(octets: bytes) -> str:
    """The text of its paragraphs, one a line."""
    import docx

    corps = docx.Document(io.BytesIO(octets)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in corps.iter(f"{W}p"))


def words_of_xlsx(octets: bytes) -> str:
    """Its cells as a spreadsheet shows them in French, one a line."""
    return "\n".join(_cells(octets))


def _cells(octets: bytes) -> Iterator[str]:
    import openpyxl

    for feuille in openpyxl.load_workbook(io.BytesIO(octets)):
        for rangee in feuille.iter_rows():
            for case in rangee:
                if isinstance(case.value, int | float):
                    decimales = case.number_format.partition(".")[2].count("0")
                    yield f"{case.value:,.{decimales}f}".replace(",", "\u00a0").replace(".", ",")
                elif case.value is not None:
                    yield str(case.value)


def numbers_of(texte: str) -> set[float]:
    """Every number of a text, as a value."""
    return {float(re.sub(r"[\u00a0\u202f]", "", n).replace(",", ".")) for n in NOMBRE.findall(texte)}
