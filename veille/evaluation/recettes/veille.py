"""What the watch did itself: themes, readings planned and made, coverage, precision; and how much of the plan is measured."""

from __future__ import annotations

from datetime import timedelta

from veille.evaluation.faits import Mesure, Renvoi, SourceSuivie
from veille.evaluation.phrases import listed
from veille.evaluation.recettes.commun import Calcul
from veille.francais import format_day, format_number, percent, plural

SANS_NOUVELLE = timedelta(days=90)
VERDICTS = {"retenir": "retenue", "ecarter": "écartée"}


def themes(calcul: Calcul) -> Mesure:
    """Themes that the team validated, by the last day that counts."""
    tous = calcul.faits.veille.themes
    valides = [t for t in tous if t.etat == "validee" and (t.validee_le is None or t.validee_le <= calcul.compte.fin)]
    revues = [t.revue_le for t in tous if t.revue_le]
    detail = []
    if datees := sorted(t.validee_le for t in valides if t.validee_le):
        detail.append(f"Dernière validation le {format_day(datees[-1])}.")
    if revues:
        detail.append(f"Dernière révision d’une fiche le {format_day(max(revues))}.")
    validees = "thématique validée", "thématiques validées"
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(len(valides)) if tous else None,
        unite="thèmes",
        phrase=f"{plural(len(valides), *validees)} par l’équipe, sur {plural(len(tous), 'définie', 'définies')}."
        if tous
        else "",
        detail=tuple(detail),
        numerateur=float(len(valides)),
        denominateur=float(len(tous)),
        lignes=tuple(Renvoi("thematique", t.slug, t.nom, t.validee_le, f"/thematiques/{t.slug}") for t in valides),
        requete="Thématiques à l’état « validée » dans thematiques.toml, d’après leur date de validation.",
        manque=_to_validate(len(tous), len(tous) - len(valides)),
        automatique=True,
    )


def _to_validate(tous: int, restantes: int) -> str:
    if not tous:
        return "Aucune thématique n’est définie."
    if not restantes:
        return ""
    return f"{plural(restantes, 'thématique reste', 'thématiques restent')} à valider."


def collectes(calcul: Calcul) -> Mesure:
    """Readings planned by each source's rhythm, and those that were made."""
    suivies = [s for s in calcul.faits.veille.sources if s.prevues]
    prevues, reussies = sum(s.prevues for s in suivies), sum(s.reussies for s in suivies)
    part = round(100 * reussies / prevues, 1) if prevues else None
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=part,
        unite="%",
        phrase=f"{percent(part)} des collectes prévues ont été faites {calcul.quand} : "
        f"{_n(reussies)} sur {_n(prevues)}."
        if part is not None
        else "",
        detail=(f"{plural(len(suivies), 'source active', 'sources actives')}, chacune à son rythme.",)
        if suivies
        else (),
        numerateur=float(reussies),
        denominateur=float(prevues),
        lignes=tuple(
            Renvoi("source", s.slug, f"{s.nom} : {_n(s.reussies)} sur {_n(s.prevues)}", s.dernier_item_le, _source(s))
            for s in suivies
        ),
        requete="Pour chaque source active, d’après son rythme : plages où au moins une lecture a réussi, sur les plages "
        "prévues depuis sa première lecture. Deux lectures d’une même plage comptent pour une.",
        manque="" if prevues else f"Aucune collecte n’était prévue {calcul.quand}.",
        automatique=True,
    )


