"""One reading of the archive: where the theme file's expressions were met, which words occur, what judged stories say.

Memory is bounded by the vocabulary and by `JUGEES_MAX`, not by the archive: stories stream through.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from veille.classifier.matcher import Matcher, Mode, Mot, Trouve, keep_longest, phrase, split_words
from veille.classifier.themes.conseils.faits import Appui, Histoire, Sort
from veille.classifier.themes.conseils.mots import Passage, canon, read_passage
from veille.classifier.zones import split_zones
from veille.francais import fold
from veille.model import Document, Force, Taxonomie

JUGEES_MAX = 8_000  # The latest judged stories: beyond, older ones teach little and would only take memory.
ZONE_LUE = 2_000  # Characters read of a summary or of a body.
MOTS_CONNUS_MAX = 300_000
_EXEMPLES = 2
_LETTRES_MAX = 40
_MODES: tuple[tuple[Force, Mode, str], ...] = (
    ("fort", "pluriel", "fort"),
    ("sigle", "exacte", "sigles"),
    ("moyen", "pluriel", "moyen"),
    ("indice", "pluriel", "indice"),
    ("sigle_faible", "exacte", "sigles_faibles"),
    ("negative", "pluriel", "negatives"),
)


class Balise(NamedTuple):
    """One expression of one theme of the file."""

    thematique: int
    force: Force
    expression: str


class Repoussoir(NamedTuple):
    """One expression of what is off topic: it counts nothing here, but takes the place of the shorter ones inside it."""

    force: Force
    expression: str


class Candidat(NamedTuple):
    """A phrase that is not in the file and that we look for: a plural in -aux."""

    texte: str


Cherche = Balise | Repoussoir | Candidat


@dataclass
class Presence:
    """What one expression met. `dans`: longer expressions that took its place.

    All but `histoires` and `dans` is of judged stories.
    """

    histoires: int = 0
    retenus: int = 0
    ailleurs: int = 0
    ecartes: int = 0
    sources: set[str] = field(default_factory=set)
    dans: Counter[str] = field(default_factory=Counter)
    titres: list[str] = field(default_factory=list)

    @property
    def appui(self) -> Appui:
        """The same, as it is said."""
        return Appui(self.retenus, self.ailleurs, self.ecartes, len(self.sources))


class Mention(NamedTuple):
    """Where a lone word was met in titles and summaries: in how many stories, in several sources or one, a title."""

    histoires: int
    plusieurs: bool
    titre: str


class Extrait(NamedTuple):
    """One title or summary of a judged story. `couverts`: stretches the file already reads, with the theme's bit."""

    passage: Passage
    source: str
    couverts: tuple[tuple[int, int, int], ...]


class Jugee(NamedTuple):
    """What is kept of a judged story to compare it with the others; its texts are not."""

    titre: str
    sort: Sort
    themes: frozenset[str]
    retires: frozenset[str]
    extraits: tuple[Extrait, ...]


