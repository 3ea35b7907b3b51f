"""Classify: judge each item version that today's model has not judged, and keep every reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pipeline.context import Contexte
from veille.classifier.judge import Judge
from veille.francais import local_day
from veille.store import items, jugements, tirages
from veille.store.connexion import exclusive, transaction
from veille.store.service import recorded

PAQUET = 200
# What a new model judges again by itself: stories of the last month that wait. « classer --tout » does the rest.
REVOIR = timedelta(days=30)


@dataclass(frozen=True)
class Bilan:
    """`items` judged by this run, `suggestions` they received; `tirees`: stories drawn for people to look at."""

    items: int = 0
    suggestions: int = 0
    tirees: int = 0


def classify_new(ctx: Contexte, juge: Judge, *, tout: bool = False) -> Bilan:
    """Judge what is new, newest first, a packet at a time: computed first, then one short write.

    `tout`: the whole archive by today's model, settled stories included.
    """
    depuis = None if tout else ctx.now() - REVOIR
    juges = suggestions = 0
    with exclusive(ctx.dossier.chemin, "classement"), recorded(ctx.store, "classement", ctx.now()) as passage:
        attente = items.unjudged(ctx.store, juge.modele, PAQUET, depuis=depuis)
        while attente and not ctx.stop.is_set():
            avis = juge.judge_all([document for document, _ in attente], local_day(ctx.now()))
            with transaction(ctx.store):
                for (document, version), jugement in zip(attente, avis, strict=True):
                    suggestions += jugements.record(
                        ctx.store, int(document.id), version, juge.modele, jugement, ctx.now()
                    )
            juges += len(attente)
            passage.count(items=juges, suggestions=suggestions)
            ctx.progress(juges, juges, "classement")
            attente = items.unjudged(ctx.store, juge.modele, PAQUET, avant=int(attente[-1][0].id), depuis=depuis)
        tirees = tirages.draw_week(ctx.store, ctx.now())
        passage.partiel = ctx.stop.is_set()
    return Bilan(juges, suggestions, tirees)
