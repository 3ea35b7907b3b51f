"""One round of sending: a few threads that speak SMTP, and one hub, the only one that writes `abonnes.db`.

A thread holds one connection and one message at a time. When a body is out and only its final dot is left, it asks the
hub, which commits « engagé » to the disk for all who ask at that moment; only then do the dots leave.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue

from veille.errors import RefusError, SettingsError
from veille.mailer import Acces, Facteur, Issue
from veille.store.abonnes import envois, lots
from veille.store.abonnes.carnet import Carnet
from veille.store.abonnes.envois import Pris
from veille.store.connexion import transaction
from veille.store.lecture import Connexion

PANNES_MAX = 3
COUPURES_MAX = 6
SOUPCONS_MAX = 3  # Different people in a row who are told the same: it is said of us.
PAUSE_QUOTA = timedelta(minutes=15)
ECOUTE_S = 0.25


@dataclass(frozen=True)
class Pli:
    """A message on its way: whose row it is, where it goes, how its bytes are made. `temoin`: who else gets a copy."""

    pris: Pris
    adresse: str
    make: Callable[[], bytes]
    temoin: str = ""


@dataclass
class Compte:
    """What a round did. `arret`: what ended it before its time, in French; "" when nothing did."""

    acceptes: int = 0
    differes: int = 0
    refuses: int = 0
    incertains: int = 0
    ecartes: int = 0
    arret: str = ""
    digests: set[int] = field(default_factory=set)

    @property
    def total(self) -> int:
        """Messages that left this round's hands."""
        return self.acceptes + self.differes + self.refuses + self.incertains + self.ecartes


@dataclass(frozen=True)
class _Engage:
    pli: Pli
    temoin: bool
    reponse: SimpleQueue[bool]


@dataclass(frozen=True)
class _Fait:
    pli: Pli
    issue: Issue


@dataclass(frozen=True)
class _Chute:
    erreur: BaseException


