"""Stories drawn so that measures stay honest: one in ten at random, and the few where rules and learnt disagree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.navigateur import add_item, fill
from veille.classifier.tirage import ECART_MIN, PART_HASARD, Budget, Candidat, draw
from veille.store import decisions, fiches, pertinences, schema, tirages
from veille.store.connexion import transaction
from veille.store.decisions import Decision

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
SANS_FIN = Budget(10**6, 6)


def stories(nombre: int, semaine: str = "2026-S48") -> list[Candidat]:
    return [Candidat(i, 1000 + i, semaine) for i in range(nombre)]


candidats_quelconques = st.lists(
    st.builds(
        Candidat,
        groupe_id=st.integers(0, 10**6),
        item_id=st.integers(0, 10**6),
        semaine=st.sampled_from(["2026-S47", "2026-S48"]),
        tranche=st.booleans(),
        desaccord=st.floats(0, 1),
    ),
    max_size=60,
    unique_by=lambda c: c.groupe_id,
)


def test_about_one_story_in_ten_is_drawn_at_random() -> None:
    tires = draw(stories(20_000), (), SANS_FIN)
    assert {t.motif for t in tires} == {"hasard"}
    assert len(tires) / 20_000 == pytest.approx(PART_HASARD, abs=0.01)
    moities = [sum(t.groupe_id % 2 == reste for t in tires) for reste in (0, 1)]
    assert moities[0] / sum(moities) == pytest.approx(0.5, abs=0.04)


@settings(max_examples=100, deadline=None)
@given(candidats_quelconques, st.randoms(use_true_random=False))
def test_chance_ignores_what_the_judge_thinks_and_in_what_order_stories_come(
    candidats: list[Candidat], sort: random.Random
) -> None:
    avant = draw(candidats, (), SANS_FIN)
    autrement = [replace(c, desaccord=sort.random(), tranche=sort.random() < 0.5) for c in candidats]
    sort.shuffle(autrement)
    hasard = [{t.groupe_id for t in tires if t.motif == "hasard"} for tires in (avant, draw(autrement, (), SANS_FIN))]
    assert hasard[0] == hasard[1]
    assert draw(list(reversed(candidats)), (), SANS_FIN) == avant


@settings(max_examples=100, deadline=None)
@given(candidats_quelconques, st.integers(0, 60))
def test_stories_that_come_in_two_times_are_drawn_as_if_they_came_at_once(
    candidats: list[Candidat], coupe: int
) -> None:
    entier = {t.groupe_id for t in draw(candidats, (), SANS_FIN) if t.motif == "hasard"}
    debut = draw(candidats[:coupe], (), SANS_FIN)
    deja = {t.groupe_id for t in debut}
    suite = draw(candidats, deja, SANS_FIN)
    assert not deja & {t.groupe_id for t in suite}
    hasard = {t.groupe_id for t in [*debut, *suite] if t.motif == "hasard"}
    assert hasard == entier


@settings(max_examples=100, deadline=None)
@given(candidats_quelconques, st.integers(0, 8))
def test_disagreements_are_the_widest_of_undecided_stories_and_few(candidats: list[Candidat], reste: int) -> None:
    tires = draw(candidats, (), Budget(0, reste))
    assert len(tires) <= reste
    ecarts = {c.groupe_id: c.desaccord for c in candidats if not c.tranche and c.desaccord >= ECART_MIN}
    assert {t.motif for t in tires} <= {"desaccord"}
    assert [ecarts[t.groupe_id] for t in tires] == sorted(ecarts.values(), reverse=True)[: len(tires)]
    assert len(tires) == min(reste, len(ecarts))


def test_an_explanation_says_why_people_are_asked() -> None:
    phrase = "Les règles y voient « Habitation » à 20 %, vos décisions à 90 %."
    oppose = Candidat(1, 1, "2026-S48", desaccord=0.7, desaccord_texte=phrase)
    (tire,) = draw([oppose], (), Budget(0, 6))
    assert tire.explication == f"{phrase} Votre décision les départagera."
    (muet,) = draw([replace(oppose, desaccord_texte="")], (), Budget(0, 6))
    assert muet.explication.startswith("Les règles du fichier des thèmes")


def test_another_week_draws_other_stories() -> None:
    semaines = [{t.groupe_id for t in draw(stories(500, s), (), SANS_FIN)} for s in ("2026-S47", "2026-S48")]
    assert semaines[0] != semaines[1]


def test_a_mass_import_marks_a_bounded_number() -> None:
    assert len(draw(stories(3000), (), Budget())) == Budget().hasard


# ---------------------------------------------------------------- in the database


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Any]:
    c = schema.open_store(fill(tmp_path, 80))
    yield c
    c.close()


def disagree(c: Any, item_id: int, ecart: float, texte: str = "") -> None:
    """What the classify stage writes beside a judgement."""
    with transaction(c):
        c.execute(
            "UPDATE classements SET desaccord = ?, desaccord_texte = ? WHERE item_id = ?", (ecart, texte, item_id)
        )


def drawn(c: Any) -> dict[int, str]:
    return {ligne["item_id"]: ligne["motif"] for ligne in c.execute("SELECT item_id, motif FROM tirages")}


def test_a_draw_is_recorded_once_whatever_the_number_of_runs(base: Any) -> None:
    premier = tirages.draw_week(base, NOW)
    assert premier == len(drawn(base)) > 0
    assert tirages.draw_week(base, NOW) == 0
    assert tirages.draw_week(base, NOW + timedelta(hours=5)) == 0
    tires = {base.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (i,)).fetchone()[0] for i in drawn(base)}
    assert len(tires) == premier  # One mark per story.


def test_at_most_six_disagreements_in_any_seven_days(base: Any) -> None:
    source = int(base.execute("SELECT id FROM sources WHERE slug = 'ville-joliette'").fetchone()[0])
    for jour in range(10):
        quand = NOW + timedelta(days=jour)
        for rang in range(4):
            neuf = add_item(base, source, f"d{jour}-{rang}", f"Nouvelle {jour} {rang}", vu_a=quand)
            disagree(base, neuf, 0.5 + rang / 10)
        tirages.draw_week(base, quand)
    instants = sorted(
        datetime.fromisoformat(ligne[0])
        for ligne in base.execute("SELECT tire_a FROM tirages WHERE motif = 'desaccord'")
    )
    assert len(instants) == 12
    assert all(sum(t <= x < t + timedelta(days=7) for x in instants) <= 6 for t in instants)


def test_a_story_already_settled_is_not_asked_again_but_may_be_in_the_random_sample(base: Any) -> None:
    for ligne in base.execute("SELECT id FROM items").fetchall():
        disagree(base, ligne["id"], 0.9)
        with transaction(base):
            decisions.record(base, Decision(ligne["id"], "retenir", "Camille Exemple"), NOW)
    assert tirages.draw_week(base, NOW) > 0
    assert set(drawn(base).values()) == {"hasard"}
    marques = [e.au_hasard for e in pertinences.examples(base)]
    assert 0 < sum(marques) < len(marques)


def test_old_stories_are_left_alone_and_a_member_s_disagreement_counts_for_its_story(base: Any) -> None:
    tete, copie = (
        int(base.execute("SELECT id FROM items WHERE cle = ?", (cle,)).fetchone()[0]) for cle in ("tete", "copie")
    )
    disagree(base, copie, 0.8, "Les deux ne disent pas la même chose.")
    trouves = {c.groupe_id: c for c in tirages.candidates(base, NOW)}
    (groupe,) = base.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (tete,)).fetchone()
    assert (trouves[groupe].item_id, trouves[groupe].desaccord) == (tete, 0.8)
    vieux = base.execute("SELECT groupe_id FROM membres m JOIN items i ON i.id = m.item_id WHERE cle = 'vieux'")
    assert vieux.fetchone()[0] not in trouves
    tirages.draw_week(base, NOW)
    fiche = fiches.of_item(base, copie)
    assert fiche is not None and fiche.tirage is not None
    assert fiche.tirage.motif in ("desaccord", "hasard")


def test_a_week_is_named_in_the_organisation_s_time_zone() -> None:
    assert tirages.week_name(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) == "2026-S47"  # Still Sunday evening.
    assert tirages.week_name(datetime(2026, 11, 23, 6, 0, tzinfo=UTC)) == "2026-S48"
