"""Step 3: the weekly review. Richer decisions that can be undone, the queue, staff's own reasons and filters, search."""

from __future__ import annotations

# SQLite cannot change a CHECK: the log moves to a wider table, row by row, with its ids.
DECISIONS = """
DROP VIEW verdicts;
DROP TRIGGER decisions_sans_correction;
DROP TRIGGER decisions_sans_retrait;
DROP INDEX decisions_par_item;
ALTER TABLE decisions RENAME TO decisions_m002;

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES items (id),
    genre TEXT NOT NULL CHECK (genre IN ('retenir', 'ecarter', 'plus_tard', 'remettre', 'etiqueter', 'rediger',
        'fusionner', 'scinder', 'annuler', 'retablir')),
    raison TEXT NOT NULL DEFAULT '',
    a_la_une INTEGER CHECK (a_la_une IN (0, 1)),
    reprise_le TEXT NOT NULL DEFAULT '',
    thematiques TEXT CHECK (thematiques IS NULL OR json_valid(thematiques)),
    territoires TEXT CHECK (territoires IS NULL OR json_valid(territoires)),
    type TEXT,
    date_limite TEXT,
    titre TEXT,
    resume TEXT,
    pourquoi TEXT,
    note TEXT,
    audiences TEXT CHECK (audiences IS NULL OR json_valid(audiences)),
    deplaces TEXT CHECK (deplaces IS NULL OR json_valid(deplaces)),
    groupe_de INTEGER REFERENCES groupes (id),
    groupe_vers INTEGER REFERENCES groupes (id),
    cible_id INTEGER REFERENCES decisions (id),
    geste TEXT NOT NULL CHECK (geste <> ''),
    version INTEGER NOT NULL,
    classement_id INTEGER REFERENCES classements (id),
    pertinence REAL,
    par TEXT NOT NULL CHECK (par <> ''),
    prise_a TEXT NOT NULL,
    CHECK ((genre IN ('annuler', 'retablir')) = (cible_id IS NOT NULL)),
    CHECK ((genre IN ('fusionner', 'scinder')) = (deplaces IS NOT NULL AND groupe_de IS NOT NULL AND groupe_vers IS NOT NULL))
) STRICT;
INSERT INTO decisions (id, item_id, genre, raison, thematiques, territoires, type, titre, resume, pourquoi, geste,
    version, classement_id, par, prise_a)
SELECT id, item_id, genre, raison, thematiques, territoires, type, titre, resume, pourquoi, lower(hex(randomblob(16))),
    version, (SELECT max(k.id) FROM classements k WHERE k.item_id = d.item_id AND k.fait_a <= d.prise_a), par, prise_a
FROM decisions_m002 d ORDER BY id;
DROP TABLE decisions_m002;

CREATE INDEX decisions_par_item ON decisions (item_id, id);
CREATE INDEX decisions_par_instant ON decisions (prise_a);
CREATE INDEX decisions_par_cible ON decisions (cible_id, id) WHERE cible_id IS NOT NULL;
-- One press of a button, sent twice by a browser that lost the first answer, is recorded once.
CREATE UNIQUE INDEX decisions_par_geste ON decisions (geste, item_id);
CREATE INDEX decisions_de_groupes ON decisions (groupe_de, groupe_vers) WHERE groupe_de IS NOT NULL;
CREATE TRIGGER decisions_sans_correction BEFORE UPDATE ON decisions
BEGIN SELECT raise(ABORT, 'le journal des décisions ne se corrige pas : ajoutez une décision'); END;
CREATE TRIGGER decisions_sans_retrait BEFORE DELETE ON decisions
BEGIN SELECT raise(ABORT, 'le journal des décisions ne s''efface pas : ajoutez une décision'); END;

-- What stands: everything but what was undone, and the undoings themselves.
CREATE VIEW decisions_valides AS
SELECT d.* FROM decisions d
WHERE d.genre NOT IN ('annuler', 'retablir')
    AND (SELECT a.genre FROM decisions a WHERE a.cible_id = d.id ORDER BY a.id DESC LIMIT 1) IS NOT 'annuler';

-- With a lone max(), SQLite takes the other columns from the row that holds it: the group's latest verdict. CROSS JOIN
-- starts from the decisions, a hundredth of the members.
CREATE VIEW verdicts AS
SELECT m.groupe_id, max(d.id) AS decision_id, d.item_id, d.genre, d.raison, d.a_la_une, d.reprise_le, d.par, d.prise_a
FROM decisions_valides d CROSS JOIN membres m ON m.item_id = d.item_id
WHERE d.genre IN ('retenir', 'ecarter', 'plus_tard', 'remettre')
GROUP BY m.groupe_id;
"""

