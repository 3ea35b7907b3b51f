"""Why: a theme's score told as reasons that add up to it, from the heaviest to the lightest.

Expressions of the theme file where they stand, words that decisions taught, words of the theme's definition, the sense of
the whole, the other themes, the starting point; then the nearest past decisions, which weigh nothing and show everything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from veille.classifier.themes.lecteur import Flottants, Part
from veille.classifier.themes.lexicon import score_of
from veille.classifier.themes.modele import Memoire
from veille.francais import NBSP, format_day
from veille.model import Raison
from veille.textes import RAISON_AUTRES_MOTS, RAISON_AUTRES_THEMES, RAISON_DEPART, RAISON_SENS

MOTS_MONTRES = 5
DEFINITIONS_MONTREES = 2
VOISINS = 2
RESSEMBLANCE_MIN = 0.15
_NEGLIGEABLE = 0.05


def reasons(
    theme: int,
    score: float,
    expressions: Sequence[Raison],
    termes: Mapping[str, float],
    parts: Sequence[Part],
    surfaces: Mapping[str, str],
) -> tuple[Raison, ...]:
    """Reasons of one theme, adding up to `score`. `termes`: what is not words: `points`, `autres`, `sens`, `depart`; and
    `unite`, what one root of points is worth.

    `surfaces`: each folded word as the text writes it.
    """
    appris = [(p.mot, float(p.appris[theme])) for p in parts]
    definition = [(p.mot, float(p.fichier[theme])) for p in parts]
    montres = [
        *_shared(expressions, termes["points"], termes["unite"]),
        *_strongest("appris", appris, surfaces, MOTS_MONTRES),
        *_strongest("definition", definition, surfaces, DEFINITIONS_MONTREES),
    ]
    if termes.get("sens"):
        montres.append(Raison("sens", RAISON_SENS, termes["sens"]))
    if abs(termes["autres"]) > _NEGLIGEABLE:
        montres.append(Raison("autres_themes", RAISON_AUTRES_THEMES, termes["autres"]))
    montres = [Raison(m.genre, m.texte, round(m.poids, 3), m.zone) for m in montres]
    montres.sort(key=lambda m: -abs(m.poids))
    depart = Raison("depart", RAISON_DEPART, round(termes["depart"], 3))
    reste = score - score_of((*montres, depart))
    autres = [Raison("autres_mots", RAISON_AUTRES_MOTS, reste)] if abs(reste) > 1e-9 else []
    return (*montres, *autres, depart)


def neighbours(
    memoire: Memoire, ressemblances: Flottants, theme: str, noms: Mapping[str, str], document: str
) -> list[Raison]:
    """The nearest past decisions, each with what was decided; first those that settle this theme one way or the other.

    `document`: the one being judged, whose own decision and whose story's say nothing new.
    """
    proches = np.flatnonzero(ressemblances >= RESSEMBLANCE_MIN)
    histoires = {g for i, g in zip(memoire.ids, memoire.groupes, strict=True) if i == document and g}
    proches = np.array(
        [i for i in proches if memoire.ids[i] != document and memoire.groupes[i] not in histoires], dtype=np.intp
    )
    proches = proches[np.argsort(-ressemblances[proches], kind="stable")][: VOISINS * 4]
    choisis = sorted(proches.tolist(), key=lambda i: (theme not in memoire.themes[i], -float(ressemblances[i])))
    return [Raison("voisin", _sentence(memoire, i, float(ressemblances[i]), noms)) for i in choisis[:VOISINS]]


def _sentence(memoire: Memoire, rang: int, ressemblance: float, noms: Mapping[str, str]) -> str:
    themes = ", ".join(noms.get(t, t) for t in memoire.themes[rang])
    decision = f"classée sous {themes}" if themes else "classée hors sujet"
    jour = f" le {_day(memoire.jours[rang])}" if memoire.jours[rang] else ""
    pourcent = f"{round(100 * min(ressemblance, 1.0))}{NBSP}%"
    return f"«{NBSP}{memoire.titres[rang]}{NBSP}», {decision}{jour} (ressemblance{NBSP}: {pourcent})"


def _day(iso: str) -> str:
    return format_day(date.fromisoformat(iso))


def _shared(expressions: Sequence[Raison], total: float, unite: float) -> list[Raison]:
    """What the theme file's points are worth in log-odds, `total`, shared between its expressions.

    Those for the theme share what they would be worth alone, `unite` a root of points; those against, what they take away:
    a theme that the off-topic words cancel still says what spoke for it.
    """
    pour = score_of(e for e in expressions if e.poids > 0)
    contre = score_of(e for e in expressions if e.poids < 0)
    seul = unite * math.sqrt(pour / 2)
    un_pour, un_contre = seul / (pour or 1.0), (total - seul) / (contre or 1.0)
    return [Raison(e.genre, e.texte, e.poids * (un_pour if e.poids > 0 else un_contre), e.zone) for e in expressions]


def _strongest(genre: str, mots: list[tuple[str, float]], surfaces: Mapping[str, str], combien: int) -> list[Raison]:
    forts = sorted(mots, key=lambda m: -abs(m[1]))[:combien]
    return [Raison(genre, surfaces.get(mot, mot), poids) for mot, poids in forts if abs(poids) > _NEGLIGEABLE]
