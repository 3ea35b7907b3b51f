"""LibreOffice opens every file of a bilan; the board's page is one page; the six columns repeat their heads."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.plan_mesure import AU, PLAN, facts
from tests.test_bilan import CALCULE_A, SITE, content
from veille.bilan import Correction, Suites, prepare
from veille.bilan.fichiers import render

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice absent")]


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each file turned into a PDF by one run of LibreOffice."""
    ici = tmp_path_factory.mktemp("bureautique")
    for genre, forme, une_page in (
        ("plan", "docx", False), ("plan", "xlsx", False), ("annee", "docx", True), ("trimestre", "docx", True),
    ):  # fmt: skip
        octets = render(content(genre), forme, numero=7, calcule_a=CALCULE_A, site=SITE, une_page=une_page)  # type: ignore[arg-type]
        (ici / f"{genre}-{forme}{'-ca' if une_page else ''}.{forme}").write_bytes(octets)
    fichiers = [str(f) for f in sorted(ici.iterdir())]
    profil = f"-env:UserInstallation=file://{ici}/profil"
    subprocess.run(
        ["soffice", profil, "--headless", "--convert-to", "pdf", "--outdir", str(ici), *fichiers],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return ici


def pages_of(pdf: Path) -> int:
    import pikepdf

    with pikepdf.open(pdf) as document:
        return len(document.pages)


@pytest.mark.parametrize("nom", ["annee-docx-ca", "trimestre-docx-ca"])
def test_the_board_s_page_is_one_landscape_letter_page(pdfs: Path, nom: str) -> None:
    import pikepdf

    assert pages_of(pdfs / f"{nom}.pdf") == 1
    with pikepdf.open(pdfs / f"{nom}.pdf") as document:
        _, _, largeur, hauteur = (float(x) for x in document.pages[0].mediabox)
    assert (round(largeur), round(hauteur)) == (792, 612)


def test_the_whole_bilan_opens_in_both_formats(pdfs: Path) -> None:
    assert pages_of(pdfs / "plan-docx.pdf") > 8
    assert pages_of(pdfs / "plan-xlsx.pdf") > 4


def test_the_board_s_page_holds_on_one_page_when_everything_is_missing_or_amended(tmp_path: Path) -> None:
    vide = prepare(PLAN, facts(), AU)
    suites = Suites(date(2026, 5, 1), (Correction("Une raison", "Camille Exemple", AU, "Activités, ligne 3"),) * 5)
    (tmp_path / "vide.docx").write_bytes(
        render(vide, "docx", numero=7, calcule_a=CALCULE_A, suites=suites, site=SITE, une_page=True)
    )
    profil = f"-env:UserInstallation=file://{tmp_path}/profil"
    commande = ["soffice", profil, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*commande, str(tmp_path / "vide.docx")], check=True, capture_output=True, timeout=120)
    assert pages_of(tmp_path / "vide.pdf") == 1
