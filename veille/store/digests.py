"""Digests: one open draft per audience, frozen when approved, published once; and which stories each has held."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from veille.errors import Faute, RefusError, SettingsError, StoreError
from veille.model import Audience
from veille.store import brouillons, figes
from veille.store.connexion import stamp, transaction, unstamp
from veille.store.figes import Fige
from veille.textes import digest_holds, digest_named

MEMOIRE = timedelta(days=400)  # Retained longer ago than this, a story is not even looked at.

EtatDigest = Literal["brouillon", "approuvé", "publié"]
GenreDigest = Literal["bulletin", "rappel", "alerte", "avis"]
REGULIERS: tuple[GenreDigest, ...] = ("bulletin", "rappel")


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
    genre: GenreDigest = "bulletin"

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
    """The most recent digest of an audience, in one of these states when some are given. Alerts, which come between
    issues, are not among them.
    """
    if not etats:
        return _first(c, "WHERE audience = ? AND genre <> 'alerte' ORDER BY id DESC", audience)
    voulus = ", ".join("?" * len(etats))
    return _first(
        c, f"WHERE audience = ? AND genre <> 'alerte' AND etat IN ({voulus}) ORDER BY id DESC", audience, *etats
    )


def open_draft(c: sqlite3.Connection, audience: str) -> Digest | None:
    """The one open draft of an audience's regular issue; an alert or a notice that waits beside it is another matter."""
    return _first(
        c, "WHERE audience = ? AND approuve_a IS NULL AND genre IN ('bulletin', 'rappel') ORDER BY id DESC", audience
    )


def latest_issue(c: sqlite3.Connection, audience: str) -> Digest | None:
    """The most recent regular issue of an audience, or notice that there is none, drafts included; alerts do not count."""
    return _first(c, "WHERE audience = ? AND genre <> 'alerte' ORDER BY id DESC", audience)


def recent(c: sqlite3.Connection, limite: int = 50, audience: str = "") -> list[Digest]:
    """The most recent digests, of one audience or of all, newest first."""
    return _all(c, "WHERE ?1 IN ('', audience) ORDER BY id DESC LIMIT ?2", audience, limite)


def published(c: sqlite3.Connection, audience: str) -> list[Digest]:
    """Every published digest of an audience, oldest first."""
    return _all(c, "WHERE audience = ? AND publie_a IS NOT NULL ORDER BY id", audience)


def next_number(c: sqlite3.Connection, audience: str, genre: GenreDigest = "bulletin") -> int:
    """The number of the audience's draft: the open one's, else the next. An alert or a notice always has one of its own."""
    brouillon = open_draft(c, audience) if genre in REGULIERS else None
    if brouillon:
        return brouillon.numero
    ligne = c.execute("SELECT coalesce(max(numero), 0) + 1 FROM digests WHERE audience = ?", (audience,)).fetchone()
    return int(ligne[0])


def same_day_rank(c: sqlite3.Connection, digest: Digest, jour: date | None = None) -> int:
    """1 for the first digest approved for this audience and this date, 2 for the second: it never changes.

    The order is that of approvals: an alert approved while an older draft waits does not take the draft's address. One
    that is not approved yet gets the rank it would have if it were approved now, dated `jour`.
    """
    ligne = c.execute(
        "SELECT count(*) FROM digests p WHERE p.audience = ?1 AND p.date_le = ?2 AND p.approuve_a IS NOT NULL"
        " AND p.id <> ?3 AND (?4 = '' OR (p.approuve_a, p.id) < (?4, ?3))",
        (
            digest.audience,
            (jour or digest.date_le).isoformat(),
            digest.id,
            stamp(digest.approuve_a) if digest.approuve_a else "",
        ),
    ).fetchone()
    return int(ligne[0]) + 1


def former_groups(c: sqlite3.Connection, audience: str) -> frozenset[int]:
    """Stories that already are in something approved or published for this audience, alerts included."""
    lignes = c.execute(
        "SELECT DISTINCT m.groupe_id FROM digests d JOIN digest_items i ON i.digest_id = d.id AND i.retire_a IS NULL"
        " JOIN membres m ON m.item_id = i.item_id WHERE d.audience = ? AND d.approuve_a IS NOT NULL",
        (audience,),
    )
    return frozenset(ligne["groupe_id"] for ligne in lignes)


def told_errata(c: sqlite3.Connection, audience: str, depuis: datetime) -> list[str]:
    """The errata told by each issue of an audience approved since then, as JSON lists; those that told none are left out."""
    lignes = c.execute(
        "SELECT json_extract(contenu, '$.errata') AS dits FROM digests WHERE audience = ? AND approuve_a >= ?"
        " AND json_array_length(contenu, '$.errata') > 0",
        (audience, stamp(depuis)),
    )
    return [ligne["dits"] for ligne in lignes]


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
    genre: GenreDigest = "bulletin",
) -> int:
    """Create or refresh the audience's open draft. Items that left it keep their row, with `retire_a`. Returns its id.

    An alert or a notice is always a new one: it never takes the place of the regular draft, nor of another.
    """
    with transaction(c):
        brouillon = open_draft(c, audience) if genre in REGULIERS else None
        if brouillon is None:
            curseur = c.execute(
                "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, contenu, genre)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (audience, numero, titre, jour.isoformat(), stamp(now), par, contenu, genre),
            )
            digest_id = int(curseur.lastrowid or 0)
        else:
            digest_id = brouillon.id
            c.execute(
                "UPDATE digests SET titre = ?, date_le = ?, compose_a = ?, compose_par = ?, contenu = ?, genre = ? WHERE id = ?",
                (titre, jour.isoformat(), stamp(now), par, contenu, genre, digest_id),
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
    *,
    fige: Fige,
    vu: int = 0,
) -> None:
    """Freeze a draft and all that was approved with it: from here on, only its publication and errata are added to it.

    `vu`: the latest act on the draft when it was read. Someone who acted since must not see their work lost.
    """
    with transaction(c):
        if brouillons.last_act(c, digest_id) != vu:
            raise RefusError("Quelqu’un vient de modifier ce brouillon : relisez-le, puis approuvez-le de nouveau.")
        curseur = c.execute(
            "UPDATE digests SET date_le = ?, contenu = ?, approuve_a = ?, approuve_par = ?"
            " WHERE id = ? AND approuve_a IS NULL",
            (jour.isoformat(), contenu, stamp(now), par, digest_id),
        )
        if curseur.rowcount != 1:
            raise StoreError(f"Le bulletin {digest_id} vient d’être approuvé par quelqu’un d’autre.")
        _place(c, digest_id, places, now)
        figes.freeze(c, digest_id, fige.regle, fige.modele, fige.controles, fige.rendus)
        c.executemany(
            "INSERT INTO digest_plan (digest_id, element) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(digest_id, element) for element in plan],
        )


def show_draft(c: sqlite3.Connection, digest_id: int, contenu: str) -> None:
    """Keep what a draft shows now, after an act on it; the caller opens the transaction."""
    c.execute("UPDATE digests SET contenu = ? WHERE id = ? AND approuve_a IS NULL", (contenu, digest_id))


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
        genre=ligne["genre"],
    )
