"""Numeric targets of the plan's text beside what was counted: which ones there are, and whether each is met.

A target « par année » is compared year by year, and with whole years only; « par MRC », place by place. A year that is not
over is told as under way: falling short of it yet is no failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from veille.evaluation import comptage
from veille.evaluation.faits import Atteinte, Mesure
from veille.evaluation.phrases import listed
from veille.evaluation.recettes.commun import Calcul, to_rows
from veille.francais import NBSP, format_day, plural
from veille.model import Activite, Cible, Echeance, Indicateur, Plan
from veille.periodes import Periode, echeance_days, years

PREFIXE = "CIBLE-"
TYPES: dict[str, tuple[str, ...]] = {"rencontres thématiques": ("rencontre_thematique",)}


@dataclass(frozen=True)
class CibleTexte:
    """A number that the plan's text aims at outside its indicators. `element`: the moyen or sous-moyen that gives it."""

    indicateur: Indicateur
    element: str
    cible: Cible
    jours: tuple[date, date] | None = None


@dataclass(frozen=True)
class Case:
    """What is compared with a target: one year, one place, or one place in one year. `finie`: its days are over.

    `vide`: nothing at all was written of that year, which is not a zero.
    """

    nom: str
    valeur: int
    finie: bool
    vide: bool = False


def of_text(plan: Plan) -> tuple[CibleTexte, ...]:
    """The targets of the text: of sous-moyens, then of échéances and their phases."""
    cibles = [
        CibleTexte(_as_indicator(s.id, s.moyen, s.texte, s.cible), s.id, s.cible) for s in plan.sous_moyens if s.cible
    ]
    for moyen in plan.moyens:
        visees = [e for e in (moyen.echeance, *moyen.phases) if e.cible]
        cibles += [_of_phase(plan, moyen.id, e, n, len(visees)) for n, e in enumerate(visees, 1)]
    return tuple(cibles)


def _of_phase(plan: Plan, moyen: str, echeance: Echeance, numero: int, toutes: int) -> CibleTexte:
    code = moyen if toutes == 1 else f"{moyen}-{numero}"
    cible = echeance.cible or Cible(0, 0, "")
    return CibleTexte(_as_indicator(code, moyen, echeance.texte, cible), moyen, cible, echeance_days(echeance, plan))


def _as_indicator(code: str, moyen: str, texte: str, cible: Cible) -> Indicateur:
    return Indicateur(f"{PREFIXE}{code}", moyen, texte, "manuel", mesure="activites", cible=cible, unite=cible.unite)


def measure_text(visee: CibleTexte, calcul: Calcul) -> Mesure:
    """Meetings that serve what the target is of, over the period; those of its own days, when it has some."""
    lignes = _meetings(visee, calcul, calcul.compte)
    tenues = "a été tenue" if len(lignes) < 2 else "ont été tenues"
    mot = visee.cible.unite.removesuffix("s").replace("s ", " ")
    return replace(
        compare(
            Mesure(
                visee.indicateur,
                calcul.periode,
                valeur=float(len(lignes)) if lignes else None,
                unite=visee.cible.unite,
                phrase=f"{plural(len(lignes), mot, visee.cible.unite)} {tenues} {calcul.quand}." if lignes else "",
                lignes=to_rows(lignes),
                requete=f"Activités du registre qui servent {visee.element}"
                + (f", du {' au '.join(map(format_day, visee.jours))}" if visee.jours else "")
                + (", de ce genre seulement." if visee.cible.unite in TYPES else "."),
                manque="" if lignes else f"Aucune rencontre de ce genre n’est inscrite au registre {calcul.quand}.",
            ),
            visee.cible,
            _cells(visee, calcul),
        )
    )


def _meetings(visee: CibleTexte, calcul: Calcul, periode: Periode) -> list[Activite]:
    codes = comptage.codes_of(calcul.plan, visee.element)
    types = TYPES.get(visee.cible.unite, ())
    lignes = comptage.within(comptage.serving(calcul.faits.registres.activites, codes), periode)
    if visee.jours:
        lignes = [a for a in lignes if visee.jours[0] <= a.jour_le <= visee.jours[1]]
    return [a for a in lignes if not types or a.type in types]


def _cells(visee: CibleTexte, calcul: Calcul) -> list[Case]:
    if visee.jours:
        debut, fin = visee.jours
        if not calcul.periode.meets(debut, fin):
            return []
        jusque = Periode("plan", debut, max(debut, min(fin, calcul.compte.fin)))
        return [Case("", len(_meetings(visee, calcul, jusque)), calcul.au >= fin)]
    return [_year(an, len(_meetings(visee, calcul, an.until(calcul.au))), calcul.au) for an in whole_years(calcul)]


