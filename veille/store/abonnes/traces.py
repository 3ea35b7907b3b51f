"""Where an address can still be read in a folder, whatever the file: databases, journals, logs, lists left behind."""

from __future__ import annotations

from pathlib import Path

MORCEAU = 4 << 20


def traces(dossier: Path, adresse: str) -> list[Path]:
    """Files of the folder whose bytes hold this canonical address, in any case, in UTF-8 or as Windows writes (UTF-16)."""
    formes = (adresse.encode(), adresse.encode("utf-16-le"))
    return [f for f in sorted(dossier.rglob("*")) if f.is_file() and not f.is_symlink() and _holds(f, formes)]


def _holds(fichier: Path, formes: tuple[bytes, ...]) -> bool:
    """Read in pieces that overlap, so that no word is cut in two."""
    recouvre = max(map(len, formes)) - 1
    reste = b""
    try:
        with fichier.open("rb") as flux:
            while morceau := flux.read(MORCEAU):
                bloc = reste + morceau.lower()
                if any(forme in bloc for forme in formes):
                    return True
                reste = bloc[-recouvre:]
    except FileNotFoundError:  # A journal that SQLite has just let go.
        return False
    return False
