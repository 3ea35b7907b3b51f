"""What people do to a draft: nothing is lost, everything can be undone, and composing again keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diffusion import audience
from veille.editor.retouches import Etat, Geste, added, dropped, fold, measures, section_order, widened

SECTIONS = ("une", "agir", "proche", "habitation", "autres")
BASE = (("agir", 1), ("agir", 2), ("agir", 3), ("habitation", 4), ("autres", 5))


def does(*actes: tuple[str, int | None, dict[str, Any]]) -> list[Geste]:
    return [Geste(n, genre, cle, valeur) for n, (genre, cle, valeur) in enumerate(actes, start=1)]  # type: ignore[arg-type]


def shown(*actes: tuple[str, int | None, dict[str, Any]], base: Any = BASE, **options: Any) -> Etat:
    return fold(base, does(*actes), ordre=SECTIONS, **options)


@pytest.mark.parametrize(
    ("acte", "attendu"),
    [
        (("deplacer", 2, {"sens": "haut"}), {"agir": (2, 1, 3), "habitation": (4,), "autres": (5,)}),
        (("deplacer", 2, {"sens": "bas"}), {"agir": (1, 3, 2), "habitation": (4,), "autres": (5,)}),
        (("deplacer", 1, {"sens": "haut"}), {"agir": (1, 2, 3), "habitation": (4,), "autres": (5,)}),
        (("deplacer", 4, {"rubrique": "agir", "rang": 1}), {"agir": (1, 4, 2, 3), "autres": (5,)}),
        (
            ("deplacer", 5, {"rubrique": "une"}),
            {"une": (5,), "agir": (1, 2, 3), "habitation": (4,)},
        ),
        (("deplacer", 3, {"rubrique": "agir", "rang": 0}), {"agir": (3, 1, 2), "habitation": (4,), "autres": (5,)}),
        (("deplacer", 3, {"rubrique": "agir", "rang": 99}), {"agir": (1, 2, 3), "habitation": (4,), "autres": (5,)}),
        (("retirer", 4, {}), {"agir": (1, 2, 3), "autres": (5,)}),
        (("remettre", 4, {}), {"agir": (1, 2, 3), "habitation": (4,), "autres": (5,)}),
        (
            ("ajouter", 9, {"rubrique": "proche"}),
            {"agir": (1, 2, 3), "proche": (9,), "habitation": (4,), "autres": (5,)},
        ),
        (("ajouter", 9, {"rubrique": ""}), {"agir": (1, 2, 3), "habitation": (4,), "autres": (5, 9)}),
        (("deplacer", 99, {"sens": "haut"}), {"agir": (1, 2, 3), "habitation": (4,), "autres": (5,)}),
    ],
)
def test_each_act_does_what_it_says(acte: Any, attendu: dict[str, tuple[int, ...]]) -> None:
    assert dict(shown(acte).rubriques) == attendu
    assert list(dict(shown(acte).rubriques)) == list(attendu)


def test_a_story_put_back_finds_its_heading_again() -> None:
    etat = shown(("retirer", 4, {}), ("remettre", 4, {}))
    assert dict(etat.rubriques)["habitation"] == (4,)
    assert etat.retires == ()


def test_words_of_this_issue_are_kept_by_field_and_given_back() -> None:
    etat = shown(("recrire", 4, {"titre": "Autre titre", "resume": "R"}), ("recrire", 4, {"titre": None}))
    assert etat.textes == {4: {"resume": "R"}}
    assert shown(("recrire", 4, {"pourquoi": ""})).textes == {4: {"pourquoi": ""}}


def test_the_editorial_and_the_subject_are_the_latest_ones() -> None:
    etat = shown(
        ("editorial", None, {"texte": "Un"}), ("editorial", None, {"texte": "Deux"}), ("objet", None, {"texte": "O"})
    )
    assert (etat.editorial, etat.objet) == ("Deux", "O")


def test_a_story_no_longer_retained_is_not_brought_back_by_an_act() -> None:
    etat = shown(("ajouter", 9, {"rubrique": "agir"}), presentes={1, 2, 3, 4, 5})
    assert 9 not in [cle for _, cle in etat.ordre]


def test_widening_opens_the_rule_for_this_issue_only() -> None:
    gestes = does(
        ("elargir", None, {"mesures": ["territoires", "inconnue"]}), ("elargir", None, {"mesures": ["types"]})
    )
    assert measures(gestes) == ("territoires", "types")
    fermee = audience(territoires=("joliette",), types=("rapport",), thematiques=("habitation",))
    ouverte = widened(fermee, measures(gestes))
    assert (ouverte.territoires, ouverte.types, ouverte.thematiques) == (("*",), ("*",), ("habitation",))
    assert widened(fermee, ()) == fermee


def test_headings_follow_the_audience_s_own_order() -> None:
    ordre = section_order(
        audience(thematiques=("mobilite",), sections=("agenda", "themes")), ("habitation", "mobilite")
    )
    assert ordre == ("agenda", "mobilite", "une", "agir", "proche", "autres", "ailleurs")


# ---------------------------------------------------------------- properties

SANS_DELAI = settings(deadline=None)  # A busy machine is no fault of the code.
CLES = st.integers(min_value=1, max_value=8)
bases = st.lists(st.tuples(st.sampled_from(SECTIONS), CLES), unique_by=lambda x: x[1], max_size=8).map(
    lambda places: sorted(places, key=lambda p: SECTIONS.index(p[0]))
)
valeurs = {
    "deplacer": st.one_of(
        st.fixed_dictionaries({"sens": st.sampled_from(["haut", "bas"])}),
        st.fixed_dictionaries({"rubrique": st.sampled_from(SECTIONS), "rang": st.integers(-2, 9)}),
    ),
    "retirer": st.just({}),
    "remettre": st.just({}),
    "recrire": st.fixed_dictionaries({"titre": st.one_of(st.none(), st.sampled_from(["", "Un", "Deux"]))}),
    "ajouter": st.fixed_dictionaries({"rubrique": st.sampled_from(["", *SECTIONS])}),
    "editorial": st.fixed_dictionaries({"texte": st.sampled_from(["", "Un", "Deux"])}),
    "objet": st.fixed_dictionaries({"texte": st.sampled_from(["", "Un", "Deux"])}),
}
acts = st.lists(
    st.sampled_from(sorted(valeurs)).flatmap(
        lambda genre: st.tuples(st.just(genre), st.none() if genre in ("editorial", "objet") else CLES, valeurs[genre])
    ),
    max_size=15,
)


@SANS_DELAI
@given(bases, acts)
def test_every_story_is_in_exactly_one_place(base: Any, actes: Any) -> None:
    gestes = does(*actes)
    etat = fold(base, gestes, ordre=SECTIONS)
    places = [cle for _, cle in etat.ordre] + list(etat.retires)
    assert sorted(places) == sorted({cle for _, cle in base} | set(added(gestes)))


@SANS_DELAI
@given(bases, acts)
def test_undoing_everything_gives_the_composed_draft_back(base: Any, actes: Any) -> None:
    gestes = does(*actes)
    defaits = [Geste(100 + g.id, "annuler", None, {"geste": g.id}) for g in reversed(gestes)]
    assert fold(base, [*gestes, *defaits], ordre=SECTIONS) == fold(base, [], ordre=SECTIONS)


@SANS_DELAI
@given(bases, acts)
def test_undoing_the_last_act_is_as_if_it_had_not_been_done(base: Any, actes: Any) -> None:
    gestes = does(*actes)
    if gestes:
        defait = Geste(100, "annuler", None, {"geste": gestes[-1].id})
        assert fold(base, [*gestes, defait], ordre=SECTIONS) == fold(base, gestes[:-1], ordre=SECTIONS)


@SANS_DELAI
@given(bases, bases, acts)
def test_composing_again_keeps_what_people_did(base: Any, neuve: Any, actes: Any) -> None:
    gestes = does(*actes)
    etat = fold(neuve, gestes, ordre=SECTIONS)
    montrees = {cle for _, cle in etat.ordre}
    assert montrees.isdisjoint(dropped(gestes))
    assert etat.editorial == fold(base, gestes, ordre=SECTIONS).editorial
    assert {cle for _, cle in neuve} - dropped(gestes) <= montrees
    assert set(added(gestes)) - dropped(gestes) <= montrees


@SANS_DELAI
@given(bases)
def test_without_acts_the_draft_is_what_was_composed(base: Any) -> None:
    assert fold(base, [], ordre=SECTIONS).ordre == tuple(base)
