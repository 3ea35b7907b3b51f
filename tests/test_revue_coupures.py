"""The real review when things fail around it, and when colleagues decide at the same time: nothing lost, twice or overwritten."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.bureau import focused_card, person, press_all, settled, site_of, stories
from tests.mains import expect, retry, waiting
from tests.navigateur import NOW, account, running_site, session_link

pytestmark = pytest.mark.slow


def log_of(dossier: Path, par: str = "Camille Exemple") -> list[tuple[str, int]]:
    """What was recorded by this person, in order: the verb, and the story as it is now."""
    with contextlib.closing(sqlite3.connect(dossier / "veille.db")) as c:
        lignes = c.execute(
            "SELECT d.geste, d.genre, m.groupe_id FROM decisions d JOIN membres m ON m.item_id = d.item_id"
            " WHERE d.par = ? AND d.prise_a >= ? ORDER BY d.id",
            (par, NOW.isoformat(timespec="seconds")[:16]),
        ).fetchall()
    assert len({x[0] for x in lignes}) == len(lignes)  # Each press once.
    return [(genre, groupe) for _, genre, groupe in lignes]


def decide_offline(page: Any, touches: str) -> list[int]:
    """Press these keys on the first stories with the connection cut; returns the stories."""
    page.context.set_offline(True)
    page.keyboard.press("j")
    groupes = []
    for touche in touches:
        groupes.append(focused_card(page))
        page.keyboard.press(touche)
    expect(page.locator("#connexion")).to_contain_text(f"{len(touches)} décisions attendent")
    return groupes


def test_a_tab_closed_while_the_connection_is_cut_loses_nothing(navigateur: Any, dossier: Path) -> None:
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier) as page:
        groupes = decide_offline(page, "rup")
        assert log_of(dossier) == []
        page.close()
        autre = page.context.new_page()
        page.context.set_offline(False)
        autre.goto(site_of(adresse) + "/revue")
        settled(autre)
        assert log_of(dossier) == [("retenir", groupes[0]), ("retenir", groupes[1]), ("plus_tard", groupes[2])]
        expect(autre.locator("#connexion")).to_be_hidden()
        for groupe in groupes:
            expect(autre.locator(f"#h{groupe} .principal")).to_have_count(0)  # It no longer asks to be kept.


def test_a_site_that_restarts_meanwhile_records_what_was_pressed_without_it(navigateur: Any, dossier: Path) -> None:
    with contextlib.ExitStack() as pile:
        with running_site(dossier) as adresse:
            page = pile.enter_context(person(navigateur, adresse, dossier))
            page.keyboard.press("j")
            avant = focused_card(page)
            page.keyboard.press("r")
            settled(page)
        groupes = []
        for touche in "rup":  # Nobody answers any more.
            groupes.append(focused_card(page))
            page.keyboard.press(touche)
        expect(page.locator("#connexion")).to_contain_text("Connexion perdue : 3 décisions attendent")
        assert len(log_of(dossier)) == 1
        port = int(site_of(adresse).rpartition(":")[2])
        with running_site(dossier, port=port):
            retry(page)
            settled(page)
            assert log_of(dossier) == [
                ("retenir", avant), ("retenir", groupes[0]), ("retenir", groupes[1]), ("plus_tard", groupes[2])
            ]  # fmt: skip
            page.keyboard.press("z")  # The site knows acts made before it started.
            settled(page)
            assert stories(dossier)[groupes[2]].verdict == ""
            expect(page.locator(f"#h{groupes[2]}").get_by_role("button", name="Retenir")).to_be_visible()


def test_a_session_that_ends_keeps_what_was_pressed_for_the_same_person(navigateur: Any, dossier: Path) -> None:
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier) as page:
        with contextlib.closing(sqlite3.connect(dossier / "comptes.db")) as c, c:
            c.execute("UPDATE sessions SET fermee_a = ouverte_a")
        page.keyboard.press("j")
        groupe = focused_card(page)
        page.keyboard.press("r")
        expect(page.locator("#connexion")).to_contain_text("Votre session est fermée : 1 décision attend")
        page.locator("#connexion a", has_text="Se reconnecter").click()
        page.locator("#identifiant").wait_for()
        page.goto(site_of(adresse) + session_link(dossier, account(dossier, "Sam Exemple")))
        page.locator("main form button").last.click()
        page.locator("h1", has_text="Bonjour Sam Exemple").wait_for()
        page.goto(site_of(adresse) + "/revue")
        expect(page.locator("#connexion")).to_contain_text("1 décision de camille.exemple attend")
        assert log_of(dossier) == log_of(dossier, "Sam Exemple") == []
        page.get_by_role("button", name="Se déconnecter").click()
        page.locator("#identifiant").wait_for()
        page.goto(site_of(adresse) + session_link(dossier, account(dossier)))
        page.locator("main form button").last.click()
        page.locator("h1", has_text="Bonjour Camille Exemple").wait_for()
        page.goto(site_of(adresse) + "/revue")
        settled(page)
        assert log_of(dossier) == [("retenir", groupe)]


def test_of_a_selection_what_a_colleague_decided_first_is_left_alone_and_told(navigateur: Any, dossier: Path) -> None:
    with (
        running_site(dossier) as adresse,
        person(navigateur, adresse, dossier) as camille,
        person(navigateur, adresse, dossier, "Sam Exemple") as sam,
    ):
        press_all(camille, "xjxjx")  # The first press brings the keyboard to the first story.
        choisies = [int(v.input_value()) for v in camille.locator('input[name="choix"]:checked').all()]
        assert len(choisies) >= 2
        carte = sam.locator(f"#h{choisies[0]}")
        carte.get_by_role("button", name="À la une").click()
        settled(sam)
        camille.keyboard.press("e")
        camille.locator("dialog[open]").wait_for()
        camille.keyboard.press("1")
        settled(camille)
        expect(camille.locator(f"#h{choisies[0]} .suivi")).to_contain_text("Sam Exemple a déjà")
        lues = stories(dossier)
        assert (lues[choisies[0]].verdict, lues[choisies[0]].par, lues[choisies[0]].a_la_une) == (
            "retenir", "Sam Exemple", True,
        )  # fmt: skip
        assert {(lues[g].verdict, lues[g].raison, lues[g].par) for g in choisies[1:]} == {
            ("ecarter", "hors_theme", "Camille Exemple")
        }
        assert waiting(camille) == 0
        camille.locator(f"#h{choisies[0]}").get_by_role("button", name="Laisser ainsi").click()
        expect(camille.locator("#connexion")).to_be_hidden()
        camille.keyboard.press("z")  # Undoing one's own bulk act leaves the colleague's decision alone.
        settled(camille)
        lues = stories(dossier)
        assert lues[choisies[0]].par == "Sam Exemple"
        assert {lues[g].verdict for g in choisies[1:]} == {""}
