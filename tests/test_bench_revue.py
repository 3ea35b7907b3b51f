"""The bench of the review: its archive is what the program would have made, and what it says of a request is true."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import revue, revue_base, revue_parcours
from bench.commun import rounds
from bench.revue_jeu import NOW, stories
from bench.revue_parcours import Magasin, Mesureur, Parcours
from bench.revue_site import Site
from veille.store import schema
from veille.store.connexion import BASE

NOMBRE, SEMAINES = 3000, 52
TOUT = (
    *("nue", "semaine", "froide", "theme", "lieu", "mots", "accueil", "formulaire", "retenir", "annuler"),
    *("page", "decider", "drainer", "ligne"),
)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("archive")
    revue_base.build(dossier, NOMBRE, SEMAINES)
    return dossier


@pytest.fixture
def c(dossier: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(schema.open_store(dossier)) as base:
        yield base


def one(c: sqlite3.Connection, requete: str) -> int:
    return int(c.execute(requete).fetchone()[0])


def test_the_queue_of_the_archive_is_what_the_program_makes_of_it(c: sqlite3.Connection) -> None:
    assert revue_base.honest(c, echantillon=2000) == ""
    groupes = one(c, "SELECT count(DISTINCT groupe_id) FROM membres")
    assert one(c, "SELECT count(*) FROM file_revue") == groupes > 2000
    assert one(c, "SELECT count(*) FROM file_a_refaire") == 0


def test_a_queue_that_the_program_would_not_have_made_is_told(c: sqlite3.Connection) -> None:
    c.execute("BEGIN")
    c.execute("UPDATE file_revue SET rang = rang + 0.01")
    c.commit()
    try:
        assert "autrement" in revue_base.honest(c)
    finally:
        c.execute("UPDATE file_revue SET rang = rang - 0.01")


def test_the_archive_has_the_shape_of_five_years_of_watch(c: sqlite3.Connection, tmp_path: Path) -> None:
    assert one(c, "SELECT count(*) FROM items") == NOMBRE
    assert one(c, "SELECT sum(recueillis) FROM sources") == NOMBRE
    doubles = one(c, "SELECT count(*) FROM (SELECT 1 FROM membres GROUP BY groupe_id HAVING count(*) > 1)")
    assert 0.05 < doubles / one(c, "SELECT count(*) FROM file_revue") < 0.15
    decidees = one(c, "SELECT count(*) FROM file_revue WHERE etat <> 'a_trancher'")
    assert 0.01 < decidees / one(c, "SELECT count(*) FROM file_revue") < 0.03
    assert one(c, "SELECT count(*) FROM recherche WHERE recherche MATCH 'logement'") > NOMBRE / 20
    assert c.execute("PRAGMA foreign_key_check").fetchall() == []
    with contextlib.closing(schema.open_store(tmp_path)) as neuve:
        objets = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
        assert [tuple(x) for x in c.execute(objets)] == [tuple(x) for x in neuve.execute(objets)]


def test_the_same_archive_is_made_every_time() -> None:
    assert list(stories(500, 10)) == list(stories(500, 10))
    assert max(e.vu_a for h in stories(500, 10) for e in h.elements) <= NOW


def test_a_site_says_what_each_request_costs_it_and_stops_at_a_wrong_answer(dossier: Path) -> None:
    with Site(dossier) as site:
        site.get("/revue")
        assert 0 < site.get("/compte").cpu < site.get("/revue?periode=90j&thematique=habitation").cpu < 5
        assert site.post("/compte/preferences", {"raccourcis": "oui"}).json() == {"ok": True}
        with pytest.raises(SystemExit, match="404 au lieu de 200"):
            site.get("/rien")


def test_every_part_of_a_round_is_done_and_measured(
    dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(
        dossier, tmp_path, dirs_exist_ok=True
    )  # What is decided here would change the other tests' archive.
    for nom in ("NUES", "CHAUDES", "FROIDES", "FILTREES", "TABLEAUX", "GESTES"):
        monkeypatch.setattr(revue_parcours, nom, 2)
    monkeypatch.setattr(revue_parcours, "A_DECIDER", 4)
    mesureur = Mesureur("G")
    with Site(tmp_path) as site, contextlib.closing(schema.open_store(tmp_path)) as c:
        parties = Parcours(site, tmp_path / BASE, mesureur).parts() + Magasin(c, mesureur).parts()
        mesures = rounds(parties, tours=2, tours_max=2)
        retenues = one(
            c,
            "SELECT count(*) FROM decisions_valides WHERE par = 'Camille Exemple' AND prise_a = '2026-11-23T14:00:00Z'",
        )
    assert len(mesures) == 15
    assert all(len(valeurs) == 2 and min(valeurs) > 0 for valeurs in mesures.values())
    assert len(mesureur.tous["froide G"]) == 4
    assert retenues == 4  # Those of the store; those of the site were undone.


def test_a_row_holds_only_when_it_is_quick_right_and_measured_in_peace() -> None:
    noms = {f"{nom} {taille}" for nom in TOUT for taille in "PG"}
    mesures = {nom: [0.004] * 5 for nom in noms}
    archives = [revue.Archive(Path(), 1, "", Mesureur("P")), revue.Archive(Path(), 10, "", Mesureur("G"))]
    assert all(c.tenu for c in revue.growth(mesures, archives, "") + revue.floors(mesures, ""))
    assert not any(c.tenu for c in revue.growth(mesures | {"semaine G": [0.1] * 5}, archives, "")[:1])
    assert not any(c.tenu for c in revue.floors(mesures, "file fausse"))
    plafonds = revue.ceilings(mesures, mesures | {"retenir G": [0.004] * 90 + [0.02] * 10}, "")
    assert [c.tenu for c in plafonds] == [True, True, False, True]
    agite = {"nue G": [0.001, 0.002, 0.004, 0.008, 0.016]}
    assert [c.tenu for c in revue.ceilings(mesures | agite, mesures, "")] == [None] * 4
