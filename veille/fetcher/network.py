"""The network under httpx: every connection goes through one door, every wait is cut at what is left of the time."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore
import httpx

from veille.errors import FetchError
from veille.fetcher.guard import is_ip, is_public, refusal_of_name
from veille.francais import NBSP

Resolveur = Callable[[str, int], list[str]]

ADRESSES_MAX = 4  # addresses of one name tried before giving up
# Apache closes idle connections after 5 s: letting go before it does avoids writing into a closing one.
VEILLEUSES, VEILLEUSE_S = 2, 4.0


class Bassin(httpx.HTTPTransport):
    """A small pool that connects through our door. `_pool` is private: httpx is pinned, and the guard is tested.

    We stop at the transport, below `httpx.Client`: its cookies, credentials, redirections and proxies are all things
    a watch must not do, and they cost a third of the CPU.
    """

    def __init__(self, contexte: ssl.SSLContext, porte: Porte) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=contexte,
            max_connections=None,
            max_keepalive_connections=VEILLEUSES,
            keepalive_expiry=VEILLEUSE_S,
            network_backend=porte,
        )


class Budget(threading.local):
    """What is left of the current request's time, per thread: httpcore reads in the thread that called it."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._fin = self._total_s = 0.0
        self.fin_du_flux = False  # the last read met the end of the stream

    def start(self, reste_s: float, total_s: float) -> None:
        """Begin, or begin again after waiting for another host's turn; `total_s` is only told."""
        self._fin, self._total_s = self._now() + reste_s, total_s
        self.fin_du_flux = False

    def left(self) -> float:
        """Seconds left, always more than 0; FetchError « delai » when there are none."""
        reste = self._fin - self._now()
        if reste <= 0:
            raise self.spent()
        return reste

    def spent(self) -> FetchError:
        """The failure to raise when time is up."""
        secondes = f"{self._total_s:g}".replace(".", ",")
        return FetchError("delai", f"rien de complet après {secondes}{NBSP}s")


class Porte(httpcore.NetworkBackend):
    """Resolves a name once, checks every address it gives, and connects to one of those very addresses.

    One forbidden address among several refuses the name: a public site has no reason to name a private machine.
    """

    def __init__(self, permis: Iterable[str], budget: Budget, annuaire: ThreadPoolExecutor, resolve: Resolveur) -> None:
        self._permis = frozenset(hote.strip("[]").lower() for hote in permis)
        self._budget, self._annuaire, self._resolve = budget, annuaire, resolve
        self._reseau = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (httpcore's signature; the budget decides)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the checked addresses that answers, sharing the time left between them."""
        self._budget.fin_du_flux = False
        adresses = self._checked(host, port)
        echec = FetchError("connexion", "connexion impossible")
        for restantes in range(len(adresses), 0, -1):
            part = self._budget.left() / restantes
            try:
                flux = self._reseau.connect_tcp(adresses[-restantes], port, part, local_address, socket_options)
                return Flux(flux, self._budget)
            except httpcore.ConnectTimeout:
                echec = self._budget.spent()
            except httpcore.ConnectError as erreur:
                echec = FetchError("connexion", _why_not(erreur))
        raise echec

    def _checked(self, hote: str, port: int) -> list[str]:
        permis = hote in self._permis
        refus = "" if permis else refusal_of_name(hote)
        if refus:
            raise FetchError("adresse_interdite", refus)
        adresses = [hote] if is_ip(hote) else self._look_up(hote, port)
        interdite = next((adresse for adresse in adresses if not permis and not is_public(adresse)), None)
        if interdite is not None:
            raise FetchError("adresse_interdite", f"«{NBSP}{hote}{NBSP}» mène à {interdite}, réseau privé ou réservé")
        return adresses[:ADRESSES_MAX]

    def _look_up(self, hote: str, port: int) -> list[str]:
        """Ask the name server in another thread, since nothing else can put a limit to it."""
        try:
            adresses = self._annuaire.submit(self._resolve, hote, port).result(self._budget.left())
        except TimeoutError as erreur:
            raise self._budget.spent() from erreur
        except (OSError, UnicodeError) as erreur:
            raise FetchError("dns", f"«{NBSP}{hote}{NBSP}» est introuvable") from erreur
        if not adresses:
            raise FetchError("dns", f"«{NBSP}{hote}{NBSP}» n’a aucune adresse")
        return list(dict.fromkeys(adresses))


class Flux(httpcore.NetworkStream):
    """A connection whose every wait is cut at what is left of the request's time."""

    def __init__(self, flux: httpcore.NetworkStream, budget: Budget) -> None:
        self._flux, self._budget = flux, budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 (the budget decides)
        """Some bytes, or b"" at the end."""
        try:
            octets = self._flux.read(max_bytes, self._budget.left())
        except httpcore.ReadTimeout as erreur:
            raise self._budget.spent() from erreur
        except httpcore.ReadError as erreur:
            raise _broken(erreur) from erreur
        self._budget.fin_du_flux = not octets
        return octets

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 (the budget decides)
        """Send all; a WriteError is httpcore's to ignore, since the server may have answered before reading all."""
        self._flux.write(buffer, self._budget.left())

    def close(self) -> None:
        """Let go."""
        self._flux.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 (the budget decides)
    ) -> httpcore.NetworkStream:
        """Encrypt; the certificate is checked against the name of the address, not against where we connected."""
        try:
            return Flux(self._flux.start_tls(ssl_context, server_hostname, self._budget.left()), self._budget)
        except httpcore.ConnectTimeout as erreur:
            raise self._budget.spent() from erreur
        except httpcore.ConnectError as erreur:
            raise _broken(erreur) from erreur

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a connection: is it readable, is it encrypted."""
        return self._flux.get_extra_info(info)


def look_up(hote: str, port: int) -> list[str]:
    """The system's resolver: addresses of a name, in the order they should be tried."""
    return [str(fiche[4][0]) for fiche in socket.getaddrinfo(hote, port, type=socket.SOCK_STREAM)]


_MOTIFS_CONNEXION = {
    errno.ECONNREFUSED: "connexion refusée",
    errno.ENETUNREACH: "réseau injoignable",
    errno.EHOSTUNREACH: "machine injoignable",
}
_MOTIFS_CERTIFICAT = {  # OpenSSL's X509_V_ERR_*
    9: "certificat pas encore valide",
    10: "certificat expiré",
    18: "certificat autosigné",
    19: "certificat autosigné",
    20: "autorité de certification inconnue",
    21: "autorité de certification inconnue",
    62: "certificat fait pour un autre nom",
    64: "certificat fait pour un autre nom",
}


def _why_not(erreur: httpcore.ConnectError) -> str:
    origine = erreur.args[0] if erreur.args else None
    return _MOTIFS_CONNEXION.get(getattr(origine, "errno", None) or 0, "connexion impossible")


def _broken(erreur: Exception) -> FetchError:
    """Name a connection that broke: its certificate, its encryption, or the line itself."""
    origine = erreur.args[0] if erreur.args else None
    if isinstance(origine, ssl.SSLCertVerificationError):
        return FetchError("tls", _MOTIFS_CERTIFICAT.get(origine.verify_code, "certificat refusé"))
    if isinstance(origine, ssl.SSLError) and not isinstance(origine, ssl.SSLEOFError):
        return FetchError("tls", "la connexion chiffrée n’a pas pu s’établir")
    return FetchError("coupure", "connexion coupée par le site")
