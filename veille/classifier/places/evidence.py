"""What the words around an ambiguous name prove: a town, a MRC, an inhabited place, or nothing.

Grammar only; which names need such a proof is the gazetteer's affair, what is done with it `territories.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from veille.classifier.places.gazetteer import spell
from veille.classifier.places.passages import Nom, Passage, singular
from veille.classifier.places.vocabulary import (
    AGENTS,
    AGIT,
    ANNONCES,
    ARTICLES,
    BATIMENTS,
    DEDICACES,
    GENS,
    LIENS,
    MAIRIE,
    OBJETS_MUNICIPAUX,
    PREFECTURE,
    SANS_PREPOSITION,
    SCRUTINS,
    SOLLICITE,
    TITRES,
    TITULAIRES,
    VIEILLIT,
)
from veille.model import GenreTerritoire

VILLE: frozenset[GenreTerritoire] = frozenset({"municipalite", "communaute", "tno"})
MRC: frozenset[GenreTerritoire] = frozenset({"mrc"})
LIEU: frozenset[GenreTerritoire] = VILLE | MRC

_GENRES_PAR_PREPOSITION = {"a": VILLE, "dans": MRC, "in": LIEU}
_PORTEE = 4  # « les personnes de tous âges de X »: how far back the noun may stand.
_RECUL_SCRUTIN = 8


class Preuve(NamedTuple):
    """Kinds of places the name may be, proven by the words from `debut` to its end."""

    genres: frozenset[GenreTerritoire]
    debut: int
    officielle: bool = False


def read_evidence(nom: Nom) -> Preuve | None:
    """The proof a name carries with it, the strongest first."""
    return _official(nom) or _locative(nom) or _trip(nom) or _dateline(nom) or _team(nom) or _people(nom) or _acts(nom)


def names_the_state(nom: Nom) -> int | None:
    """Where the words that mean the State (or its territory) begin: « au Québec », « Québec annonce », « demande à Québec ».

    None for « à Québec », « Ville de Québec », « Hydro-Québec », « Statistique Canada ».
    """
    mots, avant = nom.passage.mots, nom.passage.before(nom.debut)
    if avant in ("au", "le", "across", "throughout", "in"):
        return nom.debut - 1
    if avant == "a" and nom.passage.before(nom.debut, 2) in SOLLICITE:
        return nom.debut - 2
    brut = mots[nom.debut - 1] if avant else ""
    suivant = spell(mots[nom.fin]) if nom.fin < len(mots) else ""
    seul = avant not in ARTICLES and not brut[:1].isupper()
    if (
        suivant == "prend"
        and nom.fin + 2 < len(mots)
        and [spell(mot) for mot in mots[nom.fin + 1 : nom.fin + 3]] == ["en", "charge"]
    ):
        return nom.debut
    return nom.debut if seul and suivant in ANNONCES else None


def stand_in_one_list(un: Nom, autre: Nom) -> bool:
    """« Joliette, Repentigny et Terrebonne », « entre Saint-Zénon et Joliette »: names of one kind of thing."""
    if un.passage is not autre.passage or un is autre:
        return False
    gauche, droite = (un, autre) if un.debut < autre.debut else (autre, un)
    if droite.debut - gauche.fin > 2:
        return False
    mots = {spell(mot) for mot in un.passage.mots[gauche.fin : droite.debut]}
    if mots & {"et", "ou", "and"}:
        return mots <= {"et", "ou", "and", "a", "de", "d", "l", "la"}
    meme_preposition = mots <= {"de", "d", "du", "des"} or mots == {gauche.passage.before(gauche.debut)}
    return meme_preposition and "," in un.passage.gap(gauche.fin - 1, droite.debut)


def is_placed_in(nom: Nom, contenant: Nom) -> bool:
    """« Mandeville, en Matawinie », « Saint-Paul (MRC de Joliette) »: the place that contains it comes right after."""
    if nom.passage is not contenant.passage or not nom.fin <= contenant.debut <= nom.fin + 3:
        return False
    entre = nom.passage.mots[nom.fin : contenant.debut]
    liens = all(mot == "(" or spell(mot) in LIENS for mot in entre)
    return liens and ("," in nom.passage.gap(nom.fin - 1, contenant.debut) or "(" in entre)


def regional_cue(passages: Iterable[Passage]) -> str:
    """The first words that say the text is about our region, as written; "" when there are none.

    « la MRC » says so only where no other MRC than ours is spoken of.
    """
    indices = [(p, t.debut, t.fin) for p in passages for t in p.autour if t.valeur.role == "indice"]
    autre_mrc = any(_names_another_mrc(p, debut, fin) for p, debut, fin in indices)
    for passage, debut, fin in indices:
        est_mrc = passage.mots[debut] == "MRC"
        if _is_real_cue(passage, debut, fin) and not (est_mrc and autre_mrc):
            return passage.surface(debut, fin)
    return ""


def _official(nom: Nom) -> Preuve | None:
    """« Ville de X », « le conseil municipal de X », « la MRC X »."""
    passage, recul = nom.passage, 1
    while recul < 4 and passage.before(nom.debut, recul) in ARTICLES:
        recul += 1
    accole = recul == 1 and spell(passage.mots[nom.debut]) not in ("du", "des")
    mot = singular(passage.before(nom.debut, recul))
    if mot in TITULAIRES:
        recul += 1
        mot = singular(passage.before(nom.debut, recul))
    if (passage.before(nom.debut, recul + 2), mot) == ("conseil", "maire"):
        return Preuve(MRC, nom.debut - recul - 2, officielle=True)  # « le conseil des maires de X ».
    if mot == "social" and passage.before(nom.debut, recul + 1) == "developpement":
        return Preuve(MRC, nom.debut - recul - 1, officielle=True)  # « comité local de développement social de X »
    if accole and mot not in SANS_PREPOSITION:
        return None
    if mot in MAIRIE:
        return Preuve(VILLE, nom.debut - recul, officielle=True)
    return Preuve(MRC, nom.debut - recul, officielle=True) if mot in PREFECTURE else None


def _locative(nom: Nom) -> Preuve | None:
    """« à X » is a town, « dans X » a MRC. « à l'Assomption », without its capital, may be the feast: no proof;
    nor « hommage à X », nor « candidate dans X »."""
    avant = nom.passage.before(nom.debut)
    if avant not in _GENRES_PAR_PREPOSITION or nom.passage.mots[nom.debut][0].islower():
        return None
    recul = _RECUL_SCRUTIN if avant == "dans" else 2
    precedents = {spell(mot) for mot in nom.passage.mots[max(0, nom.debut - recul) : nom.debut]}
    if {singular(mot) for mot in precedents} & (SCRUTINS if avant == "dans" else DEDICACES):
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
    """« les familles de X », « les aînés des Moulins »; of two places of one name, « la bibliothèque de X » is the town's."""
    passage = nom.passage
    contracte = spell(passage.mots[nom.debut]) in ("du", "des")
    article = not contracte and passage.mots[nom.debut][0].islower()
    if not contracte and passage.before(nom.debut) not in ("de", "d", "du", "des"):
        return None
    premier = 1 if contracte else 2
    for recul in range(premier, premier + _PORTEE):
        mot = passage.before(nom.debut, recul)
        if singular(mot) in GENS or (recul == premier and _is_agent(singular(mot))):
            return Preuve(LIEU, nom.debut - recul)
        if singular(mot) in BATIMENTS or mot.endswith(
            ("theque", "theques")
        ):  # « la cathédrale de l'Assomption », without its capital, may be the saint's.
            return None if article else Preuve(LIEU if contracte else VILLE, _whole_noun(passage, nom.debut - recul))
        if not mot:
            return None
        if passage.mots[nom.debut - recul][0].isupper():  # « les résidents du Domaine des Moulins »: of something else.
            return None if contracte or article else _named_building(nom, recul)
    return None


