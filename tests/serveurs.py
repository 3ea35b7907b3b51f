"""A loopback web server that misbehaves on command: it drips, hangs, resets, lies, loops and swells.

A route is a scenario: what to send, how long to wait, how to end. Each connection has its thread, and each request is
kept with its headers, so that a test can say what was asked, how often, and by how many at once.

    with Serveur({"/flux": reponse(b"<rss/>"), "/lent": goutte(b"HTTP/1.1 200 OK", 0.1)}) as serveur:
        lire(serveur.adresse("/flux"))
        assert serveur.demandes[0].entetes["host"] == serveur.hote

A route may be bytes, a list of steps (bytes to send, seconds to wait, `Fin`), or a function from `Demande` to either.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from pathlib import Path
from types import TracebackType


class Fin(Enum):
    """How a scenario may end a connection; without it the connection waits for the next request."""

    FERMER = "fermer"
    COUPER = "couper"  # a TCP reset, the rest unsent


@dataclass(frozen=True)
class Demande:
    """One request received. `numero` counts from 1 for its path; `connexion` from 1 for the server."""

    methode: str
    chemin: str
    entetes: dict[str, str]
    numero: int
    connexion: int


Etape = bytes | float | Fin
Scenario = bytes | Iterable[Etape]
Route = Scenario | Callable[[Demande], Scenario]

INTROUVABLE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Serveur:
    """Serves `routes` (by path, "*" for the others) on 127.0.0.1, on a port of its own, until the end of the `with`."""

    def __init__(self, routes: Mapping[str, Route], *, tls: ssl.SSLContext | None = None) -> None:
        self.routes = dict(routes)
        self.demandes: list[Demande] = []
        self.connexions = 0
        self.simultanees_max = 0  # requests being answered at the same time
        self._tls = tls
        self._simultanees = 0
        self._verrou = threading.Lock()
        self._arret = threading.Event()
        self._fils: list[threading.Thread] = []
        self._prises: set[socket.socket] = set()
        self._ecoute = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._ecoute.getsockname()[1]
        self.hote = f"127.0.0.1:{self.port}"

    def __enter__(self) -> Serveur:
        self._start(self._accept)
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._arret.set()
        with contextlib.suppress(OSError):  # wakes accept()
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        for prise in tuple(self._prises):  # and recv()
            with contextlib.suppress(OSError):
                prise.shutdown(socket.SHUT_RDWR)
        for fil in self._fils:
            fil.join(5)
        self._ecoute.close()

    def adresse(self, chemin: str = "/", hote: str = "127.0.0.1") -> str:
        """The address of a path, under any name that leads here."""
        return f"{'https' if self._tls else 'http'}://{hote}:{self.port}{chemin}"

    def chemins(self) -> list[str]:
        """Paths asked for, in order."""
        return [demande.chemin for demande in self.demandes]

    def _start(self, tache: Callable[..., None], *arguments: object) -> None:
        fil = threading.Thread(target=tache, args=arguments, daemon=True)
        self._fils.append(fil)
        fil.start()

    def _accept(self) -> None:
        while True:
            prise, _ = self._ecoute.accept()
            if self._arret.is_set():
                prise.close()
                return
            self.connexions += 1
            self._start(self._serve, prise, self.connexions)

    def _serve(self, prise: socket.socket, connexion: int) -> None:
        # A client that leaves in the middle is what most of these tests are about.
        with contextlib.suppress(OSError), contextlib.ExitStack() as pile:
            prise = pile.enter_context(self._encrypted(prise))
            self._prises.add(prise)
            pile.callback(self._prises.discard, prise)
            prise.settimeout(0.2)
            for methode, chemin, entetes in self._requests(prise):
                with self._answering():
                    demande = self._note(methode, chemin, entetes, connexion)
                    if not self._play(prise, self._scenario(demande)):
                        return

    def _encrypted(self, prise: socket.socket) -> socket.socket:
        if self._tls is None:
            return prise
        prise.settimeout(5)
        try:
            return self._tls.wrap_socket(prise, server_side=True)
        except OSError:
            prise.close()
            raise

    def _requests(self, prise: socket.socket) -> Iterator[tuple[str, str, dict[str, str]]]:
        recu = b""
        while not self._arret.is_set():
            try:
                morceau = prise.recv(65536)
            except TimeoutError:
                continue
            if not morceau:
                return
            recu += morceau
            while b"\r\n\r\n" in recu:
                tete, recu = recu.split(b"\r\n\r\n", 1)
                ligne, *lignes = tete.decode("latin-1").split("\r\n")
                methode, chemin, _ = ligne.split(" ", 2)
                paires = (texte.partition(":") for texte in lignes)
                yield methode, chemin, {nom.strip().lower(): valeur.strip(" \t") for nom, _, valeur in paires}

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        with self._verrou:
            self._simultanees += 1
            self.simultanees_max = max(self.simultanees_max, self._simultanees)
        try:
            yield
        finally:
            with self._verrou:
                self._simultanees -= 1

    def _note(self, methode: str, chemin: str, entetes: dict[str, str], connexion: int) -> Demande:
        with self._verrou:
            numero = 1 + sum(demande.chemin == chemin for demande in self.demandes)
            demande = Demande(methode, chemin, entetes, numero, connexion)
            self.demandes.append(demande)
        return demande

    def _scenario(self, demande: Demande) -> Iterable[Etape]:
        route = self.routes.get(demande.chemin, self.routes.get("*", INTROUVABLE))
        scenario = route(demande) if callable(route) else route
        return [scenario] if isinstance(scenario, bytes) else scenario

    def _play(self, prise: socket.socket, scenario: Iterable[Etape]) -> bool:
        """Send, wait, end; True when the connection may serve again."""
        for etape in scenario:
            if isinstance(etape, bytes):
                self._send(prise, etape)
            elif isinstance(etape, Fin):
                if etape is Fin.COUPER:
                    prise.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            elif self._arret.wait(etape):
                return False
        return True

    def _send(self, prise: socket.socket, octets: bytes) -> None:
        reste = memoryview(octets)
        while reste and not self._arret.is_set():
            with contextlib.suppress(TimeoutError):
                reste = reste[prise.send(reste[: 1 << 16]) :]


# ---------------------------------------------------------------- answers


def reponse(
    corps: bytes = b"", statut: int = 200, entetes: Mapping[str, str] | None = None, *, longueur: int | None = -1
) -> bytes:
    """A whole answer. `longueur` is the Content-Length told: the true one by default, none at all with None."""
    with contextlib.suppress(ValueError):
        return _answer(f"{statut} {HTTPStatus(statut).phrase}", corps, entetes, longueur)
    return _answer(f"{statut} Inconnu", corps, entetes, longueur)


def _answer(ligne: str, corps: bytes, entetes: Mapping[str, str] | None, longueur: int | None) -> bytes:
    tete = dict(entetes or {})
    if longueur is not None:
        tete.setdefault("Content-Length", str(len(corps) if longueur < 0 else longueur))
    lignes = "".join(f"{nom}: {valeur}\r\n" for nom, valeur in tete.items())
    return f"HTTP/1.1 {ligne}\r\n{lignes}\r\n".encode("latin-1") + corps


def redirection(vers: str, statut: int = 302) -> bytes:
    """An answer that sends elsewhere."""
    return reponse(b"", statut, {"Location": vers})


def compressee(corps: bytes, codage: str = "gzip") -> bytes:
    """An answer whose body is already encoded, as its header says."""
    return reponse(corps, 200, {"Content-Encoding": codage})


def par_morceaux(*morceaux: bytes, fin: bool = True) -> bytes:
    """A chunked answer; with `fin=False` its last chunk never comes."""
    corps = b"".join(b"%x\r\n%s\r\n" % (len(morceau), morceau) for morceau in morceaux)
    return reponse(corps + (b"0\r\n\r\n" if fin else b""), 200, {"Transfer-Encoding": "chunked"}, longueur=None)


def goutte(octets: bytes, pause: float = 0.05) -> list[Etape]:
    """One byte at a time."""
    return [etape for i in range(len(octets)) for etape in (octets[i : i + 1], pause)]


def sans_fin(debut: bytes, suite: bytes, pause: float = 0.0) -> Callable[[Demande], Iterator[Etape]]:
    """`debut`, then `suite` again and again until the client goes."""

    def scenario(demande: Demande) -> Iterator[Etape]:
        yield debut
        while True:
            yield suite
            if pause:
                yield pause

    return scenario


def bombe_gzip(mio: int) -> bytes:
    """About `mio` KiB of gzip that decode to `mio` MiB of zeros."""
    machine = zlib.compressobj(9, zlib.DEFLATED, 31)
    bloc = bytes(1 << 20)
    return b"".join(machine.compress(bloc) for _ in range(mio)) + machine.flush()


def selon_validateur(etag: str, corps: bytes) -> Callable[[Demande], bytes]:
    """A well-behaved resource: 304 to whoever sends its ETag back, else the body, gzipped for whoever takes it."""

    def scenario(demande: Demande) -> bytes:
        if demande.entetes.get("if-none-match") == etag:
            return reponse(b"", 304, {"ETag": etag}, longueur=None)
        if "gzip" in demande.entetes.get("accept-encoding", ""):
            return reponse(gzip.compress(corps, mtime=0), 200, {"ETag": etag, "Content-Encoding": "gzip"})
        return reponse(corps, 200, {"ETag": etag})

    return scenario


# ---------------------------------------------------------------- certificates

# A throwaway key that protects nothing, and two certificates it signed for localhost and 127.0.0.1: one good until
# 2120, one expired in 2020. Kept as data so that no test of https is ever skipped for want of a tool to make them.
_CLE = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxOuN9tPcIjf5fzkkIt2TZK/XyRqNXt+JoJbPyAkU/T2hRANCAASi"
    "pawIzYM5wMu7RoJNE4ayb4uIpcqoyEZbG4qdAQr4pdpZUs/787g+0iXh2eREFCyqr0khPJol9SCje9HLPHs8"
)
_VALIDE = (
    "MIIBjjCCATSgAwIBAgIMdhaxQw0QiyPWi3M8MAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD0Vzc2FpIGRlIHZlaWxsZTAgFw0yMDAx"
    "MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGjEYMBYGA1UEAwwPRXNzYWkgZGUgdmVpbGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0D"
    "AQcDQgAEoqWsCM2DOcDLu0aCTROGsm+LiKXKqMhGWxuKnQEK+KXaWVLP+/O4PtIl4dnkRBQsqq9JITyaJfUgo3vRyzx7PKNeMFww"
    "HQYDVR0OBBYEFGMBU8XlL6xGBp5Ko8+jM5n+pJFsMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8EBTADAQH/"
    "MA4GA1UdDwEB/wQEAwIChDAKBggqhkjOPQQDAgNIADBFAiBRMMJgZ9vfF5tTlHun3n71UhwWKQrFGe4kJqfR0/xWfwIhAO9Jpx12"
    "bPdd7GnGXSZ8i9B/1mwE2VQZ5A7RumZ5Gnhu"
)
_EXPIRE = (
    "MIIBmzCCAUKgAwIBAgIMOMB6LggtLNtPtYqfMAoGCCqGSM49BAMCMCIxIDAeBgNVBAMMF0Vzc2FpIGRlIHZlaWxsZSwgZXhwaXJl"
    "MB4XDTIwMDEwMTAwMDAwMFoXDTIwMDIwMTAwMDAwMFowIjEgMB4GA1UEAwwXRXNzYWkgZGUgdmVpbGxlLCBleHBpcmUwWTATBgcq"
    "hkjOPQIBBggqhkjOPQMBBwNCAASipawIzYM5wMu7RoJNE4ayb4uIpcqoyEZbG4qdAQr4pdpZUs/787g+0iXh2eREFCyqr0khPJol"
    "9SCje9HLPHs8o14wXDAdBgNVHQ4EFgQUYwFTxeUvrEYGnkqjz6Mzmf6kkWwwGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8G"
    "A1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgKEMAoGCCqGSM49BAMCA0cAMEQCIGD045UkCifByyTVG6mqEoATZN+WD9kTnsZ1"
    "XOQJ/Bj+AiAC747Vo5cM6gVqMoOsyyBvHweApkzBBa3iSzWEV3sEWg=="
)


def tls_serveur(dossier: Path, *, expire: bool = False) -> ssl.SSLContext:
    """What a test server needs to speak https; `dossier` holds its files, since ssl reads keys from files only."""
    chemin = dossier / f"essai-{'expire' if expire else 'valide'}.pem"
    cle = f"-----BEGIN PRIVATE KEY-----\n{_CLE}\n-----END PRIVATE KEY-----\n"
    chemin.write_text(cle + _certificate(expire=expire), encoding="ascii")
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(chemin)
    return contexte


def tls_client(*, confiance: bool, expire: bool = False) -> ssl.SSLContext:
    """What a client needs; it trusts the test certificate only if told to."""
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if confiance:
        contexte.load_verify_locations(cadata=_certificate(expire=expire))
    return contexte


def _certificate(*, expire: bool) -> str:
    return ssl.DER_cert_to_PEM_cert(base64.b64decode(_EXPIRE if expire else _VALIDE))
