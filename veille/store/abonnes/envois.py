"""The outbox: one row per digest and person. Taken under a lease, engaged before the final dot, then recorded.

    en_attente ─► pris ─► engage ─► accepte
        ▲          │         ├────► refuse
        └──────────┴─────────┤      (later again: en_attente, with a later `prochain_a`)
                             └────► incertain ─► accepte (found at the witness's), or en_attente when a person resends

Whatever dies, wherever: `pris` has sent nothing; `engage` may have, and becomes `incertain`, never sent again by itself.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from veille.errors import RefusError
from veille.mailer import Issue
from veille.store.abonnes import personnes, suppressions
from veille.store.abonnes.lots import message_name
from veille.store.connexion import stamp, transaction, unstamp

BAIL = timedelta(minutes=30)  # Longer than a server may take to answer the final dot.
DELAIS = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
PAUSE_PANNE = timedelta(minutes=5)
PAUSE_QUOTA = timedelta(minutes=15)
INCERTAINS_MAX = 1000  # Looked for in one reading of our mailbox.

GenreService = Literal["confirmation", "preferences"]

_COURRIEL = re.compile(r"[^\s<>@\"'(),:;]+@[^\s<>@\"'(),:;]+")


class MayReceive(Protocol):
    """Why a digest, or an alert, may not go to this person for this audience now; "" when it may."""

    def __call__(self, c: sqlite3.Connection, sujet: str, audience: str, now: datetime, *, alerte: bool = False) -> str:
        """Asked in the transaction that takes the message, then in the one that lets its final dot leave."""


@dataclass(frozen=True)
class Pris:
    """A message a sender holds. `prises` proves that it still does."""

    id: int
    genre: str
    digest_id: int | None
    audience: str
    sujet: str
    message_id: str
    contexte: Mapping[str, object]
    essais: int
    prises: int
    alerte: bool = False


@dataclass(frozen=True)
class Incertain:
    """A message whose final dot may have left without its answer. `temoin`: our own mailbox should hold a copy.

    `absent_a`: when it was found missing there, past the delay: a person may then send it again.
    """

    id: int
    digest_id: int
    audience: str
    sujet: str
    message_id: str
    engage_a: datetime
    temoin: bool
    absent_a: datetime | None


@dataclass(frozen=True)
class Revenu:
    """A message that something came back for. `ailleurs`: the person has changed address since it left."""

    id: int
    sujet: str
    digest_id: int | None
    ailleurs: bool


def reclaim(c: sqlite3.Connection, now: datetime, *, seul: bool) -> tuple[int, int]:
    """Take back what dead senders held; `seul`: no other sender lives, whatever the leases say.

    Returns how many go back to waiting, and how many are now uncertain.
    """
    with transaction(c):
        morts = "bail_a <= ?1" if not seul else "?1 <> ''"
        tenus = "etat IN ('pris', 'engage')"  # As the index says it, so that it is used.
        rendus = c.execute(
            "UPDATE envois SET etat = CASE genre WHEN 'essai' THEN 'annule' ELSE 'en_attente' END, bail_a = NULL"
            f" WHERE {tenus} AND etat = 'pris' AND {morts}",
            (stamp(now),),
        ).rowcount
        incertains = c.execute(
            "UPDATE envois SET etat = 'incertain', bail_a = NULL, tranche_a = ?1,"
            f" reponse = 'l’envoi s’est arrêté avant la réponse du serveur' WHERE {tenus} AND etat = 'engage' AND {morts}",
            (stamp(now),),
        ).rowcount
    return rendus, incertains


def take(c: sqlite3.Connection, now: datetime, combien: int, may_receive: MayReceive) -> list[Pris]:
    """Lease up to that many messages that are due: service messages first, then the lots under way, oldest first.

    Whether each person may still receive is asked in the same transaction; who may not is set aside for good.
    """
    pris: list[Pris] = []
    with transaction(c):
        for digest_id, audience, alerte in [(None, "", False), *_open_lots(c)]:
            while len(pris) < combien and (lignes := _due(c, digest_id, now, combien - len(pris))):
                dus = [held(ligne, audience, alerte=alerte) for ligne in lignes]
                pris += [p for du in dus if (p := _hold(c, du, now, may_receive))]
    return pris


def engage(c: sqlite3.Connection, pris: Pris, now: datetime, may_receive: MayReceive, *, temoin: bool) -> bool:
    """Note that the final dot may leave; to be committed, on the disk, before it does. Inside the caller's transaction.

    False, and the dot must not leave: the person has just left the list, or the message is no longer this sender's.
    """
    if raison := _objection(c, pris, now, may_receive):
        _set_aside(c, pris.id, raison, now)
        return False
    curseur = c.execute(
        "UPDATE envois SET etat = 'engage', engage_a = ?, bail_a = ?, temoin = ?"
        " WHERE id = ? AND prises = ? AND etat IN ('pris', 'engage')",
        (stamp(now), stamp(now + BAIL), int(temoin), pris.id, pris.prises),
    )
    return curseur.rowcount == 1


def record(c: sqlite3.Connection, pris: Pris, issue: Issue, now: datetime) -> None:
    """Write how a message fared. Inside the caller's transaction; changes nothing once someone else took the row."""
    etat, essais, prochain = _outcome(pris, issue, now)
    if not etat:
        return
    c.execute(
        "UPDATE envois SET etat = ?, essais = ?, prochain_a = ?, bail_a = NULL, code = ?, reponse = ?, tranche_a = ?"
        " WHERE id = ? AND prises = ? AND etat IN ('pris', 'engage', 'incertain', 'en_attente')",
        (
            etat,
            essais,
            stamp(prochain),
            issue.code or None,
            scrub(issue.texte),
            None if etat == "en_attente" else stamp(now),
            pris.id,
            pris.prises,
        ),
    )


