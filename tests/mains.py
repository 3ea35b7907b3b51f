"""What the tests of the review's scripts do with a page of `banc_revue`: open it, press keys, read a card, wait for the log."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.banc_revue import Banc

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright absent")
expect = sync_api.expect


@contextlib.contextmanager
def review(navigateur: Any, banc: Banc) -> Iterator[Any]:
    """The review, opened; whatever the page complains of afterwards, but a request that failed, fails the test."""
    contexte = navigateur.new_context(locale="fr-CA", viewport={"width": 1280, "height": 800})
    contexte.set_default_timeout(5000)
    plaintes: list[str] = []
    contexte.on("console", lambda m: plaintes.append(m.text) if m.type in ("error", "warning") else None)
    contexte.on("weberror", lambda e: plaintes.append(str(e.error)))
    page = contexte.new_page()
    page.goto(banc.adresse + "/revue")
    yield page
    contexte.close()
    assert [p for p in plaintes if "Failed to load resource" not in p] == []


def press(page: Any, *touches: str) -> None:
    for touche in touches:
        page.keyboard.press(touche)


def card(page: Any, groupe: int) -> Any:
    return page.locator(f"#h{groupe}")


def says(page: Any, groupe: int, texte: str) -> None:
    """The last line of a card holds this."""
    expect(card(page, groupe).locator(".suivi")).to_contain_text(texte)


def stands_on(page: Any, groupe: int) -> None:
    expect(card(page, groupe)).to_be_focused()


def recorded(page: Any, banc: Banc, *gestes: str) -> None:
    """Exactly these were recorded, in this order, and each key only once."""
    for _ in range(100):
        if banc.gestes() == list(gestes) and not waiting(page):
            break
        page.wait_for_timeout(30)
    assert banc.gestes() == list(gestes)
    assert waiting(page) == 0
    assert len({i.geste for i in banc.journal}) == len(banc.journal)


def waiting(page: Any) -> int:
    nombre: int = page.evaluate("Object.keys(localStorage).filter(c => c.startsWith('veille:acte:')).length")
    return nombre


def retry(page: Any) -> None:
    """Press « Réessayer maintenant », unless the page has just tried by itself, and is done."""
    page.evaluate(
        "[...document.querySelectorAll('#connexion button')].find(b => b.textContent == 'Réessayer maintenant')?.click()"
    )


def dispatch(page: Any, **touche: Any) -> None:
    """A key as another layout, an input method or a hand that rests on it makes it."""
    page.evaluate(
        "t => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...t}))",
        touche,
    )
