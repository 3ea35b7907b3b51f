"""Classify: judge each item version that today's model has not judged, and keep every reason."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.context import Contexte
from veille.classifier.judge import Judge, modele
from veille.francais import local_day
from veille.store import items, jugements
from veille.store.connexion import exclusive, transaction
from veille.store.service import recorded

PAQUET = 200


@dataclass(frozen=True)
class Bilan:
    """`items` judged by this run, `suggestions` they received."""

    items: int = 0
    suggestions: int = 0


def classify_new(ctx: Contexte) -> Bilan:
    """Judge what is new, newest first, a packet at a time: computed first, then one short write."""
    nom = modele(ctx.dossier.taxonomie, ctx.dossier.gazetier)
    juges = suggestions = 0
    with exclusive(ctx.dossier.chemin, "classement"), recorded(ctx.store, "classement", ctx.now()) as passage:
        juge: Judge | None = None
        attente = items.unjudged(ctx.store, nom, PAQUET)
        while attente and not ctx.stop.is_set():
            juge = juge or Judge(ctx.dossier.taxonomie, ctx.dossier.gazetier)
            avis = juge.judge_all([document for document, _ in attente], local_day(ctx.now()))
            with transaction(ctx.store):
                for (document, version), jugement in zip(attente, avis, strict=True):
                    suggestions += jugements.record(ctx.store, int(document.id), version, nom, jugement, ctx.now())
            juges += len(attente)
            passage.count(items=juges, suggestions=suggestions)
            ctx.progress(juges, juges, "classement")
            attente = items.unjudged(ctx.store, nom, PAQUET, avant=int(attente[-1][0].id))
        passage.partiel = ctx.stop.is_set()
    return Bilan(juges, suggestions)
