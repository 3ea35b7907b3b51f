"""What an issue gives to read, as bytes, and the address of each thing around it. Approval freezes it; publishing writes it.

The same issue always gives the same bytes: no clock is read, and nothing but what is given and the order of approvals.
"""

from __future__ import annotations

import re
from datetime import date

from veille import settings
from veille.editor import Contenu, Rappel
from veille.errors import RefusError
from veille.model import Audience, Dossier, Organisation
from veille.rendering import DESABONNEMENT, PREFERENCES, Gabarits, Liens
from veille.store import digests, publication
from veille.store.digests import Digest
from veille.store.lecture import Connexion

CHEMIN_EN_LIGNE = "bulletins"  # Where the public site serves DIR/publication.
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FLUX_ATOM, FLUX_JSON, CALENDRIER = "flux.atom.xml", "flux.json", "calendrier.ics"


def render_issue(
    c: Connexion, dossier: Dossier, audience: Audience, digest: Digest, contenu: Contenu | Rappel
) -> dict[str, bytes]:
    """The renderings of one issue by name: « page », « courriel_html », « courriel_texte », and « fragment » for feeds."""
    gabarits = templates(dossier, audience)
    organisation = dossier.organisation
    liens = issue_links(c, organisation, audience, digest, contenu)
    rendus = {
        "page": gabarits.page(contenu, organisation, liens),
        "courriel_html": gabarits.courriel_html(contenu, organisation, liens),
        "courriel_texte": gabarits.courriel_texte(contenu, organisation, liens),
    }
    if isinstance(contenu, Contenu):
        rendus["fragment"] = gabarits.fragment(contenu, organisation)
    return {nom: texte.encode() for nom, texte in rendus.items()}


def frozen_issue(
    c: Connexion, dossier: Dossier, audience: Audience, digest: Digest, contenu: Contenu | Rappel
) -> dict[str, bytes]:
    """The renderings kept at approval, or at its last correction; an issue approved before any was kept is rendered."""
    tenus = publication.frozen(c, digest.id)
    attendus = {"page", "courriel_html", "courriel_texte", *(["fragment"] if isinstance(contenu, Contenu) else [])}
    return tenus if attendus <= tenus.keys() else render_issue(c, dossier, audience, digest, contenu) | tenus


def is_public(audience: Audience, contenu: Contenu | Rappel) -> bool:
    """Approved as public, and the audience still is: a digest written for the board never comes out by a setting."""
    return isinstance(contenu, Contenu) and contenu.publique and audience.visibilite == "publique"


def issue_folder(c: Connexion, digest: Digest, contenu: Contenu | Rappel) -> str:
    """The name of an issue's folder, « 2026-11-23 »; what is still a draft gets the one it will have."""
    jour = date.fromisoformat(contenu.date_le)
    return publication.folder_name(contenu.date_le, digests.same_day_rank(c, digest, jour))


def issue_links(
    c: Connexion, organisation: Organisation, audience: Audience, digest: Digest, contenu: Contenu | Rappel
) -> Liens:
    """Addresses around an issue. What only the public site can answer is there once it has an address."""
    site = organisation.adresse_publique.rstrip("/")
    personnels = Liens(
        confidentialite=f"{site}/confidentialite" if site else "",
        desabonnement=DESABONNEMENT if site else "",
        preferences=PREFERENCES if site else "",
    )
    if not is_public(audience, contenu):
        return personnels
    return Liens(
        accueil="../../../",
        archives="../",
        themes="../../themes/",
        flux=f"../{FLUX_ATOM}",
        flux_json=f"../{FLUX_JSON}",
        calendrier=f"../{CALENDRIER}",
        en_ligne=online(organisation, f"{audience.slug}/{issue_folder(c, digest, contenu)}/"),
        abonnement=f"{site}/abonnement" if site else "",
        confidentialite=personnels.confidentialite,
        desabonnement=personnels.desabonnement,
        preferences=personnels.preferences,
        avis=f"{site}/avis/{digest.id}" if site else "",
        sondage=f"{site}/sondage/{digest.id}" if site else "",
    )


def templates(dossier: Dossier, audience: Audience) -> Gabarits:
    """The audience's templates; refused when its name could lead out of the folder."""
    if not _SLUG.fullmatch(audience.slug):
        raise RefusError(f"« {audience.slug} » ne peut pas nommer un dossier de publication.")
    return Gabarits(dossier.chemin, settings.shipped(), audience.slug)


def online(organisation: Organisation, suite: str) -> str:
    """The public address of a published file, or "" while there is no public site."""
    site = organisation.adresse_publique.rstrip("/")
    return f"{site}/{CHEMIN_EN_LIGNE}/{suite}" if site else ""


def for_everyone(organisation: Organisation, courriel: bytes) -> bytes:
    """A mail as a file anyone may read: a person's own links give way to the subscription page."""
    page = f"{organisation.adresse_publique.rstrip('/')}/abonnement".encode()
    return courriel.replace(DESABONNEMENT.encode(), page).replace(PREFERENCES.encode(), page)
