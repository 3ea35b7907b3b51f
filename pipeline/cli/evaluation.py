"""Commands about the watch itself: its évaluation, its plan de veille."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.commun import command, dossier_option, emit, json_option
from pipeline.cli.formes import FICHIER, require_suffix
from veille.francais import plural

FORMATS = ["html", "docx", "xlsx", "json"]
DUREES = ["30", "90", "365"]


@command()
@click.option("--trimestre", default="", help="Un trimestre (2026-T3), plutôt que les derniers jours.")
@click.option(
    "--jours", type=click.Choice(DUREES), default="90", show_default=True, help="Combien de jours, jusqu’à aujourd’hui."
)
@click.option(
    "--format", "forme", type=click.Choice(FORMATS), default="docx", show_default=True, help="Format du document."
)
@click.option("--sortie", type=FICHIER, required=True, help="Fichier à écrire.")
@dossier_option
@json_option
def evaluation(trimestre: str, jours: str, forme: str, sortie: Path, dossier: Path, en_json: bool) -> None:
    """Écrire l’évaluation de la veille : ce qu’elle fait, et ce qu’elle donne.

    Pour mesurer seulement ce qui classe : « veille evaluer ».
    """
    from pipeline.context import open_context
    from pipeline.freeze import measure, measure_last
    from veille.appreciation import composition, periodes
    from veille.appreciation.fichiers import render
    from veille.appreciation.formes import to_json
    from veille.errors import RefusError
    from veille.francais import local_day

    require_suffix(sortie, forme)
    with open_context(dossier) as ctx:
        voulu = periodes.read_quarter(trimestre) if trimestre else None
        if trimestre and (voulu is None or voulu.debut > local_day(ctx.now())):
            raise RefusError(
                f"Trimestre inconnu ou à venir : « {trimestre} ». Attendu : l’année et le trimestre, comme 2026-T3."
            )
        mesuree, fige, avant = measure(ctx, voulu) if voulu else (measure_last(ctx, int(jours)), None, None)
        organisation = ctx.dossier.organisation
        rapport = composition.compose(
            mesuree, organisation.nom, organisation.adresse_publique, fige.fige_a if fige else None, avant
        )
        octets = render(rapport, to_json(mesuree), forme)  # type: ignore[arg-type]  # One of FORMATS.
    sortie.write_bytes(octets)
    objet = {"fichier": str(sortie), "format": forme, "fige": fige is not None, **to_json(mesuree)}
    emit(objet, f"{composition.title(mesuree)} : écrit dans {sortie}.", en_json=en_json)


@command(nom="plan-de-veille")
@click.argument("theme", default="", metavar="[THEME]")
@click.option(
    "--format", "forme", type=click.Choice(FORMATS), default="docx", show_default=True, help="Format du document."
)
@click.option("--sortie", type=FICHIER, required=True, help="Fichier à écrire.")
@dossier_option
@json_option
def plan_de_veille(theme: str, forme: str, sortie: Path, dossier: Path, en_json: bool) -> None:
    """Écrire le plan de veille : la fiche d’un thème, ou celles de tous."""
    from pipeline.context import open_context
    from veille.appreciation import document_plan, plan_veille
    from veille.appreciation.fichiers import render
    from veille.errors import RefusError
    from veille.store import plan_veille as magasin

    require_suffix(sortie, forme)
    with open_context(dossier) as ctx:
        d, now = ctx.dossier, ctx.now()
        connus = [t.slug for t in d.taxonomie.thematiques]
        if theme and theme not in connus:
            raise RefusError(f"Thème inconnu : « {theme} ». Attendu : {', '.join(connus)}.")
        faits = magasin.read(ctx.store, now)
        etats = plan_veille.states(d.taxonomie.thematiques, d.sources, d.audiences, faits, now)
        voulus = tuple(e for e in etats if not theme or e.theme.slug == theme)
        rapport = document_plan.compose(
            voulus,
            d.organisation.nom,
            document_plan.names(d),
            now,
            d.organisation.adresse_publique,
            plan_veille.gaps(faits),
        )
        objet = plan_veille.to_json(voulus, now)
        octets = render(rapport, objet, forme)  # type: ignore[arg-type]  # One of FORMATS.
    sortie.write_bytes(octets)
    phrase = f"Plan de veille, {plural(len(voulus), 'fiche')} : écrit dans {sortie}."
    emit({"fichier": str(sortie), "format": forme, **objet}, phrase, en_json=en_json)
