"""The store, in memory: facts are added, nothing is lost, and a newer database is refused."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from veille.errors import OccupeError, StoreError
from veille.francais import local_day
from veille.model import Item, Jugement, Raison, Rapprochement, Source, Suggestion
from veille.store import attente, connexion, decisions, fiches, file, groupes, items, jugements, service, sources
from veille.store.connexion import check, connect, exclusive, transaction
from veille.store.decisions import Decision
from veille.store.schema import migrate, open_store
from veille.store.sources import Collecte

SOURCE = Source("hebdo", "L’Hebdo (exemple fictif)", "https://exemple.invalid/", "https://exemple.invalid/rss", "flux")


def item(cle: str, titre: str = "Un titre", **champs: object) -> Item:
    base = Item(cle, titre, f"https://exemple.invalid/{cle}", "", "", None, "", "", "fr", "Résumé", "", b"0" * 16)
    return replace(base, **champs)  # type: ignore[arg-type]


@pytest.fixture
def c(now: datetime) -> Iterator[sqlite3.Connection]:
    base = connect(":memory:")
    migrate(base)
    sources.sync(base, [SOURCE], now)
    yield base
    base.close()


def add(c: sqlite3.Connection, now: datetime, *nouveaux: Item) -> None:
    with transaction(c):
        items.insert(c, 1, nouveaux, now)
        for document in items.ungrouped(c, 100):
            groupes.place(c, int(document.id), [], now)


def test_migrating_twice_changes_nothing(c: sqlite3.Connection) -> None:
    avant = list(c.execute("SELECT * FROM _sqlite_migrations").fetchall())
    migrate(c)
    assert list(c.execute("SELECT * FROM _sqlite_migrations").fetchall()) == avant


def test_a_database_written_by_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    base = open_store(tmp_path)
    base.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('veille', 'm999_futur', 'x')"
    )
    base.close()
    with pytest.raises(StoreError, match=r"m999_futur.*mettez le programme à jour"):
        open_store(tmp_path)


def test_a_file_that_is_not_a_database_is_refused_in_french(tmp_path: Path) -> None:
    (tmp_path / "veille.db").write_text("ceci n’est pas une base de données, mais un texte assez long pour y croire")
    with pytest.raises(StoreError, match=r"veille\.db : ce n’est pas une base de données"):
        open_store(tmp_path)


def test_the_database_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    assert (tmp_path / "veille.db").stat().st_mode & 0o077 == 0


def test_an_item_already_known_is_never_added_twice(c: sqlite3.Connection, now: datetime) -> None:
    assert items.insert(c, 1, [item("a"), item("b")], now) == 2
    assert items.insert(c, 1, [item("a"), item("c")], now) == 1


def test_what_is_known_is_found_by_any_key_the_entry_could_have_and_by_its_words(
    c: sqlite3.Connection, now: datetime
) -> None:
    un, deux, trois = (item(x, empreinte=x.encode() * 16) for x in ("1", "2", "3"))
    items.insert(c, 1, [un, deux, trois], now)
    lus = [replace(un, cle="neuve"), item("autre", autres_cles=("2",))]
    assert items.known(c, 1, lus) == {"1": b"1" * 16, "2": b"2" * 16}
    assert items.known(c, 2, lus) == {}


def test_a_correction_keeps_what_was_said_before(c: sqlite3.Connection, now: datetime) -> None:
    items.insert(c, 1, [item("a", "Avant", texte="ancien texte")], now)
    corrige = item("a", "Après", texte="nouveau texte", empreinte=b"1" * 16)
    assert items.correct(c, 1, [corrige, corrige], now + timedelta(hours=1)) == 1
    ligne = c.execute("SELECT titre, version FROM items").fetchone()
    ancienne = c.execute("SELECT titre, texte, numero FROM versions").fetchone()
    assert tuple(ligne) == ("Après", 2)
    assert tuple(ancienne) == ("Avant", "ancien texte", 1)


def test_a_source_taken_out_of_the_file_keeps_its_history(c: sqlite3.Connection, now: datetime) -> None:
    add(c, now, item("a"))
    sources.sync(c, [], now)
    assert sources.health(c) == []
    assert c.execute("SELECT count(*) FROM items").fetchone()[0] == 1
    sources.sync(c, [SOURCE], now)
    assert [s.slug for s in sources.health(c)] == ["hebdo"]


def test_a_source_that_only_changes_its_slug_keeps_its_items(c: sqlite3.Connection, now: datetime) -> None:
    add(c, now, item("a"))
    sources.sync(c, [replace(SOURCE, slug="l-hebdo", nom="L’Hebdo d’ici")], now)
    assert [(s.slug, s.nom, s.items) for s in sources.health(c)] == [("l-hebdo", "L’Hebdo d’ici", 1)]
    assert c.execute("SELECT count(*) FROM sources").fetchone()[0] == 1


def test_a_source_replaced_by_two_at_its_address_is_retired_and_not_guessed(
    c: sqlite3.Connection, now: datetime
) -> None:
    add(c, now, item("a"))
    sources.sync(c, [replace(SOURCE, slug=slug) for slug in ("nord", "sud")], now)
    assert {s.slug: s.items for s in sources.health(c)} == {"nord": 0, "sud": 0}


def test_a_permanent_redirect_is_proposed_only_when_it_lasts(c: sqlite3.Connection, now: datetime) -> None:
    ailleurs = Collecte(now, now, "lue", now, adresse_proposee="https://exemple.invalid/nouveau")
    for attendu in ("", "", "https://exemple.invalid/nouveau"):
        sources.record(c, 1, ailleurs)
        assert sources.health(c)[0].adresse_proposee == attendu
    sources.record(c, 1, replace(ailleurs, adresse_proposee=""))
    assert sources.health(c)[0].adresse_proposee == ""


def test_failures_in_a_row_are_counted_since_the_last_success(c: sqlite3.Connection, now: datetime) -> None:
    panne = Collecte(now, now, "echec", now, cause="delai")
    for collecte in (panne, Collecte(now, now, "inchangee", now), panne, panne):
        sources.record(c, 1, collecte)
    assert sources.health(c)[0].echecs_de_suite == 2
    assert sources.states(c)["hebdo"].echecs_de_suite == 2


@pytest.mark.parametrize("acte", ["UPDATE decisions SET par = 'autre'", "DELETE FROM decisions"])
def test_the_decision_log_refuses_corrections_and_removals(c: sqlite3.Connection, now: datetime, acte: str) -> None:
    add(c, now, item("a"))
    decisions.record(c, Decision(1, "retenir", "Une personne"), now)
    with pytest.raises(sqlite3.IntegrityError, match="journal des décisions"):
        c.execute(acte)


def test_the_latest_verdict_wins_and_untouched_fields_keep_their_last_value(
    c: sqlite3.Connection, now: datetime
) -> None:
    add(c, now, item("a"))
    for decision in (
        Decision(1, "rediger", "A", titre="Mon titre", pourquoi="Parce que"),
        Decision(1, "ecarter", "A", raison="faible"),
        Decision(1, "retenir", "B", thematiques=("habitation",)),
    ):
        decisions.record(c, decision, now)
    fiche = fiches.of_item(c, 1)
    assert fiche is not None
    assert (fiche.verdict, fiche.par) == ("retenir", "B")
    assert fiche.thematiques == ("habitation",)
    assert (fiche.redaction.titre, fiche.redaction.pourquoi) == ("Mon titre", "Parce que")


def to_review(c: sqlite3.Connection, now: datetime) -> list[int]:
    """Stories that wait for people that day, once the queue knows what was just written."""
    while file.drain(c, now):
        pass
    jours = attente.Criteres("a_trancher", local_day(now) - timedelta(days=1), local_day(now))
    return [place.groupe_id for place in attente.page(c, jours, 0, 10)]


def test_a_decision_holds_for_the_whole_group_and_a_correction_brings_it_back(
    c: sqlite3.Connection, now: datetime
) -> None:
    with transaction(c):
        items.insert(c, 1, [item("a"), item("b")], now)
        groupes.place(c, 1, [], now)
        groupes.place(c, 2, [Rapprochement("2", "1", "même adresse", 1.0)], now)
    assert to_review(c, now) == [1]
    decisions.record(c, Decision(2, "ecarter", "A", raison="doublon"), now)
    assert to_review(c, now) == []
    apres = now + timedelta(hours=2)
    items.correct(c, 1, [item("a", "Corrigé", empreinte=b"2" * 16)], apres)
    assert to_review(c, now) == [1]
    assert fiches.load(c, [1])[0].corrige


def test_a_correction_in_the_very_second_of_a_decision_is_not_lost(c: sqlite3.Connection, now: datetime) -> None:
    add(c, now, item("a"))
    decisions.record(c, Decision(1, "retenir", "A"), now)
    items.correct(c, 1, [item("a", "Corrigé", empreinte=b"2" * 16)], now)
    assert to_review(c, now) == [1]
    assert fiches.load(c, [1])[0].corrige
    decisions.record(c, Decision(1, "retenir", "A"), now + timedelta(seconds=1))
    assert to_review(c, now) == []
    assert not fiches.load(c, [1])[0].corrige


def test_a_story_put_back_is_to_review_and_says_who_did(c: sqlite3.Connection, now: datetime) -> None:
    add(c, now, item("a"))
    for genre, qui in (("ecarter", "A"), ("remettre", "B")):
        decisions.record(c, Decision(1, genre, qui), now)  # type: ignore[arg-type]
    fiche = fiches.load(c, [1])[0]
    assert (fiche.verdict, fiche.par, fiche.corrige) == ("", "B", False)
    assert to_review(c, now) == [1]
    assert fiches.with_verdict(c, "ecarter", now) == []


@pytest.mark.parametrize(
    ("genres", "attendu", "a_revoir"),
    [(("retenir", "ecarter"), "", [1]), (("retenir", "retenir"), "retenir", []), (("ecarter", ""), "ecarter", [])],
)
def test_groups_that_turn_out_to_be_one_keep_their_verdict_only_if_people_agreed(
    c: sqlite3.Connection, now: datetime, genres: tuple[str, str], attendu: str, a_revoir: list[int]
) -> None:
    add(c, now, item("a"), item("b"))
    for item_id, genre in enumerate(genres, start=1):
        if genre:
            decisions.record(c, Decision(item_id, genre, "A", titre=f"Titre {item_id}"), now)  # type: ignore[arg-type]
    with transaction(c):
        items.insert(c, 1, [item("c")], now)
        groupes.place(c, 3, [Rapprochement("3", "1", "adresse", 1.0), Rapprochement("3", "2", "adresse", 1.0)], now)
    fiche = fiches.load(c, [1])[0]
    assert (fiche.verdict, len(fiche.membres)) == (attendu, 3)
    assert to_review(c, now) == a_revoir
    assert c.execute("SELECT count(*) FROM decisions WHERE genre <> 'remettre'").fetchone()[0] == len(
        [g for g in genres if g]
    )


def test_a_sure_theme_of_one_member_prevails_over_the_doubt_of_the_lead(c: sqlite3.Connection, now: datetime) -> None:
    with transaction(c):
        items.insert(c, 1, [item("a"), item("b")], now)
        groupes.place(c, 1, [], now)
        groupes.place(c, 2, [Rapprochement("2", "1", "même adresse", 1.0)], now)
        for item_id, etat in ((1, "incertain"), (2, "retenu")):
            suggestion = Suggestion("thematique", "habitation", etat)  # type: ignore[arg-type]
            jugements.record(c, item_id, 1, "m", Jugement((suggestion,)), now)
    assert fiches.load(c, [1])[0].thematiques == ("habitation",)


def test_only_identities_tie_two_groups_together(c: sqlite3.Connection, now: datetime) -> None:
    with transaction(c):
        items.insert(c, 1, [item(x) for x in "abcd"], now)
        groupes.place(c, 1, [], now)
        groupes.place(c, 2, [], now)
        groupes.place(c, 3, [Rapprochement("3", "1", "texte", 0.8), Rapprochement("3", "2", "texte", 0.6)], now)
    assert groupes.count(c) == 2
    with transaction(c):
        groupes.place(c, 4, [Rapprochement("4", "1", "adresse", 1.0), Rapprochement("4", "2", "adresse", 1.0)], now)
    assert groupes.count(c) == 1
    assert len(fiches.load(c, [1])[0].membres) == 4


def test_a_judgement_is_stored_once_per_version_and_model(c: sqlite3.Connection, now: datetime) -> None:
    add(c, now, item("a"))
    raison = Raison("expression", "logement social", 6.0, "titre")
    jugement = Jugement((Suggestion("thematique", "habitation", "retenu", 6.0, 4.0, 0.8, (raison,)),))
    assert jugements.record(c, 1, 1, "m1", jugement, now) == 1
    assert jugements.record(c, 1, 1, "m1", jugement, now) == 0
    assert items.unjudged(c, "m1", 10) == []
    assert [d.id for d, _ in items.unjudged(c, "m2", 10)] == ["1"]
    assert jugements.current(c, [1])[1][0].raisons == (raison,)


def test_a_model_that_comes_back_judges_again_and_prevails(c: sqlite3.Connection, now: datetime) -> None:
    add(c, now, item("a"))
    for modele, slug in (("m1", "habitation"), ("m2", "mobilite"), ("m1", "habitation")):
        assert [d.id for d, _ in items.unjudged(c, modele, 10)] == ["1"]
        jugements.record(c, 1, 1, modele, Jugement((Suggestion("thematique", slug),)), now)
        assert items.unjudged(c, modele, 10) == []
        assert [s.valeur for s in jugements.current(c, [1])[1]] == [slug]


def test_what_is_common_over_the_years_still_tells_two_recent_texts_alike(c: sqlite3.Connection, now: datetime) -> None:
    items.insert(c, 1, [item(str(n)) for n in range(1, 103)], now)
    for item_id in range(1, 103):
        groupes.add_landmarks(c, item_id, (7, 8))
    assert groupes.sharing(c, (7, 8), 2, 10) == []
    assert groupes.sharing(c, (7, 8), 2, 10, depuis=101) == [101, 102]


def test_the_same_request_is_not_asked_twice_while_it_waits(c: sqlite3.Connection, now: datetime) -> None:
    premiere = service.ask(c, "collecter", "hebdo", "A", now)
    assert service.ask(c, "collecter", "hebdo", "B", now) == premiere
    service.answer(c, premiere, "fait", "lue", now)
    assert service.waiting(c) == []
    assert service.ask(c, "collecter", "hebdo", "B", now) != premiere


def test_a_second_run_of_the_same_work_is_refused_while_the_first_goes_on(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path, "collecte"),
        pytest.raises(OccupeError, match="déjà en cours"),
        exclusive(tmp_path, "collecte"),
    ):
        pass
    with exclusive(tmp_path, "collecte"):
        pass


def test_a_transaction_that_fails_leaves_nothing_behind(c: sqlite3.Connection, now: datetime) -> None:
    with pytest.raises(RuntimeError), transaction(c):
        items.insert(c, 1, [item("a")], now)
        raise RuntimeError
    assert c.execute("SELECT count(*) FROM items").fetchone()[0] == 0


# ---------------------------------------------------------------- what the disk and the neighbours do


def readonly(c: sqlite3.Connection) -> None:
    c.execute("PRAGMA query_only = ON")


def full(c: sqlite3.Connection) -> None:
    c.execute(f"PRAGMA max_page_count = {c.execute('PRAGMA page_count').fetchone()[0]}")


@pytest.mark.parametrize(("sabotage", "phrase"), [(readonly, "l’écriture est refusée"), (full, "plus de place")])
def test_a_write_that_the_disk_refuses_is_told_in_french_and_leaves_nothing_behind(
    tmp_path: Path, now: datetime, sabotage: Callable[[sqlite3.Connection], None], phrase: str
) -> None:
    with contextlib.closing(open_store(tmp_path)) as c:
        sources.sync(c, [SOURCE], now)
        sabotage(c)
        with pytest.raises(StoreError, match=rf"veille\.db : .*{phrase}") as pris, transaction(c):
            for n in range(2000):
                items.insert(c, 1, [item(str(n), "x" * 500)], now)
        assert not isinstance(pris.value, OccupeError)
        assert not c.in_transaction
        assert c.execute("SELECT count(*) FROM items").fetchone()[0] == 0


def test_a_database_held_too_long_by_another_is_told_in_french_and_is_still_to_do(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connexion, "ATTENTE_MS", 50)
    with contextlib.closing(open_store(tmp_path)) as c, contextlib.closing(open_store(tmp_path)) as autre:
        autre.execute("BEGIN IMMEDIATE")
        with pytest.raises(OccupeError, match=r"veille\.db : occupé par une autre écriture"), transaction(c):
            pytest.fail("jamais atteint")
        autre.execute("ROLLBACK")
        sources.sync(c, [SOURCE], now)


def test_our_own_mistakes_are_not_dressed_up(c: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), transaction(c):
        c.execute("SELECT * FROM nulle_part")
    with pytest.raises(sqlite3.IntegrityError), transaction(c):
        c.execute("INSERT INTO textes (item_id, texte) VALUES (99, 'orphelin')")


def test_a_folder_that_is_missing_or_is_a_file_is_told_in_french(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    for dossier in (tmp_path / "absent", tmp_path / "fichier"):
        with pytest.raises(StoreError, match=re.escape(str(dossier))):
            open_store(dossier)
        with (
            pytest.raises(StoreError, match=r"\.collecte\.verrou : le fichier ne s’ouvre pas"),
            exclusive(dossier, "collecte"),
        ):
            pytest.fail("jamais atteint")


def test_a_damaged_database_is_told_in_french(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    fichier = tmp_path / "veille.db"
    octets = bytearray(fichier.read_bytes())
    octets[4096:] = b"\xff" * (len(octets) - 4096)
    fichier.write_bytes(octets)
    assert "endommagée" in check(fichier)
    with pytest.raises(StoreError, match=r"veille\.db : la base est endommagée"):
        open_store(tmp_path)


def test_programs_that_start_together_on_a_new_folder_wait_for_each_other(tmp_path: Path) -> None:
    autre = sqlite3.connect(tmp_path / "veille.db", isolation_level=None, check_same_thread=False)
    autre.execute("BEGIN IMMEDIATE")  # What SQLite holds while it turns a new file to WAL.
    fin = threading.Timer(0.1, autre.close)
    fin.start()
    with contextlib.closing(open_store(tmp_path)) as c:
        assert c.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    fin.join()


def test_what_is_read_at_each_page_and_each_turn_never_scans_the_archive(c: sqlite3.Connection, now: datetime) -> None:
    """Every query of these functions, explained: nothing but small tables is read from one end to the other."""
    enonces: list[str] = []
    c.set_trace_callback(enonces.append)
    to_review(c, now)
    fiches.load(c, [1, 2])
    fiches.of_item(c, 1)
    jugements.current(c, [1, 2])
    items.latest_of(c, "hebdo", 200)
    items.known(c, 1, [item("a")])
    list(items.documents(c, [1]))
    items.first_since(c, now)
    groupes.carrying(c, [1], 4)
    groupes.sharing(c, [1], 2, 24, 1)
    sources.states(c)
    sources.health(c)
    service.waiting(c)
    c.set_trace_callback(None)
    assert len(enonces) > 12
    gros = re.compile(
        r"SCAN (i|items|m|membres|s USING INDEX sugg|suggestions|t|textes|reperes|collectes|classements)\b"
    )
    for enonce in enonces:
        plan = [ligne[3] for ligne in c.execute(f"EXPLAIN QUERY PLAN {enonce}")]
        assert not [etape for etape in plan if gros.match(etape)], (enonce, plan)