def release(c: sqlite3.Connection, pris: Iterable[Pris]) -> None:
    """Give back messages that were taken and will not be tried now."""
    with transaction(c):
        c.executemany(
            "UPDATE envois SET etat = 'en_attente', bail_a = NULL WHERE id = ? AND prises = ? AND etat = 'pris'",
            [(p.id, p.prises) for p in pris],
        )


def held(ligne: sqlite3.Row, audience: str = "", *, alerte: bool = False) -> Pris:
    """A row as whoever holds it sees it."""
    contexte = json.loads(ligne["contexte"])
    return Pris(
        id=ligne["id"],
        genre=ligne["genre"],
        digest_id=ligne["digest_id"],
        audience=audience or str(contexte.get("audience", "")),
        sujet=ligne["sujet"],
        message_id=ligne["message_id"],
        contexte=contexte,
        essais=ligne["essais"],
        prises=ligne["prises"],
        alerte=alerte,
    )


def scrub(texte: str) -> str:
    """What a server says, without the address it repeats: deliveries know people by `sujet` only."""
    return _COURRIEL.sub("[adresse]", texte)[:300]


def count_due(c: sqlite3.Connection, now: datetime) -> int:
    """How many messages may be tried now."""
    ligne = c.execute(
        "SELECT count(*) FROM envois e LEFT JOIN lots l ON l.digest_id = e.digest_id WHERE e.etat = 'en_attente'"
        " AND e.prochain_a <= ? AND (e.digest_id IS NULL OR l.etat = 'en_cours')",
        (stamp(now),),
    ).fetchone()
    return int(ligne[0])


def count_service(c: sqlite3.Connection) -> int:
    """Confirmations and links to preferences that wait to leave."""
    return int(c.execute("SELECT count(*) FROM envois WHERE digest_id IS NULL AND etat = 'en_attente'").fetchone()[0])


def has_work(c: sqlite3.Connection, now: datetime, debut_mois: datetime) -> bool:
    """Whether a round would do anything: something due, left by a dead sender, to be woken, filled, ended or gathered."""
    ligne = c.execute(
        "SELECT EXISTS (SELECT 1 FROM envois e LEFT JOIN lots l ON l.digest_id = e.digest_id WHERE e.etat = 'en_attente'"
        " AND e.prochain_a <= ?1 AND (e.digest_id IS NULL OR l.etat = 'en_cours'))"
        " OR EXISTS (SELECT 1 FROM envois INDEXED BY envois_tenus WHERE etat IN ('pris', 'engage'))"
        " OR EXISTS (SELECT 1 FROM lots WHERE rempli_a IS NULL OR reprise_a <= ?1)"
        " OR EXISTS (SELECT 1 FROM lots l WHERE etat = 'en_cours' AND NOT EXISTS (SELECT 1 FROM envois e WHERE"
        " e.digest_id = l.digest_id AND e.etat IN ('en_attente', 'pris', 'engage')))"
        " OR EXISTS (SELECT 1 FROM envois e JOIN lots l ON l.digest_id = e.digest_id AND l.etat IN ('en_cours', 'termine')"
        " WHERE e.etat = 'reporte' AND e.cree_a < ?2)",
        (stamp(now), stamp(debut_mois)),
    ).fetchone()
    return bool(ligne[0])


