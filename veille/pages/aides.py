"""The help of each page, from the one table that says it (`aide.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Secours:
    """What « Aide » shows on a page. `ancre`: the section of /aide that says more."""

    phrases: tuple[str, ...]
    ancre: str
    lien: str


def help_of(chemin: str) -> Secours:
    """The help of the page at this address; a general one where none is written."""
    return written_for(chemin) or _table()[1]


def written_for(chemin: str) -> Secours | None:
    """The help written for this very page, if there is one."""
    return next((aide for motif, aide in _table()[0] if motif.fullmatch(chemin)), None)


def everything() -> tuple[Secours, ...]:
    """Every entry of the table."""
    pages, defaut = _table()
    return (*(aide for _, aide in pages), defaut)


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[tuple[re.Pattern[str], Secours], ...], Secours]:
    brut = tomllib.loads((files("veille.pages") / "aide.toml").read_text(encoding="utf-8"))
    pages = [(_pattern(adresse), _help(page)) for page in brut["pages"] for adresse in page["adresses"]]
    return tuple(pages), _help(brut["defaut"])


def _pattern(adresse: str) -> re.Pattern[str]:
    """« /revue/<nouvelle> » as a pattern."""
    return re.compile("[^/]+".join(re.escape(morceau) for morceau in re.split(r"<[^<>]+>", adresse)))


def _help(page: dict[str, Any]) -> Secours:
    return Secours(tuple(page["phrases"]), page["ancre"], page["lien"])
