"""Staff files changed from a page: who, when, from which text to which, in sentences. Appended to, never corrected."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from veille.store.connexion import stamp, unstamp

A_LA_MAIN = "fichier"  # Who changed what a page finds different from what it left.


@dataclass(frozen=True)
class Modification:
    """One change of one file. `changements`: what it changed, in French sentences."""

    id: int
    fichier: str
    changements: tuple[str, ...]
    par: str
    faite_a: datetime


def record(
    c: sqlite3.Connection, fichier: str, avant: str, apres: str, changements: Sequence[str], par: str, now: datetime
) -> None:
    """Append one change, after the one made by hand that it was written over, if any. Inside the caller's transaction."""
    dernier = c.execute(
        "SELECT apres FROM modifications WHERE fichier = ? ORDER BY id DESC LIMIT 1", (fichier,)
    ).fetchone()
    if dernier is not None and dernier["apres"] != avant:
        _insert(c, fichier, dernier["apres"], avant, ["Fichier modifié à la main."], A_LA_MAIN, now)
    _insert(c, fichier, avant, apres, changements, par, now)


def history(c: sqlite3.Connection, fichier: str, limite: int = 20) -> list[Modification]:
    """The latest changes of a file, newest first."""
    lignes = c.execute(
        "SELECT id, fichier, changements, par, faite_a FROM modifications WHERE fichier = ? ORDER BY id DESC LIMIT ?",
        (fichier, limite),
    )
    return [
        Modification(x["id"], x["fichier"], tuple(json.loads(x["changements"])), x["par"], unstamp(x["faite_a"]))
        for x in lignes
    ]


def _insert(
    c: sqlite3.Connection, fichier: str, avant: str, apres: str, changements: Sequence[str], par: str, now: datetime
) -> None:
    c.execute(
        "INSERT INTO modifications (fichier, avant, apres, changements, par, faite_a) VALUES (?, ?, ?, ?, ?, ?)",
        (fichier, avant, apres, json.dumps(list(changements), ensure_ascii=False), par, stamp(now)),
    )
