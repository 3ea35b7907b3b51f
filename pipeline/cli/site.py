"""Commands that stay up: servir (the site), planifier (the schedule), demarrer (both)."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from pipeline.cli.commun import FAIT, command, dossier_option, leave
from pipeline.cli.formes import PORT

if TYPE_CHECKING:
    from veille.model import Organisation
    from veille.pages.mandataire import Mandataire

ARRETER = "Ctrl+C pour arrêter."

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

    organisation = settings.load(dossier).organisation

    def tell(adresse: str) -> None:
        announce(adresse, public=public)
        if not public:
            _warn_of_no_password(dossier, organisation)

    serve(dossier, public=public, port=port, announce=tell, mandataire=_trusted_proxy(organisation))


@command()
@dossier_option
@port_option
def demarrer(dossier: Path, port: int) -> None:
    """Servir le site de l’équipe et tenir l’horaire de la veille, dans un seul programme."""
    from pipeline.context import open_context
    from pipeline.schedule import running

    with open_context(dossier) as ctx:  # A file or a database that is wrong is told now, not at each turn.
        organisation = ctx.dossier.organisation

    def tell(adresse: str) -> None:
        announce(adresse)
        _warn_of_no_password(dossier, organisation)

    mandataire = _trusted_proxy(organisation)
    serve_with(dossier, port, running(dossier, say, threading.Event()), mandataire=mandataire, tell=tell)
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


def serve_with(
    dossier: Path,
    port: int,
    horaire: AbstractContextManager[None],
    *,
    mandataire: Mandataire | None = None,
    tell: Callable[[str], None] | None = None,
) -> None:
    """Serve the staff site; the schedule starts once pages answer, so that a port already taken starts nothing."""
    from veille.pages.mandataire import AUCUN
    from veille.pages.site import serve

    with ExitStack() as pile:

        def ready(adresse: str) -> None:
            (tell or announce)(adresse)
            pile.enter_context(horaire)

        serve(dossier, public=False, port=port, announce=ready, mandataire=mandataire or AUCUN)


def announce(adresse: str, *, public: bool = False) -> None:
    """Tell where the site is; while nobody has an account, a link that opens once and makes the first one."""
    quoi = "Site public" if public else "Site de l’équipe"
    if "?jeton=" in adresse:
        quoi += ", pour ouvrir le premier compte (lien à usage unique, valable 30 minutes)"
    click.echo(f"{quoi} : {adresse}")
    say(ARRETER)


def _trusted_proxy(organisation: Organisation) -> Mandataire:
    from veille.pages.mandataire import configured

    return configured(organisation.connexion, os.environ)


def _warn_of_no_password(dossier: Path, organisation: Organisation) -> None:
    """Accounts, but none that can sign in: those of the demonstration, or links that nobody opened in time."""
    from veille.store import personnes
    from veille.store.comptes import open_accounts

    with closing(open_accounts(dossier)) as c:
        ouverts = [compte for compte in personnes.everyone(c) if compte.retire_a is None]
    if ouverts and not organisation.connexion.entete and not any(compte.mot_de_passe_a for compte in ouverts):
        say(f"Personne n’a encore choisi de mot de passe : « veille comptes lien {ouverts[0].identifiant} » le permet.")


def say(phrase: str) -> None:
    """One line for the person at the terminal, apart from what a program reads."""
    click.echo(phrase, err=True)
