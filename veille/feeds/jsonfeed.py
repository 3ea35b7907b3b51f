"""JSON Feed 1 and 1.1, read leniently: values of the wrong type are as if absent, an unusable item stops nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from veille.errors import ReadError
from veille.feeds.corps import Corps
from veille.feeds.entrees import ENTREES_MAX, Brute, build_entries
from veille.feeds.langue import normalise
from veille.feeds.texte import plain_line
from veille.model import Lecture, Selecteurs


def read(corps: Corps, _selecteurs: Selecteurs | None, now: datetime) -> Lecture:
    """Entries in the order of the file. Raises `ReadError("illisible")` when it is JSON but no feed."""
    try:
        flux = json.loads(corps.texte)
    except (ValueError, RecursionError) as erreur:  # cut short, a huge number, or brackets nested to crash us
        raise ReadError("illisible", "Le fichier JSON est abîmé.") from erreur
    if not isinstance(flux, dict) or not isinstance(flux.get("items"), list):
        raise ReadError("illisible", "Ce fichier JSON n’est pas un flux JSON Feed.")
    elements = flux["items"][:ENTREES_MAX]
    lisibles = [element for element in elements if isinstance(element, dict)]
    return Lecture(
        entrees=build_entries(_raw_entries(lisibles, corps.adresse, flux), now),
        titre=plain_line(_text(flux, "title")),
        langue=normalise(_text(flux, "language")),
        format="json11" if _text(flux, "version").endswith("1.1") else "json10",
        partiel=len(lisibles) < len(flux["items"]),
    )


def _raw_entries(elements: list[dict[str, Any]], base: str, flux: dict[str, Any]) -> Iterator[Brute]:
    auteur_flux, langue = _authors(flux), _text(flux, "language")
    for element in elements:
        guid = _identifier(element)
        yield Brute(
            titre=_text(element, "title"),
            titre_texte_seul=True,
            liens=(_text(element, "url"), *_links(element), guid if guid.startswith(("http://", "https://")) else ""),
            base=base,
            guid=guid,
            auteur=_authors(element) or auteur_flux,
            dates=(_text(element, "date_published"), _text(element, "date_modified")),
            langue=_text(element, "language") or langue,
            resume=_text(element, "summary"),
            texte=_text(element, "content_html") or _text(element, "content_text"),
        )


def _text(noeud: dict[str, Any], cle: str) -> str:
    valeur = noeud.get(cle)
    return valeur if isinstance(valeur, str) else ""


def _identifier(element: dict[str, Any]) -> str:
    """`id` should be a string; some programs leave a number."""
    valeur = element.get("id")
    return str(valeur) if isinstance(valeur, int) and not isinstance(valeur, bool) else _text(element, "id")


def _links(element: dict[str, Any]) -> list[str]:
    joints = element.get("attachments")
    joints = joints if isinstance(joints, list) else []
    return [_text(element, "external_url"), *(_text(joint, "url") for joint in joints[:5] if isinstance(joint, dict))]


def _authors(noeud: dict[str, Any]) -> str:
    """`authors` (1.1) or `author` (1.0): names, never an e-mail address."""
    auteurs = noeud.get("authors")
    auteurs = auteurs if isinstance(auteurs, list) else [noeud.get("author")]
    noms = [_text(auteur, "name") for auteur in auteurs[:5] if isinstance(auteur, dict)]
    return ", ".join(nom for nom in noms if nom and "@" not in nom)
