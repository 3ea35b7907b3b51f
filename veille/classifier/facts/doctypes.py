"""The type of a document among those of the theme file, from the words staff listed for each.

A word weighs its zone (title 2, summary 1, body 0.5), once per zone; the longest wins; the source's usual type weighs 1.25.
A type is retained from 1 point on; below, it is « incertain ». Without any word, the source's type; without one, none:
« actualité » is not what is left over, it has its own words.
At equal points what a document is *for* (a call, a training) goes before how it is written (a release, a news story).
« PL » counts only before a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from veille.classifier.matcher import Matcher, Mode, Mot, Trouve, keep_longest, phrase, split_words, word_bounds
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Raison, Suggestion, TypeDocument
from veille.textes import RAISON_TYPE_SOURCE

_POIDS: dict[Zone, float] = {"titre": 2.0, "resume": 1.0, "corps": 0.5}
_SEUIL = 1.0
_SEUIL_FORME = 2.0
_SOURCE = 1.25  # One word of the summary does not outweigh the source's habit; a word of the title does.
_GESTES = ("financement", "formation", "evenement")
_FORMES = ("communique", "actualite")


class Marque(NamedTuple):
    """One listed word of one type; `numero` when a number must follow."""

    type: str
    expression: str
    numero: bool = False


class TypeReader:
    """Reads document types with the words of one theme file."""

    def __init__(self, types: tuple[TypeDocument, ...]) -> None:
        self._slugs = [t.slug for t in types]
        self._matcher: Matcher[Marque] = Matcher(_phrases(types))

    def read(self, document: Document) -> Suggestion | None:
        """The best type with its reasons; None when nothing says."""
        raisons: dict[str, list[Raison]] = {}
        for zone, texte in split_zones(document).each():
            for type_, surface in self._read_zone(texte):
                raisons.setdefault(type_, []).append(Raison("indice", surface, _POIDS[zone], zone))
        if document.type_source in self._slugs:
            raisons.setdefault(document.type_source, []).append(Raison("source", RAISON_TYPE_SOURCE, _SOURCE))
        if not raisons:
            return None
        slug = min(raisons, key=lambda s: (-_points(raisons[s]), _form_rank(s), self._slugs.index(s)))
        points = _points(raisons[slug])
        seuil = _SEUIL_FORME if slug in _FORMES and slug != document.type_source else _SEUIL
        return Suggestion(
            genre="type",
            valeur=slug,
            etat="retenu" if points >= seuil else "incertain",
            score=points,
            seuil=seuil,
            probabilite=points / (points + seuil),
            raisons=tuple(raisons[slug]),
        )

    def _read_zone(self, texte: str) -> Iterator[tuple[str, str]]:
        mots = split_words(texte)
        trouves = [t for t in self._matcher.find(mots) if not t.valeur.numero or _number_follows(mots, t)]
        if not trouves:
            return
        bornes = word_bounds(texte)
        vus: set[Marque] = set()
        for trouve in keep_longest(trouves):
            if trouve.valeur not in vus:
                vus.add(trouve.valeur)
                dernier = trouve.fin if trouve.valeur.numero else trouve.fin - 1
                surface = texte[bornes[trouve.debut].debut : bornes[dernier].fin]
                yield trouve.valeur.type, " ".join(surface.split())


def _phrases(types: Iterable[TypeDocument]) -> Iterator[tuple[tuple[Mot, ...], Marque]]:
    for type_ in types:
        for indice in type_.indices:
            yield phrase(indice, _mode(indice)), Marque(type_.slug, indice)
        for sigle in type_.sigles:
            yield phrase(sigle, "exacte"), Marque(type_.slug, sigle, numero=True)


def _mode(indice: str) -> Mode:
    """Listed words in capitals are acronyms (« CNW », « ISBN »): exact case."""
    return "exacte" if indice.isupper() else "pluriel"


def _number_follows(mots: list[str], trouve: Trouve[Marque]) -> bool:
    return trouve.fin < len(mots) and mots[trouve.fin].isdecimal() and len(mots[trouve.fin]) <= 3


def _points(raisons: list[Raison]) -> float:
    return sum(raison.poids for raison in raisons)


def _form_rank(slug: str) -> int:
    return 0 if slug in _GESTES else 2 if slug in _FORMES else 1
