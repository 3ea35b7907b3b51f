"""What the pages of the public site ask of `publication.db`: stories by theme, by place, by words; dates to come.

Lists are read newest first by the items' own numbers: twenty rows are read, whatever the size of the archive.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from veille.francais import fold

PAR_PAGE = 20
COMPTES_MAX = 1_000  # Beyond, a search says « plus de mille ».
NOMBREUX = 200  # Stories with the very words typed, from which word endings are not looked for.
MOTS_MAX = 12
LIBRE_MIN = 3  # Letters from which the end of a word is free.


@dataclass(frozen=True)
class NouvellePubliee:
    """One story as readers see it, and the issue that told it last. Dates are ISO days, "" when unknown."""

    id: int
    titre: str
    langue_titre: str
    resume: str
    de_la_source: bool
    pourquoi: str
    source: str
    cote: str
    auteur: str
    adresse: str
    publie_le: str
    vu_le: str
    type: str
    date_limite: str
    page: str
    bulletin: str
    themes: tuple[tuple[str, str], ...] = ()
    lieux: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rayon:
    """A theme or a place, and how many published stories it has."""

    slug: str
    nom: str
    nombre: int
    definition: str = ""
    genre: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Date:
    """A deadline or an event to come."""

    genre: str
    le: str
    texte: str
    titre: str
    page: str


@dataclass(frozen=True)
class Paru:
    """One issue, as a list shows it."""

    numero: int
    titre: str
    date_le: date
    page: str


def latest_issues(public: sqlite3.Connection, combien: int) -> dict[tuple[str, str], list[Paru]]:
    """By audience (slug, name), its last issues; the audience that had one last comes first."""
    trouves: dict[tuple[str, str], list[Paru]] = {}
    for audience in public.execute("SELECT slug, nom FROM audiences").fetchall():
        lignes = public.execute(
            "SELECT numero, titre, date_le, page FROM digests WHERE audience = ? ORDER BY date_le DESC, id DESC LIMIT ?",
            (audience["slug"], combien),
        )
        trouves[audience["slug"], audience["nom"]] = [
            Paru(x["numero"], x["titre"], date.fromisoformat(x["date_le"]), x["page"]) for x in lignes
        ]
    return dict(
        sorted(trouves.items(), key=lambda x: (x[1][0].date_le, x[0]) if x[1] else (date.min, x[0]), reverse=True)
    )


def is_empty(public: sqlite3.Connection) -> bool:
    """Whether nothing was ever published."""
    return not public.execute("SELECT 1 FROM sqlite_master WHERE name = 'digests'").fetchone()


def themes(public: sqlite3.Connection) -> list[Rayon]:
    """Every theme with a published story, by name."""
    return sorted((_theme(x) for x in public.execute("SELECT * FROM thematiques")), key=_by_name)


def places(public: sqlite3.Connection) -> list[Rayon]:
    """Every place with a published story, containers included."""
    return sorted((_place(x) for x in public.execute("SELECT * FROM territoires WHERE nouvelles")), key=_by_name)


def theme(public: sqlite3.Connection, slug: str) -> Rayon | None:
    """One theme with a published story."""
    ligne = public.execute("SELECT * FROM thematiques WHERE slug = ?", (slug,)).fetchone()
    return _theme(ligne) if ligne else None


def place(public: sqlite3.Connection, slug: str) -> Rayon | None:
    """One place with a published story."""
    ligne = public.execute("SELECT * FROM territoires WHERE slug = ? AND nouvelles", (slug,)).fetchone()
    return _place(ligne) if ligne else None


def of_theme(public: sqlite3.Connection, slug: str, page: int) -> list[NouvellePubliee]:
    """One page of a theme's stories; one more than a page holds when there is another."""
    return _stories(
        public,
        "SELECT item_id FROM item_thematiques WHERE thematique = ? ORDER BY item_id DESC LIMIT ? OFFSET ?",
        (slug, PAR_PAGE + 1, PAR_PAGE * (page - 1)),
    )


