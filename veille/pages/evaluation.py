"""The watch's figures in words: each with what it does not say, and where its rows are. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from veille.francais import NBSP, format_number, local_day, plural
from veille.store.budget import Budget
from veille.store.chiffres import Chiffres
from veille.store.connexion import stamp

PERIODES = {30: "30 jours", 90: "90 jours", 365: "12 mois"}
PERIODE = 90
RIEN = "–"


@dataclass(frozen=True)
class Mesure:
    """One figure: its name, its value, what it counts, what it does not say, and where the rows are."""

    nom: str
    valeur: str
    compte: str
    reserve: str
    lien: str
    lien_nom: str


@dataclass(frozen=True)
class Couverture:
    """Themes × MRC: the names of the columns, and a row of counts for each theme."""

    mrc: tuple[str, ...]
    lignes: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def vides(self) -> int:
        """How many cells have nothing."""
        return sum(nombre == 0 for _, nombres in self.lignes for nombre in nombres)

    @property
    def cases(self) -> int:
        """How many cells there are."""
        return len(self.mrc) * len(self.lignes)


def read_period(texte: str) -> int:
    """How many days the address asks for, among those offered."""
    return int(texte) if texte in {str(jours) for jours in PERIODES} else PERIODE


def start(jours: int, now: datetime) -> datetime:
    """The instant from which to count."""
    return now - timedelta(days=jours)


def measures(x: Chiffres, depuis: datetime, budget: Budget, sources: Counter[str]) -> list[tuple[str, list[Mesure]]]:
    """Every figure, by subject."""
    return [
        ("Ce qui est recueilli", _collected(x, depuis, sources)),
        ("Ce que l’équipe en fait", _decided(x, depuis, budget)),
        ("Ce que vaut le classement", _classified(x, depuis)),
        ("Ce qui paraît", _published(x, depuis)),
    ]


def coverage(x: Chiffres, thematiques: dict[str, str]) -> Couverture:
    """The grid, every theme and every MRC in staff's order, empty cells included."""
    nombres = {(c.thematique, c.mrc): c.nouvelles for c in x.croisements}
    return Couverture(
        tuple(x.mrc.values()),
        tuple((nom, tuple(nombres.get((slug, mrc), 0) for mrc in x.mrc)) for slug, nom in thematiques.items()),
    )


def share(partie: int, total: int) -> str:
    """« 72 % (18 de 25) », or a dash when there is nothing to divide."""
    if not total:
        return RIEN
    return f"{format_number(100 * partie / total)}{NBSP}% ({format_number(partie)} de {format_number(total)})"


def days(duree: float | None) -> str:
    """« 3 jours », « moins d’un jour », or a dash."""
    if duree is None:
        return RIEN
    return plural(round(duree), "jour") if duree >= 1 else "moins d’un jour"


def _collected(x: Chiffres, depuis: datetime, sources: Counter[str]) -> list[Mesure]:
    actives = sum(nombre for etat, nombre in sources.items() if etat != "inactive")
    ennuis = sources["echec"] + sources["silence"]
    return [
        Mesure(
            "Éléments recueillis",
            format_number(x.items),
            "Ce que les sources ont publié et que la veille a lu.",
            "Plus n’est pas mieux : une source bavarde gonfle ce nombre.",
            _rows("items", vu_a__gte=stamp(depuis)),
            "Voir les éléments",
        ),
        Mesure(
            "Nouvelles distinctes",
            format_number(x.nouvelles),
            "Les éléments qui disent la même chose comptent pour une nouvelle.",
            "Deux nouvelles réunies à tort, ou laissées séparées, ne se voient pas dans ce nombre.",
            _rows("rapprochements", vu_a__gte=stamp(depuis)),
            "Voir les rapprochements",
        ),
        Mesure(
            "Sources en ordre",
            share(actives - ennuis, actives),
            f"Aujourd’hui : {plural(sources['echec'], 'en échec', 'en échec')}, "
            f"{plural(sources['silence'], 'silencieuse')}, {plural(sources['jamais'], 'pas encore lue', 'pas encore lues')}.",
            "Une source en ordre peut avoir changé de sujet ; une source silencieuse peut n’avoir rien à dire.",
            "/sources",
            "Voir les sources",
        ),
    ]


