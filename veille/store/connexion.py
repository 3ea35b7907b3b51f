"""Opening databases: one factory, one kind of transaction, one spelling of instants.

No table is named here. Every other file of this room takes the connection made here, so that the same code serves the
pipeline, the pages and in-memory tests.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from veille.errors import OccupeError, StoreError
from veille.textes import file_fault

BASE = "veille.db"
ATTENTE_MS = 10_000
INTEGRE = "intègre"

# What the disk, the permissions or a neighbour can do to us; any other error of SQLite is a mistake of ours, and crashes.
_OCCUPE = "occupé par une autre écriture ; réessayez dans une minute"
_MOTIFS = {
    sqlite3.SQLITE_BUSY: _OCCUPE,
    sqlite3.SQLITE_LOCKED: _OCCUPE,
    sqlite3.SQLITE_PROTOCOL: _OCCUPE,
    sqlite3.SQLITE_FULL: "il n’y a plus de place sur le disque ; faites-en, puis recommencez",
    sqlite3.SQLITE_IOERR: "le disque a refusé une lecture ou une écriture ; vérifiez la place et les permissions",
    sqlite3.SQLITE_READONLY: "l’écriture est refusée ; vérifiez les permissions du fichier et de son dossier",
    sqlite3.SQLITE_PERM: "l’accès est refusé ; vérifiez les permissions du fichier et de son dossier",
    sqlite3.SQLITE_CANTOPEN: "le fichier ne s’ouvre pas ; vérifiez que son dossier existe et que l’on peut y écrire",
    sqlite3.SQLITE_CORRUPT: "la base est endommagée ; reprenez une copie de sauvegarde",
    sqlite3.SQLITE_NOTADB: "ce n’est pas une base de données",
}


def connect(chemin: Path | str) -> sqlite3.Connection:
    """A connection in autocommit mode (transactions are explicit), foreign keys on, WAL when it is a file.

    It may be used by another thread than the one that made it, one thread at a time. A file it creates is readable by
    its owner only: what is collected and decided concerns staff.
    """
    with named_failures(chemin):
        if chemin != ":memory:" and not Path(chemin).exists():
            os.close(os.open(chemin, os.O_CREAT | os.O_RDWR, 0o600))
        c = sqlite3.connect(chemin, isolation_level=None, check_same_thread=False, timeout=ATTENTE_MS / 1000)
        try:
            c.execute("PRAGMA foreign_keys = ON")
            _set_wal(c)
            c.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error:
            c.close()
            raise
    c.row_factory = sqlite3.Row
    return c


def _set_wal(c: sqlite3.Connection) -> None:
    """SQLite refuses at once, without waiting its turn, when another process is turning the same new file to WAL."""
    fin = time.monotonic() + ATTENTE_MS / 1000
    while True:
        try:
            c.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as erreur:
            if not _is_busy(erreur) or time.monotonic() > fin:
                raise
            time.sleep(0.02)


@contextlib.contextmanager
def named_failures(fichier: Path | str) -> Iterator[None]:
    """Say in French, with its file, what the disk, the permissions or another program did to a database."""
    try:
        yield
    except sqlite3.Error as erreur:
        motif = _MOTIFS.get(_code(erreur))
        if motif is None:
            raise
        nature = OccupeError if motif is _OCCUPE else StoreError
        raise nature(f"{fichier} : {motif}.") from erreur
    except OSError as erreur:
        if not (phrase := file_fault(erreur)):
            raise
        raise StoreError(phrase) from erreur


@contextlib.contextmanager
def transaction(c: sqlite3.Connection) -> Iterator[None]:
    """One short write: takes the write lock at once, commits at the end, rolls back on any error."""
    with named_failures(_file_of(c)):
        c.execute("BEGIN IMMEDIATE")
        try:
            yield
            c.execute("COMMIT")
        except BaseException:
            if c.in_transaction:  # A full disk has already rolled it back.
                c.execute("ROLLBACK")
            raise


def open_stepped(chemin: Path, etapes: Sequence[Sequence[str]]) -> sqlite3.Connection:
    """A small database of its own, created or brought up to date: `user_version` counts the steps it has gone through.

    Refused when a newer program wrote it. What it creates is readable by its owner only.
    """
    c = connect(chemin)
    try:
        with named_failures(chemin):
            upgrade(c, chemin.name, etapes)
    except BaseException:
        c.close()
        raise
    return c


def upgrade(c: sqlite3.Connection, nom: str, etapes: Sequence[Sequence[str]]) -> None:
    """The steps that are still to be gone through, in one transaction."""
    with transaction(c):
        faites = c.execute("PRAGMA user_version").fetchone()[0]
        if faites > len(etapes):
            raise StoreError(f"{nom} a été écrite par une version plus récente de veille.")
        for enonce in (enonce for etape in etapes[faites:] for enonce in etape):
            c.execute(enonce)
        c.execute(f"PRAGMA user_version = {len(etapes)}")


@contextlib.contextmanager
def exclusive(dossier: Path, travail: str) -> Iterator[None]:
    """Held while a stage runs: a second run of the same work in this folder is refused at once.

    The lock is SQLite's own on a tiny file, so the system frees it when a process dies.
    """
    fichier = dossier / f".{travail}.verrou"
    with named_failures(fichier):
        c = sqlite3.connect(fichier, isolation_level=None, timeout=0)
    try:
        with named_failures(fichier):
            try:
                c.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as erreur:
                if not _is_busy(erreur):
                    raise
                raise OccupeError(
                    f"Un autre passage (« {travail} ») est déjà en cours dans {dossier.absolute()} ; attendez sa fin."
                ) from erreur
        yield
    finally:
        c.close()


@contextlib.contextmanager
def reading(chemin: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can change nothing of the file, its mode included."""
    adresse = f"{chemin.absolute().as_uri()}?mode=ro"
    with named_failures(chemin), contextlib.closing(sqlite3.connect(adresse, uri=True)) as c:
        yield c


def check(chemin: Path) -> str:
    """SQLite's own verdict on a database file: « intègre », or what is wrong with it."""
    if not chemin.is_file():
        return "ce n’est pas un fichier"
    try:
        with reading(chemin) as c:
            verdict = str(c.execute("PRAGMA quick_check(1)").fetchone()[0])
    except StoreError as erreur:
        return str(erreur).removeprefix(f"{chemin} : ").removesuffix(".")
    return INTEGRE if verdict == "ok" else f"endommagée ({verdict})"


def sqlite_version() -> str:
    """The version of the SQLite library in use."""
    return sqlite3.sqlite_version


def stamp(instant: datetime) -> str:
    """An aware instant as stored: `2026-11-23T14:05:09Z`. Text order is time order."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unstamp(texte: str) -> datetime:
    """The aware UTC instant that `stamp` wrote."""
    return datetime.fromisoformat(texte)


def _file_of(c: sqlite3.Connection) -> str:
    """The name of the file a connection writes to; pages show it, so its folder is left out."""
    return next((Path(fichier).name for _, nom, fichier in c.execute("PRAGMA database_list") if nom == "main"), "")


def _is_busy(erreur: sqlite3.Error) -> bool:
    return _MOTIFS.get(_code(erreur)) is _OCCUPE


def _code(erreur: sqlite3.Error) -> int:
    """SQLite's primary result code; -1 for what Python's own module says."""
    return getattr(erreur, "sqlite_errorcode", -1) & 0xFF
