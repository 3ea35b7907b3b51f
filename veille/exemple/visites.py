"""The manners of HTTP for one sample site: ETag, 304, gzip, the planted failures, one thread per connection.

What is said comes from whoever holds the site (`Repondeur`); when to start and stop belongs to `serveur.py`.
"""

from __future__ import annotations

import socket
import socketserver
import sys
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol

from veille.exemple.modele import SourceFictive
from veille.exemple.site import Rendu, path

_GZIP_DES = 500  # bytes; below, compressing costs more than it saves
_TEXTE = {"Content-Type": "text/plain; charset=utf-8"}


class Reponse(NamedTuple):
    """A rendered page with its validators, kept so that a 304 costs nothing."""

    rendu: Rendu
    compresse: bytes
    etag: str
    modifie_a: datetime


class Repondeur(Protocol):
    """Who knows what a path gives, and wants to know what was asked."""

    def response(self, source: SourceFictive, chemin: str) -> Reponse | None:
        """The page at a path, or None."""

    def record(self, source: SourceFictive, chemin: str, statut: int) -> None:
        """One answer was given; 0 when none ever will be."""


class Site(ThreadingHTTPServer):
    """One source's port. Open connections are kept so that stopping can hang up on them."""

    daemon_threads = True
    block_on_close = False
    timeout = 0
    request_queue_size = 64

    def __init__(self, source: SourceFictive, repondeur: Repondeur) -> None:
        self.source = source
        self.repondeur = repondeur
        self.ouvertes: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Visite)

    def server_bind(self) -> None:
        """Bind without asking the resolver for our own name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept, and remember the connection."""
        connexion, adresse = super().get_request()
        self.ouvertes.add(connexion)
        return connexion, adresse

    def shutdown_request(self, request: Any) -> None:
        """Close one connection, and forget it."""
        super().shutdown_request(request)
        self.ouvertes.discard(request)

    def hang_up(self) -> None:
        """End every open connection; the threads that wait on them then finish by themselves."""
        for connexion in list(self.ouvertes):
            try:
                connexion.shutdown(socket.SHUT_RDWR)
            except OSError:  # Already gone, which is what we want.
                self.ouvertes.discard(connexion)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor that hangs up is no error of ours; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Visite(BaseHTTPRequestHandler):
    """One connection of one visitor."""

    server: Site
    protocol_version = "HTTP/1.1"
    server_version = "SemaineExemple"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer, fail or stay silent, as the source is written."""
        site, chemin = self.server, self._path()
        if chemin == path(site.source) and site.source.comportement == "muette":
            self._wait_for_ever(chemin)
        elif chemin == path(site.source) and site.source.comportement == "panne":
            self._send(500, "Panne prévue de la semaine d’exemple.".encode(), _TEXTE)
        else:
            self._answer(site.repondeur.response(site.source, chemin))

    def do_HEAD(self) -> None:
        """The same, without the body."""
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal belongs to the demonstration."""

    def _answer(self, reponse: Reponse | None) -> None:
        if reponse is None:
            self._send(404, "Rien à cette adresse.".encode(), _TEXTE)
            return
        rendu = reponse.rendu
        entetes = {
            "ETag": reponse.etag,
            "Last-Modified": format_datetime(reponse.modifie_a.astimezone(UTC), usegmt=True),
            "Vary": "Accept-Encoding",
        }
        if self._unchanged(reponse):
            self._send(304, b"", entetes)
            return
        entetes["Content-Type"] = f"{rendu.type_mime}; charset={rendu.encodage}" if rendu.charset else rendu.type_mime
        corps = rendu.corps
        if len(corps) >= _GZIP_DES and "gzip" in self.headers.get("Accept-Encoding", ""):
            corps = reponse.compresse
            entetes["Content-Encoding"] = "gzip"
        self._send(200, corps, entetes)

    def _unchanged(self, reponse: Reponse) -> bool:
        """RFC 9110: If-None-Match decides alone when it is there; If-Modified-Since otherwise."""
        connus = self.headers.get("If-None-Match")
        if connus is not None:
            return reponse.etag in (etag.strip() for etag in connus.split(","))
        try:
            depuis = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return depuis.tzinfo is not None and reponse.modifie_a <= depuis

    def _send(self, statut: int, corps: bytes, entetes: dict[str, str]) -> None:
        # What is nowhere is counted under one name: nonsense must not fill the memory.
        self.server.repondeur.record(self.server.source, self._path() if statut != 404 else "", statut)
        self.send_response(statut)
        for nom, valeur in entetes.items():
            self.send_header(nom, valeur)
        if statut != 304:
            self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(corps)

    def _path(self) -> str:
        return self.path.partition("?")[0]

    def _wait_for_ever(self, chemin: str) -> None:
        """Hold the connection until the visitor or the server gives up."""
        self.server.repondeur.record(self.server.source, chemin, 0)
        self.close_connection = True
        while self.connection.recv(1024):
            pass
