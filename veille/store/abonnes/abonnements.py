"""Subscriptions: to whom a digest goes, and whether this one person may still receive it.

`recipients` is read in pages of rows, in the order of ids: memory stays flat, and rows may be written meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.abonnes.formes import Abonnement, Base, Choix, Destinataire, Origine
from veille.francais import format_day, local_day
from veille.store.abonnes import personnes, suppressions
from veille.store.abonnes.personnes import address_of
from veille.store.connexion import stamp

__all__ = ["address_of", "counts", "may_receive", "recipients"]

PAGE = 500
BIENTOT = timedelta(days=30)

_DESTINATAIRES = (
    "SELECT p.id, p.sujet, p.adresse, p.genre, a.rythme FROM abonnements a JOIN abonnes p ON p.id = a.abonne_id"
    " WHERE a.audience = ? AND a.abonne_id > ? AND a.confirme_a IS NOT NULL AND a.retire_a IS NULL"
    " AND (a.expire_le IS NULL OR a.expire_le >= ?) AND a.alertes >= ? ORDER BY a.abonne_id LIMIT ?"
)


def recipients(c: sqlite3.Connection, audience: str, now: datetime, *, alerte: bool = False) -> Iterator[Destinataire]:
    """Whoever may receive a digest of this audience now; of an alert, those who asked for alerts."""
    jour, dernier = local_day(now).isoformat(), 0
    cle = personnes.secret(c, "empreintes")
    while True:
        lignes = c.execute(_DESTINATAIRES, (audience, dernier, jour, int(alerte), PAGE)).fetchall()
        if not lignes:
            return
        dernier = lignes[-1]["id"]
        for ligne in lignes:
            if not suppressions.holds(c, suppressions.hash_under(cle, ligne["adresse"]), audience):
                yield Destinataire(ligne["sujet"], ligne["adresse"], ligne["genre"], ligne["rythme"])


def count_public(c: sqlite3.Connection, audience: str, now: datetime) -> int:
    """How many people receive an audience because they asked for it on the public site."""
    ligne = c.execute(
        "SELECT count(*) FROM abonnements WHERE audience = ? AND origine = 'formulaire' AND confirme_a IS NOT NULL"
        " AND retire_a IS NULL AND (expire_le IS NULL OR expire_le >= ?)",
        (audience, local_day(now).isoformat()),
    ).fetchone()
    return int(ligne[0])


def may_receive(c: sqlite3.Connection, sujet: str, audience: str, now: datetime, *, alerte: bool = False) -> str:
    """Why nothing, or no alert, may be sent to this person for this audience at this instant; "" when it may."""
    personne = personnes.by_subject(c, sujet)
    if personne is None:
        return "la personne a été effacée"
    abonnement = next((a for a in personne.abonnements if a.audience == audience), None)
    if abonnement is None:
        return "la personne n’est pas abonnée à ce public"
    if abonnement.retire_a is not None:
        return "la personne s’est désabonnée"
    if abonnement.confirme_a is None:
        return "l’abonnement n’est pas confirmé"
    if not abonnement.active(local_day(now)):
        fin = format_day(abonnement.expire_le) if abonnement.expire_le else ""
        return f"le consentement tacite a pris fin le {fin}"
    if alerte and not abonnement.alertes:
        return "la personne ne veut pas d’alertes"
    if suppressions.is_suppressed(c, personne.adresse, audience):
        return "l’adresse est sur la liste de suppression"
    return ""


@dataclass(frozen=True)
class Compte:
    """Where the subscriptions of one audience stand. `bientot`: tacit ones that end within 30 days."""

    audience: str
    confirmes: int = 0
    en_attente: int = 0
    retires: int = 0
    tacites: int = 0
    bientot: int = 0


def counts(c: sqlite3.Connection, now: datetime) -> list[Compte]:
    """Each audience that someone asked for, in numbers."""
    jour, bientot = local_day(now), local_day(now) + BIENTOT
    tient = "confirme_a IS NOT NULL AND retire_a IS NULL AND (expire_le IS NULL OR expire_le >= :jour)"
    lignes = c.execute(
        f"SELECT audience, count(*) FILTER (WHERE {tient}) AS confirmes,"
        " count(*) FILTER (WHERE confirme_a IS NULL AND retire_a IS NULL) AS en_attente,"
        " count(*) FILTER (WHERE retire_a IS NOT NULL) AS retires,"
        f" count(*) FILTER (WHERE {tient} AND base = 'tacite') AS tacites,"
        f" count(*) FILTER (WHERE {tient} AND base = 'tacite' AND expire_le <= :bientot) AS bientot"
        " FROM abonnements GROUP BY audience ORDER BY audience",
        {"jour": jour.isoformat(), "bientot": bientot.isoformat()},
    )
    return [Compte(*ligne) for ligne in lignes]


def addresses(c: sqlite3.Connection, audience: str, now: datetime) -> Iterator[str]:
    """The addresses that a digest of this audience would go to; printed only when someone asks for them."""
    return (d.adresse for d in recipients(c, audience, now))


# ---------------------------------------------------------------- writing, for the rest of this room


def ask(c: sqlite3.Connection, personne_id: int, audience: str, version: str, now: datetime) -> bool:
    """Someone wants this list: wait for their confirmation. False when they already receive it by express consent.

    Tacit consent goes on until it is replaced: only a confirmation makes it express.
    """
    curseur = c.execute(
        "INSERT INTO abonnements (abonne_id, audience, base, origine, texte_version, demande_a)"
        " VALUES (:qui, :audience, 'expres', 'formulaire', :version, :now)"
        " ON CONFLICT (abonne_id, audience) DO UPDATE SET texte_version = :version, demande_a = :now,"
        " base = iif(base = 'tacite' AND retire_a IS NULL, base, 'expres'),"
        " expire_le = iif(base = 'tacite' AND retire_a IS NULL, expire_le, NULL),"
        " confirme_a = iif(base = 'tacite' AND retire_a IS NULL, confirme_a, NULL),"
        " origine = iif(base = 'tacite' AND retire_a IS NULL, origine, 'formulaire'), retire_a = NULL"
        " WHERE base = 'tacite' OR confirme_a IS NULL OR retire_a IS NOT NULL",
        {"qui": personne_id, "audience": audience, "version": version, "now": stamp(now)},
    )
    return curseur.rowcount > 0


def confirm(c: sqlite3.Connection, personne_id: int, audience: str, now: datetime) -> bool:
    """The owner of the mailbox agrees: express from now on. False when nothing waited."""
    curseur = c.execute(
        "UPDATE abonnements SET confirme_a = ?, base = 'expres', expire_le = NULL, origine = 'formulaire'"
        " WHERE abonne_id = ? AND audience = ? AND retire_a IS NULL"
        " AND (confirme_a IS NULL OR (base = 'tacite' AND demande_a > confirme_a))",
        (stamp(now), personne_id, audience),
    )
    return curseur.rowcount > 0


def set_choice(c: sqlite3.Connection, personne_id: int, choix: Choix) -> bool:
    """How often, and whether alerts come too; whether anything changed."""
    valeurs = (choix.rythme, int(choix.alertes))
    curseur = c.execute(
        "UPDATE abonnements SET rythme = ?, alertes = ? WHERE abonne_id = ? AND audience = ?"
        " AND (rythme, alertes) <> (?, ?)",
        (*valeurs, personne_id, choix.audience, *valeurs),
    )
    return curseur.rowcount > 0


def declare(c: sqlite3.Connection, personne_id: int, abonnement: Abonnement, connu: Abonnement | None) -> None:
    """A subscription whose consent was given elsewhere, as the organisation declares it."""
    if connu is not None:
        c.execute("DELETE FROM abonnements WHERE abonne_id = ? AND audience = ?", (personne_id, connu.audience))
    base: Base = abonnement.base
    origine: Origine = abonnement.origine
    c.execute(
        "INSERT INTO abonnements (abonne_id, audience, rythme, alertes, base, origine, texte_version, demande_a,"
        " confirme_a, expire_le) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            personne_id,
            abonnement.audience,
            abonnement.rythme,
            int(abonnement.alertes),
            base,
            origine,
            abonnement.texte_version,
            stamp(abonnement.demande_a),
            stamp(abonnement.confirme_a) if abonnement.confirme_a else None,
            abonnement.expire_le.isoformat() if abonnement.expire_le else None,
        ),
    )


def move(c: sqlite3.Connection, de: int, vers: int, audience: str) -> None:
    """A subscription of one row goes to another of the same person, in the place of the one it had."""
    c.execute("DELETE FROM abonnements WHERE abonne_id = ? AND audience = ?", (vers, audience))
    c.execute("UPDATE abonnements SET abonne_id = ? WHERE abonne_id = ? AND audience = ?", (vers, de, audience))