def _year(an: Periode, tenues: int, au: date) -> Case:
    return Case(an.nom, tenues, au >= an.fin, vide=not tenues)


def of_indicator(mesure: Mesure, calcul: Calcul) -> Mesure:
    """An indicator with a target of its own, compared: by year, and by MRC when it says so."""
    cible = calcul.indicateur.cible
    if cible is None:
        return mesure
    lignes = calcul.typed(comptage.serving(calcul.faits.registres.activites, calcul.codes))
    cases = []
    for an in whole_years(calcul):
        tenues = comptage.within(lignes, an.until(calcul.au))
        finie = calcul.au >= an.fin
        plusieurs = calcul.periode.genre == "plan"
        if "MRC" in cible.par and tenues:
            noms = calcul.faits.mrc
            compte = comptage.by_mrc(tenues, noms)
            cases += [
                Case(noms[slug] + (f" en {an.nom}" if plusieurs else ""), compte.get(slug, 0), finie) for slug in noms
            ]
        else:
            cases.append(_year(an, len(tenues), calcul.au))
    return compare(mesure, cible, cases)


def whole_years(calcul: Calcul) -> list[Periode]:
    """The years of the period that have begun by the last day counted; none for a quarter, which no yearly target is of."""
    if calcul.periode.genre == "trimestre":
        return []
    return [an for an in years(calcul.periode) if an.debut <= calcul.au]


def compare(mesure: Mesure, cible: Cible, cases: Sequence[Case]) -> Mesure:
    """The measure, with what its target is, how it stands, and whether it is met."""
    vides = [c.nom for c in cases if c.vide]
    cases = [c for c in cases if not c.vide]
    if not cases or not mesure.lignes:
        return replace(mesure, cible_phrase=f"Cible : {aim(cible)}.")
    dedans = [c for c in cases if c.valeur >= cible.min]
    en_cours = [c for c in cases if c.valeur < cible.min and not c.finie]
    sous = [c for c in cases if c.valeur < cible.min and c.finie]
    atteinte: Atteinte = "" if en_cours and not sous else _met(len(dedans), len(cases), sum(c.valeur for c in cases))
    inconnues = f" Rien n’est inscrit en {listed(vides)}." if vides else ""
    phrase = f"Cible : {aim(cible)}. {_stand(cible, cases, sous, en_cours)}{inconnues}"
    return replace(mesure, cible_phrase=phrase, atteinte=atteinte)


def _met(dedans: int, total: int, somme: int) -> Atteinte:
    if dedans == total:
        return "atteinte"
    return "partielle" if dedans or somme else "non"


def aim(cible: Cible) -> str:
    """« 12 à 15 rencontres par MRC et par année »."""
    nombre = str(cible.min) if cible.min == cible.max else f"{cible.min} à {cible.max}"
    par = listed(f"par{NBSP}{p}" for p in cible.par)
    return f"{nombre}{NBSP}{cible.unite}{' ' if par else ''}{par}"


def _stand(cible: Cible, cases: Sequence[Case], sous: Sequence[Case], en_cours: Sequence[Case]) -> str:
    if len(cases) == 1:
        return _single(cible, cases[0])
    atteintes = len(cases) - len(sous) - len(en_cours)
    phrases = [f"Atteinte {atteintes} fois sur {len(cases)}."]
    if sous:
        phrases.append(f"En dessous : {listed(f'{c.nom} ({c.valeur})' for c in sous)}.")
    if au_dela := [c for c in cases if c.valeur > cible.max > cible.min]:
        phrases.append(f"Au-delà de la fourchette : {listed(f'{c.nom} ({c.valeur})' for c in au_dela)}.")
    if en_cours:
        phrases.append(f"Période en cours : {listed(f'{c.nom} ({c.valeur})' for c in en_cours)}.")
    return " ".join(phrases)


def _single(cible: Cible, case: Case) -> str:
    if case.valeur > cible.max > cible.min:
        return f"Au-delà de la fourchette : {case.valeur}."
    if case.valeur >= cible.min:
        return f"Cible atteinte : {case.valeur}."
    return (
        f"{case.valeur} jusqu’ici ; la période n’est pas finie."
        if not case.finie
        else f"Sous la cible : {case.valeur}."
    )
