"""The command line as people and programs meet it: French words, JSON objects, exit codes."""

from __future__ import annotations

import contextlib
import html
import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.projet import entree, make, rss, source
from tests.serveurs import Serveur, reponse
from veille import settings
from veille.store import decisions
from veille.store.decisions import Decision
from veille.store.schema import open_store

RACINE = Path(__file__).resolve().parents[1]
CATALOGUE = RACINE / "pipeline" / "cli" / "langue" / "fr" / "LC_MESSAGES"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def commands(
    groupe: click.Group = main, chemin: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for nom, commande in groupe.commands.items():
        yield (*chemin, nom), commande
        if isinstance(commande, click.Group):
            yield from commands(commande, (*chemin, nom))


@pytest.fixture
def projet(tmp_path: Path) -> Iterator[Path]:
    corps = rss(
        entree("a", "Logement social à Joliette", "Un projet."), entree("b", "Aide alimentaire", "Des paniers.")
    )
    with Serveur({"/rss": reponse(corps), "/panne": reponse(b"", statut=500)}) as serveur:
        yield make(tmp_path / "p", [source("fil", serveur.adresse("/rss")), source("panne", serveur.adresse("/panne"))])


def test_every_command_explains_itself_in_french() -> None:
    anglais = re.compile(r"\b(Usage|Options:.*\bthe\b|Show|Commands|Error|required|default|Try|Missing)\b")
    for chemin, _ in commands():
        aide = call(*chemin, "--help")
        assert aide.exit_code == 0, chemin
        assert aide.output.startswith("Emploi :"), chemin
        assert not anglais.search(aide.output), (chemin, anglais.search(aide.output))


def test_every_command_that_reports_takes_json_and_every_one_on_a_project_takes_its_folder() -> None:
    sans_json = {"servir", "demarrer", "planifier"}
    for chemin, commande in commands():
        if not isinstance(commande, click.Group):
            options = {option for parametre in commande.params for option in parametre.opts}
            assert chemin[-1] in sans_json or "--json" in options, chemin
            assert chemin[-1] == "initialiser" or "--dossier" in options, chemin


@pytest.mark.parametrize(
    "arguments", [("zut",), ("collecter", "--zut"), ("bilan",), ("servir", "--port", "abc"), ("digest", "composer")]
)
def test_a_wrong_command_line_is_told_in_french_with_exit_code_2(arguments: tuple[str, ...]) -> None:
    resultat = call(*arguments)
    assert resultat.exit_code == 2
    assert re.search(r"Erreur :|Il manque|n’existe pas|n’est pas", resultat.output)


def test_the_compiled_catalogue_is_the_one_that_is_read() -> None:
    with (CATALOGUE / "messages.po").open("rb") as po, (CATALOGUE / "messages.mo").open("rb") as mo:
        lu, compile_ = (
            {_texts(m.id): _texts(m.string) for m in catalogue if m.id} for catalogue in (read_po(po), read_mo(mo))
        )
    assert lu == compile_


def _texts(valeur: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (valeur,) if isinstance(valeur, str) else tuple(valeur)


def test_collecting_answers_with_counts_and_failures(projet: Path) -> None:
    premier = call("collecter", "--dossier", projet, "--json")
    assert premier.exit_code == 1
    objet = json.loads(premier.stdout)
    echec = objet.pop("echecs")
    assert objet == {"sources": 2, "reussies": 1, "inchangees": 0, "nouveaux": 2, "versions": 0}
    assert [(e["source"], e["cause"]) for e in echec] == [("panne", "http_5xx")]
    assert echec[0]["suite"]
    second = call("collecter", "fil", "--dossier", projet, "--json")
    assert second.exit_code == 0
    assert json.loads(second.stdout)["inchangees"] == 1


def test_an_unknown_source_is_told_with_exit_code_2(projet: Path) -> None:
    resultat = call("collecter", "inconnue", "--dossier", projet)
    assert resultat.exit_code == 2
    assert "« inconnue »" in resultat.stderr


def test_judging_texts_needs_no_database(tmp_path: Path) -> None:
    textes = tmp_path / "t.jsonl"
    lignes = [
        {
            "id": 7,
            "titre": "Logements sociaux : un appel de projets à Joliette",
            "texte": "Les demandes sont reçues jusqu’au 15 janvier 2027 à 16 h. Jusqu’à 50 000 $ par projet de logement social.",
            "date": "2026-11-20",
        },
        {"id": "golf", "titre": "Tournoi de golf : un handicap de cinq coups pour le champion", "texte": ""},
    ]
    textes.write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in lignes), encoding="utf-8")
    resultat = call("classer", "--textes", textes, "--json", "--dossier", tmp_path)
    assert resultat.exit_code == 0, resultat.output
    premier, golf = (json.loads(ligne) for ligne in resultat.stdout.splitlines())
    assert premier["id"] == 7
    assert premier["thematiques"][0]["slug"] == "habitation"
    assert 0.5 <= premier["thematiques"][0]["probabilite"] <= 1
    assert {"genre", "texte", "poids"} <= premier["thematiques"][0]["raisons"][0].keys()
    lieux = {t["slug"] for t in premier["territoires"]}
    assert lieux >= {"mun-joliette", "joliette", "lanaudiere"}
    assert premier["date_limite"] == "2027-01-15T16:00:00-05:00"
    assert (premier["montant"], premier["type"]) == (50_000, "financement")
    assert (golf["id"], golf["thematiques"]) == ("golf", [])
    assert set(golf) == {"id", "thematiques", "territoires", "type", "date_limite", "montant", "incertain"}


