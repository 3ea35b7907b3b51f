"""The hands of the review in a real Chromium: keys, focus, buttons, selection, themes, drafts; axe in every state.

The pages and the answers are those of `banc_revue`, under the policy of the real site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.banc_revue import DEVANCEE, EXPIREE, THEMES, Banc, Histoire
from tests.juges import faults_as_it_is
from tests.mains import card, dispatch, expect, press, recorded, review, says, stands_on
from tests.navigateur import browser

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def navigateur() -> Iterator[Any]:
    """One browser for all; each test has its own profile."""
    with browser() as page:
        yield page.context.browser


@pytest.fixture
def banc() -> Iterator[Banc]:
    with Banc() as serveur:
        yield serveur


@pytest.fixture
def page(navigateur: Any, banc: Banc) -> Iterator[Any]:
    with review(navigateur, banc) as ouverte:
        yield ouverte


def test_eight_stories_are_reviewed_by_keyboard_alone(page: Any, banc: Banc) -> None:
    press(page, "j")
    stands_on(page, 1)
    press(page, "r")
    stands_on(page, 2)
    press(page, "u", "e")
    expect(page.get_by_role("dialog")).to_contain_text("Pourquoi écarter cette nouvelle")
    press(page, "2")
    stands_on(page, 4)
    press(page, "p", "j")
    stands_on(page, 6)
    press(page, "ArrowUp")
    stands_on(page, 5)
    press(page, "r", "r", "e", "1", "r")
    expect(page.locator(".fin-page")).to_be_focused()
    expect(page.locator(".fin-page")).to_contain_text("Tout est tranché sur cette page.")
    recorded(
        page, banc, "retenir.1", "une.2", "ecarter:hors_territoire.3", "plus_tard.4",
        "retenir.5", "retenir.6", "ecarter:hors_theme.7", "retenir.8",
    )  # fmt: skip
    expect(card(page, 1)).to_contain_text("✓ Retenue par vous")
    expect(page.locator("#annonce")).to_contain_text("enregistrée")
    expect(page.locator("#progres")).to_contain_text("8 sur 8")
    assert page.inner_text("#compte-a_trancher") == "0"
    assert banc.journal[0].champs["etat"] == ["a_trancher"]  # The list's filters go along, for its counts.
    press(page, "Tab")
    assert page.locator(":focus").get_attribute("href") == "/revue"


def test_a_card_says_at_once_what_was_done_before_the_site_answers(page: Any, banc: Banc) -> None:
    banc.lenteur = 0.6
    press(page, "j", "r", "u", "e", "1", "p")
    for groupe, mot in ((1, "✓ Retenue"), (2, "À la une"), (3, "Écartée (hors thème)"), (4, "Plus tard")):
        says(page, groupe, mot)
        assert "tranchee" in (card(page, groupe).get_attribute("class") or "")
    assert len(banc.journal) < 4
    stands_on(page, 5)
    banc.lenteur = 0
    recorded(page, banc, "retenir.1", "une.2", "ecarter:hors_theme.3", "plus_tard.4")
    stands_on(page, 5)


def test_buttons_send_without_leaving_the_page_and_forms_stay_plain_without_scripts(
    page: Any, banc: Banc, navigateur: Any
) -> None:
    page.evaluate("window.temoin = 1")
    card(page, 2).get_by_role("button", name="Retenir").click()
    card(page, 3).locator("summary", has_text="Écarter").click()
    card(page, 3).get_by_role("button", name="Doublon").click()
    recorded(page, banc, "retenir.2", "ecarter:doublon.3")
    stands_on(page, 4)
    card(page, 2).get_by_role("button", name="Remettre à la revue").click()
    recorded(page, banc, "retenir.2", "ecarter:doublon.3", "remettre.2")
    stands_on(page, 2)  # It waits again: nobody is led away from it.
    assert page.evaluate("window.temoin") == 1
    sans = navigateur.new_context(java_script_enabled=False).new_page()
    sans.goto(banc.adresse + "/revue")
    sans.locator("#h5 button", has_text="Retenir").click()
    sans.locator("p", has_text="Formulaire").wait_for()
    assert banc.recus[-1][1]["acte"] == ["retenir.5"]
    sans.context.close()


def test_several_stories_are_decided_together(page: Any, banc: Banc) -> None:
    barre = page.locator("#selection")
    expect(barre).to_be_hidden()
    press(page, "j", "x")
    expect(page.locator("#nombre-choisies")).to_have_text("1 nouvelle choisie")
    card(page, 4).get_by_role("checkbox").click(modifiers=["Shift"])
    expect(page.locator("#nombre-choisies")).to_have_text("4 nouvelles choisies")
    card(page, 2).get_by_role("checkbox").uncheck()
    barre.get_by_role("button", name="retenir").click()
    recorded(page, banc, "retenir.selection")
    assert banc.journal[0].champs["choix"] == ["1", "3", "4"]
    assert {c for c in banc.journal[0].champs if c.startswith("vu.")} == {"vu.1", "vu.3", "vu.4"}
    expect(barre).to_be_hidden()
    stands_on(page, 5)
    card(page, 3).get_by_role("button", name="Annuler (3 nouvelles)").click()
    recorded(page, banc, "retenir.selection", "annuler")
    page.get_by_label("Tout choisir sur cette page").check()
    expect(page.locator("#nombre-choisies")).to_have_text("8 nouvelles choisies")
    press(page, "j")
    press(page, "e", "3")  # On a ticked card, a key acts on all that are ticked.
    recorded(page, banc, "retenir.selection", "annuler", "ecarter:doublon.selection")
    assert len(banc.journal[-1].champs["choix"]) == 8


def test_stories_are_merged_then_taken_apart_again(page: Any, banc: Banc) -> None:
    press(page, "j", "x", "j", "x")
    page.locator("#selection").get_by_role("button", name="fusionner").click()
    expect(card(page, 2)).to_have_count(0)
    says(page, 1, "Réunies")
    press(page, "z")
    expect(card(page, 2)).to_have_count(1)
    expect(card(page, 1).locator(".suivi")).to_be_hidden()


def test_no_bar_ever_covers_the_card_that_has_the_keyboard(page: Any, banc: Banc) -> None:
    banc.panne = "coupe"
    press(page, "j", "r", "x")
    expect(page.locator("#connexion")).to_be_visible()
    for rang in (*range(3, 9), *range(7, 1, -1)):
        press(page, "j" if rang > int(page.evaluate("document.activeElement.dataset.groupe")) else "k")
        stands_on(page, rang)
        boite = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        barre = page.locator("#connexion").bounding_box()
        assert boite["top"] >= barre["y"] + barre["height"], rang
        assert boite["bottom"] <= page.locator("#selection").bounding_box()["y"], rang


def test_themes_are_ticked_by_number_and_saved_by_enter(page: Any, banc: Banc) -> None:
    press(page, "j", "t")
    dialogue = page.get_by_role("dialog", name="Thèmes")
    expect(dialogue.get_by_role("checkbox", checked=True)).to_have_count(1)
    press(page, "1", "2")
    dispatch(page, key='"', code="Digit3")  # The key of 3 as AZERTY has it.
    press(page, "Enter")
    recorded(page, banc, "etiqueter")
    champs = banc.journal[0].champs
    assert (champs["thematiques"], champs["champs"], champs["groupe"]) == (
        ["mobilite", "aines"],
        ["thematiques"],
        ["1"],
    )
    stands_on(page, 1)
    says(page, 1, "Thèmes enregistrés")
    press(page, "t", "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page, "r")
    recorded(page, banc, "etiqueter", "retenir.1")
    assert len(THEMES) == 3


def test_keys_do_nothing_when_they_are_turned_off_and_help_says_how(page: Any, banc: Banc) -> None:
    press(page, "j", "?")
    dialogue = page.get_by_role("dialog", name="Raccourcis du clavier")
    expect(dialogue).to_contain_text("retenir à la une")
    press(page, "r")  # In a dialog, a key is only a key.
    dialogue.get_by_role("button", name="Couper les raccourcis").click()
    page.locator("p", has_text="Formulaire").wait_for()
    chemin, champs = banc.recus[0]
    assert (chemin, champs["raccourcis"], champs["retour"]) == ("/compte/preferences", ["non"], ["/revue"])
    banc.raccourcis = "non"
    page.goto(banc.adresse + "/revue")
    card(page, 1).focus()
    press(page, "r", "j", "x", "?", "t")
    stands_on(page, 1)
    card(page, 1).get_by_role("button", name="Retenir").click()
    recorded(page, banc, "retenir.1")
    page.get_by_role("button", name="Raccourcis du clavier").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Remettre les raccourcis")).to_be_visible()


def test_keys_never_fire_where_they_would_surprise(page: Any, banc: Banc) -> None:
    press(page, "r")  # Nothing has the keyboard yet: the story is shown, not decided.
    stands_on(page, 1)
    press(page, "/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("rue paires")
    card(page, 1).focus()
    for modifieur in ("ctrlKey", "altKey", "metaKey", "isComposing", "repeat", "shiftKey"):
        dispatch(page, key="r", **{modifieur: True})
    dispatch(page, key="R", code="KeyR")  # Caps Lock is no other key.
    recorded(page, banc, "retenir.1")
    assert page.get_by_role("searchbox").input_value() == "rue paires"
    press(page, "e")
    dispatch(page, key="é", code="Digit2")
    recorded(page, banc, "retenir.1", "ecarter:hors_territoire.2")


def test_a_key_opens_the_original_or_the_details(page: Any) -> None:
    press(page, "j")
    with page.context.expect_page() as ouverture:
        press(page, "o")
    assert ouverture.value.url.endswith("/original/1")
    ouverture.value.close()
    press(page, "j", "Enter")
    page.wait_for_url("**/revue/200")
    page.go_back()
    stands_on(page, 2)  # The review goes on from where it was left.
    press(page, "j", "d")
    page.wait_for_url("**/revue/300")


def test_replacing_a_card_keeps_focus_ticks_and_what_was_unfolded(page: Any, banc: Banc) -> None:
    banc.lenteur = 0.3
    card(page, 1).locator("summary", has_text="Pourquoi").click()
    card(page, 1).get_by_role("checkbox").check()
    card(page, 1).focus()
    press(page, "t", "2", "Enter")
    card(page, 1).get_by_role("link", name="Étiquettes, texte et historique").focus()
    recorded(page, banc, "etiqueter")
    assert "mobilite" in (card(page, 1).get_attribute("data-themes") or "")
    expect(card(page, 1).get_by_role("link", name="Étiquettes, texte et historique")).to_be_focused()
    expect(card(page, 1).get_by_role("checkbox")).to_be_checked()
    assert card(page, 1).locator("details.aussi").get_attribute("open") is not None


def test_words_are_counted_as_they_are_typed(page: Any, banc: Banc) -> None:
    page.goto(banc.adresse + "/revue/100")
    titre = page.get_by_label("Titre")
    titre.fill("Un toit pour tous, l’hiver ! Déjà ?")
    expect(titre).to_have_accessible_description("6 mots sur 12")
    titre.fill("mot " * 14)
    expect(titre).to_have_accessible_description("14 mots sur 12 : 2 de trop")
    expect(page.locator("#annonce")).to_contain_text("2 de trop")
    page.evaluate("window.onbeforeunload = null")


def test_a_text_left_unsaved_is_warned_of_kept_and_offered_again(page: Any, banc: Banc) -> None:
    page.goto(banc.adresse + "/revue/100")
    demandes: list[str] = []
    page.on("dialog", lambda d: (demandes.append(d.type), d.accept()))
    page.get_by_label("Résumé").fill("L'hiver à moitié dit.")
    page.goto(banc.adresse + "/revue")
    assert demandes == ["beforeunload"]
    page.goto(banc.adresse + "/revue/200")
    expect(page.locator(".brouillon")).to_have_count(0)  # Each story has its own.
    page.goto(banc.adresse + "/revue/100")
    avis = page.locator(".brouillon")
    mois = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    phrase = rf"Un brouillon non enregistré du \d+(er)?\s({mois}) à \d+\sh\s\d\d a été retrouvé\s:"
    expect(avis).to_contain_text(re.compile(phrase))
    assert page.get_by_label("Résumé").input_value() == ""
    avis.get_by_role("button", name="Reprendre").click()
    assert page.get_by_label("Résumé").input_value() == "L'hiver à moitié dit."
    page.get_by_role("button", name="Enregistrer").click()
    page.locator("p", has_text="Formulaire").wait_for()
    assert demandes == ["beforeunload"]  # Saving is not leaving.
    banc.saisie["resume"] = "L’hiver à\u00a0moitié dit."
    page.goto(banc.adresse + "/revue/100")
    expect(page.locator(".compteur")).to_have_count(2)
    expect(page.locator(".brouillon")).to_have_count(0)  # The site shows it: nothing is left to offer.


def test_axe_finds_nothing_in_any_state_and_nothing_is_too_small_for_a_thumb(navigateur: Any, banc: Banc) -> None:
    fautes: list[str] = []

    def look(page: Any, etat: str) -> None:
        fautes.extend(f"{etat} : {faute}" for faute in faults_as_it_is(page))
        large = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if large > 0:
            fautes.append(f"{etat} : déborde de {large}")
        petits = "[...document.querySelectorAll('.suivi button, #connexion button, #selection button, dialog button, .option')]"
        mesure = f"{petits}.map(e => e.getBoundingClientRect()).filter(r => r.width && (r.height < 30 || r.width < 30)).length"
        if page.evaluate(mesure):
            fautes.append(f"{etat} : un bouton est trop petit")

    # In a low window the bars stay in their place: axe counts as too small whatever one of them half covers.
    for largeur, palette in ((1280, "light"), (360, "dark")):
        banc.panne = ""
        banc.histoires = {groupe: Histoire(groupe) for groupe in banc.histoires}
        contexte = navigateur.new_context(viewport={"width": largeur, "height": 460}, color_scheme=palette)
        page = contexte.new_page()
        page.goto(banc.adresse + "/revue")
        banc.colleague(1, "ecarter", "hors_theme")
        press(page, "j", "r")
        says(page, 1, DEVANCEE)
        page.wait_for_timeout(850)
        banc.panne = "403"
        press(page, "j", "r")
        says(page, 2, EXPIREE)
        banc.panne = "coupe"
        press(page, "j", "r", "j", "x")
        expect(page.locator("#connexion")).to_contain_text("Connexion perdue")
        look(page, f"{largeur} : tout à la fois")
        for touche in ("?", "t", "e"):
            press(page, touche)
            expect(page.get_by_role("dialog")).to_be_visible()
            look(page, f"{largeur} : {touche}")
            press(page, "Escape")
        contexte.close()
    assert not fautes, "\n".join(fautes)
