"""The wordings of thematiques.toml (`redactions_themes`): proposed, previewed, accepted or abandoned, never deleted.

What judges is the latest one accepted. A proposal remembers which wording it was written from (`base`): when another
one has been accepted since, accepting it would undo that one silently, so it is refused.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from veille.errors import RefusError
from veille.francais import NBSP, format_instant
from veille.store.connexion import stamp, unstamp
from veille.store.fiches import A_TRANCHER

VEILLE = "veille"  # Who accepted the very first wording: nobody had proposed anything.
FICHIER = "fichier"  # Who proposes what was written in the file by hand.
Issue = Literal["acceptee", "abandonnee"]

_COLONNES = "id, empreinte, base, par, resume, proposee_a, apercu_a, issue, tranchee_par, tranchee_a"


@dataclass(frozen=True)
class Redaction:
    """One wording, its text and its preview apart. `changements`: what it changes, in French sentences.

    `empreinte` identifies the text, `base` the text it was written from; `tranchee_par`, `tranchee_a`: who settled it.
    """

    id: int
    empreinte: str
    base: str
    par: str
    changements: tuple[str, ...]
    proposee_a: datetime
    apercu_a: datetime | None = None
    issue: Issue | None = None
    tranchee_par: str = ""
    tranchee_a: datetime | None = None


def fingerprint(texte: str) -> str:
    """What identifies a wording, to the letter."""
    return hashlib.blake2b(texte.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def start(c: sqlite3.Connection, texte: str, now: datetime) -> None:
    """Record the first wording as accepted, unless there is one already. Inside the caller's transaction."""
    if accepted(c) is None:
        instant = stamp(now)
        c.execute(
            "INSERT INTO redactions_themes (texte, empreinte, base, par, resume, proposee_a, issue, tranchee_par,"
            " tranchee_a) VALUES (?, ?, '', ?, 'Première rédaction connue.', ?, 'acceptee', ?, ?)",
            (texte, fingerprint(texte), VEILLE, instant, VEILLE, instant),
        )


def propose(
    c: sqlite3.Connection, texte: str, base: str, par: str, changements: Sequence[str], now: datetime
) -> int | None:
    """Record a proposal; returns its id, that of the same text already proposed, or None when it is the accepted text.

    Inside the caller's transaction.
    """
    empreinte = fingerprint(texte)
    en_vigueur = accepted(c)
    if en_vigueur is not None and en_vigueur.empreinte == empreinte:
        return None
    deja = next((r.id for r in pending(c) if r.empreinte == empreinte), None)
    if deja is not None:
        return deja
    curseur = c.execute(
        "INSERT INTO redactions_themes (texte, empreinte, base, par, resume, proposee_a) VALUES (?, ?, ?, ?, ?, ?)",
        (texte, empreinte, base, par, "\n".join(changements), stamp(now)),
    )
    return int(curseur.lastrowid or 0)


def rebase(c: sqlite3.Connection, redaction: Redaction, texte: str, base: str) -> None:
    """Let a proposal go on from another wording that tags as its own base did. Inside the caller's transaction."""
    c.execute(
        "UPDATE redactions_themes SET texte = ?, empreinte = ?, base = ? WHERE id = ? AND issue IS NULL",
        (texte, fingerprint(texte), base, redaction.id),
    )


def accepted(c: sqlite3.Connection) -> Redaction | None:
    """The wording that judges: the latest one accepted; None before the first turn of the watch."""
    return next(
        _read(c, "WHERE issue = 'acceptee' ORDER BY tranchee_a DESC, id DESC LIMIT 1"),
        None,
    )


def pending(c: sqlite3.Connection) -> list[Redaction]:
    """Proposals nobody settled, latest first."""
    return list(_read(c, "WHERE issue IS NULL ORDER BY id DESC"))


def history(c: sqlite3.Connection, limite: int = 50) -> list[Redaction]:
    """Wordings accepted or abandoned, the last settled first."""
    return list(_read(c, "WHERE issue IS NOT NULL ORDER BY tranchee_a DESC, id DESC LIMIT ?", limite))


def get(c: sqlite3.Connection, redaction_id: int) -> Redaction | None:
    """One wording, whatever became of it."""
    return next(_read(c, "WHERE id = ?", redaction_id), None)


def text_of(c: sqlite3.Connection, redaction: Redaction) -> str:
    """The whole text of a wording."""
    return str(c.execute("SELECT texte FROM redactions_themes WHERE id = ?", (redaction.id,)).fetchone()[0])


def text_by_fingerprint(c: sqlite3.Connection, empreinte: str) -> str | None:
    """The text a fingerprint identifies, whatever became of it; None when it was never recorded."""
    ligne = c.execute("SELECT texte FROM redactions_themes WHERE empreinte = ? LIMIT 1", (empreinte,)).fetchone()
    return str(ligne["texte"]) if ligne else None


