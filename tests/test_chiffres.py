"""« Évaluation »: every figure is a count of rows that can be made by hand, and says what it does not say."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from tests.navigateur import NOW, Visiteur, add_item, fill, place, signed_in, theme
from veille.appreciation.dits import RIEN, days, share
from veille.francais import local_day
from veille.store import chiffres, decisions, file, revue, schema
from veille.store.chiffres import Chiffres
from veille.store.connexion import transaction
from veille.store.decisions import Decision

MOIS = NOW - timedelta(days=30)
RIEN_DU_TOUT = Chiffres(0, 0, 0, 0, 0, (), 0, 0, 0, None, 0, 0, None, 0, {}, ())


@pytest.fixture
def c(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Four stories: kept as proposed, kept with another theme, rejected as off topic, rejected as known."""
    fill(tmp_path, 0)
    with contextlib.closing(schema.open_store(tmp_path)) as base:
        for table in ("file_etiquettes", "file_revue"):
            base.execute(f"DELETE FROM {table}")
        source = base.execute("SELECT id FROM sources LIMIT 1").fetchone()[0]
        avant = base.execute("SELECT max(id) FROM items").fetchone()[0]
        ids = [
            add_item(base, source, f"c{n}", f"Nouvelle {n}", publie_a=NOW - timedelta(days=n),
                     suggestions=(theme("habitation"), *place("mun-rawdon")))
            for n in range(1, 5)
        ]  # fmt: skip
        assert min(ids) > avant
        with transaction(base):
            for acte in (
                Decision(ids[0], "retenir", "Camille Exemple"),
                Decision(ids[1], "etiqueter", "Camille Exemple", thematiques=("mobilite",)),
                Decision(ids[1], "retenir", "Camille Exemple"),
                Decision(ids[2], "ecarter", "Sam Exemple", raison="hors_theme"),
                Decision(ids[3], "ecarter", "Sam Exemple", raison="deja_connu"),
            ):
                decisions.record(base, acte, NOW + timedelta(minutes=1))
        while file.drain(base, NOW):
            pass
        yield base


def since_now(c: sqlite3.Connection) -> Chiffres:
    """What was decided after the week was filled."""
    return chiffres.read(c, NOW + timedelta(seconds=30), local_day(NOW))


def test_decisions_and_their_reasons_are_counted(c: sqlite3.Connection) -> None:
    x = since_now(c)
    assert (x.retenues, x.ecartees, x.plus_tard) == (2, 2, 0)
    assert x.raisons == (("Déjà connu", 1), ("Hors thème", 1))


def test_themes_left_in_place_are_told_from_those_the_team_changed(c: sqlite3.Connection) -> None:
    x = since_now(c)
    assert (x.proposes, x.gardes) == (3, 1)  # Two kept and one off topic; what is known already says nothing of themes.
    assert x.ajoutes == 1


def test_the_delay_is_the_median_from_publication_to_decision(c: sqlite3.Connection) -> None:
    x = since_now(c)
    assert x.dates == 4
    assert x.delai_jours == pytest.approx(2.5, abs=0.01)


def test_coverage_counts_stories_that_were_not_rejected(c: sqlite3.Connection) -> None:
    x = chiffres.read(c, MOIS, local_day(MOIS))
    comptes = {(y.thematique, y.mrc): y.nouvelles for y in x.croisements}
    assert comptes["mobilite", "matawinie"] == 1
    sans_ecartees = c.execute(
        "SELECT count(*) FROM file_etiquettes e JOIN file_etiquettes l USING (groupe_id) JOIN file_revue f USING (groupe_id)"
        " WHERE e.genre = 'thematique' AND e.valeur = 'habitation' AND l.genre = 'territoire' AND l.valeur = 'matawinie'"
        " AND f.etat <> 'ecarte'"
    ).fetchone()[0]
    assert comptes["habitation", "matawinie"] == sans_ecartees


def test_items_and_stories_are_those_seen_in_the_period(c: sqlite3.Connection) -> None:
    tout = chiffres.read(c, MOIS, local_day(MOIS))
    assert tout.items == c.execute("SELECT count(*) FROM items WHERE vu_a >= '2026-10-24'").fetchone()[0]
    assert 0 < tout.nouvelles <= tout.items
    assert chiffres.read(c, NOW + timedelta(days=1), local_day(NOW)).items == 0


def test_an_empty_database_has_figures_too(tmp_path: Path) -> None:
    with contextlib.closing(schema.open_store(tmp_path)) as c:
        assert chiffres.read(c, MOIS, local_day(MOIS)) == RIEN_DU_TOUT


def test_no_figure_reads_a_big_table_whole(c: sqlite3.Connection) -> None:
    requetes: list[str] = []
    c.set_trace_callback(requetes.append)
    chiffres.read(c, MOIS, local_day(MOIS))
    c.set_trace_callback(None)
    for requete in requetes:
        plan = [ligne["detail"] for ligne in c.execute(f"EXPLAIN QUERY PLAN {requete}")]
        assert not any(re.match(r"SCAN (items|i|m|membres|s|e|h|file_\w+)\b", detail) for detail in plan), plan


def test_nothing_to_divide_is_a_dash_and_never_a_fault() -> None:
    assert share(0, 0) == days(None) == RIEN
    assert share(1, 3) == "33,3\u00a0% (1 de 3)"
    assert (days(0.4), days(1.2), days(2.6)) == ("moins d’un jour", "1\u00a0jour", "3\u00a0jours")


@pytest.fixture(scope="module")
def equipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visiteur]:
    with signed_in(fill(tmp_path_factory.mktemp("evaluation"), 20)) as visiteur:
        yield visiteur


def test_each_figure_says_what_it_does_not_say_and_leads_to_its_rows(equipe: Visiteur) -> None:
    for adresse in ("/evaluation", "/evaluation?jours=30", "/evaluation?jours=zut", "/evaluation?trimestre=2026-T4"):
        assert equipe.get(adresse).status_code == 200
    page = unescape(equipe.get("/evaluation").text)
    reserves = re.findall(r'<p class="dit-doux">([^<]{20,})<a href="([^"]+)"', page)
    assert len(reserves) >= 10
    for reserve, lien in reserves:
        assert equipe.get(lien).status_code == 200, reserve


def test_the_page_of_figures_names_every_theme_and_mrc(equipe: Visiteur, tmp_path: Path) -> None:
    page = unescape(equipe.get("/evaluation").text)
    with contextlib.closing(schema.open_store(fill(tmp_path, 0))) as c:
        references = revue.references(c)
    for nom in (*references.thematiques.values(), "Joliette", "Matawinie"):
        assert nom in page.replace("\u00a0", " ")
