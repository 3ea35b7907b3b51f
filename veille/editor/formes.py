"""What a digest shows, frozen: the tree that is approved, stored as JSON, then rendered. Nothing is added after it.

The first half is what the editor reads of a story, as protocols, because stories live in a higher room; the second half
is what it writes. No sentence is composed here, and no text of a source enters but through `droits.py`.
"""

from __future__ import annotations

import json
import types
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar, get_args, get_origin, get_type_hints

from veille.model import Suggestion

T = TypeVar("T")

# ---------------------------------------------------------------- what the editor reads


class MembreLu(Protocol):
    """One item of a story."""

    @property
    def item_id(self) -> int: ...  # noqa: D102  # A protocol's names are the fields of `store.fiches`.
    @property
    def titre(self) -> str: ...  # noqa: D102
    @property
    def adresse(self) -> str: ...  # noqa: D102
    @property
    def auteur(self) -> str: ...  # noqa: D102
    @property
    def resume(self) -> str: ...  # noqa: D102
    @property
    def langue(self) -> str: ...  # noqa: D102
    @property
    def publie_a(self) -> datetime | None: ...  # noqa: D102
    @property
    def date_douteuse(self) -> str: ...  # noqa: D102
    @property
    def vu_a(self) -> datetime: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def source_nom(self) -> str: ...  # noqa: D102
    @property
    def droits(self) -> str: ...  # noqa: D102
    @property
    def cote(self) -> str: ...  # noqa: D102


class RedactionLue(Protocol):
    """What staff wrote; None where nobody has."""

    @property
    def titre(self) -> str | None: ...  # noqa: D102
    @property
    def resume(self) -> str | None: ...  # noqa: D102
    @property
    def pourquoi(self) -> str | None: ...  # noqa: D102
    @property
    def audiences(self) -> Sequence[str] | None: ...  # noqa: D102


