"""What the public pages about subscriptions share: the texts shown with their versions, and the neutral answers.

Nothing here tells whether an address is known: answers depend on what was typed, never on what the file holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veille.abonnes import jetons, textes
from veille.abonnes.jetons import But, Jeton
from veille.model import Audience, Organisation
from veille.pages.offre import Etat
from veille.pages.visite import Visite
from veille.store.abonnes import consentements, personnes
from veille.store.lecture import Connexion

TROP = "Trop de demandes viennent de votre connexion. Réessayez dans une heure."


@dataclass(frozen=True)
class Offerte:
    """One box of the form: what it is for, and the version of the words shown."""

    slug: str
    nom: str
    but: str
    version: str


async def offered(visite: Visite, etat: Etat) -> tuple[Offerte, ...]:
    """The boxes to show now; words shown for the first time are kept from this moment."""
    if etat.organisation is None or not etat.offertes:
        return ()
    mots = {a.slug: textes.full_text(etat.organisation, a) for a in etat.offertes}
    versions = await visite.read_subscribers(lambda c: _versions(c, mots))
    if not all(versions.values()):
        now = visite.now
        versions = await visite.subscribers(lambda c: {s: consentements.keep(c, m, now) for s, m in mots.items()})
    return tuple(_box(a, versions[a.slug]) for a in etat.offertes)


def common(organisation: Organisation | None) -> tuple[str, ...]:
    """What is true of every list."""
    return textes.common_text(organisation) if organisation else ()


async def read_token(visite: Visite, *buts: But) -> Jeton | None:
    """What the token of this address says, when it is one of ours for one of these purposes."""
    cle = await visite.read_subscribers(personnes.key)
    jeton, now = visite.var("jeton"), visite.now
    lus = [jetons.read(cle, jeton, but, now) for but in buts]
    return next((lu for lu in lus if lu is not None), None)


async def proof(visite: Visite) -> str:
    """Where the request comes from, hashed under our key: part of the proof of consent."""
    client = visite.client
    return await visite.read_subscribers(lambda c: consentements.network_proof(c, client))


async def say(
    visite: Visite, titre: str, *phrases: str, statut: int = 200, liens: Mapping[str, str] | None = None
) -> Any:
    """A page of a few sentences."""
    return await visite.page("annonce.html", {"titre": titre, "phrases": phrases, "liens": liens or {}}, statut)


async def too_many(visite: Visite) -> Any:
    """The same for everyone, whatever was typed."""
    reponse = await say(visite, "Trop de demandes", TROP, statut=429)
    reponse.headers["Retry-After"] = "3600"
    return reponse


def _versions(c: Connexion, mots: Mapping[str, str]) -> dict[str, str]:
    return {slug: consentements.shown(c, texte) for slug, texte in mots.items()}


def _box(audience: Audience, version: str) -> Offerte:
    return Offerte(audience.slug, audience.nom, textes.purpose(audience), version)
