"""The évaluation of each ended quarter, frozen once and never replaced (`instantanes`)."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from veille.appreciation.formes import Evaluation, from_json, to_json
from veille.periodes import Periode
from veille.store.connexion import stamp, unstamp


@dataclass(frozen=True)
class Instantane:
    """What was counted of a quarter when it was frozen."""

    id: int
    fige_a: datetime
    evaluation: Evaluation


def freeze(c: sqlite3.Connection, evaluation: Evaluation, now: datetime) -> bool:
    """Keep it, unless its quarter is frozen already. Inside the caller's transaction."""
    if evaluation.debut in frozen(c):
        return False
    contenu = json.dumps(to_json(evaluation), ensure_ascii=False)
    c.execute(
        "INSERT INTO instantanes (debut_le, fin_le, contenu, fige_a) VALUES (?, ?, ?, ?)",
        (evaluation.debut.isoformat(), evaluation.fin.isoformat(), contenu, stamp(now)),
    )
    return True


def of_quarter(c: sqlite3.Connection, trimestre: Periode) -> Instantane | None:
    """The frozen évaluation of a quarter; None while it is not."""
    ligne = c.execute(
        "SELECT * FROM instantanes WHERE debut_le = ? AND fin_le = ?",
        (trimestre.debut.isoformat(), trimestre.fin.isoformat()),
    ).fetchone()
    return Instantane(ligne["id"], unstamp(ligne["fige_a"]), from_json(json.loads(ligne["contenu"]))) if ligne else None


def frozen(c: sqlite3.Connection) -> set[date]:
    """The first day of every quarter that is frozen."""
    return {date.fromisoformat(x["debut_le"]) for x in c.execute("SELECT debut_le FROM instantanes")}
