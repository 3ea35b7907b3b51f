"""The sheets of the plan de veille in thematiques.toml: changed alone, judged with the audiences, carried from a wording to another."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.petit_projet import THEMES
from veille.errors import SettingsError
from veille.model import PlanDeVeille
from veille.settings.fiches import changes, with_sheet, with_sheets
from veille.settings.themes import read_taxonomie
from veille.settings.veille import check_sheets

MOTS = st.text('abcdéà ’«»"\\#[]=', min_size=1, max_size=20).map(str.strip).filter(bool)
VALEURS = st.fixed_dictionaries(
    {},
    optional={
        "question": MOTS,
        "besoins": st.lists(MOTS, unique=True, max_size=3).map(tuple),
        "publics": st.lists(st.sampled_from(["equipe", "pli"]), unique=True).map(tuple),
        "revue_le": st.dates(date(2020, 1, 1), date(2026, 1, 1)),
        "a_revoir_le": st.dates(date(2026, 1, 2), date(2030, 1, 1)),
        "conservation": MOTS,
    },
)


def sheet_of(texte: str, slug: str) -> PlanDeVeille:
    return next(t.veille for t in read_taxonomie(texte).thematiques if t.slug == slug)


PEU = settings(max_examples=40, deadline=None)  # Each reads and writes a whole file.


@PEU
@given(VALEURS, VALEURS)
def test_a_sheet_says_what_was_asked_and_nothing_else_moves(une: dict[str, object], autre: dict[str, object]) -> None:
    apres = with_sheet(with_sheet(THEMES, "habitation", une), "habitation", autre)  # type: ignore[arg-type]
    fiche = sheet_of(apres, "habitation")
    for cle, valeur in {**une, **autre}.items():
        lue = getattr(fiche, cle)
        assert set(lue) == set(valeur) if isinstance(valeur, tuple) else lue == valeur
    assert sheet_of(apres, "mobilite") == PlanDeVeille()
    assert [line for line in THEMES.splitlines() if line.strip() and line not in apres.splitlines()] == []


@PEU
@given(VALEURS)
def test_what_changed_between_two_wordings_makes_the_second_from_the_first(voulues: dict[str, object]) -> None:
    apres = with_sheet(THEMES, "habitation", voulues)  # type: ignore[arg-type]
    trouves = changes(read_taxonomie(THEMES), read_taxonomie(apres))
    assert read_taxonomie(with_sheets(THEMES, trouves)) == read_taxonomie(apres)


def test_an_unknown_theme_is_named() -> None:
    with pytest.raises(SettingsError, match="habitations"):
        with_sheet(THEMES, "habitations", {"question": "?"})


def test_an_unknown_audience_and_a_revision_before_the_last_are_faults() -> None:
    fiche = {"publics": ["equipe", "personne"], "revue_le": date(2026, 5, 1), "a_revoir_le": date(2026, 5, 1)}
    theme = {"slug": "habitation", "veille": fiche}
    brut: dict[str, dict[str, object]] = {
        "thematiques.toml": {"thematiques": [theme]},
        "digests/equipe/audience.toml": {"slug": "equipe"},
    }
    dites = [str(f) for f in check_sheets(brut)]
    assert len(dites) == 2
    assert "personne" in dites[0] and "equipe" in dites[0]
    assert "a_revoir_le" in dites[1]


def test_audiences_are_not_judged_where_there_are_none() -> None:
    theme = {"slug": "habitation", "veille": {"publics": ["personne"], "signe_par": "la\ndirection"}}
    (faute,) = check_sheets({"thematiques.toml": {"thematiques": [theme]}})
    assert "signe_par" in str(faute)
