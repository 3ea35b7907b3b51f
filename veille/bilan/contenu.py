"""What a bilan says, counted and worded once: what is stored, and what every format is written from. Nothing is counted here.

Its JSON is its own text: read back, it is the same bilan, whatever the software has become since.
"""

from __future__ import annotations

import json
import types
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from veille.periodes import GenrePeriode, Periode

T = TypeVar("T")

FORME = 1  # Raised when what is stored changes shape; older shapes stay readable.
Origine = Literal["plan", "proposition", "texte", "total"]


@dataclass(frozen=True)
class Dit:
    """Something that staff wrote, a text or a value, with its row. `lieu`: the MRC it is about, when it is not the region."""

    texte: str = ""
    lieu: str = ""
    valeur: float | None = None
    jour: date | None = None
    lien: str = ""


@dataclass(frozen=True)
class Point:
    """One value of a series; None where nothing was measured."""

    nom: str
    valeur: float | None


@dataclass(frozen=True)
class Chiffre:
    """One indicator, one target of the text or one total, measured and said.

    `phrase`, `detail`, `cible` and `ajouts` are the sentences of the last column; `requete`, `lignes` (how many rows) and
    `adresse` trace the figure; `serie`: its value over time; `groupes`: by MRC or by year.
    """

    code: str
    origine: Origine
    moyen: str
    texte: str
    valeur: float | None = None
    unite: str = ""
    phrase: str = ""
    detail: tuple[str, ...] = ()
    cible: str = ""
    atteinte: str = ""
    ajouts: tuple[str, ...] = ()
    recits: tuple[Dit, ...] = ()
    base: str = ""
    requete: str = ""
    lignes: int = 0
    adresse: str = ""
    manque: str = ""
    automatique: bool = False
    serie: tuple[Point, ...] = ()
    groupes: tuple[Point, ...] = ()

    @property
    def mesuree(self) -> bool:
        """Whether there is something behind it: a row, a value or a text."""
        return bool(self.lignes or self.ajouts or self.recits)


@dataclass(frozen=True)
class TexteDuPlan:
    """One paragraph of the plan's own table, word for word; `intitule` tells a heading of ours."""

    texte: str
    puce: int = 0
    code: str = ""
    intitule: bool = False


@dataclass(frozen=True)
class Rangee:
    """One row of the six-column table: the plan's five cells as written, then what was done.

    `etat`: where staff say that the moyen stands, in a word (`etape`) and in a sentence. `constats`: what the registers hold of it beside its indicators.
    `recits`: what staff say of the moyen itself. `hauteur`: rows that the cell of the objectif spans, 0 under the first.
    """

    objectif: str
    moyen: str
    hauteur: int
    colonnes: tuple[tuple[TexteDuPlan, ...], ...]
    etape: str = ""
    etat: str = ""
    constats: tuple[str, ...] = ()
    recits: tuple[Dit, ...] = ()


@dataclass(frozen=True)
class Volet:
    """One orientation: its name and target as written, its rows."""

    id: str
    nom: str
    cible: str
    rangees: tuple[Rangee, ...]


@dataclass(frozen=True)
class ContenuBilan:
    """A whole bilan. `colonnes`: the plan's own six headers. `par_mrc`: activities of each MRC, for the chart.

    `notes`: how to read it; `particularites`: what the plan's own document leaves open.
    """

    plan: str
    titre: str
    organisation: str
    sigle: str
    genre: GenrePeriode
    debut: date
    fin: date
    au: date
    colonnes: tuple[str, ...]
    volets: tuple[Volet, ...]
    chiffres: tuple[Chiffre, ...]
    totaux: tuple[Chiffre, ...]
    par_mrc: tuple[Point, ...] = ()
    notes: tuple[str, ...] = ()
    particularites: tuple[str, ...] = ()
    forme: int = FORME

    @property
    def periode(self) -> Periode:
        """The days it is of."""
        return Periode(self.genre, self.debut, self.fin)

    def of(self, moyen: str) -> tuple[Chiffre, ...]:
        """The figures of one moyen: the plan's indicators, the targets of the text, then what the watch proposes."""
        ordre = ("plan", "texte", "proposition")
        siens = [c for c in self.chiffres if c.moyen == moyen]
        return tuple(sorted(siens, key=lambda c: ordre.index(c.origine)))

    @property
    def tous(self) -> tuple[Chiffre, ...]:
        """Every figure: totals, indicators, targets, proposals."""
        return (*self.totaux, *self.chiffres)


@dataclass(frozen=True)
class Ecart:
    """A figure of a frozen bilan beside what today's rows would give."""

    code: str
    texte: str
    fige: str
    donnerait: str


@dataclass(frozen=True)
class Correction:
    """One amendment of what a locked period holds: why, who, when, on what, from what to what."""

    raison: str
    par: str
    jour: date
    objet: str
    avant: str = ""
    apres: str = ""
    lien: str = ""


@dataclass(frozen=True)
class Suites:
    """What came after a bilan was frozen. It never changes the bilan: it is printed after it."""

    verrouillee_le: date | None = None
    corrections: tuple[Correction, ...] = ()
    ecarts: tuple[Ecart, ...] = ()


def to_json(contenu: object) -> str:
    """The text that is stored and hashed: same content, same text."""
    return json.dumps(asdict(contenu), ensure_ascii=False, sort_keys=True, default=str)  # type: ignore[call-overload]


def from_json(texte: str) -> ContenuBilan:
    """The bilan that `to_json` wrote."""
    return _build(ContenuBilan, json.loads(texte))


def _build(classe: type[T], brut: dict[str, Any]) -> T:
    """Keys that are no more are left aside; those that did not exist yet take their default."""
    types_ = get_type_hints(classe)
    valeurs = {f.name: _value(types_[f.name], brut[f.name]) for f in fields(classe) if f.name in brut}  # type: ignore[arg-type]
    return classe(**valeurs)


def _value(genre: Any, brut: Any) -> Any:
    origine = get_origin(genre)
    if origine is types.UnionType:
        return None if brut is None else _value(next(g for g in get_args(genre) if g is not type(None)), brut)
    if origine is tuple:
        return tuple(_value(get_args(genre)[0], x) for x in brut)
    if is_dataclass(genre) and isinstance(genre, type):
        return _build(genre, brut)
    return date.fromisoformat(brut) if genre is date else brut
