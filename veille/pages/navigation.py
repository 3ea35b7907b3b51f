"""Where one is on the staff site: its seven parts, and the pages inside each as tabs under the title. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Onglet:
    """One link. `actif`: the page is in there; `exact`: it is that very page. `cle` names a tab for whoever counts it."""

    href: str
    nom: str
    actif: bool = False
    exact: bool = False
    cle: str = ""


@dataclass(frozen=True)
class Partie:
    """One part of the site, and its tabs (key, address, name) when it holds several pages."""

    href: str
    nom: str
    volets: tuple[tuple[str, str, str], ...] = ()


EQUIPE = (
    Partie(
        "/revue",
        "La semaine",
        (
            ("a_trancher", "/revue", "À trancher"),
            ("plus_tard", "/revue?etat=plus_tard", "Plus tard"),
            ("retenu", "/revue?etat=retenu", "Retenues"),
            ("ecarte", "/revue?etat=ecarte", "Écartées"),
            ("a_rediger", "/retenus", "À rédiger"),
            ("filtres", "/revue/filtres", "Filtres enregistrés"),
        ),
    ),
    Partie(
        "/bulletins",
        "Bulletins",
        (
            ("bulletins", "/bulletins", "Bulletins"),
            ("choisir", "/bulletins/choisir", "À choisir"),
            ("envois", "/envois", "Envois"),
            ("abonnes", "/abonnes", "Abonnés"),
            ("publics", "/publics", "Publics"),
            ("organisme", "/organisme", "Organisme"),
        ),
    ),
    Partie("/sources", "Sources", (("sources", "/sources", "Sources"), ("thematiques", "/thematiques", "Thématiques"))),
    Partie("/syntheses", "Synthèses"),
    Partie(
        "/plan",
        "Plan",
        (
            ("plan", "/plan", "Plan"),
            ("registres", "/registres", "Registres"),
            ("organisations", "/organisations", "Organisations"),
            ("bilans", "/bilans", "Bilans"),
            ("plan_de_veille", "/plan-de-veille", "Plan de veille"),
        ),
    ),
    Partie(
        "/evaluation",
        "Évaluation",
        (
            ("evaluation", "/evaluation", "La veille en chiffres"),
            ("classement", "/classement", "Classement"),
            ("demandes", "/demandes", "Demandes"),
            ("motifs", "/motifs", "Raisons d’écarter"),
        ),
    ),
    Partie("/veille", "Explorer"),
)
PLAN_PUBLIC = Partie("/plan", "Plan d’action")  # Only while the organisation shows it.
PUBLIC = (
    Partie("/", "Bulletins"),
    Partie("/themes", "Thèmes"),
    Partie("/territoires", "Territoires"),
    Partie("/recherche", "Recherche"),
    PLAN_PUBLIC,
    Partie("/abonnement", "S’abonner"),
    Partie("/publication", "Explorer les données"),
)


def parts(parties: tuple[Partie, ...], chemin: str) -> list[Onglet]:
    """The main navigation, seen from a page."""
    return [Onglet(p.href, p.nom, _holds(p, chemin), chemin == p.href) for p in parties]


def tabs(parties: tuple[Partie, ...], chemin: str, requete: str, known: Callable[[str], bool]) -> list[Onglet]:
    """The tabs of the part that holds a page; none where a part is a single page.

    `requete`: the query string, since two tabs may differ by their state only. `known`: whether the site has an address.
    """
    partie = next((p for p in parties if _holds(p, chemin)), None)
    volets = partie.volets if partie else ()
    etat = parse_qs(requete).get("etat", [""])[0]
    ici = [href for cle, href, _ in volets if _is(href, cle, chemin, etat)]
    actif = max(ici, key=len, default="")  # A page may be inside another: the nearest is the one.
    return [
        Onglet(href, nom, href == actif, chemin == href, cle)
        for cle, href, nom in volets
        if known(href.partition("?")[0])
    ]


def _holds(partie: Partie, chemin: str) -> bool:
    racines = {partie.href, *(href.partition("?")[0] for _, href, _ in partie.volets)}
    return any(_within(chemin, racine) for racine in racines)


def _is(href: str, cle: str, chemin: str, etat: str) -> bool:
    """Whether a page is behind this tab. The states of the review share one address."""
    adresse, _, voulu = href.partition("?etat=")
    if chemin == "/revue":
        return cle == (etat or "a_trancher")
    if adresse == "/revue":
        return False
    return not voulu and _within(chemin, adresse)


def _within(chemin: str, racine: str) -> bool:
    return chemin == racine or (racine != "/" and chemin.startswith(f"{racine}/"))
