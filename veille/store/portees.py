"""How far the issues went: people reached and deliveries, without any address (`diffusions`, `portees`)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Diffusion:
    """What became of one issue's mails. `personnes`: distinct partners whose server took it and sent nothing back."""

    digest_id: int
    audience: str
    numero: int
    date_le: date
    prevus: int
    acceptes: int
    refuses: int
    rebonds: int
    incertains: int
    personnes: int
    generiques: int
    plaintes: int


def by_issue(c: sqlite3.Connection, depuis: date, au: date = date.max) -> list[Diffusion]:
    """Issues of these days that were sent, the latest first."""
    lignes = c.execute(
        "SELECT d.audience, d.numero, d.date_le, f.* FROM diffusions f JOIN digests d ON d.id = f.digest_id"
        " WHERE d.date_le BETWEEN ? AND ? ORDER BY d.date_le DESC, d.id DESC",
        (depuis.isoformat(), au.isoformat()),
    )
    return [
        Diffusion(
            digest_id=x["digest_id"],
            audience=x["audience"],
            numero=x["numero"],
            date_le=date.fromisoformat(x["date_le"]),
            prevus=x["prevus"],
            acceptes=x["acceptes"],
            refuses=x["refuses"],
            rebonds=x["rebonds"],
            incertains=x["incertains"],
            personnes=x["personnes"],
            generiques=x["generiques"],
            plaintes=x["plaintes"],
        )
        for x in lignes
    ]
