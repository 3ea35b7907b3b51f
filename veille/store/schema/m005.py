"""Step 5: the plan beside the watch. Registers and their journal, locked periods, stored bilans, snapshots, reach by moyen."""

from __future__ import annotations

# The répertoire of organisations: no person's name. `code` is what files and rows write; a merged one stays, and points to
# the one that remains. Subscribers of an organisation are told as 0 when they are fewer than three; audience '' is all of
# them together.
ORGANISATIONS = """
CREATE TABLE organisations (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
    nom TEXT NOT NULL CHECK (nom <> ''),
    sigle TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL DEFAULT '',
    mrc TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(mrc)),
    thematiques TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(thematiques)),
    roles TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(roles)),
    site TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    fusionnee_dans INTEGER REFERENCES organisations (id) CHECK (fusionnee_dans <> id),
    par TEXT NOT NULL CHECK (par <> ''),
    inscrite_a TEXT NOT NULL,
    retire_a TEXT
) STRICT;
CREATE INDEX organisations_par_nom ON organisations (nom);
CREATE TRIGGER organisations_sans_retrait BEFORE DELETE ON organisations
BEGIN SELECT raise(ABORT, 'une organisation ne s''efface pas : retirez-la ou réunissez-la à une autre'); END;
CREATE TRIGGER organisations_sans_remplacement BEFORE INSERT ON organisations
    WHEN EXISTS (SELECT 1 FROM organisations o WHERE o.id = NEW.id OR o.code = NEW.code)
BEGIN SELECT raise(ABORT, 'une organisation n''en remplace pas une autre'); END;
CREATE TRIGGER organisations_code_fixe BEFORE UPDATE OF id, code ON organisations
    WHEN NEW.id <> OLD.id OR NEW.code <> OLD.code
BEGIN SELECT raise(ABORT, 'le code d''une organisation ne change pas : les registres la nomment par lui'); END;
ALTER TABLE sources ADD COLUMN organisation TEXT NOT NULL DEFAULT '';
CREATE TABLE organisations_abonnees (
    audience TEXT NOT NULL,
    code TEXT NOT NULL CHECK (code <> ''),
    abonnes INTEGER NOT NULL CHECK (abonnes = 0 OR abonnes >= 3),
    mesuree_a TEXT NOT NULL,
    PRIMARY KEY (audience, code)
) STRICT, WITHOUT ROWID;
"""

# A correction of what a locked period holds is written with its reason, and never taken back. `lignes_amendees`: the one row
# that an amendment corrected, before and after; triggers write it, so that no hand-written statement goes unseen.
VERROUS = """
CREATE TABLE amendements (
    id INTEGER PRIMARY KEY,
    raison TEXT NOT NULL CHECK (raison <> ''),
    par TEXT NOT NULL CHECK (par <> ''),
    fait_a TEXT NOT NULL
) STRICT;
CREATE TABLE lignes_amendees (
    id INTEGER PRIMARY KEY REFERENCES amendements (id),
    registre TEXT NOT NULL,
    ligne_id INTEGER NOT NULL,
    avant TEXT CHECK (avant IS NULL OR json_valid(avant)),
    apres TEXT NOT NULL CHECK (json_valid(apres))
) STRICT;
CREATE TABLE bilans (
    id INTEGER PRIMARY KEY,
    plan TEXT NOT NULL,
    genre TEXT NOT NULL CHECK (genre IN ('plan', 'annee', 'trimestre')),
    debut_le TEXT NOT NULL,
    au_le TEXT NOT NULL,
    contenu TEXT NOT NULL CHECK (json_valid(contenu)),
    empreinte TEXT NOT NULL,
    par TEXT NOT NULL DEFAULT '',
    calcule_a TEXT NOT NULL
) STRICT;
CREATE INDEX bilans_par_periode ON bilans (plan, genre, debut_le, au_le, id);
CREATE TABLE periodes_verrouillees (
    id INTEGER PRIMARY KEY,
    plan TEXT NOT NULL,
    genre TEXT NOT NULL CHECK (genre IN ('plan', 'annee')),
    debut_le TEXT NOT NULL,
    fin_le TEXT NOT NULL,
    bilan_id INTEGER NOT NULL REFERENCES bilans (id),
    par TEXT NOT NULL CHECK (par <> ''),
    verrouillee_a TEXT NOT NULL,
    UNIQUE (plan, debut_le, fin_le)
) STRICT;
"""