# ---------------------------------------------------------------- service messages


def queue_service(
    c: sqlite3.Connection, genre: GenreService, sujet: str, contexte: Mapping[str, str], now: datetime
) -> int:
    """Ask for a confirmation or a preferences link to be sent; one at a time waits per person. Returns its id.

    Inside the caller's transaction, if there is one. `contexte`: what the template says besides the link (`audience`: the
    slug the link is for, `publics`: their names, `objet`: « adresse » when an address changes); never an address.
    """
    attend = c.execute(
        "SELECT id FROM envois WHERE sujet = ? AND genre = ? AND etat IN ('en_attente', 'pris', 'engage')",
        (sujet, genre),
    ).fetchone()
    texte = json.dumps(dict(contexte), ensure_ascii=False)
    if attend:
        c.execute("UPDATE envois SET contexte = ? WHERE id = ? AND etat = 'en_attente'", (texte, attend[0]))
        return int(attend[0])
    return _add(c, genre, sujet, texte, now)


# ---------------------------------------------------------------- uncertain messages


def uncertain(c: sqlite3.Connection, limite: int = 0, *, temoin: bool = False) -> list[Incertain]:
    """Digests' messages that may or may not have arrived, oldest first. `temoin`: those our mailbox should hold a copy of
    only, the ones it was found without last: it may still receive them, and they must not hide the others."""
    return [
        Incertain(
            id=ligne["id"],
            digest_id=ligne["digest_id"],
            audience=ligne["audience"],
            sujet=ligne["sujet"],
            message_id=ligne["message_id"],
            engage_a=unstamp(ligne["engage_a"]),
            temoin=bool(ligne["temoin"]),
            absent_a=unstamp(ligne["absent_a"]) if ligne["absent_a"] else None,
        )
        for ligne in c.execute(
            "SELECT e.*, l.audience FROM envois e JOIN lots l ON l.digest_id = e.digest_id"
            " WHERE e.etat = 'incertain' AND e.temoin >= ? ORDER BY (e.absent_a IS NOT NULL) * ?, e.id LIMIT ?",
            (int(temoin), int(temoin), limite or INCERTAINS_MAX),
        )
    ]


def settle_found(c: sqlite3.Connection, ids: Sequence[int], now: datetime) -> int:
    """The witness holds a copy: these were taken by the server. Returns how many that settles."""
    with transaction(c):
        return sum(
            c.execute(
                "UPDATE envois SET etat = 'accepte', tranche_a = ?, absent_a = NULL,"
                " reponse = 'copie trouvée dans la boîte témoin' WHERE id = ? AND etat = 'incertain'",
                (stamp(now), ident),
            ).rowcount
            for ident in ids
        )


def note_absent(c: sqlite3.Connection, ids: Sequence[int], now: datetime) -> None:
    """The witness had time to receive a copy of these and holds none."""
    with transaction(c):
        c.executemany(
            "UPDATE envois SET absent_a = ? WHERE id = ? AND etat = 'incertain' AND absent_a IS NULL",
            [(stamp(now), ident) for ident in ids],
        )


def resend(c: sqlite3.Connection, envoi_id: int, par: str, now: datetime) -> int:
    """A person decides that an uncertain message leaves again: same row, same Message-ID. Returns its digest's id.

    A copy at the witness's that may still come is waited for: RefusError until it was looked for and found missing.
    """
    with transaction(c):
        ligne = c.execute("SELECT * FROM envois WHERE id = ? AND genre = 'bulletin'", (envoi_id,)).fetchone()
        if ligne is None or ligne["etat"] != "incertain":
            raise RefusError(f"L’envoi {envoi_id} n’est pas incertain : il n’y a rien à renvoyer.")
        if ligne["temoin"] and not ligne["absent_a"]:
            raise RefusError(
                f"L’envoi {envoi_id} n’a pas encore été cherché dans la boîte témoin : attendez le rapprochement, qui"
                " dira s’il est arrivé."
            )
        c.execute(
            "UPDATE envois SET etat = 'en_attente', prochain_a = ?, tranche_a = NULL, absent_a = NULL, renvoi_par = ?"
            " WHERE id = ?",
            (stamp(now), par, envoi_id),
        )
        c.execute(
            "UPDATE lots SET etat = 'en_cours', termine_a = NULL WHERE digest_id = ? AND etat = 'termine'",
            (ligne["digest_id"],),
        )
    return int(ligne["digest_id"])


