"""« Périodes »: the plan's years, which are locked, and what was amended since."""

from __future__ import annotations

from typing import Any

from veille.errors import RefusError
from veille.francais import local_day
from veille.pages.plan_choisi import chosen_plan, other_plans
from veille.pages.registres import ACTES, differences
from veille.pages.visite import RefusFormulaire, Visite
from veille.periodes import Periode, plan_period, years
from veille.registres.champs import REGISTRES
from veille.store import registres, service
from veille.store.lecture import Connexion


async def board(visite: Visite) -> Any:
    """Every year of the plan and the plan itself: open, locked, and with which amendments."""
    plan = await chosen_plan(visite)
    autres = await other_plans(visite, plan)
    entier = plan_period(plan)
    periodes = [*years(entier), entier]

    def lire(c: Connexion) -> tuple[dict[Periode, Any], dict[Periode, list[registres.Amendement]]]:
        verrous = {v.periode: v for v in registres.locked(c, plan.slug)}
        return verrous, {p: registres.amendments(c, plan.slug, p) for p in verrous}

    verrous, amendements = await visite.read(lire)
    return await visite.page(
        "periodes.html",
        {
            "plan": plan,
            "autres": autres,
            "periodes": periodes,
            "verrous": verrous,
            "amendements": amendements,
            "registres": REGISTRES,
            "actes_dits": ACTES,
            "differences": differences,
            "aujourdhui": local_day(visite.now),
        },
    )


async def lock(visite: Visite) -> Any:
    """Ask that a period be measured, frozen and locked; the turn of the watch does it within seconds."""
    formulaire = await visite.form()
    plan = await chosen_plan(visite, formulaire.line("plan", 100))
    entier = plan_period(plan)
    voulue = next((p for p in (*years(entier), entier) if p.cle == formulaire.line("periode", 60)), None)
    if voulue is None:
        raise RefusFormulaire("Choisissez une des périodes du plan.")
    if formulaire.line("sur", 3) != "oui":
        raise RefusFormulaire("Cochez la case : une période verrouillée ne se déverrouille pas.")
    periode = voulue

    def ecrire(c: Connexion) -> None:
        registres.lockable(c, plan.slug, periode, visite.now)
        service.ask(c, "verrouiller", f"{plan.slug} {periode.cle}", visite.nom, visite.now)

    try:
        await visite.write(ecrire)
    except RefusError as refus:
        raise RefusFormulaire(str(refus)) from refus
    return visite.redirect(
        f"/registres/periodes?plan={plan.slug}", f"Verrouillage de {periode.nom} demandé. Suivez-le dans « Demandes »."
    )
