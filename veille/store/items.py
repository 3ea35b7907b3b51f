"""Items, their versions and texts: the ingest path, and what each stage still has to read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from veille.francais import local_day
from veille.model import Document, Item
from veille.store.connexion import stamp, unstamp

PAQUET = 500


def known(c: sqlite3.Connection, source_id: int, items: Sequence[Item]) -> dict[str, bytes]:
    """What this source already gave and that concerns these items: key → fingerprint, wherever either is shared."""
    cles = list(dict.fromkeys(cle for item in items for cle in (item.cle, *item.autres_cles)))
    trouves: dict[str, bytes] = {}
    for colonne, valeurs in (("cle", cles), ("empreinte", list({item.empreinte for item in items}))):
        for debut in range(0, len(valeurs), PAQUET):
            paquet = valeurs[debut : debut + PAQUET]
            requete = f"SELECT cle, empreinte FROM items WHERE source_id = ? AND {colonne} IN ({_marks(paquet)})"
            trouves.update(c.execute(requete, (source_id, *paquet)).fetchall())
    return trouves


def insert(c: sqlite3.Connection, source_id: int, items: Iterable[Item], now: datetime) -> int:
    """Add new items, in the order given; one already there is left alone. Returns how many were added."""
    ajoutes = 0
    for item in items:
        curseur = c.execute(
            "INSERT INTO items (source_id, cle, titre, adresse, adresse_origine, auteur, publie_a, publie_texte,"
            " date_douteuse, vu_a, langue, resume, empreinte) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (source_id, cle) DO NOTHING",
            (
                source_id,
                item.cle,
                item.titre,
                item.adresse,
                item.adresse_origine,
                item.auteur,
                stamp(item.publie_a) if item.publie_a else None,
                item.publie_texte,
                item.doute,
                stamp(now),
                item.langue,
                item.resume,
                item.empreinte,
            ),
        )
        if curseur.rowcount == 1:
            ajoutes += 1
            if item.texte:
                c.execute("INSERT INTO textes (item_id, texte) VALUES (?, ?)", (curseur.lastrowid, item.texte))
            _keep_passages(c, int(curseur.lastrowid or 0), 1, item, now)
    return ajoutes


def correct(c: sqlite3.Connection, source_id: int, items: Iterable[Item], now: datetime) -> int:
    """The source changed these items: what they said is kept in `versions`, then they say the new thing."""
    corriges = 0
    for item in items:
        ancien = c.execute(
            "SELECT i.*, coalesce(t.texte, '') AS texte FROM items i LEFT JOIN textes t ON t.item_id = i.id"
            " WHERE source_id = ? AND cle = ?",
            (source_id, item.cle),
        ).fetchone()
        if ancien is None or ancien["empreinte"] == item.empreinte:
            continue
        _keep_version(c, ancien, now)
        c.execute(
            "UPDATE items SET titre = ?, auteur = ?, publie_a = ?, publie_texte = ?, date_douteuse = ?, langue = ?,"
            " resume = ?, empreinte = ?, version = version + 1, version_a = ? WHERE id = ?",
            (
                item.titre,
                item.auteur,
                stamp(item.publie_a) if item.publie_a else None,
                item.publie_texte,
                item.doute,
                item.langue,
                item.resume,
                item.empreinte,
                stamp(now),
                ancien["id"],
            ),
        )
        c.execute(
            "INSERT INTO textes (item_id, texte) VALUES (?, ?) ON CONFLICT (item_id) DO UPDATE SET texte = excluded.texte",
            (ancien["id"], item.texte),
        )
        _keep_passages(c, ancien["id"], ancien["version"] + 1, item, now)
        corriges += 1
    return corriges


_DOCUMENT = """
    SELECT i.id, i.version, i.titre, i.resume, i.langue, i.adresse, i.publie_a, i.vu_a, coalesce(t.texte, '') AS texte,
        s.slug, s.territoire, s.type
    FROM items i JOIN sources s ON s.id = i.source_id LEFT JOIN textes t ON t.item_id = i.id
"""


# Judged by another model, recent, and its story waits for people: what a new model judges again.
_A_REVOIR = """
    (i.vu_a >= :depuis AND NOT EXISTS (
        SELECT 1 FROM membres m JOIN membres n ON n.groupe_id = m.groupe_id JOIN decisions_valides d ON d.item_id = n.item_id
        WHERE m.item_id = i.id AND d.genre IN ('retenir', 'ecarter') AND NOT EXISTS (
            SELECT 1 FROM membres o JOIN decisions_valides r ON r.item_id = o.item_id
            WHERE o.groupe_id = m.groupe_id AND r.genre = 'remettre' AND r.id > d.id)))
