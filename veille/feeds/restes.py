"""When nothing repeats on a list page: a list of one, or the few links of the main content."""

from __future__ import annotations

from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from veille.feeds.bloc import TITRES, Page, entry_links, read_block
from veille.feeds.entrees import Brute
from veille.feeds.liens import absolute
from veille.feeds.soupe import is_vague, label

_CONTENU = "main, [role=main], #content, #main-content, #main, #contenu, .content"
_NOM_MIN = 12


def only_one(soupe: BeautifulSoup, page: Page) -> list[Brute]:
    """One block whose title is a link, or a page whose heading comes with a date (the next meeting, alone)."""
    for bloc in soupe.select("article, .views-row, .post, .item, .card")[:3]:
        titre = bloc.find(TITRES)
        lie = titre is not None and (titre.find("a", href=True) is not None or titre.find_parent("a") is not None)
        brute = read_block(bloc, page) if lie else None
        if brute is not None:
            return [brute]
    titre = soupe.find("h1")
    contenant = titre.parent if titre is not None else None
    brute = read_block(contenant, page) if contenant is not None else None
    if brute is None or not brute.dates:
        return []
    return [
        Brute(brute.titre, True, (page.adresse,), page.base, dates=brute.dates, langue=page.langue, resume=brute.resume)
    ]


def main_links(soupe: BeautifulSoup, page: Page) -> list[Brute]:
    """Named links of the part that calls itself the content; [] when no part does, for menus would pass for entries."""
    contenu = soupe.select_one(_CONTENU)
    liens = entry_links(contenu, page) if contenu is not None else []
    nommes = [
        lien
        for lien in liens
        if len(label(lien)) >= _NOM_MIN and not is_vague(label(lien)) and not _is_home(lien, page)
    ]
    if len(nommes) < 2:
        return []
    return [
        Brute(label(lien), True, (absolute(str(lien["href"]), page.base),), page.base, langue=page.langue)
        for lien in nommes
    ]


def _is_home(lien: Tag, page: Page) -> bool:
    return not urlsplit(absolute(str(lien["href"]), page.base)).path.strip("/")