class Releve:
    """Counts what it is given to read. Reading order does not matter, but for which judged stories are the latest."""

    def __init__(self, taxonomie: Taxonomie) -> None:
        self.taxonomie = taxonomie
        self.balises = tuple(balises_of(taxonomie))
        self._cherches: Matcher[Cherche] = Matcher([*_searched(self.balises), *_off_topic(taxonomie)])
        self._soudes = {fold(b.expression) for b in self.balises if fold(b.expression).isalpha()}
        self.presences: dict[Balise | Candidat, Presence] = {}
        self.jugees: deque[Jugee] = deque(maxlen=JUGEES_MAX)
        self.themes: Counter[str] = Counter()
        self.ensemble: dict[tuple[str, str], Counter[Balise]] = {}
        self.communs: Counter[tuple[str, str]] = Counter()
        self.mots: Counter[str] = Counter()  # Stories that hold each word, folded,
        self.cles: Counter[str] = Counter()  # each word without its plural,
        self.soudures: Counter[str] = Counter()  # each one-word expression of the file written in two words.
        self._mots_vus: dict[str, tuple[str, str, str]] = {}  # As written; the source if it is the only one; a title.
        self.suite = array("i")  # The words of titles and summaries one after the other; -1 parts two texts.
        self.rangs: dict[str, int] = {}
        self.elements = self.histoires = self.decidees = 0

    def read(self, histoire: Histoire) -> None:
        """Count one story, whatever the number of its documents, once."""
        self.histoires += 1
        self.elements += len(histoire.documents)
        self.decidees += bool(histoire.sort)
        comptes: dict[Balise | Candidat, set[str]] = {}
        avales: dict[Balise, str] = {}
        mots: set[str] = set()
        extraits: list[Extrait] = []
        for document in histoire.documents:
            for texte, trouves in self._read_document(document, comptes, avales, mots):
                if histoire.sort:
                    extraits.append(Extrait(read_passage(texte), document.source, tuple(_covered(trouves))))
        self._count_words(histoire, mots)
        self._count(histoire, comptes, avales)
        self._count_pairs(histoire, comptes)
        if histoire.sort:
            titre = histoire.documents[0].titre
            self.jugees.append(Jugee(titre, histoire.sort, histoire.themes, histoire.retires, tuple(extraits)))

    def met(self, cle: str) -> Mention:
        """Where a word, given by its key, was met."""
        _, source, titre = self._mots_vus.get(cle, ("", "?", ""))
        return Mention(self.cles[cle], not source, titre)

    def written(self, cle: str) -> str:
        """How the archive writes a word, accents kept, in the singular where it was met so."""
        return self._mots_vus[cle][0] if cle in self._mots_vus else cle

    def _read_document(
        self, document: Document, comptes: dict[Balise | Candidat, set[str]], avales: dict[Balise, str], mots: set[str]
    ) -> Iterator[tuple[str, list[Trouve[Cherche]]]]:
        """Read all, count what was found, and give back title and summary with it: the body only says « met »."""
        for zone, texte in split_zones(document).each():
            lus = split_words(texte[:ZONE_LUE])
            trouves = self._cherches.find(lus)
            for vu in _kept(trouves, lus, texte.isupper(), avales):
                comptes.setdefault(vu, set()).add(document.source)
            if zone != "corps":
                self._learn_words(lus, mots)
                yield texte[:ZONE_LUE], trouves

    def _learn_words(self, lus: list[str], mots: set[str]) -> None:
        courts = [mot if len(mot) <= _LETTRES_MAX else "" for mot in lus]
        mots.update(courts)
        rangs, cles = self.rangs, [canon(mot) for mot in courts]
        if len(rangs) < MOTS_CONNUS_MAX:
            self.suite.extend([rangs.setdefault(cle, len(rangs)) for cle in cles])
        else:
            self.suite.extend([rangs.get(cle, -1) for cle in cles])
        self.suite.append(-1)
        plies = [fold(mot) for mot in courts]
        self.soudures.update({s for a, b in pairwise(plies) if (s := a + b) in self._soudes})

    def _count_words(self, histoire: Histoire, mots: set[str]) -> None:
        self.mots.update({fold(mot) for mot in mots})
        par_cle: dict[str, str] = {}
        for mot in sorted(mots, key=lambda m: (-len(m), m)):  # The shortest spelling stays: the singular.
            par_cle[canon(mot)] = mot
        self.cles.update(par_cle.keys())
        source, titre = histoire.documents[0].source, histoire.documents[0].titre
        for cle, mot in par_cle.items():
            connu = self._mots_vus.get(cle)
            if connu is None:
                self._mots_vus[cle] = (mot.lower(), source, titre)
            elif len(mot) < len(connu[0]) or (connu[1] and connu[1] != source):
                ecrit = mot.lower() if len(mot) < len(connu[0]) else connu[0]
                self._mots_vus[cle] = (ecrit, source if source == connu[1] else "", connu[2])

    def _count(self, histoire: Histoire, comptes: dict[Balise | Candidat, set[str]], avales: dict[Balise, str]) -> None:
        for vu, sources in comptes.items():
            presence = self.presences.setdefault(vu, Presence())
            presence.histoires += 1
            if isinstance(vu, Balise) and histoire.sort:
                self._count_judged(presence, histoire, self.taxonomie.thematiques[vu.thematique].slug)
                presence.sources |= sources
        for balise, par in avales.items():
            if balise not in comptes:
                self.presences.setdefault(balise, Presence()).dans[par] += 1

    @staticmethod
    def _count_judged(presence: Presence, histoire: Histoire, slug: str) -> None:
        titre = histoire.documents[0].titre
        if len(presence.titres) < _EXEMPLES and titre not in presence.titres:
            presence.titres.append(titre)
        if histoire.sort == "ecartee":
            presence.ecartes += 1
        elif slug in histoire.themes:
            presence.retenus += 1
        else:
            presence.ailleurs += 1

    def _count_pairs(self, histoire: Histoire, comptes: dict[Balise | Candidat, set[str]]) -> None:
        """Which themes go together, and by which of their expressions."""
        recus = sorted(histoire.recus)
        self.themes.update(recus)
        for rang, a in enumerate(recus):
            for b in recus[rang + 1 :]:
                self.communs[a, b] += 1
                causes = self.ensemble.setdefault((a, b), Counter())
                causes.update(
                    vu
                    for vu in comptes
                    if isinstance(vu, Balise)
                    and vu.force != "negative"
                    and self.taxonomie.thematiques[vu.thematique].slug in (a, b)
                )


