"""`veille thematiques`: a change of the file is shown at work, accepted or abandoned, and its history told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.context import open_context
from tests.navigateur import add_item
from tests.petit_projet import THEMES, change
from tests.projet import make, source
from veille.francais import NBSP

NOM = "thematiques.toml"


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    """A folder where one story waits, and whose first wording is accepted."""
    dossier = make(tmp_path / "p", [source("fil", "http://127.0.0.1:9/rss")])
    with open_context(dossier) as ctx:
        source_id = ctx.store.execute("SELECT id FROM sources").fetchone()[0]
        add_item(ctx.store, source_id, "n1", "Un frigo communautaire ouvre", resume="", vu_a=ctx.now())
    assert call(dossier, "historique").exit_code == 0
    return dossier


def call(dossier: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["thematiques", *arguments, "--dossier", str(dossier)], catch_exceptions=False)


def edit(dossier: Path, mot: str = "frigo communautaire") -> None:
    change(dossier, NOM, 'fort = ["logement social"]', f'fort = ["logement social", "{mot}"]')


def test_a_change_of_the_file_is_previewed_then_accepted_then_told(projet: Path) -> None:
    edit(projet)
    refus = call(projet, "accepter", "--par", "Camille")
    assert refus.exit_code == 2
    assert "L’aperçu de cette proposition n’a pas encore été fait" in refus.stderr
    apercu = call(projet, "apercu")
    assert apercu.exit_code == 0
    assert "ajouté aux expressions fortes" in apercu.stdout
    assert f"Un frigo communautaire ouvre{NBSP}: aucun thème → Habitation" in apercu.stdout
    assert f"Habitation{NBSP}: 0 → 1 (gagne 1, perd 0)" in apercu.stdout
    assert call(projet, "accepter", "--par", "Camille").exit_code == 0
    historique = call(projet, "historique").stdout
    assert "Rédaction 2, par fichier" in historique
    assert f"{NBSP}: acceptée par Camille le" in historique
    assert historique.index("Rédaction 2") < historique.index("Rédaction 1")


def test_a_title_cannot_turn_the_terminal_around(projet: Path) -> None:
    piege = "Un frigo communautaire \u202eerviuo\u202c \u2066ici\u2069 \u200f\x1b[31mrouge"
    with open_context(projet) as ctx:
        ctx.store.execute("UPDATE items SET titre = ?", (piege,))
    edit(projet)
    sortie = call(projet, "apercu").stdout
    assert "Un frigo communautaire erviuo ici" in sortie
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069\x1b]", sortie)


def test_abandoning_puts_the_file_back_and_says_so(projet: Path) -> None:
    edit(projet)
    resultat = call(projet, "abandonner", "2", "--par", "Camille")
    assert (resultat.exit_code, (projet / NOM).read_text(encoding="utf-8")) == (0, THEMES)
    assert "contient de nouveau la rédaction en vigueur" in resultat.stdout
    assert call(projet, "abandonner", "2", "--par", "Camille").exit_code == 2


def test_programs_get_objects(projet: Path) -> None:
    edit(projet)
    apercu = json.loads(call(projet, "apercu", "--json").stdout)
    assert (apercu["redaction"], apercu["changees"], apercu["lignes"][0]["apres"]) == (2, 1, ["habitation"])
    lues = json.loads(call(projet, "historique", "--json").stdout)["redactions"]
    assert [(r["id"], r["par"], r["issue"]) for r in lues] == [(2, "fichier", None), (1, "veille", "acceptee")]
    assert lues[0]["changements"]
    fait = json.loads(call(projet, "accepter", "2", "--par", "Camille", "--json").stdout)
    assert (fait["redaction"], fait["issue"]) == (2, "acceptee")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("apercu",), "Aucune proposition n’attend"),
        (("apercu", "99"), "La rédaction 99 n’existe pas"),
        (("accepter", "1", "--par", "C"), "a déjà été acceptée par veille"),
        (("accepter", "zut", "--par", "C"), "n’est pas un nombre entier"),
        (("accepter",), "--par"),
    ],
)
def test_what_cannot_be_done_is_told_in_french(projet: Path, arguments: tuple[str, ...], message: str) -> None:
    resultat = call(projet, *arguments)
    assert resultat.exit_code == 2
    assert message in resultat.stderr


def test_with_several_proposals_the_number_is_asked_for(projet: Path) -> None:
    from veille.store import redactions
    from veille.store.connexion import transaction

    with open_context(projet) as ctx, transaction(ctx.store):
        for texte in ("# a\n", "# b\n"):
            redactions.propose(ctx.store, THEMES + texte, redactions.fingerprint(THEMES), "Sam", [], ctx.now())
    resultat = call(projet, "apercu")
    assert resultat.exit_code == 2
    assert f"Plusieurs propositions attendent{NBSP}: 3 (Sam), 2 (Sam)." in resultat.stderr
