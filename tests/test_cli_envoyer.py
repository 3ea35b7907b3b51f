"""« veille digest envoyer »: counting first, trying, sending once, and asking again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import deliver
from pipeline.cli import main
from pipeline.context import open_context
from pipeline.run import run_cycle, serve_requests
from tests.postes import Poste, Serveur, serving
from veille.model import Audience
from veille.settings import initialise, load
from veille.store import service

REMPLI = {
    'adresse_postale = "à remplir"': 'adresse_postale = "1, rue de l’Exemple, Joliette (Québec) J0J 0J0"',
    'adresse_publique = ""': 'adresse_publique = "https://veille.exemple.org"',
    'nom = "à remplir"': 'nom = "Camille Fictive"',
    'titre = "à remplir"': 'titre = "responsable"',
    'courriel = "à remplir"': 'courriel = "veille@table.exemple.org"',
    'temoin = ""': 'temoin = "temoin@table.exemple.org"',
}


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with serving() as s:
        yield s


@pytest.fixture
def poste(tmp_path: Path, serveur: Serveur) -> Iterator[Poste]:
    """A project folder as « veille initialiser » makes it, filled in, whose server is the test's."""
    dossier = tmp_path / "projet"
    initialise(dossier)
    fichier = dossier / "organisation.toml"
    texte = fichier.read_text(encoding="utf-8")
    for avant, apres in REMPLI.items():
        assert avant in texte, avant
        texte = texte.replace(avant, apres)
    debut, envoi, fin = texte.partition("[envoi]\n")
    local = f'serveur = "127.0.0.1"\nport = {serveur.port}\nsecurite = "aucune"\npar_minute = 60000\n'
    suite = fin.replace('serveur = ""\nport = 587\nsecurite = "starttls"\n', local, 1).replace(
        "par_minute = 120\n", "", 1
    )
    fichier.write_text(debut + envoi + suite, encoding="utf-8")
    audiences: tuple[Audience, ...] = load(dossier).audiences
    p = Poste(dossier, audiences)
    yield p
    p.close()


def run(poste: Poste, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["digest", "envoyer", *arguments, "--dossier", str(poste.chemin)])


def test_counting_trying_then_sending_once(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(4, "clds-joliette")
    poste.publish("clds-joliette")
    compte = run(poste, "clds-joliette", "--a-blanc")
    assert compte.exit_code == 0, compte.output
    assert "4\u00a0destinataires" in compte.stdout and "Rien n’a été envoyé" in compte.stdout
    assert "hebergement" in compte.stdout and not serveur.recus

    essai = run(poste, "clds-joliette", "--essai", "veille@table.exemple.org", "--par", "Camille Fictive")
    assert essai.exit_code == 0 and len(serveur.recus) == 1, essai.output

    envoi = run(poste, "clds-joliette", "--par", "Camille Fictive", "--json")
    assert envoi.exit_code == 0, envoi.output
    dit = json.loads(envoi.stdout)
    assert (dit["acceptes"], dit["nouveaux"], dit["termines"]) == (4, 4, [dit["digest"]])
    encore = run(poste, "clds-joliette", "--par", "Camille Fictive")
    assert encore.exit_code == 0 and "Rien à envoyer" in encore.stdout
    assert len(serveur.recus) == 5


def test_what_is_missing_is_one_sentence(poste: Poste) -> None:
    assert "Aucun bulletin publié" in run(poste, "clds-joliette", "--par", "Camille").stderr
    poste.publish("clds-joliette")
    sans_nom = run(poste, "clds-joliette")
    assert sans_nom.exit_code == 2 and "qui agit" in sans_nom.stderr
    inconnu = run(poste, "nulle-part", "--par", "Camille")
    assert inconnu.exit_code == 2 and "publics connus" in inconnu.stderr


def test_a_request_opens_the_sending_and_the_turn_of_the_watch_sends_it(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(3, "clds-joliette")
    digest = poste.publish("clds-joliette")
    service.ask(poste.store, "envoyer", str(digest), "Camille Fictive", poste.now)
    service.ask(poste.store, "envoyer", "douze", "Camille Fictive", poste.now)
    assert not deliver.has_work(poste.chemin, poste.now)
    with open_context(poste.chemin, now=lambda: poste.now) as ctx:
        assert serve_requests(ctx) == (2, 1)
        assert deliver.has_work(poste.chemin, poste.now) and not serveur.recus
        cycle = run_cycle(ctx, courriel=True)
    assert "3\u00a0courriels acceptés" in cycle.envois
    assert len(serveur.recus) == 3 and not deliver.has_work(poste.chemin, poste.now)
