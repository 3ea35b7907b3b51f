"""What the classifier said: one `classements` row per item version and model, its suggestions below it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime

from veille.model import Gazetier, Jugement, Raison, Suggestion, Taxonomie
from veille.store.connexion import stamp, transaction


def record(
    c: sqlite3.Connection,
    item_id: int,
    version: int,
    modele: str,
    jugement: Jugement,
    now: datetime,
) -> int:
    """Store one judgement, unless the item's last one is of this version by this model. Returns its suggestions.

    The last judgement prevails: a model that comes back (a theme file restored) judges again.
    """
    dernier = c.execute(
        "SELECT version, modele FROM classements WHERE item_id = ? ORDER BY id DESC LIMIT 1", (item_id,)
    ).fetchone()
    if dernier is not None and tuple(dernier) == (version, modele):
        return 0
    curseur = c.execute(
        "INSERT INTO classements (item_id, version, modele, incertain, hors_sujet, desaccord, desaccord_texte, fait_a)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            item_id,
            version,
            modele,
            int(jugement.incertain),
            json.dumps(jugement.hors_sujet, ensure_ascii=False),
            jugement.desaccord,
            jugement.desaccord_texte,
            stamp(now),
        ),
    )
    c.executemany(
        "INSERT INTO suggestions (classement_id, item_id, genre, valeur, etat, score, seuil, probabilite, raisons)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                curseur.lastrowid,
                item_id,
                s.genre,
                s.valeur,
                s.etat,
                s.score,
                s.seuil,
                s.probabilite,
                _reasons(s.raisons),
            )
            for s in jugement.suggestions
        ],
    )
    return len(jugement.suggestions)


def _reasons(raisons: Iterable[Raison]) -> str:
    return json.dumps([asdict(r) for r in raisons], ensure_ascii=False)


def current(c: sqlite3.Connection, item_ids: Iterable[int]) -> dict[int, list[Suggestion]]:
    """The latest suggestions of these items, best first within each kind."""
    suggestions: dict[int, list[Suggestion]] = {}
    lignes = c.execute(
        "SELECT * FROM suggestions_courantes WHERE item_id IN (SELECT value FROM json_each(?))"
        " ORDER BY item_id, genre, etat DESC, score DESC, id",
        (json.dumps(list(item_ids)),),
    )
    for ligne in lignes:
        suggestions.setdefault(ligne["item_id"], []).append(
            Suggestion(
                genre=ligne["genre"],
                valeur=ligne["valeur"],
                etat=ligne["etat"],
                score=ligne["score"],
                seuil=ligne["seuil"],
                probabilite=ligne["probabilite"],
                raisons=tuple(Raison(**r) for r in json.loads(ligne["raisons"])),
            )
        )
    return suggestions


def off_topic(c: sqlite3.Connection, item_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The words that told the latest judgement of these items that they are about something else."""
    lignes = c.execute(
        "SELECT item_id, hors_sujet FROM classements WHERE hors_sujet <> '[]' AND id IN ("
        " SELECT (SELECT max(id) FROM classements WHERE item_id = j.value) FROM json_each(?) j)",
        (json.dumps(list(item_ids)),),
    )
    return {ligne["item_id"]: tuple(json.loads(ligne["hors_sujet"])) for ligne in lignes}


def sync_references(c: sqlite3.Connection, taxonomie: Taxonomie, gazetier: Gazetier) -> None:
    """Names of themes, types and places, so that tables and pages can show them beside their slugs."""
    _mirror(
        c,
        "thematiques",
        ("slug", "nom", "definition", "etat", "validee_le", "revue_le", "a_revoir_le"),
        [
            (t.slug, t.nom, t.definition, t.etat, *map(_day, (t.validee_le, t.veille.revue_le, t.veille.a_revoir_le)))
            for t in taxonomie.thematiques
        ],
    )
    _mirror(
        c, "types_document", ("slug", "nom", "definition"), [(t.slug, t.nom, t.definition) for t in taxonomie.types]
    )
    _mirror(
        c,
        "territoires",
        ("slug", "nom", "genre", "parent"),
        [(t.slug, t.nom, t.genre, t.parent) for t in gazetier.territoires],
    )


def _day(jour: date | None) -> str | None:
    return jour.isoformat() if jour else None


def _mirror(
    c: sqlite3.Connection, table: str, colonnes: Sequence[str], voulues: Sequence[tuple[str | None, ...]]
) -> None:
    """Write the rows that differ; where none does, the write lock is left to others."""
    noms = ", ".join(colonnes)
    connues = {tuple(ligne) for ligne in c.execute(f"SELECT {noms} FROM {table}")}
    changees = [rangee for rangee in voulues if rangee not in connues]
    if changees:
        maj = ", ".join(f"{nom} = excluded.{nom}" for nom in colonnes[1:])
        with transaction(c):
            c.executemany(
                f"INSERT INTO {table} ({noms}) VALUES ({', '.join('?' * len(colonnes))})"
                f" ON CONFLICT (slug) DO UPDATE SET {maj}",
                changees,
            )
