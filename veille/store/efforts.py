"""Minutes that people declare: how long the review, the writing or the sending took (`efforts`). Withdrawn, never deleted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from veille.errors import RefusError
from veille.francais import NBSP, format_number, local_day
from veille.store.connexion import stamp, unstamp

Tache = Literal["revue", "redaction", "diffusion", "autre"]
TACHES: dict[str, str] = {"revue": "Revue", "redaction": "Rédaction", "diffusion": "Diffusion", "autre": "Autre tâche"}
MINUTES_MAX = 6000
NOTE_MAX = 300


@dataclass(frozen=True)
class Declaration:
    """So many minutes of one task, one day; `digest_id`: for which issue, when it is for one."""

    id: int
    jour_le: date
    tache: Tache
    minutes: int
    par: str
    digest_id: int | None = None
    note: str = ""
    declare_a: datetime | None = None


def declare(c: sqlite3.Connection, declaration: Declaration, now: datetime) -> int:
    """Write a declaration down; RefusError, in French, when it cannot be. Inside the caller's transaction."""
    if faute := fault(declaration, local_day(now)):
        raise RefusError(faute)
    if declaration.digest_id is not None and not _known(c, declaration.digest_id):
        raise RefusError("Ce bulletin n’existe pas : choisissez-le dans la liste.")
    if _twin(c, declaration):
        raise RefusError("Cette déclaration est déjà inscrite. Si c’en est une autre, dites-le dans la note.")
    curseur = c.execute(
        "INSERT INTO efforts (jour_le, tache, minutes, digest_id, note, par, declare_a) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            declaration.jour_le.isoformat(),
            declaration.tache,
            declaration.minutes,
            declaration.digest_id,
            declaration.note,
            declaration.par,
            stamp(now),
        ),
    )
    return int(curseur.lastrowid or 0)


def fault(declaration: Declaration, jour: date) -> str:
    """Why a declaration cannot be kept, as a French sentence; "" when it can."""
    if declaration.tache not in get_args(Tache):
        return "Choisissez une tâche de la liste."
    if not 1 <= declaration.minutes <= MINUTES_MAX:
        return f"Les minutes vont de 1 à {format_number(MINUTES_MAX)}."
    if declaration.jour_le > jour:
        return "Le jour ne peut pas être dans l’avenir."
    if len(declaration.note) > NOTE_MAX:
        return f"La note tient en {NOTE_MAX} caractères{NBSP}: le vôtre en compte {len(declaration.note)}."
    return ""


def withdraw(c: sqlite3.Connection, numero: int, par: str, now: datetime, *, de_tous: bool = False) -> bool:
    """Take a declaration out of every count, and keep by whom; False when it is not there. `de_tous`: also someone else's."""
    x = c.execute("SELECT par FROM efforts WHERE id = ? AND retire_a IS NULL", (numero,)).fetchone()
    if x is None:
        return False
    if x["par"] != par and not de_tous:
        raise RefusError(
            f"Ces minutes sont de {x['par']}{NBSP}: seule une personne qui approuve les retire à sa place."
        )
    c.execute("UPDATE efforts SET retire_a = ?, retire_par = ? WHERE id = ?", (stamp(now), par, numero))
    return True


def between(c: sqlite3.Connection, debut: date, fin: date, limite: int = 200) -> list[Declaration]:
    """The declarations of these days, the latest first."""
    lignes = c.execute(
        "SELECT * FROM efforts WHERE jour_le BETWEEN ? AND ? AND retire_a IS NULL ORDER BY jour_le DESC, id DESC LIMIT ?",
        (debut.isoformat(), fin.isoformat(), limite),
    )
    return [
        Declaration(
            id=x["id"],
            jour_le=date.fromisoformat(x["jour_le"]),
            tache=x["tache"],
            minutes=x["minutes"],
            par=x["par"],
            digest_id=x["digest_id"],
            note=x["note"],
            declare_a=unstamp(x["declare_a"]),
        )
        for x in lignes
    ]


def by_task(c: sqlite3.Connection, debut: date, fin: date) -> dict[str, int]:
    """Minutes of these days, by task."""
    lignes = c.execute(
        "SELECT tache, sum(minutes) AS total FROM efforts WHERE jour_le BETWEEN ? AND ? AND retire_a IS NULL GROUP BY tache",
        (debut.isoformat(), fin.isoformat()),
    )
    return {x["tache"]: x["total"] for x in lignes}


def by_issue(c: sqlite3.Connection) -> dict[int, int]:
    """Minutes declared for each issue, whatever the day."""
    lignes = c.execute(
        "SELECT digest_id, sum(minutes) AS total FROM efforts WHERE digest_id IS NOT NULL AND retire_a IS NULL"
        " GROUP BY digest_id"
    )
    return {x["digest_id"]: x["total"] for x in lignes}


def _twin(c: sqlite3.Connection, d: Declaration) -> bool:
    """Whether this person has said just this: a form sent twice would count twice."""
    return (
        c.execute(
            "SELECT 1 FROM efforts WHERE jour_le = ? AND tache = ? AND minutes = ? AND digest_id IS ? AND note = ? AND par = ?"
            " AND retire_a IS NULL",
            (d.jour_le.isoformat(), d.tache, d.minutes, d.digest_id, d.note, d.par),
        ).fetchone()
        is not None
    )


def _known(c: sqlite3.Connection, digest_id: int) -> bool:
    return c.execute("SELECT 1 FROM digests WHERE id = ?", (digest_id,)).fetchone() is not None
