"""Which organisations of the répertoire have subscribers: counted here, kept in `veille.db` without any address.

A measure near « organisations soutenues », never added to it: receiving a digest is not being supported. Under three
people, how many is not kept (0 stands for it): a count of one is a person.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import datetime

from veille.francais import local_day
from veille.store import organisations
from veille.store.connexion import stamp, transaction

TROP_PEU = 3
TOUS = ""  # The audience of the rows that count every audience together.


def measure(abonnes: sqlite3.Connection, veille: sqlite3.Connection, now: datetime) -> None:
    """Keep, for each audience and for all, the organisations with an active subscription; merges followed."""
    fiches = organisations.all_sheets(veille)
    personnes: dict[tuple[str, str], set[int]] = defaultdict(set)
    for x in abonnes.execute(
        "SELECT p.id, p.organisation_code AS code, a.audience FROM abonnes p JOIN abonnements a ON a.abonne_id = p.id"
        " WHERE p.organisation_code <> '' AND p.genre = 'partenaire' AND a.confirme_a IS NOT NULL AND a.retire_a IS NULL"
        " AND (a.expire_le IS NULL OR a.expire_le >= ?)",
        (local_day(now).isoformat(),),
    ):
        code = fiches[x["code"]].code if x["code"] in fiches else x["code"]
        personnes[x["audience"], code].add(x["id"])
        personnes[TOUS, code].add(x["id"])
    comptes = {cle: len(qui) for cle, qui in personnes.items()}
    with transaction(veille):
        veille.execute("DELETE FROM organisations_abonnees")
        veille.executemany(
            "INSERT INTO organisations_abonnees (audience, code, abonnes, mesuree_a) VALUES (?, ?, ?, ?)",
            [(*cle, n if n >= TROP_PEU else 0, stamp(now)) for cle, n in sorted(comptes.items())],
        )
