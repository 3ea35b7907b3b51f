"""Step 1, as it landed: sources, items, groups, judgements and decisions, digests, plan, service. Never edited."""

from __future__ import annotations

SOURCES = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    nom TEXT NOT NULL,
    url TEXT NOT NULL,
    adresse TEXT NOT NULL,
    genre TEXT NOT NULL CHECK (genre IN ('flux', 'liste', 'page', 'courriel', 'manuel')),
    etat TEXT NOT NULL CHECK (etat IN ('a_verifier', 'active', 'inactive')),
    categorie TEXT NOT NULL DEFAULT '',
    territoire TEXT NOT NULL DEFAULT '',
    thematiques TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(thematiques)),
    type TEXT NOT NULL DEFAULT '',
    langue TEXT NOT NULL DEFAULT '',
    rythme TEXT NOT NULL,
    cote TEXT NOT NULL DEFAULT 'F',
    droits TEXT NOT NULL,
    responsable TEXT NOT NULL DEFAULT '',
    priorite INTEGER NOT NULL DEFAULT 2,
    preuve TEXT NOT NULL DEFAULT '',
    confiance TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    inscrite_a TEXT NOT NULL,
    retiree_a TEXT
) STRICT;

CREATE TABLE collectes (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    debut_a TEXT NOT NULL,
    fin_a TEXT NOT NULL,
    issue TEXT NOT NULL CHECK (issue IN ('lue', 'inchangee', 'echec')),
    cause TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    statut INTEGER,
    adresse_proposee TEXT NOT NULL DEFAULT '',
    propositions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(propositions)),
    etag TEXT NOT NULL DEFAULT '',
    modifie TEXT NOT NULL DEFAULT '',
    empreinte BLOB,
    reglage TEXT NOT NULL DEFAULT '',
    octets INTEGER NOT NULL DEFAULT 0,
    entrees INTEGER NOT NULL DEFAULT 0,
    nouveaux INTEGER NOT NULL DEFAULT 0,
    versions INTEGER NOT NULL DEFAULT 0,
    partiel INTEGER NOT NULL DEFAULT 0 CHECK (partiel IN (0, 1)),
    prochaine_a TEXT NOT NULL
) STRICT;
CREATE INDEX collectes_par_source ON collectes (source_id, id);

CREATE TABLE robots (
    hote TEXT PRIMARY KEY,
    statut INTEGER NOT NULL,
    texte TEXT NOT NULL,
    lu_a TEXT NOT NULL
) STRICT;
"""

ITEMS = """
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    titre TEXT NOT NULL,
    adresse TEXT NOT NULL DEFAULT '',
    auteur TEXT NOT NULL DEFAULT '',
    publie_a TEXT,
    publie_texte TEXT NOT NULL DEFAULT '',
    date_douteuse TEXT NOT NULL DEFAULT '',
    vu_a TEXT NOT NULL,
    langue TEXT NOT NULL DEFAULT '',
    resume TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    version_a TEXT,
    adresse_origine TEXT NOT NULL DEFAULT '',
    cle TEXT NOT NULL,
    empreinte BLOB NOT NULL,
    UNIQUE (source_id, cle)
) STRICT;
CREATE INDEX items_par_date ON items (vu_a);
CREATE INDEX items_par_version ON items (version_a) WHERE version_a IS NOT NULL;
CREATE INDEX items_par_source ON items (source_id, vu_a, publie_a);
CREATE INDEX items_par_empreinte ON items (source_id, empreinte);

CREATE TABLE textes (
    item_id INTEGER PRIMARY KEY REFERENCES items (id),
    texte TEXT NOT NULL
) STRICT;

CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES items (id),
    numero INTEGER NOT NULL,
    titre TEXT NOT NULL,
    auteur TEXT NOT NULL,
    publie_a TEXT,
    publie_texte TEXT NOT NULL,
    resume TEXT NOT NULL,
    texte TEXT NOT NULL,
    empreinte BLOB NOT NULL,
    remplacee_a TEXT NOT NULL,
    UNIQUE (item_id, numero)
) STRICT;
"""

GROUPES = """
CREATE TABLE groupes (
    id INTEGER PRIMARY KEY,
    cree_a TEXT NOT NULL
) STRICT;

CREATE TABLE membres (
    item_id INTEGER PRIMARY KEY REFERENCES items (id),
    groupe_id INTEGER NOT NULL REFERENCES groupes (id),
    ajoute_a TEXT NOT NULL
) STRICT;
CREATE INDEX membres_par_groupe ON membres (groupe_id, item_id);

