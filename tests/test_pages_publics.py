"""Audience rules and the organisation, edited by page: the file keeps its comments, and who changed what is kept."""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.navigateur import Visiteur, fill, signed_in
from veille import settings
from veille.store import modifications

CLDS = "digests/clds-joliette/audience.toml"


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("publics")
    settings.initialise(dossier)
    return fill(dossier, 16)


def fields(page: Any) -> dict[str, list[str]]:
    """What the form of the page would send if nothing were touched."""
    return Formulaire(page.text).champs


class Formulaire:
    """The last form of a page that has a `base` field, as a browser reads it."""

    def __init__(self, texte: str) -> None:
        from bs4 import BeautifulSoup

        soupe = BeautifulSoup(texte, "lxml")
        forme = next(f for f in soupe.find_all("form") if f.find("input", {"name": "base"}))
        self.champs: dict[str, list[str]] = {}
        for champ in forme.find_all(["input", "select", "textarea"]):
            nom = str(champ.get("name"))
            if champ.name == "select":
                choisie = champ.find("option", selected=True) or champ.find("option")
                self.champs.setdefault(nom, []).append(str(choisie["value"]))
            elif champ.name == "textarea":
                self.champs.setdefault(nom, []).append(champ.get_text().removeprefix("\n"))
            elif champ.get("type") != "checkbox" or champ.has_attr("checked"):
                self.champs.setdefault(nom, []).append(str(champ.get("value", "")))


def send(equipe: Visiteur, chemin: str, page: Any, **changes: Any) -> Any:
    champs = {**fields(page), **{c.replace("__", "."): v if isinstance(v, list) else [v] for c, v in changes.items()}}
    return equipe.post(chemin, data=champs)


@pytest.fixture
def fichier(dossier: Path) -> Iterator[Any]:
    yield lambda nom=CLDS: tomllib.loads((dossier / nom).read_text(encoding="utf-8"))


def test_every_audience_is_listed_with_what_it_receives(equipe: Visiteur) -> None:
    page = equipe.get("/publics").text
    assert page.count('href="/publics/') == 16
    assert "CLDS de Joliette" in page


def test_a_form_sent_untouched_changes_nothing(equipe: Visiteur, dossier: Path) -> None:
    avant = (dossier / CLDS).read_bytes()
    reponse = send(equipe, "/publics/clds-joliette", equipe.get("/publics/clds-joliette"))
    assert reponse.status_code == 303
    assert (dossier / CLDS).read_bytes() == avant


def test_a_rule_is_changed_in_its_file_and_who_did_is_kept(
    equipe: Visiteur, dossier: Path, base: sqlite3.Connection, fichier: Any
) -> None:
    page = equipe.get("/publics/clds-joliette")
    reponse = send(
        equipe,
        "/publics/clds-joliette",
        page,
        jour="lundi",
        minimum="4",
        thematiques=["habitation", "mobilite"],
        alertes=["financement"],
        besoins_confirmes_le="2026-11-20",
    )
    assert reponse.status_code == 303
    lu = fichier()
    assert (lu["jour"], lu["minimum"], lu["thematiques"]) == ("lundi", 4, ["habitation", "mobilite"])
    assert lu["alertes"] == ["financement"]
    assert lu["besoins_confirmes_le"].isoformat() == "2026-11-20"
    assert "max_par_editeur" not in lu, "une valeur habituelle n’a pas à être écrite"
    assert "# Le mardi" in (dossier / CLDS).read_text(encoding="utf-8"), "les commentaires restent"
    (derniere,) = modifications.history(base, CLDS)
    assert derniere.par == "Camille Exemple"
    assert any(p.startswith("Jour de composition") and "Lundi" in p for p in derniere.changements)
    assert "Camille Exemple" in equipe.get("/publics/clds-joliette").text


def test_a_rule_is_tried_without_being_written(equipe: Visiteur, dossier: Path) -> None:
    avant = (dossier / CLDS).read_bytes()
    page = equipe.get("/publics/clds-joliette")
    essai = send(equipe, "/publics/clds-joliette/apercu", page, thematiques=["*"], territoires=["*"])
    assert essai.status_code == 200
    assert "n’est pas enregistrée" in essai.text
    assert "nouveau avec cette règle" in essai.text
    assert (dossier / CLDS).read_bytes() == avant


