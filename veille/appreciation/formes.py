"""What was counted of the watch over some days, and its JSON: a frozen quarter is read again as it was written.

A count says what is in the rows on the day it is made (`mesuree_a`); nothing here decides what to say of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Croisement:
    """How many stories one theme had in one MRC."""

    thematique: str
    mrc: str
    nouvelles: int


@dataclass(frozen=True)
class Chiffres:
    """What happened from one instant on. Delays are medians, in days; None when nothing can be measured.

    `raisons`: name of a reason → stories rejected for it. `proposes`, `gardes`: themes proposed on settled stories, and
    those the team left in place. `dates`: stories whose delay could be measured. `mrc`: slug → name of every MRC.
    """

    items: int
    nouvelles: int
    retenues: int
    ecartees: int
    plus_tard: int
    raisons: tuple[tuple[str, int], ...]
    proposes: int
    gardes: int
    ajoutes: int
    delai_jours: float | None
    dates: int
    bulletins: int
    fraicheur_jours: float | None
    diffusees: int
    mrc: dict[str, str]
    croisements: tuple[Croisement, ...]


@dataclass(frozen=True)
class Etapes:
    """What became of the stories that came before the team in the period, in all or of one source, theme or place.

    `elements`: items read, where it can be told. `proposees`: those the queue put forward, or that someone settled.
    `utiles`: published ones that a reader said useful or used.
    """

    slug: str = ""
    nom: str = ""
    elements: int = 0
    nouvelles: int = 0
    proposees: int = 0
    retenues: int = 0
    ecartees: int = 0
    publiees: int = 0
    utiles: int = 0

    @property
    def tranchees(self) -> int:
        """Kept or rejected: what its precision is counted on."""
        return self.retenues + self.ecartees


@dataclass(frozen=True)
class Conseil:
    """What the last six months of a source suggest."""

    slug: str
    nom: str
    phrase: str


@dataclass(frozen=True)
class Effort:
    """Minutes that people declared for one task."""

    tache: str
    minutes: int


@dataclass(frozen=True)
class Numero:
    """One published issue: its mails, its delay, what readers said of it, the minutes declared for it.

    `prevus` 0: it did not leave by mail. `delai_jours`: median from the publication by the source to the issue.
    """

    digest_id: int
    audience: str
    public: str
    numero: int
    date_le: date
    elements: int = 0
    prevus: int = 0
    acceptes: int = 0
    refuses: int = 0
    rebonds: int = 0
    incertains: int = 0
    personnes: int = 0
    utile: int = 0
    pas_utile: int = 0
    utilise: int = 0
    reponses: tuple[tuple[str, int], ...] = ()
    delai_jours: float | None = None
    minutes: int = 0


@dataclass(frozen=True)
class Appreciee:
    """One published story that readers spoke of."""

    item_id: int
    titre: str
    utile: int
    pas_utile: int
    utilise: int


@dataclass(frozen=True)
class Modele:
    """The key figures of the model that judges; shares from 0 to 1."""

    nom: str
    fait_le: date
    exemples: int
    documents: int
    precision: float
    rappel: float
    f1: float
    ece: float


@dataclass(frozen=True)
class Evaluation:
    """Everything counted of a period, both days included. `trimestre`: « 2026-T3 », "" for the last days.

    `etats`: how many sources are in each state on the day it is counted. `ajouts`: stories that staff brought
    themselves. `reprises`: items that a tool of the registers used. `revue_*`: an ordinary review, learnt from past ones.
    """

    debut: date
    fin: date
    mesuree_a: datetime
    trimestre: str
    chiffres: Chiffres
    total: Etapes = Etapes()
    sources: tuple[Etapes, ...] = ()
    themes: tuple[Etapes, ...] = ()
    lieux: tuple[Etapes, ...] = ()
    etats: dict[str, int] | None = None
    conseils: tuple[Conseil, ...] = ()
    ajouts: Etapes = Etapes()
    efforts: tuple[Effort, ...] = ()
    numeros: tuple[Numero, ...] = ()
    appreciees: tuple[Appreciee, ...] = ()
    reprises: int = 0
    revue_elements: int = 0
    revue_secondes: float = 0.0
    revue_seances: int = 0
    modele: Modele | None = None


def to_json(evaluation: Evaluation) -> dict[str, Any]:
    """As plain values: what is stored, and what the JSON file holds."""
    resultat: dict[str, Any] = _plain(asdict(evaluation))
    return resultat


def from_json(donnees: dict[str, Any]) -> Evaluation:
    """What `to_json` wrote; a figure that did not exist then keeps its default."""
    resultat: Evaluation = _build(Evaluation, donnees)
    return resultat


def _plain(valeur: Any) -> Any:
    if isinstance(valeur, dict):
        return {cle: _plain(v) for cle, v in valeur.items()}
    if isinstance(valeur, (list, tuple)):
        return [_plain(v) for v in valeur]
    return valeur.isoformat() if isinstance(valeur, date) else valeur


def _build(genre: Any, valeur: Any) -> Any:
    """A value of that type: dataclasses, tuples, dates and instants; anything else is what JSON holds."""
    if valeur is None:
        return None
    if isinstance(genre, type) and is_dataclass(genre):
        indices = _hints(genre)
        return genre(**{c.name: _build(indices[c.name], valeur[c.name]) for c in fields(genre) if c.name in valeur})
    if get_origin(genre) in (Union, UnionType):
        return _build(next(g for g in get_args(genre) if g is not type(None)), valeur)
    if get_origin(genre) is tuple:
        parties = get_args(genre)
        if parties[-1] is Ellipsis:
            return tuple(_build(parties[0], v) for v in valeur)
        return tuple(_build(g, v) for g, v in zip(parties, valeur, strict=True))
    if genre is datetime:
        return datetime.fromisoformat(valeur)
    return date.fromisoformat(valeur) if genre is date else valeur


@cache
def _hints(genre: type) -> dict[str, Any]:
    return get_type_hints(genre)
