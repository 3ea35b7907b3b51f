"""The smallest part: one « address<TAB>title » per line. A test double, and the template to copy for a new part."""

from __future__ import annotations

from datetime import datetime

from veille.errors import ReadError
from veille.feeds.corps import Corps
from veille.feeds.entrees import Brute, build_entries
from veille.model import Lecture, Selecteurs


def read(corps: Corps, _selecteurs: Selecteurs | None, now: datetime) -> Lecture:
    """One entry per line that has a tab."""
    paires = [ligne.partition("\t")[::2] for ligne in corps.texte.splitlines() if "\t" in ligne]
    if not paires:
        raise ReadError("sans_entree")
    brutes = (Brute(titre=titre, liens=(lien,), base=corps.adresse) for lien, titre in paires)
    return Lecture(build_entries(brutes, now), format="dummy")
