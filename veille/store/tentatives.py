"""Failed sign-ins, counted by account and by client address, in the file so that a restart forgets none.

An attempt is counted *before* the password is looked at, and given back when it was right: a hundred attempts sent at once
are a hundred attempts. Waits double, and end by themselves: nobody can be kept out for good.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.store.connexion import stamp, unstamp

SEUIL_COMPTE, SEUIL_ADRESSE = 5, 20
ATTENTE_MIN_S, ATTENTE_MAX_S = 30, 900
OUBLI = timedelta(hours=24)  # Without a new failure for so long, the count starts again.
LIGNES_MAX = 5000  # Of what no account is behind: addresses, identifiers that do not exist.


@dataclass(frozen=True)
class Cle:
    """What is counted: someone at a door. `compte_id`: the account behind, whose row is never pushed out by others."""

    empreinte: bytes
    seuil: int
    compte_id: int | None = None


def key(secret: str, genre: str, valeur: str, seuil: int, compte_id: int | None = None) -> Cle:
    """A keyed hash of an identifier, of an address or of a device: the file tells none of them."""
    texte = f"{genre}:{valeur}".encode("utf-8", "surrogatepass")
    return Cle(hashlib.blake2b(texte, key=secret.encode()[:64], digest_size=16).digest(), seuil, compte_id)


def begin(c: sqlite3.Connection, cles: Iterable[Cle], now: datetime) -> int:
    """Count one more attempt; or, while one of these must wait, count nothing and say for how many seconds."""
    cles = tuple(cles)
    if attente := seconds_left(c, cles, now):
        return attente
    for cle in cles:
        ligne = c.execute(
            "SELECT echecs FROM tentatives WHERE cle = ? AND derniere_a > ?", (cle.empreinte, stamp(now - OUBLI))
        ).fetchone()
        echecs = int(ligne["echecs"]) + 1 if ligne else 1
        c.execute(
            "INSERT INTO tentatives (cle, compte_id, echecs, derniere_a, libre_a) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (cle) DO UPDATE SET compte_id = excluded.compte_id, echecs = excluded.echecs,"
            " derniere_a = excluded.derniere_a, libre_a = excluded.libre_a",
            (cle.empreinte, cle.compte_id, echecs, stamp(now), stamp(now + delay(echecs, cle.seuil))),
        )
    _bound(c, now)
    return 0


def seconds_left(c: sqlite3.Connection, cles: Iterable[Cle], now: datetime) -> int:
    """How long the one that must wait the longest still waits; what a clock since set back wrote is not waited for."""
    restes = [0]
    for cle in cles:
        ligne = c.execute(
            "SELECT libre_a FROM tentatives WHERE cle = ? AND derniere_a <= ?", (cle.empreinte, stamp(now))
        ).fetchone()
        if ligne is not None:
            restes.append(_seconds(ligne["libre_a"], now))
    return max(restes)


def succeed(c: sqlite3.Connection, cles: Iterable[Cle], now: datetime) -> None:
    """The attempt was right: an account's failures are forgotten; an address only gets this attempt back, so that one
    good account does not pay for trying others."""
    for cle in cles:
        if cle.compte_id is not None:
            c.execute("DELETE FROM tentatives WHERE cle = ?", (cle.empreinte,))
            continue
        c.execute("DELETE FROM tentatives WHERE cle = ? AND echecs = 1", (cle.empreinte,))
        c.execute("UPDATE tentatives SET echecs = echecs - 1, libre_a = ? WHERE cle = ?", (stamp(now), cle.empreinte))


def forget(c: sqlite3.Connection, compte_id: int) -> None:
    """Unlock an account: by every way in that leads to it."""
    c.execute("DELETE FROM tentatives WHERE compte_id = ?", (compte_id,))


def locked(c: sqlite3.Connection, now: datetime) -> dict[int, int]:
    """Accounts that must wait now, with how many seconds."""
    lignes = c.execute(
        "SELECT compte_id, max(libre_a) AS libre_a FROM tentatives WHERE compte_id IS NOT NULL AND libre_a > ?"
        " GROUP BY compte_id",
        (stamp(now),),
    )
    return {ligne["compte_id"]: _seconds(ligne["libre_a"], now) for ligne in lignes}


def delay(echecs: int, seuil: int) -> timedelta:
    """How long to wait after so many failures: nothing, then 30 s, doubling up to a quarter of an hour."""
    if echecs < seuil:
        return timedelta()
    return timedelta(seconds=min(ATTENTE_MIN_S * 2 ** min(echecs - seuil, 10), ATTENTE_MAX_S))


def _seconds(libre_a: str, now: datetime) -> int:
    """Whole seconds until then, rounded up; never more than the longest wait."""
    return min(-(-(unstamp(libre_a) - now) // timedelta(seconds=1)), ATTENTE_MAX_S)


def _bound(c: sqlite3.Connection, now: datetime) -> None:
    """A flood of made-up identifiers pushes out the oldest of its own kind, never a real account's count."""
    c.execute("DELETE FROM tentatives WHERE derniere_a < ?", (stamp(now - OUBLI),))
    c.execute(
        "DELETE FROM tentatives WHERE compte_id IS NULL AND cle IN"
        " (SELECT cle FROM tentatives WHERE compte_id IS NULL ORDER BY derniere_a DESC, cle LIMIT -1 OFFSET ?)",
        (LIGNES_MAX,),
    )
