"""What becomes of stories, counted from rows; the quarter frozen once; the minutes declared."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.freeze import freeze_quarters
from tests.guet import exaggerate, walks
from tests.navigateur import NOW, fill
from veille.appreciation import periodes
from veille.errors import RefusError
from veille.francais import local_day
from veille.pages.vues.sources import diagnose
from veille.periodes import quarter_of
from veille.store import appreciation, efforts, entonnoir, instantanes, plan_veille, schema, sources
from veille.store.connexion import stamp
from veille.store.efforts import Declaration

JOURS = periodes.last_days(90, NOW)
JOUR = local_day(NOW)


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("entonnoir"), 24)


@pytest.fixture
def c(semaine: Path) -> Iterator[sqlite3.Connection]:
    """The week, as it was: what a test writes is taken back."""
    with contextlib.closing(schema.open_store(semaine)) as base:
        base.execute("BEGIN")
        yield base
        base.execute("ROLLBACK")


def one(c: sqlite3.Connection, requete: str) -> int:
    return int(c.execute(requete).fetchone()[0])


def publish(c: sqlite3.Connection, voix: str = "utile") -> tuple[int, int]:
    """Publish the first issue that holds a story of the queue, and let a reader speak of one; its id and that item's."""
    digest, item = c.execute(
        "SELECT di.digest_id, di.item_id FROM digest_items di JOIN digests d ON d.id = di.digest_id"
        " JOIN membres m ON m.item_id = di.item_id JOIN file_revue f ON f.groupe_id = m.groupe_id"
        " WHERE d.genre = 'bulletin' AND di.retire_a IS NULL ORDER BY di.digest_id LIMIT 1"
    ).fetchone()
    c.execute(
        "UPDATE digests SET contenu = coalesce(contenu, '{}'), approuve_a = coalesce(approuve_a, ?) WHERE id = ?",
        (stamp(NOW), digest),
    )
    c.execute("UPDATE digests SET publie_a = ? WHERE id = ?", (stamp(NOW), digest))
    c.execute("INSERT INTO votes VALUES ('v1', ?, ?, ?, ?)", (digest, item, voix, JOUR.isoformat()))
    return digest, item


def test_each_step_is_a_part_of_the_one_before_in_all_and_by_label(c: sqlite3.Connection) -> None:
    publish(c)
    trouve = entonnoir.read(c, JOURS)
    assert trouve.total.nouvelles == one(c, f"SELECT count(*) FROM file_revue WHERE jour_le >= '{JOURS.debut}'")
    assert trouve.total.retenues == one(c, "SELECT count(*) FROM file_revue WHERE etat = 'retenu'")
    assert trouve.total.elements == one(c, f"SELECT count(*) FROM items WHERE vu_a >= '{stamp(JOURS.depuis)}'")
    for e in (trouve.total, *trouve.sources, *trouve.themes, *trouve.lieux):
        assert e.nouvelles >= e.proposees >= e.retenues + e.ecartees
        assert e.nouvelles >= e.publiees >= e.utiles
    assert trouve.total.publiees >= 1
    assert trouve.total.utiles == 1
    assert sum(e.elements for e in trouve.sources) == trouve.total.elements


def test_a_story_that_nobody_found_useful_is_not_counted_as_such(c: sqlite3.Connection) -> None:
    publish(c, "pas_utile")
    assert entonnoir.read(c, JOURS).total.utiles == 0


def test_nothing_of_other_days_is_counted(c: sqlite3.Connection) -> None:
    ailleurs = periodes.of_quarter(quarter_of(date(2020, 2, 2)))
    trouve = entonnoir.read(c, ailleurs)
    assert trouve.total == replace(trouve.total, elements=0, nouvelles=0, proposees=0, retenues=0, ecartees=0)
    assert not any(e.nouvelles or e.elements for e in (*trouve.sources, *trouve.themes, *trouve.lieux))


def test_the_whole_evaluation_survives_being_frozen(c: sqlite3.Connection) -> None:
    digest, _ = publish(c)
    efforts.declare(c, Declaration(0, JOUR, "redaction", 50, "Camille Exemple", digest), NOW)
    jours = periodes.of_quarter(quarter_of(JOUR))
    evaluation = appreciation.read(c, jours, NOW)
    numero = next(n for n in evaluation.numeros if n.digest_id == digest)
    assert (numero.minutes, numero.utile) == (50, 1)
    assert [(e.tache, e.minutes) for e in evaluation.efforts] == [("redaction", 50)]
    assert instantanes.freeze(c, evaluation, NOW)
    assert not instantanes.freeze(c, replace(evaluation, reprises=99), NOW)
    with pytest.raises(sqlite3.IntegrityError, match="ne se remplace pas"):
        c.execute("INSERT OR REPLACE INTO instantanes SELECT id + 1, debut_le, fin_le, '{}', fige_a FROM instantanes")
    fige = instantanes.of_quarter(c, quarter_of(JOUR))
    assert fige is not None
    assert fige.evaluation == evaluation
    with pytest.raises(sqlite3.DatabaseError, match="instantané"):
        c.execute("UPDATE instantanes SET contenu = '{}'")


