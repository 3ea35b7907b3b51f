"""Writing one file so that a reader sees the old one or the new one, never half of it."""

from __future__ import annotations

import os
from pathlib import Path

from veille.errors import StoreError
from veille.textes import os_reason


def write_whole(racine: Path, chemin: Path, corps: bytes, *, prive: bool = False) -> None:
    """Write `corps` at `racine / chemin`, folders included. `prive`: for the owner only."""
    cible = racine / chemin
    try:
        for dossier in reversed(chemin.parents[:-1]):
            (racine / dossier).mkdir(exist_ok=True, mode=0o700 if prive else 0o755)
        provisoire = cible.with_name(f".{cible.name}.nouveau")
        with provisoire.open("wb") as fichier:
            fichier.write(corps)
            fichier.flush()
            os.fsync(fichier.fileno())  # Else a power cut could leave an empty page that the database calls published.
        provisoire.chmod(0o600 if prive else 0o644)
        provisoire.replace(cible)
    except OSError as erreur:
        raise StoreError(f"{cible} ne peut pas être écrit : {os_reason(erreur)}.") from erreur
