"""The charts of a bilan: activities by MRC beside the range aimed at, then what counts most, over time. Neutral: numbers and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from veille.bilan.contenu import Chiffre, ContenuBilan, Point
from veille.bilan.textes import figure_of
from veille.evaluation.phrases import listed
from veille.francais import NBSP, amount
from veille.rapports import Bloc, Graphique

SUIVIS = ("TOTAL-activites", "TOTAL-presences", "TOTAL-outils", "TOTAL-personnes")


def charts(contenu: ContenuBilan) -> Iterator[Bloc]:
    """Those that have something to show."""
    par_mrc = next((c for c in contenu.chiffres if c.groupes and "MRC" in c.cible), None)
    if par_mrc and contenu.genre == "annee":
        yield bars(f"{par_mrc.texte.rstrip(' .')}", par_mrc.groupes, par_mrc.unite, 12.0)
    elif par_mrc:
        yield bars("Rencontres de CLDS et de Coco par MRC", par_mrc.groupes, par_mrc.unite)
    if contenu.par_mrc:
        yield bars("Activités par MRC, tous moyens réunis", contenu.par_mrc, "activités")
    for code in SUIVIS:
        total = next((c for c in contenu.totaux if c.code == code), None)
        if total and sum(1 for p in total.serie if p.valeur is not None) > 1:
            yield _over_time(total)


def bars(titre: str, points: Sequence[Point], unite: str, repere: float | None = None) -> Graphique:
    """One bar a point; the words say every number, for who does not see it."""
    dits = listed(f"{p.nom} {'—' if p.valeur is None else amount(p.valeur)}" for p in points)
    ligne = f" La ligne marque le bas de la fourchette, {amount(repere)}." if repere else ""
    return Graphique(
        titre,
        f"{dits}.{ligne}",
        tuple(p.nom for p in points),
        ((unite, tuple(p.valeur for p in points)),),
        unite,
        repere,
    )


def _over_time(c: Chiffre) -> Graphique:
    dits = listed(f"{p.nom}{NBSP}: {'non mesuré' if p.valeur is None else figure_of(c, p.valeur)}" for p in c.serie)
    note = " Les années ne s’additionnent pas." if c.code == "TOTAL-personnes" else ""
    return Graphique(
        f"{c.texte}, période par période",
        f"{dits}.{note}",
        tuple(p.nom for p in c.serie),
        ((c.unite, tuple(p.valeur for p in c.serie)),),
        c.unite,
    )
