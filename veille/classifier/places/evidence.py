"""What the words around an ambiguous name prove: a town, a MRC, an inhabited place, or nothing.

Grammar only; which names need such a proof is the gazetteer's affair, what is done with it `territories.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from veille.classifier.places.gazetteer import spell
from veille.classifier.places.passages import Nom, Passage, singular
from veille.classifier.places.vocabulary import ANNONCES, ARTICLES, GENS, LIENS, MAIRIE, PREFECTURE, SANS_PREPOSITION
from veille.model import GenreTerritoire

VILLE: frozenset[GenreTerritoire] = frozenset({"municipalite", "communaute", "tno"})
MRC: frozenset[GenreTerritoire] = frozenset({"mrc"})
LIEU: frozenset[GenreTerritoire] = VILLE | MRC

_GENRES_PAR_PREPOSITION = {"a": VILLE, "dans": MRC, "in": LIEU}
_PORTEE = 4  # « les personnes de tous âges de X »: how far back the noun may stand.


class Preuve(NamedTuple):
    """Kinds of places the name may be, proven by the words from `debut` to its end."""

    genres: frozenset[GenreTerritoire]
    debut: int
    officielle: bool = False


def read_evidence(nom: Nom) -> Preuve | None:
    """The proof a name carries with it, the strongest first."""
    return _official(nom) or _locative(nom) or _trip(nom) or _dateline(nom) or _people(nom)


def names_the_state(nom: Nom) -> int | None:
    """Where the words that mean the State (or its territory) begin: « au Québec », « le Canada », « Québec annonce ».

    None for « à Québec », « Ville de Québec », « Hydro-Québec », « Statistique Canada ».
    """
    mots, avant = nom.passage.mots, nom.passage.before(nom.debut)
    if avant in ("au", "le"):
        return nom.debut - 1
    brut = mots[nom.debut - 1] if avant else ""
    suivant = spell(mots[nom.fin]) if nom.fin < len(mots) else ""
    seul = avant not in ARTICLES and not brut[:1].isupper()
    return nom.debut if seul and suivant in ANNONCES else None


def stand_in_one_list(un: Nom, autre: Nom) -> bool:
    """« Joliette, Repentigny et Terrebonne », « entre Saint-Zénon et Joliette »: names of one kind of thing."""
    if un.passage is not autre.passage or un is autre:
        return False
    gauche, droite = (un, autre) if un.debut < autre.debut else (autre, un)
    if droite.debut - gauche.fin > 2:
        return False
    mots = {spell(mot) for mot in un.passage.mots[gauche.fin : droite.debut]}
    if mots & {"et", "ou"}:
        return mots <= {"et", "ou", "a", "de", "d", "l", "la"}
    meme_preposition = not mots or mots == {gauche.passage.before(gauche.debut)}
    return meme_preposition and "," in un.passage.gap(gauche.fin - 1, droite.debut)


def is_placed_in(nom: Nom, contenant: Nom) -> bool:
    """« Mandeville, en Matawinie », « Saint-Paul (MRC de Joliette) »: the place that contains it comes right after."""
    if nom.passage is not contenant.passage or not nom.fin <= contenant.debut <= nom.fin + 3:
        return False
    entre = nom.passage.mots[nom.fin : contenant.debut]
    liens = all(mot == "(" or spell(mot) in LIENS for mot in entre)
    return liens and ("," in nom.passage.gap(nom.fin - 1, contenant.debut) or "(" in entre)


def regional_cue(passages: Iterable[Passage]) -> str:
    """The first words that say the text is about our region, as written; "" when there are none."""
    for passage in passages:
        for trouve in passage.autour:
            if trouve.valeur.role == "indice" and _is_real_cue(passage, trouve.debut, trouve.fin):
                return passage.surface(trouve.debut, trouve.fin)
    return ""


def _official(nom: Nom) -> Preuve | None:
    """« Ville de X », « le conseil municipal de X », « la MRC X »."""
    passage, recul = nom.passage, 1
    while recul < 4 and passage.before(nom.debut, recul) in ARTICLES:
        recul += 1
    mot = singular(passage.before(nom.debut, recul))
    if mot == "municipal":
        recul += 1
        mot = singular(passage.before(nom.debut, recul))
    if mot == "social" and passage.before(nom.debut, recul + 1) == "developpement":
        return Preuve(MRC, nom.debut - recul - 1, officielle=True)  # « comité local de développement social de X »
    if recul == 1 and mot not in SANS_PREPOSITION:
        return None
    if mot in MAIRIE:
        return Preuve(VILLE, nom.debut - recul, officielle=True)
    return Preuve(MRC, nom.debut - recul, officielle=True) if mot in PREFECTURE else None


def _locative(nom: Nom) -> Preuve | None:
    """« à X » is a town, « dans X » a MRC. « à l'Assomption », without its capital, may be the feast: no proof."""
    avant = nom.passage.before(nom.debut)
    if avant not in _GENRES_PAR_PREPOSITION or nom.passage.mots[nom.debut][0].islower():
        return None
    brut = nom.passage.mots[nom.debut - 1]
    if avant == "a" and brut not in ("à", "À") and not nom.passage.texte.isupper():
        return None
    return Preuve(_GENRES_PAR_PREPOSITION[avant], nom.debut - 1)


def _trip(nom: Nom) -> Preuve | None:
    """« de X à Montréal », « entre X et Québec »."""
    passage = nom.passage
    suivant = spell(passage.mots[nom.fin]) if nom.fin < len(passage.mots) else ""
    if (passage.before(nom.debut), suivant) not in (("de", "a"), ("entre", "et")):
        return None
    villes = {t.debut for t in passage.autour_de(nom.phrase) if t.valeur.role == "ailleurs"}
    return Preuve(VILLE, nom.debut - 1) if nom.fin + 1 in villes else None


def _dateline(nom: Nom) -> Preuve | None:
    """« JOLIETTE – Le conseil… », « Joliette, le 3 mars 2026 »: where a release was written, at the head of its text."""
    passage = nom.passage
    if passage.zone == "titre" or nom.debut > 0:
        return None
    suite = passage.mots[nom.fin : nom.fin + 2]
    date_ecrite = len(suite) == 2 and suite[0] == "le" and suite[1][0].isdigit()
    return Preuve(VILLE, nom.debut) if suite[:1] in (["-"], ["–"], ["—"], ["QC"]) or date_ecrite else None


def _people(nom: Nom) -> Preuve | None:
    """« les familles de X », « les aînés des Moulins »."""
    passage = nom.passage
    contracte = spell(passage.mots[nom.debut]) in ("du", "des")
    if not contracte and passage.before(nom.debut) not in ("de", "d", "du", "des"):
        return None
    premier = 1 if contracte else 2
    for recul in range(premier, premier + _PORTEE):
        if singular(passage.before(nom.debut, recul)) in GENS:
            return Preuve(LIEU, nom.debut - recul)
    return None


def _is_real_cue(passage: Passage, debut: int, fin: int) -> bool:
    """« 450 » is a telephone number, not a count; « MRC de Y » speaks of another MRC than ours."""
    mots, suite = passage.mots, passage.mots[fin : fin + 3]
    if mots[debut].isdigit():
        chiffres = [mot for mot in suite if mot != ")"][:2]
        return [len(mot) for mot in chiffres if mot.isdigit()] == [3, 4]
    if mots[debut] == "MRC":
        noms = [mot for mot in suite if spell(mot) not in ARTICLES]
        return len(noms) == len(suite) or not noms or not noms[0][0].isupper()
    return True
