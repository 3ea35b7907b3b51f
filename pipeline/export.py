"""The public part as plain files that any web host serves: home, themes, archives, issues, feeds, calendars.

Made of what is published, as the public database is: nothing internal is read. Each file is swapped in whole, the home page
last; a file of an earlier export that is no longer published is taken away, and nothing that is not ours is touched.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from pipeline import vitrine
from pipeline.ecriture import write_whole
from pipeline.rendu import CALENDRIER, CHEMIN_EN_LIGNE, is_public
from pipeline.vitrine import PDF, PUBLIC, Numero
from veille import settings
from veille.editor import Contenu
from veille.errors import RefusError, StoreError
from veille.model import Audience, Dossier
from veille.rendering import COMMUN, FEUILLE, Archive, Gabarits, Liens, PublicPublie, Theme
from veille.store import digests, publication
from veille.store.lecture import Connexion
from veille.store.publication import lecture
from veille.textes import os_reason

MARQUE = ".veille-export"
DERNIERS = 3
COURRIELS = frozenset(("courriel.html", "courriel.txt", "courriel.eml"))


@dataclass(frozen=True)
class BilanExport:
    """What an export wrote. `adresse` is empty while the public site has none: then there is no site map.

    `anciens`: names of the audiences whose folder is gone, and whose issues keep their addresses.
    """

    dossier: str
    fichiers: int
    retires: int
    bulletins: int
    adresse: str
    anciens: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Parus:
    """One public audience and its published issues, newest first."""

    audience: Audience
    numeros: Sequence[Numero]


def export(c: Connexion, dossier: Dossier, cible: Path) -> BilanExport:
    """Write the public site in `cible`: a new or empty folder, or one that an earlier export wrote."""
    settings.require_publishable(dossier.organisation)
    anciens = _former_files(cible)
    digests.sync_audiences(c, dossier.audiences)
    actuels = {a.slug for a in dossier.audiences}
    dossier = replace(dossier, audiences=publication.with_former(c, dossier.audiences))
    parus = _published(c, dossier)
    fichiers = site_files(c, dossier, parus)
    cible.mkdir(parents=True, exist_ok=True)
    _mark(cible, anciens | {chemin.as_posix() for chemin in fichiers})  # Before the first file: all of them are ours.
    for chemin, corps in fichiers.items():
        write_whole(cible, chemin, corps)
    retires = _remove(cible, anciens - {chemin.as_posix() for chemin in fichiers})
    _mark(cible, {chemin.as_posix() for chemin in fichiers})
    return BilanExport(
        dossier=str(cible),
        fichiers=len(fichiers),
        retires=retires,
        bulletins=sum(len(p.numeros) for p in parus),
        adresse=dossier.organisation.adresse_publique,
        anciens=tuple(p.audience.nom for p in parus if p.audience.slug not in actuels),
    )


def site_files(c: Connexion, dossier: Dossier, parus: Sequence[_Parus]) -> dict[Path, bytes]:
    """Every file of the site, those that lead to others after them."""
    fichiers: dict[Path, bytes] = {}
    for p in parus:
        for numero in p.numeros:
            fichiers |= vitrine.issue_files(dossier, p.audience, numero)
            fichiers |= _pdf(dossier, p.audience, numero)
        fichiers |= vitrine.audience_files(dossier, p.audience, p.numeros)
    with publication.in_memory(c) as public:
        fichiers |= vitrine.shared_files(c, dossier, public)
        themes = [Theme(t.slug, t.nom, t.definition) for t in lecture.themes(public)]
    gabarits = Gabarits(dossier.chemin, settings.shipped(), COMMUN)
    fichiers[Path(PUBLIC) / "statique" / FEUILLE] = gabarits.feuille()
    site = {
        Path(CHEMIN_EN_LIGNE, *chemin.parts[1:]): corps
        for chemin, corps in fichiers.items()
        if chemin.name not in COURRIELS  # What was sent is not a page.
    }
    return site | _root_files(dossier, gabarits, parus, themes)


def _published(c: Connexion, dossier: Dossier) -> list[_Parus]:
    parus = []
    for audience in dossier.audiences:
        numeros = [Numero(c, dossier, audience, d) for d in reversed(digests.published(c, audience.slug))]
        publics = sorted(
            (n for n in numeros if is_public(audience, n.contenu)), key=lambda n: (n.fige_a, n.digest.id), reverse=True
        )
        if publics:
            parus.append(_Parus(audience, publics))
    return parus


def _root_files(
    dossier: Dossier, gabarits: Gabarits, parus: Sequence[_Parus], themes: list[Theme]
) -> dict[Path, bytes]:
    organisation = dossier.organisation
    site = organisation.adresse_publique.rstrip("/")
    racine = f"{urlsplit(site).path}/"
    liens = Liens(
        feuille=f"{CHEMIN_EN_LIGNE}/statique/{FEUILLE}",
        themes=f"{CHEMIN_EN_LIGNE}/themes/",
        calendrier=f"{CHEMIN_EN_LIGNE}/{CALENDRIER}" if parus else "",
        en_ligne=f"{site}/" if site else "",
        abonnement=f"{site}/abonnement" if site else "",
        confidentialite=f"{site}/confidentialite" if site else "",
    )
    perdu = Liens(feuille=f"{racine}{liens.feuille}", accueil=racine, confidentialite=liens.confidentialite)
    fichiers = {Path("404.html"): gabarits.not_found(organisation, perdu).encode()}
    fichiers[Path("robots.txt")] = _robots(site)
    if site:
        fichiers[Path("sitemap.xml")] = _sitemap(site, parus, themes)
    publics = [_home_entry(p) for p in parus]
    fichiers[Path("index.html")] = gabarits.home(publics, themes, organisation, liens).encode()
    return fichiers


def _home_entry(p: _Parus) -> PublicPublie:
    lieu = f"{CHEMIN_EN_LIGNE}/{p.audience.slug}/"
    numeros = tuple(
        Archive(x.numero, x.date, x.date_le, f"{lieu}{n.nom}/", x.en_bref, x.genre)
        for n in p.numeros[:DERNIERS]
        if isinstance(x := n.contenu, Contenu)
    )
    return PublicPublie(p.audience.nom, lieu, numeros)


def _robots(site: str) -> bytes:
    lignes = ["User-agent: *", "Allow: /", *([f"Sitemap: {site}/sitemap.xml"] if site else []), ""]
    return "\n".join(lignes).encode()


def _sitemap(site: str, parus: Sequence[_Parus], themes: Sequence[Theme]) -> bytes:
    base = f"{site}/{CHEMIN_EN_LIGNE}"
    adresses: list[tuple[str, datetime | None]] = [(f"{site}/", None)]
    for p in parus:
        adresses.append((f"{base}/{p.audience.slug}/", max(n.modifie_a for n in p.numeros)))
        adresses += [(f"{base}/{p.audience.slug}/{n.nom}/", n.modifie_a) for n in p.numeros]
    adresses += [(f"{base}/themes/{t.slug}/", None) for t in themes]
    lignes = [
        f"<url><loc>{html.escape(adresse)}</loc>"
        + (f"<lastmod>{quand.strftime('%Y-%m-%dT%H:%M:%SZ')}</lastmod>" if quand else "")
        + "</url>"
        for adresse, quand in adresses
    ]
    tete = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join([tete, *lignes, "</urlset>", ""]).encode()


def _pdf(dossier: Dossier, audience: Audience, numero: Numero) -> dict[Path, bytes]:
    chemin = Path(PUBLIC) / audience.slug / numero.nom / PDF
    fichier = dossier.chemin / chemin
    return {chemin: fichier.read_bytes()} if fichier.is_file() else {}


# ---------------------------------------------------------------- the folder


def _former_files(cible: Path) -> set[str]:
    """What an earlier export wrote there; refused when the folder holds things that no export wrote."""
    marque = cible / MARQUE
    try:
        if marque.is_file():
            return {ligne for ligne in marque.read_text(encoding="utf-8").splitlines() if _inside(ligne)}
        if cible.exists() and (not cible.is_dir() or any(cible.iterdir())):
            raise RefusError(
                f"{cible} n’est pas vide et n’a pas été écrit par une exportation : rien n’y est touché. "
                "Donnez un dossier vide ou nouveau."
            )
    except OSError as erreur:
        raise StoreError(f"{cible} ne peut pas être lu : {os_reason(erreur)}.") from erreur
    return set()


def _inside(ligne: str) -> bool:
    chemin = PurePosixPath(ligne)
    return bool(ligne) and not chemin.is_absolute() and ".." not in chemin.parts


def _mark(cible: Path, fichiers: set[str]) -> None:
    write_whole(cible, Path(MARQUE), ("\n".join(sorted(fichiers)) + "\n").encode())


def _remove(cible: Path, anciens: set[str]) -> int:
    """Take away what is no longer published, and the folders this leaves empty."""
    retires = 0
    for nom in sorted(anciens):
        fichier = cible / nom
        if fichier.is_file() and fichier.resolve().is_relative_to(cible.resolve()):
            fichier.unlink()
            retires += 1
            for dossier in fichier.parents:
                if dossier == cible or any(dossier.iterdir()):
                    break
                dossier.rmdir()
    return retires
