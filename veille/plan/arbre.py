"""The flat lists of a plan, put back under their parents in the plan's own order."""

from __future__ import annotations

from dataclasses import dataclass

from veille.model import Indicateur, Moyen, Objectif, Orientation, Plan, SousMoyen


@dataclass(frozen=True)
class MoyenDuPlan:
    """One moyen and what hangs from it. The plan's own indicators and the watch's proposals are never mixed."""

    moyen: Moyen
    sous_moyens: tuple[SousMoyen, ...]
    indicateurs: tuple[Indicateur, ...]
    propositions: tuple[Indicateur, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """What a row or a digest may name to serve it."""
        return (self.moyen.id, *(s.id for s in self.sous_moyens))


@dataclass(frozen=True)
class ObjectifDuPlan:
    """One objectif and its moyens."""

    objectif: Objectif
    moyens: tuple[MoyenDuPlan, ...]


@dataclass(frozen=True)
class OrientationDuPlan:
    """One orientation and its objectifs."""

    orientation: Orientation
    objectifs: tuple[ObjectifDuPlan, ...]

    @property
    def moyens(self) -> tuple[MoyenDuPlan, ...]:
        """Every moyen under it."""
        return tuple(m for o in self.objectifs for m in o.moyens)


def tree(plan: Plan) -> tuple[OrientationDuPlan, ...]:
    """Orientations, their objectifs, their moyens."""
    return tuple(
        OrientationDuPlan(
            orientation,
            tuple(
                ObjectifDuPlan(o, tuple(_moyen(plan, m) for m in plan.moyens if m.objectif == o.id))
                for o in plan.objectifs
                if o.orientation == orientation.id
            ),
        )
        for orientation in plan.orientations
    )


def moyen_of(plan: Plan) -> dict[str, str]:
    """Code of a moyen or of a sous-moyen → the moyen it counts for."""
    return {m.id: m.id for m in plan.moyens} | {s.id: s.moyen for s in plan.sous_moyens}


def _moyen(plan: Plan, moyen: Moyen) -> MoyenDuPlan:
    siens = [i for i in plan.indicateurs if i.moyen == moyen.id]
    return MoyenDuPlan(
        moyen,
        tuple(s for s in plan.sous_moyens if s.moyen == moyen.id),
        tuple(i for i in siens if i.origine == "plan"),
        tuple(i for i in siens if i.origine == "proposition"),
    )
