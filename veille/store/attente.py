"""Reading the queue: one page of stories in their order, and how many there are. Every query follows an index."""

from __future__ import annotations

import heapq
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Literal, get_args

from veille.classifier.tirage import Motif

Etat = Literal["a_trancher", "plus_tard", "retenu", "ecarte"]
ETATS: tuple[Etat, ...] = ("a_trancher", "plus_tard", "retenu", "ecarte")
COMPTE_MAX = 1000  # Beyond, « plus de 1 000 » says enough.
TROUVES_MAX = 5000  # Of a word everyone uses, the latest items are enough.
MOTS_MAX = 12
# A shorter word is looked for as it is (« HLM », « MRC »): of all the words that begin with « l », the index would first
# make one list, half a second long in an archive of a million items.
LIBRE_MIN = 4


@dataclass(frozen=True)
class Criteres:
    """Which stories: a state, local days of arrival (both included), labels that all must be there, words of the text.

    `etiquettes`: (kind, value), as `file.labels` writes them; « * », for « tirage », accepts any.
    """

    etat: Etat
    debut: date
    fin: date
    etiquettes: tuple[tuple[str, str], ...] = ()
    texte: str = ""


@dataclass(frozen=True)
class Place:
    """Where one story stands. `revision` changes whenever anything of the story does."""

    groupe_id: int
    palier: int
    revision: int
    pertinence: float


def page(c: sqlite3.Connection, criteres: Criteres, depart: int, nombre: int) -> list[Place]:
    """`nombre` stories from the `depart`-th: those to settle by expected value, the others by latest decision."""
    if criteres.etat == "a_trancher" and not criteres.etiquettes and not _typed(criteres.texte):
        return list(islice(_by_value(c, criteres), depart, depart + nombre))
    ordre = "f.palier, f.rang DESC" if criteres.etat == "a_trancher" else "f.decision_id DESC"
    origine, valeurs = _from(criteres, _words(c, criteres.texte))
    lignes = c.execute(
        f"SELECT f.groupe_id, f.palier, f.revision, f.pertinence {origine}"
        f" ORDER BY {ordre}, f.groupe_id DESC LIMIT :nombre OFFSET :depart",
        valeurs | {"nombre": nombre, "depart": depart},
    )
    return [_place(ligne) for ligne in lignes]


def count(c: sqlite3.Connection, criteres: Criteres) -> int:
    """How many stories in all; COMPTE_MAX + 1 means « more than that »."""
    origine, valeurs = _from(criteres, _words(c, criteres.texte))
    return int(
        c.execute(
            f"SELECT count(*) FROM (SELECT 1 {origine} LIMIT :maximum)",
            valeurs | {"maximum": COMPTE_MAX + 1},
        ).fetchone()[0]
    )


def counts(c: sqlite3.Connection, debut: date, fin: date) -> dict[Etat, int]:
    """How many stories of these days stand in each state."""
    return {
        etat: int(
            c.execute(
                "SELECT count(*) FROM file_revue WHERE etat = ? AND jour_le BETWEEN ? AND ?",
                (etat, debut.isoformat(), fin.isoformat()),
            ).fetchone()[0]
        )
        for etat in ETATS
    }


def tiers(c: sqlite3.Connection, debut: date, fin: date) -> dict[int, int]:
    """How many stories of these days wait in each part of the queue."""
    lignes = c.execute(
        "SELECT palier, count(*) FROM file_revue WHERE etat = 'a_trancher' AND jour_le BETWEEN ? AND ? GROUP BY palier",
        (debut.isoformat(), fin.isoformat()),
    )
    return {palier: int(nombre) for palier, nombre in lignes}


def places(c: sqlite3.Connection, groupe_ids: tuple[int, ...]) -> dict[int, Place]:
    """Where each of these stories stands; those that are in no queue are absent."""
    trouvees = {}
    for groupe_id in groupe_ids:
        ligne = c.execute("SELECT * FROM file_revue WHERE groupe_id = ?", (groupe_id,)).fetchone()
        if ligne:
            trouvees[groupe_id] = _place(ligne)
    return trouvees


def is_empty(c: sqlite3.Connection) -> bool:
    """Nothing has ever been put in the queue."""
    return c.execute("SELECT 1 FROM file_revue WHERE groupe_id > 0 LIMIT 1").fetchone() is None


