"""Manners: one request at a time per host:port, and a pause between the starts of two of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class Turns:
    """Turns per host:port. A thread that waits for one host holds nothing that another host's thread needs."""

    def __init__(self, now: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._now, self._sleep = now, sleep
        self._verrou = threading.Lock()
        self._hotes: dict[str, _Hote] = {}

    @contextmanager
    def take(self, cle: str, espacement_s: float) -> Iterator[None]:
        """Hold the host's only turn, from at least `espacement_s` after the start of the one before."""
        with self._verrou:
            hote = self._hotes.setdefault(cle, _Hote())
        with hote.verrou:
            attente = hote.debut + espacement_s - self._now()
            if attente > 0:
                self._sleep(attente)
            hote.debut = self._now()
            yield


@dataclass
class _Hote:
    verrou: threading.Lock = field(default_factory=threading.Lock)
    debut: float = float("-inf")
