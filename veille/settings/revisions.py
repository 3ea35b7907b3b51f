"""When the sheets of the plan de veille are to be read again, without reading the whole folder: the home page asks it each time."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from veille.settings.regles import THEMES


@dataclass(frozen=True)
class Revision:
    """The next revision of a theme's sheet."""

    slug: str
    nom: str
    a_revoir_le: date


def read(dossier: Path) -> tuple[Revision, ...]:
    """Those that have a day, nearest first; none while the file is being edited, which other pages tell."""
    chemin = dossier / THEMES
    try:
        etat = chemin.stat()
        return _read(chemin, etat.st_mtime_ns, etat.st_size)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ()


@lru_cache(maxsize=4)
def _read(chemin: Path, _instant: int, _taille: int) -> tuple[Revision, ...]:
    """Kept until the file changes: parsing it takes longer than the rest of the page."""
    themes = tomllib.loads(chemin.read_text(encoding="utf-8")).get("thematiques", [])
    trouvees = [
        Revision(str(t.get("slug", "")), str(t.get("nom", "")), t["veille"]["a_revoir_le"])
        for t in themes
        if isinstance(t, dict) and isinstance(t.get("veille"), dict) and _is_day(t["veille"].get("a_revoir_le"))
    ]
    return tuple(sorted(trouvees, key=lambda r: (r.a_revoir_le, r.nom)))


def _is_day(valeur: object) -> bool:
    return isinstance(valeur, date) and not isinstance(valeur, datetime)
