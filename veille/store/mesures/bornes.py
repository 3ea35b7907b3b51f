"""Instants at the two ends of days, in the organisation's time zone."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, time, timedelta

from veille.francais import FUSEAU
from veille.periodes import Periode
from veille.store.connexion import stamp, unstamp


def midnight(jour: date) -> datetime:
    """When a day begins."""
    return datetime.combine(jour, time(), tzinfo=FUSEAU)


def after(jour: date) -> datetime:
    """When a day is over."""
    return midnight(jour + timedelta(days=1))


def stamps(periode: Periode, jusque: datetime) -> dict[str, str]:
    """The instants between which a period counts: from its first day up to, not including, the end of its last one."""
    return {"debut": stamp(midnight(periode.debut)), "fin": stamp(min(after(periode.fin), jusque))}


def known_until(c: sqlite3.Connection, periode: Periode) -> datetime:
    """The end of the period, or the last reading of the log when that came before: nothing is known of what follows."""
    ligne = c.execute("SELECT fin_a FROM collectes WHERE id = (SELECT max(id) FROM collectes)").fetchone()
    fin = after(periode.fin)
    return min(fin, unstamp(ligne[0]) + timedelta(seconds=1)) if ligne else fin
