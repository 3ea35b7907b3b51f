"""Test sends: one copy of an issue to someone of the team. Counted in no figure, never tried again by itself.

What the page asks for is served by another process, and no address may wait in `veille.db`: it waits here, in the row of
the message, and goes when the message does.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from veille.store.abonnes.droits import mark_dirty
from veille.store.abonnes.envois import BAIL, Pris, held
from veille.store.abonnes.lots import message_name
from veille.store.connexion import stamp, transaction


def ask(c: sqlite3.Connection, digest_id: int, adresse: str, now: datetime) -> int:
    """Keep the canonical address of a test until it leaves. The same test still waiting is not asked twice.

    Inside the caller's transaction. Returns the id of its row.
    """
    contexte = json.dumps({"digest": digest_id, "adresse": adresse})
    attend = c.execute(
        "SELECT id FROM envois WHERE genre = 'essai' AND etat = 'reporte' AND contexte = ?", (contexte,)
    ).fetchone()
    return int(attend[0]) if attend else _add(c, contexte, now)


def take(c: sqlite3.Connection, envoi_id: int, digest_id: int, now: datetime) -> tuple[Pris, str] | None:
    """Hold a test that was asked for, and forget where it goes but for the caller; None when nothing waits under this id."""
    with transaction(c):
        ligne = c.execute(
            "SELECT contexte FROM envois WHERE id = ? AND genre = 'essai' AND etat = 'reporte'", (envoi_id,)
        ).fetchone()
        contexte = json.loads(ligne[0]) if ligne else {}
        if contexte.get("digest") != digest_id or "adresse" not in contexte:
            return None
        mark_dirty(c)
        return _hold(c, envoi_id, digest_id, now), str(contexte["adresse"])


def begin(c: sqlite3.Connection, digest_id: int, now: datetime) -> Pris:
    """A test whose address the caller knows, held at once."""
    with transaction(c):
        return _hold(c, _add(c, "{}", now), digest_id, now)


def end(c: sqlite3.Connection, envoi_id: int) -> None:
    """A test is never tried again by itself. Inside the caller's transaction."""
    c.execute("UPDATE envois SET etat = 'annule' WHERE id = ? AND etat = 'en_attente'", (envoi_id,))


def forget(c: sqlite3.Connection, avant: str) -> int:
    """Give up the tests asked for before that instant and never served. Inside the caller's transaction."""
    return c.execute(
        "UPDATE envois SET etat = 'annule', contexte = '{}' WHERE genre = 'essai' AND etat = 'reporte' AND cree_a <= ?",
        (avant,),
    ).rowcount


def _add(c: sqlite3.Connection, contexte: str, now: datetime) -> int:
    curseur = c.execute(
        "INSERT INTO envois (genre, sujet, contexte, message_id, etat, prochain_a, cree_a, compte)"
        " VALUES ('essai', ?, ?, ?, 'reporte', ?, ?, 0)",
        (f"essai-{message_name()}", contexte, message_name(), stamp(now), stamp(now)),
    )
    return int(curseur.lastrowid or 0)


def _hold(c: sqlite3.Connection, envoi_id: int, digest_id: int, now: datetime) -> Pris:
    c.execute(
        "UPDATE envois SET etat = 'pris', prises = 1, bail_a = ?, contexte = ? WHERE id = ?",
        (stamp(now + BAIL), json.dumps({"digest": digest_id}), envoi_id),
    )
    return held(c.execute("SELECT * FROM envois WHERE id = ?", (envoi_id,)).fetchone())
