"""The sign-in database as the staff site uses it: one connection, one caller at a time, never on the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from veille.store import comptes
from veille.store.lecture import Connexion

P = ParamSpec("P")
T = TypeVar("T")

COOKIE_SESSION = "veille_equipe"  # Cookies ignore ports: the public site must not share a name.


class Sessions:
    """Links and sessions of one staff site."""

    def __init__(self, dossier: Path, clock: Callable[[], datetime]) -> None:
        self._c = comptes.open_accounts(dossier)
        self._clock = clock
        self._verrou = threading.Lock()
        self.secret = comptes.signing_secret(self._c)

    def new_link(self) -> str:
        """A path to print once: whoever opens it within the half hour may sign in."""
        return f"/connexion?jeton={self._locked(comptes.create_link, self._clock())}"

    async def who(self, session: str) -> str | None:
        """The name behind an open session, or None."""
        return await asyncio.to_thread(self._locked, comptes.who, session, self._clock())

    async def link_state(self, jeton: str) -> comptes.EtatLien:
        """Whether this link would open a session; looking consumes nothing."""
        return await asyncio.to_thread(self._locked, comptes.link_state, jeton, self._clock())

    async def redeem(self, jeton: str, nom: str) -> str | None:
        """Consume the link and open a session, or None."""
        return await asyncio.to_thread(self._locked, comptes.redeem, jeton, nom, self._clock())

    async def close_session(self, session: str) -> None:
        """Sign out."""
        await asyncio.to_thread(self._locked, comptes.close_session, session, self._clock())

    def close(self) -> None:
        """Close the database; the site is stopping."""
        with self._verrou:
            self._c.close()

    def _locked(self, acte: Callable[Concatenate[Connexion, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._verrou:
            return acte(self._c, *args, **kwargs)
