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

Accord = Literal["un", "tous"]
Section = Literal["en_bref", "une", "agir", "proche", "themes", "autres", "agenda", "ailleurs"]
Canal = Literal["page", "courriel", "flux"]
SECTIONS: tuple[Section, ...] = ("en_bref", "une", "agir", "proche", "themes", "autres", "agenda", "ailleurs")
Jour = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


@dataclass(frozen=True)
class Audience:
    """Who receives a digest, what about, and when. `"*"` in a list means all. `plan`: ids of the moyens it serves.

    `accord_*`: whether one of the themes (places) listed is enough, or all of them are needed. `minimum`: under this many
    stories the issue is thin, and a person chooses what becomes of it.
    """

    __pydantic_config__ = STRICT
    slug: str
    nom: str
    visibilite: Literal["interne", "publique"] = "publique"
    genre: Literal["bulletin", "rappel"] = "bulletin"
    plan: tuple[str, ...] = ()
    thematiques: tuple[str, ...] = ("*",)
    territoires: tuple[str, ...] = ("*",)
    types: tuple[str, ...] = ("*",)
    accord_thematiques: Accord = "un"
    accord_territoires: Accord = "un"
    rythme: Rythme = "mensuel"
    jour: Jour = "lundi"
    alertes: tuple[Literal["financement", "projet-de-loi"], ...] = ()
    max_elements: int = 12
    minimum: int = 3
    max_par_editeur: int = 5
    sections: tuple[Section, ...] = SECTIONS
    canaux: tuple[Canal, ...] = ("page", "courriel", "flux")
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
class Envoi:
    """How digests leave: SMTP. Passwords and keys come from the environment, never from this file.

    `par_minute`: messages at most. `temoin`: our own mailbox, which receives a copy of each message in the same SMTP
    transaction; `delai_temoin_min`: how long a copy may take before we conclude that it will not come.
    """

    __pydantic_config__ = STRICT
    serveur: str = ""
    port: int = 587
    securite: Literal["starttls", "tls", "aucune"] = "starttls"
    utilisateur: str = ""
    connexions: int = 5
    par_minute: int = 120
    delai_s: int = 30
    temoin: str = ""
    delai_temoin_min: int = 60
    dkim_domaine: str = ""
    dkim_selecteur: str = ""


@dataclass(frozen=True)
class Boite:
    """The mailbox we read (IMAP): bounces, complaints, the witness's copies."""

    __pydantic_config__ = STRICT
    serveur: str = ""
    port: int = 993
    securite: Literal["tls", "aucune"] = "tls"
    utilisateur: str = ""
    dossier: str = "INBOX"


@dataclass(frozen=True)
class Hebergement:
    """Where subscribers' data live; outside Québec, an assessment is dated before anything is sent (Loi 25, art. 17)."""

    __pydantic_config__ = STRICT
    courriel: str = ""
    site: str = ""
    efvp_le: date | None = None


@dataclass(frozen=True)
class PlanPublic:
    """Whether the public site shows a lighter plan; off until the organisation says so."""

    __pydantic_config__ = STRICT
    public: bool = False


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
    envoi: Envoi = Envoi()
    boite: Boite = Boite()
    hebergement: Hebergement = Hebergement()
    plan: PlanPublic = PlanPublic()


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
