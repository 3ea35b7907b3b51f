"""Filters of the review that people keep under a name, for themselves or for the team."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from veille.errors import RefusError
from veille.store.connexion import stamp

MAXIMUM = 40


@dataclass(frozen=True)
class Filtre:
    """One saved filter. `criteres`: the arguments of the address of « La semaine ». `a_moi`: the asker made it."""

    id: int
    nom: str
    par: str
    criteres: dict[str, str]
    partage: bool
    a_moi: bool


def of(c: sqlite3.Connection, compte: str) -> list[Filtre]:
    """A person's own filters, then those colleagues share, each by name."""
    lignes = c.execute(
        "SELECT * FROM filtres WHERE retire_a IS NULL AND (compte = :compte OR partage = 1)"
        " ORDER BY compte <> :compte, nom COLLATE NOCASE, id",
        {"compte": compte},
    )
    return [_filtre(ligne, compte) for ligne in lignes]


def read(c: sqlite3.Connection, filtre_id: int, compte: str) -> Filtre | None:
    """One filter, if this person may use it."""
    ligne = c.execute(
        "SELECT * FROM filtres WHERE id = ? AND retire_a IS NULL AND (compte = ? OR partage = 1)", (filtre_id, compte)
    ).fetchone()
    return _filtre(ligne, compte) if ligne else None


def save(
    c: sqlite3.Connection, compte: str, par: str, nom: str, criteres: Mapping[str, str], *, partage: bool, now: datetime
) -> int:
    """Keep a filter under a name; the former one of that name, of the same person, is replaced. Returns its id."""
    c.execute(
        "UPDATE filtres SET retire_a = ? WHERE compte = ? AND nom = ? AND retire_a IS NULL", (stamp(now), compte, nom)
    )
    nombre = c.execute("SELECT count(*) FROM filtres WHERE compte = ? AND retire_a IS NULL", (compte,)).fetchone()[0]
    if nombre >= MAXIMUM:
        raise RefusError(f"Vous avez déjà {MAXIMUM} filtres enregistrés : supprimez-en un d’abord.")
    curseur = c.execute(
        "INSERT INTO filtres (compte, par, nom, criteres, partage, cree_a) VALUES (?, ?, ?, ?, ?, ?)",
        (compte, par, nom, json.dumps(dict(criteres), ensure_ascii=False), int(partage), stamp(now)),
    )
    return int(curseur.lastrowid or 0)


def share(c: sqlite3.Connection, filtre_id: int, compte: str, *, partage: bool) -> None:
    """Show one's own filter to the team, or no longer."""
    c.execute("UPDATE filtres SET partage = ? WHERE id = ? AND compte = ?", (int(partage), filtre_id, compte))


def delete(c: sqlite3.Connection, filtre_id: int, compte: str, now: datetime) -> None:
    """Take one's own filter away."""
    c.execute(
        "UPDATE filtres SET retire_a = ? WHERE id = ? AND compte = ? AND retire_a IS NULL",
        (stamp(now), filtre_id, compte),
    )


def _filtre(ligne: sqlite3.Row, compte: str) -> Filtre:
    return Filtre(
        id=ligne["id"],
        nom=ligne["nom"],
        par=ligne["par"],
        criteres=json.loads(ligne["criteres"]),
        partage=bool(ligne["partage"]),
        a_moi=ligne["compte"] == compte,
    )
