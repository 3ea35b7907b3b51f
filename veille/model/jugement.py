"""What is judged, and how it is said: `Document` → `Jugement`, `Suggestion`, `Raison`; `Rapprochement`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Document:
    """A text to judge or to group, wherever it comes from (database row or JSON line)."""

    id: str
    titre: str
    resume: str = ""
    texte: str = ""
    date: date | None = None
    source: str = ""
    adresse: str = ""
    territoire_source: str = ""
    type_source: str = ""
    langue: str = ""


@dataclass(frozen=True)
class Raison:
    """Why: one piece of evidence. `poids` are points that add up to the score; `zone` is where it was read."""

    genre: str
    texte: str
    poids: float = 0.0
    zone: Literal["", "titre", "resume", "corps"] = ""


GenreSuggestion = Literal["thematique", "territoire", "type", "date_limite", "date_evenement", "montant"]


@dataclass(frozen=True)
class Suggestion:
    """One tag proposed for one item. `etat`: « incertain » is an honest answer, shown but not counted as a tag."""

    genre: GenreSuggestion
    valeur: str
    etat: Literal["retenu", "incertain"] = "retenu"
    score: float = 0.0
    seuil: float = 0.0
    probabilite: float = 1.0
    raisons: tuple[Raison, ...] = ()


@dataclass(frozen=True)
class Jugement:
    """All that is proposed for one document. `incertain`: themes were near the threshold and none passed it.

    `hors_sujet`: where no theme is retained, the words that tell what else it is about, heaviest first; none is also an
    answer. `desaccord`: widest gap, from 0 to 1, between what the rules and what decisions say of one theme; its French sentence.
    """

    suggestions: tuple[Suggestion, ...] = field(default=())
    incertain: bool = False
    desaccord: float = 0.0
    desaccord_texte: str = ""
    hors_sujet: tuple[str, ...] = ()

    def valeurs(self, genre: GenreSuggestion) -> tuple[str, ...]:
        """Retained values of one kind, best first."""
        return tuple(s.valeur for s in self.suggestions if s.genre == genre and s.etat == "retenu")


@dataclass(frozen=True)
class Rapprochement:
    """Two documents that tell the same thing, with the reason in French and a similarity from 0 to 1."""

    a: str
    b: str
    raison: str
    similarite: float
