"""What staff's decisions teach, and how well it was learnt: `Exemple` → a model → `Evaluation`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from veille.model.jugement import Document


@dataclass(frozen=True)
class Exemple:
    """One document with the themes staff say it has; none means « hors sujet ».

    `groupe`: documents of one story, never on both sides of a measure. `poids`: 1 when a person said it, less when the
    machine proposed and the person let it pass.
    """

    document: Document
    themes: frozenset[str] = frozenset()
    groupe: str = ""
    decide_le: date | None = None
    poids: float = 1.0


@dataclass(frozen=True)
class MesureTheme:
    """One theme on a trial set: `vrais` documents that have it, `proposes` that received it, `justes` both."""

    slug: str
    vrais: int
    proposes: int
    justes: int

    @property
    def precision(self) -> float:
        """Share of what was proposed that was right; 0 when nothing was."""
        return self.justes / self.proposes if self.proposes else 0.0

    @property
    def rappel(self) -> float:
        """Share of what was true that was proposed; 0 when nothing was true."""
        return self.justes / self.vrais if self.vrais else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both; 0 when nothing is right."""
        return 2 * self.justes / (self.vrais + self.proposes) if self.justes else 0.0


@dataclass(frozen=True)
class Tranche:
    """One point of a reliability curve: `n` probabilities of mean `annoncee`, true `observee` of the time."""

    annoncee: float
    observee: float
    n: int


@dataclass(frozen=True)
class Confusion:
    """`n` documents of theme `vrai`, not proposed, that received `propose` instead."""

    vrai: str
    propose: str
    n: int


@dataclass(frozen=True)
class MesureSemaine:
    """One week of decisions (`2026-S48`): documents, and how well what was proposed then held."""

    semaine: str
    documents: int
    micro_f1: float
    ece: float


@dataclass(frozen=True)
class Evaluation:
    """How right the themes of a trial set are. F1 from 0 to 1; Brier and ECE (15 equal bins) the lower the better.

    `lrap`: label ranking average precision, over documents that have a theme. `hors_sujet_f1`: « no theme » as an answer;
    `sans_theme`: documents for which it is the true one.
    """

    documents: int
    micro_f1: float
    macro_f1: float
    precision: float
    rappel: float
    lrap: float
    brier: float
    ece: float
    hors_sujet_f1: float
    themes: tuple[MesureTheme, ...] = ()
    fiabilite: tuple[Tranche, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    semaines: tuple[MesureSemaine, ...] = ()
    sans_theme: int = 0


@dataclass(frozen=True)
class ErreurExemple:
    """One document the model got wrong, and why it thought so, in a French sentence. `vrais`, `proposes`: theme slugs."""

    titre: str
    vrais: tuple[str, ...]
    proposes: tuple[str, ...]
    pourquoi: str = ""


@dataclass(frozen=True)
class FicheModele:
    """What a model card says that its measures do not: where the model comes from, and examples of its errors.

    `positifs`: examples of each theme it learnt from (a theme of the file with none is 0, never absent); under `minimum`
    a theme still leans on the rules. `noms`: theme names as shown. `depuis_le`: in service since; None is not in
    service. `decisions_du`, `decisions_au`: the oldest and newest decisions learnt. `regles`: the version of the theme
    file. `plis`: parts of the cross-validation by group; 0 is a trial set kept apart, that the model never saw.
    """

    nom: str
    fait_le: date
    exemples: int
    positifs: Mapping[str, int] = field(default_factory=dict)
    noms: Mapping[str, str] = field(default_factory=dict)
    depuis_le: date | None = None
    decisions_du: date | None = None
    decisions_au: date | None = None
    encodeur: bool = False
    regles: str = ""
    erreurs: tuple[ErreurExemple, ...] = ()
    plis: int = 0
    minimum: int = 30
