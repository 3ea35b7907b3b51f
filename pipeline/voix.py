"""Voix: what readers left on the public site → votes and answers, counted once, without who or when exactly."""

from __future__ import annotations

import contextlib
from datetime import date

from pipeline.context import Contexte
from veille.francais import local_day
from veille.store import boite, voix
from veille.store.boite import BASE_BOITE
from veille.store.connexion import transaction


def move_voices(ctx: Contexte, jour: date | None = None) -> int:
    """Move the answers of the days that are over; returns how many counted.

    Written in `veille.db` first, then answered in the inbox: a crash between the two moves them again under the same keys,
    which counts nobody twice.
    """
    if not (ctx.dossier.chemin / BASE_BOITE).exists():
        return 0
    comptees = 0
    with contextlib.closing(boite.open_inbox(ctx.dossier.chemin)) as c:
        while depots := boite.waiting(c, jour or local_day(ctx.now())):
            with transaction(ctx.store):
                issues = voix.record(ctx.store, depots)
            boite.mark_moved(c, issues, ctx.now())
            comptees += sum(issue == "compté" for issue in issues.values())
    return comptees
