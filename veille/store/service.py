"""What the machine did and was asked to do: runs (`passages`), requests from pages (`demandes`), robots.txt files."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from veille.errors import VeilleError
from veille.store.connexion import stamp, transaction, unstamp
from veille.textes import run_broken

GenreDemande = Literal[
    "collecter",
    "composer",
    "alerter",
    "sauter",
    "approuver",
    "publier",
    "envoyer",
    "suspendre",
    "reprendre",
    "arreter",
    "essayer",
    "renvoyer",
    "verifier_liens",
    "choisir_modele",
    "apercu_themes",
    "accepter_themes",
    "abandonner_themes",
    "verrouiller",
]


@dataclass(frozen=True)
class Demande:
    """Work a page asked for.

    `argument` is a source slug (collecter), an audience (composer, sauter), an audience and
    the id of a story (alerter), the name of a model (choisir_modele, "" being the
    rules alone), the id of a message (renvoyer), a digest and the row of `abonnes.db` that holds the address (essayer), a
    digest and what was read of it (approuver, `relecture.Lu`), else the id of a digest or of a wording.
    """

    id: int
    genre: str
    argument: str
    par: str
    demandee_a: datetime
    servie_a: datetime | None = None
    issue: str = ""
    message: str = ""

    @property
    def vise(self) -> str:
        """What it is about: an approval's argument also says what was read before it was asked."""
        return self.argument.partition(":")[0] if self.genre == "approuver" else self.argument


@dataclass
class Passage:
    """One run of one stage under way. What it has counted is kept even if it then fails."""

    bilan: dict[str, Any] = field(default_factory=dict)
    partiel: bool = False

    def count(self, **bilan: Any) -> None:
        """Say where the run stands; the last word on each figure prevails."""
        self.bilan.update(bilan)


def ask(c: sqlite3.Connection, genre: GenreDemande, argument: str, par: str, now: datetime) -> int:
    """Ask for work; the same request still waiting is not asked twice. Returns the request's id."""
    en_attente = c.execute(
        "SELECT id FROM demandes WHERE genre = ? AND argument = ? AND servie_a IS NULL", (genre, argument)
    ).fetchone()
    if en_attente:
        return int(en_attente["id"])
    curseur = c.execute(
        "INSERT INTO demandes (genre, argument, par, demandee_a) VALUES (?, ?, ?, ?)",
        (genre, argument, par, stamp(now)),
    )
    return int(curseur.lastrowid or 0)


def waiting(c: sqlite3.Connection) -> list[Demande]:
    """Requests not served yet, oldest first."""
    return [_demande(ligne) for ligne in c.execute("SELECT * FROM demandes WHERE servie_a IS NULL ORDER BY id")]


def recent_requests(c: sqlite3.Connection, limite: int = 20) -> list[Demande]:
    """The latest requests, served or not, newest first."""
    return [_demande(ligne) for ligne in c.execute("SELECT * FROM demandes ORDER BY id DESC LIMIT ?", (limite,))]


def answer(
    c: sqlite3.Connection, demande_id: int, issue: Literal["fait", "echec"], message: str, now: datetime
) -> None:
    """Record the outcome of a request, once."""
    with transaction(c):
        c.execute(
            "UPDATE demandes SET servie_a = ?, issue = ?, message = ? WHERE id = ? AND servie_a IS NULL",
            (stamp(now), issue, message, demande_id),
        )


def answer_broken(c: sqlite3.Connection, demande_id: int, nom: str, now: datetime) -> None:
    """Record that a request broke in a way nobody expected: left waiting, it would stop those behind it for ever.

    `nom`: the error's own, which is what the caller then tells, even if this cannot be written (a full disk…).
    """
    with contextlib.suppress(VeilleError, sqlite3.Error):
        answer(c, demande_id, "echec", run_broken(nom), now)


def rename(c: sqlite3.Connection, demande_id: int, argument: str) -> None:
    """Keep of what was asked only what may be kept here: never a whole address."""
    with transaction(c):
        c.execute("UPDATE demandes SET argument = ? WHERE id = ?", (argument, demande_id))


