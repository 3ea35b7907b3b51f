"""RSS 0.9x to 2.0, RSS 1.0 and Atom, through feedparser — the only module that knows it.

feedparser finds the entries, even in broken XML, and resolves xml:base. Its sanitiser (nh3 does that work, `texte.py`),
its dates (wrong without a sign, `dates.py`) and its guess of the character set (`charset.py`) are not used.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import feedparser

from veille.errors import ReadError
from veille.feeds.corps import Corps
from veille.feeds.entrees import Brute, build_entries
from veille.feeds.garde import is_cut, prepare, simplify
from veille.feeds.langue import normalise
from veille.feeds.texte import plain_line
from veille.model import Lecture, Selecteurs

_GUID_ADRESSE = re.compile(r"<guid\b[^>]{0,200}>\s*(?:<!\[CDATA\[)?\s*(https?://[^<\]\s]{1,2000})", re.I)
# What feedparser lets out on some damaged files (a GeoRSS point of one number: KeyError); found by feeding it mutations.
_PANNES = (LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError)
_DATES = ("published", "created", "updated")
_COURRIEL = re.compile(r"\S+@\S+")
_DOMAINE_COUPE = re.compile(r"\.[a-z]{4}$", re.I)
_RESTE_DOMAINE = re.compile(r"^[a-z]{1,20}(?= ?\(|$)")


def read(corps: Corps, _selecteurs: Selecteurs | None, now: datetime) -> Lecture:
    """Entries in the order of the file. Raises `ReadError("illisible")` when it is no feed."""
    xml = prepare(corps.texte)
    try:
        flux = _parse(xml.texte, corps.adresse)
    except _PANNES:
        xml = xml._replace(texte=simplify(xml.texte), abime=True)
        flux = _parse_simplified(xml.texte, corps.adresse)
    entrees: list[dict[str, Any]] = flux["entries"]
    if not entrees and not flux.get("version"):
        raise ReadError("illisible", "Aucun flux RSS ou Atom reconnu.")
    if entrees and not xml.bien_forme and is_cut(xml.texte) and not _is_usable(entrees[-1]):
        entrees = entrees[:-1]
    langue = _text(flux["feed"], "language") or _language(flux["feed"])
    adresses_sures = _guid_addresses(xml.texte, entrees)
    return Lecture(
        entrees=build_entries(_raw_entries(entrees, corps.adresse, langue, adresses_sures), now),
        titre=plain_line(_text(flux["feed"], "title")),
        langue=normalise(langue),
        format=str(flux.get("version") or "xml"),
        partiel=xml.abime,
    )


def _parse(texte: str, adresse: str) -> dict[str, Any]:
    """feedparser on a stream: given a string it would open files and addresses."""
    flux: dict[str, Any] = feedparser.parse(
        io.BytesIO(texte.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": adresse},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    return flux


def _parse_simplified(texte: str, adresse: str) -> dict[str, Any]:
    """A second and last try, without the extensions feedparser may have stumbled on."""
    try:
        return _parse(texte, adresse)
    except _PANNES as erreur:
        raise ReadError("illisible", "Le fichier est trop abîmé pour être lu.") from erreur


def _raw_entries(
    entrees: list[dict[str, Any]], base: str, langue: str, adresses_sures: frozenset[str] | None
) -> Iterator[Brute]:
    for entree in entrees:
        detail = dict.get(entree, "title_detail") or {}
        guid = _text(entree, "id")
        lien = _text(entree, "feedburner_origlink") or _text(entree, "link")
        if adresses_sures is not None and lien == guid and guid not in adresses_sures:
            lien = ""  # feedparser made an address of an identifier that is not one
        yield Brute(
            titre=_text(entree, "title"),
            titre_texte_seul=detail.get("type") == "text/plain",
            liens=(lien, *_enclosures(entree)),
            base=base,
            guid=guid,
            auteur=_author(entree),
            dates=tuple(_text(entree, cle) for cle in _DATES),
            langue=_text(entree, "language") or _language(entree) or langue,
            resume=_text(entree, "summary"),
            texte=_content(entree),
        )


def _text(noeud: dict[str, Any], cle: str) -> str:
    """The value itself: feedparser's own access invents one from a neighbouring key."""
    valeur = dict.get(noeud, cle)
    return valeur if isinstance(valeur, str) else ""


def _language(noeud: dict[str, Any]) -> str:
    """xml:lang, which feedparser keeps beside the texts."""
    for cle in ("title_detail", "summary_detail"):
        detail = dict.get(noeud, cle)
        if detail and isinstance(detail.get("language"), str):
            return str(detail["language"])
    return ""


def _content(entree: dict[str, Any]) -> str:
    contenus = [c.get("value") for c in dict.get(entree, "content") or ()]
    return max((c for c in contenus if isinstance(c, str)), key=len, default="")


def _enclosures(entree: dict[str, Any]) -> list[str]:
    """Attached documents, then media: what can be followed when an entry has no page of its own."""
    joints = [j.get("href") for j in dict.get(entree, "links") or () if j.get("rel") == "enclosure"]
    medias = [m.get("url") for m in dict.get(entree, "media_content") or ()]
    return [adresse for adresse in (*joints, *medias) if isinstance(adresse, str)]


def _author(entree: dict[str, Any]) -> str:
    """Names, never an e-mail address."""
    noms = [_name(auteur) for auteur in dict.get(entree, "authors") or ()]
    noms = [nom for nom in dict.fromkeys(noms) if nom and not _COURRIEL.search(nom)]
    return ", ".join(noms[:5])


def _name(auteur: dict[str, Any]) -> str:
    """feedparser ends an address after four letters: « info@org.quebec (Nom) » leaves it « ec (Nom »."""
    nom = _text(auteur, "name")
    if _DOMAINE_COUPE.search(_text(auteur, "email")):
        nom = _RESTE_DOMAINE.sub("", nom, count=1)
    return nom.strip(" ()<>,;")


def _is_usable(entree: dict[str, Any]) -> bool:
    """A last entry cut short is kept only if what names it and leads to it are complete."""
    return bool(_text(entree, "title") and (_text(entree, "link") or _text(entree, "id")))


def _guid_addresses(texte: str, entrees: list[dict[str, Any]]) -> frozenset[str] | None:
    """The guids that are addresses as written; None when no entry takes its link from its guid."""
    if not any(dict.get(entree, "guidislink") for entree in entrees):
        return None
    return frozenset(html.unescape(adresse) for adresse in _GUID_ADRESSE.findall(texte))
