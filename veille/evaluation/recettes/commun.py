"""What every recipe is given, and how rows become references to the page that shows each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from veille.evaluation.comptage import codes_of
from veille.evaluation.faits import Faits, GenreRenvoi, Livrable, Mesure, Renvoi
from veille.evaluation.phrases import listed, when
from veille.model import Accompagnement, Activite, Indicateur, Ligne, MesureManuelle, Outil, Plan, Sondage
from veille.periodes import Periode

T = TypeVar("T", Activite, Outil, Accompagnement, Sondage)


@dataclass(frozen=True)
class Calcul:
    """One indicator to measure over a period, nothing after `au`. `codes`: what a row may serve to count."""

    plan: Plan
    faits: Faits
    periode: Periode
    au: date
    indicateur: Indicateur

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the indicator's moyen and of its sous-moyens; every code of the plan for a total, of no moyen."""
        return codes_of(self.plan, self.indicateur.moyen) if self.indicateur.moyen else self.plan.ids()

    @property
    def ou(self) -> str:
        """« le moyen 1.1.1 ou l’un de ses sous-moyens », « le plan »."""
        moyen = self.indicateur.moyen
        if not moyen:
            return "le plan"
        sous = any(s.moyen == moyen for s in self.plan.sous_moyens)
        return f"le moyen {moyen}{' ou l’un de ses sous-moyens' if sous else ''}"

    @property
    def compte(self) -> Periode:
        """The days that count: the period's, none after `au`."""
        return self.periode.until(self.au)

    @property
    def quand(self) -> str:
        """« en 2025-2026 »."""
        return when(self.periode)

    def page(self, code: str) -> str:
        """The page that shows the rows behind a figure over this period; it names the plan, which may be over one day."""
        periode = self.periode
        return f"/plan/indicateurs/{code}?genre={periode.genre}&debut={periode.debut.isoformat()}&plan={self.plan.slug}"

    def typed(self, lignes: Iterable[T]) -> list[T]:
        """Rows of the types that the indicator counts; all of them when it names none."""
        voulus = self.indicateur.types
        return [x for x in lignes if not voulus or x.type in voulus]


Recette = Callable[[Calcul], Mesure]
REGISTRES: dict[type[Ligne], tuple[GenreRenvoi, str]] = {
    Activite: ("activite", "activites"),
    Outil: ("outil", "outils"),
    Accompagnement: ("accompagnement", "accompagnements"),
    Sondage: ("sondage", "sondages"),
    MesureManuelle: ("mesure", "mesures_manuelles"),
}


def to_row(ligne: Activite | Outil | Accompagnement | Sondage, texte: str = "", valeur: float | None = None) -> Renvoi:
    """A register's row, and its page."""
    genre, registre = REGISTRES[type(ligne)]
    jour = ligne.debut_le if isinstance(ligne, Accompagnement) else ligne.jour_le
    return Renvoi(genre, str(ligne.id), ligne.titre, jour, f"/registres/{registre}/{ligne.id}", texte, valeur)


def to_rows(lignes: Sequence[Activite | Outil | Accompagnement | Sondage]) -> tuple[Renvoi, ...]:
    """The same, of several."""
    return tuple(to_row(ligne) for ligne in lignes)


def to_given(mesure: MesureManuelle, mrc: Mapping[str, str]) -> Renvoi:
    """What staff wrote themselves; its title is where it is about."""
    lien = f"/registres/mesures_manuelles/{mesure.id}"
    return Renvoi("mesure", str(mesure.id), places(mesure, mrc), mesure.fin_le, lien, mesure.narratif, mesure.valeur)


def places(ligne: Ligne, mrc: Mapping[str, str]) -> str:
    """The MRC of a row, by name."""
    return listed(mrc.get(slug, slug) for slug in ligne.mrc)


def to_digest(livrable: Livrable) -> Renvoi:
    """A digest, and its page."""
    titre = f"{livrable.titre} ({livrable.audience_nom})"
    return Renvoi("digest", str(livrable.digest_id), titre, livrable.date_le, f"/bulletins/{livrable.digest_id}")
