"""Commands about the registers: list, write a row, bring a file in, take one out, lock a period."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.commun import FAIT, REFUS, SOUS_COMMANDE, command, dossier_option, emit, json_option, par_option
from pipeline.cli.formes import FICHIER, Entier, Jour
from pipeline.cli.inscriptions import (
    filter_of,
    open_registers,
    read_rows,
    require_who,
    rows_of,
    typed,
    write_row,
    year_of_plan,
)
from pipeline.cli.plan import plan
from veille.francais import NBSP, format_day, local_day, plural
from veille.registres.champs import REGISTRES, Description

if TYPE_CHECKING:
    from pipeline.context import Contexte
    from veille.model import Ligne, Plan
    from veille.registres.fichier import LectureFichier

ANNEE = Entier(2000, 2100)
registre_argument = click.argument("registre", type=click.Choice(list(REGISTRES)), metavar="REGISTRE")
annee_option = click.option(
    "--annee", type=ANNEE, default=None, metavar="ANNÉE", help="Année du plan, par celle où elle commence : 2025 pour 2025-2026."
)  # fmt: skip
plan_option = click.option(
    "--plan", "slug", default="", metavar="PLAN", help="Nom court du plan ; sans lui, le plan actif."
)
amendement_option = click.option(
    "--amendement",
    default="",
    metavar="RAISON",
    help="Pourquoi une période verrouillée est corrigée ; paraît au bilan.",
)


@click.group(subcommand_metavar=SOUS_COMMANDE)
def registre() -> None:
    """Les registres du plan : activites, outils, accompagnements, sondages, mesures_manuelles."""


@command(registre)
@click.argument("registre", type=click.Choice(list(REGISTRES)), metavar="[REGISTRE]", required=False)
@annee_option
@click.option("--moyen", default="", metavar="CODE", help="Seulement ce qui sert ce moyen ou ses sous-moyens.")
@click.option("--mrc", default="", metavar="MRC", help="Seulement cette MRC.")
@click.option("--type", "genre", default="", metavar="TYPE", help="Seulement ce type.")
@click.option("--organisation", default="", metavar="CODE", help="Seulement cette organisation.")
@click.option("--retirees", is_flag=True, help="Montrer aussi les lignes retirées.")
@plan_option
@dossier_option
@json_option
def lister(
    registre: str | None,
    annee: int | None,
    moyen: str,
    mrc: str,
    genre: str,
    organisation: str,
    retirees: bool,
    slug: str,
    dossier: Path,
    en_json: bool,
) -> None:
    """Montrer les lignes d’un registre ; sans registre, combien chacun en a et ce qui est verrouillé."""
    from veille.store import registres
    from veille.store.registres import Filtre

    with open_registers(dossier, slug) as (ctx, reperes):
        if registre is None:
            _counts(ctx, reperes.plan, annee, en_json=en_json)
            return
        description = REGISTRES[registre]
        periode = year_of_plan(reperes.plan, annee) if annee else None
        voulu = {"moyens": moyen, "mrc": mrc, "type": genre, "organisations": organisation}
        filtre = filter_of(description, voulu, reperes, Filtre(retirees=retirees))
        if periode:
            filtre = replace(filtre, debut=periode.debut, fin=periode.fin)
        lignes, _total = registres.page(ctx.store, registre, reperes.plan.slug, filtre, -1)
    objet = {"plan": reperes.plan.slug, "registre": registre, "lignes": [asdict(x) for x in lignes]}
    texte = "\n".join(_line(description, x) for x in lignes) or "Aucune ligne."
    emit(objet, texte, en_json=en_json)


@command(registre)
@registre_argument
@click.argument("champs", nargs=-1, metavar="CHAMP=VALEUR...")
@amendement_option
@par_option
@plan_option
@dossier_option
@json_option
def inscrire(
    registre: str, champs: tuple[str, ...], amendement: str, par: str, slug: str, dossier: Path, en_json: bool
) -> None:
    """Inscrire une ligne : date=2025-06-03 titre="Rencontre" type=clds moyens=1.1.2 mrc=Joliette presences=14.

    Les champs sont ceux du fichier modèle (« veille registre exporter REGISTRE --modele »).
    """
    description = REGISTRES[registre]
    textes = typed(description, champs)
    with open_registers(dossier, slug) as (ctx, reperes):
        objet, dit = write_row(ctx, description, textes, reperes, par, amendement)
    emit(objet, dit, en_json=en_json)


@command(registre)
@click.argument("fichier", type=FICHIER, metavar="FICHIER")
@click.option("--registre", type=click.Choice(list(REGISTRES)), required=True, help="Registre où vont les lignes.")
@click.option("--appliquer", is_flag=True, help="Écrire ; sans cela, le fichier est seulement lu et vérifié.")
@amendement_option
@click.option("--par", default="", metavar="NOM", help="Nom de la personne qui agit ; requis avec --appliquer.")
@plan_option
@dossier_option
@json_option
def importer(
    fichier: Path, registre: str, appliquer: bool, amendement: str, par: str, slug: str, dossier: Path, en_json: bool
) -> None:
    """Lire un fichier CSV ou XLSX, dire tous ses problèmes ligne par ligne, et ce qu’il ajouterait.

    Rien n’est écrit sans --appliquer ; avec lui, tout l’est ou rien. Le même fichier donné deux fois n’ajoute rien.
    """
    from veille.store import registres
    from veille.store.connexion import transaction

    if appliquer:
        require_who(par)
    description = REGISTRES[registre]
    with open_registers(dossier, slug) as (ctx, reperes):
        rangees = rows_of(fichier)
        if not appliquer:
            lecture = read_rows(ctx, description, rangees, reperes)
        else:
            with transaction(ctx.store):
                lecture = read_rows(ctx, description, rangees, reperes)
                if not lecture.problemes:
                    registres.apply(ctx.store, lecture.lues, registre, par, ctx.now(), amendement=amendement)
        a_ecrire = [x for x in lecture.lues if x.sort in ("ajout", "modification")]
        verrouillees = [x.numero for x in a_ecrire if registres.in_locked(ctx.store, registre, x.ligne)]
    objet = _import_told(registre, lecture, verrouillees, ecrit=appliquer and not lecture.problemes)
    emit(objet, "\n".join(_import_lines(lecture, verrouillees, appliquer=appliquer)), en_json=en_json)
    sys.exit(REFUS if lecture.problemes else FAIT)


@command(registre)
@registre_argument
@click.option("--sortie", type=FICHIER, required=True, help="Fichier à écrire, en .csv ou .xlsx.")
@click.option("--modele", is_flag=True, help="Seulement les en-têtes et une ligne d’exemple, à remplir.")
@annee_option
@plan_option
@dossier_option
@json_option
def exporter(
    registre: str, sortie: Path, modele: bool, annee: int | None, slug: str, dossier: Path, en_json: bool
) -> None:
    """Écrire un registre dans un fichier CSV ou XLSX que « importer » relit."""
    from veille.rapports import tableur
    from veille.registres import fichier
    from veille.store import registres
    from veille.store.registres import Filtre

    if sortie.suffix.lower() not in (".csv", ".xlsx"):
        raise click.UsageError("Le nom du fichier à écrire finit par .csv ou .xlsx.")
    description = REGISTRES[registre]
    with open_registers(dossier, slug) as (ctx, reperes):
        periode = year_of_plan(reperes.plan, annee) if annee else None
        filtre = Filtre(periode.debut, periode.fin) if periode else Filtre()
        lignes, _total = registres.page(ctx.store, registre, reperes.plan.slug, filtre, -1)
    rangees = fichier.model_rows(description) if modele else fichier.rows(description, reversed(lignes))
    if sortie.suffix.lower() == ".csv":
        sortie.write_bytes(fichier.write_csv(rangees))
    else:
        sortie.write_bytes(tableur.write_rows(description.titre, rangees, fichier.number_columns(description)))
    nombre = len(rangees) - 1
    objet = {"registre": registre, "fichier": str(sortie), "modele": modele, "lignes": nombre}
    emit(objet, f"{plural(nombre, 'ligne écrite', 'lignes écrites')} dans {sortie}.", en_json=en_json)


@command(registre)
@annee_option
@click.option("--tout", is_flag=True, help="Le plan entier, au lieu d’une de ses années.")
@par_option
@plan_option
@dossier_option
@json_option
def verrouiller(annee: int | None, tout: bool, par: str, slug: str, dossier: Path, en_json: bool) -> None:
    """Figer une période terminée avec son bilan : ses lignes ne changent plus que par un amendement. Sans retour."""
    from pipeline import report
    from veille.periodes import plan_period

    if (annee is None) == (not tout):
        raise click.UsageError("Dites quelle période : --annee ANNÉE, ou --tout pour le plan entier.")
    require_who(par)
    with open_registers(dossier, slug) as (ctx, reperes):
        periode = year_of_plan(reperes.plan, annee) if annee else plan_period(reperes.plan)
        fait = report.lock(ctx, reperes.plan, periode, par)
    objet = {
        "plan": reperes.plan.slug,
        "periode": periode.nom,
        "debut": periode.debut,
        "fin": periode.fin,
        "bilan": fait.bilan.id,
    }
    emit(objet, f"{periode.nom} est verrouillée ; son bilan figé est le nº{NBSP}{fait.bilan.id}.", en_json=en_json)


@command(plan)
@click.option("--indicateur", default="", metavar="CODE", help="Indicateur mesuré, comme IND-1.1.2-a.")
@click.option(
    "--moyen", multiple=True, metavar="CODE", help="Moyen dont parle le narratif, sans indicateur ; répétable."
)
@annee_option
@click.option("--debut", type=Jour(), default=None, help="Premier jour de la période mesurée, à défaut d’une année.")
@click.option("--fin", type=Jour(), default=None, help="Son dernier jour : il dit dans quelle année la mesure compte.")
@click.option("--valeur", default="", metavar="NOMBRE", help="La valeur, comme 12 ou 4,5.")
@click.option("--narratif", default="", metavar="TEXTE", help="Ce qui s’est passé, en mots, sans nom de personne.")
@click.option("--mrc", multiple=True, metavar="MRC", help="MRC ; répétable, sinon toute la région.")
@click.option("--organisation", multiple=True, metavar="CODE", help="Organisation du répertoire ; répétable.")
@click.option(
    "--preuve", multiple=True, metavar="PREUVE", help="Adresse, « element:12 », « bulletin:3 », fichier ; répétable."
)
@click.option("--note", default="", metavar="TEXTE", help="Note pour l’équipe.")
@click.option("--reference", default="", metavar="TEXTE", help="Numéro de cette mesure dans vos dossiers.")
@amendement_option
@par_option
@plan_option
@dossier_option
@json_option
def mesurer(
    annee: int | None, debut: date | None, fin: date | None, par: str, amendement: str, slug: str, dossier: Path, en_json: bool, **champs: Any
) -> None:  # fmt: skip
    """Donner une mesure à la main : une valeur, un narratif, ou les deux, avec leurs preuves."""
    if (annee is None) == (debut is None and fin is None):
        raise click.UsageError("Dites la période mesurée : --annee ANNÉE, ou --debut et --fin.")
    noms = {"moyen": "moyens", "organisation": "organisations", "preuve": "preuves"}
    textes = {noms.get(nom, nom): "|".join(v) if isinstance(v, tuple) else v for nom, v in champs.items()}
    with open_registers(dossier, slug) as (ctx, reperes):
        periode = year_of_plan(reperes.plan, annee) if annee else None
        jours = (periode.debut, periode.fin) if periode else (debut, fin)
        textes |= {
            nom: jour.isoformat() if jour else "" for nom, jour in zip(("debut_le", "fin_le"), jours, strict=True)
        }
        objet, dit = write_row(ctx, REGISTRES["mesures_manuelles"], textes, reperes, par, amendement)
    emit(objet, dit, en_json=en_json)


plan.add_command(inscrire, "inscrire")


# ---------------------------------------------------------------- telling


def _counts(ctx: Contexte, plan_vu: Plan, annee: int | None, *, en_json: bool) -> None:
    """How many rows each register has in a year, and which periods are locked."""
    from veille.periodes import plan_period, year_of
    from veille.store import registres

    entier = plan_period(plan_vu)
    aujourdhui = min(max(local_day(ctx.now()), entier.debut), entier.fin)
    periode = year_of_plan(plan_vu, annee) if annee else year_of(aujourdhui)
    comptes = registres.count_by_register(ctx.store, plan_vu.slug, periode.debut, periode.fin)
    verrous = registres.locked(ctx.store, plan_vu.slug)
    objet = {
        "plan": plan_vu.slug,
        "annee": periode.nom,
        "registres": comptes,
        "verrouillees": [
            {"periode": v.periode.nom, "debut": v.periode.debut, "fin": v.periode.fin, "bilan": v.bilan_id,
             "par": v.par, "le": local_day(v.verrouillee_a)}
            for v in verrous
        ],
    }  # fmt: skip
    lignes = [f"{plan_vu.titre}, {periode.nom}{NBSP}:"]
    lignes += [f"  {nom}{NBSP}: {plural(comptes[nom], 'ligne')} ({d.titre.lower()})" for nom, d in REGISTRES.items()]
    lignes += [
        f"{v.periode.nom} est verrouillée depuis le {format_day(local_day(v.verrouillee_a))} (bilan nº{NBSP}{v.bilan_id})."
        for v in verrous
    ]
    emit(objet, "\n".join(lignes), en_json=en_json)


def _line(description: Description, ligne: Ligne) -> str:
    """One row on one line: its number, its days, what it is, what it serves."""
    jours = dict.fromkeys((getattr(ligne, description.debut), getattr(ligne, description.fin)))
    quand = " → ".join(jour.isoformat() if jour else "…" for jour in jours)
    nom = getattr(ligne, "titre", "") or getattr(ligne, "indicateur", "") or getattr(ligne, "narratif", "")[:60]
    genre = getattr(ligne, "type", "")
    bouts = [
        nom,
        genre,
        ", ".join(ligne.moyens),
        "retirée" if ligne.retiree else "",
        "amendée" if ligne.amendement else "",
    ]
    return f"{ligne.id:>5}  {quand}  {' · '.join(b for b in bouts if b)}"


def _import_told(registre: str, lecture: LectureFichier, verrouillees: list[int], *, ecrit: bool) -> dict[str, Any]:
    return {
        "registre": registre,
        "ecrit": ecrit,
        "ajouts": lecture.count("ajout"),
        "modifications": lecture.count("modification"),
        "inchangees": lecture.count("inchangee"),
        "doubles": [x.numero for x in lecture.lues if x.sort == "double"],
        "retirees": [x.numero for x in lecture.lues if x.sort == "retiree"],
        "verrouillees": verrouillees,
        "colonnes_ignorees": list(lecture.ignorees),
        "problemes": [asdict(p) for p in lecture.problemes],
        "avis": [asdict(a) for a in lecture.avis],
    }


def _import_lines(lecture: LectureFichier, verrouillees: list[int], *, appliquer: bool) -> Iterator[str]:
    """What a file holds, for people: what is wrong first, then what it comes to, then what to do."""
    yield from (str(p) for p in lecture.problemes)
    yield from (str(a) for a in lecture.avis)
    if lecture.ignorees:
        yield f"Colonnes laissées de côté{NBSP}: {', '.join(lecture.ignorees)}."
    yield ", ".join(_import_counts(lecture)) + "."
    if verrouillees and not appliquer:
        yield f"Dans une période verrouillée{NBSP}: {_numbers(verrouillees)}. Il faudra --amendement RAISON."
    if lecture.problemes:
        yield f"{plural(len(lecture.problemes), 'problème')}{NBSP}: rien n’est écrit."
    elif not lecture.count("ajout") + lecture.count("modification"):
        yield "Il n’y a rien à écrire."
    elif appliquer:
        yield "C’est écrit."
    else:
        yield "Essai : rien n’est écrit. Pour écrire, ajoutez --appliquer --par NOM."


def _import_counts(lecture: LectureFichier) -> Iterator[str]:
    yield plural(lecture.count("ajout"), "ligne nouvelle", "lignes nouvelles")
    yield f"{lecture.count('modification')} à corriger"
    yield plural(lecture.count("inchangee"), "inchangée")
    if doubles := [x.numero for x in lecture.lues if x.sort == "double"]:
        yield f"{len(doubles)} déjà au registre ou plus haut ({_numbers(doubles)})"
    if retirees := [x.numero for x in lecture.lues if x.sort == "retiree"]:
        yield f"{len(retirees)} retirée du registre, qui le reste ({_numbers(retirees)})"


def _numbers(numeros: Sequence[int]) -> str:
    debut = ", ".join(map(str, numeros[:10]))
    return f"{'ligne' if len(numeros) == 1 else 'lignes'} {debut}{'…' if len(numeros) > 10 else ''}"
