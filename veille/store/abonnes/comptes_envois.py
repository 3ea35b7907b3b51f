"""Distinct people and deliveries of some digests between two instants, from the outbox; and which outboxes were purged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from veille.francais import FUSEAU
from veille.store.connexion import stamp

RECU = "etat = 'accepte' AND rebond_a IS NULL"
ENVOYABLE = timedelta(days=366)  # An issue is not sent any more a year after it came out.


def reach(c: sqlite3.Connection, digest_ids: Sequence[int], debut: str, fin: str) -> tuple[int, int, int]:
    """People, generic addresses among them, and deliveries of these digests, accepted from `debut` up to, not including, `fin`."""
    ligne = c.execute(
        "SELECT count(DISTINCT sujet), count(DISTINCT CASE generique WHEN 1 THEN sujet END), count(*) FROM envois"
        f" WHERE digest_id IN (SELECT value FROM json_each(?)) AND compte = 1 AND {RECU}"
        " AND tranche_a >= ? AND tranche_a < ?",
        (json.dumps(list(digest_ids)), debut, fin),
    ).fetchone()
    return int(ligne[0]), int(ligne[1]), int(ligne[2])


def purged(abonnes: sqlite3.Connection, veille: sqlite3.Connection) -> dict[int, date]:
    """Digests whose outbox holds fewer rows than were counted once, with their day. What counts them again would count less;
    one older than a year before a period was sent before it, and hides nothing of it.
    """
    comptes = dict(
        abonnes.execute(
            "SELECT digest_id, count(*) FROM envois WHERE digest_id IS NOT NULL GROUP BY digest_id"
        ).fetchall()
    )
    return {
        int(d): date.fromisoformat(jour)
        for d, prevus, jour in veille.execute(
            "SELECT f.digest_id, f.prevus, d.date_le FROM diffusions f JOIN digests d ON d.id = f.digest_id"
        )
        if comptes.get(d, 0) < prevus
    }


def between(debut: date, fin: date) -> tuple[str, str]:
    """The instants at which the first day begins and the last one is over."""
    return _midnight(debut), _midnight(fin + timedelta(days=1))


def _midnight(jour: date) -> str:
    return stamp(datetime(jour.year, jour.month, jour.day, tzinfo=FUSEAU))
