"""Floors of quality: a corpus that changed is not judged, and no floor moves without its flag."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bench.planchers import FICHIER, Planchers

TOML = """\
# Gardé tel quel.
[corpus]
"textes" = "9fb9b8ad4adff4f7f4a6b8b1cd5e0d0b"

[sans]
micro = 0.60
macro = 0.55
ece = 0.05
pieges_theme = 0
"""
MESURES = {"micro": 0.6449, "macro": 0.5011, "ece": 0.0312, "pieges_theme": 2.0}


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    (tmp_path / "planchers.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "textes").write_bytes(b"un corpus")
    return tmp_path / "planchers.toml"


def test_each_floor_has_its_row_and_holds_only_on_the_right_side(fichier: Path) -> None:
    lignes = Planchers(fichier).rows("banc", "sans", MESURES)
    assert [ligne.tenu for ligne in lignes] == [True, False, True, False]
    assert "mesuré 0,645, plancher 0,600" in lignes[0].note
    assert all(ligne.rapport is not None and (ligne.rapport <= ligne.borne) == ligne.tenu for ligne in lignes)


def test_a_measure_that_is_missing_is_a_fault_not_a_pass(fichier: Path) -> None:
    with pytest.raises(KeyError):
        Planchers(fichier).rows("banc", "sans", {"micro": 0.9})


def test_a_corpus_that_changed_is_named(fichier: Path) -> None:
    planchers = Planchers(fichier)
    assert planchers.changed(fichier.parent, ["textes"]) == ["textes"]
    planchers.rewrite(abaisser=True, relever=False)
    assert Planchers(fichier).changed(fichier.parent, ["textes"]) == []
    (fichier.parent / "textes").write_bytes(b"un autre")
    assert Planchers(fichier).changed(fichier.parent, ["textes"]) == ["textes"]


@pytest.mark.parametrize(
    ("abaisser", "relever", "attendu"),
    [
        (True, False, {"micro": 0.60, "macro": 0.501, "ece": 0.05, "pieges_theme": 2}),
        (False, True, {"micro": 0.644, "macro": 0.55, "ece": 0.032, "pieges_theme": 0}),
        (True, True, {"micro": 0.644, "macro": 0.501, "ece": 0.032, "pieges_theme": 2}),
    ],
)
def test_floors_move_only_the_way_that_was_asked(
    fichier: Path, abaisser: bool, relever: bool, attendu: dict[str, float]
) -> None:
    planchers = Planchers(fichier)
    planchers.rows("banc", "sans", MESURES)
    planchers.rewrite(abaisser=abaisser, relever=relever)
    assert tomllib.loads(fichier.read_text(encoding="utf-8"))["sans"] == attendu
    assert fichier.read_text(encoding="utf-8").startswith("# Gardé tel quel.")
    assert all(ligne.tenu for ligne in Planchers(fichier).rows("banc", "sans", MESURES)) == abaisser


def test_the_floors_of_the_repository_name_every_corpus() -> None:
    corpus = tomllib.loads(FICHIER.read_text(encoding="utf-8"))["corpus"]
    assert len(corpus) == 5
    assert all(len(digest) == 32 for digest in corpus.values())
