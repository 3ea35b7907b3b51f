"""The sample week over HTTP: one port of 127.0.0.1 per source, as a small web that behaves and misbehaves on purpose.

One thread waits on every listening socket; each connection is answered by its own short-lived thread (`visites.py`).
What each address says comes from `site.py`; here are the ports, the count of what was asked, and a prompt stop.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import selectors
import socket
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from veille.exemple.calendrier import published_at
from veille.exemple.contenu import base
from veille.exemple.modele import Semaine, SourceFictive
from veille.exemple.site import answer, article_address, source_address
from veille.exemple.visites import Reponse, Site

_ARRET_S = 0.8


class SampleServer:
    """Serves a week as seen from `now`; a context manager. `ports` is filled on entry.

    `demandes` counts what was asked, by (source, path, status); a status of 0 is a question left without an answer.
    """

    def __init__(self, semaine: Semaine, now: datetime) -> None:
        self.semaine = semaine
        self.now = now
        self.ports: dict[str, int] = {}
        self.demandes: Counter[tuple[str, str, int]] = Counter()
        self._corrige = False
        self._verrou = threading.Lock()
        self._reponses: dict[tuple[str, str, bool], Reponse] = {}
        self._sites: list[Site] = []
        self._fil: threading.Thread | None = None
        self._reveil: tuple[socket.socket, socket.socket] | None = None

    def __enter__(self) -> Self:
        for source in self.semaine.sources:
            site = Site(source, self)
            self._sites.append(site)
            self.ports[source.slug] = site.server_address[1]
        self._reveil = socket.socketpair()
        self._fil = threading.Thread(target=self._serve, args=(self._reveil[1],), name="semaine-exemple", daemon=True)
        self._fil.start()
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening, hang up on everyone, silent source included; harmless when already closed."""
        if self._fil is None or self._reveil is None:
            return
        self._reveil[0].send(b"x")
        self._fil.join(_ARRET_S)
        self._fil = None
        for bout in self._reveil:
            bout.close()
        for site in self._sites:
            site.server_close()
            site.hang_up()
        limite = time.monotonic() + _ARRET_S
        while any(site.ouvertes for site in self._sites) and time.monotonic() < limite:
            time.sleep(0.005)
        self._sites.clear()

    def correct(self) -> None:
        """From now on sources show their corrected items, under new validators."""
        self._corrige = True

    def count(self, statut: int | None = None, *, source: str = "") -> int:
        """How many answers were given, optionally with one status or by one source."""
        with self._verrou:
            return sum(
                nombre
                for (slug, _, code), nombre in self.demandes.items()
                if statut in (None, code) and source in ("", slug)
            )

    def article(self, identifiant: str) -> str:
        """Where one item's article is, by which it can be found again once collected."""
        source = next(source for source, item in self.semaine.pairs() if item.id == identifiant)
        return article_address(source, identifiant, self.ports)

    def sources_toml(self) -> str:
        """A sources.toml that follows every source of the week at its present port."""
        tetes = "# Sources fictives de la démonstration, servies par cette machine.\n"
        return tetes + "\n".join(self._source_toml(source) for source in self.semaine.sources)

    def record(self, source: SourceFictive, chemin: str, statut: int) -> None:
        """Count one answer."""
        with self._verrou:
            self.demandes[source.slug, chemin, statut] += 1

    def response(self, source: SourceFictive, chemin: str) -> Reponse | None:
        """The page at a path with its validators, composed once per version; None where there is nothing."""
        corrige = self._corrige
        cle = (source.slug, chemin, corrige)
        if cle not in self._reponses:
            rendu = answer(source, chemin, self.now, self.ports, corrige=corrige)
            if rendu is None:  # Not kept: whoever asks for nonsense must not fill the memory.
                return None
            etag = 'W/"' + hashlib.sha256(rendu.corps).hexdigest()[:20] + '"'
            self._reponses[cle] = Reponse(
                rendu, gzip.compress(rendu.corps, mtime=0), etag, self._modified(source, corrige)
            )
        return self._reponses[cle]

    def _modified(self, source: SourceFictive, corrige: bool) -> datetime:
        """The newest item's instant, or now once corrected; whole seconds, as HTTP dates are."""
        if corrige and any(item.correction for item in source.items):
            return self.now.replace(microsecond=0)
        passes = [published_at(i.id, i.jour, self.now) for i in source.items if i.jour is not None and i.jour <= 0]
        return min(max(passes), self.now - timedelta(seconds=60)).replace(microsecond=0)

    def _serve(self, arret: socket.socket) -> None:
        with selectors.DefaultSelector() as selecteur:
            selecteur.register(arret, selectors.EVENT_READ)
            for site in self._sites:
                selecteur.register(site, selectors.EVENT_READ, site)
            while True:
                for cle, _ in selecteur.select():
                    if cle.data is None:
                        return
                    cle.data.handle_request()

    def _source_toml(self, source: SourceFictive) -> str:
        cles: dict[str, Any] = {
            "slug": source.slug,
            "nom": source.nom,
            "url": base(source, self.ports) + "/",
            "adresse": source_address(source, self.ports),
            "genre": source.genre,
            "etat": "active",
            "categorie": source.categorie,
            "territoire": source.territoire,
            "type": source.type,
            "langue": source.langue,
            "rythme": "quotidien",
            "cote": source.cote,
            "droits": source.droits,
            "priorite": source.priorite,
            "note": "Source fictive de la semaine d’exemple.",
        } | ({"organisation": source.organisation} if source.organisation else {})
        lignes = ["[[source]]", *_lines(cles)]
        if source.selecteurs:
            lignes += ["[source.selecteurs]", *_lines(source.selecteurs)]
        return "\n".join(lignes) + "\n"


def _lines(cles: dict[str, Any]) -> list[str]:
    """`key = value` lines; a JSON string is a valid TOML basic string."""
    return [f"{cle} = {json.dumps(valeur, ensure_ascii=False)}" for cle, valeur in cles.items()]
