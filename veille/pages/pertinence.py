"""Relevance on the page: in what order stories wait for a decision, and how the reasons are said. Pure; `now` is given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from veille.classifier.relevance import logit
from veille.francais import NBSP, local_day, typeset
from veille.model import GenreSuggestion, Raison
from veille.pages.raisons import format_points
from veille.store.fiches import Fiche
from veille.store.revue import References
from veille.textes import days_left

Palier = Literal["a-retenir", "a-voir", "reste"]

PALIERS: dict[str, str] = {"a-retenir": "À lire d’abord", "a-voir": "À voir ensuite", "reste": "Le reste"}
EXPLICATIONS: dict[str, str] = {
    "a-retenir": "Au moins une chance sur deux d’être retenues, une échéance proche aidant.",
    "a-voir": "Au moins une chance sur cinq, un thème incertain, ou tirées pour vérifier le classement.",
    "reste": "Moins d’une chance sur cinq d’être retenues.",
}
_A_RETENIR, _A_VOIR = logit(0.5), logit(0.2)
# Points that a near deadline adds in the queue: (days left at most, points).
_ECHEANCES = ((7, 1.0), (14, 0.5))
_NEGLIGEABLE = 0.05  # Shown as « +0,0 »; such reasons are told together.
_NOMMES: dict[str, GenreSuggestion] = {"thematique": "thematique", "type": "type"}


@dataclass(frozen=True)
class Estime:
    """What the page says of one story's relevance: one phrase, then the reasons that add up to `total`."""

    phrase: str
    raisons: tuple[str, ...]
    total: str
    remontee: str


def queue(fiches: Sequence[Fiche], now: datetime) -> list[Fiche]:
    """Likely to be kept first, best first, then the uncertain and drawn ones, then the rest; near deadlines gain points.

    Equal stories keep the order given (latest seen first, as the store reads them).
    """
    rangs = list(PALIERS)
    return sorted(fiches, key=lambda f: (rangs.index(tier(f, now)), -_points(f, now)))


def tier(fiche: Fiche, now: datetime) -> Palier:
    """Which part of the queue a story waits in."""
    points = _points(fiche, now)
    if points >= _A_RETENIR:
        return "a-retenir"
    return "a-voir" if points >= _A_VOIR or fiche.incertain or fiche.tirage is not None else "reste"


def urgency(fiche: Fiche, now: datetime) -> float:
    """Points that a near deadline adds; none when it is past or far."""
    if not fiche.date_limite:
        return 0.0
    jours = _days_left(fiche, now)
    return next((points for maximum, points in _ECHEANCES if 0 <= jours <= maximum), 0.0)


def estimate(fiche: Fiche, references: References, now: datetime) -> Estime:
    """The relevance of a story in words, the strongest reasons first after the point of departure."""
    raisons = sorted(fiche.pertinence_raisons, key=lambda r: (not r.genre.startswith("depart"), -abs(r.poids)))
    dites = [r for r in raisons if abs(r.poids) >= _NEGLIGEABLE]
    lignes = [f"{_say(r, fiche, references)} ({format_points(r.poids)})" for r in dites]
    reste = math.fsum(r.poids for r in raisons if abs(r.poids) < _NEGLIGEABLE)
    if abs(reste) >= _NEGLIGEABLE:
        lignes.append(f"petits indices, ensemble ({format_points(reste)})")
    points = urgency(fiche, now)
    echeance = f"échéance {days_left(_days_left(fiche, now))} ({format_points(points)})" if points else ""
    return Estime(
        phrase=_frequency(fiche),
        raisons=tuple(lignes),
        total=format_points(math.fsum(r.poids for r in raisons)),
        remontee=echeance,
    )


def _frequency(fiche: Fiche) -> str:
    """« Nouvelles semblables retenues 7 fois sur 10 »: a frequency only where decisions taught one."""
    dixiemes = round(10 * fiche.pertinence)
    if not any(r.genre == "depart_appris" for r in fiche.pertinence_raisons):
        return f"Pertinence estimée{NBSP}: {dixiemes} sur 10"
    if dixiemes in (0, 10):
        return f"Nouvelles semblables {'presque toujours' if dixiemes else 'rarement'} retenues"
    return f"Nouvelles semblables retenues {dixiemes} fois sur 10"


def _say(raison: Raison, fiche: Fiche, references: References) -> str:
    if raison.genre == "source":
        noms = {m.source: m.source_nom for m in fiche.membres}
        return f"source «{NBSP}{noms.get(raison.texte, raison.texte)}{NBSP}»"
    if raison.genre in _NOMMES:
        nom = typeset(references.name(_NOMMES[raison.genre], raison.texte))
        return f"{'thème' if raison.genre == 'thematique' else 'type'} «{NBSP}{nom}{NBSP}»"
    return raison.texte


def _points(fiche: Fiche, now: datetime) -> float:
    return logit(fiche.pertinence) + urgency(fiche, now)


def _days_left(fiche: Fiche, now: datetime) -> int:
    return (date.fromisoformat(fiche.date_limite[:10]) - local_day(now)).days
