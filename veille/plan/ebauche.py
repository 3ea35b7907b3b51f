"""The next plan drafted from the last one and from how it ended: plan.toml's text, with a comment above each moyen.

Nothing is decided here: every moyen is carried over with what is known of it and a proposal; échéances and priorities are
left to the team. The last value of an indicator becomes its baseline.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from veille.francais import NBSP, format_day
from veille.model import Cible, Indicateur, Plan
from veille.plan.arbre import MoyenDuPlan, OrientationDuPlan, tree
from veille.plan.avancement import Avancement

Proposition = Literal["reconduire", "revoir", "retirer"]
_LARGEUR = 110


@dataclass(frozen=True)
class Constat:
    """What is known of one indicator at the end: `phrase` as the bilan says it, or `manque`, what nobody measured.

    `valeur`: where the next plan starts from; of its last whole year (`annee`, which ends on `le`) when it is counted by
    year, of the whole plan otherwise.
    """

    phrase: str = ""
    manque: str = ""
    atteinte: Literal["", "atteinte", "partielle", "non"] = ""
    valeur: float | None = None
    annee: str = ""
    le: date | None = None


@dataclass(frozen=True)
class Suivant:
    """The plan to draft."""

    slug: str
    titre: str
    debut: int
    fin: int
    bilan_le: date


def draft(
    plan: Plan, suivant: Suivant, vus: Mapping[str, Avancement], constats: Mapping[str, Constat], au: date
) -> str:
    """The text of the new file. `constats`: indicator → what is known of it on that day."""
    lignes = [*_head(plan, suivant, au)]
    for orientation in tree(plan):
        lignes += _orientation(orientation)
        for objectif in orientation.objectifs:
            lignes += ["[[objectifs]]", *_keys(id=objectif.objectif.id, orientation=orientation.orientation.id,
                                               texte=objectif.objectif.texte), ""]  # fmt: skip
            for vu in objectif.moyens:
                lignes += _moyen(plan, vu, vus[vu.moyen.id], constats, au)
    return "\n".join(lignes).rstrip("\n") + "\n"


def propose(vu: Avancement, constats: Iterable[Constat]) -> tuple[Proposition, str]:
    """What to do with a moyen, and why; the team decides."""
    manquees = [c for c in constats if c.atteinte in ("non", "partielle")]
    match vu.etat:
        case "abandonne":
            return "retirer", "abandonné par l’équipe"
        case "realise":
            return "retirer", "réalisé ; à reconduire s’il doit continuer"
        case "reporte" | "a_venir":
            return "reconduire", "il n’a pas été fait dans le plan"
        case "en_cours" | "registres" if manquees:
            return "revoir", "une cible au moins n’est pas atteinte"
        case "en_cours" | "registres":
            return "reconduire", "il est en cours"
        case _:
            return "revoir", "rien ne dit où il en est"


def _head(plan: Plan, suivant: Suivant, au: date) -> Iterator[str]:
    yield from _comment(
        f"Ébauche tirée de « {plan.titre} » et de son évaluation au {format_day(au)}. Chaque moyen est repris avec, "
        "au-dessus, où il en est resté et une proposition : reconduire, revoir ou retirer. Rien n’est décidé : récrivez, "
        "retirez, ajoutez. Les échéances et les priorités sont à remplir ; « base » garde la dernière valeur mesurée."
    )
    yield "#"
    yield from _comment(
        f"Tant que ce fichier est dans plans/, il ne sert à rien d’autre. « veille plan activer {suivant.slug} » en fait le "
        "plan suivi ; l’ancien est gardé. Toutes les clés sont décrites dans docs/fichiers.md."
    )
    yield ""
    yield from _keys(
        slug=suivant.slug,
        titre=suivant.titre,
        organisation=plan.organisation,
        sigle=plan.sigle,
        autre_nom=plan.autre_nom,
        debut=suivant.debut,
        fin=suivant.fin,
        bilan_le=suivant.bilan_le,
        colonnes=_columns(plan, suivant),
        note_propositions=plan.note_propositions,
    )
    yield ""


def _columns(plan: Plan, suivant: Suivant) -> tuple[str, ...]:
    """The last column names the day of the bilan: the new one."""
    ancien, neuf = (format_day(jour).replace(NBSP, " ") for jour in (plan.bilan_le, suivant.bilan_le))
    return tuple(colonne.replace(NBSP, " ").replace(ancien, neuf) for colonne in plan.colonnes)


def _orientation(vue: OrientationDuPlan) -> list[str]:
    o = vue.orientation
    cible = ["# La cible parle de l’ancien plan : à récrire."] if o.cible else []
    return [f"# {'=' * 100}", f"# Orientation {o.id} : {o.nom}", f"# {'=' * 100}", "", "[[orientations]]",
            *_keys(id=o.id, nom=o.nom), *cible, *_keys(cible=o.cible), ""]  # fmt: skip


def _moyen(plan: Plan, vu: MoyenDuPlan, etat: Avancement, constats: Mapping[str, Constat], au: date) -> list[str]:
    m = vu.moyen
    siens = [*vu.indicateurs, *vu.propositions]
    return [
        *_ending(vu, etat, constats),
        "[[moyens]]",
        *_keys(id=m.id, objectif=m.objectif, texte=m.texte, resultats=m.resultats, responsables=m.responsables,
               collaborations=m.collaborations),
        'priorite = ""',
        *_keys(logiciel=m.logiciel, id_attendu=m.id_attendu),
        "",
        *(x for s in vu.sous_moyens for x in (
            "[[sous_moyens]]",
            *_keys(id=s.id, moyen=m.id, texte=s.texte, elements=s.elements, cible=s.cible, logiciel=s.logiciel),
            "",
        )),
        *(x for i in siens for x in _indicateur(plan, i, constats.get(i.id, Constat()), au)),
    ]  # fmt: skip


def _ending(vu: MoyenDuPlan, etat: Avancement, constats: Mapping[str, Constat]) -> Iterator[str]:
    siens = {i.id: constats.get(i.id, Constat()) for i in (*vu.indicateurs, *vu.propositions)}
    quoi, pourquoi = propose(etat, siens.values())
    suivi = etat.suivi
    dit = f", dit le {format_day(suivi.jour_le)}" if suivi else ""
    yield from _comment(f"{vu.moyen.id}. Où il en est resté : {etat.nom}{dit}.")
    if suivi and suivi.note:
        yield from _comment(f"  {suivi.note}")
    for code, constat in siens.items():
        if constat.phrase:
            yield from _comment(f"  {code} : {constat.phrase}")
    if manques := [
        f"{code} ({c.manque.rstrip('.')})" if c.manque else code for code, c in siens.items() if not c.phrase
    ]:
        yield from _comment(f"  Ce qui manque : {' ; '.join(manques)}.")
    yield from _comment(f"PROPOSITION : {quoi} ({pourquoi}).")


def _indicateur(plan: Plan, i: Indicateur, constat: Constat, au: date) -> list[str]:
    base = constat.valeur is not None and i.mesure not in ("", "narratif")
    source = _text(f"{plan.titre}, année {constat.annee}" if constat.annee else plan.titre)
    le = (constat.le or au).isoformat()
    return [
        "[[indicateurs]]",
        *_keys(
            id=i.id, moyen=i.moyen, texte=i.texte, nature=i.nature, calcul=i.calcul, comment=i.comment, formule=i.formule,
            origine="" if i.origine == "plan" else i.origine, cible=i.cible, cible_derivee=i.cible_derivee,
            mesure=i.mesure, types=i.types, unite=i.unite, periode=i.periode, sens=i.sens,
        ),
        *([f"base = {{ valeur = {constat.valeur:.6g}, le = {le}, source = {source} }}"] if base else []),
        "",
    ]  # fmt: skip


def _keys(**valeurs: str | int | date | Sequence[str] | Cible | None) -> list[str]:
    """Keys that say something, one line each; a long list takes one line per text."""
    return [f"{cle} = {_value(cle, v)}" for cle, v in valeurs.items() if v not in ("", (), None)]


def _value(cle: str, valeur: object) -> str:
    match valeur:
        case str():
            return _text(valeur)
        case date():
            return valeur.isoformat()
        case Cible():
            par = f", par = {_value('', valeur.par)}" if valeur.par else ""
            return f"{{ min = {valeur.min}, max = {valeur.max}, unite = {_text(valeur.unite)}{par} }}"
        case tuple():
            textes = [_text(str(v)) for v in valeur]
            ligne = f"[{', '.join(textes)}]"
            return ligne if len(cle) + len(ligne) < _LARGEUR or not cle else "[\n  " + ",\n  ".join(textes) + ",\n]"
        case _:
            return str(valeur)


def _text(texte: str) -> str:
    return json.dumps(texte, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(texte: str) -> Iterator[str]:
    """A sentence as lines of comment, in which nothing invisible may end the comment."""
    retrait = " " * (len(texte) - len(texte.lstrip()))
    ligne = f"# {retrait}".rstrip()
    for mot in "".join(c if ord(c) >= 32 and c != "\x7f" else " " for c in texte).split():
        if len(ligne) + len(mot) > _LARGEUR and ligne.strip("# "):
            yield ligne
            ligne = f"# {retrait}".rstrip()
        ligne += f" {mot}"
    yield ligne
