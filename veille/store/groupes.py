"""Groups: which items tell the same story, and the evidence. A group keeps every member."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from veille.model import Rapprochement
from veille.store import decisions
from veille.store.connexion import stamp
from veille.store.decisions import Decision

# A landmark that this many recent items share says nothing of any of them.
REPERE_BANAL = 64
IDENTIQUE = 1.0
MACHINE = "la veille (regroupement)"
CONTRAIRES = "verdicts contraires réunis"


def add_landmarks(c: sqlite3.Connection, item_id: int, reperes: Iterable[int]) -> None:
    """Remember the landmarks of an item (signed 64-bit integers), by which look-alikes are found later."""
    c.executemany(
        "INSERT INTO reperes (repere, item_id) VALUES (?, ?) ON CONFLICT DO NOTHING", [(r, item_id) for r in reperes]
    )


def carrying(c: sqlite3.Connection, reperes: Iterable[int], limite: int) -> list[int]:
    """The latest items that hold any one of these landmarks, a few of each: the hundredth copy still finds the others."""
    lignes = [
        ligne
        for repere in reperes
        for ligne in c.execute(
            "SELECT item_id FROM reperes WHERE repere = ? ORDER BY item_id DESC LIMIT ?", (repere, limite)
        )
    ]
    return [ligne["item_id"] for ligne in lignes]


def sharing(c: sqlite3.Connection, reperes: Iterable[int], communs: int, limite: int, depuis: int = 0) -> list[int]:
    """Items from id `depuis` on that share at least `communs` of these landmarks, the likeliest first.

    Banal landmarks are passed over, and are judged banal on those same items: over the years any pair of words is.
    """
    compte: Counter[int] = Counter()
    for repere in reperes:
        porteurs = c.execute(
            "SELECT item_id FROM reperes WHERE repere = ? AND item_id >= ? LIMIT ?", (repere, depuis, REPERE_BANAL + 1)
        ).fetchall()
        if len(porteurs) <= REPERE_BANAL:
            compte.update(ligne["item_id"] for ligne in porteurs)
    proches = sorted((-n, item_id) for item_id, n in compte.items() if n >= communs)
    return [item_id for _, item_id in proches[:limite]]


def sizes(c: sqlite3.Connection, item_ids: Iterable[int]) -> dict[int, int]:
    """How many items tell the story of each of these, itself included; an item not grouped yet is absent."""
    lignes = c.execute(
        "SELECT m.item_id, (SELECT count(*) FROM membres n WHERE n.groupe_id = m.groupe_id) AS taille FROM membres m"
        " WHERE m.item_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(item_ids)),),
    )
    return {ligne["item_id"]: ligne["taille"] for ligne in lignes}


def place(c: sqlite3.Connection, item_id: int, rapprochements: Sequence[Rapprochement], now: datetime) -> int:
    """Put one new item in the group of the one it resembles most, or in a group of its own; returns the group.

    Only identities (the same address, the same copy) tie groups together: a chain of half-likenesses would end in one
    group that holds the week. Groups tied together become the oldest of them, with every member.
    """
    autres = {int(r.b) if int(r.a) == item_id else int(r.a): r for r in rapprochements}
    meilleur = max(autres.values(), key=lambda r: r.similarite, default=None)
    attaches = [autre for autre, r in autres.items() if r is meilleur or r.similarite >= IDENTIQUE]
    groupes = sorted({_group_of(c, autre) for autre in attaches})
    if meilleur is not None and separated(c, groupes):  # People said that these stories are not one.
        groupes = [_group_of(c, int(meilleur.b) if int(meilleur.a) == item_id else int(meilleur.a))]
    if not groupes:
        groupes = [new_group(c, now)]
    c.execute(
        "INSERT INTO membres (item_id, groupe_id, ajoute_a) VALUES (?, ?, ?) ON CONFLICT (item_id) DO NOTHING",
        (item_id, groupes[0], stamp(now)),
    )
    c.executemany(
        "INSERT INTO rapprochements (item_id, autre_item_id, raison, similarite, vu_a) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(item_id, autre, autres[autre].raison, autres[autre].similarite, stamp(now)) for autre in attaches],
    )
    if len(groupes) > 1:
        _unite(c, groupes, item_id, now)
    return groupes[0]


def _unite(c: sqlite3.Connection, groupes: Sequence[int], item_id: int, now: datetime) -> None:
    """Make several groups the first of them. If people retained one and rejected another, the story is theirs again."""
    cle = json.dumps(list(groupes))
    verdicts = c.execute(
        "SELECT DISTINCT genre FROM verdicts WHERE genre IN ('retenir', 'ecarter') AND groupe_id IN (SELECT value FROM json_each(?))",
        (cle,),
    ).fetchall()
    c.execute("UPDATE membres SET groupe_id = ? WHERE groupe_id IN (SELECT value FROM json_each(?))", (groupes[0], cle))
    if len(verdicts) > 1:
        decisions.record(c, Decision(item_id, "remettre", MACHINE, raison=CONTRAIRES), now)


def separated(c: sqlite3.Connection, groupes: Sequence[int]) -> bool:
    """Whether people split one of these groups from another of them."""
    cle = json.dumps(list(groupes))
    return len(groupes) > 1 and bool(
        c.execute(
            "SELECT 1 FROM decisions_valides WHERE genre = 'scinder'"
            " AND groupe_de IN (SELECT value FROM json_each(:cle)) AND groupe_vers IN (SELECT value FROM json_each(:cle))",
            {"cle": cle},
        ).fetchone()
    )


def move(c: sqlite3.Connection, item_ids: Iterable[int], de: int, vers: int) -> int:
    """Move to group `vers` those of these items that are still in group `de`; returns how many were."""
    cle = json.dumps(list(item_ids))
    return c.execute(
        "UPDATE membres SET groupe_id = ? WHERE groupe_id = ? AND item_id IN (SELECT value FROM json_each(?))",
        (vers, de, cle),
    ).rowcount


def new_group(c: sqlite3.Connection, now: datetime) -> int:
    """An empty group."""
    return int(c.execute("INSERT INTO groupes (cree_a) VALUES (?)", (stamp(now),)).lastrowid or 0)


def count(c: sqlite3.Connection) -> int:
    """How many groups hold something."""
    return int(c.execute("SELECT count(DISTINCT groupe_id) FROM membres").fetchone()[0])


def _group_of(c: sqlite3.Connection, item_id: int) -> int:
    return int(c.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (item_id,)).fetchone()["groupe_id"])