# What every register's row has besides its own: the plan and the moyens it serves, where, who asked for it, its proofs.
# `reference`: the row's own number in the file it was imported from, so that a file imported twice adds nothing.
_COMMUNES = """
    plan TEXT NOT NULL,
    moyens TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(moyens)),
    mrc TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(mrc)),
    organisations TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(organisations)),
    note TEXT NOT NULL DEFAULT '',
    preuves TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(preuves)),
    reference TEXT UNIQUE CHECK (reference <> ''),
    amendement_id INTEGER REFERENCES amendements (id),
    par TEXT NOT NULL CHECK (par <> ''),
    inscrite_a TEXT NOT NULL,
    retire_a TEXT
"""
REGISTRES = f"""
CREATE TABLE activites (
    id INTEGER PRIMARY KEY,
    jour_le TEXT NOT NULL,
    titre TEXT NOT NULL CHECK (titre <> ''),
    type TEXT NOT NULL CHECK (type <> ''),
    presences INTEGER CHECK (presences >= 0),
    appreciation TEXT NOT NULL DEFAULT '',
    note_sur_5 REAL CHECK (note_sur_5 BETWEEN 0 AND 5),
    {_COMMUNES}
) STRICT;
CREATE TABLE outils (
    id INTEGER PRIMARY KEY,
    jour_le TEXT NOT NULL,
    titre TEXT NOT NULL CHECK (titre <> ''),
    type TEXT NOT NULL CHECK (type <> ''),
    elements TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(elements)),
    {_COMMUNES}
) STRICT;
CREATE TABLE accompagnements (
    id INTEGER PRIMARY KEY,
    debut_le TEXT NOT NULL,
    fin_le TEXT CHECK (fin_le >= debut_le),
    titre TEXT NOT NULL CHECK (titre <> ''),
    type TEXT NOT NULL CHECK (type <> ''),
    appreciation TEXT NOT NULL DEFAULT '',
    {_COMMUNES}
) STRICT;
CREATE TABLE sondages (
    id INTEGER PRIMARY KEY,
    jour_le TEXT NOT NULL,
    titre TEXT NOT NULL CHECK (titre <> ''),
    type TEXT NOT NULL CHECK (type <> ''),
    invites INTEGER CHECK (invites >= 0),
    repondants INTEGER NOT NULL CHECK (repondants >= 0),
    moyenne REAL CHECK (moyenne BETWEEN 0 AND 5),
    verbatims TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(verbatims)),
    {_COMMUNES}
) STRICT;
CREATE TABLE mesures_manuelles (
    id INTEGER PRIMARY KEY,
    debut_le TEXT NOT NULL,
    fin_le TEXT NOT NULL CHECK (fin_le >= debut_le),
    indicateur TEXT NOT NULL DEFAULT '',
    valeur REAL,
    narratif TEXT NOT NULL DEFAULT '',
    {_COMMUNES},
    CHECK (valeur IS NOT NULL OR narratif <> ''),
    CHECK (indicateur <> '' OR moyens <> '[]')
) STRICT;
CREATE TABLE suivis (
    id INTEGER PRIMARY KEY,
    plan TEXT NOT NULL,
    moyen TEXT NOT NULL CHECK (moyen <> ''),
    etat TEXT NOT NULL CHECK (etat IN ('a_venir', 'en_cours', 'realise', 'reporte', 'abandonne')),
    jour_le TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    par TEXT NOT NULL CHECK (par <> ''),
    fait_a TEXT NOT NULL
) STRICT;
CREATE INDEX suivis_par_moyen ON suivis (plan, moyen, jour_le, id);
CREATE TABLE registre_journal (
    id INTEGER PRIMARY KEY,
    registre TEXT NOT NULL CHECK (registre IN
        ('organisations', 'activites', 'outils', 'accompagnements', 'sondages', 'mesures_manuelles')),
    ligne_id INTEGER NOT NULL,
    acte TEXT NOT NULL CHECK (acte IN ('inscrire', 'modifier', 'retirer', 'retablir', 'fusionner', 'importer')),
    avant TEXT CHECK (avant IS NULL OR json_valid(avant)),
    apres TEXT CHECK (apres IS NULL OR json_valid(apres)),
    amendement_id INTEGER REFERENCES amendements (id),
    par TEXT NOT NULL CHECK (par <> ''),
    fait_a TEXT NOT NULL
) STRICT;
CREATE INDEX registre_journal_par_ligne ON registre_journal (registre, ligne_id, id);
"""
TABLES_DATEES = {
    "activites": ("jour_le", "jour_le"),
    "outils": ("jour_le", "jour_le"),
    "accompagnements": ("debut_le", "fin_le"),
    "sondages": ("jour_le", "jour_le"),
    "mesures_manuelles": ("debut_le", "fin_le"),
}
_PROPRES = {
    "activites": ("jour_le", "titre", "type", "presences", "appreciation", "note_sur_5"),
    "outils": ("jour_le", "titre", "type", "elements"),
    "accompagnements": ("debut_le", "fin_le", "titre", "type", "appreciation"),
    "sondages": ("jour_le", "titre", "type", "invites", "repondants", "moyenne", "verbatims"),
    "mesures_manuelles": ("debut_le", "fin_le", "indicateur", "valeur", "narratif"),
}


