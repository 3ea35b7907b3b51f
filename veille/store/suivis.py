"""Where each moyen of a plan stands, as staff said on a day. Appended to; the latest day, then the latest word, prevails."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

from veille.errors import RefusError
from veille.francais import NBSP, local_day
from veille.model import Suivi
from veille.registres.saisie import anonymous
from veille.store.connexion import stamp
from veille.store.registres.verrous import locked_at

NOTE_MAX = 3000


def record(c: sqlite3.Connection, suivi: Suivi, now: datetime) -> None:
    """Append where a moyen stands. Inside the caller's transaction."""
    if len(suivi.note) > NOTE_MAX:
        raise RefusError(f"La note d’un suivi tient en {NOTE_MAX} caractères.")
    try:
        anonymous(suivi.note)
    except ValueError as erreur:
        raise RefusError(str(erreur)) from erreur
    if suivi.jour_le > local_day(now):
        raise RefusError(f"La date d’un suivi ne peut pas être dans l’avenir{NBSP}: {suivi.jour_le.isoformat()}.")
    if verrou := locked_at(c, suivi.plan, suivi.jour_le, suivi.jour_le):
        raise RefusError(f"La période {verrou.periode.nom} est verrouillée{NBSP}: donnez une date qui la suit.")
    c.execute(
        "INSERT INTO suivis (plan, moyen, etat, jour_le, note, par, fait_a) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (suivi.plan, suivi.moyen, suivi.etat, suivi.jour_le.isoformat(), suivi.note, suivi.par, stamp(now)),
    )


def all_of(c: sqlite3.Connection, plan: str) -> list[Suivi]:
    """Everything that was said of a plan's moyens, oldest first."""
    lignes = c.execute("SELECT * FROM suivis WHERE plan = ? ORDER BY jour_le, id", (plan,))
    return [_suivi(x) for x in lignes]


def latest(c: sqlite3.Connection, plan: str, au: date) -> dict[str, Suivi]:
    """Where each moyen stood on a day, by its code; those of which nothing was said are absent."""
    lignes = c.execute(
        "SELECT * FROM suivis WHERE plan = ? AND jour_le <= ? ORDER BY jour_le, id", (plan, au.isoformat())
    )
    return {x["moyen"]: _suivi(x) for x in lignes}


def of(c: sqlite3.Connection, plan: str, moyen: str) -> list[Suivi]:
    """Everything that was said of one moyen, the latest first."""
    lignes = c.execute(
        "SELECT * FROM suivis WHERE plan = ? AND moyen = ? ORDER BY jour_le DESC, id DESC", (plan, moyen)
    )
    return [_suivi(x) for x in lignes]


def _suivi(x: sqlite3.Row) -> Suivi:
    return Suivi(x["plan"], x["moyen"], x["etat"], date.fromisoformat(x["jour_le"]), x["note"], x["par"])
