"""Where each moyen stands, and which échéances are late or near.

What a person said prevails (`Suivi`). Without it, rows that serve the moyen say that something happened, not how far it
went; without rows either, nobody knows, and that is said as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from veille.francais import plural
from veille.model import Echeance, Moyen, Plan, Suivi
from veille.periodes import echeance_days

EtatVu = Literal["realise", "en_cours", "a_venir", "reporte", "abandonne", "registres", "aucun"]
ETATS_SUIVIS: dict[str, str] = {
    "a_venir": "à venir",
    "en_cours": "en cours",
    "realise": "réalisé",
    "reporte": "reporté",
    "abandonne": "abandonné",
}
# In the order of the bar that adds them up.
ETATS: dict[EtatVu, str] = {
    "realise": "réalisé",
    "en_cours": "en cours",
    "registres": "en cours d’après les registres",
    "a_venir": "à venir",
    "reporte": "reporté",
    "abandonne": "abandonné",
    "aucun": "sans suivi",
}
FINIS = frozenset({"realise", "abandonne"})
HORIZON = timedelta(days=90)
EN_MOIS = 92  # From this many days on, a distance is told in months.


@dataclass(frozen=True)
class Avancement:
    """One moyen's state. `lignes`: how many rows serve it, which is what « registres » rests on."""

    moyen: str
    etat: EtatVu
    suivi: Suivi | None = None
    lignes: int = 0

    @property
    def nom(self) -> str:
        """As shown."""
        return ETATS[self.etat]


@dataclass(frozen=True)
class Rappel:
    """One échéance to look at. `jours`: from the day of the page; negative when it is past."""

    moyen: Moyen
    genre: Literal["fin", "debut", "phase"]
    texte: str
    le: date
    jours: int

    @property
    def ecart(self) -> str:
        """How far it is, either way: « 12 jours », « 8 mois »."""
        jours = abs(self.jours)
        return plural(jours, "jour") if jours < EN_MOIS else plural(round(jours / 30.44), "mois", "mois")


@dataclass(frozen=True)
class Echeances:
    """What is past and not finished, longest past first; what comes, nearest first."""

    retards: tuple[Rappel, ...]
    prochaines: tuple[Rappel, ...]


def progress(plan: Plan, suivis: Mapping[str, Suivi], lignes: Mapping[str, int]) -> dict[str, Avancement]:
    """Each moyen's state, from its latest `Suivi` and from how many rows serve it."""
    vus = {}
    for moyen in plan.moyens:
        suivi, compte = suivis.get(moyen.id), lignes.get(moyen.id, 0)
        etat: EtatVu = suivi.etat if suivi else "registres" if compte else "aucun"
        vus[moyen.id] = Avancement(moyen.id, etat, suivi, compte)
    return vus


def count_states(vus: Iterable[Avancement]) -> dict[EtatVu, int]:
    """How many moyens are in each state, in the order of `ETATS`; states without any are left out."""
    compte = Counter(vu.etat for vu in vus)
    return {etat: compte[etat] for etat in ETATS if compte[etat]}


def deadlines(plan: Plan, vus: Mapping[str, Avancement], au: date) -> Echeances:
    """What to look at on a day: past ends of what is not finished, and ends, phases and beginnings within 90 days."""
    rappels = [
        rappel for moyen in plan.moyens if vus[moyen.id].etat not in FINIS for rappel in _reminders(plan, moyen, au)
    ]
    retards = sorted((r for r in rappels if r.jours < 0), key=lambda r: r.le)
    prochaines = sorted((r for r in rappels if r.jours >= 0), key=lambda r: r.le)
    return Echeances(tuple(retards), tuple(prochaines))


def _reminders(plan: Plan, moyen: Moyen, au: date) -> Iterable[Rappel]:
    jours = echeance_days(moyen.echeance, plan)
    if jours is None:
        return
    debut, fin = jours
    if fin <= au + HORIZON:
        yield _reminder(moyen, "fin", moyen.echeance, fin, au)
    if au < debut <= au + HORIZON:
        yield _reminder(moyen, "debut", moyen.echeance, debut, au)
    for phase in moyen.phases:
        bornes = echeance_days(phase, plan)
        if bornes and bornes[1] != fin and au <= bornes[1] <= au + HORIZON:
            yield _reminder(moyen, "phase", phase, bornes[1], au)


def _reminder(moyen: Moyen, genre: Literal["fin", "debut", "phase"], echeance: Echeance, le: date, au: date) -> Rappel:
    return Rappel(moyen, genre, echeance.texte, le, (le - au).days)
