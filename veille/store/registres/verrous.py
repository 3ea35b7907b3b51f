"""Periods whose figures do not change any more, and the amendments made to them since.

The database itself refuses a row of a locked period that no new amendment covers (triggers of `schema/m005.py`).
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from veille.errors import RefusError, VerrouError
from veille.francais import NBSP, format_day, local_day
from veille.periodes import GenrePeriode, Periode
from veille.store.connexion import stamp, unstamp
from veille.store.registres.journal import Acte, GenreActe

RAISON_MAX = 1000


@dataclass(frozen=True)
class PeriodeVerrouillee:
    """A locked period, and the bilan frozen that day."""

    id: int
    plan: str
    periode: Periode
    bilan_id: int
    par: str
    verrouillee_a: datetime


@dataclass(frozen=True)
class Amendement:
    """A correction made to a locked period: why, and each row it touched, before and after."""

    id: int
    raison: str
    par: str
    fait_a: datetime
    actes: tuple[Acte, ...]


def lockable(c: sqlite3.Connection, plan: str, periode: Periode, now: datetime) -> None:
    """RefusError when a period is not over, or is locked already."""
    if periode.fin >= local_day(now):
        raise RefusError(
            f"{periode.nom}{NBSP}: cette période n’est pas terminée ; elle se verrouille après le {format_day(periode.fin)}."
        )
    if any(v.periode == periode for v in locked(c, plan)):
        raise RefusError(f"{periode.nom}{NBSP}: cette période est déjà verrouillée.")


def lock(c: sqlite3.Connection, plan: str, periode: Periode, bilan_id: int, par: str, now: datetime) -> int:
    """Lock a period that is over, with the bilan that keeps its figures."""
    lockable(c, plan, periode, now)
    ligne = c.execute(
        "INSERT INTO periodes_verrouillees (plan, genre, debut_le, fin_le, bilan_id, par, verrouillee_a)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (plan, periode.genre, periode.debut.isoformat(), periode.fin.isoformat(), bilan_id, par, stamp(now)),
    ).fetchone()
    return int(ligne["id"])


def locked(c: sqlite3.Connection, plan: str) -> list[PeriodeVerrouillee]:
    """The locked periods of a plan, oldest first."""
    lignes = c.execute("SELECT * FROM periodes_verrouillees WHERE plan = ? ORDER BY debut_le, fin_le", (plan,))
    return [
        PeriodeVerrouillee(x["id"], x["plan"], _period(x), x["bilan_id"], x["par"], unstamp(x["verrouillee_a"]))
        for x in lignes
    ]


def locked_at(c: sqlite3.Connection, plan: str, debut: date, fin: date | None) -> PeriodeVerrouillee | None:
    """The locked period that a row of these days falls in, if any."""
    return next((v for v in locked(c, plan) if v.periode.meets(debut, fin)), None)


def amendments(c: sqlite3.Connection, plan: str, periode: Periode) -> list[Amendement]:
    """What was corrected in a period under an amendment since it was locked, oldest first, each row before and after.

    Read from what the database itself wrote of each amended row, so that nothing goes unseen, however it was written.
    """
    depuis = next((v.verrouillee_a for v in locked(c, plan) if v.periode == periode), None)
    lignes = c.execute(
        "SELECT l.*, a.raison, a.par, a.fait_a FROM lignes_amendees l JOIN amendements a ON a.id = l.id ORDER BY l.id"
    )
    lus = (_amendment(x) for x in lignes)
    return [
        a
        for a in lus
        if (depuis is None or a.fait_a >= depuis)
        and any(_touches(v, plan, periode) for acte in a.actes for v in (acte.avant, acte.apres) if v)
    ]


def open_amendment(c: sqlite3.Connection, raison: str, par: str, now: datetime) -> int:
    """Write why a locked period is corrected; the rows that follow bear its number."""
    propre = " ".join(raison.split())
    if not propre:
        raise RefusError("Dites pourquoi cette période verrouillée est corrigée.")
    if len(propre) > RAISON_MAX:
        raise RefusError(f"La raison d’un amendement tient en {RAISON_MAX} caractères.")
    ligne = c.execute(
        "INSERT INTO amendements (raison, par, fait_a) VALUES (?, ?, ?) RETURNING id", (propre, par, stamp(now))
    ).fetchone()
    return int(ligne["id"])


@contextlib.contextmanager
def told(c: sqlite3.Connection, plan: str, *jours: tuple[date, date | None]) -> Iterator[None]:
    """Turn the database's refusal into a sentence that names the locked period and says what to do."""
    try:
        yield
    except sqlite3.IntegrityError as erreur:
        if "référence déjà prise" in str(erreur):
            raise RefusError("Cette référence est déjà celle d’une autre ligne du registre.") from erreur
        if "période verrouillée" not in str(erreur):
            raise
        verrou = next((v for debut, fin in jours if (v := locked_at(c, plan, debut, fin))), None)
        quand = f" depuis le {format_day(local_day(verrou.verrouillee_a))}" if verrou else ""
        nom = verrou.periode.nom if verrou else ""
        raise VerrouError(
            f"La période {nom} est verrouillée{quand}{NBSP}: donnez la raison de la correction, elle paraîtra au bilan comme un amendement."
        ) from erreur


def _amendment(x: sqlite3.Row) -> Amendement:
    avant = json.loads(x["avant"]) if x["avant"] else None
    apres = json.loads(x["apres"])
    genre: GenreActe = "inscrire" if avant is None else "modifier"
    if avant and bool(avant.pop("retire_a")) != bool(apres["retire_a"]):
        genre = "retirer" if apres["retire_a"] else "retablir"
    apres.pop("retire_a")
    fait_a = unstamp(x["fait_a"])
    acte = Acte(x["id"], x["registre"], x["ligne_id"], genre, avant, apres, x["raison"], x["par"], fait_a)
    return Amendement(x["id"], x["raison"], x["par"], fait_a, (acte,))


def _period(x: sqlite3.Row) -> Periode:
    genre: GenrePeriode = x["genre"]
    return Periode(genre, date.fromisoformat(x["debut_le"]), date.fromisoformat(x["fin_le"]))


def _touches(valeurs: dict[str, object], plan: str, periode: Periode) -> bool:
    debut = valeurs.get("jour_le") or valeurs.get("debut_le")
    fin = valeurs.get("jour_le") or valeurs.get("fin_le")
    if valeurs.get("plan") != plan or not debut:
        return False
    return periode.meets(date.fromisoformat(str(debut)), date.fromisoformat(str(fin)) if fin else None)
