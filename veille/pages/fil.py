"""One connection kept open, and the one thread that uses it: what is written from pages waits its turn there, never on
the event loop. Opening a connection for each write cost more than the write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from veille.store.connexion import transaction
from veille.store.lecture import Connexion

T = TypeVar("T")


class Fil:
    """The writer of one database of one site."""

    def __init__(self, connexion: Connexion, nom: str) -> None:
        self._c = connexion
        self._fil = ThreadPoolExecutor(1, thread_name_prefix=nom)

    async def write(self, ecrire: Callable[[Connexion], T]) -> T:
        """One short transaction, kept whole or not at all."""

        def run() -> T:
            with transaction(self._c):
                return ecrire(self._c)

        return await asyncio.get_running_loop().run_in_executor(self._fil, run)

    async def read(self, lire: Callable[[Connexion], T]) -> T:
        """Read what this connection sees."""
        return await asyncio.get_running_loop().run_in_executor(self._fil, lire, self._c)

    def close(self) -> None:
        """Let what is being written end, then close; the site is stopping."""
        self._fil.shutdown(wait=True)
        self._c.close()
