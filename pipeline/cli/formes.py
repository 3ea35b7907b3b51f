"""What an option may hold, said in French when it does not; and the French catalogue of click's own words."""

from __future__ import annotations

import gettext
import os
from datetime import date
from importlib import resources
from pathlib import Path

import click


def speak_french() -> None:
    """Click's words (« Usage », « Options »…) come from its gettext catalogue, which we ship. Call it before any option."""
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain("messages", str(resources.files("pipeline.cli") / "langue"))


class Entier(click.ParamType[int]):
    """A whole number between two bounds, both allowed."""

    name = "entier"

    def __init__(self, minimum: int, maximum: int) -> None:
        self._minimum, self._maximum = minimum, maximum

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or a French refusal."""
        try:
            nombre = int(str(value))
        except ValueError:
            self.fail(f"« {value} » n’est pas un nombre entier.", param, ctx)
        if not self._minimum <= nombre <= self._maximum:
            self.fail(f"{nombre} n’est pas entre {self._minimum} et {self._maximum}.", param, ctx)
        return nombre


class Jour(click.ParamType[date]):
    """A day, written AAAA-MM-JJ."""

    name = "aaaa-mm-jj"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a French refusal."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"« {value} » n’est pas un jour ; écrivez-le AAAA-MM-JJ, par exemple 2026-03-31.", param, ctx)


speak_french()
DOSSIER = click.Path(path_type=Path, file_okay=False)
FICHIER = click.Path(path_type=Path, dir_okay=False)
PORT = Entier(0, 65_535)
NUMERO = Entier(1, 2**63 - 1)


def require_suffix(sortie: Path, forme: str) -> None:
    """Refuse a name that says another format than the one asked for; a name without one is taken as it is."""
    if sortie.suffix.lower() not in ("", f".{forme}"):
        raise click.UsageError(
            f"« {sortie.name} » n’est pas le nom d’un fichier {forme} : finissez-le par .{forme}, ou changez --format."
        )
