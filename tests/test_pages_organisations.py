"""The répertoire as people use it: written, corrected, reunited with rights, brought in from a file; read by Chromium and axe."""

from __future__ import annotations

import html
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.juges import faults_of
from tests.navigateur import NOW, Visiteur, account, fill, running_site, session_link, visitor
from veille.model import FicheOrganisation
from veille.store import organisations


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("semaine"), 4)


def write(equipe: Visiteur, **champs: Any) -> int:
    return equipe.send_form("/organisations/ajouter", equipe.get("/organisations/ajouter"), **champs).status_code


def test_a_sheet_is_written_corrected_withdrawn_and_reunited(equipe: Visiteur, base: sqlite3.Connection) -> None:
    assert write(equipe, nom="Carrefour des Trois Rivages", sigle="CTR", mrc=["joliette"], roles=["membre"]) == 303
    assert write(equipe, nom="Carrefour des 3 Rivages") == 303
    page = equipe.get("/organisations")
    assert "1 doublon possible" in html.unescape(page.text).replace("\u00a0", " ")
    code = "carrefour-des-3-rivages"
    assert equipe.send_form(f"/organisations/{code}/modifier", equipe.get(f"/organisations/{code}/modifier"), nom="Carrefour des 3 Rivages", note="Ancien nom").status_code == 303  # fmt: skip
    assert "Ancien nom" in equipe.get(f"/organisations/{code}").text
    for acte in ("retirer", "retablir"):
        assert (
            equipe.send_form(f"/organisations/{code}/{acte}", equipe.get(f"/organisations/{code}")).status_code == 303
        )
    apercu = equipe.get(f"/organisations/{code}/reunir?avec=ctr")
    assert "Ce que cela change" in apercu.text
    assert organisations.by_code(base, code).fusionnee_dans is None  # type: ignore[union-attr]
    assert equipe.send_form(f"/organisations/{code}/reunir", apercu, avec="ctr").status_code == 303
    assert equipe.send_form(f"/organisations/{code}/reunir", apercu, avec="ctr").status_code == 400
    assert [o.code for o in organisations.listed(base)] == ["ctr"]
    assert "réunie à" in equipe.get(f"/organisations/{code}").text
    assert equipe.get("/organisations/inconnue").status_code == 404
    assert "0 organisation sur 1" in html.unescape(equipe.get("/organisations?mots=zut").text).replace("\u00a0", " ")


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/organisations/ajouter")
    refus = equipe.send_form(
        "/organisations/ajouter", page, nom="Le Toit", note="Écrire à info@toit.exemple", site="toit"
    )
    assert refus.status_code == 400
    assert (
        'value="Le Toit"' in refus.text
        and "info@toit.exemple" in refus.text
        and "adresse d’un site" in html.unescape(refus.text)
    )
    assert organisations.listed(base) == []
    assert write(equipe, nom="A", code="deux") == 303
    assert write(equipe, nom="B", code="deux") == 409


def test_a_file_is_read_whole_and_written_at_once_or_not_at_all(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/organisations/importer")
    casse = equipe.send_form("/organisations/importer", page, lignes="Nom;Type\nA;Licorne\n;Entreprise\nB;")
    assert casse.status_code == 400
    assert "Ligne 2" in casse.text and "Ligne 3" in casse.text
    lu = equipe.send_form("/organisations/importer", page, lignes="Nom;Type\nA;Entreprise\nB;")
    assert "2 organisations à ajouter" in html.unescape(lu.text).replace("\u00a0", " ")
    assert organisations.listed(base) == []
    fait = equipe.send_form("/organisations/importer/confirmer", lu, texte="Nom;Type\nA;Entreprise\nB;")
    assert fait.status_code == 303
    assert [o.nom for o in organisations.listed(base)] == ["A", "B"]
    assert equipe.get("/organisations/export.csv").text.count("\n") == 3
    assert equipe.get("/organisations/modele.xlsx").content.startswith(b"PK")


def test_reuniting_asks_for_the_right_to_approve(dossier: Path, base: sqlite3.Connection) -> None:
    with running_site(dossier) as lien, visitor(dossier, lien, "Robin Exemple", ("lire", "rediger")) as robin:
        for nom in ("A", "B"):
            assert write(robin, nom=nom) == 303
        page = robin.get("/organisations/a/reunir?avec=b")
        assert "demande le droit" in page.text
        assert robin.send_form("/organisations/a/reunir", page, avec="b").status_code == 403
    with running_site(dossier) as lien, visitor(dossier, lien, "Alix Exemple", ("lire",)) as alix:
        assert "/organisations/ajouter" not in alix.get("/organisations").text
        assert write(alix, nom="C") == 403
    assert len(organisations.listed(base)) == 2


def test_the_pages_are_accessible_and_fit_a_phone(dossier: Path, base: sqlite3.Connection, navigateur: Any) -> None:
    for nom in ("Le Toit partagé (exemple fictif)", "Toit partagé (exemple fictif)"):
        organisations.add(base, FicheOrganisation(0, "", nom, mrc=("joliette",)), "Camille Exemple", NOW)
    adresses = ("", "/le-toit-partage-exemple-fictif", "/le-toit-partage-exemple-fictif/reunir?avec=toit-partage-exemple-fictif", "/ajouter", "/importer")  # fmt: skip
    with running_site(dossier) as lien:
        contexte = navigateur.new_context(locale="fr-CA", viewport={"width": 320, "height": 700})
        page = contexte.new_page()
        site = lien.partition("/connexion")[0]
        page.goto(site + session_link(dossier, account(dossier), NOW))
        page.locator("main form button").last.click()
        page.locator("h1").first.wait_for()
        for adresse in adresses:
            page.goto(f"{site}/organisations{adresse}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, adresse
            assert faults_of(page) == [], adresse
        contexte.close()
