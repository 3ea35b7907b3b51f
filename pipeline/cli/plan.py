"""Commands about the action plan: its state, and the bilan."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.commun import SOUS_COMMANDE, command, dossier_option, emit, json_option
from pipeline.cli.formes import FICHIER, NUMERO, Jour, require_suffix
from veille.francais import FUSEAU, format_day, plural

if TYPE_CHECKING:
    from pipeline.report import Demande
    from veille.bilan import Chiffre, ContenuBilan
    from veille.model import Plan
    from veille.periodes import GenrePeriode
    from veille.store.bilans import Fait

FORMATS = ("docx", "html", "xlsx", "json")
PORTEES = ("plan", "annee", "trimestre")


@click.group(subcommand_metavar=SOUS_COMMANDE)
def plan() -> None:
    """Le plan d’action et son suivi."""


@command(plan)
@dossier_option
@json_option
def etat(dossier: Path, en_json: bool) -> None:
    """Montrer le plan, ses indicateurs et ce que l’on en sait aujourd’hui."""
    from pipeline.context import open_context
    from pipeline.report import measure

    with open_context(dossier) as ctx:
        contenu = measure(ctx, datetime.now(FUSEAU).date())
    emit(to_json(contenu), "\n".join(_lines(contenu)), en_json=en_json)


@command(plan)
@dossier_option
@json_option
def lister(dossier: Path, en_json: bool) -> None:
    """Montrer les plans du dossier : celui qui est suivi, et ceux qui attendent ou qui sont finis."""
    from pipeline.context import open_context
    from veille import settings

    with open_context(dossier):
        actif, *autres = settings.load_plans(dossier)
    objet = {"actif": actif.slug, "plans": [_card(p, actif=p is actif) for p in (actif, *autres)]}
    lignes = [f"{p.slug} : {p.titre}{' (plan suivi)' if p is actif else ''}" for p in (actif, *autres)]
    emit(objet, "\n".join(lignes), en_json=en_json)


@command(plan)
@click.argument("slug")
@dossier_option
@json_option
def activer(slug: str, dossier: Path, en_json: bool) -> None:
    """Suivre un autre plan ; celui qui l’était est gardé dans plans/."""
    from pipeline.context import open_context
    from veille.settings.plans import activate
    from veille.store.plan import sync

    with open_context(dossier) as ctx:
        ancien, nouveau = activate(dossier, slug)
        sync(ctx.store, nouveau, ctx.now())
    fait = f"« {nouveau.titre} » est le plan suivi."
    garde = f" L’ancien, « {ancien.titre} », est gardé dans plans/{ancien.slug}.toml." if ancien.slug != slug else ""
    emit({"actif": nouveau.slug, "ancien": ancien.slug}, fait + garde, en_json=en_json)


@command(plan)
@click.option("--slug", required=True, metavar="NOM", help="Nom court du nouveau plan (« plan-2026-2029 »).")
@click.option("--titre", required=True, metavar="TITRE", help="Titre du nouveau plan.")
@click.option("--debut", type=click.IntRange(2000, 2098), required=True, help="Première année.")
@click.option("--fin", type=click.IntRange(2001, 2099), required=True, help="Dernière année.")
@click.option("--bilan", "bilan_le", type=Jour(), required=True, help="Jour du bilan (AAAA-MM-JJ).")
@dossier_option
@json_option
def ebaucher(slug: str, titre: str, debut: int, fin: int, bilan_le: date, dossier: Path, en_json: bool) -> None:
    """Ébaucher le plan suivant : chaque moyen repris, avec où il en est resté et une proposition."""
    from pipeline.context import open_context
    from pipeline.ebauche import draft_next
    from veille.plan.ebauche import Suivant

    with open_context(dossier) as ctx:
        fichier = draft_next(ctx, Suivant(slug, titre, debut, fin, bilan_le))
    suite = f"Ébauche écrite dans {fichier}. Relisez-la, puis « veille plan activer {slug} »."
    emit({"plan": slug, "fichier": str(fichier)}, suite, en_json=en_json)


def _card(plan: Plan, *, actif: bool) -> dict[str, Any]:
    return {"slug": plan.slug, "titre": plan.titre, "debut": plan.debut, "fin": plan.fin, "actif": actif}


@command()
@click.option("--au", type=Jour(), help="Dernier jour compté (AAAA-MM-JJ). Requis, sauf avec --numero.")
@click.option(
    "--format", "forme", type=click.Choice(FORMATS), default="html", show_default=True, help="Format du fichier."
)
@click.option("--sortie", type=FICHIER, required=True, help="Fichier à écrire.")
@click.option("--plan", "slug", default="", metavar="PLAN", help="Nom court du plan ; sans lui, le plan actif.")
@click.option(
    "--portee",
    type=click.Choice(PORTEES),
    default="plan",
    show_default=True,
    help="Tout le plan, l’année ou le trimestre du jour donné.",
)
@click.option("--numero", type=NUMERO, default=None, help="Écrire un bilan déjà calculé, sans en calculer un autre.")
@click.option("--une-page", is_flag=True, help="Une seule page, pour le conseil d’administration.")
@click.option(
    "--site", default="", metavar="ADRESSE", help="Adresse du site de l’équipe, pour les liens vers les lignes."
)
@dossier_option
@json_option
def bilan(
    au: date | None,
    forme: Any,
    sortie: Path,
    slug: str,
    portee: GenrePeriode,
    numero: int | None,
    une_page: bool,
    site: str,
    dossier: Path,
    en_json: bool,
) -> None:
    """Faire le bilan : les six colonnes du plan, la dernière remplie par ce qui a été fait.

    Il est calculé une fois et gardé, avec un numéro : les mêmes données redonnent le même bilan, dans tous les formats.
    """
    from pipeline.context import open_context
    from pipeline.report import Demande, write
    from pipeline.report import bilan as find
    from veille import settings

    if au is None and numero is None:
        raise click.UsageError(
            "Donnez le dernier jour du bilan (--au) ou le numéro d’un bilan déjà calculé (--numero)."
        )
    require_suffix(sortie, forme)
    demande = Demande(au, portee, numero or 0, une_page, site, par="")
    with open_context(dossier) as ctx:
        choisi = settings.plan_of(dossier, slug) if slug else ctx.dossier.plan
        fait = find(ctx, choisi, demande)
        write(ctx, choisi, fait, demande, forme, sortie)
    emit(_told(fait, demande, forme, sortie), f"{fait.phrase} Écrit dans {sortie}.", en_json=en_json)


def _told(fait: Fait, demande: Demande, forme: str, sortie: Path) -> dict[str, Any]:
    b = fait.bilan
    return {
        "fichier": str(sortie),
        "format": forme,
        "numero": b.id,
        "nouveau": fait.nouveau,
        "chiffres_changes": fait.changes,
        "verrouille": fait.fige,
        "portee": b.periode.genre,
        "debut": b.periode.debut.isoformat(),
        "une_page": demande.une_page,
        **to_json(b.contenu),
    }


def to_json(contenu: ContenuBilan) -> dict[str, Any]:
    """The plan's state for programs: one entry per moyen, each figure with how many rows are behind it."""
    return {
        "plan": contenu.plan,
        "au": contenu.au.isoformat(),
        "totaux": [_figure(c) for c in contenu.totaux],
        "moyens": [
            {
                "id": r.moyen,
                "etat": r.etat,
                "constats": r.constats,
                "indicateurs": [_figure(c) for c in contenu.of(r.moyen)],
            }
            for volet in contenu.volets
            for r in volet.rangees
            if r.moyen
        ],
    }


