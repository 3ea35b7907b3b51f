"""The reader itself: takes its turn, follows redirections by hand, reads a bounded body."""

from __future__ import annotations

import io
import re
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from types import TracebackType

import httpx

from veille.errors import FetchError
from veille.fetcher.bodies import decode
from veille.fetcher.course import Course, key, parse
from veille.fetcher.headers import announces_body, header, refusal
from veille.fetcher.network import Bassin, Budget, Porte, Resolveur, look_up
from veille.fetcher.turns import Turns
from veille.francais import NBSP
from veille.model import Reponse, Reseau

ESPACEMENT_MAX_S = 60.0  # a longer Crawl-delay would hold a thread for nothing
# httpcore scans its whole pool at each request: many small pools cost half as much CPU as a large one.
BASSINS = 16

_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
_ENTETES = (
    (b"accept", b"application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, */*;q=0.8"),
    (b"accept-language", b"fr-CA, fr;q=0.9, en;q=0.5"),
    (b"accept-encoding", b"gzip, br, deflate"),
)


class Fetcher:
    """Reads addresses for any number of threads. `resolve` gives a name's addresses; `now` is a monotonic clock."""

    def __init__(
        self,
        reseau: Reseau,
        agent: str,
        *,
        resolve: Resolveur = look_up,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if not re.fullmatch(r"[\x20-\x7e]+", agent):
            raise ValueError("agent: printable ASCII only")
        self._reseau = reseau
        self._entetes = ((b"user-agent", agent.encode("ascii")), *_ENTETES)
        self._plafond = reseau.taille_max_mio << 20
        self._tours = Turns(now, sleep)
        self._budget = Budget(now)
        self._annuaire = ThreadPoolExecutor(max(1, reseau.fils), thread_name_prefix="dns")
        porte = Porte(reseau.hotes_permis, self._budget, self._annuaire, resolve)
        contexte = tls or httpx.create_ssl_context()  # certifi's list or SSL_CERT_FILE's; 30 ms of CPU, made once
        self._bassins = tuple(Bassin(contexte, porte) for _ in range(BASSINS))

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection; a name still being looked up is not waited for."""
        for bassin in self._bassins:
            bassin.close()
        self._annuaire.shutdown(wait=False, cancel_futures=True)

    def get(
        self,
        adresse: str,
        *,
        etag: str = "",
        modifie: str = "",
        polite: bool = True,
        espacement_s: float = 0.0,
        allow: Callable[[str], None] | None = None,
    ) -> Reponse:
        """Read one address. `espacement_s` (a Crawl-delay) can only lengthen our own spacing, up to a minute.

        `allow` is asked before every request, redirections included, and raises when robots.txt forbids it.

        `polite=False` (robots.txt) takes no turn. A redirection to another host:port gives our turn back, then takes
        one there: two sites that redirect to each other cannot hold two threads for ever. Waiting one's turn is not
        counted in the deadline; looking a name up is.
        """
        course = Course(parse(adresse), etag, modifie, self._reseau.delai_total_s)
        pause = max(self._reseau.espacement_s, min(espacement_s, ESPACEMENT_MAX_S))
        allow = allow or _anything
        while True:
            allow(str(course.url))  # A robots.txt read here is outside our deadline and holds no turn.
            with self._tours.take(key(course.url), pause) if polite else nullcontext():
                reponse = self._visit(course, allow)
            if reponse is not None:
                return reponse

    def _visit(self, course: Course, allow: Callable[[str], None]) -> Reponse | None:
        """Follow the course as long as it stays on one host:port; None when it goes on elsewhere."""
        cle = key(course.url)
        self._budget.start(course.reste_s, self._reseau.delai_total_s)
        while key(course.url) == cle:
            reponse = self._hop(course)
            if reponse is not None:
                return reponse
            if key(course.url) == cle:
                allow(str(course.url))  # This host's rules are known: nothing is read.
        course.reste_s = self._budget.left()
        return None

    def _hop(self, course: Course) -> Reponse | None:
        """One request; None when the answer was a redirection, now followed in `course`."""
        requete = httpx.Request("GET", course.url, headers=[*self._entetes, *course.validators()])
        bassin = self._bassins[hash(key(course.url)) % BASSINS]  # one host, one pool: its open connection is found
        with self._named_failures(), closing(bassin.handle_request(requete)) as reponse:
            statut, lieu = reponse.status_code, reponse.headers.get("location", "")
            if statut == 304:
                if not announces_body(reponse):  # else closed as it is: those bytes would pass for the next answer
                    any(reponse.iter_raw())  # reads the end of the message, so that the connection serves again
                return course.conclude(reponse, b"")
            if statut in _REDIRECTIONS and lieu:
                course.redirect(statut, lieu, self._reseau.redirections_max)
                return None
            if not 200 <= statut < 300:
                raise refusal(reponse)
            return course.conclude(reponse, self._read_body(reponse))

    def _read_body(self, reponse: httpx.Response) -> bytes:
        """The decoded body, never holding more than the ceiling and one step."""
        if int(header(reponse, "content-length") or 0) > self._plafond:
            raise self._too_big()
        tampon = io.BytesIO()  # its getvalue() gives the buffer itself, not a copy
        for clair in decode(self._limited(reponse.iter_raw()), header(reponse, "content-encoding")):
            if tampon.tell() + len(clair) > self._plafond:
                raise self._too_big()
            tampon.write(clair)
        return tampon.getvalue()

    def _limited(self, morceaux: Iterable[bytes]) -> Iterator[bytes]:
        # Compressed bytes that decode to nothing must not come in for ever either.
        recu = 0
        for morceau in morceaux:
            recu += len(morceau)
            if recu > self._plafond:
                raise self._too_big()
            yield morceau

    def _too_big(self) -> FetchError:
        return FetchError("trop_gros", f"plus de {self._reseau.taille_max_mio}{NBSP}Mio")

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        """Timeouts and resets are named where they happen (`network.Flux`); left are bad HTTP and its sudden end."""
        try:
            yield
        except httpx.TimeoutException as erreur:
            raise self._budget.spent() from erreur
        except httpx.TransportError as erreur:
            if self._budget.fin_du_flux:
                raise FetchError("coupure", "réponse interrompue avant la fin") from erreur
            raise FetchError("reponse_invalide", "réponse HTTP mal formée") from erreur


def _anything(_adresse: str) -> None:
    """The rule of who asks for none."""
