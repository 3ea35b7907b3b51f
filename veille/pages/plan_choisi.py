"""Which plan a page is about: the active one, or the one that its address or its row names."""

from __future__ import annotations

import asyncio

from datasette.utils.asgi import NotFound

from veille import settings
from veille.errors import RefusError
from veille.model import Plan
from veille.pages.visite import Visite
from veille.settings.plans import DOSSIER


async def chosen_plan(visite: Visite, slug: str = "") -> Plan:
    """The plan of this name, else the one that `?plan=` names, else the active one; NotFound when the folder has none."""
    voulu = slug or visite.arg("plan")

    def lire() -> Plan:
        actif = settings.load_plan(visite.site.dossier)
        return settings.plan_of(visite.site.dossier, voulu) if voulu not in ("", actif.slug) else actif

    try:
        return await asyncio.to_thread(lire)
    except RefusError:
        raise NotFound("plan inconnu") from None


async def other_plans(visite: Visite, plan: Plan) -> list[Plan]:
    """The other plans of the folder, for a page that shows one at a time."""
    if not (visite.site.dossier / DOSSIER).is_dir():
        return []
    return [p for p in await asyncio.to_thread(settings.load_plans, visite.site.dossier) if p.slug != plan.slug]
