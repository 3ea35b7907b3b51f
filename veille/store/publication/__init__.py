"""`publication.db`: what partners may see. Rebuilt whole to a new file from frozen digests, then swapped in.

It is made of what was approved and shown, never of what was collected: a newspaper's text, an internal digest, a note or a
subscriber cannot enter, because nothing here reads them.

tables       the shape of the file
parutions    what was published and corrected, as it came
remplissage  from one to the other
plan         the lighter plan, when it is public
lecture      what feeds, calendars and the static export ask of the file
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from veille.store.connexion import named_failures
from veille.store.publication import plan
from veille.store.publication.parutions import corrected_at, folder_name, frozen, issues, with_former
from veille.store.publication.remplissage import fill
from veille.store.publication.tables import FORMAT

BASE_PUBLIQUE = "publication.db"

__all__ = [
    "BASE_PUBLIQUE",
    "corrected_at",
    "folder_name",
    "frozen",
    "in_memory",
    "is_current",
    "issues",
    "rebuild",
    "with_former",
]


def rebuild(c: sqlite3.Connection, dossier: Path, avant: Callable[[sqlite3.Connection], None] | None = None) -> Path:
    """Write the public database anew from `veille.db` and swap it in; readers of the old file are not disturbed.

    `avant` reads the new file just before the swap: what is written from it is out once the swap is done, or done again.
    """
    cible = dossier / BASE_PUBLIQUE
    nouveau = cible.with_name(f".{BASE_PUBLIQUE}.nouveau")
    with named_failures(cible):
        nouveau.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(nouveau, isolation_level=None)) as public:
            public.row_factory = sqlite3.Row
            fill(public, c)
            if avant is not None:
                avant(public)
        nouveau.chmod(0o644)
        _sync(nouveau)
        nouveau.replace(cible)
    return cible


@contextlib.contextmanager
def in_memory(c: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """The public database as it would be built now, without a file."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as public:
        public.row_factory = sqlite3.Row
        fill(public, c)
        yield public


def is_current(c: sqlite3.Connection, dossier: Path) -> bool:
    """Whether the public database holds exactly the published digests of the public audiences, their corrections, and
    the public plan."""
    numeros = issues(c)
    voulu = plan.of_staff(c, numeros)
    cible = dossier / BASE_PUBLIQUE
    if not cible.exists():
        return not numeros and not voulu
    attendus = (
        FORMAT,
        set(numeros),
        {x["id"] for x in c.execute("SELECT id, digest_id FROM digest_errata") if x["digest_id"] in numeros},
        voulu,
    )
    try:
        with contextlib.closing(sqlite3.connect(f"{cible.absolute().as_uri()}?mode=ro", uri=True)) as public:
            tenus = (
                public.execute("PRAGMA user_version").fetchone()[0],
                {ligne[0] for ligne in public.execute("SELECT id FROM digests")},
                {ligne[0] for ligne in public.execute("SELECT id FROM errata")},
                plan.read(public),
            )
    except sqlite3.Error:  # Damaged or of another make: it is rebuilt.
        return False
    return tenus == attendus


def _sync(chemin: Path) -> None:
    """On disk before it takes the old file's place: a power cut leaves one or the other, whole."""
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
