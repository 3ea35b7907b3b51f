"""What asking for a sending would do, and what a round of sending did, in figures and in words."""

from __future__ import annotations

from dataclasses import dataclass

from veille.francais import NBSP, plural


@dataclass(frozen=True)
class Apercu:
    """What asking for a sending would do, or did. `nouveaux`: rows that were not in the outbox before."""

    digest: int
    audience: str
    objet: str
    destinataires: int
    mensuels: int
    deja: int
    nouveaux: int
    octets: int
    etat: str
    avertissements: tuple[str, ...] = ()

    @property
    def phrase(self) -> str:
        """What it comes to, in words."""
        mensuels = f", dont {self.mensuels} au récapitulatif du mois" if self.mensuels else ""
        return f"{plural(self.destinataires, 'destinataire')}{mensuels} ; {self.deja} déjà inscrits à cet envoi"


@dataclass(frozen=True)
class Bilan:
    """What one round of sending did. `arret`: what ended it early."""

    acceptes: int = 0
    differes: int = 0
    refuses: int = 0
    incertains: int = 0
    ecartes: int = 0
    repris: int = 0
    termines: tuple[int, ...] = ()
    arret: str = ""

    @property
    def total(self) -> int:
        """Messages that something happened to."""
        return self.acceptes + self.differes + self.refuses + self.incertains + self.ecartes

    @property
    def phrase(self) -> str:
        """What it did, in words."""
        if not self.total:
            return self.arret or "Rien à envoyer."
        suite = [
            plural(self.acceptes, "courriel accepté", "courriels acceptés"),
            *([plural(self.differes, "différé")] if self.differes else []),
            *([plural(self.refuses, "refusé")] if self.refuses else []),
            *([plural(self.incertains, "incertain")] if self.incertains else []),
            *([plural(self.ecartes, "écarté")] if self.ecartes else []),
        ]
        return ", ".join(suite) + "." + (f" Arrêt{NBSP}: {self.arret}" if self.arret else "")
