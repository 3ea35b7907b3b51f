"""What a change of the theme file would retag, from what two judges retained of the same texts. Pure, plain values out.

Who judges, and which texts, is the pipeline's affair; what the figures look like is the pages'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from veille.model import Taxonomie

LIGNES_MAX = 200


class Ecart(NamedTuple):
    """One text that both judges read: the themes each retains."""

    item_id: int
    titre: str
    avant: tuple[str, ...]
    apres: tuple[str, ...]


class Essai(NamedTuple):
    """One invented title of the file with the theme it must receive, "" for none at all; and what both judges said."""

    titre: str
    attendu: str
    avant: tuple[str, ...] = ()
    apres: tuple[str, ...] = ()

    def passes(self, themes: Sequence[str]) -> bool:
        """Whether what was retained is what was expected."""
        return self.attendu in themes if self.attendu else not themes


def trials(taxonomie: Taxonomie) -> list[Essai]:
    """The titles that must get no theme, then the examples of each theme."""
    exemples = (Essai(titre, t.slug) for t in taxonomie.thematiques for titre in t.exemples)
    return [*(Essai(titre, "") for titre in taxonomie.essais.titres), *exemples]


def compare_stories(ecarts: Sequence[Ecart], noms: Mapping[str, str]) -> dict[str, Any]:
    """What differs by theme, in the order of `noms`, then text by text: the first ones, as given."""
    changes = [e for e in ecarts if set(e.avant) != set(e.apres)]
    avant = Counter(slug for e in ecarts for slug in e.avant)
    apres = Counter(slug for e in ecarts for slug in e.apres)
    gagnes = Counter(slug for e in changes for slug in set(e.apres) - set(e.avant))
    perdus = Counter(slug for e in changes for slug in set(e.avant) - set(e.apres))
    return {
        "histoires": len(ecarts),
        "changees": len(changes),
        "themes": [
            {"slug": s, "avant": avant[s], "apres": apres[s], "gagne": gagnes[s], "perd": perdus[s]}
            for s in noms
            if gagnes[s] or perdus[s]
        ],
        "lignes": [{**e._asdict(), "avant": list(e.avant), "apres": list(e.apres)} for e in changes[:LIGNES_MAX]],
    }


def compare_trials(essais: Sequence[Essai]) -> dict[str, Any]:
    """How many trials are right before and after, and those that would turn wrong."""
    fautifs = [e for e in essais if e.passes(e.avant) and not e.passes(e.apres)]
    return {
        "total": len(essais),
        "justes_avant": sum(e.passes(e.avant) for e in essais),
        "justes_apres": sum(e.passes(e.apres) for e in essais),
        "fautifs": [{"titre": e.titre, "attendu": e.attendu, "obtenus": list(e.apres)} for e in fautifs[:LIGNES_MAX]],
    }
