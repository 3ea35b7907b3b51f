"""The shapes a subscriber takes: to whom a mail goes, what a person chose, what a list brings. No rule lives here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

GenreAbonne = Literal["partenaire", "equipe", "essai"]
RythmeEnvoi = Literal["numero", "mensuel"]
Base = Literal["expres", "tacite"]
Origine = Literal["formulaire", "import", "equipe"]
MotifSuppression = Literal["desabonnement", "rebond", "plainte", "effacement", "refus"]
Acte = Literal[
    "demande",
    "confirmation",
    "import",
    "preference",
    "correction",
    "retrait",
    "rebond",
    "plainte",
    "expiration",
    "effacement",
    "communication",
]

BASES_DITES: dict[Base, str] = {"expres": "exprès", "tacite": "tacite"}
RYTHMES_DITS: dict[RythmeEnvoi, str] = {
    "numero": "chaque numéro",
    "mensuel": "une fois par mois",
}


@dataclass(frozen=True)
class Destinataire:
    """Someone to whom one digest goes."""

    sujet: str
    adresse: str
    genre: GenreAbonne
    rythme: RythmeEnvoi


@dataclass(frozen=True)
class Abonnement:
    """One person's subscription to one audience, as it stands."""

    audience: str
    rythme: RythmeEnvoi
    alertes: bool
    base: Base
    origine: Origine
    texte_version: str
    demande_a: datetime
    confirme_a: datetime | None
    expire_le: date | None
    retire_a: datetime | None

    def active(self, jour: date) -> bool:
        """Whether something may be sent by it on that day; its last day counts."""
        tenu = self.confirme_a is not None and self.retire_a is None
        return tenu and (self.expire_le is None or jour <= self.expire_le)

    @property
    def waiting(self) -> bool:
        """Asked for, and not confirmed yet; also what was tacit and is being made express."""
        if self.retire_a is not None:
            return False
        return self.confirme_a is None or (self.base == "tacite" and self.demande_a > self.confirme_a)


@dataclass(frozen=True)
class Abonne:
    """One person, with what they receive. `organisation_code`: of the répertoire, as staff chose it; `organisation` is theirs."""

    id: int
    sujet: str
    adresse: str
    nom: str
    organisation: str
    mrc: str
    genre: GenreAbonne
    cree_a: datetime
    abonnements: tuple[Abonnement, ...] = ()
    organisation_code: str = ""


@dataclass(frozen=True)
class Choix:
    """What a person wants of one audience, from the page of preferences."""

    audience: str
    rythme: RythmeEnvoi = "numero"
    alertes: bool = False


@dataclass(frozen=True)
class Identite:
    """What a person may tell of themselves; nothing of it is required."""

    nom: str = ""
    organisation: str = ""
    mrc: str = ""


@dataclass(frozen=True)
class LigneImport:
    """One valid line of an imported list. `ligne`: its number in the file, the header being 1."""

    ligne: int
    adresse: str
    audiences: tuple[str, ...]
    base: Base
    consenti_le: date
    expire_le: date | None
    preuve: str
    identite: Identite = Identite()


@dataclass(frozen=True)
class BilanImport:
    """What an import did, in numbers of subscriptions."""

    ajoutes: int = 0
    prolonges: int = 0
    deja: int = 0
