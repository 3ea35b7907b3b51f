"""Step 4: diffusion. What people do to a draft, what approval freezes, errata, alerts, checks, readers' voice, reach."""

from __future__ import annotations

# « rappel » was only written in the content; « alerte » is one story between two issues, « avis » says there is no issue.
DIGESTS = """
ALTER TABLE digests ADD COLUMN genre TEXT NOT NULL DEFAULT 'bulletin'
    CHECK (genre IN ('bulletin', 'rappel', 'alerte', 'avis'));
UPDATE digests SET genre = 'rappel' WHERE json_extract(contenu, '$.genre') = 'rappel';
CREATE INDEX digests_par_public ON digests (audience, genre, id);

CREATE TABLE digest_gestes (
    id INTEGER PRIMARY KEY,
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    item_id INTEGER REFERENCES items (id),
    genre TEXT NOT NULL CHECK (genre IN
        ('deplacer', 'retirer', 'remettre', 'recrire', 'ajouter', 'elargir', 'editorial', 'objet', 'annuler')),
    valeur TEXT NOT NULL CHECK (json_valid(valeur)),
    par TEXT NOT NULL CHECK (par <> ''),
    fait_a TEXT NOT NULL
) STRICT;
CREATE INDEX digest_gestes_par_bulletin ON digest_gestes (digest_id, id);
CREATE TRIGGER digest_gestes_sans_correction BEFORE UPDATE ON digest_gestes
BEGIN SELECT raise(ABORT, 'le journal d''un bulletin ne se corrige pas : ajoutez un geste'); END;
CREATE TRIGGER digest_gestes_sans_retrait BEFORE DELETE ON digest_gestes
BEGIN SELECT raise(ABORT, 'le journal d''un bulletin ne s''efface pas : ajoutez un geste'); END;
CREATE TRIGGER digest_gestes_brouillon BEFORE INSERT ON digest_gestes
    WHEN (SELECT approuve_a FROM digests WHERE id = NEW.digest_id) IS NOT NULL
BEGIN SELECT raise(ABORT, 'un bulletin approuvé ne change plus'); END;
"""

# What a person approved, byte for byte: the rule of the audience and the classifier of that moment, and each rendering.
# Version 0 is the approval's; each erratum adds one.
FIGES = """
CREATE TABLE digest_figes (
    digest_id INTEGER PRIMARY KEY REFERENCES digests (id),
    regle TEXT NOT NULL CHECK (json_valid(regle)),
    modele TEXT NOT NULL,
    controles TEXT NOT NULL CHECK (json_valid(controles))
) STRICT;
CREATE TABLE digest_errata (
    id INTEGER PRIMARY KEY,
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    version INTEGER NOT NULL CHECK (version > 0),
    item_id INTEGER REFERENCES items (id),
    texte TEXT NOT NULL CHECK (texte <> ''),
    corrections TEXT NOT NULL CHECK (json_valid(corrections)),
    par TEXT NOT NULL CHECK (par <> ''),
    fait_a TEXT NOT NULL,
    UNIQUE (digest_id, version)
) STRICT;
CREATE TABLE digest_rendus (
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    version INTEGER NOT NULL CHECK (version >= 0),
    nom TEXT NOT NULL CHECK (nom IN ('page', 'courriel_html', 'courriel_texte', 'fragment', 'pdf')),
    octets BLOB NOT NULL,
    PRIMARY KEY (digest_id, version, nom)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER digest_figes_sans_correction BEFORE UPDATE ON digest_figes
BEGIN SELECT raise(ABORT, 'ce qui a été approuvé ne change plus'); END;
CREATE TRIGGER digest_figes_sans_retrait BEFORE DELETE ON digest_figes
BEGIN SELECT raise(ABORT, 'ce qui a été approuvé ne s''efface pas'); END;
CREATE TRIGGER digest_rendus_sans_correction BEFORE UPDATE ON digest_rendus
BEGIN SELECT raise(ABORT, 'ce qui a été approuvé ne change plus'); END;
CREATE TRIGGER digest_rendus_sans_retrait BEFORE DELETE ON digest_rendus
BEGIN SELECT raise(ABORT, 'ce qui a été approuvé ne s''efface pas'); END;
CREATE TRIGGER digest_errata_sans_correction BEFORE UPDATE ON digest_errata
BEGIN SELECT raise(ABORT, 'un erratum ne se corrige pas : ajoutez-en un'); END;
CREATE TRIGGER digest_errata_sans_retrait BEFORE DELETE ON digest_errata
BEGIN SELECT raise(ABORT, 'un erratum ne s''efface pas : ajoutez-en un'); END;
"""

