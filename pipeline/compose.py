"""Compose: retained stories → one open draft per audience; then, when a person says so, its frozen content."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from pipeline.rendu import render_issue
from veille import brouillon, editor, relecture, textes
from veille.editor import Contenu, Rappel, Reperes, controles
from veille.editor.controles import Piece
from veille.editor.selection import Choix
from veille.errors import RefusError
from veille.francais import format_instant, local_day
from veille.model import Audience, Dossier
from veille.relecture import Lu
from veille.store import (
    apprentissage,
    attente,
    brouillons,
    decisions,
    digests,
    errata,
    fiches,
    figes,
    file,
    publication,
    service,
    sources,
    verifications,
)
from veille.store.attente import Criteres
from veille.store.connexion import exclusive, transaction
from veille.store.digests import BilanDigest, Digest
from veille.store.fiches import Fiche
from veille.store.figes import Fige
from veille.store.lecture import Connexion
from veille.store.service import recorded

SEMAINE = timedelta(days=7)
EN_ATTENTE = timedelta(days=30)  # Undecided stories older than this no longer weigh on the week.
A_TRANCHER_MAX = 1000
RATTRAPAGE_J = 3  # A draft missed because the machine was off is still composed this many days late.
MACHINE = "la veille (calendrier)"
VERROU = "bulletins"


def compose(
    c: Connexion, dossier: Dossier, audience_slug: str, par: str, now: datetime, numero: int | None = None
) -> BilanDigest:
    """Create the audience's draft, or refresh it from what is retained today. An approved digest is never touched.

    `numero` is the id of the draft to refresh: refused if it is another audience's, or approved already.
    """
    audience = digests.find_audience(dossier.audiences, audience_slug)
    _require_name(par)
    with exclusive(dossier.chemin, VERROU), recorded(c, "composition", now) as passage:
        digests.sync_audiences(c, dossier.audiences)
        if numero is not None:
            _require_open(digests.require(c, numero, audience.slug))
        if audience.genre == "rappel":
            bilan = _save_reminder(c, dossier, audience, par, now)
        else:
            bilan = _save_digest(c, dossier, audience, _choose(c, dossier, audience, now), par, now)
        passage.count(brouillons=1, elements=bilan.items)
    return bilan


def compose_due(c: Connexion, dossier: Dossier, now: datetime) -> list[str]:
    """Compose the drafts of the audiences whose day has come; returns their slugs.

    An audience with nothing to say gets no draft: better skip an issue than pad it.
    """
    composes = []
    aujourdhui = local_day(now)
    elements = 0
    with exclusive(dossier.chemin, VERROU), recorded(c, "composition", now) as passage:
        digests.sync_audiences(c, dossier.audiences)
        for audience in dossier.audiences:
            jour = editor.last_due_day(audience, aujourdhui)
            dernier = digests.latest_issue(c, audience.slug)
            deja = dernier is not None and local_day(dernier.compose_a) >= jour
            if deja or (aujourdhui - jour).days > RATTRAPAGE_J:
                continue
            if audience.genre == "rappel":
                bilan = _save_reminder(c, dossier, audience, MACHINE, now)
            else:
                choix = _choose(c, dossier, audience, now)
                if not choix and not digests.open_draft(c, audience.slug):
                    continue
                bilan = _save_digest(c, dossier, audience, choix, MACHINE, now)
            composes.append(audience.slug)
            elements += bilan.items
            passage.count(brouillons=len(composes), elements=elements)
    return composes


def approve(
    c: Connexion, dossier: Dossier, digest_id: int, par: str, now: datetime, lu: Lu | None = None
) -> BilanDigest:
    """Freeze a draft as it stands today, dated today, with its renderings; refused while it is empty or a gate is closed.

    `lu`: what the person read of it, when they did on a page: refused if it is no longer that. Without it, what is there
    is approved. Approving sends nothing and publishes nothing.
    """
    _require_name(par)
    with exclusive(dossier.chemin, VERROU):
        digest = digests.require(c, digest_id)
        if digest.approuve_a is not None:
            return report(digest, f"Déjà approuvé par {digest.approuve_par} le {format_instant(digest.approuve_a)}.")
        audience = digests.find_audience(dossier.audiences, digest.audience)
        _require_kind(audience, digest)
        if digest.genre == "rappel":
            contenu = editor.from_json(digest.contenu)
            _require_read(c, digest, relecture.read_of(contenu, 0), lu)
            fige = _frozen(c, audience, render_issue(c, dossier, audience, digest, contenu), [])
            digests.approve(c, digest.id, digest.date_le, digest.contenu, (), audience.plan, par, now, fige=fige)
        else:
            _approve_digest(c, dossier, audience, digest, par, now, lu)
        return report(digests.require(c, digest_id), f"Approuvé par {par}.")


def find_draft(c: Connexion, dossier: Dossier, audience_slug: str, numero: int | None = None) -> int:
    """The id of the digest to approve: the one given if it is this audience's, else its open draft, else its latest."""
    audience = digests.find_audience(dossier.audiences, audience_slug)
    if numero is not None:
        return digests.require(c, numero, audience.slug).id
    digest = digests.open_draft(c, audience.slug) or digests.latest(c, audience.slug)
    if digest is None:
        raise RefusError(f"Aucun brouillon pour « {audience.nom} » : composez-le d’abord.")
    return digest.id


