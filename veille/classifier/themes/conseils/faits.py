"""What the advice on themes starts from (stories, as staff left them) and what it says. No computation here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from veille.model import Document, Force

# « gardee »: kept, or filed by hand. « ecartee »: rejected for what it says. "": nobody has said anything of its themes
# (a duplicate, an outdated story or one from elsewhere may well be about the theme).
Sort = Literal["", "gardee", "ecartee"]
Origine = Literal["thesaurus", "archive"]


@dataclass(frozen=True)
class Histoire:
    """One story (near-duplicates count once): its documents, the themes that stand, those the machine proposes.

    `retires`: themes that were proposed and that people took away, or rejected as « hors thème ».
    """

    documents: tuple[Document, ...]
    sort: Sort = ""
    themes: frozenset[str] = frozenset()
    proposes: frozenset[str] = frozenset()
    retires: frozenset[str] = frozenset()

    @property
    def recus(self) -> frozenset[str]:
        """The themes it receives: staff's when they said so, else the machine's."""
        return self.themes if self.sort else self.proposes


@dataclass(frozen=True)
class Appui:
    """How many judged stories hold an expression: kept under the theme, filed elsewhere, rejected; in how many sources."""

    retenus: int
    ailleurs: int
    ecartes: int
    sources: int


@dataclass(frozen=True)
class Proposition:
    """An expression to add to a theme. `ecart`: log-odds in standard deviations, 1.96 and more is no accident."""

    expression: str
    force: Force
    appui: Appui
    ecart: float
    exemples: tuple[str, ...]


@dataclass(frozen=True)
class Forme:
    """A spelling met in the archive (`histoires` times) that the theme file does not know."""

    expression: str
    forme: str
    histoires: int


@dataclass(frozen=True)
class Jamais:
    """An expression that counted nowhere. `dans`: the longer expression that always took its place, if any."""

    expression: str
    force: Force
    dans: str = ""
    proche: Forme | None = None


@dataclass(frozen=True)
class Trompeuse:
    """An expression that judged stories hold, none of them kept under its theme."""

    expression: str
    force: Force
    appui: Appui
    exemples: tuple[str, ...]


@dataclass(frozen=True)
class Synonyme:
    """A word of the archive close to an expression. `proximite`: likeness of their contexts, from 0 to 1."""

    expression: str
    synonyme: str
    origine: Origine
    histoires: int
    proximite: float
    exemple: str = ""


@dataclass(frozen=True)
class Chevauchement:
    """Two themes given to the same stories, and the expressions most often there. `part`: share of the smaller one."""

    a: str
    b: str
    communs: int
    histoires_a: int
    histoires_b: int
    jaccard: float
    part: float
    expressions_a: tuple[str, ...]
    expressions_b: tuple[str, ...]


@dataclass(frozen=True)
class ConseilsTheme:
    """All that is said of one theme. `retenus`: judged stories that have it; `autres`: those that do not."""

    slug: str
    nom: str
    retenus: int
    autres: int
    propositions: tuple[Proposition, ...] = ()
    negatives: tuple[Proposition, ...] = ()
    jamais: tuple[Jamais, ...] = ()
    trompeuses: tuple[Trompeuse, ...] = ()
    formes: tuple[Forme, ...] = ()
    synonymes: tuple[Synonyme, ...] = ()


@dataclass(frozen=True)
class Conseils:
    """The whole advice. `jugees`: stories whose themes staff settled; `avis`: what the reader must know first."""

    depuis: date
    elements: int
    histoires: int
    jugees: int
    thesaurus: str
    themes: tuple[ConseilsTheme, ...]
    chevauchements: tuple[Chevauchement, ...]
    avis: tuple[str, ...] = ()
