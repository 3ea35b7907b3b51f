"""Commands about one thing already written: a register's row corrected, withdrawn or put back; where a moyen stands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from pipeline.cli.commun import command, dossier_option, emit, json_option, par_option
from pipeline.cli.formes import NUMERO, Jour
from pipeline.cli.inscriptions import open_registers, require_who, row_of, typed
from pipeline.cli.registres import amendement_option, registre_argument
from veille.errors import RefusError
from veille.francais import NBSP, local_day
from veille.model import EtatMoyen
from veille.registres.champs import REGISTRES, Description

if TYPE_CHECKING:
    from pipeline.context import Contexte
    from veille.model import Ligne
    from veille.registres.saisie import Reperes

ligne_argument = click.argument("ligne", type=NUMERO, metavar="LIGNE")


@command()
@registre_argument
@ligne_argument
@click.argument("champs", nargs=-1, required=True, metavar="CHAMP=VALEUR...")
@amendement_option
@par_option
@dossier_option
@json_option
def corriger(
    registre: str, ligne: int, champs: tuple[str, ...], amendement: str, par: str, dossier: Path, en_json: bool
) -> None:
    """Corriger une ligne, par son numéro : seuls les champs donnés changent ; « champ= » vide un champ."""
    from veille.registres.saisie import show_row
    from veille.store import registres
    from veille.store.connexion import transaction

    description = REGISTRES[registre]
    textes = typed(description, champs)
    with _opened(dossier, description, ligne, par) as (ctx, reperes, avant):
        voulue, avis = row_of(description, show_row(description, avant) | textes, reperes, ligne)
        with transaction(ctx.store):
            change = registres.change(
                ctx.store, replace(voulue, retiree=avant.retiree), registre, par, ctx.now(), amendement=amendement
            )
    dit = f"Ligne nº{NBSP}{ligne} corrigée." if change else "Rien n’a changé : la ligne disait déjà cela."
    emit({"registre": registre, "id": ligne, "change": change, "avis": avis}, "\n".join([dit, *avis]), en_json=en_json)


@command()
@registre_argument
@ligne_argument
@click.option("--retablir", is_flag=True, help="Remettre au registre une ligne retirée.")
@amendement_option
@par_option
@dossier_option
@json_option
def retirer(registre: str, ligne: int, retablir: bool, amendement: str, par: str, dossier: Path, en_json: bool) -> None:
    """Retirer une ligne des comptes, ou l’y remettre. Elle n’est jamais effacée."""
    from veille.store import registres
    from veille.store.connexion import transaction

    geste = registres.restore if retablir else registres.withdraw
    with _opened(dossier, REGISTRES[registre], ligne, par) as (ctx, _, _avant), transaction(ctx.store):
        geste(ctx.store, registre, ligne, par, ctx.now(), amendement=amendement)
    dit = "remise au registre" if retablir else "retirée : elle ne compte plus, et peut revenir"
    emit({"registre": registre, "id": ligne, "retiree": not retablir}, f"Ligne nº{NBSP}{ligne} {dit}.", en_json=en_json)


@command()
@click.argument("moyen", metavar="MOYEN")
@click.option("--etat", type=click.Choice(get_args(EtatMoyen)), required=True, help="Où en est le moyen.")
@click.option("--jour", type=Jour(), default=None, help="Jour dont on parle (AAAA-MM-JJ) ; sans lui, aujourd’hui.")
@click.option("--note", default="", metavar="TEXTE", help="Ce qu’il faut savoir, sans nom de personne.")
@par_option
@dossier_option
@json_option
def suivre(moyen: str, etat: Any, jour: date | None, note: str, par: str, dossier: Path, en_json: bool) -> None:
    """Dire où en est un moyen du plan ; ce qui avait été dit reste."""
    from veille.model import Suivi
    from veille.plan import ETATS_SUIVIS
    from veille.store import suivis
    from veille.store.connexion import transaction

    require_who(par)
    with open_registers(dossier) as (ctx, reperes):
        if moyen not in {m.id for m in reperes.plan.moyens}:
            raise RefusError(f"«{NBSP}{moyen}{NBSP}» n’est pas un moyen de «{NBSP}{reperes.plan.titre}{NBSP}».")
        suivi = Suivi(reperes.plan.slug, moyen, etat, jour or local_day(ctx.now()), note, par)
        with transaction(ctx.store):
            suivis.record(ctx.store, suivi, ctx.now())
    objet = {"plan": suivi.plan, "moyen": moyen, "etat": etat, "jour": suivi.jour_le}
    emit(objet, f"Noté{NBSP}: moyen {moyen}, {ETATS_SUIVIS[suivi.etat]}.", en_json=en_json)


@contextlib.contextmanager
def _opened(
    dossier: Path, description: Description, numero: int, par: str
) -> Iterator[tuple[Contexte, Reperes, Ligne]]:
    """The project, a row, and what it may name: those of the plan it was written for."""
    from veille import settings
    from veille.store import registres

    require_who(par)
    with open_registers(dossier) as (ctx, reperes):
        ligne = registres.one(ctx.store, description.registre, numero)
        if ligne is None:
            raise RefusError(f"La ligne {numero} n’est pas au registre «{NBSP}{description.titre}{NBSP}».")
        if ligne.plan != reperes.plan.slug:
            reperes = replace(reperes, plan=settings.plan_of(dossier, ligne.plan))
        yield ctx, reperes, ligne
