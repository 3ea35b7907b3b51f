"""Compose: retained stories → one open draft per audience; then, when a person says so, its frozen content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from veille import editor
from veille.editor import Contenu, Rappel, Reperes
from veille.editor.droits import is_press
from veille.editor.formes import FicheLue
from veille.editor.selection import Choix, addressed, heading_title, is_closed
from veille.errors import RefusError
from veille.francais import format_instant, local_day
from veille.model import Audience, Dossier
from veille.store import attente, decisions, digests, fiches, file, items, sources
from veille.store.attente import Criteres
from veille.store.connexion import exclusive
from veille.store.digests import BilanDigest, Digest, Place
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion
from veille.store.service import recorded

MEMOIRE = timedelta(days=400)  # Retained longer ago than this, a story is not even looked at.
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
            dernier = digests.latest(c, audience.slug)
            deja = dernier is not None and local_day(dernier.compose_a) >= jour
            if deja or (aujourdhui - jour).days > RATTRAPAGE_J:
                continue
            if audience.genre == "rappel":
                bilan = _save_reminder(c, dossier, audience, MACHINE, now)
            else:
                choix = _choose(c, dossier, audience, now)
                if not choix and not digests.latest(c, audience.slug, "brouillon"):
                    continue
                bilan = _save_digest(c, dossier, audience, choix, MACHINE, now)
            composes.append(audience.slug)
            elements += bilan.items
            passage.count(brouillons=len(composes), elements=elements)
    return composes


def approve(c: Connexion, dossier: Dossier, digest_id: int, par: str, now: datetime) -> BilanDigest:
    """Freeze a draft as it stands today, dated today; refused while it is empty or a press item lacks our own words."""
    _require_name(par)
    with exclusive(dossier.chemin, VERROU):
        digest = digests.require(c, digest_id)
        if digest.approuve_a is not None:
            return _report(digest, f"Déjà approuvé par {digest.approuve_par} le {format_instant(digest.approuve_a)}.")
        audience = digests.find_audience(dossier.audiences, digest.audience)
        if audience.genre == "rappel":
            digests.approve(c, digest.id, digest.date_le, digest.contenu, (), audience.plan, par, now)
        else:
            contenu, places = _final(c, dossier, audience, digest, now)
            jour = local_day(now)
            digests.approve(c, digest.id, jour, editor.to_json(contenu), places, audience.plan, par, now)
        return _report(digests.require(c, digest_id), f"Approuvé par {par}.")


def find_draft(c: Connexion, dossier: Dossier, audience_slug: str, numero: int | None = None) -> int:
    """The id of the digest to approve: the one given if it is this audience's, else its open draft, else its latest."""
    audience = digests.find_audience(dossier.audiences, audience_slug)
    if numero is not None:
        return digests.require(c, numero, audience.slug).id
    digest = digests.latest(c, audience.slug, "brouillon") or digests.latest(c, audience.slug)
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


def _require_name(par: str) -> None:
    if not par.strip():
        raise RefusError("Indiquez qui agit : le registre garde le nom de la personne (--par).")


# ---------------------------------------------------------------- digests


def _choose(c: Connexion, dossier: Dossier, audience: Audience, now: datetime) -> tuple[Choix, ...]:
    retenues = fiches.load(c, fiches.with_verdict(c, "retenir", now - MEMOIRE))
    deja = digests.former_groups(c, audience.slug)
    return editor.select(audience, retenues, now, deja, _landmarks(dossier)).choix


def _save_digest(
    c: Connexion,
    dossier: Dossier,
    audience: Audience,
    choix: Sequence[Choix],
    par: str,
    now: datetime,
) -> BilanDigest:
    numero = digests.next_number(c, audience.slug)
    contenu, places = _content(c, dossier, audience, numero, choix, now)
    digest_id = digests.save_draft(
        c, audience.slug, numero, contenu.titre, local_day(now), editor.to_json(contenu), places, par, now
    )
    return _report(digests.require(c, digest_id), "Brouillon composé.", _to_write(contenu, choix))


