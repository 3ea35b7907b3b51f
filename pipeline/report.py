"""Report: the plan measured from rows, as a state for the terminal or as a bilan, stored once and written in any format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.context import Contexte
from veille import settings
from veille.bilan import ContenuBilan
from veille.bilan.fichiers import Format, render
from veille.errors import RefusError
from veille.francais import NBSP, local_day
from veille.model import Plan
from veille.periodes import GenrePeriode, Periode, plan_period, years
from veille.store import bilans, registres
from veille.store.bilans import Fait
from veille.store.connexion import transaction


@dataclass(frozen=True)
class Demande:
    """Which bilan, and in which shape. `numero`: a stored one, instead of drawing one up. `site`: what its links are of."""

    au: date | None = None
    portee: GenrePeriode = "plan"
    numero: int = 0
    une_page: bool = False
    site: str = ""
    par: str = ""


def measure(ctx: Contexte, au: date) -> ContenuBilan:
    """The whole plan as of that day, from the rows; nothing is stored."""
    plan = ctx.dossier.plan
    return bilans.draw(ctx.store, plan, plan_period(plan), au, ctx.now())


def bilan(ctx: Contexte, plan: Plan, demande: Demande) -> Fait:
    """The stored bilan that was asked for, drawn up now when nothing stored says the same."""
    if demande.numero:
        return Fait(bilans.require(ctx.store, demande.numero), nouveau=False)
    aujourdhui = local_day(ctx.now())
    au = demande.au or aujourdhui
    periode = bilans.period_for(plan, demande.portee, au, aujourdhui)
    fige = bilans.frozen(ctx.store, plan.slug, periode)
    if fige:
        return Fait(fige[0], nouveau=False, fige=True)
    contenu = bilans.draw(ctx.store, plan, periode, au, ctx.now())
    with transaction(ctx.store):
        return bilans.make(ctx.store, plan, periode, contenu, demande.par, ctx.now())


def write(ctx: Contexte, plan: Plan, fait: Fait, demande: Demande, forme: Format, sortie: Path) -> None:
    """Write a stored bilan in one format, with what came after it when its period is locked."""
    b = fait.bilan
    suites = bilans.aftermath(ctx.store, plan, b, ctx.now())
    octets = render(
        b.contenu,
        forme,
        numero=b.id,
        calcule_a=b.calcule_a,
        suites=suites,
        site=demande.site,
        une_page=demande.une_page,
    )
    sortie.write_bytes(octets)


def lock(ctx: Contexte, plan: Plan, periode: Periode, par: str) -> Fait:
    """Measure a period that is over, store its bilan, and lock both: its figures do not change any more.

    A row written between the measuring and the locking would be in neither: it is then measured again.
    """
    registres.lockable(ctx.store, plan.slug, periode, ctx.now())
    while True:
        lu = registres.last_act(ctx.store)
        contenu = bilans.draw(ctx.store, plan, periode, periode.fin, ctx.now())
        with transaction(ctx.store):
            if registres.last_act(ctx.store) != lu:
                continue
            fait = bilans.make(ctx.store, plan, periode, contenu, par, ctx.now())
            registres.lock(ctx.store, plan.slug, periode, fait.bilan.id, par, ctx.now())
            return fait


def serve_lock(ctx: Contexte, argument: str, par: str) -> str:
    """Lock the period that a page asked for: the request names its plan, active or not, and the period."""
    slug, _, cle = argument.partition(" ")
    plan = settings.plan_of(ctx.dossier.chemin, slug)
    entier = plan_period(plan)
    voulue = next((p for p in (*years(entier), entier) if p.cle == cle), None)
    if voulue is None:
        raise RefusError(f"Cette période n’est pas du plan{NBSP}: «{NBSP}{argument}{NBSP}».")
    fait = lock(ctx, plan, voulue, par)
    return f"Période {voulue.nom} verrouillée ; son bilan figé est le nº{NBSP}{fait.bilan.id}."
