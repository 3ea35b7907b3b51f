"""The archive as the advice reads it: story by story, with what people said of its themes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.navigateur import add_item, fill, theme
from veille.classifier.themes.conseils import Histoire
from veille.model import Item
from veille.store import balises, decisions, items, schema
from veille.store.connexion import transaction
from veille.store.decisions import Decision

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
LONGTEMPS = NOW - timedelta(days=400)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    fill(tmp_path, 0)
    c = schema.open_store(tmp_path)
    yield c
    c.close()


def source_id(c: sqlite3.Connection, slug: str = "observatoire") -> int:
    return int(c.execute("SELECT id FROM sources WHERE slug = ?", (slug,)).fetchone()["id"])


def item(c: sqlite3.Connection, cle: str, slug: str = "observatoire", **autres: Any) -> int:
    propose = (theme("habitation"), theme("mobilite", -0.7, etat="incertain"))
    return add_item(c, source_id(c, slug), cle, f"Titre {cle}", suggestions=propose, **autres)


def decide(c: sqlite3.Connection, item_id: int, genre: str, minutes: int = 0, **champs: Any) -> None:
    with transaction(c):
        acte = Decision(item_id, genre, "Camille Exemple", **champs)  # type: ignore[arg-type]  # One of the five kinds.
        decisions.record(c, acte, NOW + timedelta(minutes=minutes))


def read(c: sqlite3.Connection, depuis: datetime = LONGTEMPS) -> dict[str, Histoire]:
    """By title of the first document."""
    return {h.documents[0].titre: h for h in balises.stories(c, depuis)}


RIEN = frozenset[str]()
PROPOSE = frozenset({"habitation"})
CHOISI = frozenset({"mobilite"})


@pytest.mark.parametrize(
    ("actes", "sort", "themes", "retires"),
    [
        ([], "", RIEN, RIEN),
        ([("retenir", {})], "gardee", PROPOSE, RIEN),
        ([("ecarter", {"raison": "hors_theme"})], "ecartee", RIEN, PROPOSE),
        ([("ecarter", {"raison": "faible"})], "ecartee", RIEN, RIEN),
        ([("ecarter", {"raison": "doublon"})], "", RIEN, RIEN),
        ([("ecarter", {"raison": "hors_territoire"})], "", RIEN, RIEN),
        ([("ecarter", {"raison": "perime"})], "", RIEN, RIEN),
        ([("etiqueter", {"thematiques": ("mobilite",)})], "gardee", CHOISI, PROPOSE),
        ([("etiqueter", {"thematiques": ()})], "gardee", RIEN, PROPOSE),
        ([("retenir", {}), ("etiqueter", {"thematiques": ("mobilite",)})], "gardee", CHOISI, PROPOSE),
        ([("retenir", {}), ("remettre", {})], "", RIEN, RIEN),
        ([("ecarter", {"raison": "hors_theme"}), ("remettre", {})], "", RIEN, RIEN),
        ([("ecarter", {"raison": "hors_theme"}), ("retenir", {})], "gardee", PROPOSE, RIEN),
        (
            [("ecarter", {"raison": "hors_theme"}), ("etiqueter", {"thematiques": ("mobilite",)})],
            "gardee",
            CHOISI,
            PROPOSE,
        ),
        (
            [("etiqueter", {"thematiques": ("mobilite",)}), ("ecarter", {"raison": "hors_theme"})],
            "ecartee",
            RIEN,
            PROPOSE,
        ),
        ([("rediger", {"titre": "Mieux dit"})], "", RIEN, RIEN),
    ],
)
def test_a_story_bears_what_people_last_said_of_its_themes(
    base: sqlite3.Connection,
    actes: list[tuple[str, dict[str, Any]]],
    sort: str,
    themes: frozenset[str],
    retires: frozenset[str],
) -> None:
    un = item(base, "a")
    for rang, (genre, champs) in enumerate(actes):
        decide(base, un, genre, rang, **champs)
    lue = read(base)["Titre a"]
    assert (lue.sort, lue.themes, lue.proposes, lue.retires) == (sort, themes, PROPOSE, retires)


def test_a_story_is_one_whatever_the_member_that_was_decided_on(base: sqlite3.Connection) -> None:
    tete = item(base, "première", texte="Le texte au long.")
    copie = item(base, "reprise", "hebdo-clocher", proches=((tete, "même titre"),))
    decide(base, copie, "etiqueter", thematiques=("mobilite",))
    lues = read(base)
    assert "Titre reprise" not in lues
    lue = lues["Titre première"]
    assert [(d.id, d.source) for d in lue.documents] == [(str(tete), "observatoire"), (str(copie), "hebdo-clocher")]
    assert (lue.documents[0].texte, lue.documents[1].texte) == ("Le texte au long.", "")
    assert lue.themes == CHOISI


def test_an_item_not_grouped_yet_is_a_story_of_its_own(base: sqlite3.Connection) -> None:
    seul = Item("seul", "Titre seul", "", "", "", None, "", "", "fr", "", "", b"seul")
    with transaction(base):
        items.insert(base, source_id(base), [seul], NOW)
    lue = read(base)["Titre seul"]
    assert (lue.sort, lue.proposes, len(lue.documents)) == ("", RIEN, 1)


def test_only_the_period_is_read_and_long_texts_are_cut(base: sqlite3.Connection) -> None:
    item(base, "récent", resume="r" * 5_000, texte="t" * 5_000)
    item(base, "ancien", vu_a=NOW - timedelta(days=30))
    lues = read(base, NOW - timedelta(days=7))
    assert "Titre ancien" not in lues
    assert "Titre ancien" in read(base)
    [document] = lues["Titre récent"].documents
    assert (len(document.resume), len(document.texte)) == (balises.CARACTERES_LUS, balises.CARACTERES_LUS)


def test_a_longer_archive_is_cut_to_its_latest_items_and_says_so(
    base: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rang in range(4):
        item(base, f"n{rang}")
    assert not balises.is_cut(base, LONGTEMPS)
    monkeypatch.setattr(balises, "ITEMS_MAX", 3)
    assert balises.is_cut(base, LONGTEMPS)
    assert list(read(base)) == ["Titre n1", "Titre n2", "Titre n3"]
    assert not balises.is_cut(base, NOW)


def test_an_empty_archive_gives_nothing(base: sqlite3.Connection) -> None:
    assert list(balises.stories(base, NOW + timedelta(days=1))) == []
    assert not balises.is_cut(base, NOW + timedelta(days=1))
