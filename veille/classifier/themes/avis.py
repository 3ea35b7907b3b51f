"""What a trained model says of one document: themes retained or to look at, with their reasons and any disagreement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from veille.classifier.matcher import split_words
from veille.classifier.themes import recette as r
from veille.classifier.themes.lecteur import Flottants, Lecteur
from veille.classifier.themes.raisons import neighbours, reasons
from veille.classifier.themes.stems import fold_word
from veille.classifier.themes.textes_lus import read_words
from veille.classifier.zones import split_zones
from veille.francais import NBSP
from veille.model import Document, Raison, Suggestion


class Avis(NamedTuple):
    """Themes best first. `desaccord`: widest gap between day one and the model, from 0 to 1, and its sentence."""

    suggestions: tuple[Suggestion, ...]
    desaccord: float = 0.0
    desaccord_texte: str = ""


def judge_themes(lecteur: Lecteur, document: Document) -> Avis:
    """Every theme near its threshold or past it; at most `max_themes` retained."""
    modele = lecteur.modele
    lexique = lecteur.lexique.reasons(document)
    mots = read_words(document)
    lus = lecteur.read(mots)
    racines = lecteur.roots(document, lexique)
    scores = lecteur.score_parts(document, lus, racines)
    candidats = [j for j in range(len(scores)) if scores[j] >= modele.seuils[j] - r.MARGE_INCERTAIN]
    candidats.sort(key=lambda j: -float(scores[j] - modele.seuils[j]))
    desaccord, phrase = _disagreement(lecteur, document, lexique, scores)
    if not candidats:
        return Avis((), desaccord, phrase)
    parts, ressemblances = lecteur.parts(mots, lus), lecteur.past(lus)
    surfaces = _surfaces(document)
    noms = {t.slug: t.nom for t in modele.taxonomie.thematiques}
    suggestions = []
    for rang, j in enumerate(candidats):
        slug = modele.taxonomie.thematiques[j].slug
        termes = _terms(lecteur, document, j, racines)
        score = float(scores[j])
        assez = score >= modele.seuils[j] and rang < modele.taxonomie.seuils.max_themes
        voisins = neighbours(modele.memoire, ressemblances, slug, noms, document.id)
        suggestions.append(
            Suggestion(
                genre="thematique",
                valeur=slug,
                etat="retenu" if assez else "incertain",
                score=score,
                seuil=float(modele.seuils[j]),
                probabilite=odds(score),
                raisons=(*reasons(j, score, lexique[j], termes, parts, surfaces), *voisins),
            )
        )
    return Avis(tuple(suggestions), desaccord, phrase)


def odds(logit: float) -> float:
    """Log-odds as a probability."""
    return 0.5 * (1.0 + math.tanh(0.5 * logit))


def _terms(lecteur: Lecteur, document: Document, j: int, racines: Flottants) -> dict[str, float]:
    """What is not words in the score of theme `j`."""
    modele = lecteur.modele
    propre = float(racines[j] * modele.points[j, j])
    return {
        "points": propre,
        "unite": float(modele.points[j, j]),
        "autres": float(racines @ modele.points[:, j]) - propre,
        "sens": lecteur.sense(document, j),
        "depart": float(modele.base[j]),
    }


def _disagreement(
    lecteur: Lecteur, document: Document, lexique: Sequence[tuple[Raison, ...]], scores: Flottants
) -> tuple[float, str]:
    """The theme, among those that decisions taught, on which day one and the model are furthest apart."""
    if lecteur.depart is None:
        return 0.0, ""
    modele, avant = lecteur.modele, lecteur.depart.score(document, lexique)
    pire, phrase = 0.0, ""
    for j, thematique in enumerate(modele.taxonomie.thematiques):
        if not modele.part[j]:
            continue
        fichier, appris = odds(float(avant[j])), odds(float(scores[j]))
        if (fichier >= 0.5) != (appris >= 0.5) and abs(fichier - appris) > pire:  # One says yes, the other no.
            pire = abs(fichier - appris)
            dit, contredit = ("propose", "l’écartent") if fichier > appris else ("ne propose pas", "le retiennent")
            phrase = f"Le fichier des thèmes {dit} «{NBSP}{thematique.nom}{NBSP}» ; les décisions passées {contredit}."
    return pire, phrase


def _surfaces(document: Document) -> Mapping[str, str]:
    """Folded words as the text first writes them."""
    surfaces: dict[str, str] = {}
    zones = split_zones(document)
    for texte in (zones.titre, zones.resume, zones.corps[: r.CORPS_LU]):
        for brut in split_words(texte):
            surfaces.setdefault(fold_word(brut), brut)
    return surfaces
