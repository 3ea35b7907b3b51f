"""The plan as the table it came from: a row a moyen, six columns, each text as written. The last one is left to the bilan."""

from __future__ import annotations

from dataclasses import dataclass

from veille.model import Moyen, Objectif, Orientation, Plan
from veille.plan.arbre import MoyenDuPlan, ObjectifDuPlan, OrientationDuPlan, tree

COLLABORATIONS = "Collaborations souhaitées"


@dataclass(frozen=True)
class Texte:
    """One paragraph of a cell: a text of the plan, word for word. `puce`: its depth in a list, 0 when it is in none.

    `code`: the plan's number, shown before the text. `intitule`: a heading of ours, which is no text of the plan.
    """

    texte: str
    puce: int = 0
    code: str = ""
    intitule: bool = False

    @property
    def ligne(self) -> str:
        """As it is printed."""
        return f"{self.code} {self.texte}" if self.code else self.texte


@dataclass(frozen=True)
class Rangee:
    """One row. `hauteur`: how many rows the cell of its objectif spans; 0 in the rows under the first.

    `moyen` is None for an objectif that has none. `bilan` is empty: what really happened is not the plan's to say.
    """

    orientation: Orientation
    objectif: Objectif
    moyen: Moyen | None
    hauteur: int
    objectifs: tuple[Texte, ...]
    moyens: tuple[Texte, ...] = ()
    echeances: tuple[Texte, ...] = ()
    resultats: tuple[Texte, ...] = ()
    responsables: tuple[Texte, ...] = ()
    bilan: tuple[Texte, ...] = ()

    @property
    def colonnes(self) -> tuple[tuple[Texte, ...], ...]:
        """The six cells, left to right."""
        return self.objectifs, self.moyens, self.echeances, self.resultats, self.responsables, self.bilan


def six_columns(plan: Plan) -> tuple[Rangee, ...]:
    """Every row, in the plan's order; an orientation's name and target are before its first row, by whoever prints."""
    return tuple(
        rangee
        for orientation in tree(plan)
        for objectif in orientation.objectifs
        for rangee in _rows(orientation, objectif)
    )


def _rows(orientation: OrientationDuPlan, objectif: ObjectifDuPlan) -> list[Rangee]:
    entete = (Texte(objectif.objectif.texte, code=objectif.objectif.id),)
    if not objectif.moyens:
        return [Rangee(orientation.orientation, objectif.objectif, None, 1, entete)]
    return [
        Rangee(
            orientation.orientation,
            objectif.objectif,
            vu.moyen,
            0 if rang else len(objectif.moyens),
            entete,
            _moyens(vu),
            _echeances(vu.moyen),
            _resultats(vu),
            _responsables(vu.moyen),
        )
        for rang, vu in enumerate(objectif.moyens)
    ]


def _moyens(vu: MoyenDuPlan) -> tuple[Texte, ...]:
    textes = [Texte(vu.moyen.texte, code=vu.moyen.id)]
    for sous_moyen in vu.sous_moyens:
        textes.append(Texte(sous_moyen.texte, 1, sous_moyen.id))
        textes += [Texte(element, 2) for element in sous_moyen.elements]
    return tuple(textes)


def _echeances(moyen: Moyen) -> tuple[Texte, ...]:
    """A deadline in two phases is told phase by phase, where the phases hold every word of it."""
    entiere = moyen.echeance.texte
    phases = [phase.texte for phase in moyen.phases]
    if phases and " ".join(phases) == entiere:
        return tuple(Texte(phase) for phase in phases)
    return tuple(Texte(texte) for texte in (entiere, *phases) if texte)


def _resultats(vu: MoyenDuPlan) -> tuple[Texte, ...]:
    return (
        *(Texte(resultat) for resultat in vu.moyen.resultats),
        *(Texte(i.texte, 0 if i.sans_puce else 1) for i in vu.indicateurs),
    )


def _responsables(moyen: Moyen) -> tuple[Texte, ...]:
    textes = [Texte(responsable) for responsable in moyen.responsables]
    if moyen.collaborations:
        textes.append(Texte(COLLABORATIONS, intitule=True))
        textes += [Texte(collaboration, 1) for collaboration in moyen.collaborations]
    return tuple(textes)
