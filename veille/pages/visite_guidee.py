"""The tour of « La semaine » that opens on a first visit. It needs no script: each step is an address."""

from __future__ import annotations

from typing import Any

ETAPES = 5


def tour_step(request: Any) -> int:
    """Which step to show at the top of the review: the one asked for, the first to who has not dismissed it, else 0."""
    if request is None or request.path != "/revue" or not request.actor:
        return 0
    voulue = request.args.get("visite") or ""
    if voulue.isascii() and voulue.isdigit() and 1 <= int(voulue[:3]) <= ETAPES:
        return int(voulue[:3])
    preferences = request.actor.get("preferences")
    return 1 if preferences is not None and not preferences.get("visite") else 0
