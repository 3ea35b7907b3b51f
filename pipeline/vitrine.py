"""What surrounds the issues: files of one issue, an audience's archive and feeds, themes, calendars.

Paths are relative to the project folder. Nothing is written here, and no clock is read: the same published issues always
give the same files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from pipeline.rendu import (
    CALENDRIER,
    FLUX_ATOM,
    FLUX_JSON,
    for_everyone,
    frozen_issue,
    is_public,
    issue_folder,
    online,
    templates,
)
from veille import editor, settings, textes
from veille.calendrier import Moment, parse_moment, write_calendar
from veille.editor import Contenu
from veille.editor.formes import Element, Lien
from veille.fluxweb import EntreeFlux, FluxWeb, write_atom, write_json
from veille.francais import format_day
from veille.model import Audience, Dossier, Organisation
from veille.rendering import COMMUN, FEUILLE, Archive, Gabarits, Liens, NouvelleParue, Theme, message
from veille.store import publication
from veille.store.connexion import unstamp
from veille.store.digests import Digest
from veille.store.lecture import Connexion
from veille.store.publication import lecture
from veille.store.publication.lecture import DatePubliee, Nouvelle, ThemePublie

PUBLIC, INTERNE = "publication", "interne"
PDF = "bulletin.pdf"
_THEME = re.compile(r"[a-z0-9_-]+")
ENTREES_FLUX = 20
ENTREES_THEME = 50


class Numero:
    """One issue: its row, what was frozen, the name of its folder, when it was last corrected; its renderings if asked."""

    def __init__(self, c: Connexion, dossier: Dossier, audience: Audience, digest: Digest) -> None:
        self._c, self._dossier, self._audience = c, dossier, audience
        self.digest = digest
        self.contenu = lecture.corrected(c, digest.id) or editor.from_json(digest.contenu)
        self.nom = issue_folder(c, digest, self.contenu)
        corrige = publication.corrected_at(c, digest.id)
        self.corrige_a = unstamp(corrige) if corrige else None

    @cached_property
    def rendus(self) -> dict[str, bytes]:
        """The bytes of the issue: an archive lists hundreds of them, and its feeds hold twenty."""
        return frozen_issue(self._c, self._dossier, self._audience, self.digest, self.contenu)

    @property
    def fige_a(self) -> datetime:
        """The only date that a second publication cannot change."""
        return self.digest.approuve_a or self.digest.compose_a

    @property
    def modifie_a(self) -> datetime:
        """When what readers see of it last changed."""
        return self.corrige_a or self.fige_a


def issue_files(dossier: Dossier, audience: Audience, numero: Numero) -> dict[Path, bytes]:
    """The page and the e-mail, and the style sheet pages share."""
    organisation, gabarits = dossier.organisation, templates(dossier, audience)
    racine = Path(PUBLIC if is_public(audience, numero.contenu) else INTERNE)
    lieu = racine / audience.slug / numero.nom
    html = for_everyone(organisation, numero.rendus["courriel_html"])
    texte = for_everyone(organisation, numero.rendus["courriel_texte"])
    return {
        lieu / "index.html": numero.rendus["page"],
        lieu / "courriel.html": html,
        lieu / "courriel.txt": texte,
        lieu / "courriel.eml": message(numero.contenu, organisation, html.decode(), texte.decode(), numero.fige_a),
        racine / "statique" / FEUILLE: gabarits.feuille(),
    }


def audience_files(dossier: Dossier, audience: Audience, numeros: Sequence[Numero]) -> dict[Path, bytes]:
    """The feeds and the list of the audience's issues, newest first; nothing when none is public."""
    parus = [
        (numero, contenu)
        for numero in sorted(numeros, key=lambda n: (n.fige_a, n.digest.id), reverse=True)
        if isinstance(contenu := numero.contenu, Contenu) and is_public(audience, contenu)
    ]
    if not parus:
        return {}
    organisation, gabarits = dossier.organisation, templates(dossier, audience)
    lieu = Path(PUBLIC) / audience.slug
    titre = textes.digest_title(audience.nom)
    flux = FluxWeb(
        id=parus[-1][1].identifiant.rpartition("/")[0],
        titre=titre,
        sous_titre=organisation.nom,
        auteur=organisation.nom,
        modifie_a=max(numero.modifie_a for numero, _ in parus),
        adresse=online(organisation, f"{audience.slug}/") or "./",
        adresse_flux=online(organisation, f"{audience.slug}/{FLUX_ATOM}") or FLUX_ATOM,
        entrees=tuple(_issue_entry(organisation, audience, n, x) for n, x in parus[:ENTREES_FLUX]),
    )
    archives = [
        Archive(x.numero, x.date, x.date_le, f"{n.nom}/", x.en_bref, x.genre, _pdf(dossier, lieu / n.nom))
        for n, x in parus
    ]
    page = gabarits.archives(titre, archives, organisation, _list_links(organisation, f"{audience.slug}/"))
    return {
        lieu / FLUX_ATOM: write_atom(flux),
        lieu / FLUX_JSON: write_json(replace(flux, adresse_flux=online(organisation, f"{audience.slug}/{FLUX_JSON}"))),
        lieu / "index.html": page.encode(),
    }


