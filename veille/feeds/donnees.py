"""List pages drawn by scripts: the data is in the page, as JSON, before any script runs.

Only `script` elements of type JSON are read (JSON-LD, state of a framework); no script is executed.
"""

from __future__ import annotations

import html
import json
import re
from itertools import islice
from typing import Any

from veille.feeds.corps import Corps
from veille.feeds.entrees import Brute

_SCRIPT = re.compile(r"<script\b[^>]{0,500}\btype\s*=\s*[\"']?application/(?:ld\+)?json[^>]{0,200}>", re.I)
_TAILLE_MAX = 3_000_000
_BLOCS_MAX = 10
_NOEUDS_MAX = 100_000
_TITRE = ("title", "titre", "headline", "name", "nom")
_LIEN = ("url", "link", "lien", "href", "permalink", "path", "@id")
_DATE = (
    "datePublished",
    "date_published",
    "publishedAt",
    "published",
    "date",
    "datePublication",
    "createdAt",
    "startDate",
)
_RESUME = ("description", "summary", "resume", "excerpt", "extrait", "abstract")


def find_data(corps: Corps) -> list[Brute]:
    """The longest list of things that have a title and an address; [] when there is none."""
    meilleure: list[Brute] = []
    for bloc in json_blocks(corps.texte):
        for liste in _lists(bloc):
            brutes = [brute for element in liste if (brute := _to_brute(element, corps.adresse)) is not None]
            if len(brutes) >= 2 and len(brutes) > len(meilleure):
                meilleure = brutes
    return meilleure


def json_blocks(texte: str) -> list[Any]:
    """What the page's JSON scripts hold; those that cannot be read are passed over."""
    lus = []
    for ouverture in islice(_SCRIPT.finditer(texte[:_TAILLE_MAX]), _BLOCS_MAX):
        fin = texte.find("</script", ouverture.end(), ouverture.end() + _TAILLE_MAX)
        try:
            lus.append(json.loads(html.unescape(texte[ouverture.end() : fin]) if fin > 0 else ""))
        except (ValueError, RecursionError):  # cut, or not JSON after all: the rest of the page may still do
            continue
    return lus


def _lists(racine: Any) -> list[list[Any]]:
    """Every list of objects, wherever it is, within a bounded walk."""
    listes, a_voir, vus = [], [racine], 0
    while a_voir and vus < _NOEUDS_MAX:
        noeud, vus = a_voir.pop(), vus + 1
        if isinstance(noeud, dict):
            a_voir.extend(noeud.values())
        elif isinstance(noeud, list):
            a_voir.extend(noeud)
            if len(noeud) >= 2:
                listes.append(noeud)
    return listes


def _to_brute(element: Any, base: str) -> Brute | None:
    if isinstance(element, dict) and isinstance(element.get("item"), dict):  # schema.org ItemList
        element = element["item"]
    if not isinstance(element, dict):
        return None
    titre, lien = _first(element, _TITRE), _first(element, _LIEN)
    if len(titre) < 12 or not lien:
        return None
    return Brute(titre, liens=(lien,), base=base, dates=(_first(element, _DATE),), resume=_first(element, _RESUME))


def _first(element: dict[str, Any], cles: tuple[str, ...]) -> str:
    return next((valeur for cle in cles if isinstance(valeur := element.get(cle), str) and valeur.strip()), "")
