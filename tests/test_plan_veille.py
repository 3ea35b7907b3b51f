"""The plan de veille, pure: where a theme stands beside its sheet, what is not covered, and what the document says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from veille.appreciation import document_plan
from veille.appreciation.formes import Etapes
from veille.appreciation.plan_veille import Faits, Lue, due, gaps, publisher, states, to_json
from veille.model import Audience, Expressions, PlanDeVeille, Source, Thematique
from veille.pages.plan_veille import as_text, reviewed
from veille.rapports import Paragraphe, Tableau
from veille.settings import revisions

MIDI = datetime(2026, 11, 23, 17, tzinfo=UTC)
JOUR = date(2026, 11, 23)
THEME = Thematique(
    "habitation",
    "Habitation",
    "Se loger.",
    plan=("1.1.3",),
    veille=PlanDeVeille(
        question="Où loger ?", besoins=("repérer les programmes",), publics=("clds",), a_revoir_le=date(2026, 11, 20)
    ),
    expressions=Expressions(fort=("logement social",)),
)
SOURCES = tuple(
    Source(f"s{n}", f"Source {n}", f"https://s{n}.exemple.invalid", f"https://s{n}.exemple.invalid/flux", "flux",
           etat="active", thematiques=("habitation",), rythme="hebdomadaire", cote=cote)
    for n, cote in enumerate("BA")
)  # fmt: skip
PUBLICS = (Audience("clds", "CLDS"), Audience("autre", "Autre"))
FAITS = Faits(
    themes={"habitation": Etapes("habitation", "Habitation", nouvelles=20, retenues=5, publiees=3)},
    lieux=(Etapes("joliette", "Joliette", nouvelles=4), Etapes("matawinie", "Matawinie")),
    par_source={"habitation": {"s0": 8, "s1": 7, "x": 5}},
    lues={"s0": Lue("ordre", 12, 12, JOUR), "s1": Lue("ordre", 4, 3)},
)


def constats(faits: Faits, sources: tuple[Source, ...] = SOURCES) -> list[str]:
    (etat,) = states((THEME,), sources, PUBLICS, faits, MIDI)
    return [m.constat.replace("\u00a0", " ") for m in etat.manques]


def test_readings_planned_and_made_are_those_of_its_sources() -> None:
    (etat,) = states((THEME,), SOURCES, PUBLICS, FAITS, MIDI)
    assert (etat.prevues, etat.faites) == (12 + 4, 12 + 3)
    assert [(s.lue.etat, s.nouvelles) for s in etat.sources] == [("ordre", 7), ("ordre", 8)]
    assert [s.source.slug for s in etat.sources] == ["s1", "s0"]  # Best rank first.
    assert etat.cotes == {"A": 1, "B": 1}
    assert [a.slug for a in etat.publics] == ["clds"]


def test_a_well_covered_theme_lacks_nothing() -> None:
    assert constats(FAITS) == []


@pytest.mark.parametrize(
    ("faits", "sources", "attendu"),
    [
        (FAITS, SOURCES[:1], "Une seule source lui est rattachée."),
        (replace(FAITS, par_source={}), (), "Aucune source ne lui est rattachée."),
        (replace(FAITS, par_source={}), SOURCES, "Aucune nouvelle en 90 jours."),
        (
            replace(FAITS, lues={"s0": Lue("echec"), "s1": Lue("ordre")}),
            SOURCES,
            "1 source silencieuse ou en échec : Source 0.",
        ),
        (
            replace(FAITS, par_source={"habitation": {"s0": 9, "s1": 6, "x": 5}}),
            SOURCES,
            "Un seul éditeur donne 45 % de ses nouvelles (9 de 20) : Source 0.",
        ),
    ],
)
def test_what_is_not_covered_is_said_with_its_next_step(
    faits: Faits, sources: tuple[Source, ...], attendu: str
) -> None:
    assert attendu in constats(faits, sources)
    (etat,) = states((THEME,), sources, PUBLICS, faits, MIDI)
    assert all(m.suite.endswith(".") and m.lien.startswith("/") for m in etat.manques)


def test_exactly_two_stories_in_five_are_not_too_many_and_few_stories_say_nothing() -> None:
    assert constats(replace(FAITS, par_source={"habitation": {"s0": 8, "s1": 7, "x": 5}})) == []
    assert constats(replace(FAITS, par_source={"habitation": {"s0": 5}})) == []


def test_two_sources_of_one_organisation_are_one_publisher() -> None:
    siennes = tuple(replace(s, organisation="ORG-1") for s in SOURCES)
    (constat,) = constats(FAITS, siennes)
    assert constat == "Un seul éditeur donne 75 % de ses nouvelles (15 de 20) : Source 0 et 1 autre source."
    assert publisher(replace(SOURCES[0], url="http://127.0.0.1:8000/x")) == "Source 0"


def test_a_place_that_no_story_named_is_a_gap() -> None:
    (manque,) = gaps(FAITS)
    assert "Matawinie" in manque.constat


def test_a_revision_is_recalled_two_weeks_before_then_on_its_day() -> None:
    jours = (JOUR + timedelta(days=n) for n in (15, 14, 1, 0, -30))
    assert [due(x, JOUR) for x in jours] == ["", "bientot", "bientot", "due", "due"]
    assert due(None, JOUR) == ""


def test_the_sheet_says_every_field_and_what_is_to_fill_in() -> None:
    etats = states((THEME,), SOURCES, PUBLICS, FAITS, MIDI)
    rapport = document_plan.compose(etats, "Organisme", {"1.1.3": "Outiller le milieu"}, MIDI)
    fiche = next(b for b in rapport.blocs if isinstance(b, Tableau))
    lignes = {r[0].texte: r[1].texte.replace("\u00a0", " ") for r in fiche.rangees}
    assert lignes["Question"] == "Où loger ?"
    assert lignes["Parties du plan"] == "1.1.3 Outiller le milieu"
    assert lignes["Publics"] == "CLDS"
    assert lignes["Signé par"] == document_plan.A_REMPLIR
    assert lignes["Prochaine révision"] == "20 novembre 2026 : à faire"
    assert lignes["Prévu et fait en 90 jours"].startswith("93,8 % (15 de 16) des lectures prévues ; 20 nouvelles")
    assert "Plan de veille" in rapport.titre


def test_the_whole_document_opens_with_a_summary_and_holds_every_theme() -> None:
    deux = (THEME, replace(THEME, slug="mobilite", nom="Mobilité"))
    etats = states(deux, SOURCES, PUBLICS, FAITS, MIDI)
    rapport = document_plan.compose(etats, "Organisme", {}, MIDI, manques=gaps(FAITS))
    tables = [b for b in rapport.blocs if isinstance(b, Tableau)]
    assert [r[0].texte for r in tables[0].rangees] == ["Habitation", "Mobilité"]
    assert any("Matawinie" in c.texte for r in tables[1].rangees for c in r)
    assert any(isinstance(b, Paragraphe) and b.texte.startswith("2") for b in rapport.blocs)
    assert [t["slug"] for t in to_json(etats, MIDI)["thematiques"]] == ["habitation", "mobilite"]


def test_having_read_a_sheet_again_sets_the_next_revision_in_six_months() -> None:
    assert reviewed(THEME.veille, JOUR) == {"revue_le": JOUR, "a_revoir_le": JOUR + timedelta(days=182)}
    loin = replace(THEME.veille, a_revoir_le=date(2028, 1, 1))
    assert reviewed(loin, JOUR)["a_revoir_le"] == date(2028, 1, 1)
    assert as_text(THEME.veille) != as_text(loin)


def test_the_next_revisions_are_read_from_the_file_alone(tmp_path: Path) -> None:
    fichier = tmp_path / "thematiques.toml"
    assert revisions.read(tmp_path) == ()
    fichier.write_text(
        '[[thematiques]]\nslug = "b"\nnom = "B"\n[thematiques.veille]\na_revoir_le = 2027-01-01\n'
        '[[thematiques]]\nslug = "a"\nnom = "A"\n[thematiques.veille]\na_revoir_le = 2026-01-01\n'
        '[[thematiques]]\nslug = "c"\nnom = "C"\n',
        encoding="utf-8",
    )
    assert [r.slug for r in revisions.read(tmp_path)] == ["a", "b"]
    fichier.write_text("[[thematiques\n", encoding="utf-8")
    assert revisions.read(tmp_path) == ()
