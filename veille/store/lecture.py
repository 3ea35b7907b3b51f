"""Reading for pages: one snapshot per page, bounded queries, and a published file that is swapped while it is served.

Datasette keeps connections by thread and by name: it would serve a replaced `publication.db` for ever, or mix two of
them in one page. Here every file that was ever swapped in is a `Generation` with its own connections; a page holds on
to one until its end, and the connections of a replaced file are closed when its last page is done.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import LifoQueue
from typing import TypeVar
from urllib.parse import quote

from veille.errors import StoreError

T = TypeVar("T")
Connexion = sqlite3.Connection  # So that pages can name what they hold without importing sqlite3.

OCTETS_MAX = 32 * 2**20
ESSAIS = 20

Signature = tuple[int, int, int, int]


def snapshot(c: sqlite3.Connection, lire: Callable[[sqlite3.Connection], T]) -> T:
    """Run several reads on one state of the database, whatever is written meanwhile."""
    c.execute("BEGIN")
    try:
        return lire(c)
    finally:
        c.execute("ROLLBACK")


def bound(c: sqlite3.Connection) -> None:
    """No value of a visitor's query may outgrow memory, and foreign keys hold should it ever write."""
    c.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, OCTETS_MAX)
    c.execute("PRAGMA foreign_keys = ON")


def indexed_columns(c: sqlite3.Connection) -> set[tuple[str, str]]:
    """(table, column) wherever rows are found by that column without walking the table."""
    lignes = c.execute(
        "SELECT t.name, k.name FROM sqlite_master t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) k"
        " WHERE t.type = 'table' AND k.seqno = 0"
        " UNION SELECT t.name, k.name FROM sqlite_master t JOIN pragma_table_info(t.name) k"
        " WHERE t.type = 'table' AND k.pk = 1"
    )
    return {(table, colonne) for table, colonne in lignes}


class Generation:
    """One state of the file: connections all opened on the same inode, lent one thread at a time."""

    def __init__(self, signature: Signature | None) -> None:
        self.signature = signature
        self.octets = signature[3] if signature else 0
        self.pages = 0
        self.remplacee = False
        self._toutes: list[sqlite3.Connection] = []
        self._libres: LifoQueue[sqlite3.Connection] = LifoQueue()

    def lend(self, connexion: sqlite3.Connection) -> None:
        """Add a connection to those that can be lent."""
        self._toutes.append(connexion)
        self._libres.put(connexion)

    def run(self, lire: Callable[[sqlite3.Connection], T]) -> T:
        """Lend a connection to `lire`; waits when all are lent."""
        connexion = self._libres.get()
        try:
            return lire(connexion)
        finally:
            self._libres.put(connexion)

    def close(self) -> None:
        """Close every connection; called when nobody reads any more."""
        for connexion in self._toutes:
            connexion.close()


class Generations:
    """The successive states of one published file. A missing file is an empty database."""

    def __init__(self, chemin: Path, connexions: int, prepare: Callable[[sqlite3.Connection], None]) -> None:
        self._chemin = chemin
        self._nombre = connexions
        self._prepare = prepare
        self._verrou = threading.Lock()
        self._courante: Generation | None = None

    @contextlib.contextmanager
    def pin(self) -> Iterator[Generation]:
        """Hold the present generation until the end of the block."""
        with self._verrou:
            generation = self._present()
            generation.pages += 1
        try:
            yield generation
        finally:
            with self._verrou:
                generation.pages -= 1
                self._release(generation)

    def close(self) -> None:
        """Forget the present generation; its connections close with its last page."""
        with self._verrou:
            if self._courante is not None:
                self._courante.remplacee = True
                self._release(self._courante)
                self._courante = None

    def _present(self) -> Generation:
        ancienne = self._courante
        if ancienne is not None and ancienne.signature == _signature(self._chemin):
            return ancienne
        self._courante = nouvelle = self._open()
        if ancienne is not None:
            ancienne.remplacee = True
            self._release(ancienne)
        return nouvelle

    def _release(self, generation: Generation) -> None:
        if generation.remplacee and generation.pages == 0:
            generation.close()

    def _open(self) -> Generation:
        """Open all connections on one same file: its signature must be the same before and after."""
        for _ in range(ESSAIS):
            avant = _signature(self._chemin)
            generation = Generation(avant)
            try:
                for _ in range(self._nombre):
                    generation.lend(self._connect(avant))
            except sqlite3.Error as erreur:
                generation.close()
                if _signature(self._chemin) == avant:
                    raise StoreError(f"{self._chemin} n’est pas lisible ({erreur}).") from erreur
                continue
            if _signature(self._chemin) == avant:
                return generation
            generation.close()
        raise StoreError(f"{self._chemin} change sans cesse.")

    def _connect(self, signature: Signature | None) -> sqlite3.Connection:
        adresse = f"file:{quote(str(self._chemin))}?mode=ro&immutable=1" if signature else ":memory:"
        c = sqlite3.connect(adresse, uri=signature is not None, check_same_thread=False)
        self._prepare(c)
        c.execute("SELECT count(*) FROM sqlite_master").fetchone()  # Really opens the file.
        return c


def _signature(chemin: Path) -> Signature | None:
    try:
        etat = chemin.stat()
    except FileNotFoundError:
        return None
    return etat.st_dev, etat.st_ino, etat.st_mtime_ns, etat.st_size