def aux_plurals(expression: str) -> str:
    """« logement social » → « logements sociaux », which the file's reading does not accept by itself; "" if none."""
    mots = expression.split(" ")
    if not any(_takes_aux(mot) for mot in mots):
        return ""
    return " ".join(f"{mot[:-2]}aux" if _takes_aux(mot) else mot if _is_hinge(mot) else _plural(mot) for mot in mots)


def modes() -> dict[Force, Mode]:
    """How the expressions of each strength are compared."""
    return {force: mode for force, mode, _ in _MODES}


def _takes_aux(mot: str) -> bool:
    return len(mot) > 4 and fold(mot).endswith("al") and mot.islower()


def _is_hinge(mot: str) -> bool:
    return "'" in mot or "’" in mot or "*" in mot or len(mot) < 4


def _plural(mot: str) -> str:
    return mot if mot[-1] in "sxz*" else f"{mot}s"


def balises_of(taxonomie: Taxonomie) -> Iterator[Balise]:
    """Every expression of the file, theme by theme."""
    for rang, thematique in enumerate(taxonomie.thematiques):
        for force, _, champ in _MODES:
            for expression in getattr(thematique.expressions, champ):
                yield Balise(rang, force, expression)


def _searched(balises: Iterable[Balise]) -> Iterator[tuple[tuple[Mot, ...], Balise | Candidat]]:
    autres: dict[str, None] = {}
    par_force = modes()
    for balise in balises:
        yield phrase(balise.expression, par_force[balise.force]), balise
        if balise.force in ("fort", "moyen", "indice") and (pluriel := aux_plurals(balise.expression)):
            autres[pluriel] = None
    for texte in autres:
        yield phrase(texte, "pluriel"), Candidat(texte)


def _off_topic(taxonomie: Taxonomie) -> Iterator[tuple[tuple[Mot, ...], Repoussoir]]:
    for force, mode, champ in _MODES:
        for expression in getattr(taxonomie.hors_sujet, champ):
            yield phrase(expression, mode), Repoussoir(force, expression)


def _kept(
    trouves: list[Trouve[Cherche]], lus: list[str], capitales: bool, avales: dict[Balise, str]
) -> Iterator[Balise | Candidat]:
    """What counts in one text: the longest expressions of the file; and every candidate. Notes what was inside another."""
    du_fichier: list[Trouve[Balise | Repoussoir]] = []
    for debut, fin, vu in trouves:
        if isinstance(vu, Candidat):
            yield vu
        elif not (capitales and len(lus) > 3 and vu.force in ("sigle", "sigle_faible")):
            du_fichier.append(Trouve(debut, fin, vu))
    gardes = keep_longest(du_fichier)
    yield from (garde.valeur for garde in gardes if isinstance(garde.valeur, Balise))
    if len(gardes) < len(du_fichier):
        connus = set(gardes)
        for debut, fin, vu in du_fichier:
            if isinstance(vu, Balise) and (debut, fin, vu) not in connus:
                avales[vu] = next(g.valeur.expression for g in gardes if g.debut <= debut and fin <= g.fin)


def _covered(trouves: Iterable[Trouve[Cherche]]) -> Iterator[tuple[int, int, int]]:
    for trouve in trouves:
        if isinstance(trouve.valeur, Balise):
            yield trouve.debut, trouve.fin, 1 << trouve.valeur.thematique
