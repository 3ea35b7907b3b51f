"""« Bulletins »: every page counts a digest the same way, and the reminder shows before approval all that it will say."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from tests.navigateur import Visiteur, fill, fill_long, signed_in


@pytest.fixture(scope="module")
def equipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visiteur]:
    dossier = fill(tmp_path_factory.mktemp("bulletins"), 6)
    fill_long(dossier)
    with signed_in(dossier) as visiteur:
        yield visiteur


def words(visiteur: Visiteur, chemin: str) -> str:
    """The text of a page on one line, its spaces all alike."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", visiteur.get(chemin).text)).split())


@pytest.mark.parametrize("chemin", ["/", "/bulletins", "/bulletins/2"])
def test_the_reminder_counts_what_is_left_to_settle_everywhere(equipe: Visiteur, chemin: str) -> None:
    assert "279 nouvelles à trancher" in words(equipe, chemin)


def test_a_digest_still_counts_what_it_holds(equipe: Visiteur) -> None:
    assert "2 nouvelles · composé" in words(equipe, "/bulletins")


def test_the_reminder_is_read_whole_before_it_is_approved(equipe: Visiteur) -> None:
    texte = words(equipe, "/bulletins/2")
    assert "60 nouveaux éléments, 2 retenus, 1 écarté" in texte
    echeances, a_trancher, sources = (
        texte.partition(titre)[2]
        for titre in ("Échéances des 14 prochains jours", "À trancher d’abord", "Sources à surveiller")
    )
    assert echeances.startswith(" Appel de projets samedi 5 décembre 2026 à 20 h 00 (dans 12 jours)")
    assert "retenue À trancher d’abord" in echeances
    assert "Et 278 autres nouvelles à trancher dans la revue" in a_trancher
    assert sources.startswith(" Réseau en panne en échec L’adresse n’existe plus. À faire : Cherchez-la.")