class Tournee:
    """One round, on the hub's connection. `compose` turns a row into what is sent, or into why it cannot be."""

    def __init__(
        self,
        c: Connexion,
        acces: Acces,
        carnet: Carnet,
        compose: Callable[[Pris], Pli | str],
        now: Callable[[], datetime],
        stop: threading.Event,
        tell: Callable[[Compte], None] = lambda _: None,
        facteur: Callable[[Acces], Facteur] = Facteur,
    ) -> None:
        self._c, self._acces, self._carnet, self._compose = c, acces, carnet, compose
        self._now, self._stop, self._tell, self._facteur = now, stop, tell, facteur
        self._fils = max(1, acces.envoi.connexions)
        self._intervalle = 60 / acces.envoi.par_minute if acces.envoi.par_minute > 0 else 0.0
        self._prochain = 0.0
        self._plis: SimpleQueue[Pli | None] = SimpleQueue()
        self._dits: SimpleQueue[_Engage | _Fait | _Chute] = SimpleQueue()
        self._reserve: list[Pris] = []
        self._en_vol = 0
        self._suites: dict[str, int] = {}
        self._soupcon, self._soupconnes = "", set[str]()
        self._clos = threading.Event()
        self._chute: BaseException | None = None
        self.compte = Compte()

    def run(self) -> Compte:
        """Send what is due, until nothing is, or until something or someone stops it."""
        with self._threads():
            while self._hand_out() or self._en_vol:
                self._listen()
        if self._chute is not None:
            raise self._chute
        return self.compte

    # ------------------------------------------------------------ the hub

    def _hand_out(self) -> bool:
        """Give threads what they may send now. Returns whether there is more to come."""
        if self._stop.is_set() or self.compte.arret:
            envois.release(self._c, self._reserve)
            self._reserve = []
            return False
        while self._en_vol < self._fils:
            if time.monotonic() < self._prochain:
                return True
            if (pris := self._next()) is None:
                return False
            pli = self._written(pris)
            if pli is None:
                continue
            self._prochain = max(self._prochain + self._intervalle, time.monotonic())
            self._en_vol += 1
            self._plis.put(pli)
        return True

    def _next(self) -> Pris | None:
        if not self._reserve:
            self._reserve = envois.take(self._c, self._now(), self._fils, self._carnet.may_receive)
        return self._reserve.pop(0) if self._reserve else None

    def _written(self, pris: Pris) -> Pli | None:
        """What is sent for a row; None once the row is settled without a server.

        An erased person, an address no server takes: nothing will ever leave. A template someone broke: the sending waits
        until a person mends it and resumes, and the others go on.
        """
        try:
            pli = self._compose(pris)
        except (RefusError, SettingsError) as erreur:
            self._settle(pris, Issue("panne", 0, str(erreur)))
            if pris.digest_id is not None:
                lots.block(self._c, pris.digest_id, str(erreur))
            return None
        if isinstance(pli, str):
            self._settle(pris, Issue("refuse", 0, pli))
            return None
        return pli

    def _settle(self, pris: Pris, issue: Issue) -> None:
        with transaction(self._c):
            envois.record(self._c, pris, issue, self._now())
        self._count(pris, issue)

    def _listen(self) -> None:
        """Take what threads say, all at once: one commit then serves every message that waits for it."""
        dits = self._heard()
        for chute in (d for d in dits if isinstance(d, _Chute)):  # Others finish what they hold; then it is raised.
            self._en_vol -= 1
            self._chute = self._chute or chute.erreur
            self.compte.arret = self.compte.arret or "l’envoi s’est arrêté sur une erreur"
        faits = [d for d in dits if isinstance(d, _Fait)]
        demandes = [d for d in dits if isinstance(d, _Engage)]
        if not dits:
            return
        now = self._now()
        try:
            with transaction(self._c):
                for fait in faits:
                    self._record(fait, now)
                accords = [
                    envois.engage(self._c, d.pli.pris, now, self._carnet.may_receive, temoin=d.temoin) for d in demandes
                ]
        except BaseException:
            _answer(demandes, [False] * len(demandes))
            raise
        _answer(demandes, accords)  # Committed: the dots may leave.
        for fait in faits:
            self._en_vol -= 1
            self._count(fait.pli.pris, fait.issue)
            self._heed(fait.pli.adresse, fait.issue, now)
        if faits:
            self._tell(self.compte)

    def _heard(self) -> list[_Engage | _Fait | _Chute]:
        attente = ECOUTE_S if self._en_vol else max(0.0, min(ECOUTE_S, self._prochain - time.monotonic()))
        dits = []
        with contextlib.suppress(Empty):
            dits.append(self._dits.get(timeout=attente))
            while True:
                dits.append(self._dits.get_nowait())
        return dits

    def _record(self, fait: _Fait, now: datetime) -> None:
        envois.record(self._c, fait.pli.pris, fait.issue, now)
        if fait.issue.inconnue and fait.pli.pris.genre != "essai":
            self._carnet.suppress(self._c, fait.pli.adresse, "refus", now)

    def _count(self, pris: Pris, issue: Issue) -> None:
        compte = self.compte
        if pris.digest_id is not None:
            compte.digests.add(pris.digest_id)
        match issue.genre:
            case "accepte":
                compte.acceptes += 1
            case "refuse":
                compte.refuses += 1
            case "incertain":
                compte.incertains += 1
            case "abandon":
                compte.ecartes += 1
            case _:
                compte.differes += 1

    def _heed(self, adresse: str, issue: Issue, now: datetime) -> None:
        """What one answer means for all the others."""
        if issue.genre in ("panne", "coupe"):
            self._suites[issue.genre] = self._suites.get(issue.genre, 0) + 1
        elif issue.genre != "abandon":
            self._suites.clear()
        genre = self._suspect(adresse, issue)
        if genre == "quota":
            raison = f"Le serveur d’envoi demande de ralentir : {envois.scrub(issue.texte)}"
            lots.suspend_all(self._c, raison, now + PAUSE_QUOTA)
            self.compte.arret = raison
        elif genre == "arret":
            raison = envois.scrub(issue.texte)
            lots.suspend_all(self._c, raison, None)
            self.compte.arret = raison
        elif self._suites.get("panne", 0) >= PANNES_MAX or self._suites.get("coupe", 0) >= COUPURES_MAX:
            self.compte.arret = envois.scrub(issue.texte)

    def _suspect(self, adresse: str, issue: Issue) -> str:
        """What an answer is, now that others were perhaps told the same just before."""
        if issue.soupcon != self._soupcon:
            self._soupcon = issue.soupcon
            self._soupconnes.clear()
        if issue.soupcon:
            self._soupconnes.add(adresse)
        return issue.soupcon if len(self._soupconnes) >= SOUPCONS_MAX else issue.genre

    # ------------------------------------------------------------ the threads

    @contextlib.contextmanager
    def _threads(self) -> Iterator[None]:
        fils = [threading.Thread(target=self._carry, name=f"envoi-{n}", daemon=True) for n in range(self._fils)]
        for fil in fils:
            fil.start()
        try:
            yield
        finally:
            self._clos.set()
            for _ in fils:
                self._plis.put(None)
            self._answer_late()
            for fil in fils:
                fil.join(timeout=self._acces.envoi.delai_s)

    def _answer_late(self) -> None:
        """The hub goes away: nothing more may leave."""
        with contextlib.suppress(Empty):
            while True:
                dit = self._dits.get_nowait()
                if isinstance(dit, _Engage):
                    dit.reponse.put(False)

    def _carry(self) -> None:
        """A thread: one message after the other, on one connection."""
        facteur = self._facteur(self._acces)
        try:
            while (pli := self._plis.get()) is not None:
                issue = facteur.send(pli.adresse, pli.make(), partial(self._ask, pli), temoin=pli.temoin)
                self._dits.put(_Fait(pli, issue))
        except BaseException as erreur:  # noqa: BLE001 - a surprise crashes the round, in the hub's thread.
            self._dits.put(_Chute(erreur))
        finally:
            facteur.close()

    def _ask(self, pli: Pli, temoin: bool) -> bool:
        if self._clos.is_set():
            return False
        reponse: SimpleQueue[bool] = SimpleQueue()
        self._dits.put(_Engage(pli, temoin, reponse))
        while True:
            try:
                return reponse.get(timeout=1)
            except Empty:
                if self._clos.is_set():
                    return False


def _answer(demandes: Sequence[_Engage], accords: Sequence[bool]) -> None:
    for demande, accord in zip(demandes, accords, strict=True):
        demande.reponse.put(accord)