def record_run(
    c: sqlite3.Connection,
    etape: str,
    debut: datetime,
    fin: datetime,
    issue: Literal["fait", "partiel", "echec"],
    bilan: dict[str, Any],
) -> None:
    """Append one run of one stage with its counts."""
    with transaction(c):
        c.execute(
            "INSERT INTO passages (etape, debut_a, fin_a, issue, bilan) VALUES (?, ?, ?, ?, ?)",
            (etape, stamp(debut), stamp(fin), issue, json.dumps(bilan, ensure_ascii=False)),
        )


@contextlib.contextmanager
def recorded(c: sqlite3.Connection, etape: str, debut: datetime) -> Iterator[Passage]:
    """Record the run of a stage done inside: its counts, and its failure with why.

    A run that found nothing to do leaves no row: the schedule turns every five minutes. Enter it once the stage's lock
    is held: a run that could not begin is not a run.
    """
    passage, parti = Passage(), time.monotonic()
    try:
        yield passage
    except BaseException as erreur:
        # What stopped the run (a full disk…) may forbid this row too, and must be told rather than this.
        with contextlib.suppress(VeilleError, sqlite3.Error):
            passage.count(erreur=str(erreur) if isinstance(erreur, VeilleError) else run_broken(type(erreur).__name__))
            record_run(c, etape, debut, _end(debut, parti), "echec", passage.bilan)
        raise
    if any(passage.bilan.values()):
        record_run(c, etape, debut, _end(debut, parti), "partiel" if passage.partiel else "fait", passage.bilan)


def _end(debut: datetime, parti: float) -> datetime:
    """Some stages are given an instant, not a clock: what they lasted is measured beside."""
    return debut + timedelta(seconds=time.monotonic() - parti)


def last_run(c: sqlite3.Connection, etape: str) -> datetime | None:
    """When a run of this stage that was not a failure began; None when none did."""
    ligne = c.execute(
        "SELECT debut_a FROM passages WHERE etape = ? AND issue <> 'echec' ORDER BY id DESC LIMIT 1", (etape,)
    ).fetchone()
    return unstamp(ligne["debut_a"]) if ligne else None


def last_verified(c: sqlite3.Connection) -> int:
    """The id of the latest reading that a verification of sources, carried to its end, has taken into account."""
    ligne = c.execute(
        "SELECT max(json_extract(bilan, '$.jusqu_a')) FROM passages WHERE etape = 'verification'"
    ).fetchone()
    return int(ligne[0] or 0)


def load_robots(c: sqlite3.Connection) -> list[tuple[str, int, str, datetime]]:
    """Host:port, status, text and time of reading of every robots.txt known."""
    return [(hote, statut, texte, unstamp(lu_a)) for hote, statut, texte, lu_a in c.execute("SELECT * FROM robots")]


def save_robots(c: sqlite3.Connection, lus: Sequence[tuple[str, int, str, datetime]]) -> None:
    """Keep what hosts' robots.txt say until they are read again."""
    if not lus:
        return
    with transaction(c):
        c.executemany(
            "INSERT INTO robots (hote, statut, texte, lu_a) VALUES (?, ?, ?, ?) ON CONFLICT (hote)"
            " DO UPDATE SET statut = excluded.statut, texte = excluded.texte, lu_a = excluded.lu_a",
            [(hote, statut, texte, stamp(lu_a)) for hote, statut, texte, lu_a in lus],
        )


def _demande(ligne: sqlite3.Row) -> Demande:
    return Demande(
        id=ligne["id"],
        genre=ligne["genre"],
        argument=ligne["argument"],
        par=ligne["par"],
        demandee_a=unstamp(ligne["demandee_a"]),
        servie_a=unstamp(ligne["servie_a"]) if ligne["servie_a"] else None,
        issue=ligne["issue"] or "",
        message=ligne["message"],
    )
