"""Several plans in a folder: read, drafted, activated without ever losing one, whatever the instant of a cut."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.petit_projet import PLAN, write_project
from veille import settings
from veille.errors import RefusError, SettingsError
from veille.settings import plans

SUIVANT = PLAN.replace("plan-essai", "plan-suivant").replace("2023", "2026").replace("2026-03-31", "2029-03-31")
SUIVANT = SUIVANT.replace("debut = 2026\nfin = 2026", "debut = 2026\nfin = 2029").replace(
    "fin = 2026 }", "fin = 2029 }"
)


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    write_project(tmp_path)
    plans.draft(tmp_path, "plan-suivant", SUIVANT)
    return tmp_path


def texts(projet: Path) -> dict[str, str]:
    return {
        str(p.relative_to(projet)): p.read_text(encoding="utf-8")
        for d in (projet, projet / "plans")
        for p in d.glob("plan*.toml*")
    }


def test_the_active_plan_comes_first_and_each_is_found_by_its_name(projet: Path) -> None:
    assert [p.slug for p in settings.load_plans(projet)] == ["plan-essai", "plan-suivant"]
    assert settings.plan_of(projet, "plan-suivant").fin == 2029
    assert settings.plan_of(projet, "plan-essai") == settings.load(projet).plan
    with pytest.raises(RefusError, match="plan-essai, plan-suivant"):
        settings.plan_of(projet, "plan-autre")
    with pytest.raises(RefusError):
        settings.plan_of(projet, "../plan")


def test_a_draft_never_takes_the_place_of_a_plan(projet: Path) -> None:
    avant = texts(projet)
    for slug in ("plan-suivant", "plan-essai", "Plan 4"):
        with pytest.raises(RefusError):
            plans.draft(projet, slug, SUIVANT)
    assert texts(projet) == avant


def test_faults_of_a_waiting_plan_are_told_under_its_name(projet: Path) -> None:
    chemin = projet / "plans" / "plan-suivant.toml"
    chemin.write_text(SUIVANT.replace('moyen = "1.1.1"', 'moyen = "9"', 1), encoding="utf-8")
    with pytest.raises(SettingsError) as faute:
        settings.load_plans(projet)
    assert all(f.fichier == "plans/plan-suivant.toml" for f in faute.value.fautes)
    chemin.rename(chemin.with_stem("autre"))
    chemin.with_stem("autre").write_text(SUIVANT, encoding="utf-8")
    with pytest.raises(SettingsError, match="attendu : le nom du fichier"):
        settings.load_plans(projet)


def test_activating_swaps_the_two_and_doing_it_back_returns_to_where_we_were(projet: Path) -> None:
    avant = texts(projet)
    ancien, nouveau = plans.activate(projet, "plan-suivant")
    assert (ancien.slug, nouveau.slug) == ("plan-essai", "plan-suivant")
    assert texts(projet) == {"plan.toml": SUIVANT, "plans/plan-essai.toml": PLAN}
    plans.activate(projet, "plan-essai")
    assert texts(projet) == avant
    plans.activate(projet, "plan-essai")  # Already so.
    assert texts(projet) == avant


def test_a_plan_that_lacks_what_themes_name_is_refused_and_nothing_moves(projet: Path) -> None:
    sans = SUIVANT.replace('id = "1.1.1"', 'id = "8.8.8"').replace('moyen = "1.1.1"', 'moyen = "8.8.8"')
    sans = sans.replace('id = "1.1.1.1"', 'id = "8.8.8.1"').replace('id = "1.1"', 'id = "8.8"')
    sans = sans.replace('objectif = "1.1"', 'objectif = "8.8"').replace("plan-suivant", "plan-sans")
    plans.draft(projet, "plan-sans", sans)
    avant = texts(projet)
    with pytest.raises(SettingsError, match="identifiant du plan qui n’existe pas"):
        plans.activate(projet, "plan-sans")
    assert texts(projet) == avant


class Coupure(BaseException):
    """The machine stops there."""


def cut_at(monkeypatch: pytest.MonkeyPatch, rang: int) -> Callable[[], int]:
    """The `rang`-th change of the disk does not happen, nor anything after it."""
    faits = 0

    def counted(vrai: Callable[..., Any]) -> Callable[..., Any]:
        def faire(*args: Any, **kwargs: Any) -> Any:
            nonlocal faits
            faits += 1
            if faits >= rang:
                raise Coupure
            return vrai(*args, **kwargs)

        return faire

    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    monkeypatch.setattr(Path, "unlink", counted(Path.unlink))
    return lambda: faits


def test_whatever_the_instant_of_a_cut_both_plans_are_whole_and_doing_it_again_ends_it(
    projet: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rang, coupes = 1, 0
    while True:
        ici = tmp_path_factory.mktemp("coupe")
        write_project(ici)
        plans.draft(ici, "plan-suivant", SUIVANT)
        with pytest.MonkeyPatch.context() as monkeypatch:
            cut_at(monkeypatch, rang)
            try:
                plans.activate(ici, "plan-suivant")
            except Coupure:
                coupes += 1
            else:
                break
        visibles = {p.read_text(encoding="utf-8") for p in (ici / "plan.toml", *(ici / "plans").glob("*.toml"))}
        assert visibles == {PLAN, SUIVANT}, rang
        assert {p.slug for p in settings.load_plans(ici)} == {"plan-essai", "plan-suivant"}
        plans.activate(ici, "plan-suivant")
        assert settings.load(ici).plan.slug == "plan-suivant"
        assert [p.name for p in (ici / "plans").glob("*.toml")] == ["plan-essai.toml"]
        rang += 1
    assert coupes >= 4


def test_what_a_cut_left_and_the_plan_has_since_outgrown_is_kept_under_a_number(projet: Path) -> None:
    (projet / "plans" / "plan-essai.toml").write_text("# d'avant\n" + PLAN, encoding="utf-8")
    plans.activate(projet, "plan-suivant")
    assert texts(projet)["plans/plan-essai.toml"] == PLAN
    assert texts(projet)["plans/plan-essai.toml.1"] == "# d'avant\n" + PLAN
