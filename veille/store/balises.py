"""The archive as the advice on themes reads it: story by story, with what staff decided of its themes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby

from veille.classifier.themes.conseils.faits import Histoire
from veille.model import Document
from veille.store.connexion import stamp

ITEMS_MAX = 50_000  # The latest ones: a longer archive is cut, and the reader is told.
CARACTERES_LUS = 2_000

# A rejection for one of these reasons says nothing of the themes of a story.
_SANS_AVIS = frozenset({"territoire", "moment", "deja_vu"})

_LUS = """
    SELECT coalesce(m.groupe_id, -i.id) AS groupe_id, i.id, i.titre, substr(i.resume, 1, :lus) AS resume,
        substr(coalesce(t.texte, ''), 1, :lus) AS texte, s.slug AS source
"""
# From the index of the groups, so that nothing is sorted.
_GROUPES = """
    FROM membres m CROSS JOIN items i ON i.id = m.item_id JOIN sources s ON s.id = i.source_id
    LEFT JOIN textes t ON t.item_id = i.id
    WHERE m.item_id >= :premier AND i.vu_a >= :debut ORDER BY m.groupe_id, m.item_id
"""
_SEULS = """
    FROM items i JOIN sources s ON s.id = i.source_id
    LEFT JOIN membres m ON m.item_id = i.id LEFT JOIN textes t ON t.item_id = i.id
    WHERE m.item_id IS NULL AND i.id >= :premier AND i.vu_a >= :debut ORDER BY i.id
"""


@dataclass
class _Avis:
    """What people said of one story. `themes` is None until someone chose them."""

    verdict: str = ""
    sens: str = ""  # Of the reason of a rejection (`motifs`).
    themes: frozenset[str] | None = None


def stories(c: sqlite3.Connection, depuis: datetime) -> Iterator[Histoire]:
    """Every story of the period, older first, one at a time; an item not grouped yet is a story of its own."""
    debut = stamp(depuis)
    premier = _first_item(c, debut)
    avis = _opinions(c)
    proposes = _proposed(c, premier)
    bornes = {"lus": CARACTERES_LUS, "premier": premier, "debut": debut}
    lignes = chain(c.execute(f"{_LUS} {_GROUPES}", bornes), c.execute(f"{_LUS} {_SEULS}", bornes))
    for groupe_id, membres in groupby(lignes, key=lambda ligne: ligne["groupe_id"]):
        documents = []
        themes: set[str] = set()
        for ligne in membres:
            documents.append(
                Document(str(ligne["id"]), ligne["titre"], ligne["resume"], ligne["texte"], source=ligne["source"])
            )
            themes |= proposes.get(ligne["id"], set())
        yield _story(tuple(documents), frozenset(themes), avis.get(groupe_id, _Avis()))


def is_cut(c: sqlite3.Connection, depuis: datetime) -> bool:
    """True when the period holds more items than are read."""
    return _first_item(c, stamp(depuis)) > 0


def _story(documents: tuple[Document, ...], proposes: frozenset[str], avis: _Avis) -> Histoire:
    if avis.verdict == "ecarter" and avis.sens not in _SANS_AVIS:
        retires = proposes if avis.sens == "theme" else frozenset()
        return Histoire(documents, "ecartee", frozenset(), proposes, retires)
    if avis.themes is not None:
        return Histoire(documents, "gardee", avis.themes, proposes, proposes - avis.themes)
    if avis.verdict == "retenir":
        return Histoire(documents, "gardee", proposes, proposes)
    return Histoire(documents, proposes=proposes)


def _first_item(c: sqlite3.Connection, debut: str) -> int:
    ligne = c.execute(
        "SELECT id FROM items WHERE vu_a >= ? ORDER BY id DESC LIMIT 1 OFFSET ?", (debut, ITEMS_MAX - 1)
    ).fetchone()
    return ligne["id"] if ligne else 0


def _opinions(c: sqlite3.Connection) -> dict[int, _Avis]:
    """The latest verdict and the latest themes chosen of each story people touched."""
    avis: dict[int, _Avis] = {}
    lignes = c.execute(
        "SELECT m.groupe_id, d.genre, (SELECT sens FROM motifs WHERE code = d.raison) AS sens, d.thematiques FROM decisions_valides d CROSS JOIN membres m"
        " ON m.item_id = d.item_id WHERE d.genre <> 'rediger' ORDER BY d.id"
    )
    for ligne in lignes:
        un = avis.setdefault(ligne["groupe_id"], _Avis())
        if ligne["thematiques"] is not None:
            un.themes = frozenset(json.loads(ligne["thematiques"]))
            if un.sens == "theme":  # Said before these themes were chosen.
                un.verdict = un.sens = ""
        if ligne["genre"] in ("retenir", "ecarter"):
            un.verdict, un.sens = ligne["genre"], ligne["sens"] or ""
        elif ligne["genre"] in ("remettre", "plus_tard"):
            un.verdict = un.sens = ""
    return avis


def _proposed(c: sqlite3.Connection, premier: int) -> dict[int, set[str]]:
    """The themes the classifier retains today for each item."""
    proposes: dict[int, set[str]] = {}
    lignes = c.execute(
        "SELECT item_id, valeur FROM suggestions_courantes"
        " WHERE genre = 'thematique' AND etat = 'retenu' AND item_id >= ?",
        (premier,),
    )
    for item_id, valeur in lignes:
        proposes.setdefault(item_id, set()).add(valeur)
    return proposes
