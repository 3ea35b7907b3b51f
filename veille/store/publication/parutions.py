"""What was published, in the order it was: frozen contents, and the corrections told since. Read from `veille.db`.

Contents are read as plain values, not as `Contenu`: an archive has a hundred thousand elements, and most are only copied.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from veille.editor import Contenu, from_json, to_json, with_errata
from veille.editor.errata import titles_of, withdraws, without_titles
from veille.model import Audience
from veille.store import errata
from veille.textes import MENTION_WITHDRAWN

_RETRAIT = "json_extract(corrections, '$.retrait') IS NOT NULL"


@dataclass(frozen=True)
class Parution:
    """One moment of what readers see: an issue comes out, or one of its corrections; `version` is 0 for the issue."""

    quand: str
    digest_id: int
    version: int
    erratum: int = 0
    item_id: int | None = None
    texte: str = ""


@dataclass(frozen=True)
class Numero:
    """An issue of a public audience: its row, and the folder of its page."""

    id: int
    audience: str
    audience_nom: str
    rythme: str
    jour: str
    numero: int
    date_le: str
    paru_a: str
    page: str


def with_former(c: sqlite3.Connection, audiences: Iterable[Audience]) -> tuple[Audience, ...]:
    """These audiences, and those that published and whose folder is gone: their issues keep their permanent addresses."""
    connues = tuple(audiences)
    lignes = c.execute(
        "SELECT slug, nom, visibilite FROM audiences a WHERE EXISTS (SELECT 1 FROM digests d WHERE d.audience = a.slug"
        " AND d.publie_a IS NOT NULL) ORDER BY slug"
    )
    slugs = {a.slug for a in connues}
    return (*connues, *(Audience(x["slug"], x["nom"], x["visibilite"]) for x in lignes if x["slug"] not in slugs))


def folder_name(date_le: str, rang: int) -> str:
    """« 2026-11-23 », and « 2026-11-23-2 » for the second digest of the day."""
    return date_le if rang == 1 else f"{date_le}-{rang}"


def issues(c: sqlite3.Connection) -> dict[int, Numero]:
    """Every published issue of a public audience, oldest first. Approved as public, and the audience still is."""
    lignes = c.execute(
        """
        WITH ranges AS (
            SELECT id, row_number() OVER (PARTITION BY audience, date_le ORDER BY approuve_a, id) AS rang
            FROM digests WHERE approuve_a IS NOT NULL
        )
        SELECT d.id, d.audience, a.nom, a.rythme, a.jour, d.numero, d.date_le, d.approuve_a, r.rang
        FROM digests d JOIN audiences a ON a.slug = d.audience JOIN ranges r ON r.id = d.id
        WHERE d.publie_a IS NOT NULL AND a.visibilite = 'publique' AND json_extract(d.contenu, '$.publique')
        ORDER BY d.approuve_a, d.id
        """
    )
    return {
        x["id"]: Numero(
            id=x["id"],
            audience=x["audience"],
            audience_nom=x["nom"],
            rythme=x["rythme"],
            jour=x["jour"],
            numero=x["numero"],
            date_le=x["date_le"],
            paru_a=x["approuve_a"],
            page=f"{x['audience']}/{folder_name(x['date_le'], x['rang'])}/",
        )
        for x in lignes
    }


def timeline(c: sqlite3.Connection, numeros: Mapping[int, Numero]) -> list[Parution]:
    """Issues and their corrections as they came, so that the last one told prevails.

    What was said of a story taken out since says it no more, and leads to no story.
    """
    parutions = [Parution(n.paru_a, n.id, 0) for n in numeros.values()]
    retires, titres = _withdrawals(c)
    parutions += [
        Parution(
            x["fait_a"],
            x["digest_id"],
            x["version"],
            x["id"],
            None if x["item_id"] in retires else x["item_id"],
            MENTION_WITHDRAWN if x["item_id"] in retires and not x["retrait"] else without_titles(x["texte"], titres),
        )
        for x in c.execute(
            f"SELECT id, digest_id, version, item_id, texte, fait_a, {_RETRAIT} AS retrait FROM digest_errata ORDER BY id"
        )
        if x["digest_id"] in numeros
    ]
    return sorted(parutions, key=lambda p: (p.quand, p.erratum, p.digest_id))


def content(c: sqlite3.Connection, digest_id: int, version: int = 0) -> dict[str, Any]:
    """The frozen content of an issue as plain values, with its corrections up to this version.

    A story taken out since is in no version: nothing public is made from it again.
    """
    texte, retire = c.execute(
        f"SELECT contenu, EXISTS (SELECT 1 FROM digest_errata WHERE digest_id = ?1 AND {_RETRAIT}) FROM digests WHERE id = ?1",
        (digest_id,),
    ).fetchone()
    contenu = from_json(texte) if version or retire else None
    if isinstance(contenu, Contenu):
        inscrits = [e for e in errata.of_digest(c, digest_id) if withdraws(e) or e.version <= version]
        inscrits.sort(key=lambda e: (withdraws(e), e.version))
        texte = to_json(with_errata(contenu, inscrits))
    lu: dict[str, Any] = json.loads(texte)
    return lu


def _withdrawals(c: sqlite3.Connection) -> tuple[set[int], list[str]]:
    """The stories taken out of issues, and the titles they had."""
    lignes = c.execute(f"SELECT DISTINCT digest_id FROM digest_errata WHERE {_RETRAIT}").fetchall()
    inscrits = [e for x in lignes for e in errata.of_digest(c, x["digest_id"]) if withdraws(e)]
    return {e.item_id for e in inscrits if e.item_id}, sorted({t for e in inscrits for t in titles_of(e)})


def elements(contenu: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each story with the title of its heading, in the order shown."""
    for rubrique in contenu.get("rubriques", ()):
        for element in rubrique["elements"]:
            yield rubrique["titre"], element


def frozen(c: sqlite3.Connection, digest_id: int) -> dict[str, bytes]:
    """The renderings kept of an issue, the latest of each; none for an issue approved before they were kept."""
    lignes = c.execute("SELECT nom, octets FROM digest_rendus WHERE digest_id = ? ORDER BY version", (digest_id,))
    return {x["nom"]: bytes(x["octets"]) for x in lignes}


def corrected_at(c: sqlite3.Connection, digest_id: int) -> str:
    """The instant of the last correction of an issue, or ""."""
    ligne = c.execute("SELECT max(fait_a) FROM digest_errata WHERE digest_id = ?", (digest_id,)).fetchone()
    return ligne[0] or ""
