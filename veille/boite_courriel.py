"""Our own mailbox, read over IMAP: bounces, complaints, the witness's copies; later, newsletters as sources.

Two halves. Bytes in, values out: pure, and what it reads is hostile. Then the mailbox itself, opened read-only: nothing in
it is deleted, moved or marked. The only room that knows imaplib.
"""

from __future__ import annotations

import contextlib
import email
import imaplib
import os
import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from veille.errors import RefusError
from veille.francais import NBSP
from veille.model import Boite

MOT_DE_PASSE = "VEILLE_IMAP_MOT_DE_PASSE"
OCTETS_MAX = 512 * 1024  # Of one message; what follows is not read.
PARTIES_MAX = 60
TEXTE_MAX = 300

_NOM = re.compile(r"<?([A-Za-z0-9.-]{1,120})@[^<>\s]{1,255}>?")
_STATUT = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

# 5.x.x that say nothing of the address: box full, message too large, content or policy refused.
_PASSAGERS = re.compile(r"5\.(2\.[23]|3\.4|6\.\d+|7\.\d+)$")


# ---------------------------------------------------------------- bytes in, values out


@dataclass(frozen=True)
class Rebond:
    """A report that a message did not arrive (RFC 3464). `message_id`: the part before the @ of the one we sent.

    `definitif`: it never will; `morte`: because the address takes no mail at all.
    """

    message_id: str
    statut: str
    definitif: bool
    morte: bool
    texte: str


@dataclass(frozen=True)
class Plainte:
    """Someone called our message spam (ARF, RFC 5965)."""

    message_id: str
    genre: str


@dataclass(frozen=True)
class Courrier:
    """Anything else, the witness's copies among them."""

    message_id: str
    objet: str


def read(octets: bytes) -> Rebond | Plainte | Courrier:
    """What a message is. Never fails, whatever it holds: what cannot be understood is some mail."""
    message = email.message_from_bytes(octets[:OCTETS_MAX])
    genre = (_param(message, "report-type") or "").lower()
    if message.get_content_type() == "multipart/report" or genre:
        parties = list(islice(message.walk(), PARTIES_MAX))
        if genre == "delivery-status":
            return _bounce(parties) or _mail(message)
        if genre == "feedback-report":
            return _complaint(parties) or _mail(message)
    return _mail(message)


def _mail(message: Message) -> Courrier:
    return Courrier(_name(_header(message, "Message-ID")), _header(message, "Subject"))


def _bounce(parties: list[Message]) -> Rebond | None:
    champs = [
        sous
        for partie in parties
        if partie.get_content_type() == "message/delivery-status"
        for sous in _submessages(partie)
    ]
    echec = next((c for c in champs if _header(c, "Action").lower() in ("failed", "delayed")), None)
    message_id = _original(parties)
    if echec is None or not message_id:
        return None
    texte = _header(echec, "Diagnostic-Code")
    statut = _status(_header(echec, "Status"), texte)
    definitif = _header(echec, "Action").lower() == "failed" and statut.startswith("5")
    return Rebond(message_id, statut, definitif, definitif and not _PASSAGERS.match(statut), texte)


def _status(declare: str, diagnostic: str) -> str:
    """The more telling of the two: many servers declare 5.0.0 and say 5.1.1 in the diagnostic."""
    dits = [m[0] for m in (_STATUT.search(declare), _STATUT.search(diagnostic)) if m]
    return next((d for d in dits if not d.endswith(".0.0")), dits[0] if dits else "")


def _complaint(parties: list[Message]) -> Plainte | None:
    rapport = next((p for p in parties if p.get_content_type() == "message/feedback-report"), None)
    message_id = _original(parties)
    if rapport is None or not message_id:
        return None
    sous = _submessages(rapport)
    genre = _header(sous[0], "Feedback-Type").lower() if sous else ""
    return Plainte(message_id, genre) if genre != "not-spam" else None


def _original(parties: list[Message]) -> str:
    """The name of the message a report is about, from the copy or the headers it returns."""
    for partie in parties[1:]:
        genre = partie.get_content_type()
        if genre == "message/rfc822":
            sous = _submessages(partie)
            if sous and (nom := _name(_header(sous[0], "Message-ID"))):
                return nom
        elif genre in ("text/rfc822-headers", "message/rfc822-headers"):
            charge = partie.get_payload(decode=True)
            brut = charge if isinstance(charge, bytes) else str(partie).partition("\n\n")[2].encode()
            if nom := _name(_header(email.message_from_bytes(brut.lstrip()), "Message-ID")):
                return nom
    return ""


