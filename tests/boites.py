"""A mailbox on loopback that speaks just enough IMAP, and the reports that mail servers send back."""

from __future__ import annotations

import contextlib
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

UTILISATEUR, SECRET = "veille", "secret fictif"


@dataclass
class Boitier:
    """The messages of a mailbox, by number; what clients asked for is kept in `ordres`."""

    messages: dict[int, bytes] = field(default_factory=dict)
    validite: int = 7
    port: int = 0
    ordres: list[str] = field(default_factory=list)
    coupe: str = ""

    def drop(self, octets: bytes) -> int:
        """One more message; returns its number."""
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = octets
        return uid

    def search(self, critere: str) -> list[int]:
        if borne := re.fullmatch(r"UID (\d+):\*", critere):
            tous = [u for u in self.messages if u >= int(borne[1])]
            return tous or [max(self.messages)] if self.messages else []  # « n:* » always holds the last one.
        nom = re.fullmatch(r'HEADER Message-ID "(.+)"', critere)
        assert nom, critere
        return [u for u, m in self.messages.items() if nom[1].encode() in m.partition(b"\r\n\r\n")[0]]


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self._say(b"* OK pret")
            for ligne in self.rfile:
                etiquette, _, ordre = ligne.decode().strip().partition(" ")
                boitier: Boitier = self.server.boitier  # type: ignore[attr-defined]
                boitier.ordres.append(ordre)
                if boitier.coupe and ordre.startswith(boitier.coupe):
                    return
                if not self._answer(etiquette, ordre, boitier):
                    return

    def _answer(self, etiquette: str, ordre: str, boitier: Boitier) -> bool:
        fin = b"OK fait"
        if ordre.startswith("CAPABILITY"):
            self._say(b"* CAPABILITY IMAP4rev1")
        elif ordre.startswith("LOGIN"):
            fin = b"OK entrez" if ordre.split(" ", 2)[2].strip('"') == SECRET else b"NO mauvais mot de passe"
        elif ordre.startswith("EXAMINE"):
            if "INBOX" in ordre:
                self._say(b"* %d EXISTS" % len(boitier.messages))
                self._say(b"* OK [UIDVALIDITY %d] suite" % boitier.validite)
            else:
                fin = b"NO dossier inconnu"
        elif ordre.startswith("UID SEARCH"):
            trouves = boitier.search(ordre.removeprefix("UID SEARCH "))
            self._say(b"* SEARCH " + b" ".join(b"%d" % u for u in trouves))
        elif ordre.startswith("UID FETCH"):
            self._fetch(ordre, boitier)
        elif ordre.startswith("LOGOUT"):
            self._say(b"* BYE")
            self._say(f"{etiquette} OK fini".encode())
            return False
        else:
            fin = b"BAD ordre inconnu"
        self._say(etiquette.encode() + b" " + fin)
        return True

    def _fetch(self, ordre: str, boitier: Boitier) -> None:
        demande = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", ordre)
        assert demande, ordre
        octets = boitier.messages[int(demande[1])][: int(demande[2])]
        self.wfile.write(
            b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n" % (demande[1].encode(), len(octets)) + octets + b")\r\n"
        )

    def _say(self, ligne: bytes) -> None:
        self.wfile.write(ligne + b"\r\n")


class _Serveur(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[Any, Any]:
        prise, adresse = super().get_request()
        return (self.tls.wrap_socket(prise, server_side=True) if self.tls else prise), adresse

    def handle_error(self, request: Any, client_address: Any) -> None:
        return None  # A client that does not trust our certificate hangs up: that is the test.


@contextlib.contextmanager
def mailbox(boitier: Boitier | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Boitier]:
    """The mailbox, open on a free port of loopback."""
    boitier = boitier or Boitier()
    with _Serveur(("127.0.0.1", 0), _Session) as serveur:
        serveur.boitier, serveur.tls = boitier, tls  # type: ignore[attr-defined]
        boitier.port = serveur.server_address[1]
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        fil.start()
        try:
            yield boitier
        finally:
            serveur.shutdown()
            fil.join()


def sent(message_id: str, adresse: str = "m@exemple.org") -> EmailMessage:
    """A message of ours, as a server would return it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "veille@table.exemple.org", adresse, "Veille fictive"
    message["Message-ID"] = f"<{message_id}@table.exemple.org>"
    message.set_content("Bulletin fictif.")
    return message


def bounce(
    message_id: str,
    statut: str = "5.1.1",
    *,
    action: str = "failed",
    diagnostic: str = "smtp; 550 5.1.1 user unknown",
    entetes: bool = False,
) -> bytes:
    """A delivery report (RFC 3464), with the message or only its headers."""
    original = sent(message_id).as_bytes()
    retour = original.partition(b"\n\n")[0] + b"\n" if entetes else original
    genre = "text/rfc822-headers" if entetes else "message/rfc822"
    return (
        (
            "From: MAILER-DAEMON@relais.exemple.net\nTo: veille@table.exemple.org\nSubject: Undelivered\n"
            "Message-ID: <retour.1@relais.exemple.net>\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
            "Désolé.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relais.exemple.net\n\n"
            f"Final-Recipient: rfc822; m@exemple.org\nAction: {action}\nStatus: {statut}\nDiagnostic-Code: {diagnostic}\n\n"
            f"--b\nContent-Type: {genre}\n\n"
        ).encode()
        + retour
        + b"\n--b--\n"
    )


def complaint(message_id: str, genre: str = "abuse") -> bytes:
    """An abuse report (RFC 5965)."""
    return (
        (
            "From: plaintes@fournisseur.exemple.net\nTo: veille@table.exemple.org\nSubject: FW: Veille fictive\n"
            "MIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
            f"Plainte.\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {genre}\n"
            "User-Agent: Fournisseur/1\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\n"
        ).encode()
        + sent(message_id).as_bytes()
        + b"\n--b--\n"
    )