# What a person chose when there was too little to say, and the alerts they set aside. An audience added by page an
# instant ago has no row of its own yet: nothing refers to `audiences`.
CHOIX = """
CREATE TABLE semaines_minces (
    id INTEGER PRIMARY KEY,
    audience TEXT NOT NULL,
    prevu_le TEXT NOT NULL,
    choix TEXT NOT NULL CHECK (choix IN ('reporter', 'elargir', 'sauter', 'garder')),
    digest_id INTEGER REFERENCES digests (id),
    par TEXT NOT NULL CHECK (par <> ''),
    fait_a TEXT NOT NULL
) STRICT;
CREATE INDEX semaines_minces_par_public ON semaines_minces (audience, prevu_le, id);
CREATE TABLE alertes_ecartees (
    groupe_id INTEGER NOT NULL REFERENCES groupes (id),
    audience TEXT NOT NULL,
    par TEXT NOT NULL CHECK (par <> ''),
    fait_a TEXT NOT NULL,
    PRIMARY KEY (groupe_id, audience)
) STRICT, WITHOUT ROWID;

-- Staff files changed from a page: who, when, from what to what.
CREATE TABLE modifications (
    id INTEGER PRIMARY KEY,
    fichier TEXT NOT NULL,
    avant TEXT NOT NULL,
    apres TEXT NOT NULL,
    changements TEXT NOT NULL CHECK (json_valid(changements)),
    par TEXT NOT NULL CHECK (par <> ''),
    faite_a TEXT NOT NULL
) STRICT;
CREATE INDEX modifications_par_fichier ON modifications (fichier, id);
"""

# `passages`: hashes of every run of 12 words of a press text, sorted, 8 bytes each. They outlive the text itself. Those of
# the last months are also in `passages_presse`, one by one, where a text of an issue finds them whatever story it tells:
# `indexe` says whether they are to be put there, are there, or have been taken out.
CONTROLES = """
CREATE TABLE empreintes_presse (
    item_id INTEGER NOT NULL REFERENCES items (id),
    version INTEGER NOT NULL,
    faite_a TEXT NOT NULL,
    indexe TEXT NOT NULL DEFAULT 'a_faire' CHECK (indexe IN ('a_faire', 'oui', 'retire')),
    passages BLOB NOT NULL,
    PRIMARY KEY (item_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX empreintes_a_indexer ON empreintes_presse (indexe, faite_a);
CREATE TABLE passages_presse (
    empreinte INTEGER PRIMARY KEY,
    jour INTEGER NOT NULL
) STRICT;
CREATE TABLE liens_verifies (
    id INTEGER PRIMARY KEY,
    adresse TEXT NOT NULL,
    issue TEXT NOT NULL CHECK (issue IN ('bon', 'mort', 'incertain')),
    cause TEXT NOT NULL DEFAULT '',
    verifie_a TEXT NOT NULL
) STRICT;
CREATE INDEX liens_verifies_par_adresse ON liens_verifies (adresse, id);
"""

# Moved from `boite.db` by the cycle: no name, no address, and the day only. `cle` makes the move happen once.
VOIX = """
CREATE TABLE votes (
    cle TEXT PRIMARY KEY,
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    item_id INTEGER NOT NULL REFERENCES items (id),
    valeur TEXT NOT NULL CHECK (valeur IN ('utile', 'pas_utile', 'utilise')),
    recu_le TEXT NOT NULL
) STRICT;
CREATE INDEX votes_par_bulletin ON votes (digest_id, item_id, valeur);
CREATE TABLE reponses_sondage (
    cle TEXT PRIMARY KEY,
    digest_id INTEGER NOT NULL REFERENCES digests (id),
    reponse TEXT NOT NULL CHECK (reponse IN ('beaucoup', 'un_peu', 'pas_du_tout', 'pas_lu')),
    recu_le TEXT NOT NULL
) STRICT;
CREATE INDEX reponses_par_bulletin ON reponses_sondage (digest_id, reponse);
"""

# Counted from `abonnes.db` and kept here without any address: what remains when people are erased.
PORTEE = """
CREATE TABLE diffusions (
    digest_id INTEGER PRIMARY KEY REFERENCES digests (id),
    prevus INTEGER NOT NULL,
    acceptes INTEGER NOT NULL,
    refuses INTEGER NOT NULL,
    rebonds INTEGER NOT NULL,
    incertains INTEGER NOT NULL,
    personnes INTEGER NOT NULL,
    generiques INTEGER NOT NULL,
    plaintes INTEGER NOT NULL,
    mesuree_a TEXT NOT NULL
) STRICT;
CREATE TABLE portees (
    element TEXT NOT NULL,
    debut_le TEXT NOT NULL,
    fin_le TEXT NOT NULL,
    personnes INTEGER NOT NULL,
    generiques INTEGER NOT NULL,
    envois INTEGER NOT NULL,
    mesuree_a TEXT NOT NULL,
    PRIMARY KEY (element, debut_le, fin_le)
) STRICT, WITHOUT ROWID;
"""

BLOCS = (DIGESTS, FIGES, CHOIX, CONTROLES, VOIX, PORTEE)