def _require_open(digest: Digest) -> None:
    """There is one open draft per audience, so the draft that is open is the one that will be refreshed."""
    if digest.approuve_a is not None:
        raise RefusError(
            f"Le bulletin {digest.designation} est déjà approuvé : son contenu ne change plus. "
            "Sans --numero, « composer » prépare le numéro suivant."
        )


def _require_kind(audience: Audience, digest: Digest) -> None:
    """A reminder has no gates: what was composed as an issue keeps its own, whatever its audience has become since."""
    if (audience.genre == "rappel") != (digest.genre == "rappel"):
        devenu = "un rappel" if audience.genre == "rappel" else "un bulletin"
        raise RefusError(
            f"Le public « {audience.nom} » est devenu {devenu} depuis que {digest.designation} a été composé : "
            "recomposez-le, relisez-le, puis approuvez-le."
        )


def _require_read(c: Connexion, digest: Digest, actuel: Lu, lu: Lu | None) -> None:
    if lu is not None and lu != actuel:
        raise RefusError(relecture.changes(c, digest, lu))


def _require_name(par: str) -> None:
    if not par.strip():
        raise RefusError("Indiquez qui agit : le registre garde le nom de la personne (--par).")


# ---------------------------------------------------------------- digests


def _choose(c: Connexion, dossier: Dossier, audience: Audience, now: datetime) -> tuple[Choix, ...]:
    return brouillon.choose(c, brouillon.workshop(dossier, audience), now)


def _save_digest(
    c: Connexion,
    dossier: Dossier,
    audience: Audience,
    choix: Sequence[Choix],
    par: str,
    now: datetime,
) -> BilanDigest:
    """Save what the rules chose; what people did to the draft stays, and is done again on it."""
    atelier = brouillon.workshop(dossier, audience)
    ouvert = digests.open_draft(c, audience.slug)
    gestes = brouillons.to_fold(c, ouvert.id) if ouvert else []
    numero = digests.next_number(c, audience.slug)
    montre = brouillon.drafted(c, atelier, numero, choix, gestes, now)
    contenu = montre.contenu
    places = brouillon.base_places(choix, atelier.reperes)
    digest_id = digests.save_draft(
        c, audience.slug, numero, contenu.titre, local_day(now), editor.to_json(contenu), places, par, now
    )
    if verifications.stale(c, brouillon.addresses(contenu), now):
        service.ask(c, "verifier_liens", str(digest_id), par, now)
    return report(digests.require(c, digest_id), "Brouillon composé.", _to_write(contenu, montre.pieces))


def _approve_digest(
    c: Connexion, dossier: Dossier, audience: Audience, digest: Digest, par: str, now: datetime, lu: Lu | None
) -> None:
    """Freeze what the draft shows now and its renderings; or RefusError with everything that is to be mended."""
    atelier = brouillon.workshop(dossier, audience)
    etat = brouillon.draft(c, atelier, digest, now)
    _require_read(c, digest, relecture.read_of(etat.contenu, etat.dernier), lu)
    if not (etat.contenu.elements or (digest.genre == "avis" and etat.contenu.editorial)):
        raise RefusError(f"Le brouillon {digest.designation} est vide : il n’y a rien à approuver.")
    rendus = render_issue(c, dossier, audience, replace(digest, date_le=local_day(now)), etat.contenu)
    dits = brouillon.examine(c, atelier, etat, rendus, now)
    if bloquants := controles.blocking(dits):
        liste = "\n".join(f"  – {x.phrase}" for x in bloquants)
        raise RefusError(f"Bulletin non approuvé. À corriger d’abord :\n{liste}")
    fige = _frozen(c, audience, rendus, controles.outcomes(dits))
    contenu = editor.to_json(etat.contenu)
    digests.approve(
        c, digest.id, local_day(now), contenu, etat.places, audience.plan, par, now, fige=fige, vu=etat.dernier
    )


