"""Eight weeks of review: does what a team decides bring what it keeps to the top of its queue?

    python bench/semaines.py [--rapide] [--json]

A fictional team reviews sixty stories a week out of some three hundred, in the order of its queue, through the ordinary
database, judge, training and queue. It keeps what is truly about the themes it follows, wherever the judge put it, says
« hors thème » of the rest, and corrects every theme. The same weeks are lived twice: once learning after each review, once
with the theme file and the stated formula alone. Texts and truth are those of the shared classification bench.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.commun import Cas, case, main
from pipeline import train
from pipeline.classify import classify_new
from pipeline.context import Contexte
from veille import settings
from veille.model import Item, Source, Taxonomie
from veille.pages.pertinence import queue
from veille.store import decisions, fiches, groupes, items, jugements, sources
from veille.store.connexion import transaction
from veille.store.decisions import Decision
from veille.store.schema import open_store

PARTAGE = Path(__file__).resolve().parents[2] / "shared" / "bench" / "classification"
DEBUT = datetime(2026, 9, 7, 12, tzinfo=UTC)
SEMAINES, PAR_SEMAINE, LUES = 8, 300, 60
# What this fictional team follows; the rest of the seeds' themes is not for it.
SUIVIS = frozenset({"communautaire", "aines", "famille", "revenu"})
FERMES = (6, 7, 8)  # The weeks compared, once there was time to learn.


@dataclass(frozen=True)
class Fiche:
    """One sheet of the bench as a source would give it."""

    id: str
    titre: str
    resume: str
    themes: frozenset[str]
    source: str

    @property
    def voulue(self) -> bool:
        """Whether the team keeps it."""
        return bool(self.themes & SUIVIS)


def run(rapide: bool) -> list[Cas]:
    """One row: stories kept among the first sixty of the last weeks, without learning over with."""
    nom = f"retenues parmi les {LUES} premières, semaines {FERMES[0]} à {FERMES[-1]} : sans apprendre / en apprenant"
    if not (PARTAGE / "service_public_fr.jsonl.gz").exists():
        return [Cas(nom, None, 0.85, None, "../shared est absent : rien de mesuré")]
    rapports, notes = [], []
    for graine in range(1 if rapide else 3):
        sans, avec = (live(graine, apprend=apprend) for apprend in (False, True))
        rapports.append(_closing(sans) / max(_closing(avec), 1))
        notes.append(f"sans {sans} ; avec {avec}")
    return [case(nom, sum(rapports) / len(rapports), 0.85, " | ".join(notes))]


def live(graine: int, *, apprend: bool) -> list[int]:
    """The stories kept each week among the first sixty of the queue."""
    fiches_ = _sheets(graine)
    with _project() as ctx:
        par_cle = {f.id: f for f in fiches_}
        return [_week(ctx, fiches_, par_cle, semaine, apprend=apprend) for semaine in range(SEMAINES)]


def _week(ctx: Contexte, toutes: Sequence[Fiche], par_cle: dict[str, Fiche], semaine: int, *, apprend: bool) -> int:
    arrivee = DEBUT + timedelta(weeks=semaine)
    ctx = replace(ctx, now=lambda: arrivee + timedelta(days=6))
    _arrive(ctx, toutes[semaine * PAR_SEMAINE : (semaine + 1) * PAR_SEMAINE], arrivee)
    taxonomie = ctx.dossier.taxonomie
    classify_new(ctx, train.active_judge(ctx, taxonomie))
    ids = fiches.to_review(ctx.store, arrivee - timedelta(hours=1))
    gardees = 0
    for fiche in queue(fiches.rate(ctx.store, fiches.load(ctx.store, ids), ctx.now()), ctx.now())[:LUES]:
        cle = ctx.store.execute("SELECT cle FROM items WHERE id = ?", (fiche.principal.item_id,)).fetchone()["cle"]
        verite = par_cle[cle]
        gardees += verite.voulue
        _decide(ctx, fiche.principal.item_id, verite)
    if apprend:
        train.learn(ctx, taxonomie)
    return gardees


def _decide(ctx: Contexte, item_id: int, verite: Fiche) -> None:
    genre, raison = ("retenir", "") if verite.voulue else ("ecarter", "hors_theme")
    themes = tuple(sorted(verite.themes))
    decisions.record(ctx.store, Decision(item_id, genre, "Équipe (exemple fictif)", raison, themes), ctx.now())  # type: ignore[arg-type]


def _arrive(ctx: Contexte, arrivees: Sequence[Fiche], vu_a: datetime) -> None:
    ids = {ligne["slug"]: ligne["id"] for ligne in ctx.store.execute("SELECT id, slug FROM sources")}
    with transaction(ctx.store):
        for f in arrivees:
            adresse = f"https://exemple.invalid/{f.id}"
            item = Item(f.id, f.titre, adresse, adresse, "", vu_a, "", "", "fr", f.resume, "", f.id.encode())
            items.insert(ctx.store, ids[f.source], [item], vu_a)
            rang = int(ctx.store.execute("SELECT id FROM items WHERE cle = ?", (f.id,)).fetchone()["id"])
            groupes.place(ctx.store, rang, [], vu_a)


def _sheets(graine: int) -> list[Fiche]:
    """The sheets in a random order, each from the section of the site that files it."""
    with gzip.open(PARTAGE / "service_public_fr.jsonl.gz", "rt", encoding="utf-8") as lignes:
        brutes = [json.loads(ligne) for ligne in lignes]
    lues = [
        Fiche(
            b["id"], b["title"], b["text"], frozenset(b["labels"]) & frozenset(_taxonomy_slugs()), _source(b["dossier"])
        )
        for b in brutes
    ]
    random.Random(graine).shuffle(lues)
    return lues


def _source(dossier: str) -> str:
    return "site-" + str(sum(map(ord, dossier.partition(" > ")[0])) % 12)


def _taxonomy_slugs() -> list[str]:
    return [t.slug for t in _taxonomy().thematiques]


def _taxonomy() -> Taxonomie:
    return settings.load_themes(PARTAGE / "themes_seed.json")


@contextlib.contextmanager
def _project() -> Iterator[Contexte]:
    livre = settings.load(settings.shipped())
    with tempfile.TemporaryDirectory() as nom:
        chemin = Path(nom)
        suivies = tuple(
            Source(f"site-{n}", f"Site {n} (exemple fictif)", "https://exemple.invalid/", "", "manuel", "active")
            for n in range(12)
        )
        dossier = replace(livre, chemin=chemin, sources=suivies, taxonomie=_taxonomy())
        with contextlib.closing(open_store(chemin)) as store:
            sources.sync(store, suivies, DEBUT)
            jugements.sync_references(store, dossier.taxonomie, dossier.gazetier)
            yield Contexte(dossier, store)


def _closing(semaines: Sequence[int]) -> int:
    return sum(semaines[s - 1] for s in FERMES)


if __name__ == "__main__":
    main("Simuler huit semaines de revue.", run)
