"""The fictional year of registers: CSV files in the very form that people import, so they are its examples too.

Its days are fixed, inside the last two years of the plan that the project ships: a bilan at the plan's end is full whenever
the demonstration is run. Only what had happened by `au` is given: a register holds no day to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files

from veille.errors import RefusError
from veille.model import FicheOrganisation, Suivi
from veille.registres import fichier, repertoire
from veille.registres.champs import REGISTRES, Champ
from veille.registres.choix import ETATS_MOYEN
from veille.registres.fichier import Lue
from veille.registres.repertoire import FicheLue
from veille.registres.saisie import Reperes

FICHIERS = ("organisations", *REGISTRES, "suivis")


def csv_of(nom: str) -> bytes:
    """One file of the year, as it would be imported."""
    return (files("veille.exemple") / "annee" / f"{nom}.csv").read_bytes()


def sheets(champs: Iterable[Champ], connues: Iterable[FicheOrganisation] = ()) -> tuple[FicheLue, ...]:
    """The organisations of the year, two of which are written twice on purpose."""
    lecture = repertoire.read_file(tuple(champs), fichier.read_csv(csv_of("organisations")), connues)
    _sound("organisations", lecture.problemes)
    return lecture.lues


def rows(reperes: Reperes, au: date) -> dict[str, tuple[Lue, ...]]:
    """Every register's rows, those that begin after `au` apart."""
    lues = {}
    for nom, description in REGISTRES.items():
        lecture = fichier.read_file(description, fichier.read_csv(csv_of(nom)), reperes)
        _sound(nom, lecture.problemes)
        fin = "fin_le" if nom == "mesures_manuelles" else description.debut
        lues[nom] = tuple(lue for lue in lecture.lues if getattr(lue.ligne, fin) <= au)
    return lues


def suivis(plan: str, par: str, au: date) -> list[Suivi]:
    """Where each moyen stood, as the fictional team said; oldest first."""
    etats = {nom: etat for etat, nom in ETATS_MOYEN.items()}
    tete, *rangees = fichier.read_csv(csv_of("suivis"))
    dits = (_suivi(dict(zip(tete, rangee, strict=True)), plan, par, etats) for rangee in rangees if any(rangee))
    return [suivi for suivi in dits if suivi.jour_le <= au]


def _suivi(dit: Mapping[str, str], plan: str, par: str, etats: Mapping[str, str]) -> Suivi:
    etat = etats[dit["État"]]
    return Suivi(plan, dit["Moyen"], etat, date.fromisoformat(dit["Date"]), dit["Note"], par)  # type: ignore[arg-type]


def _sound(nom: str, problemes: tuple[fichier.Probleme, ...]) -> None:
    if problemes:
        raise RefusError(f"L’année fictive ne se lit pas, « {nom}.csv » : {problemes[0]}")
