"""The tables of `abonnes.db`, as steps that are only ever appended to."""

from __future__ import annotations

PERSONNES = (
    # Keys of tokens and salts of hashes; made once, never shown.
    "CREATE TABLE secrets (nom TEXT PRIMARY KEY, valeur BLOB NOT NULL) STRICT, WITHOUT ROWID",
    # Only the address is required. Staff and test addresses are subscribers that no figure counts.
    "CREATE TABLE abonnes (id INTEGER PRIMARY KEY AUTOINCREMENT, sujet TEXT NOT NULL UNIQUE, adresse TEXT NOT NULL UNIQUE,"
    " nom TEXT NOT NULL DEFAULT '', organisation TEXT NOT NULL DEFAULT '', mrc TEXT NOT NULL DEFAULT '',"
    " genre TEXT NOT NULL DEFAULT 'partenaire' CHECK (genre IN ('partenaire', 'equipe', 'essai')), cree_a TEXT NOT NULL)"
    " STRICT",
    # One per person and audience. Nothing is sent before `confirme_a`, after `expire_le` (tacit consent) or `retire_a`.
    "CREATE TABLE abonnements (id INTEGER PRIMARY KEY, abonne_id INTEGER NOT NULL REFERENCES abonnes (id)"
    " ON DELETE CASCADE, audience TEXT NOT NULL, rythme TEXT NOT NULL DEFAULT 'numero' CHECK (rythme IN"
    " ('numero', 'mensuel')), alertes INTEGER NOT NULL DEFAULT 0 CHECK (alertes IN (0, 1)),"
    " base TEXT NOT NULL CHECK (base IN ('expres', 'tacite')), origine TEXT NOT NULL CHECK (origine IN"
    " ('formulaire', 'import', 'equipe')), texte_version TEXT NOT NULL, demande_a TEXT NOT NULL, confirme_a TEXT,"
    " expire_le TEXT, retire_a TEXT, UNIQUE (abonne_id, audience),"
    " CHECK (base <> 'tacite' OR expire_le IS NOT NULL)) STRICT",
    "CREATE INDEX abonnements_par_audience ON abonnements (audience, abonne_id) WHERE confirme_a IS NOT NULL"
    " AND retire_a IS NULL",
)

CONSENTEMENT = (
    # What people were shown when they agreed, word for word.
    "CREATE TABLE textes_consentement (version TEXT PRIMARY KEY, texte TEXT NOT NULL, depuis_a TEXT NOT NULL) STRICT",
    "CREATE TRIGGER textes_sans_correction BEFORE UPDATE ON textes_consentement BEGIN"
    " SELECT raise(ABORT, 'un texte montré ne change plus : ajoutez une version'); END",
    "CREATE TRIGGER textes_sans_retrait BEFORE DELETE ON textes_consentement BEGIN"
    " SELECT raise(ABORT, 'un texte montré ne s''efface pas'); END",
    # Proof is on the sender. `preuve`: a salted hash of the network address, or a paper's reference; never an address.
    "CREATE TABLE journal_consentement (id INTEGER PRIMARY KEY, sujet TEXT NOT NULL, audience TEXT NOT NULL DEFAULT '',"
    " acte TEXT NOT NULL CHECK (acte IN ('demande', 'confirmation', 'import', 'preference', 'correction', 'retrait',"
    " 'rebond', 'plainte', 'expiration', 'effacement', 'communication')), base TEXT NOT NULL DEFAULT '',"
    " texte_version TEXT NOT NULL DEFAULT '', origine TEXT NOT NULL DEFAULT '', preuve TEXT NOT NULL DEFAULT '',"
    " fait_a TEXT NOT NULL) STRICT",
    "CREATE INDEX journal_par_sujet ON journal_consentement (sujet, id)",
    "CREATE TRIGGER journal_sans_correction BEFORE UPDATE ON journal_consentement BEGIN"
    " SELECT raise(ABORT, 'le journal des consentements ne se corrige pas'); END",
    "CREATE TRIGGER journal_sans_retrait BEFORE DELETE ON journal_consentement BEGIN"
    " SELECT raise(ABORT, 'le journal des consentements ne s''efface pas'); END",
    # To whom nothing is sent any more, by a keyed hash of the address: all that stays of a person who asked to be erased.
    # `audience` "" is for all. `levee_a`: the same person confirmed anew, by the link only they received.
    "CREATE TABLE suppressions (empreinte BLOB NOT NULL, audience TEXT NOT NULL DEFAULT '', motif TEXT NOT NULL CHECK"
    " (motif IN ('desabonnement', 'rebond', 'plainte', 'effacement', 'refus')), depuis_a TEXT NOT NULL, levee_a TEXT,"
    " PRIMARY KEY (empreinte, audience)) STRICT, WITHOUT ROWID",
)

