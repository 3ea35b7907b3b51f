"""Why stories are rejected: the short list staff edit. A reason taken off the list keeps its name for the past."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from veille.errors import RefusError
from veille.store.connexion import stamp

Sens = Literal["theme", "territoire", "moment", "deja_vu", "interet"]
MAXIMUM = 15


@dataclass(frozen=True)
class Motif:
    """One reason. `sens`: what a rejection for it teaches the classifier."""

    code: str
    nom: str
    sens: Sens
    retire: bool = False


def offered(c: sqlite3.Connection) -> dict[str, str]:
    """Code → name of the reasons to choose from, in staff's order."""
    return {m.code: m.nom for m in everything(c) if not m.retire}


def names(c: sqlite3.Connection) -> dict[str, str]:
    """Code → name of every reason there ever was, for the history."""
    return {m.code: m.nom for m in everything(c)}


def everything(c: sqlite3.Connection) -> tuple[Motif, ...]:
    """Every reason, those offered first."""
    lignes = c.execute("SELECT code, nom, sens, retire_a FROM motifs ORDER BY retire_a IS NOT NULL, rang, code")
    return tuple(Motif(ligne["code"], ligne["nom"], ligne["sens"], ligne["retire_a"] is not None) for ligne in lignes)


def add(c: sqlite3.Connection, code: str, nom: str, sens: Sens) -> None:
    """Put a new reason at the end of the list."""
    if len(offered(c)) >= MAXIMUM:
        raise RefusError(f"La liste compte déjà {MAXIMUM} raisons : retirez-en une d’abord.")
    if code in names(c):
        raise RefusError("Une raison porte déjà ce nom ; remettez-la dans la liste si elle en a été retirée.")
    c.execute(
        "INSERT INTO motifs (code, nom, sens, rang) SELECT ?, ?, ?, coalesce(max(rang), 0) + 1 FROM motifs",
        (code, nom, sens),
    )


def rename(c: sqlite3.Connection, code: str, nom: str) -> None:
    """Word a reason otherwise, for the past too."""
    c.execute("UPDATE motifs SET nom = ? WHERE code = ?", (nom, code))


def retire(c: sqlite3.Connection, code: str, now: datetime) -> None:
    """Stop offering a reason; one always remains."""
    if len(offered(c)) <= 1:
        raise RefusError("Il faut au moins une raison dans la liste.")
    c.execute("UPDATE motifs SET retire_a = ? WHERE code = ? AND retire_a IS NULL", (stamp(now), code))


def restore(c: sqlite3.Connection, code: str) -> None:
    """Offer it again."""
    if len(offered(c)) >= MAXIMUM:
        raise RefusError(f"La liste compte déjà {MAXIMUM} raisons : retirez-en une d’abord.")
    c.execute("UPDATE motifs SET retire_a = NULL WHERE code = ?", (code,))


def move(c: sqlite3.Connection, code: str, avant: bool) -> None:
    """Exchange a reason with the one before it in the list, or the one after."""
    codes = list(offered(c))
    place = codes.index(code) if code in codes else -1
    autre = place - 1 if avant else place + 1
    if place < 0 or not 0 <= autre < len(codes):
        return
    codes[place], codes[autre] = codes[autre], codes[place]
    c.executemany("UPDATE motifs SET rang = ? WHERE code = ?", [(rang, code) for rang, code in enumerate(codes, 1)])
