"""Commands that stay up: servir (the site), planifier (the schedule), demarrer (both)."""

from __future__ import annotations

import signal
import threading
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import FrameType

import click

from pipeline.cli.commun import FAIT, command, dossier_option, leave
from pipeline.cli.formes import PORT

port_option = click.option(
    "--port",
    type=PORT,
    default=8001,
    show_default=True,
    help="Port du site ; 0 en laisse le choix au système.",
)


@command()
@dossier_option
@click.option("--public", is_flag=True, help="Servir le site public (ce qui est publié) plutôt que celui de l’équipe.")
@port_option
def servir(dossier: Path, public: bool, port: int) -> None:
    """Servir le site de l’équipe, ou le site public, jusqu’à l’arrêt (Ctrl+C)."""
    from veille import settings
    from veille.pages.site import serve

    settings.load(dossier)
    serve(dossier, public=public, port=port, announce=lambda adresse: announce(adresse, public=public))


@command()
@dossier_option
@port_option
def demarrer(dossier: Path, port: int) -> None:
    """Servir le site de l’équipe et tenir l’horaire de la veille, dans un seul programme."""
    from pipeline.context import open_context
    from pipeline.schedule import running

    with open_context(dossier):
        pass  # A file or a database that is wrong is told now, not at each turn.
    serve_with(dossier, port, running(dossier, say, threading.Event()))
    leave(FAIT)


@command()
@dossier_option
def planifier(dossier: Path) -> None:
    """Tenir l’horaire de la veille, sans site, jusqu’à l’arrêt (Ctrl+C)."""
    from pipeline.context import open_context
    from pipeline.schedule import run_forever

    with open_context(dossier):
        pass
    stop = threading.Event()

    def ask_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for signe in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signe, ask_stop)
    say("Horaire en marche ; Ctrl+C pour arrêter.")
    run_forever(dossier, say, stop)
    say("Horaire arrêté.")
    leave(FAIT)


def serve_with(dossier: Path, port: int, horaire: AbstractContextManager[None], *, err: bool = False) -> None:
    """Serve the staff site; the schedule starts once pages answer, so that a port already taken starts nothing."""
    from veille.pages.site import serve

    with ExitStack() as pile:

        def ready(adresse: str) -> None:
            announce(adresse, public=False, err=err)
            pile.enter_context(horaire)

        serve(dossier, public=False, port=port, announce=ready)


def announce(adresse: str, *, public: bool, err: bool = False) -> None:
    """Tell where the site is; the staff link opens once. `err`: on stderr, when stdout is a program's."""
    quoi = "Site public" if public else "Site de l’équipe (lien à usage unique, valable 30 minutes)"
    click.echo(f"{quoi} : {adresse}", err=err)
    say("Ctrl+C pour arrêter.")


def say(phrase: str) -> None:
    """One line for the person at the terminal, apart from what a program reads."""
    click.echo(phrase, err=True)
