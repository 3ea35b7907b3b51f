"""What the archive says of the expressions already in the file: never met, met only where it was wrong, ill spelt.

And of the spellings the file forgot: plurals in -aux, words written in one or in two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set

from veille.classifier.themes.conseils.faits import Forme, Jamais, Trompeuse
from veille.classifier.themes.conseils.mots import canon
from veille.classifier.themes.conseils.releve import Candidat, Presence, Releve, aux_plurals, balises_of
from veille.francais import fold
from veille.model import Taxonomie

PROCHE_MIN = 3  # Stories that hold the close spelling.
TROMPEUSE_MIN = 3
_LETTRES_MIN = 6
_RIEN = Presence()
_MOT = re.compile(r"[^\W_]+\*?")


def never_met(releve: Releve, thematique: int, orthographe: Orthographe) -> Iterator[Jamais]:
    """The expressions of a theme that counted in no story, with the spelling that was perhaps meant."""
    for balise in releve.balises:
        presence = releve.presences.get(balise, _RIEN)
        if balise.thematique == thematique and not presence.histoires:
            dans = presence.dans.most_common(1)[0][0] if presence.dans else ""
            proche = None if dans or balise.force.startswith("sigle") else orthographe.near(balise.expression)
            yield Jamais(balise.expression, balise.force, dans, proche)


def misleading(releve: Releve, thematique: int) -> Iterator[Trompeuse]:
    """The expressions of a theme that at least three judged stories hold, none of which was kept under it."""
    for balise in releve.balises:
        presence = releve.presences.get(balise, _RIEN)
        contre = presence.ecartes + presence.ailleurs
        if (
            balise.thematique == thematique
            and balise.force != "negative"
            and not presence.retenus
            and presence.ecartes
            and contre >= TROMPEUSE_MIN
        ):
            yield Trompeuse(balise.expression, balise.force, presence.appui, tuple(presence.titres))


def forgotten_plurals(releve: Releve, thematique: int) -> Iterator[Forme]:
    """Plurals in -aux that the archive holds and that no expression of the theme reads."""
    connues = {fold(b.expression) for b in releve.balises if b.thematique == thematique}
    for balise in releve.balises:
        if balise.thematique == thematique and balise.force in ("fort", "moyen", "indice"):
            pluriel = aux_plurals(balise.expression)
            presence = releve.presences.get(Candidat(pluriel), _RIEN)
            if pluriel and presence.histoires >= PROCHE_MIN and not _is_read(pluriel, connues):
                yield Forme(balise.expression, pluriel, presence.histoires)


class Orthographe:
    """The words of the archive, to find the one that a misspelt expression meant: one letter away at most.

    `surs`: words, folded, known to be well spelt though the archive has none of them.
    """

    def __init__(self, releve: Releve, surs: Set[str]) -> None:
        self._releve = releve
        self._surs = surs
        self._mots: dict[str, list[str]] = {}
        for mot, nombre in releve.mots.items():
            if nombre >= PROCHE_MIN and len(mot) >= _LETTRES_MIN and mot.isalpha():
                for reste in _deletions(mot):
                    self._mots.setdefault(reste, []).append(mot)

    def near(self, expression: str) -> Forme | None:
        """The spelling the archive has where the file's has none, or None."""
        mots, frequences = split_expression(expression), self._releve.mots
        if len(mots) == 1 and (nombre := self._releve.soudures.get(mots[0], 0)) >= PROCHE_MIN:
            return Forme(expression, f"{expression}, en deux mots", nombre)
        if len(mots) > 1 and (nombre := frequences.get("".join(mots), 0)) >= PROCHE_MIN:
            return self._form(expression, "".join(mots))
        inconnus = [mot for mot in mots if len(mot) > 2 and not self._is_known(mot)]
        if inconnus and all(map(self._singular, inconnus)):
            return self._singular_phrase(expression, inconnus[0])
        if len(inconnus) == 1 and (autre := self._closest(inconnus[0])):
            return self._form(inconnus[0], autre)
        return None

    def _form(self, expression: str, mot: str) -> Forme:
        return Forme(expression, self._releve.written(canon(mot)), self._releve.mots[mot])

    def _is_known(self, mot: str) -> bool:
        return any(self._releve.mots.get(forme) for forme in (mot, f"{mot}s", f"{mot}x"))

    def _singular(self, mot: str) -> str:
        """The same word in the singular, when the archive writes it so; an expression in the plural reads no singular."""
        return mot[:-1] if mot[-1] in "sx" and self._releve.mots.get(mot[:-1], 0) >= PROCHE_MIN else ""

    def _singular_phrase(self, expression: str, mot: str) -> Forme:
        """The whole expression, each of its words in the singular where the archive writes it so."""

        def singular(trouve: re.Match[str]) -> str:
            seul = self._singular(fold(trouve[0]))
            return self._releve.written(canon(seul)) if seul else trouve[0]

        return Forme(expression, _MOT.sub(singular, expression), self._releve.mots[self._singular(mot)])

    def _closest(self, mot: str) -> str:
        """The most frequent word one letter away, unless this one is surely well spelt."""
        if len(mot) < _LETTRES_MIN or not mot.isalpha() or {mot, canon(mot)} & self._surs:
            return ""
        candidats = {autre for reste in _deletions(mot) for autre in self._mots.get(reste, ()) if _is_near(mot, autre)}
        return max(candidats, key=lambda autre: (self._releve.mots[autre], autre), default="")


def split_expression(expression: str) -> list[str]:
    """The words of an expression of the file, folded; those that may end in any way are left out."""
    return [mot for mot in _MOT.findall(fold(expression)) if not mot.endswith("*")]


def written_words(taxonomie: Taxonomie) -> frozenset[str]:
    """Words that the file writes twice, or in a definition or an example: no slip of the pen."""
    comptes: Counter[str] = Counter()
    for t in taxonomie.thematiques:
        for texte in (t.definition, *t.inclut, *t.exclut, *t.exemples):
            comptes.update({canon(mot): 2 for mot in split_expression(texte)})
    for balise in balises_of(taxonomie):
        comptes.update({canon(mot) for mot in split_expression(balise.expression)})
    return frozenset(mot for mot, nombre in comptes.items() if nombre > 1)


def _is_read(pluriel: str, connues: set[str]) -> bool:
    plie = fold(pluriel)
    return any(
        plie == c or (c.endswith("*") and plie.startswith(c[:-1])) for c in (*connues, *(f"{c}s" for c in connues))
    )


def _deletions(mot: str) -> Iterator[str]:
    """The word, and the word with one letter less: two words one letter apart share one of them."""
    yield mot
    for rang in range(len(mot)):
        yield mot[:rang] + mot[rang + 1 :]


def _is_near(a: str, b: str) -> bool:
    """One letter added, dropped, changed, or two neighbours exchanged; the first letter is seldom the wrong one."""
    if abs(len(a) - len(b)) > 1 or a[0] != b[0]:
        return False
    debut = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[debut:], b[debut:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
