"""Pages without blocks: a date, then links, then a date… (minutes and agendas typed by hand).

Each date that begins a piece of text opens an entry; what follows belongs to it until the next date. A year announced
by a heading (« Séances 2026 ») completes the dates that have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from veille.feeds.bloc import DATE_ECRITE, Page
from veille.feeds.dates import read_date
from veille.feeds.entrees import Brute
from veille.feeds.liens import absolute
from veille.feeds.soupe import is_entry_link, is_vague, label
from veille.francais import fold, shorten

_NOEUDS_MAX = 20_000
_TEXTE_MAX = 12  # pieces of text kept after a date
_ANNONCE_MAX = 60
_ANNEE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ANNONCE = re.compile(
    r"(?:(?:les )?(?:seances?|reunions?|assemblees?|calendrier|annee|proces-verbaux|ordres du jour|communiques|actualites|nouvelles"
    r"|archives|meetings?|schedule)\b\D{0,30})?(?:19|20)\d\d(?: (?:meetings?|meeting schedule|schedule))?[ :.]*"
)
_TITRES = ("h1", "h2", "h3", "h4", "h5", "h6", "strong", "caption", "b")


@dataclass
class _Ligne:
    """What follows one date."""

    date: str
    annee: str
    titre: str
    textes: list[str] = field(default_factory=list)
    liens: list[tuple[str, str]] = field(default_factory=list)


def find_lines(soupe: BeautifulSoup, page: Page) -> list[Brute]:
    """One entry per date that begins a piece of text and is followed by at least a link or some words."""
    lignes = [ligne for ligne in _lines(soupe, page) if ligne.liens or ligne.textes]
    return [_to_brute(ligne, page) for ligne in lignes]


def _lines(soupe: BeautifulSoup, page: Page) -> Iterator[_Ligne]:
    ligne: _Ligne | None = None
    annee = ""
    for noeud in islice((soupe.body or soupe).descendants, _NOEUDS_MAX):
        if isinstance(noeud, Tag):
            annee = _announced_year(noeud) or annee
            if ligne is not None and noeud.name == "a":
                _add_link(ligne, noeud, page)
            continue
        texte = _visible(noeud)
        if 4 <= len(texte) <= _ANNONCE_MAX and _ANNONCE.fullmatch(fold(texte)):
            annee = _ANNEE.findall(texte)[0]
        elif (nouvelle := _opening(texte, annee, noeud, page)) is not None:
            if ligne is not None:
                yield ligne
            ligne = nouvelle
        elif texte and ligne is not None and len(ligne.textes) < _TEXTE_MAX and _in_link(noeud) is None:
            ligne.textes.append(texte)
    if ligne is not None:
        yield ligne


def _visible(noeud: PageElement) -> str:
    """The words of a piece of text; "" for comments and the like."""
    seen = isinstance(noeud, NavigableString) and not isinstance(noeud, PreformattedString)
    return " ".join(str(noeud).split()) if seen else ""


def _opening(texte: str, annee: str, noeud: PageElement, page: Page) -> _Ligne | None:
    trouve = DATE_ECRITE.match(texte.lstrip("([ "))
    if trouve is None or len(texte) > 400:
        return None
    ligne = _Ligne(trouve[0], annee, texte)
    lien = _in_link(noeud)
    if lien is not None:
        _add_link(ligne, lien, page)
    suite = texte.lstrip("([ ")[trouve.end() :].strip(" -–—:,")
    if suite:
        ligne.textes.append(suite)
    return ligne


def _in_link(noeud: PageElement) -> Tag | None:
    return next((p for rang, p in enumerate(noeud.parents) if rang < 4 and p.name == "a" and p.get("href")), None)


def _add_link(ligne: _Ligne, lien: Tag, page: Page) -> None:
    if lien.get("href") and len(ligne.liens) < 20:
        adresse, nom = absolute(str(lien["href"]), page.base), label(lien)
        if is_entry_link(adresse, nom, page.adresse) and (adresse, nom) not in ligne.liens:
            ligne.liens.append((adresse, nom))


def _announced_year(titre: Tag) -> str:
    texte = titre.get_text(" ", strip=True) if titre.name in _TITRES else ""
    annees = set(_ANNEE.findall(texte))
    return annees.pop() if len(annees) == 1 and len(texte) < _ANNONCE_MAX else ""


def _to_brute(ligne: _Ligne, page: Page) -> Brute:
    """The date and what it brings; the whole line is the title, since « Ordre du jour » alone says nothing."""
    noms = [nom for _, nom in ligne.liens]
    mots = [m for m in ligne.textes if any(map(str.isalnum, m)) and m not in noms]
    parlant = next((n for n in noms if not is_vague(n) and len(n) >= 20), "") if len(noms) < 3 else ""
    suite = [*mots[:2], *noms[:3]]
    date = ligne.date
    if ligne.annee and not _ANNEE.search(date) and read_date(f"{date} {ligne.annee}", page.now).instant:
        date = f"{date} {ligne.annee}"
    titre = parlant or shorten(" – ".join([date, *suite]), 200)
    lien = next((adresse for adresse, nom in ligne.liens if nom == parlant), ligne.liens[0][0] if ligne.liens else "")
    resume = " – ".join(dict.fromkeys([*mots, *noms])).replace("&", "&amp;").replace("<", "&lt;")
    return Brute(
        titre, True, (lien,), page.base, dates=(date,), langue=page.langue, resume=resume, mois_dabord=page.mois_dabord
    )
