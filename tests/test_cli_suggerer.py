"""« veille thematiques suggerer » as a person and a program meet it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.cli.suggerer import lines
from tests.navigateur import add_item, theme
from tests.projet import make, source
from veille.classifier.themes.conseils import Appui, Chevauchement, Conseils, ConseilsTheme, Forme, Jamais
from veille.classifier.themes.conseils.faits import Proposition, Synonyme, Trompeuse
from veille.francais import NBSP
from veille.store import decisions, schema
from veille.store.connexion import transaction
from veille.store.decisions import Decision

SLUGS = ("fil", "journal", "radio")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["thematiques", "suggerer", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """Eight stories kept under « habitation » that speak of rooming houses, thirty rejected, in three sources."""
    projet = make(tmp_path / "p", [source(slug, f"https://{slug}.exemple.invalid/") for slug in SLUGS])
    assert call("--dossier", projet).exit_code == 0  # The sources enter the database.
    c = schema.open_store(projet)
    ids = {ligne["slug"]: ligne["id"] for ligne in c.execute("SELECT id, slug FROM sources")}
    maintenant = c.execute("SELECT max(inscrite_a) FROM sources").fetchone()[0]
    from veille.store.connexion import unstamp

    now = unstamp(maintenant)
    for rang in range(38):
        garde = rang < 8
        titre = f"Une maison de chambres à sauver, {rang}" if garde else f"Le budget municipal numéro {rang}"
        themes: Any = (theme("habitation"),) if garde else ()
        un = add_item(c, ids[SLUGS[rang % 3]], f"n{rang}", titre, resume="", vu_a=now, suggestions=themes)
        acte = Decision(un, "retenir", "Alix") if garde else Decision(un, "ecarter", "Alix", raison="hors_theme")
        with transaction(c):
            decisions.record(c, acte, now)
    c.close()
    return projet


def test_people_read_what_to_add_and_where_theme_by_theme(dossier: Path) -> None:
    resultat = call("--dossier", dossier)
    texte = resultat.output.replace(NBSP, " ")
    assert resultat.exit_code == 0
    assert "Lu : 38 éléments en 38 nouvelles" in texte
    assert "dont 38 jugées par l’équipe" in texte
    assert "══ Habitation (habitation)" in texte
    assert "« maison de chambres à sauver », dans « fort » : 8 gardées sous ce thème, dans 3 sources." in texte
    assert "Quoi faire : les ajouter à la liste nommée." in texte
    assert "Ex. : « Une maison de chambres à sauver, 0 »" in texte
    assert "« logement social »" in texte.partition("Jamais rencontrées (1)")[2]
    assert "L’archive est petite" in texte
    assert "peu de nouvelles" not in texte
    assert texte.index("Habitation (") < texte.index("Mobilité (")


def test_programs_read_the_same_as_json_and_one_theme_alone(dossier: Path) -> None:
    lu = json.loads(call("habitation", "--json", "--dossier", dossier).output)
    assert [t["slug"] for t in lu["themes"]] == ["habitation"]
    [proposition] = lu["themes"][0]["propositions"]
    assert (proposition["expression"], proposition["force"]) == ("maison de chambres à sauver", "fort")
    assert proposition["appui"] == {"retenus": 8, "ailleurs": 0, "ecartes": 0, "sources": 3}
    assert (lu["elements"], lu["jugees"]) == (38, 38)


def test_the_period_and_the_thesaurus_may_be_chosen(dossier: Path, tmp_path: Path) -> None:
    fichier = tmp_path / "mots.dat"
    fichier.write_text("UTF-8\nlogement|1\n(Nom)|logis\n", encoding="utf-8")
    lu = json.loads(call("--json", "--depuis", "2100-01-01", "--thesaurus", fichier, "--dossier", dossier).output)
    assert (lu["depuis"], lu["elements"], lu["thesaurus"]) == ("2100-01-01", 0, str(fichier))
    assert len(lu["avis"]) == 2


def test_nothing_is_changed(dossier: Path) -> None:
    avant = (dossier / "thematiques.toml").read_bytes()
    call("--dossier", dossier)
    assert (dossier / "thematiques.toml").read_bytes() == avant


def test_advice_is_on_the_themes_that_judge_not_on_what_the_file_proposes(dossier: Path) -> None:
    fichier = dossier / "thematiques.toml"
    avant = json.loads(call("--json", "--dossier", dossier).output)
    fichier.write_text(
        fichier.read_text(encoding="utf-8").replace('nom = "Habitation"', 'nom = "Se loger"', 1), encoding="utf-8"
    )
    assert "Se loger" in fichier.read_text(encoding="utf-8")
    assert json.loads(call("--json", "--dossier", dossier).output) == avant


@pytest.mark.parametrize(
    ("arguments", "dit"),
    [
        (["inconnu"], "Thème inconnu dans thematiques.toml : « inconnu »."),
        (["--thesaurus", "/nulle/part.dat"], "/nulle/part.dat : le fichier ou son dossier n’existe pas."),
        (["--depuis", "hier"], "n’est pas un jour"),
    ],
)
def test_what_is_wrong_is_told_in_french_with_exit_code_2(dossier: Path, arguments: list[str], dit: str) -> None:
    resultat = call(*arguments, "--dossier", dossier)
    assert resultat.exit_code == 2
    assert dit in resultat.output


def test_every_kind_of_advice_says_what_to_do() -> None:
    from datetime import date

    appui = Appui(0, 1, 4, 2)
    conseils = Conseils(
        date(2026, 1, 1), 900, 800, 60, "",
        (
            ConseilsTheme(
                "h", "Habitation", 20, 40,
                negatives=(Proposition("toit vert", "negative", Appui(1, 0, 5, 2), 3.0, ("Un toit vert",)),),
                trompeuses=(Trompeuse("coopérative", "moyen", appui, ("La coopérative de crédit",)),),
                formes=(Forme("logement social", "logements sociaux", 12),),
                jamais=(
                    Jamais("abri", "moyen", dans="abri d’auto"),
                    Jamais("itinérence", "fort", proche=Forme("itinerence", "itinérance", 30)),
                    Jamais("minorités visibles", "fort", proche=Forme("minorités visibles", "minorité visible", 4)),
                    Jamais("refuge animalier", "negative"),
                    *(Jamais(f"mot{i}", "indice") for i in range(17)),
                ),
                synonymes=(Synonyme("bail", "contrat", "archive", 9, 0.4, "Un contrat"),),
            ),
            ConseilsTheme("m", "Mobilité", 0, 60),
        ),
        (Chevauchement("h", "m", 9, 20, 12, 0.39, 0.75, ("loyer",), ("transport",)),),
        ("Attention.",),
    )  # fmt: skip
    texte = "\n".join(lines(conseils))
    for attendu in (
        "À savoir. Attention.",
        "sudo apt install mythes-fr",
        "À exclure (1)",
        "les ajouter à « negatives »",
        f"« toit vert » : 5{NBSP}nouvelles dont le thème a été retiré ; 1{NBSP}nouvelle gardée le perdrait.",
        "Trompeuses (1)",
        f"« coopérative » (moyen) : 0{NBSP}gardée sous ce thème, 1{NBSP}sous un autre, 4{NBSP}écartées, dans 2{NBSP}sources.",
        "Pluriels oubliés (1)",
        "« logements sociaux », pour « logement social »",
        "Jamais rencontrées (19)",
        "Comprises dans une autre (1)",
        "« abri » : toujours à l’intérieur de « abri d’auto ».",
        f"« itinérence » : l’archive écrit plutôt « itinérance » (30{NBSP}nouvelles).",
        "« minorités visibles » : au singulier (« minorité visible »), elle lirait aussi le pluriel.",
        f"« mot14 » et 2{NBSP}autres (toutes avec --json).",
        f"« contrat », proche de « bail » : 9{NBSP}nouvelles. Ex. : « Un contrat »",
        "Rien à signaler.",
        f"« Habitation » et « Mobilité » : 9{NBSP}nouvelles en commun, sur 20 et 12.",
        "Les y mènent surtout : « loyer », « transport ».",
    ):
        assert attendu in texte, attendu
    assert "refuge animalier" not in texte
    assert texte.count("Quoi faire :") == 7
