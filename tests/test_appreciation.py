"""The évaluation, pure: what is counted survives its JSON, and every figure is said the same in a page and in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.appreciation import composition, niveau_un, periodes
from veille.appreciation.composition import Precedente
from veille.appreciation.conseils import advise
from veille.appreciation.dits import RIEN, minutes
from veille.appreciation.formes import (
    Appreciee,
    Chiffres,
    Conseil,
    Croisement,
    Effort,
    Etapes,
    Evaluation,
    Modele,
    Numero,
    from_json,
    to_json,
)
from veille.periodes import Periode, quarter_of
from veille.rapports import Bloc, Paragraphe, Rapport, Tableau

MIDI = datetime(2026, 10, 8, 16, tzinfo=UTC)
VIDE = Chiffres(0, 0, 0, 0, 0, (), 0, 0, 0, None, 0, 0, None, 0, {}, ())
PLEIN = replace(
    VIDE,
    items=347,
    nouvelles=319,
    retenues=26,
    ecartees=13,
    raisons=(("Hors thème", 6), ("Périmé", 7)),
    proposes=33,
    gardes=30,
    ajoutes=6,
    delai_jours=3.6,
    dates=39,
    mrc={"joliette": "Joliette", "matawinie": "Matawinie"},
    croisements=(Croisement("habitation", "joliette", 4),),
)
TRIMESTRE = Evaluation(
    date(2026, 7, 1),
    date(2026, 9, 30),
    MIDI,
    "2026-T3",
    PLEIN,
    total=Etapes("", "", 347, 319, 247, 26, 13, 19, 4),
    sources=(Etapes("le-journal", "Le Journal (exemple fictif)", 214, 200, 150, 0, 40, 0, 0),),
    themes=(Etapes("habitation", "Habitation", 0, 90, 80, 12, 4, 9, 3), Etapes("mobilite", "Mobilité")),
    lieux=(Etapes("joliette", "Joliette", 0, 30, 28, 6, 1, 5, 1),),
    etats={"ordre": 20, "echec": 2},
    conseils=(Conseil("le-journal", "Le Journal (exemple fictif)", "0 retenu sur 200 en six mois."),),
    ajouts=Etapes(nouvelles=3, retenues=3),
    efforts=(Effort("revue", 95), Effort("autre", 30)),
    numeros=(
        Numero(7, "clds-joliette", "CLDS de Joliette", 4, date(2026, 9, 8), 9, 40, 38, 1, 1, 0, 37, 6, 2, 3,
               (("beaucoup", 5), ("un_peu", 2)), 4.5, 50),
    ),
    appreciees=(Appreciee(11, "Une halte-chaleur (exemple fictif)", 4, 0, 2),),
    reprises=8,
    modele=Modele("2026-09-01-1", date(2026, 9, 1), 120, 300, 0.9, 0.8, 0.85, 0.05),
)  # fmt: skip


def words(blocs: tuple[Bloc, ...]) -> Iterator[str]:
    for bloc in blocs:
        if isinstance(bloc, Paragraphe):
            yield bloc.texte
        elif isinstance(bloc, Tableau):
            yield from (c.texte for rangee in bloc.rangees for c in rangee)


def whole(rapport: Rapport) -> str:
    return "\n".join(words(rapport.blocs)).replace("\u00a0", " ")


@pytest.mark.parametrize("evaluation", [TRIMESTRE, Evaluation(date(2026, 1, 1), date(2026, 1, 2), MIDI, "", VIDE)])
def test_a_frozen_evaluation_is_read_again_as_it_was_written(evaluation: Evaluation) -> None:
    assert from_json(json.loads(json.dumps(to_json(evaluation)))) == evaluation


def test_a_figure_added_since_does_not_spoil_what_was_frozen_before() -> None:
    ancien = to_json(TRIMESTRE)
    del ancien["reprises"], ancien["modele"], ancien["numeros"][0]["minutes"]
    relue = from_json(ancien)
    assert (relue.reprises, relue.modele, relue.numeros[0].minutes) == (0, None, 0)


def test_the_page_and_the_file_say_the_same_things() -> None:
    trouvees = composition.sections(TRIMESTRE)
    rapport = composition.compose(TRIMESTRE, "Organisme d’exemple")
    dites = [m for s in trouvees for m in words((*s.blocs, *s.details))]
    assert dites == list(words(rapport.blocs))
    assert len({s.ancre for s in trouvees}) == len(trouvees)
    assert {s.niveau for s in trouvees} == {1, 2}
    assert all(s.resume for s in trouvees if s.details)


def test_the_funnel_precision_and_coverage_are_said_with_what_they_are_a_part_of() -> None:
    texte = whole(composition.compose(TRIMESTRE, "Organisme d’exemple"))
    for dit in (
        "347 éléments lus, réunis en 319 nouvelles",
        "66,7 % (26 de 39)",
        "90,9 % (30 de 33)",
        "3 croisements vides sur 4",
        "2 h 05 en tout",
        "0 retenu sur 200 en six mois",
        "« Utile » : 75 % (6 de 8)",
        "95 % (38 de 40)",
    ):
        assert dit in texte, dit


def test_a_quarter_is_read_beside_the_one_before() -> None:
    avant = replace(TRIMESTRE, debut=date(2026, 4, 1), fin=date(2026, 6, 30), trimestre="2026-T2",
                    chiffres=replace(PLEIN, items=111))  # fmt: skip
    rapport = composition.compose(TRIMESTRE, "Organisme", figee_a=MIDI, avant=Precedente(avant, MIDI))
    tables = [b for b in rapport.blocs if isinstance(b, Tableau) and "avril à juin\u00a02026" in b.colonnes]
    assert len(tables) >= 5
    assert "111" in whole(rapport)
    assert "figé le" in rapport.entete[2].texte


def test_nothing_at_all_is_said_without_any_fault() -> None:
    rien = Evaluation(date(2026, 1, 1), date(2026, 3, 31), MIDI, "2026-T1", VIDE)
    texte = whole(composition.compose(rien, ""))
    assert RIEN in texte
    assert "nan" not in texte


# ---------------------------------------------------------------- advice


def advised(x: Etapes, etat: str = "active", inscrite: date = date(2026, 1, 1)) -> list[str]:
    return [c.phrase.replace("\u00a0", " ") for c in advise([(x, etat, inscrite)], date(2026, 9, 30))]


def test_a_source_that_gives_nothing_worth_keeping_is_questioned() -> None:
    assert advised(Etapes("s", "S", nouvelles=214, ecartees=40)) == [
        "0 retenu sur 214 en six mois : retirer, ou revoir ce qu’on y cherche ?"
    ]


def test_a_source_nobody_looked_at_is_not_condemned() -> None:
    (phrase,) = advised(Etapes("s", "S", nouvelles=214, ecartees=2))
    assert "2 seulement ont été regardées" in phrase
    assert "retirer" not in phrase


def test_a_sure_source_is_said_so_and_a_common_one_is_left_alone() -> None:
    assert "une source sûre" in advised(Etapes("s", "S", nouvelles=30, retenues=12, ecartees=3))[0]
    assert advised(Etapes("s", "S", nouvelles=30, retenues=4, ecartees=12)) == []


@pytest.mark.parametrize(("etat", "inscrite"), [("inactive", date(2026, 1, 1)), ("active", date(2026, 9, 20))])
def test_inactive_and_new_sources_get_no_advice(etat: str, inscrite: date) -> None:
    assert advised(Etapes("s", "S", nouvelles=214, ecartees=40), etat, inscrite) == []


@settings(deadline=None)  # A busy machine is no fault of ours.
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)), max_size=60))
def test_advice_never_fails_and_is_bounded(lot: list[tuple[int, int, int]]) -> None:
    sources = [(Etapes(str(i), str(i), nouvelles=a + b + d, retenues=a, ecartees=b), "active", date(2026, 1, 1))
               for i, (a, b, d) in enumerate(lot)]  # fmt: skip
    dits = advise(sources, date(2026, 9, 30))
    assert len({c.slug for c in dits}) == len(dits) <= 40


# ---------------------------------------------------------------- which days


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_a_quarter_is_found_again_by_its_code(jour: date) -> None:
    trimestre = quarter_of(jour)
    assert periodes.read_quarter(periodes.code(trimestre)) == trimestre
    assert quarter_of(periodes.before(trimestre).fin + timedelta(days=1)) == trimestre


def test_the_period_asked_for_is_one_of_those_offered() -> None:
    durees = [periodes.asked(x, "", MIDI).duree for x in ("30", "365", "", "31", "²", "-1")]
    assert durees == [30, 365, 90, 90, 90, 90]
    assert periodes.asked("30", "2026-T3", MIDI).trimestre == "2026-T3"
    assert periodes.asked("30", "2027-T1", MIDI).duree == 30  # It has not begun.
    assert [periodes.read_quarter(x) for x in ("2026-T5", "T3", "2026")] == [None, None, None]


def test_quarters_go_back_to_the_first_day_and_no_further() -> None:
    codes = [periodes.code(t) for t in periodes.quarters(date(2026, 2, 3), date(2026, 10, 8))]
    assert codes == ["2026-T4", "2026-T3", "2026-T2", "2026-T1"]
    assert len(periodes.quarters(date(2010, 1, 1), date(2026, 10, 8))) == periodes.TRIMESTRES_MAX
    assert periodes.quarters(date(2026, 10, 9), date(2026, 10, 8)) == []


def test_a_quarter_begins_and_ends_at_midnight_here() -> None:
    jours = periodes.of_quarter(Periode("trimestre", date(2026, 10, 1), date(2026, 12, 31)))
    assert (jours.depuis, jours.avant) == (datetime(2026, 10, 1, 4, tzinfo=UTC), datetime(2027, 1, 1, 5, tzinfo=UTC))


def test_the_grid_keeps_its_empty_cells() -> None:
    grille = niveau_un.grid(PLEIN, TRIMESTRE.themes)
    assert [(t.slug, nombres) for t, nombres in grille] == [("habitation", (4, 0)), ("mobilite", (0, 0))]


def test_minutes_are_said_in_hours_past_one() -> None:
    assert [minutes(n).replace("\u00a0", " ") for n in (5, 60, 125)] == ["5 min", "1 h 00", "2 h 05"]
