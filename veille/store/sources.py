"""Sources and their fetch log. A source's health is read from its latest `collectes`, never kept as a flag."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from veille.model import SAISIE_A_LA_MAIN, Source
from veille.store.connexion import stamp, transaction, unstamp


@dataclass(frozen=True)
class Collecte:
    """One reading of one source, as it stands in the log.

    `empreinte` is the hash of the body, failed readings included, so that the same bytes are never parsed twice;
    `reglage` is a fingerprint of how it was read: when staff change the address or the selectors, it differs.
    """

    debut_a: datetime
    fin_a: datetime
    issue: Literal["lue", "inchangee", "echec"]
    prochaine_a: datetime
    cause: str = ""
    detail: str = ""
    statut: int | None = None
    adresse_proposee: str = ""
    propositions: tuple[str, ...] = ()
    etag: str = ""
    modifie: str = ""
    empreinte: bytes | None = None
    reglage: str = ""
    octets: int = 0
    entrees: int = 0
    nouveaux: int = 0
    versions: int = 0
    partiel: bool = False


@dataclass(frozen=True)
class Etat:
    """What the next reading of a source needs to know of the former ones."""

    source_id: int
    slug: str
    derniere: Collecte | None = None
    echecs_de_suite: int = 0


_COLONNES = [
    "slug",
    "nom",
    "url",
    "adresse",
    "genre",
    "etat",
    "categorie",
    "territoire",
    "thematiques",
    "type",
    "langue",
    "rythme",
    "cote",
    "droits",
    "responsable",
    "organisation",
    "priorite",
    "preuve",
    "confiance",
    "note",
]


def sync(c: sqlite3.Connection, sources: Iterable[Source], now: datetime) -> None:
    """Make the table say what sources.toml says. A source no longer in the file keeps its row and history; one that a page
    made for items added by hand was never in it, and stays as it is.

    A source that changes its slug and nothing of what is read keeps them too: its items are not collected twice.
    """
    voulues = {source.slug: _row(source) for source in sources}
    connues = {ligne["slug"]: ligne for ligne in c.execute(f"SELECT {', '.join(_COLONNES)}, retiree_a FROM sources")}
    changees = [r for slug, r in voulues.items() if slug not in connues or tuple(connues[slug]) != (*r, None)]
    retirees = [
        slug
        for slug, ligne in connues.items()
        if slug not in voulues and ligne["retiree_a"] is None and ligne["categorie"] != SAISIE_A_LA_MAIN
    ]
    if not changees and not retirees:
        return
    renommees = _renamed([connues[slug] for slug in retirees], [r for r in changees if r[0] not in connues])
    maj = ", ".join(f"{nom} = excluded.{nom}" for nom in _COLONNES if nom != "slug")
    with transaction(c):
        c.executemany(
            "UPDATE sources SET slug = ? WHERE slug = ?", [(neuf, vieux) for vieux, neuf in renommees.items()]
        )
        c.executemany(
            f"INSERT INTO sources ({', '.join(_COLONNES)}, inscrite_a) VALUES ({', '.join('?' * len(_COLONNES))}, ?) "
            f"ON CONFLICT (slug) DO UPDATE SET {maj}, retiree_a = NULL",
            [(*rangee, stamp(now)) for rangee in changees],
        )
        c.executemany(
            "UPDATE sources SET retiree_a = ? WHERE slug = ?",
            [(stamp(now), slug) for slug in retirees if slug not in renommees],
        )


def _renamed(retirees: Iterable[sqlite3.Row], nouvelles: Iterable[tuple[object, ...]]) -> dict[str, str]:
    """Old slug → new slug, where a source is gone and another has come to read the same address in the same way."""
    parties, venues = _by_place(retirees), _by_place(nouvelles)
    return {parties[lieu]: venues[lieu] for lieu in parties.keys() & venues.keys()}


def _by_place(rangees: Iterable[Any]) -> dict[tuple[str, str], str]:
    """The slug of each (address, kind) that one row alone reads."""
    adresse, genre = _COLONNES.index("adresse"), _COLONNES.index("genre")
    lieux = [((rangee[adresse], rangee[genre]), rangee[0]) for rangee in rangees if rangee[adresse]]
    compte = Counter(lieu for lieu, _ in lieux)
    return {lieu: slug for lieu, slug in lieux if compte[lieu] == 1}


def states(c: sqlite3.Connection) -> dict[str, Etat]:
    """What is known of every source, by slug: its last reading, and how many failed since the last success."""
    etats = {}
    for ligne in c.execute("""
        SELECT s.id AS source, s.slug, d.*,
            (SELECT count(*) FROM collectes e WHERE e.source_id = s.id AND e.id > coalesce(
                (SELECT max(id) FROM collectes WHERE source_id = s.id AND issue <> 'echec'), 0)) AS echecs
        FROM sources s
        LEFT JOIN collectes d ON d.id = (SELECT max(id) FROM collectes WHERE source_id = s.id)
    """):
        etats[ligne["slug"]] = Etat(
            source_id=ligne["source"],
            slug=ligne["slug"],
            derniere=_collecte(ligne) if ligne["id"] else None,
            echecs_de_suite=ligne["echecs"],
        )
    return etats


def last_reading(c: sqlite3.Connection) -> int:
    """The id of the latest line of the log; 0 when nothing was ever read."""
    return int(c.execute("SELECT coalesce(max(id), 0) FROM collectes").fetchone()[0])


def read_since(c: sqlite3.Connection, collecte_id: int, *, first: bool = False) -> frozenset[str]:
    """Sources read after that line of the log; `first`: only those that had never been read before."""
    lignes = c.execute(
        f"SELECT s.slug FROM sources s JOIN collectes l ON l.source_id = s.id GROUP BY s.id"
        f" HAVING {'min' if first else 'max'}(l.id) > ?",
        (collecte_id,),
    )
    return frozenset(ligne["slug"] for ligne in lignes)


def record(c: sqlite3.Connection, source_id: int, collecte: Collecte) -> int:
    """Append one reading to the log; call it inside the transaction that stores what was read."""
    curseur = c.execute(
        "INSERT INTO collectes (source_id, debut_a, fin_a, issue, cause, detail, statut, adresse_proposee, propositions,"
        " etag, modifie, empreinte, reglage, octets, entrees, nouveaux, versions, partiel, prochaine_a)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            source_id,
            stamp(collecte.debut_a),
            stamp(collecte.fin_a),
            collecte.issue,
            collecte.cause,
            collecte.detail[:500],
            collecte.statut,
            collecte.adresse_proposee,
            json.dumps(collecte.propositions),
            collecte.etag,
            collecte.modifie,
            collecte.empreinte,
            collecte.reglage,
            collecte.octets,
            collecte.entrees,
            collecte.nouveaux,
            collecte.versions,
            int(collecte.partiel),
            stamp(collecte.prochaine_a),
        ),
    )
    return int(curseur.lastrowid or 0)


@dataclass(frozen=True)
class Sante:
    """One source as the health page shows it; instants are None when the thing never happened."""

    slug: str
    nom: str
    genre: str
    etat: str
    adresse: str
    territoire: str
    organisation: str
    priorite: int
    derniere_a: datetime | None
    issue: str
    cause: str
    detail: str
    statut: int | None
    adresse_proposee: str
    propositions: tuple[str, ...]
    prochaine_a: datetime | None
    reussite_a: datetime | None
    echecs_de_suite: int
    items: int
    dernier_item_a: datetime | None


# A permanent redirect is proposed to staff once this many readings in a row ended at the same new address.
REDIRECTIONS_CONCORDANTES = 3


def names(c: sqlite3.Connection) -> dict[str, str]:
    """Slug → name of every source of the file."""
    return dict(c.execute("SELECT slug, nom FROM sources WHERE retiree_a IS NULL ORDER BY priorite, slug").fetchall())


def health(c: sqlite3.Connection) -> list[Sante]:
    """Every source of the file with its last reading, failures since the last success, and what it has yielded."""
    lignes = c.execute(
        """
        SELECT s.slug, s.nom, s.genre, s.etat, s.adresse, s.territoire, s.organisation, s.priorite,
            d.fin_a, d.issue, d.cause, d.detail, d.statut, d.propositions, d.prochaine_a,
            r.fin_a AS reussite_a,
            (SELECT CASE WHEN count(*) = ? AND count(DISTINCT adresse_proposee) = 1 THEN max(adresse_proposee) END FROM
                (SELECT adresse_proposee FROM collectes WHERE source_id = s.id ORDER BY id DESC LIMIT ?)) AS redirection,
            (SELECT count(*) FROM collectes e WHERE e.source_id = s.id AND e.id > coalesce(r.id, 0)) AS echecs,
            s.recueillis AS items,
            (SELECT max(coalesce(min(i.publie_a, i.vu_a), i.vu_a)) FROM items i WHERE i.source_id = s.id) AS dernier
        FROM sources s
        LEFT JOIN collectes d ON d.id = (SELECT max(id) FROM collectes WHERE source_id = s.id)
        LEFT JOIN collectes r
            ON r.id = (SELECT max(id) FROM collectes WHERE source_id = s.id AND issue <> 'echec')
        WHERE s.retiree_a IS NULL AND s.categorie <> ?
        ORDER BY s.priorite, s.slug
    """,
        (REDIRECTIONS_CONCORDANTES, REDIRECTIONS_CONCORDANTES, SAISIE_A_LA_MAIN),
    )
    return [
        Sante(
            slug=ligne["slug"],
            nom=ligne["nom"],
            genre=ligne["genre"],
            etat=ligne["etat"],
            adresse=ligne["adresse"],
            territoire=ligne["territoire"],
            organisation=ligne["organisation"],
            priorite=ligne["priorite"],
            derniere_a=_instant(ligne["fin_a"]),
            issue=ligne["issue"] or "",
            cause=ligne["cause"] or "",
            detail=ligne["detail"] or "",
            statut=ligne["statut"],
            adresse_proposee=ligne["redirection"] or "",
            propositions=tuple(json.loads(ligne["propositions"] or "[]")),
            prochaine_a=_instant(ligne["prochaine_a"]),
            reussite_a=_instant(ligne["reussite_a"]),
            echecs_de_suite=ligne["echecs"],
            items=ligne["items"],
            dernier_item_a=_instant(ligne["dernier"]),
        )
        for ligne in lignes
    ]


def _collecte(ligne: sqlite3.Row) -> Collecte:
    return Collecte(
        debut_a=unstamp(ligne["debut_a"]),
        fin_a=unstamp(ligne["fin_a"]),
        issue=ligne["issue"],
        prochaine_a=unstamp(ligne["prochaine_a"]),
        cause=ligne["cause"],
        detail=ligne["detail"],
        statut=ligne["statut"],
        adresse_proposee=ligne["adresse_proposee"],
        propositions=tuple(json.loads(ligne["propositions"])),
        etag=ligne["etag"],
        modifie=ligne["modifie"],
        empreinte=ligne["empreinte"],
        reglage=ligne["reglage"],
        octets=ligne["octets"],
        entrees=ligne["entrees"],
        nouveaux=ligne["nouveaux"],
        versions=ligne["versions"],
        partiel=bool(ligne["partiel"]),
    )


def _instant(texte: str | None) -> datetime | None:
    return unstamp(texte) if texte else None


def _row(source: Source) -> tuple[object, ...]:
    valeurs = {nom: getattr(source, nom) for nom in _COLONNES}
    valeurs["thematiques"] = json.dumps(source.thematiques)
    return tuple(valeurs.values())
