"""The whole plan measured over a period: each indicator by its recipe, then the targets that the plan's text gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from veille.evaluation import cibles, comptage
from veille.evaluation.faits import Faits, Lecture, Mesure
from veille.evaluation.recettes import DE_LA_VEILLE, INDICATEURS_MESURES, RECETTES, Calcul, by_hand, to_given
from veille.evaluation.recettes.veille import indicateurs_mesures
from veille.model import Indicateur, Plan, Recette
from veille.periodes import Periode


def measure(plan: Plan, faits: Faits, periode: Periode, au: date) -> tuple[Mesure, ...]:
    """Every indicator of the plan, proposals included, in its order; then the targets of the text.

    `faits` must hold what was read for that very period; nothing after `au` counts.
    """
    if faits.periode != periode:
        raise ValueError("les faits ne sont pas ceux de la période")
    faites = {m.indicateur.id: m for m in _recipes(plan, faits, periode, au)}
    for indicateur in plan.indicateurs:
        if indicateur.mesure == INDICATEURS_MESURES:
            calcul = Calcul(plan, faits, periode, au, indicateur)
            faites[indicateur.id] = _beside(indicateurs_mesures(calcul, tuple(faites.values())), calcul)
    textes = tuple(
        replace(cibles.measure_text(visee, calcul), adresse=calcul.page(visee.indicateur.id))
        for visee in cibles.of_text(plan)
        for calcul in (Calcul(plan, faits, periode, au, visee.indicateur),)
    )
    return (*(faites[i.id] for i in plan.indicateurs), *textes)


def measure_one(plan: Plan, faits: Faits, periode: Periode, au: date, code: str) -> Mesure | None:
    """One indicator, target of the text or total, as `measure` and `totals` give it; None when the plan has none of this code."""
    indicateur = next((i for i in (*plan.indicateurs, *TOTAUX) if i.id == code), None)
    if indicateur and indicateur.mesure != INDICATEURS_MESURES:
        return one(Calcul(plan, faits, periode, au, indicateur))
    return next((m for m in measure(plan, faits, periode, au) if m.indicateur.id == code), None)


def needed(plan: Plan, code: str) -> frozenset[Lecture]:
    """What must be read of the watch to measure an indicator; nothing for those made from registers."""
    return next((DE_LA_VEILLE.get(i.mesure, frozenset()) for i in plan.indicateurs if i.id == code), frozenset())


# What the whole plan comes to, each thing once whatever the number of moyens that it serves.
_TOTAUX: tuple[tuple[Recette, str, str], ...] = (
    ("activites", "Rencontres et activités", "rencontres"),
    ("presences", "Présences aux activités", "présences"),
    ("outils", "Outils produits", "outils"),
    ("personnes", "Personnes ayant reçu l’information", "personnes"),
    ("organisations", "Organisations soutenues", "organisations"),
    ("cueillettes", "Cueillettes de données", "cueillettes"),
)
TOTAUX = tuple(Indicateur(f"TOTAL-{r}", "", texte, "auto", mesure=r, unite=unite) for r, texte, unite in _TOTAUX)


def totals(plan: Plan, faits: Faits, periode: Periode, au: date) -> tuple[Mesure, ...]:
    """What the whole plan comes to: a thing that serves several moyens counts once."""
    return tuple(one(Calcul(plan, faits, periode, au, indicateur)) for indicateur in TOTAUX)


def _recipes(plan: Plan, faits: Faits, periode: Periode, au: date) -> Iterator[Mesure]:
    for indicateur in plan.indicateurs:
        if indicateur.mesure != INDICATEURS_MESURES:
            yield one(Calcul(plan, faits, periode, au, indicateur))


def one(calcul: Calcul) -> Mesure:
    """One indicator: what its recipe counts, its target, and beside it what staff wrote, never added."""
    return _beside(cibles.of_indicator(RECETTES.get(calcul.indicateur.mesure, by_hand)(calcul), calcul), calcul)


def _beside(mesure: Mesure, calcul: Calcul) -> Mesure:
    """The measure with what staff wrote of it, its unit and its page."""
    donnees = comptage.given(calcul.faits.registres.mesures, calcul.indicateur.id, calcul.compte)
    ajouts = tuple(to_given(m, calcul.faits.mrc) for m in donnees if m.valeur is not None)
    narratifs = tuple(to_given(m, calcul.faits.mrc) for m in donnees if m.narratif)
    seule = calcul.indicateur.mesure == "" and ajouts
    return replace(
        mesure,
        unite=calcul.indicateur.unite or mesure.unite,
        valeur=ajouts[-1].valeur if seule else mesure.valeur,
        manque="" if seule or (calcul.indicateur.mesure == "" and narratifs) else mesure.manque,
        adresse=calcul.page(calcul.indicateur.id),
        ajouts=ajouts,
        narratifs=narratifs,
    )
