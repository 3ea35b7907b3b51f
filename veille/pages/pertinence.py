"""Relevance in words: how likely staff are to keep a story and why, and what that makes of its place in the list. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from veille.classifier.valeur import Valeur
from veille.francais import NBSP, format_number, local_day, plural, typeset
from veille.model import GenreSuggestion, Raison
from veille.pages.raisons import format_points, percent
from veille.store.fiches import Fiche
from veille.store.revue import References
from veille.textes import days_left

_NEGLIGEABLE = 0.05  # Shown as « +0,0 »; such reasons are told together.
_NOMMES: dict[str, GenreSuggestion] = {"thematique": "thematique", "type": "type"}
_LIEUX = (
    (1.0, "la région ou un de ses lieux"),
    (0.8, "tout le Québec"),
    (0.7, "aucun lieu reconnu"),
    (0.0, "tout le pays"),
)


@dataclass(frozen=True)
class Estime:
    """What the page says of one story's relevance: one phrase, then the reasons that add up to `total`."""

    phrase: str
    raisons: tuple[str, ...]
    total: str


def estimate(fiche: Fiche, references: References) -> Estime:
    """The relevance of a story in words, the strongest reasons first after the point of departure."""
    raisons = sorted(fiche.pertinence_raisons, key=lambda r: (not r.genre.startswith("depart"), -abs(r.poids)))
    dites = [r for r in raisons if abs(r.poids) >= _NEGLIGEABLE]
    lignes = [f"{_say(r, fiche, references)} ({format_points(r.poids)})" for r in dites]
    reste = math.fsum(r.poids for r in raisons if abs(r.poids) < _NEGLIGEABLE)
    if abs(reste) >= _NEGLIGEABLE:
        lignes.append(f"petits indices, ensemble ({format_points(reste)})")
    total = format_points(math.fsum(r.poids for r in raisons))
    return Estime(phrase=_frequency(fiche), raisons=tuple(lignes), total=total)


def say_value(valeur: Valeur, fiche: Fiche, now: datetime) -> tuple[str, ...]:
    """What the place in the list is the product of: each factor with what it comes from; those of 1 are left out."""
    jour = local_day(now)
    age = (jour - valeur.arrivee).days
    facteurs = (
        (f"lieu{NBSP}: {next(nom for seuil, nom in _LIEUX if valeur.lieu >= seuil)}", valeur.lieu),
        (f"source retenue {'plus' if valeur.source > 1 else 'moins'} souvent que la moyenne", valeur.source),
        (f"fraîcheur{NBSP}: {'d’aujourd’hui' if age <= 0 else plural(age, 'jour')}", valeur.freshness(jour)),
        (f"date limite {_deadline_in_words(fiche, jour)}", valeur.echeance),
    )
    dits = [f"{nom}, × {format_number(facteur, 2)}" for nom, facteur in facteurs if abs(facteur - 1) >= 0.005]
    return (f"chances d’être retenue{NBSP}: {percent(valeur.probabilite)}", *dits)


def _deadline_in_words(fiche: Fiche, jour: date) -> str:
    reste = (date.fromisoformat(fiche.date_limite[:10]) - jour).days if fiche.date_limite else 0
    return "passée" if reste < 0 else days_left(reste)


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
