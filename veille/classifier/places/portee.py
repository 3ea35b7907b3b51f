"""« s’applique ici »: a law, a programme or a call open to all of Québec concerns our region without naming it.

Reads scopes (« toutes les MRC du Québec », « partout au Québec »), and what only says that all Québec is spoken of (« les
loyers du Québec », « Assemblée nationale »); names of places are `territories.py`'s affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from veille.classifier.matcher import Trouve
from veille.classifier.places.gazetteer import Repere, spell
from veille.classifier.places.passages import Passage, singular
from veille.classifier.places.vocabulary_portee import (
    ADJECTIFS,
    EXCEPTIONS,
    PAS_TOUT,
    QUALITES,
    QUEBECOIS,
    TOTALITES,
)
from veille.classifier.zones import Zone
from veille.francais import NBSP

_QUALITES_MAX = 4
_PREPOSITIONS = ("de", "du", "des", "d", "en", "dans")


class Portee(NamedTuple):
    """One scope. `dite`: Québec is said in it; `exclue`: some places are left out, perhaps ours."""

    slug: str
    mots: str
    zone: Zone
    dite: bool
    exclue: bool


def read_scopes(passages: Sequence[Passage]) -> Iterator[Portee]:
    """Every scope of a document, in reading order."""
    for passage in passages:
        for trouve in passage.autour:
            if trouve.valeur.role in ("portee", "partout") and not _is_far(passage, trouve):
                portee = _read(passage, trouve)
                if portee is not None:
                    yield portee


def choose(portees: Sequence[Portee], *, quebec: bool, locale: bool) -> Portee | None:
    """The scope to give as the reason. One where Québec is not said (« toutes les MRC ») counts only in a text that is
    about Québec (`quebec`) and about no place of ours (`locale`)."""
    credibles = [p for p in portees if p.dite or (quebec and not locale and not p.exclue)]
    return min(credibles, key=lambda p: (p.exclue, not p.dite), default=None)


class Mention(NamedTuple):
    """Words that speak of all Québec, and promise nothing."""

    slug: str
    mots: str
    zone: Zone


def read_mentions(passages: Sequence[Passage], province: str) -> Iterator[Mention]:
    """Where all Québec is spoken of: « les régions du Québec », « organismes québécois », « l'Assemblée nationale »."""
    for passage in passages:
        for nom in passage.noms:
            if any(r.slug == province for r in nom.reperes) and _is_of_all_quebec(passage, nom.debut):
                yield Mention(province, passage.surface(nom.debut - 2, nom.fin), passage.zone)
        for trouve in passage.autour:
            if trouve.valeur.role == "instance" and not _is_far(passage, trouve):
                debut = trouve.debut - (spell(passage.mots[trouve.debut]) in ADJECTIFS and trouve.debut > 0)
                yield Mention(province, passage.surface(debut, trouve.fin), passage.zone)


def reason_applies(portee: Portee) -> str:
    """« s’applique ici : « toutes les MRC du Québec » »; without the promise when some places are left out."""
    cite = f"«{NBSP}{portee.mots}{NBSP}»"
    return cite if portee.exclue else f"s’applique ici{NBSP}: {cite}"


def _read(passage: Passage, trouve: Trouve[Repere]) -> Portee | None:
    if trouve.valeur.role == "partout":
        fin = trouve.fin
        if _complement(passage, fin) and spell(passage.mots[fin - 1]) == "province":
            return None  # « dans toute la province de l'Ontario »
        dite = True
    else:
        fin, dite = _end(passage, trouve.fin)
        debut = passage.mots[trouve.debut : trouve.fin]
        if not dite and (not {spell(m) for m in debut} & TOTALITES or _complement(passage, fin)):
            return None
    if _belongs_to_a_name(passage, trouve.debut):
        return None
    return Portee(
        trouve.valeur.slug,
        passage.surface(trouve.debut, fin),
        passage.zone,
        dite,
        _is_limited(passage, trouve.debut, fin),
    )


def says_quebec(portee: Portee) -> bool:
    """« toutes les MRC »: a word that only Québec uses."""
    return bool({singular(spell(mot)) for mot in portee.mots.split()} & QUEBECOIS)


def _is_of_all_quebec(passage: Passage, debut: int) -> bool:
    """« les régions du Québec »; not « Ordre des psychologues du Québec », nor « le nord du Québec »."""
    avant = passage.before(debut, 2)
    if passage.before(debut) != "du" or not avant or avant in PAS_TOUT:
        return False
    return not _starts_with_a_capital(passage, debut - 2)


def _starts_with_a_capital(passage: Passage, place: int) -> bool:
    """Is the word at `place` part of a name, as « psychologues » in « Ordre des psychologues »?"""
    mots = passage.mots[max(0, place - _QUALITES_MAX) : place + 1]
    return mots[-1][0].isupper() or any(mot[0].isupper() for mot in mots[1:-1])


def _end(passage: Passage, fin: int) -> tuple[int, bool]:
    """Where the scope ends, with « du Québec » or « québécoises » if it says so."""
    for place in range(fin, min(fin + _QUALITES_MAX, len(passage.mots))):
        mot = spell(passage.mots[place])
        if mot in ADJECTIFS:
            return place + 1, True
        suite = [spell(m) for m in passage.mots[place : place + 4]]
        for forme in (["du", "quebec"], ["au", "quebec"], ["de", "la", "province"], ["de", "tout", "le", "quebec"]):
            if suite[: len(forme)] == forme:
                return place + len(forme), True
        if singular(mot) not in QUALITES and mot not in QUALITES:
            return place, False
    return fin, False


def _complement(passage: Passage, fin: int) -> bool:
    """« de l'Estrie », « en Beauce »: only a part. « de moins de 5 000 habitants » is no place."""
    suite = [spell(mot) for mot in passage.mots[fin : fin + 2]]
    return bool(suite) and suite[0] in _PREPOSITIONS and suite[1:] not in (["moins"], ["plus"])


def _belongs_to_a_name(passage: Passage, debut: int) -> bool:
    """« Réseau de l'ensemble des organismes… », « Union des municipalités du Québec »: an association, not a scope."""
    return passage.before(debut, 2) != "" and passage.before(debut) == "de" and passage.mots[debut - 2][0].isupper()


def _is_limited(passage: Passage, debut: int, fin: int) -> bool:
    phrase = passage.phrases[debut]
    if passage.before(debut) in ("pas", "non"):
        return True
    for place in range(fin, len(passage.mots)):
        if passage.phrases[place] != phrase or place > fin + 12:
            return False
        if singular(spell(passage.mots[place])) in EXCEPTIONS:
            return True
    return False


def _is_far(passage: Passage, trouve: Trouve[Repere]) -> bool:
    """In a sentence about another country or province, « tous les organismes » are theirs."""
    roles = {t.valeur.role for t in passage.autour_de(passage.phrases[trouve.debut])}
    return "lointain" in roles
