"""The proof of consent: what was shown, and each act about a person, in a journal that only grows."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from veille.abonnes import textes
from veille.abonnes.formes import Acte
from veille.francais import local_day
from veille.store.abonnes.personnes import secret
from veille.store.connexion import stamp, unstamp

TROUVAILLE_MAX = 100
_FUSION = "sujet "


@dataclass(frozen=True)
class Inscription:
    """One line of the journal."""

    acte: Acte
    audience: str
    base: str
    texte_version: str
    origine: str
    preuve: str
    fait_a: datetime


def note(
    c: sqlite3.Connection,
    acte: Acte,
    sujet: str,
    now: datetime,
    *,
    audience: str = "",
    base: str = "",
    texte_version: str = "",
    origine: str = "",
    preuve: str = "",
) -> None:
    """Write one act down. `preuve` must hold no address: nothing here is ever erased."""
    c.execute(
        "INSERT INTO journal_consentement (sujet, audience, acte, base, texte_version, origine, preuve, fait_a)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (sujet, audience, acte, base, texte_version, origine, preuve, stamp(now)),
    )


def journal(c: sqlite3.Connection, sujet: str) -> list[Inscription]:
    """Everything that was done about this person, oldest first."""
    lignes = c.execute("SELECT * FROM journal_consentement WHERE sujet = ? ORDER BY id", (sujet,))
    return [
        Inscription(
            x["acte"], x["audience"], x["base"], x["texte_version"], x["origine"], x["preuve"], unstamp(x["fait_a"])
        )
        for x in lignes
    ]


def note_merge(c: sqlite3.Connection, part: str, reste: str, now: datetime) -> None:
    """Two people turned out to be one, known by `reste` from now on."""
    note(c, "correction", reste, now, origine="preferences", preuve=f"{_FUSION}{part}")


def heir(c: sqlite3.Connection, sujet: str) -> str:
    """The name under which this person is known now: their own, unless they became one with another since."""
    requete = "SELECT sujet FROM journal_consentement WHERE acte = 'correction' AND preuve = ? ORDER BY id DESC LIMIT 1"
    vus: set[str] = set()
    while sujet not in vus and (ligne := c.execute(requete, (f"{_FUSION}{sujet}",)).fetchone()):
        vus.add(sujet)
        sujet = str(ligne[0])
    return sujet


def has_consented(c: sqlite3.Connection, sujet: str) -> bool:
    """Whether this person ever confirmed from their mailbox, or came by a list."""
    requete = "SELECT 1 FROM journal_consentement WHERE sujet = ? AND acte IN ('confirmation', 'import') LIMIT 1"
    return c.execute(requete, (sujet,)).fetchone() is not None


def shown(c: sqlite3.Connection, texte: str) -> str:
    """The version under which these words were shown before, or ""."""
    empreinte = textes.fingerprint(texte)
    lignes = c.execute(
        "SELECT version, texte FROM textes_consentement WHERE version LIKE ? ORDER BY version DESC LIMIT ?",
        (f"%-{empreinte}", TROUVAILLE_MAX),
    )
    return next((str(ligne["version"]) for ligne in lignes if ligne["texte"] == texte), "")


def keep(c: sqlite3.Connection, texte: str, now: datetime) -> str:
    """The version of these words, which are kept from the first time they are shown."""
    if deja := shown(c, texte):
        return deja
    version = textes.version(texte, local_day(now))
    c.execute(
        "INSERT INTO textes_consentement (version, texte, depuis_a) VALUES (?, ?, ?)", (version, texte, stamp(now))
    )
    return version


def text_of(c: sqlite3.Connection, version: str) -> str:
    """The words that people saw under this version, or ""."""
    ligne = c.execute("SELECT texte FROM textes_consentement WHERE version = ?", (version,)).fetchone()
    return str(ligne[0]) if ligne else ""


def network_proof(c: sqlite3.Connection, adresse_reseau: str) -> str:
    """A keyed hash of where a request came from: it can be checked against an address named in a dispute, not read."""
    if not adresse_reseau:
        return ""
    brut = hmac.new(secret(c, "preuves"), adresse_reseau.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"réseau {brut.hexdigest()[:16]}"
