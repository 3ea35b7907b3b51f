"""Suggest: read the archive and tell what it teaches about the theme file. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from pathlib import Path

from pipeline.context import Contexte
from pipeline.themes import themes_in_force
from veille.classifier.themes.conseils import HISTOIRES_MIN, Conseiller, Conseils, wanted_words
from veille.classifier.themes.synonymes import find_thesaurus, load_thesaurus
from veille.errors import RefusError
from veille.francais import FUSEAU, format_number
from veille.model import Gazetier
from veille.store import balises
from veille.store.balises import ITEMS_MAX

JUGEES_UTILES = 30


def suggest(ctx: Contexte, depuis: date, slugs: Collection[str] = (), thesaurus: Path | None = None) -> Conseils:
    """The advice on these themes, or on all, from what was collected since a day. `thesaurus`: a MyThes file.

    Without one, the system's is taken where there is one, else words are compared by their contexts in the archive.
    """
    taxonomie = themes_in_force(ctx)
    if inconnus := [slug for slug in slugs if slug not in {t.slug for t in taxonomie.thematiques}]:
        raise RefusError(f"Thème inconnu dans thematiques.toml : « {inconnus[0]} ».")
    chemin = thesaurus or find_thesaurus()
    synonymes = load_thesaurus(chemin, wanted_words(taxonomie)) if chemin else None
    conseiller = Conseiller(taxonomie, synonymes, _place_names(ctx.dossier.gazetier))
    debut = datetime.combine(depuis, time(), tzinfo=FUSEAU)
    conseiller.read(balises.stories(ctx.store, debut))
    releve = conseiller.releve
    return Conseils(
        depuis=depuis,
        elements=releve.elements,
        histoires=releve.histoires,
        jugees=releve.decidees,
        thesaurus=str(chemin or ""),
        themes=conseiller.themes(slugs),
        chevauchements=conseiller.overlaps(slugs),
        avis=_warnings(releve.histoires, releve.decidees, coupe=balises.is_cut(ctx.store, debut)),
    )


def _warnings(histoires: int, jugees: int, *, coupe: bool) -> tuple[str, ...]:
    avis = []
    if coupe:
        avis.append(
            f"La période est longue : seuls les {format_number(ITEMS_MAX)} éléments les plus récents ont été lus."
        )
    if jugees < JUGEES_UTILES:
        avis.append(
            "L’équipe a jugé peu de nouvelles dans cette période : les expressions à ajouter et à exclure, qui viennent de "
            "ses décisions, sont rares ou absentes. Revenez après quelques revues."
        )
    if histoires < HISTOIRES_MIN:
        avis.append(
            f"L’archive est petite (moins de {format_number(HISTOIRES_MIN)} nouvelles) : aucun mot proche n’est proposé, et une "
            "expression jamais rencontrée peut encore l’être."
        )
    return tuple(avis)


def _place_names(gazetier: Gazetier) -> list[str]:
    return [nom for t in gazetier.territoires for nom in (t.nom, *t.alias, *t.gentiles)]
