"""A project folder: started from the shipped files, read in part, and kept from publishing until it is filled in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import veille
from tests.petit_projet import FICHIERS, change, write_project
from veille import settings as reglages
from veille.errors import RefusError, SettingsError
from veille.model import Expediteur, Organisation, Responsable


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return write_project(tmp_path / "projet")


# ---------------------------------------------------------------- themes and places alone


def test_themes_and_places_come_from_the_folder_when_it_has_them(projet: Path) -> None:
    assert [t.slug for t in reglages.load_taxonomie(projet).thematiques] == ["habitation", "mobilite"]
    assert [t.slug for t in reglages.load_gazetier(projet).territoires] == ["region", "bourg"]


def test_themes_and_places_are_the_shipped_ones_otherwise(tmp_path: Path) -> None:
    assert len(reglages.load_taxonomie(None).thematiques) == len(reglages.load_taxonomie(tmp_path).thematiques) == 18
    assert len(reglages.load_gazetier(None).territoires) == len(reglages.load_gazetier(tmp_path).territoires) == 68


def test_a_wrong_theme_file_is_told_even_when_read_alone(projet: Path) -> None:
    change(projet, "thematiques.toml", 'slug = "mobilite"', 'slug = "habitation"')
    with pytest.raises(SettingsError, match="déjà employé"):
        reglages.load_taxonomie(projet)


# ---------------------------------------------------------------- what must be filled in before publishing

REMPLIE = Organisation(
    nom="Organisme",
    courriel="info@exemple.org",
    adresse_postale="1, rue de l'Exemple",
    expediteur=Expediteur("Veille", "veille@exemple.org"),
    renseignements_personnels=Responsable("Nom", "Titre", "vie-privee@exemple.org"),
)


def test_publishing_is_refused_while_a_required_key_is_empty_and_says_which(projet: Path) -> None:
    dossier = reglages.load(projet)
    with pytest.raises(RefusError) as pris:
        reglages.require_publishable(dossier.organisation)
    manquent = reglages.missing_for_publication(dossier.organisation)
    assert manquent == (
        "adresse_postale",
        "expediteur.nom",
        "expediteur.courriel",
        "renseignements_personnels.nom",
        "renseignements_personnels.titre",
        "renseignements_personnels.courriel",
    )
    assert all(cle in str(pris.value) for cle in ("organisation.toml", *manquent))


def test_an_organisation_filled_in_may_publish_and_is_not_warned(projet: Path) -> None:
    reglages.require_publishable(REMPLIE)
    assert reglages.warnings(replace(reglages.load(projet), organisation=REMPLIE)) == []


@pytest.mark.parametrize("vide", ["", "   ", "à remplir", "À REMPLIR", "A remplir."])
def test_every_way_of_leaving_a_key_empty_counts(vide: str) -> None:
    assert reglages.missing_for_publication(replace(REMPLIE, adresse_postale=vide)) == ("adresse_postale",)


def test_warnings_name_each_key_to_fill_in_and_do_not_block_reading(projet: Path) -> None:
    rappels = reglages.warnings(reglages.load(projet))
    assert len(rappels) == 7
    assert str(rappels[0]).startswith("organisation.toml, clé adresse_postale : « à remplir » ; l’adresse postale")
    assert rappels[-1].cle == "clé courriel"


# ---------------------------------------------------------------- starting a folder


def test_a_new_folder_holds_every_shipped_file_and_is_valid(tmp_path: Path) -> None:
    ecrits = reglages.initialise(tmp_path / "neuf")
    assert {p.relative_to(tmp_path / "neuf").as_posix() for p in ecrits} >= {*FICHIERS} - {
        "digests/public/audience.toml"
    }
    for ecrit in ecrits:
        assert ecrit.read_bytes() == (reglages.shipped() / ecrit.relative_to(tmp_path / "neuf")).read_bytes()
    assert len(reglages.load(tmp_path / "neuf").audiences) == 16


def test_a_folder_that_already_holds_one_of_the_files_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("mien", encoding="utf-8")
    with pytest.raises(RefusError, match=r"Rien n’a été écrit.*plan\.toml"):
        reglages.initialise(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["plan.toml"]


def test_a_folder_with_other_files_only_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mes notes", encoding="utf-8")
    assert reglages.initialise(tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mes notes"


def test_a_place_that_cannot_be_a_folder_is_refused_in_french(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    with pytest.raises(RefusError, match="Impossible d’écrire"):
        reglages.initialise(tmp_path / "fichier")


def test_an_installed_package_uses_the_files_it_carries(tmp_path: Path) -> None:
    paquet = tmp_path / "veille"
    shutil.copytree(Path(veille.__file__).parent, paquet, ignore=shutil.ignore_patterns("__pycache__", "exemple"))
    write_project(paquet / "dossier")
    programme = (
        "from pathlib import Path; from veille import settings as s; import sys;"
        "s.initialise(Path(sys.argv[1])); print(s.shipped(), len(s.load_taxonomie().thematiques))"
    )
    sortie = subprocess.run(
        [sys.executable, "-P", "-c", programme, str(tmp_path / "neuf")],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert sortie.split() == [str(paquet / "dossier"), "2"]
    assert (tmp_path / "neuf" / "digests" / "public" / "audience.toml").is_file()
