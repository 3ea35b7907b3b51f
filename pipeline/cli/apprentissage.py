"""Commands that teach and measure: apprendre, evaluer."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.commun import Progression, command, dossier_option, emit, json_option
from pipeline.cli.formes import DOSSIER, FICHIER
from veille.errors import RefusError
from veille.francais import NBSP, format_number, plural

if TYPE_CHECKING:
    from veille.model import Evaluation

jeu_option = click.option(
    "--jeu",
    type=FICHIER,
    help="Fichier JSON Lines ({id, titre, texte, thematiques, date?, groupe?}) au lieu de la base.",
)
themes_option = click.option(
    "--thematiques", type=FICHIER, help="Avec --jeu : les thèmes de ce fichier (TOML du projet, ou JSON de graines)."
)


@command()
@jeu_option
@themes_option
@click.option("--modele", type=DOSSIER, help="Avec --jeu : où écrire le modèle appris.")
@click.option(
    "--revenir",
    metavar="NOM",
    help="Remettre en service un ancien modèle ; « regles » : les règles seules ; « auto » : laisser choisir la veille.",
)
@click.option("--par", metavar="NOM", help="Avec --revenir : nom de la personne qui agit ; il est inscrit au registre.")
@dossier_option
@json_option
def apprendre(
    jeu: Path | None,
    thematiques: Path | None,
    modele: Path | None,
    revenir: str | None,
    par: str | None,
    dossier: Path,
    en_json: bool,
) -> None:
    """Apprendre des décisions de l’équipe ; le nouveau modèle ne sert que s’il est meilleur."""
    if (jeu is None) != (modele is None) or (thematiques and jeu is None):
        raise RefusError("« --jeu » et « --modele » vont ensemble ; « --thematiques » ne va qu’avec eux.")
    if (revenir is None) != (par is None):
        raise RefusError("« --revenir » et « --par » vont ensemble.")
    if jeu is not None and modele is not None:
        _learn_files(jeu, thematiques, modele, dossier, en_json)
        return
    from pipeline import train
    from pipeline.context import open_context
    from pipeline.themes import themes_in_force

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        if revenir is not None and par is not None:
            phrase = train.choose_model(ctx, themes_in_force(ctx), "" if revenir == "regles" else revenir, par)
            emit({"message": phrase}, phrase, en_json=en_json)
            return
        bilan = train.learn(ctx, themes_in_force(ctx))
    lignes = [
        f"{plural(bilan.exemples, 'décision')} sur les thèmes.",
        f"Modèle {bilan.nom} : {bilan.raison}" if bilan.nom else bilan.raison,
        *([bilan.pertinence] if bilan.pertinence else []),
    ]
    emit(bilan, "\n".join(lignes), en_json=en_json)


@command()
@jeu_option
@themes_option
@click.option(
    "--modele", type=DOSSIER, help="Avec --jeu : le modèle de ce dossier, au lieu du fichier des thèmes seul."
)
@click.option("--courbe", type=FICHIER, help="Écrire ici la courbe de fiabilité (SVG).")
@click.option("--fiche", type=FICHIER, help="Écrire ici la fiche du modèle (Markdown).")
@dossier_option
@json_option
def evaluer(
    jeu: Path | None,
    thematiques: Path | None,
    modele: Path | None,
    courbe: Path | None,
    fiche: Path | None,
    dossier: Path,
    en_json: bool,
) -> None:
    """Mesurer le classement : sur les décisions de l’équipe, ou sur un jeu d’essai.

    Pour évaluer la veille entière, de la source au lecteur : « veille evaluation ».
    """
    if (thematiques or modele) and jeu is None:
        raise RefusError("« --thematiques » et « --modele » vont avec « --jeu ».")
    if fiche and jeu:
        raise RefusError("« --fiche » décrit le modèle en service : elle ne va pas avec « --jeu ».")
    from veille.classifier.card import reliability_svg

    objet: dict[str, Any] = {}
    if jeu is not None:
        mesure = _measure_files(jeu, thematiques, modele, dossier)
    else:
        mesure, objet = _measure_log(dossier, fiche)
    if courbe:
        courbe.write_text(reliability_svg(mesure), encoding="utf-8")
    emit({**asdict(mesure), **objet}, describe(mesure), en_json=en_json)


def describe(mesure: Evaluation) -> str:
    """The figures in French, for a terminal."""
    if not mesure.documents:
        return "Rien à mesurer : aucune décision sur les thèmes."
    lignes = [
        f"{plural(mesure.documents, 'document mesuré', 'documents mesurés')}, dont {mesure.sans_theme} hors sujet.",
        f"F1 micro {_3(mesure.micro_f1)}, macro {_3(mesure.macro_f1)} ; précision {_3(mesure.precision)}, "
        f"rappel {_3(mesure.rappel)} ; hors sujet {_3(mesure.hors_sujet_f1)}.",
        f"Rangement (LRAP) {_3(mesure.lrap)} ; Brier {_3(mesure.brier)} ; écart d’étalonnage (ECE) {_3(mesure.ece)}.",
        *(
            f"  {t.slug}{NBSP}: précision {_3(t.precision)}, rappel {_3(t.rappel)} ({t.vrais} vrais, {t.proposes} proposés)"
            for t in mesure.themes
            if t.vrais or t.proposes
        ),
        *(
            f"  {s.semaine}{NBSP}: F1 {_3(s.micro_f1)}, ECE {_3(s.ece)}, {plural(s.documents, 'document')}"
            for s in mesure.semaines
        ),
    ]
    return "\n".join(lignes)


def _learn_files(jeu: Path, thematiques: Path | None, modele: Path, dossier: Path, en_json: bool) -> None:
    from pipeline.cli.fichiers import read_themes
    from pipeline.cli.lignes import read_examples
    from pipeline.train import load_encoder
    from veille.classifier.themes.formation import train
    from veille.classifier.themes.modele import save

    taxonomie = read_themes(dossier, thematiques)
    exemples = read_examples(jeu, taxonomie)
    if not exemples:
        raise RefusError(f"{jeu} ne contient aucun exemple.")
    appris = train(taxonomie, exemples, modele.name, encodeur=load_encoder(None))
    save(appris.modele, modele)
    texte = f"Modèle écrit dans {modele} : {plural(len(exemples), 'exemple')}.\n{describe(appris.evaluation)}"
    objet = {"modele": str(modele), "exemples": len(exemples), "mesures": asdict(appris.evaluation)}
    emit(objet, texte, en_json=en_json)


def _measure_files(jeu: Path, thematiques: Path | None, modele: Path | None, dossier: Path) -> Evaluation:
    from pipeline.cli.fichiers import read_themes, reader_of_files
    from pipeline.cli.lignes import read_examples
    from veille.classifier.themes.formation import measure_reader
    from veille.classifier.themes.modele import load

    # The model's own themes, unless others are named: labels it has never heard of must not pass for « hors sujet ».
    taxonomie = load(modele).taxonomie if modele and not thematiques else read_themes(dossier, thematiques)
    exemples = read_examples(jeu, taxonomie)
    documents = [e.document for e in exemples]
    lecteur = reader_of_files(taxonomie, modele, documents, sont_donnes=thematiques is not None)
    return measure_reader(lecteur, exemples)


def _measure_log(dossier: Path, fiche: Path | None) -> tuple[Evaluation, dict[str, Any]]:
    """What was proposed when people decided, held against what they decided; and the same on stories drawn at random."""
    from pipeline.context import open_context
    from pipeline.evaluate import measure_log, write_card
    from pipeline.themes import themes_in_force

    with open_context(dossier) as ctx:
        taxonomie = themes_in_force(ctx)
        mesure, hasard = measure_log(ctx, taxonomie)
        if fiche:
            write_card(ctx, taxonomie, fiche)
    return mesure, {"hasard": asdict(hasard)}


def _3(valeur: float) -> str:
    return format_number(valeur, 3)
