"""The card of the classifier: what judges, what the card says of it, and the way back to a former model."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.navigateur import NOW, THEMES, Visiteur, add_models, fill, signed_in
from veille.francais import NBSP
from veille.store import apprentissage, schema, service

ACTIF, ANCIEN, REFUSE = "2026-11-22-b", "2026-11-20-a", "2026-11-23-c"


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    return fill(tmp_path, 3)


@pytest.fixture
def equipe(dossier: Path) -> Iterator[Visiteur]:
    add_models(dossier)
    with signed_in(dossier) as visiteur:
        yield visiteur


@pytest.fixture
def base(dossier: Path) -> Iterator[sqlite3.Connection]:
    c = schema.open_store(dossier)
    yield c
    c.close()


def text_of(page: str) -> str:
    sans = re.sub(r"<[^>]+>", " ", page)
    return re.sub(r"\s+", " ", html.unescape(sans).replace(NBSP, " "))


def asked(c: sqlite3.Connection) -> list[tuple[str, str]]:
    return [(d.argument, d.par) for d in service.waiting(c) if d.genre == "choisir_modele"]


def test_without_a_model_the_page_says_what_judges_and_what_to_do(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        texte = text_of(visiteur.get("/classement").text)
    assert "Les règles du fichier des thèmes seules" in texte
    assert "Aucun modèle n’a encore été appris" in texte
    assert "« veille apprendre »" in texte
    assert "Tous les modèles" not in texte


def test_the_card_says_what_the_judge_knows_where_it_errs_and_since_when(equipe: Visiteur) -> None:
    page = equipe.get("/classement")
    texte = text_of(page.text)
    assert f"Le modèle {ACTIF}" in texte
    assert "mis en service de lui-même le 22 novembre 2026" in texte
    for titre in ("Ce qu’il sait", "Où il se trompe", "Peut-on croire ses probabilités", "Semaine par semaine"):
        assert titre in texte
    assert all(nom in texte for nom in THEMES.values())
    assert "Le mot « gare » l’a emporté." in texte
    assert "En service depuis le 22 novembre 2026" in texte
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="courbe-fiabilite"' in page.text
    assert page.text.count('class="tranche"') == 10
    assert "<script" not in page.text
    assert " style=" not in page.text


def test_every_model_can_be_read_and_only_those_that_served_can_come_back(equipe: Visiteur) -> None:
    page = equipe.get("/classement").text
    boutons = re.findall(r'name="modele" value="([^"]*)"', page)
    assert boutons == ["", ANCIEN]
    for nom in (ACTIF, ANCIEN, REFUSE):
        assert f'href="/classement?modele={nom}"' in page
    autre = text_of(equipe.get(f"/classement?modele={REFUSE}").text)
    assert "Vous lisez la fiche d’un modèle qui ne sert pas" in autre
    assert f"Fiche du modèle {REFUSE}" in autre
    assert equipe.get("/classement?modele=inconnu").status_code == 404


@pytest.mark.parametrize(("nom", "dit"), [(ANCIEN, f"le modèle {ANCIEN}"), ("", "les règles seules")])
def test_going_back_is_asked_for_under_the_name_and_done_by_the_schedule(
    equipe: Visiteur, base: sqlite3.Connection, nom: str, dit: str
) -> None:
    page = equipe.get("/classement")
    assert equipe.send_form("/classement/choisir", page, modele=nom).status_code == 303
    assert asked(base) == [(nom, "Camille Exemple")]
    assert apprentissage.active(base) == ACTIF
    texte = text_of(equipe.get("/classement").text)
    assert f"Demandé : {dit}." in texte
    assert "demandé, en attente" in texte
    demandes = text_of(equipe.get("/demandes").text)
    assert "Changer ce qui classe" in demandes
    assert (nom or "Les règles seules") in demandes


@pytest.mark.parametrize("nom", [REFUSE, "inconnu", "../../etc"])
def test_a_model_that_never_served_is_refused(equipe: Visiteur, base: sqlite3.Connection, nom: str) -> None:
    reponse = equipe.send_form("/classement/choisir", equipe.get("/classement"), modele=nom)
    assert reponse.status_code == 400
    assert "n’existe pas ou n’a jamais servi" in html.unescape(reponse.text)
    assert asked(base) == []


def test_asking_for_what_already_judges_changes_nothing(equipe: Visiteur, base: sqlite3.Connection) -> None:
    equipe.send_form("/classement/choisir", equipe.get("/classement"), modele=ACTIF)
    assert asked(base) == []
    assert "Rien à changer" in text_of(equipe.get("/classement").text)


def test_once_the_rules_were_chosen_the_page_says_by_whom(equipe: Visiteur, base: sqlite3.Connection) -> None:
    apprentissage.choose(base, None, "Alix Exemple", "essai", NOW)
    texte = text_of(equipe.get("/classement").text)
    assert "choisies par Alix Exemple le 23 novembre 2026" in texte
    assert "Fiche du modèle" not in texte
    assert "Revenir à ce modèle" in texte


def test_a_model_made_with_other_themes_is_not_said_to_judge(equipe: Visiteur, base: sqlite3.Connection) -> None:
    base.execute("UPDATE modeles SET fiche = json_set(fiche, '$.regles', 'autre') WHERE nom = '2026-11-22-b'")
    page = html.unescape(equipe.get("/classement").text)
    assert "a été appris avec d’autres thèmes" in page
    assert "Revenir aux règles seules" not in page


def test_a_choice_made_by_a_person_can_be_given_back(equipe: Visiteur, base: sqlite3.Connection) -> None:
    apprentissage.choose(base, None, "Sam Exemple", "essai", NOW)
    page = equipe.get("/classement")
    assert "Laisser la veille choisir" in page.text
    reponse = equipe.send_form("/classement/choisir", page, modele="auto")
    assert reponse.status_code == 303
    assert asked(base) == [("auto", "Camille Exemple")]