def _submessages(partie: Message) -> list[Message]:
    charge = partie.get_payload()
    return [m for m in charge if isinstance(m, Message)] if isinstance(charge, list) else []


def _header(message: Message, nom: str) -> str:
    """One header on one line, short; "" when absent or unreadable."""
    return " ".join(str(message.get(nom, "")).split())[:TEXTE_MAX]


def _param(message: Message, nom: str) -> str:
    try:
        valeur = message.get_param(nom)
    except (ValueError, IndexError, KeyError, TypeError, LookupError):  # What hostile parameters have raised.
        return ""
    return valeur if isinstance(valeur, str) else ""


def _name(texte: str) -> str:
    trouve = _NOM.search(texte)
    return trouve[1] if trouve else ""


# ---------------------------------------------------------------- the mailbox


class BoiteImap:
    """A mailbox being read. Opened by `open_mailbox`."""

    def __init__(self, imap: imaplib.IMAP4, validite: int) -> None:
        self._imap = imap
        self.validite = validite

    def new(self, apres: int, limite: int = 500) -> Iterator[tuple[int, bytes]]:
        """Messages that came after this number, oldest first: their number and their first `OCTETS_MAX` bytes."""
        for uid in sorted(u for u in self._search(f"UID {apres + 1}:*") if u > apres)[:limite]:
            yield uid, self._fetch(uid)

    def find(self, noms: Iterable[str]) -> set[str]:
        """Which of these messages, by the part of their Message-ID before the @, are in the mailbox."""
        return {nom for nom in noms if _NOM.fullmatch(f"{nom}@x") and self._search(f'HEADER Message-ID "{nom}@"')}

    def _search(self, critere: str) -> list[int]:
        with _named():
            etat, lignes = self._imap.uid("SEARCH", critere)
        if etat != "OK":
            raise RefusError(f"La boîte de courriel refuse la recherche ({etat}).")
        brut = b" ".join(ligne for ligne in lignes if isinstance(ligne, bytes))
        return [int(mot) for mot in brut.split() if mot.isdigit()]

    def _fetch(self, uid: int) -> bytes:
        with _named():
            etat, lignes = self._imap.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{OCTETS_MAX}>)")
        if etat != "OK":
            raise RefusError(f"La boîte de courriel refuse de lire un message ({etat}).")
        return next((bytes(ligne[1]) for ligne in lignes if isinstance(ligne, tuple)), b"")


@contextlib.contextmanager
def open_mailbox(
    reglages: Boite,
    environ: Mapping[str, str] = os.environ,
    *,
    tls: ssl.SSLContext | None = None,
    delai_s: float = 30,
) -> Iterator[BoiteImap]:
    """The mailbox of the settings, read-only; RefusError says in French what prevents it."""
    mot_de_passe = environ.get(MOT_DE_PASSE, "")
    if reglages.utilisateur and not mot_de_passe:
        raise RefusError(
            f"Le mot de passe de la boîte manque : inscrivez-le dans la variable d’environnement {MOT_DE_PASSE}."
        )
    if reglages.securite == "aucune" and reglages.serveur not in ("127.0.0.1", "localhost", "::1"):
        raise RefusError(
            f"organisation.toml, boite.securite{NBSP}: «{NBSP}aucune{NBSP}» n’est permise que vers cette machine."
        )
    with _named():
        imap = _connect(reglages, tls, delai_s)
    try:
        with _named():
            imap.login(reglages.utilisateur, mot_de_passe)
            etat, dit = imap.select(f'"{reglages.dossier}"', readonly=True)
            if etat != "OK":
                raise RefusError(f"La boîte n’a pas de dossier « {reglages.dossier} » ({_said(dit)}).")
            validite = imap.response("UIDVALIDITY")[1]
        yield BoiteImap(imap, int(validite[0] or 0) if validite and validite[0] else 0)
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            imap.logout()
        with contextlib.suppress(OSError):
            imap.shutdown()  # A server already gone would otherwise leave its socket open.


def _connect(reglages: Boite, tls: ssl.SSLContext | None, delai_s: float) -> imaplib.IMAP4:
    if reglages.securite == "tls":
        contexte = tls or ssl.create_default_context()
        return imaplib.IMAP4_SSL(reglages.serveur, reglages.port, ssl_context=contexte, timeout=delai_s)
    return imaplib.IMAP4(reglages.serveur, reglages.port, timeout=delai_s)


@contextlib.contextmanager
def _named() -> Iterator[None]:
    """Say in French what the server or the network did."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as erreur:
        raise RefusError(f"La boîte de courriel ne répond pas comme il faut{NBSP}: {_said(erreur)}.") from erreur


def _said(dit: object) -> str:
    return " ".join(str(dit).split())[:200]
