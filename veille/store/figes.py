"""What a person approved, byte for byte (`digest_figes`, `digest_rendus`). Version 0 is the approval's; each erratum adds one.

Callers open the transaction: freezing and approving stand or fall together. Triggers refuse any later change.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fige:
    """Everything an approval freezes besides the content: the audience's rule, the model that judged, what the gates said
    (both as JSON), and each rendering by name.
    """

    regle: str
    modele: str
    controles: str
    rendus: Mapping[str, bytes]


def freeze(
    c: sqlite3.Connection, digest_id: int, regle: str, modele: str, controles: str, rendus: Mapping[str, bytes]
) -> None:
    """Keep what was approved, for ever."""
    c.execute("INSERT INTO digest_figes VALUES (?, ?, ?, ?)", (digest_id, regle, modele, controles))
    add_renderings(c, digest_id, 0, rendus)


def add_renderings(c: sqlite3.Connection, digest_id: int, version: int, rendus: Mapping[str, bytes]) -> None:
    """One more version of an issue's renderings; those already kept are left as they are."""
    c.executemany(
        "INSERT INTO digest_rendus (digest_id, version, nom, octets) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(digest_id, version, nom, octets) for nom, octets in rendus.items()],
    )


def rendering(c: sqlite3.Connection, digest_id: int, nom: str) -> bytes | None:
    """The latest version of one rendering, errata included: what is published and sent; None for a digest approved before anything was frozen."""
    ligne = c.execute(
        "SELECT octets FROM digest_rendus WHERE digest_id = ? AND nom = ? ORDER BY version DESC LIMIT 1",
        (digest_id, nom),
    ).fetchone()
    return bytes(ligne[0]) if ligne else None


def original(c: sqlite3.Connection, digest_id: int, nom: str) -> bytes | None:
    """One rendering exactly as it was approved."""
    ligne = c.execute(
        "SELECT octets FROM digest_rendus WHERE digest_id = ? AND version = 0 AND nom = ?", (digest_id, nom)
    ).fetchone()
    return bytes(ligne[0]) if ligne else None


def version(c: sqlite3.Connection, digest_id: int) -> int:
    """The number of the latest renderings, -1 when none were ever frozen."""
    ligne = c.execute(
        "SELECT coalesce(max(version), -1) FROM digest_rendus WHERE digest_id = ?", (digest_id,)
    ).fetchone()
    return int(ligne[0])


def frozen(c: sqlite3.Connection, digest_id: int) -> tuple[dict[str, Any], str, list[dict[str, Any]]] | None:
    """The audience's rule, the model in service and the gates' outcomes at the approval; None for an older digest."""
    ligne = c.execute("SELECT * FROM digest_figes WHERE digest_id = ?", (digest_id,)).fetchone()
    return (json.loads(ligne["regle"]), ligne["modele"], json.loads(ligne["controles"])) if ligne else None
