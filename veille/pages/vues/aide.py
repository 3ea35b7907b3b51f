"""« Aide »: the whole review explained on one page, for someone who has never done it."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from veille.pages.visite import Visite

_SECTION = re.compile(r'{% call section\("([a-z-]+)", "([^"]+)"\) %}')


async def guide(visite: Visite) -> Any:
    """The guide, with its table of contents."""
    return await visite.page("aide.html", {"sommaire": chapters()})


@lru_cache(maxsize=1)
def chapters() -> tuple[tuple[str, str], ...]:
    """Anchor and title of each section, read from the template that holds the text: they are written once."""
    texte = (files("veille.pages") / "gabarits" / "aide.html").read_text(encoding="utf-8")
    return tuple(_SECTION.findall(texte))
