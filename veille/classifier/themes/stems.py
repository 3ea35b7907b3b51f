"""French words as the learner compares them: without case, accents, ligatures or elisions, cut to their stem.

Words and stems are remembered, so that reading an archive costs a look-up per word. `snowballstemmer` is known here only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from veille.francais import fold

_MOT = re.compile(r"[^\W_]+")
_MOT_MAX = 64  # Longer « words » are noise.
_MEMOIRE = 1 << 17
# Words that say nothing of a subject, and what elisions leave: « l' », « qu' », « aujourd'hui ».
VIDES = frozenset(
    """a ai as au aucun aucune aujourd aussi autre autres aux avec avoir c ca car ce ceci cela celle celles
    celui ces cet cette ceux chez ci comme comment d dans de des dont du elle elles en encore entre est et
    etait etaient ete etre eu eux fait faire font hui il ils j je jusqu jusque l la le les leur leurs lors
    lorsqu lorsque lui m ma mais me meme memes mes moi mon n ne ni non nos notre nous on ont ou par pas plus
    pour pourra peut peuvent puis qu quand que quel quelle quelles quels qui quoi s sa sans se sera seront ses
    si sien soit son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vers vos votre
    vous y""".split()  # noqa: SIM905 - One word a line would fill three screens.
)


def words(texte: str) -> list[str]:
    """The folded words of a text that say something, in order. `texte` is in composed form."""
    return [mot for brut in _MOT.findall(texte) if (mot := fold_word(brut))]


@lru_cache(maxsize=_MEMOIRE)
def fold_word(brut: str) -> str:
    """A word as compared: letters and digits only; "" when it says nothing or is too long to be one."""
    if len(brut) > _MOT_MAX:
        return ""
    mot = "".join(c for c in fold(brut) if c.isalnum())
    return "" if mot in VIDES else mot


@lru_cache(maxsize=_MEMOIRE)
def stem(mot: str) -> str:
    """The stem of a folded word; a number stays itself."""
    return mot if mot.isdigit() else str(_stemmer().stemWord(mot))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("french")
