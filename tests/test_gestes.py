"""One press of a button: recorded once, never over a colleague's decision, undone exactly."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.navigateur import NOW, fill
from veille.errors import RefusError
from veille.store import decisions, fiches, file, gestes, groupes, schema
from veille.store.connexion import transaction
from veille.store.decisions import Decision, new_geste
from veille.store.fiches import Fiche
from veille.store.gestes import Bilan, Cible

MOI, SAM = "Camille Exemple", "Sam Exemple"
RETENIR = Decision(0, "retenir", MOI, a_la_une=False)
ECARTER = Decision(0, "ecarter", MOI, raison="hors_theme")


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = fill(tmp_path_factory.mktemp("semaine"), 12)
    with contextlib.closing(schema.open_store(dossier)) as c:
        while file.drain(c, NOW):
            pass
    return dossier / "veille.db"


@pytest.fixture
def c(modele: Path) -> Iterator[sqlite3.Connection]:
    source = sqlite3.connect(modele)
    base = sqlite3.connect(":memory:", isolation_level=None)
    source.backup(base)
    source.close()
    base.row_factory = sqlite3.Row
    base.execute("PRAGMA foreign_keys = ON")
    yield base
    base.close()


def shown(c: sqlite3.Connection, *groupe_ids: int) -> list[Cible]:
    return [Cible(f.groupe_id, str(f.acte_id)) for f in fiches.load(c, groupe_ids)]


def state(c: sqlite3.Connection) -> tuple[list[Fiche], list[tuple[object, ...]]]:
    """Everything a page could show of every story, but what tells one row of the log from another."""
    ids = [ligne[0] for ligne in c.execute("SELECT DISTINCT groupe_id FROM membres ORDER BY groupe_id")]
    histoires = [replace(f, acte_id=0, acte_geste="") for f in fiches.load(c, ids)]
    lignes = c.execute("SELECT groupe_id, etat, jour_le, palier, rang, item_id, change_le FROM file_revue ORDER BY 1")
    etiquettes = c.execute("SELECT groupe_id, genre, valeur, jour_le FROM file_etiquettes ORDER BY 1, 2, 3")
    return histoires, [tuple(x) for x in (*lignes, *etiquettes)]


def press(c: sqlite3.Connection, acte: Decision, *groupe_ids: int, now: datetime = NOW) -> Bilan:
    with transaction(c):
        return gestes.decide(c, new_geste(), shown(c, *groupe_ids), acte, now)


def test_a_decision_is_logged_with_its_reason_and_what_the_classifier_said_then(c: sqlite3.Connection) -> None:
    press(c, ECARTER, 2)
    ligne = c.execute("SELECT * FROM decisions ORDER BY id DESC LIMIT 1").fetchone()
    assert (ligne["genre"], ligne["raison"], ligne["par"]) == ("ecarter", "hors_theme", MOI)
    dernier = c.execute("SELECT max(id) FROM classements WHERE item_id = ?", (ligne["item_id"],)).fetchone()[0]
    assert ligne["classement_id"] == dernier
    assert 0 < ligne["pertinence"] < 1
    assert c.execute("SELECT etat FROM file_revue WHERE groupe_id = 2").fetchone()[0] == "ecarte"


def test_the_same_press_sent_twice_is_recorded_once_and_answers_the_same(c: sqlite3.Connection) -> None:
    cibles = shown(c, 1, 2)
    with transaction(c):
        premier = gestes.decide(c, "f" * 32, cibles, RETENIR, NOW)
    avant = c.execute("SELECT count(*) FROM decisions").fetchone()[0]
    with transaction(c):
        second = gestes.decide(c, "f" * 32, cibles, RETENIR, NOW)
    assert (premier.groupes, premier.deja) == ((1, 2), False)
    assert (second.groupes, second.deja) == ((1, 2), True)
    assert c.execute("SELECT count(*) FROM decisions").fetchone()[0] == avant


def test_the_second_of_two_people_changes_nothing_and_is_told_who_decided(c: sqlite3.Connection) -> None:
    vue = shown(c, 1, 3)
    press(c, replace(ECARTER, par=SAM), 1)
    with transaction(c):
        bilan = gestes.decide(c, new_geste(), vue, RETENIR, NOW)
    assert bilan.groupes == (3,)
    assert [(x.groupe_id, x.par, x.genre, x.raison) for x in bilan.conflits] == [(1, SAM, "ecarter", "hors_theme")]
    assert fiches.load(c, [1])[0].verdict == "ecarter"


def test_an_act_sent_after_one_s_own_that_is_not_answered_yet_is_no_conflict(c: sqlite3.Connection) -> None:
    premier = new_geste()
    with transaction(c):
        gestes.decide(c, premier, shown(c, 1), RETENIR, NOW)
    with transaction(c):
        bilan = gestes.decide(c, new_geste(), [Cible(1, premier)], ECARTER, NOW)
    assert bilan.groupes == (1,)
    assert fiches.load(c, [1])[0].verdict == "ecarter"


@pytest.mark.parametrize("graine", range(12))
def test_undoing_gives_back_exactly_what_was_there_and_redoing_what_was_done(
    c: sqlite3.Connection, graine: int
) -> None:
    hasard = random.Random(graine)
    actes = [
        RETENIR,
        replace(RETENIR, a_la_une=True),
        ECARTER,
        Decision(0, "plus_tard", MOI, reprise_le=(NOW + timedelta(days=3)).date()),
        Decision(0, "etiqueter", MOI, thematiques=("mobilite",), territoires=(), type="", date_limite="2026-12-01"),
        Decision(
            0, "rediger", MOI, titre="Un titre", resume="", pourquoi="Ici", note="Privé", audiences=("partenaires",)
        ),
        Decision(0, "remettre", MOI),
    ]
    etats = [state(c)]
    cles: list[str] = []
    for _ in range(8):
        ids = [ligne[0] for ligne in c.execute("SELECT DISTINCT groupe_id FROM membres ORDER BY 1")]
        choisies = hasard.sample(ids, hasard.choice((1, 1, 3)))
        cle = new_geste()
        with transaction(c):
            doubles = [f for f in fiches.load(c, choisies) if len(f.membres) > 1]
            verdicts = {f.verdict for f in fiches.load(c, choisies) if f.verdict in ("retenir", "ecarter")}
            if len(choisies) > 1 and len(verdicts) < 2 and hasard.random() < 0.4:
                gestes.merge(c, cle, shown(c, *choisies), MOI, NOW)
            elif doubles and hasard.random() < 0.7:
                une = doubles[0]
                gestes.split(c, cle, shown(c, une.groupe_id)[0], [une.membres[-1].item_id], MOI, NOW)
            else:
                gestes.decide(c, cle, shown(c, *choisies), hasard.choice(actes), NOW)
        cles.append(cle)
        etats.append(state(c))
    for rang in range(len(cles) - 1, -1, -1):
        with transaction(c):
            assert not gestes.undo(c, new_geste(), cles[rang], MOI, NOW).conflits
        assert state(c) == etats[rang]
    for rang, cle in enumerate(cles):
        with transaction(c):
            assert not gestes.redo(c, new_geste(), cle, MOI, NOW).conflits
        assert state(c) == etats[rang + 1]


def test_what_a_colleague_did_since_is_not_undone(c: sqlite3.Connection) -> None:
    cle = new_geste()
    with transaction(c):
        gestes.decide(c, cle, shown(c, 1, 2), RETENIR, NOW)
    press(c, replace(ECARTER, par=SAM), 1)
    with transaction(c):
        bilan = gestes.undo(c, new_geste(), cle, MOI, NOW)
    assert bilan.groupes == (2,)
    assert [x.par for x in bilan.conflits] == [SAM]
    assert fiches.load(c, [1])[0].verdict == "ecarter"


def test_undoing_twice_and_undoing_what_never_was_are_refused_in_french(c: sqlite3.Connection) -> None:
    cle = new_geste()
    with transaction(c):
        gestes.decide(c, cle, shown(c, 1), RETENIR, NOW)
        gestes.undo(c, new_geste(), cle, MOI, NOW)
    for attendu, geste, cible in (
        ("déjà été annulé", gestes.undo, cle),
        ("pas au journal", gestes.undo, new_geste()),
        ("pas au journal", gestes.redo, new_geste()),
    ):
        with pytest.raises(RefusError, match=attendu), transaction(c):
            geste(c, new_geste(), cible, MOI, NOW)


def test_the_log_itself_is_never_rewritten(c: sqlite3.Connection) -> None:
    for requete in ("UPDATE decisions SET par = 'x'", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="journal des décisions"):
            c.execute(requete)


def test_contrary_decisions_are_not_merged_and_one_story_alone_neither(c: sqlite3.Connection) -> None:
    press(c, RETENIR, 1)
    press(c, ECARTER, 2)
    with pytest.raises(RefusError, match="décisions contraires"), transaction(c):
        gestes.merge(c, new_geste(), shown(c, 1, 2), MOI, NOW)
    with pytest.raises(RefusError, match="au moins deux"), transaction(c):
        gestes.merge(c, new_geste(), shown(c, 3), MOI, NOW)


def test_a_split_story_waits_again_and_the_machine_does_not_join_it_back(c: sqlite3.Connection) -> None:
    histoire = next(f for f in fiches.load(c, range(1, 40)) if len(f.membres) > 1)
    press(c, RETENIR, histoire.groupe_id)
    separe = histoire.membres[-1].item_id
    with transaction(c):
        bilan = gestes.split(c, new_geste(), shown(c, histoire.groupe_id)[0], [separe], MOI, NOW)
    garde, neuve = fiches.load(c, bilan.groupes)
    assert (garde.verdict, neuve.verdict) == ("retenir", "")
    assert groupes.separated(c, [garde.groupe_id, neuve.groupe_id])
    assert (
        c.execute("SELECT etat FROM file_revue WHERE groupe_id = ?", (neuve.groupe_id,)).fetchone()[0] == "a_trancher"
    )


def test_a_story_put_off_comes_back_on_its_day(c: sqlite3.Connection) -> None:
    press(c, Decision(0, "plus_tard", MOI, reprise_le=(NOW + timedelta(days=7)).date()), 1)
    for jours, attendu in ((6, "plus_tard"), (7, "a_trancher")):
        ce_jour = NOW + timedelta(days=jours)
        file.note_due(c, ce_jour)
        while file.drain(c, ce_jour):
            pass
        assert c.execute("SELECT etat FROM file_revue WHERE groupe_id = 1").fetchone()[0] == attendu


def test_an_undone_decision_teaches_nothing(c: sqlite3.Connection) -> None:
    retenues = fiches.with_verdict(c, "retenir", NOW - timedelta(days=9))
    avant = decisions.counts(c, NOW - timedelta(days=1), NOW + timedelta(days=1))
    cle = new_geste()
    with transaction(c):
        gestes.decide(c, cle, shown(c, 1), RETENIR, NOW)
        gestes.undo(c, new_geste(), cle, MOI, NOW)
    assert decisions.counts(c, NOW - timedelta(days=1), NOW + timedelta(days=1)) == avant
    assert fiches.with_verdict(c, "retenir", NOW - timedelta(days=9)) == retenues
