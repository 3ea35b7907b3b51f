"""From measures to what a bilan says: each figure with its sentences, laid beside the plan's own texts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from veille.bilan.contenu import Chiffre, ContenuBilan, Dit, Origine, Point, Rangee, TexteDuPlan, Volet
from veille.evaluation import Faits, Mesure, Renvoi, comptage, measure, totals
from veille.evaluation.cibles import PREFIXE
from veille.evaluation.phrases import counted
from veille.evaluation.recettes.commun import places
from veille.francais import NBSP, amount, format_day, plural
from veille.model import Anomalie, Indicateur, MesureManuelle, Plan, Suivi
from veille.periodes import Periode
from veille.plan import ETATS_SUIVIS, six_columns
from veille.plan.colonnes import Rangee as RangeeDuPlan

MODE_DE_LECTURE = (
    "Chaque chiffre vient de lignes inscrites au registre ou de ce que la veille a fait ; l’annexe dit comment il est "
    "compté et où voir ces lignes.",
    "Ce qui sert plusieurs moyens paraît à chacun et ne compte qu’une fois dans les totaux.",
    "Ce que l’équipe écrit elle-même est précédé de « Récit de l’équipe ». Les indicateurs proposés par la veille sont "
    "hors plan : ils ne s’ajoutent jamais aux autres.",
)


@dataclass(frozen=True)
class Passe:
    """Another period, measured the same way, for the series: an earlier year, a quarter of this one."""

    periode: Periode
    faits: Faits


def prepare(plan: Plan, faits: Faits, au: date, passes: Sequence[Passe] = ()) -> ContenuBilan:
    """Everything that a bilan of `faits.periode` says, nothing after `au` counted. `passes`: oldest first."""
    periode = faits.periode
    suites = _series(plan, passes, au)
    mesures = measure(plan, faits, periode, au)
    totaux = totals(plan, faits, periode, au)
    return ContenuBilan(
        plan=plan.slug,
        titre=plan.titre,
        organisation=plan.organisation,
        sigle=plan.sigle,
        genre=periode.genre,
        debut=periode.debut,
        fin=periode.fin,
        au=au,
        colonnes=plan.colonnes,
        volets=_sheets(plan, faits, periode.until(au)),
        chiffres=tuple(_figure(m, suites) for m in mesures),
        totaux=tuple(_figure(m, suites) for m in totaux),
        par_mrc=_places(faits, periode.until(au)),
        notes=MODE_DE_LECTURE,
        particularites=tuple(_oddity(a) for a in plan.anomalies),
    )


def _oddity(anomalie: Anomalie) -> str:
    ou = ", ".join(x for x in anomalie.ou if x != "*")
    return f"{ou}{NBSP}: {anomalie.texte}" if ou else anomalie.texte


def _series(plan: Plan, passes: Sequence[Passe], au: date) -> dict[str, tuple[Point, ...]]:
    suites: dict[str, list[Point]] = {}
    for passe in passes:
        periode = passe.periode
        for m in (*measure(plan, passe.faits, periode, au), *totals(plan, passe.faits, periode, au)):
            suites.setdefault(m.indicateur.id, []).append(Point(periode.nom, m.valeur))
    return {code: tuple(points) for code, points in suites.items()}


def _figure(mesure: Mesure, suites: Mapping[str, tuple[Point, ...]]) -> Chiffre:
    i = mesure.indicateur
    return Chiffre(
        code=i.id,
        origine=_origin(i),
        moyen=i.moyen,
        texte=i.texte,
        valeur=mesure.valeur,
        unite=mesure.unite,
        phrase=mesure.phrase,
        detail=mesure.detail,
        cible=mesure.cible_phrase,
        atteinte=mesure.atteinte,
        ajouts=tuple(addition(i, r) for r in mesure.ajouts),
        recits=tuple(_said(r) for r in mesure.narratifs),
        base=_baseline(i),
        requete=mesure.requete,
        lignes=len(mesure.lignes),
        adresse=mesure.adresse,
        manque=mesure.manque,
        automatique=mesure.automatique,
        serie=suites.get(i.id, ()),
        groupes=tuple(Point(nom, valeur) for nom, valeur in mesure.groupes),
    )


def _origin(indicateur: Indicateur) -> Origine:
    if not indicateur.moyen:
        return "total"
    return "texte" if indicateur.id.startswith(PREFIXE) else indicateur.origine


def addition(indicateur: Indicateur, renvoi: Renvoi) -> str:
    """« + 120 personnes jointes autrement, inscrites par l’équipe »: a value of staff's, told beside and never added."""
    valeur = renvoi.valeur or 0.0
    quand = f" ({format_day(renvoi.jour)})" if renvoi.jour else ""
    if indicateur.mesure == "personnes":
        quoi = counted(valeur, "personne jointe autrement, inscrite", "personnes jointes autrement, inscrites")
        return f"+{NBSP}{quoi} par l’équipe{quand} ; non additionnées, car les mêmes personnes peuvent s’y trouver."
    dite = f"{amount(valeur, 2)}{NBSP}{indicateur.unite}".rstrip()
    if indicateur.mesure == "":
        return f"{dite}, valeur inscrite par l’équipe{quand}."
    return f"À part, valeur inscrite par l’équipe{quand} : {dite}."


