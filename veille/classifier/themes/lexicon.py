"""The scoring rules of the theme file, as written in its header: the prior that works on day one, without a label.

    fort 3, moyen 2, indice 1, sigle 3, sigle faible 1, négative -3; title x 2, summary x 1, body x 0.5.
    The longest expression wins; an expression counts once per zone; indices of one same word never retain a theme.

Readings of those rules, decided here:
  – « La plus longue l'emporte » holds across themes and negatives: in « refuge animalier » nobody counts « refuge », in
    « travailleurs pauvres » emploi does not count « travailleurs ». Over the very same words each theme counts its own.
  – Two expressions of one theme over the same words count once: a negative first, else the strongest.
  – A zone written all in capitals cannot tell an acronym from a word: acronyms do not count there.
Nothing here learns, and nothing here imports numpy or scikit-learn (see `estimator.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from veille.classifier.matcher import (
    Matcher,
    Mode,
    Mot,
    Trouve,
    keep_longest,
    phrase,
    split_words,
    word_bounds,
)
from veille.classifier.zones import Zone, Zones, split_zones
from veille.francais import fold
from veille.model import Document, Force, Raison, Seuils, Suggestion, Taxonomie, Thematique
from veille.textes import RAISON_PLAFOND

POINTS: dict[Force, float] = {
    "fort": 3.0,
    "moyen": 2.0,
    "indice": 1.0,
    "sigle": 3.0,
    "sigle_faible": 1.0,
    "negative": -3.0,
}
_FAIBLES: frozenset[Force] = frozenset({"indice", "sigle_faible"})
_PLAFOND = 0.5  # A capped theme stays this much under the threshold: « à revoir », never retained.
_MOTS_EN_CAPITALES = 4


class Marque(NamedTuple):
    """One expression of one theme."""

    thematique: int
    force: Force
    expression: str


class Indice(NamedTuple):
    """One expression met in one zone: `surface` is what the text says."""

    marque: Marque
    zone: Zone
    surface: str
    poids: float


class Lexique:
    """The compiled theme file. Build once, read many documents; safe to share between threads."""

    def __init__(self, taxonomie: Taxonomie) -> None:
        self.taxonomie = taxonomie
        self._matcher: Matcher[Marque] = Matcher(_phrases(taxonomie.thematiques))
        seuils = taxonomie.seuils
        self._poids: dict[Zone, float] = {
            "titre": seuils.poids_titre,
            "resume": seuils.poids_resume,
            "corps": seuils.poids_corps,
        }

    def reasons(self, document: Document) -> list[tuple[Raison, ...]]:
        """For each theme of the file, in its order, the evidence whose weights add up to its score."""
        par_thematique = self._read(split_zones(document))
        return [_reasons(indices, self.taxonomie.seuils) for indices in par_thematique]

    def scores(self, document: Document) -> list[float]:
        """For each theme of the file, in its order, its score."""
        return [score_of(raisons) for raisons in self.reasons(document)]

    def suggest(self, document: Document) -> tuple[Suggestion, ...]:
        """Themes retained and themes to look at, best first; at most `max_themes` retained, the others to look at."""
        seuils = self.taxonomie.seuils
        candidats = [
            (score_of(raisons), thematique, raisons)
            for thematique, raisons in zip(self.taxonomie.thematiques, self.reasons(document), strict=True)
            if raisons and score_of(raisons) >= seuils.a_revoir
        ]
        candidats.sort(key=lambda c: -c[0])  # Stable: at equal scores, the order of the file.
        return tuple(
            Suggestion(
                genre="thematique",
                valeur=thematique.slug,
                etat="retenu" if score >= seuils.retenu and rang < seuils.max_themes else "incertain",
                score=score,
                seuil=seuils.retenu,
                probabilite=probability(score, seuils),
                raisons=raisons,
            )
            for rang, (score, thematique, raisons) in enumerate(candidats)
        )

    def _read(self, zones: Zones) -> list[list[Indice]]:
        par_thematique: list[list[Indice]] = [[] for _ in self.taxonomie.thematiques]
        for zone, texte in zones.each():
            vus: set[Marque] = set()
            for indice in self._read_zone(zone, texte):
                if indice.marque not in vus:
                    vus.add(indice.marque)
                    par_thematique[indice.marque.thematique].append(indice)
        return par_thematique

    def _read_zone(self, zone: Zone, texte: str) -> Iterator[Indice]:
        mots = split_words(texte)
        trouves = self._matcher.find(mots)
        if not trouves:
            return
        if texte.isupper() and len(mots) >= _MOTS_EN_CAPITALES:
            trouves = [t for t in trouves if t.valeur.force not in ("sigle", "sigle_faible")]
        bornes = word_bounds(texte)
        for trouve in _one_per_theme(keep_longest(trouves)):
            surface = texte[bornes[trouve.debut].debut : bornes[trouve.fin - 1].fin]
            marque = trouve.valeur
            yield Indice(marque, zone, " ".join(surface.split()), POINTS[marque.force] * self._poids[zone])


def score_of(raisons: Iterable[Raison]) -> float:
    """The score is the sum of its reasons, by definition."""
    return math.fsum(raison.poids for raison in raisons)


def probability(score: float, seuils: Seuils) -> float:
    """A score as a number between 0 and 1: logistic, 0.5 at the threshold « retenu », about 0.12 at « à revoir ».

    Increasing in the score and not calibrated: until decisions exist nothing can say how often a score is right.
    """
    largeur = max(seuils.retenu - seuils.a_revoir, 1e-9)
    x = 2.0 * (score - seuils.retenu) / largeur
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(max(x, -700.0)) / (1.0 + math.exp(max(x, -700.0)))


def _phrases(thematiques: Iterable[Thematique]) -> Iterator[tuple[tuple[Mot, ...], Marque]]:
    for rang, thematique in enumerate(thematiques):
        expressions = thematique.expressions
        lots: tuple[tuple[Force, Mode, tuple[str, ...]], ...] = (
            ("negative", "pluriel", expressions.negatives),
            ("fort", "pluriel", expressions.fort),
            ("sigle", "exacte", expressions.sigles),
            ("moyen", "pluriel", expressions.moyen),
            ("indice", "pluriel", expressions.indice),
            ("sigle_faible", "exacte", expressions.sigles_faibles),
        )
        for force, mode, liste in lots:
            for expression in liste:
                yield phrase(expression, mode), Marque(rang, force, expression)


def _one_per_theme(trouves: Iterable[Trouve[Marque]]) -> Iterator[Trouve[Marque]]:
    """Over the same words, one expression per theme: its negative, else its strongest."""
    meilleurs: dict[tuple[int, int, int], Trouve[Marque]] = {}
    for trouve in trouves:
        cle = (trouve.debut, trouve.fin, trouve.valeur.thematique)
        ancien = meilleurs.get(cle)
        if ancien is None or _rank(trouve) > _rank(ancien):
            meilleurs[cle] = trouve
    yield from meilleurs.values()


def _rank(trouve: Trouve[Marque]) -> float:
    points = POINTS[trouve.valeur.force]
    return math.inf if points < 0 else points


def _reasons(indices: list[Indice], seuils: Seuils) -> tuple[Raison, ...]:
    """Evidence, heaviest first; when it is only indices of one word, a last reason brings the score under « retenu »."""
    raisons = [Raison(genre=i.marque.force, texte=i.surface, poids=i.poids, zone=i.zone) for i in indices]
    raisons.sort(key=lambda r: -abs(r.poids))
    score = score_of(raisons)
    if score >= seuils.retenu and _is_one_weak_word(indices):
        raisons.append(Raison(genre="plafond", texte=RAISON_PLAFOND, poids=seuils.retenu - _PLAFOND - score))
    return tuple(raisons)


def _is_one_weak_word(indices: list[Indice]) -> bool:
    """True when all that speaks for the theme is weak and comes from a single word: « climat », « climatique »."""
    pour = [i.marque for i in indices if i.poids > 0]
    if any(marque.force not in _FAIBLES for marque in pour):
        return False
    racines = sorted({_root(marque.expression) for marque in pour}, key=len)
    return all(racine.startswith(racines[0]) for racine in racines)


def _root(expression: str) -> str:
    return fold(expression).rstrip("*").rstrip("sx")
