"""What sending asks of the subscribers' side, gathered so that the outbox can be tried with people who do not exist."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from veille.store.abonnes.envois import MayReceive
from veille.store.abonnes.lots import Destine


class Recipients(Protocol):
    """Whoever may receive a digest of an audience now; of an alert, those who asked for alerts."""

    def __call__(
        self, c: sqlite3.Connection, audience: str, now: datetime, *, alerte: bool = False
    ) -> Iterable[Destine]:
        """In the order of ids, a page at a time."""


class Suppress(Protocol):
    """Send nothing more to this address."""

    def __call__(self, c: sqlite3.Connection, adresse: str, motif: str, now: datetime) -> object: ...  # noqa: D102


@dataclass(frozen=True)
class Carnet:
    """To whom a digest goes, whether this person may still receive it, where they are reached, with which key."""

    recipients: Recipients
    may_receive: MayReceive
    address_of: Callable[[sqlite3.Connection, str], str | None]
    suppress: Suppress
    key: Callable[[sqlite3.Connection], bytes]
    is_staff: Callable[[sqlite3.Connection, str], bool]


def subscribers() -> Carnet:
    """The real one."""
    from veille.store.abonnes import abonnements, personnes, suppressions

    def is_staff(c: sqlite3.Connection, adresse: str) -> bool:
        personne = personnes.find(c, adresse)
        return personne is not None and personne.genre != "partenaire"

    def suppress(c: sqlite3.Connection, adresse: str, motif: str, now: datetime) -> object:
        return suppressions.suppress(c, adresse, motif, now)  # type: ignore[arg-type]  # Words of our own.

    return Carnet(
        recipients=abonnements.recipients,
        may_receive=abonnements.may_receive,
        address_of=abonnements.address_of,
        suppress=suppress,
        key=personnes.key,
        is_staff=is_staff,
    )
