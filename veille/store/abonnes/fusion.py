"""Two people who turn out to be one: a new address, confirmed from its mailbox, was already known.

One `sujet` stays. What the other received, waits for and subscribed to becomes its own, so that an issue reaches this
person once: neither twice under two names, nor never because the name it was meant for is gone.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from veille.abonnes.formes import Abonne, Abonnement
from veille.francais import local_day
from veille.store.abonnes import abonnements, personnes
from veille.store.abonnes.lots import message_name
from veille.store.connexion import stamp

_ATTENDENT = ("en_attente", "reporte", "pris")
_PARTIS = ("engage", "incertain", "accepte")
_DEJA = "le même bulletin va, ou est allé, à l’autre adresse de la même personne"


def merge(c: sqlite3.Connection, part: Abonne, reste: Abonne, now: datetime) -> None:
    """All that `part` had goes to `reste`, and `part` is no more. Inside the caller's transaction."""
    _move_subscriptions(c, part, reste, now)
    _move_deliveries(c, part.sujet, reste.sujet, now)
    personnes.delete(c, part.sujet)


def _move_subscriptions(c: sqlite3.Connection, part: Abonne, reste: Abonne, now: datetime) -> None:
    """What is alive wins over what was left, never confirmed or ended; between two that live, express consent does."""
    jour = local_day(now)
    connus = {a.audience: a for a in reste.abonnements}
    for abonnement in part.abonnements:
        connu = connus.get(abonnement.audience)
        if abonnement.active(jour) and (connu is None or not connu.active(jour) or _stronger(abonnement, connu)):
            abonnements.move(c, part.id, reste.id, abonnement.audience)


def _stronger(un: Abonnement, autre: Abonnement) -> bool:
    if un.base == autre.base:
        return un.expire_le is not None and autre.expire_le is not None and un.expire_le > autre.expire_le
    return un.base == "expres"


def _move_deliveries(c: sqlite3.Connection, part: str, reste: str, now: datetime) -> None:
    """An issue that both were to receive, or that one has received, goes once. No row goes away: they are counted."""
    siens = {x["digest_id"]: x for x in _deliveries(c, reste)}
    for envoi in _deliveries(c, part):
        autre = siens.get(envoi["digest_id"])
        if autre is None:
            _hand_over(c, envoi, reste, now)
        elif _rank(envoi) <= _rank(autre):
            _set_aside(c, envoi, now)
        elif envoi["etat"] in _PARTIS:
            _set_aside(c, autre, now)
            for qui, ident in ((f"{part} ", autre["id"]), (reste, envoi["id"]), (part, autre["id"])):
                c.execute("UPDATE envois SET sujet = ? WHERE id = ?", (qui, ident))
        else:  # The name that stays was refused, or had left; the one that goes still waited.
            _set_aside(c, envoi, now)
            c.execute(
                "UPDATE envois SET etat = ?, essais = 0, prochain_a = ?, tranche_a = NULL, reponse = '' WHERE id = ?",
                ("reporte" if envoi["etat"] == "reporte" else "en_attente", stamp(now), autre["id"]),
            )


def _deliveries(c: sqlite3.Connection, sujet: str) -> list[sqlite3.Row]:
    return c.execute("SELECT * FROM envois WHERE sujet = ? AND digest_id IS NOT NULL ORDER BY id", (sujet,)).fetchall()


def _rank(envoi: sqlite3.Row) -> int:
    """How far a message went."""
    if envoi["etat"] in _PARTIS:
        return 3 if envoi["etat"] == "accepte" else 2
    return 1 if envoi["etat"] in _ATTENDENT else 0


def _set_aside(c: sqlite3.Connection, envoi: sqlite3.Row, now: datetime) -> None:
    if envoi["etat"] in _ATTENDENT:
        c.execute(
            "UPDATE envois SET etat = 'annule', bail_a = NULL, tranche_a = ?, reponse = ? WHERE id = ?",
            (stamp(now), _DEJA, envoi["id"]),
        )


def _hand_over(c: sqlite3.Connection, envoi: sqlite3.Row, reste: str, now: datetime) -> None:
    """A sender that holds the message knows it by the name that is going, and will set it aside: another takes its place."""
    if envoi["etat"] != "pris":
        c.execute("UPDATE envois SET sujet = ? WHERE id = ?", (reste, envoi["id"]))
        return
    _set_aside(c, envoi, now)
    c.execute(
        "INSERT INTO envois (genre, digest_id, sujet, message_id, contexte, prochain_a, cree_a, generique, compte)"
        " SELECT genre, digest_id, ?, ?, contexte, ?, cree_a, generique, compte FROM envois WHERE id = ?",
        (reste, message_name(envoi["digest_id"]), stamp(now), envoi["id"]),
    )
