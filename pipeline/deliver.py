"""Deliver: a published digest → one mail per person who confirmed, once, whatever crashes.

    open_lot   a person asks          → a row per person in the outbox   (facts: lots, envois)
    deliver    rows that are due      → mails, and how each fared        (facts: envois; aggregates: diffusions, portees)

Only one process sends at a time in a folder. What another leaves half done is taken up here: a message that had not
reached its final dot waits again, one that had is « incertain » and is never sent again by itself.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipeline import compose
from pipeline.bilans_envoi import Apercu as Apercu
from pipeline.bilans_envoi import Bilan as Bilan
from pipeline.context import Contexte
from pipeline.courriels import Atelier, Rendus
from pipeline.rendu import render_issue
from pipeline.tournee import Compte, Tournee
from veille import editor
from veille.abonnes.adresses import canonical
from veille.courrier import has_markers, mask
from veille.errors import RefusError
from veille.francais import FUSEAU, NBSP, format_number, plural
from veille.mailer import Acces, Facteur, Genre, access
from veille.model import Audience, Dossier
from veille.settings.envoi import HORS_EQUIPE, of_team, require_sendable, sending_warnings
from veille.store import digests, figes, service
from veille.store.abonnes import BASE_ABONNES, abonnements, envois, essais, lots, open_subscribers, portee
from veille.store.abonnes.carnet import Carnet, subscribers
from veille.store.abonnes.envois import Pris
from veille.store.abonnes.lots import Lot
from veille.store.connexion import exclusive, transaction
from veille.store.digests import Digest
from veille.store.lecture import Connexion
from veille.store.service import Demande, recorded

VERROU = "envoi"
ANCIEN = timedelta(days=365)
ECHECS: dict[Genre, str] = {
    "differe": "le serveur demande de réessayer plus tard",
    "refuse": "le serveur n’en veut pas",
    "quota": "le serveur demande de ralentir",
    "coupe": "la connexion a été coupée",
    "incertain": "ou rien ne le confirme",
    "panne": "le serveur ne répond pas",
    "arret": "le serveur refuse l’expéditeur",
    "abandon": "il a été abandonné",
}
COURRIEL_MAX_KO = 102  # Beyond, some mail readers cut the message, and the way out with it.


def frozen(ctx: Contexte, digest: Digest) -> tuple[str, str]:
    """The HTML and the text as they were approved, with every erratum since: nobody is sent a mistake that is known.

    Those of an issue approved before anything was frozen are made again.
    """
    compose.render_errata(ctx.store, ctx.dossier, digest.id)
    html = figes.rendering(ctx.store, digest.id, "courriel_html")
    texte = figes.rendering(ctx.store, digest.id, "courriel_texte")
    if html is None or texte is None:
        audience = digests.find_audience(ctx.dossier.audiences, digest.audience)
        contenu = editor.from_json(digest.contenu)
        rendus = render_issue(ctx.store, ctx.dossier, audience, digest, contenu)
        html, texte = rendus["courriel_html"], rendus["courriel_texte"]
    return html.decode(), texte.decode()


def dry_run(ctx: Contexte, digest_id: int, *, carnet: Carnet | None = None, rendus: Rendus = frozen) -> Apercu:
    """What a sending would do: every check, every count, and nothing sent or written."""
    carnet = carnet or subscribers()
    digest, atelier = _sendable(ctx, digest_id, carnet, rendus)
    with contextlib.closing(open_subscribers(ctx.dossier.chemin)) as c:
        return _preview(ctx, c, digest, atelier, carnet, nouveaux=0)


def open_lot(
    ctx: Contexte, digest_id: int, par: str, *, carnet: Carnet | None = None, rendus: Rendus = frozen
) -> Apercu:
    """Put one row per person in the outbox. Asked again, it adds those who subscribed since, and nobody twice."""
    _require_name(par)
    carnet = carnet or subscribers()
    digest, atelier = _sendable(ctx, digest_id, carnet, rendus)
    now = ctx.now()
    with _outbox(ctx) as c:
        _refuse_the_public(c, digests.find_audience(ctx.dossier.audiences, digest.audience), now)
        lot = lots.open_lot(c, digest.id, digest.audience, atelier.genre(digest.id), par, now)
        if lot.etat == "arrete":
            raise RefusError(f"L’envoi du bulletin {digest.designation} est arrêté ; reprenez-le plutôt.")
        nouveaux = _fill(ctx, c, lot, carnet, now) if lot.rempli_a is None else 0
        return _preview(ctx, c, digest, atelier, carnet, nouveaux=nouveaux)


def deliver(
    ctx: Contexte,
    *,
    carnet: Carnet | None = None,
    rendus: Rendus = frozen,
    acces: Acces | None = None,
    facteur: Callable[[Acces], Facteur] = Facteur,
) -> Bilan:
    """Send whatever is due: service messages, lots under way, messages put off. Nothing due: nothing is even checked."""
    if not (ctx.dossier.chemin / BASE_ABONNES).exists():
        return Bilan()
    carnet = carnet or subscribers()
    now = ctx.now()
    with exclusive(ctx.dossier.chemin, VERROU), _outbox(ctx) as c:
        repris, perdus = _prepare(ctx, c, carnet, now)
        du = envois.count_due(c, now)
        acces = (acces or _access(ctx)) if du else None  # Refused here, a round did not begin: no run is recorded.
        with recorded(ctx.store, "envoi", now) as passage:
            compte = Compte()
            if acces is not None:
                atelier = Atelier(ctx, c, carnet, rendus)
                tell = _teller(ctx, du)
                compte = Tournee(c, acces, carnet, atelier.compose, ctx.now, ctx.stop, tell, facteur).run()
            termines = lots.close_done(c, ctx.now())
            _measure(ctx, c, {*compte.digests, *termines})
            bilan = _report(compte, repris, perdus, termines)
            passage.count(
                acceptes=bilan.acceptes, refuses=bilan.refuses, incertains=bilan.incertains, differes=bilan.differes
            )
            passage.count(repris=repris, ecartes=bilan.ecartes, arret=bilan.arret)
            passage.partiel = bool(bilan.arret)
    return bilan


def send_test(
    ctx: Contexte,
    digest_id: int,
    adresse: str,
    par: str,
    *,
    carnet: Carnet | None = None,
    rendus: Rendus = frozen,
    acces: Acces | None = None,
) -> str:
    """Send one copy to someone of the team, at once. Counted nowhere, kept nowhere, approved or not yet published."""
    _require_name(par)
    carnet = carnet or subscribers()
    acces = acces or _access(ctx)
    adresse = canonical(adresse)
    with _outbox(ctx) as c:
        _require_team(ctx, c, carnet, adresse)
        pris = essais.begin(c, digest_id, ctx.now())
        return _test(ctx, c, Atelier(ctx, c, carnet, rendus), acces, pris, digest_id, adresse)


def _serve_test(ctx: Contexte, demande: Demande, digest_id: int, ligne: str) -> str:
    """A test that the page asked for; the address it left in `abonnes.db` is gone from there before anything is tried."""
    carnet = subscribers()
    with _outbox(ctx) as c:
        pris = essais.take(c, int(ligne), digest_id, ctx.now()) if ligne.isdecimal() else None
        if pris is None:
            service.rename(ctx.store, demande.id, str(digest_id))
            raise RefusError("L’adresse de cet essai n’est plus gardée ; redemandez-le par la page « Envois ».")
        service.rename(ctx.store, demande.id, f"{digest_id} {mask(pris[1])}")
        _require_team(ctx, c, carnet, pris[1])
        return _test(ctx, c, Atelier(ctx, c, carnet, frozen), _access(ctx), pris[0], digest_id, pris[1])


def _test(ctx: Contexte, c: Connexion, atelier: Atelier, acces: Acces, pris: Pris, digest_id: int, adresse: str) -> str:
    pli = atelier.test(pris, digest_id, adresse, secrets.token_hex(16))
    poste = Facteur(acces)
    try:
        issue = poste.send(adresse, pli.make(), lambda _: True)
    finally:
        poste.close()
    with transaction(c):
        envois.record(c, pris, issue, ctx.now())
        essais.end(c, pris.id)
    if issue.genre != "accepte":
        raise RefusError(f"L’essai n’est pas parti, {ECHECS[issue.genre]}{NBSP}: {envois.scrub(issue.texte)}")
    return "L’essai est parti : le serveur d’envoi l’a accepté."


def _require_team(ctx: Contexte, c: Connexion, carnet: Carnet, adresse: str) -> None:
    if not of_team(ctx.dossier.organisation, adresse) and not carnet.is_staff(c, adresse):
        raise RefusError(HORS_EQUIPE)


def pause(ctx: Contexte, digest_id: int, par: str) -> str:
    """Nothing more of this digest leaves until someone resumes; what is already on the wire ends."""
    return _act(ctx, digest_id, par, lots.suspend, "suspendu")


def resume(ctx: Contexte, digest_id: int, par: str) -> str:
    """Go on after a pause or a stop."""
    return _act(ctx, digest_id, par, lots.resume, "repris")


def stop(ctx: Contexte, digest_id: int, par: str) -> str:
    """End a sending where it stands."""
    return _act(ctx, digest_id, par, lots.stop, "arrêté")


def resend(ctx: Contexte, envoi_id: int, par: str) -> str:
    """Someone decides that an uncertain message leaves again, under the same Message-ID."""
    _require_name(par)
    with _outbox(ctx) as c:
        digest_id = envois.resend(c, envoi_id, par, ctx.now())
    return f"L’envoi {envoi_id} (bulletin {digest_id}) repart ; la personne pourrait le recevoir deux fois s’il était arrivé."


def find_published(c: Connexion, dossier: Dossier, audience_slug: str, numero: int | None = None) -> int:
    """The id of the digest to send: the one given, else the latest published."""
    audience = digests.find_audience(dossier.audiences, audience_slug)
    if numero is not None:
        return digests.require(c, numero, audience.slug).id
    digest = digests.latest(c, audience.slug, "publié")
    if digest is None:
        raise RefusError(f"Aucun bulletin publié pour « {audience.nom} » : publiez d’abord.")
    return digest.id


def serve(ctx: Contexte, demande: Demande) -> str:
    """What a page asked for. Asking to send fills the outbox; the mails leave in their own time."""
    mot, _, ligne = demande.argument.partition(" ")
    if not mot.isdecimal():
        raise RefusError(f"L’envoi demandé n’est pas un numéro : « {mot} ».")
    numero, par = int(mot), demande.par
    match demande.genre:
        case "envoyer":
            return f"Envoi ouvert : {open_lot(ctx, numero, par).phrase}."
        case "suspendre":
            return pause(ctx, numero, par)
        case "reprendre":
            return resume(ctx, numero, par)
        case "arreter":
            return stop(ctx, numero, par)
        case "renvoyer":
            return resend(ctx, numero, par)
        case _:
            return _serve_test(ctx, demande, numero, ligne)


def has_work(chemin: Path, now: datetime) -> bool:
    """Whether anything waits to leave, to be taken back or to be gathered: cheap enough to ask every few seconds."""
    if not (chemin / BASE_ABONNES).exists():
        return False
    with contextlib.closing(open_subscribers(chemin)) as c:
        return envois.has_work(c, now, _month_start(now))


# ---------------------------------------------------------------- details


def _prepare(ctx: Contexte, c: Connexion, carnet: Carnet, now: datetime) -> tuple[int, int]:
    """Take up what was left: by a sender that died, by a list cut short, by a pause that ends, by a month that is over."""
    laisses = envois.reclaim(c, now, seul=True)
    lots.wake(c, now)
    for lot in lots.unfilled(c):
        _fill(ctx, c, lot, carnet, now)
    envois.gather_month(c, _month_start(now), now)
    return laisses


def _access(ctx: Contexte) -> Acces:
    organisation = ctx.dossier.organisation
    require_sendable(organisation)
    return access(organisation.envoi, organisation.expediteur.courriel)


def _report(compte: Compte, repris: int, perdus: int, termines: list[int]) -> Bilan:
    return Bilan(
        compte.acceptes,
        compte.differes,
        compte.refuses,
        compte.incertains + perdus,
        compte.ecartes,
        repris,
        tuple(termines),
        compte.arret,
    )


def _sendable(ctx: Contexte, digest_id: int, carnet: Carnet, rendus: Rendus) -> tuple[Digest, Atelier]:
    """A digest that may be sent, and what its mails are made of; RefusError with what is missing."""
    require_sendable(ctx.dossier.organisation)
    digest = digests.require(ctx.store, digest_id)
    if digest.publie_a is None:
        raise RefusError(f"Le bulletin {digest.designation} n’est pas publié : rien ne part avant sa page.")
    if digest.publie_a < ctx.now() - ANCIEN:  # Long after, nobody could tell any more who had it.
        raise RefusError(f"Le bulletin {digest.designation} a plus d’un an : il ne s’envoie plus.")
    audience = digests.find_audience(ctx.dossier.audiences, digest.audience)
    if "courriel" not in audience.canaux:
        raise RefusError(f"Le public « {audience.nom} » ne reçoit pas de courriel (audience.toml, canaux).")
    atelier = Atelier(ctx, None, carnet, rendus)
    html, texte = atelier.renderings(digest.id)
    if not (has_markers(html) and has_markers(texte)):
        raise RefusError(f"Le bulletin {digest.designation} n’a pas de lien de désabonnement : il ne peut pas partir.")
    octets = len(html.encode())
    if octets >= COURRIEL_MAX_KO * 1024:
        raise RefusError(
            f"Le courriel fait {format_number(octets / 1024)}{NBSP}Kio ; au-delà de {COURRIEL_MAX_KO}{NBSP}Kio il serait coupé."
        )
    return digest, atelier


def _refuse_the_public(c: Connexion, audience: Audience, now: datetime) -> None:
    """An audience that became internal may still have readers who subscribed when it was public."""
    if audience.visibilite == "interne" and (gens := abonnements.count_public(c, audience.slug, now)):
        raise RefusError(
            f"« {audience.nom} » est interne, et {plural(gens, 'personne s’y est abonnée', 'personnes s’y sont abonnées')}"
            " par le site public : désabonnez-les, ou rendez ce public visible."
        )


def _preview(ctx: Contexte, c: Connexion, digest: Digest, atelier: Atelier, carnet: Carnet, *, nouveaux: int) -> Apercu:
    genre = atelier.genre(digest.id)
    total = mensuels = 0
    for d in carnet.recipients(c, digest.audience, ctx.now(), alerte=genre == "alerte"):
        total += 1
        mensuels += d.rythme == "mensuel" and genre != "alerte"
    lot = lots.get(c, digest.id)
    return Apercu(
        digest=digest.id,
        audience=digest.audience,
        objet=atelier.subject(digest.id),
        destinataires=total,
        mensuels=mensuels,
        deja=sum(lots.states(c, digest.id).values()) - nouveaux,
        nouveaux=nouveaux,
        octets=atelier.size(digest.id),
        etat=lot.etat if lot else "",
        avertissements=sending_warnings(ctx.dossier.organisation),
    )


def _fill(ctx: Contexte, c: Connexion, lot: Lot, carnet: Carnet, now: datetime) -> int:
    """People are read on a second connection: the list stays one state of the file while rows are written."""
    with contextlib.closing(open_subscribers(ctx.dossier.chemin)) as lecture:
        gens = carnet.recipients(lecture, lot.audience, now, alerte=lot.genre == "alerte")
        return lots.fill(c, lot, gens, now)


@contextlib.contextmanager
def _outbox(ctx: Contexte) -> Iterator[Connexion]:
    """`abonnes.db`, each commit of which is on the disk before anything follows from it."""
    with contextlib.closing(open_subscribers(ctx.dossier.chemin)) as c:
        lots.durable(c)
        yield c


def _teller(ctx: Contexte, du: int) -> Callable[[Compte], None]:
    """Progress, with the time left as told by the pace so far."""
    parti = time.monotonic()

    def tell(compte: Compte) -> None:
        fait = min(compte.total, du)
        reste = (time.monotonic() - parti) * (du - fait) / max(fait, 1)
        ctx.progress(
            fait, du, f"courriels, reste {plural(round(reste / 60), 'minute')}" if reste >= 60 else "courriels"
        )

    return tell


def _measure(ctx: Contexte, c: Connexion, touches: set[int]) -> None:
    for digest_id in sorted(touches):
        portee.measure(c, ctx.store, digest_id, ctx.now())
    if touches:
        portee.measure_plan(c, ctx.store, ctx.now())


def _month_start(now: datetime) -> datetime:
    return now.astimezone(FUSEAU).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _act(ctx: Contexte, digest_id: int, par: str, act: Callable[[Connexion, int, str], bool], mot: str) -> str:
    _require_name(par)
    digest = digests.require(ctx.store, digest_id)
    with _outbox(ctx) as c:
        if lots.get(c, digest_id) is None:
            raise RefusError(f"Le bulletin {digest.designation} n’a pas d’envoi.")
        fait = act(c, digest_id, par)
    if not fait:
        raise RefusError(f"L’envoi du bulletin {digest.designation} est déjà dans un autre état ; rien ne change.")
    return f"Envoi du bulletin {digest.designation} {mot}."


def _require_name(par: str) -> None:
    if not par.strip():
        raise RefusError("Indiquez qui agit : le registre garde le nom de la personne (--par).")
