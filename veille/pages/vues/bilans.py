"""« Bilans »: draw up the bilan of the plan, of a year or of a quarter; read those that are kept, and take each as a file."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any, cast

from datasette.utils.asgi import NotFound, Response

from veille import settings
from veille.bilan import Suites, compose, one_page
from veille.bilan.fichiers import FORMATS, TYPES_MIME, Format, file_name, render
from veille.errors import DependanceError, RefusError, SettingsError
from veille.francais import local_day
from veille.model import Plan
from veille.pages.plan_choisi import chosen_plan, other_plans
from veille.pages.visite import AVERTISSEMENT, ERREUR, RefusFormulaire, Visite
from veille.pages.vues.publics import unreadable
from veille.periodes import GenrePeriode, Periode, plan_period, year_of
from veille.settings.controles import is_slug
from veille.store import bilans
from veille.store.bilans import Bilan, Fait

PAR_PAGE = 30
PORTEES: dict[GenrePeriode, str] = {
    "plan": "Tout le plan",
    "annee": "L’année de ce jour (avril à mars)",
    "trimestre": "Le trimestre de ce jour",
}


async def board(visite: Visite) -> Any:
    """The form, and every bilan that is kept."""
    try:
        plan = await chosen_plan(visite)
        autres = await other_plans(visite, plan)
    except SettingsError as erreur:
        return await unreadable(visite, erreur)
    page = int(visite.arg("page")) if visite.arg("page").isdecimal() and len(visite.arg("page")) < 6 else 1
    depart = PAR_PAGE * (max(page, 1) - 1)
    lus = await visite.read(lambda c: bilans.listed(c, plan.slug, PAR_PAGE + 1, depart))
    return await visite.page(
        "bilans.html",
        {
            "plan": plan,
            "autres": autres,
            "portees": PORTEES,
            "au": _default_day(plan, local_day(visite.now)),
            "debut": plan_period(plan).debut,
            "bilans": lus[:PAR_PAGE],
            "page": max(page, 1),
            "suite": len(lus) > PAR_PAGE,
            "formats": FORMATS,
        },
    )


async def make(visite: Visite) -> Any:
    """Draw one up, keep it, and show it."""
    formulaire = await visite.form()
    portee = formulaire.line("portee", 20)
    if portee not in PORTEES:
        raise RefusFormulaire("Choisissez tout le plan, une année ou un trimestre.")
    try:
        au = date.fromisoformat(formulaire.line("au", 10))
        plan = await chosen_plan(visite, formulaire.line("plan", 100))
        periode = bilans.period_for(plan, portee, au, local_day(visite.now))
    except ValueError as erreur:
        raise RefusFormulaire("Écrivez le jour du bilan ainsi : 2026-03-31.") from erreur
    except (RefusError, SettingsError) as erreur:
        nomme = formulaire.line("plan", 100)
        return visite.redirect(f"/bilans?plan={nomme}" if is_slug(nomme) else "/bilans", str(erreur), ERREUR)
    fait = await _made(visite, plan, periode, au)
    return visite.redirect(f"/bilans/{fait.bilan.id}", fait.phrase, AVERTISSEMENT if fait.fige else 1)


async def _made(visite: Visite, plan: Plan, periode: Periode, au: date) -> Fait:
    """Counted on a snapshot, so that nobody waits to write meanwhile; then kept in one short transaction."""
    contenu = await visite.read(lambda c: bilans.draw(c, plan, periode, au, visite.now))
    nom, now = visite.nom, visite.now
    return await visite.write(lambda c: bilans.make(c, plan, periode, contenu, nom, now))


async def one(visite: Visite) -> Any:
    """A bilan that is kept, as a page."""
    bilan, suites = await _read(visite)
    composer = one_page if visite.arg("page") == "ca" else compose
    rapport = composer(bilan.contenu, numero=bilan.id, calcule_le=local_day(bilan.calcule_a), suites=suites)
    return await visite.page(
        "bilan.html", {"bilan": bilan, "rapport": rapport, "formats": FORMATS, "ca": visite.arg("page") == "ca"}
    )


async def download(visite: Visite) -> Any:
    """A bilan that is kept, in one format. Its links lead to this very site."""
    bilan, suites = await _read(visite)
    forme, une_page = cast(Format, visite.var("format")), visite.arg("page") == "ca"
    site = f"{visite.request.scheme}://{visite.request.host}"
    try:
        octets = await asyncio.to_thread(
            render,
            bilan.contenu,
            forme,
            numero=bilan.id,
            calcule_a=bilan.calcule_a,
            suites=suites,
            site=site,
            une_page=une_page,
        )
    except DependanceError as erreur:
        return visite.redirect(f"/bilans/{bilan.id}", str(erreur), ERREUR)
    nom = file_name(bilan.contenu, bilan.id, forme, une_page=une_page)
    return Response(
        octets, headers={"content-disposition": f'attachment; filename="{nom}"'}, content_type=TYPES_MIME[forme]
    )


async def _read(visite: Visite) -> tuple[Bilan, Suites | None]:
    """The bilan, and what came after it, counted with its own plan; with the active one when that file is gone."""
    numero, now = int(visite.var("numero")), visite.now
    bilan = await visite.read(lambda c: bilans.one(c, numero))
    if bilan is None:
        raise NotFound("bilan inconnu")
    try:
        plan = await chosen_plan(visite, bilan.plan)
    except NotFound:
        plan = await asyncio.to_thread(settings.load_plan, visite.site.dossier)
    return bilan, await visite.read(lambda c: bilans.aftermath(c, plan, bilan, now))


def _default_day(plan: Plan, aujourdhui: date) -> date:
    """The day of the plan's own bilan once it is near or past, else the end of the last year that is over, else today."""
    entier = plan_period(plan)
    if aujourdhui >= entier.fin - timedelta(days=31):
        return entier.fin
    veille = year_of(aujourdhui).debut - timedelta(days=1)
    return veille if veille >= entier.debut else aujourdhui
