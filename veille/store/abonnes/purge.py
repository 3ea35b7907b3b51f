"""What is kept no longer than its rule says (`abonnes/conservation.py`). One short transaction; run at each turn of the watch."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.abonnes.conservation import CHANGEMENT, DEMANDE, ENVOIS, REPONSES, SANS_ABONNEMENT, Duree
from veille.francais import local_day
from veille.store.abonnes import consentements, essais, personnes
from veille.store.abonnes.droits import clean, mark_dirty
from veille.store.connexion import stamp, transaction

ESSAI = timedelta(days=1)  # A test that nobody served keeps an address for nothing.


@dataclass(frozen=True)
class Purge:
    """What one purge did."""

    demandes: int = 0
    changements: int = 0
    tacites: int = 0
    personnes: int = 0
    reponses: int = 0
    envois: int = 0

    @property
    def total(self) -> int:
        """How many rows it touched."""
        return self.demandes + self.changements + self.tacites + self.personnes + self.reponses + self.envois


def purge(c: sqlite3.Connection, now: datetime) -> Purge:
    """Apply every rule, then rewrite the file if someone left it. Outside any transaction."""
    with transaction(c):
        demandes = _forget_requests(c, now)
        changements = c.execute("DELETE FROM changements WHERE demande_a <= ?", (_before(now, CHANGEMENT),)).rowcount
        tacites = _end_tacit(c, now)
        parties = _forget_people(c, now)
        reponses = c.execute(
            "UPDATE envois SET reponse = '' WHERE reponse <> '' AND cree_a <= ?", (_before(now, REPONSES),)
        ).rowcount
        vieux = _forget_deliveries(c, now)
        if demandes or changements or parties or reponses or vieux:
            mark_dirty(c)
    clean(c)
    return Purge(demandes, changements, tacites, parties, reponses, vieux)


def _forget_deliveries(c: sqlite3.Connection, now: datetime) -> int:
    """Deliveries that are long over, and tests never served; what was counted of them is in `veille.db`."""
    vieux = c.execute(
        "DELETE FROM envois WHERE etat IN ('accepte', 'refuse', 'annule') AND cree_a <= ?", (_before(now, ENVOIS),)
    ).rowcount
    return vieux + essais.forget(c, stamp(now - ESSAI))


def _forget_requests(c: sqlite3.Connection, now: datetime) -> int:
    """Requests that nobody confirmed."""
    lignes = c.execute(
        "SELECT a.id, a.audience, p.sujet FROM abonnements a JOIN abonnes p ON p.id = a.abonne_id"
        " WHERE a.confirme_a IS NULL AND a.demande_a <= ?",
        (_before(now, DEMANDE),),
    ).fetchall()
    for ligne in lignes:
        c.execute("DELETE FROM abonnements WHERE id = ?", (ligne["id"],))
        consentements.note(c, "expiration", ligne["sujet"], now, audience=ligne["audience"], origine="conservation")
    return len(lignes)


def _end_tacit(c: sqlite3.Connection, now: datetime) -> int:
    """Tacit consent past its last day; nothing was sent since that day anyway."""
    lignes = c.execute(
        "UPDATE abonnements SET retire_a = ? WHERE retire_a IS NULL AND confirme_a IS NOT NULL AND expire_le < ?"
        " RETURNING audience, (SELECT sujet FROM abonnes WHERE id = abonne_id) AS sujet",
        (stamp(now), local_day(now).isoformat()),
    ).fetchall()
    for ligne in lignes:
        consentements.note(
            c, "expiration", ligne["sujet"], now, audience=ligne["audience"], base="tacite", origine="conservation"
        )
    return len(lignes)


def _forget_people(c: sqlite3.Connection, now: datetime) -> int:
    """People without any subscription: at once when they never had one, else once the delay has run from the last."""
    lignes = c.execute(
        "SELECT p.sujet FROM abonnes p LEFT JOIN abonnements a ON a.abonne_id = p.id"
        " WHERE NOT EXISTS (SELECT 1 FROM changements WHERE p.sujet IN (nouveau_sujet, changements.sujet))"
        " GROUP BY p.id HAVING (count(a.id) = 0 AND p.cree_a <= :neuve)"
        " OR (count(a.id) > 0 AND count(a.id) = count(a.retire_a) AND max(a.retire_a) <= :ancienne)",
        {"neuve": _before(now, CHANGEMENT), "ancienne": _before(now, SANS_ABONNEMENT)},
    ).fetchall()
    for ligne in lignes:
        personnes.delete(c, ligne["sujet"])
        consentements.note(c, "expiration", ligne["sujet"], now, origine="conservation")
    return len(lignes)


def _before(now: datetime, regle: Duree) -> str:
    if regle.duree is None:
        raise LookupError(f"cette règle n’a pas de durée : {regle.quoi}")
    return stamp(now - regle.duree)
