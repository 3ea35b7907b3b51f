"""The bytes of one mail: a mould prepared once per digest, then one message per person. Pure: no clock, no network.

Serialising is four fifths of the cost of a mail, and all but four headers and two links are the same for everyone: parts
are encoded once around the markers that templates leave, and a message is a few joins.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from veille.errors import RefusError
from veille.francais import NBSP
from veille.model import Expediteur

DESABONNEMENT = "@@desabonnement@@"
PREFERENCES = "@@preferences@@"
MARQUES = (DESABONNEMENT, PREFERENCES)
LIGNE_QP = 76
# `binascii` writes the last space of a line as « =20 » without counting that it takes three letters.
_TROP_LONGUE = re.compile(r"^(.{74,75})(=20|=09)$", re.M)

_ATOME = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADRESSE = re.compile(
    rf"{_ATOME}(?:\.{_ATOME})*@(?=.{{1,253}}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{{2,63}}"
)
_NOM_MESSAGE = re.compile(r"[A-Za-z0-9.-]{1,120}")
_ADRESSE_WEB = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]*)?")
_MARQUE = re.compile("(" + "|".join(map(re.escape, MARQUES)) + ")")


def is_address(adresse: str) -> bool:
    """Whether mail can be sent there: plain ASCII, one person, nothing that could end a header or a command."""
    return len(adresse) <= 254 and len(adresse.partition("@")[0]) <= 64 and bool(_ADRESSE.fullmatch(adresse))


def mask(adresse: str) -> str:
    """« m•••@exemple.org »: enough for staff to recognise, not enough to write to."""
    nom, _, domaine = adresse.partition("@")
    return f"{nom[:1]}•••@{domaine}" if domaine else "•••"


def domain_of(expediteur: Expediteur) -> str:
    """The domain that message ids and list ids are named under."""
    return _sender(expediteur).domain


@dataclass(frozen=True)
class Liens:
    """Where one person's links lead. Both tokens are made of the same subject, so one mould serves everyone."""

    desabonnement: str
    preferences: str

    @classmethod
    def of(cls, adresse_publique: str, jeton: str) -> Liens:
        """The two addresses of a token, on the public site."""
        base = adresse_publique.rstrip("/")
        return cls(f"{base}/desabonnement/{jeton}", f"{base}/preferences/{jeton}")


class Moule:
    """Everything that the messages of one digest share. `liste` is the audience's slug, "" for a service message.

    A service message goes to someone who just asked for it: it belongs to no list and has no one-click way out.
    """

    def __init__(self, *, objet: str, html: str, texte: str, expediteur: Expediteur, liste: str = "") -> None:
        emetteur = _sender(expediteur)
        self._domaine = emetteur.domain
        self._liste = liste
        empreinte = hashlib.sha256(f"{objet}\n{texte}\n{html}".encode()).hexdigest()[:24]
        frontiere = f"=_veille_{empreinte}"
        self._tete = _fixed_headers(emetteur, objet, liste, frontiere)
        morceaux = [
            f"\r\n--{frontiere}\r\n{_part_headers('plain')}",
            *_encoded(texte),
            f"\r\n--{frontiere}\r\n{_part_headers('html')}",
            *_encoded(html),
            f"\r\n--{frontiere}--\r\n",
        ]
        self._morceaux = _joined(morceaux)

    def message(self, adresse: str, liens: Liens | None, message_id: str, now: datetime) -> bytes:
        """One person's mail, ready for SMTP: CRLF line ends, nothing longer than a line may be.

        `message_id` is the part before the @; RefusError when the address or a link could not stand in a header.
        """
        if not is_address(adresse) or not _NOM_MESSAGE.fullmatch(message_id):
            raise RefusError("L’adresse ou le nom du message ne peut pas figurer dans un courriel ; rien n’est envoyé.")
        tete = (
            f"To: {adresse}\r\nDate: {format_datetime(now.astimezone(UTC))}\r\n"
            f"Message-ID: <{message_id}@{self._domaine}>\r\n"
        )
        corps = self._morceaux
        if liens is not None:
            if not (_ADRESSE_WEB.fullmatch(liens.desabonnement) and _ADRESSE_WEB.fullmatch(liens.preferences)):
                raise RefusError("Le lien de désabonnement n’est pas une adresse Web ; rien n’est envoyé.")
            if self._liste:
                tete += (
                    f"List-Unsubscribe: <{liens.desabonnement}>\r\n"
                    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                )
            valeurs = {DESABONNEMENT: _folded(liens.desabonnement), PREFERENCES: _folded(liens.preferences)}
            corps = [valeurs.get(morceau, morceau) for morceau in corps]
        return "".join((tete, self._tete, *corps)).encode("ascii")


