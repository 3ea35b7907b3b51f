"""Do the words around a date make it the end of something asked of the reader? An exhibition « jusqu'au 3 mars », works
« terminés d'ici le 3 mars », what « le ministre doit » do by then: no. Decides on one sentence; patterns are in `cues.py`.
"""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

from veille.classifier.excerpts import Phrase
from veille.classifier.facts import asking, cues
from veille.classifier.facts.asking import asks
from veille.classifier.facts.dates import HEURE_AVANT, Echeance, holds_a_date, read_time

_LISTE_MAX = 4  # Dates listed before the one that binds.
_TETE_NUE = 2  # Words that may stand before a bound without being a sentence of their own.


class Contexte(NamedTuple):
    """What a sentence may lean on: the title of its document ("" when it is the title), the sentence before it."""

    titre: str
    precedente: str


def without_time(phrase: Phrase, trouve: Echeance) -> tuple[Phrase, time | None]:
    """« avant 16 h le 14 décembre » is « avant le 14 décembre », at 16 h; « 15 janvier et 15 mai » is « 15 mai »."""
    for _ in range(_LISTE_MAX):
        liste = cues.PLUSIEURS_AVANT.search(phrase.avant)
        if liste is None:
            break
        phrase = phrase._replace(avant=phrase.avant[: liste.start()])
    heure = HEURE_AVANT.search(phrase.avant) if trouve.heure is None else None
    if heure is None:
        return phrase, trouve.heure
    debut = phrase.avant[: heure.start()]
    mot = heure[0].split()[0].lower()
    suite = f"{mot} " if mot in ("avant", "by", "before") or debut.endswith(("jusqu'", "jusqu’")) else ""
    return phrase._replace(avant=debut + suite), read_time(heure)


def binds(phrase: Phrase, trouve: Echeance, contexte: Contexte) -> bool:
    """Is the date a deadline? `phrase` comes from `without_time`."""
    avant = phrase.avant
    if cues.ABANDON_AVANT.search(avant):
        return False
    report = cues.REPORT_AVANT.search(avant)
    if report:
        return _moves_a_deadline(report, str(phrase))
    suite = Phrase(avant, phrase.apres[trouve.fin - trouve.debut :])
    if cues.LIMITE_APRES.match(suite.apres):
        return True
    return _is_limit(phrase) or _ends_a_call(avant, str(phrase), contexte) or _is_bound(suite, contexte)


def is_moved(phrase: Phrase) -> bool:
    """« reportée au », « prolongé jusqu'au »: a new date, that holds rather than the first one."""
    return cues.REPORT_AVANT.search(phrase.avant) is not None


def is_unsure(phrase: Phrase, trouve: Echeance) -> bool:
    """Not the last of a list of dates, or a day without year in a sentence about the past."""
    suite = phrase.apres[trouve.fin - trouve.debut :]
    if cues.PLUSIEURS_APRES.match(suite):
        return True
    return not trouve.annee and cues.PASSE.search(str(phrase)) is not None


def _moves_a_deadline(report: re.Match[str], tout: str) -> bool:
    """Is it a call that is postponed? « Le colloque est reporté au 5 mars : inscrivez-vous » postpones a colloquium."""
    if cues.AUTRE_CHOSE.search(tout):
        return False
    sujet = report.string[: report.end()]
    return bool(cues.REPORT_SUJET.search(sujet)) or asks(tout if report["dure"] else sujet)


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
    entre = cues.COMPLEMENT_DATE.sub(" ", limite["entre"])
    return not holds_a_date(entre) and not cues.AUTRE_DATE.search(entre)


def _ends_a_call(avant: str, tout: str, contexte: Contexte) -> bool:
    """« Inscriptions du 3 au », « l'appel se termine le »: the end of something that asks."""
    if cues.AUTRE_CHOSE.search(tout):
        return False
    if cues.INTERVALLE_AVANT.search(avant):
        return True
    terme = cues.TERME_AVANT.search(avant)
    if terme is None:
        return False
    sujet = avant[: terme.start()]
    if cues.APPEL_SUJET.search(sujet) or cues.PERIODE_SUJET.search(sujet):
        return True
    return bool(cues.PRONOM_TETE.match(sujet) and cues.APPEL_NOM.search(contexte.precedente or contexte.titre))


