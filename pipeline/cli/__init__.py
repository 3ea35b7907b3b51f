"""The French command line: one file per family of commands, each importing what it needs only when it runs."""

from __future__ import annotations

import click

from pipeline.cli import (
    abonnes,
    apprentissage,
    atelier,
    collecte,
    comptes,
    corrections,
    demonstration,
    diffusion,
    evaluation,
    organisations,
    plan,
    registres,
    site,
    sources,
    thematiques,
)
from pipeline.cli.commun import SOUS_COMMANDE


@click.group(
    subcommand_metavar=SOUS_COMMANDE,
    context_settings={"help_option_names": ["--aide", "--help", "-h"], "max_content_width": 100},
)
@click.version_option(package_name="veille", message="veille %(version)s")
def main() -> None:
    """Veille informationnelle : collecter, regrouper, classer, réviser, diffuser."""


for commande in (
    demonstration.demo,
    atelier.initialiser,
    atelier.diagnostic,
    collecte.cycle,
    collecte.collecter,
    collecte.regrouper,
    collecte.classer,
    apprentissage.apprendre,
    apprentissage.evaluer,
    sources.sources,
    thematiques.thematiques,
    diffusion.digest,
    plan.plan,
    plan.bilan,
    evaluation.evaluation,
    evaluation.plan_de_veille,
    registres.registre,
    organisations.organisations,
    abonnes.abonnes,
    comptes.comptes,
    site.servir,
    site.demarrer,
    site.planifier,
):
    main.add_command(commande)

registres.registre.add_command(corrections.corriger)
registres.registre.add_command(corrections.retirer)
plan.plan.add_command(corrections.suivre)
