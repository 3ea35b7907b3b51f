"""thematiques.toml and territoires.toml: what items are about, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from veille.model.regle import STRICT

# ---------------------------------------------------------------- staff files: thematiques.toml

Force = Literal["fort", "moyen", "indice", "sigle", "sigle_faible", "negative"]


@dataclass(frozen=True)
class Seuils:
    """Scoring rules of the theme file: points per strength and zone, and what a score means."""

    __pydantic_config__ = STRICT
    retenu: float = 4.0
    a_revoir: float = 2.0
    max_themes: int = 3
    poids_titre: float = 2.0
    poids_resume: float = 1.0
    poids_corps: float = 0.5


@dataclass(frozen=True)
class Expressions:
    """The words of a theme by strength. `sigles` are matched with exact case and as whole words."""

    __pydantic_config__ = STRICT
    fort: tuple[str, ...] = ()
    moyen: tuple[str, ...] = ()
    indice: tuple[str, ...] = ()
    sigles: tuple[str, ...] = ()
    sigles_faibles: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanDeVeille:
    """How a theme is watched (moyen 4.1.2): for whom, how often, by whom, and when the sheet itself is read again.

    `besoins`: the needs it serves. `publics`: slugs of audiences. `revise_par` and `signe_par` name roles, not persons.
    `revue_le`, `a_revoir_le`: the last and the next revision of the sheet.
    """

    __pydantic_config__ = STRICT
    question: str = ""
    besoins: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    rythme_collecte: str = ""
    rythme_diffusion: str = ""
    revise_par: str = ""
    signe_par: str = ""
    produits: tuple[str, ...] = ()
    conservation: str = ""
    revue_le: date | None = None
    a_revoir_le: date | None = None


@dataclass(frozen=True)
class Thematique:
    __pydantic_config__ = STRICT
    slug: str
    nom: str
    definition: str
    inclut: tuple[str, ...] = ()
    exclut: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    exemples: tuple[str, ...] = ()
    etat: Literal["ebauche", "validee"] = "ebauche"
    validee_le: date | None = None
    veille: PlanDeVeille = PlanDeVeille()
    expressions: Expressions = Expressions()


@dataclass(frozen=True)
class TypeDocument:
    __pydantic_config__ = STRICT
    slug: str
    nom: str
    definition: str
    indices: tuple[str, ...] = ()
    sigles: tuple[str, ...] = ()
    champ_obligatoire: Literal["", "date_limite", "date_evenement"] = ""
    alerte_lcap: str = ""
    note: str = ""
    duree_utile_jours: int = 0


@dataclass(frozen=True)
class Essais:
    """Invented titles that must get no theme (`titres`) or no place of the region (`territoires`): a trial set."""

    __pydantic_config__ = STRICT
    titres: tuple[str, ...] = ()
    territoires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taxonomie:
    """thematiques.toml as a whole. `hors_sujet`: the words of what the watch is not about; its negatives cancel them."""

    __pydantic_config__ = STRICT
    thematiques: tuple[Thematique, ...]
    types: tuple[TypeDocument, ...]
    seuils: Seuils = Seuils()
    hors_sujet: Expressions = Expressions()
    essais: Essais = Essais()


# ---------------------------------------------------------------- staff files: territoires.toml

GenreTerritoire = Literal["region", "mrc", "municipalite", "communaute", "tno", "province", "pays"]
Ambiguite = Literal["faible", "contexte", "forte"]


@dataclass(frozen=True)
class Territoire:
    """One place. `parent`: slug of the place that contains it (a municipality's MRC, an MRC's region)."""

    __pydantic_config__ = STRICT
    slug: str
    nom: str
    genre: GenreTerritoire
    parent: str = ""
    designation: str = ""
    code: str = ""
    code_verifie: bool = False
    chef_lieu: str = ""
    site: str = ""
    ambiguite: Ambiguite = "faible"
    alias: tuple[str, ...] = ()
    gentiles: tuple[str, ...] = ()
    faux_amis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gazetier:
    """territoires.toml as a whole. `indices_de_contexte`: words that say « this text is about our region »."""

    __pydantic_config__ = STRICT
    territoires: tuple[Territoire, ...]
    indices_de_contexte: tuple[str, ...] = ()

    def ascendants(self, slug: str) -> tuple[str, ...]:
        """The place and all that contain it, nearest first: `mun-joliette` → `mun-joliette, joliette, lanaudiere`."""
        par_slug = {t.slug: t for t in self.territoires}
        chaine: list[str] = []
        while slug and slug in par_slug and slug not in chaine:
            chaine.append(slug)
            slug = par_slug[slug].parent
        return tuple(chaine)
