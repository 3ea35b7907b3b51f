"""Press texts: hash what came, then empty what has served its time. The hashes come first, always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pipeline.context import Contexte
from veille.store import empreintes
from veille.store.connexion import exclusive
from veille.store.service import recorded

DUREE = timedelta(days=30)  # A newspaper's text serves to tag its item, and no longer.


@dataclass(frozen=True)
class Bilan:
    """`empreintes` made by this run; `purges`: texts emptied."""

    empreintes: int = 0
    purges: int = 0


def keep_hashes(ctx: Contexte) -> Bilan:
    """Hash every press text that is not yet, index those of the last months, then empty those older than a month whose hashes are kept."""
    with exclusive(ctx.dossier.chemin, "presse"), recorded(ctx.store, "presse", ctx.now()) as passage:
        faites = empreintes.hash_new(ctx.store, ctx.now())
        passage.count(empreintes=faites)
        passage.count(indexes=empreintes.index(ctx.store, ctx.now()))
        purges = empreintes.purge(ctx.store, ctx.now() - DUREE)
        passage.count(purges=purges)
    return Bilan(faites, purges)
