"""`boite.db`: what readers leave on the public site, until the cycle moves it into `veille.db`. Appended to, then answered.

No name, no address: a vote is a digest, an item and a value. `visiteur` is a keyed hash whose key lives one day, against
stuffing; it is emptied when the row is moved.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from veille.store.connexion import open_stepped, stamp, transaction

BASE_BOITE = "boite.db"
EN_ATTENTE_MAX = 20_000  # Beyond, someone is stuffing: nothing more is kept until the cycle has moved these.

GenreDepot = Literal["vote", "emploi", "sondage"]

ETAPES: tuple[tuple[str, ...], ...] = (
    (
        # « emploi » is « j'utilise ceci », which someone may say beside « utile ».
        "CREATE TABLE depots (cle TEXT PRIMARY KEY, genre TEXT NOT NULL CHECK (genre IN ('vote', 'emploi', 'sondage')),"
        " digest_id INTEGER NOT NULL, item_id INTEGER NOT NULL DEFAULT 0, valeur TEXT NOT NULL,"
        " visiteur TEXT NOT NULL DEFAULT '', recu_le TEXT NOT NULL, deplace_a TEXT, issue TEXT NOT NULL DEFAULT '') STRICT",
        "CREATE INDEX depots_a_deplacer ON depots (recu_le) WHERE deplace_a IS NULL",
        # Someone who changes their mind the same day is counted once, for what they said last.
        "CREATE UNIQUE INDEX depots_une_fois ON depots (digest_id, item_id, genre, visiteur) WHERE visiteur <> ''",
    ),
)


@dataclass(frozen=True)
class Depot:
    """What a reader left: about an issue and, but for a survey, one of its items. Only the day is known."""

    cle: str
    genre: GenreDepot
    digest_id: int
    item_id: int
    valeur: str
    recu_le: date


def deposit(
    c: sqlite3.Connection, genre: GenreDepot, digest_id: int, item_id: int, valeur: str, visiteur: str, jour: date
) -> bool:
    """Leave one answer; the same visitor's earlier one of the day is replaced. Inside the caller's transaction.

    Returns False, and keeps nothing, when the inbox is full.
    """
    if c.execute("SELECT count(*) FROM depots WHERE deplace_a IS NULL").fetchone()[0] >= EN_ATTENTE_MAX:
        return False
    c.execute(
        "INSERT INTO depots (cle, genre, digest_id, item_id, valeur, visiteur, recu_le) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (digest_id, item_id, genre, visiteur) WHERE visiteur <> '' DO UPDATE SET valeur = excluded.valeur",
        (secrets.token_hex(16), genre, digest_id, item_id, valeur, visiteur, jour.isoformat()),
    )
    return True


def waiting(c: sqlite3.Connection, avant: date, limite: int = 1_000) -> list[Depot]:
    """Answers to move: those of days that are over, when nobody can change their mind any more."""
    lignes = c.execute(
        "SELECT * FROM depots WHERE deplace_a IS NULL AND recu_le < ? ORDER BY recu_le, cle LIMIT ?",
        (avant.isoformat(), limite),
    )
    return [
        Depot(x["cle"], x["genre"], x["digest_id"], x["item_id"], x["valeur"], date.fromisoformat(x["recu_le"]))
        for x in lignes
    ]


def mark_moved(c: sqlite3.Connection, issues: dict[str, str], now: datetime) -> None:
    """Write back what became of each answer, by its key, and forget which visitor it was. Its own transaction."""
    with transaction(c):
        c.executemany(
            "UPDATE depots SET deplace_a = ?, issue = ?, visiteur = '' WHERE cle = ? AND deplace_a IS NULL",
            [(stamp(now), issue, cle) for cle, issue in issues.items()],
        )


def open_inbox(dossier: Path) -> sqlite3.Connection:
    """The `boite.db` of a project folder, created or brought up to date; readable by its owner only."""
    return open_stepped(dossier / BASE_BOITE, ETAPES)
