"""Relevance in the database: what decisions taught of it, and the decided cases that teach it. Stories are scored when read.

An example is what was known when someone decided: the judge's suggestions of that moment, the version they read, the
members the story had. A later judgement, taught by that very decision, never enters.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache

from veille.classifier.relevance import Cas, Pertinence, describe
from veille.classifier.relevance_measure import MesurePertinence
from veille.francais import local_day
from veille.model import Suggestion
from veille.store.connexion import stamp, transaction, unstamp


@dataclass(frozen=True)
class CasDecide:
    """One story as it was when it was settled. `au_hasard`: it was drawn at random, hence fit to measure with."""

    groupe_id: int
    item_id: int
    cas: Cas
    garde: bool
    prise_a: datetime
    au_hasard: bool = False


def examples(c: sqlite3.Connection) -> list[CasDecide]:
    """The latest verdict of each story with what was known then, oldest first.

    Left out: stories nobody settled (silence rejects nothing), put back, rejected as duplicates (the same news may well
    be kept elsewhere), or settled before the judge had read them.
    """
    lignes = c.execute(
        """
        SELECT v.groupe_id, v.item_id, v.genre, v.prise_a, s.slug AS source, i.langue,
            length(coalesce(o.titre, i.titre)) + length(coalesce(o.resume, i.resume))
                + length(coalesce(o.texte, t.texte, '')) AS longueur,
            (SELECT count(*) FROM membres m WHERE m.groupe_id = v.groupe_id AND m.ajoute_a <= v.prise_a) AS groupe,
            (SELECT max(k.id) FROM classements k WHERE k.item_id = v.item_id AND k.fait_a <= v.prise_a) AS classement_id,
            EXISTS (SELECT 1 FROM membres m JOIN tirages h ON h.item_id = m.item_id
                WHERE m.groupe_id = v.groupe_id AND h.motif = 'hasard') AS au_hasard
        FROM verdicts v JOIN decisions d ON d.id = v.decision_id
        JOIN items i ON i.id = v.item_id JOIN sources s ON s.id = i.source_id
        LEFT JOIN textes t ON t.item_id = i.id
        LEFT JOIN versions o ON o.item_id = i.id AND o.numero = d.version
        WHERE v.genre = 'retenir' OR (v.genre = 'ecarter' AND v.raison NOT IN (SELECT code FROM motifs WHERE sens = 'deja_vu'))
        ORDER BY v.decision_id
        """
    ).fetchall()
    genres = place_genres(c)
    suggestions = _suggestions(c, [ligne["classement_id"] for ligne in lignes if ligne["classement_id"]])
    return [
        CasDecide(
            groupe_id=ligne["groupe_id"],
            item_id=ligne["item_id"],
            cas=describe(
                suggestions.get(ligne["classement_id"], []),
                genres=genres,
                source=ligne["source"],
                langue=ligne["langue"],
                longueur=ligne["longueur"],
                groupe=ligne["groupe"],
                jour=local_day(unstamp(ligne["prise_a"])),
            ),
            garde=ligne["genre"] == "retenir",
            prise_a=unstamp(ligne["prise_a"]),
            au_hasard=bool(ligne["au_hasard"]),
        )
        for ligne in lignes
        if ligne["classement_id"]
    ]


def in_service(c: sqlite3.Connection) -> Pertinence:
    """What decisions taught, as last kept; the stated formula before any."""
    ligne = c.execute("SELECT modele FROM pertinences_apprises ORDER BY id DESC LIMIT 1").fetchone()
    return _read(ligne["modele"]) if ligne else Pertinence()


def keep(c: sqlite3.Connection, pertinence: Pertinence, mesure: MesurePertinence, now: datetime) -> None:
    """Put it in service, with its measure; nothing is written when it is what serves already."""
    if in_service(c) == pertinence:
        return
    with transaction(c):
        c.execute(
            "INSERT INTO pertinences_apprises (fait_a, decisions, modele, mesures) VALUES (?, ?, ?, ?)",
            (stamp(now), pertinence.decisions, pertinence.to_json(), json.dumps(asdict(mesure))),
        )


def text_lengths(c: sqlite3.Connection, item_ids: Iterable[int]) -> dict[int, int]:
    """Characters of the long text of these items; those that have none are absent."""
    lignes = c.execute(
        "SELECT item_id, length(texte) AS longueur FROM textes WHERE item_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(item_ids)),),
    )
    return {ligne["item_id"]: ligne["longueur"] for ligne in lignes}


def place_genres(c: sqlite3.Connection) -> dict[str, str]:
    """What each place of the gazetteer is: « mrc », « municipalite »…"""
    return dict(c.execute("SELECT slug, genre FROM territoires").fetchall())


@lru_cache(maxsize=4)
def _read(modele: str) -> Pertinence:
    """Each decision asks for it twice, and reading its thousand weights cost more than the decision's own row."""
    return Pertinence.from_json(modele)


def _suggestions(c: sqlite3.Connection, classement_ids: list[int]) -> dict[int, list[Suggestion]]:
    """What these judgements, and no later one, proposed; without their reasons."""
    trouvees: dict[int, list[Suggestion]] = {}
    lignes = c.execute(
        "SELECT classement_id, s.item_id, genre, valeur, etat, probabilite FROM classements k"
        " JOIN suggestions s ON s.item_id = k.item_id AND s.classement_id = k.id"
        " WHERE k.id IN (SELECT value FROM json_each(?)) ORDER BY s.id",
        (json.dumps(classement_ids),),
    )
    for ligne in lignes:
        trouvees.setdefault(ligne["classement_id"], []).append(
            Suggestion(ligne["genre"], ligne["valeur"], ligne["etat"], probabilite=ligne["probabilite"])
        )
    return trouvees
