"""The texts of the sample week, with their truth: as they are, or repeated. Light to import: processes are timed with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from veille.exemple.calendrier import expand
from veille.exemple.lecture import load
from veille.model import Document

MAINTENANT = datetime(2026, 11, 23, 14, tzinfo=UTC)
JOUR = MAINTENANT.date()
Themes = list[frozenset[str]]


def week() -> tuple[list[Document], Themes]:
    """The documents of the sample week, and the themes each is truly about."""
    documents, verites = [], []
    for source, item in load().pairs():
        titre, resume, texte = (expand(t, MAINTENANT) for t in (item.titre, item.resume, item.texte))
        documents.append(
            Document(item.id, titre, resume, texte, JOUR, territoire_source=source.territoire, type_source=source.type)
        )
        verites.append(frozenset(item.verite.themes))
    return documents, verites


def copies(documents: Sequence[Document], fois: int) -> list[Document]:
    """The same documents, so many times, no two alike."""
    return [
        replace(d, id=f"{d.id}-{n}", titre=f"{d.titre} (dossier {n}-{rang})")
        for n in range(fois)
        for rang, d in enumerate(documents)
    ]