def _by_value(c: sqlite3.Connection, criteres: Criteres) -> Iterator[Place]:
    """The days' queues merged as they are read: as many rows as the page needs, however long the queue."""
    jours = (criteres.fin - criteres.debut).days + 1
    files = [
        c.execute(
            "SELECT groupe_id, palier, revision, pertinence, rang FROM file_revue"
            " WHERE etat = 'a_trancher' AND jour_le = ? ORDER BY palier, rang DESC, groupe_id",
            ((criteres.fin - timedelta(days=recul)).isoformat(),),
        )
        for recul in range(jours)
    ]
    ordonnees = heapq.merge(*files, key=lambda ligne: (ligne["palier"], -ligne["rang"]))
    return map(_place, ordonnees)


def _from(criteres: Criteres, mots: str) -> tuple[str, dict[str, str | int]]:
    """FROM and WHERE, starting from what narrows most: words, else a label, else the days. A story comes once."""
    valeurs: dict[str, str | int] = {
        "etat": criteres.etat,
        "debut": criteres.debut.isoformat(),
        "fin": criteres.fin.isoformat(),
    }
    conditions = ["f.etat = :etat", "f.jour_le BETWEEN :debut AND :fin"]
    reste = list(criteres.etiquettes)
    if mots:
        valeurs |= {"mots": mots, "trouves": TROUVES_MAX}
        origine = (
            "FROM (SELECT DISTINCT m.groupe_id FROM (SELECT rowid AS item_id FROM recherche WHERE recherche MATCH :mots"
            " ORDER BY rowid DESC LIMIT :trouves) i CROSS JOIN membres m ON m.item_id = i.item_id) r"
            " CROSS JOIN file_revue f ON f.groupe_id = r.groupe_id"
        )
    elif reste:
        genre, valeur = reste.pop(0)
        valeurs |= {"genre": genre, "portees": _accepted(genre, valeur)}
        origine = (
            # The plus sign keeps the planner from walking an index of all groups to save itself the sort.
            f"FROM (SELECT {'DISTINCT' if valeur == '*' else ''} +groupe_id AS groupe_id FROM file_etiquettes WHERE genre = :genre"
            " AND valeur IN (SELECT value FROM json_each(:portees)) AND jour_le BETWEEN :debut AND :fin) r"
            " CROSS JOIN file_revue f ON f.groupe_id = r.groupe_id"
        )
    else:
        origine = "FROM file_revue f"
    restantes, siennes = _bearing(reste)
    return f"{origine} WHERE {' AND '.join([*conditions, *restantes])}", valeurs | siennes


def _bearing(etiquettes: Sequence[tuple[str, str]]) -> tuple[list[str], dict[str, str | int]]:
    """For a story `f`: that it bears each of these labels."""
    conditions: list[str] = []
    valeurs: dict[str, str | int] = {}
    for rang, (genre, valeur) in enumerate(etiquettes):
        valeurs |= {f"genre{rang}": genre, f"portees{rang}": _accepted(genre, valeur)}
        conditions.append(
            "EXISTS (SELECT 1 FROM file_etiquettes WHERE groupe_id = f.groupe_id"
            f" AND genre = :genre{rang} AND valeur IN (SELECT value FROM json_each(:portees{rang})))"
        )
    return conditions, valeurs


def _accepted(genre: str, valeur: str) -> str:
    """The values looked for, as a JSON list: naming each keeps the search within the days of the period."""
    return json.dumps(get_args(Motif) if (genre, valeur) == ("tirage", "*") else [valeur])


def _words(c: sqlite3.Connection, texte: str) -> str:
    """What people type, as a full-text query: every word must be there, the end of each being free.

    Where as many items as are ever read hold the very words typed, those are looked for: the index then reads the latest
    ones only, instead of making the list of every item since the beginning that holds a word that begins so.
    """
    mots = _typed(texte)
    exacte = " ".join(f'"{mot}"' for mot in mots)
    if (
        not mots
        or c.execute(
            "SELECT 1 FROM recherche WHERE recherche MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?",
            (exacte, TROUVES_MAX - 1),
        ).fetchone()
    ):
        return exacte
    return " ".join(f'"{mot}"*' if len(mot) >= LIBRE_MIN else f'"{mot}"' for mot in mots)


def _typed(texte: str) -> list[str]:
    return re.findall(r"\w+", texte)[:MOTS_MAX]


def _place(ligne: sqlite3.Row) -> Place:
    return Place(ligne["groupe_id"], ligne["palier"], ligne["revision"], ligne["pertinence"])
