"""What a proxy in front of the site says of a request, and when it is believed. Pure: headers in, answer out.

Anybody can write a header. The address of the peer decides: loopback, and the networks that organisation.toml names, are
believed about the visitor's address and about https. Who the visitor *is*, only a named network may say, and only with the
secret: on a shared machine, loopback is anybody.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veille.errors import Faute, SettingsError
from veille.model import ConnexionEquipe

VARIABLE = "VEILLE_SECRET_MANDATAIRE"
ENTETE_SECRET = b"x-veille-secret"
SECRET_MIN = 32

Reseau = ipaddress.IPv4Network | ipaddress.IPv6Network
Adresse = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Mandataire:
    """The proxy that is believed; without `entete` it says nothing of who visits."""

    entete: bytes = b""
    reseaux: tuple[Reseau, ...] = ()
    secret: bytes = b""


AUCUN = Mandataire()


def configured(reglage: ConnexionEquipe, environ: Mapping[str, str]) -> Mandataire:
    """What organisation.toml and the environment say; SettingsError when the secret is missing or too short."""
    reseaux = tuple(ipaddress.ip_network(texte, strict=False) for texte in reglage.mandataires)
    if not reglage.entete:
        return Mandataire(reseaux=reseaux)
    secret = environ.get(VARIABLE, "").strip()
    if len(secret) < SECRET_MIN or not secret.isascii():
        attendu = (
            f"il faut aussi un secret de {SECRET_MIN} caractères ou plus, sans accent, dans la variable d’environnement"
            f" {VARIABLE} ; le mandataire l’envoie dans l’en-tête X-Veille-Secret (voir docs/comptes.md)"
        )
        raise SettingsError([Faute("organisation.toml", "[connexion] entete", reglage.entete, attendu)])
    return Mandataire(reglage.entete.lower().encode("ascii"), reseaux, secret.encode())


def arrival(scope: Mapping[str, Any], mandataire: Mandataire) -> tuple[str, str]:
    """(scheme, client address) of a request, as the nearest believed witness tells them."""
    pair = _peer(scope)
    if pair is None or not _is_believed(pair, mandataire):
        return str(scope["scheme"]), str(pair or "")
    annonce = _values(scope, b"x-forwarded-proto")[-1:]
    scheme = annonce[0].lower() if annonce and annonce[0].lower() in ("http", "https") else str(scope["scheme"])
    for texte in reversed(_values(scope, b"x-forwarded-for")[-20:]):
        suivant = _address(texte)
        if suivant is None:
            break
        pair = suivant
        if not _is_believed(pair, mandataire):
            break
    return scheme, str(pair)


def announced(scope: Mapping[str, Any], mandataire: Mandataire) -> str:
    """The identifier that the proxy vouches for, or "": not configured, not it, not the secret, said twice."""
    if not mandataire.entete:
        return ""
    pair = _peer(scope)
    if pair is None or not any(pair in reseau for reseau in mandataire.reseaux if reseau.version == pair.version):
        return ""
    secrets: list[bytes] = [valeur for nom, valeur in scope["headers"] if nom == ENTETE_SECRET]
    qui: list[bytes] = [valeur for nom, valeur in scope["headers"] if nom == mandataire.entete]
    if len(secrets) != 1 or len(qui) != 1 or not hmac.compare_digest(secrets[0], mandataire.secret):
        return ""
    return qui[0].decode("utf-8", "replace").strip()


def without_secrets(entetes: list[tuple[bytes, bytes]], mandataire: Mandataire) -> list[tuple[bytes, bytes]]:
    """What may go further in: neither the secret nor an identity that was not checked here."""
    retires = {ENTETE_SECRET, mandataire.entete} if mandataire.entete else {ENTETE_SECRET}
    return [(nom, valeur) for nom, valeur in entetes if nom not in retires]


def throttled_address(adresse: str) -> str:
    """Whom failures from an address count against: a home or an office has one IPv4 address, or a /64 of IPv6."""
    lue = _address(adresse)
    if isinstance(lue, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((lue, 64), strict=False))
    return str(lue or "inconnue")


def _peer(scope: Mapping[str, Any]) -> Adresse | None:
    client = scope.get("client")
    return _address(client[0]) if client else None


def _is_believed(adresse: Adresse, mandataire: Mandataire) -> bool:
    return adresse.is_loopback or any(
        adresse in reseau for reseau in mandataire.reseaux if reseau.version == adresse.version
    )


def _address(texte: str) -> Adresse | None:
    """An address alone, as proxies write it: sometimes between brackets, sometimes with a port."""
    texte = texte.strip().partition("%")[0]
    if texte.startswith("["):
        texte = texte[1:].partition("]")[0]
    elif texte.count(":") == 1:
        texte = texte.partition(":")[0]
    try:
        lue = ipaddress.ip_address(texte)
    except ValueError:
        return None
    return lue.ipv4_mapped or lue if isinstance(lue, ipaddress.IPv6Address) else lue


def _values(scope: Mapping[str, Any], nom: bytes) -> list[str]:
    """The values of a list header, in order, however many times it is written."""
    lignes = [valeur[-2000:].decode("latin-1") for cle, valeur in scope["headers"] if cle == nom]
    return [v for v in (morceau.strip() for ligne in lignes for morceau in ligne.split(",")) if v]
