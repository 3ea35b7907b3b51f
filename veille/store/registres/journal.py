"""What was done to the registers: each act with the row before and after, by whom and when. Appended to, never corrected."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from veille.store.connexion import stamp, unstamp

GenreActe = Literal["inscrire", "modifier", "retirer", "retablir", "fusionner", "importer"]


@dataclass(frozen=True)
class Acte:
    """One act on one row. `raison`: the amendment's, when the row's period was locked."""

    id: int
    registre: str
    ligne_id: int
    acte: GenreActe
    avant: dict[str, Any] | None
    apres: dict[str, Any] | None
    raison: str
    par: str
    fait_a: datetime


def record(
    c: sqlite3.Connection,
    registre: str,
    ligne_id: int,
    acte: GenreActe,
    avant: Mapping[str, Any] | None,
    apres: Mapping[str, Any] | None,
    par: str,
    now: datetime,
    amendement: int | None = None,
) -> None:
    """Append one act."""
    c.execute(
        "INSERT INTO registre_journal (registre, ligne_id, acte, avant, apres, amendement_id, par, fait_a)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (registre, ligne_id, acte, _json(avant), _json(apres), amendement, par, stamp(now)),
    )


def last_act(c: sqlite3.Connection) -> tuple[int, int]:
    """The numbers of the last act on a register and of the last word on a moyen: the same, nothing was written since."""
    actes, suivis = c.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM registre_journal), (SELECT coalesce(max(id), 0) FROM suivis)"
    ).fetchone()
    return int(actes), int(suivis)


def history(c: sqlite3.Connection, registre: str, ligne_id: int, limite: int = 50) -> list[Acte]:
    """What was done to one row, the latest first."""
    lignes = c.execute(
        "SELECT j.*, coalesce(a.raison, '') AS raison FROM registre_journal j"
        " LEFT JOIN amendements a ON a.id = j.amendement_id WHERE j.registre = ? AND j.ligne_id = ?"
        " ORDER BY j.id DESC LIMIT ?",
        (registre, ligne_id, limite),
    )
    return [act(x) for x in lignes]


def act(x: sqlite3.Row) -> Acte:
    """One row of the journal, with the reason of its amendment."""
    return Acte(
        x["id"],
        x["registre"],
        x["ligne_id"],
        x["acte"],
        json.loads(x["avant"]) if x["avant"] else None,
        json.loads(x["apres"]) if x["apres"] else None,
        x["raison"],
        x["par"],
        unstamp(x["fait_a"]),
    )


def _json(valeurs: Mapping[str, Any] | None) -> str | None:
    return None if valeurs is None else json.dumps(valeurs, ensure_ascii=False)