def has_markers(texte: str) -> bool:
    """Whether a rendering leaves room for the person's way out; without it nothing is sent."""
    return DESABONNEMENT in texte


def _sender(expediteur: Expediteur) -> Address:
    if not is_address(expediteur.courriel) or re.search(r"[\x00-\x1f\x7f]", expediteur.nom):
        raise RefusError(
            f"organisation.toml, expediteur.courriel{NBSP}: «{NBSP}{expediteur.courriel}{NBSP}» n’est pas une adresse de"
            " courriel utilisable."
        )
    try:
        return Address(expediteur.nom, addr_spec=expediteur.courriel)
    except (ValueError, MessageError, IndexError) as erreur:
        raise RefusError(f"organisation.toml, expediteur{NBSP}: le nom ou l’adresse est refusé ({erreur}).") from erreur


def _fixed_headers(emetteur: Address, objet: str, liste: str, frontiere: str) -> str:
    """The headers everyone gets, encoded by the standard library (RFC 2047), up to the blank line."""
    tete = EmailMessage(policy=SMTP)
    tete["From"] = emetteur
    tete["Subject"] = re.sub(r"\s*[\r\n\x00-\x1f\x7f]+\s*", " ", objet)
    if liste:
        tete["List-Id"] = f"<{liste}.veille.{emetteur.domain}>"
        tete["Precedence"] = "bulk"
    tete["Auto-Submitted"] = "auto-generated"
    tete["Content-Language"] = "fr-CA"
    tete["MIME-Version"] = "1.0"
    lignes = "".join(SMTP.fold(nom, valeur) for nom, valeur in tete.items())
    return f'{lignes}Content-Type: multipart/alternative; boundary="{frontiere}"\r\n'


def _part_headers(genre: str) -> str:
    return f'Content-Type: text/{genre}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'


def _encoded(texte: str) -> Iterable[str]:
    """A part in quoted-printable, in pieces around the markers, which keep their place."""
    morceaux = _MARQUE.split(texte.replace("\r\n", "\n").replace("\r", "\n"))
    for rang, morceau in enumerate(morceaux):
        if morceau in MARQUES:
            yield morceau
        else:
            yield _quoted(morceau, suivi=rang + 1 < len(morceaux))


def _quoted(texte: str, *, suivi: bool) -> str:
    """Quoted-printable that starts a line and, when something follows it, ends on a soft line break.

    The letter added then taken away keeps room for that break, and keeps a last space from being taken for a line's end.
    """
    code = binascii.b2a_qp((texte + "x" * suivi).encode(), istext=True).decode("ascii")
    code = _TROP_LONGUE.sub(r"\1=\n\2", code).replace("\n", "\r\n")
    return f"{code[:-1]}=\r\n" if suivi else code


def _folded(adresse: str) -> str:
    """An address inside quoted-printable: cut in lines, then a soft break so that what follows starts a line."""
    code = adresse.replace("=", "=3D")
    taille = LIGNE_QP - 1
    return "".join(f"{code[debut : debut + taille]}=\r\n" for debut in range(0, len(code), taille))


def _joined(morceaux: Iterable[str]) -> list[str]:
    """Fewer, longer pieces: those between two markers are one."""
    suite: list[str] = [""]
    for morceau in morceaux:
        if morceau in MARQUES:
            suite += [morceau, ""]
        else:
            suite[-1] += morceau
    return suite
