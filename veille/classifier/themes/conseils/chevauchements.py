"""Pairs of themes that the same stories receive, and the expressions that make them meet."""

from __future__ import annotations

from collections import Counter

from veille.classifier.themes.conseils.faits import Chevauchement
from veille.classifier.themes.conseils.releve import Balise, Releve

COMMUNS_MIN = 3
JACCARD_MIN = 0.1
PART_MIN = 0.4
_CAUSES = 3


def overlaps(releve: Releve) -> tuple[Chevauchement, ...]:
    """Pairs that share at least a tenth of their stories, or two fifths of those of the smaller; the closest first."""
    slugs = [thematique.slug for thematique in releve.taxonomie.thematiques]
    trouves = []
    for (a, b), communs in releve.communs.items():
        n_a, n_b = releve.themes[a], releve.themes[b]
        jaccard, part = communs / (n_a + n_b - communs), communs / min(n_a, n_b)
        if communs >= COMMUNS_MIN and (jaccard >= JACCARD_MIN or part >= PART_MIN):
            causes = releve.ensemble[a, b]
            trouves.append(
                Chevauchement(
                    a,
                    b,
                    communs,
                    n_a,
                    n_b,
                    round(jaccard, 3),
                    round(part, 3),
                    _causes(causes, slugs, a),
                    _causes(causes, slugs, b),
                )
            )
    return tuple(sorted(trouves, key=lambda c: (-c.jaccard, -c.communs, c.a, c.b)))


def _causes(causes: Counter[Balise], slugs: list[str], slug: str) -> tuple[str, ...]:
    propres = [(n, b.expression) for b, n in causes.items() if slugs[b.thematique] == slug]
    return tuple(expression for _, expression in sorted(propres, key=lambda x: (-x[0], x[1]))[:_CAUSES])
