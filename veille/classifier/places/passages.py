"""One zone of a text seen by the gazetteer: words, sentences, names of places, and what stands around a name.

Answers questions about surroundings (« which word is before? », « is this a street? »); believes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from veille.classifier.matcher import Trouve, keep_longest, split_words, word_bounds
from veille.classifier.places.gazetteer import Repere, Repertoire, Role, spell
from veille.classifier.places.vocabulary import ARTICLES, CIVILITES, LIENS, ORIENTATIONS, PAS_PRENOMS, VOIES, VOIES_DE
from veille.classifier.zones import Zone

_MAXIMUM = 300  # Names read in one zone: a longer list adds nothing, and time stays bounded.
_FINS_DE_PHRASE = frozenset(".!?;…")
_TRAITS = ("-", "\u2010", "\u2011")


class Nom:
    """One name of a place met in a passage, with every place it may be."""

    def __init__(self, passage: Passage, debut: int, fin: int, reperes: list[Repere]) -> None:
        self.passage = passage
        self.debut = debut
        self.fin = fin
        self.reperes = reperes

    @property
    def phrase(self) -> int:
        """The sentence it stands in."""
        return self.passage.phrases[self.debut]

    def roles(self, slug: str) -> set[Role]:
        """What stands in its sentence: qualifiers and doubtful neighbours of the place `slug`, far places."""
        return {t.valeur.role for t in self.passage.autour_de(self.phrase) if t.valeur.slug in ("", slug)}

    def words(self, debut: int | None = None) -> str:
        """The text from word `debut` (default: the name's first) to the end of the name."""
        return self.passage.surface(self.debut if debut is None else debut, self.fin)


class Passage:
    """One zone, read once."""

    def __init__(self, zone: Zone, texte: str, repertoire: Repertoire) -> None:
        self.zone = zone
        self.texte = texte
        self.mots = split_words(texte)
        trouves = keep_longest(repertoire.matcher.find(self.mots))
        self.bornes = word_bounds(texte) if trouves else []
        self.phrases = _sentences(self.mots) if trouves else []
        autour = [t for t in trouves if t.valeur.role not in ("nom", "certain", "faux_ami")]
        self.autour: list[Trouve[Repere]] = autour[:_MAXIMUM]
        self._par_phrase: dict[int, list[Trouve[Repere]]] = {}
        for trouve in self.autour:
            self._par_phrase.setdefault(self.phrases[trouve.debut], []).append(trouve)
        noms = islice(self._names(trouves), _MAXIMUM)
        self.noms = [nom for nom in noms if not self._is_something_else(nom)]

    def surface(self, debut: int, fin: int) -> str:
        """The text of words `debut` (included) to `fin` (excluded), on one line."""
        return " ".join(self.texte[self.bornes[debut].debut : self.bornes[fin - 1].fin].split())

    def gap(self, gauche: int, droite: int) -> str:
        """The characters between two words."""
        return self.texte[self.bornes[gauche].fin : self.bornes[droite].debut]

    def before(self, index: int, recul: int = 1) -> str:
        """The word `recul` places before, as compared, "" at the edge of the passage or beyond a mark."""
        mots = self.mots[max(0, index - recul) : index]
        return spell(mots[0]) if len(mots) == recul and all(mot[0].isalnum() for mot in mots) else ""

    def autour_de(self, phrase: int) -> list[Trouve[Repere]]:
        """What is not a name, in one sentence."""
        return self._par_phrase.get(phrase, [])

    def is_inside_elsewhere(self, nom: Nom, *, faible: bool) -> bool:
        """« Terrebonne (Louisiane) », « à Joliette, à Montréal »: the name is followed by the place that contains it.

        A comma alone makes a list, and « de Joliette à Montréal » a trip; an unambiguous name yields to a far place only.
        """
        for trouve in self.autour_de(nom.phrase):
            if trouve.valeur.role not in ("ailleurs", "lointain") or not nom.fin <= trouve.debut <= nom.fin + 4:
                continue
            liens = self.mots[nom.fin : trouve.debut]
            if any(mot != "(" and spell(mot) not in LIENS for mot in liens):
                continue
            entre = self.gap(nom.fin - 1, trouve.debut)
            if "(" in entre or (trouve.valeur.role == "lointain" and (liens or "," in entre)):
                return True
            voyage = "," not in entre and self.before(nom.debut) in ("de", "d", "entre")
            if liens and not faible and not voyage:
                return True
        return False

    def _names(self, trouves: list[Trouve[Repere]]) -> Iterator[Nom]:
        par_bornes: dict[tuple[int, int], list[Repere]] = {}
        faux: set[tuple[int, int]] = set()
        for trouve in trouves:
            cle = (trouve.debut, trouve.fin)
            if trouve.valeur.role in ("nom", "certain"):
                par_bornes.setdefault(cle, []).append(trouve.valeur)
            elif trouve.valeur.role == "faux_ami":
                faux.add(cle)
        self._debuts = {debut for debut, _ in par_bornes}
        self._fins = {fin for _, fin in par_bornes}
        for (debut, fin), reperes in par_bornes.items():
            if (debut, fin) not in faux:
                yield Nom(self, debut, fin, reperes)

    def _is_something_else(self, nom: Nom) -> bool:
        """A longer hyphenated name, a street, a person."""
        if any(repere.role == "certain" for repere in nom.reperes):
            return False
        return self._is_part_of_compound(nom) or self._is_street(nom) or self._is_person(nom)

    def _is_part_of_compound(self, nom: Nom) -> bool:
        """« Saint-Paul-de-Varennes », « Baie-Saint-Paul »; « Repentigny-Terrebonne » is two places."""
        suivant = spell(self.mots[nom.fin]) if nom.fin < len(self.mots) else ""
        autre_mot = suivant not in ORIENTATIONS and nom.fin not in self._debuts
        apres = bool(suivant) and autre_mot and self.gap(nom.fin - 1, nom.fin) in _TRAITS
        avant = nom.debut > 0 and nom.debut not in self._fins and self.gap(nom.debut - 1, nom.debut) in _TRAITS
        return apres or avant

    def _is_street(self, nom: Nom) -> bool:
        if singular(self.before(nom.debut)) in VOIES:
            return True
        if all(repere.ambiguite == "faible" for repere in nom.reperes):
            return False
        recul = 1
        while recul < 4 and self.before(nom.debut, recul) in ARTICLES:
            recul += 1
        return recul > 1 and singular(self.before(nom.debut, recul)) in VOIES_DE

    def _is_person(self, nom: Nom) -> bool:
        avant = self.before(nom.debut)
        titre = self.mots[nom.debut - 2] if nom.debut > 1 and self.mots[nom.debut - 1] == "." else avant
        if spell(titre) in CIVILITES:
            return True
        brut = self.mots[nom.debut - 1] if avant else ""
        prenom = brut[:1].isupper() and not brut.isupper() and avant not in PAS_PRENOMS
        return prenom and any(repere.personne for repere in nom.reperes)


def singular(mot: str) -> str:
    """« villes » → « ville »."""
    return mot[:-1] if mot.endswith("s") and len(mot) > 3 else mot


def _sentences(mots: list[str]) -> list[int]:
    rangs: list[int] = []
    rang = 0
    for mot in mots:
        rangs.append(rang)
        if mot in _FINS_DE_PHRASE or "\n" in mot:
            rang += 1
    return rangs