def test_grouping_texts_keeps_every_id_once(tmp_path: Path) -> None:
    textes = tmp_path / "t.jsonl"
    corps = "Le comité logement de Joliette dépose un mémoire sur les évictions et demande un registre des loyers pour 2027."
    lignes = [
        {"id": "a", "titre": "Évictions : un mémoire", "texte": corps, "date": "2026-11-20", "source": "x"},
        {
            "id": "b",
            "titre": "Le comité logement prend la parole",
            "texte": corps + " (Dépêche)",
            "date": "2026-11-21",
            "source": "y",
        },
        {
            "id": "c",
            "titre": "La patinoire ouvre",
            "texte": "La glace est prête au parc municipal.",
            "date": "2026-11-21",
        },
    ]
    textes.write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in lignes), encoding="utf-8")
    objet = json.loads(call("regrouper", "--textes", textes, "--json").stdout)
    assert sorted(map(sorted, objet["groupes"])) == [["a", "b"], ["c"]]
    assert [sorted(r[:2]) for r in objet["rapprochements"]] == [["a", "b"]]
    assert objet["rapprochements"][0][2]


def test_groups_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    textes = tmp_path / "t.jsonl"
    corps = "Le comité logement de Joliette dépose un mémoire sur les évictions et demande un registre des loyers pour 2027."
    jours = {"z": "2026-11-21", "m": "2026-11-02", "a": "2026-11-20", "b": "2026-11-01"}
    lignes = [
        {
            "id": i,
            "titre": f"Sujet {i}" if i in "mb" else "Évictions",
            "texte": corps if i in "za" else "",
            "date": jour,
        }
        for i, jour in jours.items()
    ]
    textes.write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in lignes), encoding="utf-8")
    assert json.loads(call("regrouper", "--textes", textes, "--json").stdout)["groupes"] == [["z", "a"], ["m"], ["b"]]


def test_ids_come_back_as_they_were_given(tmp_path: Path) -> None:
    textes = tmp_path / "t.jsonl"
    textes.write_text('{"id": 7, "titre": "Un"}\n{"id": "sept", "titre": "Deux"}\n', encoding="utf-8")
    assert sorted(json.loads(call("regrouper", "--textes", textes, "--json").stdout)["groupes"], key=str) == [
        ["sept"],
        [7],
    ]
    classes = call("classer", "--textes", textes, "--json").stdout.splitlines()
    assert [json.loads(ligne)["id"] for ligne in classes] == [7, "sept"]


def test_half_a_character_in_a_text_does_not_stop_the_others(tmp_path: Path) -> None:
    textes = tmp_path / "t.jsonl"
    textes.write_text(
        '{"id": "a", "titre": "Logement social \\ud83d"}\n{"id": "b", "titre": "Deux"}\n', encoding="utf-8"
    )
    resultat = call("classer", "--textes", textes, "--json")
    assert resultat.exit_code == 0
    assert [json.loads(ligne)["id"] for ligne in resultat.stdout.splitlines()] == ["a", "b"]


def test_every_bad_line_of_a_text_file_is_told_at_once_in_french(tmp_path: Path) -> None:
    textes = tmp_path / "t.jsonl"
    enorme = '{"id": ' + "9" * 5000 + "}"
    textes.write_text(
        '{"id": "a", "titre": 3}\npas du json\n{"titre": "sans id"}\n{"id": 1, "date": "hier"}\n[1]\n{"id":"z"}\n{"id":"z"}\n'
        + f"{enorme}\n{'[' * 100_000}\n"
    )
    for commande in ("classer", "regrouper"):
        resultat = call(commande, "--textes", textes, "--json")
        assert (resultat.exit_code, resultat.stdout) == (2, "")
        assert [f", ligne {n}" in resultat.stderr for n in range(1, 10)] == [True] * 5 + [False] + [True] * 3
        assert not re.search(r"Expecting|Exceeds|recursion|Invalid", resultat.stderr)


