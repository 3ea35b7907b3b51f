"""What the plan de veille is read beside: readings, stories and publishers of the last days, theme by theme."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from veille.appreciation.periodes import Jours, last_days
from veille.appreciation.plan_veille import JOURS, Faits, Lue
from veille.evaluation import Lecture
from veille.francais import local_day
from veille.periodes import Periode
from veille.store import appreciation, entonnoir, sources
from veille.store.mesures import veille

LUS: frozenset[Lecture] = frozenset(("sources", "plages"))


def read(c: sqlite3.Connection, now: datetime) -> Faits:
    """Everything of the last days."""
    jours = last_days(JOURS, now)
    trouve = entonnoir.read(c, jours)
    return Faits(
        themes={e.slug: e for e in trouve.themes},
        lieux=trouve.lieux,
        par_source=_by_source(c, jours),
        lues=_readings(c, jours, now),
    )


def _by_source(c: sqlite3.Connection, jours: Jours) -> dict[str, dict[str, int]]:
    """Theme → source → stories; a story counts for the source of its main item."""
    comptes: dict[str, dict[str, int]] = {}
    for x in c.execute(
        """
        SELECT t.slug AS theme, s.slug AS source, count(*) AS nombre FROM thematiques t
        CROSS JOIN file_etiquettes e ON e.genre = 'thematique' AND e.valeur = t.slug AND e.jour_le BETWEEN ? AND ?
        CROSS JOIN file_revue f ON f.groupe_id = e.groupe_id
        CROSS JOIN sources s ON s.id = f.source_id GROUP BY t.slug, s.slug
        """,
        (jours.debut.isoformat(), jours.fin.isoformat()),
    ):
        comptes.setdefault(x["theme"], {})[x["source"]] = x["nombre"]
    return comptes


def _readings(c: sqlite3.Connection, jours: Jours, now: datetime) -> dict[str, Lue]:
    """Each source today, and its readings planned and made: the same count as the indicator of the plan."""
    periode = Periode("annee", jours.debut, jours.fin)
    suivies = {s.slug: s for s in veille.read(c, periode, now, LUS).sources}
    lues = {}
    for sante in sources.health(c):
        suivie = suivies.get(sante.slug)
        lues[sante.slug] = Lue(
            appreciation.state(sante, now),
            suivie.prevues if suivie else 0,
            suivie.reussies if suivie else 0,
            local_day(sante.dernier_item_a) if sante.dernier_item_a else None,
        )
    return lues
