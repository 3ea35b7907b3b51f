"""The deadline of a call, read in plain French: « d'ici le 14 décembre à 16 h », « jusqu'au 1er mars 2027 inclusivement ».

A date counts only when the words around it make it the end of something asked of the reader (`bounds.py`). Of several
deadlines, the last: the reader still has until then. Of a range or a postponement, only the last day: never the first, never
the one dropped. « À minuit le 14 » is the 14th. What was past when the document was written is no deadline.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import NamedTuple

from veille.classifier.excerpts import sentence_at, sentence_before, shorten
from veille.classifier.facts.bounds import Contexte, binds, is_moved, is_unsure, without_time
from veille.classifier.facts.dates import find_dates, iso, opens_hours, opens_range, trusted_day
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Raison, Suggestion

_FUTUR = timedelta(days=3 * 365)  # A call is not dated years away from its deadline: such a date sets a condition.


class Candidat(NamedTuple):
    """One deadline found; `reporte` when it is the new date of one that was moved."""

    reporte: bool
    zone: Zone
    jour: date
    heure: time | None
    phrase: str


def read_deadline(document: Document, now: date) -> Suggestion | None:
    """The deadline a document gives, the last one when it gives several, with its sentence; None when it gives none."""
    candidats = list(_candidates(document, now))
    candidats = [c for c in candidats if c.reporte] or candidats
    if not candidats:
        return None
    jour = max(c.jour for c in candidats)
    derniers = [c for c in candidats if c.jour == jour]
    heures = {c.heure for c in derniers if c.heure is not None}
    heure = heures.pop() if len(heures) == 1 else None  # Two hours for one day: only the day is sure.
    choisi = next((c for c in derniers if c.heure == heure), derniers[0])
    raison = Raison("phrase", choisi.phrase, zone=choisi.zone)
    return Suggestion("date_limite", iso(jour, heure), raisons=(raison,))


def _candidates(document: Document, now: date) -> Iterator[Candidat]:
    reference = trusted_day(document.date, now)
    depuis = reference or now
    zones = split_zones(document)
    for zone, texte in zones.each():
        titre = "" if zone == "titre" else zones.titre
        for trouve in find_dates(texte, reference):
            if trouve.jour is None or not depuis <= trouve.jour <= depuis + _FUTUR or opens_range(texte, trouve.fin):
                continue
            entiere = sentence_at(texte, trouve.debut)
            phrase, heure = without_time(entiere, trouve)
            contexte = Contexte(titre, sentence_before(texte, trouve.debut))
            if is_unsure(phrase, trouve) or not binds(phrase, trouve, contexte):
                continue
            heure = None if opens_hours(texte, trouve.fin) else heure
            yield Candidat(is_moved(phrase), zone, trouve.jour, heure, shorten(str(entiere)))
