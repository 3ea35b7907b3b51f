"""Commands about the répertoire of organisations: list, write a sheet, reunite two, bring a file in, take one out."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.commun import FAIT, REFUS, SOUS_COMMANDE, command, dossier_option, emit, json_option, par_option
from pipeline.cli.formes import FICHIER
from pipeline.cli.inscriptions import require_who, rows_of
from veille.errors import RefusError
from veille.francais import NBSP, plural

if TYPE_CHECKING:
    from pipeline.context import Contexte
    from veille.model import FicheOrganisation
    from veille.registres.champs import Champ
    from veille.registres.repertoire import LectureRepertoire
    from veille.store.registres.journal import GenreActe


@click.group(subcommand_metavar=SOUS_COMMANDE)
def organisations() -> None:
    """Le répertoire des organisations que nomment les registres, les sources et les abonnements."""


@command(organisations)
@click.argument("mots", nargs=-1, metavar="[MOTS]...")
@click.option("--doublons", is_flag=True, help="Montrer plutôt les fiches qui sont peut-être la même.")
@dossier_option
@json_option
def lister(mots: tuple[str, ...], doublons: bool, dossier: Path, en_json: bool) -> None:
    """Montrer les organisations dont le nom, le sigle ou le code a tous ces mots ; toutes, sans mot."""
    from veille.registres.doublons import proposals
    from veille.store import organisations as repertoire

    with _opened(dossier) as (ctx, _):
        fiches = repertoire.search(repertoire.listed(ctx.store), " ".join(mots))
    if doublons:
        paires = proposals(fiches)
        objet = {"doublons": [{"codes": [d.premiere.code, d.seconde.code], "raison": d.raison} for d in paires]}
        texte = "\n".join(f"{d.premiere.code} et {d.seconde.code}{NBSP}: {d.raison}." for d in paires)
        emit(objet, texte or "Aucun doublon proposé.", en_json=en_json)
        return
    texte = "\n".join(f"{f.code}  {f.nom}" + (f" ({f.sigle})" if f.sigle else "") for f in fiches)
    emit({"organisations": [asdict(f) for f in fiches]}, texte or "Aucune organisation.", en_json=en_json)


@command(organisations)
@click.argument("champs", nargs=-1, required=True, metavar="CHAMP=VALEUR...")
@par_option
@dossier_option
@json_option
def ajouter(champs: tuple[str, ...], par: str, dossier: Path, en_json: bool) -> None:
    """Inscrire une organisation : nom="Le Toit" sigle=LT type=organisme mrc=Joliette. Aucun nom de personne."""
    from veille.store import organisations as repertoire
    from veille.store.connexion import transaction

    require_who(par)
    with _opened(dossier) as (ctx, connus):
        fiche = _sheet(_typed(champs, connus), connus)
        with transaction(ctx.store):
            ecrite = repertoire.add(ctx.store, fiche, par, ctx.now())
    emit(
        {"code": ecrite.code, "id": ecrite.id},
        f"«{NBSP}{ecrite.nom}{NBSP}» est inscrite, code {ecrite.code}.",
        en_json=en_json,
    )


@command(organisations)
@click.argument("code", metavar="CODE")
@click.argument("champs", nargs=-1, metavar="[CHAMP=VALEUR]...")
@click.option("--retirer", is_flag=True, help="La retirer du répertoire ; les lignes qui la nomment restent.")
@click.option("--retablir", is_flag=True, help="La remettre au répertoire.")
@par_option
@dossier_option
@json_option
def modifier(
    code: str, champs: tuple[str, ...], retirer: bool, retablir: bool, par: str, dossier: Path, en_json: bool
) -> None:
    """Corriger une fiche, champ par champ, la retirer ou la rétablir ; son code ne change pas."""
    from veille.registres.repertoire import show_sheet
    from veille.store import organisations as repertoire
    from veille.store.connexion import transaction

    if retirer and retablir:
        raise click.UsageError("Choisissez : --retirer ou --retablir.")
    require_who(par)
    with _opened(dossier) as (ctx, connus):
        avant = _found(ctx, code)
        dits = _typed(champs, connus)
        fiche = _sheet(show_sheet(avant) | dits, connus) if dits else avant
        retiree = (avant.retiree or retirer) and not retablir
        acte: GenreActe = "modifier" if retiree == avant.retiree else "retirer" if retiree else "retablir"
        voulue = replace(fiche, id=avant.id, fusionnee_dans=avant.fusionnee_dans, retiree=retiree)
        with transaction(ctx.store):
            change = repertoire.change(ctx.store, voulue, par, ctx.now(), acte=acte)
    emit(
        {"code": code, "change": change},
        f"{code}{NBSP}: {'fiche corrigée' if change else 'rien ne change'}.",
        en_json=en_json,
    )


@command(organisations)
@click.argument("code", metavar="CODE")
@click.option("--a", "gardee", required=True, metavar="CODE", help="La fiche à garder.")
@click.option("--appliquer", is_flag=True, help="Réunir ; sans cela, ce que cela changerait est seulement montré.")
@click.option("--par", default="", metavar="NOM", help="Nom de la personne qui agit ; requis avec --appliquer.")
@dossier_option
@json_option
def reunir(code: str, gardee: str, appliquer: bool, par: str, dossier: Path, en_json: bool) -> None:
    """Réunir une fiche écrite en trop à celle qui reste : ce qui nomme l’une compte pour l’autre."""
    from veille.store import organisations as repertoire
    from veille.store import usages
    from veille.store.connexion import transaction

    if appliquer:
        require_who(par)
    with _opened(dossier) as (ctx, _), transaction(ctx.store) if appliquer else contextlib.nullcontext():
        perdue, reste = _found(ctx, code), _found(ctx, gardee)
        apercu = usages.preview(ctx.store, perdue, reste)
        if appliquer:
            repertoire.merge(ctx.store, perdue.id, reste.id, par, ctx.now())
    objet = {
        "code": code, "gardee": gardee, "ecrit": appliquer, "lignes": len(apercu.usages.lignes), "sources": len(apercu.usages.sources),
        "repertoire": list(apercu.repertoire), "soutenues": list(apercu.soutenues),
    }  # fmt: skip
    lignes = [
        f"«{NBSP}{perdue.nom}{NBSP}» {'est réunie' if appliquer else 'serait réunie'} à «{NBSP}{reste.nom}{NBSP}».",
        f"  organisations au répertoire{NBSP}: {apercu.repertoire[0]} → {apercu.repertoire[1]}",
        f"  organisations soutenues{NBSP}: {apercu.soutenues[0]} → {apercu.soutenues[1]}",
        f"  {plural(len(apercu.usages.lignes), 'ligne de registre', 'lignes de registre')}, {plural(len(apercu.usages.sources), 'source')}",
    ]
    if not appliquer:
        lignes.append("Rien n’est écrit : ajoutez --appliquer et --par NOM.")
    emit(objet, "\n".join(lignes), en_json=en_json)


@command(organisations)
@click.argument("fichier", type=FICHIER, metavar="FICHIER")
@click.option("--appliquer", is_flag=True, help="Écrire ; sans cela, le fichier est seulement lu et vérifié.")
@click.option("--par", default="", metavar="NOM", help="Nom de la personne qui agit ; requis avec --appliquer.")
@dossier_option
@json_option
def importer(fichier: Path, appliquer: bool, par: str, dossier: Path, en_json: bool) -> None:
    """Lire un fichier CSV ou XLSX, dire tous ses problèmes ligne par ligne, et ce qu’il ajouterait.

    Rien n’est écrit sans --appliquer ; avec lui, tout l’est ou rien.
    """
    from veille.registres.repertoire import read_file
    from veille.store import organisations as repertoire
    from veille.store.connexion import transaction

    if appliquer:
        require_who(par)
    with _opened(dossier) as (ctx, connus):
        rangees = rows_of(fichier)
        with transaction(ctx.store) if appliquer else contextlib.nullcontext():
            lecture = read_file(connus, rangees, repertoire.all_of(ctx.store))
            if appliquer and not lecture.problemes:
                repertoire.apply(ctx.store, lecture.lues, par, ctx.now())
    comptes = {sort: lecture.count(sort) for sort in ("ajout", "modification", "inchangee")}
    ecrit = appliquer and not lecture.problemes
    objet = {
        "ecrit": ecrit,
        **comptes,
        "problemes": [str(p) for p in lecture.problemes],
        "ignorees": list(lecture.ignorees),
    }
    emit(objet, "\n".join(_told(lecture, ecrit=ecrit)), en_json=en_json)
    sys.exit(REFUS if lecture.problemes else FAIT)


@command(organisations)
@click.option("--sortie", type=FICHIER, required=True, help="Fichier à écrire, en .csv ou .xlsx.")
@click.option("--modele", is_flag=True, help="Seulement les en-têtes et une ligne d’exemple, à remplir.")
@dossier_option
@json_option
def exporter(sortie: Path, modele: bool, dossier: Path, en_json: bool) -> None:
    """Écrire le répertoire dans un fichier CSV ou XLSX que « importer » relit."""
    from veille.rapports import tableur
    from veille.registres import fichier
    from veille.registres.repertoire import model_rows, rows
    from veille.store import organisations as repertoire

    if sortie.suffix.lower() not in (".csv", ".xlsx"):
        raise click.UsageError("Le nom du fichier à écrire finit par .csv ou .xlsx.")
    with _opened(dossier) as (ctx, connus):
        rangees = model_rows(connus) if modele else rows(connus, repertoire.listed(ctx.store))
    csv = sortie.suffix.lower() == ".csv"
    sortie.write_bytes(fichier.write_csv(rangees) if csv else tableur.write_rows("Organisations", rangees))
    nombre = len(rangees) - 1
    objet = {"fichier": str(sortie), "modele": modele, "lignes": nombre}
    emit(objet, f"{plural(nombre, 'ligne écrite', 'lignes écrites')} dans {sortie}.", en_json=en_json)


@contextlib.contextmanager
def _opened(dossier: Path) -> Iterator[tuple[Contexte, tuple[Champ, ...]]]:
    """The project, and the fields of a sheet with its MRC and themes."""
    from pipeline.context import open_context
    from veille.registres.repertoire import fields
    from veille.store.chiffres import mrc_names

    with open_context(dossier) as ctx:
        yield ctx, fields(mrc_names(ctx.store), {t.slug: t.nom for t in ctx.dossier.taxonomie.thematiques})


def _found(ctx: Contexte, code: str) -> FicheOrganisation:
    from veille.store import organisations as repertoire

    fiche = repertoire.by_code(ctx.store, code)
    if fiche is None:
        raise RefusError(
            f"Aucune organisation n’a le code «{NBSP}{code}{NBSP}»{NBSP}: « veille organisations lister » les montre."
        )
    return fiche


def _typed(champs: Sequence[str], connus: Sequence[Champ]) -> dict[str, str]:
    """« nom=Le Toit » as fields and texts."""
    from veille.registres.fichier import field_among

    textes = {}
    for dit in champs:
        nom, egal, texte = dit.partition("=")
        champ = field_among(connus, nom)
        if not egal or champ is None:
            noms = ", ".join(c.nom for c in connus)
            raise RefusError(f"«{NBSP}{dit}{NBSP}»{NBSP}: écrivez champ=valeur, avec un de ces champs : {noms}.")
        textes[champ.nom] = texte
    return textes


def _sheet(textes: dict[str, str], connus: Sequence[Champ]) -> FicheOrganisation:
    from veille.registres.repertoire import read_sheet

    saisie = read_sheet(textes, connus)
    if saisie.fiche is None:
        titres = {c.nom: c.titre for c in connus}
        fautes = [f"  – {titres[nom]}{NBSP}: {dit}" for nom, dit in saisie.fautes.items()]
        raise RefusError("\n".join([f"{plural(len(fautes), 'faute')} à corriger{NBSP}:", *fautes]))
    return saisie.fiche


def _told(lecture: LectureRepertoire, *, ecrit: bool) -> list[str]:
    if lecture.problemes:
        return [
            *map(str, lecture.problemes),
            f"Rien n’est écrit : {plural(len(lecture.problemes), 'problème')} à corriger.",
        ]
    verbe = "ajoutée" if ecrit else "à ajouter"
    lignes = [
        f"{plural(lecture.count('ajout'), f'organisation {verbe}', f'organisations {verbe}s' if ecrit else f'organisations {verbe}')}, "
        f"{plural(lecture.count('modification'), 'fiche corrigée' if ecrit else 'fiche à corriger', 'fiches corrigées' if ecrit else 'fiches à corriger')}, "
        f"{plural(lecture.count('inchangee'), 'inchangée')}."
    ]
    if lecture.ignorees:
        lignes.append(f"Colonnes qui ne sont pas lues{NBSP}: {', '.join(lecture.ignorees)}.")
    return lignes if ecrit else [*lignes, "Rien n’est écrit : ajoutez --appliquer et --par NOM."]
