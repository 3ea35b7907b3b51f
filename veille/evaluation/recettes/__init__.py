"""How each indicator is measured: the names that plan.toml writes in `mesure`, each with its function.

registres  what staff write down: meetings, attendance, surveys, supports, texts
diffusion  what the watch published, whom it reached, what became of it
veille     what the watch did itself
A recipe is pure: it is given frozen facts and returns a `Mesure`. Adding one: a function, and a line here.
"""

from __future__ import annotations

from veille.evaluation.faits import Lecture, Mesure
from veille.evaluation.recettes import diffusion, registres, veille
from veille.evaluation.recettes.commun import Calcul, Recette, to_given

RECETTES: dict[str, Recette] = {
    "activites": registres.activites,
    "presences": registres.presences,
    "appreciation": registres.appreciation,
    "activites_par_mrc": registres.activites_par_mrc,
    "sondages": registres.sondages,
    "cueillettes": registres.cueillettes,
    "organisations": registres.organisations,
    "ponctuels": registres.ponctuels,
    "narratif": registres.narratif,
    "document": registres.document,
    "outils": diffusion.outils,
    "personnes": diffusion.personnes,
    "bulletins_a_date": diffusion.bulletins_a_date,
    "delai": diffusion.delai,
    "pourquoi": diffusion.pourquoi,
    "reutilisation": diffusion.reutilisation,
    "themes": veille.themes,
    "collectes": veille.collectes,
    "couverture": veille.couverture,
    "precision": veille.precision,
}
# What the recipes of the watch need to be read of the period, beside registers, digests and people reached.
DE_LA_VEILLE: dict[str, frozenset[Lecture]] = {
    "bulletins_a_date": frozenset({"publics"}),
    "delai": frozenset({"diffuses"}),
    "pourquoi": frozenset({"diffuses"}),
    "reutilisation": frozenset({"diffuses"}),
    "themes": frozenset({"themes"}),
    "collectes": frozenset({"sources", "plages"}),
    "couverture": frozenset({"sources", "themes"}),
    "precision": frozenset({"verdicts"}),
}
INDICATEURS_MESURES = "indicateurs_mesures"  # It is made from the others, once they are.


def by_hand(calcul: Calcul) -> Mesure:
    """An indicator without a recipe: what staff wrote of it, and nothing else."""
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        unite=calcul.indicateur.unite,
        requete="Valeurs et textes que l’équipe inscrit pour cet indicateur.",
        manque=f"Rien n’est inscrit par l’équipe {calcul.quand}.",
    )


__all__ = ["DE_LA_VEILLE", "INDICATEURS_MESURES", "RECETTES", "Calcul", "Recette", "by_hand", "to_given", "veille"]
