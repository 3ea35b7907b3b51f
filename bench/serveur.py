"""Generated feeds on loopback, a port per source, by one light process of its own.

    with Feeds(150) as feeds: feeds.ports; feeds.mode("sans")

`validateurs` (the start): an ETag, and 304 to whoever sends it back. `sans`: the same bytes every time, no validator.
robots.txt does not exist. The process ends when its standard input does, hence with whoever started it.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from pathlib import Path
from types import TracebackType

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.depeches import NOMS, dispatch

ENTREES = 30
DEBUT = datetime(2026, 1, 5, 12, tzinfo=UTC)
RUBRIQUES = ("Communauté", "Actualités", "Vie locale", "Services", "Concertation")


@dataclass(frozen=True)
class Nouvelle:
    """One true entry of a feed, as a careful reader would store it."""

    titre: str
    adresse: str
    resume: str
    publie_a: datetime


def entries(source: int) -> list[Nouvelle]:
    """What the feed of this number says; the same every time."""
    hasard = random.Random(1_000 + source)
    nouvelles = []
    for rang in range(ENTREES):
        instant = DEBUT - timedelta(hours=7 * rang, minutes=hasard.randrange(60))
        depeche = dispatch(hasard, instant.date())
        adresse = f"https://site{source}.exemple.invalid/nouvelles/{instant:%Y/%m}/{source}-{rang}"
        nouvelles.append(Nouvelle(depeche.titre, adresse, depeche.resume, instant))
    return nouvelles


def feed(source: int) -> bytes:
    """The same entries as RSS, in the dress most sites give it: markup in CDATA, authors, sections."""
    hasard = random.Random(2_000 + source)
    corps = "\n".join(_item(nouvelle, hasard) for nouvelle in entries(source))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Fil {source} (exemple fictif)</title>
<atom:link href="https://site{source}.exemple.invalid/fil.xml" rel="self" type="application/rss+xml" />
<link>https://site{source}.exemple.invalid/</link>
<description>Nouvelles fictives, pour mesurer.</description>
<language>fr-CA</language>
{corps}
</channel>
</rss>
""".encode()


def _item(nouvelle: Nouvelle, hasard: random.Random) -> str:
    debut, _, suite = nouvelle.resume.partition(" ")
    sections = "".join(f"<category><![CDATA[{nom}]]></category>" for nom in hasard.sample(RUBRIQUES, 2))
    return f"""<item>
<title>{escape(nouvelle.titre)}</title>
<link>{nouvelle.adresse}</link>
<dc:creator><![CDATA[Équipe {hasard.choice(NOMS)}]]></dc:creator>
<pubDate>{format_datetime(nouvelle.publie_a)}</pubDate>
{sections}
<guid isPermaLink="false">{nouvelle.adresse}?p={hasard.randrange(10**6)}</guid>
<description><![CDATA[<p><strong>{debut}</strong> {suite.replace("’", "&#8217;")}</p>]]></description>
</item>"""


# ---------------------------------------------------------------- the process that serves


class Site:
    """One source's server: its feed ready to send, compressed or not."""

    sans_validateur = False  # for all of them

    def __init__(self, source: int) -> None:
        corps = feed(source)
        self._etag = f'"{blake2b(corps, digest_size=8).hexdigest()}"'.encode()
        self._clair, self._compresse = corps, gzip.compress(corps, 6, mtime=0)

    async def serve(self, lecture: asyncio.StreamReader, ecriture: asyncio.StreamWriter) -> None:
        """Answer until the client leaves, or stops making sense."""
        try:
            while True:
                ecriture.write(self._answer(await lecture.readuntil(b"\r\n\r\n")))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            ecriture.close()

    def _answer(self, demande: bytes) -> bytes:
        if not demande.startswith(b"GET /fil.xml "):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        if not self.sans_validateur and self._etag in demande:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + self._etag + b"\r\n\r\n"
        compresse = b"gzip" in demande
        corps = self._compresse if compresse else self._clair
        entetes = [b"HTTP/1.1 200 OK", b"Content-Type: application/rss+xml; charset=utf-8"]
        entetes += [] if self.sans_validateur else [b"ETag: " + self._etag]
        entetes += [b"Content-Encoding: gzip"] if compresse else []
        return b"\r\n".join([*entetes, b"Content-Length: %d" % len(corps), b"", corps])


async def serve(sources: int) -> None:
    """Say the ports, then change mode at each line of standard input, until it ends."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    serveurs = [await asyncio.start_server(Site(n).serve, "127.0.0.1", 0, limit=65_536) for n in range(sources)]
    print(json.dumps([serveur.sockets[0].getsockname()[1] for serveur in serveurs]), flush=True)
    entree = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(entree), sys.stdin)
    while ligne := await entree.readline():
        Site.sans_validateur = ligne.strip() == b"sans"
        print("fait", flush=True)


# ---------------------------------------------------------------- the one who starts it


class Feeds:
    """The server from outside: its ports in the order of the sources, until the end of the `with`."""

    def __init__(self, sources: int) -> None:
        self._processus = subprocess.Popen(
            [sys.executable, __file__, str(sources)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ports: list[int] = json.loads(self._hear())

    def __enter__(self) -> Feeds:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._processus.communicate()

    def mode(self, nom: str) -> None:
        """« validateurs » or « sans », for every request that comes after."""
        assert self._processus.stdin
        self._processus.stdin.write(f"{nom}\n")
        self._processus.stdin.flush()
        self._hear()

    def addresses(self) -> list[str]:
        """Where each feed is."""
        return [f"http://127.0.0.1:{port}/fil.xml" for port in self.ports]

    def _hear(self) -> str:
        assert self._processus.stdout
        ligne = self._processus.stdout.readline()
        if not ligne:
            raise SystemExit("Le serveur des flux d’essai s’est arrêté.")
        return ligne


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
