"""How a figure is said: a share with what it is a share of, days, its row in a table with its caution and its link. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from veille.appreciation.formes import Evaluation
from veille.francais import FUSEAU, NBSP, format_number, percent, plural
from veille.rapports import Bloc, Cellule, Tableau, cell, line, text

RIEN = "–"


@dataclass(frozen=True)
class Section:
    """One subject of a level. `details`: what a page folds under `resume`; a file shows it all."""

    niveau: int
    ancre: str
    titre: str
    blocs: tuple[Bloc, ...]
    details: tuple[Bloc, ...] = ()
    resume: str = ""


@dataclass(frozen=True)
class Mesure:
    """One figure: its name, its value, the one before, what it counts, what it does not say, and where its rows are."""

    nom: str
    valeur: str
    compte: str
    reserve: str
    lien: str
    lien_nom: str
    avant: str = ""


def share(partie: int, total: int) -> str:
    """« 66,7 % (26 de 39) », or a dash when there is nothing to divide."""
    if not total:
        return RIEN
    return f"{rate(partie, total)} ({format_number(partie)} de {format_number(total)})"


def rate(partie: int, total: int) -> str:
    """« 66,7 % », as the plan's own indicators say it, or a dash."""
    return percent(100 * partie / total) if total else RIEN


def days(duree: float | None) -> str:
    """« 3 jours », « moins d’un jour », or a dash."""
    if duree is None:
        return RIEN
    return plural(round(duree), "jour") if duree >= 1 else "moins d’un jour"


def minutes(nombre: int) -> str:
    """« 45 min », « 3 h 05 »."""
    heures, reste = divmod(nombre, 60)
    return f"{heures}{NBSP}h{NBSP}{reste:02d}" if heures else f"{reste}{NBSP}min"


def number(nombre: int, lien: str = "") -> Cellule:
    """A count that a spreadsheet adds up; it leads to its rows when it has an address."""
    return cell(line(text(format_number(nombre), lien=lien)), nombre=float(nombre))


def header(nom: str, lien: str = "") -> Cellule:
    """The first cell of a row."""
    return cell(line(text(nom, lien=lien)), entete=True)


def measures(titre: str, lot: list[Mesure], precedent: str = "") -> Tableau:
    """Figures as a table; `precedent`: the name of the period before, when it is shown beside."""
    colonnes = (
        "Mesure",
        "Valeur",
        *((precedent,) if precedent else ()),
        "Ce que cela compte, et ce que cela ne dit pas",
    )
    return Tableau(
        titre,
        colonnes,
        tuple(
            (
                header(m.nom),
                cell(line(text(m.valeur, gras=True))),
                *((cell(m.avant or RIEN),) if precedent else ()),
                cell(m.compte, line(f"{m.reserve} ", text(f"{m.lien_nom}", lien=m.lien), ton="doux")),
            )
            for m in lot
        ),
        (20, 16, 12, 52) if precedent else (22, 18, 60),
    )


def rows(x: Evaluation, table: str, instant: str = "", jour: str = "") -> str:
    """The address of the rows counted, in « Explorer »: those of the period by that instant, or that day."""
    filtres: dict[str, str] = {}
    if instant:
        filtres = {f"{instant}__gte": _instant(x.debut, 0), f"{instant}__lt": _instant(x.fin, 1)}
    if jour:
        filtres = {f"{jour}__gte": x.debut.isoformat(), f"{jour}__lte": x.fin.isoformat()}
    return f"/veille/{table}" + (f"?{urlencode(filtres)}" if filtres else "")


def question(x: Evaluation, nom: str) -> str:
    """A ready-made question, since the first day of the period."""
    return f"/veille/{nom}?{urlencode({'depuis': x.debut.isoformat()})}"


def _instant(jour: date, plus: int) -> str:
    """When a local day begins, as stored."""
    minuit = datetime.combine(jour + timedelta(days=plus), time(), tzinfo=FUSEAU)
    return minuit.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
