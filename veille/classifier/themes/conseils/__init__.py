"""What the archive and staff's decisions teach about the theme file, said to those who write it.

`Conseiller` reads stories one by one and then tells, for each theme: expressions to add, expressions to exclude, those
that were never met or mislead, words that mean nearly the same; and the pairs of themes that overlap. It proposes and
changes nothing. SQL, files of the project and French sentences stay out of here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from veille.classifier.matcher import Matcher, phrase, split_words
from veille.classifier.themes.conseils.chevauchements import overlaps
from veille.classifier.themes.conseils.contrastes import Index
from veille.classifier.themes.conseils.faits import (
    Appui,
    Chevauchement,
    Conseils,
    ConseilsTheme,
    Forme,
    Histoire,
    Jamais,
    Origine,
    Proposition,
    Synonyme,
    Trompeuse,
)
from veille.classifier.themes.conseils.mots import canon, is_full, read_passage
from veille.classifier.themes.conseils.presences import (
    Orthographe,
    forgotten_plurals,
    misleading,
    never_met,
    split_expression,
    written_words,
)
from veille.classifier.themes.conseils.releve import Releve, balises_of, modes
from veille.classifier.themes.synonymes import Voisins, simple_words
from veille.francais import fold
from veille.model import Taxonomie, Thematique

PROPOSITIONS_MAX = 10
NEGATIVES_MAX = 5
SYNONYMES_MAX = 8
PAR_EXPRESSION = 3
VOISINS_MIN = 5  # Stories that must hold a word before its contexts say anything.
HISTOIRES_MIN = 500  # Under it, contexts are too few for synonyms.
PRESENT_MIN = 3  # Stories of the archive that hold a synonym; it takes several sources too.
PROXIMITE_THESAURUS = 0.15
PROXIMITE_ARCHIVE = 0.3
CONFIRMES_MAX = 0.25  # Of the stories a negative would touch, the most that staff kept under the theme.

__all__ = [
    "HISTOIRES_MIN",
    "Appui",
    "Chevauchement",
    "Conseiller",
    "Conseils",
    "ConseilsTheme",
    "Forme",
    "Histoire",
    "Jamais",
    "Proposition",
    "Synonyme",
    "Trompeuse",
    "wanted_words",
]


def wanted_words(taxonomie: Taxonomie) -> frozenset[str]:
    """The words of the theme file worth looking up in a thesaurus, folded: for their synonyms, or as well spelt."""
    voulus: set[str] = set()
    for thematique in taxonomie.thematiques:
        voulus |= _lookups(thematique).keys()
    voulus.update(mot for balise in balises_of(taxonomie) for mot in split_expression(balise.expression))
    return frozenset(voulus)


class Conseiller:
    """Reads the archive once (`read`), then answers. `thesaurus`: synonyms of `wanted_words`; None without one.

    `ignores`: names of places, whose words alone are never proposed as expressions.
    """

    def __init__(
        self,
        taxonomie: Taxonomie,
        thesaurus: Mapping[str, tuple[str, ...]] | None = None,
        ignores: Collection[str] = (),
    ) -> None:
        self._taxonomie = taxonomie
        self._thesaurus = thesaurus
        self._ecrits = written_words(taxonomie)
        self._noms = frozenset(cle for nom in ignores for cle in read_passage(nom).cles)
        self.releve = Releve(taxonomie)

    def read(self, histoires: Iterable[Histoire]) -> None:
        """Read stories, older first; they are not kept."""
        for histoire in histoires:
            self.releve.read(histoire)

    def themes(self, slugs: Collection[str] = ()) -> tuple[ConseilsTheme, ...]:
        """The advice on these themes, or on all, in the order of the file."""
        releve = self.releve
        index = Index(releve.jugees, self._noms)
        orthographe = Orthographe(releve, {*self._ecrits, *(self._thesaurus or ())})
        voisins = Voisins(releve.suite, releve.rangs, releve.cles, VOISINS_MIN)
        conseils = []
        for rang, thematique in enumerate(self._taxonomie.thematiques):
            if not slugs or thematique.slug in slugs:
                conseil = self._judged(index, rang, thematique)
                conseils.append(
                    replace(
                        conseil,
                        jamais=tuple(never_met(releve, rang, orthographe)),
                        trompeuses=tuple(misleading(releve, rang)),
                        formes=tuple(forgotten_plurals(releve, rang)),
                        synonymes=tuple(self._synonyms(thematique, voisins)),
                    )
                )
        return tuple(conseils)

    def overlaps(self, slugs: Collection[str] = ()) -> tuple[Chevauchement, ...]:
        """Pairs of themes that the same stories receive; only those of these themes when some are named."""
        return tuple(c for c in overlaps(self.releve) if not slugs or {c.a, c.b} & set(slugs))

    def _judged(self, index: Index, rang: int, thematique: Thematique) -> ConseilsTheme:
        slug, bit = thematique.slug, 1 << rang
        pour = [place for place, jugee in enumerate(index.jugees) if slug in jugee.themes]
        retires = [place for place, jugee in enumerate(index.jugees) if slug in jugee.retires]
        negatives = index.contrast(retires, bit, 4 * NEGATIVES_MAX) if retires else ()
        return ConseilsTheme(
            slug=slug,
            nom=thematique.nom,
            retenus=len(pour),
            autres=len(index.jugees) - len(pour),
            propositions=index.contrast(pour, bit, PROPOSITIONS_MAX) if pour else (),
            negatives=tuple(self._as_negatives(index, negatives, pour))[:NEGATIVES_MAX],
        )

    @staticmethod
    def _as_negatives(index: Index, trouvees: Iterable[Proposition], pour: list[int]) -> Iterator[Proposition]:
        """Those that touch few of the stories kept under the theme; `retenus` and `ecartes` then say what they touch."""
        for trouvee in trouvees:
            touches = index.holding(trouvee.expression, pour)
            retraits = trouvee.appui.retenus
            if touches <= CONFIRMES_MAX * (touches + retraits):
                appui = Appui(touches, 0, retraits, trouvee.appui.sources)
                yield replace(trouvee, force="negative", appui=appui)

    def _synonyms(self, thematique: Thematique, voisins: Voisins) -> list[Synonyme]:
        if self.releve.histoires < HISTOIRES_MIN:
            return []
        lit = _reader(thematique)
        trouves: dict[str, Synonyme] = {}
        mots = _lookups(thematique)
        theme = [canon(mot) for mot in mots]
        for mot, expression in mots.items():
            proches = self._close_to(mot, expression, voisins, theme)
            propres = sorted((s for s in proches if not lit(s.synonyme)), key=_closest_first)
            for synonyme in propres[:PAR_EXPRESSION]:
                cle = fold(synonyme.synonyme)
                if cle not in trouves or trouves[cle].proximite < synonyme.proximite:
                    trouves[cle] = synonyme
        return sorted(trouves.values(), key=_closest_first)[:SYNONYMES_MAX]

    def _close_to(self, mot: str, expression: str, voisins: Voisins, theme: Collection[str]) -> Iterator[Synonyme]:
        """From the thesaurus what the archive holds in like contexts; without a thesaurus, from the archive alone.

        A word too rare for its own contexts to speak is judged by those of the other words of the theme. A word of the
        thesaurus that no context confirms is not told: nine in ten belong to another sense.
        """
        if self._thesaurus is None:
            for autre, proximite in voisins.nearest(canon(mot), PAR_EXPRESSION, PROXIMITE_ARCHIVE):
                if self._may_be_told(mot, autre):
                    yield self._synonym(expression, self.releve.written(autre), "archive", autre, proximite)
            return
        for autre in self._thesaurus.get(mot, ()):
            cle = canon(autre)
            if self._may_be_told(mot, cle):
                proche = voisins.likeness([canon(mot)], cle)
                proche = voisins.likeness(theme, cle) if proche is None else proche
                if proche is not None and proche >= PROXIMITE_THESAURUS:
                    yield self._synonym(expression, autre, "thesaurus", cle, proche)

    def _may_be_told(self, mot: str, cle: str) -> bool:
        """Not a form of the same word, not a name, and met in several sources."""
        vu = self.releve.met(cle)
        propre = is_full(cle) and cle not in self._noms and not _same_root(mot, cle)
        return propre and vu.histoires >= PRESENT_MIN and vu.plusieurs

    def _synonym(self, expression: str, ecrit: str, origine: Origine, cle: str, proximite: float) -> Synonyme:
        vu = self.releve.met(cle)
        return Synonyme(expression, ecrit, origine, vu.histoires, proximite, vu.titre)


def _closest_first(synonyme: Synonyme) -> tuple[float, int, str]:
    return -synonyme.proximite, -synonyme.histoires, synonyme.synonyme


def _lookups(thematique: Thematique) -> dict[str, str]:
    return simple_words(_expressions(thematique))


def _expressions(thematique: Thematique) -> tuple[str, ...]:
    e = thematique.expressions
    return (*e.indice, *e.moyen, *e.fort)


def _reader(thematique: Thematique) -> Callable[[str], bool]:
    """Whether some expression of the theme already reads the whole of a phrase."""
    par_force = modes()
    balises = balises_of(Taxonomie((thematique,), ()))
    matcher = Matcher((phrase(b.expression, par_force[b.force]), True) for b in balises)

    def lit(texte: str) -> bool:
        mots = split_words(texte)
        return any(t.debut == 0 and t.fin == len(mots) for t in matcher.find(mots))

    return lit


def _same_root(a: str, b: str) -> bool:
    """« locataire » and « locatif », « loyer » and « loyers »: forms of one word, not synonyms."""
    n = max(4, min(len(a), len(b)) - 2)
    return a[:n] == b[:n]
