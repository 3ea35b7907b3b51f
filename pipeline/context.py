"""What every stage needs, built in one place: the project folder, its database, the clock, and how to tell progress."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from veille import settings
from veille.model import Dossier
from veille.store import digests, jugements, plan, sources
from veille.store.connexion import BASE, named_failures
from veille.store.lecture import Connexion
from veille.store.schema import open_store


def utc_now() -> datetime:
    """The only clock of the pipeline, read at the edge and passed down."""
    return datetime.now(UTC)


def quiet(_fait: int, _total: int, _quoi: str) -> None:
    """The progress of a run that nobody watches."""


@dataclass
class Contexte:
    """One run's tools. `progress(done, total, what)` is called from the main thread; `stop` asks for a clean end."""

    dossier: Dossier
    store: Connexion
    now: Callable[[], datetime] = utc_now
    progress: Callable[[int, int, str], None] = quiet
    stop: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def open_context(
    chemin: Path,
    *,
    now: Callable[[], datetime] = utc_now,
    progress: Callable[[int, int, str], None] = quiet,
    stop: threading.Event | None = None,
) -> Iterator[Contexte]:
    """Read and check the folder, open its database, and make the tables of names say what the files say."""
    with named_failures(chemin / BASE):
        dossier = settings.load(chemin)
        with contextlib.closing(open_store(chemin)) as store:
            sources.sync(store, dossier.sources, now())
            jugements.sync_references(store, dossier.taxonomie, dossier.gazetier)
            digests.sync_audiences(store, dossier.audiences)
            plan.sync(store, dossier.plan, now())
            plan.set_public(store, dossier.organisation.plan.public)
            yield Contexte(dossier, store, now, progress, stop or threading.Event())