def _guards(table: str, debut: str, fin: str) -> str:
    """A row of a locked period is added or changed under an amendment that served nothing yet; no row is ever deleted,
    even by writing another over it (« OR REPLACE » deletes without a word).
    """

    def locked(ligne: str) -> str:
        return (
            "EXISTS (SELECT 1 FROM periodes_verrouillees v WHERE v.plan = "
            f"{ligne}.plan AND v.debut_le <= coalesce({ligne}.{fin}, '9999-12-31') AND v.fin_le >= {ligne}.{debut})"
        )

    neuf = "(NEW.amendement_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM lignes_amendees l WHERE l.id = NEW.amendement_id))"
    return f"""
CREATE INDEX {table}_par_jour ON {table} (plan, {debut}, id);
CREATE TRIGGER {table}_verrou_ajout BEFORE INSERT ON {table} WHEN NOT {neuf} AND {locked("NEW")}
BEGIN SELECT raise(ABORT, 'période verrouillée : une correction se fait par un amendement'); END;
CREATE TRIGGER {table}_verrou_modification BEFORE UPDATE ON {table}
    WHEN NOT ({neuf} AND NEW.amendement_id IS NOT OLD.amendement_id) AND ({locked("OLD")} OR {locked("NEW")}){_apart(table)}
BEGIN SELECT raise(ABORT, 'période verrouillée : une correction se fait par un amendement'); END;
CREATE TRIGGER {table}_amendement_ajout AFTER INSERT ON {table} WHEN NEW.amendement_id IS NOT NULL
BEGIN INSERT INTO lignes_amendees VALUES (NEW.amendement_id, '{table}', NEW.id, NULL, {_as_json(table, "NEW")}); END;
CREATE TRIGGER {table}_amendement_modification AFTER UPDATE ON {table}
    WHEN NEW.amendement_id IS NOT NULL AND NEW.amendement_id IS NOT OLD.amendement_id
BEGIN INSERT INTO lignes_amendees
    VALUES (NEW.amendement_id, '{table}', NEW.id, {_as_json(table, "OLD")}, {_as_json(table, "NEW")}); END;
CREATE TRIGGER {table}_sans_retrait BEFORE DELETE ON {table}
BEGIN SELECT raise(ABORT, 'une ligne de registre ne s''efface pas : retirez-la'); END;
CREATE TRIGGER {table}_sans_remplacement_ajout BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} o WHERE o.id = NEW.id OR o.reference = NEW.reference)
BEGIN SELECT raise(ABORT, 'référence déjà prise : une ligne de registre n''en remplace pas une autre'); END;
CREATE TRIGGER {table}_sans_remplacement BEFORE UPDATE OF id, reference ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} o WHERE o.id <> OLD.id AND (o.id = NEW.id OR o.reference = NEW.reference))
BEGIN SELECT raise(ABORT, 'référence déjà prise : une ligne de registre n''en remplace pas une autre'); END;
"""


