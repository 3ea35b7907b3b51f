"""Withdrawing a story: from every issue that told it, and from what later issues said of it.

A withdrawal is a line of the errata log (`corrections`: « retrait »), so that the issue is rendered anew, dated, and the
feeds change as for any correction. What was approved stays, frozen, in `veille.db`; nothing public is made from it again.
Callers open the transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from veille.editor import Contenu, from_json, with_errata
from veille.editor.errata import EDITORIAL, RETRAIT
from veille.errors import RefusError
from veille.store import decisions, errata, fiches, file
from veille.store.connexion import stamp
from veille.store.decisions import Decision
from veille.textes import MENTION_WITHDRAWN, STORY_WITHDRAWN, WITHDRAWAL_NOTE


def withdraw(
    c: sqlite3.Connection, digest_id: int, item_id: int, par: str, now: datetime, *, editorial: bool = False
) -> tuple[int, ...]:
    """Take a story out of every approved issue, and out of those to come; returns the published issues to publish again.

    `editorial`: the editorial of this issue goes with it.
    """
    fiche = fiches.of_item(c, item_id)
    membres = {item_id, *(m.item_id for m in (fiche.membres if fiche else ()))}
    contiennent = _with_items(c, membres)
    if all(e.item_id != item_id for e in _shown(c, digest_id).elements):
        raise RefusError("Cette nouvelle n’est pas, ou n’est plus, dans ce bulletin.")
    titres = sorted({t for d in contiennent for t in _titles(c, d, membres)}, key=lambda t: (-len(t), t))
    touches = []
    for numero in sorted({*contiennent, *_naming(c, titres)}):
        corrections = {RETRAIT: "\n".join(titres)}
        if editorial and numero == digest_id:
            corrections[EDITORIAL] = ""
        vises: list[int | None] = [e.item_id for e in _shown(c, numero).elements if e.item_id in membres]
        for vise in vises or [None]:
            _record(c, numero, vise, STORY_WITHDRAWN if vises else MENTION_WITHDRAWN, corrections, par, now)
        touches.append(numero)
    if fiche is not None:
        _set_aside(c, fiche.groupe_id, item_id, par, now)
    return tuple(d for d in touches if _is_published(c, d))


def _with_items(c: sqlite3.Connection, item_ids: Iterable[int]) -> list[int]:
    """Approved issues that hold one of these items and still show it."""
    ids = sorted(item_ids)
    lignes = c.execute(
        "SELECT DISTINCT d.id FROM digests d JOIN digest_items i ON i.digest_id = d.id WHERE d.approuve_a IS NOT NULL"
        f" AND i.item_id IN ({', '.join('?' * len(ids))}) ORDER BY d.id",
        ids,
    ).fetchall()
    return [int(x[0]) for x in lignes if any(e.item_id in ids for e in _shown(c, int(x[0])).elements)]


def _naming(c: sqlite3.Connection, titres: Iterable[str]) -> set[int]:
    """Approved issues whose words hold one of these titles: an erratum told later, an editorial."""
    trouves = set()
    for titre in titres:
        ecrit = json.dumps(titre, ensure_ascii=False)[1:-1]
        lignes = c.execute("SELECT id FROM digests WHERE approuve_a IS NOT NULL AND instr(contenu, ?) > 0", (ecrit,))
        trouves |= {int(x[0]) for x in lignes.fetchall()}
    return trouves


def _shown(c: sqlite3.Connection, digest_id: int) -> Contenu:
    ligne = c.execute("SELECT contenu FROM digests WHERE id = ? AND approuve_a IS NOT NULL", (digest_id,)).fetchone()
    contenu = from_json(ligne["contenu"]) if ligne is not None else None
    if not isinstance(contenu, Contenu):
        raise RefusError("Une nouvelle se retire d’un bulletin publié ; avant, modifiez le brouillon.")
    return with_errata(contenu, errata.of_digest(c, digest_id))


def _titles(c: sqlite3.Connection, digest_id: int, membres: set[int]) -> set[str]:
    """The story's titles in this issue: as it was approved, and as corrections left it."""
    fige = from_json(c.execute("SELECT contenu FROM digests WHERE id = ?", (digest_id,)).fetchone()["contenu"])
    lus = (*(fige.elements if isinstance(fige, Contenu) else ()), *_shown(c, digest_id).elements)
    return {e.titre for e in lus if e.item_id in membres and e.titre}


def _record(
    c: sqlite3.Connection,
    digest_id: int,
    item_id: int | None,
    texte: str,
    corrections: dict[str, str],
    par: str,
    now: datetime,
) -> None:
    c.execute(
        "INSERT INTO digest_errata (digest_id, version, item_id, texte, corrections, par, fait_a) SELECT ?1,"
        " 1 + coalesce(max(version), 0), ?2, ?3, ?4, ?5, ?6 FROM digest_errata WHERE digest_id = ?1",
        (digest_id, item_id, texte, json.dumps(corrections, ensure_ascii=False, sort_keys=True), par, stamp(now)),
    )


def _set_aside(c: sqlite3.Connection, groupe_id: int, item_id: int, par: str, now: datetime) -> None:
    """No draft takes it up again. The reason is one that teaches nothing of the themes: the story was not a wrong pick."""
    decisions.record(c, Decision(item_id, "ecarter", par, raison="deja_connu", note=WITHDRAWAL_NOTE), now)
    file.refresh(c, [groupe_id], now)


def _is_published(c: sqlite3.Connection, digest_id: int) -> bool:
    ligne = c.execute("SELECT publie_a IS NOT NULL FROM digests WHERE id = ?", (digest_id,)).fetchone()
    return bool(ligne[0])
