"""A stored bilan as the bytes of a file: its content as JSON, or its report in one of the formats that people open."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Literal, get_args

from veille.bilan.ca import one_page
from veille.bilan.composition import compose
from veille.bilan.contenu import ContenuBilan, Suites, to_json
from veille.francais import local_day
from veille.rapports import docx, html, tableur

Format = Literal["docx", "html", "xlsx", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
TYPES_MIME: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}


def render(
    contenu: ContenuBilan,
    forme: Format,
    *,
    numero: int = 0,
    calcule_a: datetime | None = None,
    suites: Suites | None = None,
    site: str = "",
    une_page: bool = False,
) -> bytes:
    """The file. Every format is written from the same content, so that the same numbers are in each."""
    if forme == "json":
        return as_json(contenu, numero=numero, calcule_a=calcule_a, suites=suites).encode()
    rapport = (one_page if une_page else compose)(
        contenu, numero=numero, calcule_le=local_day(calcule_a) if calcule_a else None, suites=suites, site=site
    )
    if forme == "docx":
        return docx.render(rapport)
    return tableur.render(rapport) if forme == "xlsx" else html.render(rapport).encode()


def as_json(
    contenu: ContenuBilan, *, numero: int = 0, calcule_a: datetime | None = None, suites: Suites | None = None
) -> str:
    """The content as it is stored, under its number and date; beside it, what came after a locked period froze it."""
    objet = {
        "numero": numero or None,
        "calcule_a": calcule_a.isoformat() if calcule_a else None,
        "bilan": json.loads(to_json(contenu)),
        "amendements": json.loads(json.dumps(asdict(suites), default=str)) if suites else None,
    }
    return json.dumps(objet, ensure_ascii=False, indent=2) + "\n"


def file_name(contenu: ContenuBilan, numero: int, forme: Format, *, une_page: bool = False) -> str:
    """« bilan-plan-2023-2026-2026-03-31-no4.docx »."""
    page = "-une-page" if une_page else ""
    return f"bilan-{contenu.plan}-{contenu.genre}-{contenu.au.isoformat()}-no{numero}{page}.{forme}"
