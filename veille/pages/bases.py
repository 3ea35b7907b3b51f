"""Our databases as Datasette sees them: `veille.db` without counts that walk it, and `publication.db`, whichever file
bears that name: every read of one request meets one and the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from datasette.database import Database, QueryInterrupted
from datasette.utils import escape_sqlite

from veille.store.lecture import Connexion, Generation, Generations, indexed_columns

T = TypeVar("T")

COMPTES_S = 300.0
COMPTE_MAX_MS = 500

_epinglee: ContextVar[Generation | None] = ContextVar("generation", default=None)


class BaseEquipe(Database):  # type: ignore[misc]  # Datasette ships no types.
    """`veille.db`. Datasette would count every table at each page of « Explorer », and every row that leads to the one
    shown, index or not: half a second of an archive of a million items.
    """

    def __init__(self, datasette: Any, chemin: Path) -> None:
        super().__init__(datasette, path=str(chemin), is_mutable=True)
        self._comptes: dict[str, int | None] = {}
        self._comptes_a = 0.0
        self._indexees: set[tuple[str, str]] | None = None

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:  # noqa: ARG002 - Datasette's signature.
        """How many rows the tables that lists show have, counted every few minutes; None for the hidden ones."""
        if not self._comptes or time.monotonic() - self._comptes_a > COMPTES_S:
            caches = set(await self.hidden_table_names())
            self._comptes = {t: None if t in caches else await self._count(t) for t in await self.table_names()}
            self._comptes_a = time.monotonic()
        return self._comptes

    async def get_all_foreign_keys(self) -> dict[str, Any]:
        """Datasette's own list, less the keys that lead to a row and that no index finds."""
        if self._indexees is None:
            self._indexees = await self.execute_fn(indexed_columns)
        cles: dict[str, Any] = await super().get_all_foreign_keys()
        return {
            table: siennes
            | {"incoming": [c for c in siennes["incoming"] if (c["other_table"], c["other_column"]) in self._indexees]}
            for table, siennes in cles.items()
        }

    async def _count(self, nom: str) -> int | None:
        try:
            resultat = await self.execute(f"select count(*) from {escape_sqlite(nom)}", custom_time_limit=COMPTE_MAX_MS)
        except QueryInterrupted:
            return None
        return int(resultat.rows[0][0])


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
