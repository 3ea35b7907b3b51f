"""Where a page says its feeds are, and where programs usually put them. Nothing is fetched: the caller tries."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from veille.feeds.chargement import loading
from veille.feeds.charset import decode
from veille.feeds.liens import absolute
from veille.model import Reponse

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

PROPOSITIONS_MAX = 10
_TAILLE_MAX = 2_000_000  # characters looked at: links of this kind stand in the head
_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_TYPES_VAGUES = ("application/xml", "text/xml", "application/json")
_SIGNES = ("feed", "rss", "atom", "flux")
_SECONDAIRES = ("comments", "commentaires", "comment", "replies")
_USUELS = (
    "feed/",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "?format=feed&type=rss",
    "spip.php?page=backend",
    "blog-feed.xml",
    "feed.json",
)


def discover(reponse: Reponse) -> tuple[str, ...]:
    """Feed addresses the page declares, absolute, the main ones first (a comments feed is rarely what one wants)."""
    with loading:  # An HTML parser is not needed to read feeds.
        from bs4.filter import SoupStrainer

        from veille.feeds.soupe import parse_html

    texte = decode(reponse.corps, reponse.charset)[:_TAILLE_MAX]
    return find_feeds(parse_html(texte, SoupStrainer(["link", "base", "a"])), reponse.adresse_finale)


def find_feeds(soupe: BeautifulSoup, adresse: str) -> tuple[str, ...]:
    """The same, from a tree."""
    socle = soupe.find("base", href=True)
    base = (absolute(str(socle["href"]), adresse) if socle else "") or adresse
    trouves: list[str] = []
    for lien in soupe.find_all(["link", "a"], href=True, type=True):
        attributs = {nom: " ".join(v) if isinstance(v, list) else str(v) for nom, v in lien.attrs.items()}
        cible = absolute(attributs["href"], base)
        if cible and cible not in trouves and _is_feed(attributs):
            trouves.append(cible)
    trouves.sort(key=lambda cible: any(mot in cible.lower() for mot in _SECONDAIRES))
    return tuple(trouves[:PROPOSITIONS_MAX])


def guess(adresse: str) -> tuple[str, ...]:
    """The few places where sites usually keep a feed: beside the page given, then at the root of its site."""
    parties = urlsplit(adresse)
    if parties.scheme not in ("http", "https") or not parties.netloc:
        return ()
    racine = urlunsplit((parties.scheme, parties.netloc, "/", "", ""))
    page = urlunsplit((parties.scheme, parties.netloc, parties.path, "", "")) if parties.path.strip("/") else ""
    voisins = [page.rstrip("/") + "/feed/", page + "?format=feed&type=rss"] if page else []
    return tuple(dict.fromkeys([*voisins, *(racine + usuel for usuel in _USUELS)]))


def _is_feed(attributs: dict[str, str]) -> bool:
    """A declared alternate in a feed format; a vague type only when its address or title says feed."""
    genre = attributs.get("type", "").partition(";")[0].strip().lower()
    if "alternate" not in attributs.get("rel", "").lower().split():
        return genre in _TYPES[:2]
    indice = f"{attributs['href']} {attributs.get('title', '')}".lower()
    return genre in _TYPES or (genre in _TYPES_VAGUES and any(signe in indice for signe in _SIGNES))
