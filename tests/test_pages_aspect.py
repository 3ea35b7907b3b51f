"""The layout in a real browser: one line of navigation, thumbs, large letters, paper, chosen colours; no script at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.navigateur import Visiteur, add_models, browser, fill, fill_long, running_site
from veille.pages.navigation import EQUIPE

pytestmark = pytest.mark.slow

PAGES = (
    "/", "/revue", "/revue/1", "/retenus", "/bulletins/2", "/sources", "/thematiques/habitation", "/syntheses",
    "/evaluation", "/classement", "/motifs", "/compte", "/comptes", "/aide", "/style", "/veille", "/veille/items",
    "/veille/items/1", "/veille/couverture",
)  # fmt: skip
COTE_A_COTE = "tous => new Set(tous.map(e => Math.round(e.getBoundingClientRect().top / 12))).size"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    """A staff site, and what a browser without scripts needs to be someone signed in."""
    dossier = fill(tmp_path_factory.mktemp("aspect"), 14)
    add_models(dossier)
    fill_long(dossier)
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        visiteur.enter(lien)
        commun = {
            "domain": "127.0.0.1",
            "path": "/",
            "expires": -1,
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        }
        temoins = [{"name": nom, "value": valeur, **commun} for nom, valeur in visiteur.cookies.items()]
        etat = {"storage_state": {"cookies": temoins, "origins": []}, "java_script_enabled": False}
        yield str(visiteur.base_url).rstrip("/"), etat


def test_the_navigation_holds_on_one_line_at_1100_pixels(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(viewport={"width": 1100, "height": 800}, **etat) as page:
        page.goto(f"{adresse}/revue")
        assert page.locator(".onglets a").count() == len(EQUIPE)
        assert page.locator(".menu-bouton").is_hidden()
        assert page.locator(".onglets a").evaluate_all(COTE_A_COTE) == 1
        assert (
            page.locator(".marque, .onglets a, .qui > *:not([type=hidden])").evaluate_all(
                "tous => Math.max(...tous.map(e => e.getBoundingClientRect().bottom))"
            )
            <= page.locator(".entete").bounding_box()["height"]
        )


def test_the_menu_of_a_phone_opens_without_a_script_by_thumb_and_by_keyboard(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(viewport={"width": 360, "height": 740}, **etat) as page:
        page.goto(f"{adresse}/sources")
        assert page.locator(".entete").bounding_box()["height"] <= 60
        assert page.locator(".onglets").is_hidden()
        page.get_by_role("button", name="Menu").click()
        liens = page.locator(".onglets a")
        assert liens.count() == len(EQUIPE)
        for rang in range(liens.count()):
            assert liens.nth(rang).bounding_box()["height"] >= 44
        page.keyboard.press("Escape")
        page.locator(".onglets").wait_for(state="hidden")
        page.get_by_role("button", name="Menu").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator("h1", has_text="La semaine").wait_for()


def test_the_main_actions_of_a_phone_are_made_for_thumbs(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    for largeur in (320, 360, 412):
        with browser(viewport={"width": largeur, "height": 740}, **etat) as page:
            page.goto(f"{adresse}/revue")
            gestes = page.locator("article.nouvelle").first.locator(".decision > .bouton, .decision > .menu > summary")
            boites = [gestes.nth(rang).bounding_box() for rang in range(gestes.count())]
            assert len(boites) == 4
            assert all(b["height"] >= 44 and b["width"] >= 64 for b in boites), (largeur, boites)
            assert page.locator("label.choix").first.bounding_box()["height"] >= 44


def test_letters_twice_as_large_hide_nothing(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(viewport={"width": 1280, "height": 900}, **etat) as page:
        for chemin in PAGES:
            page.goto(adresse + chemin)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate("document.documentElement.scrollWidth") <= 1280, chemin
            coupes = page.locator(".bouton, .badge, summary, .onglets a, .sous-menu a, label").evaluate_all(
                "tous => tous.filter(e => e.offsetParent && getComputedStyle(e).overflow !== 'hidden'"
                " && e.scrollWidth > e.clientWidth + 8 && getComputedStyle(e).display !== 'inline').map(e => e.textContent)"
            )
            assert coupes == [], chemin


def test_the_focus_is_seen_on_everything_one_can_reach(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(viewport={"width": 1280, "height": 900}, **etat) as page:
        page.goto(f"{adresse}/style")
        for _ in range(90):
            page.keyboard.press("Tab")
            contour = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement); "
                "return [s.outlineStyle, parseFloat(s.outlineWidth), document.activeElement.outerHTML.slice(0, 80)]; })()"
            )
            assert contour[0] == "solid" and contour[1] >= 2, contour


def test_on_paper_there_is_what_the_page_says_and_nothing_to_press(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(viewport={"width": 800, "height": 900}, **etat) as page:
        page.emulate_media(media="print")
        for chemin in ("/revue", "/retenus", "/syntheses/impression", "/evaluation", "/aide", "/veille/items"):
            page.goto(adresse + chemin)
            assert page.locator("h1").is_visible(), chemin
            for cache in (".entete", ".pied", ".secours", ".decision", ".filtres", ".sous-menu", "main button"):
                assert page.locator(cache).evaluate_all("tous => tous.every(e => !e.offsetParent)"), (chemin, cache)
        page.goto(f"{adresse}/revue")
        assert page.locator("article.nouvelle h3").first.is_visible()


def test_states_are_still_told_in_colours_that_the_reader_chose(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(viewport={"width": 1280, "height": 900}, forced_colors="active", **etat) as page:
        page.goto(f"{adresse}/style")
        traits = page.locator(".badge, .etiquette.seule, .message, .nouvelle, .bouton").evaluate_all(
            "tous => tous.filter(e => e.offsetParent && getComputedStyle(e).borderTopStyle === 'none'"
            " && getComputedStyle(e).borderLeftStyle === 'none').map(e => e.className)"
        )
        assert traits == []
        page.goto(f"{adresse}/sources")
        couleurs = page.locator(".onglets a").evaluate_all(
            "tous => tous.map(e => getComputedStyle(e).borderBottomColor)"
        )
        assert len(set(couleurs)) > 1


def test_nothing_moves_for_who_asked_for_less_motion(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(reduced_motion="reduce", **etat) as page:
        page.goto(f"{adresse}/style")
        durees = page.locator("main *").evaluate_all(
            "tous => [...new Set(tous.map(e => getComputedStyle(e).transitionDuration))]"
        )
        assert durees == ["0s"]
