"""What the sample week is made of: frozen dataclasses, the same keys as the TOML files of `semaine/`.

They describe a fictional web *before* it is collected; what the watch makes of it belongs to `veille.model`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from veille.exemple.calendrier import resolve_day
from veille.francais import local_day

Format = Literal["rss2", "rss1", "atom", "json", "liste-drupal", "liste-wordpress", "liste-ul", "liste-tableau"]
Comportement = Literal["normal", "panne", "muette", "page"]
Robots = Literal["libre", "chemin", "ferme"]
Nature = Literal["ecrit", "avis", "reprise"]


@dataclass(frozen=True)
class Verite:
    """What a careful person would answer about one item: ground truth for tests and measures.

    `territoires` holds the most precise places (what contains them is implied); `date_limite` is in days from now;
    `montant` is the main sum in dollars where there is a clear one; its absence says nothing. `groupe` is shared by items that tell the same thing (`depeche-…`: syndicated, `reecrit-…`: told anew);
    `piege` names the theme, or « territoire », that a careless reader would wrongly see.
    """

    themes: tuple[str, ...] = ()
    territoires: tuple[str, ...] = ()
    type: str = ""
    groupe: str = ""
    date_limite: int | None = None
    heure_limite: str = ""
    evenement: str = ""
    montant: int | None = None
    piege: str = ""
    particularite: Literal["", "script", "javascript", "courriel", "sans_date", "date_future"] = ""

    def deadline(self, now: datetime) -> date | None:
        """The day of the deadline, when the item gives one."""
        return None if self.date_limite is None else resolve_day(f"jour{self.date_limite:+d}", now)

    def event_day(self, now: datetime) -> date | None:
        """The (first) day of the event, when the item announces one."""
        return resolve_day(self.evenement, now) if self.evenement else None


@dataclass(frozen=True)
class Correction:
    """What the source puts in the item's place once it has corrected itself."""

    titre: str
    resume: str


@dataclass(frozen=True)
class ItemFictif:
    """One item, texts still holding their date macros. `jour` is the day of publication from now; None: undated."""

    id: str
    titre: str
    resume: str
    verite: Verite
    jour: int | None = None
    auteur: str = ""
    texte: str = ""
    resume_html: str = ""
    lien: Literal["", "relatif", "suivi", "javascript"] = ""
    correction: Correction | None = None
    nature: Nature = "ecrit"


@dataclass(frozen=True)
class SourceFictive:
    """One source: how it publishes, how it misbehaves, and its items.

    `comportement`: « panne » answers 500, « muette » never answers, « page » gives a web page where a feed is expected.
    `robots`: « chemin » closes one folder, « ferme » closes everything. `charset_annonce`: the HTTP header names it.
    """

    slug: str
    nom: str
    format: Format
    langue: str
    territoire: str
    categorie: str
    type: str
    droits: str
    cote: str
    priorite: int
    items: tuple[ItemFictif, ...] = ()
    lieu: str = ""
    organisation: str = ""
    encodage: Literal["utf-8", "windows-1252"] = "utf-8"
    charset_annonce: bool = True
    typographie: Literal["soignee", "simple"] = "soignee"
    comportement: Comportement = "normal"
    robots: Robots = "libre"
    contenu_complet: bool = False
    selecteurs: dict[str, str] = field(default_factory=dict)

    @property
    def genre(self) -> Literal["flux", "liste"]:
        """As `sources.toml` writes it."""
        return "liste" if self.format.startswith("liste-") else "flux"

    @property
    def lisible(self) -> bool:
        """Whether an honest collector can read items at the declared address."""
        return self.comportement == "normal" and self.robots != "ferme"


@dataclass(frozen=True)
class Decision:
    """One planted decision. `audiences`: the digests it is meant to feed; tags are those of the item's truth."""

    item: str
    genre: Literal["retenir", "ecarter"]
    raison: str = ""
    titre: str = ""
    resume: str = ""
    pourquoi: str = ""
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Semaine:
    """The whole week. `par`: the fictional reviewer who took the decisions."""

    sources: tuple[SourceFictive, ...]
    decisions: tuple[Decision, ...]
    par: str

    def pairs(self) -> Iterator[tuple[SourceFictive, ItemFictif]]:
        """Every item with its source, unreadable sources included."""
        for source in self.sources:
            for item in source.items:
                yield source, item

    def source(self, slug: str) -> SourceFictive:
        """One source by its slug."""
        return next(source for source in self.sources if source.slug == slug)

    def item(self, identifiant: str) -> ItemFictif:
        """One item by its id."""
        return next(item for _, item in self.pairs() if item.id == identifiant)

    def corrected_items(self) -> tuple[ItemFictif, ...]:
        """Items that change when the server switches to its correction."""
        return tuple(item for _, item in self.pairs() if item.correction)


def is_future(item: ItemFictif, now: datetime) -> bool:
    """Whether the source dates this item after today."""
    return item.jour is not None and resolve_day(f"jour{item.jour:+d}", now) > local_day(now)
