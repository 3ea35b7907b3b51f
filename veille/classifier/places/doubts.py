"""What the words around a name say against it: a namesake elsewhere, a longer name, a false friend in its sentence.

The counterpart of `evidence.py`; what weighs more is decided in `territories.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from veille.classifier.places.evidence import read_evidence
from veille.classifier.places.gazetteer import Repere, spell
from veille.classifier.places.passages import Nom, Passage, singular
from veille.classifier.places.vocabulary import (
    ARTICLES,
    CIVILITES,
    INSTITUTIONS,
    LIENS,
    METIERS,
    ORIGINES,
    SAINTETE,
    SUITES_ANGLAISES,
)


def is_contradicted(nom: Nom, repere: Repere) -> bool:
    """The sentence says it is a namesake, or (for a « forte » name) holds one of its false friends."""
    roles = nom.roles(repere.slug)
    if repere.role == "nom" and (_is_saint(nom) or _is_person_of(nom) or _is_origin(nom) or _is_english_name(nom)):
        return True
    if "qualificatif" in roles or _is_inside_elsewhere(nom, faible=repere.ambiguite == "faible"):
        return True
    if repere.ambiguite == "faible" or repere.role == "certain":
        return False
    preuve = read_evidence(nom)
    if preuve is not None and preuve.officielle:
        return False
    return _is_start_of_longer_name(nom) or ("voisin" in roles and repere.ambiguite == "forte")


def is_far(nom: Nom, repere: Repere) -> bool:
    """A far place in the sentence, or « à X, dans le Surrey »: an ambiguous name needs better than « à »."""
    return "lointain" in nom.roles(repere.slug) or _is_placed_in_unknown(nom)


def namesakes(passages: Iterable[Passage]) -> set[str]:
    """The places whose namesake is told anywhere in the document: « Louisiane » for Terrebonne."""
    return {t.valeur.slug for p in passages for t in p.autour if t.valeur.role == "qualificatif"}


def _is_origin(nom: Nom) -> bool:
    """« deux femmes originaires de X »: nothing says that it happens there."""
    return nom.passage.before(nom.debut) in ("de", "d", "du") and singular(nom.passage.before(nom.debut, 2)) in ORIGINES


def _is_saint(nom: Nom) -> bool:
    """« Saint-Calixte, pape et martyr »."""
    passage = nom.passage
    suivant = spell(passage.mots[nom.fin]) if nom.fin < len(passage.mots) else ""
    return (
        suivant in SAINTETE
        and spell(passage.mots[nom.debut]) in ("saint", "sainte")
        and "," in passage.gap(nom.fin - 1, nom.fin)
    )


def _is_person_of(nom: Nom) -> bool:
    """« Repentigny, juge à Bordeaux »: at the head of its text, before a trade without article."""
    passage = nom.passage
    suivant = spell(passage.mots[nom.fin]) if nom.fin < len(passage.mots) else ""
    return nom.debut == 0 and suivant in METIERS and "," in passage.gap(nom.fin - 1, nom.fin)


def _is_english_name(nom: Nom) -> bool:
    """« Mascouche Street », « Saint-Cuthbert's Way »."""
    suivant = nom.passage.mots[nom.fin] if nom.fin < len(nom.passage.mots) else ""
    if suivant == "s" and nom.passage.gap(nom.fin - 1, nom.fin) in ("'", "’"):
        return True
    return suivant[:1].isupper() and spell(suivant) in SUITES_ANGLAISES and nom.passage.gap(nom.fin - 1, nom.fin) == " "


def _is_inside_elsewhere(nom: Nom, *, faible: bool) -> bool:
    """« Terrebonne (Louisiane) », « à Joliette, à Montréal »: the name is followed by the place that contains it.

    A comma alone makes a list, and « de Joliette à Montréal » a trip; an unambiguous name yields to a far place only.
    « Joliette (Québec) » is an address: only « à Québec » is another town.
    """
    passage = nom.passage
    for trouve in passage.autour_de(nom.phrase):
        if trouve.valeur.role not in ("ailleurs", "lointain") or not nom.fin <= trouve.debut <= nom.fin + 4:
            continue
        liens = passage.mots[nom.fin : trouve.debut]
        if any(mot != "(" and spell(mot) not in LIENS for mot in liens):
            continue
        if passage.mots[trouve.debut : trouve.fin] == ["Québec"] and (not liens or liens[-1] != "à"):
            continue
        entre = passage.gap(nom.fin - 1, trouve.debut)
        if "(" in entre or (trouve.valeur.role == "lointain" and (liens or "," in entre)):
            return True
        voyage = "," not in entre and passage.before(nom.debut) in ("de", "d", "entre")
        if liens and not faible and not voyage:
            return True
    return False


def _is_start_of_longer_name(nom: Nom) -> bool:
    """« Terrebonne Parish », « Brandon Tremblay »: a capital follows, and names nothing that we know."""
    passage, fin = nom.passage, nom.fin
    if fin >= len(passage.mots) or fin in passage.reperes_debuts or passage.gap(fin - 1, fin) != " ":
        return False
    suivant = passage.mots[fin]
    if not suivant[0].isupper() or suivant.isupper() or spell(suivant) in CIVILITES | ARTICLES:
        return False
    apres = [mot for mot in passage.mots[fin + 1 : fin + 4] if len(mot) > 3]
    return not apres or not all(mot[0].isupper() for mot in apres)  # « Rawdon Inaugure Son Parc » is a title.


def _is_placed_in_unknown(nom: Nom) -> bool:
    """« X, dans le Surrey », « X, en Ukraine »: placed in something that is not ours."""
    passage, place = nom.passage, nom.fin
    suite = [spell(mot) for mot in passage.mots[place : place + 3]]
    if not suite or suite[0] not in ("en", "dans"):
        return False
    place += 2 if suite[0] == "dans" and suite[1:2] and suite[1] in ("le", "la", "l", "les") else 1
    if place >= len(passage.mots) or not passage.mots[place][0].isupper():
        return False
    connu = any(debut in passage.reperes_debuts for debut in range(nom.fin, place + 3))
    return not connu and spell(passage.mots[place]) not in INSTITUTIONS
