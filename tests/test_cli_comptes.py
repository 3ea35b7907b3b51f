"""`veille comptes`, and what `servir` and `demo` say of how to enter."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.demo import Bilan
from tests.navigateur import Visiteur, fill, running_site
from tests.projet import ORGANISATION, make
from tests.test_identite import made_elsewhere
from veille import identite
from veille.model import DROITS
from veille.pages.instance import utcnow
from veille.store import personnes, tentatives
from veille.store.comptes import open_accounts
from veille.store.connexion import transaction

RACINE = Path(__file__).resolve().parents[1]


def call(dossier: Path, *arguments: object) -> Result:
    return CliRunner().invoke(
        main, ["comptes", *map(str, arguments), "--dossier", str(dossier)], catch_exceptions=False
    )


def report(dossier: Path, *arguments: object) -> Any:
    resultat = call(dossier, *arguments, "--json")
    assert resultat.exit_code == 0, resultat.output
    return json.loads(resultat.stdout)


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return make(tmp_path / "p", [])


def test_an_account_is_added_listed_modified_and_retired(projet: Path) -> None:
    assert "veille servir" in call(projet, "lister").stdout
    objet = report(projet, "ajouter", "Camille", "--nom", "Camille  Exemple", "--droits", "tous")
    assert (objet["identifiant"], objet["nom"], objet["droits"]) == ("camille", "Camille Exemple", list(DROITS))
    assert re.fullmatch(r"http://127\.0\.0\.1:8001/connexion\?jeton=[\w-]{43}", objet["lien"])
    report(projet, "ajouter", "sam", "--nom", "Sam Exemple", "--droits", "revoir, lire")
    assert [c["droits"] for c in report(projet, "lister")["comptes"]] == [list(DROITS), ["lire", "revoir"]]
    assert report(projet, "modifier", "SAM", "--droits", "lire", "--nom", "Sam Autre")["droits"] == ["lire"]
    assert "Sam Autre : lire (ouvert)" in call(projet, "lister").stdout.replace("\u00a0", " ")
    assert report(projet, "retirer", "sam")["retire_a"]
    assert call(projet, "lien", "sam").exit_code == 2
    assert report(projet, "modifier", "sam", "--retablir")["retire_a"] is None
    nouveau = report(projet, "lien", "sam", "--adresse", "https://veille.exemple.invalid/")["lien"]
    assert nouveau.startswith("https://veille.exemple.invalid/connexion?jeton=")
    with closing(open_accounts(projet)) as c:
        assert {a.par for a in personnes.history(c, 2)} == {"ligne de commande"}


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (("ajouter", "é", "--nom", "Sam Exemple"), "identifiant"),
        (("ajouter", "camille", "--nom", "Sam Exemple"), "déjà pris"),
        (("ajouter", "sam", "--nom", "camille exemple"), "déjà celui"),
        (("ajouter", "sam", "--nom", "Sam", "--droits", "lire,voler"), "« voler » n’est pas un droit"),
        (("ajouter", "sam", "--nom", "Sam", "--empreinte", "md5$x"), "empreinte"),
        (("ajouter", "sam", "--nom", "Sam", "--empreinte", made_elsewhere("x", 3)), "100000"),
        (("modifier", "camille"), "Dites quoi changer"),
        (("modifier", "inconnue", "--deverrouiller"), "Il n’y a pas de compte"),
        (("modifier", "camille", "--droits", "lire"), "seul compte qui peut administrer"),
        (("modifier", "camille", "--retablir"), "n’est pas retiré"),
        (("retirer", "camille"), "seul compte qui peut administrer"),
        (("lien", "inconnue"), "Il n’y a pas de compte"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(projet: Path, arguments: tuple[str, ...], phrase: str) -> None:
    report(projet, "ajouter", "camille", "--nom", "Camille Exemple", "--droits", "tous")
    avant = report(projet, "lister")
    resultat = call(projet, *arguments)
    assert resultat.exit_code == 2
    assert phrase in resultat.output.replace("\u00a0", " ")
    assert report(projet, "lister") == avant


def test_a_hash_made_elsewhere_is_taken_and_no_link_is_given(projet: Path) -> None:
    empreinte = made_elsewhere("trois petits canots", identite.ITERATIONS_IMPORTEES)
    objet = report(projet, "ajouter", "sam", "--nom", "Sam Exemple", "--empreinte", empreinte)
    assert objet["mot_de_passe_a"]
    assert "lien" not in objet
    with closing(open_accounts(projet)) as c:
        assert identite.verify("trois petits canots", personnes.password_of(c, 1))


def test_an_administrator_lifts_a_wait(projet: Path) -> None:
    report(projet, "ajouter", "sam", "--nom", "Sam Exemple")
    with closing(open_accounts(projet)) as c, transaction(c):
        for _ in range(tentatives.SEUIL_COMPTE):
            tentatives.begin(c, [tentatives.Cle(b"x", tentatives.SEUIL_COMPTE, 1)], datetime.now(UTC))
    assert report(projet, "lister")["comptes"][0]["attente_s"] > 0
    report(projet, "modifier", "sam", "--deverrouiller")
    assert report(projet, "lister")["comptes"][0]["attente_s"] == 0


def test_a_proxy_without_its_secret_stops_the_site_before_it_starts(
    projet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VEILLE_SECRET_MANDATAIRE", raising=False)
    table = '\n[connexion]\nentete = "X-Identifiant"\nmandataires = ["127.0.0.1"]\n'
    (projet / "organisation.toml").write_text(ORGANISATION + table, encoding="utf-8")
    for commande in ("servir", "demarrer"):
        resultat = CliRunner().invoke(main, [commande, "--dossier", str(projet)], catch_exceptions=False)
        assert resultat.exit_code == 2
        assert "VEILLE_SECRET_MANDATAIRE" in resultat.stderr


def announced(*arguments: str) -> str:
    """What a command that serves says, from its address on; then it is told to stop."""
    with subprocess.Popen(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=RACINE,
        env={**os.environ, "PYTHONPATH": str(RACINE)},
    ) as processus:
        assert processus.stdout is not None
        ligne = next((ligne for ligne in processus.stdout if "http://127" in ligne and "Site" in ligne), "")
        if "jeton=" in ligne:
            lien = ligne.rsplit(" : ", 1)[1].strip()
            with Visiteur(lien.partition("/connexion")[0]) as visiteur:
                assert visiteur.get(lien).status_code == 200
        processus.send_signal(signal.SIGINT)
        ligne += processus.stdout.read()
        assert processus.wait(30) == 0
    return ligne


@pytest.mark.slow
def test_serving_gives_the_first_account_s_link_then_the_plain_address(projet: Path) -> None:
    arguments = ("servir", "--port", "0", "--dossier", str(projet))
    assert re.search(
        r"pour ouvrir le premier compte .* : http://127\.0\.0\.1:\d+/connexion\?jeton=", announced(*arguments)
    )
    report(projet, "ajouter", "camille", "--nom", "Camille Exemple", "--droits", "tous")
    sortie = announced(*arguments)
    assert re.match(r"Site de l’équipe : http://127\.0\.0\.1:\d+/\n", sortie)
    assert "« veille comptes lien camille » le permet" in sortie


@pytest.mark.parametrize("en_json", [False, True])
def test_the_demonstration_opens_by_one_click(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, en_json: bool) -> None:
    """The week itself is tried in test_demo; here, only the door."""

    @contextmanager
    def no_week(dossier: Path, **_: object) -> Iterator[Bilan]:
        fill(dossier, 1)
        yield Bilan(0, 0, 0, 0, 0, 0, ())

    monkeypatch.setattr("pipeline.demo.sample_week", no_week)
    monkeypatch.setattr("pipeline.cli.demonstration.serve_with", lambda *_, tell: tell("http://127.0.0.1:9/"))
    arguments = ["demo", "--dossier", str(tmp_path), *(["--json"] if en_json else [])]
    resultat = CliRunner().invoke(main, arguments, catch_exceptions=False)
    sortie = resultat.stderr if en_json else resultat.stdout
    lien = re.search(r"au nom de Camille Exemple \(fictif\) \(.*\) : http://127\.0\.0\.1:9(/connexion\S+)", sortie)
    assert lien
    if en_json:  # The address leaves stdout to the program that reads it.
        assert json.loads(resultat.stdout)["sources"] == 0
    with running_site(tmp_path, sans_compte=True, clock=utcnow) as adresse, Visiteur(adresse) as visiteur:
        assert adresse.endswith("/")
        assert visiteur.enter(lien[1]).status_code == 303
        assert "Camille Exemple (fictif)" in visiteur.get("/").text
        assert visiteur.get("/comptes").status_code == 200
