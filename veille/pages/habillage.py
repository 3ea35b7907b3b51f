"""The common layout: navigation, and the French formats that every template may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from veille.francais import NBSP, format_day, format_instant, format_number, local_day, plural, shorten, typeset
from veille.pages import presentation
from veille.pages.explorer import EXPLORER, parent_link
from veille.pages.instance import Instance, Role
from veille.pages.metadonnees import column_label, table_title
from veille.pages.presentation import seen
from veille.pages.statiques import static_url
from veille.textes import SANS_TITRE


@dataclass(frozen=True)
class Onglet:
    """One link of the navigation. `actif`: the page is in this part of the site."""

    href: str
    nom: str
    actif: bool = False


NAVIGATION: dict[Role, tuple[tuple[str, str], ...]] = {
    "equipe": (
        ("/", "Accueil"),
        ("/revue", "La semaine"),
        ("/retenus", "Retenues"),
        ("/bulletins", "Bulletins"),
        ("/sources", "Sources"),
        ("/classement", "Classement"),
        ("/thematiques", "Thématiques"),
        ("/plan", "Plan"),
        ("/demandes", "Demandes"),
        ("/veille", "Explorer"),
    ),
    "public": (("/", "Bulletins"), ("/publication", "Explorer les données")),
}


def template_vars(datasette: Any, site: Instance, request: Any, view_name: str | None) -> dict[str, Any]:
    """What every template of the site receives besides its own context."""
    chemin = request.path if request is not None else ""
    signe = request is not None and (site.role == "public" or request.actor)
    return {
        "role": site.role,
        "onglets": [Onglet(href, nom, _within(chemin, href)) for href, nom in NAVIGATION[site.role]] if signe else [],
        "a_nous": view_name == "veille",
        "base_site": site.base,
        "lien_parent": partial(parent_link, datasette),
        **EXPLORER,
    }


def install(environnement: Any) -> None:
    """Filters and functions of our templates."""
    environnement.filters.update(
        jour=_day,
        jour_iso=lambda jour: (local_day(jour) if isinstance(jour, datetime) else jour).isoformat(),
        instant=format_instant,
        nombre=format_number,
        compte=plural,
        montant=presentation.amount,
        langue=presentation.language,
        publication=presentation.published,
        web=lambda adresse: adresse.lower().startswith(("http://", "https://")),
        abrege=shorten,
        vu=seen,
        typo=typeset,
    )
    environnement.globals.update(
        statique=static_url,
        echeance=presentation.deadline,
        urgente=presentation.is_urgent,
        ecoule=presentation.elapsed,
        faits=presentation.facts,
        nom_colonne=column_label,
        nom_table=table_title,
        actes=presentation.ACTES,
        SANS_TITRE=SANS_TITRE,
        NBSP=NBSP,
    )
    environnement.trim_blocks = True
    environnement.lstrip_blocks = True


def _within(chemin: str, href: str) -> bool:
    return chemin == href or (href != "/" and chemin.startswith(f"{href}/"))


def _day(jour: date | datetime, *, semaine: bool = False) -> str:
    return format_day(local_day(jour) if isinstance(jour, datetime) else jour, weekday=semaine)
