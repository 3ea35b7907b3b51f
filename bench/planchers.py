"""Floors of quality, kept in the repository with the digest of the corpus they were measured on (`planchers.toml`).

A corpus that changed is not judged. A floor goes down only by `--abaisser`, up by `--relever`: both rewrite the file, which
is then reviewed like any other change.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import tomlkit

from bench.commun import Cas, case

FICHIER = Path(__file__).with_name("planchers.toml")
# What must stay under its « floor »; everything else must stay above.
PLAFONDS = frozenset({"ece", "pieges_theme", "pieges_territoire", "echeances_fausses"})
DECIMALES = 3


class Planchers:
    """The floors of one section of the file, e.g. « sans » or « jeu », and what was measured against them."""

    def __init__(self, fichier: Path = FICHIER) -> None:
        self._fichier = fichier
        self._contenu = tomlkit.parse(fichier.read_text(encoding="utf-8"))
        self._mesures: dict[tuple[str, str], float] = {}
        self._digests: dict[str, str] = {}

    def changed(self, racine: Path, noms: list[str]) -> list[str]:
        """Which files of a corpus are not those the floors were measured on."""
        lus = {nom: hashlib.blake2b((racine / nom).read_bytes(), digest_size=16).hexdigest() for nom in noms}
        self._digests |= lus
        return [nom for nom, digest in lus.items() if self._contenu["corpus"].get(nom) != digest]  # type: ignore[union-attr]

    def rows(self, titre: str, section: str, mesures: dict[str, float]) -> list[Cas]:
        """One row for each floor of the section."""
        planchers = self._contenu[section]
        return [
            self._row(f"{titre}, {mesure}", section, mesure, float(plancher), mesures[mesure])
            for mesure, plancher in planchers.items()  # type: ignore[union-attr]
        ]

    def _row(self, nom: str, section: str, mesure: str, plancher: float, valeur: float) -> Cas:
        self._mesures[section, mesure] = valeur
        note = f"mesuré {_french(valeur)}, {'plafond' if mesure in PLAFONDS else 'plancher'} {_french(plancher)}"
        if mesure not in PLAFONDS:
            return case(f"{nom} : plancher / mesuré", plancher / max(valeur, 1e-9), 1, note)
        if plancher == 0:
            return case(nom, valeur, 0, note)
        return case(f"{nom} : mesuré / plafond", valeur / plancher, 1, note)

    def rewrite(self, *, abaisser: bool, relever: bool) -> None:
        """Bring floors to what was just measured: down where they were missed, up where they were passed."""
        for (section, mesure), valeur in self._mesures.items():
            plafond = mesure in PLAFONDS
            ancien = float(self._contenu[section][mesure])  # type: ignore[index,arg-type]
            arrondi = (math.ceil if plafond else math.floor)(valeur * 10**DECIMALES) / 10**DECIMALES
            pire = arrondi > ancien if plafond else arrondi < ancien
            if (abaisser and pire) or (relever and not pire):
                self._contenu[section][mesure] = arrondi  # type: ignore[index]
        self._contenu["corpus"].update(self._digests)  # type: ignore[union-attr]
        self._fichier.write_text(tomlkit.dumps(self._contenu), encoding="utf-8")


def unjudged(titre: str, pourquoi: str) -> list[Cas]:
    """The row of a corpus that is absent or is not the one the floors were measured on: never a pass."""
    return [Cas(titre, None, 1, None, pourquoi)]


def _french(valeur: float) -> str:
    return f"{valeur:.3f}".replace(".", ",")
