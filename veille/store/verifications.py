"""Links looked at before an issue goes out (`liens_verifies`): append-only, the latest look at an address prevails."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from veille.store.connexion import stamp, unstamp

Issue = Literal["bon", "mort", "incertain"]
FRAICHEUR = timedelta(days=7)  # Looked at longer ago than this, a link is to be looked at again.


@dataclass(frozen=True)
class Verification:
    """One look at one address. `cause`: the failure's code, "" when it answered."""

    adresse: str
    issue: Issue
    cause: str
    verifie_a: datetime


def record(c: sqlite3.Connection, adresse: str, issue: Issue, cause: str, now: datetime) -> None:
    """Add one look."""
    c.execute(
        "INSERT INTO liens_verifies (adresse, issue, cause, verifie_a) VALUES (?, ?, ?, ?)",
        (adresse, issue, cause, stamp(now)),
    )


def latest(c: sqlite3.Connection, adresses: Iterable[str]) -> dict[str, Verification]:
    """The latest look at each of these addresses that was ever looked at."""
    lignes = c.execute(
        "SELECT l.adresse, l.issue, l.cause, l.verifie_a, max(l.id) FROM liens_verifies l"
        " WHERE l.adresse IN (SELECT value FROM json_each(?)) GROUP BY l.adresse",
        (json.dumps(sorted(set(adresses))),),
    )
    return {x["adresse"]: Verification(x["adresse"], x["issue"], x["cause"], unstamp(x["verifie_a"])) for x in lignes}


def to_look_at(c: sqlite3.Connection, adresses: Iterable[str], now: datetime) -> list[str]:
    """Those that nobody has looked at lately, and those that did not answer well: a site may be back."""
    toutes = list(dict.fromkeys(adresses))
    vues = latest(c, toutes)
    perimees = set(stale(c, toutes, now))
    return [a for a in toutes if a in perimees or vues[a].issue != "bon"]


def stale(c: sqlite3.Connection, adresses: Iterable[str], now: datetime) -> list[str]:
    """Those of these addresses that nobody has looked at lately, in the order given."""
    toutes = list(dict.fromkeys(adresses))
    vues = latest(c, toutes)
    return [a for a in toutes if a not in vues or vues[a].verifie_a < now - FRAICHEUR]
