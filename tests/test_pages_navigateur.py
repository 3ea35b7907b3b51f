"""The sites in a real browser: strict policy, both palettes, on a desk and on a phone, by keyboard, JavaScript off.

axe is itself a script, so the pages it reads are opened with scripts allowed; the sites have none of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.navigateur import Visiteur, add_models, browser, fill, fill_long, running_site

pytestmark = pytest.mark.slow

PAGES = (
    "/",
    "/revue",
    "/revue?etat=ecarte&territoire=nulle-part",
    "/revue/1",
    "/retenus",
    "/bulletins",
    "/bulletins/1",
    "/bulletins/2",
    "/sources",
    "/classement",
    "/classement?modele=2026-11-23-c",
    "/thematiques",
    "/thematiques/habitation",
    "/thematiques/redactions/2",
    "/thematiques/redactions/3",
    "/thematiques/redactions/4",
    "/plan",
    "/demandes",
    "/veille",
    "/veille/items?titre__contains=HLM",
    "/veille/sources",
    "/veille/items/1",
    "/veille?sql=select+id,titre+from+items+limit+5",
    "/veille?sql=select+zut",
    "/nulle-part",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    """A staff site and the cookies of someone signed in."""
    dossier = fill(tmp_path_factory.mktemp("navigateur"), 14)
    add_models(dossier)
    fill_long(dossier)
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        visiteur.enter(lien)
        adresse = str(visiteur.base_url).rstrip("/")
        commun = {
            "domain": "127.0.0.1",
            "path": "/",
            "expires": -1,
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        }
        cookies = [{"name": nom, "value": valeur, **commun} for nom, valeur in visiteur.cookies.items()]
        yield adresse, {"storage_state": {"cookies": cookies, "origins": []}}


def focused(page: Any, texte: str) -> None:
    """Wait until the keyboard stands on what says this: the browser moves the focus in its own time."""
    page.locator(":focus", has_text=re.compile(rf"^\s*{re.escape(texte)}\s*$")).wait_for()


def faults_of(page: Any, *regles: str) -> list[str]:
    """What axe finds against WCAG 2.2 AA, or against some rules only, as « rule: element »."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe absent")
    page.locator("main details").evaluate_all("tous => tous.forEach(d => d.open = true)")
    voulues = regles or ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
    options = {"runOnly": {"type": "rule" if regles else "tag", "values": list(voulues)}}
    violations = axe.Axe().run(page, options=options).response["violations"]
    return [f"{v['id']} : {n['html'][:160]}" for v in violations for n in v["nodes"]]


@pytest.mark.parametrize(
    ("palette", "largeur", "regles"),
    [("light", 1280, ()), ("dark", 1280, ("color-contrast",)), ("light", 360, ("target-size",))],
)
def test_axe_finds_nothing_and_the_policy_is_never_broken(
    site: tuple[str, dict[str, Any]], palette: str, largeur: int, regles: tuple[str, ...]
) -> None:
    adresse, etat = site
    fautes: list[str] = []
    plaintes: list[str] = []
    with browser(viewport={"width": largeur, "height": 800}, color_scheme=palette, **etat) as page:
        page.on("console", lambda message: plaintes.append(f"{page.url} : {message.text}"))
        for rang, chemin in enumerate(PAGES):
            page.goto(adresse + chemin)
            if palette == "light" or rang % 3 == 0:  # Dark only changes colours, which test_pages_style computes too.
                fautes += [f"{chemin} – {faute}" for faute in faults_of(page, *regles)]
            large = page.evaluate("document.documentElement.scrollWidth")
            if large > largeur:
                fautes.append(f"{chemin} – défile en largeur : {large} > {largeur}")
    assert not fautes, "\n".join(fautes)
    assert not [p for p in plaintes if "status of 4" not in p], plaintes


@pytest.mark.parametrize("largeur", [360, 320])
def test_no_page_scrolls_sideways_on_a_phone(site: tuple[str, dict[str, Any]], largeur: int) -> None:
    adresse, etat = site
    with browser(java_script_enabled=False, viewport={"width": largeur, "height": 800}, **etat) as page:
        for chemin in PAGES:
            page.goto(adresse + chemin)
            page.locator("details:not([open]):not(.menu) > summary").evaluate_all(
                "tous => tous.forEach(s => s.parentElement.open = true)"
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= largeur, chemin
        page.goto(adresse + "/")
        assert page.locator(".badge", has_text="20 h 00").count() == 1  # The longest badge of all is among them.


def test_the_sign_in_page_lets_in_by_keyboard_alone(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    with running_site(tmp_path) as lien:
        with browser() as page:
            page.goto(lien)
            assert faults_of(page) == []
        with browser(java_script_enabled=False) as page:
            page.goto(lien)
            page.keyboard.press("Tab")
            focused(page, "Aller au contenu")
            for _ in range(2):  # The name of the site, then the only field.
                page.keyboard.press("Tab")
            page.locator("input[type=text]:focus").wait_for()
            page.keyboard.type("Camille Exemple")
            page.keyboard.press("Enter")
            page.locator("h1", has_text="Bonjour Camille Exemple").wait_for()
            page.goto(lien)
            page.locator("main", has_text="déjà servi").wait_for()


def test_a_story_is_rejected_then_put_back_by_keyboard_alone(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(java_script_enabled=False, viewport={"width": 1280, "height": 800}, **etat) as page:
        page.goto(f"{adresse}/revue")
        premiere = page.locator("article.nouvelle").first
        titre = premiere.locator("h3").inner_text()
        premiere.locator("summary", has_text="Écarter").focus()
        page.keyboard.press("Enter")
        premiere.locator("button", has_text="Hors thème").wait_for()
        page.keyboard.press("Tab")
        focused(page, "Hors thème")
        page.keyboard.press("Enter")
        # What the next page says is waited for, never its address: that may be the former page's too, or come first.
        page.locator("#fait:target", has_text="Écartée (hors thème)").wait_for()
        page.wait_for_load_state()  # The browser goes to the fragment once the page is whole.
        assert titre in page.inner_text("#fait")
        page.keyboard.press("Tab")  # From the confirmation, the next stop is the story's link, then « Annuler ».
        page.keyboard.press("Tab")
        focused(page, "Annuler")
        page.keyboard.press("Enter")
        page.locator("#fait", has_text="Remise à la revue").wait_for()
        page.locator("article.nouvelle").first.locator("h3", has_text=titre).wait_for()


def test_targets_are_large_enough_for_a_thumb(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    mesure = """() => [...document.querySelectorAll('button, summary, select, input:not([type=hidden]), .bouton, .onglets a, .volets a')]
        .map(e => [e.textContent.trim().slice(0, 40) || e.name, e.getBoundingClientRect()])
        .filter(([, r]) => r.width && (r.height < 24 || r.width < 24) && !(r.width < 20 && r.height < 20))
        .map(([nom, r]) => `${nom} : ${r.width} × ${r.height}`)"""
    with browser(java_script_enabled=False, viewport={"width": 360, "height": 800}, **etat) as page:
        for chemin in (
            "/",
            "/revue",
            "/revue/1",
            "/sources",
            "/thematiques",
            "/thematiques/habitation",
            "/bulletins",
            "/veille/items",
        ):
            page.goto(adresse + chemin)
            assert page.evaluate(mesure) == [], chemin