def _baseline(indicateur: Indicateur) -> str:
    base = indicateur.base
    if base is None:
        return ""
    source = f" ({base.source})" if base.source else ""
    return f"Au départ, le {format_day(base.le)} : {amount(base.valeur, 2)}{NBSP}{indicateur.unite}{source}."


def _said(renvoi: Renvoi) -> Dit:
    return Dit(renvoi.texte, renvoi.titre, renvoi.valeur, renvoi.jour, renvoi.lien)


def _places(faits: Faits, periode: Periode) -> tuple[Point, ...]:
    """Activities of each MRC, whatever the moyen; those of no MRC last."""
    vues = {a.id: a for a in faits.registres.activites if not a.retiree}
    tenues = comptage.within(vues.values(), periode)
    if not tenues:
        return ()
    compte = comptage.by_mrc(tenues, faits.mrc)
    sans = compte.pop("", 0)
    points = [Point(faits.mrc.get(slug, slug), float(n)) for slug, n in compte.items()]
    return (*points, *((Point("Sans MRC", float(sans)),) if sans else ()))


# ---------------------------------------------------------------- the six columns


def _sheets(plan: Plan, faits: Faits, periode: Periode) -> tuple[Volet, ...]:
    rangees = six_columns(plan)
    suivis = _latest(faits.registres.suivis, periode.fin)
    return tuple(
        Volet(
            o.id,
            o.nom,
            o.cible,
            tuple(_row(plan, faits, periode, suivis, x) for x in rangees if x.orientation.id == o.id),
        )
        for o in plan.orientations
    )


def _row(plan: Plan, faits: Faits, periode: Periode, suivis: Mapping[str, Suivi], x: RangeeDuPlan) -> Rangee:
    moyen = x.moyen.id if x.moyen else ""
    return Rangee(
        objectif=x.objectif.id,
        moyen=moyen,
        hauteur=x.hauteur,
        colonnes=tuple(
            tuple(TexteDuPlan(t.texte, t.puce, t.code, t.intitule) for t in colonne) for colonne in x.colonnes[:5]
        ),
        etape=ETATS_SUIVIS[suivis[moyen].etat] if moyen in suivis else "",
        etat=_state(suivis.get(moyen)),
        constats=contributions(plan, faits, moyen, periode) if moyen else (),
        recits=_accounts(plan, faits, moyen, periode) if moyen else (),
    )


def _latest(suivis: Sequence[Suivi], au: date) -> dict[str, Suivi]:
    """What staff said last of each moyen, by that day."""
    derniers: dict[str, Suivi] = {}
    for suivi in suivis:  # In the order they were written.
        garde = derniers.get(suivi.moyen)
        if suivi.jour_le <= au and (garde is None or suivi.jour_le >= garde.jour_le):
            derniers[suivi.moyen] = suivi
    return derniers


def _state(suivi: Suivi | None) -> str:
    if suivi is None:
        return ""
    note = f" {suivi.note}" if suivi.note else ""
    return f"État, au {format_day(suivi.jour_le)} : {ETATS_SUIVIS[suivi.etat]}.{note}"


def contributions(plan: Plan, faits: Faits, moyen: str, periode: Periode) -> tuple[str, ...]:
    """What the registers and the watch hold of a moyen that none of its indicators counts."""
    comptees: set[str] = {
        i.mesure for i in plan.indicateurs if i.moyen == moyen and i.origine == "plan" and not i.types
    }
    if comptees & {"sondages", "cueillettes"}:
        comptees |= {"sondages", "cueillettes"}
    types = {t for i in plan.indicateurs if i.moyen == moyen and i.origine == "plan" for t in i.types}
    codes, r = comptage.codes_of(plan, moyen), faits.registres
    activites = [a for a in comptage.within(comptage.serving(r.activites, codes), periode) if a.type not in types]
    outils = [o for o in comptage.within(comptage.serving(r.outils, codes), periode) if o.type not in types]
    bulletins = comptage.tools(faits.livrables, codes, periode)
    accompagnements = comptage.lasting(comptage.serving(r.accompagnements, codes), periode)
    sondages = comptage.within(comptage.serving(r.sondages, codes), periode)
    autre, autres = (" autre", " autres") if types else ("", "")
    mots = (
        ("activites", len(activites), f"{autre} activité inscrite", f"{autres} activités inscrites"),
        ("outils", len(outils), f"{autre} outil inscrit", f"{autres} outils inscrits"),
        ("outils", len(bulletins), "bulletin publié sert ce moyen", "bulletins publiés servent ce moyen"),
        ("organisations", len(accompagnements), "accompagnement inscrit", "accompagnements inscrits"),
        ("cueillettes", len(sondages), "cueillette de données", "cueillettes de données"),
    )
    return tuple(
        f"{plural(n, un.strip(), plusieurs.strip())}."
        for mesure, n, un, plusieurs in mots
        if n and mesure not in comptees
    )


def _accounts(plan: Plan, faits: Faits, moyen: str, periode: Periode) -> tuple[Dit, ...]:
    """What staff wrote of the moyen itself, and not of one of its indicators."""
    donnees: list[MesureManuelle] = comptage.given(
        [m for m in faits.registres.mesures if not m.indicateur], "", periode, comptage.codes_of(plan, moyen)
    )
    return tuple(
        Dit(m.narratif, places(m, faits.mrc), m.valeur, m.fin_le, f"/registres/mesures_manuelles/{m.id}")
        for m in donnees
        if m.narratif or m.valeur is not None
    )
