"""Reports in a format people open: one page that stands alone, a text document, a spreadsheet.

The only room that knows python-docx and openpyxl. Nothing is counted nor read here.
"""

from __future__ import annotations

from veille.rapports.formes import (
    Bloc,
    Cellule,
    Feuille,
    Graphique,
    Paragraphe,
    Passage,
    Rapport,
    Tableau,
    Titre,
    cell,
    line,
    text,
)

__all__ = [
    "Bloc",
    "Cellule",
    "Feuille",
    "Graphique",
    "Paragraphe",
    "Passage",
    "Rapport",
    "Tableau",
    "Titre",
    "cell",
    "line",
    "text",
]
