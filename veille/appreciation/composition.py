"""An évaluation as sections that a page shows, details folded, and the same as a report: nothing is counted here.

Two levels, as the INSPQ tells them apart: the watch itself, then what it gives its readers. Each figure says what it
counts, what it does not say, and leads to its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from veille.appreciation import niveau_deux, niveau_un
from veille.appreciation.dits import Section
from veille.appreciation.formes import Evaluation
from veille.francais import format_day, format_instant
from veille.periodes import quarter_of
from veille.rapports import Bloc, Feuille, Paragraphe, Rapport, Titre, line

NIVEAUX = (
    ("La veille elle-même", "niveau-1"),
    ("Ce que la veille donne", "niveau-2"),
)


@dataclass(frozen=True)
class Precedente:
    """The évaluation of the quarter before, frozen or counted today, to read this one beside."""

    evaluation: Evaluation
    figee_a: datetime | None


def sections(x: Evaluation, avant: Precedente | None = None) -> tuple[Section, ...]:
    """Every section, level by level."""
    voisine = avant.evaluation if avant else None
    return (*niveau_un.sections(x, voisine), *niveau_deux.sections(x, voisine))


def title(x: Evaluation) -> str:
    """« Évaluation de la veille, juillet à septembre 2026 »."""
    if x.trimestre:
        return f"Évaluation de la veille, {quarter_of(x.debut).nom}"
    return f"Évaluation de la veille, du {format_day(x.debut)} au {format_day(x.fin)}"


def dated(x: Evaluation, figee_a: datetime | None) -> str:
    """When it was counted, and whether it may still change."""
    if figee_a is not None:
        return f"Trimestre figé le {format_instant(figee_a)} : ces chiffres ne changent plus."
    return f"Compté le {format_instant(x.mesuree_a)} ; ces chiffres changent encore avec les décisions."


def compose(
    x: Evaluation, organisation: str, site: str = "", figee_a: datetime | None = None, avant: Precedente | None = None
) -> Rapport:
    """The whole document."""
    return Rapport(
        titre=title(x),
        entete=tuple(_heading(x, organisation, figee_a, avant)),
        blocs=tuple(_blocks(sections(x, avant))),
        auteur=organisation,
        pied=f"{organisation} · {title(x)}",
        paysage=True,
        site=site,
    )


def _heading(
    x: Evaluation, organisation: str, figee_a: datetime | None, avant: Precedente | None
) -> Iterator[Paragraphe]:
    yield line(organisation)
    yield line(f"Du {format_day(x.debut)} au {format_day(x.fin)}.")
    yield line(dated(x, figee_a), ton="doux")
    if avant is not None:
        yield line(
            f"Entre parenthèses ou à côté : {quarter_of(avant.evaluation.debut).nom}. {dated(avant.evaluation, avant.figee_a)}",
            ton="doux",
        )


def _blocks(trouvees: Iterable[Section]) -> Iterator[Bloc]:
    niveau = 0
    for section in trouvees:
        if section.niveau != niveau:
            niveau = section.niveau
            nom, ancre = NIVEAUX[niveau - 1]
            yield Feuille(f"Niveau {niveau}")
            yield Titre(2, f"{niveau}. {nom}", ancre)
        yield Titre(3, section.titre, section.ancre)
        yield from section.blocs
        yield from section.details