def _final(
    c: Connexion, dossier: Dossier, audience: Audience, digest: Digest, now: datetime
) -> tuple[Contenu, list[Place]]:
    """What the draft holds, is still retained and still for this audience, as it will be shown; or RefusError with
    everything that is missing.
    """
    tenues = [
        f
        for f in fiches.load(c, digests.groups_of(c, digest.id))
        if f.verdict == "retenir" and addressed(audience, f) is not False
    ]
    if not tenues:
        raise RefusError(f"Le brouillon {digest.designation} est vide : il n’y a rien à approuver.")
    closes = [f for f in tenues if is_closed(f, now)]
    if closes:
        titres = " ; ".join(f"« {_internal_title(f)} »" for f in closes)
        raise RefusError(f"L’échéance est passée depuis la composition : {titres}. Recomposez le brouillon.")
    choix = editor.arrange(audience, tenues, now, _landmarks(dossier))
    contenu, places = _content(c, dossier, audience, digest.numero, choix, now)
    manques = _to_write(contenu, choix)
    if manques:
        raise RefusError("Bulletin non approuvé. À rédiger d’abord :\n" + "\n".join(f"  – {m}" for m in manques))
    return contenu, places


def _content(
    c: Connexion, dossier: Dossier, audience: Audience, numero: int, choix: Sequence[Choix], now: datetime
) -> tuple[Contenu, list[Place]]:
    reperes = _landmarks(dossier)
    contenu = editor.content(
        audience,
        numero,
        choix,
        now,
        reperes,
        autorite=editor.authority(dossier.organisation),
        extraits=_press_texts(c, [x.fiche for x in choix]),
    )
    return contenu, [Place(x.fiche.membres[0].item_id, heading_title(x.cle, reperes)) for x in choix]


def _press_texts(c: Connexion, choisies: Sequence[FicheLue]) -> dict[int, tuple[str, ...]]:
    """By story, the full texts stored of its press items, for the check that staff's words are their own."""
    groupe_de = {m.item_id: f.groupe_id for f in choisies for m in f.membres if is_press(m.droits)}
    textes: dict[int, tuple[str, ...]] = {}
    for document in items.documents(c, list(groupe_de)):
        if document.texte:
            groupe = groupe_de[int(document.id)]
            textes[groupe] = (*textes.get(groupe, ()), document.texte)
    return textes


def _to_write(contenu: Contenu, choix: Sequence[Choix]) -> tuple[str, ...]:
    """One line per story that is not ready; the source's own title names it, for staff's eyes only."""
    titres = {x.fiche.membres[0].item_id: _internal_title(x.fiche) for x in choix}
    return tuple(
        f"« {titres[e.item_id]} » ({e.source.nom}) : {' ; '.join(e.a_rediger)}" for e in contenu.elements if e.a_rediger
    )


def _internal_title(fiche: FicheLue) -> str:
    return fiche.redaction.titre or fiche.membres[0].titre


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
        c, audience.slug, numero, rappel.titre, local_day(now), editor.to_json(rappel), (), par, now
    )
    return _report(digests.require(c, digest_id), "Rappel composé.")


def _facts(c: Connexion, now: datetime) -> editor.Faits:
    comptes = decisions.counts(c, now - SEMAINE, now + timedelta(seconds=1))
    return editor.Faits(
        nouveaux=digests.count_new(c, now - SEMAINE),
        retenus=comptes.get("retenir", 0),
        ecartes=comptes.get("ecarter", 0),
        a_trancher=_waiting(c, now),
        retenues=fiches.load(c, fiches.with_verdict(c, "retenir", now - MEMOIRE)),
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


def _report(digest: Digest, message: str, a_rediger: tuple[str, ...] = ()) -> BilanDigest:
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
