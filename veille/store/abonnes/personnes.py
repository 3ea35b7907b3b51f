"""People of `abonnes.db`: one row each, found by address or by `sujet`; and the keys that tokens and hashes are made with."""

from __future__ import annotations

import secrets
import sqlite3
from datetime import date, datetime

from veille.abonnes.formes import Abonne, Abonnement, GenreAbonne, Identite
from veille.store.connexion import stamp, unstamp

OCTETS_CLE = 32
NEUTRE = Identite()


def key(c: sqlite3.Connection) -> bytes:
    """The key of tokens."""
    return secret(c, "jetons")


def secret(c: sqlite3.Connection, nom: str) -> bytes:
    """A random key of this file, made the first time it is asked for."""
    ligne = c.execute("SELECT valeur FROM secrets WHERE nom = ?", (nom,)).fetchone()
    if ligne is None:
        c.execute("INSERT OR IGNORE INTO secrets (nom, valeur) VALUES (?, ?)", (nom, secrets.token_bytes(OCTETS_CLE)))
        ligne = c.execute("SELECT valeur FROM secrets WHERE nom = ?", (nom,)).fetchone()
    return bytes(ligne[0])


def find(c: sqlite3.Connection, adresse: str) -> Abonne | None:
    """The person at this canonical address."""
    return _one(c, "SELECT * FROM abonnes WHERE adresse = ?", adresse)


def by_subject(c: sqlite3.Connection, sujet: str) -> Abonne | None:
    """The person that journals and tokens know by this name."""
    return _one(c, "SELECT * FROM abonnes WHERE sujet = ?", sujet)


def address_of(c: sqlite3.Connection, sujet: str) -> str | None:
    """Where to write to this person; None once erased."""
    ligne = c.execute("SELECT adresse FROM abonnes WHERE sujet = ?", (sujet,)).fetchone()
    return str(ligne[0]) if ligne else None


def add(
    c: sqlite3.Connection,
    adresse: str,
    now: datetime,
    identite: Identite = NEUTRE,
    genre: GenreAbonne = "partenaire",
) -> Abonne:
    """A new person, subscribed to nothing yet."""
    sujet = secrets.token_hex(16)
    c.execute(
        "INSERT INTO abonnes (sujet, adresse, nom, organisation, mrc, genre, cree_a) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (sujet, adresse, identite.nom, identite.organisation, identite.mrc, genre, stamp(now)),
    )
    personne = by_subject(c, sujet)
    if personne is None:
        raise LookupError("une personne qui vient d’être inscrite se retrouve")
    return personne


def set_identity(c: sqlite3.Connection, sujet: str, identite: Identite) -> bool:
    """What the person tells of themselves; whether anything changed."""
    valeurs = (identite.nom, identite.organisation, identite.mrc)
    curseur = c.execute(
        "UPDATE abonnes SET nom = ?, organisation = ?, mrc = ? WHERE sujet = ? AND (nom, organisation, mrc) <> (?, ?, ?)",
        (*valeurs, sujet, *valeurs),
    )
    return curseur.rowcount > 0


def set_organisation(c: sqlite3.Connection, sujet: str, code: str) -> bool:
    """The organisation of the répertoire that staff say is the person's, "" for none; whether anything changed."""
    curseur = c.execute(
        "UPDATE abonnes SET organisation_code = ? WHERE sujet = ? AND organisation_code <> ?", (code, sujet, code)
    )
    return curseur.rowcount > 0


def set_address(c: sqlite3.Connection, sujet: str, adresse: str) -> None:
    """Another canonical address for the same person; the caller knows that nobody else has it."""
    c.execute("UPDATE abonnes SET adresse = ? WHERE sujet = ?", (adresse, sujet))


def delete(c: sqlite3.Connection, sujet: str) -> None:
    """Take the row away, subscriptions included; journals and deliveries keep `sujet`, which leads nowhere any more."""
    c.execute("DELETE FROM abonnes WHERE sujet = ?", (sujet,))


def _one(c: sqlite3.Connection, requete: str, valeur: str) -> Abonne | None:
    ligne = c.execute(requete, (valeur,)).fetchone()
    if ligne is None:
        return None
    abonnements = c.execute("SELECT * FROM abonnements WHERE abonne_id = ? ORDER BY audience", (ligne["id"],))
    return Abonne(
        ligne["id"],
        ligne["sujet"],
        ligne["adresse"],
        ligne["nom"],
        ligne["organisation"],
        ligne["mrc"],
        ligne["genre"],
        unstamp(ligne["cree_a"]),
        tuple(_subscription(a) for a in abonnements),
        ligne["organisation_code"],
    )


def _subscription(ligne: sqlite3.Row) -> Abonnement:
    return Abonnement(
        ligne["audience"],
        ligne["rythme"],
        bool(ligne["alertes"]),
        ligne["base"],
        ligne["origine"],
        ligne["texte_version"],
        unstamp(ligne["demande_a"]),
        _instant(ligne["confirme_a"]),
        date.fromisoformat(ligne["expire_le"]) if ligne["expire_le"] else None,
        _instant(ligne["retire_a"]),
    )


def _instant(texte: str | None) -> datetime | None:
    return unstamp(texte) if texte else None
