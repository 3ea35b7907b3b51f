"""A staff site on loopback in a process of its own, and someone signed in to it who counts what each request costs it.

    with Site(dossier) as site: site.get("/revue").cpu
    with Site(dossier, public=True) as site: …         (the public site; nobody signs in)
    python bench/revue_site.py DOSSIER [REGLAGES]      (the process itself; it ends with its standard input)
    python bench/revue_site.py DOSSIER --public

The cost of a request is the CPU of that whole process, all threads, from just before it is sent to just after its
answer is read: clients and neighbours are not in it. `REGLAGES`: Datasette's settings as JSON, instead of ours.
"""

from __future__ import annotations

import contextlib
import ctypes
import html
import http.client
import json
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

QUI = "Camille Exemple"
REPOS_S = 3.0  # The site closes a line that says nothing for five seconds.


@dataclass(frozen=True)
class Reponse:
    """What came back, and the seconds of CPU it cost the server."""

    statut: int
    texte: str
    cpu: float

    def json(self) -> Any:
        """The same, read as JSON."""
        return json.loads(self.texte)

    def field(self, nom: str) -> str:
        """The value of a hidden field of the page."""
        trouve = re.search(rf'name="{re.escape(nom)}" value="([^"]*)"', self.texte)
        if not trouve:
            raise SystemExit(f"La page n’a pas de champ « {nom} » (statut {self.statut}).")
        return html.unescape(trouve[1])


class Site:
    """The site from outside, until the end of the `with`."""

    def __init__(self, dossier: Path, reglages: dict[str, Any] | None = None, *, public: bool = False) -> None:
        commande = [sys.executable, __file__, str(dossier)]
        commande += ["--public"] if public else [] if reglages is None else [json.dumps(reglages)]
        self._processus = subprocess.Popen(commande, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._horloge = _cpu_clock(self._processus.pid)
        assert self._processus.stdout
        lien = self._processus.stdout.readline().strip()
        if not lien:
            raise SystemExit("Le site mesuré s’est arrêté.")
        self._ligne = http.client.HTTPConnection(urlsplit(lien).netloc, timeout=120)
        self._demande_a = time.monotonic()
        self._temoins: dict[str, str] = {}
        self.jeton = ""
        if not public:
            self._enter(lien)

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ligne.close()
        self._processus.communicate()

    def get(self, chemin: str, statut: int = 200) -> Reponse:
        """One page; anything but the status expected stops the bench."""
        return self._ask("GET", chemin, None, statut)

    def post(self, chemin: str, champs: dict[str, str], statut: int = 200) -> Reponse:
        """One form sent by a script, with the token of the last page read."""
        return self._ask("POST", chemin, urlencode({"csrftoken": self.jeton, **champs}), statut)

    def _ask(self, methode: str, chemin: str, corps: str | None, statut: int) -> Reponse:
        entetes = {"cookie": "; ".join(f"{nom}={valeur}" for nom, valeur in self._temoins.items())}
        entetes["accept"] = "application/json" if corps is not None else "text/html"
        if corps is not None:
            entetes["content-type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self._demande_a > REPOS_S:
            self._ligne.close()  # The next request opens another.
        avant = time.clock_gettime(self._horloge)
        self._ligne.request(methode, chemin, corps, entetes)
        reponse = self._ligne.getresponse()
        texte = reponse.read().decode()
        cpu = time.clock_gettime(self._horloge) - avant
        self._demande_a = time.monotonic()
        for nom, valeur in reponse.getheaders():
            if nom.lower() == "set-cookie":
                cle, _, reste = valeur.partition("=")
                self._temoins[cle] = reste.partition(";")[0]
        if reponse.status != statut:
            raise SystemExit(f"{methode} {chemin} : statut {reponse.status} au lieu de {statut}. {texte[:300]}")
        return Reponse(reponse.status, texte, cpu)

    def _enter(self, lien: str) -> None:
        page = self.get(urlsplit(lien).path + "?" + urlsplit(lien).query)
        champs = {"csrftoken": page.field("csrftoken"), "jeton": page.field("jeton")}
        self._ask("POST", "/connexion", urlencode(champs), 303)
        self.jeton = self.get("/compte").field("csrftoken")


def _cpu_clock(pid: int) -> int:
    """The clock that counts the CPU of another process, in nanoseconds."""
    libc, horloge = ctypes.CDLL(None, use_errno=True), ctypes.c_int()
    if not hasattr(libc, "clock_getcpuclockid") or libc.clock_getcpuclockid(pid, ctypes.byref(horloge)):
        raise SystemExit("Ce système ne dit pas le temps processeur d’un autre processus : rien à mesurer ici.")
    return horloge.value


# ---------------------------------------------------------------- the process that serves


def serve(dossier: Path, reglages: dict[str, Any] | None, now: datetime, *, public: bool = False) -> None:
    """Serve until standard input ends; the first line of output is a link that signs in, or the public site's address."""
    from veille.pages import site

    if reglages is not None:
        site.REGLAGES.clear()
        site.REGLAGES.update(reglages)
    suite = "" if public else f"connexion?jeton={_link(dossier, now)}"
    arret = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        arret.set()

    threading.Thread(target=wait, daemon=True).start()
    site.serve(
        dossier,
        public=public,
        port=0,
        announce=lambda adresse: print(f"{adresse}{suite}", flush=True),
        stop=arret,
        clock=lambda: now,
    )


def _link(dossier: Path, now: datetime) -> str:
    from veille.model import DROITS
    from veille.store import liens, personnes
    from veille.store.comptes import open_accounts
    from veille.store.connexion import transaction

    with contextlib.closing(open_accounts(dossier)) as c, transaction(c):
        compte = personnes.find(c, "camille") or personnes.add(c, "camille", QUI, DROITS, "banc", now)
        return liens.create(c, "session", now, compte.id)


if __name__ == "__main__":
    from bench.revue_jeu import NOW

    public = sys.argv[2:] == ["--public"]
    serve(Path(sys.argv[1]), json.loads(sys.argv[2]) if len(sys.argv) > 2 and not public else None, NOW, public=public)