def _is_agent(mot: str) -> bool:
    """« les rockeurs de X », « la skieuse de X »: who does something there; not « l'empereur de X », a title."""
    return len(mot) > 5 and mot.endswith(AGENTS) and mot not in TITRES


def _named_building(nom: Nom, recul: int) -> Preuve | None:
    """« parc Louis-Querbes de X »: the proper name of a place of the town."""
    passage = nom.passage
    for plus in range(recul + 1, recul + 4):
        mot = passage.before(nom.debut, plus)
        if singular(mot) in BATIMENTS:
            return Preuve(VILLE, nom.debut - plus)
        if not mot or passage.mots[nom.debut - plus][0].islower():
            return None
    return None


def _team(nom: Nom) -> Preuve | None:
    """« les Prédateurs de X »."""
    passage = nom.passage
    if passage.before(nom.debut) != "de" or passage.before(nom.debut, 3) != "les":
        return None
    equipe = passage.mots[nom.debut - 2]
    sure = equipe[0].isupper() and equipe.endswith("s") and spell(equipe) not in TITRES
    return Preuve(VILLE, nom.debut - 3) if sure else None


def _acts(nom: Nom) -> Preuve | None:
    """« X dévoile son plan climat », « X se dote d'une politique », « X vieillit plus vite »: at the head of a sentence."""
    passage = nom.passage
    tete = nom.debut == 0 or passage.mots[nom.debut - 1] in (".", "!", "?", ":", "–", "—", "…")
    suite = [spell(mot) for mot in passage.mots[nom.fin : nom.fin + 7]]
    if not tete or not suite or (nom.fin - nom.debut == 2 and spell(passage.mots[nom.debut]) in ("saint", "sainte")):
        return None  # « Saint-Paul adopte »: a saint of one name is borne by too many towns.
    if suite[0] in VIEILLIT:
        return Preuve(LIEU, nom.debut)
    agit = suite[0] in AGIT or suite[:2] in (["se", "dote"], ["se", "donne"], ["met", "en"])
    return Preuve(LIEU, nom.debut) if agit and OBJETS_MUNICIPAUX & {singular(mot) for mot in suite[1:]} else None


