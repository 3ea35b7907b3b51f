"""The tables of `veille.db`, as numbered migrations that are only ever appended to.

Rows are facts: inserted, never deleted; a later fact prevails over an earlier one. What looks like a state (a source's
health, an item's verdict, a digest's état) is read from the latest facts by a view or a generated column.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from veille.errors import StoreError
from veille.store.connexion import BASE, connect, named_failures, reading, transaction
from veille.store.schema import m001, m002, m003, m004, m005

# Numbered steps from an empty file to today's tables. Append only; never edit one that has landed.
ETAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("m001_fondations", m001.BLOCS),
    ("m002_apprentissage", m002.BLOCS),
    ("m003_revue", m003.BLOCS),
    ("m004_diffusion", m004.BLOCS),
    ("m005_plan", m005.BLOCS),
)


def migrate(c: sqlite3.Connection, nom: str = BASE) -> None:
    """Bring a database to today's tables, or refuse it if a newer program wrote it. Safe when two start at once."""
    if inconnues := _unknown(c):
        raise StoreError(
            f"{nom} a été écrite par une version plus récente de veille ({', '.join(inconnues)}) : "
            "mettez le programme à jour, la base n’a pas été touchée."
        )
    if len(_applied(c)) == len(ETAPES):
        return
    from sqlite_utils import Database  # Costs half a second: only when there is something to do.
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("veille")
    for etape, blocs in ETAPES:

        def step(db: Any, blocs: tuple[str, ...] = blocs) -> None:
            _apply(db.conn, blocs)

        migrations(name=etape)(step)
    with transaction(c):  # The lock is taken before the pending steps are read again.
        migrations.apply(Database(c, recursive_triggers=False, execute_plugins=False))


def open_store(dossier: Path) -> sqlite3.Connection:
    """The `veille.db` of a project folder, created or migrated as needed."""
    c = connect(dossier / BASE)
    try:
        with named_failures(dossier / BASE):
            migrate(c)
    except BaseException:
        c.close()
        raise
    return c


def newer_steps(chemin: Path) -> list[str]:
    """The steps of a database that this program does not know; nothing is changed in it."""
    with reading(chemin) as c:
        return _unknown(c)


def _unknown(c: sqlite3.Connection) -> list[str]:
    return sorted(_applied(c) - {etape for etape, _ in ETAPES})


def _applied(c: sqlite3.Connection) -> set[str]:
    if not c.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return set()
    return {nom for (nom,) in c.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'veille'")}


def _apply(c: sqlite3.Connection, blocs: tuple[str, ...]) -> None:
    """`executescript` would commit the migration's transaction, so statements go one by one."""
    enonce = ""
    for ligne in "\n".join(blocs).splitlines():
        enonce += ligne + "\n"
        if sqlite3.complete_statement(enonce):
            c.execute(enonce)
            enonce = ""
