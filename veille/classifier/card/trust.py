"""How sure a model's probabilities are, in words: « quand il annonce 80 %, il a raison 78 fois sur 100 »."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from veille.classifier.card.shape import Section, Tableau
from veille.classifier.card.words import ASSEZ, of_100, percent, sentence
from veille.francais import format_number, plural
from veille.model.apprentissage import Evaluation, Tranche

REPERES = (0.8, 0.5, 0.2)  # the probabilities worth a sentence, when a point of the curve is near one
VOISINAGE = 0.1
# Bounds of the 15 bins, so that every probability of a point is on one side of each.
BASSE, HAUTE = 0.2, 0.6
JUSTE = 0.03  # the distance under which announced and observed are close enough for anybody


def trust(evaluation: Evaluation) -> Section:
    """The sentences, then every point of the curve as a table."""
    tableau = Tableau(
        "Ce qu’il annonce et ce qui était vrai",
        ("Probabilité annoncée", "Part vraie", "Cas"),
        tuple((percent(t.annoncee), percent(t.observee), format_number(t.n)) for t in evaluation.fiabilite),
    )
    return Section(
        "fiabilite",
        sentence("Peut-on croire ses probabilités ?"),
        tuple(sentence(phrase) for phrase in _sentences(evaluation)),
        tableaux=(tableau,) if evaluation.fiabilite else (),
    )


def _sentences(evaluation: Evaluation) -> Iterator[str]:
    points = evaluation.fiabilite
    if not points:
        yield "Aucune probabilité n’a encore été mesurée."
        return
    choisis = _landmarks(points)
    for point in choisis:
        yield (
            f"Quand il annonce {percent(point.annoncee)}, il a raison {of_100(point.observee)} fois sur 100 "
            f"({plural(point.n, 'cas', 'cas')})."
        )
    if not choisis:
        yield "Il y a trop peu de cas autour de 20 %, de 50 % et de 80 % pour donner un exemple."
    yield _leaning([point for point in points if point.annoncee > HAUTE])
    total = sum(point.n for point in points)
    yield (
        f"Sur les {plural(total, 'probabilité mesurée', 'probabilités mesurées')}, l’écart moyen entre ce qu’il annonce et "
        f"ce qui était vrai est de {_points(evaluation.ece)} sur 100."
    )
    autres = [point for point in points if point.annoncee > BASSE]
    reste = sum(point.n for point in autres)
    if 0 < 2 * reste < total:
        ecart = sum(point.n * abs(point.annoncee - point.observee) for point in autres) / reste
        yield f"Plus de la moitié sont à 20 % ou moins, des cas faciles ; sans elles, l’écart est de {_points(ecart)} sur 100."


def _landmarks(points: Sequence[Tranche]) -> list[Tranche]:
    """The point nearest to each landmark, if it has enough cases; none twice."""
    choisis: list[Tranche] = []
    for repere in REPERES:
        proches = [
            point
            for point in points
            if point.n >= ASSEZ and abs(point.annoncee - repere) <= VOISINAGE and point not in choisis
        ]
        if proches:
            choisis.append(min(proches, key=lambda point: abs(point.annoncee - repere)))
    return choisis


def _leaning(hauts: Sequence[Tranche]) -> str:
    """Whether its proposals are too bold or too shy."""
    n = sum(point.n for point in hauts)
    if n < ASSEZ:
        cas = plural(n, "seule fois", "fois")
        return (
            f"Il n’a annoncé plus de 60 % que {cas} : trop peu pour savoir s’il est trop sûr de lui."
            if n
            else "Il n’a jamais annoncé plus de 60 %."
        )
    annoncee = sum(point.n * point.annoncee for point in hauts) / n
    observee = sum(point.n * point.observee for point in hauts) / n
    ecart = annoncee - observee
    hasard = 2 * math.sqrt(annoncee * (1 - annoncee) / n)  # two standard errors: what chance alone does
    constat = (
        "rien n’indique qu’il soit trop sûr de lui ou trop prudent"
        if abs(ecart) <= max(JUSTE, hasard)
        else "il est trop sûr de lui"
        if ecart > 0
        else "il est trop prudent"
    )
    return (
        f"Quand il annonce plus de 60 % ({plural(n, 'cas', 'cas')}), il annonce en moyenne {percent(annoncee)} et il a "
        f"raison {of_100(observee)} fois sur 100 : {constat}."
    )


def _points(ecart: float) -> str:
    """« 1,2 point », « 3,4 points »."""
    points = 100 * ecart
    return f"{format_number(points, 1)} {'point' if round(points, 1) < 2 else 'points'}"
