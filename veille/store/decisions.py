"""The decision log: what people decided, append-only. The latest decision prevails; triggers refuse any other change."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from veille.errors import StoreError
from veille.store.connexion import stamp

GenreDecision = Literal["retenir", "ecarter", "remettre", "etiqueter", "rediger"]

# Reasons offered for a rejection (domaine.md §2.6), as stored and as shown.
MOTIFS: dict[str, str] = {
    "hors_theme": "Hors thème",
    "hors_territoire": "Hors territoire",
    "doublon": "Doublon",
    "perime": "Périmé",
    "faible": "Contenu faible",
    "autre": "Autre raison",
}


@dataclass(frozen=True)
class Decision:
    """One act of one person on one item. None means « not touched by this decision »; "" or () means « emptied »."""

    item_id: int
    genre: GenreDecision
    par: str
    raison: str = ""
    thematiques: tuple[str, ...] | None = None
    territoires: tuple[str, ...] | None = None
    type: str | None = None
    titre: str | None = None
    resume: str | None = None
    pourquoi: str | None = None


def record(c: sqlite3.Connection, decision: Decision, now: datetime) -> int:
    """Append one decision, about the item's present version; returns its id."""
    ligne = c.execute("SELECT version FROM items WHERE id = ?", (decision.item_id,)).fetchone()
    if ligne is None:
        raise StoreError(f"L’élément {decision.item_id} n’existe pas.")
    curseur = c.execute(
        "INSERT INTO decisions (item_id, genre, raison, thematiques, territoires, type, titre, resume, pourquoi,"
        " version, par, prise_a) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            decision.item_id,
            decision.genre,
            decision.raison,
            _json(decision.thematiques),
            _json(decision.territoires),
            decision.type,
            decision.titre,
            decision.resume,
            decision.pourquoi,
            ligne["version"],
            decision.par,
            stamp(now),
        ),
    )
    return int(curseur.lastrowid or 0)


def counts(c: sqlite3.Connection, debut: datetime, fin: datetime) -> dict[str, int]:
    """How many decisions of each kind were taken in a period, the reasons of rejections included (`ecarter:doublon`)."""
    compte: dict[str, int] = {}
    lignes = c.execute(
        "SELECT genre, raison, count(*) AS n FROM decisions WHERE prise_a >= ? AND prise_a < ? GROUP BY genre, raison",
        (stamp(debut), stamp(fin)),
    )
    for ligne in lignes:
        compte[ligne["genre"]] = compte.get(ligne["genre"], 0) + ligne["n"]
        if ligne["genre"] == "ecarter":
            compte[f"ecarter:{ligne['raison']}"] = ligne["n"]
    return compte


def _json(valeurs: tuple[str, ...] | None) -> str | None:
    return None if valeurs is None else json.dumps(valeurs, ensure_ascii=False)
