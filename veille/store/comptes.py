"""`comptes.db`: accounts, open sessions, one-time links and failed sign-ins of the staff site, opened by sign-in only.

Kept apart from `veille.db` so that nobody who may read tables can read it. Of tokens and passwords only hashes are kept:
who steals the file cannot sign in with it. This file opens it and brings it up to date; each noun has its own file:
`personnes`, `sessions`, `liens`, `tentatives`.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from pathlib import Path

from veille.store.connexion import open_stepped

BASE_COMPTES = "comptes.db"
OCTETS_JETON = 32  # 256 bits: not to be guessed, so no throttle is needed.

# Appended to, never edited: `user_version` counts the steps a file has gone through.
ETAPES: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE liens (empreinte BLOB PRIMARY KEY, cree_a TEXT NOT NULL, expire_a TEXT NOT NULL, utilise_a TEXT)"
        " STRICT, WITHOUT ROWID",
        "CREATE TABLE sessions (empreinte BLOB PRIMARY KEY, nom TEXT NOT NULL CHECK (nom <> ''), ouverte_a TEXT NOT NULL,"
        " expire_a TEXT NOT NULL, fermee_a TEXT) STRICT, WITHOUT ROWID",
        "CREATE TABLE secrets (nom TEXT PRIMARY KEY, valeur TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
    (
        # `nom` signs decisions: two that a reader would confuse (`nom_cle`) cannot both exist. Nobody is ever deleted.
        "CREATE TABLE comptes (id INTEGER PRIMARY KEY AUTOINCREMENT, identifiant TEXT NOT NULL UNIQUE,"
        " nom TEXT NOT NULL CHECK (nom <> ''), nom_cle TEXT NOT NULL UNIQUE, mot_de_passe TEXT, mot_de_passe_a TEXT,"
        " droits TEXT NOT NULL CHECK (json_valid(droits)), preferences TEXT NOT NULL CHECK (json_valid(preferences)),"
        " cree_a TEXT NOT NULL, retire_a TEXT) STRICT",
        # What was open belonged to nobody in particular: a name typed on the way in. It closes.
        "ALTER TABLE sessions ADD COLUMN compte_id INTEGER REFERENCES comptes (id)",
        "ALTER TABLE sessions ADD COLUMN appareil TEXT NOT NULL DEFAULT ''",
        "UPDATE sessions SET fermee_a = ouverte_a WHERE fermee_a IS NULL",
        "CREATE INDEX sessions_par_compte ON sessions (compte_id, expire_a)",
        "ALTER TABLE liens ADD COLUMN genre TEXT NOT NULL DEFAULT 'session'"
        " CHECK (genre IN ('premier', 'mot_de_passe', 'session'))",
        "ALTER TABLE liens ADD COLUMN compte_id INTEGER REFERENCES comptes (id)",
        "UPDATE liens SET utilise_a = cree_a WHERE utilise_a IS NULL",
        # `cle` is a keyed hash: neither what was typed as an identifier (often a password) nor an address is kept.
        "CREATE TABLE tentatives (cle BLOB PRIMARY KEY, compte_id INTEGER REFERENCES comptes (id),"
        " echecs INTEGER NOT NULL CHECK (echecs > 0), derniere_a TEXT NOT NULL, libre_a TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX tentatives_par_instant ON tentatives (derniere_a)",
        "CREATE INDEX tentatives_par_compte ON tentatives (compte_id) WHERE compte_id IS NOT NULL",
        "CREATE TABLE actes (id INTEGER PRIMARY KEY AUTOINCREMENT, compte_id INTEGER NOT NULL REFERENCES comptes (id),"
        " acte TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '', par TEXT NOT NULL, fait_a TEXT NOT NULL) STRICT",
        "CREATE INDEX actes_par_compte ON actes (compte_id, id)",
    ),
)


def open_accounts(dossier: Path) -> sqlite3.Connection:
    """The `comptes.db` of a project folder, created or brought up to date; readable by its owner only."""
    return open_stepped(dossier / BASE_COMPTES, ETAPES)


def signing_secret(c: sqlite3.Connection) -> str:
    """The secret that signs cookies and forms: kept, so that a restart loses no form being filled."""
    c.execute(
        "INSERT INTO secrets (nom, valeur) VALUES ('signature', ?) ON CONFLICT DO NOTHING", (secrets.token_hex(32),)
    )
    return str(c.execute("SELECT valeur FROM secrets WHERE nom = 'signature'").fetchone()[0])


def new_token() -> tuple[str, bytes]:
    """A token for a person, and the hash of it for the file."""
    jeton = secrets.token_urlsafe(OCTETS_JETON)
    return jeton, token_hash(jeton)


def token_hash(jeton: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(jeton.encode("utf-8", "surrogatepass")).digest()
