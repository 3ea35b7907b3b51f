"""What a model card says of a model besides its measures, drawn from what it learnt and where it erred."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from veille.classifier.themes.formation import PLIS, Apprentissage, indicator, retained
from veille.classifier.themes.lexicon import Lexique
from veille.francais import NBSP
from veille.model import Document, ErreurExemple, FicheModele, Taxonomie
from veille.textes import ZONES

ERREURS = 12


def describe_model(taxonomie: Taxonomie, appris: Apprentissage, regles: str, fait_le: date) -> FicheModele:
    """The card's facts. `regles`: the fingerprint of the theme file it was made with."""
    jours = sorted(e.decide_le for e in appris.juges if e.decide_le)
    modele = appris.modele
    slugs = [t.slug for t in taxonomie.thematiques]
    return FicheModele(
        nom=modele.nom,
        fait_le=fait_le,
        exemples=modele.exemples,
        positifs=dict(zip(slugs, modele.positifs, strict=True)),
        noms={t.slug: t.nom for t in taxonomie.thematiques},
        decisions_du=jours[0] if jours else None,
        decisions_au=jours[-1] if jours else None,
        encodeur=modele.avec_sens,
        regles=regles,
        erreurs=tuple(_errors(taxonomie, appris)),
        plis=PLIS if appris.juges else 0,
    )


def _errors(taxonomie: Taxonomie, appris: Apprentissage) -> Iterator[ErreurExemple]:
    """The surest mistakes of cross-validation, worst first."""
    if not appris.juges:
        return
    vrais = indicator(taxonomie, appris.juges)
    seuils = appris.modele.seuils.astype(np.float64)
    proposes = retained(appris.scores, seuils, taxonomie.seuils.max_themes)
    surete = np.where(vrais != proposes, np.abs(appris.scores - seuils), 0.0).max(axis=1)
    slugs = [t.slug for t in taxonomie.thematiques]
    lexique = Lexique(taxonomie)
    for i in np.argsort(-surete)[:ERREURS]:
        if surete[i] <= 0:
            return
        exemple = appris.juges[i]
        yield ErreurExemple(
            exemple.document.titre,
            tuple(s for s, v in zip(slugs, vrais[i], strict=True) if v),
            tuple(s for s, p in zip(slugs, proposes[i], strict=True) if p),
            _why(lexique, exemple.document, proposes[i] & ~vrais[i]),
        )


def _why(lexique: Lexique, document: Document, faux: NDArray[np.bool_]) -> str:
    """The heaviest expression that spoke for a theme wrongly proposed; "" when none did."""
    preuves = [
        r for raisons, f in zip(lexique.reasons(document), faux, strict=True) if f for r in raisons if r.poids > 0
    ]
    forte = max(preuves, key=lambda r: r.poids, default=None)
    return f"«{NBSP}{forte.texte}{NBSP}» {ZONES.get(forte.zone, '')}".strip() if forte else ""