# The queue is derived from facts, group by group, and can be made again from them at any time: what makes a row stale
# says so in `file_a_refaire`, whoever writes.
FILE = """
CREATE TABLE file_revue (
    groupe_id INTEGER PRIMARY KEY REFERENCES groupes (id),
    etat TEXT NOT NULL CHECK (etat IN ('a_trancher', 'plus_tard', 'retenu', 'ecarte')),
    jour_le TEXT NOT NULL,
    palier INTEGER NOT NULL CHECK (palier IN (0, 1, 2)),
    rang REAL NOT NULL,
    pertinence REAL NOT NULL,
    item_id INTEGER NOT NULL REFERENCES items (id),
    source_id INTEGER NOT NULL REFERENCES sources (id),
    decision_id INTEGER NOT NULL,
    change_le TEXT NOT NULL,
    revision INTEGER NOT NULL,
    notee_a TEXT NOT NULL
) STRICT;
CREATE INDEX file_par_jour ON file_revue (etat, jour_le, palier, rang DESC, groupe_id);
CREATE INDEX file_par_source ON file_revue (source_id, etat);
CREATE INDEX file_par_changement ON file_revue (change_le) WHERE change_le <> '';

CREATE TABLE file_etiquettes (
    genre TEXT NOT NULL CHECK (genre IN ('thematique', 'territoire', 'type', 'source', 'tirage', 'echeance')),
    valeur TEXT NOT NULL,
    jour_le TEXT NOT NULL,
    groupe_id INTEGER NOT NULL REFERENCES groupes (id),
    PRIMARY KEY (genre, valeur, jour_le, groupe_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_etiquettes_par_groupe ON file_etiquettes (groupe_id);

CREATE TABLE file_a_refaire (groupe_id INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER membres_file_ajout AFTER INSERT ON membres
BEGIN INSERT OR IGNORE INTO file_a_refaire VALUES (NEW.groupe_id); END;
CREATE TRIGGER membres_file_deplacement AFTER UPDATE OF groupe_id ON membres
BEGIN INSERT OR IGNORE INTO file_a_refaire VALUES (OLD.groupe_id), (NEW.groupe_id); END;
CREATE TRIGGER classements_file AFTER INSERT ON classements
BEGIN INSERT OR IGNORE INTO file_a_refaire SELECT groupe_id FROM membres WHERE item_id = NEW.item_id; END;
CREATE TRIGGER decisions_file AFTER INSERT ON decisions
BEGIN INSERT OR IGNORE INTO file_a_refaire SELECT groupe_id FROM membres WHERE item_id = NEW.item_id; END;
CREATE TRIGGER versions_file AFTER UPDATE OF version ON items
BEGIN INSERT OR IGNORE INTO file_a_refaire SELECT groupe_id FROM membres WHERE item_id = NEW.id; END;
CREATE TRIGGER tirages_file AFTER INSERT ON tirages
BEGIN INSERT OR IGNORE INTO file_a_refaire SELECT groupe_id FROM membres WHERE item_id = NEW.item_id; END;
INSERT INTO file_a_refaire SELECT DISTINCT groupe_id FROM membres;
"""

# Why stories are rejected, as staff word it. `sens` says what a rejection teaches: « theme » that the proposed themes
# were wrong, « interet » that such stories are not wanted, the others nothing of the themes.
MOTIFS = """
CREATE TABLE motifs (
    code TEXT PRIMARY KEY,
    nom TEXT NOT NULL,
    sens TEXT NOT NULL CHECK (sens IN ('theme', 'territoire', 'moment', 'deja_vu', 'interet')),
    rang INTEGER NOT NULL,
    retire_a TEXT
) STRICT;
INSERT INTO motifs (code, nom, sens, rang) VALUES
    ('hors_theme', 'Hors thème', 'theme', 1),
    ('hors_territoire', 'Hors territoire', 'territoire', 2),
    ('deja_connu', 'Déjà connu', 'deja_vu', 3),
    ('perime', 'Périmé', 'moment', 4),
    ('promotionnel', 'Promotionnel', 'interet', 5),
    ('trop_general', 'Trop général', 'interet', 6),
    ('doublon', 'Doublon', 'deja_vu', 7);
INSERT INTO motifs (code, nom, sens, rang, retire_a) VALUES
    ('faible', 'Contenu faible', 'interet', 8, strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    ('autre', 'Autre raison', 'interet', 9, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));

CREATE TABLE filtres (
    id INTEGER PRIMARY KEY,
    compte TEXT NOT NULL CHECK (compte <> ''),
    par TEXT NOT NULL CHECK (par <> ''),
    nom TEXT NOT NULL CHECK (nom <> ''),
    criteres TEXT NOT NULL CHECK (json_valid(criteres)),
    partage INTEGER NOT NULL CHECK (partage IN (0, 1)),
    cree_a TEXT NOT NULL,
    retire_a TEXT
) STRICT;
CREATE UNIQUE INDEX filtres_par_nom ON filtres (compte, nom) WHERE retire_a IS NULL;
"""

# Titles and summaries only, without accents: the long texts of the press are not kept for good, so are not indexed.
RECHERCHE = """
CREATE VIRTUAL TABLE recherche USING fts5 (titre, resume, content="items", content_rowid="id",
    tokenize = "unicode61 remove_diacritics 2");
INSERT INTO recherche (recherche) VALUES ('rebuild');
CREATE TRIGGER items_recherche_ajout AFTER INSERT ON items
BEGIN INSERT INTO recherche (rowid, titre, resume) VALUES (NEW.id, NEW.titre, NEW.resume); END;
CREATE TRIGGER items_recherche_correction AFTER UPDATE OF titre, resume ON items
BEGIN
    INSERT INTO recherche (recherche, rowid, titre, resume) VALUES ('delete', OLD.id, OLD.titre, OLD.resume);
    INSERT INTO recherche (rowid, titre, resume) VALUES (NEW.id, NEW.titre, NEW.resume);
END;
"""

# What each source has given, kept as it comes: counting a million items for each dashboard would cost more than the page.
COMPTES = """
ALTER TABLE sources ADD COLUMN recueillis INTEGER NOT NULL DEFAULT 0;
UPDATE sources SET recueillis = (SELECT count(*) FROM items i WHERE i.source_id = sources.id);
CREATE TRIGGER items_comptes AFTER INSERT ON items
BEGIN UPDATE sources SET recueillis = recueillis + 1 WHERE id = NEW.source_id; END;
CREATE INDEX items_par_parution ON items (source_id, coalesce(min(publie_a, vu_a), vu_a));
-- From a story to the digests that hold it: the list of what is kept asks it of each.
CREATE INDEX digest_items_par_item ON digest_items (item_id);
"""

BLOCS = (DECISIONS, FILE, MOTIFS, RECHERCHE, COMPTES)
