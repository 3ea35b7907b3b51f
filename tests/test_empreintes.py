"""What is left of a newspaper's text: hashes made before the text goes, which still see a copy of it."""

from __future__ import annotations

import itertools
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.context import Contexte
from pipeline.presse import DUREE, keep_hashes
from tests.diffusion import NOW, Atelier, source
from veille.editor.droits import shared_run, text_words, words_with_places
from veille.editor.empreintes import OCTETS, known_run, own_hashes, run_hashes, split
from veille.ingest import to_items
from veille.model import Entree, Lecture
from veille.store import empreintes, items

SANS_DELAI = settings(deadline=None)  # A busy machine is no fault of the code.
MOTS = st.lists(
    st.sampled_from(["un", "deux", "trois", "quatre", "cinq", "«", "»", "l’été", "là-bas"]), max_size=40
).map(" ".join)
CORPS = "Le conseil fictif a voté à l’unanimité un budget de trois millions pour le toit de l’aréna du quartier."


@SANS_DELAI
@given(MOTS, MOTS)
def test_hashes_see_a_copy_exactly_when_the_text_itself_would(texte: str, extrait: str) -> None:
    assert bool(known_run(texte, (run_hashes(extrait),))) == bool(shared_run(texte, extrait))


@SANS_DELAI
@given(MOTS)
def test_hashes_are_sorted_and_each_there_once(texte: str) -> None:
    passages = run_hashes(texte)
    blocs = [passages[i : i + OCTETS] for i in range(0, len(passages), OCTETS)]
    assert blocs == sorted(set(blocs))
    assert all(len(bloc) == OCTETS for bloc in blocs)


def test_the_whole_run_is_told_in_the_words_of_the_copy() -> None:
    copie = f"On apprend que {CORPS.upper()} Et puis quoi ?"
    assert known_run(copie, (b"", run_hashes(CORPS))) == CORPS.upper().rstrip(".")
    assert known_run("Rien de commun ici.", (run_hashes(CORPS),)) == ""
    assert known_run(copie, ()) == ""


def test_the_whole_text_of_a_press_entry_is_hashed_though_an_excerpt_only_is_kept() -> None:
    long = f"{'Mot ' * 100}{CORPS}"
    lecture = Lecture((Entree("Manchette", "https://hebdo.exemple.org/1", resume="Court.", texte=long),))
    item = to_items(lecture, source("hebdo", "presse"))[0]
    assert (item.texte, len(item.resume) <= 300) == ("", True)
    assert known_run(CORPS, (item.passages,))
    assert to_items(lecture, source("ville"))[0].passages == b""


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path)


def contexte(a: Atelier) -> Contexte:
    return Contexte(a.dossier, a.c, lambda: a.now)


def texte(a: Atelier, item_id: int) -> str:
    return next(items.documents(a.c, [item_id])).texte


def test_a_press_text_goes_after_a_month_and_its_hashes_stay(a: Atelier) -> None:
    presse, ville = a.ajouter("Un", source="hebdo", texte=CORPS), a.ajouter("Deux", source="ville", texte=CORPS)
    bilan = keep_hashes(contexte(a))
    assert (bilan.empreintes, bilan.purges) == (1, 0)
    assert texte(a, presse) == CORPS
    a.passer(days=DUREE.days + 1)
    assert keep_hashes(contexte(a)).purges == 1
    assert (texte(a, presse), texte(a, ville)) == ("", CORPS)
    assert known_run(CORPS, empreintes.of_items(a.c, [presse, ville])[presse])
    assert keep_hashes(contexte(a)) == type(bilan)(0, 0)


def test_no_press_text_goes_before_its_hashes_are_kept(a: Atelier) -> None:
    item_id = a.ajouter("Un", source="hebdo", texte=CORPS, age=timedelta(days=90))
    assert empreintes.purge(a.c, a.now) == 0
    assert texte(a, item_id) == CORPS
    assert empreintes.hash_new(a.c, NOW) == 1
    assert empreintes.purge(a.c, a.now) == 1
    assert texte(a, item_id) == ""


