"""What staff write down themselves: the répertoire of organisations, and the registers the plan's indicators are counted from.

No person's name has a place here. Every row says which moyens of which plan it serves; it counts once for each, once in all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Registre = Literal["activites", "outils", "accompagnements", "sondages", "mesures_manuelles"]
GenrePreuve = Literal["lien", "fichier", "item", "digest", "synthese"]
EtatMoyen = Literal["a_venir", "en_cours", "realise", "reporte", "abandonne"]


@dataclass(frozen=True)
class Preuve:
    """What shows that a row is true. `ref`: an address, a file's name, the id of an item or of a digest, a synthesis' address."""

    genre: GenrePreuve
    ref: str
    titre: str = ""


@dataclass(frozen=True)
class FicheOrganisation:
    """One organisation of the répertoire. `fusionnee_dans`: the id of the one that replaces it, after a merge."""

    id: int
    code: str
    nom: str
    sigle: str = ""
    type: str = ""
    mrc: tuple[str, ...] = ()
    thematiques: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    site: str = ""
    note: str = ""
    fusionnee_dans: int | None = None
    retiree: bool = False


@dataclass(frozen=True)
class Ligne:
    """What every register's row has. `moyens`: codes of moyens or sous-moyens; `organisations`: codes, merges followed.

    `amendement`: the id of the last amendment under which it was written, when its period was locked.
    """

    id: int
    plan: str
    moyens: tuple[str, ...]
    mrc: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    note: str = ""
    preuves: tuple[Preuve, ...] = ()
    reference: str = ""
    amendement: int | None = None
    retiree: bool = False


@dataclass(frozen=True)
class Activite(Ligne):
    """A meeting, an event, a training. `presences`: a number, None when nobody counted; `note_sur_5`: how it was rated."""

    jour_le: date = date.min
    titre: str = ""
    type: str = ""
    presences: int | None = None
    appreciation: str = ""
    note_sur_5: float | None = None


@dataclass(frozen=True)
class Outil(Ligne):
    """Something made elsewhere than in a digest: portrait, report, sheet, synthesis. `elements`: ids of items it used."""

    jour_le: date = date.min
    titre: str = ""
    type: str = ""
    elements: tuple[int, ...] = ()


@dataclass(frozen=True)
class Accompagnement(Ligne):
    """Support given to organisations, once or over a time; `fin_le` None while it lasts."""

    debut_le: date = date.min
    fin_le: date | None = None
    titre: str = ""
    type: str = ""
    appreciation: str = ""


@dataclass(frozen=True)
class Sondage(Ligne):
    """Data gathered, as aggregates: a survey, interviews, a feedback. `moyenne` is out of 5; verbatims are anonymous."""

    jour_le: date = date.min
    titre: str = ""
    type: str = ""
    invites: int | None = None
    repondants: int = 0
    moyenne: float | None = None
    verbatims: tuple[str, ...] = ()


@dataclass(frozen=True)
class MesureManuelle(Ligne):
    """A value or a narrative that staff give, for an indicator or, without one, for moyens."""

    debut_le: date = date.min
    fin_le: date = date.min
    indicateur: str = ""
    valeur: float | None = None
    narratif: str = ""


@dataclass(frozen=True)
class Suivi:
    """Where a moyen stands, as staff said on a day. The latest one prevails."""

    plan: str
    moyen: str
    etat: EtatMoyen
    jour_le: date
    note: str = ""
    par: str = ""


@dataclass(frozen=True)
class Registres:
    """Every row of a plan's registers that is not withdrawn, whatever its date."""

    activites: tuple[Activite, ...] = ()
    outils: tuple[Outil, ...] = ()
    accompagnements: tuple[Accompagnement, ...] = ()
    sondages: tuple[Sondage, ...] = ()
    mesures: tuple[MesureManuelle, ...] = ()
    suivis: tuple[Suivi, ...] = ()
    organisations: dict[str, FicheOrganisation] = field(default_factory=dict)
