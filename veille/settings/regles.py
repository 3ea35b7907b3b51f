"""What must hold in staff files, as tables: which keys name what, which hold addresses, which have bounds.

Adding a key that names a theme or a place is one line here; how each rule is judged lives in `controles.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Ici(NamedTuple):
    """One key of one file; `table` is "" for a key of the file itself."""

    fichier: str
    table: str
    cle: str


class Reference(NamedTuple):
    """A key that names something declared elsewhere; `etoile`: "*" means all of them."""

    ici: Ici
    vers: str
    etoile: bool = False


SOURCES, THEMES, LIEUX = "sources.toml", "thematiques.toml", "territoires.toml"
ORGANISATION, PLAN, AUDIENCE = "organisation.toml", "plan.toml", "audience.toml"
FICHIERS = (ORGANISATION, SOURCES, THEMES, LIEUX, PLAN)

SLUGS = (
    Ici(SOURCES, "source", "slug"),
    Ici(THEMES, "thematiques", "slug"),
    Ici(THEMES, "types", "slug"),
    Ici(LIEUX, "territoires", "slug"),
    Ici(PLAN, "", "slug"),
    Ici(AUDIENCE, "", "slug"),
)
NIVEAUX = tuple(Ici(PLAN, niveau, "id") for niveau in ("orientations", "objectifs", "moyens", "sous_moyens"))
# What can be named: the word used in messages, where it is declared.
DECLARES: dict[str, tuple[Ici, ...]] = {
    "thème": (SLUGS[1],),
    "type": (SLUGS[2],),
    "territoire": (SLUGS[3],),
    "identifiant du plan": NIVEAUX,
    "orientation": NIVEAUX[:1],
    "objectif": NIVEAUX[1:2],
    "moyen": NIVEAUX[2:3],
}
REFERENCES = (
    Reference(Ici(SOURCES, "source", "thematiques"), "thème"),
    Reference(Ici(SOURCES, "source", "territoire"), "territoire"),
    Reference(Ici(SOURCES, "source", "type"), "type"),
    Reference(Ici(THEMES, "thematiques", "plan"), "identifiant du plan"),
    Reference(Ici(LIEUX, "territoires", "parent"), "territoire"),
    Reference(Ici(PLAN, "objectifs", "orientation"), "orientation"),
    Reference(Ici(PLAN, "moyens", "objectif"), "objectif"),
    Reference(Ici(PLAN, "sous_moyens", "moyen"), "moyen"),
    Reference(Ici(PLAN, "indicateurs", "moyen"), "moyen"),
    Reference(Ici(AUDIENCE, "", "thematiques"), "thème", etoile=True),
    Reference(Ici(AUDIENCE, "", "territoires"), "territoire", etoile=True),
    Reference(Ici(AUDIENCE, "", "types"), "type", etoile=True),
    Reference(Ici(AUDIENCE, "", "plan"), "identifiant du plan"),
)
REQUIS = (
    Ici(SOURCES, "source", "nom"),
    Ici(THEMES, "thematiques", "nom"),
    Ici(THEMES, "types", "nom"),
    Ici(LIEUX, "territoires", "nom"),
    Ici(ORGANISATION, "", "nom"),
    Ici(AUDIENCE, "", "nom"),
    *NIVEAUX,
    Ici(PLAN, "indicateurs", "id"),
)
LIGNES = (
    *REQUIS,
    Ici(ORGANISATION, "expediteur", "nom"),
    Ici(ORGANISATION, "renseignements_personnels", "nom"),
    Ici(ORGANISATION, "renseignements_personnels", "titre"),
)
ADRESSES = (
    Ici(SOURCES, "source", "url"),
    Ici(SOURCES, "source", "adresse"),
    Ici(SOURCES, "source", "autre_adresse"),
    Ici(LIEUX, "territoires", "site"),
    Ici(ORGANISATION, "", "site"),
    Ici(ORGANISATION, "", "adresse_publique"),
)
COURRIELS = (
    Ici(ORGANISATION, "", "courriel"),
    Ici(ORGANISATION, "expediteur", "courriel"),
    Ici(ORGANISATION, "renseignements_personnels", "courriel"),
    Ici(ORGANISATION, "envoi", "temoin"),
)
# Headers that every request bears, or that say something else: none of them can name a person.
ENTETES_PRIS = frozenset(
    [
        "accept",
        "authorization",
        "cookie",
        "content-length",
        "content-type",
        "forwarded",
        "host",
        "origin",
        "referer",
        "user-agent",
        "x-csrftoken",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-veille-secret",
    ]
)
BORNES = (
    (Ici(SOURCES, "source", "priorite"), 1, 3),
    (Ici(THEMES, "types", "duree_utile_jours"), 0, 36_500),
    (Ici(THEMES, "seuils", "retenu"), 0.5, 100),
    (Ici(THEMES, "seuils", "a_revoir"), 0.5, 100),
    (Ici(THEMES, "seuils", "max_themes"), 1, 20),
    (Ici(THEMES, "seuils", "poids_titre"), 0, 100),
    (Ici(THEMES, "seuils", "poids_resume"), 0, 100),
    (Ici(THEMES, "seuils", "poids_corps"), 0, 100),
    (Ici(ORGANISATION, "reseau", "espacement_s"), 0, 3600),
    (Ici(ORGANISATION, "reseau", "fils"), 1, 128),
    (Ici(ORGANISATION, "reseau", "delai_total_s"), 1, 600),
    (Ici(ORGANISATION, "reseau", "taille_max_mio"), 1, 500),
    (Ici(ORGANISATION, "reseau", "redirections_max"), 0, 20),
    (Ici(ORGANISATION, "envoi", "port"), 1, 65_535),
    (Ici(ORGANISATION, "envoi", "connexions"), 1, 20),
    (Ici(ORGANISATION, "envoi", "par_minute"), 1, 60_000),
    (Ici(ORGANISATION, "envoi", "delai_s"), 1, 600),
    (Ici(ORGANISATION, "envoi", "delai_temoin_min"), 1, 10_080),
    (Ici(ORGANISATION, "boite", "port"), 1, 65_535),
    (Ici(PLAN, "", "debut"), 1900, 2200),
    (Ici(PLAN, "", "fin"), 1900, 2200),
    (Ici(AUDIENCE, "", "max_elements"), 1, 500),
    (Ici(AUDIENCE, "", "minimum"), 0, 100),
    (Ici(AUDIENCE, "", "max_par_editeur"), 1, 500),
)
