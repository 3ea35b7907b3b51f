"""The accounts' database as the staff site uses it: read at each page, written in a thread of its own.

Nothing but sign-in and the pages about accounts opens it; Datasette never does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from veille import identite
from veille.model import Compte
from veille.pages.fil import Fil
from veille.store import comptes, liens, personnes
from veille.store.connexion import transaction
from veille.store.lecture import Connexion

T = TypeVar("T")

COOKIE_SESSION = "veille_equipe"  # Cookies ignore ports: the public site must not share a name.
COOKIE_APPAREIL = "veille_appareil"
CALCULS, CALCULS_EN_ATTENTE = 2, 20  # Of passwords: each takes a core for a tenth of a second or more.


class Sessions:
    """Accounts, links and sessions of one staff site."""

    def __init__(self, dossier: Path, clock: Callable[[], datetime]) -> None:
        self._lecture = comptes.open_accounts(dossier)
        self._clock = clock
        self.secret = comptes.signing_secret(self._lecture)
        self._fil = Fil(comptes.open_accounts(dossier), "comptes")
        self._calculs = ThreadPoolExecutor(CALCULS, thread_name_prefix="mots-de-passe")
        self._en_cours = 0

    def first_link(self) -> str:
        """The path of a one-time link when nobody has an account yet, else "". Called once, when the site opens."""
        if personnes.count(self._lecture):
            return ""
        with transaction(self._lecture):
            return f"/connexion?jeton={liens.create(self._lecture, 'premier', self._clock())}"

    def behind(self, session: str) -> Compte | None:
        """Who holds this session. One indexed read, on the event loop: 12 µs, 50 through a thread."""
        return personnes.behind_session(self._lecture, session, self._clock())

    def named(self, identifiant: str) -> Compte | None:
        """The account in force that a trusted proxy names."""
        compte = personnes.find(self._lecture, identite.canonical(identifiant))
        return compte if compte is not None and compte.retire_a is None else None

    async def read(self, lire: Callable[[Connexion], T]) -> T:
        """Read accounts, in a thread."""
        return await self._fil.read(lire)

    async def write(self, ecrire: Callable[[Connexion], T]) -> T:
        """One short transaction on accounts, in a thread."""
        return await self._fil.write(ecrire)

    @property
    def overloaded(self) -> bool:
        """Too many passwords are being looked at already."""
        return self._en_cours >= CALCULS_EN_ATTENTE

    async def hash(self, mot_de_passe: str) -> str:
        """The hash of a new password."""
        return await self._compute(lambda: identite.hash_password(mot_de_passe))

    async def verify(self, mot_de_passe: str, empreinte: str | None) -> bool:
        """Whether this is the password; as slow when there is none to compare with."""
        return await self._compute(lambda: identite.verify(mot_de_passe, empreinte))

    def close(self) -> None:
        """Close the database; the site is stopping."""
        self._calculs.shutdown(wait=True, cancel_futures=True)
        self._fil.close()
        self._lecture.close()

    async def _compute(self, calcul: Callable[[], T]) -> T:
        self._en_cours += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._calculs, calcul)
        finally:
            self._en_cours -= 1
