"""`veille registre` and `veille plan inscrire|mesurer`: rows written, files brought in and taken out, periods locked."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.projet import make
from veille.rapports import tableur
from veille.store import registres
from veille.store.connexion import transaction
from veille.store.schema import open_store

NOW = datetime(2026, 11, 28, 14, 0, tzinfo=UTC)
PLAN = "plan-essai"
PAR = ("--par", "Camille Exemple")
ENTETE = "Date;Titre;Type;Moyens;MRC;Présences;Référence"


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return make(tmp_path / "p", [])


def call(projet: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--dossier", str(projet)], catch_exceptions=False)


def report(projet: Path, *arguments: object, code: int = 0) -> Any:
    resultat = call(projet, *arguments, "--json")
    assert resultat.exit_code == code, resultat.output
    return json.loads(resultat.stdout)


def refused(projet: Path, *arguments: object) -> str:
    resultat = call(projet, *arguments)
    assert (resultat.exit_code, resultat.stdout) == (2, "")
    return resultat.stderr


def write(projet: Path, *champs: str, registre: str = "activites", autres: tuple[str, ...] = ()) -> Any:
    return report(projet, "registre", "inscrire", registre, *champs, *PAR, *autres)


def meeting(**champs: str) -> list[str]:
    valeurs = {"date": "2024-06-03", "titre": "Rencontre (exemple fictif)", "type": "clds", "moyens": "1.1.1", **champs}
    return [f"{nom}={valeur}" for nom, valeur in valeurs.items()]


def csv(projet: Path, *lignes: str, nom: str = "activites.csv") -> Path:
    fichier = projet / nom
    fichier.write_text("\n".join([ENTETE, *lignes]), encoding="utf-8")
    return fichier


def rows(projet: Path, registre: str = "activites", *arguments: str) -> list[dict[str, Any]]:
    lignes: list[dict[str, Any]] = report(projet, "registre", "lister", registre, *arguments)["lignes"]
    return lignes


def test_a_row_is_written_then_listed_and_counted(projet: Path) -> None:
    ecrite = write(projet, *meeting(MRC="bourg", Présences="14", preuves="https://exemple.invalid/a=b"))
    assert ecrite == {"registre": "activites", "id": 1, "amendement": False, "avis": []}
    (ligne,) = rows(projet)
    assert (ligne["id"], ligne["jour_le"], ligne["mrc"], ligne["presences"]) == (1, "2024-06-03", ["bourg"], 14)
    assert ligne["preuves"] == [{"genre": "lien", "ref": "https://exemple.invalid/a=b", "titre": ""}]
    assert (
        "    1  2024-06-03  Rencontre (exemple fictif) · clds · 1.1.1"
        in call(projet, "registre", "lister", "activites").output
    )
    assert report(projet, "registre", "lister", "--annee", "2024")["registres"]["activites"] == 1
    assert report(projet, "registre", "lister", "--annee", "2025")["registres"]["activites"] == 0
    assert "activites\u00a0: 1\u00a0ligne" in call(projet, "registre", "lister", "--annee", "2024").output


def test_rows_are_listed_by_year_moyen_place_and_type(projet: Path) -> None:
    write(projet, *meeting(moyens="1.1.1.1", mrc="Bourg"))
    write(projet, *meeting(date="2025-06-03", type="formation"))
    for arguments, voulus in (
        ((), [2, 1]),
        (("--annee", "2024"), [1]),
        (("--moyen", "1.1.1"), [2, 1]),
        (("--moyen", "1.1.1.1"), [1]),
        (("--mrc", "MRC de Bourg"), [1]),
        (("--type", "Formation"), [2]),
    ):
        assert [x["id"] for x in rows(projet, "activites", *arguments)] == voulus, arguments
    assert "MRC inconnue" in refused(projet, "registre", "lister", "activites", "--mrc", "Ailleurs")
    assert "n’a pas de types" in refused(projet, "registre", "lister", "mesures_manuelles", "--type", "x")
    assert "les années du plan sont 2023-2024, 2024-2025, 2025-2026" in refused(
        projet, "registre", "lister", "--annee", "2030"
    )
    assert call(projet, "registre", "lister", "outils").output == "Aucune ligne.\n"


def test_every_fault_of_a_row_is_told_and_nothing_is_written(projet: Path) -> None:
    dit = refused(
        projet, "registre", "inscrire", "activites", "titre=Voir 450 555-0100", "type=fête", "moyens=9.9", *PAR
    )
    for champ in ("Date", "Titre", "Type", "Moyens"):
        assert f"  – {champ}\u00a0: " in dit
    assert "4\u00a0fautes à corriger" in dit
    dit = refused(projet, "plan", "inscrire", "activites", *meeting(), "titre=Deux", "couleur=bleu", "rien", *PAR)
    assert "est donné deux fois" in dit
    assert dit.count("écrivez champ=valeur") == 2
    assert rows(projet) == []


def test_a_day_read_in_one_of_two_ways_is_told(projet: Path) -> None:
    resultat = call(projet, "plan", "inscrire", "activites", *meeting(date="03/06/2024"), *PAR)
    assert "est lu 3\u00a0juin\u00a02024" in resultat.output


def test_a_measure_is_given_by_hand_with_its_narrative_and_its_proofs(projet: Path) -> None:
    narratif = (
        "--narratif",
        "Tout va (exemple fictif).",
        "--preuve",
        "https://exemple.invalid/",
        "--preuve",
        "element:3",
    )
    report(projet, "plan", "mesurer", "--indicateur", "IND-1", "--annee", 2024, "--valeur", "4,5", *narratif, *PAR)
    report(
        projet,
        "plan",
        "mesurer",
        "--moyen",
        "1.1.1",
        "--debut",
        "2024-05-01",
        "--fin",
        "2024-06-30",
        *narratif[:2],
        *PAR,
    )
    un, deux = sorted(rows(projet, "mesures_manuelles"), key=lambda x: x["id"])
    assert (un["debut_le"], un["fin_le"], un["valeur"], un["indicateur"]) == ("2024-04-01", "2025-03-31", 4.5, "IND-1")
    assert [p["genre"] for p in un["preuves"]] == ["lien", "item"]
    assert (deux["moyens"], deux["fin_le"]) == (["1.1.1"], "2024-06-30")
    assert "Donnez une valeur, un narratif" in refused(
        projet, "plan", "mesurer", "--indicateur", "IND-1", "--annee", 2024, *PAR
    )
    for periode in ((), ("--annee", "2024", "--debut", "2024-05-01")):
        assert "Dites la période mesurée" in call(projet, "plan", "mesurer", "--valeur", "2", *periode, *PAR).output
    assert "Fin\u00a0: Ce champ ne peut pas être vide" in refused(
        projet, "plan", "mesurer", "--indicateur", "IND-1", "--valeur", "2", "--debut", "2024-05-01", *PAR
    )


def test_a_broken_file_lists_every_problem_and_changes_nothing(projet: Path) -> None:
    fichier = csv(
        projet,
        "2024-06-03;Bonne ligne;clds;1.1.1;Bourg;14;A-1",
        "2024-13-03;;fête;9.9;Ailleurs;x;A-1",
        "2024-06-05;Débordée;clds;1.1.1;;;A-2;de trop",
    )
    for arguments in ((), ("--appliquer", *PAR)):
        objet = report(projet, "registre", "importer", fichier, "--registre", "activites", *arguments, code=2)
        assert [(p["ligne"], p["colonne"]) for p in objet["problemes"]] == [
            *((3, nom) for nom in ("Date", "Titre", "Type", "Moyens", "MRC", "Présences")), (4, ""),
        ]  # fmt: skip
        assert objet["ecrit"] is False
        assert rows(projet) == []
    dit = call(projet, "registre", "importer", fichier, "--registre", "activites").output
    assert "Ligne 3, colonne «\u00a0MRC\u00a0»" in dit
    assert "7\u00a0problèmes\u00a0: rien n’est écrit." in dit


def test_a_file_is_tried_then_written_once_however_often_it_is_given(projet: Path) -> None:
    fichier = csv(projet, "03/06/2024;Rencontre A;clds;1.1.1;Bourg;14;A-1", "2024-06-04;Rencontre B;clds;1.1.1;;;")
    importer = ("registre", "importer", fichier, "--registre", "activites")
    essai = report(projet, *importer)
    assert (essai["ajouts"], essai["ecrit"], len(essai["avis"])) == (2, False, 1)
    assert rows(projet) == []
    assert "Pour écrire, ajoutez --appliquer --par NOM" in call(projet, *importer).output
    assert "Dites qui agit" in refused(projet, *importer, "--appliquer")
    assert report(projet, *importer, "--appliquer", *PAR)["ecrit"] is True
    encore = report(projet, *importer, "--appliquer", *PAR)
    assert (encore["ajouts"], encore["modifications"], encore["inchangees"], encore["doubles"]) == (0, 0, 1, [3])
    assert "Il n’y a rien à écrire." in call(projet, *importer).output
    csv(projet, "2024-06-03;Rencontre A;clds;1.1.1;Bourg;15;A-1")
    assert report(projet, *importer, "--appliquer", *PAR)["modifications"] == 1
    assert sorted(x["presences"] or 0 for x in rows(projet)) == [0, 15]


def test_a_row_that_staff_withdrew_stays_so_when_its_file_comes_back(projet: Path) -> None:
    fichier = csv(projet, "2024-06-03;Rencontre A;clds;1.1.1;Bourg;14;A-1")
    importer = ("registre", "importer", fichier, "--registre", "activites", "--appliquer", *PAR)
    report(projet, *importer)
    with contextlib.closing(open_store(projet)) as c, transaction(c):
        registres.withdraw(c, "activites", 1, "Camille Exemple", NOW)
    assert report(projet, *importer)["retirees"] == [2]
    assert "1 retirée du registre, qui le reste (ligne 2)" in call(projet, *importer).output
    assert rows(projet) == []
    assert [x["id"] for x in rows(projet, "activites", "--retirees")] == [1]


@pytest.mark.parametrize("forme", ["csv", "xlsx"])
def test_what_is_exported_comes_back_unchanged(projet: Path, forme: str) -> None:
    write(
        projet,
        *meeting(référence="=A1", titre="=1+1 (exemple fictif)", présences="14", note_sur_5="4,5", note="Un\nDeux"),
    )
    write(projet, *meeting(référence="007", date="2025-06-03"))
    sortie = projet / f"export.{forme}"
    assert report(projet, "registre", "exporter", "activites", "--sortie", sortie)["lignes"] == 2
    lu = report(projet, "registre", "importer", sortie, "--registre", "activites")
    assert (lu["inchangees"], lu["ajouts"], lu["modifications"], lu["problemes"]) == (2, 0, 0, [])
    seule = projet / f"annee.{forme}"
    assert report(projet, "registre", "exporter", "activites", "--annee", 2025, "--sortie", seule)["lignes"] == 1


def test_a_workbook_holds_numbers_where_there_are_numbers_and_no_formula(projet: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    write(projet, *meeting(référence="007", titre="=1+1", présences="14", note_sur_5="4,5"))
    sortie = projet / "export.xlsx"
    report(projet, "registre", "exporter", "activites", "--sortie", sortie)
    feuille = openpyxl.load_workbook(sortie).active
    valeurs = dict(zip((c.value for c in feuille[1]), feuille[2], strict=True))
    assert (valeurs["Présences"].value, valeurs["Note sur 5"].value, valeurs["Référence"].value) == (14, 4.5, "007")
    assert (valeurs["Titre"].value, valeurs["Titre"].data_type) == ("=1+1", "s")
    assert tableur.read_rows(sortie.read_bytes())[0][0] == "Date"


@pytest.mark.parametrize("forme", ["csv", "xlsx"])
def test_the_model_to_fill_is_a_file_that_comes_in(tmp_path: Path, forme: str) -> None:
    projet = make(tmp_path / "p", [], livres=True)
    sortie = projet / f"modele.{forme}"
    assert report(projet, "registre", "exporter", "sondages", "--modele", "--sortie", sortie)["lignes"] == 1
    assert report(projet, "registre", "importer", sortie, "--registre", "sondages")["ajouts"] == 1


def test_a_file_that_is_neither_is_refused(projet: Path) -> None:
    texte = projet / "lettre.docx"
    texte.write_bytes(b"PK\x03\x04 pas un classeur")
    assert "n’est pas un classeur lisible" in refused(projet, "registre", "importer", texte, "--registre", "outils")
    assert "absent.csv" in refused(projet, "registre", "importer", projet / "absent.csv", "--registre", "outils")
    assert (
        "finit par .csv ou .xlsx" in call(projet, "registre", "exporter", "outils", "--sortie", projet / "x.pdf").output
    )


def test_a_locked_year_takes_nothing_without_a_reason_then_shows_it(projet: Path) -> None:
    write(projet, *meeting(référence="A-1", présences="14"))
    for arguments, dit in (((), "Dites quelle période"), (("--annee", "2024", "--tout"), "Dites quelle période")):
        assert dit in call(projet, "registre", "verrouiller", *arguments, *PAR).output
    fait = report(projet, "registre", "verrouiller", "--annee", 2024, *PAR)
    assert (fait["periode"], fait["debut"], fait["fin"]) == ("2024-2025", "2024-04-01", "2025-03-31")
    assert "déjà verrouillée" in refused(projet, "registre", "verrouiller", "--annee", 2024, *PAR)
    (verrou,) = report(projet, "registre", "lister")["verrouillees"]
    assert (verrou["periode"], verrou["bilan"]) == ("2024-2025", fait["bilan"])
    assert "2024-2025 est verrouillée depuis le" in call(projet, "registre", "lister").output

    assert "2024-2025 est verrouillée" in refused(projet, "registre", "inscrire", "activites", *meeting(), *PAR)
    fichier = csv(
        projet, "2024-06-03;Rencontre (exemple fictif);clds;1.1.1;;15;A-1", "2025-06-03;Autre;clds;1.1.1;;9;A-2"
    )
    importer = ("registre", "importer", fichier, "--registre", "activites")
    assert report(projet, *importer)["verrouillees"] == [2]
    assert "Il faudra --amendement RAISON" in call(projet, *importer).output
    assert "2024-2025 est verrouillée" in refused(projet, *importer, "--appliquer", *PAR)
    assert [x["presences"] for x in rows(projet)] == [14]

    raison = ("--amendement", "Feuille de présences retrouvée.")
    report(projet, *importer, "--appliquer", *PAR, *raison)
    assert [(x["presences"], x["amendement"] is not None) for x in rows(projet)] == [(9, False), (15, True)]
    assert write(projet, *meeting(date="2024-07-01"), autres=raison)["amendement"] is True
    assert write(projet, *meeting(date="2025-07-01"), autres=raison)["amendement"] is False
    with contextlib.closing(open_store(projet)) as c:
        (verrou_lu,) = registres.locked(c, PLAN)
        amendements = registres.amendments(c, PLAN, verrou_lu.periode)
    assert [(a.raison, len(a.actes)) for a in amendements] == [("Feuille de présences retrouvée.", 1)] * 2


def test_who_acts_is_always_told(projet: Path) -> None:
    for arguments in (
        ("inscrire", "activites", *meeting(), "--par", " "),
        ("verrouiller", "--annee", "2024", "--par", ""),
    ):
        assert "qui agit" in call(projet, "registre", *arguments).output


def test_one_row_is_corrected_withdrawn_and_put_back(projet: Path) -> None:
    write(projet, *meeting(presences="14", note="À revoir"))
    dit = report(projet, "registre", "corriger", "activites", 1, "presences=15", "note=", *PAR)
    assert dit == {"registre": "activites", "id": 1, "change": True, "avis": []}
    (ligne,) = rows(projet)
    assert (ligne["presences"], ligne["note"], ligne["titre"]) == (15, "", "Rencontre (exemple fictif)")
    assert not report(projet, "registre", "corriger", "activites", 1, "presences=15", *PAR)["change"]
    assert report(projet, "registre", "retirer", "activites", 1, *PAR)["retiree"]
    assert rows(projet) == []
    assert not report(projet, "registre", "retirer", "activites", 1, "--retablir", *PAR)["retiree"]
    assert len(rows(projet)) == 1
    assert "Présences" in refused(projet, "registre", "corriger", "activites", 1, "presences=douze", *PAR)
    assert "n’est pas au registre" in refused(projet, "registre", "corriger", "activites", 9, "presences=1", *PAR)


def test_a_row_typed_twice_is_refused(projet: Path) -> None:
    write(projet, *meeting())
    assert "sous le nº\u00a01" in refused(projet, "registre", "inscrire", "activites", *meeting(), *PAR)


def test_where_a_moyen_stands_is_said_by_command(projet: Path) -> None:
    dit = report(projet, "plan", "suivre", "1.1.1", "--etat", "realise", "--jour", "2025-06-03", *PAR)
    assert dit == {"plan": PLAN, "moyen": "1.1.1", "etat": "realise", "jour": "2025-06-03"}
    assert "n’est pas un moyen" in refused(projet, "plan", "suivre", "9.9.9", "--etat", "realise", *PAR)
    assert "téléphone" in refused(
        projet, "plan", "suivre", "1.1.1", "--etat", "realise", "--note", "450 555-1234", *PAR
    )