def _as_json(table: str, ligne: str) -> str:
    """A row as the journal keeps it, lists being lists."""
    listes = ("moyens", "mrc", "organisations", "preuves", "elements", "verbatims")
    communes = ("plan", "moyens", "mrc", "organisations", "note", "preuves", "reference", "retire_a")
    paires = (
        f"'{nom}', json({ligne}.{nom})" if nom in listes else f"'{nom}', {ligne}.{nom}"
        for nom in (*_PROPRES[table], *communes)
    )
    return f"json_object({', '.join(paires)})"


def _apart(table: str) -> str:
    """What goes on past a locked period may end, or go on again, after it: nothing of the period changes."""
    if table != "accompagnements":
        return ""
    autres = (
        "id, debut_le, titre, type, appreciation, plan, moyens, mrc, organisations, note, preuves, reference, retire_a,"
        " amendement_id"
    )

    def row(ligne: str) -> str:
        return "(" + ", ".join(f"{ligne}.{nom}" for nom in autres.split(", ")) + ")"

    return f"""
    AND NOT ({row("NEW")} IS {row("OLD")} AND NOT EXISTS (SELECT 1 FROM periodes_verrouillees v
        WHERE v.plan = OLD.plan AND v.debut_le <= max(coalesce(OLD.fin_le, '9999-12-31'), coalesce(NEW.fin_le, '9999-12-31'))
            AND v.fin_le >= min(coalesce(OLD.fin_le, '9999-12-31'), coalesce(NEW.fin_le, '9999-12-31'))))"""


def _append_only(table: str, quoi: str, cle: tuple[str, ...] = ()) -> str:
    """What is written stays as it is. `cle`: what else than its id makes a row unique, so that none is written over it."""
    pareille = " OR " + f"({' AND '.join(f'o.{nom} = NEW.{nom}' for nom in cle)})" if cle else ""
    return f"""
CREATE TRIGGER {table}_sans_remplacement BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} o WHERE o.id = NEW.id{pareille})
BEGIN SELECT raise(ABORT, '{quoi} ne se remplace pas'); END;
CREATE TRIGGER {table}_sans_correction BEFORE UPDATE ON {table}
BEGIN SELECT raise(ABORT, '{quoi} ne se corrige pas'); END;
CREATE TRIGGER {table}_sans_retrait BEFORE DELETE ON {table}
BEGIN SELECT raise(ABORT, '{quoi} ne s''efface pas'); END;
"""


# What a theme's sheet says of its own life, so that the plan can be measured from the database alone; readings that
# succeeded, source by source and in the order of time, so that counting three years of them walks nothing else.
SUIVI = """
ALTER TABLE thematiques ADD COLUMN validee_le TEXT;
ALTER TABLE thematiques ADD COLUMN revue_le TEXT;
ALTER TABLE thematiques ADD COLUMN a_revoir_le TEXT;
CREATE INDEX collectes_par_instant ON collectes (source_id, debut_a, issue);
"""

# Reach by moyen: the digests of a moyen and of its sous-moyens together, each person once. `moyen` '' is the whole plan.
EVALUATION = """
CREATE TABLE portees_plan (
    plan TEXT NOT NULL,
    moyen TEXT NOT NULL,
    debut_le TEXT NOT NULL,
    fin_le TEXT NOT NULL,
    personnes INTEGER NOT NULL,
    generiques INTEGER NOT NULL,
    envois INTEGER NOT NULL,
    mesuree_a TEXT NOT NULL,
    PRIMARY KEY (plan, moyen, debut_le, fin_le)
) STRICT, WITHOUT ROWID;
CREATE TABLE instantanes (
    id INTEGER PRIMARY KEY,
    debut_le TEXT NOT NULL,
    fin_le TEXT NOT NULL,
    contenu TEXT NOT NULL CHECK (json_valid(contenu)),
    fige_a TEXT NOT NULL,
    UNIQUE (debut_le, fin_le)
) STRICT;
CREATE TABLE efforts (
    id INTEGER PRIMARY KEY,
    jour_le TEXT NOT NULL,
    tache TEXT NOT NULL CHECK (tache IN ('revue', 'redaction', 'diffusion', 'autre')),
    minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 6000),
    digest_id INTEGER REFERENCES digests (id),
    note TEXT NOT NULL DEFAULT '',
    par TEXT NOT NULL CHECK (par <> ''),
    declare_a TEXT NOT NULL,
    retire_a TEXT,
    retire_par TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX efforts_par_jour ON efforts (jour_le, id);
"""