def of_place(public: sqlite3.Connection, slug: str, page: int) -> list[NouvellePubliee]:
    """One page of a place's stories, those of the places it contains included."""
    return _stories(
        public,
        "SELECT item_id FROM item_territoires WHERE territoire = ? ORDER BY item_id DESC LIMIT ? OFFSET ?",
        (slug, PAR_PAGE + 1, PAR_PAGE * (page - 1)),
    )


def search(public: sqlite3.Connection, texte: str, page: int) -> list[NouvellePubliee]:
    """One page of the stories whose title or summary holds every word typed, or its beginning."""
    mots = _chosen(public, texte)
    if not mots:
        return []
    return _stories(
        public,
        "SELECT rowid FROM items_fts WHERE items_fts MATCH ? ORDER BY rowid DESC LIMIT ? OFFSET ?",
        (mots, PAR_PAGE + 1, PAR_PAGE * (page - 1)),
    )


def count_found(public: sqlite3.Connection, texte: str) -> int:
    """How many stories a search finds, `COMPTES_MAX` + 1 at most."""
    mots = _chosen(public, texte)
    if not mots:
        return 0
    ligne = public.execute(
        "SELECT count(*) FROM (SELECT 1 FROM items_fts WHERE items_fts MATCH ? LIMIT ?)", (mots, COMPTES_MAX + 1)
    ).fetchone()
    return int(ligne[0])


def query(texte: str, *, exacte: bool = False) -> str:
    """What people type, as a full-text query: nothing typed is an operator; the end of a word is free unless `exacte`."""
    mots = re.findall(r"\w+", texte)[:MOTS_MAX]
    return " ".join(f'"{mot}"' if exacte or len(mot) < LIBRE_MIN else f'"{mot}"*' for mot in mots)


def _chosen(public: sqlite3.Connection, texte: str) -> str:
    """The words as typed where many stories hold them, so that the index reads the latest only; else their beginnings."""
    exacte = query(texte, exacte=True)
    nombreux = (
        exacte
        and public.execute(
            "SELECT 1 FROM items_fts WHERE items_fts MATCH ? LIMIT 1 OFFSET ?", (exacte, NOMBREUX)
        ).fetchone()
    )
    return exacte if nombreux else query(texte)


def latest(public: sqlite3.Connection, limite: int) -> list[NouvellePubliee]:
    """The stories told last."""
    return _stories(public, "SELECT id FROM items ORDER BY paru_a DESC, id DESC LIMIT ?", (limite,))


def one(public: sqlite3.Connection, item_id: int) -> NouvellePubliee | None:
    """One published story."""
    return next(iter(_stories(public, "SELECT id FROM items WHERE id = ?", (item_id,))), None)


def is_told_in(public: sqlite3.Connection, digest_id: int, item_id: int) -> bool:
    """Whether a published issue holds this story."""
    return bool(
        public.execute(
            "SELECT 1 FROM digest_items WHERE digest_id = ? AND item_id = ?", (digest_id, item_id)
        ).fetchone()
    )


def issue_title(public: sqlite3.Connection, digest_id: int) -> tuple[str, str, str] | None:
    """Title, ISO day and page of a published issue."""
    ligne = public.execute("SELECT titre, date_le, page FROM digests WHERE id = ?", (digest_id,)).fetchone()
    return (ligne["titre"], ligne["date_le"], ligne["page"]) if ligne else None


def dates_to_come(public: sqlite3.Connection, aujourdhui: date, limite: int) -> list[Date]:
    """Deadlines and events from that day on, soonest first."""
    lignes = public.execute(
        "SELECT a.genre, substr(a.debut, 1, 10) AS le, a.texte, i.titre, d.page FROM agenda a JOIN items i"
        " ON i.id = a.item_id JOIN digests d ON d.id = i.digest_id WHERE a.debut >= ? ORDER BY a.debut, i.id LIMIT ?",
        (aujourdhui.isoformat(), limite),
    )
    return [Date(x["genre"], x["le"], x["texte"], x["titre"], x["page"]) for x in lignes]