def couverture(calcul: Calcul) -> Mesure:
    """Sources that gave something in ninety days; themes and MRC in the last month's news."""
    veille = calcul.faits.veille
    depuis = calcul.compte.fin - SANS_NOUVELLE
    vives = [s for s in veille.sources if s.dernier_item_le and s.dernier_item_le > depuis]
    muettes = [s for s in veille.sources if s not in vives]
    couverts = [t for t in veille.themes if t.couvert]
    mrc = [nom for slug, nom in calcul.faits.mrc.items() if slug in veille.mrc_couvertes]
    absentes = [nom for slug, nom in calcul.faits.mrc.items() if slug not in veille.mrc_couvertes]
    part = round(100 * len(vives) / len(veille.sources), 1) if veille.sources else None
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=part,
        unite="%",
        phrase=f"{percent(part)} des sources actives ont donné un élément en 90 jours, au {format_day(calcul.compte.fin)} : "
        f"{len(vives)} sur {len(veille.sources)}."
        if part is not None
        else "",
        detail=(
            f"Dans le dernier mois : {plural(len(couverts), 'thème couvert', 'thèmes couverts')} sur {len(veille.themes)}, "
            f"{plural(len(mrc), 'MRC couverte', 'MRC couvertes')} sur {len(calcul.faits.mrc)}.",
            *((f"Aucune nouvelle dans le dernier mois : {listed(absentes)}.",) if absentes else ()),
        )
        if part is not None
        else (),
        numerateur=float(len(vives)),
        denominateur=float(len(veille.sources)),
        lignes=tuple(Renvoi("source", s.slug, s.nom, s.dernier_item_le, _source(s)) for s in vives),
        requete="Sources actives qui ont donné au moins un élément dans les 90 jours qui finissent au dernier jour compté ; "
        "thèmes et MRC des nouvelles non écartées des 30 derniers jours.",
        manque=f"{plural(len(muettes), 'source active est muette', 'sources actives sont muettes')} depuis 90 jours."
        if muettes
        else ("" if veille.sources else "Aucune source n’est active."),
        automatique=True,
    )


def precision(calcul: Calcul) -> Mesure:
    """Stories kept among those that were settled."""
    veille = calcul.faits.veille
    tranchees = veille.retenues + veille.ecartees
    part = round(100 * veille.retenues / tranchees, 1) if tranchees else None
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=part,
        unite="%",
        phrase=f"{percent(part)} des nouvelles tranchées {calcul.quand} ont été retenues : "
        f"{_n(veille.retenues)} sur {_n(tranchees)}."
        if part is not None
        else "",
        numerateur=float(veille.retenues),
        denominateur=float(tranchees),
        lignes=tuple(
            Renvoi("item", str(t.item_id), f"{t.titre} : {VERDICTS[t.genre]}", t.prise_le, f"/revue/{t.item_id}")
            for t in veille.tranchees
        ),
        requete="Dernier choix de chaque nouvelle pris dans la période, défaits exclus : retenues sur (retenues + écartées).",
        manque="" if tranchees else f"Aucune nouvelle n’a été tranchée {calcul.quand}.",
        automatique=True,
    )


def indicateurs_mesures(calcul: Calcul, mesures: tuple[Mesure, ...]) -> Mesure:
    """How many of the plan's own indicators have something behind them."""
    du_plan = [m for m in mesures if m.indicateur.origine == "plan" and m.indicateur.id in _ids(calcul)]
    faites = [m for m in du_plan if m.mesuree]
    part = round(100 * len(faites) / len(du_plan), 1) if du_plan else None
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=part,
        unite="%",
        phrase=f"{plural(len(faites), 'indicateur', 'indicateurs')} du plan sur {len(du_plan)} "
        f"{'a' if len(faites) < 2 else 'ont'} au moins une mesure {calcul.quand}, soit {percent(part)}."
        if part is not None
        else "",
        numerateur=float(len(faites)),
        denominateur=float(len(du_plan)),
        lignes=tuple(
            Renvoi(
                "indicateur",
                m.indicateur.id,
                f"{m.indicateur.id} {m.indicateur.texte}",
                None,
                calcul.page(m.indicateur.id),
            )
            for m in faites
        ),
        requete="Indicateurs du plan (les propositions n’en sont pas) qui ont, dans la période, au moins une ligne comptée, "
        "une valeur ou un texte de l’équipe.",
        manque=f"Sans mesure : {listed(m.indicateur.id for m in du_plan if not m.mesuree)}."
        if len(faites) < len(du_plan)
        else "",
        automatique=True,
    )


def _ids(calcul: Calcul) -> frozenset[str]:
    return frozenset(i.id for i in calcul.plan.indicateurs)


def _source(source: SourceSuivie) -> str:
    return f"/veille/sources?slug__exact={source.slug}"


def _n(nombre: int) -> str:
    return format_number(nombre)