def _frozen(c: Connexion, audience: Audience, rendus: dict[str, bytes], portes: list[dict[str, Any]]) -> Fige:
    regle = json.dumps(asdict(audience), ensure_ascii=False, sort_keys=True, default=str)
    modele = apprentissage.active(c) or textes.REGLES_SEULES
    return Fige(regle, modele, json.dumps(portes, ensure_ascii=False, sort_keys=True), rendus)


def render_errata(c: Connexion, dossier: Dossier, digest_id: int) -> int:
    """Render a published issue anew for each erratum that has no rendering yet; returns how many had none.

    The issue's frozen content and its first renderings stay as they were approved.
    """
    digest = digests.require(c, digest_id)
    inscrits, faits = errata.of_digest(c, digest_id), figes.version(c, digest_id)
    contenu = editor.from_json(digest.contenu) if inscrits and inscrits[-1].version > faits else None
    if not isinstance(contenu, Contenu):
        return 0
    audience = digests.find_audience(publication.with_former(c, dossier.audiences), digest.audience)
    manquants = [e.version for e in inscrits if e.version > faits]
    for version in manquants:
        corrige = editor.with_errata(contenu, [e for e in inscrits if e.version <= version])
        rendus = render_issue(c, dossier, audience, digest, corrige)
        with transaction(c):
            figes.add_renderings(c, digest_id, version, rendus)
    return len(manquants)


def _to_write(contenu: Contenu, pieces: Mapping[int, Piece]) -> tuple[str, ...]:
    """One line per story that is not ready; the source's own title names it, for staff's eyes only."""
    return tuple(
        f"« {pieces[e.item_id].titre} » ({e.source.nom}) : {' ; '.join(e.a_rediger)}"
        for e in contenu.elements
        if e.a_rediger
    )


def _landmarks(dossier: Dossier) -> Reperes:
    return Reperes(dossier.taxonomie, dossier.gazetier)


# ---------------------------------------------------------------- the team's reminder


def _save_reminder(c: Connexion, dossier: Dossier, audience: Audience, par: str, now: datetime) -> BilanDigest:
    numero = digests.next_number(c, audience.slug)
    rappel = editor.reminder(
        audience,
        numero,
        _facts(c, now),
        now,
        _landmarks(dossier),
        autorite=editor.authority(dossier.organisation),
    )
    digest_id = digests.save_draft(
        c, audience.slug, numero, rappel.titre, local_day(now), editor.to_json(rappel), (), par, now, "rappel"
    )
    return report(digests.require(c, digest_id), "Rappel composé.")


def _facts(c: Connexion, now: datetime) -> editor.Faits:
    comptes = decisions.counts(c, now - SEMAINE, now + timedelta(seconds=1))
    return editor.Faits(
        nouveaux=digests.count_new(c, now - SEMAINE),
        retenus=comptes.get("retenir", 0),
        ecartes=comptes.get("ecarter", 0),
        a_trancher=_waiting(c, now),
        retenues=fiches.load(c, fiches.with_verdict(c, "retenir", now - digests.MEMOIRE)),
        sources=sources.health(c),
    )


def _waiting(c: Connexion, now: datetime) -> list[Fiche]:
    """Stories that wait for a decision today: neither those put off until later nor those settled."""
    file.note_due(c, now)
    while file.drain(c, now):
        pass
    semaines = Criteres("a_trancher", local_day(now - EN_ATTENTE), local_day(now))
    return fiches.load(c, [place.groupe_id for place in attente.page(c, semaines, 0, A_TRANCHER_MAX)])


# ---------------------------------------------------------------- what was done


def report(digest: Digest, message: str, a_rediger: tuple[str, ...] = ()) -> BilanDigest:
    """What an act did to a digest, in words and counts."""
    contenu = editor.from_json(digest.contenu)
    nombre = contenu.comptes.a_trancher if isinstance(contenu, Rappel) else len(contenu.elements)
    return BilanDigest(
        digest=digest.id,
        audience=digest.audience,
        numero=digest.numero,
        etat=digest.etat,
        items=nombre,
        a_rediger=a_rediger,
        message=message,
        rappel=isinstance(contenu, Rappel),
    )
