"""How many people a digest, and an element of the plan, reached: counted here, kept in `veille.db` without any address.

A person is a distinct `sujet` with at least one message that the recipient's server took and that did not come back, team
and test addresses left out (`compte`). « info@… » counts as one and is told apart. Counting needs no address, so that
erasing someone changes no figure; and what is counted is kept, so that purging the outbox does not either.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

from veille.francais import local_day
from veille.store.abonnes import organisations, portee_plan
from veille.store.abonnes.comptes_envois import ENVOYABLE, RECU, between, purged, reach
from veille.store.connexion import stamp, transaction


def measure(abonnes: sqlite3.Connection, veille: sqlite3.Connection, digest_id: int, now: datetime) -> None:
    """Keep how the sending of one digest went. Measured again, a figure is replaced; an outbox already purged says nothing.

    `prevus` counts everyone who was put in the outbox, those who left since included, so that only a purge lowers it.
    """
    ligne = abonnes.execute(
        f"SELECT count(*), count(*) FILTER (WHERE etat = 'accepte'), count(*) FILTER (WHERE etat = 'refuse'),"
        " count(*) FILTER (WHERE rebond_a IS NOT NULL), count(*) FILTER (WHERE etat = 'incertain'),"
        f" count(DISTINCT sujet) FILTER (WHERE {RECU} AND compte = 1),"
        f" count(DISTINCT sujet) FILTER (WHERE {RECU} AND compte = 1 AND generique = 1),"
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
    """Keep the people reached and the deliveries: of each element of the plan in the year under way (April to March), then
    of each moyen with its sous-moyens, and of the plan, in each of its years, the whole of it and the quarter under way.

    And the organisations that have subscribers. To be run before any purge. What is over keeps what was counted.
    """
    _measure_elements(abonnes, veille, now)
    portee_plan.measure(abonnes, veille, now)
    organisations.measure(abonnes, veille, now)


def _measure_elements(abonnes: sqlite3.Connection, veille: sqlite3.Connection, now: datetime) -> None:
    debut, fin = plan_year(local_day(now))
    bornes = between(debut, fin)
    purges = {d for d, jour in purged(abonnes, veille).items() if jour >= debut - ENVOYABLE}
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


def plan_year(jour: date) -> tuple[date, date]:
    """The first and last day of the plan's year that holds this day: April to March."""
    annee = jour.year if jour.month >= 4 else jour.year - 1
    return date(annee, 4, 1), date(annee + 1, 3, 31)
