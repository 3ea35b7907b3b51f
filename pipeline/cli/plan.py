"""Commands about the action plan: its state, and the bilan."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.commun import SOUS_COMMANDE, command, dossier_option, emit, json_option
from pipeline.cli.formes import FICHIER, Jour
from veille.francais import FUSEAU, format_day, plural

if TYPE_CHECKING:
    from veille.evaluation import EtatPlan, LigneMoyen


@click.group(subcommand_metavar=SOUS_COMMANDE)
def plan() -> None:
    """Le plan d’action et son suivi."""


@command(plan)
@dossier_option
@json_option
def etat(dossier: Path, en_json: bool) -> None:
    """Montrer le plan, ses indicateurs et ce que la veille a fait pour chaque moyen."""
    from pipeline.context import open_context
    from pipeline.report import measure

    with open_context(dossier) as ctx:
        resultat = measure(ctx, datetime.now(FUSEAU).date())
    emit(to_json(resultat), "\n".join(_lines(resultat)), en_json=en_json)


@command()
@click.option("--au", type=Jour(), required=True, help="Dernier jour du bilan (AAAA-MM-JJ).")
@click.option(
    "--format", "forme", type=click.Choice(["html"]), default="html", show_default=True, help="Format du bilan."
)
@click.option("--sortie", type=FICHIER, required=True, help="Fichier à écrire.")
@dossier_option
@json_option
def bilan(au: date, forme: str, sortie: Path, dossier: Path, en_json: bool) -> None:
    """Écrire le bilan : les six colonnes du plan, la dernière remplie par ce que la veille a fait."""
    from pipeline.context import open_context
    from pipeline.report import write_bilan

    with open_context(dossier) as ctx:
        resultat = write_bilan(ctx, au, sortie)
    objet = {"fichier": str(sortie), "format": forme, **to_json(resultat)}
    emit(objet, f"Bilan au {format_day(au)} écrit dans {sortie}.", en_json=en_json)


def to_json(etat: EtatPlan) -> dict[str, Any]:
    """The plan's state for programs: one entry per moyen, with the ids of the digests behind each figure."""
    return {
        "plan": etat.plan.slug,
        "au": etat.au.isoformat(),
        "bulletins": len(etat.bulletins),
        "moyens": [_moyen(ligne) for ligne in _moyens(etat)],
    }


def _moyen(ligne: LigneMoyen) -> dict[str, Any]:
    return {
        "id": ligne.moyen.id,
        "bulletins": [livrable.digest_id for livrable in ligne.livrables],
        "indicateurs": [
            {"id": m.indicateur.id, "valeur": m.valeur, "automatique": m.automatique} for m in ligne.mesures
        ],
        "realisations": list(ligne.realisations),
    }


def _moyens(etat: EtatPlan) -> list[LigneMoyen]:
    return [m for o in etat.orientations for objectif in o.objectifs for m in objectif.moyens]


def _lines(etat: EtatPlan) -> list[str]:
    lignes = [
        f"{etat.plan.titre}, au {format_day(etat.au)} : {plural(len(etat.bulletins), 'bulletin publié', 'bulletins publiés')}."
    ]
    for orientation in etat.orientations:
        lignes += ["", f"{orientation.orientation.id}. {orientation.orientation.nom}"]
        for objectif in orientation.objectifs:
            lignes.append(f"  {objectif.objectif.id} {objectif.objectif.texte}")
            for ligne in objectif.moyens:
                lignes.append(f"    {ligne.moyen.id} {ligne.moyen.texte}")
                lignes += [f"        {m.indicateur.id} {m.indicateur.texte} : {m.valeur}" for m in ligne.mesures]
                lignes += [f"        → {phrase}" for phrase in ligne.realisations]
    return lignes
