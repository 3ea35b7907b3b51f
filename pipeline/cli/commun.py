"""What every command shares: its folder, its two voices (French for people, JSON for programs), its exit codes."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from pipeline.cli.formes import DOSSIER
from veille.errors import VeilleError
from veille.textes import file_fault

P = ParamSpec("P")
R = TypeVar("R")

SOUS_COMMANDE = "COMMANDE [ARGUMENTS]..."
FAIT, PARTIEL, REFUS, INTERROMPU = 0, 1, 2, 130

dossier_option = click.option(
    "--dossier",
    type=DOSSIER,
    default=Path(),
    show_default="le dossier courant",
    help="Dossier du projet (celui des fichiers TOML).",
)
json_option = click.option("--json", "en_json", is_flag=True, help="Répondre par un objet JSON sur la sortie standard.")
par_option = click.option(
    "--par", required=True, metavar="NOM", help="Nom de la personne qui agit ; il est inscrit au registre."
)


def command(groupe: click.Group | None = None, nom: str | None = None) -> Callable[[Callable[P, R]], click.Command]:
    """A click command whose expected errors become one French sentence on stderr and exit code 2."""

    def decorate(f: Callable[P, R]) -> click.Command:
        @functools.wraps(f)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return f(*args, **kwargs)
            except VeilleError as erreur:
                click.echo(f"veille : {erreur}", err=True)
                sys.exit(REFUS)
            except OSError as erreur:
                if not (phrase := file_fault(erreur)):
                    raise
                click.echo(f"veille : {phrase}", err=True)
                sys.exit(REFUS)
            except KeyboardInterrupt:
                click.echo(
                    "\nveille : interrompu. Ce qui est déjà enregistré est gardé ; le reste est à refaire.", err=True
                )
                leave(INTERROMPU)

        fabrique = groupe.command if groupe is not None else click.command
        return fabrique(nom or f.__name__)(run)

    return decorate


@contextlib.contextmanager
def stopping(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C asks the work inside to end cleanly; a second one ends the program."""
    avant = signal.getsignal(signal.SIGINT)

    def ask(_signal: int, _cadre: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, avant)
        click.echo("\nArrêt demandé : ce qui est en route se termine.", err=True)

    signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, avant)


def leave(code: int) -> NoReturn:
    """End now. Python would first wait for every thread stuck on a slow site, and they hold nothing to save."""
    if threading.active_count() == 1:
        sys.exit(code)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def emit(objet: Any, texte: str, *, en_json: bool) -> None:
    """Say the result: the object for programs, the text for people."""
    if en_json:
        valeur = asdict(objet) if is_dataclass(objet) and not isinstance(objet, type) else objet
        click.echo(json.dumps(valeur, ensure_ascii=False, default=_plain))
    else:
        click.echo(texte)


def _plain(valeur: object) -> str:
    """What JSON has no word for: an instant or a day, in ISO 8601."""
    if isinstance(valeur, date):  # A datetime is one too.
        return valeur.isoformat()
    raise TypeError(f"{type(valeur).__name__} n’a pas de forme JSON")


class Progression:
    """Progress on stderr: a bar on a terminal, a line now and then elsewhere."""

    LIGNES = 10  # At most this many lines per task where there is no terminal.

    def __init__(self, *, muet: bool = False) -> None:
        self._muet = muet
        self._barre = sys.stderr.isatty()

    def __call__(self, fait: int, total: int, quoi: str) -> None:
        """Tell that `fait` of `total` are done, the last one being `quoi`."""
        if self._muet or not total:
            return
        if self._barre:
            plein = 30 * fait // total
            click.echo(f"\r[{'█' * plein}{'·' * (30 - plein)}] {fait}/{total} {quoi[:40]:<40}", nl=False, err=True)
            if fait == total:
                click.echo("\r" + " " * 90 + "\r", nl=False, err=True)
        elif fait == total or fait % max(1, total // self.LIGNES) == 0:
            click.echo(f"  {fait}/{total} {quoi}", err=True)
