"""What becomes of the stories of a period, from the reading to the reader who says it was useful; in all and by label.

Counted from the queue and its labels, whose index gives the days of each value; what was published or voted is a small
lot, looked up story by story. Deciding what to say of it is for `appreciation`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from veille.appreciation.formes import Etapes
from veille.appreciation.periodes import Jours
from veille.francais import local_day
from veille.model import SAISIE_A_LA_MAIN
from veille.store.connexion import stamp, unstamp


@dataclass(frozen=True)
class Entonnoir:
    """The steps in all, and by source, theme and MRC."""

    total: Etapes
    sources: tuple[Etapes, ...]
    themes: tuple[Etapes, ...]
    lieux: tuple[Etapes, ...]


# The values of each kind of label, in the order shown. A source without its file keeps its history.
_VALEURS = {
    "source": "SELECT slug, nom, id AS rang FROM sources",
    "thematique": "SELECT slug, nom, rowid AS rang FROM thematiques",
    "territoire": "SELECT slug, nom, rowid AS rang FROM territoires WHERE genre = 'mrc'",
}
_COMPTES = """
    count(*) AS nouvelles,
    count(CASE WHEN f.palier < 2 OR f.etat <> 'a_trancher' THEN 1 END) AS proposees,
    count(CASE f.etat WHEN 'retenu' THEN 1 END) AS retenues,
    count(CASE f.etat WHEN 'ecarte' THEN 1 END) AS ecartees
