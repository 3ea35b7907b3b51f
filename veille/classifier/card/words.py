"""Figures and names as the card writes them: never 100 % of what is not whole, never 0 % of what exists."""

from __future__ import annotations

import re
from collections.abc import Sequence

from veille.francais import NBSP, clean, format_number, typeset
from veille.model.apprentissage import FicheModele

ASSEZ = 20  # cases under which a share would say more than is known
VIDE = "—"


def sentence(texte: str) -> str:
    """A sentence written here, with the no-break spaces of French. Collected texts do not go through it."""
    return typeset(texte)


def note(valeur: float) -> str:
    """« 0,84 »; 1 and 0 are said only when exact."""
    return "1" if valeur == 1 else "0" if valeur == 0 else format_number(_inside(valeur, 2), 2)


def of_100(part: float) -> int:
    """A share as a count out of 100."""
    return int(part * 100) if part in (0, 1) else round(_inside(part, 2) * 100)


def percent(part: float) -> str:
    """« 84 % »; one decimal under 1 % and over 99 %, where it matters."""
    decimales = 0 if part in (0, 1) or 0.01 <= part <= 0.99 else 1
    return f"{format_number(100 * (part if part in (0, 1) else _inside(part, 2 + decimales)), decimales)}{NBSP}%"


def _inside(part: float, decimales: int) -> float:
    """Rounded, but never to a bound that is not reached."""
    pas = 10.0**-decimales
    return min(max(round(part, decimales), pas), 1 - pas)


def name(fiche: FicheModele, slug: str) -> str:
    """The theme as shown to people."""
    return clean(fiche.noms.get(slug, slug), 80)


def quoted(fiche: FicheModele, slug: str) -> str:
    """« Habitation »."""
    return f"«{NBSP}{name(fiche, slug)}{NBSP}»"


def enumerate_fr(noms: Sequence[str]) -> str:
    """« a », « a et b », « a, b et c »."""
    return f"{', '.join(noms[:-1])} et {noms[-1]}" if len(noms) > 1 else "".join(noms)


def week_name(semaine: str) -> str:
    """« semaine 48 de 2026 » for `2026-S48`."""
    return re.sub(r"^(\d{4})-S0?(\d{1,2})$", rf"semaine{NBSP}\2 de{NBSP}\1", semaine)
