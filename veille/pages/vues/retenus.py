"""« Retenues »: what is kept and not published yet, with what is still to be written before it may go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from veille.editor.droits import faults
from veille.pages import cartes
from veille.pages.presentation import facts, tags
from veille.pages.semaine import PROPRES, read_filters
from veille.pages.visite import Visite
from veille.store import fiches, revue
from veille.store.decisions import new_geste
from veille.store.fiches import Fiche
from veille.store.file import SANS_THEME
from veille.store.lecture import Connexion

JOURS = 90
PAR_PAGE = 40


@dataclass(frozen=True)
class Groupe:
    """Stories of one theme on this page. `total`: on all pages."""

    nom: str
    total: int
    fiches: tuple[Fiche, ...]


async def retained(visite: Visite) -> Any:
    """The stories by theme, deadlines first."""

    def lire(c: Connexion) -> tuple[list[Fiche], dict[int, tuple[str, ...]], cartes.Noms, dict[int, str]]:
        attentes = revue.retained_unpublished(c, visite.now - timedelta(days=JOURS))
        histoires = fiches.load(c, list(attentes))
        textes = revue.full_texts(c, [m.item_id for f in histoires for m in f.membres if m.droits == "presse"])
        return histoires, attentes, cartes.read_names(c), textes

    histoires, attentes, noms, textes = await visite.read(lire)
    groupes, page, pages = by_theme(
        histoires, read_filters({"page": visite.arg("page")}).page, noms.references.thematiques
    )
    return await visite.page(
        "retenus.html",
        {
            "groupes": groupes,
            "page": page,
            "pages": pages,
            "total": len(histoires),
            "audiences": attentes,
            "etiquettes": lambda fiche: tags(fiche, noms.references),
            "faits_de": lambda fiche: facts(fiche, visite.now),
            "manques": lambda f: faults(f, [textes[m.item_id] for m in f.membres if m.item_id in textes]),
            "gestes": new_geste,
            "now": visite.now,
            "jours": JOURS,
        },
    )


def by_theme(histoires: Sequence[Fiche], voulue: int, themes: Mapping[str, str]) -> tuple[tuple[Groupe, ...], int, int]:
    """One page of these stories by first theme, in staff's order, those without any last; its number; how many pages."""
    rangs = {slug: rang for rang, slug in enumerate([*themes, ""])}
    suite = sorted(
        histoires, key=lambda f: (rangs.get(_theme(f), len(themes)), _theme(f) == "", f.date_limite or "9999")
    )
    totaux = Counter(_theme(f) for f in suite)
    pages = max(1, -(-len(suite) // PAR_PAGE))
    page = min(voulue, pages)
    visibles = suite[(page - 1) * PAR_PAGE : page * PAR_PAGE]
    groupes = tuple(
        Groupe(
            themes.get(slug, slug) or PROPRES[SANS_THEME],
            totaux[slug],
            tuple(f for f in visibles if _theme(f) == slug),
        )
        for slug in dict.fromkeys(_theme(f) for f in visibles)
    )
    return groupes, page, pages


def _theme(fiche: Fiche) -> str:
    return next(iter(fiche.thematiques), "")
