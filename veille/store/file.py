"""The queue of the review: one row per story, where it stands and in what order it waits.

The rows are derived from facts and can be made again at any time. Triggers note in `file_a_refaire` whatever makes one
stale, so that no writer has to remember it; `drain` brings them up to date, and `refresh` does it for the stories of a
decision within its own transaction. What must not enter: how stories look (`fiches`), who may decide (`pages`).
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from veille.classifier.relevance import Cas, Pertinence
from veille.classifier.valeur import Rendement, Valeur, next_change, tier, value
from veille.francais import local_day
from veille.store import fiches, pertinences
from veille.store.attente import Etat
from veille.store.connexion import stamp, transaction
from veille.store.fiches import Fiche

PAQUET = 200
# What decisions taught since changes the order of recent stories only: the older ones have sunk.
RELECTURE = timedelta(days=60)
INCERTAIN, SANS_THEME = "incertain", "sans-theme"  # Beside the slugs of themes, in the labels of the queue.

_ETATS: dict[str, Etat] = {"": "a_trancher", "retenir": "retenu", "ecarter": "ecarte", "plus_tard": "plus_tard"}
_COLONNES = (
    "groupe_id",
    "etat",
    "jour_le",
    "palier",
    "rang",
    "pertinence",
    "item_id",
    "source_id",
    "decision_id",
    "change_le",
    "revision",
    "notee_a",
)


def drain(c: sqlite3.Connection, now: datetime, limite: int = PAQUET) -> int:
    """Bring the newest stale stories up to date, in one short transaction; returns how many, 0 when none is left."""
    ids = [
        ligne["groupe_id"]
        for ligne in c.execute("SELECT groupe_id FROM file_a_refaire ORDER BY groupe_id DESC LIMIT ?", (limite,))
    ]
    if ids:
        with transaction(c):
            refresh(c, ids, now)
    return len(ids)


def note_due(c: sqlite3.Connection, now: datetime) -> None:
    """Mark stale what time or learning has moved: deadlines nearer, stories put off until today, a new relevance."""
    jour = local_day(now)
    apprise = c.execute("SELECT coalesce(max(fait_a), '') AS fait_a FROM pertinences_apprises").fetchone()["fait_a"]
    bornes = {"jour": jour.isoformat(), "depuis": (jour - RELECTURE).isoformat(), "apprise": apprise}
    dus = c.execute(
        """
        SELECT groupe_id FROM file_revue WHERE change_le <> '' AND change_le <= :jour
        UNION SELECT groupe_id FROM file_revue WHERE etat = 'a_trancher' AND jour_le >= :depuis AND notee_a < :apprise
        """,
        bornes,
    ).fetchall()
    if dus:
        with transaction(c):
            c.executemany("INSERT OR IGNORE INTO file_a_refaire VALUES (?)", [tuple(ligne) for ligne in dus])


def refresh(c: sqlite3.Connection, groupe_ids: Iterable[int], now: datetime) -> None:
    """Make the rows of these stories say what the facts say now; a group without any member leaves the queue.

    Within a transaction of the caller's.
    """
    cle = json.dumps(sorted(set(groupe_ids)))
    histoires, apprise = fiches.load(c, json.loads(cle)), pertinences.in_service(c)
    cas = fiches.cases(c, histoires, now)
    trouvees = fiches.score(histoires, cas, apprise)
    # Before the old rows go: they still count in what staff kept of each source.
    lignes = _rows(c, trouvees, cas, apprise, now)
    c.execute("DELETE FROM file_etiquettes WHERE groupe_id IN (SELECT value FROM json_each(?))", (cle,))
    c.execute("DELETE FROM file_revue WHERE groupe_id IN (SELECT value FROM json_each(?))", (cle,))
    c.executemany(
        f"INSERT INTO file_revue ({', '.join(_COLONNES)}) VALUES ({', '.join(f':{nom}' for nom in _COLONNES)})", lignes
    )
    c.executemany(
        "INSERT INTO file_etiquettes (genre, valeur, jour_le, groupe_id) VALUES (?, ?, ?, ?)",
        [
            (genre, valeur, ligne["jour_le"], fiche.groupe_id)
            for fiche, ligne in zip(trouvees, lignes, strict=True)
            for genre, valeur in labels(fiche)
        ],
    )
    c.execute("DELETE FROM file_a_refaire WHERE groupe_id IN (SELECT value FROM json_each(?))", (cle,))


def labels(fiche: Fiche) -> set[tuple[str, str]]:
    """By what a story can be looked for in the queue: (kind, value)."""
    themes = fiche.thematiques or ((INCERTAIN,) if fiche.incertain else (SANS_THEME,))
    trouvees = {("thematique", slug) for slug in themes}
    trouvees |= {("territoire", slug) for slug in fiche.territoires}
    trouvees |= {("source", membre.source) for membre in fiche.membres}
    if fiche.type:
        trouvees.add(("type", fiche.type))
    if fiche.tirage is not None:
        trouvees.add(("tirage", fiche.tirage.motif))
    if fiche.date_limite:
        trouvees.add(("echeance", fiche.date_limite))
    return trouvees


def standing(fiche: Fiche, jour: date) -> Etat:
    """Where a story stands that day: settled and not corrected since, put off until later, or waiting."""
    return _ETATS[fiche.verdict] if _settled(fiche, jour) else "a_trancher"


def values(c: sqlite3.Connection, trouvees: Sequence[Fiche], now: datetime) -> list[Valeur]:
    """What reading each of these stories is worth today, factor by factor."""
    sources = _source_ids(c, trouvees)
    rendements = _records(c, sources.values(), pertinences.in_service(c))
    return [
        _value(fiche, cas, rendements.get(sources[fiche.principal.source], Rendement()), local_day(now))
        for fiche, cas in zip(trouvees, fiches.cases(c, trouvees, now), strict=True)
    ]


def _rows(
    c: sqlite3.Connection, trouvees: Sequence[Fiche], cas: Sequence[Cas], apprise: Pertinence, now: datetime
) -> list[dict[str, object]]:
    jour = local_day(now)
    sources = _source_ids(c, trouvees)
    rendements = _records(c, {sources[f.principal.source] for f in trouvees if not _settled(f, jour)}, apprise)
    return [
        _row(fiche, sien, sources[fiche.principal.source], rendements, now)
        for fiche, sien in zip(trouvees, cas, strict=True)
    ]


def _source_ids(c: sqlite3.Connection, trouvees: Sequence[Fiche]) -> dict[str, int]:
    cle = json.dumps(sorted({f.principal.source for f in trouvees}))
    lignes = c.execute("SELECT slug, id FROM sources WHERE slug IN (SELECT value FROM json_each(?))", (cle,))
    return {ligne["slug"]: ligne["id"] for ligne in lignes}


def _value(fiche: Fiche, cas: Cas, rendement: Rendement, jour: date) -> Valeur:
    depuis = _fresh_from(fiche, jour)
    return value(cas, fiche.pertinence, rendement, fiche.date_limite, depuis, jour)


def _row(fiche: Fiche, cas: Cas, source_id: int, rendements: dict[int, Rendement], now: datetime) -> dict[str, object]:
    jour = local_day(now)
    # Nobody waits for what is settled: its rank is the same whichever stories it is computed with.
    rendement = Rendement() if _settled(fiche, jour) else rendements.get(source_id, Rendement())
    valeur = _value(fiche, cas, rendement, jour)
    change = next_change(fiche.date_limite, jour)
    etat = standing(fiche, jour)
    if etat == "plus_tard":
        change = fiche.reprise_le
    return {
        "groupe_id": fiche.groupe_id,
        "etat": etat,
        "jour_le": _arrival(fiche, jour).isoformat(),
        "palier": tier(fiche.pertinence, incertain=fiche.incertain, tiree=fiche.tirage is not None),
        "rang": valeur.rang,
        "pertinence": fiche.pertinence,
        "item_id": fiche.principal.item_id,
        "source_id": source_id,
        "decision_id": fiche.acte_id,
        # Never one that a page has seen, even for a story split, merged, split again.
        "revision": secrets.randbits(62),
        "change_le": change.isoformat() if change and etat in ("a_trancher", "plus_tard") else "",
        "notee_a": stamp(now),
    }


def _arrival(fiche: Fiche, jour: date) -> date:
    """The day a story last came before people: its latest news, or the day it comes back when it was put off."""
    arrivee = max(local_day(m.vu_a) for m in fiche.membres)
    retour = fiche.reprise_le if fiche.verdict == "plus_tard" else None
    return max(arrivee, retour) if retour is not None and retour <= jour else arrivee


def _fresh_from(fiche: Fiche, jour: date) -> date:
    """From when a story ages: its latest publication, for a source read for the first time brings months of archives.

    A story corrected, or put off until some day, is news again that day.
    """
    arrivee = _arrival(fiche, jour)
    parutions = [local_day(m.publie_a) for m in fiche.membres if m.publie_a is not None and not m.date_douteuse]
    neuve = fiche.corrige or fiche.verdict == "plus_tard" or not parutions
    return arrivee if neuve else min(arrivee, max(parutions))


def _settled(fiche: Fiche, jour: date) -> bool:
    """Whether it waits for nobody today: settled and not corrected since, or put off until a later day."""
    if fiche.verdict == "plus_tard":
        return not fiche.corrige and fiche.reprise_le is not None and fiche.reprise_le > jour
    return bool(fiche.verdict) and not fiche.corrige


def _records(c: sqlite3.Connection, source_ids: Iterable[int], apprise: Pertinence) -> dict[int, Rendement]:
    """What staff kept of each source, from the queue itself."""
    moyenne = apprise.gardees / apprise.decisions if apprise.decisions else 0.0
    comptes: dict[int, dict[str, int]] = {}
    for source_id, etat, nombre in c.execute(
        "SELECT source_id, etat, count(*) FROM file_revue WHERE source_id IN (SELECT value FROM json_each(?))"
        " AND etat IN ('retenu', 'ecarte') GROUP BY source_id, etat",
        (json.dumps(sorted(source_ids)),),
    ):
        comptes.setdefault(source_id, {})[etat] = nombre
    return {source_id: Rendement(n.get("retenu", 0), sum(n.values()), moyenne) for source_id, n in comptes.items()}
