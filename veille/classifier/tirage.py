"""Which stories people are asked to look at so that the judge learns and its measures stay honest.

Two draws. At random, one story in ten, whatever the judge thinks of it: what is decided on these tells how right the
judge is on everything, what it never proposes included. By disagreement, the few where the rules and what was learnt
are furthest apart: there a decision teaches most. What must not enter: relevance, themes, SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from veille.francais import NBSP

Motif = Literal["hasard", "desaccord"]

PART_HASARD = 0.10
ECART_MIN = 0.2  # Closer than that, the rules and what was learnt say much the same.

EXPLICATION_HASARD = (
    f"Une nouvelle sur dix est tirée au hasard, quoi qu’en pense le classement{NBSP}: "
    "votre décision dit s’il se trompe, et de combien."
)
EXPLICATION_DESACCORD = "Les règles du fichier des thèmes et vos décisions passées ne disent pas la même chose."
SUITE_DESACCORD = "Votre décision les départagera."


@dataclass(frozen=True)
class Candidat:
    """One story that may be drawn. `semaine`: the week it began in (`2026-S48`); `tranche`: someone already decided."""

    groupe_id: int
    item_id: int
    semaine: str
    tranche: bool = False
    desaccord: float = 0.0
    desaccord_texte: str = ""


@dataclass(frozen=True)
class Budget:
    """How many more may be drawn. `hasard` is a guard against a mass import, not a quota: 10 % usually stay below."""

    hasard: int = 40
    desaccords: int = 6


@dataclass(frozen=True)
class Tirage:
    """One story drawn, through one of its items, and why people are asked."""

    groupe_id: int
    item_id: int
    motif: Motif
    explication: str


def draw(candidats: Sequence[Candidat], deja: Collection[int], budget: Budget) -> list[Tirage]:
    """The stories to mark, besides those already drawn. The same candidates give the same draw.

    Chance depends on the story's number and its week only; a story decided on before the draw may be drawn too, else
    what is decided fast would be missing from the sample. Disagreements are asked of undecided stories only.
    """
    neufs = [c for c in candidats if c.groupe_id not in deja]
    sorts = sorted((_chance(c), c.groupe_id, c) for c in neufs)
    au_hasard = [c for chance, _, c in sorts if chance < PART_HASARD][: max(budget.hasard, 0)]
    pris = {c.groupe_id for c in au_hasard}
    opposes = sorted(
        (c for c in neufs if not c.tranche and c.desaccord >= ECART_MIN and c.groupe_id not in pris),
        key=lambda c: (-c.desaccord, c.groupe_id),
    )[: max(budget.desaccords, 0)]
    return [Tirage(c.groupe_id, c.item_id, "hasard", EXPLICATION_HASARD) for c in au_hasard] + [
        Tirage(c.groupe_id, c.item_id, "desaccord", _explain(c)) for c in opposes
    ]


def _chance(candidat: Candidat) -> float:
    """A number between 0 and 1 that nobody chooses, always the same for one story of one week."""
    cle = f"{candidat.semaine}/{candidat.groupe_id}".encode()
    tire = hashlib.blake2b(cle, digest_size=8, key=b"veille-tirage").digest()
    return int.from_bytes(tire, "big") / 2**64


def _explain(candidat: Candidat) -> str:
    return f"{candidat.desaccord_texte or EXPLICATION_DESACCORD} {SUITE_DESACCORD}"
