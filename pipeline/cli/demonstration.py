"""The command that shows everything: demo."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.commun import Progression, command, emit, json_option
from pipeline.cli.formes import DOSSIER, PORT
from pipeline.cli.site import ARRETER, say, serve_with
from veille.francais import format_number, plural
from veille.model import DROITS

if TYPE_CHECKING:
    from pipeline.demo import Bilan

NOM = "Camille Exemple (fictif)"


@command()
@click.option(
    "--dossier",
    type=DOSSIER,
    default=None,
    help="Dossier à créer (doit être vide) ; sans lui, un dossier temporaire.",
)
@click.option("--sans-servir", is_flag=True, help="S’arrêter avant d’ouvrir le site de l’équipe.")
@click.option("--port", type=PORT, default=0, help="Port du site ; 0 en laisse le choix au système.")
@json_option
def demo(dossier: Path | None, sans_servir: bool, port: int, en_json: bool) -> None:
    """Montrer toute la chaîne sur une semaine fictive ; rien ne sort de cette machine."""
    from pipeline.demo import sample_week
    from pipeline.schedule import requests_only

    dossier = dossier or Path(tempfile.mkdtemp(prefix="veille-demo-"))
    debut = time.monotonic()
    with sample_week(dossier, say=_quiet if en_json else say, progress=Progression(muet=en_json)) as bilan:
        duree = time.monotonic() - debut
        emit(bilan, _describe(bilan, dossier, duree, sans_servir=sans_servir), en_json=en_json)
        sys.stdout.flush()
        if not sans_servir:
            lien = _invite(dossier)

            def tell(adresse: str) -> None:
                quoi = f"Site de l’équipe, au nom de {NOM} (lien à usage unique, valable 30 minutes)"
                click.echo(f"{quoi} : {adresse.rstrip('/')}{lien}", err=en_json)
                say(ARRETER)

            serve_with(dossier, port, requests_only(dossier, say, threading.Event()), tell=tell)


def _invite(dossier: Path) -> str:
    """An account with every right, and the path of a link that opens a session in its name: one click is enough."""
    from veille.store import liens, personnes
    from veille.store.comptes import open_accounts
    from veille.store.connexion import transaction

    now = datetime.now(UTC)
    with contextlib.closing(open_accounts(dossier)) as c, transaction(c):
        compte = personnes.add(c, "camille.exemple", NOM, DROITS, "démonstration", now)
        return f"/connexion?jeton={liens.create(c, 'session', now, compte.id)}"


def _quiet(_phrase: str) -> None:
    """Nothing is said to a program but its JSON."""


def _describe(bilan: Bilan, dossier: Path, duree: float, *, sans_servir: bool) -> str:
    lignes = [
        "",
        f"Prêt en {format_number(duree)} s. {plural(bilan.sources, 'source fictive', 'sources fictives')}, "
        f"dont {bilan.reussies} lues ; {plural(bilan.items, 'élément')} réunis en {plural(bilan.groupes, 'groupe')}, "
        f"{plural(bilan.suggestions, 'suggestion')} avec leurs raisons, "
        f"{plural(bilan.digests, 'bulletin publié', 'bulletins publiés')}.",
        "",
        "Échecs prévus par la démonstration, chacun avec sa suite :",
        *(f"  – {echec.source} ({echec.cause}) : {echec.suite}" for echec in bilan.echecs),
        "",
        f"Dossier : {dossier}",
        f"  bulletins publiés : {dossier / 'publication'}",
    ]
    if not sans_servir:
        lignes += [
            "",
            "À essayer, dans l’ordre :",
            "  1. ouvrez le lien ci-dessous et entrez ;",
            "  2. « La semaine » : lisez pourquoi une étiquette est proposée, retenez ou écartez quelques éléments ;",
            "  3. « Sources » : voyez les pannes prévues, leur cause et la suite ;",
            "  4. « Bulletins » : composez celui d’un public, relisez-le, approuvez-le, publiez-le ;",
            "  5. « Plan » : ce que la veille a fait pour chaque moyen d’action.",
            "",
        ]
    return "\n".join(lignes)