@pytest.mark.parametrize(
    ("champ", "valeur", "dit"),
    [
        ("max_elements", "beaucoup", "n’est pas un nombre entier"),
        ("max_elements", "0", "de 1 à 500"),
        ("minimum", "-1", "n’est pas un nombre entier"),
        ("besoins_confirmes_le", "2026-13-40", "n’est pas une date"),
        ("nom", "", "ne peut pas être vide"),
        ("jour", "mardis", "Choisissez une des valeurs"),
        ("thematiques", ["inconnu"], "n’est plus offert"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_what_was_typed_stays(
    equipe: Visiteur, dossier: Path, champ: str, valeur: Any, dit: str
) -> None:
    avant = (dossier / CLDS).read_bytes()
    page = equipe.get("/publics/clds-joliette")
    reponse = send(equipe, "/publics/clds-joliette", page, ton="Mon ton à moi", **{champ: valeur})
    assert reponse.status_code == 400
    assert dit in reponse.text.replace("\u00a0", " ")
    assert "Mon ton à moi" in reponse.text
    assert 'aria-invalid="true"' in reponse.text
    assert (dossier / CLDS).read_bytes() == avant


def test_a_file_changed_meanwhile_is_not_written_over(
    equipe: Visiteur, dossier: Path, base: sqlite3.Connection, fichier: Any
) -> None:
    page = equipe.get("/publics/clds-joliette")
    chemin = dossier / CLDS
    chemin.write_text(chemin.read_text(encoding="utf-8").replace('"mardi"', '"jeudi"'), encoding="utf-8")
    reponse = send(equipe, "/publics/clds-joliette", page, ton="Autre ton")
    assert reponse.status_code == 409
    assert "a changé depuis" in reponse.text
    assert "Autre ton" in reponse.text
    assert fichier()["jour"] == "jeudi"
    assert modifications.history(base, CLDS) == []


def test_a_change_made_by_hand_between_two_pages_is_told_in_the_history(
    equipe: Visiteur, dossier: Path, base: sqlite3.Connection
) -> None:
    send(equipe, "/publics/clds-joliette", equipe.get("/publics/clds-joliette"), ton="Un")
    chemin = dossier / CLDS
    chemin.write_text(chemin.read_text(encoding="utf-8").replace('"mardi"', '"jeudi"'), encoding="utf-8")
    send(equipe, "/publics/clds-joliette", equipe.get("/publics/clds-joliette"), ton="Deux")
    assert [x.par for x in modifications.history(base, CLDS)] == [
        "Camille Exemple",
        modifications.A_LA_MAIN,
        "Camille Exemple",
    ]


def test_an_audience_is_added_internal_and_named_in_its_own_words(
    equipe: Visiteur, dossier: Path, fichier: Any
) -> None:
    page = equipe.get("/publics")
    reponse = equipe.send_form("/publics/ajouter", page, nom='Réseau « Aînés » "du" nord')
    assert reponse.status_code == 303
    assert reponse.headers["location"] == "/publics/reseau-aines-du-nord"
    lu = fichier("digests/reseau-aines-du-nord/audience.toml")
    assert (lu["nom"], lu["visibilite"]) == ('Réseau « Aînés » "du" nord', "interne")
    settings.load(dossier)
    encore = equipe.send_form("/publics/ajouter", page, nom="Réseau aînés du nord")
    assert encore.headers["location"] == "/publics"
    for mauvais in ("", "!!!", "Ajouter"):
        assert equipe.send_form("/publics/ajouter", page, nom=mauvais).status_code == 400


def test_the_organisation_is_edited_and_its_password_is_nowhere(
    equipe: Visiteur, dossier: Path, base: sqlite3.Connection, fichier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEILLE_SMTP_MOT_DE_PASSE", "tres-secret-exemple")
    page = equipe.get("/organisme")
    assert "tres-secret-exemple" not in page.text
    assert "Publier et envoyer sont refusés" in page.text
    reponse = send(
        equipe,
        "/organisme",
        page,
        adresse_postale="1, rue de l’Exemple, Joliette",
        expediteur__nom="Veille",
        expediteur__courriel="veille@exemple.org",
        envoi__serveur="smtp.exemple.org",
        envoi__port="465",
        hebergement__efvp_le="2026-11-01",
    )
    assert reponse.status_code == 303
    lu = fichier("organisation.toml")
    assert lu["expediteur"] == {"nom": "Veille", "courriel": "veille@exemple.org"}
    assert (lu["envoi"]["serveur"], lu["envoi"]["port"]) == ("smtp.exemple.org", 465)
    assert modifications.history(base, "organisation.toml")[0].par == "Camille Exemple"
    mauvais = send(equipe, "/organisme", equipe.get("/organisme"), expediteur__courriel="pas une adresse")
    assert mauvais.status_code == 400
    assert "attendu : une adresse courriel" in mauvais.text.replace("\u00a0", " ")


def test_who_may_not_approve_reads_the_rule_and_changes_nothing(dossier: Path) -> None:
    with signed_in(dossier, droits=("lire", "rediger")) as lectrice:
        page = lectrice.get("/publics/clds-joliette")
        assert "Changer une règle demande le droit" in page.text
        autre = lectrice.get("/revue")
        assert lectrice.send_form("/publics/clds-joliette", autre, ton="X").status_code == 403
        assert lectrice.send_form("/organisme", autre, nom="X").status_code == 403
        assert lectrice.send_form("/publics/ajouter", autre, nom="X").status_code == 403


def test_a_folder_with_a_faulty_file_says_what_to_mend(equipe: Visiteur, dossier: Path) -> None:
    (dossier / "thematiques.toml").write_text("[[", encoding="utf-8")
    assert "thematiques.toml" in equipe.get("/publics").text
    page = equipe.get("/publics/clds-joliette")
    assert "à corriger d’abord" in page.text
    assert equipe.send_form("/publics/clds-joliette", equipe.get("/compte"), ton="X").status_code == 400
