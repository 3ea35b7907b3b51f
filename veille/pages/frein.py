"""How much one visitor may ask of the public forms: counted in memory, by a keyed hash whose key lives one day.

No network address is kept: the key is thrown away with the day, and the counts with the process.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import date, datetime, timedelta

from veille.francais import local_day

PAR_HEURE = 12
AVIS_PAR_HEURE = 120  # An issue has a dozen stories and a question, and several colleagues share one address.
VISITEURS_MAX = 20_000
HEURE = timedelta(hours=1)


class Frein:
    """The counts of one site."""

    def __init__(self, par_heure: int = PAR_HEURE) -> None:
        self._par_heure = par_heure
        self._verrou = threading.Lock()
        self._jour: date | None = None
        self._sel = b""
        self._vus: dict[str, list[datetime]] = {}

    def visitor(self, adresse: str, now: datetime) -> str:
        """A name for whoever comes from there, good for this day only."""
        with self._verrou:
            self._turn_the_day(now)
            return hashlib.blake2b(adresse.encode(), key=self._sel, digest_size=12).hexdigest()

    def allow(self, adresse: str, now: datetime, quoi: str = "", *, par_heure: int = 0) -> bool:
        """Count one more request; False when there were too many in the last hour. `par_heure`: another limit than usual."""
        cle = f"{quoi}:{self.visitor(adresse, now)}"
        with self._verrou:
            recents = [instant for instant in self._vus.pop(cle, []) if now - instant < HEURE]
            permis = len(recents) < (par_heure or self._par_heure)
            if len(self._vus) >= VISITEURS_MAX:  # The one seen the longest ago is forgotten.
                self._vus.pop(next(iter(self._vus)))
            self._vus[cle] = [*recents, now] if permis else recents
            return permis

    def _turn_the_day(self, now: datetime) -> None:
        if self._jour != local_day(now):
            self._jour, self._sel, self._vus = local_day(now), secrets.token_bytes(32), {}
