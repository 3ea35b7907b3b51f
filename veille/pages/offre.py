"""Which audiences the public may subscribe to, and who answers for them: read from the folder, again when a file changes."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from veille import settings
from veille.errors import SettingsError
from veille.model import Audience, Organisation


@dataclass(frozen=True)
class Etat:
    """What the files say. `organisation` None: they could never be read."""

    organisation: Organisation | None = None
    audiences: tuple[Audience, ...] = ()
    ouverte: bool = False

    @property
    def offertes(self) -> tuple[Audience, ...]:
        """What anyone may subscribe to, in the order of names."""
        if not self.ouverte:
            return ()
        return tuple(a for a in self.audiences if is_offered(a))

    def names(self) -> dict[str, str]:
        """Every audience's name by its slug."""
        return {a.slug: a.nom for a in self.audiences}


class Offre:
    """The folder's audiences. A file that became wrong leaves what it said before."""

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier
        self._verrou = threading.Lock()
        self._signature: tuple[tuple[str, int, int], ...] | None = None
        self._etat = Etat()

    def current(self) -> Etat:
        """What the files say now."""
        with self._verrou:
            signature = self._sign()
            if signature != self._signature:
                self._signature = signature
                self._etat = self._read() or self._etat
            return self._etat

    def _read(self) -> Etat | None:
        try:
            organisation, audiences = settings.load_publics(self._dossier)
        except SettingsError:  # `diagnostic` and the next cycle tell staff.
            return None
        # Nobody is asked for an address while who asks, and where the confirmation leads, is not known (Loi 25, art. 8).
        ouverte = bool(organisation.adresse_publique) and not settings.missing_for_publication(organisation)
        return Etat(organisation, audiences, ouverte)

    def _sign(self) -> tuple[tuple[str, int, int], ...]:
        fichiers = (self._dossier / "organisation.toml", *sorted(self._dossier.glob("digests/*/audience.toml")))
        return tuple((str(f), s.st_mtime_ns, s.st_size) for f in fichiers if (s := _stat(f)) is not None)


def is_offered(audience: Audience) -> bool:
    """Whether the public may subscribe to it by mail."""
    return audience.visibilite == "publique" and audience.genre == "bulletin" and "courriel" in audience.canaux


def _stat(fichier: Path) -> os.stat_result | None:
    try:
        return fichier.stat()
    except OSError:
        return None
