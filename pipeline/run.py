"""One turn of the watch: the stages in their order, and the requests that pages left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline import collect, compose, deliver, hors_serie, publish, report, retours, train
from pipeline.classify import Bilan as Classement
from pipeline.classify import classify_new
from pipeline.collect import Bilan as Collecte
from pipeline.context import Contexte
from pipeline.freeze import freeze_quarters
from pipeline.group import Bilan as Regroupement
from pipeline.group import group_new
from pipeline.liens import check_links
from pipeline.presse import keep_hashes
from pipeline.purge import purge_subscribers
from pipeline.rank import rank_new
from pipeline.themes import serve as serve_themes
from pipeline.themes import themes_in_force
from pipeline.verify import verify_new
from pipeline.voix import move_voices
from veille import relecture
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
    first time. `envois`: what left by mail, "" when nothing did.
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
    envois: str = ""


def run_cycle(ctx: Contexte, *, courriel: bool = True) -> Cycle:
    """Serve what was asked, read the sources that are due, group and judge what came, compose today's drafts, verify.

    A stage that another run holds, or that a staff file forbids, does not keep the others from their work. `courriel`:
    also send what is due; the schedule does that in a thread of its own, since a long sending must not delay a reading.
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
    attempt("textes de presse", lambda: keep_hashes(ctx).purges, 0)
    attempt("file de la revue", lambda: rank_new(ctx).groupes, 0)  # After learning, whatever the other stages did.
    brouillons = attempt("brouillons", lambda: tuple(compose.compose_due(ctx.store, ctx.dossier, ctx.now())), AUCUNE)
    attempt("voix des lecteurs", lambda: move_voices(ctx), 0)
    attempt("conservation", lambda: purge_subscribers(ctx.dossier.chemin, ctx.now()).total, 0)
    attempt("retours", lambda: retours.read_mailbox(ctx), retours.Retours())
    envois = attempt("envois", lambda: deliver.deliver(ctx), deliver.Bilan()) if courriel else deliver.Bilan()
    attempt("conservation", lambda: purge_subscribers(ctx.dossier.chemin, ctx.now()).total, 0)
    attempt("voix des lecteurs", lambda: move_voices(ctx), 0)
    attempt("trimestres", lambda: freeze_quarters(ctx), 0)
    attempt("base publique", lambda: publish.repair(ctx.store, ctx.dossier), False)
    rapport = attempt("vérification des sources", lambda: verify_new(ctx), "")  # Last: it may take minutes.
    dit, attente = appris.raison if appris else "", len(redactions.pending(ctx.store))
    return Cycle(
        collecte,
        regroupement,
        classement,
        brouillons,
        servies,
        en_echec,
        dit,
        attente,
        tuple(remises),
        rapport,
        envois.phrase if envois.total else "",
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
            except Exception as erreur:  # Told as any failure, lest it stop those behind it for ever; then raised.
                service.answer_broken(ctx.store, demande.id, type(erreur).__name__, ctx.now())
                raise
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
        case "composer" | "alerter" | "sauter" | "approuver" | "publier" | "verifier_liens":
            return _serve_digest(ctx, demande)
        case "envoyer" | "suspendre" | "reprendre" | "arreter" | "essayer" | "renvoyer":
            return deliver.serve(ctx, demande)
        case "verrouiller":
            return report.serve_lock(ctx, demande.argument, demande.par)
        case "choisir_modele":
            return train.choose_model(ctx, themes_in_force(ctx), demande.argument, demande.par)
        case autre:
            raise RefusError(f"Demande inconnue : « {autre} ».")


def _serve_digest(ctx: Contexte, demande: Demande) -> str:
    match demande.genre:
        case "composer":
            digest = compose.compose(ctx.store, ctx.dossier, demande.argument, demande.par, ctx.now())
            return f"Brouillon {digest.designation} composé : {digest.contenu}."
        case "alerter":
            audience, _, groupe = demande.argument.partition(":")
            digest = hors_serie.compose_alert(
                ctx.store, ctx.dossier, audience, int(groupe) if groupe.isdecimal() else 0, demande.par, ctx.now()
            )
            return f"Alerte {digest.designation} composée : relisez-la, puis approuvez-la."
        case "sauter":
            digest = hors_serie.skip(ctx.store, ctx.dossier, demande.argument, demande.par, ctx.now())
            return f"Avis {digest.designation} composé : relisez-le, puis approuvez-le."
        case "approuver":
            return _serve_approval(ctx, demande)
        case "publier":
            compose.render_errata(ctx.store, ctx.dossier, _digest_id(demande))
            digest = publish.publish(ctx.store, ctx.dossier, _digest_id(demande), demande.par, ctx.now())
            return f"Bulletin {digest.designation} publié : {plural(len(digest.fichiers), 'fichier écrit', 'fichiers écrits')}."
        case _:
            liens = check_links(ctx, _digest_id(demande))
            if liens.reste:
                raise OccupeError("La vérification des liens a été interrompue : elle reste à finir.")
            return liens.phrase


def _serve_approval(ctx: Contexte, demande: Demande) -> str:
    """What was read is approved, once its links have been looked at: an approval never overtakes a check that waits."""
    lecture = relecture.parse(demande.argument)
    if lecture is None:
        raise RefusError("Cette approbation ne dit pas ce qui a été lu : demandez-la depuis la page du bulletin.")
    numero, lu = lecture
    if any((d.genre, d.argument) == ("verifier_liens", str(numero)) for d in service.waiting(ctx.store)):
        raise OccupeError("Les liens de ce brouillon sont en cours de vérification : l’approbation attend.")
    digest = compose.approve(ctx.store, ctx.dossier, numero, demande.par, ctx.now(), lu)
    return f"Bulletin {digest.designation} approuvé : {digest.contenu}."


def _digest_id(demande: Demande) -> int:
    if not demande.argument.isdecimal():
        raise RefusError(f"Le bulletin demandé n’est pas un numéro : « {demande.argument} ».")
    return int(demande.argument)
