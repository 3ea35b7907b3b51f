"""What the page of an indicator shows of its measures: the periods one may choose, its value over time, its rows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from veille.bilan import Chiffre, Point
from veille.bilan.graphiques import bars
from veille.bilan.textes import value_of
from veille.evaluation import Mesure, Renvoi
from veille.francais import NBSP, plural, unit
from veille.model import Plan
from veille.periodes import GenrePeriode, Periode, plan_period, quarter_of, year_of
from veille.rapports import Bloc, Graphique, Tableau, cell, line, text

PAR_PAGE = 50
GENRES: dict[GenrePeriode, str] = {"plan": "Tout le plan", "annee": "Année", "trimestre": "Trimestre"}
GENRES_RENVOI = {
    "activite": "Activité",
    "outil": "Outil",
    "accompagnement": "Accompagnement",
    "sondage": "Sondage",
    "mesure": "Mesure de l’équipe",
    "digest": "Bulletin",
    "item": "Nouvelle",
    "source": "Source",
    "thematique": "Thématique",
    "organisation": "Organisation",
    "public": "Public",
    "indicateur": "Indicateur",
}


@dataclass(frozen=True)
class Onglet:
    """One period to choose."""

    nom: str
    lien: str
    actif: bool


def chosen(plan: Plan, genre: str, debut: str, aujourdhui: date) -> Periode | None:
    """The period that an address names; the plan's last year begun, when it names none.

    None when it names days that are not of this plan, or that have not come: no other figure may be shown in their place.
    """
    entier = plan_period(plan)
    dernier = max(min(aujourdhui, entier.fin), entier.debut)
    try:
        jour = date.fromisoformat(debut)
    except ValueError:
        jour = entier.debut if genre == "plan" else dernier
    if not entier.debut <= jour <= dernier:
        return None
    if genre == "plan":
        return entier
    return quarter_of(jour) if genre == "trimestre" else year_of(jour)


def tabs(plan: Plan, code: str, periodes: Sequence[Periode], choisie: Periode) -> list[Onglet]:
    """The periods, each with its address."""
    return [
        Onglet(
            "Tout le plan" if p.genre == "plan" else p.nom,
            f"/plan/indicateurs/{code}?{urlencode({'genre': p.genre, 'debut': p.debut.isoformat(), 'plan': plan.slug})}",
            p == choisie,
        )
        for p in periodes
    ]


def as_frozen(mesure: Mesure, chiffre: Chiffre) -> Mesure:
    """The measure as the bilan of its locked period says it; its rows are those of today."""
    return replace(
        mesure,
        valeur=chiffre.valeur,
        unite=chiffre.unite,
        phrase=chiffre.phrase,
        detail=chiffre.detail,
        cible_phrase=chiffre.cible,
        atteinte=chiffre.atteinte,  # type: ignore[arg-type]
        manque=chiffre.manque,
    )


def over_time(suite: Sequence[tuple[Periode, Mesure]], figees: Collection[Periode] = ()) -> list[Bloc]:
    """The values as a chart and as a table: years, then the quarters that hold something; nothing when nothing was measured."""
    suite = [(p, m) for p, m in suite if p.genre != "trimestre" or m.valeur is not None or m.mesuree]
    if not any(m.valeur is not None or m.mesuree for _, m in suite):
        return []
    blocs: list[Bloc] = []
    for genre, titre in (("annee", "Année par année"), ("trimestre", "Trimestre par trimestre")):
        lot = [(p, m) for p, m in suite if p.genre == genre]
        if sum(1 for _, m in lot if m.valeur is not None) > 1:
            blocs.append(_chart(titre, lot))
    return [*blocs, _table(suite, figees)]


def _chart(titre: str, lot: Sequence[tuple[Periode, Mesure]]) -> Graphique:
    return bars(titre, [Point(p.nom, m.valeur) for p, m in lot], lot[0][1].unite)


def _table(suite: Sequence[tuple[Periode, Mesure]], figees: Collection[Periode]) -> Tableau:
    return Tableau(
        "Période par période",
        ("Période", "Valeur", "En toutes lettres", "Cible"),
        tuple(
            (
                cell(
                    line(text(p.nom, lien=m.adresse)),
                    *(("Verrouillée",) if p in figees else ()),
                    entete=True,
                ),
                cell(value_of(m.valeur, m.unite) or "—", nombre=m.valeur),
                cell(m.phrase) if m.phrase else cell(line(m.manque, ton="manque")),
                cell(m.cible_phrase.partition(". ")[2] or "—"),
            )
            for p, m in suite
        ),
        (18, 12, 40, 30),
    )


def page_of(lignes: Sequence[Renvoi], numero: str) -> tuple[Sequence[Renvoi], int, int]:
    """The rows of one page, its number and how many pages there are; a number that is none is the first."""
    pages = max(1, -(-len(lignes) // PAR_PAGE))
    page = min(max(int(numero), 1), pages) if numero.isdecimal() and len(numero) < 7 else 1
    return lignes[(page - 1) * PAR_PAGE : page * PAR_PAGE], page, pages


def prefilled(plan: Plan, mesure: Mesure) -> str:
    """The address of the register's form, for a text or a value of this indicator over this period."""
    champs = {
        "indicateur": mesure.indicateur.id,
        "moyens": mesure.indicateur.moyen,
        "debut_le": mesure.periode.debut.isoformat(),
        "fin_le": mesure.periode.fin.isoformat(),
        "plan": plan.slug,
    }
    return f"/registres/mesures_manuelles/ajouter?{urlencode(champs)}"


def shown_value(mesure: Mesure) -> str:
    """« 12 rencontres », « 97,3 % »; « 3 récits » of what only words can say; « — »."""
    valeur = value_of(mesure.valeur, mesure.unite)
    if not valeur:
        return plural(len(mesure.narratifs), "récit") if mesure.narratifs else "—"
    if mesure.unite == "%" or not mesure.unite:
        return valeur
    return f"{valeur}{NBSP}{unit(mesure.valeur or 0, mesure.unite)}"
