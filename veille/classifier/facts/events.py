"""The day something takes place: « le colloque se tiendra le 3 décembre à 19 h », « Salon du livre du 3 au 5 décembre ».

A date counts only where words say that something takes place, before it or right after it; never a deadline, a
publication, what already was, or an entry into force. The first day to come in reading order, the title first.
A stretch of days is an ISO interval; an hour told gives an instant. A wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import NamedTuple

from veille.classifier.excerpts import Phrase, sentence_at, sentence_before, shorten
from veille.classifier.facts import cues, event_cues
from veille.classifier.facts.bounds import Contexte, binds, without_time
from veille.classifier.facts.dates import (
    Echeance,
    find_dates,
    iso,
    opens_range,
    other_time_zone,
    read_time,
    trusted_day,
)
from veille.classifier.facts.deadlines import read_deadline
from veille.classifier.facts.intervals import Periode, read_period
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Raison, Suggestion

_FUTUR = timedelta(days=2 * 365)
_PROCHE = timedelta(days=180)  # Without year nor verb of the future, a farther day may be the one gone by.
_ENTRE = 140  # Characters between an event and its date.


class Candidat(NamedTuple):
    """One event found."""

    zone: Zone
    valeur: str
    phrase: str


def read_event(document: Document, now: date) -> Suggestion | None:
    """The first day to come on which a document says that something takes place, with its sentence; None when none does."""
    choisi = next(_candidates(document, now), None)
    if choisi is None or (choisi.zone == "corps" and _calls_first(document, now)):
        return None
    return Suggestion("date_evenement", choisi.valeur, raisons=(Raison("phrase", choisi.phrase, zone=choisi.zone),))


def _calls_first(document: Document, now: date) -> bool:
    """A call whose text tells of a meeting or a planting further on announces its deadline, not that day."""
    limite = read_deadline(document, now)
    return limite is not None and limite.raisons[0].zone != "corps"


def _candidates(document: Document, now: date) -> Iterator[Candidat]:
    reference = trusted_day(document.date, now)
    depuis = reference or now
    zones = split_zones(document)
    if event_cues.ANNULE.search(zones.titre):
        return
    for zone, texte in zones.each():
        titre = "" if zone == "titre" else zones.titre
        for trouve in find_dates(texte, reference):
            if trouve.jour is None or opens_range(texte, trouve.fin):
                continue
            periode = read_period(texte, trouve.debut, trouve.jour)
            if periode is None or not depuis <= periode.dernier <= depuis + _FUTUR:
                continue
            if _takes_place(texte, trouve, periode, titre, depuis):
                yield Candidat(zone, _value(texte, trouve, periode), shorten(str(sentence_at(texte, trouve.debut))))


def _takes_place(texte: str, trouve: Echeance, periode: Periode, titre: str, depuis: date) -> bool:
    """Do the words around the date say that something takes place that day?"""
    entiere = sentence_at(texte, trouve.debut)
    if trouve.sorte == "fin_de_mois" or event_cues.ANNULE.search(str(entiere)):
        return False
    if binds(without_time(entiere, trouve)[0], trouve, Contexte(titre, "")) or cues.ABANDON_APRES.match(
        entiere.apres[trouve.fin - trouve.debut :].lstrip()
    ):
        return False
    avant = _before(entiere.avant, trouve.debut - periode.place)
    phrase = Phrase(avant, entiere.apres[trouve.fin - trouve.debut :])
    appele = event_cues.NOM.search(titre) is not None
    if _is_announced(phrase, appele):
        return True
    sure = trouve.annee or periode.dernier - depuis <= _PROCHE
    if not sure or trouve.sorte != "ecrite" or event_cues.PASSE.search(str(phrase)):
        return False
    heure = _hour(texte, trouve, periode) is not None
    if _is_named(phrase, appele, heure):
        return True
    jour = texte[trouve.debut : trouve.debut + 1].isalpha()  # « samedi 5 décembre »: nobody writes so of the past.
    if appele and _follows_title(phrase, jour):
        return True
    appele = appele or event_cues.NOM.search(sentence_before(texte, trouve.debut)) is not None
    return appele and _goes_without_verb(phrase, heure)


def _before(avant: str, recul: int) -> str:
    """The sentence before the date, without what the date shares: the first day of the stretch, the hour."""
    avant = avant[: len(avant) - recul] if recul else avant
    heure = event_cues.HEURE_DEBUT_AVANT.search(avant)
    return avant[: heure.start()] if heure else avant


def _is_announced(phrase: Phrase, appele: bool) -> bool:
    """A verb says so: « se tiendra le », « Le 5 décembre, joignez-vous ». `appele`: the title names an event."""
    nomme = appele or event_cues.NOM.search(str(phrase)) is not None
    verbes = (event_cues.VERBE, event_cues.VERBE_DE_NOM) if nomme else (event_cues.VERBE,)
    for motif in verbes:
        verbe = _last(motif, phrase.avant)
        if verbe and _reaches(phrase.avant[verbe.end() :]) and not _is_other(phrase.avant[: verbe.start()]):
            return True
    if not event_cues.TETE_AVANT.search(phrase.avant):
        return False
    apres = (motif.search(phrase.apres, 0, _ENTRE) for motif in verbes)
    return any(verbe is not None and not _is_other(phrase.apres[: verbe.start()]) for verbe in apres)


def _is_named(phrase: Phrase, appele: bool, heure: bool) -> bool:
    """The event and its date stand side by side: « Colloque du 5 décembre », « Quand : 5 décembre », « 5 décembre, 19 h : conférence »."""
    if event_cues.SERIE_AVANT.search(phrase.avant):
        return not _is_other(phrase.avant)
    nom = _last(event_cues.NOM, phrase.avant)
    if nom:
        entre = phrase.avant[nom.end() :]
        repere = event_cues.REPERE_AVANT.search(phrase.avant[: nom.start()])
        if repere and "lors" in repere[0].lower() and event_cues.FUTUR.search(phrase.avant[: repere.start()]):
            repere = None  # « tirera au sort douze résidents lors de la séance du »
        return not repere and _reaches(entre) and event_cues.LIEN_AVANT.search(entre) is not None
    if event_cues.ETIQUETTE_AVANT.search(phrase.avant):
        return appele or heure
    if not heure or not event_cues.TETE_AVANT.search(phrase.avant):
        return False
    return appele or event_cues.NOM.search(phrase.apres, 0, _ENTRE) is not None


def _follows_title(phrase: Phrase, jour: bool) -> bool:
    """The title names an event and the sentence tells its day: « Le 3 décembre, 200 personnes partageront un repas »,
    « … vendront leurs plats le samedi 5 décembre ». `jour`: the weekday is written."""
    if event_cues.TETE_AVANT.search(phrase.avant):
        verbe = event_cues.ACTIVITE.search(phrase.apres, 0, _ENTRE)
        return verbe is not None and not _is_of_a_body(phrase.apres[: verbe.end()])
    debut = event_cues.DEBUT_AVANT.search(phrase.avant)
    avant = phrase.avant[: debut.start()] if debut else phrase.avant
    if not (jour and _reaches(avant)) or _is_other(avant) or _is_of_a_body(avant):
        return False
    if event_cues.ACTIVITE.search(avant) is None:
        return event_cues.SANS_VERBE.match(phrase.avant) is not None
    return debut is not None or event_cues.LIEN_AVANT.search(avant) is not None


def _is_of_a_body(texte: str) -> bool:
    return event_cues.ACTE_PUBLIC.search(texte) is not None or event_cues.AUTRE_DATE.search(texte) is not None


def _goes_without_verb(phrase: Phrase, heure: bool) -> bool:
    """Of an event named just before: « Le 10 décembre, à la bibliothèque. », « Lumière tamisée, le 5 décembre à 10 h »."""
    if event_cues.TETE_AVANT.search(phrase.avant):
        return event_cues.LIEU_APRES.match(phrase.apres) is not None
    if not _reaches(phrase.avant) or _is_other(phrase.avant) or not event_cues.LIEN_AVANT.search(phrase.avant):
        return False
    return heure or event_cues.ACTIVITE.search(phrase.avant) is not None


def _reaches(entre: str) -> bool:
    """Nothing between an event and the date gives the date to another thing."""
    return len(entre) <= _ENTRE and ";" not in entre and not event_cues.AUTRE_DATE.search(entre)


def _is_other(sujet: str) -> bool:
    return event_cues.SUJET_AUTRE.search(sujet) is not None


def _last(motif: re.Pattern[str], texte: str) -> re.Match[str] | None:
    return max(motif.finditer(texte), key=re.Match.start, default=None)


def _value(texte: str, trouve: Echeance, periode: Periode) -> str:
    if periode.premier != periode.dernier:
        return f"{periode.premier.isoformat()}/{periode.dernier.isoformat()}"
    return iso(periode.premier, _hour(texte, trouve, periode))


def _hour(texte: str, trouve: Echeance, periode: Periode) -> time | None:
    """The hour it begins, told after the date or just before it. Midnight is no hour to meet."""
    depuis = trouve.fin_jour
    apres = event_cues.HEURE_DEBUT.match(texte, depuis)
    if apres:
        return None if other_time_zone(texte, apres.end()) else read_time(apres)
    avant = event_cues.HEURE_DEBUT_AVANT.search(sentence_at(texte, periode.place).avant)
    return read_time(avant)
