"""The weekly review in a real browser, on the sample week: by keyboard alone, without scripts, on a phone, by two people,
with the connection cut. What each script does is tried apart, in `test_pages_script` and `test_pages_envoi`.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bureau import focused_card, person, press_all, settled, site_of, stories, tab_to
from tests.mains import expect, waiting
from tests.navigateur import running_site
from veille.pages.instance import utcnow
from veille.store.connexion import connect

TOUT = re.compile("Tout est tranché")


@pytest.mark.slow
def test_the_whole_sample_week_is_reviewed_by_keyboard_alone(
    navigateur: Any, demo: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    dossier = tmp_path / "semaine"
    shutil.copytree(demo[0], dossier)
    with contextlib.closing(connect(dossier / "veille.db")) as c:
        a_trancher = {x[0] for x in c.execute("SELECT groupe_id FROM file_revue WHERE etat = 'a_trancher'")}
        dernier = c.execute("SELECT max(id) FROM decisions").fetchone()[0]
    assert len(a_trancher) > 250
    presses: Counter[str] = Counter()
    with (
        running_site(dossier, clock=utcnow) as adresse,
        person(navigateur, adresse, dossier, "Camille Exemple", datetime.now(UTC)) as page,
    ):
        while True:
            fini = page.locator("h2", has_text=TOUT)
            page.locator(".nouvelle").or_(fini).first.wait_for()
            if fini.count():
                break
            presses += _review_page(page)
            settled(page)
            page.keyboard.press("j")  # To the end of the page.
            tab_to(page, "Voir les nouvelles suivantes")
            with page.expect_navigation():
                page.keyboard.press("Enter")
    with contextlib.closing(connect(dossier / "veille.db")) as c:
        lignes = c.execute("SELECT * FROM decisions WHERE id > ?", (dernier,)).fetchall()
        reste = c.execute("SELECT count(*) FROM file_revue WHERE etat = 'a_trancher'").fetchone()[0]
    assert reste == 0
    assert sum(presses.values()) == len(lignes) == len({x["geste"] for x in lignes}) == len(a_trancher)
    assert {x["par"] for x in lignes} == {"Camille Exemple"}
    genres = Counter("une" if x["a_la_une"] else x["genre"] for x in lignes)
    assert genres == {
        "retenir": presses["r"], "une": presses["u"], "plus_tard": presses["p"], "ecarter": presses["e"]
    }  # fmt: skip
    assert all((x["raison"] in ("hors_theme", "perime")) == (x["genre"] == "ecarter") for x in lignes)
    assert all(x["classement_id"] and 0 < x["pertinence"] < 1 for x in lignes)


def _review_page(page: Any) -> Counter[str]:
    """Settle every story of the page, those folded at its end included."""
    presses: Counter[str] = Counter()
    page.keyboard.press("j")
    while True:
        while groupe := focused_card(page):
            touche = "r" if groupe % 7 == 0 else "u" if groupe % 41 == 1 else "p" if groupe % 23 == 2 else "e"
            page.keyboard.press(touche)
            if touche == "e":
                page.locator("dialog[open]").wait_for()
                page.keyboard.press("1" if groupe % 2 else "4")
            presses[touche] += 1
        if "Déplier le reste" not in page.locator(".fin-page").inner_text():
            return presses
        tab_to(page, "Déplier le reste")
        page.keyboard.press("Enter")


def test_undoing_by_keyboard_gives_back_exactly_what_was_there(navigateur: Any, dossier: Path) -> None:
    avant = stories(dossier)
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier, "Camille Exemple") as page:
        page.keyboard.press("j")
        press_all(page, "rup")
        press_all(page, "xjxjx")  # A selection of three, rejected at once.
        page.keyboard.press("e")
        page.locator("dialog[open]").wait_for()
        page.keyboard.press("1")
        page.keyboard.press("t")
        page.locator("dialog[open]").wait_for()
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        press_all(page, "xjxm")  # Two that are one.
        settled(page)
        apres = stories(dossier)
        assert len(apres) == len(avant) - 1
        verdicts = [Counter(f.verdict for f in lues.values()) for lues in (avant, apres)]
        assert verdicts[1] - verdicts[0] == {"retenir": 2, "plus_tard": 1, "ecarter": 3}
        for _ in range(6):
            page.keyboard.press("z")
            settled(page)
        assert stories(dossier) == avant
        for _ in range(6):
            page.keyboard.press("Shift+Z")
            settled(page)
        assert stories(dossier) == apres


def test_two_people_at_once_the_second_sees_that_the_first_decided(navigateur: Any, dossier: Path) -> None:
    with (
        running_site(dossier) as adresse,
        person(navigateur, adresse, dossier, "Camille Exemple") as camille,
        person(navigateur, adresse, dossier, "Sam Exemple") as sam,
    ):
        camille.keyboard.press("j")
        sam.keyboard.press("j")
        groupe = focused_card(camille)
        assert focused_card(sam) == groupe
        camille.keyboard.press("r")
        settled(camille)
        sam.keyboard.press("e")
        sam.locator("dialog[open]").wait_for()
        sam.keyboard.press("1")
        carte = sam.locator(f"#h{groupe}")
        expect(carte).to_contain_text("Camille Exemple a déjà retenu cette nouvelle")
        expect(carte).to_have_class(re.compile("en-conflit"))
        assert stories(dossier)[groupe].verdict == "retenir"
        carte.get_by_role("button", name="Écarter quand même").click()
        settled(sam)
        assert (stories(dossier)[groupe].verdict, stories(dossier)[groupe].par) == ("ecarter", "Sam Exemple")


def test_a_minute_without_connection_loses_nothing_and_repeats_nothing(navigateur: Any, dossier: Path) -> None:
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier, "Camille Exemple") as page:
        page.keyboard.press("j")
        page.context.set_offline(True)
        for touche in "rurp":
            page.keyboard.press(touche)
        expect(page.locator("#connexion")).to_contain_text("4 décisions attendent sur cet appareil")
        assert waiting(page) == 4
        page.context.set_offline(False)
        settled(page)
        expect(page.locator("#connexion")).to_be_hidden()
    with contextlib.closing(sqlite3.connect(dossier / "veille.db")) as c:
        genres = [x[0] for x in c.execute("SELECT genre FROM decisions WHERE par = 'Camille Exemple' ORDER BY id")][-4:]
        assert genres == ["retenir", "retenir", "retenir", "plus_tard"]
        assert c.execute("SELECT count(*) - count(DISTINCT geste || item_id) FROM decisions").fetchone()[0] == 0


def test_everything_is_done_with_plain_forms_when_scripts_are_off(navigateur: Any, dossier: Path) -> None:
    with (
        running_site(dossier) as adresse,
        person(navigateur, adresse, dossier, "Camille Exemple", java_script_enabled=False) as page,
    ):
        avant = stories(dossier)
        premiere = page.locator(".nouvelle").first
        groupe = int(premiere.get_attribute("data-groupe"))
        premiere.get_by_role("button", name="Retenir").click()
        expect(page.locator("#fait")).to_contain_text("Nouvelle retenue")
        assert stories(dossier)[groupe].verdict == "retenir"
        page.locator("#fait button", has_text="Annuler").click()
        expect(page.locator("#fait")).to_contain_text("Annulé")
        assert stories(dossier) == avant
        page.locator("#fait button", has_text="Rétablir").click()
        expect(page.locator("#fait")).to_contain_text("Nouvelle retenue")
        menu = page.locator(".nouvelle").first
        ecartee = int(menu.get_attribute("data-groupe"))
        menu.locator("summary", has_text="Écarter").click()
        menu.get_by_role("button", name="Périmé").click()
        expect(page.locator("#fait")).to_contain_text("Nouvelle écartée")
        assert stories(dossier)[ecartee].raison == "perime"
        page.locator(".nouvelle").nth(0).locator('input[name="choix"]').check()
        page.locator(".nouvelle").nth(1).locator('input[name="choix"]').check()
        page.locator("#selection").get_by_role("button", name="Plus tard").click()
        expect(page.locator("#fait")).to_contain_text("2 nouvelles")
        assert Counter(f.verdict for f in stories(dossier).values())["plus_tard"] == 2
        page.locator(".nouvelle").first.locator("a.details").first.click()
        page.fill("#r-titre", "Un titre à nous")
        page.fill("#r-resume", " ".join(["mot"] * 61))
        page.get_by_role("button", name="Enregistrer le texte").click()
        expect(page.locator("#r-resume")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#r-titre")).to_have_value("Un titre à nous")
        page.fill("#r-resume", "Deux mots.")
        page.get_by_role("button", name="Enregistrer le texte").click()
        expect(page.locator("h1")).to_contain_text("Un titre à nous")


def test_a_phone_is_enough(navigateur: Any, dossier: Path) -> None:
    with (
        running_site(dossier) as adresse,
        person(
            navigateur, adresse, dossier, "Camille Exemple",
            viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True,
        ) as page,
    ):  # fmt: skip
        carte = page.locator(".nouvelle").first
        groupe = int(carte.get_attribute("data-groupe"))
        for bouton in carte.locator(".decision > button, .decision summary").all():
            boite = bouton.bounding_box()
            assert boite["height"] >= 44, bouton.inner_text()
            assert boite["width"] >= 44, bouton.inner_text()
        for cible in page.locator(
            "main a:visible, main button:visible, main summary:visible, main label.choix:visible"
        ).all():
            boite = cible.bounding_box()
            assert boite["height"] >= 23.5 or "meta" in (cible.get_attribute("class") or ""), cible.inner_text()
        carte.get_by_role("button", name="Retenir").tap()
        settled(page)
        assert stories(dossier)[groupe].verdict == "retenir"
        page.locator(f"#h{groupe}").get_by_role("button", name="Annuler").tap()
        settled(page)
        assert stories(dossier)[groupe].verdict == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_shortcuts_can_be_turned_off_and_never_fire_while_one_types(navigateur: Any, dossier: Path) -> None:
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier, "Camille Exemple") as page:
        avant = stories(dossier)
        page.keyboard.press("/")
        page.keyboard.type("retenu juste peu")
        assert page.locator("#f-texte").input_value() == "retenu juste peu"
        page.keyboard.press("Escape")
        page.goto(site_of(adresse) + "/compte")
        page.get_by_role("button", name="Couper les raccourcis").click()
        page.get_by_role("button", name="Remettre les raccourcis").wait_for()
        page.goto(site_of(adresse) + "/revue")
        page.locator(".nouvelle").first.focus()
        for touche in ("r", "j", "e", "p", "x", "?"):
            page.keyboard.press(touche)
        expect(page.locator("dialog[open]")).to_have_count(0)
        assert stories(dossier) == avant
