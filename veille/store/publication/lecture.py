"""What feeds, calendars and the static export ask of the public database, and the frozen words of a story."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from veille.editor.formes import Contenu, Element, Rappel, read_content, read_element
from veille.store.connexion import unstamp
from veille.store.publication import parutions

PASSE = timedelta(days=92)  # Dates older than this before the latest issue leave the calendars.


@dataclass(frozen=True)
class ThemePublie:
    """A theme that some published story has. `identifiant` is its feed's, for ever."""

    slug: str
    nom: str
    definition: str
    identifiant: str


@dataclass(frozen=True)
class Nouvelle:
    """One published story: which issue last told it, and since when it reads so."""

    item_id: int
    digest_id: int
    identifiant: str
    page: str
    bulletin: str
    date_le: str
    paru_a: datetime
    modifie_a: datetime


@dataclass(frozen=True)
class DatePubliee:
    """A deadline or an event. `debut` and `fin` as the content has them: an ISO day or an instant, `fin` a day or ""."""

    genre: str
    debut: str
    fin: str
    texte: str
    titre: str
    version: int
    nouvelle: Nouvelle
    type: str
    adresse: str


_NOUVELLE = (
    "i.id AS item_id, i.digest_id, i.identifiant, i.paru_a, i.modifie_a, d.page, d.titre AS bulletin, d.date_le"
    " FROM items i JOIN digests d ON d.id = i.digest_id"
)


def themes(public: sqlite3.Connection) -> list[ThemePublie]:
    """Themes with at least one published story. A feed's identifier bears the name and day of the very first issue."""
    premier = public.execute("SELECT identifiant FROM digests ORDER BY paru_a, id LIMIT 1").fetchone()
    racine = premier["identifiant"].partition(":veille/")[0] if premier else ""
    lignes = public.execute("SELECT slug, nom, definition FROM thematiques ORDER BY slug")
    return [ThemePublie(x["slug"], x["nom"], x["definition"], f"{racine}:veille/themes/{x['slug']}") for x in lignes]


def has_theme(c: sqlite3.Connection, theme: str) -> bool:
    """Whether a theme of this name exists; none does while nothing was ever published."""
    if not c.execute("SELECT 1 FROM sqlite_master WHERE name = 'thematiques'").fetchone():
        return False
    return c.execute("SELECT 1 FROM thematiques WHERE slug = ?", (theme,)).fetchone() is not None


def of_theme(public: sqlite3.Connection, theme: str, limite: int) -> list[Nouvelle]:
    """The latest published stories of a theme, over all audiences."""
    lignes = public.execute(
        f"SELECT {_NOUVELLE} JOIN item_thematiques t ON t.item_id = i.id WHERE t.thematique = ?"
        " ORDER BY i.paru_a DESC, i.id DESC LIMIT ?",
        (theme, limite),
    )
    return [_story(x) for x in lignes]


def dates(public: sqlite3.Connection, audience: str = "", limite: int = 500) -> list[DatePubliee]:
    """Deadlines and events told to an audience, or to any, by date; the latest issue says what is long past.

    No clock is read: the same published issues always give the same calendar.
    """
    dernier = public.execute("SELECT max(date_le) FROM digests").fetchone()[0]
    if dernier is None:
        return []
    depuis = (date.fromisoformat(dernier) - PASSE).isoformat()
    lignes = public.execute(
        "SELECT a.genre, a.debut, a.fin, a.texte, i.titre, i.changements, i.adresse, coalesce(y.nom, '') AS type_nom, "
        f"{_NOUVELLE} JOIN agenda a ON a.item_id = i.id LEFT JOIN types_document y ON y.slug = i.type"
        " WHERE max(a.debut, a.fin) >= ?1 AND (?2 = '' OR EXISTS (SELECT 1 FROM digest_items p JOIN digests q"
        " ON q.id = p.digest_id WHERE p.item_id = i.id AND q.audience = ?2)) ORDER BY a.debut DESC, i.id, a.genre LIMIT ?3",
        (depuis, audience, limite),
    )
    return [
        DatePubliee(
            x["genre"],
            x["debut"],
            x["fin"],
            x["texte"],
            x["titre"],
            x["changements"],
            _story(x),
            x["type_nom"],
            x["adresse"],
        )
        for x in lignes
    ]


def audiences(public: sqlite3.Connection) -> list[tuple[str, str]]:
    """Slug and name of every audience that has a published issue."""
    return [(x["slug"], x["nom"]) for x in public.execute("SELECT slug, nom FROM audiences ORDER BY slug")]


def elements(c: sqlite3.Connection, nouvelles: Iterable[Nouvelle]) -> dict[int, Element]:
    """The frozen words of these stories, corrections included, from `veille.db`."""
    voulues: dict[int, set[int]] = {}
    for n in nouvelles:
        voulues.setdefault(n.digest_id, set()).add(n.item_id)
    trouves: dict[int, Element] = {}
    for digest_id, ids in voulues.items():
        dernier = c.execute(
            "SELECT coalesce(max(version), 0) FROM digest_errata WHERE digest_id = ?", (digest_id,)
        ).fetchone()
        for _, valeur in parutions.elements(parutions.content(c, digest_id, dernier[0])):
            if valeur["item_id"] in ids:
                trouves[valeur["item_id"]] = read_element(valeur)
    return trouves


def corrected(c: sqlite3.Connection, digest_id: int) -> Contenu | Rappel | None:
    """The content of an issue as it must be shown now; None when it was never corrected."""
    dernier = _last_erratum(c, digest_id)
    return read_content(parutions.content(c, digest_id, dernier)) if dernier else None


def _last_erratum(c: sqlite3.Connection, digest_id: int) -> int:
    return int(
        c.execute("SELECT coalesce(max(version), 0) FROM digest_errata WHERE digest_id = ?", (digest_id,)).fetchone()[0]
    )


def _story(x: sqlite3.Row) -> Nouvelle:
    return Nouvelle(
        item_id=x["item_id"],
        digest_id=x["digest_id"],
        identifiant=x["identifiant"],
        page=x["page"],
        bulletin=x["bulletin"],
        date_le=x["date_le"],
        paru_a=unstamp(x["paru_a"]),
        modifie_a=unstamp(x["modifie_a"]),
    )
