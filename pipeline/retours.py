"""What comes back: bounces and complaints in our mailbox, and the witness's copies that settle uncertain messages.

A report only counts when it returns the name of a message we sent: names are drawn at random, so nobody can have someone
else taken off the lists by writing to the mailbox.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from pipeline.context import Contexte
from veille.boite_courriel import Courrier, Plainte, Rebond, open_mailbox, read
from veille.model import Boite
from veille.store.abonnes import BASE_ABONNES, envois, open_subscribers, portee
from veille.store.abonnes.carnet import Carnet, subscribers
from veille.store.connexion import exclusive, transaction
from veille.store.lecture import Connexion
from veille.store.service import recorded

VERROU = "retours"
PAR_LECTURE = 500


class Lue(Protocol):
    """A mailbox, real or not."""

    validite: int

    def new(self, apres: int, limite: int = ...) -> Iterator[tuple[int, bytes]]: ...  # noqa: D102 - see BoiteImap.
    def find(self, noms: list[str]) -> set[str]: ...  # noqa: D102 - see BoiteImap.


Ouvre = Callable[[Boite], AbstractContextManager[Lue]]


@dataclass(frozen=True)
class Retours:
    """What one reading of the mailbox told. `absents`: uncertain messages that someone may send again."""

    rebonds: int = 0
    plaintes: int = 0
    autres: int = 0
    trouves: int = 0
    absents: int = 0
    attente: int = 0


def read_mailbox(ctx: Contexte, *, carnet: Carnet | None = None, ouvre: Ouvre = open_mailbox) -> Retours:
    """Read what is new, then look for the copies of uncertain messages. Without a mailbox, or anyone to write to: nothing."""
    boite = ctx.dossier.organisation.boite
    if not boite.serveur or not (ctx.dossier.chemin / BASE_ABONNES).exists():
        return Retours()
    carnet = carnet or subscribers()
    now = ctx.now()
    with (
        exclusive(ctx.dossier.chemin, VERROU),
        contextlib.closing(open_subscribers(ctx.dossier.chemin)) as c,
        ouvre(boite) as lue,
        recorded(ctx.store, "retours", now) as passage,
    ):
        rebonds, plaintes, autres = _take_in(ctx, c, carnet, lue)
        trouves, absents, attente = _settle(ctx, c, lue)
        passage.count(rebonds=rebonds, plaintes=plaintes, copies=trouves, absents=absents)
    return Retours(rebonds, plaintes, autres, trouves, absents, attente)


def _take_in(ctx: Contexte, c: Connexion, carnet: Carnet, lue: Lue) -> tuple[int, int, int]:
    dossier = ctx.dossier.organisation.boite.dossier
    validite, dernier = envois.mailbox_mark(c, dossier)
    if validite != lue.validite:  # The server numbers its messages anew: read again, which changes nothing twice.
        dernier = 0
    comptes = {"rebond": 0, "plainte": 0, "": 0}
    touches: set[int] = set()
    for uid, octets in lue.new(dernier, PAR_LECTURE):
        if ctx.stop.is_set():
            break
        quoi, digest_id = _note(c, carnet, read(octets), ctx)
        comptes[quoi] += 1
        if digest_id is not None:
            touches.add(digest_id)
        envois.mark_mailbox(c, dossier, lue.validite, uid, ctx.now())
    _measure(ctx, c, touches)
    return comptes["rebond"], comptes["plainte"], comptes[""]


def _note(c: Connexion, carnet: Carnet, lu: Rebond | Plainte | Courrier, ctx: Contexte) -> tuple[str, int | None]:
    """Write what a report says of one message. Returns what it was ("" for anything else) and its digest."""
    connu = None if isinstance(lu, Courrier) else envois.find(c, lu.message_id)
    if connu is None:
        return "", None
    ident, digest_id, now = connu.id, connu.digest_id, ctx.now()
    # What is said of an address that the person has left since closes nothing: we no longer write there, and the report's
    # own words are not enough to close another one.
    adresse = None if connu.ailleurs else carnet.address_of(c, connu.sujet)
    if isinstance(lu, Plainte):
        envois.note_return(c, ident, "plainte", "signalé comme pourriel", now)
        motif = "plainte"
    elif isinstance(lu, Rebond) and lu.definitif:
        envois.note_return(c, ident, "rebond", f"{lu.statut} {lu.texte}".strip(), now)
        motif = "rebond" if lu.morte else ""
    else:
        return "", None  # Late, not lost: the server will say.
    if motif and adresse is not None:
        with transaction(c):
            carnet.suppress(c, adresse, motif, now)
    return "plainte" if isinstance(lu, Plainte) else "rebond", digest_id


def _settle(ctx: Contexte, c: Connexion, lue: Lue) -> tuple[int, int, int]:
    """Uncertain messages with a copy are settled; those without one, past the delay, are offered to a person."""
    incertains = envois.uncertain(c, temoin=True)
    noms = lue.find([i.message_id for i in incertains])
    trouves = [i for i in incertains if i.message_id in noms]
    limite = ctx.now() - timedelta(minutes=ctx.dossier.organisation.envoi.delai_temoin_min)
    absents = [i for i in incertains if i.message_id not in noms and i.engage_a <= limite]
    envois.settle_found(c, [i.id for i in trouves], ctx.now())
    envois.note_absent(c, [i.id for i in absents], ctx.now())
    _measure(ctx, c, {i.digest_id for i in trouves})
    return len(trouves), len(absents), len(incertains) - len(trouves) - len(absents)


def _measure(ctx: Contexte, c: Connexion, digest_ids: set[int]) -> None:
    for digest_id in sorted(digest_ids):
        portee.measure(c, ctx.store, digest_id, ctx.now())
    if digest_ids:
        portee.measure_plan(c, ctx.store, ctx.now())
