"""Floors of dates, amounts, types and places on the two halves of the invented set that serve to tune (bench/jeu).

Constants stand slightly under what was measured on the weaker half. Lowering one is a decision.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from veille.classifier.facts.amounts import read_amount
from veille.classifier.facts.deadlines import read_deadline
from veille.classifier.facts.doctypes import TypeReader
from veille.classifier.facts.events import read_event
from veille.classifier.places.territories import TerritoryReader
from veille.model import Document, Suggestion
from veille.settings import load_gazetier, load_taxonomie

JEU = Path(__file__).parents[1] / "bench" / "jeu"
GAZETIER = load_gazetier()
REGION = {t.slug for t in GAZETIER.territoires if GAZETIER.ascendants(t.slug)[-1] == "lanaudiere"}

ECHEANCES_EXACTES = 0.99
EVENEMENTS_LUS = 0.92
MONTANTS_LUS = 0.96
TYPES_JUSTES, TYPES_FAUX = 0.34, 0.05  # Of all, right; of those given, wrong.
LIEUX_PRECISION, LIEUX_RAPPEL = 0.96, 0.96
QUEBEC_RAPPEL = 0.86


@pytest.fixture(scope="module", params=["moitie_a", "moitie_b"])
def jeu(request: pytest.FixtureRequest) -> list[tuple[Document, dict[str, Any]]]:
    elements = [
        json.loads(ligne) for ligne in (JEU / f"{request.param}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return [
        (
            Document(e["id"], e["titre"], e["resume"], e.get("texte", ""), date=date.fromisoformat(e["date"])),
            e,
        )
        for e in elements
    ]


def said(suggestion: Suggestion | None) -> str | None:
    return suggestion.valeur if suggestion is not None and suggestion.etat == "retenu" else None


def day(document: Document) -> date:
    assert document.date is not None
    return document.date


def test_deadlines_are_exact_and_none_is_wrong(jeu: list[tuple[Document, dict[str, Any]]]) -> None:
    lues = [(said(read_deadline(document, day(document))), e["date_limite"]) for document, e in jeu]
    assert [lue for lue, vraie in lues if lue is not None and lue != vraie] == []
    assert sum(lue == vraie for lue, vraie in lues) / len(lues) >= ECHEANCES_EXACTES


def test_no_day_of_an_event_is_wrong_and_most_are_read(jeu: list[tuple[Document, dict[str, Any]]]) -> None:
    lus = [((said(read_event(document, day(document))) or "")[:10], e["date_evenement"] or "") for document, e in jeu]
    assert [lu for lu, vrai in lus if lu and lu != vrai[:10]] == []
    assert sum(bool(lu) for lu, _ in lus) / sum(bool(vrai) for _, vrai in lus) >= EVENEMENTS_LUS


def test_no_amount_is_wrong_and_nearly_all_are_read(jeu: list[tuple[Document, dict[str, Any]]]) -> None:
    lus = [(said(read_amount(document)), e["montant"]) for document, e in jeu]
    assert [lu for lu, vrai in lus if lu is not None and lu != str(vrai)] == []
    assert sum(lu is not None for lu, _ in lus) / sum(vrai is not None for _, vrai in lus) >= MONTANTS_LUS


def test_types_are_right_or_silent(jeu: list[tuple[Document, dict[str, Any]]]) -> None:
    """« Actualité » and « communiqué » are mostly silent: their sources say them, and this set has none."""
    lecteur = TypeReader(load_taxonomie().types)
    comptes: Counter[str] = Counter()
    for document, e in jeu:
        jour = day(document)
        faits = (read_deadline(document, jour), read_event(document, jour), read_amount(document))
        lu = said(lecteur.read(document, faits))
        comptes["juste" if lu == e["type"] else "muet" if lu is None else "faux"] += 1
    assert comptes["juste"] / len(jeu) >= TYPES_JUSTES
    assert comptes["faux"] / (comptes["juste"] + comptes["faux"]) <= TYPES_FAUX


def test_no_territory_trap_is_tagged(jeu: list[tuple[Document, dict[str, Any]]]) -> None:
    tombes = [
        (e["titre"], lus & REGION)
        for lus, vrais, e in _places(jeu)
        if e["piege"] == "territoire" and (lus & REGION) - vrais
    ]
    assert tombes == []


def test_places_and_what_contains_them_are_found(jeu: list[tuple[Document, dict[str, Any]]]) -> None:
    justes = lus = vrais = 0
    for trouves, attendus, _ in _places(jeu):
        justes, lus, vrais = justes + len(trouves & attendus), lus + len(trouves), vrais + len(attendus)
    assert justes / lus >= LIEUX_PRECISION
    assert justes / vrais >= LIEUX_RAPPEL


def test_what_holds_for_all_of_quebec_is_found_and_nothing_else(jeu: list[tuple[Document, dict[str, Any]]]) -> None:
    paires = [("quebec" in trouves, "quebec" in attendus) for trouves, attendus, _ in _places(jeu)]
    assert (True, False) not in paires
    assert paires.count((True, True)) / sum(vrai for _, vrai in paires) >= QUEBEC_RAPPEL


def _places(jeu: list[tuple[Document, dict[str, Any]]]) -> Iterator[tuple[set[str], set[str], dict[str, Any]]]:
    """Places retained, places true with what contains them, the item."""
    lecteur = TerritoryReader(GAZETIER)
    for document, e in jeu:
        trouves = {s.valeur for s in lecteur.read(document) if s.etat == "retenu"}
        yield trouves, {haut for slug in e["territoires"] for haut in GAZETIER.ascendants(slug)}, e
