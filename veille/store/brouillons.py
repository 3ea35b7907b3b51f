"""The acts of staff on drafts (`digest_gestes`): append-only, and what the editor folds them from.

An act is about an item; the fold is about stories, so that what was done to a story holds when another copy comes to
stand for it. Callers open the transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from veille.editor.retouches import GenreGeste, Geste, standing
from veille.errors import RefusError
from veille.store.connexion import stamp, unstamp


@dataclass(frozen=True)
class Inscrit:
    """One act as the log holds it."""

    id: int
    genre: GenreGeste
    item_id: int | None
    valeur: Mapping[str, Any]
    par: str
    fait_a: datetime


def append(
    c: sqlite3.Connection,
    digest_id: int,
    genre: GenreGeste,
    item_id: int | None,
    valeur: Mapping[str, Any],
    par: str,
    now: datetime,
) -> int:
    """Add one act to a draft; returns its id. RefusError when the issue was approved meanwhile."""
    ligne = c.execute("SELECT approuve_a, approuve_par FROM digests WHERE id = ?", (digest_id,)).fetchone()
    if ligne is None:
        raise RefusError(f"Aucun bulletin ne porte l’identifiant (ID) {digest_id}.")
    if ligne["approuve_a"] is not None:
        raise RefusError(f"Ce bulletin vient d’être approuvé par {ligne['approuve_par']} : il ne change plus.")
    curseur = c.execute(
        "INSERT INTO digest_gestes (digest_id, item_id, genre, valeur, par, fait_a) VALUES (?, ?, ?, ?, ?, ?)",
        (digest_id, item_id, genre, json.dumps(valeur, ensure_ascii=False, sort_keys=True), par, stamp(now)),
    )
    return int(curseur.lastrowid or 0)


def acts(c: sqlite3.Connection, digest_id: int) -> list[Inscrit]:
    """Every act on a digest, oldest first."""
    lignes = c.execute("SELECT * FROM digest_gestes WHERE digest_id = ? ORDER BY id", (digest_id,))
    return [
        Inscrit(x["id"], x["genre"], x["item_id"], json.loads(x["valeur"]), x["par"], unstamp(x["fait_a"]))
        for x in lignes
    ]


def to_fold(c: sqlite3.Connection, digest_id: int) -> list[Geste]:
    """The same acts, each about the story its item belongs to today."""
    lignes = c.execute(
        "SELECT g.id, g.genre, g.valeur, g.par, m.groupe_id FROM digest_gestes g"
        " LEFT JOIN membres m ON m.item_id = g.item_id WHERE g.digest_id = ? ORDER BY g.id",
        (digest_id,),
    )
    return [Geste(x["id"], x["genre"], x["groupe_id"], json.loads(x["valeur"]), x["par"]) for x in lignes]


def last_act(c: sqlite3.Connection, digest_id: int) -> int:
    """The id of the latest act on a digest, undoings included: by it a page knows whether someone acted since. 0: none."""
    ligne = c.execute("SELECT max(id) FROM digest_gestes WHERE digest_id = ?", (digest_id,)).fetchone()
    return int(ligne[0] or 0)


def since(c: sqlite3.Connection, digest_id: int, vu: int) -> list[Inscrit]:
    """What was done to a draft since a page showed it."""
    return [acte for acte in acts(c, digest_id) if acte.id > vu]


@dataclass(frozen=True)
class DecisionPrise:
    """Who decided something about a story, and when."""

    genre: str
    par: str
    prise_a: datetime


def latest_decision(c: sqlite3.Connection, digest_id: int) -> DecisionPrise | None:
    """The last decision about a story that a draft holds or held, whatever it was."""
    ligne = c.execute(
        "SELECT d.genre, d.par, d.prise_a FROM decisions d WHERE d.id = (SELECT max(e.id) FROM digest_items i"
        " JOIN membres m ON m.item_id = i.item_id JOIN membres n ON n.groupe_id = m.groupe_id"
        " JOIN decisions e ON e.item_id = n.item_id WHERE i.digest_id = ?)",
        (digest_id,),
    ).fetchone()
    return DecisionPrise(ligne["genre"], ligne["par"], unstamp(ligne["prise_a"])) if ligne else None


def undo_last(c: sqlite3.Connection, digest_id: int, par: str, now: datetime) -> int:
    """Undo the last act that stands; returns its id, 0 when there is none."""
    debout = standing(to_fold(c, digest_id))
    if not debout:
        return 0
    append(c, digest_id, "annuler", None, {"geste": debout[-1].id}, par, now)
    return debout[-1].id
