"""Who may enter the staff site, and what each may do there. Rights, not titles: direction can be given « lire » only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypedDict, get_args

Droit = Literal["lire", "revoir", "rediger", "approuver", "envoyer", "administrer"]
DROITS: tuple[Droit, ...] = get_args(Droit)


class Preferences(TypedDict):
    """How a person wants the pages: keyboard shortcuts, whether the tour was dismissed, their default saved filter."""

    raccourcis: bool
    visite: bool
    filtre: int


PREFERENCES = Preferences(raccourcis=True, visite=False, filtre=0)


@dataclass(frozen=True)
class Compte:
    """One person of the team. The hash of the password stays in the store: nothing that shows an account holds it."""

    id: int
    identifiant: str
    nom: str
    droits: tuple[Droit, ...]
    cree_a: datetime
    preferences: Preferences = field(default_factory=lambda: PREFERENCES.copy())
    mot_de_passe_a: datetime | None = None
    retire_a: datetime | None = None

    def peut(self, droit: Droit) -> bool:
        """Whether this right was given. Nothing is open without « lire »."""
        return droit in self.droits and "lire" in self.droits
