"""Ready-made questions: each runs on an empty and on a full database, in French, without reading the big tables whole."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.navigateur import NOW, Visiteur, fill, signed_in
from veille.pages.metadonnees import metadata, parameter_label, ready_questions, shelves
from veille.store import decisions, file, schema
from veille.store.connexion import transaction
from veille.store.decisions import Decision

QUESTIONS = {nom: str(q["sql"]) for nom, q in metadata("equipe")["databases"]["veille"]["queries"].items()}
GRANDES = ("items", "membres", "suggestions", "classements", "file_etiquettes", "textes", "versions")
PARAMETRES = {"depuis": "2026-01-01", "aujourdhui": "2026-11-23"}


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week where something was kept, put at the top, rejected and tagged again."""
    chemin = fill(tmp_path_factory.mktemp("questions"), 30)
    with contextlib.closing(schema.open_store(chemin)) as c:
        with transaction(c):
            decisions.record(c, Decision(1, "retenir", "Camille Exemple", a_la_une=True), NOW)
            decisions.record(
                c, Decision(1, "rediger", "Camille Exemple", pourquoi="Ici aussi.", date_limite="2026-12-24"), NOW
            )
            decisions.record(c, Decision(2, "ecarter", "Sam Exemple", raison="hors_theme"), NOW)
            decisions.record(c, Decision(4, "retenir", "Sam Exemple"), NOW)
        while file.drain(c, NOW):
            pass
    return chemin


@pytest.fixture(scope="module")
def equipe(dossier: Path) -> Iterator[Visiteur]:
    with signed_in(dossier) as visiteur:
        yield visiteur


@pytest.mark.parametrize("nom", QUESTIONS)
def test_a_question_runs_on_an_empty_database_with_nothing_filled_in(nom: str, tmp_path: Path) -> None:
    with contextlib.closing(schema.open_store(tmp_path)) as c:
        assert c.execute(QUESTIONS[nom], dict.fromkeys(PARAMETRES, "")).fetchall() == []


@pytest.mark.parametrize("nom", QUESTIONS)
def test_a_question_answers_under_french_titles(nom: str, dossier: Path) -> None:
    with contextlib.closing(schema.open_store(dossier)) as c:
        curseur = c.execute(QUESTIONS[nom], PARAMETRES)
        titres = [colonne[0] for colonne in curseur.description]
        lignes = curseur.fetchall()
    assert all(titre[0].isupper() and "_" not in titre for titre in titres)
    assert lignes or nom in ("mrc_jamais_nommees", "sources_silencieuses", "retenues_sans_texte")


@pytest.mark.parametrize("nom", QUESTIONS)
def test_a_question_reads_no_big_table_whole(nom: str, dossier: Path) -> None:
    with contextlib.closing(schema.open_store(dossier)) as c:
        plan = [ligne["detail"] for ligne in c.execute(f"EXPLAIN QUERY PLAN {QUESTIONS[nom]}", PARAMETRES)]
    alias = dict(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)\s+(\w+)\b", QUESTIONS[nom]))
    lues = {nom_ou_alias for detail in plan for nom_ou_alias in re.findall(r"^SCAN (\w+)", detail)}
    grandes = {a for table, a in ((t, x) for t, x in alias.items()) if table in GRANDES} | set(GRANDES)
    assert not lues & grandes, plan


def test_what_the_questions_say_is_what_was_decided(dossier: Path) -> None:
    with contextlib.closing(schema.open_store(dossier)) as c:
        une = [tuple(x) for x in c.execute(QUESTIONS["a_la_une"], PARAMETRES)]
        raisons = {x[1]: x[2] for x in c.execute(QUESTIONS["raisons_par_source"], PARAMETRES)}
        limites = {x["Nouvelle"]: x["Date limite"] for x in c.execute(QUESTIONS["echeances_a_venir"], PARAMETRES)}
        ecartees = {x["groupe_id"] for x in c.execute("SELECT groupe_id FROM verdicts WHERE genre = 'ecarter'")}
    assert [ligne[3:] for ligne in une] == [("Ici aussi.", 1)]
    assert raisons == {"Hors thème": 1}
    assert limites[1] == "2026-12-24"  # The team's own date, not the one read in the text.
    assert len(ecartees) == 1 and 2 not in limites


@pytest.mark.parametrize("nom", QUESTIONS)
def test_a_question_has_its_page_where_its_parameter_is_named(nom: str, equipe: Visiteur) -> None:
    page = equipe.get(f"/veille/{nom}")
    assert page.status_code == 200
    titre, phrase = ready_questions()[nom]
    assert titre and phrase.endswith(".")
    for parametre in re.findall(r":(\w+)", QUESTIONS[nom]):
        assert parameter_label(parametre) != parametre
    assert equipe.get(f"/veille/{nom}.csv").status_code == 200


def test_the_public_site_has_none_of_them() -> None:
    assert "queries" not in metadata("public")["databases"]["publication"]


def test_every_table_that_is_not_technical_is_on_a_shelf(dossier: Path) -> None:
    with contextlib.closing(schema.open_store(dossier)) as c:
        noms = {x["name"] for x in c.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    tables = metadata("equipe")["databases"]["veille"]["tables"]
    visibles = {nom for nom in noms if nom in tables and not tables[nom].get("hidden")}
    rangees = [nom for liste in shelves().values() for nom in liste]
    assert visibles <= set(rangees)
    assert len(rangees) == len(set(rangees))


def test_the_tables_of_a_question_exist(dossier: Path) -> None:
    assert sqlite3.sqlite_version_info >= (3, 38)
    with contextlib.closing(schema.open_store(dossier)) as c:
        noms = {x["name"] for x in c.execute("SELECT name FROM sqlite_master")}
    for requete in QUESTIONS.values():
        communes = set(re.findall(r"\b(\w+) AS \(\s*SELECT", requete))
        assert set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", requete)) - communes <= noms
