"""The rights of a person over what we hold: to have it, to correct it, to have it erased (Loi 25, art. 27 and following).

Erasing ends by rewriting the file: SQLite keeps what it deletes in freed pages and in its journal, where a scan of bytes
would find it. What stays is a keyed hash in `suppressions`, and acts and deliveries under a `sujet` that leads nowhere.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from veille.errors import RefusError
from veille.store.abonnes import consentements, personnes, suppressions
from veille.store.connexion import stamp, transaction

_A_NETTOYER = "nettoyage"


def export(c: sqlite3.Connection, adresse: str) -> dict[str, Any] | None:
    """Every row about the person at this canonical address, table by table; None when there is none."""
    personne = c.execute("SELECT * FROM abonnes WHERE adresse = ?", (adresse,)).fetchone()
    empreinte = suppressions.address_hash(c, adresse)
    interdits = c.execute("SELECT * FROM suppressions WHERE empreinte = ? ORDER BY audience", (empreinte,)).fetchall()
    if personne is None and not interdits:
        return None
    sujet = personne["sujet"] if personne else ""
    tables = {
        "abonnements": ("SELECT * FROM abonnements WHERE abonne_id = ? ORDER BY id", personne["id"] if personne else 0),
        "journal_consentement": ("SELECT * FROM journal_consentement WHERE sujet = ? ORDER BY id", sujet),
        "textes_consentement": (
            "SELECT * FROM textes_consentement WHERE version IN"
            " (SELECT texte_version FROM journal_consentement WHERE sujet = ?) ORDER BY version",
            sujet,
        ),
        "envois": ("SELECT * FROM envois WHERE sujet = ? ORDER BY id", sujet),
        "changements": ("SELECT * FROM changements WHERE ? IN (sujet, nouveau_sujet)", sujet),
    }
    return {
        "abonnes": [_plain(personne)] if personne else [],
        **{nom: [_plain(x) for x in c.execute(requete, (valeur,))] for nom, (requete, valeur) in tables.items()},
        "suppressions": [_plain(ligne) for ligne in interdits],
    }


def note_export(c: sqlite3.Connection, adresse: str, now: datetime, origine: str) -> None:
    """Remember that the person was given what we hold."""
    if (personne := personnes.find(c, adresse)) is not None:
        consentements.note(c, "communication", personne.sujet, now, origine=origine)


def correct(c: sqlite3.Connection, adresse: str, nouvelle: str, now: datetime, preuve: str = "") -> None:
    """Another canonical address for a person who asked staff for it; refused where someone else would be touched."""
    personne = personnes.find(c, adresse)
    if personne is None:
        raise RefusError(f"Aucune personne abonnée n’a l’adresse « {adresse} ».")
    if adresse == nouvelle:
        raise RefusError("La nouvelle adresse est la même.")
    if personnes.find(c, nouvelle) is not None:
        raise RefusError(f"L’adresse « {nouvelle} » est déjà celle d’une autre personne abonnée.")
    fermees = [a.audience for a in personne.abonnements if suppressions.is_suppressed(c, nouvelle, a.audience)]
    if fermees or suppressions.is_suppressed(c, nouvelle):
        raise RefusError(
            f"L’adresse « {nouvelle} » ne veut plus rien recevoir ; la personne peut se réabonner par la page d’abonnement."
        )
    personnes.set_address(c, personne.sujet, nouvelle)
    consentements.note(c, "correction", personne.sujet, now, origine="equipe", preuve=preuve)


def erase(c: sqlite3.Connection, adresse: str, now: datetime, origine: str = "equipe") -> bool:
    """Take every trace of this canonical address out of the file, but a keyed hash that forbids writing to it again.

    Outside any transaction: it makes its own, then rewrites the file. False when the address is not known; then nothing
    is written, a suppression already there apart.
    """
    with transaction(c):
        personne = personnes.find(c, adresse)
        connue = personne is not None
        if personne is not None:
            suppressions.suppress(c, adresse, "effacement", now, origine=origine)
            _forget_new_addresses(c, personne.sujet)
            _scrub_deliveries(c, personne.sujet, adresse, now)
            personnes.delete(c, personne.sujet)
            mark_dirty(c)
    if connue:
        clean(c)
    return connue


def mark_dirty(c: sqlite3.Connection) -> None:
    """Remember that something personal was deleted, and that the file still has to be rewritten."""
    c.execute("INSERT OR IGNORE INTO secrets (nom, valeur) VALUES (?, x'')", (_A_NETTOYER,))


def clean(c: sqlite3.Connection) -> bool:
    """Rewrite the file if something personal was deleted: no freed page, no journal keeps it.

    Another connection that reads at this instant may hold the journal; then False, and the next turn does it.
    """
    if c.execute("SELECT 1 FROM secrets WHERE nom = ?", (_A_NETTOYER,)).fetchone() is None:
        return True
    try:
        c.execute("VACUUM")
        occupe = c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as erreur:
        if erreur.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        return False  # The mark stays.
    if occupe:
        return False
    c.execute("DELETE FROM secrets WHERE nom = ?", (_A_NETTOYER,))
    return True


def _forget_new_addresses(c: sqlite3.Connection, sujet: str) -> None:
    """Addresses that this person asked for and never confirmed, when nothing else is known of them."""
    c.execute(
        "DELETE FROM abonnes WHERE sujet IN (SELECT nouveau_sujet FROM changements WHERE sujet = ?)"
        " AND NOT EXISTS (SELECT 1 FROM abonnements WHERE abonne_id = abonnes.id)",
        (sujet,),
    )


def _scrub_deliveries(c: sqlite3.Connection, sujet: str, adresse: str, now: datetime) -> None:
    """Deliveries stay, for the counts; the words of servers, which may echo the address, go. What waits is not sent."""
    c.execute("UPDATE envois SET reponse = '', contexte = '{}' WHERE sujet = ?", (sujet,))
    c.execute(
        "UPDATE envois SET etat = 'annule', tranche_a = ? WHERE sujet = ? AND etat IN ('en_attente', 'reporte')",
        (stamp(now), sujet),
    )
    c.execute("UPDATE envois SET reponse = '' WHERE instr(lower(reponse), ?) > 0", (adresse,))
    c.execute("UPDATE envois SET contexte = '{}' WHERE instr(lower(contexte), ?) > 0", (adresse,))
    c.execute("UPDATE lots SET raison = '' WHERE instr(lower(raison), ?) > 0", (adresse,))


def _plain(ligne: sqlite3.Row) -> dict[str, Any]:
    return {cle: valeur.hex() if isinstance(valeur := ligne[cle], bytes) else valeur for cle in ligne.keys()}  # noqa: SIM118 - a Row iterates over values.
