"""One turn of the watch: the stages in their order, and the requests that pages left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline import collect, compose, publish, train
from pipeline.classify import Bilan as Classement
from pipeline.classify import classify_new
from pipeline.collect import Bilan as Collecte
from pipeline.context import Contexte
from pipeline.group import Bilan as Regroupement
from pipeline.group import group_new
from pipeline.rank import rank_new
from pipeline.themes import serve as serve_themes
from pipeline.themes import themes_in_force
from pipeline.verify import verify_new
from veille.errors import OccupeError, RefusError, SettingsError, VeilleError
from veille.francais import plural
from veille.store import redactions, service
from veille.store.connexion import exclusive
from veille.store.service import Demande

T = TypeVar("T")
AUCUNE: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cycle:
    """What one turn did, stage by stage. `brouillons`: audiences whose draft was composed.

    `apprentissage`: what a training came to, "" when it was not time. `propositions`: changes of the themes that wait for
    someone. `remises`: the stages that could not be done this
    time, each with why; the next turn does them. `rapport`: the file that says what became of sources read for the
    first time.
    """

    collecte: Collecte
    regroupement: Regroupement
    classement: Classement
    brouillons: tuple[str, ...] = ()
    demandes: int = 0
    demandes_en_echec: int = 0
    apprentissage: str = ""
    propositions: int = 0
    remises: tuple[str, ...] = ()
    rapport: str = ""


def run_cycle(ctx: Contexte) -> Cycle:
    """Serve what was asked, read the sources that are due, group and judge what came, compose today's drafts, verify.

    A stage that another run holds, or that a staff file forbids, does not keep the others from their work.
    """
    remises: list[str] = []

    def attempt(etape: str, work: Callable[[], T], sinon: T) -> T:
        try:
            return work()
        except (OccupeError, RefusError, SettingsError) as erreur:
            remises.append(f"{etape} : {erreur}")
            return sinon

    servies, en_echec = attempt("demandes", lambda: serve_requests(ctx), (0, 0))
    collecte = attempt("collecte", lambda: collect.collect(ctx, due_only=True), Collecte())
    regroupement = attempt("regroupement", lambda: group_new(ctx), Regroupement())
    appris = attempt("apprentissage", lambda: train.learn_if_due(ctx, themes_in_force(ctx)), None)
    classement = attempt("classement", lambda: classify_arrivals(ctx), Classement())
    attempt("file de la revue", lambda: rank_new(ctx).groupes, 0)  # After learning, whatever the other stages did.
    brouillons = attempt("brouillons", lambda: tuple(compose.compose_due(ctx.store, ctx.dossier, ctx.now())), AUCUNE)
    attempt("base publique", lambda: publish.repair(ctx.store, ctx.dossier), False)
    rapport = attempt("vérification des sources", lambda: verify_new(ctx), "")  # Last: it may take minutes.
    dit, attente = appris.raison if appris else "", len(redactions.pending(ctx.store))
    return Cycle(
        collecte, regroupement, classement, brouillons, servies, en_echec, dit, attente, tuple(remises), rapport
    )


def digest_arrivals(ctx: Contexte) -> tuple[Regroupement, Classement]:
    """Group and judge whatever has arrived and has not been yet."""
    return group_new(ctx), classify_arrivals(ctx)


def classify_arrivals(ctx: Contexte, *, tout: bool = False) -> Classement:
    """Judge what has not been, by the judge in service, and put it in the queue; `tout`: the whole archive again."""
    bilan = classify_new(ctx, train.active_judge(ctx, themes_in_force(ctx)), tout=tout)
    with contextlib.suppress(OccupeError):  # The run that holds the stage takes these stories too.
        rank_new(ctx)
    return bilan


def serve_requests(ctx: Contexte) -> tuple[int, int]:
    """Do what pages asked for, oldest first, and record each outcome. Returns how many were served and how many failed.

    A request that finds its work already under way, or that was cut short, stays waiting for the next turn. One server
    at a time: the schedule has two threads, and nothing must be read or published twice.
    """
    servies = en_echec = 0
    with contextlib.ExitStack() as pile:
        try:
            pile.enter_context(exclusive(ctx.dossier.chemin, "demandes"))
        except OccupeError:
            return 0, 0
        for demande in service.waiting(ctx.store):
            if ctx.stop.is_set():
                break
            try:
                message = _serve(ctx, demande)
            except OccupeError:
                continue
            except VeilleError as erreur:
                service.answer(ctx.store, demande.id, "echec", str(erreur), ctx.now())
                en_echec += 1
            else:
                service.answer(ctx.store, demande.id, "fait", message, ctx.now())
            servies += 1
    return servies, en_echec


def _serve(ctx: Contexte, demande: Demande) -> str:
    match demande.genre:
        case "apercu_themes" | "accepter_themes" | "abandonner_themes":
            return serve_themes(ctx, demande)
        case "collecter":
            bilan = collect.collect(ctx, [demande.argument])
            if not bilan.sources:
                raise OccupeError("La lecture a été interrompue : elle reste à faire.")
            with contextlib.suppress(OccupeError):  # The run that holds the stage takes these items too.
                digest_arrivals(ctx)
            if bilan.echecs:
                raise RefusError(f"La lecture a échoué ({bilan.echecs[0].cause}). {bilan.echecs[0].suite}")
            return f"Source lue : {plural(bilan.nouveaux, 'nouvel élément', 'nouveaux éléments')}."
        case "composer":
            digest = compose.compose(ctx.store, ctx.dossier, demande.argument, demande.par, ctx.now())
            return f"Brouillon {digest.designation} composé : {digest.contenu}."
        case "approuver":
            digest = compose.approve(ctx.store, ctx.dossier, _digest_id(demande), demande.par, ctx.now())
            return f"Bulletin {digest.designation} approuvé : {digest.contenu}."
        case "publier":
            digest = publish.publish(ctx.store, ctx.dossier, _digest_id(demande), demande.par, ctx.now())
            return f"Bulletin {digest.designation} publié : {plural(len(digest.fichiers), 'fichier écrit', 'fichiers écrits')}."
        case "choisir_modele":
            return train.choose_model(ctx, themes_in_force(ctx), demande.argument, demande.par)
        case autre:
            raise RefusError(f"Demande inconnue : « {autre} ».")


def _digest_id(demande: Demande) -> int:
    if not demande.argument.isdecimal():
        raise RefusError(f"Le bulletin demandé n’est pas un numéro : « {demande.argument} ».")
    return int(demande.argument)
