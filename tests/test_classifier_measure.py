"""Floors of the judge on the invented sample week, whose truth was written by somebody else than its rules.

Lower a floor only with a reason in docs/decisions.md.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from veille.classifier.judge import Judge
from veille.exemple.calendrier import expand, published_at
from veille.exemple.lecture import load
from veille.exemple.modele import ItemFictif, SourceFictive
from veille.francais import local_day
from veille.model import Document, Jugement
from veille.settings import load_gazetier, load_taxonomie

MAINTENANT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
GAZETIER = load_gazetier()
Cas = tuple[SourceFictive, ItemFictif, Jugement]


@pytest.fixture(scope="module")
def semaine() -> list[Cas]:
    juge = Judge(load_taxonomie(), GAZETIER)
    aujourdhui = local_day(MAINTENANT)
    cas = []
    for source in load().sources:
        for item in source.items:
            titre, resume, texte = (expand(t, MAINTENANT) for t in (item.titre, item.resume, item.texte))
            jour = min(local_day(published_at(item.id, item.jour or 0, MAINTENANT)), aujourdhui)
            document = Document(
                item.id, titre, resume, texte, jour, territoire_source=source.territoire, type_source=source.type
            )
            cas.append((source, item, juge.judge(document, aujourdhui)))
    return cas


def precision_recall(paires: list[tuple[set[str], set[str]]]) -> tuple[float, float]:
    """Micro precision and recall of (proposed, true) pairs."""
    justes = sum(len(proposes & vrais) for proposes, vrais in paires)
    return justes / sum(len(p) for p, _ in paires), justes / sum(len(v) for _, v in paires)


def test_themes_keep_their_floor(semaine: list[Cas]) -> None:
    precision, rappel = precision_recall([(set(j.valeurs("thematique")), set(i.verite.themes)) for _, i, j in semaine])
    assert precision >= 0.86
    assert rappel >= 0.83


def test_places_keep_their_floor(semaine: list[Cas]) -> None:
    paires = []
    for _, item, jugement in semaine:
        vrais = {parent for slug in item.verite.territoires for parent in GAZETIER.ascendants(slug)}
        if vrais:
            paires.append((set(jugement.valeurs("territoire")), vrais))
    precision, rappel = precision_recall(paires)
    assert precision >= 0.93
    assert rappel >= 0.93


def test_deadlines_are_nearly_all_found_and_none_is_wrong(semaine: list[Cas]) -> None:
    compte: Counter[str] = Counter()
    fausses = []
    for _, item, jugement in semaine:
        vraie = item.verite.deadline(MAINTENANT)
        lue = jugement.valeurs("date_limite")
        if lue and (vraie is None or lue[0][:10] != vraie.isoformat()):
            fausses.append((item.titre, lue[0]))
        elif vraie:
            compte["lue" if lue else "manquee"] += 1
    assert fausses == []
    assert compte["lue"] >= 0.9 * compte.total()


def test_types_keep_their_floor(semaine: list[Cas]) -> None:
    avec = [(j.valeurs("type"), i.verite.type) for _, i, j in semaine if i.verite.type]
    assert sum(vrai in lus for lus, vrai in avec) >= 0.7 * len(avec)


def test_trap_items_almost_never_get_the_theme_of_the_trap(semaine: list[Cas]) -> None:
    pieges = [(i, j) for _, i, j in semaine if i.verite.piege and i.verite.piege != "territoire"]
    assert len(pieges) >= 20
    assert [i.titre for i, j in pieges if i.verite.piege in j.valeurs("thematique")] == []
