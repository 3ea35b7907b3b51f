"""Commands of the first stages: collecter, regrouper, classer, and cycle which runs them all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.commun import PARTIEL, Progression, command, dossier_option, emit, json_option
from pipeline.cli.formes import DOSSIER, FICHIER
from veille.errors import RefusError
from veille.francais import plural

if TYPE_CHECKING:
    from pipeline.collect import Bilan

textes_option = click.option(
    "--textes",
    type=FICHIER,
    help="Lire ce fichier JSON Lines ({id, titre, texte, date?, source?}) au lieu de la base.",
)


@command()
@click.argument("slugs", nargs=-1, metavar="[SOURCE]...")
@dossier_option
@json_option
def collecter(slugs: tuple[str, ...], dossier: Path, en_json: bool) -> None:
    """Lire les sources et garder ce qu’elles ont de nouveau.

    Sans nom : les sources actives et celles jamais essayées. Avec des noms : celles-là, quel que soit leur état.
    """
    from pipeline.collect import collect
    from pipeline.context import open_context
    from pipeline.verify import activate_readable

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        bilan = collect(ctx, slugs)
        if not slugs:
            activate_readable(ctx)
    emit(bilan, describe(bilan), en_json=en_json)
    sys.exit(PARTIEL if bilan.echecs else 0)


@command()
@textes_option
@dossier_option
@json_option
def regrouper(textes: Path | None, dossier: Path, en_json: bool) -> None:
    """Réunir les éléments qui disent la même chose ; aucun n’est retiré."""
    if textes is not None:
        from pipeline.cli.lignes import read_documents
        from veille.fingerprints import group

        lignes = read_documents(textes)
        donne = {document.id: identifiant for document, identifiant in lignes}
        resultat = group([document for document, _ in lignes])
        rang = {document.id: numero for numero, (document, _) in enumerate(lignes)}
        groupes = sorted(
            (sorted(groupe, key=rang.__getitem__) for groupe in resultat.groupes), key=lambda g: rang[g[0]]
        )
        objet = {
            "groupes": [[donne[i] for i in groupe] for groupe in groupes],
            "rapprochements": [[donne[r.a], donne[r.b], r.raison] for r in resultat.rapprochements],
        }
        emit(objet, plural(len(resultat.groupes), "groupe"), en_json=en_json)
        return
    from pipeline.context import open_context
    from pipeline.group import group_new
    from pipeline.rank import rank_new

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        bilan = group_new(ctx)
        rank_new(ctx)
    emit(
        bilan,
        f"{plural(bilan.items, 'élément placé', 'éléments placés')}, {plural(bilan.groupes, 'groupe')} en tout.",
        en_json=en_json,
    )


@command()
@textes_option
@click.option(
    "--thematiques", type=FICHIER, help="Avec --textes : les thèmes de ce fichier (TOML du projet, ou JSON de graines)."
)
@click.option("--modele", type=DOSSIER, help="Avec --textes : le modèle de ce dossier, fait par « veille apprendre ».")
@click.option("--tout", is_flag=True, help="Classer de nouveau toute l’archive, et non seulement ce qui est récent.")
@dossier_option
@json_option
def classer(
    textes: Path | None, thematiques: Path | None, modele: Path | None, tout: bool, dossier: Path, en_json: bool
) -> None:
    """Proposer thématiques, territoires, type, date limite et montant, avec leurs raisons."""
    if textes is not None:
        _classify_file(textes, dossier, thematiques, modele)
        return
    if thematiques or modele:
        raise RefusError("« --thematiques » et « --modele » vont avec « --textes » : la base a ses propres thèmes.")
    from pipeline.context import open_context
    from pipeline.run import classify_arrivals

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        bilan = classify_arrivals(ctx, tout=tout)
    texte = f"{plural(bilan.items, 'élément classé', 'éléments classés')}, {plural(bilan.suggestions, 'suggestion')}."
    emit(bilan, texte, en_json=en_json)


@command()
@dossier_option
@json_option
def cycle(dossier: Path, en_json: bool) -> None:
    """Faire un tour de veille : demandes, collecte des sources dues, regroupement, classement, brouillons, courriels."""
    from pipeline.context import open_context
    from pipeline.run import run_cycle

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        bilan = run_cycle(ctx)
    texte = "\n".join(
        [
            describe(bilan.collecte),
            f"{plural(bilan.regroupement.items, 'élément placé', 'éléments placés')} dans des groupes ; "
            f"{plural(bilan.classement.items, 'élément classé', 'éléments classés')}.",
            *([f"Apprentissage : {bilan.apprentissage}"] if bilan.apprentissage else []),
            *([_waiting(bilan.propositions)] if bilan.propositions else []),
            f"{plural(len(bilan.brouillons), 'brouillon composé', 'brouillons composés')} ; "
            f"{plural(bilan.demandes, 'demande servie', 'demandes servies')}.",
            *([f"Courriels : {bilan.envois}"] if bilan.envois else []),
            *([f"Sources lues pour la première fois : {bilan.rapport}"] if bilan.rapport else []),
            *(f"Remis au prochain tour, {remise}" for remise in bilan.remises),
        ]
    )
    emit(bilan, texte, en_json=en_json)
    sys.exit(PARTIEL if bilan.collecte.echecs or bilan.demandes_en_echec or bilan.remises else 0)


def _waiting(propositions: int) -> str:
    attente = plural(propositions, "changement des thèmes attend", "changements des thèmes attendent")
    return f"{attente} une décision : page « Thématiques », ou « veille thematiques apercu »."


def describe(bilan: Bilan) -> str:
    """A collection in French, each failure with its next step."""
    lignes = [
        f"{plural(bilan.sources, 'source')} : {plural(bilan.reussies, 'réussie', 'réussies')} "
        f"(dont {plural(bilan.inchangees, 'inchangée', 'inchangées')}), {plural(len(bilan.echecs), 'échec')}.",
        f"{plural(bilan.nouveaux, 'nouvel élément', 'nouveaux éléments')}, "
        f"{plural(bilan.versions, 'nouvelle version', 'nouvelles versions')}.",
    ]
    lignes += [f"  – {echec.source} ({echec.cause}) : {echec.suite}" for echec in bilan.echecs]
    return "\n".join(lignes)


def _classify_file(textes: Path, dossier: Path, thematiques: Path | None, modele: Path | None) -> None:
    from datetime import datetime

    from pipeline.cli.fichiers import judge_of_files
    from pipeline.cli.lignes import read_documents
    from veille.classifier.judge import to_json
    from veille.francais import FUSEAU

    lignes = read_documents(textes)
    documents = [document for document, _ in lignes]
    juge = judge_of_files(dossier, thematiques, modele, documents)
    jugements = juge.judge_all(documents, datetime.now(FUSEAU).date())
    for (document, identifiant), jugement in zip(lignes, jugements, strict=True):
        click.echo(json.dumps({**to_json(document, jugement), "id": identifiant}, ensure_ascii=False))
