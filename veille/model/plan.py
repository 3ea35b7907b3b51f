"""plan.toml: the action plan, flat lists tied together by ids (parents are explicit, never read off a number)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from veille.model.regle import STRICT

PartLogiciel = Literal["", "coeur", "partiel"]  # how much of a moyen this software carries
# How an indicator is counted: each name is a recipe of `evaluation`; "" is counted by hand only.
Recette = Literal[
    "",
    "activites",
    "presences",
    "appreciation",
    "activites_par_mrc",
    "outils",
    "personnes",
    "narratif",
    "document",
    "sondages",
    "cueillettes",
    "organisations",
    "ponctuels",
    "themes",
    "collectes",
    "bulletins_a_date",
    "couverture",
    "precision",
    "delai",
    "pourquoi",
    "reutilisation",
    "indicateurs_mesures",
]


@dataclass(frozen=True)
class Cible:
    """A numeric target: between `min` and `max` (equal when it is one number), for each of `par` (MRC, année)."""

    __pydantic_config__ = STRICT
    min: int
    max: int
    unite: str
    par: tuple[str, ...] = ()


@dataclass(frozen=True)
class Echeance:
    """`texte` as printed in the plan; `debut` and `fin` are years, 0 when the plan gives none.

    `debut_le`, `fin_le`: the days, where staff said them (« 3 ans » has no years); see `periodes.echeance_days`.
    """

    __pydantic_config__ = STRICT
    texte: str = ""
    debut: int = 0
    fin: int = 0
    debut_le: date | None = None
    fin_le: date | None = None
    interpretation: str = ""
    cible: Cible | None = None


@dataclass(frozen=True)
class Orientation:
    __pydantic_config__ = STRICT
    id: str
    nom: str
    cible: str = ""


@dataclass(frozen=True)
class Objectif:
    __pydantic_config__ = STRICT
    id: str
    orientation: str
    texte: str
    note: str = ""


@dataclass(frozen=True)
class Moyen:
    """`priorite` stays empty: the source lost which moyens are « priorisés », staff fill it.

    `id_attendu`: the id the numbering would lead one to expect (objectif 2.2 holds moyens 2.1.3 to 2.1.6).
    """

    __pydantic_config__ = STRICT
    id: str
    objectif: str
    texte: str
    echeance: Echeance = Echeance()
    phases: tuple[Echeance, ...] = ()
    resultats: tuple[str, ...] = ()
    responsables: tuple[str, ...] = ()
    collaborations: tuple[str, ...] = ()
    priorite: Literal["", "priorise", "secondaire"] = ""
    logiciel: PartLogiciel = ""
    id_attendu: str = ""
    note: str = ""


@dataclass(frozen=True)
class SousMoyen:
    __pydantic_config__ = STRICT
    id: str
    moyen: str
    texte: str
    elements: tuple[str, ...] = ()
    cible: Cible | None = None
    logiciel: PartLogiciel = ""
    texte_source: str = ""


@dataclass(frozen=True)
class Base:
    """Where an indicator stood before: its value, on which day, and where that comes from."""

    __pydantic_config__ = STRICT
    valeur: float
    le: date
    source: str = ""


@dataclass(frozen=True)
class Indicateur:
    """`origine`: « plan » for the plan's own 21, « proposition » for the watch's (never mixed in a total).

    `mesure` names how it is counted (`evaluation/recettes.py`; empty: by hand only), with `types` of rows where that
    matters. `sens`: which way is better.
    """

    __pydantic_config__ = STRICT
    id: str
    moyen: str
    texte: str
    calcul: Literal["auto", "auto+manuel", "manuel"]
    nature: str = ""
    comment: str = ""
    formule: str = ""
    origine: Literal["plan", "proposition"] = "plan"
    cible: Cible | None = None
    cible_derivee: str = ""
    sans_puce: bool = False
    mesure: Recette = ""
    types: tuple[str, ...] = ()
    unite: str = ""
    periode: Literal["annee", "plan"] = "annee"
    sens: Literal["", "hausse", "baisse", "fourchette"] = ""
    base: Base | None = None


@dataclass(frozen=True)
class Anomalie:
    __pydantic_config__ = STRICT
    code: str
    ou: tuple[str, ...]
    texte: str


@dataclass(frozen=True)
class Plan:
    """plan.toml as a whole: flat lists, tied together by ids."""

    __pydantic_config__ = STRICT
    slug: str
    titre: str
    organisation: str
    debut: int
    fin: int
    bilan_le: date
    colonnes: tuple[str, ...]
    orientations: tuple[Orientation, ...]
    objectifs: tuple[Objectif, ...]
    moyens: tuple[Moyen, ...]
    sous_moyens: tuple[SousMoyen, ...]
    indicateurs: tuple[Indicateur, ...]
    anomalies: tuple[Anomalie, ...] = ()
    sigle: str = ""
    autre_nom: str = ""
    note_propositions: str = ""

    def ids(self) -> frozenset[str]:
        """Every id of every level, for cross-checks of `plan = [...]` elsewhere."""
        lots: tuple[tuple[Orientation | Objectif | Moyen | SousMoyen, ...], ...]
        lots = (self.orientations, self.objectifs, self.moyens, self.sous_moyens)
        return frozenset(element.id for lot in lots for element in lot)