def _is_bound(phrase: Phrase, contexte: Contexte) -> bool:
    """« Jusqu'au », « avant le », « reçues après le », « du 3 au » before a verb. `phrase.apres` starts after the date."""
    avant, apres = phrase
    if cues.PERIODE_AVANT.search(avant):
        return cues.PERIODE_APRES.match(apres) is not None
    if cues.APRES_AVANT.search(avant):
        return cues.REFUS.search(str(phrase)) is not None and asks(str(phrase))
    if cues.RECU_LE_AVANT.search(avant):
        return bool(cues.RECU_OBJET.search(avant) and cues.OBLIGATION.search(avant))
    plus_tard = cues.PLUS_TARD_APRES.match(apres)
    if plus_tard:  # « pour le 15 décembre au plus tard »
        return _is_for_reader(Phrase(cues.ARTICLE_AVANT.sub("", avant), apres[plus_tard.end() :]), contexte)
    borne = cues.BORNE_AVANT.search(avant)
    if borne is None:
        return False
    if cues.DURE_AVANT.search(avant, 0, borne.start()) and not borne[0].lower().startswith(("jusqu", "until")):
        return False  # « La consultation se tiendra avant le 3 mars »: nothing ends that day.
    return _is_for_reader(Phrase(avant[: borne.start()], apres), contexte)


def _is_for_reader(phrase: Phrase, contexte: Contexte) -> bool:
    """Does « jusqu'au » end a call? `phrase.avant` stops before it, `phrase.apres` starts after the date."""
    avant, apres = phrase.avant, cues.INCISE.sub("", phrase.apres, count=1)
    if any(motif.search(avant) for motif in (cues.FAIT_AVANT, cues.AUTORITE_AVANT, cues.TARIF_AVANT)):
        return False
    autre_chose = cues.AUTRE_CHOSE.search(str(phrase)) is not None
    if not autre_chose and (cues.VOUS_AVEZ_AVANT.search(avant) or cues.PERIODE_APRES.match(phrase.apres)):
        return True
    if asking.A_JUSQU_A.search(avant) and _is_given(avant, apres):
        return True
    dure = cues.DURE_AVANT.search(avant)
    if dure:
        return not autre_chose and cues.APPEL_DURE.search(avant[: dure.start()]) is not None
    lie = _bound_clauses(avant, apres)
    if asking.DEMANDE.search(lie):
        return True
    if autre_chose:
        return False
    return asks(lie) or cues.APPEL_AVANT.search(avant) is not None or _leans_on(contexte, avant)


def _leans_on(contexte: Contexte, avant: str) -> bool:
    """Under a title that calls: « Jusqu'au 3 mars. », « Elles sont acceptées jusqu'au 3 mars », or after a question:
    « Quand déposer ? Avant le 3 mars ». A sentence with its own subject speaks for itself: « Les projets doivent se tenir
    avant le 3 mars »."""
    if not avant.strip() and cues.QUESTION.search(contexte.precedente):
        return True
    titre = contexte.titre
    if not asking.DEMANDE.search(titre) or cues.AUTRE_CHOSE.search(titre) or asking.A_JUSQU_A.search(avant):
        return False
    mots = cues.PROPOSITION.split(avant)[-1].split()
    return len(mots) <= _TETE_NUE or bool(cues.PRONOM_TETE.match(avant) and asking.ENVOI.search(avant))


def _is_given(avant: str, apres: str) -> bool:
    """« Les bénévoles ont jusqu'au 3 mars pour donner leur nom », « Les personnes intéressées ont jusqu'au 3 mars »."""
    acte = asking.POUR_ACTE.match(apres)
    if acte:
        return acte["faire"] is None or asks(avant)
    return cues.BUT_APRES.match(apres) is None and asking.PUBLIC.search(avant) is not None


def _bound_clauses(avant: str, apres: str) -> str:
    """The words a bound belongs to: « la halte ouvre jusqu'au 3 mars, inscription requise » asks nothing by that day."""
    proposition = cues.PROPOSITION.split(avant)[-1]
    if not proposition.strip():
        return avant + apres
    avant = proposition if cues.AUTRE_CHOSE.search(proposition) else avant
    return avant + (apres if cues.BUT_APRES.match(apres) else cues.PROPOSITION.split(apres)[0])
