"""Group: put each item that no group holds with those that tell the same story. Every member is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pipeline.context import Contexte
from veille.fingerprints import (
    BOILERPLATE_SAMPLE,
    MAX_CANDIDATES,
    SHARED_HASHES,
    boilerplate,
    identities,
    same_story,
    sketch,
)
from veille.model import Document
from veille.store import groupes, items
from veille.store.connexion import exclusive, transaction
from veille.store.service import recorded

PAQUET = 200
# How far back a text is looked for by its words: two weeks between two tellings, a month between two readings.
FENETRE = timedelta(days=45)
COPIES = 4  # Of a text everyone took up, the latest few are enough to find its group.


@dataclass(frozen=True)
class Bilan:
    """`items` placed by this run; `groupes` that hold something after it."""

    items: int = 0
    groupes: int = 0


def group_new(ctx: Contexte) -> Bilan:
    """Place every item without a group, in arrival order: compared first, then one short write each."""
    places = 0
    communs: dict[str, frozenset[int]] = {}
    with exclusive(ctx.dossier.chemin, "regroupement"), recorded(ctx.store, "regroupement", ctx.now()) as passage:
        depuis = items.first_since(ctx.store, ctx.now() - FENETRE)
        while not ctx.stop.is_set():
            nouveaux = items.ungrouped(ctx.store, PAQUET)
            if not nouveaux:
                break
            for source in {document.source for document in nouveaux} - communs.keys():
                communs[source] = boilerplate(items.latest_of(ctx.store, source, BOILERPLATE_SAMPLE))
            for document in nouveaux:
                _place(ctx, document, communs[document.source], depuis)
            places += len(nouveaux)
            passage.count(items=places)
            ctx.progress(places, places, "regroupement")
        passage.partiel = ctx.stop.is_set()
    return Bilan(places, groupes.count(ctx.store))


def _place(ctx: Contexte, document: Document, communs: frozenset[int], depuis: int) -> None:
    item_id = int(document.id)
    identites = identities(document, communs)
    esquisse = sketch(document, communs)
    proches = [
        *groupes.carrying(ctx.store, identites, COPIES),
        *groupes.sharing(ctx.store, esquisse, SHARED_HASHES, MAX_CANDIDATES, depuis),
    ]
    autres = items.documents(ctx.store, list(dict.fromkeys(proches)))
    rapprochements = [r for autre in autres if (r := same_story(document, autre, communs)) is not None]
    with transaction(ctx.store):
        groupes.place(ctx.store, item_id, rapprochements, ctx.now())
        groupes.add_landmarks(ctx.store, item_id, (*identites, *esquisse))
