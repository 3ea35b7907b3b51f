"""Step 2, as it landed: what learning keeps. Never edited."""

from __future__ import annotations

APPRENTISSAGE = """
CREATE TABLE modeles (
    id INTEGER PRIMARY KEY,
    nom TEXT NOT NULL UNIQUE,
    fait_a TEXT NOT NULL,
    exemples INTEGER NOT NULL,
    themes TEXT NOT NULL,
    mesures TEXT NOT NULL CHECK (json_valid(mesures)),
    fiche TEXT NOT NULL CHECK (json_valid(fiche)),
    issue TEXT NOT NULL CHECK (issue IN ('promu', 'refuse')),
    raison TEXT NOT NULL
) STRICT;

-- What decisions taught of relevance, as plain numbers: the latest row is in service, the stated formula before any.
CREATE TABLE pertinences_apprises (
    id INTEGER PRIMARY KEY,
    fait_a TEXT NOT NULL,
    decisions INTEGER NOT NULL,
    modele TEXT NOT NULL CHECK (json_valid(modele)),
    mesures TEXT NOT NULL CHECK (json_valid(mesures))
) STRICT;

-- Which model judges, from when: the latest row prevails. Without a model, the rules of the theme file judge alone.
CREATE TABLE modeles_actifs (
    id INTEGER PRIMARY KEY,
    modele_id INTEGER REFERENCES modeles (id),
    par TEXT NOT NULL CHECK (par <> ''),
    raison TEXT NOT NULL,
    depuis_a TEXT NOT NULL
) STRICT;

-- Every content thematiques.toml has had or was proposed to have. What judges is the latest one accepted.
CREATE TABLE redactions_themes (
    id INTEGER PRIMARY KEY,
    texte TEXT NOT NULL,
    empreinte TEXT NOT NULL,
    base TEXT NOT NULL,
    par TEXT NOT NULL CHECK (par <> ''),
    resume TEXT NOT NULL,
    proposee_a TEXT NOT NULL,
    apercu TEXT CHECK (apercu IS NULL OR json_valid(apercu)),
    apercu_a TEXT,
    issue TEXT CHECK (issue IS NULL OR issue IN ('acceptee', 'abandonnee')),
    tranchee_par TEXT,
    tranchee_a TEXT,
    CHECK ((issue IS NULL) = (tranchee_a IS NULL))
) STRICT;

-- Items the machine asks people to look at, so that it learns and its measures stay honest.
CREATE TABLE tirages (
    item_id INTEGER PRIMARY KEY REFERENCES items (id),
    motif TEXT NOT NULL CHECK (motif IN ('desaccord', 'hasard')),
    explication TEXT NOT NULL,
    tire_a TEXT NOT NULL
) STRICT;

ALTER TABLE classements ADD COLUMN hors_sujet TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(hors_sujet));
ALTER TABLE classements ADD COLUMN desaccord REAL NOT NULL DEFAULT 0;
ALTER TABLE classements ADD COLUMN desaccord_texte TEXT NOT NULL DEFAULT '';
"""

BLOCS = (APPRENTISSAGE,)
