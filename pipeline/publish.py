"""Publish: an approved digest → its page, its e-mail, its audience's feeds, then the public database.

Everything is written from frozen content, so that publishing again after a crash writes the same bytes: files first, each
swapped in whole; then the fact that they are out; then `publication.db`. Nothing here sends anything to anyone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from veille import editor, settings
from veille.editor import Contenu, Rappel
from veille.errors import RefusError, StoreError
from veille.fluxweb import EntreeFlux, FluxWeb, write_atom, write_json
from veille.francais import format_instant
from veille.model import Audience, Dossier
from veille.rendering import FEUILLE, Archive, Gabarits, Liens, message
from veille.store import digests, publication
from veille.store.connexion import exclusive
from veille.store.digests import BilanDigest, Digest
from veille.store.lecture import Connexion
from veille.store.service import recorded
from veille.textes import os_reason

VERROU = "publication"
PUBLIC, INTERNE = "publication", "interne"
CHEMIN_EN_LIGNE = "bulletins"  # Where the public site serves DIR/publication.
ENTREES_FLUX = 20
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def publish(c: Connexion, dossier: Dossier, digest_id: int, par: str, now: datetime) -> BilanDigest:
    """Write everything a digest gives to read, and record it. Publishing it again writes the same files."""
    settings.require_publishable(dossier.organisation)
    if not par.strip():
        raise RefusError("Indiquez qui agit : le registre garde le nom de la personne (--par).")
    with exclusive(dossier.chemin, VERROU), recorded(c, "publication", now) as passage:
        digests.sync_audiences(c, dossier.audiences)
        digest = digests.require(c, digest_id)
        if digest.approuve_a is None:
            raise RefusError(
                f"Le bulletin {digest.designation} n’est pas approuvé : rien n’est publié sans approbation."
            )
        fichiers = _files(c, dossier, digest)
        for chemin, corps in fichiers.items():
            _write(dossier.chemin, chemin, corps)
        nouveau = digests.mark_published(c, digest.id, par, now)
        ecrits = list(fichiers)
        if any(chemin.parts[0] == PUBLIC for chemin in fichiers):
            publication.rebuild(c, dossier.chemin)
            ecrits.append(Path(publication.BASE_PUBLIQUE))
        passage.count(bulletins=1, fichiers=len(ecrits))
    return _report(digests.require(c, digest_id), ecrits, nouveau=nouveau)


def repair(c: Connexion, dossier: Dossier) -> bool:
    """Rebuild the public database if a crash left it behind what is published. Returns whether it was."""
    with exclusive(dossier.chemin, VERROU):
        digests.sync_audiences(c, dossier.audiences)
        if publication.is_current(c, dossier.chemin):
            return False
        publication.rebuild(c, dossier.chemin)
    return True


def find_approved(c: Connexion, dossier: Dossier, audience_slug: str, numero: int | None = None) -> int:
    """The id of the digest to publish: the one given, else the latest approved, else the latest published (again)."""
    audience = digests.find_audience(dossier.audiences, audience_slug)
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
    atelier = _Atelier(dossier, audience)
    numero = _Numero.of(c, digest)
    fichiers = atelier.issue_files(numero)
    if _is_public(audience, numero.contenu):
        autres = [_Numero.of(c, d) for d in digests.published(c, audience.slug) if d.id != digest.id]
        fichiers |= atelier.audience_files([*autres, numero])
    return fichiers


@dataclass(frozen=True)
class _Numero:
    """One issue: its row, what was frozen, the name of its folder."""

    digest: Digest
    contenu: Contenu | Rappel
    nom: str

    @classmethod
    def of(cls, c: Connexion, digest: Digest) -> _Numero:
        nom = publication.folder_name(digest.date_le.isoformat(), digests.same_day_rank(c, digest))
        return cls(digest, editor.from_json(digest.contenu), nom)

    @property
    def fige_a(self) -> datetime:
        """The only date that a second publication cannot change."""
        return self.digest.approuve_a or self.digest.compose_a


def _is_public(audience: Audience, contenu: Contenu | Rappel) -> bool:
    """Approved as public, and the audience still is: a digest written for the board never comes out by a setting."""
    return isinstance(contenu, Contenu) and contenu.publique and audience.visibilite == "publique"


class _Atelier:
    """What turns an audience's issues into files. Paths are relative to the project folder."""

    def __init__(self, dossier: Dossier, audience: Audience) -> None:
        if not _SLUG.fullmatch(audience.slug):
            raise RefusError(f"« {audience.slug} » ne peut pas nommer un dossier de publication.")
        self._organisation = dossier.organisation
        self._audience = audience
        self._gabarits = Gabarits(dossier.chemin, settings.shipped(), audience.slug)

    def issue_files(self, numero: _Numero) -> dict[Path, bytes]:
        """The page and the e-mail, and the style sheet pages share."""
        public = _is_public(self._audience, numero.contenu)
        racine = Path(PUBLIC if public else INTERNE)
        lieu = racine / self._audience.slug / numero.nom
        liens = Liens(archives="../", flux="../flux.atom.xml", en_ligne=self._online(f"{numero.nom}/"))
        liens = liens if public else Liens()
        html = self._gabarits.courriel_html(numero.contenu, self._organisation, liens)
        texte = self._gabarits.courriel_texte(numero.contenu, self._organisation, liens)
        return {
            lieu / "index.html": self._gabarits.page(numero.contenu, self._organisation, liens).encode(),
            lieu / "courriel.html": html.encode(),
            lieu / "courriel.txt": texte.encode(),
            lieu / "courriel.eml": message(numero.contenu, self._organisation, html, texte, numero.fige_a),
            racine / "statique" / FEUILLE: self._gabarits.feuille(),
        }

    def audience_files(self, numeros: Sequence[_Numero]) -> dict[Path, bytes]:
        """The feeds and the list of the audience's issues, newest first; nothing when none is public."""
        parus = [
            (numero, contenu)
            for numero in sorted(numeros, key=lambda n: n.digest.id, reverse=True)
            if isinstance(contenu := numero.contenu, Contenu) and _is_public(self._audience, contenu)
        ]
        if not parus:
            return {}
        lieu = Path(PUBLIC) / self._audience.slug
        flux = FluxWeb(
            id=parus[-1][1].identifiant.rpartition("/")[0],
            titre=parus[0][1].titre,
            sous_titre=self._organisation.nom,
            auteur=self._organisation.nom,
            modifie_a=max(numero.fige_a for numero, _ in parus),
            adresse=self._online("") or "./",
            adresse_flux=self._online("flux.atom.xml") or "flux.atom.xml",
            entrees=tuple(self._entry(numero, contenu) for numero, contenu in parus[:ENTREES_FLUX]),
        )
        archives = [Archive(x.numero, x.date, x.date_le, f"{n.nom}/", x.en_bref) for n, x in parus]
        liens = Liens(feuille=f"../statique/{FEUILLE}", flux="flux.atom.xml")
        page = self._gabarits.archives(parus[0][1].titre, archives, self._organisation, liens)
        return {
            lieu / "flux.atom.xml": write_atom(flux),
            lieu / "flux.json": write_json(replace(flux, adresse_flux=self._online("flux.json"))),
            lieu / "index.html": page.encode(),
        }

    def _entry(self, numero: _Numero, contenu: Contenu) -> EntreeFlux:
        return EntreeFlux(
            id=contenu.identifiant,
            titre=f"{contenu.titre}, no {contenu.numero}, {contenu.date}",
            resume=" ; ".join(contenu.en_bref),
            contenu_html=self._gabarits.fragment(contenu, self._organisation),
            publie_a=numero.fige_a,
            modifie_a=numero.fige_a,
            adresse=self._online(f"{numero.nom}/") or f"{numero.nom}/",
        )

    def _online(self, suite: str) -> str:
        """The public address of something of this audience, or "" while there is no public site."""
        base = self._organisation.adresse_publique.rstrip("/")
        return f"{base}/{CHEMIN_EN_LIGNE}/{self._audience.slug}/{suite}" if base else ""


def _write(racine: Path, chemin: Path, corps: bytes) -> None:
    """Whole or not at all: a reader sees the old file or the new one. Internal files are the team's only."""
    cible = racine / chemin
    prive = chemin.parts[0] == INTERNE
    try:
        for dossier in reversed(chemin.parents[:-1]):
            (racine / dossier).mkdir(exist_ok=True, mode=0o700 if prive else 0o755)
        provisoire = cible.with_name(f".{cible.name}.nouveau")
        with provisoire.open("wb") as fichier:
            fichier.write(corps)
            fichier.flush()
            os.fsync(fichier.fileno())  # Else a power cut could leave an empty page that the database calls published.
        provisoire.chmod(0o600 if prive else 0o644)
        provisoire.replace(cible)
    except OSError as erreur:
        raise StoreError(f"{cible} ne peut pas être écrit : {os_reason(erreur)}.") from erreur


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
