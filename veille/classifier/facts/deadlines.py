"""The deadline of a call, read in plain French: « d'ici le 14 décembre à 16 h », « jusqu'au 1er mars 2027 inclusivement ».

A date counts only when words just before it make it a deadline *and* the sentence (or the title) asks something of the
reader: an exhibition « jusqu'au 3 mars », works « terminés d'ici le 3 mars » have none. When two deadlines differ, none.
Of a range or a postponement, only the last day: never the first, never the one dropped. « À minuit » is 23 h 59 that day.
Past deadlines are given like others: what is past is for whoever knows the clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import NamedTuple

from veille.classifier.excerpts import Phrase, sentence_at, shorten
from veille.classifier.facts import cues
from veille.classifier.facts.dates import HEURE_AVANT, Echeance, find_dates, holds_a_date, opens_range, read_time
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Raison, Suggestion

_PASSE = timedelta(days=365)
_FUTUR = timedelta(days=3 * 365)


class Candidat(NamedTuple):
    """One deadline found: `rang` 0 is a postponed date, 1 a « date limite », 2 any other form."""

    rang: int
    zone: Zone
    valeur: str
    phrase: str


def read_deadline(document: Document, now: date) -> Suggestion | None:
    """The deadline a document gives, with its sentence; None when there is none, or more than one."""
    candidats = list(_candidates(document, _reference(document, now)))
    rang = min((c.rang for c in candidats), default=0)
    meilleurs = [c for c in candidats if c.rang == rang]
    if len({c.valeur[:10] for c in meilleurs}) > 1:
        meilleurs = [c for c in meilleurs if c.zone == "titre"]
    if len({c.valeur[:10] for c in meilleurs}) != 1:
        return None
    avec_heure = [c for c in meilleurs if len(c.valeur) > 10]
    heures = {c.valeur for c in avec_heure}
    choisi = avec_heure[0] if len(heures) == 1 else meilleurs[0]
    valeur = choisi.valeur if len(heures) <= 1 else choisi.valeur[:10]
    return Suggestion("date_limite", valeur, raisons=(Raison("phrase", choisi.phrase, zone=choisi.zone),))


def _reference(document: Document, now: date) -> date | None:
    """The day a missing year is counted from; a document dated in the future has a wrong date."""
    if document.date is None or document.date > now + timedelta(days=1):
        return None
    return document.date


def _candidates(document: Document, reference: date | None) -> Iterator[Candidat]:
    zones = split_zones(document)
    for zone, texte in zones.each():
        for trouve in find_dates(texte, reference):
            if trouve.jour is None or not _is_plausible(trouve.jour, reference) or opens_range(texte, trouve.fin):
                continue
            phrase, heure = _without_time(sentence_at(texte, trouve.debut), trouve)
            rang = _rank(phrase, "" if zone == "titre" else zones.titre)
            if rang is not None:
                yield Candidat(rang, zone, trouve.at(heure), shorten(str(sentence_at(texte, trouve.debut))))


def _is_plausible(jour: date, reference: date | None) -> bool:
    """A call is not dated years away from its deadline: such a date tells a story, or sets a condition."""
    return reference is None or reference - _PASSE <= jour <= reference + _FUTUR


def _without_time(phrase: Phrase, trouve: Echeance) -> tuple[Phrase, time | None]:
    """« avant 16 h le 14 décembre » is « avant le 14 décembre », at 16 h."""
    heure = HEURE_AVANT.search(phrase.avant) if trouve.heure is None else None
    if heure is None:
        return phrase, trouve.heure
    debut = phrase.avant[: heure.start()]
    mot = heure[0].split()[0].lower()
    suite = f"{mot} " if mot == "avant" or debut.endswith(("jusqu'", "jusqu’")) else ""
    return phrase._replace(avant=debut + suite), read_time(heure)


def _rank(phrase: Phrase, titre: str) -> int | None:
    """How surely the date is a deadline: 0, 1, 2, or None when nothing says so."""
    avant, tout = phrase.avant, str(phrase)
    if cues.ABANDON_AVANT.search(avant):
        return None
    report = cues.REPORT_AVANT.search(avant)
    if report:
        return 0 if _moves_a_deadline(report, tout) else None
    if _is_limit(phrase):
        return 1
    if cues.INTERVALLE_AVANT.search(avant):
        return None if cues.AUTRE_CHOSE.search(tout) else 2
    terme = cues.TERME_AVANT.search(avant)
    if terme:
        return 2 if _is_call(avant[: terme.start()]) and not cues.AUTRE_CHOSE.search(tout) else None
    borne = cues.BORNE_AVANT.search(avant)
    return 2 if borne and _is_for_reader(avant[: borne.start()], tout, titre) else None


def _moves_a_deadline(report: re.Match[str], tout: str) -> bool:
    """Is it a call that is postponed? « Le colloque est reporté au 5 mars : inscrivez-vous » postpones a colloquium."""
    if cues.AUTRE_CHOSE.search(tout):
        return False
    sujet = report.string[: report.end()]
    return bool(cues.REPORT_SUJET.search(sujet)) or _asks(tout if report["dure"] else sujet)


def _is_limit(phrase: Phrase) -> bool:
    """« Date limite », « échéance », and nothing between that gives the date to something else."""
    if cues.ABANDON_APRES.search(phrase.apres):
        return False
    if cues.ECHEANCE_AVANT.search(phrase.avant):
        tout = str(phrase)
        return not cues.ECHEANCE_AUTRE.search(tout) and not cues.AUTRE_CHOSE.search(tout)
    limite = cues.LIMITE_AVANT.search(phrase.avant)
    if limite is None or cues.DU_AUTRE.search(limite[0]):
        return False
    return not holds_a_date(limite["entre"]) and not cues.AUTRE_DATE.search(limite["entre"])


def _is_for_reader(avant: str, tout: str, titre: str) -> bool:
    """Does « jusqu'au » end a call? `avant` stops before it."""
    if cues.FAIT_AVANT.search(avant):
        return False
    autre_chose = bool(cues.AUTRE_CHOSE.search(tout))
    dure = cues.DURE_AVANT.search(avant)
    if dure:
        return not autre_chose and bool(cues.APPEL_SUJET.search(avant[: dure.start()]))
    if cues.DEMANDE.search(tout):
        return True
    if autre_chose:
        return False
    appel_titre = cues.DEMANDE.search(titre) and not cues.AUTRE_CHOSE.search(titre)
    return _asks(tout) or bool(cues.VOUS_AVEZ_AVANT.search(avant)) or bool(appel_titre)


def _asks(texte: str) -> bool:
    """Does the sentence ask something of its reader?"""
    if cues.DEMANDE.search(texte) or (cues.ENVOI.search(texte) and cues.OBJET.search(texte)):
        return True
    geste = cues.GESTE.search(texte)
    if cues.VOUS.search(texte):
        return bool(geste or cues.ENVOI.search(texte))
    return bool(geste and cues.INVITES.search(texte))


def _is_call(avant: str) -> bool:
    return bool(cues.APPEL_SUJET.search(avant) or cues.PERIODE_SUJET.search(avant))
