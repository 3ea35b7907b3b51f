"""People reached by the digests of each moyen, as `store/abonnes/portee.py` counted them: without any address."""

from __future__ import annotations

import sqlite3
from datetime import date

from veille.evaluation import Portee
from veille.store.connexion import unstamp


def read(c: sqlite3.Connection, plan: str) -> list[Portee]:
    """Every count kept for a plan."""
    return [
        Portee(
            moyen=x["moyen"],
            debut=date.fromisoformat(x["debut_le"]),
            fin=date.fromisoformat(x["fin_le"]),
            personnes=x["personnes"],
            generiques=x["generiques"],
            envois=x["envois"],
            mesuree_a=unstamp(x["mesuree_a"]),
        )
        for x in c.execute("SELECT * FROM portees_plan WHERE plan = ? ORDER BY moyen, debut_le, fin_le", (plan,))
    ]