def _figure(c: Chiffre) -> dict[str, Any]:
    return {
        "id": c.code,
        "origine": c.origine,
        "valeur": c.valeur,
        "unite": c.unite,
        "phrase": c.phrase,
        "cible": c.cible,
        "atteinte": c.atteinte,
        "ajouts": c.ajouts,
        "manque": c.manque,
        "lignes": c.lignes,
        "automatique": c.automatique,
    }


def _sentence(c: Chiffre) -> str:
    recits = f"{plural(len(c.recits), 'récit')} de l’équipe." if c.recits else ""
    return " ".join(x for x in (c.phrase, *c.ajouts, recits) if x) or c.manque


def _lines(contenu: ContenuBilan) -> list[str]:
    du_plan = [c for c in contenu.chiffres if c.origine == "plan"]
    mesures = sum(c.mesuree for c in du_plan)
    lignes = [
        f"{contenu.titre}, au {format_day(contenu.au)} : {plural(mesures, 'indicateur', 'indicateurs')}"
        f" du plan sur {len(du_plan)} {'a' if mesures < 2 else 'ont'} au moins une mesure."
    ]
    lignes += [f"  {c.texte} : {c.phrase}" for c in contenu.totaux if c.phrase]
    for volet in contenu.volets:
        lignes += ["", f"{volet.id}. {volet.nom}"]
        for rangee in volet.rangees:
            if rangee.hauteur:
                lignes += [f"  {t.code} {t.texte}" for t in rangee.colonnes[0]]
            lignes += [f"    {t.code} {t.texte}" for t in rangee.colonnes[1][:1]]
            lignes += [f"        → {constat}" for constat in (rangee.etat, *rangee.constats) if constat]
            for c in contenu.of(rangee.moyen) if rangee.moyen else ():
                lignes.append(f"        {c.code} {c.texte} : {_sentence(c)}")
    return lignes
