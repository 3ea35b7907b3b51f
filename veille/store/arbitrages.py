"""What people chose beside the contents of an issue: what becomes of a thin week, which proposed alerts are set aside."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from veille.editor.mince import ChoixMince
from veille.store.connexion import stamp, unstamp


@dataclass(frozen=True)
class Mince:
    """What someone chose for an audience that had too little to read on the day its issue was due."""

    audience: str
    prevu_le: date
    choix: ChoixMince
    par: str
    fait_a: datetime


def record_thin(
    c: sqlite3.Connection,
    audience: str,
    prevu_le: date,
    choix: ChoixMince,
    digest_id: int | None,
    par: str,
    now: datetime,
) -> None:
    """Append a choice; the latest prevails. Inside the caller's transaction."""
    c.execute(
        "INSERT INTO semaines_minces (audience, prevu_le, choix, digest_id, par, fait_a) VALUES (?, ?, ?, ?, ?, ?)",
        (audience, prevu_le.isoformat(), choix, digest_id, par, stamp(now)),
    )


def thin_choice(c: sqlite3.Connection, audience: str, prevu_le: date) -> Mince | None:
    """The latest choice made for the issue due that day; None while nobody chose."""
    ligne = c.execute(
        "SELECT * FROM semaines_minces WHERE audience = ? AND prevu_le = ? ORDER BY id DESC LIMIT 1",
        (audience, prevu_le.isoformat()),
    ).fetchone()
    if ligne is None:
        return None
    jour = date.fromisoformat(ligne["prevu_le"])
    return Mince(ligne["audience"], jour, ligne["choix"], ligne["par"], unstamp(ligne["fait_a"]))


def set_aside(c: sqlite3.Connection, groupe_id: int, audience: str, par: str, now: datetime) -> None:
    """Say that a proposed alert will not go. Inside the caller's transaction."""
    c.execute(
        "INSERT INTO alertes_ecartees (groupe_id, audience, par, fait_a) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (groupe_id, audience, par, stamp(now)),
    )


def set_aside_pairs(c: sqlite3.Connection) -> frozenset[tuple[int, str]]:
    """Every (story, audience) whose alert someone set aside."""
    return frozenset(
        (x["groupe_id"], x["audience"]) for x in c.execute("SELECT groupe_id, audience FROM alertes_ecartees")
    )


def alerted_groups(c: sqlite3.Connection) -> dict[str, frozenset[int]]:
    """By audience, the stories that an alert holds, approved or not."""
    trouves: dict[str, set[int]] = {}
    for ligne in c.execute(
        "SELECT d.audience, m.groupe_id FROM digests d JOIN digest_items i ON i.digest_id = d.id AND i.retire_a IS NULL"
        " JOIN membres m ON m.item_id = i.item_id WHERE d.genre = 'alerte'"
    ):
        trouves.setdefault(ligne["audience"], set()).add(ligne["groupe_id"])
    return {audience: frozenset(groupes) for audience, groupes in trouves.items()}


def last_alerts(c: sqlite3.Connection) -> dict[str, datetime]:
    """By audience, when its latest alert was composed."""
    lignes = c.execute(
        "SELECT audience, max(compose_a) AS dernier FROM digests WHERE genre = 'alerte' GROUP BY audience"
    )
    return {ligne["audience"]: unstamp(ligne["dernier"]) for ligne in lignes}
