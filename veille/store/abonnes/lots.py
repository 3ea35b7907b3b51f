"""Lots: one sending of one digest. Who asked for it, whether its list is complete, and where it stands."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal, Protocol

from veille.abonnes.adresses import is_generic
from veille.store.connexion import stamp, transaction, unstamp

EtatLot = Literal["en_cours", "suspendu", "arrete", "termine"]
TRANCHE = 1000


@dataclass(frozen=True)
class Lot:
    """`reprise_a`: a pause that ends by itself, after the server said that we send too much. `rempli_a`: None while the
    list of people is not complete."""

    digest_id: int
    audience: str
    genre: str
    par: str
    demande_a: datetime
    rempli_a: datetime | None
    etat: EtatLot
    reprise_a: datetime | None
    raison: str
    termine_a: datetime | None


class Destine(Protocol):
    """A person to send to, as the subscriptions give them."""

    @property
    def sujet(self) -> str: ...  # noqa: D102 - the name says it.
    @property
    def adresse(self) -> str: ...  # noqa: D102 - the name says it.
    @property
    def genre(self) -> str: ...  # noqa: D102 - the name says it.
    @property
    def rythme(self) -> str: ...  # noqa: D102 - the name says it.


def durable(c: sqlite3.Connection) -> None:
    """From here on, a commit is on the disk before anything follows from it, power cut or not."""
    c.execute("PRAGMA synchronous = FULL")


def get(c: sqlite3.Connection, digest_id: int) -> Lot | None:
    """The sending of a digest, if anyone asked for it."""
    ligne = c.execute("SELECT * FROM lots WHERE digest_id = ?", (digest_id,)).fetchone()
    return _lot(ligne) if ligne else None


def recent(c: sqlite3.Connection, limite: int = 50) -> list[Lot]:
    """Sendings, those under way first, then the newest."""
    return [
        _lot(ligne)
        for ligne in c.execute(
            "SELECT * FROM lots ORDER BY etat NOT IN ('en_cours', 'suspendu'), demande_a DESC, digest_id DESC LIMIT ?",
            (limite,),
        )
    ]


def unfilled(c: sqlite3.Connection) -> list[Lot]:
    """Sendings whose list was cut short: it is taken up again before anything else leaves."""
    return [_lot(ligne) for ligne in c.execute("SELECT * FROM lots WHERE rempli_a IS NULL ORDER BY digest_id")]


def open_lot(c: sqlite3.Connection, digest_id: int, audience: str, genre: str, par: str, now: datetime) -> Lot:
    """The sending of this digest, opened now or before. One that ended is opened again: newcomers may be added."""
    with transaction(c):
        c.execute(
            "INSERT INTO lots (digest_id, audience, genre, par, demande_a, etat) VALUES (?, ?, ?, ?, ?, 'en_cours')"
            " ON CONFLICT (digest_id) DO UPDATE SET rempli_a = NULL, etat = 'en_cours', termine_a = NULL"
            " WHERE etat = 'termine'",
            (digest_id, audience, genre, par, stamp(now)),
        )
        ligne = c.execute("SELECT * FROM lots WHERE digest_id = ?", (digest_id,)).fetchone()
    return _lot(ligne)


def fill(c: sqlite3.Connection, lot: Lot, destinataires: Iterable[Destine], now: datetime) -> int:
    """One row per person, in small transactions: memory stays flat, and asking again adds nobody twice.

    `destinataires` must be read on another connection: a list read on this one would keep it on an old state of the file.
    Returns how many rows are new.
    """
    avant = _count(c, lot.digest_id)
    suite = iter(destinataires)
    while tranche := [_row(lot, d, now) for d in islice(suite, TRANCHE)]:
        with transaction(c):
            c.executemany(
                "INSERT INTO envois (genre, digest_id, sujet, message_id, etat, prochain_a, cree_a, generique, compte)"
                " VALUES ('bulletin', ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest_id, sujet) DO NOTHING",
                tranche,
            )
        tranche.clear()  # Else two slices are held while the next one is read.
    with transaction(c):
        c.execute("UPDATE lots SET rempli_a = ? WHERE digest_id = ?", (stamp(now), lot.digest_id))
    return _count(c, lot.digest_id) - avant


def suspend(c: sqlite3.Connection, digest_id: int, par: str) -> bool:
    """Pause: nothing more leaves until someone resumes. Returns whether it was running."""
    return _move(c, digest_id, ("en_cours",), "suspendu", f"suspendu par {par}")


def resume(c: sqlite3.Connection, digest_id: int, par: str) -> bool:
    """Go on with what is left, after a pause or a stop."""
    return _move(c, digest_id, ("suspendu", "arrete"), "en_cours", f"repris par {par}")


def stop(c: sqlite3.Connection, digest_id: int, par: str) -> bool:
    """Nothing more leaves; what is left stays in the outbox, should someone resume it."""
    return _move(c, digest_id, ("en_cours", "suspendu", "termine"), "arrete", f"arrêté par {par}")


def block(c: sqlite3.Connection, digest_id: int, raison: str) -> None:
    """Its mails cannot be written: it waits for someone, and keeps nothing else from leaving."""
    _move(c, digest_id, ("en_cours",), "suspendu", raison[:500])


def suspend_all(c: sqlite3.Connection, raison: str, reprise_a: datetime | None) -> None:
    """What the server says of us concerns every sending."""
    with transaction(c):
        c.execute(
            "UPDATE lots SET etat = 'suspendu', raison = ?, reprise_a = ? WHERE etat = 'en_cours'",
            (raison, stamp(reprise_a) if reprise_a else None),
        )


def wake(c: sqlite3.Connection, now: datetime) -> None:
    """End the pauses whose time has come."""
    with transaction(c):
        c.execute(
            "UPDATE lots SET etat = 'en_cours', raison = '', reprise_a = NULL WHERE etat = 'suspendu' AND reprise_a <= ?",
            (stamp(now),),
        )


def close_done(c: sqlite3.Connection, now: datetime) -> list[int]:
    """End the sendings that have nothing left to do; uncertain messages do not keep one open. Returns their digests."""
    with transaction(c):
        lignes = c.execute(
            "UPDATE lots SET etat = 'termine', termine_a = ?, raison = '' WHERE etat = 'en_cours' AND rempli_a IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM envois e WHERE e.digest_id = lots.digest_id AND e.etat IN"
            " ('en_attente', 'pris', 'engage')) RETURNING digest_id",
            (stamp(now),),
        ).fetchall()
    return [int(ligne[0]) for ligne in lignes]


def states(c: sqlite3.Connection, digest_id: int) -> dict[str, int]:
    """How many messages of a digest are in each state."""
    return {
        str(etat): int(nombre)
        for etat, nombre in c.execute(
            "SELECT etat, count(*) FROM envois WHERE digest_id = ? GROUP BY etat", (digest_id,)
        )
    }


def pace(c: sqlite3.Connection, digest_id: int, depuis: datetime) -> int:
    """How many messages of a digest were settled since then: what the time left is told from."""
    ligne = c.execute(
        "SELECT count(*) FROM envois WHERE digest_id = ? AND etat IN ('accepte', 'refuse', 'incertain') AND tranche_a >= ?",
        (digest_id, stamp(depuis)),
    ).fetchone()
    return int(ligne[0])


def _count(c: sqlite3.Connection, digest_id: int) -> int:
    return int(c.execute("SELECT count(*) FROM envois WHERE digest_id = ?", (digest_id,)).fetchone()[0])


def _row(lot: Lot, d: Destine, now: datetime) -> tuple[object, ...]:
    """Who asked for one mail a month gets alerts at once all the same: they asked for those too."""
    reporte = d.rythme == "mensuel" and lot.genre != "alerte"
    instant = stamp(now)
    return (
        lot.digest_id,
        d.sujet,
        message_name(lot.digest_id),
        "reporte" if reporte else "en_attente",
        instant,
        instant,
        int(is_generic(d.adresse)),
        int(d.genre == "partenaire"),
    )


def message_name(digest_id: int = 0) -> str:
    """The part of a Message-ID before the @: never twice the same, and it says nothing of anyone."""
    return f"{digest_id}.{secrets.token_hex(16)}"


def _move(c: sqlite3.Connection, digest_id: int, depuis: tuple[str, ...], vers: EtatLot, raison: str) -> bool:
    with transaction(c):
        curseur = c.execute(
            "UPDATE lots SET etat = ?, raison = ?, reprise_a = NULL, termine_a = NULL WHERE digest_id = ?"
            " AND etat IN (SELECT value FROM json_each(?))",
            (vers, raison, digest_id, json.dumps(depuis)),
        )
    return curseur.rowcount == 1


def _lot(ligne: sqlite3.Row) -> Lot:
    def instant(cle: str) -> datetime | None:
        return unstamp(ligne[cle]) if ligne[cle] else None

    return Lot(
        digest_id=ligne["digest_id"],
        audience=ligne["audience"],
        genre=ligne["genre"],
        par=ligne["par"],
        demande_a=unstamp(ligne["demande_a"]),
        rempli_a=instant("rempli_a"),
        etat=ligne["etat"],
        reprise_a=instant("reprise_a"),
        raison=ligne["raison"],
        termine_a=instant("termine_a"),
    )
