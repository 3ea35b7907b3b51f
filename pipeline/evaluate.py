"""Evaluate: what was proposed when people decided, held against what they decided; and the card that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.context import Contexte
from pipeline.train import serving
from veille.classifier.card import card, to_markdown
from veille.francais import local_day
from veille.model import Evaluation, Exemple, FicheModele, Taxonomie
from veille.store import apprentissage, tirages
from veille.store.apprentissage import Avant

NOM_REGLES = "des règles du fichier des thèmes"


def measure_log(ctx: Contexte, taxonomie: Taxonomie) -> tuple[Evaluation, Evaluation]:
    """On every decision about themes, week by week; then on the stories drawn at random alone, the honest sample."""
    from veille.classifier.themes.recette import POIDS_ACCEPTATION

    paires = apprentissage.examples(ctx.store, POIDS_ACCEPTATION)
    au_hasard = tirages.drawn_at_random(ctx.store)
    tires = [(e, a) for e, a in paires if int(e.document.id) in au_hasard]
    return _measure(taxonomie, paires), _measure(taxonomie, tires)


def write_card(ctx: Contexte, taxonomie: Taxonomie, fichier: Path) -> None:
    """The card of the judge in service, as a Markdown document."""
    nom, _ = serving(ctx, taxonomie)
    if nom:
        actif = next(m for m in apprentissage.models(ctx.store) if m.nom == nom)
        fichier.write_text(to_markdown(card(actif.mesures, actif.fiche)), encoding="utf-8")
        return
    mesure, _ = measure_log(ctx, taxonomie)
    fiche = FicheModele(NOM_REGLES, local_day(ctx.now()), 0, noms={t.slug: t.nom for t in taxonomie.thematiques})
    fichier.write_text(to_markdown(card(mesure, fiche)), encoding="utf-8")


def _measure(taxonomie: Taxonomie, paires: Sequence[tuple[Exemple, Avant]]) -> Evaluation:
    from veille.classifier.measures import Propose, evaluate_proposals

    slugs = [t.slug for t in taxonomie.thematiques]
    return evaluate_proposals([Propose(e.themes, a.probabilites, a.retenues, e.decide_le) for e, a in paires], slugs)
