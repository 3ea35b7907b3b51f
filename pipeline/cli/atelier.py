"""Commands about the project folder itself: initialiser, diagnostic."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import click

from pipeline.cli.commun import FAIT, REFUS, command, dossier_option, emit, json_option
from pipeline.cli.formes import DOSSIER

BIBLIOTHEQUES = ("feedparser", "httpx", "beautifulsoup4", "scikit-learn", "sqlite-utils", "datasette", "apscheduler")
PRIVEES = ("veille.db", "comptes.db")
BASES = (*PRIVEES, "publication.db")


@dataclass
class Diagnostic:
    """What a folder holds and what runs it. `a_remplir`: keys without which nothing is published or sent.

    `ecriture`: this account may write in the folder. `a_reparer`: databases that cannot be used as they are.
    """

    dossier: str
    versions: dict[str, str]
    sources: int
    thematiques: int
    publics: int
    ecriture: bool
    bases: dict[str, str] = field(default_factory=dict)
    a_reparer: tuple[str, ...] = ()
    a_remplir: tuple[str, ...] = ()


@command()
@click.argument("dir", type=DOSSIER)
@json_option
def initialiser(dir: Path, en_json: bool) -> None:
    """Créer un nouveau dossier de projet à partir des fichiers livrés."""
    from veille import settings

    ecrits = settings.initialise(dir)
    fichiers = [str(chemin.relative_to(dir)) for chemin in ecrits]
    texte = f"{len(fichiers)} fichiers écrits dans {dir}.\nÀ faire ensuite : remplir organisation.toml, puis veille sources verifier --tout --dossier {dir}"
    emit({"dossier": str(dir), "fichiers": fichiers}, texte, en_json=en_json)


@command()
@dossier_option
@json_option
def diagnostic(dossier: Path, en_json: bool) -> None:
    """Vérifier les fichiers du dossier et montrer versions, bases et permissions."""
    from veille import settings
    from veille.store.connexion import sqlite_version

    projet = settings.load(dossier)
    bases = {nom: _base(dossier / nom) for nom in BASES}
    resultat = Diagnostic(
        dossier=str(dossier.resolve()),
        versions={
            "veille": metadata.version("veille"),
            "Python": platform.python_version(),
            "SQLite": sqlite_version(),
            **{nom: metadata.version(nom) for nom in BIBLIOTHEQUES},
        },
        sources=len(projet.sources),
        thematiques=len(projet.taxonomie.thematiques),
        publics=len(projet.audiences),
        ecriture=os.access(dossier, os.W_OK | os.X_OK),
        bases={nom: etat for nom, (etat, _) in bases.items()},
        a_reparer=tuple(nom for nom, (_, saine) in bases.items() if not saine),
        a_remplir=settings.missing_for_publication(projet.organisation),
    )
    emit(resultat, _describe(resultat), en_json=en_json)
    sys.exit(REFUS if resultat.a_reparer or not resultat.ecriture else FAIT)


def _base(chemin: Path) -> tuple[str, bool]:
    """State of one database (absent, or its size, permissions and integrity), and whether it can be used."""
    if not chemin.exists():
        return "absente (créée au besoin)", True
    from veille.store.connexion import INTEGRE, check
    from veille.store.schema import newer_steps

    etat = check(chemin)
    if etat == INTEGRE and (inconnues := newer_steps(chemin)):
        etat = f"écrite par une version plus récente de veille ({', '.join(inconnues)}) : mettez le programme à jour"
    droits = chemin.stat().st_mode & 0o777
    lisible = " ; lisible par d’autres, à fermer (chmod 600)" if chemin.name in PRIVEES and droits & 0o077 else ""
    return f"{chemin.stat().st_size // 1024} Kio, permissions {droits:o}{lisible}, {etat}", etat == INTEGRE


def _describe(d: Diagnostic) -> str:
    lignes = [
        f"Dossier {d.dossier} : fichiers valides.",
        *([] if d.ecriture else ["  L’écriture y est refusée : vérifiez les permissions du dossier."]),
        f"  {d.sources} sources, {d.thematiques} thématiques, {d.publics} publics",
        *(f"  {nom} : {etat}" for nom, etat in d.bases.items()),
        "Versions : " + ", ".join(f"{nom} {version}" for nom, version in d.versions.items()),
    ]
    if d.a_remplir:
        lignes.append("Avertissement : à remplir dans organisation.toml avant de publier ou d’envoyer :")
        lignes += [f"  – {cle}" for cle in d.a_remplir]
    return "\n".join(lignes)
