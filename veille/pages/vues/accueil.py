"""The dashboard: what the week asks of the team, and where to begin."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from veille.editor.rappel import trouble
from veille.francais import local_day
from veille.pages.semaine import Filtres
from veille.pages.visite import Visite
from veille.settings import revisions
from veille.store import attente, fiches, revue, sources, tableaux
from veille.store.lecture import Connexion

JOURS = 7
ECHEANCES_JOURS = 14
ECHEANCES_MAX = 8
ENNUIS_MAX = 6


async def dashboard(visite: Visite) -> Any:
    """Counts, deadlines, sources in trouble, digests that wait."""
    now = visite.now

    def lire(c: Connexion) -> dict[str, Any]:
        proches = revue.deadlines(c, local_day(now), local_day(now) + timedelta(days=ECHEANCES_JOURS))
        visibles = proches[:ECHEANCES_MAX]
        return {
            "compte": tableaux.counts(c, now - timedelta(days=JOURS)),
            "a_trancher": attente.count(c, Filtres().criteria(now)),
            "echeances_total": len(proches),
            "echeances": list(zip([d for d, _ in visibles], fiches.load(c, [g for _, g in visibles]), strict=True)),
            "ennuis": [e for s in sources.health(c) if (e := trouble(s, now)) is not None],
            "attente": [b for b in tableaux.digests(c, 60) if b.etat != "publié"],
        }

    contexte = await visite.read(lire)
    jour = local_day(now)
    a_revoir = [r for r in await asyncio.to_thread(revisions.read, visite.site.dossier) if r.a_revoir_le <= jour]
    return await visite.page("accueil.html", {**contexte, "a_revoir": a_revoir, "now": now, "ennuis_max": ENNUIS_MAX})
