"""`comptes.db`: one-time links and open sessions of the staff site, read and written by sign-in only.

Kept apart from `veille.db` so that nobody who may read tables can read it. Tokens are stored as hashes: who steals the
file cannot sign in with it. Accounts and passwords will join them here.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from veille.errors import StoreError
from veille.store.connexion import connect, stamp, transaction

BASE_COMPTES = "comptes.db"
DUREE_LIEN = timedelta(minutes=30)
DUREE_SESSION = timedelta(hours=12)
OCTETS_JETON = 32  # 256 bits: not to be guessed, so no throttle is needed.

EtatLien = Literal["valide", "inconnu", "utilise", "expire"]

# Appended to, never edited: `user_version` counts the steps a file has gone through.
ETAPES: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE liens (empreinte BLOB PRIMARY KEY, cree_a TEXT NOT NULL, expire_a TEXT NOT NULL, utilise_a TEXT)"
        " STRICT, WITHOUT ROWID",
        "CREATE TABLE sessions (empreinte BLOB PRIMARY KEY, nom TEXT NOT NULL CHECK (nom <> ''), ouverte_a TEXT NOT NULL,"
        " expire_a TEXT NOT NULL, fermee_a TEXT) STRICT, WITHOUT ROWID",
        "CREATE TABLE secrets (nom TEXT PRIMARY KEY, valeur TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
)


def open_accounts(dossier: Path) -> sqlite3.Connection:
    """The `comptes.db` of a project folder, created or brought up to date; readable by its owner only."""
    c = connect(dossier / BASE_COMPTES)
    try:
        with transaction(c):
            faites = c.execute("PRAGMA user_version").fetchone()[0]
            if faites > len(ETAPES):
                raise StoreError(f"{BASE_COMPTES} a été écrite par une version plus récente de veille.")
            for enonce in (enonce for etape in ETAPES[faites:] for enonce in etape):
                c.execute(enonce)
            c.execute(f"PRAGMA user_version = {len(ETAPES)}")
    except BaseException:
        c.close()
        raise
    return c


def signing_secret(c: sqlite3.Connection) -> str:
    """The secret that signs cookies and forms: kept, so that a restart loses no form being filled."""
    c.execute(
        "INSERT INTO secrets (nom, valeur) VALUES ('signature', ?) ON CONFLICT DO NOTHING", (secrets.token_hex(32),)
    )
    return str(c.execute("SELECT valeur FROM secrets WHERE nom = 'signature'").fetchone()[0])


def create_link(c: sqlite3.Connection, now: datetime) -> str:
    """A new one-time token; only its hash is kept."""
    jeton = secrets.token_urlsafe(OCTETS_JETON)
    c.execute(
        "INSERT INTO liens (empreinte, cree_a, expire_a) VALUES (?, ?, ?)",
        (_hash(jeton), stamp(now), stamp(now + DUREE_LIEN)),
    )
    return jeton


def link_state(c: sqlite3.Connection, jeton: str, now: datetime) -> EtatLien:
    """Whether this token would open a session, and why not; looking never consumes it."""
    ligne = c.execute("SELECT expire_a, utilise_a FROM liens WHERE empreinte = ?", (_hash(jeton),)).fetchone()
    if ligne is None:
        return "inconnu"
    if ligne["utilise_a"] is not None:
        return "utilise"
    return "valide" if ligne["expire_a"] > stamp(now) else "expire"


def redeem(c: sqlite3.Connection, jeton: str, nom: str, now: datetime) -> str | None:
    """Consume a token and open a session in this name; None when it is not valid (any more)."""
    with transaction(c):
        consomme = c.execute(
            "UPDATE liens SET utilise_a = ? WHERE empreinte = ? AND utilise_a IS NULL AND expire_a > ?",
            (stamp(now), _hash(jeton), stamp(now)),
        )
        if consomme.rowcount != 1:
            return None
        session = secrets.token_urlsafe(OCTETS_JETON)
        c.execute(
            "INSERT INTO sessions (empreinte, nom, ouverte_a, expire_a) VALUES (?, ?, ?, ?)",
            (_hash(session), nom, stamp(now), stamp(now + DUREE_SESSION)),
        )
    return session


def who(c: sqlite3.Connection, session: str, now: datetime) -> str | None:
    """The name behind an open session, or None."""
    ligne = c.execute(
        "SELECT nom FROM sessions WHERE empreinte = ? AND fermee_a IS NULL AND expire_a > ?",
        (_hash(session), stamp(now)),
    ).fetchone()
    return str(ligne["nom"]) if ligne else None


def close_session(c: sqlite3.Connection, session: str, now: datetime) -> None:
    """Sign out: the session's cookie opens nothing any more, wherever it was copied."""
    c.execute("UPDATE sessions SET fermee_a = ? WHERE empreinte = ? AND fermee_a IS NULL", (stamp(now), _hash(session)))


def _hash(jeton: str) -> bytes:
    return hashlib.sha256(jeton.encode("utf-8", "surrogatepass")).digest()
