"""The plan seen beside what the watch really did: pure counting, every figure from rows.

Rules (domaine.md §1.1): an « outil produit » is a distinct published digest; the same digest counts once for each
moyen it serves and once in a total; the team's own review reminder is not a tool. The plan's indicators and the watch's
proposed ones are never added together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from veille.francais import format_day, format_number, plural
from veille.model import Indicateur, Moyen, Objectif, Orientation, Plan, SousMoyen, Thematique

PREMIER_MOIS = 4  # The plan's years run from April 1st to March 31st, as its own « bilan au 31 mars » says.
A_SAISIR = "à saisir par l’équipe"
OUTILS_PRODUITS = ("IND-1.1.3-a", "IND-1.1.4-a")
PERSONNES_REJOINTES = ("IND-1.1.3-b", "IND-1.1.4-b")


@dataclass(frozen=True)
class Livrable:
    """One published digest, and the plan elements it serves."""

    digest_id: int
    audience: str
    audience_nom: str
    visibilite: str
    titre: str
    date_le: date
    items: int
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Activite:
    """What the watch did in a period, as plain counts of rows. `sources_lues`: read well at least once."""

    sources_lues: int
    collectes: int
    collectes_reussies: int
    items: int
    histoires: int
    retenues: int
    ecartees: int


@dataclass(frozen=True)
class Mesure:
    """One indicator and what is known of it; `automatique` tells a computed value from one staff must enter."""

    indicateur: Indicateur
    valeur: str
    automatique: bool = False


@dataclass(frozen=True)
class LigneMoyen:
    """One moyen with all its texts, its indicators, and what the watch did for it (`realisations`, sentences)."""

    moyen: Moyen
    sous_moyens: tuple[SousMoyen, ...]
    mesures: tuple[Mesure, ...]
    livrables: tuple[Livrable, ...]
    realisations: tuple[str, ...]


@dataclass(frozen=True)
class LigneObjectif:
    """One objectif; `livrables` are those tied to it directly, its moyens hold theirs."""

    objectif: Objectif
    livrables: tuple[Livrable, ...]
    moyens: tuple[LigneMoyen, ...]


@dataclass(frozen=True)
class LigneOrientation:
    """One orientation with its objectifs, in the plan's order."""

    orientation: Orientation
    objectifs: tuple[LigneObjectif, ...]


@dataclass(frozen=True)
class EtatPlan:
    """The whole plan on a given day. `livrables` holds each published digest once, the team's own reminders included."""

    plan: Plan
    au: date
    orientations: tuple[LigneOrientation, ...]
    livrables: tuple[Livrable, ...]
    rappels: frozenset[str]

    @property
    def bulletins(self) -> tuple[Livrable, ...]:
        """The published digests that count as tools: reminders are not."""
        return tuple(livrable for livrable in self.livrables if livrable.audience not in self.rappels)


def first_day(annee: int) -> date:
    """The first day of a year of the plan: what pages and bilan count begins on the same day."""
    return date(annee, PREMIER_MOIS, 1)


def plan_state(
    plan: Plan,
    livrables: Sequence[Livrable],
    activite: Activite,
    thematiques: Sequence[Thematique],
    rappels: frozenset[str],
    au: date,
) -> EtatPlan:
    """Lay the plan beside the facts. `rappels`: audiences whose digests are the team's own reminders."""
    orientations = tuple(
        LigneOrientation(
            orientation,
            tuple(
                LigneObjectif(
                    objectif,
                    _serving(livrables, {objectif.id}),
                    tuple(
                        _moyen(plan, moyen, livrables, activite, thematiques, rappels)
                        for moyen in plan.moyens
                        if moyen.objectif == objectif.id
                    ),
                )
                for objectif in plan.objectifs
                if objectif.orientation == orientation.id
            ),
        )
        for orientation in plan.orientations
    )
    return EtatPlan(plan, au, orientations, tuple(livrables), rappels)


def _moyen(
    plan: Plan,
    moyen: Moyen,
    livrables: Sequence[Livrable],
    activite: Activite,
    thematiques: Sequence[Thematique],
    rappels: frozenset[str],
) -> LigneMoyen:
    sous_moyens = tuple(s for s in plan.sous_moyens if s.moyen == moyen.id)
    servis = _serving(livrables, {moyen.id, *(s.id for s in sous_moyens)})
    outils = [livrable for livrable in servis if livrable.audience not in rappels]
    mesures = tuple(_measure(i, len(outils)) for i in plan.indicateurs if i.moyen == moyen.id)
    realisations = (*_published(servis, rappels), *_watch_facts(moyen.id, activite, thematiques))
    return LigneMoyen(moyen, sous_moyens, mesures, servis, realisations)


def _measure(indicateur: Indicateur, outils: int) -> Mesure:
    if indicateur.id in OUTILS_PRODUITS:
        complement = " ; à compléter par les outils produits ailleurs" if indicateur.calcul == "auto+manuel" else ""
        return Mesure(indicateur, f"{plural(outils, 'bulletin publié', 'bulletins publiés')}{complement}", True)
    if indicateur.id in PERSONNES_REJOINTES:
        return Mesure(indicateur, "sera compté quand les bulletins partiront par courriel", False)
    return Mesure(indicateur, A_SAISIR, False)


def _published(livrables: Sequence[Livrable], rappels: frozenset[str]) -> tuple[str, ...]:
    phrases = []
    par_audience: dict[str, list[Livrable]] = {}
    for livrable in livrables:
        par_audience.setdefault(livrable.audience, []).append(livrable)
    for audience, lot in par_audience.items():
        quoi = (
            ("rappel de revue", "rappels de revue") if audience in rappels else ("bulletin publié", "bulletins publiés")
        )
        jours = ", ".join(format_day(livrable.date_le) for livrable in lot)
        total = sum(livrable.items for livrable in lot)
        contenu = "" if audience in rappels else f" ; {plural(total, 'élément diffusé', 'éléments diffusés')}"
        phrases.append(f"{plural(len(lot), *quoi)} pour « {lot[0].audience_nom} » ({jours}{contenu}).")
    return tuple(phrases)


def _watch_facts(moyen: str, activite: Activite, thematiques: Sequence[Thematique]) -> tuple[str, ...]:
    """What the watch itself did for the moyens that define it (orientation 4)."""
    if moyen == "4.1.1":
        validees = sum(t.etat == "validee" for t in thematiques)
        return (
            f"{plural(len(thematiques), 'thématique définie', 'thématiques définies')}, "
            f"dont {plural(validees, 'validée', 'validées')} par l’équipe.",
        )
    if moyen == "4.1.2" and activite.collectes:
        part = 100 * activite.collectes_reussies / activite.collectes
        return (
            f"{plural(activite.sources_lues, 'source lue', 'sources lues')}, "
            f"{plural(activite.collectes, 'lecture', 'lectures')} dont {format_number(part)}\u00a0% réussies.",
        )
    if moyen == "4.2.1" and activite.items:
        return (
            f"{plural(activite.items, 'élément recueilli', 'éléments recueillis')} "
            f"({plural(activite.histoires, 'nouvelle distincte', 'nouvelles distinctes')}), "
            f"{plural(activite.retenues, 'retenue', 'retenues')} et "
            f"{plural(activite.ecartees, 'écartée', 'écartées')} par l’équipe.",
        )
    return ()


def _serving(livrables: Sequence[Livrable], elements: set[str]) -> tuple[Livrable, ...]:
    return tuple(livrable for livrable in livrables if elements & set(livrable.elements))