# ---------------------------------------------------------------- what comes back


def find(c: sqlite3.Connection, message_id: str) -> Revenu | None:
    """The message of this name, by the part of its Message-ID before the @."""
    ligne = c.execute(
        "SELECT id, sujet, digest_id, EXISTS (SELECT 1 FROM journal_consentement j WHERE j.sujet = e.sujet"
        " AND j.acte = 'correction' AND j.fait_a >= e.engage_a) FROM envois e WHERE message_id = ?",
        (message_id,),
    ).fetchone()
    return Revenu(int(ligne[0]), str(ligne[1]), ligne[2], bool(ligne[3])) if ligne else None


def note_return(
    c: sqlite3.Connection, envoi_id: int, quoi: Literal["rebond", "plainte"], texte: str, now: datetime
) -> bool:
    """A message came back, or someone complained of it. Returns whether it is news.

    A bounce proves that the server had taken it: an uncertain message is settled by it.
    """
    colonne = {"rebond": "rebond_a", "plainte": "plainte_a"}[quoi]
    with transaction(c):
        curseur = c.execute(
            f"UPDATE envois SET {colonne} = ?, reponse = ?, etat = CASE etat WHEN 'incertain' THEN 'accepte' ELSE etat END"
            f" WHERE id = ? AND {colonne} IS NULL",
            (stamp(now), scrub(texte), envoi_id),
        )
    return curseur.rowcount == 1


def refused(c: sqlite3.Connection, limite: int = 200) -> list[sqlite3.Row]:
    """Messages that will not be tried again, or came back: id, digest, audience, person, answer; newest first."""
    return c.execute(
        "SELECT e.id, e.digest_id, l.audience, e.sujet, e.code, e.reponse, e.rebond_a, e.plainte_a,"
        " coalesce(e.plainte_a, e.rebond_a, e.tranche_a) AS quand FROM envois e JOIN lots l ON l.digest_id = e.digest_id"
        " WHERE e.etat = 'refuse' OR e.rebond_a IS NOT NULL OR e.plainte_a IS NOT NULL"
        " ORDER BY quand DESC, e.id DESC LIMIT ?",
        (limite,),
    ).fetchall()


def mailbox_mark(c: sqlite3.Connection, dossier: str) -> tuple[int, int]:
    """How far a mailbox has been read: its validity and the last message's number; zeros when never."""
    ligne = c.execute("SELECT validite, uid FROM lectures_boite WHERE dossier = ?", (dossier,)).fetchone()
    return (int(ligne[0]), int(ligne[1])) if ligne else (0, 0)


def mark_mailbox(c: sqlite3.Connection, dossier: str, validite: int, uid: int, now: datetime) -> None:
    """Remember how far a mailbox has been read."""
    with transaction(c):
        c.execute(
            "INSERT INTO lectures_boite (dossier, validite, uid, lue_a) VALUES (?, ?, ?, ?) ON CONFLICT (dossier)"
            " DO UPDATE SET validite = excluded.validite, uid = excluded.uid, lue_a = excluded.lue_a",
            (dossier, validite, uid, stamp(now)),
        )


# ---------------------------------------------------------------- one mail a month


def gather_month(c: sqlite3.Connection, debut_mois: datetime, now: datetime) -> int:
    """Make one mail of all that was put off before this month, per person and audience. Returns how many mails that is.

    The latest message carries the others: it names their digests, and they are settled by it.
    """
    with transaction(c):
        groupes = c.execute(
            "SELECT max(r.id) AS porteur, json_group_array(r.digest_id) AS digests, json_group_array(r.id) AS ids"
            " FROM (SELECT * FROM envois WHERE etat = 'reporte' AND cree_a < ? ORDER BY id) r"
            " JOIN lots l ON l.digest_id = r.digest_id AND l.etat IN ('en_cours', 'termine')"
            " GROUP BY r.sujet, l.audience",
            (stamp(debut_mois),),
        ).fetchall()
        for porteur, numeros, ids in groupes:
            autres = [i for i in json.loads(ids) if i != porteur]
            contexte = {"recapitulatif": json.loads(numeros)} if autres else {}
            c.execute(
                "UPDATE envois SET etat = 'en_attente', prochain_a = ?, contexte = ? WHERE id = ?",
                (stamp(now), json.dumps(contexte), porteur),
            )
            c.executemany(
                "UPDATE envois SET etat = 'annule', tranche_a = ?, reponse = ? WHERE id = ?",
                [(stamp(now), f"réuni dans l’envoi {porteur} (un courriel par mois)", i) for i in autres],
            )
            c.execute(
                "UPDATE lots SET etat = 'en_cours', termine_a = NULL WHERE etat = 'termine' AND digest_id ="
                " (SELECT digest_id FROM envois WHERE id = ?)",
                (porteur,),
            )
    return len(groupes)


