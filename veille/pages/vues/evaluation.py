"""« Évaluation »: the watch in figures, each with the rows it comes from."""

from __future__ import annotations

from collections import Counter
from typing import Any

from veille.francais import local_day
from veille.pages.evaluation import PERIODES, coverage, measures, read_period, start
from veille.pages.visite import Visite
from veille.pages.vues.avis import REPONSES
from veille.pages.vues.sources import diagnose
from veille.store import budget, chiffres, portees, revue, sources, voix
from veille.store.lecture import Connexion


async def figures(visite: Visite) -> Any:
    """The figures of a period, and the grid of what is covered."""
    now, jours = visite.now, read_period(visite.arg("jours"))
    depuis = start(jours, now)

    def lire(c: Connexion) -> tuple[chiffres.Chiffres, budget.Budget, list[Any], dict[str, str], dict[str, Any]]:
        comptes = chiffres.read(c, depuis, local_day(depuis))
        lecteurs = {
            "voix": voix.by_issue(c, local_day(depuis)),
            "utiles": voix.best_items(c, local_day(depuis)),
            "portee": portees.by_issue(c, local_day(depuis)),
            "noms_publics": revue.audiences(c),
        }
        return comptes, budget.learn(c, now), sources.health(c), revue.references(c).thematiques, lecteurs

    comptes, appris, sante, thematiques, lecteurs = await visite.read(lire)
    etats = Counter(diagnose(s, now).etat for s in sante)
    return await visite.page(
        "evaluation.html",
        {
            "jours": jours,
            "periodes": PERIODES,
            "depuis": depuis,
            "sujets": measures(comptes, depuis, appris, etats),
            "chiffres": comptes,
            "couverture": coverage(comptes, thematiques),
            "depuis_jour": local_day(depuis).isoformat(),
            "reponses": REPONSES,
            **lecteurs,
            "now": now,
        },
    )
