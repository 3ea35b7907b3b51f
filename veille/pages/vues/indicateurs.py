"""« Indicateur »: one figure of the plan, over any period: what it is, how it was counted, the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from datasette.utils.asgi import NotFound

from veille.bilan.preparation import addition
from veille.errors import SettingsError
from veille.evaluation import Mesure
from veille.evaluation.cibles import PREFIXE
from veille.francais import local_day
from veille.model import Plan
from veille.pages import indicateurs
from veille.pages.plan_choisi import chosen_plan
from veille.pages.visite import ERREUR, Visite
from veille.pages.vues.publics import unreadable
from veille.periodes import Periode
from veille.store import bilans, mesures
from veille.store.bilans import Fige
from veille.store.lecture import Connexion
from veille.store.mesures import spans

ORIGINES = {"plan": "indicateur du plan", "proposition": "hors plan : proposé par la veille"}


async def one(visite: Visite) -> Any:
    """The indicator over the period that the address names, by default the last year of the plan."""
    try:
        plan = await chosen_plan(visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur)
    code, au = visite.var("code"), local_day(visite.now)
    periode = indicateurs.chosen(plan, visite.arg("genre"), visite.arg("debut"), au)
    if periode is None:
        refus = f"La période demandée n’est pas du « {plan.titre} », ou n’a pas commencé : voici la dernière qu’il a."
        return visite.redirect(f"/plan/indicateurs/{code}?plan={plan.slug}", refus, ERREUR)
    lu = await visite.read(lambda c: _read(c, plan, code, periode, au, visite.now))
    if lu is None:
        raise NotFound("indicateur inconnu")
    mesure = lu.mesure
    lignes, page, pages = indicateurs.page_of(mesure.lignes, visite.arg("page"))
    return await visite.page(
        "indicateur.html",
        {
            "plan": plan,
            "mesure": mesure,
            "indicateur": mesure.indicateur,
            "moyen": next((m for m in plan.moyens if m.id == mesure.indicateur.moyen), None),
            "origine": _origin(mesure),
            "periodes": _tabs(plan, code, periode, au),
            "periode": periode,
            "valeur": indicateurs.shown_value(mesure),
            "fige": lu.figes.get(periode),
            "aujourdhui": lu.aujourdhui,
            "verrous": [(p, f) for p, f in lu.figes.items() if p != periode and p.meets(periode.debut, periode.fin)],
            "ajouts": _beside(mesure, lu.figes.get(periode)),
            "blocs": indicateurs.over_time(lu.suite, lu.figes),
            "lignes": lignes,
            "chiffrees": any(x.valeur is not None for x in mesure.lignes),
            "page": page,
            "pages": pages,
            "genres": indicateurs.GENRES_RENVOI,
            "ajouter": indicateurs.prefilled(plan, mesure),
        },
    )


@dataclass(frozen=True)
class Lu:
    """The figure and its history, as frozen where they are. `aujourdhui`: what today's rows give, when it is not the same."""

    mesure: Mesure
    suite: list[tuple[Periode, Mesure]]
    figes: Mapping[Periode, Fige]
    aujourdhui: str = ""


def _read(c: Connexion, plan: Plan, code: str, periode: Periode, au: date, now: datetime) -> Lu | None:
    jusque = now + timedelta(seconds=1)
    compte = mesures.figure(c, plan, code, periode, au, jusque)
    if compte is None:
        return None
    figes = {p: f for p, f in bilans.frozen_figures(c, plan.slug).items() if code in f.chiffres}

    def kept(p: Periode, m: Mesure) -> Mesure:
        return indicateurs.as_frozen(m, figes[p].chiffres[code]) if p in figes else m

    mesure = kept(periode, compte)
    suite = mesures.history(c, plan, code, au, jusque, ("annee", "trimestre"))
    change = indicateurs.shown_value(compte) if compte.valeur != mesure.valeur else ""
    return Lu(mesure, [(p, kept(p, m)) for p, m in suite], figes, change)


def _beside(mesure: Mesure, fige: Fige | None) -> list[tuple[str, str]]:
    """What staff wrote beside the figure, and its row: a frozen one is told as its bilan tells it."""
    if fige:
        return [(dit, "") for dit in fige.chiffres[mesure.indicateur.id].ajouts]
    return [(addition(mesure.indicateur, r), r.lien) for r in mesure.ajouts]


def _origin(mesure: Mesure) -> str:
    if not mesure.indicateur.moyen:
        return "total de tout le plan"
    return "cible du texte du plan" if mesure.indicateur.id.startswith(PREFIXE) else ORIGINES[mesure.indicateur.origine]


def _tabs(plan: Plan, code: str, periode: Periode, au: date) -> list[indicateurs.Onglet]:
    """The plan and its years; the quarters are reached from the table. The one that is shown is always there."""
    toutes = [*spans(plan, au, "plan"), *spans(plan, au, "annee")]
    return indicateurs.tabs(plan, code, toutes if periode in toutes else [*toutes, periode], periode)