"""


def ungrouped(c: sqlite3.Connection, limite: int) -> list[Document]:
    """Items that no group holds yet, in arrival order."""
    lignes = c.execute(
        f"{_DOCUMENT} WHERE NOT EXISTS (SELECT 1 FROM membres m WHERE m.item_id = i.id) ORDER BY i.id LIMIT ?",
        (limite,),
    )
    return [_document(ligne) for ligne in lignes]


def unjudged(
    c: sqlite3.Connection, modele: str, limite: int, avant: int = 2**62, depuis: datetime | None = None
) -> list[tuple[Document, int]]:
    """Items whose last judgement is not of their present version by this model, newest first, with that version.

    `avant`: only items of a lower id, for who goes on from a first packet. `depuis`: what another model judged is judged
    again only when it was seen since then and nobody has settled its story; without it, always.
    """
    a_revoir = "1" if depuis is None else _A_REVOIR
    lignes = c.execute(
        f"{_DOCUMENT} LEFT JOIN classements k ON k.id = (SELECT max(id) FROM classements WHERE item_id = i.id)"
        " WHERE i.id < :avant AND (k.id IS NULL OR k.version <> i.version OR"
        f" (k.modele <> :modele AND {a_revoir})) ORDER BY i.id DESC LIMIT :limite",
        {"avant": avant, "modele": modele, "limite": limite, "depuis": stamp(depuis) if depuis else ""},
    )
    return [(_document(ligne), ligne["version"]) for ligne in lignes]


def latest(c: sqlite3.Connection, limite: int) -> list[Document]:
    """The last items that came, from any source."""
    return [_document(ligne) for ligne in c.execute(f"{_DOCUMENT} ORDER BY i.id DESC LIMIT ?", (limite,))]


def latest_of(c: sqlite3.Connection, source: str, limite: int) -> list[Document]:
    """The last items that came from one source."""
    lignes = c.execute(f"{_DOCUMENT} WHERE s.slug = ? ORDER BY i.vu_a DESC, i.publie_a DESC LIMIT ?", (source, limite))
    return [_document(ligne) for ligne in lignes]


def first_since(c: sqlite3.Connection, instant: datetime) -> int:
    """The lowest id among items seen since then; past every id when there is none."""
    ligne = c.execute("SELECT id FROM items WHERE vu_a >= ? ORDER BY vu_a LIMIT 1", (stamp(instant),)).fetchone()
    return int(ligne["id"]) if ligne else 2**62


def documents(c: sqlite3.Connection, ids: Sequence[int]) -> Iterator[Document]:
    """The documents of these items, whatever their number."""
    for debut in range(0, len(ids), PAQUET):
        paquet = ids[debut : debut + PAQUET]
        for ligne in c.execute(f"{_DOCUMENT} WHERE i.id IN ({_marks(paquet)})", tuple(paquet)):
            yield _document(ligne)


def find(c: sqlite3.Connection, adresse: str) -> int | None:
    """The item that stands at this address, if it was collected."""
    ligne = c.execute("SELECT id FROM items WHERE ? IN (adresse, adresse_origine) ORDER BY id", (adresse,)).fetchone()
    return int(ligne["id"]) if ligne else None


def totals(c: sqlite3.Connection) -> dict[str, int]:
    """How many rows the main tables hold: items, suggestions of the latest judgements, digests."""
    return {
        "items": int(c.execute("SELECT count(*) FROM items").fetchone()[0]),
        "suggestions": int(c.execute("SELECT count(*) FROM suggestions_courantes").fetchone()[0]),
        "digests": int(c.execute("SELECT count(*) FROM digests").fetchone()[0]),
    }


def _document(ligne: sqlite3.Row) -> Document:
    return Document(
        id=str(ligne["id"]),
        titre=ligne["titre"],
        resume=ligne["resume"],
        texte=ligne["texte"],
        date=_day(ligne["publie_a"] or ligne["vu_a"]),
        source=ligne["slug"],
        adresse=ligne["adresse"],
        territoire_source=ligne["territoire"],
        type_source=ligne["type"],
        langue=ligne["langue"],
    )


def _marks(paquet: Sequence[object]) -> str:
    return ", ".join("?" * len(paquet))


def _day(instant: str) -> date:
    return local_day(unstamp(instant))


def _keep_passages(c: sqlite3.Connection, item_id: int, version: int, item: Item, now: datetime) -> None:
    """Of a press text that is not kept, what will still tell a copy."""
    if item.passages:
        c.execute(
            "INSERT INTO empreintes_presse (item_id, version, passages, faite_a) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (item_id, version, item.passages, stamp(now)),
        )


def _keep_version(c: sqlite3.Connection, ancien: sqlite3.Row, now: datetime) -> None:
    c.execute(
        "INSERT INTO versions (item_id, numero, titre, auteur, publie_a, publie_texte, resume, texte, empreinte,"
        " remplacee_a) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ancien["id"],
            ancien["version"],
            ancien["titre"],
            ancien["auteur"],
            ancien["publie_a"],
            ancien["publie_texte"],
            ancien["resume"],
            ancien["texte"],
            ancien["empreinte"],
            stamp(now),
        ),
    )
