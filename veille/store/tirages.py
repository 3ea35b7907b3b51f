"""Stories drawn for people to look at: who may be drawn, and the draw, kept for ever (table `tirages`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.classifier.tirage import Budget, Candidat, Motif, draw
from veille.francais import local_day
from veille.store.connexion import stamp, transaction, unstamp

JOURS = 7


@dataclass(frozen=True)
class Marque:
    """What a drawn story shows: how it was drawn, and why people are asked."""

    motif: Motif
    explication: str


def draw_week(c: sqlite3.Connection, now: datetime) -> int:
    """Draw among the stories begun in the last seven days, then write in one short transaction what was drawn, if any.

    Run again, it adds only what is new: at most `Budget` in any seven days. Returns how many were added.
    """
    candidats = candidates(c, now)
    deja = _drawn(c, [candidat.groupe_id for candidat in candidats])
    tires = draw(candidats, deja, _left(c, now))
    if tires:
        with transaction(c):
            c.executemany(
                "INSERT INTO tirages (item_id, motif, explication, tire_a) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [(t.item_id, t.motif, t.explication, stamp(now)) for t in tires],
            )
    return len(tires)


def candidates(c: sqlite3.Connection, now: datetime) -> list[Candidat]:
    """Stories begun in the last seven days and judged, each with its widest disagreement."""
    lignes = c.execute(
        """
        SELECT g.id AS groupe_id, min(m.item_id) AS item_id, g.cree_a, k.desaccord, k.desaccord_texte,
            v.genre IN ('retenir', 'ecarter') AS tranche
        FROM groupes g JOIN membres m ON m.groupe_id = g.id
        JOIN classements k ON k.id = (
            SELECT d.id FROM membres n JOIN classements d
                ON d.id = (SELECT max(id) FROM classements WHERE item_id = n.item_id)
            WHERE n.groupe_id = g.id ORDER BY d.desaccord DESC, d.id LIMIT 1)
        LEFT JOIN verdicts v ON v.groupe_id = g.id
        WHERE g.cree_a > ? AND g.cree_a <= ?
        GROUP BY g.id ORDER BY g.id
        """,
        (stamp(now - timedelta(days=JOURS)), stamp(now)),
    )
    return [
        Candidat(
            groupe_id=ligne["groupe_id"],
            item_id=ligne["item_id"],
            semaine=week_name(unstamp(ligne["cree_a"])),
            tranche=bool(ligne["tranche"]),
            desaccord=ligne["desaccord"],
            desaccord_texte=ligne["desaccord_texte"],
        )
        for ligne in lignes
    ]


def of_stories(c: sqlite3.Connection, cle: str) -> dict[int, Marque]:
    """The mark of each of these groups (a JSON list) that was drawn; chance prevails if groups were joined since."""
    lignes = c.execute(
        "SELECT m.groupe_id, t.motif, t.explication FROM membres m CROSS JOIN tirages t ON t.item_id = m.item_id"
        " WHERE m.groupe_id IN (SELECT value FROM json_each(?)) ORDER BY t.motif, t.item_id",
        (cle,),
    )
    return {ligne["groupe_id"]: Marque(ligne["motif"], ligne["explication"]) for ligne in lignes}


def drawn_at_random(c: sqlite3.Connection) -> set[int]:
    """Every item of every story that was drawn at random."""
    lignes = c.execute(
        "SELECT n.item_id FROM tirages t JOIN membres m ON m.item_id = t.item_id"
        " JOIN membres n ON n.groupe_id = m.groupe_id WHERE t.motif = 'hasard'"
    )
    return {ligne["item_id"] for ligne in lignes}


def week_name(instant: datetime) -> str:
    """« 2026-S48 », in the organisation's time zone."""
    annee, numero, _ = local_day(instant).isocalendar()
    return f"{annee}-S{numero:02d}"


def _drawn(c: sqlite3.Connection, groupe_ids: Iterable[int]) -> set[int]:
    return set(of_stories(c, json.dumps(list(groupe_ids))))


def _left(c: sqlite3.Connection, now: datetime) -> Budget:
    """What the last seven days left of the budget."""
    lignes = c.execute(
        "SELECT motif, count(*) FROM tirages WHERE tire_a > ? GROUP BY motif", (stamp(now - timedelta(days=JOURS)),)
    )
    faits = {motif: int(nombre) for motif, nombre in lignes}
    budget = Budget()
    return Budget(budget.hasard - faits.get("hasard", 0), budget.desaccords - faits.get("desaccord", 0))
