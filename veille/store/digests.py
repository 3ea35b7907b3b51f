"""Digests: one open draft per audience, frozen when approved, published once; and which stories each has held."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from veille.errors import Faute, RefusError, SettingsError, StoreError
from veille.model import Audience
from veille.store.connexion import stamp, transaction, unstamp
from veille.textes import digest_holds, digest_named

EtatDigest = Literal["brouillon", "approuvé", "publié"]


@dataclass(frozen=True)
class Digest:
    """One issue of an audience. `contenu` is JSON: what a draft would show today, then what was approved."""

    id: int
    audience: str
    numero: int
    titre: str
    date_le: date
    etat: EtatDigest
    compose_a: datetime
    compose_par: str
    approuve_a: datetime | None
    approuve_par: str
    publie_a: datetime | None
    publie_par: str
    contenu: str

    @property
    def designation(self) -> str:
        """« nº 3 (ID 12) »: its number among its audience's, and the one commands take."""
        return digest_named(self.numero, self.id)


@dataclass(frozen=True)
class Place:
    """Where an item stands in a digest."""

    item_id: int
    rubrique: str


@dataclass(frozen=True)
class BilanDigest:
    """What an act did to a digest. `digest` is its id; `fichiers` are relative to the folder; `a_rediger` blocks approval.

    `items` counts what it holds; in the team's reminder (`rappel`), what is left to settle.
    """

    digest: int
    audience: str
    numero: int
    etat: str
    items: int
    fichiers: tuple[str, ...] = ()
    a_rediger: tuple[str, ...] = ()
    message: str = ""
    rappel: bool = False

    @property
    def designation(self) -> str:
        """« nº 3 (ID 12) »: its number among its audience's, and the one commands take."""
        return digest_named(self.numero, self.digest)

    @property
    def contenu(self) -> str:
        """What it holds, in words: pages and commands say the same thing of it."""
        return digest_holds(self.items, rappel=self.rappel)


def sync_audiences(c: sqlite3.Connection, audiences: Iterable[Audience]) -> None:
    """Make the table say what digests/*/audience.toml say. An audience no longer there keeps its row and its digests.

    A reminder is the team's own, whatever its file says of its visibility.
    """
    voulues = {
        a.slug: (a.slug, a.nom, "interne" if a.genre == "rappel" else a.visibilite, a.rythme, a.jour) for a in audiences
    }
    connues = {
        ligne["slug"]: tuple(ligne) for ligne in c.execute("SELECT slug, nom, visibilite, rythme, jour FROM audiences")
    }
    changees = [rangee for slug, rangee in voulues.items() if connues.get(slug) != rangee]
    if not changees:
        return
    with transaction(c):
        c.executemany(
            "INSERT INTO audiences (slug, nom, visibilite, rythme, jour) VALUES (?, ?, ?, ?, ?) ON CONFLICT (slug) DO"
            " UPDATE SET nom = excluded.nom, visibilite = excluded.visibilite, rythme = excluded.rythme, jour = excluded.jour",
            changees,
        )


def find_audience(audiences: Iterable[Audience], slug: str) -> Audience:
    """The audience of this name, or SettingsError with those that exist."""
    toutes = {a.slug: a for a in audiences}
    if slug not in toutes:
        connues = ", ".join(sorted(toutes)) or "aucun"
        raise SettingsError([Faute("digests/", "public", slug, f"publics connus : {connues}")])
    return toutes[slug]


def get(c: sqlite3.Connection, digest_id: int) -> Digest | None:
    """One digest by its id."""
    return _first(c, "WHERE id = ?", digest_id)


def require(c: sqlite3.Connection, digest_id: int, audience: str = "") -> Digest:
    """One digest by its id; RefusError when there is none, or when it is not this audience's."""
    digest = get(c, digest_id)
    if digest is None:
        raise RefusError(f"Aucun bulletin ne porte l’identifiant (ID) {digest_id}.")
    if audience and digest.audience != audience:
        raise RefusError(
            f"Le bulletin {digest.designation} est celui du public « {digest.audience} », pas « {audience} »."
        )
    return digest


def latest(c: sqlite3.Connection, audience: str, *etats: EtatDigest) -> Digest | None:
    """The most recent digest of an audience, in one of these states when some are given."""
    if not etats:
        return _first(c, "WHERE audience = ? ORDER BY id DESC", audience)
    return _first(
        c, f"WHERE audience = ? AND etat IN ({', '.join('?' * len(etats))}) ORDER BY id DESC", audience, *etats
    )


def recent(c: sqlite3.Connection, limite: int = 50, audience: str = "") -> list[Digest]:
    """The most recent digests, of one audience or of all, newest first."""
    return _all(c, "WHERE ?1 IN ('', audience) ORDER BY id DESC LIMIT ?2", audience, limite)


def published(c: sqlite3.Connection, audience: str) -> list[Digest]:
    """Every published digest of an audience, oldest first."""
    return _all(c, "WHERE audience = ? AND publie_a IS NOT NULL ORDER BY id", audience)


def next_number(c: sqlite3.Connection, audience: str) -> int:
    """The number of the audience's draft: the open one's, else the next."""
    brouillon = latest(c, audience, "brouillon")
    if brouillon:
        return brouillon.numero
    ligne = c.execute("SELECT coalesce(max(numero), 0) + 1 FROM digests WHERE audience = ?", (audience,)).fetchone()
    return int(ligne[0])


def same_day_rank(c: sqlite3.Connection, digest: Digest) -> int:
    """1 for the first digest approved for this audience and this date, 2 for the second: it never changes."""
    ligne = c.execute(
        "SELECT count(*) FROM digests WHERE audience = ? AND date_le = ? AND approuve_a IS NOT NULL AND id < ?",
        (digest.audience, digest.date_le.isoformat(), digest.id),
    ).fetchone()
    return int(ligne[0]) + 1