def preview_of(c: sqlite3.Connection, redaction: Redaction) -> dict[str, Any] | None:
    """What a wording would retag, as `set_preview` received it."""
    ligne = c.execute("SELECT apercu FROM redactions_themes WHERE id = ?", (redaction.id,)).fetchone()
    apercu: dict[str, Any] | None = json.loads(ligne["apercu"]) if ligne["apercu"] else None
    return apercu


def set_preview(c: sqlite3.Connection, redaction_id: int, apercu: dict[str, Any], now: datetime) -> None:
    """Keep what a proposal would retag; the latest preview replaces the former. Inside the caller's transaction."""
    c.execute(
        "UPDATE redactions_themes SET apercu = ?, apercu_a = ? WHERE id = ? AND issue IS NULL",
        (json.dumps(apercu, ensure_ascii=False), stamp(now), redaction_id),
    )


def obstacle(redaction: Redaction, en_vigueur: Redaction | None) -> str:
    """Why a proposal cannot be accepted today, as a French sentence; "" when it can."""
    if redaction.issue is not None:
        if redaction.tranchee_par == FICHIER:
            return f"La rédaction {redaction.id} a été remplacée par ce que le fichier dit depuis."
        sort = "acceptée" if redaction.issue == "acceptee" else "abandonnée"
        return f"La rédaction {redaction.id} a déjà été {sort} par {redaction.tranchee_par}."
    if en_vigueur is not None and redaction.base != en_vigueur.empreinte:
        quand = f" le {format_instant(en_vigueur.tranchee_a)}" if en_vigueur.tranchee_a else ""
        return (
            f"Les thématiques ont changé depuis que cette proposition a été écrite{NBSP}: {_acceptance(en_vigueur)}{quand}."
            " L’accepter déferait ce changement. Abandonnez-la, puis refaites-la à partir de ce qui est en vigueur."
        )
    if redaction.apercu_a is None:
        return "L’aperçu de cette proposition n’a pas encore été fait : il faut voir ce qu’elle changerait avant de l’accepter."
    return ""


def settle(c: sqlite3.Connection, redaction: Redaction, issue: Issue, par: str, now: datetime) -> None:
    """Record what became of a proposal, once; RefusError when it may not be. Inside the caller's transaction."""
    present, en_vigueur = get(c, redaction.id) or redaction, accepted(c)
    motif = obstacle(present, en_vigueur) if issue == "acceptee" or present.issue is not None else ""
    if motif:
        raise RefusError(motif)
    if issue == "acceptee" and en_vigueur is not None and en_vigueur.tranchee_a is not None:
        now = max(
            now, en_vigueur.tranchee_a + timedelta(seconds=1)
        )  # The latest accepted is the latest by its instant.
    c.execute(
        "UPDATE redactions_themes SET issue = ?, tranchee_par = ?, tranchee_a = ? WHERE id = ? AND issue IS NULL",
        (issue, par, stamp(now), redaction.id),
    )


def undecided(c: sqlite3.Connection, depuis: datetime, limite: int) -> list[int]:
    """One item, the latest, of each story seen since then that nobody has settled; latest first. See `fiches`."""
    lignes = c.execute(
        f"""
        SELECT max(i.id) AS dernier FROM items i CROSS JOIN membres m ON m.item_id = i.id
        LEFT JOIN verdicts v ON v.groupe_id = m.groupe_id
        WHERE (i.vu_a >= :depuis OR i.version_a >= :depuis) AND {A_TRANCHER}
        GROUP BY m.groupe_id ORDER BY dernier DESC LIMIT :limite
        """,
        {"depuis": stamp(depuis), "limite": limite},
    )
    return [ligne["dernier"] for ligne in lignes]


def _acceptance(redaction: Redaction) -> str:
    """« Alex a accepté son propre changement », « Alex a accepté le changement de Sam »."""
    if redaction.par == redaction.tranchee_par:
        return f"{redaction.par} a fait accepter un changement"
    auteur = "écrit dans le fichier" if redaction.par == FICHIER else f"proposé par {redaction.par}"
    return f"{redaction.tranchee_par} a accepté un changement {auteur}"


def _read(c: sqlite3.Connection, suite: str, *valeurs: object) -> Iterator[Redaction]:
    for ligne in c.execute(f"SELECT {_COLONNES} FROM redactions_themes {suite}", valeurs):
        yield Redaction(
            id=ligne["id"],
            empreinte=ligne["empreinte"],
            base=ligne["base"],
            par=ligne["par"],
            changements=tuple(filter(None, ligne["resume"].split("\n"))),
            proposee_a=unstamp(ligne["proposee_a"]),
            apercu_a=unstamp(ligne["apercu_a"]) if ligne["apercu_a"] else None,
            issue=ligne["issue"],
            tranchee_par=ligne["tranchee_par"] or "",
            tranchee_a=unstamp(ligne["tranchee_a"]) if ligne["tranchee_a"] else None,
        )
