"""One-time links: the very first account, a person's own choice of a password, a signed-in session for the demo.

Looking at a link never consumes it: mail scanners and previews open links. Callers open the transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from veille.model import Compte
from veille.store import personnes
from veille.store.comptes import new_token, token_hash
from veille.store.connexion import stamp

GenreLien = Literal["premier", "mot_de_passe", "session"]
EtatLien = Literal["valide", "inconnu", "utilise", "expire", "depasse"]

DUREES: dict[GenreLien, timedelta] = {
    "premier": timedelta(minutes=30),
    "mot_de_passe": timedelta(days=3),  # Handed over to a colleague, who may be away today.
    "session": timedelta(minutes=30),
}
GARDE = timedelta(days=90)


@dataclass(frozen=True)
class Lien:
    """What a token is worth now. `depasse`: it was for the first account, and there is one."""

    etat: EtatLien
    genre: GenreLien = "session"
    compte: Compte | None = None


def create(c: sqlite3.Connection, genre: GenreLien, now: datetime, compte_id: int | None = None) -> str:
    """A new token; those of the same kind already made for this account stop working."""
    jeton, empreinte = new_token()
    c.execute("DELETE FROM liens WHERE expire_a < ?", (stamp(now - GARDE),))
    if compte_id is not None:
        void(c, compte_id, now, genre)
    c.execute(
        "INSERT INTO liens (empreinte, genre, compte_id, cree_a, expire_a) VALUES (?, ?, ?, ?, ?)",
        (empreinte, genre, compte_id, stamp(now), stamp(now + DUREES[genre])),
    )
    return jeton


def state(c: sqlite3.Connection, jeton: str, now: datetime) -> Lien:
    """Whether this token would let someone in, and why not; looking consumes nothing."""
    ligne = c.execute(
        "SELECT genre, compte_id, expire_a, utilise_a FROM liens WHERE empreinte = ?", (token_hash(jeton),)
    ).fetchone()
    if ligne is None:
        return Lien("inconnu")
    genre: GenreLien = ligne["genre"]
    compte = personnes.get(c, ligne["compte_id"]) if ligne["compte_id"] is not None else None
    if ligne["utilise_a"] is not None:
        return Lien("utilise", genre, compte)
    if genre == "premier" and personnes.count(c):
        return Lien("depasse", genre)
    return Lien("valide" if ligne["expire_a"] > stamp(now) else "expire", genre, compte)


def consume(c: sqlite3.Connection, jeton: str, now: datetime) -> Lien:
    """The state of a token; when it was valid, it is not any more."""
    lien = state(c, jeton, now)
    if lien.etat == "valide":
        c.execute("UPDATE liens SET utilise_a = ? WHERE empreinte = ?", (stamp(now), token_hash(jeton)))
    return lien


def void(c: sqlite3.Connection, compte_id: int, now: datetime, genre: GenreLien) -> None:
    """No link of this kind made for this account works any more."""
    c.execute(
        "UPDATE liens SET utilise_a = ? WHERE compte_id = ? AND genre = ? AND utilise_a IS NULL",
        (stamp(now), compte_id, genre),
    )
