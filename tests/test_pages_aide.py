"""Help: on every page, at the same place, from one table; the guide it leads to; the tour of a first visit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.navigateur import Visiteur, fill, signed_in
from veille.pages.aides import everything, help_of, written_for
from veille.pages.routes import ROUTES
from veille.pages.visite_guidee import ETAPES, tour_step
from veille.pages.vues.aide import chapters

SANS_MISE_EN_PAGE = (
    "/statique/",
    "/favicon",
    "/publication/",
    "/syntheses/nouvelles",
    "/plan/echeances.ics",
    "/bulletins/statique/",
    "/bulletins/1/apercu/",
)  # Files, not pages of the site.
EXPLORER = ("/veille", "/veille/items", "/veille/items/1", "/veille/sources_utiles")
GABARITS = files("veille.pages") / "gabarits"


@pytest.fixture(scope="module")
def equipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visiteur]:
    with signed_in(fill(tmp_path_factory.mktemp("aide"), 4)) as visiteur:
        yield visiteur


def pages() -> list[str]:
    """An address for every page that the staff site answers with its layout."""
    motifs = [r.motif.replace("\\", "") for r in ROUTES["equipe"] if r.methode == "GET"]
    adresses = [re.sub(r"\(\?P<\w+>[^()]*(\([^()]*\)[^()]*)*\)", "1", m).rstrip("$") for m in motifs]
    return [a for a in adresses if not a.startswith(SANS_MISE_EN_PAGE)] + list(EXPLORER)


@pytest.mark.parametrize("adresse", pages())
def test_every_page_has_help_written_for_it(adresse: str) -> None:
    aide = written_for(adresse)
    assert aide is not None, "ajoutez la page dans veille/pages/aide.toml"
    phrases = re.findall(r"[.?!…](?=\s+[A-ZÀ-Ý«]|$)", " ".join(aide.phrases))
    assert 2 <= len(phrases) <= 5


def test_every_help_leads_to_a_section_of_the_guide() -> None:
    ancres = [ancre for ancre, _ in chapters()]
    assert len(ancres) == len(set(ancres)) > 15
    assert {aide.ancre for aide in everything()} <= set(ancres)


@pytest.mark.parametrize(
    "adresse",
    ["/", "/revue", "/revue/1", "/sources", "/syntheses", "/evaluation", "/style", "/veille/items", "/nulle-part"],
)
def test_help_stands_at_the_same_place_of_every_page(equipe: Visiteur, adresse: str) -> None:
    page = equipe.get(adresse).text
    debut = page.index('<details class="secours">')
    assert page.count('<details class="secours">') == (2 if adresse == "/style" else 1)
    assert page.index("<main") < debut < page.index("<h1")
    assert re.search(r'href="/aide#[a-z-]+"', page[debut : page.index("</details>", debut)])


def test_a_signed_out_visitor_is_helped_without_a_link_to_what_is_closed(equipe: Visiteur) -> None:
    with Visiteur(str(equipe.base_url)) as inconnu:
        page = inconnu.get("/connexion").text
    assert '<details class="secours">' in page
    assert "/aide" not in page.partition("<main")[2]


def test_an_unknown_page_gets_the_general_help() -> None:
    assert help_of("/nulle/part/du/tout").ancre == "panne"


def test_the_guide_has_every_section_once_and_a_table_of_contents(equipe: Visiteur) -> None:
    page = equipe.get("/aide").text
    for ancre, _ in chapters():
        assert page.count(f'id="{ancre}"') == 1
        assert f'href="#{ancre}"' in page


def test_the_guide_names_every_key_that_the_script_listens_to() -> None:
    script = (files("veille.pages") / "statique" / "clavier.js").read_text(encoding="utf-8")
    dites = set()
    for touche, nom in re.findall(r'touches: \["([^"]+)"\],(?: nom: "([^"]+)",)? dit:', script):
        dites |= set((nom or touche).split(" ou "))
    ecrites = set(
        re.findall(
            r'"([^"]{1,8})"',
            " ".join(re.findall(r"\(\[(.*?)\]", (GABARITS / "_touches.html").read_text(encoding="utf-8"))),
        )
    )
    assert dites and dites <= ecrites
    assert ecrites - dites <= {"Entrée", "Échap"}


@pytest.mark.parametrize(
    ("chemin", "argument", "preferences", "etape"),
    [
        ("/revue", "", {"visite": False}, 1),
        ("/revue", "", {"visite": True}, 0),
        ("/revue", "", None, 0),
        ("/revue", "3", {"visite": True}, 3),
        ("/revue", str(ETAPES), {"visite": False}, ETAPES),
        ("/revue", str(ETAPES + 1), {"visite": True}, 0),
        ("/revue", "²", {"visite": True}, 0),
        ("/revue", "9" * 50, {"visite": True}, 0),
        ("/sources", "2", {"visite": False}, 0),
    ],
)
def test_the_tour_shows_until_it_is_dismissed_and_whenever_it_is_asked_for(
    chemin: str, argument: str, preferences: dict[str, Any] | None, etape: int
) -> None:
    acteur = {"name": "Camille Exemple"} | ({"preferences": preferences} if preferences is not None else {})
    assert tour_step(SimpleNamespace(path=chemin, args={"visite": argument}, actor=acteur)) == etape


def test_the_tour_is_walked_and_dismissed_without_a_script(tmp_path: Path) -> None:
    with signed_in(fill(tmp_path, 2)) as visiteur:
        adresse = "/revue"
        for etape in range(1, ETAPES + 1):
            page = visiteur.get(adresse).text
            assert f"étape {etape} de {ETAPES}" in page
            suivant = re.search(r'href="(/revue\?visite=\d)#visite">Suivant', page)
            assert bool(suivant) == (etape < ETAPES)
            adresse = suivant[1] if suivant else adresse
        page_finale = visiteur.get(adresse)
        assert visiteur.send_form("/compte/preferences", page_finale, visite="vue", retour="/revue").status_code == 303
        assert 'id="visite"' not in visiteur.get("/revue").text
        assert 'id="visite"' in visiteur.get("/revue?visite=1").text
