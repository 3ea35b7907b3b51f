"""Commands about the plan de veille: lister, verifier, decouvrir."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.cli.commun import PARTIEL, SOUS_COMMANDE, Progression, command, dossier_option, emit, json_option
from veille.francais import plural


@click.group(subcommand_metavar=SOUS_COMMANDE)
def sources() -> None:
    """Le plan de veille : lister, vérifier, découvrir des flux."""


@command(sources)
@dossier_option
@json_option
def lister(dossier: Path, en_json: bool) -> None:
    """Montrer chaque source, son état et sa dernière lecture."""
    from dataclasses import asdict

    from pipeline.context import open_context
    from veille.francais import format_instant
    from veille.store.sources import health

    with open_context(dossier) as ctx:
        lignes = health(ctx.store)
    texte = "\n".join(
        f"{s.slug:<32} {s.etat:<11} {s.items:>5}  "
        + (format_instant(s.derniere_a) + (f" ({s.cause})" if s.cause else "") if s.derniere_a else "jamais lue")
        for s in lignes
    )
    emit({"sources": [asdict(s) for s in lignes]}, texte, en_json=en_json)


@command(sources)
@click.argument("slugs", nargs=-1, metavar="[SOURCE]...")
@click.option("--tout", is_flag=True, help="Vérifier toutes les sources « à vérifier ».")
@dossier_option
@json_option
def verifier(slugs: tuple[str, ...], tout: bool, dossier: Path, en_json: bool) -> None:
    """Lire une fois les sources à vérifier, activer celles qui répondent, proposer des flux pour les autres."""
    from dataclasses import asdict

    from pipeline.context import open_context
    from pipeline.verify import verify

    if slugs and tout:
        raise click.UsageError("Choisissez : des sources nommées, ou --tout, pas les deux.")
    if not slugs and not tout:
        raise click.UsageError("Nommez des sources, ou ajoutez --tout pour les vérifier toutes.")
    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        rapport = verify(ctx, slugs)
    texte = (
        f"{plural(rapport.verifiees, 'source lue', 'sources lues')}, "
        f"{plural(len(rapport.activees), 'activée', 'activées')}, "
        f"{plural(len(rapport.propositions), 'flux proposé', 'flux proposés')}, "
        f"{plural(len(rapport.echecs), 'échec')}.\nRapport : {rapport.fichier}"
    )
    emit(asdict(rapport), texte, en_json=en_json)
    sys.exit(PARTIEL if rapport.echecs else 0)


@command(sources)
@click.argument("url")
@dossier_option
@json_option
def decouvrir(url: str, dossier: Path, en_json: bool) -> None:
    """Chercher les flux qu’un site déclare ou qui se trouvent aux adresses habituelles."""
    from pipeline.context import open_context
    from pipeline.verify import discover

    with open_context(dossier) as ctx:
        trouves = discover(ctx, url)
    texte = (
        "\n".join(trouves) or "Aucun flux trouvé : essayez le genre « liste » avec l’adresse de la page de nouvelles."
    )
    emit({"url": url, "flux": list(trouves)}, texte, en_json=en_json)
    sys.exit(0 if trouves else PARTIEL)
