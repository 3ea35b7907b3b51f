"""Registers and facts for what measures the plan: fictional, built by hand, one line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from veille import settings
from veille.evaluation import Faits, FaitsVeille, Livrable, Mesure, Portee, measure, totals
from veille.model import Accompagnement, Activite, FicheOrganisation, MesureManuelle, Outil, Plan, Registres, Sondage
from veille.periodes import Periode, plan_period, year_of

PLAN = settings.load_plan()
ENTIER = plan_period(PLAN)
AN = year_of(date(2025, 6, 1))
AU = date(2026, 3, 31)
MRC = {"joliette": "Joliette", "montcalm": "Montcalm"}


def activite(numero: int, *moyens: str, le: date = date(2025, 5, 1), **autres: Any) -> Activite:
    valeurs: dict[str, Any] = {"titre": f"Activité {numero} (exemple fictif)", "type": "rencontre", **autres}
    return Activite(numero, PLAN.slug, moyens, jour_le=le, **valeurs)


def outil(numero: int, *moyens: str, le: date = date(2025, 5, 1), **autres: Any) -> Outil:
    valeurs: dict[str, Any] = {"titre": f"Outil {numero} (exemple fictif)", "type": "portrait", **autres}
    return Outil(numero, PLAN.slug, moyens, jour_le=le, **valeurs)


def sondage(numero: int, *moyens: str, le: date = date(2025, 5, 1), **autres: Any) -> Sondage:
    valeurs: dict[str, Any] = {"titre": f"Sondage {numero} (exemple fictif)", "type": "questionnaire", **autres}
    return Sondage(numero, PLAN.slug, moyens, jour_le=le, **valeurs)


def soutien(numero: int, *moyens: str, organisations: tuple[str, ...] = (), **autres: Any) -> Accompagnement:
    valeurs: dict[str, Any] = {"titre": f"Soutien {numero}", "type": "continu", "debut_le": date(2025, 5, 1), **autres}
    return Accompagnement(numero, PLAN.slug, moyens, organisations=organisations, **valeurs)


def donnee(numero: int, indicateur: str, *, fin: date = AU, **autres: Any) -> MesureManuelle:
    valeurs: dict[str, Any] = {"moyens": (), "debut_le": date(2025, 4, 1), **autres}
    return MesureManuelle(numero, PLAN.slug, indicateur=indicateur, fin_le=fin, **valeurs)


def bulletin(numero: int, *elements: str, le: date = date(2025, 5, 5), **autres: Any) -> Livrable:
    valeurs: dict[str, Any] = {"audience": "clds", "audience_nom": "CLDS", "visibilite": "publique", **autres}
    return Livrable(numero, titre=f"Bulletin {numero}", date_le=le, items=4, elements=elements, **valeurs)


def portee(moyen: str, periode: Periode, personnes: int, generiques: int = 0, envois: int = 0) -> Portee:
    jour = datetime(2026, 4, 1, 14, tzinfo=UTC)
    return Portee(moyen, periode.debut, periode.fin, personnes, generiques, envois or personnes, jour)


def organisation(numero: int, code: str, fusionnee_dans: int | None = None) -> FicheOrganisation:
    return FicheOrganisation(numero, code, f"Organisme {code} (exemple fictif)", fusionnee_dans=fusionnee_dans)


def facts(
    *lignes: Any,
    periode: Periode = AN,
    livrables: tuple[Livrable, ...] = (),
    portees: tuple[Portee, ...] = (),
    organisations: tuple[FicheOrganisation, ...] = (),
    veille: FaitsVeille | None = None,
    suivis: tuple[Any, ...] = (),
) -> Faits:
    registres = Registres(
        activites=tuple(x for x in lignes if isinstance(x, Activite)),
        outils=tuple(x for x in lignes if isinstance(x, Outil)),
        accompagnements=tuple(x for x in lignes if isinstance(x, Accompagnement)),
        sondages=tuple(x for x in lignes if isinstance(x, Sondage)),
        mesures=tuple(x for x in lignes if isinstance(x, MesureManuelle)),
        suivis=suivis,
        organisations={o.code: o for o in organisations},
    )
    return Faits(periode, registres, livrables, portees, veille or FaitsVeille(), MRC)


def figure(code: str, faits: Faits, au: date = AU, plan: Plan = PLAN) -> Mesure:
    toutes = (*measure(plan, faits, faits.periode, au), *totals(plan, faits, faits.periode, au))
    return next(m for m in toutes if m.indicateur.id == code)


def over(faits: Faits, periode: Periode) -> Faits:
    return replace(faits, periode=periode)
