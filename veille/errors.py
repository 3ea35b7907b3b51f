"""Every error this project raises on purpose, drawn as one tree.

    VeilleError
    ├── SettingsError      a staff file or an argument is wrong        → exit 2
    │   └── FichierChangeError   it changed since the page was opened
    ├── StoreError         a database or a file cannot be used         → exit 2
    │   └── OccupeError    another run holds it: try again later       → exit 2
    ├── RefusError         a rule forbids the act (law, approval…)     → exit 2
    │   └── VerrouError          the period it is about is locked
    ├── DependanceError    an optional library is missing              → exit 2
    └── SourceError        one source failed, the others go on         → exit 1, recorded
        ├── FetchError     the address could not be read
        └── ReadError      what was read is not what was expected

Each message is a French sentence for staff. Only these are ever caught; a surprise crashes.
"""

from __future__ import annotations

from dataclasses import dataclass


class VeilleError(Exception):
    """Root of the tree; `str(error)` is a French sentence that can be shown as it is."""


@dataclass(frozen=True)
class Faute:
    """One mistake in a staff file: where it is, what was found, what is allowed."""

    fichier: str
    cle: str
    valeur: str
    attendu: str

    def __str__(self) -> str:
        trouve = f" : « {self.valeur} »" if self.valeur else ""
        return f"{self.fichier}, {self.cle}{trouve} ; {self.attendu}"


class SettingsError(VeilleError):
    """One or more staff files are wrong; `fautes` lists all of them at once."""

    def __init__(self, fautes: list[Faute]) -> None:
        self.fautes = fautes
        lignes = "\n".join(f"  – {faute}" for faute in fautes)
        nombre = "1 erreur" if len(fautes) == 1 else f"{len(fautes)} erreurs"
        super().__init__(f"{nombre} à corriger :\n{lignes}")


class FichierChangeError(SettingsError):
    """Someone changed the file since the page was opened: nothing is written over what they did."""


class StoreError(VeilleError):
    """A database or a file cannot be read or written as asked: too new, damaged, refused, the disk full."""


class OccupeError(StoreError):
    """Another run does the same work, or writes for too long; what was asked is still to do."""


class RefusError(VeilleError):
    """A rule forbids what was asked; the message says which key or approval is missing."""


class VerrouError(RefusError):
    """The row is of a locked period: it is corrected under an amendment, with its reason."""


class DependanceError(VeilleError):
    """An optional library is missing; the message says what to install."""


class SourceError(VeilleError):
    """One source failed. `cause` is a short code of `textes.CAUSES`, recorded and shown with its next step."""

    def __init__(self, cause: str, detail: str = "") -> None:
        self.cause = cause
        self.detail = detail
        super().__init__(detail or cause)


class FetchError(SourceError):
    """The address could not be read. `attendre_s`: seconds the server asked us to wait (Retry-After)."""

    def __init__(
        self, cause: str, detail: str = "", *, statut: int | None = None, attendre_s: int | None = None
    ) -> None:
        self.statut = statut
        self.attendre_s = attendre_s
        super().__init__(cause, detail)


class ReadError(SourceError):
    """What came back is not a feed, not a list, or empty. `propositions`: feed addresses the page itself declares."""

    def __init__(self, cause: str, detail: str = "", *, propositions: tuple[str, ...] = ()) -> None:
        self.propositions = propositions
        super().__init__(cause, detail)