def test_a_former_version_is_hashed_and_purged_too(a: Atelier) -> None:
    from dataclasses import replace

    from veille.model import Item

    item_id = a.ajouter("Un", source="hebdo", texte=CORPS, age=timedelta(days=90))
    neuf = Item("cle-1", "Un, corrigé", "", "", "", None, "", "", "fr", "", f"Autre texte. {CORPS}", b"x" * 16)
    source_id = a.c.execute("SELECT source_id FROM items WHERE id = ?", (item_id,)).fetchone()[0]
    assert items.correct(a.c, source_id, [replace(neuf)], a.now) == 1
    keep_hashes(contexte(a))
    a.passer(days=DUREE.days + 1)
    assert keep_hashes(contexte(a)).purges == 2
    assert a.c.execute("SELECT texte FROM versions").fetchone()[0] == ""
    assert len(empreintes.of_items(a.c, [item_id])[item_id]) == 2


INVISIBLES = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u2060\u2064\u3164\ufe0f\ufeff\uffa0\u0301\u0323\u20dd\U000e0041\U000e0100"


@pytest.mark.parametrize("signe", INVISIBLES)
def test_what_cannot_be_seen_inside_words_hides_no_copy(signe: str) -> None:
    masque = " ".join(mot[:1] + signe + mot[1:] for mot in CORPS.split())
    assert shared_run(masque, CORPS) and shared_run(CORPS, masque)
    assert known_run(masque, (run_hashes(CORPS),)) and known_run(CORPS, (run_hashes(masque),))
    assert text_words(masque) == text_words(CORPS)


def test_underscores_and_other_spaces_hide_no_copy_either() -> None:
    for signe in ("_", "\u00a0", "\u202f", "\u2009", "\u2028", "\t"):
        assert known_run(CORPS.replace(" ", signe), (run_hashes(CORPS),)), repr(signe)


def test_the_passage_is_told_as_it_is_written() -> None:
    masque = CORPS.replace("fictif", "fic\u200dtif")
    assert "fic\u200dtif" in known_run(f"Avant. {masque}", (run_hashes(CORPS),))


@SANS_DELAI
@given(st.text(max_size=80))
def test_words_are_where_they_are_said_to_be(texte: str) -> None:
    places = [(a, b) for a, b in words_with_places(texte) if b >= 0]
    assert all(0 <= a < b <= len(texte) for a, b in places)
    assert all(b <= a for (_, b), (a, _) in itertools.pairwise(places))


# ---------------------------------------------------------------- whatever story it tells


def seen(a: Atelier, texte: str = CORPS) -> bytes:
    return empreintes.recent(a.c, own_hashes(texte))


def test_any_press_text_of_the_last_months_is_found_whatever_its_story(a: Atelier) -> None:
    a.ajouter("Un", source="hebdo", texte=CORPS)
    a.ajouter(
        "Deux",
        source="ville",
        texte="Ce que dit la ville fictive peut être répété par qui veut, mot pour mot, toujours.",
    )
    assert seen(a) == b""
    keep_hashes(contexte(a))
    assert known_run(CORPS, (seen(a),))
    assert seen(a, "Ce que dit la ville fictive peut être répété par qui veut, mot pour mot, toujours.") == b""
    assert seen(a, "trop court") == b""


def test_after_four_months_it_is_found_no_more_unless_told_again_since(a: Atelier) -> None:
    autre = "Une tout autre phrase du même journal fictif, longue de bien plus que douze mots en tout cas."
    a.ajouter("Un", source="hebdo", texte=f"{CORPS} {autre}")
    keep_hashes(contexte(a))
    a.passer(days=60)
    item_id = a.ajouter("Deux", source="hebdo", texte=CORPS)
    keep_hashes(contexte(a))
    a.passer(days=61)
    keep_hashes(contexte(a))
    assert seen(a) and not seen(a, autre)
    assert known_run(CORPS, empreintes.of_items(a.c, [item_id])[item_id])
    a.passer(days=60)
    keep_hashes(contexte(a))
    assert a.c.execute("SELECT count(*) FROM passages_presse").fetchone()[0] == 0
    assert empreintes.index(a.c, a.now) == 0


@SANS_DELAI
@given(st.lists(st.binary(min_size=OCTETS, max_size=OCTETS), max_size=5))
def test_hashes_come_back_as_they_went(tirees: list[bytes]) -> None:
    c = sqlite3.connect(":memory:")
    c.row_factory = sqlite3.Row
    c.execute("CREATE TABLE passages_presse (empreinte INTEGER PRIMARY KEY, jour INTEGER NOT NULL)")
    bloc = b"".join(sorted(set(tirees)))
    empreintes._put(c, empreintes._days([{"faite_a": "2026-11-23T14:00:00Z", "passages": bloc}]))  # type: ignore[list-item]
    assert split((empreintes.recent(c, tirees),)) == split((bloc,))
    c.close()
