"""What serves which moyen, whatever it is: a row, a digest, a theme, an audience. Each counts once for a moyen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from veille.model import Plan
from veille.plan.arbre import moyen_of

T = TypeVar("T")


def by_moyen(plan: Plan, choses: Iterable[T], codes: Callable[[T], Iterable[str]]) -> dict[str, tuple[T, ...]]:
    """Every moyen of the plan → what serves it or one of its sous-moyens, in the order given.

    What names an objectif or an orientation serves none of their moyens in particular.
    """
    moyens = moyen_of(plan)
    servis: dict[str, list[T]] = {m.id: [] for m in plan.moyens}
    for chose in choses:
        for moyen in dict.fromkeys(moyens[code] for code in codes(chose) if code in moyens):
            servis[moyen].append(chose)
    return {moyen: tuple(liste) for moyen, liste in servis.items()}