def _decided(x: Chiffres, depuis: datetime, budget: Budget) -> list[Mesure]:
    tranchees = x.retenues + x.ecartees
    return [
        Mesure(
            "Nouvelles tranchées",
            format_number(tranchees),
            f"{plural(x.retenues, 'retenue')} et {plural(x.ecartees, 'écartée')} ; "
            f"{plural(x.plus_tard, 'remise à plus tard', 'remises à plus tard')}.",
            "Celles que personne n’a ouvertes n’y sont pas : le budget de l’heure est fait pour en laisser.",
            _rows("verdicts", prise_a__gte=stamp(depuis)),
            "Voir les décisions",
        ),
        Mesure(
            "Précision de la revue",
            share(x.retenues, tranchees),
            "La part retenue parmi ce qui est tranché.",
            "Elle monte si la liste est mieux ordonnée, mais aussi si l’équipe devient moins exigeante.",
            _question("precision_par_theme", depuis),
            "Voir par thème",
        ),
        Mesure(
            "Délai avant la décision",
            days(x.delai_jours),
            f"La moitié des nouvelles sont tranchées plus vite que cela après leur parution "
            f"({plural(x.dates, 'nouvelle datée', 'nouvelles datées')}).",
            "Les nouvelles sans date sûre n’y comptent pas.",
            _rows("verdicts", prise_a__gte=stamp(depuis)),
            "Voir les décisions",
        ),
        Mesure(
            "Temps de la revue",
            f"{format_number(budget.minutes(budget.elements))}{NBSP}min" if budget.seances else RIEN,
            f"Une revue ordinaire : {plural(budget.elements, 'nouvelle')}, {format_number(budget.secondes)} secondes chacune, "
            f"d’après {plural(budget.seances, 'revue')} des huit dernières semaines."
            if budget.seances
            else "Pas encore assez de revues pour le dire : il en faut trois d’au moins dix nouvelles.",
            "Compté entre deux décisions de suite ; le temps de lire sans décider n’y est pas.",
            _rows("decisions", prise_a__gte=stamp(depuis)),
            "Voir le journal des décisions",
        ),
    ]


def _classified(x: Chiffres, depuis: datetime) -> list[Mesure]:
    return [
        Mesure(
            "Thèmes proposés et gardés",
            share(x.gardes, x.proposes),
            f"Sur les nouvelles retenues, ou écartées parce que hors thème ; l’équipe a dû en ajouter {format_number(x.ajoutes)}.",
            "Un thème que personne n’a regardé compte comme gardé : le vrai chiffre est plus bas.",
            _question("themes_corriges", depuis),
            "Voir par thème",
        )
    ]


def _published(x: Chiffres, depuis: datetime) -> list[Mesure]:
    return [
        Mesure(
            "Bulletins publiés",
            format_number(x.bulletins),
            "Internes et publics.",
            "Le nombre de personnes qui les ont lus n’est pas connu.",
            _rows("digests", publie_a__gte=stamp(depuis)),
            "Voir les bulletins",
        ),
        Mesure(
            "Fraîcheur à la parution",
            days(x.fraicheur_jours),
            f"La moitié des nouvelles paraissent dans un bulletin plus vite que cela après leur publication par la source "
            f"({plural(x.diffusees, 'nouvelle datée', 'nouvelles datées')}).",
            "Un rapport vieux d’un mois peut rester utile, un avis d’hier être déjà périmé.",
            _rows("digest_items"),
            "Voir ce qui a paru",
        ),
    ]


def _rows(table: str, **filtres: str) -> str:
    """The address of the rows counted, in « Explorer »."""
    return f"/veille/{table}" + (f"?{urlencode(filtres)}" if filtres else "")


def _question(nom: str, depuis: datetime) -> str:
    return f"/veille/{nom}?{urlencode({'depuis': local_day(depuis).isoformat()})}"
