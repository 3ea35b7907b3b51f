"""Rank: bring the queue of the review up to date with what was collected, grouped, judged, decided and learnt."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.context import Contexte
from veille.store import file
from veille.store.connexion import exclusive
from veille.store.service import recorded


@dataclass(frozen=True)
class Bilan:
    """`groupes`: stories whose place in the queue was computed by this run."""

    groupes: int = 0


def rank_new(ctx: Contexte) -> Bilan:
    """Newest stories first, a packet at a time, one short write each."""
    places = 0
    with exclusive(ctx.dossier.chemin, "file"), recorded(ctx.store, "file", ctx.now()) as passage:
        file.note_due(ctx.store, ctx.now())
        while not ctx.stop.is_set() and (nombre := file.drain(ctx.store, ctx.now())):
            places += nombre
            passage.count(groupes=places)
            ctx.progress(places, places, "file")
        passage.partiel = ctx.stop.is_set()
    return Bilan(places)