@pytest.mark.parametrize(("apres", "figes"), [(0, 0), (7, 0), (8, 1), (40, 1)])
def test_a_quarter_is_frozen_a_week_after_its_end_and_once(tmp_path: Path, apres: int, figes: int) -> None:
    fill(tmp_path, 2)
    fin = quarter_of(JOUR).fin
    instant = datetime(fin.year, fin.month, fin.day, 17, tzinfo=UTC) + timedelta(days=apres)
    with contextlib.closing(schema.open_store(tmp_path)) as c:
        c.execute("UPDATE items SET vu_a = ?", (stamp(NOW),))
        ctx = cast(Any, SimpleNamespace(store=c, now=lambda: instant))
        assert (freeze_quarters(ctx), freeze_quarters(ctx)) == (figes, 0)
        assert len(instantanes.frozen(c)) == figes


def test_minutes_withdrawn_no_longer_count_and_stay_written(c: sqlite3.Connection) -> None:
    numero = efforts.declare(c, Declaration(0, JOUR, "revue", 40, "Camille Exemple"), NOW)
    efforts.declare(c, Declaration(0, JOUR, "revue", 20, "Camille Exemple"), NOW)
    assert efforts.by_task(c, JOUR, JOUR) == {"revue": 60}
    with pytest.raises(RefusError, match="déjà inscrite"):
        efforts.declare(c, Declaration(0, JOUR, "revue", 40, "Camille Exemple"), NOW)
    with pytest.raises(RefusError, match="de Camille Exemple"):
        efforts.withdraw(c, numero, "Dominique Exemple", NOW)
    assert efforts.withdraw(c, numero, "Dominique Exemple", NOW, de_tous=True)
    assert not efforts.withdraw(c, numero, "Camille Exemple", NOW)
    assert one(c, "SELECT count(*) FROM efforts WHERE retire_par = 'Dominique Exemple'") == 1
    assert efforts.by_task(c, JOUR, JOUR) == {"revue": 20}
    assert one(c, "SELECT count(*) FROM efforts") == 2
    with pytest.raises(RefusError, match="bulletin"):
        efforts.declare(c, Declaration(0, JOUR, "revue", 20, "Camille Exemple", 9999), NOW)


def test_items_that_tools_used_are_counted_once(c: sqlite3.Connection) -> None:
    for elements, preuves in (("[1, 2]", "[]"), ("[2]", '[{"genre": "item", "ref": "3"}]')):
        c.execute(
            "INSERT INTO outils (plan, jour_le, titre, type, moyens, elements, preuves, par, inscrite_a)"
            " VALUES ('p', ?, 'Fiche', 'fiche', '[\"1.1.3\"]', ?, ?, 'Camille', ?)",
            (JOUR.isoformat(), elements, preuves, stamp(NOW)),
        )
    assert entonnoir.reused(c, JOUR, JOUR) == 3
    assert entonnoir.reused(c, JOUR + timedelta(days=1), JOUR + timedelta(days=2)) == 0


def test_a_source_is_in_the_state_that_its_own_page_shows(c: sqlite3.Connection) -> None:
    toutes = sources.health(c)
    assert toutes
    assert [appreciation.state(s, NOW) for s in toutes] == [diagnose(s, NOW).etat for s in toutes]


def test_nothing_counted_walks_a_table_that_grows(tmp_path: Path) -> None:
    fill(tmp_path, 6)
    with contextlib.closing(schema.open_store(tmp_path)) as c:
        exaggerate(c)
    with contextlib.closing(schema.open_store(tmp_path)) as c:
        requetes: list[str] = []
        c.set_trace_callback(requetes.append)
        appreciation.read(c, JOURS, NOW)
        plan_veille.read(c, NOW)
        entonnoir.first_day(c)
        c.set_trace_callback(None)
        fautes = [(walk, requete) for requete in set(requetes) for walk in walks(c, requete)]
    assert not fautes
