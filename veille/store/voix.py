"""What readers said of the issues: votes on items, answers to the survey. Anonymous, counted, dated of the day only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from veille.store.boite import Depot

VALEURS = {"vote": ("utile", "pas_utile"), "emploi": ("utilise",)}
REPONSES = ("beaucoup", "un_peu", "pas_du_tout", "pas_lu")


@dataclass(frozen=True)
class VoixItem:
    """What was said of one item of one issue."""

    item_id: int
    titre: str
    digest_id: int
    utile: int
    pas_utile: int
    utilise: int


@dataclass(frozen=True)
class VoixBulletin:
    """What was said of one issue: votes on its items, and each answer to its question."""

    digest_id: int
    audience: str
    numero: int
    date_le: date
    utile: int
    pas_utile: int
    utilise: int
    reponses: dict[str, int]


def record(c: sqlite3.Connection, depots: Iterable[Depot]) -> dict[str, str]:
    """Keep these answers, each once; returns what became of each by its key. Inside the caller's transaction."""
    issues = {}
    for depot in depots:
        issues[depot.cle] = "compté" if _keep(c, depot) else "bulletin ou nouvelle inconnus"
    return issues


def by_issue(c: sqlite3.Connection, depuis: date, au: date = date.max) -> list[VoixBulletin]:
    """Issues of these days of which something was said, the latest first."""
    lignes = c.execute(
        """
        SELECT d.id, d.audience, d.numero, d.date_le,
            count(CASE v.valeur WHEN 'utile' THEN 1 END) AS utile,
            count(CASE v.valeur WHEN 'pas_utile' THEN 1 END) AS pas_utile,
            count(CASE v.valeur WHEN 'utilise' THEN 1 END) AS utilise
        FROM digests d LEFT JOIN votes v ON v.digest_id = d.id
        WHERE d.date_le BETWEEN ? AND ? AND (v.cle IS NOT NULL OR d.id IN (SELECT digest_id FROM reponses_sondage))
        GROUP BY d.id ORDER BY d.date_le DESC, d.id DESC
        """,
        (depuis.isoformat(), au.isoformat()),
    ).fetchall()
    return [
        VoixBulletin(
            digest_id=x["id"],
            audience=x["audience"],
            numero=x["numero"],
            date_le=date.fromisoformat(x["date_le"]),
            utile=x["utile"],
            pas_utile=x["pas_utile"],
            utilise=x["utilise"],
            reponses=_answers(c, x["id"]),
        )
        for x in lignes
    ]


def best_items(c: sqlite3.Connection, depuis: date, limite: int = 10, au: date = date.max) -> list[VoixItem]:
    """The items readers found most useful, by what they said in these days."""
    lignes = c.execute(
        """
        SELECT v.item_id, i.titre, max(v.digest_id) AS digest_id,
            count(CASE v.valeur WHEN 'utile' THEN 1 END) AS utile,
            count(CASE v.valeur WHEN 'pas_utile' THEN 1 END) AS pas_utile,
            count(CASE v.valeur WHEN 'utilise' THEN 1 END) AS utilise
        FROM votes v JOIN items i ON i.id = v.item_id WHERE v.recu_le BETWEEN ? AND ?
        GROUP BY v.item_id ORDER BY utilise + utile - pas_utile DESC, v.item_id DESC LIMIT ?
        """,
        (depuis.isoformat(), au.isoformat(), limite),
    )
    return [
        VoixItem(x["item_id"], x["titre"], x["digest_id"], x["utile"], x["pas_utile"], x["utilise"]) for x in lignes
    ]


def _keep(c: sqlite3.Connection, depot: Depot) -> bool:
    """One row, unless it is about something that no published issue holds."""
    if depot.genre == "sondage":
        if (
            depot.valeur not in REPONSES
            or not c.execute(
                "SELECT 1 FROM digests WHERE id = ? AND publie_a IS NOT NULL", (depot.digest_id,)
            ).fetchone()
        ):
            return False
        c.execute(
            "INSERT INTO reponses_sondage (cle, digest_id, reponse, recu_le) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (depot.cle, depot.digest_id, depot.valeur, depot.recu_le.isoformat()),
        )
        return True
    connu = c.execute(
        "SELECT 1 FROM digest_items i JOIN digests d ON d.id = i.digest_id WHERE i.digest_id = ? AND i.item_id = ?"
        " AND i.retire_a IS NULL AND d.publie_a IS NOT NULL",
        (depot.digest_id, depot.item_id),
    ).fetchone()
    if depot.valeur not in VALEURS[depot.genre] or not connu:
        return False
    c.execute(
        "INSERT INTO votes (cle, digest_id, item_id, valeur, recu_le) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (depot.cle, depot.digest_id, depot.item_id, depot.valeur, depot.recu_le.isoformat()),
    )
    return True


def _answers(c: sqlite3.Connection, digest_id: int) -> dict[str, int]:
    lignes = c.execute(
        "SELECT reponse, count(*) AS nombre FROM reponses_sondage WHERE digest_id = ? GROUP BY reponse", (digest_id,)
    )
    comptes = {x["reponse"]: x["nombre"] for x in lignes}
    return {r: comptes[r] for r in REPONSES if r in comptes}
