"""The only room that knows protego: may this address be read, according to its site's robots.txt (RFC 9309)?

The file is read once a day per host:port. A missing one (4xx) allows all; one that cannot be had (5xx, 429, a broken
connection) forbids all until it can. What must not enter: how to fetch, how to store (both are given), the clock.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from veille.errors import FetchError
from veille.francais import NBSP
from veille.model import Reponse

TAILLE_MAX = 512 * 1024  # RFC 9309 asks for 500 KiB at least
VALIDITE = timedelta(hours=24)  # and for a day at most
VALIDITE_PANNE = timedelta(hours=1)  # the site answered, badly
VALIDITE_COUPURE = timedelta(minutes=10)  # nobody answered: perhaps our own network
# The host itself is out of reach or out of bounds: the source's own reading would say the same, so say that.
_CAUSES_DE_L_HOTE = frozenset({"dns", "connexion", "tls", "adresse_interdite", "schema_interdit"})
_AGENT = re.compile(r"\s*user[- ]?agent(?:\s*:|\s)([^#]*)", re.IGNORECASE)


@dataclass(frozen=True)
class RobotsLu:
    """One robots.txt as it was read. `texte` is "" unless `statut` is 200; `hote` is « hote:port »."""

    hote: str
    statut: int
    texte: str
    lu_a: datetime


class Robots:
    """Asks once per host for any number of threads; `load` and `save` are called by these threads, one at a time."""

    def __init__(
        self,
        fetch: Callable[[str], Reponse],
        load: Callable[[str], RobotsLu | None],
        save: Callable[[RobotsLu], None],
        agent: str,
    ) -> None:
        self._fetch, self._load, self._save = fetch, load, save
        self._jeton = agent.partition("/")[0].strip().lower()
        self._verrou = threading.Lock()
        self._hotes: dict[str, _Hote] = {}

    def check(self, adresse: str, now: datetime) -> None:
        """Return if the address may be read; else raise FetchError « robots », « robots_injoignable » or the host's own."""
        regles = self._rules(adresse, now)
        if regles is not None and not regles.can_fetch(adresse, self._jeton):
            raise FetchError("robots", "lecture interdite par le fichier robots.txt")

    def delay(self, adresse: str) -> float | None:
        """The Crawl-delay of the address's site, if `check` read one; the caller decides how much of it to honour."""
        hote = self._hotes.get(_site(adresse)[0])
        return hote.regles.crawl_delay(self._jeton) if hote and hote.regles else None

    def _rules(self, adresse: str, now: datetime) -> Protego | None:
        cle, fichier = _site(adresse)
        with self._verrou:
            hote = self._hotes.setdefault(cle, _Hote())
        with hote.verrou:  # the other threads of this host wait for one reading; those of other hosts do not
            if hote.panne and now < hote.panne_jusqu_a:
                raise _again(hote.panne)
            if hote.lu is None:
                with self._verrou:
                    hote.keep(self._load(cle), self._jeton)
            if hote.lu is None or not _is_fresh(hote.lu, now):
                self._read(cle, fichier, hote, now)
            return hote.verdict()

    def _read(self, cle: str, fichier: str, hote: _Hote, now: datetime) -> None:
        try:
            reponse = self._fetch(fichier)
            statut, corps, hote.attendre_s = reponse.statut, reponse.corps, None
        except FetchError as erreur:
            if erreur.statut is None or erreur.statut < 400:
                hote.panne, hote.panne_jusqu_a = erreur, now + VALIDITE_COUPURE
                raise _again(erreur) from erreur
            statut, corps, hote.attendre_s = erreur.statut, b"", erreur.attendre_s
        lu = RobotsLu(cle, statut, _text(corps) if 200 <= statut < 300 else "", now)
        hote.keep(lu, self._jeton)
        with self._verrou:
            self._save(lu)


@dataclass
class _Hote:
    verrou: threading.Lock = field(default_factory=threading.Lock)
    lu: RobotsLu | None = None
    regles: Protego | None = None
    attendre_s: int | None = None
    panne: FetchError | None = None
    panne_jusqu_a: datetime = datetime.min  # noqa: DTZ901 (read only with `panne`)

    def keep(self, lu: RobotsLu | None, jeton: str) -> None:
        self.lu, self.panne = lu, None
        self.regles = Protego.parse(_relevant(lu.texte, jeton)) if lu and lu.texte else None

    def verdict(self) -> Protego | None:
        if self.lu and _is_failure(self.lu.statut):
            detail = f"robots.txt{NBSP}: réponse{NBSP}{self.lu.statut}"
            raise FetchError("robots_injoignable", detail, statut=self.lu.statut, attendre_s=self.attendre_s)
        return self.regles


def _site(adresse: str) -> tuple[str, str]:
    """« hote:port » and the address of its robots.txt."""
    try:
        parties = urlsplit(adresse.strip())
        hote, port = parties.hostname, parties.port or {"http": 80, "https": 443}[parties.scheme]
    except (ValueError, KeyError) as erreur:
        raise FetchError("schema_interdit", "adresse illisible") from erreur
    if not hote:
        raise FetchError("schema_interdit", "nom d’hôte manquant")
    return f"{hote}:{port}", f"{parties.scheme}://{f'[{hote}]' if ':' in hote else hote}:{port}/robots.txt"


def _is_failure(statut: int) -> bool:
    # 429 is a 4xx, but a site that finds us too frequent has not said « no rule here ».
    return statut == 429 or not (200 <= statut < 300 or 400 <= statut < 500)


def _is_fresh(lu: RobotsLu, now: datetime) -> bool:
    return timedelta(0) <= now - lu.lu_a < (VALIDITE_PANNE if _is_failure(lu.statut) else VALIDITE)


def _again(erreur: FetchError) -> FetchError:
    """The failure to report for a robots.txt that could not be had: a new one for each thread that asks."""
    cause = erreur.cause if erreur.cause in _CAUSES_DE_L_HOTE else "robots_injoignable"
    return FetchError(cause, f"robots.txt{NBSP}: {erreur.detail}")


def _text(corps: bytes) -> str:
    return corps[:TAILLE_MAX].decode("utf-8-sig", "replace").replace("\x00", "")


def _relevant(texte: str, jeton: str) -> str:
    """The same file with the agents that are not us merged into one.

    protego gives every rule to every agent of its group: a file of 17,000 agents and 28,000 rules would ask for half
    a billion. Only « * » and what begins our own name can concern us.
    """
    lignes: list[str] = []
    for ligne in texte.splitlines():
        agent = _AGENT.match(ligne)
        if agent:
            nom = agent.group(1).strip().lower()
            nous = nom == "*" or jeton.startswith(nom.replace("*", "") or "?")
            ligne = f"User-agent: {nom if nous else '?'}"
        if not (agent and lignes and lignes[-1] == ligne):
            lignes.append(ligne)
    return "\n".join(lignes)
