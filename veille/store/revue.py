"""What the review pages read beside the stories themselves (`fiches`): which stories, their names, their history."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from veille.store.connexion import stamp, unstamp
from veille.store.fiches import A_TRANCHER

EtatRevue = Literal["a_trancher", "retenu", "ecarte"]
LIMITE = 1000

# « IS » and not « = », by which SQLite would start from all the verdicts instead of the items of the period.
_CONDITIONS: dict[EtatRevue, str] = {
    "a_trancher": A_TRANCHER,
    "retenu": "v.genre IS 'retenir'",
    "ecarte": "v.genre IS 'ecarter'",
}


@dataclass(frozen=True)
class Lieu:
    """One place of the gazetteer, with the one that contains it."""

    slug: str
    nom: str
    genre: str
    parent: str


@dataclass(frozen=True)
class References:
    """Names of themes, types and places, in the order of the staff files."""

    thematiques: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    lieux: dict[str, Lieu] = field(default_factory=dict)

    def name(self, genre: str, slug: str) -> str:
        """The name to show for one tag; an unknown slug is shown as it is."""
        if genre == "territoire":
            return self.lieux[slug].nom if slug in self.lieux else slug
        return (self.thematiques if genre == "thematique" else self.types).get(slug, slug)


@dataclass(frozen=True)
class Acte:
    """One decision as the history of a story shows it. None: not touched by this decision."""

    genre: str
    raison: str
    par: str
    prise_a: datetime
    item_id: int
    item_titre: str
    thematiques: tuple[str, ...] | None = None
    territoires: tuple[str, ...] | None = None
    type: str | None = None
    titre: str | None = None
    resume: str | None = None
    pourquoi: str | None = None


@dataclass(frozen=True)
class AncienneVersion:
    """What an item said before its source changed it."""

    item_id: int
    numero: int
    titre: str
    resume: str
    remplacee_a: datetime


def groups(
    c: sqlite3.Connection, etat: EtatRevue, debut: datetime, fin: datetime | None = None, limite: int = LIMITE
) -> list[int]:
    """Groups with an item seen (or changed) in the period and that stand in this state; latest first."""
    lignes = c.execute(
        f"""
        SELECT m.groupe_id, max(i.id) AS dernier FROM items i
        CROSS JOIN membres m ON m.item_id = i.id  -- From the few items of the period, not from every group.
        LEFT JOIN verdicts v ON v.groupe_id = m.groupe_id
        WHERE (i.vu_a >= :debut OR i.version_a >= :debut) AND i.vu_a < :fin AND {_CONDITIONS[etat]}
        GROUP BY m.groupe_id ORDER BY dernier DESC LIMIT :limite
        """,
        {"debut": stamp(debut), "fin": stamp(fin) if fin else "9999", "limite": limite},
    )
    return [ligne["groupe_id"] for ligne in lignes]


def references(c: sqlite3.Connection) -> References:
    """Names of themes, document types and places, in the order staff wrote them."""
    return References(
        thematiques=dict(c.execute("SELECT slug, nom FROM thematiques ORDER BY rowid").fetchall()),
        types=dict(c.execute("SELECT slug, nom FROM types_document ORDER BY rowid").fetchall()),
        lieux={
            slug: Lieu(slug, nom, genre, parent)
            for slug, nom, genre, parent in c.execute("SELECT slug, nom, genre, parent FROM territoires ORDER BY rowid")
        },
    )


def history(c: sqlite3.Connection, groupe_id: int) -> list[Acte]:
    """Every decision on any member of the story, oldest first."""
    lignes = c.execute(
        "SELECT d.*, i.titre AS item_titre FROM decisions d JOIN membres m ON m.item_id = d.item_id"
        " JOIN items i ON i.id = d.item_id WHERE m.groupe_id = ? ORDER BY d.id",
        (groupe_id,),
    )
    return [
        Acte(
            genre=ligne["genre"],
            raison=ligne["raison"],
            par=ligne["par"],
            prise_a=unstamp(ligne["prise_a"]),
            item_id=ligne["item_id"],
            item_titre=ligne["item_titre"],
            thematiques=_liste(ligne["thematiques"]),
            territoires=_liste(ligne["territoires"]),
            type=ligne["type"],
            titre=ligne["titre"],
            resume=ligne["resume"],
            pourquoi=ligne["pourquoi"],
        )
        for ligne in lignes
    ]


def old_versions(c: sqlite3.Connection, groupe_id: int) -> list[AncienneVersion]:
    """What the members of the story said before their sources changed them, latest first."""
    lignes = c.execute(
        "SELECT v.* FROM versions v JOIN membres m ON m.item_id = v.item_id WHERE m.groupe_id = ?"
        " ORDER BY v.remplacee_a DESC, v.id DESC",
        (groupe_id,),
    )
    return [
        AncienneVersion(
            item_id=ligne["item_id"],
            numero=ligne["numero"],
            titre=ligne["titre"],
            resume=ligne["resume"],
            remplacee_a=unstamp(ligne["remplacee_a"]),
        )
        for ligne in lignes
    ]


def full_texts(c: sqlite3.Connection, item_ids: Sequence[int]) -> dict[int, str]:
    """The text collected for each of these items, when there is one."""
    lignes = c.execute(
        "SELECT item_id, texte FROM textes WHERE texte <> '' AND item_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(item_ids)),),
    )
    return {ligne["item_id"]: ligne["texte"] for ligne in lignes}


def retained_unpublished(c: sqlite3.Connection, depuis: datetime, limite: int = LIMITE) -> dict[int, tuple[str, ...]]:
    """Groups retained since then that no published digest holds, latest first, each with the audiences drafted for."""
    lignes = c.execute(
        """
        SELECT v.groupe_id, (
            SELECT json_group_array(DISTINCT d.audience) FROM digest_items di JOIN digests d ON d.id = di.digest_id
            JOIN membres m ON m.item_id = di.item_id WHERE m.groupe_id = v.groupe_id AND di.retire_a IS NULL
        ) AS audiences
        FROM verdicts v
        WHERE v.genre = 'retenir' AND v.prise_a >= ? AND NOT EXISTS (
            SELECT 1 FROM digest_items di JOIN digests d ON d.id = di.digest_id
            JOIN membres m ON m.item_id = di.item_id
            WHERE m.groupe_id = v.groupe_id AND d.publie_a IS NOT NULL AND di.retire_a IS NULL
        )
        ORDER BY v.prise_a DESC, v.decision_id DESC LIMIT ?
        """,
        (stamp(depuis), limite),
    )
    return {ligne["groupe_id"]: tuple(json.loads(ligne["audiences"])) for ligne in lignes}


def deadlines(c: sqlite3.Connection, debut: date, fin: date) -> list[tuple[str, int]]:
    """Deadlines from the first day to the last, both included, of stories nobody rejected: (ISO date, group)."""
    lignes = c.execute(
        """
        SELECT min(s.valeur) AS limite, m.groupe_id FROM suggestions_courantes s
        JOIN membres m ON m.item_id = s.item_id
        LEFT JOIN verdicts v ON v.groupe_id = m.groupe_id
        WHERE s.genre = 'date_limite' AND s.etat = 'retenu' AND s.valeur >= ? AND substr(s.valeur, 1, 10) <= ?
            AND (v.genre IS NULL OR v.genre <> 'ecarter')
        GROUP BY m.groupe_id ORDER BY limite
        """,
        (debut.isoformat(), fin.isoformat()),
    )
    return [(ligne["limite"], ligne["groupe_id"]) for ligne in lignes]


def _liste(texte: str | None) -> tuple[str, ...] | None:
    return None if texte is None else tuple(json.loads(texte))