def shared_files(c: Connexion, dossier: Dossier, public: Connexion) -> dict[Path, bytes]:
    """What is read over all audiences from the new public database: themes, with their feeds, and calendars."""
    gabarits = Gabarits(dossier.chemin, settings.shipped(), COMMUN)
    fichiers: dict[Path, bytes] = {}
    for theme in lecture.themes(public):
        if not _THEME.fullmatch(theme.slug):  # It would name a folder.
            continue
        nouvelles = lecture.of_theme(public, theme.slug, ENTREES_THEME)
        fichiers |= _theme_files(dossier.organisation, gabarits, theme, nouvelles, lecture.elements(c, nouvelles))
    publics = lecture.audiences(public)
    for slug, nom in (("", ""), *publics) if publics else ():
        dates = lecture.dates(public, slug)
        calendrier = write_calendar(textes.calendar_title(nom), [_moment(dossier.organisation, d) for d in dates])
        fichiers[Path(PUBLIC) / slug / CALENDRIER] = calendrier
    return fichiers


def _theme_files(
    organisation: Organisation,
    gabarits: Gabarits,
    theme: ThemePublie,
    nouvelles: Sequence[Nouvelle],
    elements: dict[int, Element],
) -> dict[Path, bytes]:
    suite = f"themes/{theme.slug}/"
    lieu = Path(PUBLIC) / "themes" / theme.slug
    parues = [(n, _undated(elements[n.item_id])) for n in nouvelles if n.item_id in elements]
    liens = replace(_list_links(organisation, suite), archives="", themes="../", accueil="../../../", calendrier="")
    listees = [NouvelleParue(e, Lien(f"../../{n.page}", n.bulletin)) for n, e in parues]
    vu = Theme(theme.slug, theme.nom, theme.definition)
    if not parues:  # Older pages still name it, but its stories have been told again under other themes.
        page = gabarits.theme(vu, [], organisation, replace(liens, flux="", flux_json=""))
        return {lieu / "index.html": page.encode()}
    flux = FluxWeb(
        id=theme.identifiant,
        titre=textes.theme_feed_title(theme.nom),
        sous_titre=organisation.nom,
        auteur=organisation.nom,
        modifie_a=max(n.modifie_a for n, _ in parues),
        adresse=online(organisation, suite) or "./",
        adresse_flux=online(organisation, suite + FLUX_ATOM) or FLUX_ATOM,
        entrees=tuple(
            EntreeFlux(
                id=n.identifiant,
                titre=e.titre,
                resume=e.resume,
                contenu_html=gabarits.fragment_of_story(e, organisation),
                publie_a=n.paru_a,
                modifie_a=n.modifie_a,
                adresse=online(organisation, n.page) or f"../../{n.page}",
                categories=tuple(t.nom for t in e.thematiques),
            )
            for n, e in parues
        ),
    )
    page = gabarits.theme(vu, listees, organisation, liens)
    return {
        lieu / FLUX_ATOM: write_atom(flux),
        lieu / FLUX_JSON: write_json(replace(flux, adresse_flux=online(organisation, suite + FLUX_JSON))),
        lieu / "index.html": page.encode(),
    }


def _undated(e: Element) -> Element:
    """« Dans 8 jours » was true on the day of the issue; out of it, only the date is."""
    return replace(e, limite=replace(e.limite, reste="")) if e.limite and not e.limite.passee else e


def _issue_entry(organisation: Organisation, audience: Audience, numero: Numero, contenu: Contenu) -> EntreeFlux:
    return EntreeFlux(
        id=contenu.identifiant,
        titre=f"{contenu.titre}, no {contenu.numero}, {contenu.date}",
        resume=" ; ".join(contenu.en_bref),
        contenu_html=numero.rendus["fragment"].decode(),
        publie_a=numero.fige_a,
        modifie_a=numero.modifie_a,
        adresse=online(organisation, f"{audience.slug}/{numero.nom}/") or f"{numero.nom}/",
    )


def _list_links(organisation: Organisation, suite: str) -> Liens:
    """Addresses around a list of an audience's issues, or of a theme's stories."""
    site = organisation.adresse_publique.rstrip("/")
    return Liens(
        feuille=f"{'../' * suite.count('/')}statique/{FEUILLE}",
        accueil="../../",
        flux=FLUX_ATOM,
        flux_json=FLUX_JSON,
        calendrier=CALENDRIER,
        en_ligne=online(organisation, suite),
        abonnement=f"{site}/abonnement" if site else "",
        confidentialite=f"{site}/confidentialite" if site else "",
    )


def _pdf(dossier: Dossier, lieu: Path) -> str:
    """Where the PDF of an issue is from its audience's list, if someone made one."""
    return f"{lieu.name}/{PDF}" if (dossier.chemin / lieu / PDF).is_file() else ""


def _moment(organisation: Organisation, d: DatePubliee) -> Moment:
    autorite = d.nouvelle.identifiant.removeprefix("tag:").partition(",")[0]
    parution = textes.told_in(d.nouvelle.bulletin, format_day(date.fromisoformat(d.nouvelle.date_le)))
    lignes = [textes.dated(d.genre, d.texte), parution, online(organisation, d.nouvelle.page)]
    return Moment(
        uid=f"{d.genre}-{d.nouvelle.item_id}@{autorite}",
        titre=textes.dated(d.genre, d.titre) if d.genre == "echeance" else d.titre,
        debut=parse_moment(d.debut),
        fin=date.fromisoformat(d.fin) if d.fin else None,
        cree_a=d.nouvelle.paru_a,
        modifie_a=d.nouvelle.modifie_a,
        version=d.version,
        description="\n".join(ligne for ligne in lignes if ligne),
        adresse=d.adresse,
        categorie=d.type or textes.AGENDA_GENRES[d.genre],
    )
