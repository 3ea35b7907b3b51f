"""The fictional past of the watch: sound data, lived by the ordinary code, and every figure of the bilan has rows."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.passe import plant
from veille import settings
from veille.exemple import passe
from veille.periodes import Periode
from veille.settings.themes import read_taxonomie
from veille.store.connexion import connect

ANNEE = Periode("annee", date(2025, 4, 1), date(2026, 3, 31))
# What the software computes by itself in the bilan of the plan: value, rows.
CALCULES = {
    "IND-1.1.3-a": (14.0, 14),
    "IND-1.1.3-b": (96.0, 6),
    "IND-1.1.4-a": (6.0, 6),
    "IND-1.1.4-b": (96.0, 4),
    "PROP-4.1.1": (12.0, 12),
    "PROP-4.1.2-a": (94.9, 4),
    "PROP-4.1.2-b": (83.3, 6),
    "PROP-4.1.2-c": (75.0, 3),
    "PROP-4.2.1-a": (74.1, 27),
    "PROP-4.2.1-b": (20.1, 15),
    "PROP-4.2.1-c": (15.0, 15),
    "PROP-4.2.1-d": (9.0, 9),
    "PROP-4.3.2": (100.0, 21),
}


@pytest.fixture
def c(demo: tuple[Path, dict[str, Any]]) -> Iterator[sqlite3.Connection]:
    base = connect(demo[0] / "veille.db")
    yield base
    base.close()


def test_every_day_of_the_past_is_in_the_last_year_of_the_plan() -> None:
    vecu = passe.load()
    jours = [i.le for i in vecu.items] + [b.le for b in vecu.bulletins]
    jours += [jour for s in vecu.sources for jour in s.echecs]
    assert all(ANNEE.holds(jour) for jour in jours)


def test_every_item_is_read_once_after_it_came_out_and_every_failure_is_a_planned_reading() -> None:
    vecu = passe.load()
    lectures = vecu.readings()
    assert Counter(i.id for x in lectures for i in x.items) == Counter(i.id for i in vecu.items)
    assert all(item.le < x.quand.date() for x in lectures for item in x.items)
    assert {(x.source.slug, x.quand.date()) for x in lectures if x.echec} == {
        (s.slug, jour) for s in vecu.sources for jour in s.echecs
    }
    assert [x.quand for x in lectures] == sorted(x.quand for x in lectures)


def test_the_past_says_that_it_is_fictional_and_leads_nowhere() -> None:
    vecu = passe.load()
    assert all("exemple fictif" in s.nom for s in vecu.sources)
    assert all(".exemple.invalid/" in adresse for public in ("partenaires",) for adresse in vecu.links(public))
    assert {i.source for i in vecu.items} == {s.slug for s in vecu.sources}


def test_the_themes_validated_are_themes_of_the_project() -> None:
    vecu = passe.load()
    livrees = (Path(__file__).parents[1] / "thematiques.toml").read_text(encoding="utf-8")
    taxonomie = read_taxonomie(vecu.validated(livrees))
    valides = {t.slug for t in taxonomie.thematiques if t.validee_le == vecu.themes_valides_le}
    assert valides == vecu.themes_valides
    assert {slug for i in vecu.items for slug in i.themes} <= {t.slug for t in taxonomie.thematiques}


def test_nothing_is_planted_before_it_has_happened(tmp_path: Path) -> None:
    settings.initialise(tmp_path)
    avant = (tmp_path / "sources.toml").read_bytes()
    plant(tmp_path, datetime(2026, 3, 31, 16, tzinfo=UTC))
    assert (tmp_path / "sources.toml").read_bytes() == avant
    assert not (tmp_path / "veille.db").exists()


@pytest.mark.slow
@pytest.mark.parametrize("forme", ["json", "html", "docx", "xlsx"])
def test_every_figure_computed_by_the_watch_has_a_value_and_rows(
    demo: tuple[Path, dict[str, Any]], tmp_path: Path, forme: str
) -> None:
    sortie = tmp_path / f"bilan.{forme}"
    arguments = ["bilan", "--au", "2026-03-31", "--format", forme, "--sortie", str(sortie), "--dossier", str(demo[0])]
    resultat = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert resultat.exit_code == 0, resultat.output
    assert sortie.stat().st_size > 5_000
    if forme == "json":
        chiffres = json.loads(sortie.read_text(encoding="utf-8"))["bilan"]["chiffres"]
        assert {x["code"]: (x["valeur"], x["lignes"]) for x in chiffres if x["automatique"]} == CALCULES
    if forme == "html":
        page = sortie.read_text(encoding="utf-8").replace("\u00a0", " ")
        assert "96 personnes ont reçu l’information par courriel" in page
        assert "148 sur 156" in page


@pytest.mark.slow
def test_the_past_leaves_nothing_to_read_to_review_or_to_check(c: sqlite3.Connection) -> None:
    """The week's queue is the week's: what came before is settled, its sources retired, its links looked at."""
    anciennes = [s.slug for s in passe.load().sources]
    cle = json.dumps(anciennes)
    retirees = c.execute(
        "SELECT count(*) FROM sources WHERE retiree_a IS NOT NULL AND slug IN (SELECT value FROM json_each(?))", (cle,)
    ).fetchone()[0]
    assert retirees == len(anciennes)
    etats = dict(
        c.execute(
            "SELECT f.etat, count(*) FROM file_revue f JOIN sources s ON s.id = f.source_id"
            " WHERE s.slug IN (SELECT value FROM json_each(?)) GROUP BY 1",
            (cle,),
        ).fetchall()
    )
    assert etats == {"retenu": 20, "ecarte": 7}
    passes = {x[0] for x in c.execute("SELECT id FROM digests WHERE date_le <= '2026-03-31'")}
    assert len(passes) == len(passe.load().bulletins)
    attente = {int(x[0]) for x in c.execute("SELECT argument FROM demandes WHERE servie_a IS NULL")}
    assert not attente & passes


@pytest.mark.slow
def test_no_story_of_the_week_joins_one_of_the_past(c: sqlite3.Connection) -> None:
    mixtes = c.execute(
        "SELECT count(*) FROM (SELECT m.groupe_id FROM membres m JOIN items i ON i.id = m.item_id"
        " GROUP BY m.groupe_id HAVING min(i.vu_a) < '2026-04-01' AND max(i.vu_a) >= '2026-04-01')"
    ).fetchone()[0]
    assert mixtes == 0
