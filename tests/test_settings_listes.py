"""A list of texts laid out by hand: any change of its values keeps its comments, its order and how it stands."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.settings.listes import merge_list, wrap_list

LARGEUR = 40
ECRITE = """[
  # les lieux
  "un logement", "une maison",  # à revoir
  "un toit",

  # les gens
  'locataire', "propriétaire",
]"""


def values(ecrit: str) -> list[str]:
    lues: list[str] = tomllib.loads(f"x = {ecrit}\n")["x"]
    return lues


@pytest.mark.parametrize(
    ("voulues", "attendue"),
    [
        (("un logement", "une maison", "un toit", "locataire", "propriétaire"), ECRITE),
        (("locataire", "un toit", "un logement", "une maison", "propriétaire"), ECRITE),
        (
            ("un logement", "un toit", "locataire", "propriétaire"),
            ECRITE.replace('"un logement", "une maison",', '"un logement",'),
        ),
        (("un logement", "une maison", "un toit"), ECRITE.replace("  'locataire', \"propriétaire\",\n", "")),
        (("un logement", "une maison", "un toit", "locataire"), ECRITE.replace(', "propriétaire",\n', ",\n")),
        (("une maison", "un toit", "locataire", "propriétaire"), ECRITE.replace('"un logement", ', "")),
        (
            ("un logement", "une maison", "locataire", "propriétaire"),
            ECRITE.replace('  "un toit",\n', ""),
        ),
        (
            ("un logement", "une maison", "un toit", "locataire", "propriétaire", "un bail"),
            ECRITE.replace('"propriétaire",\n', '"propriétaire",\n  "un bail",\n'),
        ),
        ((), "[\n  # les lieux\n  # à revoir\n\n  # les gens\n]"),
    ],
)  # fmt: skip
def test_what_stays_keeps_its_place_and_its_comments(voulues: tuple[str, ...], attendue: str) -> None:
    assert merge_list(ECRITE, voulues, LARGEUR) == attendue


@pytest.mark.parametrize(
    ("ecrite", "voulues", "attendue"),
    [
        ("[]", ("a",), '["a"]'),
        ('["a", "b"]', ("a", "b", "c"), '["a", "b", "c"]'),
        ('["a", "b"]', ("b",), '["b"]'),
        ('["a", "b"]', ("a",), '["a"]'),
        ('["a", "b"]', (), "[]"),
        ('[\n  "a",\n]', (), "[]"),
        ('[ "a", "b" ]', ("a", "c"), '["a", "c"]'),
        ('["a", "a"]', ("a",), '["a"]'),
        ('[\n  "a",\n  "b"\n]', ("a", "b", "c"), '[\n  "a",\n  "b",\n  "c",\n]'),
        ('[\n  "a",\n  "b"  # fin\n  ,\n]', ("a", "b", "c"), '[\n  "a",\n  "b",  # fin\n  "c",\n  \n]'),
        ('["a" # un\n]', ("a", "c"), '["a", # un\n  "c",\n]'),
        ('["a", """b"""]', ("a", "c"), '["a", "c"]'),
        ("[\n  # rien encore\n]", ("a",), '[\n  # rien encore\n  "a",\n]'),
    ],
)  # fmt: skip
def test_small_lists_are_written_as_a_person_would(ecrite: str, voulues: tuple[str, ...], attendue: str) -> None:
    assert merge_list(ecrite, voulues, LARGEUR) == attendue


def test_a_list_too_wide_for_its_line_takes_several() -> None:
    trois, quatre = ("un logement", "une maison", "un toit"), ("un logement", "une maison", "un toit", "un bail")
    assert wrap_list(trois, LARGEUR) == '["un logement", "une maison", "un toit"]'
    assert wrap_list(quatre, LARGEUR) == '[\n  "un logement", "une maison",\n  "un toit", "un bail",\n]'
    assert merge_list(wrap_list(trois, LARGEUR), quatre, LARGEUR) == wrap_list(quatre, LARGEUR)


MOTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["a", "b", "logement social", 'dit « "x" »', "#", "a # b", "[a]", "]", ",", "'", '"', "\\", '"""', "''' #", "\n", "\r\n"]
)  # fmt: skip
BLANCS = st.sampled_from(["", " ", "\n", "\n  ", "\n\n    ", '  # un mot, « x », "y" [z]\n  ', "\n  # rangée ]\n"])


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A list as someone may have written it, and its values."""
    valeurs = draw(st.lists(MOTS, max_size=6))
    morceaux = [draw(BLANCS)]
    for rang, valeur in enumerate(valeurs):
        brute = "'" not in valeur and valeur.isprintable() and draw(st.booleans())
        morceaux.append(f"'{valeur}'" if brute else wrap_list([valeur], 10**6)[1:-1])
        morceaux.append(draw(BLANCS))
        if rang < len(valeurs) - 1 or draw(st.booleans()):
            morceaux += [",", draw(BLANCS)]
    return f"[{''.join(morceaux)}]", valeurs


def comments(ecrit: str) -> list[str]:
    """The comments of a list, read with a scanner that knows nothing of the code under test."""
    sans_texte = re.sub(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|(#[^\n]*)', lambda m: m[1] or "", ecrit)
    return [c.rstrip("\r") for c in re.findall(r"#[^\n]*", sans_texte)]


@given(lists(), st.lists(MOTS, max_size=4), st.sets(st.integers(0, 5)), st.sampled_from(["\n", "\r\n"]))
def test_any_change_says_exactly_what_was_asked_and_keeps_every_comment(
    liste: tuple[str, list[str]], ajouts: list[str], retires: set[int], fin: str
) -> None:
    ecrite, avant = liste[0].replace("\n", fin), liste[1]
    gardees = [v for rang, v in enumerate(avant) if rang not in retires]
    voulues = list(dict.fromkeys([*ajouts, *gardees]))
    apres = merge_list(ecrite, voulues, LARGEUR, fin)
    lues = values(apres)
    assert sorted(lues) == sorted(voulues)
    assert [v for v in lues if v in avant] == list(dict.fromkeys(v for v in avant if v in voulues))
    assert comments(apres) == comments(ecrite)
    assert apres.count("\n") == apres.count(fin)
    assert merge_list(apres, voulues, LARGEUR, fin) == apres
    if sorted(voulues) == sorted(avant):
        assert apres == ecrite
