"""`veille abonnes`: lists with their faults, and each right of a person, from the command line."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.context import open_context
from pipeline.purge import purge_subscribers
from pipeline.run import run_cycle
from tests.abonnement import CAMILLE, NOW, subscribe, subscribers
from tests.projet import make
from veille import settings
from veille.store.abonnes import abonnements, personnes, suppressions
from veille.store.connexion import transaction

ENTETES = "courriel;nom;public;base;consenti_le;expire_le;preuve"


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return make(tmp_path / "p", [])


@pytest.fixture
def public(projet: Path) -> str:
    return settings.load(projet).audiences[0].slug


def call(projet: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["abonnes", *map(str, arguments), "--dossier", str(projet)], catch_exceptions=False)


def report(projet: Path, *arguments: object, code: int = 0) -> Any:
    resultat = call(projet, *arguments, "--json")
    assert resultat.exit_code == code, resultat.output
    return json.loads(resultat.stdout)


def csv(projet: Path, *lignes: str) -> Path:
    fichier = projet / "liste.csv"
    fichier.write_text("\n".join([ENTETES, *lignes]), encoding="utf-8")
    return fichier


def good(public: str, local: str = "camille") -> str:
    return f"{local}@exemple.invalid;Camille Fictive;{public};exprès;2026-05-01;;formulaire 12"


def test_a_good_list_comes_in_and_is_counted(projet: Path, public: str) -> None:
    fichier = csv(projet, good(public), good("", "dominique"))
    assert report(projet, "importer", fichier, "--audience", public)["ajoutes"] == 2
    assert report(projet, "importer", fichier, "--audience", public)["deja"] == 2
    (compte,) = report(projet, "lister")["publics"]
    assert (compte["audience"], compte["confirmes"]) == (public, 2)
    assert "@" not in call(projet, "lister").output
    adresses = report(projet, "lister", "--audience", public, "--adresses")["adresses"]
    assert adresses == ["camille@exemple.invalid", "dominique@exemple.invalid"]


def test_a_fault_keeps_the_whole_list_out_unless_told_otherwise(projet: Path, public: str) -> None:
    fichier = csv(projet, good(public), good(public, "pas une adresse"))
    resultat = call(projet, "importer", fichier)
    assert resultat.exit_code == 2
    assert "liste.csv, ligne 3, colonne courriel" in resultat.output and "Rien n’est entré" in resultat.output
    assert report(projet, "lister")["publics"] == []
    assert report(projet, "importer", fichier, "--essai", code=2)["lignes_valides"] == 1
    assert report(projet, "importer", fichier, "--partiel", code=1)["ajoutes"] == 1


def test_a_list_with_someone_who_left_says_who(projet: Path, public: str) -> None:
    fichier = csv(projet, good(public))
    call(projet, "importer", fichier)
    assert report(projet, "desabonner", CAMILLE)["change"]
    assert not report(projet, "desabonner", CAMILLE)["change"]
    resultat = call(projet, "importer", fichier)
    assert resultat.exit_code == 2 and "seule peut se réabonner" in resultat.output


@pytest.mark.parametrize(
    ("arguments", "dit"),
    [
        (("importer", "absent.csv"), "absent.csv"),
        (("lister", "--adresses"), "--audience"),
        (("lister", "--audience", "nulle-part"), "public inconnu"),
        (("exporter", CAMILLE), "Aucune personne"),
        (("exporter", "zut"), "il manque le @"),
        (("corriger", CAMILLE, "--nouvelle", "neuve@exemple.invalid"), "Aucune personne"),
        (("corriger", CAMILLE, "--nouvelle", "b@exemple.invalid", "--preuve", "a@b.invalid"), "sans adresse"),
        (("effacer", CAMILLE), "Aucune personne"),
        (("desabonner", CAMILLE), "Aucune personne"),
        (("journal", CAMILLE), "Aucune personne"),
        (("incident", "--par", "Camille"), "Il manque au registre"),
    ],
)
def test_what_cannot_be_done_is_said_in_french(projet: Path, arguments: tuple[str, ...], dit: str) -> None:
    resultat = call(projet, *arguments)
    assert resultat.exit_code == 2
    assert dit in resultat.output.replace("\u00a0", " ")


def test_a_person_is_given_corrected_then_erased(projet: Path, public: str) -> None:
    fichier = csv(projet, good(public))
    call(projet, "importer", fichier)
    donnees = report(projet, "exporter", "Camille@Exemple.invalid")
    assert donnees["abonnes"][0]["adresse"] == CAMILLE
    assert [x["acte"] for x in donnees["journal_consentement"]] == ["import", "communication"]
    assert CAMILLE in call(projet, "exporter", CAMILLE).output
    assert "formulaire 12" in call(projet, "journal", CAMILLE).output
    assert (
        report(projet, "corriger", CAMILLE, "--nouvelle", "juste@exemple.invalid")["adresse"] == "juste@exemple.invalid"
    )
    fichier.write_text("juste@exemple.invalid", encoding="utf-16")
    premier = report(projet, "effacer", "juste@exemple.invalid", code=1)
    assert premier == {"efface": True, "restes": ["liste.csv"]}
    fichier.unlink()
    assert not [f for f in projet.rglob("*") if f.is_file() and b"juste@" in f.read_bytes().lower()]
    assert call(projet, "effacer", "juste@exemple.invalid").exit_code == 2
    with contextlib.closing(subscribers(projet)) as c:
        assert suppressions.is_suppressed(c, "juste@exemple.invalid", public)


def test_the_register_of_incidents_is_kept_and_shown(projet: Path) -> None:
    champs = {
        "renseignements": "adresses",
        "circonstances": "envoi à la mauvaise liste",
        "survenu": "le 20 novembre 2026",
        "connu": "2026-11-21",
        "personnes": "environ 40",
        "evaluation": "adresses déjà publiques",
        "mesures": "suppression confirmée",
    }
    options = [mot for cle, valeur in champs.items() for mot in (f"--{cle}", valeur)]
    assert report(projet, "incident", *options, "--par", "Camille")["numero"] == 1
    assert "Commission" in call(projet, "incident", *options, "--risque-serieux", "--par", "Camille").output
    un, deux = report(projet, "incidents")["incidents"]
    assert un["incident"]["connu_le"] == "2026-11-21" and deux["incident"]["risque_serieux"]
    assert "environ 40" in call(projet, "incidents").output


def test_a_turn_of_the_watch_forgets_what_is_past_its_rule(projet: Path) -> None:
    assert purge_subscribers(projet, NOW).total == 0
    assert not (projet / "abonnes.db").exists()
    with contextlib.closing(subscribers(projet)) as c:
        subscribe(c)
        with transaction(c):
            suppressions.suppress(c, CAMILLE, "desabonnement", NOW)
    with open_context(projet, now=lambda: NOW + timedelta(days=800)) as ctx:
        run_cycle(ctx)
    with contextlib.closing(subscribers(projet)) as c:
        assert personnes.find(c, CAMILLE) is None
        assert list(abonnements.recipients(c, "x", NOW)) == []
    assert "demande" in call(projet, "purger").output


def test_hosting_out_of_quebec_without_an_assessment_is_told(projet: Path) -> None:
    fichier = projet / "organisation.toml"
    fichier.write_text(
        fichier.read_text(encoding="utf-8") + '\n[hebergement]\ncourriel = "États-Unis"\n', encoding="utf-8"
    )
    assert "hors du Québec" in call(projet, "lister").output
    diagnostic = CliRunner().invoke(main, ["diagnostic", "--dossier", str(projet)])
    assert "docs/efvp.md" in diagnostic.output
    fichier.write_text(fichier.read_text(encoding="utf-8") + "efvp_le = 2026-11-01\n", encoding="utf-8")
    assert "hors du Québec" not in call(projet, "lister").output
