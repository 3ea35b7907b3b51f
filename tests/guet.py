"""What a site asks of its database: every statement on every connection, how it is carried out, and how many steps it took.

A table that grows with the archive must be searched by an index, never walked: a page that is quick today would take a
second in five years.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

# What one week more makes longer. Sources, themes, accounts, filters or reasons do not grow with the weeks.
GRANDISSENT = (
    "items",
    "textes",
    "versions",
    "groupes",
    "membres",
    "rapprochements",
    "reperes",
    "classements",
    "suggestions",
    "tirages",
    "decisions",
    "file_revue",
    "file_etiquettes",
    "file_a_refaire",
    "collectes",
    "digest_items",
)
PAS = 50  # Steps of SQLite's virtual machine between two calls of the counter.


class Guet:
    """Connections opened while it watches: their statements, as run, and their steps."""

    def __init__(self) -> None:
        self.requetes: set[str] = set()
        self.pas = 0

    @contextlib.contextmanager
    def watching(self, fichier: str = "veille.db") -> Iterator[None]:
        """Listen to every connection opened in the block on files of this name."""
        ouvrir = sqlite3.connect

        def connect(base: Any, *args: Any, **options: Any) -> sqlite3.Connection:
            c = ouvrir(base, *args, **options)
            if fichier in str(base):
                c.set_trace_callback(self.requetes.add)
                c.set_progress_handler(self._count, PAS)
            return c

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", connect)
            yield

    def _count(self) -> int:
        self.pas += PAS
        return 0


def walks(c: sqlite3.Connection, requete: str) -> list[str]:
    """The growing tables that this statement would walk from one end to the other, as SQLite says it would."""
    if not re.match(r"\s*(SELECT|WITH|UPDATE|DELETE|INSERT|REPLACE)\b", requete) or "'main'." in requete:
        return []  # Transactions, pragmas, and what the full-text index says to itself.
    try:
        etapes = [ligne[3] for ligne in c.execute(f"EXPLAIN QUERY PLAN {requete}")]
    except sqlite3.OperationalError as erreur:  # What is true of this connection only (a temporary table).
        pytest.fail(f"{erreur} : {requete}")
    noms = _aliases(c, requete)
    return [etape for etape in etapes if _walked(etape, noms)]


def exaggerate(c: sqlite3.Connection, fois: int = 10_000) -> None:
    """Make the planner believe that what grows has grown so many times."""
    c.execute("ANALYZE")
    for table, index, chiffres in c.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall():
        if table in (*GRANDISSENT, "digests"):  # A few hundred of these one day: listed, but not looked for one by one.
            nombre, *reste = chiffres.split()
            grossi = " ".join([str(int(nombre) * fois), *reste])
            c.execute("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", (grossi, table, index))


def open_plain(dossier: Path) -> sqlite3.Connection:
    """A connection nobody listens to."""
    return sqlite3.connect(dossier / "veille.db", isolation_level=None)


def _walked(etape: str, noms: Mapping[str, str]) -> bool:
    trouve = re.match(r"(SCAN|SEARCH) (\w+)\b(?!-)(.*)", etape)
    if trouve is None or trouve[2] not in noms or "VIRTUAL TABLE" in etape:
        return False
    return trouve[1] == "SCAN" or "AUTOMATIC" in trouve[3]


def _aliases(c: sqlite3.Connection, requete: str) -> dict[str, str]:
    """Name in the plan → growing table, for the statement and the views that it reads."""
    vues = dict(c.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    texte, lus = requete, set[str]()
    while nouvelles := {v for v in vues if v not in lus and re.search(rf"\b{v}\b", texte)}:
        texte += " ; ".join(["", *(vues[v] for v in nouvelles)])
        lus |= nouvelles
    noms = {table: table for table in GRANDISSENT if re.search(rf"\b{table}\b", texte)}
    for table in list(noms):
        for alias in re.findall(rf"\b{table}\b\s+(?:AS\s+)?([a-z]\w*)\b", texte):
            noms[alias] = table
    return noms
