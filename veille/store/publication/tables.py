"""The shape of `publication.db`. Indexes are made once the rows are in: the file is built whole, then swapped."""

from __future__ import annotations

FORMAT = 4  # Told by the file itself: one of another make is rebuilt.

TABLES = """
CREATE TABLE audiences (
    slug TEXT PRIMARY KEY,
    nom TEXT NOT NULL,
    description TEXT NOT NULL,
    page TEXT NOT NULL,
    flux_atom TEXT NOT NULL,
    flux_json TEXT NOT NULL,
    calendrier TEXT NOT NULL
) STRICT;
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    nom TEXT NOT NULL,
    url TEXT NOT NULL,
    cote TEXT NOT NULL
) STRICT;
CREATE TABLE thematiques (
    slug TEXT PRIMARY KEY,
    nom TEXT NOT NULL,
    definition TEXT NOT NULL,
    flux_atom TEXT NOT NULL,
    flux_json TEXT NOT NULL,
    nouvelles INTEGER NOT NULL
) STRICT;
CREATE TABLE territoires (
    slug TEXT PRIMARY KEY,
    nom TEXT NOT NULL,
    genre TEXT NOT NULL,
    parent TEXT NOT NULL,
    nouvelles INTEGER NOT NULL
) STRICT;
CREATE TABLE types_document (slug TEXT PRIMARY KEY, nom TEXT NOT NULL) STRICT;
CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    audience TEXT NOT NULL REFERENCES audiences (slug),
    numero INTEGER NOT NULL,
    genre TEXT NOT NULL,
    titre TEXT NOT NULL,
    date_le TEXT NOT NULL,
    en_bref TEXT NOT NULL,
    editorial TEXT NOT NULL,
    page TEXT NOT NULL,
    identifiant TEXT NOT NULL,
    paru_a TEXT NOT NULL
) STRICT;
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    titre TEXT NOT NULL,
    langue_titre TEXT NOT NULL,
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
    montant TEXT NOT NULL,
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    identifiant TEXT NOT NULL,
    changements INTEGER NOT NULL,
    paru_a TEXT NOT NULL,
    modifie_a TEXT NOT NULL
) STRICT;
CREATE TABLE item_thematiques (
    item_id INTEGER NOT NULL REFERENCES items (id),
    thematique TEXT NOT NULL REFERENCES thematiques (slug),
    PRIMARY KEY (item_id, thematique)
) STRICT, WITHOUT ROWID;
CREATE TABLE item_territoires (
    item_id INTEGER NOT NULL REFERENCES items (id),
    territoire TEXT NOT NULL REFERENCES territoires (slug),
    precis INTEGER NOT NULL CHECK (precis IN (0, 1)),
    PRIMARY KEY (item_id, territoire)
) STRICT, WITHOUT ROWID;
CREATE TABLE digest_items (
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    item_id INTEGER NOT NULL REFERENCES items (id),
    rang INTEGER NOT NULL,
    rubrique TEXT NOT NULL,
    PRIMARY KEY (digest_id, item_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE errata (
    id INTEGER PRIMARY KEY,
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    item_id INTEGER REFERENCES items (id),
    texte TEXT NOT NULL,
    fait_a TEXT NOT NULL
) STRICT;
CREATE TABLE agenda (
    item_id INTEGER NOT NULL REFERENCES items (id),
    genre TEXT NOT NULL CHECK (genre IN ('echeance', 'evenement')),
    debut TEXT NOT NULL,
    fin TEXT NOT NULL,
    texte TEXT NOT NULL,
    PRIMARY KEY (item_id, genre)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE items_fts USING fts5 (
    titre, resume, content = 'items', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
"""

INDEX = """
CREATE INDEX items_par_date ON items (coalesce(publie_le, vu_le) DESC);
CREATE INDEX items_par_parution ON items (paru_a DESC, id DESC);
CREATE INDEX items_par_source ON items (source_id);
CREATE INDEX items_par_type ON items (type);
CREATE INDEX items_par_bulletin ON items (digest_id);
CREATE INDEX items_par_thematique ON item_thematiques (thematique, item_id);
CREATE INDEX items_par_territoire ON item_territoires (territoire, item_id);
CREATE INDEX bulletins_par_item ON digest_items (item_id);
CREATE INDEX bulletins_par_public ON digests (audience, date_le DESC);
CREATE INDEX errata_par_bulletin ON errata (digest_id);
CREATE INDEX errata_par_item ON errata (item_id);
CREATE INDEX agenda_par_date ON agenda (debut, item_id);
"""

# How many stories each theme and place has: pages show it, and counting them all at each visit would cost more than they do.
COMPTES = """
UPDATE thematiques SET nouvelles = (SELECT count(*) FROM item_thematiques i WHERE i.thematique = slug);
UPDATE territoires SET nouvelles = (SELECT count(*) FROM item_territoires i WHERE i.territoire = slug);
"""
