"""A report says the same in every format, is opened by other programs, and nothing hostile in it does anything."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
import zipfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import DependanceError, RefusError
from veille.francais import unit
from veille.rapports import Bloc, Feuille, Graphique, Rapport, Tableau, Titre, cell, docx, html, line, tableur, text
from veille.rapports.graphiques import sparkline, svg

NBSP = "\u00a0"


def report(*blocs: Bloc, site: str = "https://equipe.exemple.invalid/") -> Rapport:
    return Rapport(
        "Bilan d'essai : 2025", blocs, entete=(line("Exemple fictif", ton="doux"),), auteur="Exemple fictif",
        pied="Bilan nº 3", paysage=True, site=site,
    )  # fmt: skip


TOUT = (
    Feuille("Le tableau: un/deux"),
    Titre(2, "Orientation 1", "o1"),
    line("Voir ", text("le plan", gras=True, lien="/plan#1.1"), " et ", text("dehors", lien="https://exemple.invalid/a?b=1&c=2")),
    line("un", puce=1),
    line("deux", puce=2, ton="manque"),
    Tableau(
        "Le tableau",
        ("OBJECTIFS", "MOYENS", "Nombre"),
        (
            (cell("1.1 Objectif", entete=True, hauteur=2), cell("1.1.1 Moyen", line("12 rencontres", puce=1)), cell("1 234", nombre=1234)),
            (cell("1.1.2 Autre"), cell("3,5", nombre=3.5)),
        ),
        (30, 60, 10),
    ),
    Graphique("Par MRC", "Joliette : 14.", ("Joliette", "D'Autray"), (("2025", (14, None)), ("2026", (12.5, 8))), "%", 12),
)  # fmt: skip


def words_of_docx(octets: bytes) -> str:
    import docx as lib

    document = lib.Document(io.BytesIO(octets))
    return "\n".join(x.text or "" for x in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"))  # fmt: skip


def words_of_html(page: str) -> str:
    lus: list[str] = []

    class Lecteur(HTMLParser):
        def handle_data(self, data: str) -> None:
            lus.append(data)

    Lecteur().feed(page[page.index("<body") :])
    return "\n".join(lus)


def words_of_xlsx(octets: bytes) -> str:
    import openpyxl

    classeur = openpyxl.load_workbook(io.BytesIO(octets))
    return "\n".join(str(c.value) for f in classeur for r in f.iter_rows() for c in r if c.value is not None)


@pytest.mark.parametrize("lire", [
    lambda r: words_of_html(html.render(r)), lambda r: words_of_docx(docx.render(r)), lambda r: words_of_xlsx(tableur.render(r)),
], ids=["html", "docx", "xlsx"])  # fmt: skip
def test_every_word_and_figure_is_in_every_format(lire: object) -> None:
    dit = lire(report(*TOUT))  # type: ignore[operator]
    for mot in ("Bilan d’essai", "Exemple fictif", "Orientation 1", "un", "deux", "OBJECTIFS", "1.1 Objectif",
                "1.1.1 Moyen", "12", "1.1.2 Autre", "Joliette", "D’Autray", "14", "8", "non mesuré"):  # fmt: skip
        assert mot in dit, mot
    assert "1234" in dit or f"1{NBSP}234" in dit
    assert "3,5" in dit or "3.5" in dit


def test_the_page_stands_alone_and_its_links_lead_to_the_site() -> None:
    page = html.render(report(*TOUT))
    assert 'href="https://equipe.exemple.invalid/plan#1.1"' in page
    assert 'href="https://exemple.invalid/a?b=1&amp;c=2"' in page
    assert not re.search(r"<script|<link|\ssrc=|@import|url\(", page)
    assert '<th scope="rowgroup" rowspan="2">' in page
    assert "letter landscape" in page


def test_a_link_of_the_site_is_plain_words_where_the_site_has_no_address() -> None:
    page = html.render(report(*TOUT, site=""))
    assert "/plan#1.1" not in page
    assert "le plan" in page


@pytest.mark.parametrize("lien", ["javascript:alert(1)", "data:text/html,x", " https://x", "//x.invalid"])
def test_no_other_address_is_ever_a_link(lien: str) -> None:
    rapport = report(line(text("ici", lien=lien)), site="")
    assert "<a " not in html.render(rapport)
    assert b"hyperlink" not in zipfile.ZipFile(io.BytesIO(docx.render(rapport))).read("word/document.xml")


def test_hostile_words_stay_words() -> None:
    mechant = "<script>alert(1)</script>=cmd|' /C calc'!A0 \x07\ufffe"
    rapport = report(Titre(2, mechant), line(mechant), Tableau(mechant, (mechant,), ((cell(mechant),),)),
                     Graphique(mechant, mechant, (mechant,), ((mechant, (1,)),)))  # fmt: skip
    assert "<script" not in html.render(rapport)
    assert "alert(1)" in words_of_docx(docx.render(rapport))
    import openpyxl

    classeur = openpyxl.load_workbook(
        io.BytesIO(tableur.render(report(line("=1+1"), Tableau("t", ("a",), ((cell("=2+2"),),)))))
    )
    assert {c.data_type for f in classeur for r in f.iter_rows() for c in r if c.value is not None} == {"s"}


def test_a_spreadsheet_holds_numbers_as_numbers_and_a_sheet_for_each_name() -> None:
    import openpyxl

    classeur = openpyxl.load_workbook(io.BytesIO(tableur.render(report(*TOUT))))
    assert classeur.sheetnames == ["Présentation", "Le tableau  un deux"]
    feuille = classeur.worksheets[1]
    assert {1234, 3.5, 14, 12.5, 8} <= {c.value for r in feuille.iter_rows() for c in r}
    assert feuille.page_setup.orientation == "landscape"
    assert feuille.print_title_rows


def test_a_document_repeats_its_header_rows_and_says_its_language() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.render(report(*TOUT)))) as archive:
        corps, styles = archive.read("word/document.xml").decode(), archive.read("word/styles.xml").decode()
        proprietes = archive.read("docProps/core.xml").decode()
    assert corps.count("<w:tblHeader/>") == 2  # The table, and the chart's.
    assert corps.index(">Par MRC<") < corps.index("Joliette\u00a0: 14.")
    assert 'w:orient="landscape"' in corps
    assert "w:tblDescription" in corps
    assert re.findall(r'<w:lang w:val="([^"]+)"', styles) == ["fr-CA"]
    assert "fr-CA" in proprietes


def test_a_table_named_like_the_heading_above_it_is_named_once_for_the_eye() -> None:
    tableau = Tableau("Totaux", ("A",), ((cell("1"),),))
    rapport = report(Titre(2, "Totaux"), tableau, Titre(2, "Suite"), tableau)
    document = zipfile.ZipFile(io.BytesIO(docx.render(rapport))).read("word/document.xml").decode()
    assert document.count(">Totaux<") == 2 and document.count('w:tblCaption w:val="Totaux"') == 2
    page = html.render(rapport)
    assert page.count('<caption class="lecteur">Totaux') == 1 and page.count("<caption>Totaux") == 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice absent")
def test_libreoffice_opens_both(tmp_path: Path) -> None:
    for nom, octets in (("d.docx", docx.render(report(*TOUT))), ("t.xlsx", tableur.render(report(*TOUT)))):
        (tmp_path / nom).write_bytes(octets)
    profil = f"-env:UserInstallation=file://{tmp_path}/profil"
    commande = ["soffice", profil, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run(
        [*commande, str(tmp_path / "d.docx"), str(tmp_path / "t.xlsx")], check=True, capture_output=True, timeout=120
    )
    assert all((tmp_path / nom).read_bytes().startswith(b"%PDF") for nom in ("d.pdf", "t.pdf"))


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(DependanceError, match=r"veille\[docx\]"):
        docx.render(report())
    with pytest.raises(DependanceError, match=r"veille\[tableur\]"):
        tableur.render(report())


def test_rows_of_a_workbook_come_as_texts() -> None:
    import datetime

    import openpyxl

    classeur = openpyxl.Workbook()
    classeur.active.append(["Date", "Présences", "Note", None, " x "])
    classeur.active.append([])
    classeur.active.append([datetime.date(2025, 6, 3), 12, 3.5, True, None])
    sortie = io.BytesIO()
    classeur.save(sortie)
    assert tableur.read_rows(sortie.getvalue()) == [
        ["Date", "Présences", "Note", "", "x"], [], ["2025-06-03", "12", "3.5", "oui"],
    ]  # fmt: skip


def test_what_is_no_workbook_or_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for octets in (b"", b"nom;date\n", b"PK\x03\x04 tronque"):
        with pytest.raises(RefusError, match="n’est pas un classeur"):
            tableur.read_rows(octets)
    vide = io.BytesIO()
    with zipfile.ZipFile(vide, "w") as archive:
        archive.writestr("autre.xml", "<a/>")
    with pytest.raises(RefusError, match="n’est pas un classeur"):
        tableur.read_rows(vide.getvalue())
    gros = tableur.render(report(*TOUT))
    for borne, dit in (
        ("OCTETS_MAX", "trop gros"),
        ("DEPLIES_MAX", "une fois ouvert"),
        ("BALISES_MAX", "trop de cellules"),
        ("RANGEES_MAX", "trop de lignes"),
    ):
        with monkeypatch.context() as m, pytest.raises(RefusError, match=dit):
            m.setattr(tableur, borne, 1)
            tableur.read_rows(gros)


def _workbook_with(feuille: str | bytes) -> bytes:
    """A workbook whose first sheet is this text."""
    sortie = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(tableur.write_rows("A", [["Date"]]))) as modele,
        zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for nom in modele.namelist():
            archive.writestr(nom, feuille if nom == "xl/worksheets/sheet1.xml" else modele.read(nom))
    return sortie.getvalue()


def test_a_small_file_that_unfolds_into_a_million_cells_is_refused_at_once() -> None:
    espace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    bombe = _workbook_with(f"<worksheet {espace}><sheetData><row>{'<c/>' * 1_000_000}</row></sheetData></worksheet>")
    debut = time.process_time()
    with pytest.raises(RefusError, match="trop de cellules"):
        tableur.read_rows(bombe)
    assert time.process_time() - debut < 1
    entites = f'<!DOCTYPE w [<!ENTITY c "<c/>">]><worksheet {espace}><sheetData><row>&c;</row></sheetData></worksheet>'
    for texte in (entites, entites.encode("utf-16")):
        with pytest.raises(RefusError, match="n’est pas un classeur"):
            tableur.read_rows(_workbook_with(texte))


@given(st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=1e9)), max_size=12))
def test_a_small_line_draws_a_point_for_each_known_value(valeurs: list[float | None]) -> None:
    dessin = sparkline(valeurs)
    assert dessin.count("<circle") == sum(v is not None for v in valeurs)
    assert "nan" not in dessin


def test_a_chart_writes_every_figure_and_no_style() -> None:
    dessin = unescape(svg(TOUT[-1]))
    for mot in ("14", "12,5", "8", "non mesuré", "cible", "Joliette : 14.".replace(" :", f"{NBSP}:"), "2025", "2026"):
        assert mot in dessin
    assert "style=" not in dessin


@pytest.mark.parametrize(
    ("valeur", "unite", "dite"),
    [(1, "rencontres thématiques", "rencontre thématique"), (1, "fois", "fois"), (2, "outils", "outils")],
)
def test_a_unit_is_singular_below_two(valeur: float, unite: str, dite: str) -> None:
    assert unit(valeur, unite) == dite
