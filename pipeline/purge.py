"""Subscribers' data kept no longer than its rule says: a small stage at each turn of the watch."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from veille.store.abonnes import BASE_ABONNES, open_subscribers
from veille.store.abonnes.purge import Purge, purge


def purge_subscribers(dossier: Path, now: datetime) -> Purge:
    """Apply the rules; a folder without subscribers is left as it is."""
    if not (dossier / BASE_ABONNES).exists():
        return Purge()
    with contextlib.closing(open_subscribers(dossier)) as c:
        return purge(c, now)
