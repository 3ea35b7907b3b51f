"""Every command before a folder, a file or a database that is wrong: one French sentence that names it, exit code 2."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.projet import entree, make, rss, source
from tests.serveurs import Serveur, reponse
from veille.store import connexion
from veille.store.abonnes import open_subscribers
from veille.store.comptes import open_accounts
from veille.store.schema import open_store

# What each command needs beside its folder, told to « une personne »; those left out need nothing.
ARGUMENTS: dict[str, list[str]] = {
    "bilan": ["--au", "2026-03-31", "--sortie", "bilan.html"],
    "evaluation": ["--sortie", "evaluation.html", "--format", "html"],
    "plan-de-veille": ["--sortie", "plan-de-veille.html", "--format", "html"],
    "plan activer": ["plan-inconnu"],
    "plan ebaucher": [
        *("--slug", "plan-2026-2029", "--titre", "Le suivant", "--debut", "2026", "--fin", "2029"),
        *("--bilan", "2029-03-31"),
    ],
    "sources verifier": ["--tout"],
    "sources decouvrir": ["http://127.0.0.1:9/"],
    "digest composer": ["public", "--par", "Une personne"],
    "digest approuver": ["public", "--par", "Une personne"],
    "digest publier": ["public", "--par", "Une personne"],
    "digest envoyer": ["public", "--par", "Une personne"],
    "digest exporter": ["export"],
    "digest pdf": ["public"],
    "thematiques accepter": ["--par", "Une personne"],
    "thematiques abandonner": ["--par", "Une personne"],
    "abonnes importer": ["liste.csv"],
    "abonnes exporter": ["camille@exemple.invalid"],
    "abonnes corriger": ["camille@exemple.invalid", "--nouvelle", "autre@exemple.invalid"],
    "abonnes effacer": ["camille@exemple.invalid"],
    "abonnes desabonner": ["camille@exemple.invalid"],
    "abonnes readmettre": ["camille@exemple.invalid"],
    "abonnes organisation": ["camille@exemple.invalid"],
    "abonnes journal": ["camille@exemple.invalid"],
    "abonnes incident": [
        *("--renseignements", "adresses", "--circonstances", "envoi erroné", "--survenu", "hier", "--personnes", "40"),
        *("--evaluation", "adresses publiques", "--mesures", "suppression", "--par", "Une personne"),
    ],
    "plan inscrire": [
        "activites",
        "date=2025-06-03",
        "titre=Rencontre",
        "type=autre",
        "moyens=1.1.1",
        "--par",
        "Une personne",
    ],
    "plan mesurer": ["--indicateur", "IND-1", "--annee", "2025", "--valeur", "2", "--par", "Une personne"],
    "registre inscrire": [
        "outils",
        "date=2025-06-03",
        "titre=Fiche",
        "type=fiche",
        "moyens=1.1.1",
        "--par",
        "Une personne",
    ],
    "registre corriger": ["outils", "99", "titre=Fiche", "--par", "Une personne"],
    "registre retirer": ["outils", "99", "--par", "Une personne"],
    "plan suivre": ["1.1.1", "--etat", "en_cours", "--par", "Une personne"],
    "registre importer": ["registre.csv", "--registre", "activites"],
    "registre exporter": ["activites", "--sortie", "activites.csv"],
    "registre verrouiller": ["--annee", "2024", "--par", "Une personne"],
    "organisations ajouter": ["nom=Le Toit", "--par", "Une personne"],
    "organisations modifier": ["toit", "nom=Le Toit", "--par", "Une personne"],
    "organisations reunir": ["toit", "--a", "autre"],
    "organisations importer": ["absent.csv"],
    "organisations exporter": ["--sortie", "organisations.csv"],
    "comptes ajouter": ["camille", "--nom", "Camille Exemple"],
    "comptes modifier": ["camille", "--deverrouiller"],
    "comptes retirer": ["camille"],
    "comptes lien": ["camille"],
}
SITES = {"servir", "demarrer", "planifier"}
SANS_DOSSIER = {"initialiser", "demo"}
# Exit codes with one source that answers and one that fails.
SANS_PROPOSITION = dict.fromkeys(("thematiques apercu", "thematiques accepter", "thematiques abandonner"), 2)
PERSONNE = dict.fromkeys(
    (
        f"abonnes {nom}"
        for nom in (
            "importer",
            "exporter",
            "corriger",
            "effacer",
            "desabonner",
            "readmettre",
            "journal",
            "organisation",
        )
    ),
    2,
)
ISSUES = {
    **PERSONNE,
    "collecter": 1,
    "sources decouvrir": 2,
    "digest approuver": 2,
    "digest publier": 2,
    "digest envoyer": 2,
    "digest pdf": 2,
    "plan activer": 2,
    "registre importer": 2,
    "registre corriger": 2,
    "registre retirer": 2,
    "organisations importer": 2,
    "organisations modifier": 2,
    "organisations reunir": 2,
    **SANS_PROPOSITION,
}
ANGLAIS = re.compile(
    r"Traceback|Errno|[Pp]ermission denied|No such|database is|unable to|disk I/O|not a database|readonly"
)


def leaves(groupe: click.Group = main, chemin: str = "") -> Iterator[str]:
    for nom, commande in groupe.commands.items():
        if isinstance(commande, click.Group):
            yield from leaves(commande, f"{chemin}{nom} ")
        else:
            yield f"{chemin}{nom}"


COMMANDES = sorted(set(leaves()) - SANS_DOSSIER)


def call(commande: str, dossier: Path, *autres: str) -> Result:
    arguments = [*commande.split(), *ARGUMENTS.get(commande, []), "--dossier", str(dossier), *autres]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def projet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(connexion, "ATTENTE_MS", 30)
    return make(tmp_path / "p", [])


def not_toml(projet: Path) -> str:
    (projet / "sources.toml").write_text("[[source\n")
    return r"sources\.toml, ligne 1"


def not_utf8(projet: Path) -> str:
    (projet / "thematiques.toml").write_bytes("# Pauvreté\n".encode("latin-1"))
    return r"thematiques\.toml, ligne 1 ; n’est pas en UTF-8"


def missing_file(projet: Path) -> str:
    (projet / "plan.toml").unlink()
    return r"plan\.toml, fichier ; absent"


def folder_for_a_file(projet: Path) -> str:
    (projet / "organisation.toml").unlink()
    (projet / "organisation.toml").mkdir()
    return r"organisation\.toml, fichier ; ne peut pas être lu : c’est un dossier"


@pytest.mark.parametrize("commande", COMMANDES)
@pytest.mark.parametrize("panne", [not_toml, not_utf8, missing_file, folder_for_a_file])
def test_a_wrong_file_is_named(projet: Path, commande: str, panne: Callable[[Path], str]) -> None:
    attendu = panne(projet)
    resultat = call(commande, projet)
    assert (resultat.exit_code, resultat.stdout) == (2, "")
    assert re.search(attendu, resultat.stderr), resultat.stderr
    assert not ANGLAIS.search(resultat.stderr), resultat.stderr


@pytest.mark.parametrize("commande", COMMANDES)
def test_a_folder_that_is_missing_or_is_a_file_is_named(tmp_path: Path, commande: str) -> None:
    (tmp_path / "fichier").write_text("")
    for nom in ("absent", "fichier"):
        resultat = call(commande, tmp_path / nom)
        assert (resultat.exit_code, resultat.stdout) == (2, "")
        assert str(tmp_path / nom) in resultat.stderr
        assert not ANGLAIS.search(resultat.stderr), resultat.stderr
    assert not (tmp_path / "absent").exists()


def base_of(commande: str) -> str:
    return {"comptes": "comptes.db", "abonnes": "abonnes.db"}.get(commande.partition(" ")[0], "veille.db")


def not_a_database(projet: Path, base: str = "veille.db") -> str:
    (projet / base).write_text("ceci n’est pas une base de données, mais un texte assez long pour y croire" * 20)
    return "ce n’est pas une base de données"


def a_newer_one(projet: Path, base: str = "veille.db") -> str:
    if base != "veille.db":
        with contextlib.closing({"comptes.db": open_accounts, "abonnes.db": open_subscribers}[base](projet)) as c:
            c.execute("PRAGMA user_version = 99")
        return "version plus récente de veille"
    with contextlib.closing(open_store(projet)) as c:
        c.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('veille', 'm999', 'x')")
    return "version plus récente de veille"


def a_folder(projet: Path, base: str = "veille.db") -> str:
    (projet / base).mkdir()
    return "le fichier ne s’ouvre pas|ce n’est pas un fichier"


@pytest.mark.parametrize("commande", [c for c in COMMANDES if c != "diagnostic"])
@pytest.mark.parametrize("panne", [not_a_database, a_newer_one, a_folder])
def test_a_database_that_cannot_be_used_is_named(
    projet: Path, commande: str, panne: Callable[[Path, str], str]
) -> None:
    attendu = panne(projet, base_of(commande))
    resultat = call(commande, projet)
    assert (resultat.exit_code, resultat.stdout) == (2, "")
    assert re.search(rf"{re.escape(base_of(commande))}.*(?:{attendu})", resultat.stderr), resultat.stderr
    assert not ANGLAIS.search(resultat.stderr), resultat.stderr


@pytest.mark.parametrize("panne", [not_a_database, a_newer_one, a_folder])
def test_the_diagnostic_tells_which_database_is_wrong_and_leaves_it_alone(
    projet: Path, panne: Callable[[Path], str]
) -> None:
    attendu = panne(projet)
    avant = None if (projet / "veille.db").is_dir() else (projet / "veille.db").read_bytes()
    resultat = call("diagnostic", projet, "--json")
    objet = json.loads(resultat.stdout)
    assert (resultat.exit_code, objet["a_reparer"]) == (2, ["veille.db"])
    assert re.search(attendu, objet["bases"]["veille.db"])
    assert avant is None or (projet / "veille.db").read_bytes() == avant


def test_the_diagnostic_tells_a_private_database_that_others_may_read(projet: Path) -> None:
    open_store(projet).close()
    (projet / "veille.db").chmod(0o644)
    resultat = call("diagnostic", projet)
    assert resultat.exit_code == 0
    assert "lisible par d’autres" in resultat.stdout


def test_a_neighbour_that_writes_for_long_stops_only_those_who_write(projet: Path) -> None:
    make(projet, [source("fil", "http://127.0.0.1:9/")])
    for commande in ("sources lister", "thematiques historique"):  # All that the files say is in the database.
        assert call(commande, projet).exit_code == 0
    resultats = {}
    with contextlib.closing(sqlite3.connect(projet / "veille.db", isolation_level=None)) as voisin:
        voisin.execute("BEGIN IMMEDIATE")
        for commande in COMMANDES:
            if commande not in SITES:
                resultats[commande] = call(commande, projet)
    arretees = {nom for nom, r in resultats.items() if "veille.db : occupé par une autre écriture" in r.output}
    ecrivent = {
        "bilan",
        "organisations ajouter",
        "plan inscrire",
        "plan mesurer",
        "plan suivre",
        "registre inscrire",
        "registre verrouiller",
    }
    assert arretees == {"apprendre", "collecter", "cycle", "digest composer", *ecrivent}
    assert {nom: resultats[nom].exit_code for nom in sorted(arretees)} == {**dict.fromkeys(arretees, 2), "cycle": 1}
    assert {r.exit_code for nom, r in resultats.items() if nom not in {*arretees, *ISSUES}} == {0}
    assert not [r.stderr for r in resultats.values() if ANGLAIS.search(r.stderr)]


def test_every_report_is_one_json_object_and_the_rest_goes_to_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    corps = rss(entree("a", "Logement social à Joliette"))
    with Serveur({"/rss": reponse(corps), "/panne": reponse(b"", statut=500)}) as serveur:
        projet = make(tmp_path / "p", [source(nom, serveur.adresse(f"/{nom}")) for nom in ("rss", "panne")])
        resultats = {nom: call(nom, projet, "--json") for nom in COMMANDES if nom not in SITES}
    assert {nom: r.exit_code for nom, r in resultats.items() if r.exit_code} == ISSUES
    for nom, resultat in resultats.items():
        if resultat.exit_code == 2:
            assert (resultat.stdout, resultat.stderr[:9]) == ("", "veille : "), nom
        else:
            assert resultat.stdout.count("\n") == 1, nom
            assert isinstance(json.loads(resultat.stdout), dict), nom
