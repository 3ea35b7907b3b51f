"""Published digests with the plan elements they serve, and a mark shared by those that say the same."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b

from veille.evaluation import Livrable
from veille.periodes import Periode


def read(c: sqlite3.Connection, periode: Periode) -> list[Livrable]:
    """Digests published in the period, oldest first."""
    lignes = c.execute(
        """
        SELECT d.id, d.audience, a.nom, a.visibilite, d.titre, d.date_le, d.genre,
            (SELECT json_group_array(i.item_id) FROM digest_items i
                WHERE i.digest_id = d.id AND i.retire_a IS NULL) AS items,
            (SELECT json_group_array(element) FROM digest_plan p WHERE p.digest_id = d.id) AS elements
        FROM digests d JOIN audiences a ON a.slug = d.audience
        WHERE d.publie_a IS NOT NULL AND d.date_le BETWEEN ? AND ? ORDER BY d.date_le, d.id
        """,
        (periode.debut.isoformat(), periode.fin.isoformat()),
    ).fetchall()
    memes = _same(c, ((x["id"], x["items"]) for x in lignes if x["genre"] == "bulletin"))
    return [
        Livrable(
            digest_id=x["id"],
            audience=x["audience"],
            audience_nom=x["nom"],
            visibilite=x["visibilite"],
            titre=x["titre"],
            date_le=date.fromisoformat(x["date_le"]),
            items=len(json.loads(x["items"])),
            elements=tuple(json.loads(x["elements"])),
            genre=x["genre"],
            contenu=memes.get(x["id"], ""),
        )
        for x in lignes
    ]


def _same(c: sqlite3.Connection, digests: Iterable[tuple[int, str]]) -> dict[int, str]:
    """A mark for each digest that holds the same items as another: its texts are then compared too.

    Most hold items of their own, so that hardly any content is read.
    """
    lots: dict[frozenset[int], list[int]] = defaultdict(list)
    for digest_id, items in digests:
        lots[frozenset(json.loads(items))].append(digest_id)
    return {
        digest_id: _texts(c, digest_id) for items, lot in lots.items() if items and len(lot) > 1 for digest_id in lot
    }


def _texts(c: sqlite3.Connection, digest_id: int) -> str:
    """The hash of what its readers read: each story's title, summary and « pourquoi », in any order, and the editorial."""
    contenu = json.loads(c.execute("SELECT contenu FROM digests WHERE id = ?", (digest_id,)).fetchone()[0] or "{}")
    dits = [
        [e.get(cle, "") for cle in ("item_id", "titre", "resume", "pourquoi")]
        for rubrique in contenu.get("rubriques", ())
        for e in rubrique.get("elements", ())
    ]
    texte = json.dumps([contenu.get("editorial", ""), sorted(dits)], ensure_ascii=False)
    return blake2b(texte.encode(), digest_size=12).hexdigest()
