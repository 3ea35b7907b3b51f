"""`publication.db`: what partners may see. Rebuilt whole to a new file from frozen digests, then swapped in.

It is made of what was approved and shown, never of what was collected: a newspaper's text, an internal digest, a note or a
subscriber cannot enter, because nothing here reads them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from veille.editor import Contenu, from_json
from veille.editor.formes import Element, Nom
from veille.store.connexion import named_failures

BASE_PUBLIQUE = "publication.db"

TABLES = """
CREATE TABLE audiences (slug TEXT PRIMARY KEY, nom TEXT NOT NULL) STRICT;
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    nom TEXT NOT NULL,
    url TEXT NOT NULL,
    cote TEXT NOT NULL
) STRICT;
CREATE TABLE thematiques (slug TEXT PRIMARY KEY, nom TEXT NOT NULL, definition TEXT NOT NULL) STRICT;
CREATE TABLE territoires (slug TEXT PRIMARY KEY, nom TEXT NOT NULL) STRICT;
CREATE TABLE types_document (slug TEXT PRIMARY KEY, nom TEXT NOT NULL) STRICT;
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    titre TEXT NOT NULL,
    resume TEXT NOT NULL,
    resume_de_la_source INTEGER NOT NULL CHECK (resume_de_la_source IN (0, 1)),
    pourquoi TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    auteur TEXT NOT NULL,
    adresse TEXT NOT NULL,
    publie_le TEXT,
    vu_le TEXT NOT NULL,
    langue TEXT NOT NULL,
    type TEXT REFERENCES types_document (slug),
    date_limite TEXT,
    montant TEXT NOT NULL
) STRICT;
CREATE INDEX items_par_date ON items (coalesce(publie_le, vu_le) DESC);
CREATE INDEX items_par_source ON items (source_id);
CREATE TABLE item_thematiques (
    item_id INTEGER NOT NULL REFERENCES items (id),
    thematique TEXT NOT NULL REFERENCES thematiques (slug),
    PRIMARY KEY (item_id, thematique)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_par_thematique ON item_thematiques (thematique, item_id);
CREATE TABLE item_territoires (
    item_id INTEGER NOT NULL REFERENCES items (id),
    territoire TEXT NOT NULL REFERENCES territoires (slug),
    PRIMARY KEY (item_id, territoire)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_par_territoire ON item_territoires (territoire, item_id);
CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    audience TEXT NOT NULL REFERENCES audiences (slug),
    numero INTEGER NOT NULL,
    titre TEXT NOT NULL,
    date_le TEXT NOT NULL,
    page TEXT NOT NULL,
    UNIQUE (audience, numero)
) STRICT;
CREATE TABLE digest_items (
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    item_id INTEGER NOT NULL REFERENCES items (id),
    rang INTEGER NOT NULL,
    rubrique TEXT NOT NULL,
    PRIMARY KEY (digest_id, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX digests_par_item ON digest_items (item_id);
CREATE VIRTUAL TABLE items_fts USING fts5 (
    titre, resume, content = 'items', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
"""


def rebuild(c: sqlite3.Connection, dossier: Path) -> Path:
    """Write the public database anew from `veille.db` and swap it in; readers of the old file are not disturbed."""
    cible = dossier / BASE_PUBLIQUE
    nouveau = cible.with_name(f".{BASE_PUBLIQUE}.nouveau")
    with named_failures(cible):
        nouveau.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(nouveau, isolation_level=None)) as public:
            _fill(public, c)
        nouveau.chmod(0o644)
        _sync(nouveau)
        nouveau.replace(cible)
    return cible


def is_current(c: sqlite3.Connection, dossier: Path) -> bool:
    """Whether the public database holds exactly the published digests of the public audiences."""
    attendus = {ligne["id"] for ligne in _digests(c)}
    cible = dossier / BASE_PUBLIQUE
    if not cible.exists():
        return not attendus
    try:
        public = sqlite3.connect(f"{cible.absolute().as_uri()}?mode=ro", uri=True)
        try:
            tenus = {ligne[0] for ligne in public.execute("SELECT id FROM digests")}
        finally:
            public.close()
    except sqlite3.Error:  # Damaged or of another make: it is rebuilt.
        return False
    return tenus == attendus


def _digests(c: sqlite3.Connection) -> list[sqlite3.Row]:
    """Published digests of public audiences, oldest first, each with the folder of its page."""
    return c.execute(
        """
        SELECT d.*, a.nom, (
            SELECT count(*) FROM digests p WHERE p.audience = d.audience AND p.date_le = d.date_le
                AND p.approuve_a IS NOT NULL AND p.id <= d.id) AS rang
        FROM digests d JOIN audiences a ON a.slug = d.audience
        WHERE d.publie_a IS NOT NULL AND a.visibilite = 'publique' AND json_extract(d.contenu, '$.genre') = 'bulletin'
            AND json_extract(d.contenu, '$.publique') ORDER BY d.id
        """
    ).fetchall()


def _fill(public: sqlite3.Connection, c: sqlite3.Connection) -> None:
    public.execute("PRAGMA journal_mode = DELETE")
    public.execute("PRAGMA foreign_keys = ON")
    public.executescript(TABLES)
    public.execute("BEGIN")
    for ligne in _digests(c):
        contenu = from_json(ligne["contenu"])
        if isinstance(contenu, Contenu) and contenu.publique:  # The query says so already: two locks on this door.
            _add_digest(public, c, ligne, contenu)
    public.execute("INSERT INTO items_fts (items_fts) VALUES ('rebuild')")
    public.execute("COMMIT")
    public.execute("INSERT INTO items_fts (items_fts) VALUES ('optimize')")
    public.execute("ANALYZE")
    public.execute("VACUUM")


def _add_digest(public: sqlite3.Connection, c: sqlite3.Connection, ligne: sqlite3.Row, contenu: Contenu) -> None:
    public.execute("INSERT OR IGNORE INTO audiences VALUES (?, ?)", (ligne["audience"], ligne["nom"]))
    page = f"{ligne['audience']}/{folder_name(ligne['date_le'], ligne['rang'])}/"
    public.execute(
        "INSERT INTO digests VALUES (?, ?, ?, ?, ?, ?)",
        (ligne["id"], ligne["audience"], ligne["numero"], contenu.titre, ligne["date_le"], page),
    )
    rang = 0
    for rubrique in contenu.rubriques:
        for element in rubrique.elements:
            rang += 1
            _add_item(public, c, element)
            public.execute(
                "INSERT OR IGNORE INTO digest_items VALUES (?, ?, ?, ?)",
                (ligne["id"], element.item_id, rang, rubrique.titre),
            )


def folder_name(date_le: str, rang: int) -> str:
    """« 2026-11-23 », and « 2026-11-23-2 » for the second digest of the day."""
    return date_le if rang == 1 else f"{date_le}-{rang}"


def _add_item(public: sqlite3.Connection, c: sqlite3.Connection, e: Element) -> None:
    """The item as it was last shown: a later digest's wording prevails."""
    public.execute("DELETE FROM item_thematiques WHERE item_id = ?", (e.item_id,))
    public.execute("DELETE FROM item_territoires WHERE item_id = ?", (e.item_id,))
    if e.type.slug:
        public.execute("INSERT OR IGNORE INTO types_document VALUES (?, ?)", (e.type.slug, e.type.nom))
    public.execute(
        "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " titre = excluded.titre, resume = excluded.resume, resume_de_la_source = excluded.resume_de_la_source,"
        " pourquoi = excluded.pourquoi, source_id = excluded.source_id, auteur = excluded.auteur,"
        " adresse = excluded.adresse, publie_le = excluded.publie_le, vu_le = excluded.vu_le,"
        " langue = excluded.langue, type = excluded.type, date_limite = excluded.date_limite, montant = excluded.montant",
        (
            e.item_id,
            e.titre,
            e.resume,
            int(e.resume_de_la_source),
            e.pourquoi,
            _source_id(public, c, e.source, e.cote),
            e.auteur,
            e.lien.adresse if e.lien else "",
            e.publie_le or None,
            e.vu_le,
            e.langue,
            e.type.slug or None,
            e.limite.le if e.limite else None,
            e.montant,
        ),
    )
    for t in e.thematiques:
        _name_theme(public, c, t)
        public.execute("INSERT OR IGNORE INTO item_thematiques VALUES (?, ?)", (e.item_id, t.slug))
    for t in e.territoires:
        public.execute("INSERT OR IGNORE INTO territoires VALUES (?, ?)", (t.slug, t.nom))
        for slug in (t.slug, *_containers(public, c, t.slug)):
            public.execute("INSERT OR IGNORE INTO item_territoires VALUES (?, ?)", (e.item_id, slug))


def _containers(public: sqlite3.Connection, c: sqlite3.Connection, slug: str) -> list[str]:
    """The places that contain this one, so that a story of a city is found under its MRC and its region."""
    lignes = c.execute(
        "WITH RECURSIVE au_dessus (slug) AS (SELECT parent FROM territoires WHERE slug = ? UNION"
        " SELECT t.parent FROM territoires t JOIN au_dessus a ON t.slug = a.slug)"
        " SELECT t.slug, t.nom FROM territoires t JOIN au_dessus USING (slug)",
        (slug,),
    ).fetchall()
    public.executemany("INSERT OR IGNORE INTO territoires VALUES (?, ?)", [tuple(ligne) for ligne in lignes])
    return [ligne["slug"] for ligne in lignes]


def _source_id(public: sqlite3.Connection, c: sqlite3.Connection, source: Nom, cote: str) -> int:
    connue = c.execute("SELECT id, nom, url, cote FROM sources WHERE slug = ?", (source.slug,)).fetchone()
    valeurs = (connue["nom"], connue["url"], connue["cote"]) if connue else (source.nom, "", cote)
    public.execute(
        "INSERT INTO sources (id, slug, nom, url, cote) VALUES (?, ?, ?, ?, ?) ON CONFLICT (slug) DO NOTHING",
        (connue["id"] if connue else None, source.slug, *valeurs),
    )
    return int(public.execute("SELECT id FROM sources WHERE slug = ?", (source.slug,)).fetchone()[0])


def _name_theme(public: sqlite3.Connection, c: sqlite3.Connection, theme: Nom) -> None:
    connu = c.execute("SELECT nom, definition FROM thematiques WHERE slug = ?", (theme.slug,)).fetchone()
    nom, definition = (connu["nom"], connu["definition"]) if connu else (theme.nom, "")
    public.execute("INSERT OR IGNORE INTO thematiques VALUES (?, ?, ?)", (theme.slug, nom, definition))


def _sync(chemin: Path) -> None:
    """On disk before it takes the old file's place: a power cut leaves one or the other, whole."""
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
