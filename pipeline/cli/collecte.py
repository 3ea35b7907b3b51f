"""Commands of the first stages: collecter, regrouper, classer, and cycle which runs them all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.commun import PARTIEL, Progression, command, dossier_option, emit, json_option
from pipeline.cli.formes import FICHIER
from veille.errors import Faute, SettingsError
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
        from veille.fingerprints import group

        lignes = _read_lines(textes)
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

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        bilan = group_new(ctx)
    emit(
        bilan,
        f"{plural(bilan.items, 'élément placé', 'éléments placés')}, {plural(bilan.groupes, 'groupe')} en tout.",
        en_json=en_json,
    )


@command()
@textes_option
@dossier_option
@json_option
def classer(textes: Path | None, dossier: Path, en_json: bool) -> None:
    """Proposer thématiques, territoires, type, date limite et montant, avec leurs raisons."""
    if textes is not None:
        _classify_file(textes, dossier)
        return
    from pipeline.classify import classify_new
    from pipeline.context import open_context

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        bilan = classify_new(ctx)
    texte = f"{plural(bilan.items, 'élément classé', 'éléments classés')}, {plural(bilan.suggestions, 'suggestion')}."
    emit(bilan, texte, en_json=en_json)


@command()
@dossier_option
@json_option
def cycle(dossier: Path, en_json: bool) -> None:
    """Faire un tour de veille : demandes, collecte des sources dues, regroupement, classement, brouillons du jour."""
    from pipeline.context import open_context
    from pipeline.run import run_cycle

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        bilan = run_cycle(ctx)
    texte = "\n".join(
        [
            describe(bilan.collecte),
            f"{plural(bilan.regroupement.items, 'élément placé', 'éléments placés')} dans des groupes ; "
            f"{plural(bilan.classement.items, 'élément classé', 'éléments classés')}.",
            f"{plural(len(bilan.brouillons), 'brouillon composé', 'brouillons composés')} ; "
            f"{plural(bilan.demandes, 'demande servie', 'demandes servies')}.",
            *([f"Sources lues pour la première fois : {bilan.rapport}"] if bilan.rapport else []),
            *(f"Remis au prochain tour, {remise}" for remise in bilan.remises),
        ]
    )
    emit(bilan, texte, en_json=en_json)
    sys.exit(PARTIEL if bilan.collecte.echecs or bilan.demandes_en_echec or bilan.remises else 0)


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


def _classify_file(textes: Path, dossier: Path) -> None:
    from datetime import datetime

    from veille import settings
    from veille.classifier.judge import Judge, to_json
    from veille.francais import FUSEAU

    juge = Judge(settings.load_taxonomie(dossier), settings.load_gazetier(dossier))
    aujourdhui = datetime.now(FUSEAU).date()
    lignes = _read_lines(textes)
    jugements = juge.judge_all([document for document, _ in lignes], aujourdhui)
    for (document, identifiant), jugement in zip(lignes, jugements, strict=True):
        click.echo(json.dumps({**to_json(document, jugement), "id": identifiant}, ensure_ascii=False))


def _read_lines(chemin: Path) -> list[tuple[Any, Any]]:
    """Documents of a JSON Lines file, each with its id as given; every bad line is told at once."""
    from veille.model import Document

    documents, fautes = [], []
    vus: dict[str, int] = {}
    for numero, ligne in enumerate(_text_of(chemin).split("\n"), start=1):
        if not ligne.strip():
            continue
        try:
            donnees = _check_line(_parse_line(ligne))
            if (premiere := vus.setdefault(str(donnees["id"]), numero)) != numero:
                raise ValueError(f"l’identifiant « {donnees['id']} » est déjà celui de la ligne {premiere}")
        except ValueError as erreur:
            fautes.append(Faute(str(chemin), f"ligne {numero}", ligne[:60], str(erreur)))
            continue
        document = Document(
            id=str(donnees["id"]),
            titre=donnees["titre"],
            texte=donnees["texte"],
            date=donnees["date"],
            source=donnees["source"],
        )
        documents.append((document, donnees["id"]))
    if fautes:
        raise SettingsError(fautes)
    return documents


def _text_of(chemin: Path) -> str:
    try:
        return chemin.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as erreur:
        raise SettingsError([Faute(str(chemin), "fichier", "", "un texte en UTF-8 est attendu")]) from erreur


def _parse_line(ligne: str) -> Any:
    """One line of JSON; half a character (« \\ud800 »), which no text can hold, is replaced."""
    try:
        return json.loads(json.dumps(json.loads(ligne), ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as erreur:
        raise ValueError("un objet JSON est attendu") from erreur


def _check_line(donnees: Any) -> dict[str, Any]:
    from datetime import date

    if not isinstance(donnees, dict):
        raise ValueError("un objet JSON est attendu")  # One kind of error for one bad line.
    if not isinstance(donnees.get("id"), str | int) or isinstance(donnees["id"], bool):
        raise ValueError("« id » doit être un texte ou un entier")
    for champ in ("titre", "texte", "source", "date"):
        if not isinstance(donnees.get(champ) or "", str):
            raise ValueError(f"« {champ} » doit être un texte")
    brute = (donnees.get("date") or "")[:10]
    try:
        jour = date.fromisoformat(brute) if brute else None
    except ValueError as erreur:
        raise ValueError("« date » doit s’écrire AAAA-MM-JJ") from erreur
    return {
        "id": donnees["id"],
        "titre": donnees.get("titre") or "",
        "texte": donnees.get("texte") or "",
        "source": donnees.get("source") or "",
        "date": jour,
    }
