"""Opening a site: one Datasette, one socket, one loop, until it is told to stop.

Two sites are two instances on two databases: `veille.db` for the team, signed in; `publication.db` for everybody.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

import veille.pages as plugin
from veille.errors import Faute, OccupeError, SettingsError
from veille.pages import habillage
from veille.pages.bases import BaseEquipe, BasePubliee
from veille.pages.fil import Fil
from veille.pages.instance import BASES, Instance, Role, declare, utcnow
from veille.pages.mandataire import AUCUN, Mandataire
from veille.pages.metadonnees import REGLAGES, metadata
from veille.pages.sessions import Sessions
from veille.store import file
from veille.store.abonnes import open_subscribers
from veille.store.boite import open_inbox
from veille.store.connexion import BASE
from veille.store.publication import BASE_PUBLIQUE
from veille.store.schema import open_store
from veille.textes import port_refused

GABARITS = Path(__file__).parent / "gabarits"
DELAI_ARRET_S = 3
PAQUETS_A_L_OUVERTURE = 10  # Of 200 stories: two weeks of a busy watch, in a few seconds.


def serve(
    dossier: Path,
    *,
    public: bool,
    port: int,
    announce: Callable[[str], None],
    host: str = "127.0.0.1",
    stop: threading.Event | None = None,
    clock: Callable[[], datetime] = utcnow,
    mandataire: Mandataire = AUCUN,
) -> None:
    """Serve until SIGINT, SIGTERM or `stop`, then return. `announce` gets the address once pages answer.

    While nobody has an account, the staff site's address is a one-time link that makes the first one. Signals are
    listened to from the main thread only.
    """
    arret = stop or threading.Event()
    with contextlib.ExitStack() as pile:
        prise = pile.enter_context(_bind(host, port))
        datasette, site = pile.enter_context(open_site(dossier, public=public, clock=clock, mandataire=mandataire))
        adresse = _address(prise)

        def ready() -> None:
            premier = site.sessions.first_link() if site.sessions else ""
            announce(adresse + (premier or "/"))

        pile.enter_context(_stop_on_signals(arret))
        configuration = uvicorn.Config(
            datasette.app(),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # It would believe any header from loopback; `mandataire` decides whom to believe.
            ws="none",
            timeout_graceful_shutdown=DELAI_ARRET_S,
        )
        _Serveur(configuration, arret, ready).run(sockets=[prise])


@contextlib.contextmanager
def open_site(
    dossier: Path,
    *,
    public: bool,
    clock: Callable[[], datetime] = utcnow,
    mandataire: Mandataire = AUCUN,
) -> Iterator[tuple[Any, Instance]]:
    """Datasette set up as one of our sites, and closed behind."""
    if not pm.is_registered(plugin):  # Not installed with its entry point: run from a copy of the sources.
        pm.register(plugin, "veille")
    if not public:
        _open_queue(dossier, clock())
    ecrivain = None if public else Fil(open_store(dossier), "ecriture")
    sessions = None if public else Sessions(dossier, clock)
    abonnes = Fil(open_subscribers(dossier), "abonnes")
    boite = Fil(open_inbox(dossier), "boite") if public else None
    role: Role = "public" if public else "equipe"
    site = Instance(role, dossier, sessions, ecrivain, clock, mandataire, abonnes, boite)
    datasette = Datasette(
        metadata=metadata(site.role),
        settings=dict(REGLAGES),
        template_dir=str(GABARITS),
        secret=sessions.secret if sessions else None,
    )
    datasette.remove_database("_memory")  # Added because no file was given.
    datasette._root_token = None  # Nobody signs in by Datasette's own link.
    if public:
        datasette.add_database(BasePubliee(datasette, dossier / BASE_PUBLIQUE), name=BASES["public"])
    else:
        datasette.add_database(BaseEquipe(datasette, dossier / BASE), name=BASES["equipe"])
    habillage.install(datasette.jinja_env)
    declare(datasette, site)
    try:
        yield datasette, site
    finally:
        datasette.executor.shutdown(wait=True, cancel_futures=True)
        for base in datasette.databases.values():
            base.close()
        for ouvert in (sessions, ecrivain, abonnes, boite):
            if ouvert is not None:
                ouvert.close()


def _open_queue(dossier: Path, now: datetime) -> None:
    """Create or migrate the database, and put the latest stories in the queue if no turn of the watch has yet."""
    with contextlib.closing(open_store(dossier)) as c, contextlib.suppress(OccupeError):
        file.note_due(c, now)
        for _ in range(PAQUETS_A_L_OUVERTURE):
            if not file.drain(c, now):
                break


class _Serveur(uvicorn.Server):
    """uvicorn, stopped by an event, without its habit of dying by the signal after a clean stop."""

    def __init__(self, config: uvicorn.Config, arret: threading.Event, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._arret = arret
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours (see `_stop_on_signals`)."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Announce once requests are answered."""
        await super().startup(sockets)
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Asked ten times a second whether to go on."""
        return await super().on_tick(counter) or self._arret.is_set()


def _bind(host: str, port: int) -> socket.socket:
    famille = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio turns Nagle's delay off; without, each page waits 40 ms for an acknowledgement.
    prise = socket.socket(famille, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        prise.bind((host, port))
    except (OSError, OverflowError) as erreur:
        prise.close()
        attendu = f"{port_refused(erreur)} ; choisissez un autre port, ou 0 pour un port libre"
        raise SettingsError([Faute("servir", "--port", str(port), attendu)]) from erreur
    return prise


def _address(prise: socket.socket) -> str:
    hote, port = prise.getsockname()[:2]
    return f"http://[{hote}]:{port}" if ":" in hote else f"http://{hote}:{port}"


@contextlib.contextmanager
def _stop_on_signals(arret: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_signal: int, _frame: FrameType | None) -> None:
        arret.set()

    anciens = {s: signal.signal(s, handle) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for numero, ancien in anciens.items():
            signal.signal(numero, ancien)
