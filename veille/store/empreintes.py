"""Press texts and what is left of them (`empreintes_presse`): hashed as they come, purged a month later, never before.

A newspaper's text serves to tag its item and to see that staff's words are their own; the hashes of its runs of words serve
the second purpose for ever, and nobody can read them. Those of the last months are looked up by any text of an issue
(`passages_presse`), whatever story it tells.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from json import dumps

from veille.editor.empreintes import OCTETS, run_hashes
from veille.store.connexion import stamp, transaction, unstamp

PAQUET = 200
PAQUET_INDEX = 50
MEMOIRE = timedelta(days=120)  # As long as a story may still be added to a draft.
# As `droits.is_press` reads them: a right that nobody knows is the strictest.
_PRESSE = "s.droits NOT IN ('ouvert', 'institutionnel', 'licence')"

# Every text of a press item that is still here, present or former, with the number of its version.
_TEXTES = f"""
    SELECT i.id AS item_id, i.version AS version, t.texte AS texte, coalesce(i.version_a, i.vu_a) AS depuis_a
    FROM items i JOIN sources s ON s.id = i.source_id JOIN textes t ON t.item_id = i.id
    WHERE {_PRESSE} AND t.texte <> ''
    UNION ALL
    SELECT v.item_id, v.numero, v.texte, v.remplacee_a
    FROM versions v JOIN items i ON i.id = v.item_id JOIN sources s ON s.id = i.source_id
    WHERE {_PRESSE} AND v.texte <> ''
"""


def hash_new(c: sqlite3.Connection, now: datetime) -> int:
    """Hash every press text that is not yet; returns how many were. A packet at a time, computed outside transactions."""
    faites = 0
    while (
        lignes := c.execute(  # Those of feeds are hashed as they come (`ingest`): left are texts stored in other ways.
            f"SELECT x.item_id, x.version, x.texte FROM ({_TEXTES}) x WHERE NOT EXISTS (SELECT 1 FROM empreintes_presse e"
            " WHERE e.item_id = x.item_id AND e.version = x.version) LIMIT ?",
            (PAQUET,),
        ).fetchall()
    ):
        rangees = [(x["item_id"], x["version"], run_hashes(x["texte"]), stamp(now)) for x in lignes]
        with transaction(c):
            c.executemany(
                "INSERT INTO empreintes_presse (item_id, version, passages, faite_a) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                rangees,
            )
        faites += len(rangees)
    return faites


def purge(c: sqlite3.Connection, avant: datetime) -> int:
    """Empty the press texts older than this whose hashes are kept; returns how many were. Titles and summaries stay."""
    with transaction(c):
        vises = c.execute(
            f"SELECT x.item_id, x.version FROM ({_TEXTES}) x JOIN empreintes_presse e"
            " ON e.item_id = x.item_id AND e.version = x.version WHERE x.depuis_a < ?",
            (stamp(avant),),
        ).fetchall()
        for item_id, version in vises:
            c.execute(
                "UPDATE textes SET texte = '' WHERE item_id = ?1"
                " AND EXISTS (SELECT 1 FROM items WHERE id = ?1 AND version = ?2)",
                (item_id, version),
            )
            c.execute("UPDATE versions SET texte = '' WHERE item_id = ? AND numero = ?", (item_id, version))
    return len(vises)


def index(c: sqlite3.Connection, now: datetime) -> int:
    """Put the hashes of the last months where any text finds them, and take the older out; returns how many texts moved.

    A packet at a time, in the order of the hashes: a transaction stays short, and each page of the table is written once.
    """
    deplaces = 0
    for avant, apres, jusqu_a, change in (
        ("a_faire", "oui", "9999", _put),
        ("oui", "retire", stamp(now - MEMOIRE), _take_out),
    ):
        while lignes := c.execute(
            "SELECT item_id, version, faite_a, passages FROM empreintes_presse WHERE indexe = ? AND faite_a < ?"
            " ORDER BY faite_a LIMIT ?",
            (avant, jusqu_a, PAQUET_INDEX),
        ).fetchall():
            jours = _days(lignes)
            with transaction(c):
                change(c, jours)
                c.executemany(
                    "UPDATE empreintes_presse SET indexe = ? WHERE item_id = ? AND version = ?",
                    [(apres, ligne["item_id"], ligne["version"]) for ligne in lignes],
                )
            deplaces += len(lignes)
    return deplaces


def recent(c: sqlite3.Connection, empreintes: Iterable[bytes]) -> bytes:
    """Those of these hashes that a press text of the last months has, as `of_items` gives them."""
    cherchees = {_integer(e) for e in empreintes}
    lignes = c.execute(
        "SELECT empreinte FROM passages_presse WHERE empreinte IN (SELECT value FROM json_each(?)) ORDER BY empreinte",
        (dumps(sorted(cherchees)),),
    )
    return b"".join(ligne[0].to_bytes(OCTETS, "big", signed=True) for ligne in lignes)


def _days(lignes: Iterable[sqlite3.Row]) -> list[tuple[int, int]]:
    """Each hash of these texts with the latest day it was made, in order."""
    jours: dict[int, int] = {}
    for ligne in lignes:
        jour, passages = unstamp(ligne["faite_a"]).toordinal(), bytes(ligne["passages"])
        for i in range(0, len(passages), OCTETS):
            cle = _integer(passages[i : i + OCTETS])
            jours[cle] = max(jour, jours.get(cle, 0))
    return sorted(jours.items())


def _put(c: sqlite3.Connection, jours: Iterable[tuple[int, int]]) -> None:
    c.executemany(
        "INSERT INTO passages_presse (empreinte, jour) VALUES (?, ?)"
        " ON CONFLICT (empreinte) DO UPDATE SET jour = max(jour, excluded.jour)",
        jours,
    )


def _take_out(c: sqlite3.Connection, jours: Iterable[tuple[int, int]]) -> None:
    """One that a later text has too stays."""
    c.executemany("DELETE FROM passages_presse WHERE empreinte = ? AND jour <= ?", jours)


def _integer(empreinte: bytes) -> int:
    return int.from_bytes(empreinte, "big", signed=True)


def of_items(c: sqlite3.Connection, item_ids: Iterable[int]) -> dict[int, tuple[bytes, ...]]:
    """The hashes kept of these items, every version of each."""
    connues: dict[int, tuple[bytes, ...]] = {}
    lignes = c.execute(
        "SELECT item_id, passages FROM empreintes_presse WHERE item_id IN (SELECT value FROM json_each(?))"
        " ORDER BY item_id, version",
        (dumps(sorted(set(item_ids))),),
    )
    for ligne in lignes:
        connues[ligne["item_id"]] = (*connues.get(ligne["item_id"], ()), bytes(ligne["passages"]))
    return connues
