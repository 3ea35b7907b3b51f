"""Every earlier version of `veille.db` becomes today's, and says what it said before."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import pytest

from veille.store import decisions, fiches, file, schema
from veille.store.connexion import connect, transaction
from veille.store.decisions import Decision
from veille.store.schema import ETAPES, migrate

PREMIERES = [etape for etape, _ in ETAPES]


@pytest.fixture
def ancienne(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> sqlite3.Connection:
    """A database as the program of an earlier step left it, with a story decided on."""
    with monkeypatch.context() as m:
        m.setattr(schema, "ETAPES", ETAPES[: PREMIERES.index(request.param) + 1])
        c = connect(":memory:")
        migrate(c)
    c.executescript(
        """
        INSERT INTO sources (slug, nom, url, adresse, genre, etat, rythme, droits, inscrite_a)
            VALUES ('s', 'S', 'https://exemple.invalid/', 'https://exemple.invalid/rss', 'flux', 'active', 'quotidien',
                'ouvert', '2026-11-01T12:00:00Z');
        INSERT INTO items (source_id, titre, vu_a, cle, empreinte) VALUES
            (1, 'Logements à Joliette', '2026-11-22T12:00:00Z', 'a', x'01'),
            (1, 'L’épicerie d’à côté', '2026-11-22T12:00:00Z', 'b', x'02');
        INSERT INTO groupes (cree_a) VALUES ('2026-11-22T12:00:00Z'), ('2026-11-22T12:00:00Z');
        INSERT INTO membres (item_id, groupe_id, ajoute_a) VALUES
            (1, 1, '2026-11-22T12:00:00Z'), (2, 2, '2026-11-22T12:00:00Z');
        INSERT INTO classements (item_id, version, modele, incertain, fait_a) VALUES
            (1, 1, 'm', 0, '2026-11-22T12:00:00Z'), (1, 1, 'n', 0, '2026-11-23T12:00:00Z');
        """
    )
    if request.param != PREMIERES[-1]:
        colonnes, premiere, seconde = (
            (", geste, classement_id", ", 'g1', 1", ", 'g2', 1") if request.param >= "m003" else ("",) * 3
        )
        c.executescript(
            f"""
            INSERT INTO decisions (item_id, genre, raison, thematiques, version, par, prise_a{colonnes}) VALUES
                (1, 'etiqueter', '', '["habitation"]', 1, 'Camille Exemple', '2026-11-22T13:00:00Z'{premiere}),
                (1, 'ecarter', 'faible', NULL, 1, 'Camille Exemple', '2026-11-22T14:00:00Z'{seconde});
            """
        )
    return c


@pytest.mark.parametrize("ancienne", PREMIERES[:-1], indirect=True)
def test_a_database_of_an_earlier_version_keeps_its_log_and_gets_its_queue(
    ancienne: sqlite3.Connection, now: datetime
) -> None:
    avant = [tuple(x) for x in ancienne.execute("SELECT id, item_id, genre, raison, thematiques, par FROM decisions")]
    migrate(ancienne)
    apres = ancienne.execute("SELECT id, item_id, genre, raison, thematiques, par FROM decisions ORDER BY id")
    assert [tuple(x) for x in apres] == avant
    # What the classifier said when they decided, not what it said later.
    assert {x[0] for x in ancienne.execute("SELECT classement_id FROM decisions")} == {1}
    assert ancienne.execute("SELECT count(DISTINCT geste) FROM decisions").fetchone()[0] == len(avant)
    while file.drain(ancienne, now):
        pass
    etats = dict(ancienne.execute("SELECT groupe_id, etat FROM file_revue").fetchall())
    assert etats == {1: "ecarte", 2: "a_trancher"}
    assert fiches.load(ancienne, [1])[0].thematiques == ("habitation",)
    trouves = ancienne.execute("SELECT rowid FROM recherche WHERE recherche MATCH 'epicerie'").fetchall()
    assert [x[0] for x in trouves] == [2]
    for requete in ("UPDATE decisions SET par = 'x'", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="journal des décisions"):
            ancienne.execute(requete)
    with transaction(ancienne):
        decisions.record(ancienne, Decision(2, "plus_tard", "Sam Exemple"), now)
    assert not ancienne.execute("PRAGMA foreign_key_check").fetchall()
    assert ancienne.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize("ancienne", PREMIERES, indirect=True)
def test_every_version_ends_with_the_same_tables(ancienne: sqlite3.Connection) -> None:
    migrate(ancienne)
    neuve = connect(":memory:")
    migrate(neuve)
    lire = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND name <> '_sqlite_migrations' ORDER BY 1, 2"
    assert [tuple(x) for x in ancienne.execute(lire)] == [tuple(x) for x in neuve.execute(lire)]
