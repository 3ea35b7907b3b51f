"""Draft the next plan from the last one and from how it ended, as measured from rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.context import Contexte
from veille.errors import RefusError
from veille.evaluation import Faits, Mesure, measure
from veille.francais import local_day
from veille.model import Plan
from veille.periodes import first_day, plan_period
from veille.plan import Avancement, moyen_of, progress
from veille.plan.ebauche import Constat, Suivant, draft
from veille.settings import plans
from veille.store import bilans, suivis
from veille.store.mesures import Serie, read_facts


def draft_next(ctx: Contexte, suivant: Suivant) -> Path:
    """Write `plans/<slug>.toml`; refused when there is one already, or when its years make no sense."""
    plan = ctx.dossier.plan
    if not suivant.debut < suivant.fin:
        raise RefusError(f"Un plan finit après l’année où il commence : {suivant.debut} et {suivant.fin} ne vont pas.")
    if suivant.bilan_le <= first_day(suivant.debut):
        raise RefusError(f"Le bilan d’un plan qui commence en {suivant.debut} ne peut pas être le {suivant.bilan_le}.")
    au = min(local_day(ctx.now()), plan.bilan_le)
    texte = draft(plan, suivant, *ending(ctx, plan, au), au)
    return plans.draft(ctx.dossier.chemin, suivant.slug, texte)


def ending(ctx: Contexte, plan: Plan, au: date) -> tuple[dict[str, Avancement], dict[str, Constat]]:
    """Where each moyen stands on that day, and what is known of each indicator over the whole plan."""
    periode = plan_period(plan).until(au)
    faits, suites = read_facts(ctx.store, plan, periode), bilans.series(ctx.store, plan, au)
    constats = {
        m.indicateur.id: start(m, Constat(m.phrase, m.manque, m.atteinte), suites.get(m.indicateur.id, ()), au)
        for m in measure(plan, faits, periode, au)
    }
    return progress(plan, suivis.latest(ctx.store, plan.slug, au), serving(plan, faits)), constats


def start(mesure: Mesure, constat: Constat, suite: Serie, au: date) -> Constat:
    """Where the next plan starts from: three years added up are no starting point for what is counted each year."""
    if mesure.indicateur.periode == "plan":
        return replace(constat, valeur=mesure.valeur if mesure.mesuree else None)
    annees = [(p, valeur) for p, valeur in suite if p.fin <= au and valeur is not None]
    if not annees:
        return constat
    derniere, valeur = annees[-1]
    return replace(constat, valeur=valeur, annee=derniere.nom, le=derniere.fin)


def serving(plan: Plan, faits: Faits) -> dict[str, int]:
    """How many rows and published digests serve each moyen, each once."""
    vers, r = moyen_of(plan), faits.registres
    comptes: dict[str, int] = {}
    lignes = (*r.activites, *r.outils, *r.accompagnements, *r.sondages, *r.mesures)
    for codes in (*(x.moyens for x in lignes), *(x.elements for x in faits.livrables)):
        for moyen in {vers[code] for code in codes if code in vers}:
            comptes[moyen] = comptes.get(moyen, 0) + 1
    return comptes
