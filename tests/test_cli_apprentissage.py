"""Learning and measuring from the command line: on files alone, on the log, and every wrong combination refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main

GRAINES = {
    "logement": {
        "definition": "Se loger : loyers, locataires, logements abordables.",
        "keywords": ["logement", "loyer", "locataire"],
        "examples": ["Les locataires dénoncent une hausse de loyer"],
    },
    "transport": {
        "definition": "Se déplacer : autobus, train, navettes.",
        "keywords": ["autobus", "train", "navette"],
        "examples": ["Une navette reliera les villages"],
    },
}
TITRES = {
    "logement": "Hausse de loyer {}: les locataires protestent",
    "transport": "L’autobus {} et la navette reviennent",
    "": "Le club de hockey gagne {} fois",
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def run_json(*arguments: object) -> Any:
    resultat = run(*arguments, "--json")
    assert resultat.exit_code == 0, resultat.stderr
    return json.loads(resultat.stdout)


@pytest.fixture
def graines(tmp_path: Path) -> Path:
    chemin = tmp_path / "graines.json"
    chemin.write_text(json.dumps(GRAINES), encoding="utf-8")
    return chemin


@pytest.fixture
def jeu(tmp_path: Path) -> Path:
    """Ninety examples, in the names that trial sets use."""
    chemin = tmp_path / "jeu.jsonl"
    themes = list(TITRES)
    lignes = [
        {"id": n, "title": TITRES[t].format(n), "text": "", "labels": [t] if t else [], "dossier": f"d{n}"}
        for n, t in ((n, themes[n % 3]) for n in range(90))
    ]
    chemin.write_text("\n".join(json.dumps(x) for x in lignes), encoding="utf-8")
    return chemin


def test_a_model_learnt_from_a_file_judges_texts_and_is_measured(graines: Path, jeu: Path, tmp_path: Path) -> None:
    modele, textes, courbe = tmp_path / "modele", tmp_path / "textes.jsonl", tmp_path / "courbe.svg"
    objet = run_json("apprendre", "--jeu", jeu, "--thematiques", graines, "--modele", modele)
    assert objet["exemples"] == 90
    assert objet["mesures"]["micro_f1"] > 0.9
    mesure = run_json("evaluer", "--jeu", jeu, "--thematiques", graines, "--modele", modele, "--courbe", courbe)
    assert (mesure["documents"], mesure["sans_theme"]) == (90, 30)
    assert {"micro_f1", "macro_f1", "lrap", "brier", "ece", "fiabilite", "confusions", "semaines"} <= mesure.keys()
    assert courbe.read_text(encoding="utf-8").startswith("<svg")
    textes.write_text(json.dumps({"id": "x", "titre": "La navette du samedi", "texte": ""}), encoding="utf-8")
    (ligne,) = run("classer", "--textes", textes, "--modele", modele, "--json").stdout.splitlines()
    (theme,) = json.loads(ligne)["thematiques"]
    assert theme["slug"] == "transport"
    assert 0.5 < theme["probabilite"] <= 1
    assert {"genre", "texte", "poids"} == theme["raisons"][0].keys()
    assert any(r["genre"] == "voisin" for r in theme["raisons"])


def test_seeds_judge_without_any_example(graines: Path, jeu: Path) -> None:
    mesure = run_json("evaluer", "--jeu", jeu, "--thematiques", graines)
    assert mesure["micro_f1"] > 0.9


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["apprendre", "--jeu", "{jeu}"], "« --jeu » et « --modele » vont ensemble"),
        (["apprendre", "--thematiques", "{graines}"], "« --thematiques » ne va qu’avec eux"),
        (["apprendre", "--revenir", "regles"], "« --revenir » et « --par » vont ensemble"),
        (["evaluer", "--modele", "{dossier}"], "vont avec « --jeu »"),
        (["evaluer", "--jeu", "{jeu}", "--fiche", "f.md"], "elle ne va pas avec « --jeu »"),
        (["classer", "--modele", "{dossier}"], "vont avec « --textes »"),
        (["evaluer", "--jeu", "{jeu}", "--modele", "{dossier}/absent"], "Aucun modèle dans"),
        (["evaluer", "--jeu", "{dossier}/absent.jsonl"], "absent.jsonl"),
        (["evaluer", "--jeu", "{jeu}", "--thematiques", "{dossier}/absent.toml"], "absent"),
        (["evaluer", "--jeu", "{jeu}", "--thematiques", "{jeu}"], "jeu.jsonl"),
        (["apprendre"], "organisation.toml"),
    ],
)
def test_a_wrong_combination_is_refused_in_french(
    graines: Path, jeu: Path, tmp_path: Path, arguments: list[str], phrase: str
) -> None:
    remplis = [a.format(jeu=jeu, graines=graines, dossier=tmp_path) for a in arguments]
    resultat = run(*remplis, "--dossier", tmp_path)
    assert resultat.exit_code == 2
    assert phrase in resultat.stderr.replace("\u00a0", " ")
    assert "Traceback" not in resultat.stderr


@pytest.mark.parametrize(
    ("ligne", "phrase"),
    [
        ("pas du JSON", "un objet JSON est attendu"),
        ('{"id": 1, "titre": "x"}', "« thematiques » doit être une liste"),
        ('{"id": 1, "titre": "x", "thematiques": "logement"}', "« thematiques » doit être une liste"),
        ('{"id": 1, "titre": 3, "thematiques": []}', "« titre » doit être un texte"),
        ('{"id": 1, "titre": "x", "thematiques": [], "date": "hier"}', "« date » doit s’écrire AAAA-MM-JJ"),
        ('{"titre": "x", "thematiques": []}', "« id » doit être"),
    ],
)
def test_every_bad_line_of_a_set_is_told_with_its_number(tmp_path: Path, ligne: str, phrase: str) -> None:
    jeu = tmp_path / "jeu.jsonl"
    jeu.write_text('{"id": 0, "titre": "x", "themes": []}\n' + ligne, encoding="utf-8")
    resultat = run("evaluer", "--jeu", jeu, "--dossier", tmp_path)
    assert resultat.exit_code == 2
    assert "ligne 2" in resultat.stderr
    assert phrase in resultat.stderr.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        ("[1]", "un objet {thème"),
        ("{}", "un objet {thème"),
        ("pas du JSON", "un objet JSON"),
        ('{"a": 1}', "« definition »"),
        ('{"a": {"keywords": "x"}}', "clé keywords"),
        ('{"a": {"examples": [1]}}', "clé examples"),
    ],
)
def test_a_bad_seed_file_is_refused_naming_the_theme_and_key(
    tmp_path: Path, jeu: Path, contenu: str, phrase: str
) -> None:
    graines = tmp_path / "mauvaises.json"
    graines.write_text(contenu, encoding="utf-8")
    resultat = run("evaluer", "--jeu", jeu, "--thematiques", graines)
    assert resultat.exit_code == 2
    assert "mauvaises.json" in resultat.stderr
    assert phrase in resultat.stderr.replace("\u00a0", " ")


def test_a_model_of_other_themes_is_refused(graines: Path, jeu: Path, tmp_path: Path) -> None:
    modele, autres = tmp_path / "modele", tmp_path / "autres.json"
    run_json("apprendre", "--jeu", jeu, "--thematiques", graines, "--modele", modele)
    change = {**GRAINES, "logement": {**GRAINES["logement"], "keywords": ["toit"]}}
    autres.write_text(json.dumps(change), encoding="utf-8")
    resultat = run("evaluer", "--jeu", jeu, "--thematiques", autres, "--modele", modele)
    assert resultat.exit_code == 2
    assert "d’autres thèmes" in resultat.stderr


def test_a_model_is_measured_on_its_own_themes_and_unknown_ones_are_refused(
    graines: Path, jeu: Path, tmp_path: Path
) -> None:
    modele = tmp_path / "modele"
    run_json("apprendre", "--jeu", jeu, "--thematiques", graines, "--modele", modele)
    assert run_json("evaluer", "--jeu", jeu, "--modele", modele)["micro_f1"] > 0.9
    for commande in (["evaluer", "--jeu", jeu], ["apprendre", "--jeu", jeu, "--modele", tmp_path / "autre"]):
        resultat = run(*commande)
        assert resultat.exit_code == 2
        assert "aucun de ses thèmes n’est connu (logement (30)" in resultat.stderr
    assert not (tmp_path / "autre").exists()


def test_a_theme_that_only_the_set_knows_is_told_and_left_out(graines: Path, jeu: Path) -> None:
    with jeu.open("a", encoding="utf-8") as fichier:
        fichier.write('\n{"id": 99, "title": "Un potager", "labels": ["alimentation"]}')
    resultat = run("evaluer", "--jeu", jeu, "--thematiques", graines, "--json")
    assert resultat.exit_code == 0
    assert "laissés de côté : alimentation (1)" in resultat.stderr
    assert json.loads(resultat.stdout)["sans_theme"] == 31


def test_a_folder_without_decisions_learns_nothing_and_says_so(tmp_path: Path) -> None:
    run("initialiser", tmp_path / "p")
    objet = run_json("apprendre", "--dossier", tmp_path / "p")
    assert (objet["issue"], objet["exemples"]) == ("rien", 0)
    mesure = run_json("evaluer", "--dossier", tmp_path / "p")
    assert (mesure["documents"], mesure["hasard"]["documents"]) == (0, 0)
    assert "aucune décision" in run("evaluer", "--dossier", tmp_path / "p").stdout
    revenir = run("apprendre", "--revenir", "jamais-fait", "--par", "Une personne", "--dossier", tmp_path / "p")
    assert revenir.exit_code == 2
    assert "jamais-fait" in revenir.stderr
    assert (
        "règles" in run_json("apprendre", "--revenir", "regles", "--par", "X", "--dossier", tmp_path / "p")["message"]
    )


def test_the_card_is_written_as_a_document(tmp_path: Path) -> None:
    run("initialiser", tmp_path / "p")
    fiche = tmp_path / "fiche.md"
    assert run("evaluer", "--dossier", tmp_path / "p", "--fiche", fiche).exit_code == 0
    assert fiche.read_text(encoding="utf-8").startswith("# Fiche du modèle")


def test_the_diagnostic_says_what_judges(tmp_path: Path) -> None:
    run("initialiser", tmp_path / "p")
    objet = run_json("diagnostic", "--dossier", tmp_path / "p")
    assert (objet["modele"], objet["modele_ecarte"]) == ("", "")
    assert "Classement : règles du fichier des thèmes" in run("diagnostic", "--dossier", tmp_path / "p").stdout