def addresses(public: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every published page and the day it last changed, for a sitemap: issues, archives, themes, places."""
    lignes = public.execute(
        """
        SELECT '/bulletins/' || page AS chemin, date_le AS jour FROM digests
        UNION ALL SELECT '/bulletins/' || audience || '/', max(date_le) FROM digests GROUP BY audience
        UNION ALL SELECT '/themes/' || slug, '' FROM thematiques
        UNION ALL SELECT '/territoires/' || slug, '' FROM territoires
        UNION ALL SELECT '/plan', '' FROM plan_public WHERE genre = 'plan'
        ORDER BY chemin
        """
    )
    return [(x["chemin"], x["jour"]) for x in lignes]


def _theme(x: sqlite3.Row) -> Rayon:
    return Rayon(x["slug"], x["nom"], x["nouvelles"], x["definition"])


def _place(x: sqlite3.Row) -> Rayon:
    return Rayon(x["slug"], x["nom"], x["nouvelles"], genre=x["genre"], parent=x["parent"])


def _by_name(rayon: Rayon) -> str:
    """É goes with E."""
    return fold(rayon.nom)


def _stories(public: sqlite3.Connection, choix: str, valeurs: Sequence[object]) -> list[NouvellePubliee]:
    """The stories that `choix` numbers, in its order."""
    ids = [ligne[0] for ligne in public.execute(choix, valeurs)]
    marques = ", ".join("?" * len(ids))
    trouvees = {
        x["id"]: x
        for x in public.execute(
            "SELECT i.*, s.nom AS source, s.cote, d.page, d.titre AS bulletin, coalesce(y.nom, '') AS type_nom FROM items i"
            " JOIN sources s ON s.id = i.source_id JOIN digests d ON d.id = i.digest_id"
            f" LEFT JOIN types_document y ON y.slug = i.type WHERE i.id IN ({marques})",
            ids,
        )
    }
    themes_de = _names(public, "item_thematiques", "thematique", "thematiques", ids)
    lieux_de = _names(public, "item_territoires", "territoire", "territoires", ids, " AND l.precis")
    return [_story(trouvees[i], themes_de.get(i, ()), lieux_de.get(i, ())) for i in ids if i in trouvees]


def _names(
    public: sqlite3.Connection, lien: str, cle: str, table: str, ids: Sequence[int], condition: str = ""
) -> dict[int, tuple[tuple[str, str], ...]]:
    marques = ", ".join("?" * len(ids))
    trouves: dict[int, tuple[tuple[str, str], ...]] = {}
    for x in public.execute(
        f"SELECT l.item_id, n.slug, n.nom FROM {lien} l JOIN {table} n ON n.slug = l.{cle}"
        f" WHERE l.item_id IN ({marques}){condition} ORDER BY n.nom",
        ids,
    ):
        trouves[x["item_id"]] = (*trouves.get(x["item_id"], ()), (x["slug"], x["nom"]))
    return trouves


def _story(
    x: sqlite3.Row, themes_de: tuple[tuple[str, str], ...], lieux_de: tuple[tuple[str, str], ...]
) -> NouvellePubliee:
    return NouvellePubliee(
        id=x["id"],
        titre=x["titre"],
        langue_titre=x["langue_titre"],
        resume=x["resume"],
        de_la_source=bool(x["resume_de_la_source"]),
        pourquoi=x["pourquoi"],
        source=x["source"],
        cote=x["cote"],
        auteur=x["auteur"],
        adresse=x["adresse"],
        publie_le=x["publie_le"] or "",
        vu_le=x["vu_le"],
        type=x["type_nom"],
        date_limite=x["date_limite"] or "",
        page=x["page"],
        bulletin=x["bulletin"],
        themes=themes_de,
        lieux=lieux_de,
    )
