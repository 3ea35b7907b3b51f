"""People of the team before the real review, each in a browser of their own: what its tests do, press, read and wait for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.mains import waiting
from tests.navigateur import NOW, account, session_link
from veille.store import fiches, gestes
from veille.store.connexion import connect, transaction
from veille.store.decisions import Decision
from veille.store.fiches import Fiche


@contextlib.contextmanager
def person(
    navigateur: Any,
    adresse: str,
    dossier: Path,
    nom: str = "Camille Exemple",
    now: datetime = NOW,
    *,
    visite: bool = False,
    **contexte: Any,
) -> Iterator[Any]:
    """A page of someone signed in, on « La semaine »; what the page complains of afterwards fails the test.

    `visite`: the tour of a first visit is left where it is."""
    fenetre = navigateur.new_context(locale="fr-CA", **{"viewport": {"width": 1280, "height": 900}, **contexte})
    fenetre.set_default_timeout(8000)
    plaintes: list[str] = []
    fenetre.on("console", lambda m: plaintes.append(m.text) if m.type in ("error", "warning") else None)
    fenetre.on("weberror", lambda e: plaintes.append(str(e.error)))
    page = fenetre.new_page()
    page.goto(site_of(adresse) + session_link(dossier, account(dossier, nom), now))
    page.locator("main form button").last.click()
    page.locator("h1", has_text="Bonjour").wait_for()
    page.goto(site_of(adresse) + "/revue")
    if not visite:
        pass_tour(page)
    yield page
    fenetre.close()
    assert [p for p in plaintes if "Failed to load resource" not in p] == []


def pass_tour(page: Any) -> None:
    """Close the tour, and wait for the page that comes next with its scripts: a key pressed before them is lost."""
    with page.expect_navigation():
        page.locator("#visite button", has_text="Passer la visite").click()
    page.locator("#visite").wait_for(state="detached")


def site_of(adresse: str) -> str:
    """The site's own address, of what `running_site` gives."""
    return adresse.partition("/connexion")[0]


def stories(dossier: Path) -> dict[int, Fiche]:
    """Every story as pages show it, but what tells one row of the log from another."""
    with contextlib.closing(connect(dossier / "veille.db")) as c:
        ids = [x[0] for x in c.execute("SELECT DISTINCT groupe_id FROM membres ORDER BY 1")]
        return {f.groupe_id: replace(f, acte_id=0, acte_geste="") for f in fiches.load(c, ids)}


def settled(page: Any) -> None:
    """Everything pressed has been recorded."""
    for _ in range(250):  # The policy of the site forbids what `wait_for_function` does.
        if not waiting(page):
            return
        page.wait_for_timeout(40)
    pytest.fail(page.locator("#connexion").inner_text() or "des décisions attendent toujours")


def focused_card(page: Any) -> int:
    """The story that has the keyboard, 0 when none has."""
    return int(page.evaluate("document.activeElement.closest('.nouvelle')?.dataset.groupe || 0"))


def tab_to(page: Any, texte: str) -> None:
    """Press Tab until the thing that says this has the keyboard."""
    for _ in range(12):
        if page.evaluate(
            "t => document.activeElement.matches('a, button') && document.activeElement.textContent == t", texte
        ):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"« {texte} » ne s’atteint pas au clavier")


def press_all(page: Any, touches: str) -> None:
    """Press these keys one after the other."""
    for touche in touches:
        page.keyboard.press(touche)


def colleague(dossier: Path, groupe: int, par: str = "Sam Exemple") -> None:
    """Someone else rejects this story, from elsewhere."""
    with contextlib.closing(connect(dossier / "veille.db")) as c, transaction(c):
        fiche = fiches.load(c, [groupe])[0]
        acte = Decision(fiche.principal.item_id, "ecarter", par, raison="hors_theme")
        gestes.decide(c, uuid4().hex, [gestes.Cible(groupe, str(fiche.acte_id))], acte, NOW)
