"""« Synthèses »: which stories it gathers, and what the page, the paper and the files say of them."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.navigateur import HOSTILE, NOW, Visiteur, add_item, fill, place, signed_in, theme
from veille.pages.exports import BOM
from veille.pages.syntheses import A_REDIGER, ENTETES, by_theme, describe, read_choice
from veille.store import decisions, fiches, file, revue, schema, syntheses
from veille.store.connexion import transaction
from veille.store.decisions import Decision
from veille.store.syntheses import Choix

SEMAINE = Choix(date(2026, 11, 16), date(2026, 11, 23))
FORMULE = '=HYPERLINK("https://mechant.invalid";"Cliquez")'


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week where four stories are retained: two written, one hostile, one without any theme."""
    chemin = fill(tmp_path_factory.mktemp("syntheses"), 6)
    with contextlib.closing(schema.open_store(chemin)) as c:
        ids = {ligne["slug"]: ligne["id"] for ligne in c.execute("SELECT id, slug FROM sources")}
        deux = add_item(
            c,
            ids["observatoire"],
            "deux",
            FORMULE,
            suggestions=(theme("habitation"), theme("mobilite"), *place("mun-rawdon")),
        )
        hostile = add_item(c, ids["table-quartier"], "xss", HOSTILE, resume=HOSTILE, suggestions=(theme("mobilite"),))
        sans = add_item(c, ids["hebdo-clocher"], "sans", "Un titre de journal à ne pas reprendre")
        with transaction(c):
            for item_id in (deux, hostile, sans):
                decisions.record(c, Decision(item_id, "retenir", "Camille Exemple"), NOW)
            decisions.record(
                c,
                Decision(
                    deux, "rediger", "Camille Exemple", resume="En bref.", pourquoi="+1 logement ici.", note="SECRET"
                ),
                NOW,
            )
        while file.drain(c, NOW):
            pass
    return chemin


