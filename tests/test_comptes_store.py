"""`comptes.db`: accounts, sessions, links and failed sign-ins, and files of every earlier version."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from veille.errors import RefusError, StoreError
from veille.identite import hash_password
from veille.model import DROITS
from veille.store import liens, personnes, sessions, tentatives
from veille.store.comptes import ETAPES, open_accounts, signing_secret, token_hash
from veille.store.connexion import stamp, transaction
from veille.store.tentatives import ATTENTE_MAX_S, LIGNES_MAX, SEUIL_ADRESSE, SEUIL_COMPTE, Cle, begin, key


@pytest.fixture
def c(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_accounts(tmp_path)) as base:
        yield base


def add(c: sqlite3.Connection, now: datetime, identifiant: str = "camille", droits: tuple[str, ...] = DROITS) -> int:
    return personnes.add(c, identifiant, f"{identifiant.capitalize()} Exemple", droits, "essais", now).id


# ---------------------------------------------------------------- the file


def test_a_file_of_the_first_version_upgrades_without_losing_anything(tmp_path: Path, now: datetime) -> None:
    jeton, session = "j" * 43, "s" * 43
    with closing(sqlite3.connect(tmp_path / "comptes.db", isolation_level=None)) as ancienne:
        for enonce in ETAPES[0]:
            ancienne.execute(enonce)
        ancienne.execute("PRAGMA user_version = 1")
        ancienne.execute("INSERT INTO secrets VALUES ('signature', 'le secret')")
        plus_tard = stamp(now + timedelta(hours=1))
        ancienne.execute("INSERT INTO liens VALUES (?, ?, ?, NULL)", (token_hash(jeton), stamp(now), plus_tard))
        ancienne.execute(
            "INSERT INTO sessions VALUES (?, 'Camille Exemple', ?, ?, NULL)",
            (token_hash(session), stamp(now), plus_tard),
        )
    with closing(open_accounts(tmp_path)) as c:
        assert signing_secret(c) == "le secret"
        assert c.execute("SELECT nom, fermee_a FROM sessions").fetchone()[:] == ("Camille Exemple", stamp(now))
        assert personnes.behind_session(c, session, now) is None  # It belonged to no account: closed, not lost.
        assert liens.state(c, jeton, now).etat == "utilise"
        assert personnes.count(c) == 0
        add(c, now)
    with closing(open_accounts(tmp_path)) as c:  # Opening again changes nothing.
        assert personnes.count(c) == 1


def test_steps_that_shipped_are_never_edited() -> None:
    assert [hashlib.sha256("\n".join(etape).encode()).hexdigest()[:16] for etape in ETAPES] == [
        "13fd65422e41151c",
        "28999e471a20d9d4",
    ]


def test_a_newer_file_is_refused_and_a_new_one_is_private(tmp_path: Path) -> None:
    with closing(open_accounts(tmp_path)) as c:
        assert stat.S_IMODE((tmp_path / "comptes.db").stat().st_mode) == 0o600
        c.execute(f"PRAGMA user_version = {len(ETAPES) + 1}")
    with pytest.raises(StoreError, match="plus récente"):
        open_accounts(tmp_path)


def test_reading_a_session_at_each_page_uses_indexes_only(c: sqlite3.Connection) -> None:
    lignes = c.execute(
        "EXPLAIN QUERY PLAN SELECT 1 FROM sessions JOIN comptes ON comptes.id = sessions.compte_id"
        " WHERE sessions.empreinte = x'00' AND fermee_a IS NULL AND expire_a > '' AND retire_a IS NULL"
    ).fetchall()
    assert all("SEARCH" in ligne["detail"] for ligne in lignes), [ligne["detail"] for ligne in lignes]


# ---------------------------------------------------------------- accounts


def test_identifiers_and_names_are_unique_as_readers_see_them(c: sqlite3.Connection, now: datetime) -> None:
    personnes.add(c, "Camille ", "Camille Exemple", ("lire",), "essais", now)
    with pytest.raises(RefusError, match="déjà pris"):
        personnes.add(c, "CAMILLE", "Autre Exemple", ("lire",), "essais", now)
    with pytest.raises(RefusError, match="déjà celui d’un compte"):
        personnes.add(c, "camille2", "CAMILLE  EXEMPLE", ("lire",), "essais", now)
    with pytest.raises(RefusError, match="Droit inconnu"):
        personnes.add(c, "sam", "Sam Exemple", ("lire", "tout"), "essais", now)
    with pytest.raises(RefusError, match="réservé"):
        personnes.add(c, "root", "Racine Exemple", DROITS, "essais", now)


def test_there_is_always_someone_who_can_give_rights(c: sqlite3.Connection, now: datetime) -> None:
    seule = add(c, now)
    sam = add(c, now, "sam", ("lire",))
    for geste in (
        lambda: personnes.retire(c, seule, "x", now),
        lambda: personnes.set_rights(c, seule, ("lire",), "x", now),
        lambda: personnes.set_rights(c, seule, ("administrer",), "x", now),  # Without « lire » nothing is open.
    ):
        with pytest.raises(RefusError, match="seul compte"), transaction(c):
            geste()
    assert personnes.get(c, seule).peut("administrer")
    personnes.set_rights(c, sam, DROITS, "x", now)
    personnes.retire(c, seule, "x", now)
    assert personnes.administrators(c) == ["Sam Exemple"]


def test_retiring_closes_sessions_and_links_for_good(c: sqlite3.Connection, now: datetime) -> None:
    add(c, now)
    sam = add(c, now, "sam", ("lire",))
    session = sessions.open_session(c, sam, "Sam Exemple", "", now)
    jeton = liens.create(c, "mot_de_passe", now, sam)
    assert personnes.behind_session(c, session, now)
    personnes.retire(c, sam, "x", now)
    personnes.restore(c, sam, "x", now)
    assert personnes.behind_session(c, session, now) is None
    assert liens.state(c, jeton, now).etat == "utilise"
    assert [a.acte for a in personnes.history(c, sam)] == ["retabli", "retire", "cree"]


def test_rights_and_preferences_of_another_version_are_left_aside(c: sqlite3.Connection, now: datetime) -> None:
    camille = add(c, now)
    c.execute("""UPDATE comptes SET droits = '["lire", "voler"]', preferences = '{"raccourcis": false, "zut": 1}'""")
    compte = personnes.get(c, camille)
    assert compte.droits == ("lire",)
    assert compte.preferences == {"raccourcis": False, "visite": False, "filtre": 0}
    personnes.set_preference(c, camille, "filtre", 7)
    assert personnes.get(c, camille).preferences["filtre"] == 7
    with pytest.raises(KeyError):
        personnes.set_preference(c, camille, "zut", 1)


def test_a_stronger_hash_never_undoes_a_change_made_meanwhile(c: sqlite3.Connection, now: datetime) -> None:
    camille = add(c, now)
    avant, apres = hash_password("une première phrase"), hash_password("une seconde phrase")
    personnes.set_password(c, camille, apres, "x", now)
    personnes.refresh_password(c, camille, avant, hash_password("une première phrase"))
    assert personnes.password_of(c, camille) == apres


# ---------------------------------------------------------------- sessions


def test_a_session_lasts_twelve_hours_and_closes_where_asked(c: sqlite3.Connection, now: datetime) -> None:
    camille = add(c, now)
    ici, ailleurs = (sessions.open_session(c, camille, "Camille Exemple", nom, now) for nom in ("ici", "ailleurs"))
    assert personnes.behind_session(c, ici, now + timedelta(hours=11, minutes=59))
    assert personnes.behind_session(c, ici, now + timedelta(hours=12)) is None
    assert {(s.appareil, s.ici) for s in sessions.of_account(c, camille, ici, now)} == {
        ("ici", True),
        ("ailleurs", False),
    }
    assert sessions.close_all(c, camille, now, sauf=ici) == 1
    assert personnes.behind_session(c, ailleurs, now) is None
    assert personnes.behind_session(c, ici, now)
    sessions.close_session(c, ici, now)
    assert personnes.behind_session(c, ici, now) is None


def test_sessions_of_one_account_and_those_long_over_do_not_pile_up(c: sqlite3.Connection, now: datetime) -> None:
    camille = add(c, now)
    premiere = sessions.open_session(c, camille, "Camille Exemple", "", now)
    for minute in range(1, sessions.SESSIONS_MAX + 10):
        derniere = sessions.open_session(c, camille, "Camille Exemple", "", now + timedelta(minutes=minute))
    fin = now + timedelta(hours=2)
    assert len(sessions.of_account(c, camille, "", fin)) == sessions.SESSIONS_MAX
    assert personnes.behind_session(c, premiere, fin) is None
    assert personnes.behind_session(c, derniere, fin)
    sessions.open_session(c, camille, "Camille Exemple", "", now + timedelta(days=100))
    assert c.execute("SELECT count(*) FROM sessions").fetchone()[0] == 1


# ---------------------------------------------------------------- links


def test_a_link_serves_once_and_a_new_one_replaces_it(c: sqlite3.Connection, now: datetime) -> None:
    camille = add(c, now)
    ancien = liens.create(c, "mot_de_passe", now, camille)
    jeton = liens.create(c, "mot_de_passe", now, camille)
    assert liens.state(c, ancien, now).etat == "utilise"
    assert [liens.state(c, jeton, now).etat for _ in range(3)] == ["valide"] * 3
    assert liens.state(c, jeton, now + timedelta(days=3)).etat == "expire"
    assert liens.consume(c, jeton, now + timedelta(days=2)).etat == "valide"
    assert liens.consume(c, jeton, now).etat == "utilise"
    assert liens.state(c, "inconnu", now).etat == "inconnu"
    assert liens.state(c, "\udce9", now).etat == "inconnu"


def test_the_first_account_s_link_is_over_once_there_is_an_account(c: sqlite3.Connection, now: datetime) -> None:
    un, autre = (liens.create(c, "premier", now) for _ in range(2))
    assert liens.consume(c, un, now).etat == "valide"
    add(c, now)
    assert liens.state(c, autre, now).etat == "depasse"


def test_no_token_and_no_password_is_in_the_file(tmp_path: Path, now: datetime) -> None:
    with closing(open_accounts(tmp_path)) as c:
        camille = add(c, now)
        personnes.set_password(c, camille, hash_password("trois petits canots"), "x", now)
        secrets = [sessions.open_session(c, camille, "C", "", now), liens.create(c, "session", now, camille)]
        begin(c, [key("s", "identifiant", "mon mot de passe ici", 5), key("s", "adresse", "203.0.113.9", 20)], now)
    contenu = b"".join(p.read_bytes() for p in tmp_path.glob("comptes.db*"))
    for secret in (*secrets, "trois petits canots", "mon mot de passe ici", "203.0.113.9"):
        assert secret.encode() not in contenu, secret


# ---------------------------------------------------------------- failed sign-ins

COMPTE = Cle(b"compte", SEUIL_COMPTE, 1)
ADRESSE = Cle(b"adresse", SEUIL_ADRESSE)


def test_waits_double_from_the_fifth_failure_and_end_by_themselves(c: sqlite3.Connection, now: datetime) -> None:
    add(c, now)
    instant, attentes = now, []
    for _ in range(12):
        assert begin(c, [COMPTE], instant) == 0
        attente = tentatives.seconds_left(c, [COMPTE], instant)
        attentes.append(attente)
        if attente:
            assert begin(c, [COMPTE], instant + timedelta(seconds=attente - 1)) == 1  # Refused, and not counted.
        instant += timedelta(seconds=attente)
    assert attentes == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert begin(c, [COMPTE], instant + tentatives.OUBLI) == 0
    assert tentatives.seconds_left(c, [COMPTE], instant + tentatives.OUBLI) == 0  # Forgotten: counted from one again.


def test_one_address_is_slowed_after_twenty_failures_on_any_account(c: sqlite3.Connection, now: datetime) -> None:
    for rang in range(SEUIL_ADRESSE):
        assert begin(c, [Cle(b"inconnu%d" % rang, SEUIL_COMPTE), ADRESSE], now) == 0, rang
    assert begin(c, [Cle(b"encore un autre", SEUIL_COMPTE), ADRESSE], now) == 30
    assert begin(c, [Cle(b"encore un autre", SEUIL_COMPTE), Cle(b"autre adresse", SEUIL_ADRESSE)], now) == 0


def test_a_right_password_forgets_the_account_s_failures_but_not_the_address_s(
    c: sqlite3.Connection, now: datetime
) -> None:
    add(c, now)
    for _ in range(4):
        begin(c, [COMPTE, ADRESSE], now)
    tentatives.succeed(c, [COMPTE, ADRESSE], now)
    restes = {bytes(cle): echecs for cle, echecs in c.execute("SELECT cle, echecs FROM tentatives")}
    assert restes == {b"adresse": 3}


def test_unlocking_forgets_every_way_to_an_account(c: sqlite3.Connection, now: datetime) -> None:
    camille = add(c, now)
    for cle in (COMPTE, Cle(b"appareil", SEUIL_COMPTE, camille)):
        for _ in range(SEUIL_COMPTE):
            begin(c, [cle], now)
    assert tentatives.locked(c, now) == {camille: 30}
    personnes.unlock(c, camille, "essais", now)
    assert tentatives.locked(c, now) == {}
    assert begin(c, [COMPTE], now) == 0


def test_a_flood_of_unknown_identifiers_stays_bounded_and_pushes_no_account_out(
    c: sqlite3.Connection, now: datetime
) -> None:
    add(c, now)
    for _ in range(SEUIL_COMPTE):
        begin(c, [COMPTE], now)
    with transaction(c):
        c.executemany(
            "INSERT INTO tentatives (cle, echecs, derniere_a, libre_a) VALUES (?, 1, ?, ?)",
            ((b"faux%d" % n, stamp(now), stamp(now)) for n in range(LIGNES_MAX + 100)),
        )
    begin(c, [Cle(b"un de plus", SEUIL_COMPTE)], now + timedelta(seconds=1))
    assert c.execute("SELECT count(*) FROM tentatives").fetchone()[0] == LIGNES_MAX + 1
    assert tentatives.seconds_left(c, [COMPTE], now) == 30
    begin(c, [Cle(b"le lendemain", SEUIL_COMPTE)], now + timedelta(hours=25))
    assert c.execute("SELECT count(*) FROM tentatives").fetchone()[0] == 1


def test_a_clock_set_back_locks_nobody_out(c: sqlite3.Connection, now: datetime) -> None:
    for _ in range(9):
        begin(c, [ADRESSE, Cle(b"x", 1)], now + timedelta(days=300))
        c.execute("UPDATE tentatives SET libre_a = derniere_a")
    c.execute("UPDATE tentatives SET libre_a = '2030-01-01T00:00:00Z'")
    assert tentatives.seconds_left(c, [ADRESSE], now) == 0
    assert tentatives.seconds_left(c, [ADRESSE], now + timedelta(days=301)) == ATTENTE_MAX_S
