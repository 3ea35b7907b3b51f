"""What the page of the plan shows: each moyen with its state, its rows, its figures; the filter; the form of a moyen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from veille.calendrier import Moment
from veille.errors import Faute
from veille.evaluation import Livrable
from veille.francais import NBSP, format_day
from veille.model import Indicateur, Ligne, Moyen, Plan, Registres, Thematique
from veille.pages.reglages import Champ, Groupe, Option
from veille.periodes import Periode, echeance_days, plan_period
from veille.plan import (
    ETATS,
    ETATS_SUIVIS,
    Avancement,
    Echeances,
    EtatVu,
    MoyenDuPlan,
    OrientationDuPlan,
    count_states,
    deadlines,
    moyen_of,
    progress,
    tree,
)
from veille.rapports.graphiques import amount
from veille.registres.saisie import anonymous
from veille.store.plan_suivi import PlanSuivi
from veille.store.suivis import NOTE_MAX

REGISTRES = {
    "activites": "Activités",
    "outils": "Outils produits",
    "accompagnements": "Accompagnements",
    "sondages": "Sondages",
    "mesures_manuelles": "Mesures et récits",
}
EN_RETARD = "retard"
PRIORITES = {"": "pas encore dite", "priorise": "priorisé", "secondaire": "secondaire"}
TONS: dict[EtatVu, str] = {"realise": "bien", "en_cours": "accent", "reporte": "attention", "abandonne": "grave"}


@dataclass(frozen=True)
class Filtre:
    """What the page keeps. `etat`: a state, or « retard »; `veille`: only the moyens that the watch serves."""

    responsable: str = ""
    etat: str = ""
    veille: bool = False

    @property
    def pose(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.responsable or self.etat or self.veille)


@dataclass(frozen=True)
class Chiffre:
    """One indicator as shown: its latest figure, the values of its years for a line, and each year in words."""

    indicateur: Indicateur
    valeur: str
    quand: str
    valeurs: tuple[float | None, ...]
    annees: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MoyenVu:
    """One moyen as shown. `apres`: how many of its digests came after the plan's end, which no indicator counts."""

    vu: MoyenDuPlan
    avancement: Avancement
    jours: str
    lignes: dict[str, tuple[Ligne, ...]]
    bulletins: tuple[Livrable, ...]
    elements: int
    chiffres: tuple[Chiffre, ...]
    propositions: tuple[Chiffre, ...]
    apres: int = 0

    @property
    def moyen(self) -> Moyen:
        """As the plan says it."""
        return self.vu.moyen

    @property
    def ton(self) -> str:
        """The colour of its state; its name is always written too."""
        return TONS.get(self.avancement.etat, "")

    @property
    def servi(self) -> bool:
        """Whether the watch serves it."""
        return bool(self.moyen.logiciel or self.bulletins or any(s.logiciel for s in self.vu.sous_moyens))


@dataclass(frozen=True)
class Tableau:
    """The whole page."""

    plan: Plan
    arbre: tuple[OrientationDuPlan, ...]
    moyens: dict[str, MoyenVu]
    echeances: Echeances
    fini: bool

    @property
    def comptes(self) -> dict[EtatVu, int]:
        """How many moyens are in each state."""
        return self.count(self.moyens)

    def count(self, codes: Mapping[str, object] | Sequence[str]) -> dict[EtatVu, int]:
        """The same for some of them."""
        return count_states(self.moyens[code].avancement for code in codes)

    def of(self, orientation: OrientationDuPlan) -> dict[EtatVu, int]:
        """The same for an orientation."""
        return self.count([m.moyen.id for m in orientation.moyens])


def board(suivi: PlanSuivi, au: date) -> Tableau:
    """Lay out everything known of a plan."""
    plan, arbre = suivi.plan, tree(suivi.plan)
    lignes, bulletins = serving_rows(plan, suivi.registres), serving_digests(plan, suivi.livrables)
    comptes = {m.id: sum(map(len, lignes.get(m.id, {}).values())) + len(bulletins.get(m.id, ())) for m in plan.moyens}
    etats = progress(plan, suivi.suivis, comptes)
    vus = {
        vu.moyen.id: _moyen(suivi, vu, etats[vu.moyen.id], lignes.get(vu.moyen.id, {}), bulletins.get(vu.moyen.id, ()))
        for orientation in arbre
        for vu in orientation.moyens
    }
    return Tableau(plan, arbre, vus, deadlines(plan, etats, au), au > plan.bilan_le)


