"""One attempt at signing in with a password: counted, then looked at, then either let in or told how long to wait.

An identifier that does not exist costs the same time, is counted the same way and gets the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature

from veille.francais import plural
from veille.identite import canonical, is_dated
from veille.model import Compte
from veille.pages.appareils import device_name
from veille.pages.mandataire import throttled_address
from veille.pages.sessions import COOKIE_APPAREIL
from veille.pages.visite import Visite
from veille.store import personnes, sessions, tentatives
from veille.store.lecture import Connexion
from veille.store.tentatives import Cle

INEXACT = "Identifiant ou mot de passe inexact."
TROP_DE_MONDE = "Trop de personnes se connectent en même temps. Réessayez dans une minute."


@dataclass(frozen=True)
class Essai:
    """What became of an attempt: a session, or the seconds to wait before the next; `refus` when it was not looked at."""

    compte: Compte | None = None
    session: str = ""
    attente: int = 0
    refus: bool = False

    @property
    def message(self) -> str:
        """What the person reads."""
        if self.refus and not self.attente:
            return TROP_DE_MONDE
        if self.refus:
            return (
                f"Trop d’essais de suite. Attendez {tell_wait(self.attente)}, puis recommencez ; d’ici là, même le bon mot"
                " de passe est refusé."
            )
        return f"{INEXACT} Attendez {tell_wait(self.attente)} avant de recommencer." if self.attente else INEXACT

    @property
    def statut(self) -> int:
        """HTTP's word for it."""
        return (429 if self.attente else 503) if self.refus else 403


@dataclass(frozen=True)
class _Porte:
    """What is known before the password is looked at."""

    compte: Compte | None
    empreinte: str | None
    cles: tuple[Cle, ...]
    attente: int


async def sign_in(visite: Visite, identifiant: str, mot_de_passe: str) -> Essai:
    """Try a password at the door; the session is opened when it is right."""
    if visite.sessions.overloaded:
        return Essai(refus=True)
    porte = await visite.sessions.write(lambda c: _knock(visite, c, canonical(identifiant)))
    if porte.attente:
        return Essai(attente=porte.attente, refus=True)
    juste = await visite.sessions.verify(mot_de_passe, porte.empreinte)
    if not juste or porte.compte is None or porte.empreinte is None:
        return Essai(attente=await visite.sessions.read(lambda c: tentatives.seconds_left(c, porte.cles, visite.now)))
    plus_forte = await visite.sessions.hash(mot_de_passe) if is_dated(porte.empreinte) else ""
    session = await visite.sessions.write(lambda c: _enter(visite, c, porte, plus_forte))
    return Essai(porte.compte, session) if session else Essai()


async def confirm(visite: Visite, mot_de_passe: str) -> Essai:
    """Ask someone already signed in for their password again; as throttled as the door."""
    if visite.sessions.overloaded:
        return Essai(refus=True)
    porte = await visite.sessions.write(lambda c: _knock(visite, c, visite.identifiant))
    if porte.attente:
        return Essai(attente=porte.attente, refus=True)
    if await visite.sessions.verify(mot_de_passe, porte.empreinte):
        await visite.sessions.write(lambda c: tentatives.succeed(c, porte.cles, visite.now))
        return Essai(porte.compte)
    return Essai(attente=await visite.sessions.read(lambda c: tentatives.seconds_left(c, porte.cles, visite.now)))


def tell_wait(secondes: int) -> str:
    """« 30 secondes », « 4 minutes »."""
    return plural(secondes, "seconde") if secondes < 60 else plural(-(-secondes // 60), "minute")


def device(visite: Visite) -> str:
    """The device as its owner will recognise it."""
    return device_name(visite.request.headers.get("user-agent", ""))


def known_device(visite: Visite, compte_id: int) -> str:
    """The number of a device from which this account already signed in, or ""."""
    try:
        scelle: Any = visite.datasette.unsign(visite.request.cookies.get(COOKIE_APPAREIL, ""), "appareil")
    except BadSignature:
        return ""
    connu = isinstance(scelle, dict) and scelle.get("c") == compte_id
    return str(scelle.get("a", "")) if connu else ""


def _knock(visite: Visite, c: Connexion, identifiant: str) -> _Porte:
    """Count the attempt, and find what to compare the password with."""
    compte = personnes.find(c, identifiant)
    if compte is not None and compte.retire_a is not None:
        compte = None
    cles = _keys(visite, identifiant, compte)
    attente = tentatives.begin(c, cles, visite.now)
    return _Porte(compte, personnes.password_of(c, compte.id) if compte else None, cles, attente)


def _keys(visite: Visite, identifiant: str, compte: Compte | None) -> tuple[Cle, ...]:
    """By account and by address. A device that already signed in counts for itself: a stranger's failures elsewhere do
    not keep a colleague out."""
    secret = visite.sessions.secret
    adresse = throttled_address((visite.request.scope.get("client") or ("",))[0])
    connu = known_device(visite, compte.id) if compte else ""
    qui = ("appareil", f"{compte.id}:{connu}") if compte and connu else ("identifiant", identifiant)
    return (
        tentatives.key(secret, *qui, tentatives.SEUIL_COMPTE, compte.id if compte else None),
        tentatives.key(secret, "adresse", adresse, tentatives.SEUIL_ADRESSE),
    )


def _enter(visite: Visite, c: Connexion, porte: _Porte, plus_forte: str) -> str:
    """Open the session, unless the account was retired or its password changed while we computed."""
    compte, now = porte.compte, visite.now
    if compte is None or personnes.get(c, compte.id).retire_a or personnes.password_of(c, compte.id) != porte.empreinte:
        return ""
    tentatives.succeed(c, porte.cles, now)
    if plus_forte:
        personnes.refresh_password(c, compte.id, porte.empreinte or "", plus_forte)
    return sessions.open_session(c, compte.id, compte.nom, device(visite), now)