def test_a_text_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes('{"id": 1, "titre": "Pauvreté"}'.encode("latin-1"))
    for nom, phrase in (("latin.jsonl", "en UTF-8 est attendu"), ("absent.jsonl", "n’existe pas")):
        resultat = call("classer", "--textes", tmp_path / nom, "--json")
        assert (resultat.exit_code, resultat.stdout) == (2, "")
        assert f"{tmp_path / nom}" in resultat.stderr
        assert phrase in resultat.stderr
        assert "Errno" not in resultat.stderr


def test_a_diagnostic_warns_of_what_is_to_fill_and_refuses_an_invalid_file(tmp_path: Path) -> None:
    dossier = tmp_path / "neuf"
    assert call("initialiser", dossier).exit_code == 0
    bon = call("diagnostic", "--dossier", dossier, "--json")
    assert bon.exit_code == 0
    objet = json.loads(bon.stdout)
    assert "adresse_postale" in " ".join(objet["a_remplir"])
    assert objet["sources"] == 159
    (dossier / "sources.toml").write_text('[[source]]\nslug = "x"\ngenre = "fluxx"\n')
    mauvais = call("diagnostic", "--dossier", dossier)
    assert mauvais.exit_code == 2
    assert "sources.toml" in mauvais.stderr
    assert "fluxx" in mauvais.stderr


def test_a_folder_already_in_use_is_not_initialised_again(tmp_path: Path) -> None:
    assert call("initialiser", tmp_path / "d").exit_code == 0
    (tmp_path / "d" / "sources.toml").write_text("# à nous\n")
    resultat = call("initialiser", tmp_path / "d")
    assert resultat.exit_code == 2
    assert (tmp_path / "d" / "sources.toml").read_text() == "# à nous\n"


def test_publishing_is_refused_while_the_organisation_is_not_filled(projet: Path) -> None:
    fichier = projet / "organisation.toml"
    fichier.write_text(fichier.read_text().replace("1, rue des Essais, Ville-Fictive (Québec) A0A 0A0", "à remplir"))
    with contextlib.closing(open_store(projet)) as c:
        c.execute("INSERT INTO audiences VALUES ('public', 'Un public', 'publique', 'mensuel', 'mardi')")
        c.execute(
            "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, approuve_a, approuve_par, contenu)"
            " VALUES ('public', 1, 'T', '2026-11-23', '2026-11-23T14:00:00Z', 'A', '2026-11-23T14:00:00Z', 'A', '{}')"
        )
    resultat = call("digest", "publier", "public", "--par", "Une personne", "--dossier", projet)
    assert resultat.exit_code == 2
    assert "organisation.toml : adresse_postale" in resultat.stderr


def test_a_digest_is_composed_approved_and_published_by_its_id(projet: Path) -> None:
    call("cycle", "--dossier", projet)
    with contextlib.closing(open_store(projet)) as c:
        for item_id in (1, 2):
            decisions.record(c, Decision(item_id, "retenir", "Camille", thematiques=("habitation",)), datetime.now(UTC))

    def act(acte: str, *options: object) -> Result:
        return call("digest", acte, "public", "--par", "Camille", "--dossier", projet, *options)

    objet = json.loads(act("composer", "--json").stdout)
    assert (objet["id"], objet["etat"], objet["items"]) == (objet["digest"], "brouillon", 2)
    numero = ("--numero", objet["id"])
    nom = f"nº\u00a01 (ID\u00a0{objet['id']})"
    assert act("composer", *numero).stdout == f"Brouillon {nom} pour « public » : 2\u00a0nouvelles.\n"
    assert json.loads(act("approuver", *numero, "--json").stdout)["id"] == objet["id"]
    assert act("composer", *numero).exit_code == 2
    assert f"Le bulletin {nom} est déjà approuvé" in act("composer", *numero).stderr
    assert act("composer", "--numero", 99).exit_code == 2
    publie = json.loads(act("publier", *numero, "--json").stdout)
    assert (publie["id"], publie["etat"]) == (objet["id"], "publié")
    assert act("publier", *numero).stdout.startswith(f"Bulletin {nom} publié :\n  – publication/public/")


def test_the_first_cycle_names_its_report(tmp_path: Path) -> None:
    with Serveur({"/rss": reponse(rss(entree("a", "Une nouvelle")))}) as serveur:
        projet = make(tmp_path / "p", [source("fil", serveur.adresse("/rss"), etat="a_verifier")])
        premier, second = (call("cycle", "--dossier", projet).stdout for _ in range(2))
    assert re.search(r"^Sources lues pour la première fois : rapports/verification-.*\.md$", premier, re.MULTILINE)
    assert "première fois" not in second


