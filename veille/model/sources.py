"""sources.toml: the plan de veille, one `Source` per table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from veille.model.regle import STRICT

# ---------------------------------------------------------------- staff files: sources.toml

# The category of sources that a page made for an item added by hand: sources.toml does not know them, and cannot.
SAISIE_A_LA_MAIN = "saisie-a-la-main"

GenreSource = Literal["flux", "liste", "page", "courriel", "manuel"]
EtatSource = Literal["a_verifier", "active", "inactive"]
Rythme = Literal["horaire", "quotidien", "hebdomadaire", "bimensuel", "mensuel"]
Droits = Literal["ouvert", "institutionnel", "presse", "licence"]
Cote = Literal["A", "B", "C", "D", "E", "F"]
Confiance = Literal["", "elevee", "moyenne", "faible"]
Categorie = Literal[
    "",
    "concertation",
    "reseau-communautaire",
    "municipal",
    "gouvernement",
    "statistique",
    "recherche",
    "bailleur",
    "media-local",
    "media-national",
]
OrigineAdresse = Literal["", "documentee", "convention-wordpress", "convention-joomla", "convention-suffixe"]


@dataclass(frozen=True)
class Selecteurs:
    """CSS selectors that read one list page; only `element` is needed, the rest is looked for inside it."""

    __pydantic_config__ = STRICT
    element: str
    titre: str = ""
    lien: str = ""
    date: str = ""
    resume: str = ""


@dataclass(frozen=True)
class Source:
    """One source of the plan de veille, as staff wrote it.

    `organisation`: the code of the répertoire's organisation that publishes it.
    `autre_adresse`: a second known address (fallback list, data file), kept for staff and never read by itself.
    """

    __pydantic_config__ = STRICT
    slug: str
    nom: str
    url: str
    adresse: str
    genre: GenreSource
    etat: EtatSource = "a_verifier"
    territoire: str = ""
    thematiques: tuple[str, ...] = ()
    type: str = ""
    langue: str = ""
    rythme: Rythme = "quotidien"
    cote: Cote = "F"
    cote_proposee: bool = False
    droits: Droits = "institutionnel"
    responsable: str = ""
    priorite: int = 2
    preuve: str = ""
    confiance: Confiance = ""
    note: str = ""
    categorie: Categorie = ""
    origine_adresse: OrigineAdresse = ""
    autre_adresse: str = ""
    organisation: str = ""
    selecteurs: Selecteurs | None = None
