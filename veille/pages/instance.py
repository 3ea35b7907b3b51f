"""Which Datasette instances are ours, and in which role: `pm`, the plugin manager, is shared by all of the process.

Any other Datasette on the machine loads this plugin too; there it finds no instance here and stays inert.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from veille.pages.frein import Frein
from veille.pages.mandataire import AUCUN, Mandataire
from veille.pages.offre import Offre

if TYPE_CHECKING:
    from veille.pages.fil import Fil
    from veille.pages.sessions import Sessions

Role = Literal["equipe", "public"]
BASES: dict[Role, str] = {"equipe": "veille", "public": "publication"}


def utcnow() -> datetime:
    """The clock of a site; tests give another one."""
    return datetime.now(UTC)


@dataclass(frozen=True, eq=False)
class Instance:
    """One open site. The public one has no `sessions` (how people sign in) and no `ecrivain` (who writes `veille.db`).

    `abonnes`: who reads and writes `abonnes.db`; `boite`: who leaves readers' answers in `boite.db`, on the public site;
     `offre`: what the folder's files say of audiences, as they are now.
    """

    role: Role
    dossier: Path
    sessions: Sessions | None = None
    ecrivain: Fil | None = None
    clock: Callable[[], datetime] = utcnow
    mandataire: Mandataire = AUCUN
    abonnes: Fil | None = None
    boite: Fil | None = None
    frein: Frein = field(default_factory=Frein)

    @cached_property
    def offre(self) -> Offre:
        """The audiences that this folder offers."""
        return Offre(self.dossier)

    @property
    def base(self) -> str:
        """The name under which Datasette shows this site's database."""
        return BASES[self.role]


_instances: WeakKeyDictionary[Any, Instance] = WeakKeyDictionary()


def declare(datasette: Any, instance: Instance) -> None:
    """Say that this Datasette is one of our sites."""
    _instances[datasette] = instance


def of(datasette: Any) -> Instance | None:
    """Our site behind this Datasette, or None when it is not ours."""
    return _instances.get(datasette)