@pytest.fixture
def c(dossier: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(schema.open_store(dossier)) as connexion:
        yield connexion


@pytest.fixture(scope="module")
def equipe(dossier: Path) -> Iterator[Visiteur]:
    with signed_in(dossier) as visiteur:
        yield visiteur


def titles(c: sqlite3.Connection, choix: Choix) -> set[str]:
    return {f.principal.titre for f in fiches.load(c, syntheses.groups(c, choix, 100))}


def test_only_retained_stories_of_the_days_are_gathered(c: sqlite3.Connection) -> None:
    toutes = titles(c, SEMAINE)
    assert {FORMULE, HOSTILE} <= toutes
    assert (
        len(toutes)
        == syntheses.summary(c, SEMAINE).nouvelles
        == c.execute("SELECT count(*) FROM file_revue WHERE etat = 'retenu'").fetchone()[0]
    )
    assert titles(c, replace(SEMAINE, debut=date(2027, 1, 1), fin=date(2027, 2, 1))) == set()


def test_a_choice_of_themes_is_any_of_them_and_a_place_narrows_it(c: sqlite3.Connection) -> None:
    assert {FORMULE, HOSTILE} <= titles(c, replace(SEMAINE, thematiques=("mobilite",)))
    assert HOSTILE not in titles(c, replace(SEMAINE, thematiques=("habitation",)))
    assert titles(c, replace(SEMAINE, thematiques=("mobilite", "habitation"), territoire="matawinie")) == {FORMULE}
    assert titles(c, replace(SEMAINE, type="rapport")) == set()


def test_the_stories_can_be_read_a_few_at_a_time(c: sqlite3.Connection) -> None:
    toutes = syntheses.groups(c, SEMAINE, 100)
    paquets = [syntheses.groups(c, SEMAINE, 2, depart) for depart in range(0, len(toutes), 2)]
    assert [g for paquet in paquets for g in paquet] == toutes


def test_reading_follows_the_index_of_the_queue(c: sqlite3.Connection) -> None:
    etapes: list[str] = []
    c.set_trace_callback(etapes.append)
    syntheses.groups(c, replace(SEMAINE, thematiques=("mobilite",), territoire="matawinie", type="rapport"), 50)
    syntheses.summary(c, SEMAINE)
    c.set_trace_callback(None)
    for requete in etapes:
        plan = " / ".join(ligne["detail"] for ligne in c.execute(f"EXPLAIN QUERY PLAN {requete}"))
        assert not re.search(r"SCAN (f|x|e|i|m)\b", plan), plan


def test_each_story_stands_once_under_the_first_of_its_chosen_themes(c: sqlite3.Connection) -> None:
    references = revue.references(c)
    choix = replace(SEMAINE, thematiques=("mobilite", "habitation"))
    rubriques = by_theme(fiches.load(c, syntheses.groups(c, choix, 100)), choix, references)
    groupes = [f.groupe_id for r in rubriques for f in r.fiches]
    assert len(groupes) == len(set(groupes))
    assert next(r for r in rubriques if r.slug == "mobilite").fiches
    assert all(f.principal.titre != FORMULE for r in rubriques if r.slug == "habitation" for f in r.fiches)


def test_a_choice_ignores_what_does_not_exist_and_says_which_date_is_wrong(c: sqlite3.Connection) -> None:
    references = revue.references(c)
    demande = read_choice({"theme": ["mobilite", "zut"], "territoire": ["atlantide"], "type": ["x"]}, references, NOW)
    assert (demande.choix.thematiques, demande.choix.territoire, demande.choix.type) == (("mobilite",), "", "")
    assert demande.choix.fin - demande.choix.debut == timedelta(days=90)
    assert "AAAA-MM-JJ" in read_choice({"du": ["hier"]}, references, NOW).refus
    assert "finit avant" in read_choice({"du": ["2026-11-02"], "au": ["2026-11-01"]}, references, NOW).refus
    assert read_choice({"du": ["2026-11-02"]}, references, NOW).query().startswith("du=2026-11-02&au=2026-11-23")
    assert "Du 16\u00a0novembre\u00a02026 au 23\u00a0novembre\u00a02026" in describe(SEMAINE, references)


def test_the_csv_is_for_a_french_spreadsheet_and_runs_nothing(equipe: Visiteur) -> None:
    reponse = equipe.get("/syntheses/nouvelles.csv")
    assert reponse.headers["content-type"] == "text/csv; charset=utf-8"
    assert reponse.headers["content-disposition"].startswith('attachment; filename="nouvelles-2026-')
    texte = reponse.content.decode("utf-8")
    assert texte.startswith(BOM)
    lignes = list(csv.DictReader(io.StringIO(texte.removeprefix(BOM), newline=""), delimiter=";"))
    assert tuple(lignes[0]) == ENTETES
    deux = next(ligne for ligne in lignes if ligne["Résumé"] == "En bref.")
    assert deux["Titre"] == f"'{FORMULE}"
    assert deux["Pourquoi c’est important ici"] == "'+1 logement ici."
    assert "SECRET" not in texte


def test_a_newspaper_s_own_words_and_private_notes_are_in_no_file(equipe: Visiteur) -> None:
    for adresse in ("/syntheses/nouvelles.csv", "/syntheses/nouvelles.md"):
        texte = equipe.get(adresse).text
        assert A_REDIGER.strip("()") in texte
        assert "Un titre de journal" not in texte
        assert "SECRET" not in texte


def test_the_markdown_holds_every_story_once_by_theme(equipe: Visiteur, c: sqlite3.Connection) -> None:
    texte = equipe.get("/syntheses/nouvelles.md").text
    assert texte.startswith("# Nouvelles retenues")
    assert len(re.findall(r"^- \*\*", texte, re.M)) == syntheses.summary(c, SEMAINE).nouvelles
    assert "## Sans thème" in texte
    assert re.search(r"\\<script", texte) and not re.search(r"(?<!\\)<script", texte)


def test_the_page_and_the_paper_escape_what_sources_wrote(equipe: Visiteur) -> None:
    for adresse in ("/syntheses", "/syntheses/impression"):
        page = equipe.get(adresse)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert HOSTILE in unescape(page.text)
        assert "En bref." in page.text
    assert "<form" not in equipe.get("/syntheses/impression").text.partition("<main")[2]


def test_a_synthesis_is_offered_to_the_register_of_tools_with_its_items(
    equipe: Visiteur, c: sqlite3.Connection
) -> None:
    page = unescape(equipe.get("/syntheses?du=2026-11-16&au=2026-11-23&theme=mobilite").text)
    lien = re.search(r'href="(/registres/outils/ajouter\?[^"]+)"', page)
    assert lien
    champs = parse_qs(urlsplit(lien[1]).query)
    repris = syntheses.items(c, replace(SEMAINE, thematiques=("mobilite",)), 200)
    assert champs["elements"] == [" | ".join(map(str, repris))]
    assert champs["preuves"] == ["/syntheses?du=2026-11-16&au=2026-11-23&theme=mobilite"]
    formulaire = equipe.get(lien[1])
    assert formulaire.status_code == 200
    assert champs["titre"][0] in unescape(formulaire.text)


def test_the_page_offers_the_same_choice_as_files(equipe: Visiteur) -> None:
    page = unescape(equipe.get("/syntheses?theme=mobilite&du=2026-11-01&au=2026-11-23").text)
    assert "/syntheses/nouvelles.csv?du=2026-11-01&au=2026-11-23&theme=mobilite" in page
    assert "AAAA-MM-JJ" in unescape(equipe.get("/syntheses?du=zut").text)
