"""The register of confidentiality incidents: what the regulation asks of each (A-2.1, r. 3.1, art. 7), kept five years.

Staff must not write anyone's address in it: who was touched is told in numbers and in kinds.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, fields
from datetime import date, datetime

from veille.errors import RefusError
from veille.store.connexion import stamp, unstamp


@dataclass(frozen=True)
class Incident:
    """One incident. Dates of notices are only for those with a risk of serious injury."""

    renseignements: str
    circonstances: str
    survenu_le: str
    connu_le: date
    personnes: str
    risque_serieux: bool
    evaluation: str
    mesures: str
    avis_commission_le: date | None = None
    avis_personnes_le: date | None = None
    avis_public: str = ""


@dataclass(frozen=True)
class Inscrit:
    """One line of the register."""

    id: int
    incident: Incident
    par: str
    inscrit_a: datetime


EXIGES = {
    "renseignements": "les renseignements personnels visés, ou pourquoi on ne les connaît pas",
    "circonstances": "ce qui s’est passé",
    "survenu_le": "la date ou la période de l’incident, même approximative",
    "personnes": "le nombre de personnes concernées, même approximatif",
    "evaluation": "ce qui fait conclure qu’il y a, ou non, un risque de préjudice sérieux",
    "mesures": "les mesures prises pour diminuer le risque",
}


def record(c: sqlite3.Connection, incident: Incident, par: str, now: datetime) -> int:
    """Write an incident down; refused while something the regulation asks for is missing."""
    manquent = [dit for cle, dit in EXIGES.items() if not str(getattr(incident, cle)).strip()]
    if not par.strip():
        manquent.append("le nom de la personne qui inscrit")
    if manquent:
        raise RefusError(f"Il manque au registre : {' ; '.join(manquent)}.")
    if "@" in " ".join(str(getattr(incident, f.name)) for f in fields(incident)):
        raise RefusError(
            "N’écrivez aucune adresse de courriel au registre : dites combien de personnes, et lesquelles en général."
        )
    curseur = c.execute(
        "INSERT INTO incidents (renseignements, circonstances, survenu_le, connu_le, personnes, risque_serieux,"
        " evaluation, avis_commission_le, avis_personnes_le, avis_public, mesures, par, inscrit_a)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            incident.renseignements,
            incident.circonstances,
            incident.survenu_le,
            incident.connu_le.isoformat(),
            incident.personnes,
            int(incident.risque_serieux),
            incident.evaluation,
            _iso(incident.avis_commission_le),
            _iso(incident.avis_personnes_le),
            incident.avis_public,
            incident.mesures,
            par,
            stamp(now),
        ),
    )
    return int(curseur.lastrowid or 0)


def register(c: sqlite3.Connection) -> list[Inscrit]:
    """The whole register, oldest first."""
    return [
        Inscrit(
            x["id"],
            Incident(
                x["renseignements"],
                x["circonstances"],
                x["survenu_le"],
                date.fromisoformat(x["connu_le"]),
                x["personnes"],
                bool(x["risque_serieux"]),
                x["evaluation"],
                x["mesures"],
                _day(x["avis_commission_le"]),
                _day(x["avis_personnes_le"]),
                x["avis_public"],
            ),
            x["par"],
            unstamp(x["inscrit_a"]),
        )
        for x in c.execute("SELECT * FROM incidents ORDER BY id")
    ]


def _iso(jour: date | None) -> str | None:
    return jour.isoformat() if jour else None


def _day(texte: str | None) -> date | None:
    return date.fromisoformat(texte) if texte else None
