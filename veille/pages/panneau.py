"""The form of filters: its lists of themes, places, sources and types, kept as HTML while no name changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup

from veille.francais import sort_key, typeset
from veille.pages.semaine import PROPRES, Filtres, periods
from veille.store.revue import References

_OPTION = Markup('<option value="{}"{}>{}</option>')


def filter_panel(filtres: Filtres, references: References, now: datetime) -> dict[str, Markup]:
    """The options of each list, the present choice selected; a value that is no longer anyone's is kept as it is."""
    listes = {
        "periode": (("", ""), tuple((p.valeur, p.nom) for p in periods(now))),
        "thematique": (("", "Tous les thèmes"), (*_themes(references), *PROPRES.items())),
        "territoire": (("", "Tous les territoires"), _places(references)),
        "source": (("", "Toutes les sources"), tuple(references.sources.items())),
        "type": (("", "Tous les types"), tuple(references.types.items())),
    }
    return {
        nom: _options(premiere if premiere[1] else None, choix, getattr(filtres, nom))
        for nom, (premiere, choix) in listes.items()
    }


def _themes(references: References) -> tuple[tuple[str, str], ...]:
    return tuple((slug, typeset(nom)) for slug, nom in references.thematiques.items())


def _places(references: References) -> tuple[tuple[str, str], ...]:
    """Large places first, then the others, each in alphabetical order; an MRC and its city bear one name."""
    lieux = sorted(references.lieux.values(), key=lambda x: (x.genre not in ("region", "mrc"), sort_key(x.nom)))
    return tuple((x.slug, typeset(f"{x.nom} (MRC)" if x.genre == "mrc" else x.nom)) for x in lieux)


@lru_cache(maxsize=64)
def _options(premiere: tuple[str, str] | None, choix: tuple[tuple[str, str], ...], valeur: str) -> Markup:
    toutes: Iterable[tuple[str, str]] = [*([premiere] if premiere else []), *choix]
    if valeur and valeur not in dict(choix):
        toutes = [*toutes, (valeur, valeur)]
    return Markup("\n").join(_OPTION.format(v, Markup(" selected") if v == valeur else "", nom) for v, nom in toutes)
