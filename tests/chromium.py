"""One Chromium for the whole session of a worker: starting one costs more than most of what is looked at with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
_LANCES: list[tuple[Any, Any]] = []  # The driver and its Chromium, once something asked for them; never more than one.


@contextlib.contextmanager
def _driving(objet: Any = None) -> Iterator[None]:
    """Between two calls the driver leaves its event loop marked as running in this thread.

    A test that runs a loop of its own would trip on it, so the mark stands only while someone drives."""
    avant = asyncio._get_running_loop()
    if objet is not None:
        asyncio._set_running_loop(objet._loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(avant)


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """The Chromium of this process; the contexts opened meanwhile are closed after."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium absent : /usr/bin/chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright absent")
    if _LANCES and not _LANCES[0][1].is_connected():
        close_chromium()
    with _driving(_LANCES[0][0] if _LANCES else None):
        if not _LANCES:
            pilote = sync_api.sync_playwright().start()
            _LANCES.append((pilote, pilote.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])))
        navigateur = _LANCES[0][1]
        avant = set(navigateur.contexts)
        try:
            yield navigateur
        finally:
            for contexte in navigateur.contexts:
                if contexte not in avant:
                    contexte.close()


def close_chromium() -> None:
    """At the end of the session, or when it died of something."""
    while _LANCES:
        pilote, navigateur = _LANCES.pop()
        with _driving(pilote):
            if navigateur.is_connected():
                navigateur.close()
            pilote.stop()
