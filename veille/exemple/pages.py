"""The sample web pages: four kinds of list pages, articles, front pages; each says that it is a fictional example.

The markup copies the habits of the content managers met in the region, not any one site.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape

from veille.exemple.calendrier import format_as
from veille.exemple.contenu import Contenu, base, contents
from veille.exemple.modele import SourceFictive
from veille.francais import FUSEAU, local_day

CHEMIN_LISTE = "/actualites"
_AVERTISSEMENT = "Exemple fictif : cette page, ses nouvelles et ses organismes sont inventés pour la démonstration."


def list_page(source: SourceFictive, now: datetime, ports: Mapping[str, int], *, corrige: bool) -> str:
    """The source's news page, in its own markup."""
    elements = contents(source, now, ports, corrige=corrige)
    composer = {
        "liste-drupal": _drupal,
        "liste-wordpress": _wordpress,
        "liste-ul": _ul,
        "liste-tableau": _table,
    }[source.format]
    return _page(source, f"Actualités et avis | {source.nom}", f"<h1>Actualités et avis</h1>\n{composer(elements)}")


def article(source: SourceFictive, element: Contenu) -> str:
    """One article on its own page."""
    entete = ""
    if element.publie_a:
        local = element.publie_a.astimezone(FUSEAU)
        entete = f'<p class="meta"><time datetime="{local.isoformat()}">{_jour("jour", element)}</time></p>\n'
    if element.auteur:
        entete += f'<p class="byline">Par {escape(element.auteur)}</p>\n'
    corps = "\n".join(f"<p>{escape(p)}</p>" for p in (element.resume, element.texte) if p)
    interieur = f"<article>\n<h1>{escape(element.titre)}</h1>\n{entete}{corps}\n</article>"
    return _page(source, f"{element.titre} | {source.nom}", interieur)


def front_page(source: SourceFictive, ports: Mapping[str, int], chemin: str, mime: str) -> str:
    """The site's root, or the page found where a feed was expected; it declares where the feed or the list is."""
    adresse = f"{base(source, ports)}{chemin}"
    lien = (
        "" if source.genre == "liste" else f'<link rel="alternate" type="{mime}" title="Nouvelles" href="{chemin}">\n'
    )
    interieur = (
        f'<h1>{escape(source.nom)}</h1>\n<p>Bienvenue. Toutes nos nouvelles sont <a href="{adresse}">par ici</a>.</p>'
    )
    return _page(source, source.nom, interieur, tete=lien)


def _page(source: SourceFictive, titre: str, interieur: str, tete: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{source.langue}-CA">\n<head>\n<meta charset="{source.encodage}">\n'
        f'<title>{escape(titre)}</title>\n<meta name="robots" content="noindex">\n{tete}</head>\n<body>\n'
        f'<header><p class="site">{escape(source.nom)}</p>\n<nav><ul><li><a href="/">Accueil</a></li>'
        '<li><a href="/services">Services</a></li><li><a href="/nous-joindre">Nous joindre</a></li></ul></nav></header>\n'
        f'<main>\n{interieur}\n</main>\n<footer><p class="avertissement">{_AVERTISSEMENT}</p>'
        f'<p>Courriel : <a href="mailto:info@{source.slug}.exemple.invalid">info@{source.slug}.exemple.invalid</a></p>'
        "</footer>\n</body>\n</html>\n"
    )


def _drupal(elements: list[Contenu]) -> str:
    rangees = "\n".join(
        '<div class="views-row"><article class="node node--type-nouvelle">\n'
        f'<span class="date-display-single">{_jour("jour", e)}</span>\n'
        f'<h3 class="node__title"><a href="{_path(e)}">{escape(e.titre)}</a></h3>\n'
        f'<div class="field field--name-body"><p>{escape(e.resume)}</p></div>\n</article></div>'
        for e in elements
    )
    suite = '<nav class="pager"><ul><li class="pager__item--next"><a href="?page=1">Suivant</a></li></ul></nav>'
    return f'<div class="view view-nouvelles"><div class="view-content">\n{rangees}\n</div>{suite}</div>'


def _wordpress(elements: list[Contenu]) -> str:
    return "\n".join(
        f'<article id="post-{e.id}" class="post type-post hentry">\n<header class="entry-header">'
        f'<h2 class="entry-title"><a href="{e.adresse}" rel="bookmark">{escape(e.titre)}</a></h2>\n'
        f'<div class="entry-meta"><time class="entry-date published" datetime="{_iso(e)}">{_jour("jour", e)}</time>'
        f"</div></header>\n"
        f'<div class="entry-summary"><p>{escape(e.resume)} <a class="more-link" href="{e.adresse}">Lire la suite</a></p>'
        "</div>\n</article>"
        for e in elements
    )


def _ul(elements: list[Contenu]) -> str:
    lignes = "\n".join(f'<li>{_jour("jour", e)} – <a href="{_path(e)}">{escape(e.titre)}</a></li>' for e in elements)
    return f'<ul class="liste-avis">\n{lignes}\n</ul>'


def _table(elements: list[Contenu]) -> str:
    lignes = "\n".join(
        f'<tr><td class="date">{_jour("jour_court", e)}</td>'
        f'<td class="titre"><a href="{_path(e)}">{escape(e.titre)}</a></td></tr>'
        for e in elements
    )
    return (
        '<table class="avis"><caption>Publications récentes</caption>\n'
        '<thead><tr><th scope="col">Date</th><th scope="col">Titre</th></tr></thead>\n'
        f"<tbody>\n{lignes}\n</tbody></table>"
    )


def _jour(forme: str, element: Contenu) -> str:
    return format_as(forme, local_day(element.publie_a)) if element.publie_a else ""


def _iso(element: Contenu) -> str:
    return element.publie_a.astimezone(FUSEAU).isoformat() if element.publie_a else ""


def _path(element: Contenu) -> str:
    """The address as these sites write it: relative to their root."""
    return f"/articles/{element.id}"
