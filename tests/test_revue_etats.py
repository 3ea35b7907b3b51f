"""Every state of the review in a real browser: nothing for axe, nothing too small, nothing that scrolls sideways, and the
keyboard always somewhere that shows. With VEILLE_CAPTURES set to a folder (« captures » is ignored), each state is
pictured there, to be looked at.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.bureau import colleague, focused_card, pass_tour, person, press_all, settled, site_of, stories
from tests.juges import faults_as_it_is
from tests.mains import expect
from tests.navigateur import account, fill, running_site
from veille.model import DROITS

pytestmark = pytest.mark.slow

REGLES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Links in a sentence are exempt (2.5.8); a box is measured with the label around it.
PETITS = """() => [...document.querySelectorAll('button, summary, select, a, input:not([type=hidden])')]
    .filter(e => e.checkVisibility() && !e.closest('.lecteur, .saut'))
    .filter(e => !(getComputedStyle(e).display === 'inline' && e.parentElement.textContent.trim() !== e.textContent.trim()))
    .map(e => [e, (e.matches('input') && e.closest('label') || e).getBoundingClientRect()])
    .filter(([, r]) => r.width && (r.height < 23.5 || r.width < 23.5))
    .map(([e, r]) => `${e.outerHTML.slice(0, 90)} : ${r.width.toFixed()} × ${r.height.toFixed()}`)"""
HORS = "e => e.matches('body, html') || !e.checkVisibility()"
COUVERT = """() => { const barre = document.getElementById('connexion');
    if (!barre || barre.hidden || getComputedStyle(barre).position !== 'sticky') return 0;
    return Math.max(0, barre.getBoundingClientRect().bottom - document.activeElement.getBoundingClientRect().top - 1); }"""
CONTOUR = """() => { const e = document.activeElement, s = getComputedStyle(e);
    return [s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2, e.outerHTML.slice(0, 90)]; }"""


class Regard:
    """Looks at a page in each state and keeps what is wrong with it."""

    def __init__(self, page: Any, nom: str, regles: dict[str, Any] | None) -> None:
        self.page, self.nom, self.regles = page, nom, regles
        self.fautes: list[str] = []
        self.vus: list[str] = []

    def look(self, etat: str, *, unfold: bool = False) -> None:
        """`unfold`: with everything that folds open, but the menus, which cover what is under them."""
        page = self.page
        self.vus.append(etat)
        if unfold:
            page.locator("main details:not(.menu)").evaluate_all("tous => tous.forEach(d => d.open = true)")
        largeur = page.viewport_size["width"]
        reelle = page.evaluate("document.documentElement.scrollWidth")
        if reelle > largeur:
            self.fautes.append(f"{etat} : défile en largeur, {reelle} > {largeur}")
        self.fautes += [f"{etat} : trop petit, {x}" for x in page.evaluate(PETITS)]
        if self.regles:
            self.fautes += [f"{etat} : {faute}" for faute in faults_as_it_is(page, self.regles)]
        self._keep(etat)

    def held(self, etat: str) -> None:
        """After an act, the keyboard stands on something that shows."""
        if self.page.evaluate(f"({HORS})(document.activeElement)"):
            self.fautes.append(f"{etat} : le foyer est perdu")
        if couvert := self.page.evaluate(COUVERT):
            self.fautes.append(f"{etat} : la barre couvre {couvert:.0f} px de ce qui a le foyer")

    def _keep(self, etat: str) -> None:
        if dossier := os.environ.get("VEILLE_CAPTURES"):
            Path(dossier).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(dossier) / f"{self.nom} {len(self.vus):02} {etat}.png")


def walk(page: Any, regard: Regard, dossier: Path) -> None:
    """« La semaine » from the first visit to what goes wrong, by keyboard."""
    regard.look("première visite")
    pass_tour(page)
    regard.look("la liste")
    for touche, etat in (("?", "touches"), ("e", "raisons"), ("t", "thèmes")):
        press_all(page, "j" if touche == "?" else "")
        page.keyboard.press(touche)
        page.locator("dialog[open]").wait_for()
        regard.held(etat)
        regard.look(etat)
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        regard.held(f"{etat}, fermée")
    press_all(page, "xjx")
    regard.held("sélection")
    regard.look("sélection")
    press_all(page, "xkx")
    for touche in "ru":
        page.keyboard.press(touche)
        regard.held(touche)
    settled(page)
    regard.held("après deux décisions")
    page.keyboard.press("z")
    settled(page)
    regard.held("annulé")
    regard.look("deux décisions, une annulée")
    _trouble(page, regard, dossier)


def _trouble(page: Any, regard: Regard, dossier: Path) -> None:
    page.keyboard.press("j")
    groupe = focused_card(page)
    colleague(dossier, groupe)
    page.keyboard.press("p")
    expect(page.locator(f"#h{groupe} .suivi")).to_contain_text("Sam Exemple a déjà")
    regard.held("devancée")
    regard.look("devancée")
    page.locator(f"#h{groupe}").get_by_role("button", name="Laisser ainsi").press("Enter")
    regard.held("laissée ainsi")
    page.reload()  # Keys rest for a moment after a conflict, but not on a page that is new.
    page.keyboard.press("j")
    account(dossier, "Camille Exemple", ("lire",))  # Someone takes the right away meanwhile.
    groupe = focused_card(page)
    page.keyboard.press("r")
    expect(page.locator(f"#h{groupe} .suivi")).to_contain_text("ce n’est pas enregistré")
    regard.held("refusée")
    regard.look("refusée")
    account(dossier, "Camille Exemple", DROITS)
    page.locator(f"#h{groupe}").get_by_role("button", name="Réessayer").press("Enter")
    settled(page)
    regard.held("réessayée")
    page.context.set_offline(True)
    page.keyboard.press("j")
    press_all(page, "rp")
    expect(page.locator("#connexion")).to_contain_text("2 décisions attendent")
    regard.held("hors ligne")
    regard.look("hors ligne")
    page.context.set_offline(False)
    settled(page)
    expect(page.locator("#connexion")).to_be_hidden()
    regard.held("de nouveau en ligne")
    with contextlib.closing(sqlite3.connect(dossier / "comptes.db")) as c, c:
        fermees = c.execute("SELECT empreinte FROM sessions WHERE fermee_a IS NULL").fetchall()
        c.execute("UPDATE sessions SET fermee_a = ouverte_a")
    page.keyboard.press("r")
    expect(page.locator("#connexion")).to_contain_text("Votre session est fermée")
    regard.held("session fermée")
    regard.look("session fermée")
    with contextlib.closing(sqlite3.connect(dossier / "comptes.db")) as c, c:
        c.executemany("UPDATE sessions SET fermee_a = NULL WHERE empreinte = ?", fermees)
    page.reload()
    settled(page)


def _end(page: Any, regard: Regard, site: str) -> None:
    """Everything left is settled at once, then « La semaine » has nothing more to ask."""
    page.goto(f"{site}/revue")
    while page.locator(".nouvelle").or_(page.locator(".vide")).first.get_attribute("class") != "panneau vide":
        page.locator("details.repli").evaluate_all("tous => tous.forEach(d => d.open = true)")
        page.get_by_label("Tout choisir sur cette page").check()
        page.locator(".nouvelle").first.focus()
        page.keyboard.press("p")
        settled(page)
        page.keyboard.press("j")
        regard.held("fin de la page")
        if "fin de la page" not in regard.vus:
            regard.look("fin de la page")
        page.goto(f"{site}/revue")
    regard.look("tout est tranché")


def _lists(page: Any, regard: Regard, site: str) -> None:
    for chemin, etat in (
        ("/revue?etat=plus_tard", "rien n’attend"),
        ("/revue?etat=retenu", "les retenues"),
        ("/revue?etat=ecarte", "les écartées"),
        ("/revue?texte=zzz&thematique=habitation", "filtre vide"),
        ("/revue/filtres?thematique=habitation&texte=logement", "enregistrer un filtre"),
    ):
        page.goto(site + chemin)
        regard.look(etat, unfold=True)
    page.get_by_label("Nom", exact=True).fill("Le logement")
    page.get_by_label("Ouvrir « La semaine » sur ce filtre").check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.locator(".message", has_text="Le logement").wait_for()
    page.goto(f"{site}/revue/filtres")
    regard.look("les filtres")
    page.goto(f"{site}/revue")
    regard.look("filtre par défaut")
    page.goto(f"{site}/revue/filtres")
    page.get_by_role("button", name="Supprimer").click()
    page.locator(".vide").wait_for()


def _story(page: Any, regard: Regard, site: str, dossier: Path) -> None:
    fiche = next(f for f in stories(dossier).values() if len(f.membres) > 1)
    page.goto(f"{site}/revue/{fiche.principal.item_id}")
    page.fill("#r-titre", "Un titre à nous")
    page.fill("#r-resume", " ".join(["mot"] * 61))
    page.get_by_role("button", name="Enregistrer le texte").click()
    expect(page.locator("#r-resume")).to_have_attribute("aria-invalid", "true")
    regard.look("nouvelle, texte refusé", unfold=True)
    page.fill("#r-resume", "Deux mots.")
    colleague(dossier, fiche.groupe_id)
    page.get_by_role("button", name="Enregistrer le texte").click()
    page.locator(".message-2, #fait").first.wait_for()
    regard.look("nouvelle, devancée")
    page.get_by_role("button", name="Enregistrer le texte").click()
    page.locator("#fait").wait_for()
    page.locator("summary", has_text="Plus tard").click()
    regard.look("nouvelle, menu ouvert")


def _reasons(page: Any, regard: Regard, site: str) -> None:
    page.goto(f"{site}/motifs")
    page.locator("#nom").fill("Périmé")
    page.locator('input[name="sens"]').first.check()
    page.get_by_role("button", name="Ajouter la raison").click()
    page.locator("h1", has_text="Demande non valide").wait_for()
    regard.look("raison refusée")


@pytest.mark.parametrize(
    ("nom", "contexte", "regles"),
    [
        ("large clair", {"viewport": {"width": 1280, "height": 900}}, {"type": "tag", "values": REGLES}),
        (
            "téléphone sombre",
            {"viewport": {"width": 360, "height": 740}, "has_touch": True, "color_scheme": "dark"},
            {"type": "rule", "values": ["color-contrast", "target-size"]},
        ),
        ("étroit", {"viewport": {"width": 320, "height": 640}, "has_touch": True}, None),
    ],
)
def test_every_state_of_the_review_holds(
    navigateur: Any, tmp_path: Path, nom: str, contexte: dict[str, Any], regles: dict[str, Any] | None
) -> None:
    dossier = fill(tmp_path, 8)
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier, visite=True, **contexte) as page:
        regard = Regard(page, nom, regles)
        walk(page, regard, dossier)
        site = site_of(adresse)
        _story(page, regard, site, dossier)
        _lists(page, regard, site)
        _reasons(page, regard, site)
        _end(page, regard, site)
    assert not regard.fautes, "\n".join(regard.fautes)
    assert len(regard.vus) == len(set(regard.vus)) > 20


def test_the_focus_is_seen_on_every_stop_of_the_review(navigateur: Any, dossier: Path) -> None:
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier) as page:
        cachees: list[str] = []
        for touche in ["Tab"] * 45 + ["j", "j", "x", "Tab", "Tab"]:
            page.keyboard.press(touche)
            vue, quoi = page.evaluate(CONTOUR)
            if not vue:
                cachees.append(quoi)
        assert cachees == []
