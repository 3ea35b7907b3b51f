"""The registers in the database: rows added, changed, withdrawn, never deleted; a journal; periods that are locked.

Everything here runs inside the caller's transaction. Adding a register is a description (`veille/registres`), a table and
its triggers (`schema/m005.py`).
"""

from __future__ import annotations

from veille.store.registres.journal import Acte, history, last_act
from veille.store.registres.lignes import (
    Filtre,
    add,
    apply,
    change,
    count_by_register,
    in_locked,
    one,
    page,
    read_all,
    references_elsewhere,
    require_new,
    restore,
    rows,
    withdraw,
)
from veille.store.registres.verrous import (
    Amendement,
    PeriodeVerrouillee,
    amendments,
    lock,
    lockable,
    locked,
    locked_at,
)

__all__ = [
    "Acte",
    "Amendement",
    "Filtre",
    "PeriodeVerrouillee",
    "add",
    "amendments",
    "apply",
    "change",
    "count_by_register",
    "history",
    "in_locked",
    "last_act",
    "lock",
    "lockable",
    "locked",
    "locked_at",
    "one",
    "page",
    "read_all",
    "references_elsewhere",
    "require_new",
    "restore",
    "rows",
    "withdraw",
]