ENVOIS = (
    # One sending of one digest: who asked, and where it stands.
    "CREATE TABLE lots (digest_id INTEGER PRIMARY KEY, audience TEXT NOT NULL, genre TEXT NOT NULL, par TEXT NOT NULL,"
    " demande_a TEXT NOT NULL, rempli_a TEXT, etat TEXT NOT NULL CHECK (etat IN ('en_cours', 'suspendu', 'arrete',"
    " 'termine')), reprise_a TEXT, raison TEXT NOT NULL DEFAULT '', termine_a TEXT) STRICT",
    # The outbox: one row per digest and person, and one per service message (confirmation, preferences).
    # engage: the body is out and the final dot may have left; after a crash such a row becomes incertain.
    # `prises`: times it was taken, so that a sender whose lease was lost can change nothing; `essais`: times it failed.
    # `message_id` is the part before the @. `temoin`: our own mailbox was a recipient of the same transaction; `absent_a`:
    # the copy was looked for in it, past the delay, and is not there.
    "CREATE TABLE envois (id INTEGER PRIMARY KEY AUTOINCREMENT, genre TEXT NOT NULL CHECK (genre IN ('bulletin',"
    " 'confirmation', 'preferences', 'essai')), digest_id INTEGER REFERENCES lots (digest_id), sujet TEXT NOT NULL,"
    " contexte TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(contexte)), message_id TEXT NOT NULL UNIQUE,"
    " etat TEXT NOT NULL DEFAULT 'en_attente' CHECK (etat IN ('en_attente', 'pris', 'engage', 'accepte', 'incertain',"
    " 'refuse', 'annule', 'reporte')), bail_a TEXT, essais INTEGER NOT NULL DEFAULT 0, prochain_a TEXT NOT NULL,"
    " code INTEGER, reponse TEXT NOT NULL DEFAULT '', cree_a TEXT NOT NULL, engage_a TEXT, tranche_a TEXT,"
    " prises INTEGER NOT NULL DEFAULT 0, temoin INTEGER NOT NULL DEFAULT 0, absent_a TEXT, renvoi_par TEXT NOT NULL DEFAULT '',"
    " rebond_a TEXT, plainte_a TEXT, generique INTEGER NOT NULL DEFAULT 0, compte INTEGER NOT NULL DEFAULT 1,"
    " CHECK ((genre = 'bulletin') = (digest_id IS NOT NULL)), UNIQUE (digest_id, sujet)) STRICT",
    "CREATE INDEX envois_a_faire ON envois (digest_id, prochain_a, id) WHERE etat = 'en_attente'",
    "CREATE INDEX envois_tenus ON envois (bail_a) WHERE etat IN ('pris', 'engage')",
    "CREATE INDEX envois_reportes ON envois (id) WHERE etat = 'reporte'",
    "CREATE INDEX envois_incertains ON envois (id) WHERE etat = 'incertain'",
    "CREATE INDEX envois_revenus ON envois (id) WHERE etat = 'refuse' OR rebond_a IS NOT NULL OR plainte_a IS NOT NULL",
    "CREATE INDEX envois_par_lot ON envois (digest_id, etat)",
    "CREATE INDEX envois_par_sujet ON envois (sujet)",
    # How far our own mailbox has been read: nothing is deleted there, and nothing is read twice.
    "CREATE TABLE lectures_boite (dossier TEXT PRIMARY KEY, validite INTEGER NOT NULL, uid INTEGER NOT NULL,"
    " lue_a TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

REGISTRES = (
    # A new address waits here, as a person without subscriptions, until its owner confirms it; then the two become one.
    "CREATE TABLE changements (nouveau_sujet TEXT PRIMARY KEY REFERENCES abonnes (sujet) ON DELETE CASCADE, sujet TEXT"
    " NOT NULL REFERENCES abonnes (sujet) ON DELETE CASCADE, demande_a TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # Confidentiality incidents, with what the regulation asks of the register (A-2.1, r. 3.1, art. 7); kept five years.
    "CREATE TABLE incidents (id INTEGER PRIMARY KEY, renseignements TEXT NOT NULL CHECK (renseignements <> ''),"
    " circonstances TEXT NOT NULL CHECK (circonstances <> ''), survenu_le TEXT NOT NULL CHECK (survenu_le <> ''),"
    " connu_le TEXT NOT NULL CHECK (connu_le GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),"
    " personnes TEXT NOT NULL CHECK (personnes <> ''), risque_serieux INTEGER NOT NULL CHECK (risque_serieux IN (0, 1)),"
    " evaluation TEXT NOT NULL CHECK (evaluation <> ''), avis_commission_le TEXT, avis_personnes_le TEXT,"
    " avis_public TEXT NOT NULL DEFAULT '', mesures TEXT NOT NULL CHECK (mesures <> ''), par TEXT NOT NULL CHECK"
    " (par <> ''), inscrit_a TEXT NOT NULL) STRICT",
    "CREATE TRIGGER incidents_sans_retrait BEFORE DELETE ON incidents WHEN julianday(old.connu_le) >"
    " julianday('now', '-1827 days') BEGIN SELECT raise(ABORT, 'un incident reste au registre cinq ans'); END",
)

# Step 1 lands with the first version that sends; later steps are appended, never edited.
ETAPES: tuple[tuple[str, ...], ...] = (
    (*PERSONNES, *CONSENTEMENT, *ENVOIS, *REGISTRES),
    # Step 2: the organisation of a person, by its code in the répertoire; what they wrote themselves stays beside it.
    ("ALTER TABLE abonnes ADD COLUMN organisation_code TEXT NOT NULL DEFAULT ''",),
)