def keep(tableau: Tableau, filtre: Filtre) -> frozenset[str]:
    """The moyens that a filter keeps."""
    retards = {r.moyen.id for r in tableau.echeances.retards}
    return frozenset(
        code
        for code, vu in tableau.moyens.items()
        if (not filtre.responsable or filtre.responsable in vu.moyen.responsables)
        and (not filtre.etat or filtre.etat == vu.avancement.etat or (filtre.etat == EN_RETARD and code in retards))
        and (not filtre.veille or vu.servi)
    )


def responsables(plan: Plan) -> tuple[str, ...]:
    """Who answers for something, each as written."""
    return tuple(sorted({r for m in plan.moyens for r in m.responsables}, key=str.casefold))


def serving_rows(plan: Plan, registres: Registres) -> dict[str, dict[str, tuple[Ligne, ...]]]:
    """Moyen → register → the rows that serve it, the latest first; a row serving a moyen twice is there once."""
    lots: dict[str, tuple[Ligne, ...]] = {
        "activites": registres.activites,
        "outils": registres.outils,
        "accompagnements": registres.accompagnements,
        "sondages": registres.sondages,
        "mesures_manuelles": registres.mesures,
    }
    vers = moyen_of(plan) | {i.id: i.moyen for i in plan.indicateurs}
    servies: dict[str, dict[str, tuple[Ligne, ...]]] = {}
    for registre, lignes in lots.items():
        for ligne in reversed(lignes):
            codes = (*ligne.moyens, getattr(ligne, "indicateur", ""))
            for moyen in sorted({vers[code] for code in codes if code in vers}):
                siennes = servies.setdefault(moyen, {})
                siennes[registre] = (*siennes.get(registre, ()), ligne)
    return servies


def serving_digests(plan: Plan, livrables: Sequence[Livrable]) -> dict[str, tuple[Livrable, ...]]:
    """Moyen → the digests published for it, the latest first; the team's own reminders are not."""
    vers = moyen_of(plan)
    servis: dict[str, tuple[Livrable, ...]] = {}
    for livrable in reversed(livrables):
        if livrable.genre != "rappel":
            for moyen in sorted({vers[code] for code in livrable.elements if code in vers}):
                servis[moyen] = (*servis.get(moyen, ()), livrable)
    return servis


def _moyen(
    suivi: PlanSuivi,
    vu: MoyenDuPlan,
    avancement: Avancement,
    lignes: dict[str, tuple[Ligne, ...]],
    bulletins: tuple[Livrable, ...],
) -> MoyenVu:
    return MoyenVu(
        vu,
        avancement,
        span(vu.moyen, suivi.plan),
        lignes,
        bulletins,
        suivi.diffuses.get(vu.moyen.id, 0),
        tuple(_figure(i, suivi.series.get(i.id, ())) for i in vu.indicateurs),
        tuple(_figure(i, suivi.series.get(i.id, ())) for i in vu.propositions),
        sum(b.date_le > plan_period(suivi.plan).fin for b in bulletins),
    )


def span(moyen: Moyen, plan: Plan) -> str:
    """« du 1er avril 2023 au 31 mars 2026 », or nothing."""
    jours = echeance_days(moyen.echeance, plan)
    return f"du {format_day(jours[0])} au {format_day(jours[1])}" if jours else ""


def _figure(indicateur: Indicateur, suite: Sequence[tuple[Periode, float | None]]) -> Chiffre:
    mesures = [(p.nom, v) for p, v in suite if v is not None]
    quand, derniere = mesures[-1] if mesures else ("", None)
    return Chiffre(
        indicateur,
        amount(derniere, indicateur.unite) if mesures else "",
        quand,
        tuple(v for _, v in suite) if len(mesures) > 1 else (),
        tuple((p.nom, amount(v, indicateur.unite)) for p, v in suite),
    )


# ---------------------------------------------------------------- one moyen: its form


def fields(plan: Plan, moyen: Moyen) -> tuple[Groupe, ...]:
    """What staff may change of a moyen; its texts are the plan's."""
    jours = span(moyen, plan)
    lu = f" Aujourd’hui{NBSP}: {jours}." if jours else ""
    return (
        Groupe(
            "Modifier ce que le plan en dit",
            (
                Champ(
                    "priorite",
                    "Priorité",
                    "choix",
                    "Le document d’origine ne dit plus lesquels sont priorisés : à dire par l’équipe.",
                    tuple(Option(valeur, nom) for valeur, nom in PRIORITES.items()),
                ),
                Champ(
                    "responsables", "Responsables", "lignes", "Un rôle ou une équipe par ligne ; aucun nom de personne."
                ),
                Champ("collaborations", "Collaborations souhaitées", "lignes", "Une par ligne."),
                Champ("echeance.texte", "Échéance, telle qu’écrite", maximum=300),
                Champ("echeance.debut_le", "Du", "date", f"Les jours, quand les années ne suffisent pas.{lu}"),
                Champ("echeance.fin_le", "Au", "date", "Les deux jours, ou aucun."),
            ),
            "Écrit dans plan.toml ; les autres textes du plan restent mot pour mot.",
        ),
    )


