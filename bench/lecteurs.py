"""Those who collect the bench's feeds, each run alone in a process of its own: ours, the floor, a naive peer.

    python bench/lecteurs.py nous DOSSIER VIDE | plancher ADRESSES | plancher304 ADRESSES | naif ADRESSES BASE

One JSON object on standard output: the CPU of the reading, start-up apart (imports, and a reading of no source at all,
made first), what was read, and the peak of memory. Who times and compares them is `collecte.py`.
"""

from __future__ import annotations

import gzip
import http.client
import io
import json
import resource
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.commun import spent

VIDE = b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>Vide</title></item></channel></rss>'


def ours(dossier: str, vide: str) -> dict[str, Any]:
    """The ordinary collection of a project folder; `vide` is the same without any source."""
    from pipeline.collect import Bilan, collect
    from pipeline.context import open_context, utc_now
    from veille import feeds
    from veille.model import Reponse

    analyses = 0
    parse = feeds.parse
    parse("flux", Reponse("http://exemple.invalid/", 200, VIDE), selecteurs=None, now=utc_now())  # its lazy imports

    def counted(*arguments: Any, **reglages: Any) -> Any:
        nonlocal analyses
        analyses += 1
        return parse(*arguments, **reglages)

    feeds.parse = counted
    with open_context(Path(vide)) as ctx:
        depart = spent(lambda: collect(ctx))
    bilans: list[Bilan] = []
    with open_context(Path(dossier)) as ctx:
        cpu = spent(lambda: bilans.append(collect(ctx)))
    bilan = bilans[0]
    lu = {nom: getattr(bilan, nom) for nom in ("reussies", "inchangees", "nouveaux", "versions")}
    return {"cpu": cpu - depart, "analyses": analyses, **lu}


def floor(adresses: list[str]) -> dict[str, Any]:
    """Nothing but what cannot be avoided: ask, decompress, let feedparser read as little as it can."""
    import feedparser

    entrees = 0

    def read() -> None:
        nonlocal entrees
        for adresse in adresses:
            _, corps = _ask(adresse)
            flux = feedparser.parse(io.BytesIO(corps), resolve_relative_uris=False, sanitize_html=False)
            entrees += len(flux["entries"])

    return {"cpu": spent(read), "entrees": entrees}


def floor_304(adresses: list[str]) -> dict[str, Any]:
    """Ask each one whether it changed, over a bare connection."""
    etags = [_ask(adresse)[0] for adresse in adresses]
    statuts: list[int] = []

    def ask() -> None:
        for adresse, etag in zip(adresses, etags, strict=True):
            c = _connection(adresse)
            c.request("GET", "/fil.xml", headers={"If-None-Match": etag})
            statuts.append(c.getresponse().status)
            c.close()

    return {"cpu": spent(ask), "inchangees": statuts.count(304)}


def naive(adresses: list[str], base: str) -> dict[str, Any]:
    """What a good evening's script does: httpx, feedparser, executemany, and validators sent back."""
    import feedparser
    import httpx

    db = sqlite3.connect(base)
    db.execute("CREATE TABLE IF NOT EXISTS validateurs (adresse TEXT PRIMARY KEY, etag TEXT)")
    db.execute("CREATE TABLE IF NOT EXISTS entrees (lien TEXT PRIMARY KEY, titre TEXT, resume TEXT, date TEXT)")
    compte = {"inchangees": 0, "entrees": 0}

    def read(client: httpx.Client) -> None:
        for adresse in adresses:
            connu = db.execute("SELECT etag FROM validateurs WHERE adresse = ?", (adresse,)).fetchone()
            reponse = client.get(adresse, headers={"If-None-Match": connu[0]} if connu and connu[0] else {})
            if reponse.status_code == 304:
                compte["inchangees"] += 1
                continue
            entrees = feedparser.parse(reponse.content)["entries"]
            compte["entrees"] += len(entrees)
            with db:
                db.executemany(
                    "INSERT OR IGNORE INTO entrees VALUES (?, ?, ?, ?)",
                    [(e.link, e.title, e.summary, e.published) for e in entrees],
                )
                db.execute(
                    "INSERT OR REPLACE INTO validateurs VALUES (?, ?)", (adresse, reponse.headers.get("etag", ""))
                )

    with httpx.Client(trust_env=False) as client:
        cpu = spent(lambda: read(client))
    db.close()
    return {"cpu": cpu, **compte}


def _ask(adresse: str) -> tuple[str, bytes]:
    c = _connection(adresse)
    c.request("GET", "/fil.xml", headers={"Accept-Encoding": "gzip"})
    reponse = c.getresponse()
    corps = gzip.decompress(reponse.read())
    c.close()
    return reponse.getheader("ETag") or "", corps


def _connection(adresse: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(adresse).netloc, timeout=30)


def _addresses(fichier: str) -> list[str]:
    return Path(fichier).read_text(encoding="utf-8").split()


ROLES: dict[str, Callable[..., dict[str, Any]]] = {
    "nous": ours,
    "plancher": lambda fichier: floor(_addresses(fichier)),
    "plancher304": lambda fichier: floor_304(_addresses(fichier)),
    "naif": lambda fichier, base: naive(_addresses(fichier), base),
}

if __name__ == "__main__":
    lu = ROLES[sys.argv[1]](*sys.argv[2:])
    pic = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({**lu, "pic_mio": pic / (2**20 if sys.platform == "darwin" else 2**10)}))
