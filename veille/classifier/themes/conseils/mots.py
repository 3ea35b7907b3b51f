"""Words of titles and summaries as phrases staff could write in the theme file: one to three words, no hinge at the ends.

Words meet as the matcher compares them: without case, accents or plural. Knows no theme and no decision.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from veille.classifier.matcher import word_bounds
from veille.francais import JOURS, MOIS, fold

PLEINS_MAX = 3  # Words that mean something; « de », « du », « la » between them come on top.
MOTS_MAX = 5
_LETTRES_MAX = 40
_RUPTURE = re.compile(r"[^\s'’ʼ‐‑-]")  # A comma, a quotation mark, a slash: what no expression crosses.
_MOTS_DE_LIAISON = "a au aux d de des du en l la le les par pour sans sur"
_MOTS_OUTILS = """
ai ainsi alors apres as aucun aucune aujourd aura auront aussi autant autre autres avait avant avec avez avoir
avons ayant bien bon bonne c car ce cela celle celles celui cent ces cet cette ceux chaque chez ci comme comment
contre deja demain depuis derniere dernier dernieres derniers des deux dit dix doit doivent donc dont droite elle
elles encore entre es est et etaient etait etant etc ete etes etre eux fait faire fois font grand grande grandes
grands hier hors huit ici il ils j je jusqu jusque juste leur leurs lors lorsqu lorsque lui m ma mais me meme memes
mes mieux mise moins mon n ne neuf ni nos notre nous nouveau nouveaux nouvel nouvelle nouvelles on ont or ou par
parce pas peu peut peuvent plus plusieurs plutot pourquoi pres prochain prochaine prochaines prochains puis qu
quand quatre que quel quelle quelles quelque quelques quels qui quoi s sa sans se selon sept sera seront ses seulement
si sinon six soit son sont sous suis sur t ta tant te tel telle telles tels tes ton toujours tous tout toute toutes
afin auquel auxquels but cas certain certaine certaines certains cependant combien dans deca debut dehors dela dessous
dessus duquel environ exemple fin gros haut heure heures jour jours lequel laquelle lesquels lesquelles longtemps loin
maintenant malgre moment mois nombre notamment parfois parmi particulier partir partout pendant petit petite petites
petits premier premiere premieres premiers presque sauf second seconde semaine semaines seul seule soir souvent suivant
suivante suivants surtout toutefois travers type annee annees an ans matin midi chose choses facon personne personnes
peuvent pouvez pouvoir dernierement devoir devez vouloir voulez vient viennent avoir etre faites faut prend prendre
donne donner met mettre reste rester passe passer trouve trouver annonce annoncer permet permettre
tres trois trop tu un une va vers veut via voici voila voir vos votre vous y mme mm dr
"""
_LIAISONS = frozenset(_MOTS_DE_LIAISON.split())


class Passage(NamedTuple):
    """One title or summary, its words where they stand, each with the key by which it is compared ("" for a mark).

    `bornes`: first character and the one after the last of each word, one after the other: thousands are kept.
    """

    texte: str
    bornes: array[int]
    cles: tuple[str, ...]

    def word(self, rang: int) -> str:
        """A word as written."""
        return self.texte[self.bornes[2 * rang] : self.bornes[2 * rang + 1]]

    def gap(self, rang: int) -> str:
        """What stands between a word and the one before."""
        return self.texte[self.bornes[2 * rang - 1] : self.bornes[2 * rang]]


@lru_cache(maxsize=1 << 16)
def canon(mot: str) -> str:
    """The key of a word: « Locataires » and « locataire » share it."""
    plie = fold(mot)
    return plie[:-1] if len(plie) > 3 and plie[-1] in "sx" else plie


def read_passage(texte: str) -> Passage:
    """A text cut into words, as the matcher cuts it."""
    bornes = array("i", (place for borne in word_bounds(texte) for place in borne))
    mots = (texte[bornes[i] : bornes[i + 1]] for i in range(0, len(bornes), 2))
    return Passage(texte, bornes, tuple(canon(m) if m[0].isalnum() and len(m) <= _LETTRES_MAX else "" for m in mots))


def is_full(cle: str) -> bool:
    """The key of a word that can open or end an expression."""
    return len(cle) > 1 and cle not in _VIDES and not any(c.isdigit() for c in cle)


def phrases(passage: Passage) -> Iterator[tuple[int, int]]:
    """Every stretch of words (first included, last excluded) that could be an expression."""
    cles, n = passage.cles, len(passage.cles)
    pleins = [is_full(cle) for cle in cles]
    for debut in range(n):
        if not pleins[debut]:
            continue
        compte = 1
        if len(cles[debut]) > 2 or passage.word(debut).isupper():
            yield debut, debut + 1
        for fin in range(debut + 1, min(n, debut + MOTS_MAX)):
            if _RUPTURE.search(passage.gap(fin)) or not (pleins[fin] or cles[fin] in _LIAISONS):
                break
            if pleins[fin]:
                compte += 1
                if compte > PLEINS_MAX:
                    break
                yield debut, fin + 1


def best_surface(ecrits: Iterable[Sequence[str]]) -> str:
    """How to write an expression met in several spellings: in the singular where it was met so, else as most often.

    `ecrits`: for each time it was met, its words followed by what stands between them (« logement », " ", « social »).
    """
    colonnes = list(zip(*ecrits, strict=True))
    return "".join(_best_word(Counter(colonne)) for colonne in colonnes)


def pieces(passage: Passage, debut: int, fin: int) -> list[str]:
    """The words of a stretch and what stands between them, alternately."""
    morceaux = [passage.word(debut)]
    for rang in range(debut + 1, fin):
        blanc = passage.gap(rang)
        morceaux += [" " if blanc.isspace() else blanc, passage.word(rang)]
    return morceaux


def is_acronym(expression: str) -> bool:
    """« HLM », « OBNL-H »: written in capitals, one word."""
    return expression.isupper() and 2 <= len(expression) <= 8 and " " not in expression


def _best_word(formes: Counter[str]) -> str:
    sans_capitale: Counter[str] = Counter()
    sigle = all(forme.isupper() and len(forme) > 1 for forme in formes)
    for forme, nombre in formes.items():
        sans_capitale[forme if sigle else forme.lower()] += nombre
    court = min(len(fold(forme)) for forme in sans_capitale)
    return max((f for f in sans_capitale if len(fold(f)) == court), key=lambda f: (sans_capitale[f], f))


_PLIES = [*_LIAISONS, *_MOTS_OUTILS.split(), *(fold(mot) for mot in (*JOURS, *MOIS))]
_VIDES = frozenset(_PLIES) | frozenset(canon(mot) for mot in _PLIES)
