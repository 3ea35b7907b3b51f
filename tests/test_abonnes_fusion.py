"""Two records that become one person by a change of address: each issue once, no list lost, and old links still close."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.abonnement import AUTRE, CAMILLE, NOW, PUBLIC, declare, subject, subscribe, subscribers
from veille.mailer import Issue
from veille.store.abonnes import abonnements, envois, inscription, lots, migrate, personnes
from veille.store.connexion import connect, transaction

NEUVE = "neuve@exemple.invalid"
PLUS_TARD = NOW + timedelta(hours=2)


@pytest.fixture
def c(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(subscribers(tmp_path)) as c:
        yield c


def become(c: sqlite3.Connection, sujet: str, neuf: str) -> None:
    with transaction(c):
        inscription.request_address(c, sujet, NEUVE, NOW + timedelta(hours=1))
        inscription.confirm(c, neuf, (), PLUS_TARD, adresse=True)


def fill(c: sqlite3.Connection, digest_id: int = 1) -> None:
    lot = lots.open_lot(c, digest_id, PUBLIC, "bulletin", "Camille Fictive", NOW)
    lots.fill(c, lot, list(abonnements.recipients(c, PUBLIC, NOW)), NOW)


def send(c: sqlite3.Connection, pris: list[envois.Pris]) -> list[str]:
    """The addresses that got these messages."""
    recus = []
    for p in pris:
        with transaction(c):
            adresse = personnes.address_of(c, p.sujet)
            if envois.engage(c, p, PLUS_TARD, abonnements.may_receive, temoin=False):
                envois.record(c, p, Issue("accepte", 250), PLUS_TARD)
                recus.append(str(adresse))
    return recus


def send_all(c: sqlite3.Connection) -> list[str]:
    c.execute("UPDATE envois SET etat = 'annule' WHERE digest_id IS NULL")
    return send(c, envois.take(c, PLUS_TARD, 10, abonnements.may_receive))


def test_what_was_received_at_the_old_address_is_not_sent_to_the_new_one(c: sqlite3.Connection) -> None:
    sujet, neuf = subscribe(c), subscribe(c, NEUVE, AUTRE)
    fill(c)
    assert send_all(c) == [CAMILLE]
    become(c, sujet, neuf)
    fill(c)
    assert send_all(c) == []
    lots.close_done(c, PLUS_TARD)
    fill(c)
    assert send_all(c) == []


@pytest.mark.parametrize("tenu", [False, True])
def test_what_waited_for_the_old_address_leaves_to_the_new_one(c: sqlite3.Connection, tenu: bool) -> None:
    sujet, neuf = subscribe(c), subscribe(c, NEUVE, AUTRE)
    fill(c)
    c.execute("UPDATE envois SET etat = 'annule' WHERE digest_id IS NULL")
    pris = envois.take(c, NOW, 10, abonnements.may_receive) if tenu else []
    become(c, sujet, neuf)
    assert send(c, pris) == []
    assert send_all(c) == [NEUVE]


def test_both_were_to_receive_it_and_one_message_leaves(c: sqlite3.Connection) -> None:
    sujet, neuf = subscribe(c), subscribe(c, NEUVE)
    fill(c)
    become(c, sujet, neuf)
    assert send_all(c) == [NEUVE]


def test_a_list_that_the_new_address_once_left_is_not_lost(c: sqlite3.Connection) -> None:
    sujet, neuf = subscribe(c), subscribe(c, NEUVE)
    with transaction(c):
        inscription.unsubscribe(c, neuf, PUBLIC, NOW)
    fill(c)
    become(c, sujet, neuf)
    assert [d.adresse for d in abonnements.recipients(c, PUBLIC, PLUS_TARD)] == [NEUVE]
    assert send_all(c) == [NEUVE]


def test_a_list_asked_for_and_never_confirmed_does_not_hide_one_that_lives(c: sqlite3.Connection) -> None:
    sujet, neuf = subscribe(c), subscribe(c, NEUVE, AUTRE)
    with transaction(c):
        inscription.request(c, NEUVE, {PUBLIC: "v"}, NOW)
    become(c, sujet, neuf)
    assert [d.adresse for d in abonnements.recipients(c, PUBLIC, PLUS_TARD)] == [NEUVE]


@pytest.mark.parametrize("express_d_abord", [False, True])
def test_express_consent_is_the_one_kept(c: sqlite3.Connection, express_d_abord: bool) -> None:
    fin = date(2026, 12, 31)
    sujet = subscribe(c) if express_d_abord else declare(c, expire_le=fin)
    neuf = declare(c, NEUVE, expire_le=fin) if express_d_abord else subscribe(c, NEUVE)
    become(c, sujet, neuf)
    assert [d.adresse for d in abonnements.recipients(c, PUBLIC, NOW + timedelta(days=400))] == [NEUVE]


def test_the_link_of_a_mail_to_the_old_address_still_unsubscribes(c: sqlite3.Connection) -> None:
    sujet, neuf = subscribe(c), subscribe(c, NEUVE, AUTRE)
    become(c, sujet, neuf)
    with transaction(c):
        inscription.unsubscribe(c, sujet, PUBLIC, PLUS_TARD)
    assert list(abonnements.recipients(c, PUBLIC, PLUS_TARD)) == []
    assert [d.adresse for d in abonnements.recipients(c, AUTRE, PLUS_TARD)] == [NEUVE]


ETATS = st.sampled_from(["", "en_attente", "reporte", "pris", "engage", "incertain", "accepte", "refuse", "annule"])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ETATS, ETATS)
def test_whatever_state_both_messages_are_in_one_leaves_at_most_and_no_row_is_lost(ancien: str, neuf: str) -> None:
    with contextlib.closing(connect(":memory:")) as c:
        migrate(c)
        a, b = subscribe(c), subscribe(c, NEUVE, AUTRE)
        lots.open_lot(c, 1, PUBLIC, "bulletin", "Camille Fictive", NOW)
        for sujet, etat in ((a, ancien), (b, neuf)):
            if etat:
                c.execute(
                    "INSERT INTO envois (genre, digest_id, sujet, message_id, etat, prochain_a, cree_a) VALUES"
                    " ('bulletin', 1, ?, ?, ?, '2026', '2026')",
                    (sujet, f"1.{sujet}", etat),
                )
        avant = [e for e in (ancien, neuf) if e]
        become(c, a, b)
        apres = Counter(x[0] for x in c.execute("SELECT etat FROM envois WHERE digest_id = 1"))
        vivants = ("engage", "incertain", "accepte")
        partis = sum(e in vivants for e in avant)
        attendent = apres["en_attente"] + apres["reporte"] + apres["pris"]
        assert sum(apres.values()) >= len(avant)
        assert sum(apres[e] for e in vivants) == partis
        assert attendent == int(not partis and any(e in ("en_attente", "reporte", "pris") for e in avant))
        restes = [
            x[0] for x in c.execute("SELECT etat FROM envois WHERE digest_id = 1 AND sujet = ?", (subject(c, NEUVE),))
        ]
        assert len(restes) == bool(avant)
        if partis:
            assert restes[0] in vivants
