"""What was read before anything is measured: frozen rows and counts, whoever read them. Nothing here counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from veille.model import Audience, Indicateur, Registres
from veille.periodes import Periode

GenreLivrable = Literal["bulletin", "rappel", "alerte", "avis"]
GenreRenvoi = Literal[
    "activite",
    "outil",
    "accompagnement",
    "sondage",
    "mesure",
    "digest",
    "item",
    "source",
    "thematique",
    "organisation",
    "public",
    "indicateur",
    "portee",
]
Atteinte = Literal["", "atteinte", "partielle", "non"]
# What may be read of a period of the watch: « plages » are the slots of readings, the longest to count.
Lecture = Literal["verdicts", "sources", "plages", "publics", "diffuses", "themes", "lignes"]


@dataclass(frozen=True)
class Livrable:
    """One published digest, and the plan elements it serves. `contenu`: what it says, whoever it is for; two digests of
    the same are one tool."""

    digest_id: int
    audience: str
    audience_nom: str
    visibilite: str
    titre: str
    date_le: date
    items: int
    elements: tuple[str, ...]
    genre: GenreLivrable = "bulletin"
    contenu: str = ""


@dataclass(frozen=True)
class Portee:
    """People reached by the digests of a moyen and its sous-moyens (`moyen` "": of the whole plan), each counted once."""

    moyen: str
    debut: date
    fin: date
    personnes: int
    generiques: int
    envois: int
    mesuree_a: datetime


@dataclass(frozen=True)
class Theme:
    """One theme of the watch: whether the team validated it, when its sheet was revised, whether it was in the month's news."""

    slug: str
    nom: str
    etat: str
    validee_le: date | None = None
    revue_le: date | None = None
    couvert: bool = False


@dataclass(frozen=True)
class SourceSuivie:
    """One active source over a period: readings planned by its rhythm, those made, and the day of its last item."""

    slug: str
    nom: str
    prevues: int
    reussies: int
    dernier_item_le: date | None = None


@dataclass(frozen=True)
class Numero:
    """One issue as the calendar sees it. `publie_le` None while it is not published."""

    digest_id: int
    titre: str
    compose_le: date
    publie_le: date | None


@dataclass(frozen=True)
class PublicSuivi:
    """One audience, every issue it ever had, and the planned days for which someone chose to have none."""

    audience: Audience
    numeros: tuple[Numero, ...]
    sautes: frozenset[date] = frozenset()


@dataclass(frozen=True)
class ElementDiffuse:
    """One item, at its first publication in the period. `delai_j`: days from its own publication, when its date is sure."""

    item_id: int
    titre: str
    diffuse_le: date
    digest_id: int
    delai_j: float | None = None
    pourquoi: bool = False
    utile: bool = False


@dataclass(frozen=True)
class Tranchee:
    """One story that was settled in the period, by the last choice made of it then."""

    item_id: int
    titre: str
    genre: Literal["retenir", "ecarter"]
    prise_le: date


@dataclass(frozen=True)
class FaitsVeille:
    """What the watch did in a period. `mrc_couvertes`: places with a story in the last month of it.

    `tranchees` may be left empty where only counts are wanted: `retenues` and `ecartees` hold them.
    """

    retenues: int = 0
    ecartees: int = 0
    tranchees: tuple[Tranchee, ...] = ()
    sources: tuple[SourceSuivie, ...] = ()
    publics: tuple[PublicSuivi, ...] = ()
    diffuses: tuple[ElementDiffuse, ...] = ()
    themes: tuple[Theme, ...] = ()
    mrc_couvertes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Faits:
    """Everything the measures of a period are made from. `registres`, `livrables` and `portees` are of the whole plan;
    `veille` is of `periode` only. `mrc`: slug → name, of every MRC of the region."""

    periode: Periode
    registres: Registres = field(default_factory=Registres)
    livrables: tuple[Livrable, ...] = ()
    portees: tuple[Portee, ...] = ()
    veille: FaitsVeille = field(default_factory=FaitsVeille)
    mrc: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Renvoi:
    """One row behind a figure. `lien`: where the staff site shows it; `texte`: what it says, when that is the matter."""

    genre: GenreRenvoi
    id: str
    titre: str
    jour: date | None = None
    lien: str = ""
    texte: str = ""
    valeur: float | None = None


@dataclass(frozen=True)
class Mesure:
    """One indicator over one period. `valeur` None: nothing was measured, and `manque` says what is to be done.

    `phrase` says it in French; `detail`, what must be known with it. `lignes`: the rows counted. `ajouts`: values staff
    wrote down themselves, told beside and never added. `narratifs`: what staff say of it. `groupes`: the value by MRC (or
    by year), for a chart. `requete`: how it was counted, in words; `adresse`: the page that shows the rows.
    """

    indicateur: Indicateur
    periode: Periode
    valeur: float | None = None
    unite: str = ""
    phrase: str = ""
    detail: tuple[str, ...] = ()
    numerateur: float | None = None
    denominateur: float | None = None
    cible_phrase: str = ""
    atteinte: Atteinte = ""
    lignes: tuple[Renvoi, ...] = ()
    requete: str = ""
    adresse: str = ""
    manque: str = ""
    automatique: bool = False
    ajouts: tuple[Renvoi, ...] = ()
    narratifs: tuple[Renvoi, ...] = ()
    groupes: tuple[tuple[str, float], ...] = ()

    @property
    def mesuree(self) -> bool:
        """Whether there is something behind it: a row, a value or a text. A zero that nothing was behind is not one."""
        return bool(self.lignes or self.ajouts or self.narratifs)
