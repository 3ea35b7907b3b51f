"""Open sessions of the staff site. A session is a token, kept as its hash, that belongs to one account for some hours."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.store.comptes import new_token, token_hash
from veille.store.connexion import stamp, unstamp

DUREE_SESSION = timedelta(hours=12)
GARDE = timedelta(days=90)  # How long a session that is over stays in the file.
SESSIONS_MAX = 50  # Of one account at once; beyond, the oldest close.


@dataclass(frozen=True)
class SessionOuverte:
    """One session as its owner sees it. `ici`: the one being used."""

    ouverte_a: datetime
    expire_a: datetime
    appareil: str
    ici: bool


def open_session(c: sqlite3.Connection, compte_id: int, nom: str, appareil: str, now: datetime) -> str:
    """A new token for this account; always a new one, so that none known beforehand can be signed in."""
    jeton, empreinte = new_token()
    c.execute("DELETE FROM sessions WHERE expire_a < ?", (stamp(now - GARDE),))
    c.execute(
        "UPDATE sessions SET fermee_a = ? WHERE fermee_a IS NULL AND empreinte IN (SELECT empreinte FROM sessions"
        " WHERE compte_id = ? AND fermee_a IS NULL AND expire_a > ? ORDER BY expire_a DESC LIMIT -1 OFFSET ?)",
        (stamp(now), compte_id, stamp(now), SESSIONS_MAX - 1),
    )
    c.execute(
        "INSERT INTO sessions (empreinte, compte_id, nom, appareil, ouverte_a, expire_a) VALUES (?, ?, ?, ?, ?, ?)",
        (empreinte, compte_id, nom, appareil, stamp(now), stamp(now + DUREE_SESSION)),
    )
    return jeton


def close_session(c: sqlite3.Connection, jeton: str, now: datetime) -> None:
    """Sign out: the session's cookie opens nothing any more, wherever it was copied."""
    c.execute(
        "UPDATE sessions SET fermee_a = ? WHERE empreinte = ? AND fermee_a IS NULL", (stamp(now), token_hash(jeton))
    )


def close_all(c: sqlite3.Connection, compte_id: int, now: datetime, sauf: str = "") -> int:
    """Close every session of an account, but the one of this token; how many were open."""
    return c.execute(
        "UPDATE sessions SET fermee_a = ? WHERE compte_id = ? AND expire_a > ? AND fermee_a IS NULL AND empreinte <> ?",
        (stamp(now), compte_id, stamp(now), token_hash(sauf)),
    ).rowcount


def of_account(c: sqlite3.Connection, compte_id: int, jeton: str, now: datetime) -> list[SessionOuverte]:
    """The open sessions of an account, the latest first."""
    lignes = c.execute(
        "SELECT empreinte, ouverte_a, expire_a, appareil FROM sessions"
        " WHERE compte_id = ? AND expire_a > ? AND fermee_a IS NULL ORDER BY expire_a DESC, ouverte_a DESC",
        (compte_id, stamp(now)),
    )
    return [
        SessionOuverte(
            unstamp(ligne["ouverte_a"]),
            unstamp(ligne["expire_a"]),
            ligne["appareil"],
            ligne["empreinte"] == token_hash(jeton),
        )
        for ligne in lignes
    ]
