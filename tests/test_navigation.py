"""Seven parts, tabs under the title: what is current, and that every link leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.navigateur import fill, signed_in
from veille.pages.navigation import EQUIPE, parts, tabs

CONNUES = {href.partition("?")[0] for partie in EQUIPE for _, href, _ in partie.volets}


def current(chemin: str, requete: str = "") -> tuple[list[str], list[str]]:
    """Names of the part and of the tab that are current on a page."""
    onglets = [o.nom for o in parts(EQUIPE, chemin) if o.actif]
    volets = [o.nom for o in tabs(EQUIPE, chemin, requete, CONNUES.__contains__) if o.actif]
    return onglets, volets


@pytest.mark.parametrize(
    ("chemin", "requete", "partie", "volet"),
    [
        ("/", "", [], []),
        ("/revue", "", ["La semaine"], ["À trancher"]),
        ("/revue", "etat=ecarte&page=2", ["La semaine"], ["Écartées"]),
        ("/revue", "etat=zut", ["La semaine"], []),
        ("/revue/12", "", ["La semaine"], []),
        ("/revue/filtres", "", ["La semaine"], ["Filtres enregistrés"]),
        ("/retenus", "", ["La semaine"], ["À rédiger"]),
        ("/thematiques/habitation", "", ["Sources"], ["Thématiques"]),
        ("/bulletins/3", "", ["Bulletins"], ["Bulletins"]),
        ("/classement", "", ["Évaluation"], ["Classement"]),
        ("/demandes", "", ["Évaluation"], ["Demandes"]),
        ("/veille/items/1", "", ["Explorer"], []),
        ("/veilleur", "", [], []),
    ],
)
def test_one_part_and_one_tab_are_current(chemin: str, requete: str, partie: list[str], volet: list[str]) -> None:
    assert current(chemin, requete) == (partie, volet)


def test_a_tab_whose_page_is_not_there_is_not_shown() -> None:
    assert [o.cle for o in tabs(EQUIPE, "/sources", "", {"/sources"}.__contains__)] == ["sources"]


def test_every_link_of_the_navigation_answers(tmp_path: Path) -> None:
    with signed_in(fill(tmp_path, 2)) as visiteur:
        for partie in EQUIPE:
            for adresse in (partie.href, *(href for _, href, _ in partie.volets)):
                page = visiteur.get(adresse)
                assert page.status_code == 200, adresse
                assert page.text.count('aria-current="page"') + page.text.count('aria-current="true"') >= 1, adresse
