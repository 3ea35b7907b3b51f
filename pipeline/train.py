"""Train: what staff's decisions teach the judge."""

from __future__ import annotations

from pipeline.context import Contexte
from veille.classifier.judge import Judge
from veille.model import Taxonomie


def candidate_judge(ctx: Contexte, taxonomie: Taxonomie) -> Judge:
    """The judge that these themes would give, taught by the same decisions: for a preview, nothing is recorded."""
    return Judge(taxonomie, ctx.dossier.gazetier)
