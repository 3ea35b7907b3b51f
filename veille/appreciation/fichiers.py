"""A report of this room as a file: one page, a text document, a spreadsheet, or its figures as JSON."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args

from veille.rapports import Rapport

Format = Literal["html", "docx", "xlsx", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
TYPES_MIME: dict[str, str] = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}
NOMS: dict[Format, str] = {"html": "Page HTML", "docx": "Document DOCX", "xlsx": "Classeur XLSX", "json": "JSON"}


def render(rapport: Rapport, donnees: dict[str, Any], forme: Format) -> bytes:
    """The file. `donnees`: what JSON holds instead of words. The libraries of a format load when it is asked for."""
    match forme:
        case "json":
            return (json.dumps(donnees, ensure_ascii=False, indent=2) + "\n").encode()
        case "html":
            from veille.rapports import html

            return html.render(rapport).encode()
        case "docx":
            from veille.rapports import docx

            return docx.render(rapport)
        case "xlsx":
            from veille.rapports import tableur

            return tableur.render(rapport)