# Where a moyen stood on a day of a locked period was said before it was locked.
SUIVIS = """
CREATE TRIGGER suivis_verrou BEFORE INSERT ON suivis WHEN EXISTS (SELECT 1 FROM periodes_verrouillees v
    WHERE v.plan = NEW.plan AND NEW.jour_le BETWEEN v.debut_le AND v.fin_le)
BEGIN SELECT raise(ABORT, 'période verrouillée : dites-le à une date plus récente'); END;
"""

# Every key of plan.toml, so that pages read the plan from here and nothing of it stays in the file only. `rang`: the order
# of the file. `echeances`: the échéance then its phases. `echeance_du`, `echeance_au`: the days it comes to. `sens_vise` and
# `depart` are the keys `sens` and `base`: other tables have columns of those names that mean something else.
_RANG = "ADD COLUMN rang INTEGER NOT NULL DEFAULT 0"
PLAN = f"""
ALTER TABLE plans ADD COLUMN sigle TEXT NOT NULL DEFAULT '';
ALTER TABLE plans ADD COLUMN public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1));
ALTER TABLE plans ADD COLUMN autre_nom TEXT NOT NULL DEFAULT '';
ALTER TABLE plans ADD COLUMN note_propositions TEXT NOT NULL DEFAULT '';
ALTER TABLE plans ADD COLUMN anomalies TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(anomalies));
ALTER TABLE plan_orientations {_RANG};
ALTER TABLE plan_objectifs {_RANG};
ALTER TABLE plan_objectifs ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_moyens {_RANG};
ALTER TABLE plan_moyens ADD COLUMN echeances TEXT NOT NULL DEFAULT '[{{}}]' CHECK (json_valid(echeances));
ALTER TABLE plan_moyens ADD COLUMN echeance_du TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_moyens ADD COLUMN echeance_au TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_moyens ADD COLUMN logiciel TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_moyens ADD COLUMN id_attendu TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_moyens ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_sous_moyens {_RANG};
ALTER TABLE plan_sous_moyens ADD COLUMN elements TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(elements));
ALTER TABLE plan_sous_moyens ADD COLUMN cible TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(cible));
ALTER TABLE plan_sous_moyens ADD COLUMN logiciel TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_sous_moyens ADD COLUMN texte_source TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_indicateurs {_RANG};
ALTER TABLE plan_indicateurs ADD COLUMN nature TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_indicateurs ADD COLUMN formule TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_indicateurs ADD COLUMN cible TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(cible));
ALTER TABLE plan_indicateurs ADD COLUMN cible_derivee TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_indicateurs ADD COLUMN sans_puce INTEGER NOT NULL DEFAULT 0 CHECK (sans_puce IN (0, 1));
ALTER TABLE plan_indicateurs ADD COLUMN mesure TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_indicateurs ADD COLUMN types TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(types));
ALTER TABLE plan_indicateurs ADD COLUMN unite TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_indicateurs ADD COLUMN periode TEXT NOT NULL DEFAULT 'annee';
ALTER TABLE plan_indicateurs ADD COLUMN sens_vise TEXT NOT NULL DEFAULT '';
ALTER TABLE plan_indicateurs ADD COLUMN depart TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(depart));
"""

BLOCS = (
    ORGANISATIONS,
    PLAN,
    VERROUS,
    REGISTRES,
    *(_guards(table, *bornes) for table, bornes in TABLES_DATEES.items()),
    SUIVI,
    EVALUATION,
    _append_only("registre_journal", "le journal des registres"),
    _append_only("amendements", "un amendement"),
    _append_only("lignes_amendees", "un amendement"),
    _append_only("periodes_verrouillees", "une période verrouillée", ("plan", "debut_le", "fin_le")),
    _append_only("bilans", "un bilan calculé"),
    _append_only("instantanes", "un instantané", ("debut_le", "fin_le")),
    _append_only("suivis", "le suivi d''un moyen"),
    SUIVIS,
)
