"""The public pages of subscriptions in a real browser: axe, 320 px, the keyboard, JavaScript off, the strict policy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.abonnement import CAMILLE, NOW, PUBLIC, project, subject, subscribe, subscribers, token
from tests.juges import faults_of
from tests.navigateur import browser, running_site
from veille.store.abonnes import abonnements, inscription

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    dossier = project(tmp_path_factory.mktemp("navigateur-abonnement"))
    with running_site(dossier, public=True) as adresse:
        yield adresse.rstrip("/"), dossier


def paths(dossier: Path) -> dict[str, str]:
    """An address for every state of every page."""
    with contextlib.closing(subscribers(dossier)) as c:
        sujet = subscribe(c)
        inscription.request(c, "attend@exemple.invalid", {PUBLIC: "2026-11-01-abcdef12"}, NOW)
        attend = subject(c, "attend@exemple.invalid")
        return {
            "formulaire": "/abonnement",
            "confirmer": f"/abonnement/confirmer/{token(c, 'confirmation', attend)}",
            "caduc": "/abonnement/confirmer/x",
            "quitter": f"/desabonnement/{token(c, 'desabonnement', sujet, PUBLIC)}",
            "demander": "/preferences",
            "lien": f"/preferences/{token(c, 'desabonnement', sujet, PUBLIC)}",
            "preferences": f"/preferences/{token(c, 'preferences', sujet)}",
            "confidentialite": "/confidentialite",
        }


@pytest.mark.parametrize(("palette", "largeur"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_and_nothing_overflows(site: tuple[str, Path], palette: str, largeur: int) -> None:
    adresse, dossier = site
    fautes: list[str] = []
    plaintes: list[str] = []
    with browser(viewport={"width": largeur, "height": 800}, color_scheme=palette) as page:
        page.on("console", lambda message: plaintes.append(f"{page.url} : {message.text}"))
        for nom, chemin in paths(dossier).items():
            page.goto(adresse + chemin)
            fautes += [f"{nom} – {faute}" for faute in faults_of(page)]
            large = page.evaluate("document.documentElement.scrollWidth")
            if large > largeur:
                fautes.append(f"{nom} – défile en largeur : {large} > {largeur}")
        page.goto(adresse + "/abonnement")
        page.locator("#courriel").fill("a@exemple.invalid")
        page.get_by_role("button", name="Demander l’abonnement").click()
        fautes += [f"faute – {faute}" for faute in faults_of(page)]
    assert not fautes
    assert not [p for p in plaintes if "400" not in p]


def test_everything_is_done_by_keyboard_without_a_script(site: tuple[str, Path]) -> None:
    adresse, dossier = site
    with browser(java_script_enabled=False, viewport={"width": 320, "height": 640}) as page:
        page.goto(adresse + "/abonnement")
        page.get_by_label("Adresse de courriel").fill("clavier@exemple.invalid")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.get_by_role("button", name="Demander l’abonnement").press("Enter")
        assert page.get_by_role("heading", level=1).inner_text() == "Demande reçue"
        with contextlib.closing(subscribers(dossier)) as c:
            sujet = subject(c, "clavier@exemple.invalid")
            confirmer, prefs = token(c, "confirmation", sujet), token(c, "preferences", sujet)
            quitter = token(c, "desabonnement", sujet, PUBLIC)
        page.goto(f"{adresse}/abonnement/confirmer/{confirmer}")
        page.get_by_role("button", name="Confirmer").press("Enter")
        assert page.get_by_role("heading", level=1).inner_text() == "C’est confirmé"
        page.goto(f"{adresse}/preferences/{prefs}")
        page.get_by_label("Organisation").fill("Organisme fictif")
        page.get_by_role("button", name="Enregistrer").press("Enter")
        assert "enregistrées" in page.get_by_role("status").inner_text()
        page.goto(f"{adresse}/desabonnement/{quitter}")
        page.get_by_role("button", name="Me désabonner").press("Enter")
        assert page.get_by_role("heading", level=1).inner_text() == "C’est fait"
    with contextlib.closing(subscribers(dossier)) as c:
        assert abonnements.may_receive(c, sujet, PUBLIC, NOW) == "la personne s’est désabonnée"


def test_the_download_is_a_file(site: tuple[str, Path]) -> None:
    adresse, dossier = site
    chemin = paths(dossier)["preferences"]
    with browser(java_script_enabled=False, accept_downloads=True) as page:
        page.goto(adresse + chemin)
        with page.expect_download() as attendu:
            page.get_by_role("button", name="Télécharger mes données").click()
        assert attendu.value.suggested_filename == "mes-donnees.json"
        assert CAMILLE in Path(attendu.value.path()).read_text(encoding="utf-8")
