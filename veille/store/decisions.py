"""The decision log: what people decided, append-only. The latest decision prevails; triggers refuse any other change.

What was undone stays in the log: `decisions_valides` is what stands.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from veille.errors import StoreError
from veille.store.connexion import stamp

GenreDecision = Literal[
    "retenir",
    "ecarter",
    "plus_tard",
    "remettre",
    "etiqueter",
    "rediger",
    "fusionner",
    "scinder",
    "annuler",
    "retablir",
]


# The view `verdicts`, of the stories acted on since `:depuis` only, and that bear since then: the view itself reads the
# whole log before anything narrows it, 30 ms when five years of decisions are in it.
VERDICTS_RECENTS = """
    SELECT m.groupe_id, max(d.id) AS decision_id, d.item_id, d.genre, d.raison, d.a_la_une, d.reprise_le, d.par, d.prise_a
    FROM (
        SELECT DISTINCT n.groupe_id FROM decisions r CROSS JOIN membres n ON n.item_id = r.item_id
        WHERE r.prise_a >= :depuis
    ) t
    CROSS JOIN membres m ON m.groupe_id = t.groupe_id
    CROSS JOIN decisions_valides d ON d.item_id = m.item_id
    WHERE d.genre IN ('retenir', 'ecarter', 'plus_tard', 'remettre')
    GROUP BY m.groupe_id HAVING d.prise_a >= :depuis
"""
# The same between two instants, with the verdict that stood at the second.
VERDICTS_ENTRE = """
    SELECT m.groupe_id, max(d.id) AS decision_id, d.item_id, d.genre, d.raison, d.a_la_une, d.reprise_le, d.par, d.prise_a
    FROM (
        SELECT DISTINCT n.groupe_id FROM decisions r CROSS JOIN membres n ON n.item_id = r.item_id
        WHERE r.prise_a >= :depuis AND r.prise_a < :avant
    ) t
    CROSS JOIN membres m ON m.groupe_id = t.groupe_id
    CROSS JOIN decisions_valides d ON d.item_id = m.item_id AND d.prise_a < :avant
    WHERE d.genre IN ('retenir', 'ecarter', 'plus_tard', 'remettre')
    GROUP BY m.groupe_id HAVING d.prise_a >= :depuis
"""


@dataclass(frozen=True)
class Decision:
    """One act of one person on one item. None means « not touched by this decision »; "" or () means « emptied ».

    `geste`: the press of a button this belongs to (32 hexadecimal digits), the same for all stories of a selection; made
    here when it is "". `reprise_le`: the day a story put off comes back. `deplaces`: for a merge or a split, the items
    moved from group `groupe_de` to `groupe_vers`. `cible_id`: for an undoing or a redoing, the decision it is about.
    """

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
    a_la_une: bool | None = None
    reprise_le: date | None = None
    date_limite: str | None = None
    note: str | None = None
    audiences: tuple[str, ...] | None = None
    deplaces: tuple[int, ...] | None = None
    groupe_de: int | None = None
    groupe_vers: int | None = None
    cible_id: int | None = None
    geste: str = ""


def new_geste() -> str:
    """The key of one press of a button."""
    return secrets.token_hex(16)


def record(c: sqlite3.Connection, decision: Decision, now: datetime) -> int:
    """Append one decision, about the item's present version, with what the classifier said then; returns its id."""
    ligne = c.execute(
        "SELECT i.version, (SELECT max(id) FROM classements WHERE item_id = i.id) AS classement_id, f.pertinence"
        " FROM items i LEFT JOIN membres m ON m.item_id = i.id LEFT JOIN file_revue f ON f.groupe_id = m.groupe_id"
        " WHERE i.id = ?",
        (decision.item_id,),
    ).fetchone()
    if ligne is None:
        raise StoreError(f"L’élément {decision.item_id} n’existe pas.")
    valeurs = {
        "item_id": decision.item_id,
        "genre": decision.genre,
        "raison": decision.raison,
        "a_la_une": None if decision.a_la_une is None else int(decision.a_la_une),
        "reprise_le": decision.reprise_le.isoformat() if decision.reprise_le else "",
        "thematiques": _json(decision.thematiques),
        "territoires": _json(decision.territoires),
        "type": decision.type,
        "date_limite": decision.date_limite,
        "titre": decision.titre,
        "resume": decision.resume,
        "pourquoi": decision.pourquoi,
        "note": decision.note,
        "audiences": _json(decision.audiences),
        "deplaces": _json(decision.deplaces),
        "groupe_de": decision.groupe_de,
        "groupe_vers": decision.groupe_vers,
        "cible_id": decision.cible_id,
        "geste": decision.geste or new_geste(),
        "version": ligne["version"],
        "classement_id": ligne["classement_id"],
        "pertinence": ligne["pertinence"],
        "par": decision.par,
        "prise_a": stamp(now),
    }
    curseur = c.execute(
        f"INSERT INTO decisions ({', '.join(valeurs)}) VALUES ({', '.join(f':{nom}' for nom in valeurs)})", valeurs
    )
    return int(curseur.lastrowid or 0)


def counts(c: sqlite3.Connection, debut: datetime, fin: datetime) -> dict[str, int]:
    """How many decisions of each kind were taken in a period and stand, the reasons of rejections included
    (`ecarter:doublon`)."""
    compte: dict[str, int] = {}
    lignes = c.execute(
        "SELECT genre, raison, count(*) AS n FROM decisions_valides WHERE prise_a >= ? AND prise_a < ?"
        " GROUP BY genre, raison",
        (stamp(debut), stamp(fin)),
    )
    for ligne in lignes:
        compte[ligne["genre"]] = compte.get(ligne["genre"], 0) + ligne["n"]
        if ligne["genre"] == "ecarter":
            compte[f"ecarter:{ligne['raison']}"] = ligne["n"]
    return compte


def _json(valeurs: tuple[str, ...] | tuple[int, ...] | None) -> str | None:
    return None if valeurs is None else json.dumps(valeurs, ensure_ascii=False)
