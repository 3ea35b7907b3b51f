"""« Personnes abonnées » on the staff site: numbers, a pasted list, one person at a time, for those who administer."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.abonnement import AUTRE, NOW, PUBLIC, declare, project, subject, subscribe, subscribers
from tests.juges import faults_of
from tests.navigateur import Visiteur, browser, running_site, signed_in, visitor
from veille.store.abonnes import abonnements, consentements, personnes, suppressions

ENTETES = "courriel;nom;public;base;consenti_le;expire_le;preuve"


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("abonnes-equipe"))


@pytest.fixture(scope="module")
def lien(dossier: Path) -> Iterator[str]:
    with running_site(dossier) as lien:
        yield lien


@pytest.fixture
def equipe(dossier: Path, lien: str) -> Iterator[Visiteur]:
    with visitor(dossier, lien, "Camille Exemple") as visiteur:
        yield visiteur


@pytest.fixture
def c(dossier: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(subscribers(dossier)) as c:
        yield c


def test_numbers_are_shown_and_no_address(equipe: Visiteur, c: sqlite3.Connection) -> None:
    subscribe(c, "compte@exemple.invalid")
    declare(c, "tacite@exemple.invalid", AUTRE, expire_le=NOW.date().replace(day=30))
    page = equipe.get("/abonnes").text
    assert "CLDS de Joliette" in page and "Conseil secret" in page
    assert "compte@exemple.invalid" not in page and "tacite@exemple.invalid" not in page


def test_a_pasted_list_comes_in_whole_or_tells_every_fault(equipe: Visiteur, c: sqlite3.Connection) -> None:
    bonne = f"collee@exemple.invalid;Camille Fictive;{PUBLIC};exprès;2026-05-01;;formulaire 12"
    page = equipe.get("/abonnes")
    mauvaise = equipe.send_form("/abonnes/importer", page, liste=f"{ENTETES}\n{bonne}\nzut;;;;;;", public="")
    assert mauvaise.status_code == 400
    for mot in ("ligne 3, colonne courriel", "ligne 3, colonne base", "rien n’est entré", bonne):
        assert mot in mauvaise.text
    assert personnes.find(c, "collee@exemple.invalid") is None
    assert equipe.send_form("/abonnes/importer", page, liste=f"{ENTETES}\n{bonne}").status_code == 303
    assert abonnements.may_receive(c, subject(c, "collee@exemple.invalid"), PUBLIC, NOW) == ""
    partielle = equipe.send_form(
        "/abonnes/importer", page, liste=f"{ENTETES}\n{bonne.replace('collee', 'seconde')}\nzut", partiel="oui"
    )
    assert partielle.status_code == 200 and "1 abonnement ajouté" in partielle.text.replace("\u00a0", " ")


def test_one_person_is_found_by_the_exact_address_and_named_otherwise(equipe: Visiteur, c: sqlite3.Connection) -> None:
    sujet = subscribe(c, "cherchee@exemple.invalid")
    page = equipe.get("/abonnes")
    assert equipe.send_form("/abonnes/trouver", page, courriel="cherchee").status_code == 400
    assert equipe.send_form("/abonnes/trouver", page, courriel="autre-personne@exemple.invalid").status_code == 404
    trouvee = equipe.send_form("/abonnes/trouver", page, courriel=" Cherchee@exemple.invalid")
    assert trouvee.headers["location"] == f"/abonnes/{sujet}"
    fiche = equipe.get(trouvee.headers["location"])
    assert "cherchee@exemple.invalid" in fiche.text and "a confirmé" in fiche.text
    assert fiche.headers["referrer-policy"] == "no-referrer"
    assert equipe.get(f"/abonnes/{'0' * 32}").status_code == 404


def test_staff_export_correct_unsubscribe_and_erase(equipe: Visiteur, c: sqlite3.Connection, dossier: Path) -> None:
    sujet = subscribe(c, "droits@exemple.invalid")
    chemin = f"/abonnes/{sujet}"
    page = equipe.get(chemin)
    donnees = equipe.send_form(f"{chemin}/exporter", page)
    assert "attachment" in donnees.headers["content-disposition"]
    assert donnees.json()["abonnes"][0]["adresse"] == "droits@exemple.invalid"
    assert equipe.send_form(f"{chemin}/corriger", page, courriel="zut").status_code == 400
    assert equipe.send_form(f"{chemin}/corriger", page, courriel="justes@exemple.invalid").status_code == 303
    assert subject(c, "justes@exemple.invalid") == sujet
    equipe.send_form(f"{chemin}/desabonner", page)
    assert abonnements.may_receive(c, sujet, PUBLIC, NOW) != ""
    assert [x.origine for x in consentements.journal(c, sujet)][-1] == "equipe"
    assert equipe.send_form(f"{chemin}/effacer", page).status_code == 400
    assert equipe.send_form(f"{chemin}/effacer", page, confirme="oui").headers["location"] == "/abonnes"
    assert suppressions.is_suppressed(c, "justes@exemple.invalid")
    assert not [
        f.name for f in dossier.rglob("*") if f.is_file() and b"justes@exemple.invalid" in f.read_bytes().lower()
    ]


def test_only_those_who_administer_come_here(dossier: Path, lien: str, c: sqlite3.Connection) -> None:
    sujet = subscribe(c, "ferme@exemple.invalid")
    with visitor(dossier, lien, "Dominique Exemple", ("lire", "revoir", "rediger", "approuver", "envoyer")) as visiteur:
        assert visiteur.get("/abonnes").status_code == 403
        assert visiteur.get(f"/abonnes/{sujet}").status_code == 403
        assert "/abonnes" not in visiteur.get("/bulletins").text


def test_the_explorer_of_data_never_opens_this_file(equipe: Visiteur, c: sqlite3.Connection) -> None:
    for adresse in ("/abonnes.json", "/abonnes/abonnes", "/veille/abonnes.json", "/veille/abonnements.json"):
        assert equipe.get(adresse).status_code in (403, 404), adresse
    reponse = equipe.get("/veille.json?sql=attach+database+'abonnes.db'+as+a")
    assert reponse.status_code in (400, 403)
    bases = equipe.get("/veille.json?sql=select+name,file+from+pragma_database_list").text
    assert "abonnes.db" not in bases


@pytest.mark.slow
def test_axe_finds_nothing_on_the_staff_pages(tmp_path: Path) -> None:
    dossier = project(tmp_path)
    with contextlib.closing(subscribers(dossier)) as c:
        sujet = subscribe(c)
    fautes: list[str] = []
    with signed_in(dossier) as visiteur:
        cookies = [
            {
                "name": nom,
                "value": valeur,
                "domain": "127.0.0.1",
                "path": "/",
                "expires": -1,
                "httpOnly": True,
                "secure": False,
                "sameSite": "Lax",
            }
            for nom, valeur in visiteur.cookies.items()
        ]
        adresse = str(visiteur.base_url).rstrip("/")
        for largeur in (1280, 320):
            etat = {"cookies": cookies, "origins": []}
            with browser(viewport={"width": largeur, "height": 800}, storage_state=etat) as page:
                for chemin in ("/abonnes", f"/abonnes/{sujet}"):
                    page.goto(adresse + chemin)
                    fautes += [f"{chemin} – {faute}" for faute in faults_of(page)]
                    if (large := page.evaluate("document.documentElement.scrollWidth")) > largeur:
                        fautes.append(f"{chemin} – défile en largeur : {large} > {largeur}")
    assert not fautes
