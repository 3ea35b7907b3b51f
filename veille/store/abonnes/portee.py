"""How many people a digest, and an element of the plan, reached: counted here, kept in `veille.db` without any address.

A person is a distinct `sujet` with at least one message that the recipient's server took and that did not come back, team
and test addresses left out (`compte`). « info@… » counts as one and is told apart. Counting needs no address, so that
erasing someone changes no figure; and what is counted is kept, so that purging the outbox does not either.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime, timedelta

from veille.francais import FUSEAU, local_day
from veille.store.connexion import stamp, transaction

_RECU = "etat = 'accepte' AND rebond_a IS NULL"


ENVOYABLE = timedelta(days=366)  # An issue is not sent any more a year after it came out.


def measure(abonnes: sqlite3.Connection, veille: sqlite3.Connection, digest_id: int, now: datetime) -> None:
    """Keep how the sending of one digest went. Measured again, a figure is replaced; an outbox already purged says nothing.

    `prevus` counts everyone who was put in the outbox, those who left since included, so that only a purge lowers it.
    """
    ligne = abonnes.execute(
        f"SELECT count(*), count(*) FILTER (WHERE etat = 'accepte'), count(*) FILTER (WHERE etat = 'refuse'),"
        " count(*) FILTER (WHERE rebond_a IS NOT NULL), count(*) FILTER (WHERE etat = 'incertain'),"
        f" count(DISTINCT sujet) FILTER (WHERE {_RECU} AND compte = 1),"
        f" count(DISTINCT sujet) FILTER (WHERE {_RECU} AND compte = 1 AND generique = 1),"
        " count(*) FILTER (WHERE plainte_a IS NOT NULL) FROM envois WHERE digest_id = ?",
        (digest_id,),
    ).fetchone()
    if not ligne[0]:
        return
    with transaction(veille):
        veille.execute(
            "INSERT INTO diffusions (digest_id, prevus, acceptes, refuses, rebonds, incertains, personnes, generiques,"
            " plaintes, mesuree_a) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest_id) DO UPDATE SET"
            " prevus = excluded.prevus, acceptes = excluded.acceptes, refuses = excluded.refuses,"
            " rebonds = excluded.rebonds, incertains = excluded.incertains, personnes = excluded.personnes,"
            " generiques = excluded.generiques, plaintes = excluded.plaintes, mesuree_a = excluded.mesuree_a"
            " WHERE excluded.prevus >= diffusions.prevus",  # A purge takes rows away: what was counted before stays.
            (digest_id, *ligne, stamp(now)),
        )


def measure_plan(abonnes: sqlite3.Connection, veille: sqlite3.Connection, now: datetime) -> None:
    """Keep, for each element of the plan and the year under way (April to March), the people reached and the deliveries.

    To be run before any purge. Years that are over keep what was counted.
    """
    debut, fin = plan_year(local_day(now))
    bornes = (stamp(_midnight(debut)), stamp(_midnight(fin, lendemain=True)))
    purges = _purged(abonnes, veille, debut - ENVOYABLE)
    elements: dict[str, list[int]] = {}
    for element, digest_id in veille.execute("SELECT element, digest_id FROM digest_plan ORDER BY element, digest_id"):
        elements.setdefault(str(element), []).append(int(digest_id))
    mesures = [
        (element, debut.isoformat(), fin.isoformat(), *reach(abonnes, numeros, *bornes), stamp(now))
        for element, numeros in elements.items()
        if not purges.intersection(numeros)  # What was counted when the rows were there is truer.
    ]
    with transaction(veille):
        veille.executemany(
            "INSERT INTO portees (element, debut_le, fin_le, personnes, generiques, envois, mesuree_a)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (element, debut_le, fin_le) DO UPDATE SET"
            " personnes = excluded.personnes, generiques = excluded.generiques, envois = excluded.envois,"
            " mesuree_a = excluded.mesuree_a",
            mesures,
        )


def reach(c: sqlite3.Connection, digest_ids: list[int], debut: str, fin: str) -> tuple[int, int, int]:
    """People, generic addresses among them, and deliveries of these digests, accepted from `debut` up to, not including, `fin`."""
    ligne = c.execute(
        "SELECT count(DISTINCT sujet), count(DISTINCT CASE generique WHEN 1 THEN sujet END), count(*) FROM envois"
        f" WHERE digest_id IN (SELECT value FROM json_each(?)) AND compte = 1 AND {_RECU}"
        " AND tranche_a >= ? AND tranche_a < ?",
        (json.dumps(digest_ids), debut, fin),
    ).fetchone()
    return int(ligne[0]), int(ligne[1]), int(ligne[2])


def plan_year(jour: date) -> tuple[date, date]:
    """The first and last day of the plan's year that holds this day: April to March."""
    annee = jour.year if jour.month >= 4 else jour.year - 1
    return date(annee, 4, 1), date(annee + 1, 3, 31)


def _purged(abonnes: sqlite3.Connection, veille: sqlite3.Connection, depuis: date) -> set[int]:
    """Digests dated since that day whose outbox holds fewer rows than were counted once. What is older was sent in a year
    that is over: forgetting it hides nothing of this one.
    """
    comptes = dict(
        abonnes.execute(
            "SELECT digest_id, count(*) FROM envois WHERE digest_id IS NOT NULL GROUP BY digest_id"
        ).fetchall()
    )
    return {
        int(d)
        for d, prevus in veille.execute(
            "SELECT f.digest_id, f.prevus FROM diffusions f JOIN digests d ON d.id = f.digest_id WHERE d.date_le >= ?",
            (depuis.isoformat(),),
        )
        if comptes.get(d, 0) < prevus
    }


def _midnight(jour: date, *, lendemain: bool = False) -> datetime:
    ordinal = date.fromordinal(jour.toordinal() + 1) if lendemain else jour
    return datetime(ordinal.year, ordinal.month, ordinal.day, tzinfo=FUSEAU)
