"""audience.toml, organisation.toml, and the project folder as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from veille.model.plan import Plan
from veille.model.regle import STRICT
from veille.model.sources import Rythme, Source
from veille.model.taxonomie import Gazetier, Taxonomie

# ---------------------------------------------------------------- staff files: digests/<audience>/audience.toml

Jour = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


@dataclass(frozen=True)
class Audience:
    """Who receives a digest, what about, and when. `"*"` in a list means all. `plan`: ids of the moyens it serves."""

    __pydantic_config__ = STRICT
    slug: str
    nom: str
    visibilite: Literal["interne", "publique"] = "publique"
    genre: Literal["bulletin", "rappel"] = "bulletin"
    plan: tuple[str, ...] = ()
    thematiques: tuple[str, ...] = ("*",)
    territoires: tuple[str, ...] = ("*",)
    types: tuple[str, ...] = ("*",)
    rythme: Rythme = "mensuel"
    jour: Jour = "lundi"
    alertes: tuple[Literal["financement", "projet-de-loi"], ...] = ()
    max_elements: int = 12
    ton: str = ""
    format: str = ""
    besoins_confirmes_le: date | None = None


# ---------------------------------------------------------------- staff files: organisation.toml


@dataclass(frozen=True)
class Reseau:
    """How we behave on the web. `espacement_s` is between two readings of one host:port; the rest are limits."""

    __pydantic_config__ = STRICT
    hotes_permis: tuple[str, ...] = ()
    espacement_s: float = 5.0
    fils: int = 16
    delai_total_s: float = 30.0
    taille_max_mio: int = 15
    redirections_max: int = 5


@dataclass(frozen=True)
class Responsable:
    """Who answers for personal information (Loi 25, art. 3.1); published in footers."""

    __pydantic_config__ = STRICT
    nom: str = ""
    titre: str = ""
    courriel: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Expediteur:
    __pydantic_config__ = STRICT
    nom: str = ""
    courriel: str = ""


@dataclass(frozen=True)
class ConnexionEquipe:
    """Whom to believe about who visits the staff site: the header of a proxy in front, and the proxy's addresses."""

    __pydantic_config__ = STRICT
    entete: str = ""
    mandataires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Organisation:
    """organisation.toml. A required text left « à remplir » is told by `diagnostic` and blocks publishing only."""

    __pydantic_config__ = STRICT
    nom: str
    sigle: str = ""
    autres_noms: tuple[str, ...] = ()
    site: str = ""
    courriel: str = ""
    telephone: str = ""
    adresse_postale: str = ""
    expediteur: Expediteur = Expediteur()
    renseignements_personnels: Responsable = Responsable()
    adresse_publique: str = ""
    reseau: Reseau = Reseau()
    connexion: ConnexionEquipe = ConnexionEquipe()


@dataclass(frozen=True)
class Dossier:
    """A project folder, read and cross-checked."""

    chemin: Path
    organisation: Organisation
    sources: tuple[Source, ...]
    taxonomie: Taxonomie
    gazetier: Gazetier
    audiences: tuple[Audience, ...]
    plan: Plan
