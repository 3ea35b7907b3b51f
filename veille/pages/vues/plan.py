"""« Plan »: orientations, objectifs and moyens of the action plan, their indicators, and the digests that served them."""

from __future__ import annotations

from typing import Any

from veille.evaluation import first_day
from veille.francais import local_day
from veille.pages.visite import Visite
from veille.store import plan, tableaux
from veille.store.lecture import Connexion

CALCULS = {
    "auto": "calculé par la veille",
    "auto+manuel": "calculé en partie ; l’équipe complète",
    "manuel": "à saisir par l’équipe",
}


async def tree(visite: Visite) -> Any:
    """The whole plan on one page, folded by objectif."""

    def lire(c: Connexion) -> tuple[tableaux.PlanVu | None, dict[str, list[Any]]]:
        vu = tableaux.plan_tree(c)
        servis: dict[str, list[Any]] = {}
        if vu is not None:
            for livrable in plan.deliverables(c, first_day(vu.debut), local_day(visite.now)):
                for element in livrable.elements:
                    servis.setdefault(element, []).append(livrable)
        return vu, servis

    vu, servis = await visite.read(lire)
    return await visite.page("plan.html", {"plan": vu, "servis": servis, "calculs": CALCULS, "now": visite.now})
