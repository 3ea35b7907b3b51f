"""Writing feeds: Atom (RFC 4287) and JSON Feed 1.1, from plain values to bytes. Reading feeds is `feeds/`'s affair.

Whatever the texts hold, what comes out is well formed: characters that XML forbids are left out, the rest is escaped.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LANGUE = "fr-CA"
GENERATEUR = "veille"

# XML 1.0, production 2 (Char): everything else, lone surrogates included, is refused by every parser.
_INTERDITS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class EntreeFlux:
    """One entry. `id` is an IRI that never changes; `adresse` may be relative to the feed's own address, or ""."""

    id: str
    titre: str
    resume: str
    contenu_html: str
    publie_a: datetime
    modifie_a: datetime
    adresse: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class FluxWeb:
    """One feed. `adresse_flux` is its own address and `adresse` its page's: "" where they are not known."""

    id: str
    titre: str
    auteur: str
    modifie_a: datetime
    entrees: tuple[EntreeFlux, ...] = ()
    sous_titre: str = ""
    adresse: str = ""
    adresse_flux: str = ""


def write_atom(flux: FluxWeb) -> bytes:
    """The feed as Atom."""
    lignes = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{LANGUE}">',
        _element("id", flux.id),
        _element("title", flux.titre),
        *([_element("subtitle", flux.sous_titre)] if flux.sous_titre else []),
        _element("updated", _instant(flux.modifie_a)),
        f"<author>{_element('name', flux.auteur)}</author>",
        _element("generator", GENERATEUR),
        *_link("self", flux.adresse_flux, "application/atom+xml"),
        *_link("alternate", flux.adresse, "text/html"),
        *(ligne for entree in flux.entrees for ligne in _entry(entree)),
        "</feed>",
        "",
    ]
    return "\n".join(lignes).encode()


def write_json(flux: FluxWeb) -> bytes:
    """The feed as JSON Feed; its addresses must be absolute, so a relative one is left out."""
    objet: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _clean(flux.titre),
        "description": _clean(flux.sous_titre),
        "home_page_url": _absolute(flux.adresse),
        "feed_url": _absolute(flux.adresse_flux),
        "language": LANGUE,
        "authors": [{"name": _clean(flux.auteur)}],
        "items": [
            _without_empty(
                {
                    "id": _clean(entree.id),
                    "url": _absolute(entree.adresse),
                    "title": _clean(entree.titre),
                    "summary": _clean(entree.resume),
                    "content_html": _clean(entree.contenu_html),
                    "tags": [_clean(nom) for nom in entree.categories],
                    "date_published": _instant(entree.publie_a),
                    "date_modified": _instant(entree.modifie_a),
                },
                sauf="content_html",
            )
            for entree in flux.entrees
        ],
    }
    return (json.dumps(_without_empty(objet, sauf="items"), ensure_ascii=False, indent=1) + "\n").encode()


def _entry(entree: EntreeFlux) -> Iterable[str]:
    yield "<entry>"
    yield _element("id", entree.id)
    yield _element("title", entree.titre)
    yield _element("published", _instant(entree.publie_a))
    yield _element("updated", _instant(entree.modifie_a))
    yield from _link("alternate", entree.adresse, "text/html")
    yield from (f'<category term="{_escape(nom)}"/>' for nom in entree.categories)
    if entree.resume:
        yield _element("summary", entree.resume)
    yield f'<content type="html">{_escape(entree.contenu_html)}</content>'
    yield "</entry>"


def _element(nom: str, texte: str) -> str:
    return f"<{nom}>{_escape(texte)}</{nom}>"


def _link(rel: str, adresse: str, genre: str) -> list[str]:
    return [f'<link rel="{rel}" type="{genre}" href="{_escape(adresse)}"/>'] if adresse else []


def _escape(texte: str) -> str:
    return html.escape(_clean(texte)).replace("\r", "&#13;")


def _clean(texte: str) -> str:
    return _INTERDITS.sub("", texte)


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _absolute(adresse: str) -> str:
    return _clean(adresse) if adresse.startswith(("http://", "https://")) else ""


def _without_empty(objet: dict[str, object], *, sauf: str) -> dict[str, object]:
    return {cle: valeur for cle, valeur in objet.items() if valeur or cle == sauf}
