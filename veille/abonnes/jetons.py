"""Tokens that act in a person's name without a password: to leave a list (never expires), to confirm, to choose.

A token is `<purpose><subject>.<audience>.<instant>.<mac>`: it names a random subject, never an address, so that nothing
is learnt from one found in a forwarded message. The MAC is HMAC-SHA256 under a key kept in `abonnes.db`; it is compared in
constant time, and every fault gives the same None.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

But = Literal["desabonnement", "confirmation", "preferences"]

# What a token of each kind begins with, and how long it lives; None: for ever.
_LETTRES: dict[But, str] = {"desabonnement": "d", "confirmation": "c", "preferences": "p"}
DUREES: dict[But, timedelta | None] = {
    "desabonnement": None,
    "confirmation": timedelta(days=7),
    "preferences": timedelta(hours=24),
}
_OCTETS_MAC = 18  # 144 bits, 24 characters.
_JETON = re.compile(r"([dcp])([0-9a-f]{32})\.([a-z0-9-]{0,80})\.(\d{1,12})\.([A-Za-z0-9_-]{24})")


@dataclass(frozen=True)
class Jeton:
    """What a token says. `audience` "" is for all of the person's lists."""

    but: But
    sujet: str
    audience: str
    fait_a: datetime


def issue(cle: bytes, but: But, sujet: str, audience: str, now: datetime) -> str:
    """A token for this subject; the same instant always gives the same one."""
    corps = f"{_LETTRES[but]}{sujet}.{audience}.{int(now.timestamp())}"
    return f"{corps}.{_mac(cle, corps)}"


def read(cle: bytes, jeton: str, but: But, now: datetime) -> Jeton | None:
    """What an authentic, still valid token of this kind says; None for anything else."""
    forme = _JETON.fullmatch(jeton) if len(jeton) <= 200 and jeton.isascii() else None
    corps, recu = jeton.rpartition(".")[::2] if forme else ("", "A" * 24)
    juste = hmac.compare_digest(_mac(cle, corps), recu)  # Computed for a malformed one too: no answer comes sooner.
    if forme is None or not juste or forme[1] != _LETTRES[but]:
        return None
    fait_a = datetime.fromtimestamp(int(forme[4]), UTC)
    duree = DUREES[but]
    if duree is not None and not fait_a <= now + timedelta(minutes=5) <= fait_a + duree + timedelta(minutes=5):
        return None
    return Jeton(but, forme[2], forme[3], fait_a)


def _mac(cle: bytes, corps: str) -> str:
    brut = hmac.new(cle, corps.encode(), hashlib.sha256).digest()[:_OCTETS_MAC]
    return urlsafe_b64encode(brut).decode()