"""


def read(c: sqlite3.Connection, jours: Jours) -> Entonnoir:
    """Everything of these days."""
    cle = _days(jours.debut, jours.fin)
    publiees = _published(c, jours)
    utiles = publiees & _useful(c, jours)
    lus = items_by_source(c, jours)
    etiquettes = _labels(c, publiees)

    def by(genre: str) -> tuple[Etapes, ...]:
        return tuple(
            Etapes(
                slug=x["slug"],
                nom=x["nom"],
                elements=lus.get(x["slug"], 0) if genre == "source" else 0,
                nouvelles=x["nouvelles"],
                proposees=x["proposees"],
                retenues=x["retenues"],
                ecartees=x["ecartees"],
                publiees=len(etiquettes.get((genre, x["slug"]), set())),
                utiles=len(etiquettes.get((genre, x["slug"]), set()) & utiles),
            )
            for x in _by_label(c, genre, cle)
        )

    return Entonnoir(
        _total(c, cle, sum(lus.values()), publiees, utiles), by("source"), by("thematique"), by("territoire")
    )


def by_source(c: sqlite3.Connection, debut: date, fin: date) -> list[tuple[Etapes, str, date]]:
    """Each source of the file over these days, with its state and the day it entered it: what advice is made from."""
    comptes = {x["slug"]: x for x in _by_label(c, "source", _days(debut, fin))}
    return [
        (
            Etapes(
                x["slug"],
                x["nom"],
                nouvelles=comptes[x["slug"]]["nouvelles"],
                retenues=comptes[x["slug"]]["retenues"],
                ecartees=comptes[x["slug"]]["ecartees"],
            ),
            x["etat"],
            local_day(unstamp(x["inscrite_a"])),
        )
        for x in c.execute(
            "SELECT slug, nom, etat, inscrite_a FROM sources WHERE retiree_a IS NULL AND categorie <> ?",
            (SAISIE_A_LA_MAIN,),
        )
    ]


def items_by_source(c: sqlite3.Connection, jours: Jours) -> dict[str, int]:
    """How many items each source gave."""
    lignes = c.execute(
        "SELECT s.slug, count(*) AS nombre FROM items i JOIN sources s ON s.id = i.source_id"
        " WHERE i.vu_a >= :depuis AND i.vu_a < :avant GROUP BY s.id",
        {"depuis": stamp(jours.depuis), "avant": stamp(jours.avant)},
    )
    return {x["slug"]: x["nombre"] for x in lignes}


def by_hand(c: sqlite3.Connection, jours: Jours) -> Etapes:
    """The stories that staff brought themselves: what the sources had missed."""
    ligne = c.execute(
        """
        SELECT count(DISTINCT f.groupe_id) AS nouvelles,
            count(DISTINCT CASE f.etat WHEN 'retenu' THEN f.groupe_id END) AS retenues
        FROM sources s
        CROSS JOIN file_etiquettes e ON e.genre = 'source' AND e.valeur = s.slug AND e.jour_le BETWEEN :debut AND :fin
        CROSS JOIN file_revue f ON f.groupe_id = e.groupe_id
        WHERE s.categorie = :main
        """,
        {**_days(jours.debut, jours.fin), "main": SAISIE_A_LA_MAIN},
    ).fetchone()
    return Etapes(nouvelles=ligne["nouvelles"], retenues=ligne["retenues"])


def reused(c: sqlite3.Connection, debut: date, fin: date) -> int:
    """Distinct items that the tools written in the registers for these days used, or give as evidence."""
    cle = _days(debut, fin)
    return int(
        c.execute(
            """
            SELECT count(DISTINCT numero) FROM (
                SELECT CAST(e.value AS TEXT) AS numero FROM outils o, json_each(o.elements) e
                WHERE o.jour_le BETWEEN :debut AND :fin AND o.retire_a IS NULL
                UNION ALL
                SELECT CAST(p.value ->> 'ref' AS TEXT) FROM outils o, json_each(o.preuves) p
                WHERE o.jour_le BETWEEN :debut AND :fin AND o.retire_a IS NULL AND p.value ->> 'genre' = 'item'
            )
            """,
            cle,
        ).fetchone()[0]
    )


def first_day(c: sqlite3.Connection) -> date | None:
    """The day of the first item ever read; None before."""
    ligne = c.execute("SELECT min(vu_a) AS premier FROM items").fetchone()
    return local_day(unstamp(ligne["premier"])) if ligne["premier"] else None


def _days(debut: date, fin: date) -> dict[str, str]:
    return {"debut": debut.isoformat(), "fin": fin.isoformat()}


def _by_label(c: sqlite3.Connection, genre: str, cle: dict[str, str]) -> list[sqlite3.Row]:
    """A row for each value, in its own order, those without any story included."""
    return c.execute(
        f"""
        SELECT v.slug, v.nom, coalesce(n.nouvelles, 0) AS nouvelles, coalesce(n.proposees, 0) AS proposees,
            coalesce(n.retenues, 0) AS retenues, coalesce(n.ecartees, 0) AS ecartees
        FROM ({_VALEURS[genre]}) v LEFT JOIN (
            SELECT w.slug, {_COMPTES}
            FROM ({_VALEURS[genre]}) w
            CROSS JOIN file_etiquettes e ON e.genre = :genre AND e.valeur = w.slug AND e.jour_le BETWEEN :debut AND :fin
            CROSS JOIN file_revue f ON f.groupe_id = e.groupe_id
            GROUP BY w.slug
        ) n ON n.slug = v.slug ORDER BY v.rang
        """,
        {**cle, "genre": genre},
    ).fetchall()


def _total(c: sqlite3.Connection, cle: dict[str, str], elements: int, publiees: set[int], utiles: set[int]) -> Etapes:
    ligne = c.execute(
        f"""
        SELECT {_COMPTES} FROM (VALUES ('a_trancher'), ('plus_tard'), ('retenu'), ('ecarte')) v
        CROSS JOIN file_revue f ON f.etat = v.column1 AND f.jour_le BETWEEN :debut AND :fin
        """,
        cle,
    ).fetchone()
    return Etapes(
        elements=elements,
        nouvelles=ligne["nouvelles"],
        proposees=ligne["proposees"],
        retenues=ligne["retenues"],
        ecartees=ligne["ecartees"],
        publiees=len(publiees),
        utiles=len(utiles),
    )


def _published(c: sqlite3.Connection, jours: Jours) -> set[int]:
    """Stories of these days that an issue published since holds; the team's own reminders are no issue."""
    lignes = c.execute(
        """
        SELECT DISTINCT f.groupe_id FROM digests d CROSS JOIN digest_items x ON x.digest_id = d.id
        CROSS JOIN membres m ON m.item_id = x.item_id CROSS JOIN file_revue f ON f.groupe_id = m.groupe_id
        WHERE d.publie_a >= :depuis AND d.genre <> 'rappel' AND x.retire_a IS NULL AND f.jour_le BETWEEN :debut AND :fin
        """,
        {**_days(jours.debut, jours.fin), "depuis": stamp(jours.depuis)},
    )
    return {x["groupe_id"] for x in lignes}


def _useful(c: sqlite3.Connection, jours: Jours) -> set[int]:
    """Stories that a reader said useful, or used, in an issue published since the first of these days."""
    lignes = c.execute(
        """
        SELECT DISTINCT m.groupe_id FROM digests d CROSS JOIN votes v ON v.digest_id = d.id
        CROSS JOIN membres m ON m.item_id = v.item_id
        WHERE d.publie_a >= :depuis AND v.valeur IN ('utile', 'utilise')
        """,
        {"depuis": stamp(jours.depuis)},
    )
    return {x["groupe_id"] for x in lignes}


def _labels(c: sqlite3.Connection, groupes: Iterable[int]) -> dict[tuple[str, str], set[int]]:
    """Which of these stories each label is on."""
    trouvees: dict[tuple[str, str], set[int]] = {}
    for x in c.execute(
        "SELECT e.genre, e.valeur, e.groupe_id FROM json_each(?) j CROSS JOIN file_etiquettes e ON e.groupe_id = j.value",
        (json.dumps(sorted(groupes)),),
    ):
        trouvees.setdefault((x["genre"], x["valeur"]), set()).add(x["groupe_id"])
    return trouvees
