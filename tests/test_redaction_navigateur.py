"""The editor of a draft in a real browser: by keyboard alone, without scripts, on a phone, and read by axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bureau import person, site_of
from tests.juges import faults_of
from tests.mains import expect
from tests.navigateur import running_site
from veille.editor import Contenu, from_json
from veille.store import brouillons, digests

pytestmark = pytest.mark.slow


def content(base: Any) -> Contenu:
    contenu = from_json(digests.require(base, 1).contenu)
    assert isinstance(contenu, Contenu)
    return contenu


def ids(base: Any) -> list[int]:
    return [ligne[0] for ligne in base.execute("SELECT item_id FROM digest_items ORDER BY rang")]


def wait_for_acts(page: Any, base: Any, nombre: int) -> None:
    """Wait until so many acts are recorded and shown."""
    expect(page.locator("#gestes .chrono > li")).to_have_count(nombre + 1)
    assert len(brouillons.acts(base, 1)) == nombre


@pytest.fixture
def adresse(dossier: Path) -> Iterator[str]:
    with running_site(dossier) as lien:
        yield lien


@pytest.fixture
def page(navigateur: Any, dossier: Path, adresse: str) -> Iterator[Any]:
    with person(navigateur, adresse, dossier) as ouverte:
        ouverte.goto(site_of(adresse) + "/bulletins/1")
        yield ouverte


def test_a_draft_is_edited_by_keyboard_alone_and_the_keyboard_stays_where_it_was(page: Any, base: Any) -> None:
    premier, second = ids(base)
    page.locator(f"#n{second} summary", has_text="Déplacer").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Autres")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    wait_for_acts(page, base, 1)
    assert page.evaluate("document.activeElement.id") == f"n{second}"
    page.locator(f"#n{premier} summary", has_text="Déplacer").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Autres")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_acts(page, base, 2)
    page.locator(f"#bas-{premier}").focus()
    page.keyboard.press("Alt+ArrowDown")
    wait_for_acts(page, base, 3)
    assert [e.item_id for e in content(base).elements] == [second, premier]
    assert page.evaluate("document.activeElement.id") == f"bas-{premier}"
    expect(page.locator("#annonce")).to_contain_text("place 2 sur 2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_acts(page, base, 4)
    assert [e.item_id for e in content(base).elements] == [second]
    page.get_by_role("button", name="Annuler le dernier geste").focus()
    page.keyboard.press("Enter")
    wait_for_acts(page, base, 5)
    assert [e.item_id for e in content(base).elements] == [second, premier]


def test_words_are_counted_as_they_are_typed_and_a_fault_keeps_them(page: Any, base: Any) -> None:
    page.get_by_role("textbox", name="Éditorial").fill("mot " * 121)
    expect(page.locator("#editorial .compteur")).to_contain_text("121 mots sur 120 : 1 de trop")
    page.get_by_role("button", name="Enregistrer l’éditorial").click()
    expect(page.locator("main .message-3")).to_contain_text("Rien n’a été enregistré")
    expect(page.get_by_role("textbox", name="Éditorial")).to_have_value(("mot " * 121).strip())
    page.get_by_role("textbox", name="Éditorial").fill("Bonjour à vous.")
    page.get_by_role("button", name="Enregistrer l’éditorial").click()
    wait_for_acts(page, base, 1)
    assert content(base).editorial == "Bonjour à vous."


def test_the_previews_stand_in_their_frames(page: Any) -> None:
    expect(page.frame_locator("iframe[name=apercu]").locator("h1")).to_contain_text("Bulletin de veille")
    page.locator("a[target=apercu]", has_text="Courriel, couleurs sombres").click()
    expect(page.frame_locator("iframe[name=apercu]").locator("table.feuille")).to_be_visible()
    page.locator("a[target=apercu-telephone]", has_text="version texte").click()
    expect(page.frame_locator("iframe[name=apercu-telephone]").locator("body")).to_contain_text("Bulletin de veille")
    fond = page.frame(name="apercu").evaluate("getComputedStyle(document.body).backgroundColor")
    assert fond == "rgb(18, 24, 27)"


@pytest.mark.parametrize("largeur", [1280, 320])
def test_axe_has_nothing_to_say_and_nothing_overflows(
    navigateur: Any, dossier: Path, adresse: str, largeur: int
) -> None:
    with person(navigateur, adresse, dossier, viewport={"width": largeur, "height": 800}) as page:
        for chemin in ("/bulletins/1", "/bulletins/1/ajouter"):
            page.goto(site_of(adresse) + chemin)
            page.locator("h1").wait_for()
            page.locator("iframe").evaluate_all("tous => tous.forEach(f => f.remove())")  # Judged by themselves.
            assert faults_of(page) == [], chemin
            assert page.evaluate("document.documentElement.scrollWidth") <= largeur


def test_everything_works_without_scripts(navigateur: Any, dossier: Path, adresse: str, base: Any) -> None:
    with person(navigateur, adresse, dossier, java_script_enabled=False) as page:
        page.goto(site_of(adresse) + "/bulletins/1")
        premier, second = ids(base)
        page.locator(f"#n{second} summary", has_text="Déplacer").click()
        page.locator(f"#rub-{second}").select_option("une")
        page.locator(f"#n{second}").get_by_role("button", name="Placer là").click()
        expect(page.locator("main .message-1")).to_contain_text("Nouvelle déplacée")
        page.locator(f"#n{second} summary", has_text="Récrire").click()
        page.locator(f"#pourquoi-{second}").fill("C’est chez nous.")
        page.locator(f"#n{second}").get_by_role("button", name="Enregistrer pour ce numéro").click()
        expect(page.locator(f"#n{second}")).to_contain_text("récrite pour ce numéro")
        page.locator(f"#n{premier}").get_by_role("button", name="Retirer").click()
        expect(page.locator("#retirees")).to_contain_text("Remettre")
        assert [(r.cle, [e.pourquoi for e in r.elements]) for r in content(base).rubriques] == [
            ("une", ["C’est chez nous."])
        ]
        page.get_by_role("button", name="Annuler le dernier geste").click()
        expect(page.locator(f"#n{premier}")).to_be_visible()
        page.get_by_role("link", name="Ajouter une nouvelle").click()
        page.get_by_label("Adresse de l’original").fill("https://ailleurs.exemple.org/a")
        page.get_by_label("Titre", exact=True).fill("Une nouvelle d’ailleurs")
        page.get_by_label("Source", exact=True).fill("Le Journal d’ailleurs (exemple fictif)")
        page.get_by_label("Résumé").fill("Une phrase à nous.")
        page.get_by_role("button", name="Ajouter à ce numéro").click()
        expect(page.locator("main .message-1")).to_contain_text("retenue à votre nom")
        assert "Une nouvelle d’ailleurs" in [e.titre for e in content(base).elements]