CREATE TABLE rapprochements (
    item_id INTEGER NOT NULL REFERENCES items (id),
    autre_item_id INTEGER NOT NULL REFERENCES items (id),
    raison TEXT NOT NULL,
    similarite REAL NOT NULL,
    vu_a TEXT NOT NULL,
    PRIMARY KEY (item_id, autre_item_id)
) STRICT;

CREATE TABLE reperes (
    repere INTEGER NOT NULL,
    item_id INTEGER NOT NULL REFERENCES items (id),
    PRIMARY KEY (repere, item_id)
) STRICT, WITHOUT ROWID;
"""

JUGEMENTS = """
CREATE TABLE thematiques (
    slug TEXT PRIMARY KEY,
    nom TEXT NOT NULL,
    definition TEXT NOT NULL,
    etat TEXT NOT NULL
) STRICT;

CREATE TABLE types_document (
    slug TEXT PRIMARY KEY,
    nom TEXT NOT NULL,
    definition TEXT NOT NULL
) STRICT;

CREATE TABLE territoires (
    slug TEXT PRIMARY KEY,
    nom TEXT NOT NULL,
    genre TEXT NOT NULL,
    parent TEXT NOT NULL
) STRICT;

CREATE TABLE classements (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES items (id),
    version INTEGER NOT NULL,
    modele TEXT NOT NULL,
    incertain INTEGER NOT NULL CHECK (incertain IN (0, 1)),
    fait_a TEXT NOT NULL
) STRICT;
CREATE INDEX classements_par_item ON classements (item_id, id);

CREATE TABLE suggestions (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES items (id),
    genre TEXT NOT NULL CHECK (genre IN ('thematique', 'territoire', 'type', 'date_limite', 'date_evenement', 'montant')),
    valeur TEXT NOT NULL,
    etat TEXT NOT NULL CHECK (etat IN ('retenu', 'incertain')),
    score REAL NOT NULL,
    seuil REAL NOT NULL,
    probabilite REAL NOT NULL,
    raisons TEXT NOT NULL CHECK (json_valid(raisons)),
    classement_id INTEGER NOT NULL REFERENCES classements (id)
) STRICT;
CREATE INDEX suggestions_par_item ON suggestions (item_id);
CREATE INDEX suggestions_par_valeur ON suggestions (genre, valeur, item_id);

CREATE VIEW suggestions_courantes AS
SELECT s.* FROM suggestions s
WHERE s.classement_id = (SELECT max(id) FROM classements WHERE item_id = s.item_id);

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES items (id),
    genre TEXT NOT NULL CHECK (genre IN ('retenir', 'ecarter', 'remettre', 'etiqueter', 'rediger')),
    raison TEXT NOT NULL DEFAULT '',
    thematiques TEXT CHECK (thematiques IS NULL OR json_valid(thematiques)),
    territoires TEXT CHECK (territoires IS NULL OR json_valid(territoires)),
    type TEXT,
    titre TEXT,
    resume TEXT,
    pourquoi TEXT,
    version INTEGER NOT NULL,
    par TEXT NOT NULL CHECK (par <> ''),
    prise_a TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_par_item ON decisions (item_id, id);
CREATE TRIGGER decisions_sans_correction BEFORE UPDATE ON decisions
BEGIN SELECT raise(ABORT, 'le journal des décisions ne se corrige pas : ajoutez une décision'); END;
CREATE TRIGGER decisions_sans_retrait BEFORE DELETE ON decisions
BEGIN SELECT raise(ABORT, 'le journal des décisions ne s''efface pas : ajoutez une décision'); END;

-- With a lone max(), SQLite takes the other columns from the row that holds it: the group's latest verdict. CROSS JOIN
-- starts from the decisions, a hundredth of the members.
CREATE VIEW verdicts AS
SELECT m.groupe_id, max(d.id) AS decision_id, d.item_id, d.genre, d.raison, d.par, d.prise_a
FROM decisions d CROSS JOIN membres m ON m.item_id = d.item_id
WHERE d.genre IN ('retenir', 'ecarter', 'remettre')
GROUP BY m.groupe_id;
"""

DIFFUSION = """
CREATE TABLE audiences (
    slug TEXT PRIMARY KEY,
    nom TEXT NOT NULL,
    visibilite TEXT NOT NULL CHECK (visibilite IN ('interne', 'publique')),
    rythme TEXT NOT NULL,
    jour TEXT NOT NULL
) STRICT;

CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    audience TEXT NOT NULL REFERENCES audiences (slug),
    numero INTEGER NOT NULL,
    titre TEXT NOT NULL,
    date_le TEXT NOT NULL,
    etat TEXT GENERATED ALWAYS AS (
        CASE WHEN publie_a IS NOT NULL THEN 'publié' WHEN approuve_a IS NOT NULL THEN 'approuvé' ELSE 'brouillon' END
    ) VIRTUAL,
    compose_a TEXT NOT NULL,
    compose_par TEXT NOT NULL,
    approuve_a TEXT,
    approuve_par TEXT,
    publie_a TEXT,
    publie_par TEXT,
    contenu TEXT CHECK (contenu IS NULL OR json_valid(contenu)),
    UNIQUE (audience, numero),
    CHECK (approuve_a IS NULL OR contenu IS NOT NULL),
    CHECK (publie_a IS NULL OR approuve_a IS NOT NULL)
) STRICT;
CREATE TRIGGER digests_contenu_fige BEFORE UPDATE OF contenu, titre, date_le ON digests WHEN OLD.approuve_a IS NOT NULL
BEGIN SELECT raise(ABORT, 'un bulletin approuvé ne change plus'); END;

CREATE TABLE digest_items (
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    item_id INTEGER NOT NULL REFERENCES items (id),
    rang INTEGER NOT NULL,
    rubrique TEXT NOT NULL,
    retire_a TEXT,
    PRIMARY KEY (digest_id, item_id)
) STRICT;

CREATE TABLE digest_plan (
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    element TEXT NOT NULL,
    PRIMARY KEY (digest_id, element)
) STRICT;
"""

PLAN = """
CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    titre TEXT NOT NULL,
    organisation TEXT NOT NULL,
    debut INTEGER NOT NULL,
    fin INTEGER NOT NULL,
    bilan_le TEXT NOT NULL,
    colonnes TEXT NOT NULL CHECK (json_valid(colonnes)),
    empreinte TEXT NOT NULL,
    charge_a TEXT NOT NULL
) STRICT;

CREATE TABLE plan_orientations (
    id INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES plans (id),
    code TEXT NOT NULL,
    nom TEXT NOT NULL,
    cible TEXT NOT NULL,
    retire_a TEXT,
    UNIQUE (plan_id, code)
) STRICT;

CREATE TABLE plan_objectifs (
    id INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES plans (id),
    orientation_id INTEGER NOT NULL REFERENCES plan_orientations (id),
    code TEXT NOT NULL,
    texte TEXT NOT NULL,
    retire_a TEXT,
    UNIQUE (plan_id, code)
) STRICT;

CREATE TABLE plan_moyens (
    id INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES plans (id),
    objectif_id INTEGER NOT NULL REFERENCES plan_objectifs (id),
    code TEXT NOT NULL,
    texte TEXT NOT NULL,
    echeance TEXT NOT NULL,
    echeance_debut INTEGER NOT NULL,
    echeance_fin INTEGER NOT NULL,
    resultats TEXT NOT NULL CHECK (json_valid(resultats)),
    responsables TEXT NOT NULL CHECK (json_valid(responsables)),
    collaborations TEXT NOT NULL CHECK (json_valid(collaborations)),
    priorite TEXT NOT NULL,
    retire_a TEXT,
    UNIQUE (plan_id, code)
) STRICT;

CREATE TABLE plan_sous_moyens (
    id INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES plans (id),
    moyen_id INTEGER NOT NULL REFERENCES plan_moyens (id),
    code TEXT NOT NULL,
    texte TEXT NOT NULL,
    retire_a TEXT,
    UNIQUE (plan_id, code)
) STRICT;

CREATE TABLE plan_indicateurs (
    id INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES plans (id),
    moyen_id INTEGER NOT NULL REFERENCES plan_moyens (id),
    code TEXT NOT NULL,
    texte TEXT NOT NULL,
    calcul TEXT NOT NULL,
    origine TEXT NOT NULL,
    comment TEXT NOT NULL,
    retire_a TEXT,
    UNIQUE (plan_id, code)
) STRICT;
"""

SERVICE = """
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    etape TEXT NOT NULL,
    debut_a TEXT NOT NULL,
    fin_a TEXT NOT NULL,
    issue TEXT NOT NULL CHECK (issue IN ('fait', 'partiel', 'echec')),
    bilan TEXT NOT NULL CHECK (json_valid(bilan))
) STRICT;

CREATE TABLE demandes (
    id INTEGER PRIMARY KEY,
    genre TEXT NOT NULL,
    argument TEXT NOT NULL,
    par TEXT NOT NULL CHECK (par <> ''),
    demandee_a TEXT NOT NULL,
    servie_a TEXT,
    issue TEXT CHECK (issue IS NULL OR issue IN ('fait', 'echec')),
    message TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX demandes_en_attente ON demandes (id) WHERE servie_a IS NULL;
"""

BLOCS = (SOURCES, ITEMS, GROUPES, JUGEMENTS, DIFFUSION, PLAN, SERVICE)
