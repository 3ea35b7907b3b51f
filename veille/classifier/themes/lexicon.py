"""The scoring rules of the theme file, as written in its header: the prior that works on day one, without a label.

    fort 3, moyen 2, indice 1, sigle 3, sigle faible 1, négative -3; title x 2, summary x 1, body x 0.5.
    The longest expression wins; an expression counts once per zone; indices of one same word never retain a theme.
    The points of the table « hors_sujet » are taken away from every theme that has some.

Readings of those rules, decided here:
  – « La plus longue l'emporte » holds across themes and negatives: in « refuge animalier » nobody counts « refuge », in
    « travailleurs pauvres » emploi does not count « travailleurs ». Over the very same words each theme counts its own.
  – Two expressions of one theme over the same words count once: a negative first, else the strongest.
  – A title plays with words: the one word that it alone says for a theme, and that no other confirms, is worth a third.
    Only in a file that has a table « hors_sujet »: a plainer file, of plainer texts, has no such titles.
  – A zone written all in capitals cannot tell an acronym from a word: acronyms do not count there.
  – « Hors sujet » is read in the same pass, as one more theme: in « logement de la batterie » nobody counts « logement ».
    It can bring a theme down to `PLANCHER`, what one negative in the title is worth, and no lower: a match told at
    length is no stronger proof than one negative. Its own negatives cancel it, and never speak for a theme.
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
from veille.model import Document, Expressions, Force, Raison, Seuils, Suggestion, Taxonomie
from veille.textes import RAISON_MOT_SEUL, RAISON_PLAFOND

POINTS: dict[Force, float] = {
    "fort": 3.0,
    "moyen": 2.0,
    "indice": 1.0,
    "sigle": 3.0,
    "sigle_faible": 1.0,
    "negative": -3.0,
}
PLANCHER = -6.0
MOT_SEUL = 2 / 3
_HORS_SUJET = -1  # Its rank in a list whose last place is its own.
_FAIBLES: frozenset[Force] = frozenset({"indice", "sigle_faible"})
_PLAFOND = 0.5  # A capped theme stays this much under the threshold: « à revoir », never retained.
_MOTS_EN_CAPITALES = 4


class Marque(NamedTuple):
    """One expression of one theme, or of what is off topic."""

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
        self._sait_le_hors_sujet = taxonomie.hors_sujet != Expressions()
        self._matcher: Matcher[Marque] = Matcher(_phrases(taxonomie))
        seuils = taxonomie.seuils
        self._poids: dict[Zone, float] = {
            "titre": seuils.poids_titre,
            "resume": seuils.poids_resume,
            "corps": seuils.poids_corps,
        }

    def reasons(self, document: Document) -> list[tuple[Raison, ...]]:
        """For each theme of the file, in its order, the evidence whose weights add up to its score."""
        zones = split_zones(document)
        *par_thematique, hors_sujet = self._read(zones)
        doute = self._sait_le_hors_sujet and bool(zones.resume)
        return [_reasons(indices, hors_sujet, self.taxonomie.seuils, doute=doute) for indices in par_thematique]

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

    def off_topic(self, document: Document) -> tuple[str, ...]:
        """The words of what the watch is not about, as the text writes them, heaviest first."""
        indices = [i for i in self._read(split_zones(document))[_HORS_SUJET] if i.poids > 0]
        indices.sort(key=lambda i: -i.poids)
        return tuple(dict.fromkeys(i.surface for i in indices))

    def _read(self, zones: Zones) -> list[list[Indice]]:
        """What was met for each theme, then for what is off topic."""
        par_thematique: list[list[Indice]] = [[] for _ in (*self.taxonomie.thematiques, _HORS_SUJET)]
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


def _phrases(taxonomie: Taxonomie) -> Iterator[tuple[tuple[Mot, ...], Marque]]:
    listes = [*enumerate(t.expressions for t in taxonomie.thematiques), (_HORS_SUJET, taxonomie.hors_sujet)]
    for rang, expressions in listes:
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


def _reasons(indices: list[Indice], hors_sujet: list[Indice], seuils: Seuils, *, doute: bool) -> tuple[Raison, ...]:
    """Evidence, heaviest first; when it is only indices of one word, a last reason brings the score under « retenu ».

    `doute`: the title is followed by a text that could have confirmed it.
    """
    raisons = [Raison(genre=i.marque.force, texte=i.surface, poids=i.poids, zone=i.zone) for i in indices]
    raisons += _taken_away(hors_sujet, score_of(raisons))
    if doute:
        raisons += _lone_word(indices)
    raisons.sort(key=lambda r: -abs(r.poids))
    score = score_of(raisons)
    if score >= seuils.retenu and _is_one_weak_word(indices):
        raisons.append(Raison(genre="plafond", texte=RAISON_PLAFOND, poids=seuils.retenu - _PLAFOND - score))
    return tuple(raisons)


def _taken_away(hors_sujet: list[Indice], points: float) -> list[Raison]:
    """What is off topic against a theme of so many points, shared between the words that say so."""
    pour = [i for i in hors_sujet if i.poids > 0]
    total = math.fsum(i.poids for i in pour)
    retrait = min(math.fsum(i.poids for i in hors_sujet), points - PLANCHER)
    if points <= 0 or retrait <= 0:
        return []
    return [Raison("hors_sujet", i.surface, -i.poids * retrait / total, i.zone) for i in pour]


def _lone_word(indices: list[Indice]) -> list[Raison]:
    """What is taken from a word that the title alone says, and nothing else confirms."""
    pour = [i for i in indices if i.poids > 0]
    if len(pour) != 1 or pour[0].zone != "titre" or pour[0].marque.force == "sigle" or " " in pour[0].surface:
        return []
    return [Raison("plafond", RAISON_MOT_SEUL, -pour[0].poids * MOT_SEUL)]


def _is_one_weak_word(indices: list[Indice]) -> bool:
    """True when all that speaks for the theme is weak and comes from a single word: « climat », « climatique »."""
    pour = [i.marque for i in indices if i.poids > 0]
    if any(marque.force not in _FAIBLES for marque in pour):
        return False
    racines = sorted({_root(marque.expression) for marque in pour}, key=len)
    return all(racine.startswith(racines[0]) for racine in racines)


def _root(expression: str) -> str:
    return fold(expression).rstrip("*").rstrip("sx")
