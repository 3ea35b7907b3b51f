"""The published database as Datasette sees it: every read of one request meets one and the same file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from datasette.database import Database

from veille.store.lecture import Connexion, Generation, Generations

T = TypeVar("T")

_epinglee: ContextVar[Generation | None] = ContextVar("generation", default=None)


class BasePubliee(Database):  # type: ignore[misc]  # Datasette ships no types.
    """`publication.db`, whichever file bears that name when a request begins."""

    def __init__(self, datasette: Any, chemin: Path) -> None:
        super().__init__(datasette, path=str(chemin), is_mutable=True)
        self._generations = Generations(chemin, datasette.setting("num_sql_threads"), self._prepare)

    def _prepare(self, connexion: Connexion) -> None:
        self.ds._prepare_connection(connexion, self.name)

    @contextmanager
    def pin(self) -> Iterator[None]:
        """All reads in this block, and in the tasks it starts, meet the same file."""
        with self._generations.pin() as generation:
            jeton = _epinglee.set(generation)
            try:
                yield
            finally:
                _epinglee.reset(jeton)

    async def execute_fn(self, fn: Callable[[Connexion], T]) -> T:
        """Datasette's way of reading, on the request's generation."""
        generation = _epinglee.get()
        if generation is None:
            with self.pin():
                return await self.execute_fn(fn)
        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, generation.run, fn)

    @property
    def size(self) -> int:
        """Bytes of the file being read; 0 while nothing is published."""
        generation = _epinglee.get()
        return generation.octets if generation else 0

    def close(self) -> None:
        """Close what is open; requests still running keep theirs until their end."""
        self._generations.close()
