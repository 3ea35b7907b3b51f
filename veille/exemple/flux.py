"""The sample feeds: RSS 2.0, RSS 1.0, Atom and JSON Feed, each written the way real sites write them.

Written by hand rather than by a library: the point is to hold what a strict writer would refuse (a script, an address
that is no address, an undated entry).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from veille.exemple.contenu import Contenu, base, contents
from veille.exemple.modele import SourceFictive
from veille.francais import FUSEAU

CHEMINS = {"rss2": "/flux.xml", "rss1": "/index.rdf", "atom": "/atom.xml", "json": "/flux.json"}
TYPES = {
    "rss2": "application/rss+xml",
    "rss1": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def feed(source: SourceFictive, now: datetime, ports: Mapping[str, int], *, corrige: bool) -> str:
    """The source's feed, as text; XML ones declare the source's encoding."""
    elements = contents(source, now, ports, corrige=corrige)
    racine = base(source, ports)
    if source.format == "json":
        return _json_feed(source, racine, elements)
    composer = {"rss2": _rss2, "rss1": _rss1, "atom": _atom}[source.format]
    return f'<?xml version="1.0" encoding="{source.encodage}"?>\n{composer(source, racine, elements)}'


def _rss2(source: SourceFictive, racine: str, elements: list[Contenu]) -> str:
    entrees = "\n".join(_rss2_item(source, element) for element in elements)
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{escape(source.nom)}</title>\n<link>{racine}/</link>\n"
        f'<atom:link href="{racine}{CHEMINS["rss2"]}" rel="self" type="application/rss+xml"/>\n'
        f"<description>Exemple fictif – {escape(source.nom)}</description>\n<language>{_language(source)}</language>\n"
        f"{entrees}\n</channel>\n</rss>\n"
    )


def _rss2_item(source: SourceFictive, element: Contenu) -> str:
    lignes = [f"<title>{escape(element.titre)}</title>", f"<link>{escape(element.lien)}</link>"]
    lignes.append(f'<guid isPermaLink="false">{source.slug}-{element.id}</guid>')
    if element.publie_a:
        lignes.append(f"<pubDate>{format_datetime(element.publie_a.astimezone(FUSEAU))}</pubDate>")
    if element.auteur:
        lignes.append(f"<dc:creator>{escape(element.auteur)}</dc:creator>")
    lignes.append(f"<description>{_description(source, element)}</description>")
    if source.contenu_complet:
        paragraphes = "".join(f"<p>{escape(p)}</p>" for p in (element.resume, element.texte) if p)
        lignes.append(f"<content:encoded><![CDATA[{paragraphes}]]></content:encoded>")
    return "<item>\n" + "\n".join(lignes) + "\n</item>"


def _description(source: SourceFictive, element: Contenu) -> str:
    """HTML in CDATA from careful houses, escaped plain text from the others: both are met every day."""
    if source.typographie == "simple":
        return escape(element.resume)
    return f"<![CDATA[{element.resume_html or f'<p>{escape(element.resume)}</p>'}]]>"


def _rss1(source: SourceFictive, racine: str, elements: list[Contenu]) -> str:
    adresses = "".join(f'<rdf:li rdf:resource="{e.adresse}"/>' for e in elements)
    entrees = "\n".join(
        f'<item rdf:about="{e.adresse}">\n<title>{escape(e.titre)}</title>\n<link>{escape(e.lien)}</link>\n'
        f"<description>{escape(e.resume)}</description>\n"
        + (f"<dc:date>{e.publie_a.astimezone(FUSEAU).isoformat()}</dc:date>\n" if e.publie_a else "")
        + "</item>"
        for e in elements
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{racine}/">\n<title>{escape(source.nom)}</title>\n<link>{racine}/</link>\n'
        f"<description>Exemple fictif</description>\n<dc:language>{source.langue}</dc:language>\n"
        f"<items><rdf:Seq>{adresses}</rdf:Seq></items>\n</channel>\n{entrees}\n</rdf:RDF>\n"
    )


def _atom(source: SourceFictive, racine: str, elements: list[Contenu]) -> str:
    recents = [e.modifie_a for e in elements if e.modifie_a]
    entrees = "\n".join(_atom_entry(racine, element) for element in elements)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_language(source)}">\n'
        f'<title>{escape(source.nom)}</title>\n<id>{racine}/</id>\n<link href="{racine}/"/>\n'
        f'<link rel="self" href="{racine}{CHEMINS["atom"]}"/>\n<updated>{_utc(max(recents))}</updated>\n'
        f"<author><name>{escape(source.nom)}</name></author>\n{entrees}\n</feed>\n"
    )


def _atom_entry(racine: str, element: Contenu) -> str:
    lignes = [f'<title type="text">{escape(element.titre)}</title>', f'<link href="{escape(element.lien)}"/>']
    lignes.append(f"<id>tag:exemple.invalid,2026:{urlsplit(racine).port}/{element.id}</id>")
    if element.publie_a and element.modifie_a:
        lignes.append(f"<published>{_utc(element.publie_a)}</published><updated>{_utc(element.modifie_a)}</updated>")
    if element.auteur:
        lignes.append(f"<author><name>{escape(element.auteur)}</name></author>")
    lignes.append(f'<summary type="html">{escape(f"<p>{escape(element.resume)}</p>")}</summary>')
    return "<entry>\n" + "\n".join(lignes) + "\n</entry>"


def _json_feed(source: SourceFictive, racine: str, elements: list[Contenu]) -> str:
    entrees = []
    for element in elements:
        entree = {"id": f"{source.slug}-{element.id}", "url": element.lien, "title": element.titre}
        entree["content_text"] = element.resume
        if element.publie_a:
            entree["date_published"] = element.publie_a.astimezone(FUSEAU).isoformat()
        entrees.append(entree)
    flux = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.nom,
        "home_page_url": f"{racine}/",
        "feed_url": f"{racine}{CHEMINS['json']}",
        "language": _language(source),
        "items": entrees,
    }
    return json.dumps(flux, ensure_ascii=False, indent=1)


def _language(source: SourceFictive) -> str:
    return {"fr": "fr-CA", "en": "en-CA"}[source.langue]


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