class FicheLue(Protocol):
    """One story, tags and verdict included."""

    @property
    def groupe_id(self) -> int: ...  # noqa: D102
    @property
    def membres(self) -> Sequence[MembreLu]: ...  # noqa: D102
    @property
    def suggestions(self) -> Sequence[Suggestion]: ...  # noqa: D102
    @property
    def redaction(self) -> RedactionLue: ...  # noqa: D102
    @property
    def verdict(self) -> str: ...  # noqa: D102
    @property
    def a_la_une(self) -> bool: ...  # noqa: D102
    @property
    def prise_a(self) -> datetime | None: ...  # noqa: D102
    @property
    def thematiques(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def territoires(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def date_limite(self) -> str: ...  # noqa: D102
    @property
    def date_evenement(self) -> str: ...  # noqa: D102
    @property
    def montant(self) -> str: ...  # noqa: D102


class SanteLue(Protocol):
    """One source as the health page knows it."""

    @property
    def slug(self) -> str: ...  # noqa: D102
    @property
    def nom(self) -> str: ...  # noqa: D102
    @property
    def etat(self) -> str: ...  # noqa: D102
    @property
    def issue(self) -> str: ...  # noqa: D102
    @property
    def cause(self) -> str: ...  # noqa: D102
    @property
    def reussite_a(self) -> datetime | None: ...  # noqa: D102
    @property
    def echecs_de_suite(self) -> int: ...  # noqa: D102
    @property
    def dernier_item_a(self) -> datetime | None: ...  # noqa: D102


# ---------------------------------------------------------------- what it writes


@dataclass(frozen=True)
class Nom:
    """A thing and how it is called."""

    slug: str = ""
    nom: str = ""


@dataclass(frozen=True)
class Lien:
    """`texte` says where the link goes and is understood alone."""

    adresse: str
    texte: str


@dataclass(frozen=True)
class Evenement:
    """When something takes place: an ISO day, or an instant when the hour is known; `fin` is its last day, included."""

    debut: str
    texte: str
    fin: str = ""


@dataclass(frozen=True)
class Limite:
    """A deadline as shown: `le` is its ISO day, `a` its instant when an hour is known, `reste` is relative to the
    digest's date.
    """

    le: str
    texte: str
    reste: str
    passee: bool = False
    a: str = ""


@dataclass(frozen=True)
class Erratum:
    """A correction of an earlier issue, told in this one: which issue, which story (its title, or ""), what was wrong."""

    numero: int
    date: str
    texte: str
    titre: str = ""


@dataclass(frozen=True)
class Element:
    """One story as shown. `a_rediger` blocks approval; `conseils` does not. Both are empty or hidden once published.

    `resume_de_la_source` tells that the summary is the source's own words, so that it is shown as such.
    """

    item_id: int
    titre: str
    source: Nom
    auteur: str
    date: str
    langue_titre: str = ""
    resume: str = ""
    resume_de_la_source: bool = False
    pourquoi: str = ""
    cote: str = ""
    publie_le: str = ""
    vu_le: str = ""
    langue: str = ""
    type: Nom = Nom()
    thematiques: tuple[Nom, ...] = ()
    territoires: tuple[Nom, ...] = ()
    etiquettes: tuple[str, ...] = ()
    lien: Lien | None = None
    aussi: tuple[Lien, ...] = ()
    limite: Limite | None = None
    montant: str = ""
    a_rediger: tuple[str, ...] = ()
    conseils: tuple[str, ...] = ()
    evenement: Evenement | None = None
    erratum: str = ""


@dataclass(frozen=True)
class Rubrique:
    """`cle` is « agir », « proche », a theme's slug, « autres », « agenda » or « ailleurs »."""

    cle: str
    titre: str
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Contenu:
    """One digest, as shown. `identifiant` is its address for ever (tag: URI), whatever site publishes it.

    `publique` says for whom it was written: what was approved for an internal audience never becomes public. An « alerte »
    is one story that could not wait; an « avis » says that there is no issue this time, and why (`editorial`).
    """

    audience: Nom
    numero: int
    titre: str
    date_le: str
    date: str
    objet: str
    identifiant: str
    minutes: int = 1
    en_bref: tuple[str, ...] = ()
    rubriques: tuple[Rubrique, ...] = ()
    publique: bool = False
    genre: Literal["bulletin", "alerte", "avis"] = "bulletin"
    editorial: str = ""
    errata: tuple[Erratum, ...] = ()

    @property
    def elements(self) -> tuple[Element, ...]:
        """Every story, in the order shown."""
        return tuple(e for rubrique in self.rubriques for e in rubrique.elements)


@dataclass(frozen=True)
class Affaire:
    """One story of the Monday review: what to settle, or a deadline that comes. For staff only."""

    item_id: int
    titre: str
    source: str
    date: str
    lien: Lien | None = None
    langue_titre: str = ""
    thematiques: tuple[str, ...] = ()
    limite: Limite | None = None
    etat: str = ""
    score: str = ""


@dataclass(frozen=True)
class Ennui:
    """A source that fails or is silent: since when, why, what to do."""

    slug: str
    nom: str
    etat: str
    cause: str
    suite: str


@dataclass(frozen=True)
class Comptes:
    """The week in figures; the first, third and fourth are since last week."""

    nouveaux: int = 0
    a_trancher: int = 0
    retenus: int = 0
    ecartes: int = 0


@dataclass(frozen=True)
class Rappel:
    """The Monday review reminder, as shown. `reste` is how many undecided stories are not listed."""

    audience: Nom
    numero: int
    titre: str
    date_le: str
    date: str
    objet: str
    identifiant: str
    comptes: Comptes = Comptes()
    echeances: tuple[Affaire, ...] = ()
    a_trancher: tuple[Affaire, ...] = ()
    reste: int = 0
    ennuis: tuple[Ennui, ...] = ()
    genre: Literal["rappel"] = "rappel"


# ---------------------------------------------------------------- JSON, both ways


def to_json(contenu: Contenu | Rappel) -> str:
    """One line of JSON, the same for the same content."""
    return json.dumps(asdict(contenu), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(texte: str) -> Contenu | Rappel:
    """What `to_json` wrote, also by an older program: a key it did not know takes its default."""
    return read_content(json.loads(texte))


def read_content(valeur: Any) -> Contenu | Rappel:
    """A content read as plain values."""
    return _build(Rappel, valeur) if valeur["genre"] == "rappel" else _build(Contenu, valeur)


def read_element(valeur: Any) -> Element:
    """One story out of a content read as plain values."""
    return _build(Element, valeur)


def _build(genre: type[T], valeur: Any) -> T:
    return genre(**{nom: _value(attendu, valeur[nom]) for nom, attendu in _hints(genre).items() if nom in valeur})


def _value(attendu: Any, valeur: Any) -> Any:
    if get_origin(attendu) is tuple:
        return tuple(_value(get_args(attendu)[0], v) for v in valeur)
    if isinstance(attendu, types.UnionType):
        return None if valeur is None else _value(get_args(attendu)[0], valeur)
    return _build(attendu, valeur) if is_dataclass(attendu) and isinstance(attendu, type) else valeur


def _hints(genre: type) -> dict[str, Any]:
    if genre not in _HINTS:  # Reading annotations is slow, and there are thousands of elements.
        connus = get_type_hints(genre)
        _HINTS[genre] = {champ.name: connus[champ.name] for champ in fields(genre)}
    return _HINTS[genre]


_HINTS: dict[type, dict[str, Any]] = {}
