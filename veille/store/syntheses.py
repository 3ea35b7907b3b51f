"""What a synthesis is made from: retained stories of some days, themes, place and type, read from the review's queue."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Choix:
    """Which retained stories: days of arrival, both included; any of these themes; this place; this document type."""

    debut: date
    fin: date
    thematiques: tuple[str, ...] = ()
    territoire: str = ""
    type: str = ""


@dataclass(frozen=True)
class Bilan:
    """How many stories in all, and from how many sources; by theme, a story counting once in each of its themes."""

    nouvelles: int
    sources: tuple[tuple[str, int], ...]
    thematiques: dict[str, int]


def groups(c: sqlite3.Connection, choix: Choix, limite: int, depart: int = 0) -> list[int]:
    """The stories, latest first; `depart`: how many to leave out, for who reads them in several times."""
    condition, valeurs = _condition(choix)
    lignes = c.execute(
        f"SELECT f.groupe_id FROM file_revue f WHERE {condition} ORDER BY f.jour_le DESC, f.groupe_id DESC"
        " LIMIT :limite OFFSET :depart",
        valeurs | {"limite": limite, "depart": depart},
    )
    return [ligne["groupe_id"] for ligne in lignes]


def items(c: sqlite3.Connection, choix: Choix, limite: int) -> list[int]:
    """The main item of each story, latest first."""
    condition, valeurs = _condition(choix)
    lignes = c.execute(
        f"SELECT f.item_id FROM file_revue f WHERE {condition} ORDER BY f.jour_le DESC, f.groupe_id DESC LIMIT :limite",
        valeurs | {"limite": limite},
    )
    return [ligne["item_id"] for ligne in lignes]


def summary(c: sqlite3.Connection, choix: Choix) -> Bilan:
    """The counts of a choice."""
    condition, valeurs = _condition(choix)
    sources = c.execute(
        f"SELECT s.nom, count(*) AS nombre FROM file_revue f JOIN sources s ON s.id = f.source_id WHERE {condition}"
        " GROUP BY s.id ORDER BY nombre DESC, s.nom",
        valeurs,
    ).fetchall()
    themes = c.execute(
        "SELECT e.valeur, count(*) AS nombre FROM file_revue f JOIN file_etiquettes e ON e.groupe_id = f.groupe_id"
        f" WHERE {condition} AND e.genre = 'thematique' GROUP BY e.valeur",
        valeurs,
    )
    return Bilan(
        nouvelles=sum(ligne["nombre"] for ligne in sources),
        sources=tuple((ligne["nom"], ligne["nombre"]) for ligne in sources),
        thematiques={ligne["valeur"]: ligne["nombre"] for ligne in themes},
    )


def _condition(choix: Choix) -> tuple[str, dict[str, str | int]]:
    """The WHERE clause: the index of the queue gives the retained stories of the days, each label is looked up by group."""
    conditions = ["f.etat = 'retenu'", "f.jour_le BETWEEN :debut AND :fin"]
    valeurs: dict[str, str | int] = {"debut": choix.debut.isoformat(), "fin": choix.fin.isoformat()}
    voulues = {
        "thematique": choix.thematiques,
        "territoire": (choix.territoire,) if choix.territoire else (),
        "type": (choix.type,) if choix.type else (),
    }
    for genre, slugs in voulues.items():
        if slugs:
            valeurs[genre] = json.dumps(list(slugs))
            conditions.append(
                "EXISTS (SELECT 1 FROM file_etiquettes x WHERE x.groupe_id = f.groupe_id"
                f" AND x.genre = '{genre}' AND x.valeur IN (SELECT value FROM json_each(:{genre})))"
            )
    return " AND ".join(conditions), valeurs