def former_groups(c: sqlite3.Connection, audience: str) -> frozenset[int]:
    """Stories that already are in an approved or published digest of this audience."""
    lignes = c.execute(
        "SELECT DISTINCT m.groupe_id FROM digests d JOIN digest_items i ON i.digest_id = d.id AND i.retire_a IS NULL"
        " JOIN membres m ON m.item_id = i.item_id WHERE d.audience = ? AND d.approuve_a IS NOT NULL",
        (audience,),
    )
    return frozenset(ligne["groupe_id"] for ligne in lignes)


def groups_of(c: sqlite3.Connection, digest_id: int) -> list[int]:
    """The stories a digest holds today, in its order."""
    lignes = c.execute(
        "SELECT m.groupe_id FROM digest_items i JOIN membres m ON m.item_id = i.item_id"
        " WHERE i.digest_id = ? AND i.retire_a IS NULL ORDER BY i.rang",
        (digest_id,),
    )
    return list(dict.fromkeys(ligne["groupe_id"] for ligne in lignes))


def count_new(c: sqlite3.Connection, depuis: datetime) -> int:
    """Items first seen since then."""
    return int(c.execute("SELECT count(*) FROM items WHERE vu_a >= ?", (stamp(depuis),)).fetchone()[0])


def save_draft(
    c: sqlite3.Connection,
    audience: str,
    numero: int,
    titre: str,
    jour: date,
    contenu: str,
    places: Sequence[Place],
    par: str,
    now: datetime,
) -> int:
    """Create or refresh the audience's open draft. Items that left it keep their row, with `retire_a`. Returns its id."""
    with transaction(c):
        brouillon = latest(c, audience, "brouillon")
        if brouillon is None:
            curseur = c.execute(
                "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, contenu)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (audience, numero, titre, jour.isoformat(), stamp(now), par, contenu),
            )
            digest_id = int(curseur.lastrowid or 0)
        else:
            digest_id = brouillon.id
            c.execute(
                "UPDATE digests SET titre = ?, date_le = ?, compose_a = ?, compose_par = ?, contenu = ? WHERE id = ?",
                (titre, jour.isoformat(), stamp(now), par, contenu, digest_id),
            )
        _place(c, digest_id, places, now)
    return digest_id


def approve(
    c: sqlite3.Connection,
    digest_id: int,
    jour: date,
    contenu: str,
    places: Sequence[Place],
    plan: Iterable[str],
    par: str,
    now: datetime,
) -> None:
    """Freeze a draft: from here on, only its publication is added to it."""
    with transaction(c):
        curseur = c.execute(
            "UPDATE digests SET date_le = ?, contenu = ?, approuve_a = ?, approuve_par = ?"
            " WHERE id = ? AND approuve_a IS NULL",
            (jour.isoformat(), contenu, stamp(now), par, digest_id),
        )
        if curseur.rowcount != 1:
            raise StoreError(f"Le bulletin {digest_id} vient d’être approuvé par quelqu’un d’autre.")
        _place(c, digest_id, places, now)
        c.executemany(
            "INSERT INTO digest_plan (digest_id, element) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(digest_id, element) for element in plan],
        )


def mark_published(c: sqlite3.Connection, digest_id: int, par: str, now: datetime) -> bool:
    """Record that the files are out; a digest published before keeps its first date. Returns whether it is new."""
    with transaction(c):
        curseur = c.execute(
            "UPDATE digests SET publie_a = ?, publie_par = ?"
            " WHERE id = ? AND approuve_a IS NOT NULL AND publie_a IS NULL",
            (stamp(now), par, digest_id),
        )
    return curseur.rowcount == 1


def _place(c: sqlite3.Connection, digest_id: int, places: Sequence[Place], now: datetime) -> None:
    c.execute("UPDATE digest_items SET retire_a = ? WHERE digest_id = ? AND retire_a IS NULL", (stamp(now), digest_id))
    c.executemany(
        "INSERT INTO digest_items (digest_id, item_id, rang, rubrique) VALUES (?, ?, ?, ?) ON CONFLICT (digest_id, item_id)"
        " DO UPDATE SET rang = excluded.rang, rubrique = excluded.rubrique, retire_a = NULL",
        [(digest_id, place.item_id, rang, place.rubrique) for rang, place in enumerate(places, start=1)],
    )


def _first(c: sqlite3.Connection, suite: str, *valeurs: object) -> Digest | None:
    ligne = c.execute(f"SELECT * FROM digests {suite}", valeurs).fetchone()
    return _digest(ligne) if ligne else None


def _all(c: sqlite3.Connection, suite: str, *valeurs: object) -> list[Digest]:
    return [_digest(ligne) for ligne in c.execute(f"SELECT * FROM digests {suite}", valeurs)]


def _digest(ligne: sqlite3.Row) -> Digest:
    return Digest(
        id=ligne["id"],
        audience=ligne["audience"],
        numero=ligne["numero"],
        titre=ligne["titre"],
        date_le=date.fromisoformat(ligne["date_le"]),
        etat=ligne["etat"],
        compose_a=unstamp(ligne["compose_a"]),
        compose_par=ligne["compose_par"],
        approuve_a=unstamp(ligne["approuve_a"]) if ligne["approuve_a"] else None,
        approuve_par=ligne["approuve_par"] or "",
        publie_a=unstamp(ligne["publie_a"]) if ligne["publie_a"] else None,
        publie_par=ligne["publie_par"] or "",
        contenu=ligne["contenu"] or "",
    )
