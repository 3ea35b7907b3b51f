"""The common layout: navigation, and the French formats that every template may use."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from veille.francais import NBSP, format_day, format_instant, format_number, local_day, plural, shorten, typeset
from veille.model import PREFERENCES
from veille.pages import presentation
from veille.pages.aides import help_of
from veille.pages.droits import right_name
from veille.pages.explorer import EXPLORER, parent_link
from veille.pages.instance import Instance, Role
from veille.pages.metadonnees import column_label, table_title
from veille.pages.navigation import EQUIPE, PLAN_PUBLIC, PUBLIC, Partie, parts, tabs
from veille.pages.routes import find
from veille.pages.semaine import told_count
from veille.pages.statiques import (
    FEUILLES,
    IMPRESSION,
    SCRIPTS_BROUILLON,
    SCRIPTS_REDACTION,
    SCRIPTS_REVUE,
    static_url,
)
from veille.pages.typographie import Typographie
from veille.pages.visite import may
from veille.pages.visite_guidee import tour_step
from veille.rapports.html import drawing, kind, spark
from veille.textes import SANS_TITRE


def template_vars(datasette: Any, site: Instance, request: Any, view_name: str | None) -> dict[str, Any]:
    """What every template of the site receives besides its own context."""
    chemin = request.path if request is not None else ""
    requete = request.query_string if request is not None else ""
    parties = _shown(site)
    actor = request.actor if request is not None else None
    signe = request is not None and (site.role == "public" or may(actor, "lire"))
    return {
        "role": site.role,
        "peut": partial(may, actor),
        "preferences": (actor or {}).get("preferences") or PREFERENCES,
        "adresse_page": chemin,
        "onglets": parts(parties, chemin) if signe else [],
        "sous_menu": tabs(parties, chemin, requete, partial(_open_to, site.role, actor)) if signe else [],
        "compte_href": "/compte" if _known(site.role, "/compte") else "",
        "feuilles": FEUILLES,
        "feuille_impression": IMPRESSION,
        "secours": help_of(chemin) if site.role == "equipe" else None,
        "visite_etape": tour_step(request) if signe else 0,
        "a_nous": view_name == "veille",
        "base_site": site.base,
        "lien_parent": partial(parent_link, datasette),
        **EXPLORER,
    }


def _shown(site: Instance) -> tuple[Partie, ...]:
    """The parts of a site; the public plan is one only while it is on."""
    if site.role == "equipe":
        return EQUIPE
    organisation = site.offre.current().organisation
    return PUBLIC if organisation and organisation.plan.public else tuple(p for p in PUBLIC if p is not PLAN_PUBLIC)


def install(environnement: Any) -> None:
    """Filters and functions of our templates."""
    environnement.filters.update(
        jour=_day,
        jour_iso=lambda jour: (local_day(jour) if isinstance(jour, datetime) else jour).isoformat(),
        instant=format_instant,
        nombre=format_number,
        compte=plural,
        combien=told_count,
        montant=presentation.amount,
        langue=presentation.language,
        publication=presentation.published,
        droit=right_name,
        web=lambda adresse: adresse.lower().startswith(("http://", "https://")),
        abrege=shorten,
        typo=typeset,
    )
    environnement.globals.update(
        statique=static_url,
        SCRIPTS_REVUE=SCRIPTS_REVUE,
        SCRIPTS_REDACTION=SCRIPTS_REDACTION,
        SCRIPTS_BROUILLON=SCRIPTS_BROUILLON,
        echeance=presentation.deadline,
        urgente=presentation.is_urgent,
        ecoule=presentation.elapsed,
        nom_colonne=column_label,
        nom_table=table_title,
        SANS_TITRE=SANS_TITRE,
        NBSP=NBSP,
        genre_bloc=kind,
        dessin=drawing,
        etincelle=spark,
    )
    environnement.add_extension(Typographie)
    environnement.trim_blocks = True
    environnement.lstrip_blocks = True


@lru_cache(maxsize=64)
def _known(role: Role, chemin: str) -> bool:
    """Whether the site has this page; asked of the few addresses of the navigation, for each page shown."""
    return find(role, chemin, "GET") is not None


def _open_to(role: Role, actor: Any, chemin: str) -> bool:
    """Whether the site has this page for this person: a tab never leads to a refusal."""
    route = find(role, chemin, "GET") if _known(role, chemin) else None
    return route is not None and (role == "public" or not route.droits or any(may(actor, d) for d in route.droits))


def _day(jour: date | datetime, *, semaine: bool = False) -> str:
    return format_day(local_day(jour) if isinstance(jour, datetime) else jour, weekday=semaine)