# ---------------------------------------------------------------- details


def _open_lots(c: sqlite3.Connection) -> list[tuple[int, str, bool]]:
    return [
        (int(ligne[0]), str(ligne[1]), ligne[2] == "alerte")
        for ligne in c.execute(
            "SELECT digest_id, audience, genre FROM lots WHERE etat = 'en_cours' ORDER BY demande_a, digest_id"
        )
    ]


def _due(c: sqlite3.Connection, digest_id: int | None, now: datetime, combien: int) -> list[sqlite3.Row]:
    return c.execute(
        "SELECT * FROM envois WHERE digest_id IS ? AND etat = 'en_attente' AND prochain_a <= ?"
        " ORDER BY prochain_a, id LIMIT ?",
        (digest_id, stamp(now), combien),
    ).fetchall()


def _hold(c: sqlite3.Connection, du: Pris, now: datetime, may_receive: MayReceive) -> Pris | None:
    if raison := _objection(c, du, now, may_receive):
        _set_aside(c, du.id, raison, now)
        return None
    c.execute(
        "UPDATE envois SET etat = 'pris', prises = prises + 1, bail_a = ? WHERE id = ?", (stamp(now + BAIL), du.id)
    )
    return replace(du, prises=du.prises + 1)


def _objection(c: sqlite3.Connection, pris: Pris, now: datetime, may_receive: MayReceive) -> str:
    """Why this message must not leave now. What someone asked for leaves too, unless a complaint or an erasure came since."""
    if pris.genre == "bulletin":
        return may_receive(c, pris.sujet, pris.audience, now, alerte=pris.alerte)
    adresse = personnes.address_of(c, pris.sujet)
    if adresse is not None and suppressions.is_final(c, adresse):
        return "l’adresse est fermée après une plainte ou un effacement"
    return ""


def _set_aside(c: sqlite3.Connection, ident: int, raison: str, now: datetime) -> None:
    c.execute(
        "UPDATE envois SET etat = 'annule', bail_a = NULL, reponse = ?, tranche_a = ? WHERE id = ?"
        " AND etat IN ('en_attente', 'pris')",
        (raison, stamp(now), ident),
    )


def _outcome(pris: Pris, issue: Issue, now: datetime) -> tuple[str, int, datetime]:
    """The row's next state ("": unchanged), its count of failures, and when it may be tried again."""
    match issue.genre:
        case "accepte" | "incertain" | "refuse":
            return issue.genre, pris.essais, now
        case "differe" | "coupe":
            return _later(pris, now)
        case "panne":
            return "en_attente", pris.essais, now + PAUSE_PANNE
        case "quota" | "arret":
            if issue.soupcon:  # Said of this person, perhaps: they must not be the first of every round to come.
                return _later(pris, now)
            attente = timedelta(0) if pris.digest_id else PAUSE_QUOTA  # A lot is suspended as a whole.
            return "en_attente", pris.essais, now + attente
        case "abandon":
            return "", pris.essais, now


def _later(pris: Pris, now: datetime) -> tuple[str, int, datetime]:
    if pris.essais >= len(DELAIS):
        return "refuse", pris.essais + 1, now
    return "en_attente", pris.essais + 1, now + DELAIS[pris.essais]


def _add(c: sqlite3.Connection, genre: str, sujet: str, contexte: str, now: datetime) -> int:
    instant = stamp(now)
    curseur = c.execute(
        "INSERT INTO envois (genre, sujet, contexte, message_id, prochain_a, cree_a, compte) VALUES (?, ?, ?, ?, ?, ?, 0)",
        (genre, sujet, contexte, message_name(), instant, instant),
    )
    return int(curseur.lastrowid or 0)
