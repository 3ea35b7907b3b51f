"""The staff files: read, judged as a whole, started, edited. The only room that knows pydantic and tomlkit.

`load` gives a `Dossier` that later rooms trust without checking again, or raises one `SettingsError` that tells every
fault at once. What the values mean for collecting or classifying stays out of here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from veille.errors import Faute, SettingsError
from veille.model import Audience, Dossier, Gazetier, Organisation, Plan, Taxonomie
from veille.settings import controles, graines, lecture, validation
from veille.settings.depart import initialise, shipped
from veille.settings.edition import add_source, set_sources
from veille.settings.plans import load_plans, plan_of
from veille.settings.publication import missing_for_publication, require_publishable, warnings
from veille.settings.regles import FICHIERS, LIEUX, ORGANISATION, PLAN, SOURCES, THEMES

__all__ = [
    "add_source",
    "initialise",
    "load",
    "load_audience",
    "load_gazetier",
    "load_organisation",
    "load_plan",
    "load_plans",
    "load_publics",
    "load_taxonomie",
    "load_themes",
    "missing_for_publication",
    "plan_of",
    "require_publishable",
    "set_sources",
    "shipped",
    "warnings",
]

T = TypeVar("T")


def load(dossier: Path) -> Dossier:
    """A project folder, read and cross-checked; SettingsError with every fault otherwise."""
    brut, fautes = lecture.read_folder(dossier)

    def build(modele: type[T], nom: str) -> T | None:
        return _build(modele, brut, nom, fautes)

    organisation = build(Organisation, ORGANISATION)
    sources = build(validation.FichierSources, SOURCES)
    taxonomie = build(Taxonomie, THEMES)
    gazetier = build(Gazetier, LIEUX)
    plan = build(Plan, PLAN)
    audiences = [build(Audience, nom) for nom in brut if nom.startswith("digests/")]
    fautes += controles.check(brut)
    if fautes or organisation is None or sources is None or taxonomie is None or gazetier is None or plan is None:
        raise SettingsError(sorted(fautes, key=_file_order))
    lues = tuple(a for a in audiences if a is not None)
    return Dossier(dossier, organisation, sources.source, taxonomie, gazetier, lues, plan)


def load_publics(dossier: Path) -> tuple[Organisation, tuple[Audience, ...]]:
    """Who the organisation is and the audiences it has, without reading the rest of the folder; for the public site."""
    brut, fautes = lecture.read_publics(dossier)
    organisation = _build(Organisation, brut, ORGANISATION, fautes)
    audiences = [_build(Audience, brut, nom, fautes) for nom in brut if nom.startswith("digests/")]
    if fautes or organisation is None:
        raise SettingsError(fautes)
    return organisation, tuple(a for a in audiences if a is not None)


def _file_order(faute: Faute) -> tuple[int, str]:
    """Faults come out file by file, in the order in which a person reads the folder."""
    return FICHIERS.index(faute.fichier) if faute.fichier in FICHIERS else len(FICHIERS), faute.fichier


def load_taxonomie(dossier: Path | None = None) -> Taxonomie:
    """The themes of a folder where it has some, else those shipped; what they say of the plan is not judged here."""
    return _load_one(Taxonomie, dossier, THEMES)


def load_gazetier(dossier: Path | None = None) -> Gazetier:
    """The places of a folder where it has some, else those shipped."""
    return _load_one(Gazetier, dossier, LIEUX)


def load_organisation(dossier: Path | None = None) -> Organisation:
    """The organisation of a folder where it has said so, else the one shipped, which has everything left to fill in."""
    return _load_one(Organisation, dossier, ORGANISATION)


def load_plan(dossier: Path | None = None) -> Plan:
    """The active plan of a folder where it has one, else the one shipped."""
    return _load_one(Plan, dossier, PLAN)


def load_audience(dossier: Path | None, slug: str) -> Audience:
    """One audience of a folder, else the one shipped under this name; SettingsError when there is none."""
    return _load_one(Audience, dossier, f"digests/{slug}/audience.toml")


def load_themes(chemin: Path) -> Taxonomie:
    """The themes of one file: a `thematiques.toml`, or a JSON of seeds (`graines.py`)."""
    if chemin.suffix.lower() == ".json":
        return graines.read(chemin)
    try:
        return _load_file(Taxonomie, chemin, THEMES)
    except SettingsError as erreur:
        raise SettingsError([replace(faute, fichier=str(chemin)) for faute in erreur.fautes]) from erreur


def _load_one(modele: type[T], dossier: Path | None, nom: str) -> T:
    chemin = dossier / nom if dossier and (dossier / nom).exists() else shipped() / nom
    return _load_file(modele, chemin, nom)


def _load_file(modele: type[T], chemin: Path, nom: str) -> T:
    contenu = lecture.read_toml(chemin, nom)
    if isinstance(contenu, Faute):
        raise SettingsError([contenu])
    fautes: list[Faute] = []
    resultat = _build(modele, {nom: contenu}, nom, fautes)
    fautes += controles.check({nom: contenu})
    if fautes or resultat is None:
        raise SettingsError(fautes)
    return resultat


def _build(modele: type[T], brut: controles.Brut, nom: str, fautes: list[Faute]) -> T | None:
    """One file as its dataclass; its faults join the others. None when it could not be read or is wrong."""
    if nom not in brut:
        return None
    resultat = validation.build(modele, brut[nom], nom)
    if isinstance(resultat, list):
        fautes += resultat
        return None
    return resultat
