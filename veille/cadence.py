"""When to read a source again: pure arithmetic on its rhythm, its failures and what the server asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from veille.model import Rythme

PAS: dict[Rythme, timedelta] = {
    "horaire": timedelta(hours=1),
    "quotidien": timedelta(days=1),
    "hebdomadaire": timedelta(days=7),
    "bimensuel": timedelta(days=14),
    "mensuel": timedelta(days=30),
}
PREMIER_REESSAI = timedelta(hours=1)
REESSAI_MAX = timedelta(days=7)

# Waiting will not mend these by itself: no need to knock every hour, but never stop knocking.
CAUSES_DURABLES = frozenset(
    {"http_401", "http_403", "http_404", "robots", "schema_interdit", "adresse_interdite", "genre"}
)


def next_visit(
    rythme: Rythme, now: datetime, *, cause: str = "", echecs_de_suite: int = 0, attendre_s: int | None = None
) -> datetime:
    """The instant of the next reading; `echecs_de_suite` counts this failure. A server's Retry-After is obeyed."""
    pas = PAS[rythme]
    if not cause:
        attente = pas
    elif cause == "http_410":
        attente = REESSAI_MAX
    elif cause in CAUSES_DURABLES:
        attente = min(max(pas, timedelta(days=1)), REESSAI_MAX)
    else:
        doublements = min(max(echecs_de_suite - 1, 0), 10)
        attente = min(PREMIER_REESSAI * (1 << doublements), max(pas, PREMIER_REESSAI), REESSAI_MAX)
    return now + max(_a_little_less(attente), timedelta(seconds=attendre_s or 0))


def _a_little_less(attente: timedelta) -> timedelta:
    """So that a cycle started every day at the same hour finds due what it read a few minutes later the day before."""
    return attente - min(attente / 12, timedelta(hours=1))
