"""To whom nothing is sent any more: a keyed hash of each address, for one audience or for all.

Only the owner of the mailbox lifts it, by confirming anew with the link that they alone received.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from veille.abonnes.formes import Acte, MotifSuppression
from veille.store.abonnes import consentements, personnes
from veille.store.connexion import stamp

# A complaint or an erasure is not undone by whoever types the address in a form: not even a confirmation is sent.
DEFINITIFS: tuple[MotifSuppression, ...] = ("plainte", "effacement")

_ACTES: dict[MotifSuppression, Acte] = {
    "desabonnement": "retrait",
    "refus": "retrait",
    "rebond": "rebond",
    "plainte": "plainte",
    "effacement": "effacement",
}


def address_hash(c: sqlite3.Connection, adresse: str) -> bytes:
    """What stays of an address: its HMAC under a key that never leaves this file."""
    return hash_under(personnes.secret(c, "empreintes"), adresse)


def hash_under(cle: bytes, adresse: str) -> bytes:
    """The same, for who hashes many addresses under the key `secret(c, "empreintes")`."""
    return hmac.new(cle, adresse.encode(), hashlib.sha256).digest()


def suppress(
    c: sqlite3.Connection,
    adresse: str,
    motif: MotifSuppression,
    now: datetime,
    audience: str = "",
    *,
    origine: str = "",
    preuve: str = "",
) -> bool:
    """Send nothing more to this canonical address, for one audience or for all, from this very transaction on.

    Its subscriptions are retired and the act is journaled. Done again, it changes nothing and returns False.
    """
    retires = _retire(c, adresse, audience, now)
    nouveau = _insert(c, address_hash(c, adresse), audience, motif, now)
    personne = personnes.find(c, adresse)
    if personne is not None and (retires or nouveau):
        for slug in retires or (audience,):
            consentements.note(c, _ACTES[motif], personne.sujet, now, audience=slug, origine=origine, preuve=preuve)
    return bool(retires or nouveau)


def is_suppressed(c: sqlite3.Connection, adresse: str, audience: str = "") -> bool:
    """Whether nothing may be sent to this address for this audience; without one, whether it is closed to all."""
    return holds(c, address_hash(c, adresse), audience)


def holds(c: sqlite3.Connection, empreinte: bytes, audience: str) -> bool:
    """The same, from the hash of the address."""
    ligne = c.execute(
        "SELECT 1 FROM suppressions WHERE empreinte = ? AND audience IN ('', ?) AND levee_a IS NULL",
        (empreinte, audience),
    ).fetchone()
    return ligne is not None


def is_final(c: sqlite3.Connection, adresse: str) -> bool:
    """Whether a complaint or an erasure forbids even a service message."""
    ligne = c.execute(
        f"SELECT 1 FROM suppressions WHERE empreinte = ? AND levee_a IS NULL AND motif IN {DEFINITIFS}",
        (address_hash(c, adresse),),
    ).fetchone()
    return ligne is not None


def lift(c: sqlite3.Connection, adresse: str, audiences: Iterable[str], now: datetime) -> None:
    """The owner of the mailbox confirmed: these audiences may write again; what was closed for all reopens for them."""
    empreinte = address_hash(c, adresse)
    for audience in ("", *audiences):
        c.execute(
            "UPDATE suppressions SET levee_a = ? WHERE empreinte = ? AND audience = ? AND levee_a IS NULL",
            (stamp(now), empreinte, audience),
        )


def soften(c: sqlite3.Connection, adresse: str) -> bool:
    """The person asks to come back after a complaint or an erasure: from now on a confirmation may be sent to them.

    Nothing else is: the address stays closed until its owner confirms.
    """
    curseur = c.execute(
        "UPDATE suppressions SET motif = 'desabonnement' WHERE empreinte = ? AND levee_a IS NULL"
        " AND motif IN ('plainte', 'effacement')",
        (address_hash(c, adresse),),
    )
    return curseur.rowcount > 0


def _retire(c: sqlite3.Connection, adresse: str, audience: str, now: datetime) -> tuple[str, ...]:
    lignes = c.execute(
        "UPDATE abonnements SET retire_a = ? WHERE abonne_id = (SELECT id FROM abonnes WHERE adresse = ?)"
        " AND ? IN ('', audience) AND retire_a IS NULL RETURNING audience",
        (stamp(now), adresse, audience),
    ).fetchall()
    return tuple(sorted(ligne["audience"] for ligne in lignes))


def _insert(c: sqlite3.Connection, empreinte: bytes, audience: str, motif: MotifSuppression, now: datetime) -> bool:
    """Whether anything was added: a complaint or an erasure replaces a lighter reason, never the reverse."""
    curseur = c.execute(
        "INSERT INTO suppressions (empreinte, audience, motif, depuis_a) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (empreinte, audience) DO UPDATE SET motif = excluded.motif, depuis_a = excluded.depuis_a,"
        " levee_a = NULL WHERE levee_a IS NOT NULL OR (excluded.motif IN ('plainte', 'effacement') AND motif NOT IN"
        " ('plainte', 'effacement')) OR (excluded.motif = 'effacement' AND motif = 'plainte')",
        (empreinte, audience, motif, stamp(now)),
    )
    return curseur.rowcount > 0
