"""A watched page as one entry: its title, its main text (trafilatura), its own address. A changed text is a new version.

trafilatura's dates are not used: it invents a day for « septembre 2026 ». Only what the page declares is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import trafilatura
from bs4 import BeautifulSoup, Tag

from veille.errors import ReadError
from veille.feeds.corps import Corps
from veille.feeds.decouverte import find_feeds
from veille.feeds.donnees import json_blocks
from veille.feeds.entrees import Brute, build_entries
from veille.feeds.langue import normalise
from veille.feeds.soupe import page_tree, strip_surroundings
from veille.feeds.texte import plain_line
from veille.model import Lecture, Selecteurs

_EXTRAIT_MAX = 1_500_000  # characters given to trafilatura; a larger page is read without it
_BALISES_MAX = 60_000
# Two sentences. A page under construction, refused or drawn by a script says less; the shortest real one says 46 words.
MOTS_MIN = 25
_METAS_DATE = (
    "article:published_time",
    "datePublished",
    "date",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.issued",
)
_METAS_AUTEUR = ("author", "article:author", "dc.creator", "dcterms.creator")


def read(corps: Corps, _selecteurs: Selecteurs | None, now: datetime) -> Lecture:
    """One entry. Raises `ReadError("sans_entree")` when the page says nothing once its menus are gone.

    What says a few words only (`MOTS_MIN`) is kept, « partiel »: news for a page we know, no proof for one we do not.
    """
    soupe, _ = page_tree(corps)
    propositions = find_feeds(soupe, corps.adresse)
    metas = dict(_metas(soupe))
    titre = _title(soupe, metas)
    langue = normalise(str(soupe.html.get("lang") or "")) if soupe.html else ""
    texte = _main_text(corps.texte) or _all_text(soupe)
    brute = Brute(
        titre=titre,
        titre_texte_seul=True,
        liens=(corps.adresse,),
        base=corps.adresse,
        auteur=next((metas[nom] for nom in _METAS_AUTEUR if not metas.get(nom, "http").startswith("http")), ""),
        dates=tuple(_dates(corps.texte, metas)),
        langue=langue,
        resume=_escape(metas.get("description") or metas.get("og:description") or ""),
        texte=_escape(texte),
    )
    entrees = build_entries([brute], now) if texte or titre else ()
    if not entrees:
        raise ReadError("sans_entree")
    return Lecture(
        entrees,
        titre=plain_line(titre),
        langue=langue,
        format="page",
        partiel=len(re.findall(r"\w+", texte)) < MOTS_MIN,
        propositions=propositions,
    )


def _main_text(texte: str) -> str:
    """What trafilatura finds; "" for pages so large or so nested that it would take seconds."""
    if len(texte) > _EXTRAIT_MAX or texte.count("<") > _BALISES_MAX:
        return ""
    trouve = trafilatura.extract(texte, include_comments=False, include_tables=True, fast=True, deduplicate=False)
    return trouve or ""


def _all_text(soupe: BeautifulSoup) -> str:
    """Everything left once menus and footers are gone."""
    strip_surroundings(soupe)
    return "\n".join(" ".join(texte.split()) for texte in soupe.stripped_strings)


def _title(soupe: BeautifulSoup, metas: dict[str, str]) -> str:
    """The heading when the declared title holds it (« Titre | Site »), else the declared title."""
    titre = soupe.find("h1")
    vu = " ".join(titre.get_text(" ").split()) if titre else ""
    declare = metas.get("og:title") or metas.get("title", "")
    return vu if vu and (vu in declare or not declare) else declare


def _metas(soupe: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """What the head declares, by name; the first of each name counts."""
    for meta in reversed(soupe.find_all("meta", content=True, limit=300)):
        nom = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if nom:
            yield str(nom).strip(), str(meta["content"]).strip()
    if isinstance(soupe.title, Tag):
        yield "title", soupe.title.get_text(" ", strip=True)


def _dates(texte: str, metas: dict[str, str]) -> Iterator[str]:
    for nom in _METAS_DATE:
        yield metas.get(nom, "") or metas.get(nom.upper(), "")
    yield from map(_published, json_blocks(texte))


def _published(donnee: Any) -> str:
    """schema.org's datePublished, at the top or in @graph."""
    noeuds = donnee.get("@graph", [donnee]) if isinstance(donnee, dict) else donnee
    for noeud in noeuds if isinstance(noeuds, list) else []:
        if isinstance(noeud, dict) and isinstance(noeud.get("datePublished"), str):
            return str(noeud["datePublished"])
    return ""


def _escape(texte: str) -> str:
    """Plain text, as the entry builder expects markup."""
    return texte.replace("&", "&amp;").replace("<", "&lt;")
