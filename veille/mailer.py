"""The only room that knows SMTP (and, when it is installed, dkimpy): one connection reused, one transaction in steps.

SMTP cannot tell whether a message whose final dot left without an answer was taken. So the body goes without its dot, the
caller records that the dot may leave (`engage`), and only then does it leave. Before `engage`, a cut is harmless: the
server throws away what it has; after it, the outcome is « incertain ».

How a message fared is a value (`Issue`), never an exception; only a mistake in the settings raises, before any mail.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from veille.errors import DependanceError, RefusError
from veille.francais import NBSP
from veille.model import Envoi

MOT_DE_PASSE = "VEILLE_SMTP_MOT_DE_PASSE"
CLE_DKIM = "VEILLE_DKIM_CLE"
DELAI_FINAL_S = 600.0  # RFC 5321, 4.5.3.2.6: a server may take ten minutes to answer the final dot.
PAR_CONNEXION = 100  # Then a new one: many relays close after some number of messages.

Genre = Literal["accepte", "differe", "refuse", "quota", "coupe", "incertain", "panne", "arret", "abandon"]
Signe = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Issue:
    """How one message fared.

    accepte: taken. differe: try later. refuse: never, for this person (`inconnue`: the address does not exist). quota: we
    send too much, everything waits. coupe: cut before the dot, safe to try again. incertain: cut after. panne: no server.
    arret: the server refuses us or our sender, so nothing more is tried. abandon: the caller no longer wanted it.
    `soupcon`: said once someone was named, so perhaps of them alone; what it means if others are told the same.
    """

    genre: Genre
    code: int = 0
    texte: str = ""
    temoin: bool = False
    inconnue: bool = False
    soupcon: Literal["", "quota", "arret"] = ""


@dataclass(frozen=True)
class Acces:
    """How to reach the server: its settings, the secret from the environment, whom TLS trusts, how messages are signed."""

    envoi: Envoi
    expediteur: str
    mot_de_passe: str = ""
    tls: ssl.SSLContext | None = None
    signe: Signe | None = None
    delai_final_s: float = DELAI_FINAL_S


def access(
    envoi: Envoi,
    expediteur: str,
    environ: Mapping[str, str] = os.environ,
    *,
    tls: ssl.SSLContext | None = None,
    delai_final_s: float = DELAI_FINAL_S,
) -> Acces:
    """Check the settings once, before anything is sent; RefusError says which key or variable is missing."""
    if not envoi.serveur:
        raise RefusError("organisation.toml, envoi.serveur : indiquez le serveur d’envoi (SMTP) avant d’envoyer.")
    if envoi.securite == "aucune" and not _is_loopback(envoi.serveur):
        raise RefusError(
            f"organisation.toml, envoi.securite{NBSP}: «{NBSP}aucune{NBSP}» n’est permise que vers cette machine"
            f" (localhost){NBSP}; choisissez «{NBSP}starttls{NBSP}» ou «{NBSP}tls{NBSP}»."
        )
    mot_de_passe = environ.get(MOT_DE_PASSE, "")
    if envoi.utilisateur and not mot_de_passe:
        raise RefusError(
            f"Le mot de passe d’envoi manque : inscrivez-le dans la variable d’environnement {MOT_DE_PASSE}."
        )
    if envoi.securite != "aucune" and tls is None:
        tls = ssl.create_default_context()  # Once: reading the system's authorities takes longer than a mail.
    return Acces(envoi, expediteur, mot_de_passe, tls, signer(envoi, environ), delai_final_s)


def signer(envoi: Envoi, environ: Mapping[str, str] = os.environ) -> Signe | None:
    """What prepends the DKIM signature, or None when the settings name no key: most relays sign by themselves."""
    if not (envoi.dkim_domaine and envoi.dkim_selecteur):
        return None
    cle = environ.get(CLE_DKIM, "")
    if not cle:
        raise RefusError(f"La clé DKIM manque : inscrivez son fichier dans la variable d’environnement {CLE_DKIM}.")
    try:
        import dkim
    except ImportError as erreur:
        raise DependanceError(
            "Signer les courriels demande dkimpy, qui n’est pas installé : pip install 'veille[dkim]'."
        ) from erreur
    try:
        pem = cle.encode() if cle.lstrip().startswith("-----BEGIN") else Path(cle).read_bytes()
    except OSError as erreur:
        raise RefusError(f"La clé DKIM ne se lit pas ({cle}).") from erreur
    selecteur, domaine = envoi.dkim_selecteur.encode(), envoi.dkim_domaine.encode()

    def sign(octets: bytes) -> bytes:
        try:
            return bytes(dkim.sign(octets, selecteur, domaine, pem, include_headers=_SIGNES)) + octets
        except dkim.DKIMException as erreur:
            raise RefusError(f"La signature DKIM a échoué ({erreur}) : vérifiez la clé et le domaine.") from erreur

    return sign


# RFC 8058 wants both List-Unsubscribe headers under the signature.
_SIGNES = [
    b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"content-language",
    b"auto-submitted", b"list-id", b"list-unsubscribe", b"list-unsubscribe-post",
]  # fmt: skip


class Facteur:
    """One connection to the server, opened when needed, used for many messages by one thread at a time."""

    def __init__(self, acces: Acces) -> None:
        self._acces = acces
        self._smtp: smtplib.SMTP | None = None
        self._envoyes = 0

    def send(self, adresse: str, octets: bytes, engage: Callable[[bool], bool], *, temoin: str = "") -> Issue:
        """Offer one message to one person, and to our witness in the same transaction.

        `engage(temoin_accepte)` is called when only the final dot is left; False means that it must not leave.
        """
        try:
            octets = self._acces.signe(octets) if self._acces.signe else octets
        except RefusError as erreur:  # The key, not this message: no other could be signed either.
            return Issue("arret", 0, str(erreur))
        neuve = self._smtp is None
        issue = self._open() or self._attempt(adresse, octets, engage, temoin)
        if issue.genre in ("coupe", "quota") and not neuve and issue.code in (0, 421):
            # The server had closed an idle connection: nothing was sent, and a fresh one tells the truth.
            self._drop()
            issue = self._open() or self._attempt(adresse, octets, engage, temoin)
        return issue

    def close(self) -> None:
        """Say goodbye if the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _drop(self) -> None:
        """Leave without a word: after a cut in the middle of a body, QUIT would be read as part of it."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _open(self) -> Issue | None:
        """A connection ready for a message; what prevents it otherwise."""
        if self._smtp is not None and self._envoyes >= PAR_CONNEXION:
            self.close()
        if self._smtp is not None:
            return None
        try:
            self._smtp = _connect(self._acces)
        except smtplib.SMTPNotSupportedError:
            return Issue("arret", 0, _SANS_TLS)
        except ssl.SSLCertVerificationError as erreur:
            return Issue("arret", 0, f"Le certificat du serveur d’envoi n’est pas valide ({erreur.verify_message}).")
        except smtplib.SMTPResponseException as erreur:
            refuse = isinstance(erreur, smtplib.SMTPAuthenticationError) and erreur.smtp_code >= 500
            return Issue(
                "arret" if refuse else "panne", erreur.smtp_code, _AUTH if refuse else _text(erreur.smtp_error)
            )
        except (OSError, smtplib.SMTPException) as erreur:
            return Issue("panne", 0, f"Le serveur d’envoi ne répond pas ({_reason(erreur)}).")
        self._envoyes = 0
        return None

    def _attempt(self, adresse: str, octets: bytes, engage: Callable[[bool], bool], temoin: str) -> Issue:
        smtp = self._smtp
        assert smtp is not None  # noqa: S101 - `_open` just made it.
        try:
            refus, temoin_pris = _envelope(smtp, self._acces.expediteur, adresse, temoin)
            if refus is not None:
                self._reset(refus)
                return refus
            smtp.send(_stuffed(octets))
        except (OSError, smtplib.SMTPException) as erreur:
            self._drop()
            return Issue("coupe", 0, f"La connexion a été coupée avant la fin ({_reason(erreur)}).")
        try:
            voulu = engage(temoin_pris)
        except BaseException:
            self._drop()
            raise
        if not voulu:
            self._drop()
            return Issue("abandon")
        return self._finish(smtp, temoin=temoin_pris)

    def _finish(self, smtp: smtplib.SMTP, *, temoin: bool) -> Issue:
        """The final dot, and the only answer that says whether the message was taken."""
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._acces.delai_final_s)
            smtp.send(b".\r\n")
            code, brut = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._acces.envoi.delai_s)
        except (OSError, smtplib.SMTPException) as erreur:
            self._drop()
            return Issue("incertain", 0, f"Coupure avant la réponse au point final ({_reason(erreur)}).", temoin)
        self._envoyes += 1
        if code == 250:
            return Issue("accepte", code, _text(brut), temoin)
        if not 400 <= code <= 599:  # Not an answer to a message: nobody knows.
            self._drop()
            return Issue("incertain", max(code, 0), _text(brut), temoin)
        issue = judge(code, _text(brut), "message")
        self._reset(issue)
        return issue

    def _reset(self, issue: Issue) -> None:
        """Make the connection fit for the next message, or let it go."""
        if self._smtp is None:
            return
        if issue.code == 421 or issue.genre == "arret":
            self._drop()
            return
        try:
            if self._smtp.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()


def judge(code: int, texte: str, etape: Literal["expediteur", "destinataire", "message"]) -> Issue:
    """What a refusal means for us: for this person, for now, or for everyone.

    Once someone is named, « limit exceeded » or « sender not authorized » may be said of their mailbox alone: their mail is
    put off, and only the same answer for others tells that it is said of us. 421 closes the connection: it is said of us.
    """
    issue = _meaning(code, texte, etape)
    if etape == "expediteur" or issue.genre not in ("quota", "arret"):
        return issue
    soupcon: Literal["quota", "arret"] = "quota" if issue.genre == "quota" else "arret"
    return replace(issue, genre=issue.genre if code == 421 else "differe", soupcon=soupcon)


def _meaning(code: int, texte: str, etape: Literal["expediteur", "destinataire", "message"]) -> Issue:
    etendu = _ETENDU.match(texte)
    precis = etendu[0] if etendu else ""
    if code < 400:
        return Issue("differe", code, texte)
    if code < 500:
        boite_pleine = precis in _BOITE_PLEINE
        trop = code == 421 or precis in _TROP or (not boite_pleine and _TROP_TEXTE.search(texte) is not None)
        return Issue("quota" if trop else "differe", code, texte)
    if (precis.startswith(("5.7.1", "5.7.0")) and _RELAIS.search(texte)) or code in (530, 535) or etape == "expediteur":
        return Issue("arret", code, f"Le serveur d’envoi refuse ce que nous lui demandons{NBSP}: {code} {texte}")
    if _QUOTA_TEXTE.search(texte) and precis not in _BOITE_PLEINE:
        return Issue("quota", code, texte)
    inconnue = etape == "destinataire" and (precis in _INCONNUES or (not precis and bool(_INCONNUE.search(texte))))
    return Issue("refuse", code, texte, inconnue=inconnue)


_AUTH = (
    "Le serveur d’envoi refuse l’identification : vérifiez envoi.utilisateur, la sécurité (starttls, tls) et la variable "
    f"{MOT_DE_PASSE}."
)
_SANS_TLS = "Le serveur d’envoi n’offre pas le chiffrement (STARTTLS) ou l’identification que demande organisation.toml, [envoi]."
_ETENDU = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BOITE_PLEINE = ("4.2.2", "5.2.2")
_TROP = ("4.5.3", "4.7.28", "4.3.2", "4.4.5")
_TROP_TEXTE = re.compile(r"\b(rate|quota|too many|throttl\w*|limit(ed|s)?|exceed\w*)\b", re.I)
_QUOTA_TEXTE = re.compile(r"\b(daily|hourly|sending|message) (\w+ )?(quota|limit)\b", re.I)
_RELAIS = re.compile(r"relay|authent|sender", re.I)
_INCONNUES = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
_INCONNUE = re.compile(
    r"(user|mailbox|recipient|address|account|destinataire)\b.{0,60}\b(unknown|not found|does not exist|doesn't exist|"
    r"no such|invalid|unavailable|inconnue?)|(no such|unknown|invalid) (user|mailbox|recipient|address|account)",
    re.I | re.S,
)


def _envelope(smtp: smtplib.SMTP, expediteur: str, adresse: str, temoin: str) -> tuple[Issue | None, bool]:
    """MAIL, RCPT, the witness's RCPT, DATA. Returns what refuses, and whether the witness will have a copy.

    A witness refused alone keeps nobody from their mail: the caller learns that no copy is to be counted on.
    """
    code, brut = smtp.mail(expediteur)
    if code != 250:
        return judge(code, _text(brut), "expediteur"), False
    code, brut = smtp.rcpt(adresse)
    if code not in (250, 251):
        return judge(code, _text(brut), "destinataire"), False
    temoin_pris = bool(temoin) and smtp.rcpt(temoin)[0] in (250, 251)
    code, brut = smtp.docmd("DATA")
    if code != 354:
        return judge(code, _text(brut), "message"), temoin_pris
    return None, temoin_pris


def _connect(acces: Acces) -> smtplib.SMTP:
    envoi = acces.envoi
    tls = acces.tls or (None if envoi.securite == "aucune" else ssl.create_default_context())
    # Our domain, rather than this machine's name: it is nobody's affair, and looking it up may take seconds.
    nom = acces.expediteur.rpartition("@")[2]
    smtp: smtplib.SMTP
    if envoi.securite == "tls":
        smtp = smtplib.SMTP_SSL(envoi.serveur, envoi.port, nom, timeout=envoi.delai_s, context=tls)
    else:
        smtp = smtplib.SMTP(envoi.serveur, envoi.port, nom, timeout=envoi.delai_s)
    try:
        smtp.ehlo_or_helo_if_needed()
        if envoi.securite == "starttls":
            smtp.starttls(context=tls)
            smtp.ehlo()
        if smtp.sock is not None:  # The final dot is a packet of its own: it must not wait for the body's receipt.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if envoi.utilisateur:
            smtp.login(envoi.utilisateur, acces.mot_de_passe)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _stuffed(octets: bytes) -> bytes:
    """The body as it travels: a line that begins with a dot has two, and the last line is ended."""
    corps = octets.replace(b"\r\n.", b"\r\n..")
    corps = b"." + corps if corps.startswith(b".") else corps
    return corps if corps.endswith(b"\r\n") else corps + b"\r\n"


def _is_loopback(serveur: str) -> bool:
    try:
        return ipaddress.ip_address(serveur.strip("[]")).is_loopback
    except ValueError:
        return serveur.lower() == "localhost"


def _text(brut: bytes | str) -> str:
    texte = brut.decode("utf-8", "replace") if isinstance(brut, bytes) else brut
    return " ".join(texte.split())[:300]


def _reason(erreur: Exception) -> str:
    return "délai dépassé" if isinstance(erreur, TimeoutError) else _text(str(erreur)) or type(erreur).__name__