SUIVI = (
    Champ("etat", "État", "choix", options=tuple(Option(code, nom.capitalize()) for code, nom in ETATS_SUIVIS.items())),
    Champ("jour_le", "En date du", "date"),
    Champ(
        "note",
        "Note",
        "texte",
        "Facultative. Aucun nom de personne. Ce qui est dit ici reste : une nouvelle note s’ajoute aux autres.",
        maximum=NOTE_MAX,
    ),
)


def check(moyen: Moyen, changements: Mapping[str, Any]) -> dict[str, list[str]]:
    """What only makes sense together: a new text of échéance says its days, since its years are the old one's. And no
    address nor number of a person, who is never named here.
    """
    fautes = {cle: [dit] for cle, valeur in changements.items() if (dit := _reaches(valeur))}
    if fautes:
        return fautes
    if "echeance.texte" in changements and moyen.echeance.debut and changements["echeance.texte"]:
        fin = changements.get("echeance.fin_le", moyen.echeance.fin_le)
        if fin is None:
            dit = "Dites aussi les jours : les années du plan étaient celles de l’ancien texte."
            return {"echeance.fin_le": [dit]}
    return {}


def _reaches(valeur: Any) -> str:
    """What is wrong with a text, or one of several, that holds what reaches a person; "" otherwise."""
    textes = valeur if isinstance(valeur, tuple) else (valeur,)
    try:
        for texte in textes:
            anonymous(str(texte or ""))
    except ValueError as erreur:
        return str(erreur)
    return ""


def beside(fautes: Sequence[Faute], champs: Sequence[Champ]) -> tuple[dict[str, list[str]], list[str]]:
    """Faults of the file beside their field, by the key they name; the others apart."""
    siennes: dict[str, list[str]] = {}
    generales = []
    for faute in fautes:
        champ = next((c for c in champs if faute.cle.endswith(f"clé {c.cle.rpartition('.')[2]}")), None)
        if champ is None:
            generales.append(str(faute))
        else:
            siennes.setdefault(champ.cle, []).append(faute.attendu)
    return siennes, generales


# ---------------------------------------------------------------- the calendar


def moments(tableau: Tableau, themes: Sequence[Thematique], adresse: str, ecrit_a: datetime) -> Iterator[Moment]:
    """Échéances of moyens and of their phases, the bilan, and the days on which sheets of themes are read again.

    `ecrit_a`: when the files that hold them were last written; a phase that ends with its moyen is not told twice.
    """
    plan = tableau.plan
    for vu in tableau.moyens.values():
        m = vu.moyen
        entiere = echeance_days(m.echeance, plan)
        for rang, echeance in enumerate((m.echeance, *m.phases)):
            jours = echeance_days(echeance, plan)
            if jours and (rang == 0 or entiere is None or jours[1] != entiere[1]):
                quoi = "échéance" if rang == 0 else f"fin de l’étape {rang}"
                yield Moment(
                    uid=f"{plan.slug}-{m.id}-{rang}@veille",
                    titre=f"{m.id}, {quoi}{NBSP}: {m.texte}",
                    debut=jours[1],
                    cree_a=ecrit_a,
                    modifie_a=ecrit_a,
                    description=f"{echeance.texte}\n{' ; '.join(m.responsables)}".strip(),
                    adresse=f"{adresse}/plan/moyens/{m.id}" if adresse else "",
                    categorie="Plan d’action",
                )
    yield Moment(
        f"{plan.slug}-bilan@veille",
        f"Bilan{NBSP}: {plan.titre}",
        plan.bilan_le,
        ecrit_a,
        ecrit_a,
        categorie="Plan d’action",
    )
    for theme in themes:
        if theme.veille.a_revoir_le:
            titre = f"Fiche de veille à revoir{NBSP}: {theme.nom}"
            uid = f"fiche-{theme.slug}-{theme.veille.a_revoir_le}@veille"
            yield Moment(uid, titre, theme.veille.a_revoir_le, ecrit_a, ecrit_a, categorie="Plan de veille")


__all__ = [
    "ETATS",
    "ETATS_SUIVIS",
    "SUIVI",
    "Filtre",
    "Tableau",
    "beside",
    "board",
    "check",
    "fields",
    "keep",
    "moments",
    "responsables",
]
