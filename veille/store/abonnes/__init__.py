"""`abonnes.db`: who receives the digests, by whose consent, and what was sent to whom. Never opened by Datasette.

Kept apart from `veille.db` so that nobody who may read tables can read an address. This file opens it and brings it up
to date; each noun has its own file.

`sujet` is a random name given to a person once: journals and deliveries know people by it, never by their address, so
that erasing one row of `abonnes` leaves nothing that leads to anyone, and the counts stay right.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from veille.store.abonnes.schema import ETAPES
from veille.store.connexion import connect, named_failures, upgrade

BASE_ABONNES = "abonnes.db"


def open_subscribers(dossier: Path) -> sqlite3.Connection:
    """The `abonnes.db` of a project folder, created or brought up to date; readable by its owner only."""
    c = connect(dossier / BASE_ABONNES)
    try:
        with named_failures(dossier / BASE_ABONNES):
            migrate(c)
    except BaseException:
        c.close()
        raise
    return c


def migrate(c: sqlite3.Connection) -> None:
    """Bring the file to today's tables, or refuse it if a newer program wrote it."""
    # What is erased is overwritten: a scan of the file must not find it in a freed page.
    c.execute("PRAGMA secure_delete = ON")
    upgrade(c, BASE_ABONNES, ETAPES)
