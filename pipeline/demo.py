"""The demonstration: a fictional week on loopback servers, through the ordinary pipeline, up to three digests.

Nothing leaves the machine. The sample week is data (`veille/exemple`); what runs on it is what runs every day.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline import collect, compose, passe, publish, run, train
from pipeline.collect import Echec
from pipeline.context import Contexte, open_context, quiet, utc_now
from pipeline.themes import themes_in_force
from veille import exemple, settings
from veille.errors import RefusError
from veille.exemple import registres as registres_fictifs
from veille.exemple.serveur import SampleServer
from veille.francais import local_day
from veille.registres import repertoire
from veille.registres.saisie import Reperes
from veille.store import chiffres, decisions, groupes, items, organisations, registres, suivis
from veille.store.connexion import transaction
from veille.store.decisions import Decision

Say = Callable[[str], None]


@dataclass(frozen=True)
class Bilan:
    """What the demonstration holds of the week once ready; `echecs` are the failures planted in the sample week."""

    sources: int
    reussies: int
    items: int
    groupes: int
    suggestions: int
    digests: int
    echecs: tuple[Echec, ...]


@contextlib.contextmanager
def sample_week(
    dossier: Path,
    *,
    say: Say,
    progress: Callable[[int, int, str], None] = quiet,
    now: Callable[[], datetime] = utc_now,
) -> Iterator[Bilan]:
    """Prepare the demonstration in an empty folder; the sample sites answer until the context is left."""
    semaine = exemple.load()
    if dossier.exists() and any(dossier.iterdir()):
        raise RefusError(f"Le dossier {dossier} n’est pas vide : la démonstration n’écrit que dans un dossier neuf.")
    settings.initialise(dossier)
    (dossier / "organisation.toml").write_text(exemple.organisation_toml(), encoding="utf-8")
    passe.plant(dossier, now())
    with SampleServer(semaine, now()) as serveur:
        (dossier / "sources.toml").write_text(serveur.sources_toml(), encoding="utf-8")
        with open_context(dossier, now=now, progress=progress) as ctx:
            yield _walk(ctx, semaine, serveur, say)


def _walk(ctx: Contexte, semaine: exemple.Semaine, serveur: SampleServer, say: Say) -> Bilan:
    avant = _totals(ctx)  # Of the past, which is no part of the week.
    say("1/5 Collecte de la semaine fictive…")
    bilan = collect.collect(ctx)
    say("2/5 Deuxième lecture : seul ce qui a changé est relu…")
    serveur.correct()
    en_panne = {echec.source for echec in bilan.echecs}
    collect.collect(replace(ctx, progress=quiet), [s.slug for s in ctx.dossier.sources if s.slug not in en_panne])
    say("3/5 Regroupement des doublons et classement, avec leurs raisons…")
    run.digest_arrivals(ctx)
    say("4/5 Décisions d’une personne réviseuse fictive, et ce qu’elles apprennent…")
    _plant_decisions(ctx, semaine, serveur)
    train.learn(ctx, themes_in_force(ctx))
    run.classify_arrivals(ctx)
    say("5/5 Composition, approbation et publication de trois bulletins…")
    _fill_digests(ctx, semaine)
    _plant_year(ctx, semaine.par)
    totaux = {quoi: nombre - avant[quoi] for quoi, nombre in _totals(ctx).items()}
    return Bilan(sources=bilan.sources, reussies=bilan.reussies, echecs=bilan.echecs, **totaux)


def _totals(ctx: Contexte) -> dict[str, int]:
    return items.totals(ctx.store) | {"groupes": groupes.count(ctx.store)}


def _plant_decisions(ctx: Contexte, semaine: exemple.Semaine, serveur: SampleServer) -> None:
    with transaction(ctx.store):
        for plantee in semaine.decisions:
            item_id = items.find(ctx.store, serveur.article(plantee.item))
            if item_id is None:
                raise RefusError(f"L’élément « {plantee.item} » de la semaine fictive n’a pas été recueilli.")
            retenu = plantee.genre == "retenir"
            decision = Decision(
                item_id,
                plantee.genre,
                semaine.par,
                raison=plantee.raison,
                thematiques=semaine.item(plantee.item).verite.themes if retenu else None,
                titre=plantee.titre or None,
                resume=plantee.resume or None,
                pourquoi=plantee.pourquoi or None,
            )
            decisions.record(ctx.store, decision, ctx.now())


def _plant_year(ctx: Contexte, par: str) -> None:
    """The répertoire, two years of registers and where the plan stands, through the code that imports people's files."""
    plan, maintenant = ctx.dossier.plan, ctx.now()
    au = local_day(maintenant)
    c = ctx.store
    with transaction(c):
        mrc = chiffres.mrc_names(c)
        champs = repertoire.fields(mrc, {t.slug: t.nom for t in ctx.dossier.taxonomie.thematiques})
        organisations.apply(c, registres_fictifs.sheets(champs, organisations.all_of(c)), par, maintenant)
        reperes = Reperes(plan, mrc, organisations.all_sheets(c))
        for nom, lues in registres_fictifs.rows(reperes, au).items():
            registres.apply(c, lues, nom, par, maintenant)
        for suivi in registres_fictifs.suivis(plan.slug, par, au):
            suivis.record(c, suivi, maintenant)


def _fill_digests(ctx: Contexte, semaine: exemple.Semaine) -> None:
    audiences = dict.fromkeys(audience for plantee in semaine.decisions for audience in plantee.audiences)
    for audience in audiences:
        brouillon = compose.compose(ctx.store, ctx.dossier, audience, semaine.par, ctx.now())
        compose.approve(ctx.store, ctx.dossier, brouillon.digest, semaine.par, ctx.now())
        publish.publish(ctx.store, ctx.dossier, brouillon.digest, semaine.par, ctx.now())
