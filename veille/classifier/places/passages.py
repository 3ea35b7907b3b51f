"""One zone of a text seen by the gazetteer: words, sentences, names of places, and what stands around a name.

Answers questions about surroundings (« which word is before? », « is this a street? »); believes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from veille.classifier.matcher import Bornes, Trouve, keep_longest, split_words, word_bounds
from veille.classifier.places.gazetteer import Repere, Repertoire, Role, spell
from veille.classifier.places.vocabulary import (
    ARTICLES,
    CIVILITES,
    ENSEIGNES,
    ORIENTATIONS,
    PAS_PRENOMS,
    PRENOMS,
    VOIES,
    VOIES_DE,
)
from veille.classifier.zones import Zone

_MAXIMUM = 300  # Names read in one zone: a longer list adds nothing, and time stays bounded.
_FINS_DE_PHRASE = frozenset(".!?;…")
_TRAITS = ("-", "\u2010", "\u2011", "\u2013")
_APOSTROPHE_LETTRE = "\u02bc"  # Counts as a letter in Unicode: « LʼAssomption » would be one word.


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
        self.mots = split_words(_readable(texte))
        trouves = _keep(repertoire.matcher.find(self.mots))
        autour = [t for t in trouves if t.valeur.role not in ("nom", "certain", "faux_ami")]
        # Was a name met, even one that proves to be a street, a person or a saint?
        self.lieux_ecrits = {t.valeur.slug for t in trouves if t.valeur.role in ("nom", "certain", "faux_ami")}
        self.reperes_debuts = {t.debut for t in trouves}
        self.autour: list[Trouve[Repere]] = autour[:_MAXIMUM]
        noms = islice(self._names(trouves), _MAXIMUM)
        self.noms = [nom for nom in noms if not self._is_something_else(nom)]

    @cached_property
    def bornes(self) -> list[Bornes]:
        """The place of each word in the text; only texts with a name need it."""
        return word_bounds(_readable(self.texte))

    @cached_property
    def phrases(self) -> list[int]:
        """The sentence of each word."""
        return _sentences(self.mots)

    @cached_property
    def _par_phrase(self) -> dict[int, list[Trouve[Repere]]]:
        par_phrase: dict[int, list[Trouve[Repere]]] = {}
        for trouve in self.autour:
            par_phrase.setdefault(self.phrases[trouve.debut], []).append(trouve)
        return par_phrase

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

    def _names(self, trouves: list[Trouve[Repere]]) -> Iterator[Nom]:
        par_bornes: dict[tuple[int, int], list[Repere]] = {}
        faux: set[tuple[int, int]] = set()
        for trouve in trouves:
            cle = (trouve.debut, trouve.fin)
            if trouve.valeur.role in ("nom", "certain"):
                par_bornes.setdefault(cle, []).append(trouve.valeur)
            elif trouve.valeur.role == "faux_ami":
                faux.add(cle)
        voisines = [(t.debut, t.fin) for t in trouves if t.valeur.role == "ailleurs"]
        self._debuts = {debut for debut, _ in (*par_bornes, *voisines)}
        self._fins = {fin for _, fin in (*par_bornes, *voisines)}
        for (debut, fin), reperes in par_bornes.items():
            if (debut, fin) not in faux:
                yield Nom(self, debut, fin, [self._doubt_saint(debut, fin, r) for r in reperes])

    def _doubt_saint(self, debut: int, fin: int, repere: Repere) -> Repere:
        """« Saint Cuthbert », « Saint Ignace de Loyola », in full and without hyphen: perhaps the saint, no longer plain."""
        if repere.ambiguite != "faible" or self.mots[debut] not in ("Saint", "Sainte") or fin - debut < 2:
            return repere
        separe = self.gap(debut, debut + 1).isspace() and (fin - debut == 2 or repere.sainte)
        return repere._replace(ambiguite="contexte") if separe and repere.role == "nom" else repere

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
        if singular(self.before(nom.debut)) in ENSEIGNES:
            return True
        recul = 1
        while recul < 4 and self.before(nom.debut, recul) in ARTICLES:
            recul += 1
        return recul > 1 and singular(self.before(nom.debut, recul)) in VOIES_DE

    def _is_person(self, nom: Nom) -> bool:
        avant = self.before(nom.debut)
        titre = self.mots[nom.debut - 2] if nom.debut > 1 and self.mots[nom.debut - 1] == "." else avant
        if singular(spell(titre)) in CIVILITES:
            return True
        brut = self.mots[nom.debut - 1] if avant else ""
        if avant in ("de", "d") and self.before(nom.debut, 2) in PRENOMS and self.mots[nom.debut - 2][0].isupper():
            return True  # « Madeleine de Lanaudière ».
        if brut == "De" and self.before(nom.debut, 2) and self.mots[nom.debut - 2][0].isupper():
            return any(repere.personne for repere in nom.reperes)  # « Sophie De Repentigny ».
        if not brut[:1].isupper() or brut.isupper() or avant in PAS_PRENOMS:
            return False
        prenom = self.gap(nom.debut - 1, nom.debut) in (" ", "\N{NO-BREAK SPACE}", "-")
        return prenom and any(repere.personne for repere in nom.reperes)


def singular(mot: str) -> str:
    """« villes » → « ville »."""
    return mot[:-1] if mot.endswith("s") and len(mot) > 3 else mot


def _readable(texte: str) -> str:
    """The text, letter for letter, without what would cut a name in two."""
    return texte.replace(_APOSTROPHE_LETTRE, "’").replace("N.D. ", "N.D.-").replace("N. D. ", "N.-D.-")


def _keep(trouves: list[Trouve[Repere]]) -> list[Trouve[Repere]]:
    """The longest phrases; but a cue that holds a name (« CISSS de Lanaudière ») does not hide it."""
    gardes = keep_longest(trouves)
    if not any(t.valeur.role == "indice" for t in gardes):
        return gardes
    noms = keep_longest(t for t in trouves if t.valeur.role != "indice")
    return sorted((*noms, *(t for t in gardes if t.valeur.role == "indice")), key=lambda t: t.debut)


def _sentences(mots: list[str]) -> list[int]:
    rangs: list[int] = []
    rang = 0
    for mot in mots:
        rangs.append(rang)
        if mot in _FINS_DE_PHRASE or "\n" in mot:
            rang += 1
    return rangs
