"""What each address of a sample site answers, as bytes: pure, so that the server only moves them.

Failures on purpose (500, silence) are the server's; a path unknown here is a 404.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from veille.exemple import flux, pages
from veille.exemple.contenu import base, content
from veille.exemple.modele import SourceFictive

BON_FLUX = "/nouvelles.xml"
_ROBOTS = {
    "libre": "User-agent: *\nDisallow:\n",
    "chemin": "User-agent: *\nDisallow: /interne/\nAllow: /\n",
    "ferme": "# Ce site fictif refuse les lecteurs automatiques.\nUser-agent: *\nDisallow: /\n",
}


@dataclass(frozen=True)
class Rendu:
    """Bytes ready to be served. `encodage` is how `corps` was written; `charset`: whether the header may say so."""

    corps: bytes
    type_mime: str
    encodage: str
    charset: bool = True


def path(source: SourceFictive) -> str:
    """Where the source publishes, as written in its `adresse`."""
    return pages.CHEMIN_LISTE if source.genre == "liste" else flux.CHEMINS[source.format]


def source_address(source: SourceFictive, ports: Mapping[str, int]) -> str:
    """The `adresse` of sources.toml."""
    return base(source, ports) + path(source)


def article_address(source: SourceFictive, identifiant: str, ports: Mapping[str, int]) -> str:
    """The address of one item's article, which is also its canonical address once collected."""
    return f"{base(source, ports)}/articles/{identifiant}"


def render(source: SourceFictive, now: datetime, ports: Mapping[str, int], *, corrige: bool = False) -> Rendu:
    """What the source publishes at its `adresse`: a feed, a list page, or the wrong page of the « page » behaviour."""
    if source.comportement == "page":
        return _html(source, pages.front_page(source, ports, BON_FLUX, flux.TYPES[source.format]))
    if source.genre == "liste":
        return _html(source, pages.list_page(source, now, ports, corrige=corrige))
    return _feed(source, now, ports, corrige=corrige)


def answer(
    source: SourceFictive, chemin: str, now: datetime, ports: Mapping[str, int], *, corrige: bool
) -> Rendu | None:
    """What one path of the source's site gives, or None when nothing is there."""
    if chemin == path(source):
        return render(source, now, ports, corrige=corrige)
    if chemin == BON_FLUX and source.comportement == "page":
        return _feed(source, now, ports, corrige=corrige)
    if chemin == "/robots.txt":
        return Rendu(_ROBOTS[source.robots].encode(), "text/plain", "utf-8")
    if chemin == "/":
        mime = "text/html" if source.genre == "liste" else flux.TYPES[source.format]
        cible = BON_FLUX if source.comportement == "page" else path(source)
        return _html(source, pages.front_page(source, ports, cible, mime))
    return _article(source, chemin, now, ports, corrige=corrige)


def _article(
    source: SourceFictive, chemin: str, now: datetime, ports: Mapping[str, int], *, corrige: bool
) -> Rendu | None:
    identifiant = chemin.removeprefix("/articles/")
    item = next((item for item in source.items if chemin != identifiant and item.id == identifiant), None)
    if item is None:
        return None
    return _html(source, pages.article(source, content(source, item, now, ports, corrige=corrige)))


def _feed(source: SourceFictive, now: datetime, ports: Mapping[str, int], *, corrige: bool) -> Rendu:
    texte = flux.feed(source, now, ports, corrige=corrige)
    return _encoded(source, texte, flux.TYPES[source.format])


def _html(source: SourceFictive, texte: str) -> Rendu:
    return _encoded(source, texte, "text/html")


def _encoded(source: SourceFictive, texte: str, mime: str) -> Rendu:
    corps = texte.encode(source.encodage, errors="xmlcharrefreplace")
    return Rendu(corps, mime, source.encodage, source.charset_annonce)
