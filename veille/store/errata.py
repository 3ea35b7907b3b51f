"""Errata (`digest_errata`): what was wrong in an approved issue, and what is right. Append-only; the issue never changes.

Callers open the transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from veille.errors import RefusError
from veille.store.connexion import stamp, unstamp


@dataclass(frozen=True)
class ErratumInscrit:
    """One erratum as the log holds it. `item_id`: None for the whole issue; `corrections`: the texts that are right."""

    digest_id: int
    version: int
    item_id: int | None
    texte: str
    corrections: Mapping[str, str]
    par: str
    fait_a: datetime


def add(
    c: sqlite3.Connection,
    digest_id: int,
    item_id: int | None,
    texte: str,
    corrections: Mapping[str, str],
    par: str,
    now: datetime,
) -> int:
    """Record one erratum on a published issue; returns its version, from 1."""
    ligne = c.execute("SELECT publie_a FROM digests WHERE id = ?", (digest_id,)).fetchone()
    if ligne is None or ligne["publie_a"] is None:
        raise RefusError("Un erratum corrige un bulletin publié ; avant, modifiez le brouillon.")
    version = 1 + int(
        c.execute("SELECT coalesce(max(version), 0) FROM digest_errata WHERE digest_id = ?", (digest_id,)).fetchone()[0]
    )
    c.execute(
        "INSERT INTO digest_errata (digest_id, version, item_id, texte, corrections, par, fait_a)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            digest_id,
            version,
            item_id,
            texte,
            json.dumps(corrections, ensure_ascii=False, sort_keys=True),
            par,
            stamp(now),
        ),
    )
    return version


def of_digest(c: sqlite3.Connection, digest_id: int) -> list[ErratumInscrit]:
    """Every erratum of an issue, oldest first."""
    return _read(c, "WHERE e.digest_id = ? ORDER BY e.version", digest_id)


def of_audience(c: sqlite3.Connection, audience: str) -> list[tuple[int, ErratumInscrit]]:
    """Every erratum of an audience's issues, oldest first, with the number of its issue.

    Those of a story taken out since are left out: only its withdrawal is told.
    """
    lignes = c.execute(
        "SELECT e.*, d.numero FROM digest_errata e JOIN digests d ON d.id = e.digest_id"
        " WHERE d.audience = ? AND NOT EXISTS (SELECT 1 FROM digest_errata r WHERE r.digest_id = e.digest_id"
        " AND r.item_id = e.item_id AND r.version > e.version AND json_extract(r.corrections, '$.retrait') IS NOT NULL)"
        " ORDER BY e.id",
        (audience,),
    )
    return [(ligne["numero"], _erratum(ligne)) for ligne in lignes]


def last_change(c: sqlite3.Connection, digest_id: int) -> datetime | None:
    """When an issue was last corrected; None when it never was."""
    ligne = c.execute("SELECT max(fait_a) FROM digest_errata WHERE digest_id = ?", (digest_id,)).fetchone()
    return unstamp(ligne[0]) if ligne[0] else None


def _read(c: sqlite3.Connection, suite: str, *valeurs: object) -> list[ErratumInscrit]:
    return [_erratum(ligne) for ligne in c.execute(f"SELECT e.* FROM digest_errata e {suite}", valeurs)]


def _erratum(ligne: sqlite3.Row) -> ErratumInscrit:
    return ErratumInscrit(
        digest_id=ligne["digest_id"],
        version=ligne["version"],
        item_id=ligne["item_id"],
        texte=ligne["texte"],
        corrections=json.loads(ligne["corrections"]),
        par=ligne["par"],
        fait_a=unstamp(ligne["fait_a"]),
    )
