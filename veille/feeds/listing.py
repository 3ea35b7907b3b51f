"""List pages: with the staff's selectors when there are some, otherwise by looking for what repeats.

Nothing is followed: one page, at most `ENTREES_MAX` entries, whatever links it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from veille.errors import ReadError
from veille.feeds.bloc import TITRES, Page, read_block, says_something
from veille.feeds.corps import Corps
from veille.feeds.dates import is_month_first
from veille.feeds.decouverte import find_feeds
from veille.feeds.donnees import find_data
from veille.feeds.entrees import Brute, build_entry
from veille.feeds.langue import normalise
from veille.feeds.liens import absolute
from veille.feeds.lignes import find_lines
from veille.feeds.reperage import SEUIL, date_count, find_blocks
from veille.feeds.restes import main_links, only_one
from veille.feeds.soupe import page_tree, strip_surroundings
from veille.feeds.texte import plain_line
from veille.model import Entree, Lecture, Selecteurs

ENTREES_MAX = 200
_LIGNES_MIN = 3


def read(corps: Corps, selecteurs: Selecteurs | None, now: datetime) -> Lecture:
    """Entries in the order of the page. Raises `ReadError`: structure (selectors find nothing), sans_entree."""
    donnees = find_data(corps) if selecteurs is None else []
    soupe, base = page_tree(corps)
    propositions = find_feeds(soupe, corps.adresse)
    page = Page(base, corps.adresse, now, _language(soupe), any(map(is_month_first, soupe.stripped_strings)))
    titre = plain_line(soupe.title.get_text(" ")) if soupe.title else ""
    if selecteurs is not None:
        entrees = _build(_selected(soupe, selecteurs, page), now)
        if not entrees:
            raise ReadError("structure")
    else:
        strip_surroundings(soupe)
        entrees = _build(_found(soupe, donnees, page), now)
        if not entrees:
            raise ReadError("sans_entree")
    return Lecture(entrees, titre=titre, langue=page.langue, format="liste", propositions=propositions)


def _found(soupe: BeautifulSoup, donnees: list[Brute], page: Page) -> list[Brute]:
    """Repeating blocks first; lines opened by dates where blocks say less; then data left in scripts; then what is left."""
    blocs, score = find_blocks(soupe, page)
    lus = (
        [(bloc, brute) for bloc in blocs[:ENTREES_MAX] if (brute := read_block(bloc, page)) is not None]
        if score >= SEUIL
        else []
    )
    lignes = find_lines(soupe, page)
    if len(lignes) >= _LIGNES_MIN and _prefer_lines(lignes, lus):
        return lignes
    if len(lus) > 1:
        return [brute for _, brute in lus]
    return donnees or only_one(soupe, page) or main_links(soupe, page)


def _prefer_lines(lignes: list[Brute], lus: list[tuple[Tag, Brute]]) -> bool:
    """Lines are for pages typed by hand: blocks without dates, without names, or holding several dates each."""
    if not lus:
        return True
    if 5 * sum(any(ligne.liens) for ligne in lignes) < 2 * len(lignes):
        return False
    dates = sum(bool(brute.dates) for _, brute in lus)
    nommes = sum(says_something(brute.titre) for _, brute in lus)
    multiples = sum(date_count(bloc) > 1 for bloc, _ in lus if bloc.find(TITRES) is None)
    return 2 * dates < len(lus) or (2 * nommes < len(lus) <= len(lignes)) or 2 * multiples > len(lus)


def _selected(soupe: BeautifulSoup, selecteurs: Selecteurs, page: Page) -> Iterable[Brute]:
    """What the staff's selectors point at; a part they leave out is looked for inside the block."""
    try:
        for bloc in soupe.select(selecteurs.element, limit=ENTREES_MAX):
            brute = _read_selected(bloc, selecteurs, page)
            if brute is not None:
                yield brute
    except (SelectorSyntaxError, NotImplementedError) as erreur:
        raise ReadError("structure", "Un sélecteur de [source.selecteurs] est mal écrit.") from erreur


def _read_selected(bloc: Tag, selecteurs: Selecteurs, page: Page) -> Brute | None:
    devine = read_block(bloc, page) or Brute()
    titre, lien = _pick(bloc, selecteurs.titre), _pick(bloc, selecteurs.lien)
    date, resume = _pick(bloc, selecteurs.date), _pick(bloc, selecteurs.resume)
    adresse = _address(lien, page) if lien is not None else next(iter(devine.liens), "")
    quand = (str(date.get("datetime") or date.get("content") or ""), _words(date)) if date is not None else devine.dates
    brute = Brute(
        _words(titre) if titre is not None else devine.titre,
        True,
        (adresse,),
        page.base,
        dates=tuple(quand),
        langue=page.langue,
        resume=str(resume) if resume is not None else devine.resume,
        mois_dabord=page.mois_dabord,
    )
    return brute if brute.titre or adresse else None


def _pick(bloc: Tag, selecteur: str) -> Tag | None:
    """The element a selector names inside the block, or the block itself when it matches."""
    if not selecteur:
        return None
    return bloc.select_one(selecteur) or (bloc if bloc.css.match(selecteur) else None)


def _address(element: Tag, page: Page) -> str:
    lien = element if element.get("href") else element.find("a", href=True)
    return absolute(str(lien["href"]), page.base) if lien is not None else ""


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def _language(soupe: BeautifulSoup) -> str:
    return normalise(str(soupe.html.get("lang") or soupe.html.get("xml:lang") or "")) if soupe.html else ""


def _build(brutes: Iterable[Brute], now: datetime) -> tuple[Entree, ...]:
    """Clean entries, each once, at most `ENTREES_MAX`."""
    gardees: dict[tuple[str, str, str], Entree] = {}
    for brute in brutes:
        entree = build_entry(brute, now)
        if entree is not None:
            gardees.setdefault((entree.adresse, entree.titre, entree.publie_texte), entree)
        if len(gardees) >= ENTREES_MAX:
            break
    return tuple(gardees.values())
