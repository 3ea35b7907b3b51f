"""The type of a document among those of the theme file: from the words staff listed, whole turns of phrase, and its facts.

A word weighs its zone (title 2, summary 1, body 0.5), once per zone; the longest wins; a whole turn of phrase (`type_cues.py`)
weighs 2 before the body; the source's usual type weighs 1.25. What a document gives weighs too: money and a deadline make a
call, a day to come makes an event. A type is retained from 1.75 points on, or as its source's usual type; below, it is
« incertain »: one word of a summary is no proof. Nothing said, no type: « actualité » is not what is left over.
At equal points what a document is *for* (a call, a training) goes before how it is written (a release, a news story).
« PL » counts only before a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from veille.classifier.excerpts import first_sentence
from veille.classifier.facts.event_cues import NOM
from veille.classifier.facts.type_cues import APPEL_PASSE, APPREND, ARRET, NIE, TOURNURES
from veille.classifier.matcher import Matcher, Mode, Mot, Trouve, keep_longest, phrase, split_words, word_bounds
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Raison, Suggestion, TypeDocument
from veille.textes import RAISON_TYPE_APPEL, RAISON_TYPE_DATE, RAISON_TYPE_SOURCE

_POIDS: dict[Zone, float] = {"titre": 2.0, "resume": 1.0, "corps": 0.5}
_TOURNURE: dict[Zone, float] = {"titre": 2.0, "resume": 2.0, "corps": 0.5}
_SEUIL = 1.75
_SEUIL_FORME = 2.0
_SOURCE = 1.25  # One word of the summary does not outweigh the source's habit; a word of the title does.
_APPEL = 2.5
_DATE, _DATE_EN_PASSANT = 2.0, 0.5  # An event that the title or the first sentence tells; one told further on.
_AVEC_DATE = 1.0  # A training announced for a day.
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

    def read(self, document: Document, faits: Iterable[Suggestion | None] = ()) -> Suggestion | None:
        """The best type with its reasons; None when nothing says. `faits`: the deadline, day and amount already read."""
        raisons: dict[str, list[Raison]] = {}
        for zone, texte in split_zones(document).each():
            for type_, surface in self._read_zone(texte):
                if type_ == "financement" and APPEL_PASSE.search(texte):
                    continue  # « L'appel à projets a attiré »: told afterwards.
                raisons.setdefault(type_, []).append(Raison("indice", surface, _POIDS[zone], zone))
            for type_, surface in self._read_turns(texte):
                raisons.setdefault(type_, []).append(Raison("indice", surface, _TOURNURE[zone], zone))
        if any(raison.texte.lower().startswith("webinaire") for raison in raisons.get("formation", ())):
            ailleurs = [raison for raison in raisons.pop("evenement", ()) if raison.texte.lower() != "webinaire"]
            raisons.update({"evenement": ailleurs} if ailleurs else {})
        self._add_facts(document, [fait for fait in faits if fait is not None], raisons)
        if document.type_source in self._slugs:
            raisons.setdefault(document.type_source, []).append(Raison("source", RAISON_TYPE_SOURCE, _SOURCE))
        if not raisons:
            return None
        slug = min(raisons, key=lambda s: (-_points(raisons[s]), _form_rank(s), self._slugs.index(s)))
        points = _points(raisons[slug])
        seuil = _SOURCE if slug == document.type_source else _SEUIL_FORME if slug in _FORMES else _SEUIL
        return Suggestion(
            genre="type",
            valeur=slug,
            etat="retenu" if points >= seuil else "incertain",
            score=points,
            seuil=seuil,
            probabilite=points / (points + seuil),
            raisons=tuple(raisons[slug]),
        )

    def _read_turns(self, texte: str) -> Iterator[tuple[str, str]]:
        for type_, motif in TOURNURES.items():
            trouve = motif.search(texte) if type_ in self._slugs else None
            if trouve:
                yield type_, " ".join(trouve[0].split()).strip(" :.–—-")

    def _add_facts(self, document: Document, faits: list[Suggestion], raisons: dict[str, list[Raison]]) -> None:
        lus = {fait.genre: fait for fait in faits}
        if "montant" in lus and "date_limite" in lus and "financement" in self._slugs:
            raisons.setdefault("financement", []).append(Raison("fait", RAISON_TYPE_APPEL, _APPEL))
        evenement = lus.get("date_evenement")
        if evenement is None or "evenement" not in self._slugs:
            return
        zones = split_zones(document)
        if ARRET.search(zones.titre):
            return  # A strike is news; nobody is asked to come.
        tete = NOM.search(zones.titre) or evenement.raisons[0].texte in (zones.titre, first_sentence(zones.resume))
        raisons.setdefault("evenement", []).append(
            Raison("fait", RAISON_TYPE_DATE, _DATE if tete else _DATE_EN_PASSANT, evenement.raisons[0].zone)
        )
        if any(APPREND.search(raison.texte) for raison in raisons.get("formation", ())):
            raisons["formation"].append(Raison("fait", RAISON_TYPE_DATE, _DATE if tete else _AVEC_DATE))

    def _read_zone(self, texte: str) -> Iterator[tuple[str, str]]:
        mots = split_words(texte)
        trouves = [t for t in self._matcher.find(mots) if _is_meant(mots, t)]
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


def _is_meant(mots: list[str], trouve: Trouve[Marque]) -> bool:
    """« PL 31 », not « le PL »; « un rendez-vous », not « comment vous rendez-vous » nor « pas de rendez-vous »; « un avis du
    comité », not « trois avis »; « un atelier », not « l'atelier qui répare »."""
    if trouve.valeur.numero:
        return _number_follows(mots, trouve)
    avant = " ".join(mot.lower() for mot in mots[max(0, trouve.debut - 2) : trouve.debut])
    nie = NIE.get(trouve.valeur.expression)
    return nie is None or nie.search(f"{avant} | {' '.join(mots[trouve.fin : trouve.fin + 1]).lower()}") is None


def _number_follows(mots: list[str], trouve: Trouve[Marque]) -> bool:
    return trouve.fin < len(mots) and mots[trouve.fin].isdecimal() and len(mots[trouve.fin]) <= 3


def _points(raisons: list[Raison]) -> float:
    return sum(raison.poids for raison in raisons)


def _form_rank(slug: str) -> int:
    return 0 if slug in _GESTES else 2 if slug in _FORMES else 1