def _whole_noun(passage: Passage, debut: int) -> int:
    """« palais de justice de X », rather than « justice de X »: where the noun begins."""
    return debut - 2 if passage.before(debut) in ("de", "d") and passage.before(debut, 2) else debut


def _is_real_cue(passage: Passage, debut: int, fin: int) -> bool:
    """« 450 » is a telephone number, not a count; « MRC de Y » speaks of another MRC than ours."""
    mots, suite = passage.mots, passage.mots[fin : fin + 3]
    if mots[debut].isdigit():
        chiffres = [mot for mot in suite if mot != ")"][:2]
        return [len(mot) for mot in chiffres if mot.isdigit()] == [3, 4]
    if mots[debut] == "MRC":
        pluriel = passage.before(debut) in ("les", "des", "aux", "ces")
        return not pluriel and not _names_another_mrc(passage, debut, fin)
    if mots[debut].lower() == "rive":
        return [spell(mot) for mot in suite[:1]] not in (["de"], ["du"], ["des"]) or suite[1:2] == ["Montréal"]
    return True


def _names_another_mrc(passage: Passage, debut: int, fin: int) -> bool:
    """« MRC de Y »: ours are in the gazetteer with their title, and hide this cue."""
    if passage.mots[debut] != "MRC":
        return False
    suite = range(fin, min(fin + 3, len(passage.mots)))
    nom = next((index for index in suite if spell(passage.mots[index]) not in ARTICLES), None)
    if nom is None or not passage.mots[nom][0].isupper() or any(n.debut == nom for n in passage.noms):
        return False
    return nom > fin or nom in passage.reperes_debuts
