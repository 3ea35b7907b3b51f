"""The staff files we ship, and how a new project folder starts from them. Reads and copies bytes; judges nothing."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from veille.errors import RefusError
from veille.settings.regles import FICHIERS
from veille.textes import os_reason


def shipped() -> Path:
    """Where the shipped staff files are: inside the installed package, or at the root of the source tree."""
    installe = Path(str(resources.files("veille"))) / "dossier"
    return installe if installe.is_dir() else installe.parents[1]


def initialise(cible: Path) -> list[Path]:
    """Write a new project folder from the shipped files; all or nothing where one of them is already there."""
    origine = shipped()
    noms = _shipped_names(origine)
    presents = [str(nom) for nom in noms if (cible / nom).exists()]
    if presents:
        raise RefusError(
            f"Rien n’a été écrit : {cible} contient déjà {', '.join(presents)}. Choisissez un autre dossier."
        )
    ecrits = []
    try:
        for nom in noms:
            (cible / nom).parent.mkdir(parents=True, exist_ok=True)
            with (cible / nom).open("xb") as fichier:  # « x »: never over a file that came in the meantime
                fichier.write((origine / nom).read_bytes())
            ecrits.append(cible / nom)
    except OSError as erreur:
        raise RefusError(f"Impossible d’écrire dans {cible} : {os_reason(erreur)}.") from erreur
    return ecrits


def _shipped_names(origine: Path) -> list[Path]:
    modeles = sorted(p.relative_to(origine) for p in (origine / "digests").rglob("*") if p.is_file())
    visibles = [p for p in modeles if not any(partie.startswith((".", "__")) for partie in p.parts)]
    return [*map(Path, FICHIERS), *visibles]
