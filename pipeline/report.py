"""Report: the plan beside what the watch did, read from rows, as a state for the terminal or as the bilan to file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipeline.context import Contexte
from veille import settings
from veille.bilan import render_bilan
from veille.errors import RefusError
from veille.evaluation import EtatPlan, first_day, plan_state
from veille.francais import FUSEAU, format_day
from veille.store import plan as store_plan

DERNIER_JOUR = date(2099, 12, 31)


def measure(ctx: Contexte, au: date) -> EtatPlan:
    """The whole plan as of that day, with what was published and collected since the plan began."""
    debut = _first_day(ctx)
    fin = _midnight(au + timedelta(days=1))
    return plan_state(
        ctx.dossier.plan,
        store_plan.deliverables(ctx.store, debut, au),
        store_plan.activity(ctx.store, _midnight(debut), fin),
        ctx.dossier.taxonomie.thematiques,
        frozenset(a.slug for a in ctx.dossier.audiences if a.genre == "rappel"),
        au,
    )


def write_bilan(ctx: Contexte, au: date, sortie: Path) -> EtatPlan:
    """Write the bilan as one HTML page that stands alone."""
    if not _first_day(ctx) <= au <= DERNIER_JOUR:
        premier, dernier = format_day(_first_day(ctx)), format_day(DERNIER_JOUR)
        raise RefusError(f"Le bilan se fait à un jour compris entre le {premier} et le {dernier}.")
    etat = measure(ctx, au)
    page = render_bilan(etat, ctx.dossier.organisation, ctx.now(), settings.shipped())
    sortie.write_text(page, encoding="utf-8")
    return etat


def _first_day(ctx: Contexte) -> date:
    return first_day(ctx.dossier.plan.debut)


def _midnight(jour: date) -> datetime:
    return datetime.combine(jour, time(), tzinfo=FUSEAU)
