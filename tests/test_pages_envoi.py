"""The queue of the review's scripts: nothing lost, nothing sent twice, whatever the network, the site or colleagues do.

The pages and the answers are those of `banc_revue`, which is slow, cut, refuses or is outrun on command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.banc_revue import COMPTE, DEVANCEE, EXPIREE, Banc
from tests.mains import card, expect, press, recorded, retry, review, says, stands_on, waiting
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


def test_a_cut_connection_loses_nothing_and_sends_nothing_twice(page: Any, banc: Banc) -> None:
    page.context.set_offline(True)
    press(page, "j", "r", "r", "p")
    expect(page.locator("#connexion")).to_contain_text(
        "Connexion perdue : 3 décisions attendent sur cet appareil, rien n’est perdu."
    )
    says(page, 2, "Retenue, en attente d’envoi")
    press(page, "k", "k", "u")  # Another act on a story whose act still waits.
    expect(page.locator("#connexion")).to_contain_text("4 décisions")
    assert banc.recus == []
    page.context.set_offline(False)  # The browser says so itself: nobody has to press anything.
    recorded(page, banc, "retenir.1", "retenir.2", "plus_tard.3", "une.2")
    expect(page.locator("#connexion")).to_be_hidden()
    assert banc.journal[3].champs["vu.2"] == [banc.journal[1].geste]
    assert max(Counter(banc.cles()).values()) == 1


def test_what_waits_outlives_a_reload_and_a_lost_answer_is_asked_again_under_the_same_key(
    page: Any, banc: Banc
) -> None:
    banc.panne = "coupe"
    press(page, "j", "r", "u")
    expect(page.locator("#connexion")).to_contain_text("2 décisions attendent")
    page.reload()
    says(page, 1, "Retenue, en attente d’envoi")
    says(page, 2, "À la une")
    expect(card(page, 1).get_by_role("button", name="Retenir")).to_be_hidden()
    banc.panne = "coupe_apres"
    retry(page)
    for _ in range(50):
        if banc.gestes():
            break
        page.wait_for_timeout(30)
    banc.panne = ""
    retry(page)
    recorded(page, banc, "retenir.1", "une.2")
    expect(card(page, 1)).to_contain_text("✓ Retenue par vous")
    press(page, "z")
    recorded(page, banc, "retenir.1", "une.2", "annuler")  # What this tab did, it still knows after a reload.


def test_the_site_failing_keeps_the_act_and_tries_again_by_itself(page: Any, banc: Banc) -> None:
    banc.panne = "503"
    press(page, "j", "r")
    expect(page.locator("#connexion")).to_contain_text("Le site ne répond pas comme prévu")
    banc.panne = "page"  # Something else answers in the site's place.
    page.get_by_role("button", name="Réessayer maintenant").click()
    page.wait_for_timeout(150)
    assert waiting(page) == 1
    banc.panne = ""
    recorded(page, banc, "retenir.1")
    assert len(set(banc.cles())) == 1


def test_an_act_on_which_the_site_keeps_failing_does_not_hold_back_the_others(page: Any, banc: Banc) -> None:
    banc.panne = "500"
    press(page, "j", "r")
    for rang in range(2, 7):
        retry(page)
        for _ in range(50):
            if len(banc.recus) >= rang:
                break
            page.wait_for_timeout(20)
    says(page, 1, "Le site n’arrive pas à l’enregistrer (erreur 500).")
    banc.panne = ""
    press(page, "j", "r")
    recorded_others = [i.champs["acte"] for i in banc.journal]
    card(page, 1).get_by_role("button", name="Réessayer").click()
    expect(card(page, 1)).to_contain_text("✓ Retenue par vous")
    assert recorded_others in ([], [["retenir.2"]], [["retenir.3"]])
    assert waiting(page) == 0


def test_a_closed_session_keeps_the_acts_until_the_same_person_is_back(page: Any, banc: Banc) -> None:
    banc.panne = "401"
    press(page, "j", "r", "r")
    expect(page.locator("#connexion")).to_contain_text("Votre session est fermée : 2 décisions attendent")
    lien = page.locator("#connexion a", has_text="Se reconnecter")
    assert lien.get_attribute("href") == "/revue"
    banc.compte, banc.jeton = "sam", "jeton-2"  # Someone else signs in on this device.
    lien.click()
    expect(page.locator("#connexion")).to_contain_text(
        f"2 décisions de {COMPTE} attendent sur cet appareil que ce compte s’y reconnecte."
    )
    banc.panne = ""
    page.wait_for_timeout(200)
    assert banc.journal == []
    banc.compte = COMPTE
    page.reload()
    recorded(page, banc, "retenir.1", "retenir.2")
    assert banc.journal[0].champs["compte"] == [COMPTE]
    assert banc.journal[0].champs["csrftoken"] == ["jeton-2"]  # Today's page's token, not the one it was pressed under.


def test_a_refused_act_puts_the_card_back_and_says_why(page: Any, banc: Banc) -> None:
    banc.panne = "403"
    press(page, "j", "r")
    says(page, 1, f"Retenue : ce n’est pas enregistré. {EXPIREE}")
    expect(card(page, 1).get_by_role("button", name="Retenir")).to_be_visible()
    assert "tranchee" not in (card(page, 1).get_attribute("class") or "")
    expect(page.locator("#connexion")).to_contain_text("1 décision non enregistrée")
    page.reload()  # As the sentence asks: it must not make the act vanish.
    says(page, 1, EXPIREE)
    banc.panne = ""
    card(page, 1).get_by_role("button", name="Réessayer").click()
    recorded(page, banc, "retenir.1")
    assert len(set(banc.cles())) == 1  # Still the same act.
    for statut, groupe in (("400", 3), ("413", 4)):
        banc.panne = statut
        card(page, groupe).get_by_role("button", name="Plus tard").click()
        says(page, groupe, "Plus tard : ce n’est pas enregistré. Panne.")
        press(page, "v")
        stands_on(page, groupe)
        card(page, groupe).get_by_role("button", name="Abandonner").click()
        expect(page.locator(".refusee")).to_have_count(0)
    assert waiting(page) == 0


def test_a_colleague_who_decided_first_is_seen_and_can_be_overruled(page: Any, banc: Banc) -> None:
    banc.colleague(1, "ecarter", "hors_theme")
    press(page, "j")
    # A key meant for the next story, pressed as the keyboard comes back to this one: too soon to count.
    page.evaluate("""document.addEventListener("focusin", (e) => e.target.id === "h1" && setTimeout(() =>
        e.target.dispatchEvent(new KeyboardEvent("keydown", {key: "r", bubbles: true}))))""")
    press(page, "r")
    says(page, 1, DEVANCEE)
    stands_on(page, 1)  # Nothing was pressed since: the keyboard comes back to it.
    expect(card(page, 1)).to_contain_text("✕ Écartée par Sam Exemple")
    expect(page.locator("#annonce")).to_contain_text(DEVANCEE)
    page.wait_for_timeout(100)
    assert banc.journal == []
    card(page, 1).get_by_role("button", name="Retenir quand même").click()
    recorded(page, banc, "retenir.1")
    expect(card(page, 1)).to_contain_text("✓ Retenue par vous")


def test_a_conflict_never_takes_the_keyboard_from_who_has_moved_on(page: Any, banc: Banc) -> None:
    banc.colleague(1, "ecarter", "hors_theme")
    banc.lenteur = 0.3
    press(page, "j", "r", "j")
    says(page, 1, DEVANCEE)
    stands_on(page, 3)
    press(page, "v")
    stands_on(page, 1)
    press(page, "Tab")
    card(page, 1).get_by_role("button", name="Laisser ainsi").click()
    expect(card(page, 1).locator(".suivi")).to_be_hidden()
    expect(page.locator("#connexion")).to_be_hidden()
    stands_on(page, 2)
    assert banc.gestes() == []
    press(page, "z")  # What was not recorded is nothing to undo.
    expect(page.locator("#annonce")).to_contain_text("Il n’y a rien à annuler.")


def test_an_act_that_was_never_sent_is_undone_on_the_device_alone(page: Any, banc: Banc) -> None:
    banc.panne = "coupe"
    press(page, "j", "r", "u", "p")
    expect(page.locator("#connexion")).to_contain_text("3 décisions")
    press(page, "z")
    stands_on(page, 3)
    expect(card(page, 3).get_by_role("button", name="Retenir")).to_be_visible()
    card(page, 2).get_by_role("button", name="Annuler").click()
    stands_on(page, 2)
    expect(page.locator("#connexion")).to_contain_text("1 décision attend")
    press(page, "Shift+Z")  # The last undone comes back first.
    says(page, 2, "À la une")
    banc.panne = ""
    retry(page)
    recorded(page, banc, "retenir.1", "une.2")


def test_an_act_whose_answer_was_lost_is_undone_by_the_site_which_may_hold_it(page: Any, banc: Banc) -> None:
    banc.panne = "coupe_apres"
    press(page, "j", "r")
    expect(page.locator("#connexion")).to_contain_text("1 décision attend")
    press(page, "z")
    expect(page.locator("#connexion")).to_contain_text("2 décisions attendent")
    banc.panne = ""
    retry(page)
    recorded(page, banc, "retenir.1", "annuler")
    expect(card(page, 1).get_by_role("button", name="Retenir")).to_be_visible()


def test_what_follows_a_refused_act_on_a_story_still_goes(page: Any, banc: Banc) -> None:
    banc.panne = "coupe"
    press(page, "j", "r", "k", "u")
    expect(page.locator("#connexion")).to_contain_text("2 décisions attendent")
    banc.panne, banc.refuses = "", {"retenir.1"}
    retry(page)
    for _ in range(100):
        if banc.journal:
            break
        page.wait_for_timeout(20)
    assert banc.gestes() == ["une.1"]
    says(page, 1, f"Retenue : ce n’est pas enregistré. {EXPIREE}")


def test_what_was_recorded_is_undone_and_done_again_by_the_site(page: Any, banc: Banc) -> None:
    press(page, "j", "r", "e", "1")
    recorded(page, banc, "retenir.1", "ecarter:hors_theme.2")
    press(page, "z", "z")
    recorded(page, banc, "retenir.1", "ecarter:hors_theme.2", "annuler", "annuler")
    assert [i.champs["cible"][0] for i in banc.journal[2:]] == [banc.journal[1].geste, banc.journal[0].geste]
    stands_on(page, 1)
    expect(card(page, 2).get_by_role("button", name="Retenir")).to_be_visible()
    press(page, "Shift+Z")
    expect(card(page, 1)).to_contain_text("✓ Retenue par vous")
    card(page, 1).get_by_role("button", name="Annuler").click()
    expect(card(page, 1).get_by_role("button", name="Retenir")).to_be_visible()
    assert banc.gestes()[4:] == ["retablir", "annuler"]
    press(page, "u")  # A new act: what was undone before it is past.
    expect(card(page, 1)).to_contain_text("✓ Retenue par vous")
    press(page, "Shift+Z")
    expect(page.locator("#annonce")).to_contain_text("Il n’y a rien à rétablir.")


def test_undoing_brings_back_a_story_that_has_left_the_page(page: Any, banc: Banc) -> None:
    press(page, "j", "r")
    recorded(page, banc, "retenir.1")
    page.reload()
    expect(card(page, 1)).to_have_count(0)
    press(page, "z")
    stands_on(page, 1)
    expect(card(page, 1).get_by_role("button", name="Retenir")).to_be_visible()


def test_of_a_selection_only_what_a_colleague_decided_is_left_alone(page: Any, banc: Banc) -> None:
    banc.colleague(2, "ecarter", "hors_theme")
    press(page, "j", "x", "j", "x", "j", "x", "p")
    says(page, 2, DEVANCEE)
    recorded(page, banc, "plus_tard.selection")
    says(page, 1, "Annuler (2 nouvelles)")
    card(page, 2).get_by_role("button", name="Laisser ainsi").click()
    expect(card(page, 2).locator(".suivi")).to_be_hidden()
    assert [banc.histoires[g].etat for g in (1, 2, 3)] == ["plus_tard", "ecarte", "plus_tard"]


def test_two_tabs_of_one_person_send_each_act_once_and_keep_each_other_up_to_date(page: Any, banc: Banc) -> None:
    autre = page.context.new_page()
    autre.goto(banc.adresse + "/revue")
    banc.panne = "coupe"
    press(page, "j", "r", "r")
    press(autre, "j", "j", "j", "u")
    expect(page.locator("#connexion")).to_contain_text("3 décisions")
    expect(autre.locator("#connexion")).to_contain_text("3 décisions")
    banc.recus.clear()
    banc.panne, banc.lenteur = "", 0.1
    retry(autre)
    retry(page)
    recorded(page, banc, "retenir.1", "retenir.2", "une.3")
    assert max(Counter(banc.cles()).values()) == 1
    for onglet in (page, autre):
        for groupe in (1, 2, 3):
            expect(card(onglet, groupe)).to_contain_text("✓ Retenue par vous")


def test_a_browser_that_keeps_nothing_still_sends_and_warns_before_leaving(navigateur: Any, banc: Banc) -> None:
    contexte = navigateur.new_context(locale="fr-CA")
    contexte.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }")
    page = contexte.new_page()
    page.goto(banc.adresse + "/revue")
    banc.panne = "coupe"
    press(page, "j", "r")
    expect(page.locator("#connexion")).to_contain_text("ne fermez pas cette page")
    demandes: list[str] = []
    page.on("dialog", lambda d: (demandes.append(d.type), d.dismiss()))
    page.close(run_before_unload=True)
    for _ in range(50):
        if demandes:
            break
        page.wait_for_timeout(20)
    assert demandes == ["beforeunload"]
    banc.panne = ""
    retry(page)
    expect(card(page, 1)).to_contain_text("✓ Retenue par vous")
    assert banc.gestes() == ["retenir.1"]
    contexte.close()
