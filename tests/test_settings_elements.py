"""One element of a list of tables changed from a page: every other line stays, and an unusual layout is refused."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.petit_projet import PLAN, write_project
from veille.errors import FichierChangeError, SettingsError
from veille.model import Plan, Taxonomie
from veille.settings import cles
from veille.settings.regles import PLAN as NOM
from veille.settings.regles import THEMES

RACINE = Path(__file__).resolve().parents[1]


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return write_project(tmp_path / "projet")


@pytest.fixture
def vrai(tmp_path: Path) -> Path:
    """The real plan, whose lists of tables are written by turns, alone in its folder."""
    (tmp_path / NOM).write_bytes((RACINE / NOM).read_bytes())
    return tmp_path


def changed(dossier: Path, code: str, **voulues: object) -> tuple[list[str], list[str]]:
    """The lines taken away and those put in their place."""
    base = cles.read(dossier, NOM).empreinte
    chemins = {nom.replace("__", "."): valeur for nom, valeur in voulues.items()}
    avant, apres = cles.change_element(dossier, NOM, Plan, "moyens", "id", code, base, chemins)  # type: ignore[arg-type]
    lignes, nouvelles = avant.texte.splitlines(), apres.texte.splitlines()
    retirees, ajoutees = list(lignes), list(nouvelles)
    for ligne in nouvelles:
        if ligne in retirees:
            retirees.remove(ligne)
    for ligne in lignes:
        if ligne in ajoutees:
            ajoutees.remove(ligne)
    gardees = [ligne for ligne in lignes if ligne not in retirees]
    assert [ligne for ligne in nouvelles if ligne in gardees and ligne not in ajoutees] == gardees  # None moved.
    return retirees, ajoutees


def test_a_key_of_one_moyen_changes_and_no_other_line_moves(vrai: Path) -> None:
    rang = (RACINE / NOM).read_text(encoding="utf-8").split("[[moyens]]")
    changed(vrai, "2.1.4", priorite="priorise")
    apres = (vrai / NOM).read_text(encoding="utf-8").split("[[moyens]]")
    differents = [n for n, (a, b) in enumerate(zip(rang, apres, strict=True)) if a != b]
    assert len(differents) == 1
    assert apres[differents[0]] == rang[differents[0]].replace('priorite = ""', 'priorite = "priorise"', 1)


def test_the_days_of_an_echeance_join_its_words_on_the_same_line(vrai: Path) -> None:
    retirees, ajoutees = changed(
        vrai, "3.2.2", echeance__debut_le=date(2023, 9, 1), echeance__fin_le=date(2025, 12, 31)
    )
    assert retirees == ['echeance = { texte = "2023-2025", debut = 2023, fin = 2025 }']
    assert ajoutees == [
        'echeance = { texte = "2023-2025", debut = 2023, fin = 2025, debut_le = 2023-09-01, fin_le = 2025-12-31}'
    ]


def test_an_echeance_is_added_where_there_was_none_written_as_its_neighbours(vrai: Path) -> None:
    retirees, ajoutees = changed(vrai, "2.1.1", echeance__texte="Automne 2024", responsables=("Direction",))
    assert retirees == []
    assert ajoutees == ['echeance = {texte = "Automne 2024"}', 'responsables = ["Direction"]']


def test_days_are_taken_away_and_nothing_is_left_of_them(vrai: Path) -> None:
    _, ajoutees = changed(vrai, "1.2.2", echeance__debut_le=None, echeance__fin_le=None)
    assert len(ajoutees) == 1
    assert "_le" not in ajoutees[0]
    assert changed(vrai, "2.1.1", echeance__debut_le=None, echeance__fin_le=None) == ([], [])


def test_a_nested_table_of_a_theme_is_added_right_after_its_keys(projet: Path) -> None:
    base = cles.read(projet, THEMES).empreinte
    voulues: cles.Cles = {"veille.question": "Où loger ?", "veille.besoins": ("Comités logement",), "etat": "validee"}
    _, apres = cles.change_element(projet, THEMES, Taxonomie, "thematiques", "slug", "habitation", base, voulues)
    themes = tomllib.loads(apres.texte)["thematiques"]
    assert themes[0]["veille"] == {"question": "Où loger ?", "besoins": ["Comités logement"]}
    assert themes[0]["expressions"] == {"fort": ["logement social"]}
    assert (themes[0]["etat"], "veille" in themes[1]) == ("validee", False)


def test_what_someone_else_saved_meanwhile_is_never_written_over(projet: Path) -> None:
    base = cles.read(projet, NOM).empreinte
    changed(projet, "1.1.1", priorite="priorise")
    with pytest.raises(FichierChangeError, match="a changé depuis"):
        cles.change_element(projet, NOM, Plan, "moyens", "id", "1.1.1", base, {"priorite": "secondaire"})
    assert 'priorite = "priorise"' in (projet / NOM).read_text(encoding="utf-8")


def test_an_unknown_element_and_a_value_that_is_not_permitted_are_refused(projet: Path) -> None:
    base = cles.read(projet, NOM).empreinte
    with pytest.raises(SettingsError, match=r"9\.9"):
        cles.change_element(projet, NOM, Plan, "moyens", "id", "9.9", base, {"priorite": "priorise"})
    with pytest.raises(SettingsError, match="priorite"):
        cles.change_element(projet, NOM, Plan, "moyens", "id", "1.1.1", base, {"priorite": "haute"})
    with pytest.raises(SettingsError, match="vont ensemble"):
        cles.change_element(projet, NOM, Plan, "moyens", "id", "1.1.1", base, {"echeance.debut_le": date(2024, 1, 1)})
    assert (projet / NOM).read_text(encoding="utf-8") == PLAN


def test_a_list_written_on_one_line_is_refused_rather_than_spoilt(projet: Path) -> None:
    debut, _, reste = PLAN.partition("[[moyens]]")
    suite = reste[reste.index("[[sous_moyens]]") :]
    serre = 'moyens = [{ id = "1.1.1", objectif = "1.1", texte = "Moyen" }]\n'
    (projet / NOM).write_text(serre + debut + suite, encoding="utf-8")
    base = cles.read(projet, NOM).empreinte
    with pytest.raises(SettingsError, match="modifiez le fichier lui-même"):
        cles.change_element(projet, NOM, Plan, "moyens", "id", "1.1.1", base, {"priorite": "priorise"})


def test_line_ends_of_windows_are_kept(projet: Path) -> None:
    (projet / NOM).write_bytes(PLAN.replace("\n", "\r\n").encode())
    changed(projet, "1.1.1", responsables=("Équipe", "Direction"), note="Deux lignes\nde note")
    octets = (projet / NOM).read_bytes()
    assert octets.count(b"\n") == octets.count(b"\r\n")


@settings(deadline=None, max_examples=50)
@given(
    texte=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40),
    noms=st.lists(st.sampled_from(["Direction", "CA", "[[moyens]]", '"x"', "# rien"]), unique=True),
)
def test_whatever_is_typed_is_read_back_and_nothing_else_changes(
    tmp_path_factory: pytest.TempPathFactory, texte: str, noms: list[str]
) -> None:
    dossier = tmp_path_factory.mktemp("plan")
    (dossier / NOM).write_text(PLAN, encoding="utf-8")
    base = cles.read(dossier, NOM).empreinte
    voulues: cles.Cles = {"echeance.texte": texte, "responsables": tuple(noms), "note": texte}
    _, apres = cles.change_element(dossier, NOM, Plan, "moyens", "id", "1.1.1", base, voulues)
    attendu = tomllib.loads(PLAN)
    attendu["moyens"][0] |= {"note": texte}
    attendu["moyens"][0]["echeance"]["texte"] = texte
    obtenu = tomllib.loads(apres.texte)
    assert sorted(obtenu["moyens"][0].pop("responsables", [])) == sorted(noms)
    assert obtenu == attendu
