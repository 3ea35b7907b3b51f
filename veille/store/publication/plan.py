"""The lighter plan that partners may see, when the organisation turns it on: its texts, where each moyen stands as staff
said it, and how much was published for it in public digests. No register row, no note and no name of who said it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from veille.model import Plan
from veille.periodes import plan_period
from veille.plan import moyen_of
from veille.store import plan as store_plan
from veille.store import suivis

TABLE = """
CREATE TABLE plan_public (
    rang INTEGER PRIMARY KEY,
    genre TEXT NOT NULL CHECK (genre IN ('plan', 'orientation', 'objectif', 'moyen', 'sous_moyen')),
    code TEXT NOT NULL,
    parent TEXT NOT NULL,
    texte TEXT NOT NULL,
    cible TEXT NOT NULL,
    echeance TEXT NOT NULL,
    etat TEXT NOT NULL,
    etat_le TEXT NOT NULL,
    bulletins INTEGER NOT NULL,
    nouvelles INTEGER NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class ElementPublic:
    """One element of the plan as partners see it. `etat`: what staff said of a moyen, "" when nobody did."""

    genre: str
    code: str
    parent: str
    texte: str
    cible: str = ""
    echeance: str = ""
    etat: str = ""
    etat_le: str = ""
    bulletins: int = 0
    nouvelles: int = 0


def of_staff(c: sqlite3.Connection, publics: Iterable[int]) -> list[ElementPublic]:
    """What the file must hold, from `veille.db`; nothing while the plan is not public. `publics`: ids of public issues."""
    plan = store_plan.read(c) if store_plan.is_public(c) else None
    if plan is None:
        return []
    dits = suivis.latest(c, plan.slug, date.max)
    parus, diffuses = _published(c, plan, publics)
    periode = f"{plan.debut}-{plan.fin}"
    return [
        ElementPublic("plan", plan.slug, "", plan.titre, plan.organisation, periode),
        *(ElementPublic("orientation", o.id, plan.slug, o.nom, o.cible) for o in plan.orientations),
        *(ElementPublic("objectif", o.id, o.orientation, o.texte) for o in plan.objectifs),
        *(
            ElementPublic(
                "moyen",
                m.id,
                m.objectif,
                m.texte,
                echeance=m.echeance.texte,
                etat=dits[m.id].etat if m.id in dits else "",
                etat_le=dits[m.id].jour_le.isoformat() if m.id in dits else "",
                bulletins=len(parus.get(m.id, ())),
                nouvelles=len(diffuses.get(m.id, ())),
            )
            for m in plan.moyens
        ),
        *(ElementPublic("sous_moyen", s.id, s.moyen, s.texte) for s in plan.sous_moyens),
    ]


def fill(public: sqlite3.Connection, elements: Iterable[ElementPublic]) -> None:
    """Write them in the new file."""
    public.executemany(
        "INSERT INTO plan_public VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(rang, *vars(e).values()) for rang, e in enumerate(elements, start=1)],
    )


def read(public: sqlite3.Connection) -> list[ElementPublic]:
    """What the file holds, in the plan's order; nothing when the plan is not public, or when there is no file yet."""
    if not public.execute("SELECT 1 FROM sqlite_master WHERE name = 'plan_public'").fetchone():
        return []
    return [ElementPublic(*tuple(x)[1:]) for x in public.execute("SELECT * FROM plan_public ORDER BY rang")]


def _published(
    c: sqlite3.Connection, plan: Plan, publics: Iterable[int]
) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Moyen → its public issues since the plan began, and the stories they told, each once."""
    vers, debut = moyen_of(plan), plan_period(plan).debut
    parus: dict[str, set[int]] = {}
    diffuses: dict[str, set[int]] = {}
    for digest_id, element, item_id in c.execute(
        "SELECT d.id, p.element, i.item_id FROM json_each(?) n JOIN digests d ON d.id = n.value"
        " JOIN digest_plan p ON p.digest_id = d.id"
        " LEFT JOIN digest_items i ON i.digest_id = d.id AND i.retire_a IS NULL WHERE d.date_le >= ?",
        (json.dumps(sorted(publics)), debut.isoformat()),
    ):
        if element in vers:
            parus.setdefault(vers[element], set()).add(digest_id)
            if item_id is not None:
                diffuses.setdefault(vers[element], set()).add(item_id)
    return parus, diffuses
