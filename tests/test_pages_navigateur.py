"""The sites in a real browser: strict policy, both palettes, on a desk and on a phone, by keyboard, JavaScript off.

axe is itself a script, so the pages it reads are opened with scripts allowed; the sites have none of their own.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.juges import faults_of
from tests.navigateur import NOW, Visiteur, account, add_models, add_registers, browser, fill, fill_long, running_site
from veille.store import liens
from veille.store.comptes import open_accounts
from veille.store.connexion import transaction

pytestmark = pytest.mark.slow

PAGES = (
    "/",
    "/revue",
    "/revue?etat=ecarte&territoire=nulle-part",
    "/revue?etat=retenu",
    "/revue?texte=logement&thematique=habitation",
    "/revue/filtres?thematique=habitation",
    "/motifs",
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
    "/syntheses",
    "/syntheses/impression",
    "/evaluation",
    "/plan-de-veille",
    "/plan-de-veille/habitation",
    "/aide",
    "/style",
    "/revue?visite=2",
    "/veille/couverture",
    "/plan",
    "/plan/indicateurs/IND-1.1.3-a",
    "/bilans",
    "/registres",
    "/registres/activites",
    "/registres/activites/1",
    "/registres/activites/ajouter",
    "/registres/mesures_manuelles/1/modifier",
    "/registres/sondages/importer",
    "/registres/periodes",
    "/demandes",
    "/compte",
    "/comptes",
    "/comptes/1",
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
    add_registers(dossier)
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


def test_no_page_scrolls_sideways_on_the_narrowest_phone(site: tuple[str, dict[str, Any]]) -> None:
    """Without scripts, at 320 px; the sweep of axe above looks at 360."""
    adresse, etat = site
    largeur = 320
    with browser(java_script_enabled=False, viewport={"width": largeur, "height": 800}, **etat) as page:
        for chemin in PAGES:
            page.goto(adresse + chemin)
            page.locator("details:not([open]):not(.menu) > summary").evaluate_all(
                "tous => tous.forEach(s => s.parentElement.open = true)"
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= largeur, chemin
        page.goto(adresse + "/")
        assert page.locator(".badge", has_text="20 h (").count() == 1  # The longest badge of all is among them.


def test_the_way_in_is_walked_by_keyboard_alone(tmp_path: Path) -> None:
    """The first account, then out, then in again with the password: no script, no mouse, nothing for axe to say."""
    fill(tmp_path, 3)
    phrase = "trois petits canots bleus"
    with running_site(tmp_path, sans_compte=True) as lien:
        with browser(viewport={"width": 360, "height": 800}) as page:
            for adresse in (lien, lien.partition("?")[0]):
                page.goto(adresse)
                assert faults_of(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= 360
        with browser(java_script_enabled=False) as page:
            page.goto(lien)
            page.keyboard.press("Tab")
            focused(page, "Aller au contenu")
            page.keyboard.press("Tab")  # The name of the site.
            page.keyboard.press("Tab")  # The help of the page.
            for champ, saisie in (
                ("nom", "Camille Exemple"),
                ("identifiant", "camille"),
                ("nouveau", phrase),
                ("encore", phrase),
            ):
                page.keyboard.press("Tab")
                page.locator(f"#{champ}:focus").wait_for()
                page.keyboard.type(saisie)
            page.keyboard.press("Enter")
            page.locator("h1", has_text="Bonjour Camille Exemple").wait_for()
            page.goto(lien)
            page.locator("main", has_text="il a déjà servi").wait_for()
            page.goto(lien.partition("?")[0])
            page.locator("button", has_text="Se déconnecter").click()
            page.locator("#identifiant").wait_for()
            for essai, attendu in (("pas le bon", "#faute"), (phrase, "h1:has-text('Bonjour Camille Exemple')")):
                page.fill("#identifiant", "camille")
                page.keyboard.press("Tab")
                page.locator("#mot_de_passe:focus").wait_for()
                page.keyboard.type(essai)
                page.keyboard.press("Enter")
                page.locator(attendu).wait_for()


def test_the_states_of_the_door_have_nothing_for_axe(tmp_path: Path) -> None:
    account(fill(tmp_path, 1), mot_de_passe="trois petits canots bleus")
    sam = account(tmp_path, "Sam Exemple", ("lire",))
    with contextlib.closing(open_accounts(tmp_path)) as c, transaction(c):
        choix = f"/connexion?jeton={liens.create(c, 'mot_de_passe', NOW, sam.id)}"
    with running_site(tmp_path) as lien, browser(viewport={"width": 360, "height": 800}) as page:
        base = lien.partition("/connexion")[0]
        for adresse in ("/connexion", choix, "/connexion?jeton=x", lien.removeprefix(base)):
            page.goto(base + adresse)
            assert faults_of(page) == [], adresse
        page.goto(f"{base}/connexion")
        page.fill("#identifiant", "camille.exemple")
        page.fill("#mot_de_passe", "x")
        page.keyboard.press("Enter")
        page.locator("#faute").wait_for()
        assert faults_of(page) == []
        page.goto(lien)
        page.locator("button", has_text="Entrer").click()
        page.wait_for_url("**/")
        for adresse, bouton, attendu in (
            ("/compte", "Changer mon mot de passe", ".message-3"),
            (f"/comptes/{sam.id}", "Nouveau lien", "#lien"),
            ("/comptes", "Ajouter, et", ".message-3"),
        ):
            page.goto(base + adresse)
            page.locator("form").evaluate_all("tous => tous.forEach(f => f.noValidate = true)")
            page.locator("button", has_text=bouton).click()
            page.locator(attendu).wait_for()
            assert faults_of(page) == [], adresse
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, adresse


def test_a_story_is_rejected_then_put_back_by_keyboard_alone(site: tuple[str, dict[str, Any]]) -> None:
    adresse, etat = site
    with browser(java_script_enabled=False, viewport={"width": 1280, "height": 800}, **etat) as page:
        page.goto(f"{adresse}/revue")
        premiere = page.locator("article.nouvelle").first
        titre = premiere.locator("h3").inner_text()
        premiere.locator(".menu > summary", has_text="Écarter").focus()
        page.keyboard.press("Enter")
        premiere.locator("button", has_text="Hors thème").wait_for()
        page.keyboard.press("Tab")
        focused(page, "Hors thème")
        page.keyboard.press("Enter")
        # What the next page says is waited for, never its address: that may be the former page's too, or come first.
        page.locator("#fait:target", has_text="Écartée (hors thème)").wait_for()
        page.wait_for_load_state()  # The browser goes to the fragment once the page is whole.
        assert titre in page.inner_text("#fait")
        page.keyboard.press("Tab")  # From the confirmation, the next stop is « Annuler ».
        focused(page, "Annuler")
        page.keyboard.press("Enter")
        page.locator("#fait", has_text="Annulé").wait_for()
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
