"""Publish: an approved digest → its page, its e-mail, its audience's feeds, then the public database.

Everything is written from frozen content, so that publishing again after a crash writes the same bytes: files first, each
swapped in whole; then the fact that they are out; then `publication.db`, and what is read from it: themes, calendars.
Nothing here sends anything to anyone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipeline import vitrine
from pipeline.ecriture import write_whole
from pipeline.rendu import FLUX_ATOM, FLUX_JSON, is_public
from pipeline.vitrine import INTERNE, PDF, PUBLIC, Numero
from veille import editor, settings
from veille.editor import Rappel
from veille.editor.errata import withdraws
from veille.errors import RefusError
from veille.francais import format_instant
from veille.model import Dossier
from veille.store import digests, errata, publication
from veille.store.connexion import exclusive
from veille.store.digests import BilanDigest, Digest
from veille.store.lecture import Connexion
from veille.store.service import recorded

VERROU = "publication"


def publish(c: Connexion, dossier: Dossier, digest_id: int, par: str, now: datetime) -> BilanDigest:
    """Write everything a digest gives to read, and record it. Publishing it again writes the same files."""
    settings.require_publishable(dossier.organisation)
    if not par.strip():
        raise RefusError("Indiquez qui agit : le registre garde le nom de la personne (--par).")
    with exclusive(dossier.chemin, VERROU), recorded(c, "publication", now) as passage:
        digests.sync_audiences(c, dossier.audiences)
        dossier = replace(dossier, audiences=publication.with_former(c, dossier.audiences))
        digest = digests.require(c, digest_id)
        if digest.approuve_a is None:
            raise RefusError(
                f"Le bulletin {digest.designation} n’est pas approuvé : rien n’est publié sans approbation."
            )
        _drop_pdf(c, dossier, digest)
        fichiers = _files(c, dossier, digest)
        for chemin, corps in fichiers.items():
            _write(dossier.chemin, chemin, corps)
        nouveau = digests.mark_published(c, digest.id, par, now)
        ecrits = list(fichiers)
        if any(chemin.parts[0] == PUBLIC for chemin in fichiers):
            ecrits += _rebuild(c, dossier)
        passage.count(bulletins=1, fichiers=len(ecrits))
    return _report(digests.require(c, digest_id), ecrits, nouveau=nouveau)


def repair(c: Connexion, dossier: Dossier) -> bool:
    """Rebuild the public database if a crash left it behind what is published. Returns whether it was."""
    with exclusive(dossier.chemin, VERROU):
        digests.sync_audiences(c, dossier.audiences)
        if publication.is_current(c, dossier.chemin):
            return False
        _rebuild(c, dossier)
    return True


def find_approved(c: Connexion, dossier: Dossier, audience_slug: str, numero: int | None = None) -> int:
    """The id of the digest to publish: the one given, else the latest approved, else the latest published (again)."""
    audience = digests.find_audience(publication.with_former(c, dossier.audiences), audience_slug)
    if numero is not None:
        return digests.require(c, numero, audience.slug).id
    digest = digests.latest(c, audience.slug, "approuvé") or digests.latest(c, audience.slug, "publié")
    if digest is not None:
        return digest.id
    brouillon = digests.latest(c, audience.slug)
    suite = (
        f"le brouillon {brouillon.designation} attend une approbation" if brouillon else "composez d’abord un brouillon"
    )
    raise RefusError(f"Aucun bulletin approuvé pour « {audience.nom} » : {suite}.")


def _files(c: Connexion, dossier: Dossier, digest: Digest) -> dict[Path, bytes]:
    """All that publishing this digest writes; the audience's feeds count it as published already."""
    audience = digests.find_audience(dossier.audiences, digest.audience)
    numero = Numero(c, dossier, audience, digest)
    fichiers = vitrine.issue_files(dossier, audience, numero)
    if is_public(audience, numero.contenu):
        autres = [Numero(c, dossier, audience, d) for d in digests.published(c, audience.slug) if d.id != digest.id]
        fichiers |= vitrine.audience_files(dossier, audience, [*autres, numero])
    return fichiers


def _drop_pdf(c: Connexion, dossier: Dossier, digest: Digest) -> None:
    """A PDF made before a story was taken out still shows it; one made since shows the page as it is."""
    if not any(withdraws(e) for e in errata.of_digest(c, digest.id)):
        return
    audience = digests.find_audience(dossier.audiences, digest.audience)
    numero = Numero(c, dossier, audience, digest)
    for racine in (PUBLIC, INTERNE):
        lieu = dossier.chemin / racine / audience.slug / numero.nom
        if _read(lieu / "index.html") != numero.rendus["page"]:
            (lieu / PDF).unlink(missing_ok=True)


def _rebuild(c: Connexion, dossier: Dossier) -> list[Path]:
    """The public database, and beside it what is read from it; returns what was written."""
    ecrits: list[Path] = []

    def write_shared(public: Connexion) -> None:
        for chemin, corps in vitrine.shared_files(c, dossier, public).items():
            if _read(dossier.chemin / chemin) != corps:
                _write(dossier.chemin, chemin, corps)
            ecrits.append(chemin)
        _drop_themes(dossier.chemin, ecrits)

    publication.rebuild(c, dossier.chemin, write_shared)
    return [*ecrits, Path(publication.BASE_PUBLIQUE)]


def _drop_themes(racine: Path, ecrits: list[Path]) -> None:
    """The pages and feeds of a theme whose only stories were taken out."""
    tenus = {chemin.parent for chemin in ecrits}
    for lieu in sorted((racine / PUBLIC / "themes").glob("*/")):
        if lieu.relative_to(racine) not in tenus:
            for nom in ("index.html", FLUX_ATOM, FLUX_JSON):
                (lieu / nom).unlink(missing_ok=True)


def _read(chemin: Path) -> bytes | None:
    return chemin.read_bytes() if chemin.is_file() else None


def _write(racine: Path, chemin: Path, corps: bytes) -> None:
    """Whole or not at all. Internal files are the team's only."""
    write_whole(racine, chemin, corps, prive=chemin.parts[0] == INTERNE)


def _report(digest: Digest, fichiers: list[Path], *, nouveau: bool) -> BilanDigest:
    contenu = editor.from_json(digest.contenu)
    quand = format_instant(digest.publie_a) if digest.publie_a else ""
    return BilanDigest(
        digest=digest.id,
        audience=digest.audience,
        numero=digest.numero,
        etat=digest.etat,
        items=contenu.comptes.a_trancher if isinstance(contenu, Rappel) else len(contenu.elements),
        fichiers=tuple(f.as_posix() for f in fichiers),
        message="Publié." if nouveau else f"Déjà publié par {digest.publie_par} le {quand} ; fichiers récrits.",
        rappel=isinstance(contenu, Rappel),
    )
