"""The schedule: turns the watch on time, and serves what pages ask for within seconds.

The only room that knows apscheduler. Its job store is in memory: what is due is read from the database (« prochaine
collecte », last drafts), so that a machine switched off for a week catches up at start and loses nothing.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from pipeline import deliver
from pipeline.context import open_context, utc_now
from pipeline.run import run_cycle, serve_requests
from veille.errors import OccupeError, VeilleError
from veille.francais import FUSEAU, plural
from veille.store import service
from veille.store.connexion import BASE, named_failures
from veille.store.schema import open_store

CYCLE_S = 300
DEMANDES_S = 2
ENVOI_S = 5

Say = Callable[[str], None]


def running(dossier: Path, say: Say, stop: threading.Event) -> contextlib.AbstractContextManager[None]:
    """Run the schedule in the background; leaving asks the work under way to stop between two units, and waits for it."""
    return _background(((_turn, CYCLE_S), (_serve, DEMANDES_S), (_send, ENVOI_S)), dossier, say, stop)


def requests_only(dossier: Path, say: Say, stop: threading.Event) -> contextlib.AbstractContextManager[None]:
    """Serve what pages ask for, without reading sources by itself: for a demonstration that must stay still."""
    return _background(((_serve, DEMANDES_S),), dossier, say, stop)


# One job; returns what prevented part of its work, or "".
Travail = Callable[[Path, Say, threading.Event], str]


@contextlib.contextmanager
def _background(
    travaux: Sequence[tuple[Travail, int]], dossier: Path, say: Say, stop: threading.Event
) -> Iterator[None]:
    planification = BackgroundScheduler(
        timezone=str(FUSEAU),
        executors={"default": ThreadPoolExecutor(len(travaux))},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for travail, secondes in travaux:  # The first turn is now: what is overdue is caught up at start.
        tache = _guarded(travail, dossier, say, stop)
        planification.add_job(tache, "interval", seconds=secondes, next_run_time=datetime.now(FUSEAU))
    planification.start()
    try:
        yield
    finally:
        stop.set()
        planification.shutdown(wait=True)


def run_forever(dossier: Path, say: Say, stop: threading.Event) -> None:
    """The schedule alone, until asked to stop."""
    with running(dossier, say, stop):
        stop.wait()


def _guarded(travail: Travail, dossier: Path, say: Say, stop: threading.Event) -> Callable[[], None]:
    """An expected failure (a staff file being edited, a busy database) is told once, and the next turn tries again."""
    dite = ""

    def run() -> None:
        nonlocal dite
        if stop.is_set():
            return
        try:
            panne = travail(dossier, say, stop)
        except VeilleError as erreur:
            panne = str(erreur)
        if panne and panne != dite:
            say(f"veille : {panne}")
        dite = panne

    return run


def _turn(dossier: Path, say: Say, stop: threading.Event) -> str:
    with open_context(dossier, stop=stop) as ctx:
        cycle = run_cycle(ctx, courriel=False)
    if cycle.collecte.sources or cycle.brouillons:
        say(
            f"Tour de veille : {plural(cycle.collecte.sources, 'source lue', 'sources lues')}, "
            f"{plural(cycle.collecte.nouveaux, 'nouveauté')}, {plural(len(cycle.collecte.echecs), 'échec')}, "
            f"{plural(len(cycle.brouillons), 'brouillon')}."
        )
    if cycle.rapport:
        say(f"Sources lues pour la première fois : voyez {cycle.rapport}.")
    return "\n".join(cycle.remises)


def _serve(dossier: Path, say: Say, stop: threading.Event) -> str:
    with contextlib.closing(open_store(dossier)) as c, named_failures(dossier / BASE):
        attente = len(service.waiting(c))
    if attente:
        with open_context(dossier, stop=stop) as ctx:
            servies, en_echec = serve_requests(ctx)
        if servies:
            say(f"{plural(servies, 'demande servie', 'demandes servies')}, dont {plural(en_echec, 'échec')}.")
    return ""


def _send(dossier: Path, say: Say, stop: threading.Event) -> str:
    """Mails leave in a thread of their own, so that a long sending delays neither readings nor a request to pause it."""
    if not deliver.has_work(dossier, utc_now()):
        return ""
    try:
        with open_context(dossier, stop=stop) as ctx:
            bilan = deliver.deliver(ctx)
    except OccupeError:  # A command is sending already.
        return ""
    if bilan.total:
        say(f"Courriels : {bilan.phrase}")
    return bilan.arret