def test_a_port_already_taken_is_told_in_french(projet: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        resultat = call("servir", "--port", prise.getsockname()[1], "--dossier", projet)
    assert resultat.exit_code == 2
    assert "un autre programme se sert déjà de ce port ; choisissez un autre port, ou 0" in resultat.stderr
    assert "Errno" not in resultat.stderr


def test_the_state_of_the_plan_and_its_bilan_name_every_moyen(tmp_path: Path) -> None:
    projet, sortie = make(tmp_path / "p", [], livres=True), tmp_path / "bilan.html"
    resultat = call("bilan", "--au", "2026-03-31", "--sortie", sortie, "--dossier", projet, "--json")
    assert resultat.exit_code == 0, resultat.output
    objet = json.loads(resultat.stdout)
    assert (objet["numero"], objet["nouveau"], objet["format"]) == (1, True, "html")
    page = html.unescape(sortie.read_text(encoding="utf-8"))
    moyens = {m.id for m in settings.load(projet).plan.moyens}
    assert [m for m in moyens if m not in page] == []
    etat = json.loads(call("plan", "etat", "--dossier", projet, "--json").stdout)
    assert {m["id"] for m in etat["moyens"]} == moyens
    assert "IND-1.1.1-a" in call("plan", "etat", "--dossier", projet).stdout


def test_a_bilan_is_drawn_up_once_and_written_again_by_its_number(tmp_path: Path) -> None:
    projet, sortie = make(tmp_path / "p", [], livres=True), tmp_path / "bilan.json"
    commande = ("bilan", "--sortie", sortie, "--format", "json", "--dossier", projet)
    call(*commande, "--au", "2026-03-31", "--portee", "annee")
    premier = json.loads(sortie.read_text(encoding="utf-8"))
    encore = call(*commande, "--au", "2026-03-31", "--portee", "annee")
    assert "rien n’a changé" in encore.stdout
    assert json.loads(sortie.read_text(encoding="utf-8")) == premier
    assert (premier["numero"], premier["bilan"]["genre"], premier["bilan"]["debut"]) == (1, "annee", "2025-04-01")
    une = call("bilan", "--numero", 1, "--une-page", "--sortie", tmp_path / "ca.html", "--dossier", projet)
    assert une.exit_code == 0, une.output
    assert "conseil d’administration" in (tmp_path / "ca.html").read_text(encoding="utf-8")
    for refus, mot in (
        (("--numero", 9), "pas de bilan nº\u00a09"),
        (("--au", "2026-03-31", "--plan", "autre"), "« autre »"),
        ((), "--au"),
    ):
        resultat = call(*commande, *refus)
        assert resultat.exit_code == 2 and mot in resultat.stderr


@pytest.mark.parametrize("jour", ["2023-03-31", "2100-01-01", "9999-12-31"])
def test_a_bilan_outside_the_plan_s_time_is_refused(projet: Path, tmp_path: Path, jour: str) -> None:
    resultat = call("bilan", "--au", jour, "--sortie", tmp_path / "b.html", "--dossier", projet)
    assert (resultat.exit_code, (tmp_path / "b.html").exists()) == (2, False)
    assert "compris entre le 1er\u00a0avril\u00a02023 et le" in resultat.stderr


@pytest.mark.parametrize("commande", [("bilan", "--au", "2026-03-31"), ("evaluation",), ("plan-de-veille",)])
def test_a_document_is_not_named_as_another_format(projet: Path, tmp_path: Path, commande: tuple[str, ...]) -> None:
    sortie = tmp_path / "x.pdf"
    resultat = call(*commande, "--format", "docx", "--sortie", sortie, "--dossier", projet)
    assert (resultat.exit_code, sortie.exists()) == (2, False)
    assert "« x.pdf » n’est pas le nom d’un fichier docx" in resultat.stderr


def test_a_bilan_that_cannot_be_written_names_the_file(projet: Path, tmp_path: Path) -> None:
    resultat = call("bilan", "--au", "2026-03-31", "--sortie", tmp_path / "absent" / "b.html", "--dossier", projet)
    assert resultat.exit_code == 2
    assert f"{tmp_path}/absent/b.html : le fichier ou son dossier n’existe pas." in resultat.stderr


def test_verifying_a_source_that_does_not_exist_is_told(projet: Path) -> None:
    resultat = call("sources", "verifier", "inconnue", "--dossier", projet)
    assert resultat.exit_code == 2
    assert "« inconnue »" in resultat.stderr
