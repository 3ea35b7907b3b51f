"""How right relevance is: cross-validation by story, beside the stated formula on the same cases. Pure Python."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from veille.classifier.relevance import Cas, formula, train


@dataclass(frozen=True)
class MesurePertinence:
    """`auc`: chance that a kept item is placed before a rejected one, None with one answer only. Brier: lower is better."""

    decisions: int
    gardees: int
    auc: float | None
    brier: float
    auc_formule: float | None
    brier_formule: float


def cross_validate(
    cas: Sequence[Cas],
    gardes: Sequence[bool],
    groupes: Sequence[str],
    poids: Sequence[float] | None = None,
    plis: int = 5,
) -> MesurePertinence:
    """Each case is scored by a model that saw no case of its story. Folds depend on the stories' names only."""
    pli = [_fold(groupe, plis) for groupe in groupes]
    notes = [0.0] * len(cas)
    for numero in sorted(set(pli)):
        vus = [i for i, p in enumerate(pli) if p != numero]
        modele = train(
            [cas[i] for i in vus], [gardes[i] for i in vus], None if poids is None else [poids[i] for i in vus]
        )
        for i, p in enumerate(pli):
            if p == numero:
                notes[i] = modele.score(cas[i])[0]
    depart = [formula(c)[0] for c in cas]
    return MesurePertinence(
        decisions=len(cas),
        gardees=sum(map(bool, gardes)),
        auc=auc(notes, gardes),
        brier=brier(notes, gardes),
        auc_formule=auc(depart, gardes),
        brier_formule=brier(depart, gardes),
    )


def auc(notes: Sequence[float], gardes: Sequence[bool]) -> float | None:
    """Area under the ROC curve by ranks, ties counted for half."""
    positifs = sum(map(bool, gardes))
    if positifs in (0, len(gardes)):
        return None
    ordre = sorted(range(len(notes)), key=lambda i: notes[i])
    somme, debut = 0.0, 0
    while debut < len(ordre):
        fin = debut
        while fin < len(ordre) and notes[ordre[fin]] == notes[ordre[debut]]:
            fin += 1
        rang = (debut + 1 + fin) / 2
        somme += rang * sum(bool(gardes[i]) for i in ordre[debut:fin])
        debut = fin
    return (somme - positifs * (positifs + 1) / 2) / (positifs * (len(gardes) - positifs))


def brier(notes: Sequence[float], gardes: Sequence[bool]) -> float:
    """Mean squared distance between what was announced and what was decided; 0 without any decision."""
    return sum((p - bool(g)) ** 2 for p, g in zip(notes, gardes, strict=True)) / len(notes) if notes else 0.0


def _fold(groupe: str, plis: int) -> int:
    return int.from_bytes(hashlib.blake2b(groupe.encode(), digest_size=8).digest(), "big") % plis
