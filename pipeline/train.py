"""Train: what staff's decisions teach the judge, kept only when it is better; and which judge is in service.

A model is a folder under `modeles/`, its row in `modeles` tells what it was worth. The theme file alone judges until a
first model is promoted, and whenever the theme file is no longer the one a model was made with.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.context import Contexte
from veille.classifier.judge import Judge, themes_digest
from veille.classifier.relevance import Pertinence, train
from veille.classifier.relevance_measure import cross_validate
from veille.errors import RefusError
from veille.francais import format_number, local_day, plural
from veille.model import Exemple, Taxonomie
from veille.store import apprentissage, items, pertinences
from veille.store.apprentissage import AUTOMATE, Appris
from veille.store.connexion import exclusive
from veille.store.service import last_run, recorded

if TYPE_CHECKING:
    from veille.classifier.themes.encodeur import Encodeur
    from veille.classifier.themes.lecteur import Lecteur
    from veille.classifier.themes.promotion import EnService

MODELES, VECTEURS = "modeles", "vecteurs"
ARCHIVE = 2_000
GARDES = 12  # Folders of former models that one can return to.
REGLES_SEULES = "les règles du fichier des thèmes"
AUTO = "auto"  # What one asks for to give the choice back.

# A review is over when nobody has decided for this long; it teaches when it left at least so many decisions.
REVUE_FINIE = timedelta(minutes=20)
DECISIONS_D_UNE_REVUE = 10
HEURE_DE_NUIT = 3
PERTE_PERTINENCE = 0.02  # Brier: relevance learnt may be at most that much worse than the stated formula.


@dataclass(frozen=True)
class Bilan:
    """What a training came to. `issue`: « rien » when there was nothing new to learn. `exemples`: decisions on themes."""

    issue: Literal["promu", "refuse", "rien"]
    raison: str
    nom: str = ""
    exemples: int = 0
    micro_f1: float = 0.0
    ece: float = 0.0
    pertinence: str = ""


def active_judge(ctx: Contexte, taxonomie: Taxonomie) -> Judge:
    """The judge in service for these themes: the promoted model, else the theme file alone."""
    return Judge(taxonomie, ctx.dossier.gazetier, _active_reader(ctx, taxonomie) or _prior_reader(ctx, taxonomie))


def candidate_judge(ctx: Contexte, taxonomie: Taxonomie) -> Judge:
    """The judge that these themes would give, taught by the same decisions: for a preview, nothing is recorded."""
    from veille.classifier.themes.formation import train as train_themes
    from veille.classifier.themes.lecteur import Lecteur

    if apprentissage.active(ctx.store) is None:  # No model judges: neither would one after the change.
        return Judge(taxonomie, ctx.dossier.gazetier, _prior_reader(ctx, taxonomie))
    encodeur = load_encoder(ctx.dossier.chemin)
    modele = train_themes(taxonomie, _examples(ctx), "apercu", items.latest(ctx.store, ARCHIVE), encodeur).modele
    return Judge(taxonomie, ctx.dossier.gazetier, Lecteur(modele, encodeur))


def learning_due(
    now: datetime, derniere_decision: datetime | None, nouvelles: int, dernier_essai: datetime | None
) -> bool:
    """Whether to learn now. Never while someone is deciding; at once after a review; else once a night."""
    if not nouvelles or derniere_decision is None or now - derniere_decision < REVUE_FINIE:
        return False
    if nouvelles >= DECISIONS_D_UNE_REVUE:
        return True
    nuit = local_day(now - timedelta(hours=HEURE_DE_NUIT))  # A night belongs to the day that starts at this hour.
    return dernier_essai is None or local_day(dernier_essai - timedelta(hours=HEURE_DE_NUIT)) < nuit


def learn_if_due(ctx: Contexte, taxonomie: Taxonomie) -> Bilan | None:
    """Learn after a review, at night, or when the model in service no longer serves (theme file changed, folder lost).

    None when it is not time, or when nothing has been decided since the last attempt.
    """
    essai = last_run(ctx.store, "apprentissage")
    nouvelles = apprentissage.decisions_since(ctx.store, essai)
    dernier = next(iter(apprentissage.models(ctx.store)), None)
    essayes = dernier is not None and dernier.fiche.regles == themes_digest(taxonomie) and dernier.issue == "refuse"
    perdu = apprentissage.active(ctx.store) is not None and _active_reader(ctx, taxonomie) is None and not essayes
    if not perdu and not learning_due(ctx.now(), apprentissage.last_decision(ctx.store), nouvelles, essai):
        return None
    return learn(ctx, taxonomie)


def learn(ctx: Contexte, taxonomie: Taxonomie) -> Bilan:
    """Train on every decision, compare with what judges, promote or keep aside; both are recorded."""
    with exclusive(ctx.dossier.chemin, "apprentissage"), recorded(ctx.store, "apprentissage", ctx.now()) as passage:
        pertinence = _learn_relevance(ctx)
        exemples = _examples(ctx)
        if exemples:
            bilan = _learn_themes(ctx, taxonomie, exemples, pertinence)
        else:
            bilan = Bilan("rien", "Aucune décision sur les thèmes : rien à apprendre.", pertinence=pertinence)
        passage.count(exemples=bilan.exemples, modele=bilan.nom, issue=bilan.issue)
        return bilan


def choose_model(ctx: Contexte, taxonomie: Taxonomie, nom: str, par: str) -> str:
    """Let a former model judge again, the rules alone (« »), or the best one from now on (`AUTO`).

    A person's choice holds until a person lifts it. Returns a French sentence; RefusError when it cannot be.
    """
    promus = [m for m in apprentissage.models(ctx.store) if m.issue == "promu"]
    if nom == AUTO:
        utiles = [m.nom for m in promus if not _why_not(ctx, taxonomie, m)]
        apprentissage.choose(
            ctx.store, next(iter(utiles), None), AUTOMATE, f"choix rendu à la veille par {par}", ctx.now()
        )
        return f"La veille choisit de nouveau. En service : {_named(utiles[0]) if utiles else REGLES_SEULES}."
    modele = next((m for m in promus if m.nom == nom), None)
    if nom and modele is None:
        connus = ", ".join(m.nom for m in promus) or "aucun"
        raise RefusError(f"Modèle inconnu : « {nom} ». Modèles qui ont servi : {connus}.")
    if modele is not None and (motif := _why_not(ctx, taxonomie, modele)):
        raise RefusError(f"Le modèle {nom} ne peut pas servir : {motif}")
    apprentissage.choose(ctx.store, nom or None, par, "choisi par une personne", ctx.now())
    return f"En service jusqu’à nouvel ordre : {_named(nom) if nom else REGLES_SEULES}."


def serving(ctx: Contexte, taxonomie: Taxonomie) -> tuple[str, str]:
    """The model that really judges, "" for the theme file alone; and why the one that was chosen does not."""
    nom = apprentissage.active(ctx.store)
    actif = next((m for m in apprentissage.models(ctx.store) if m.nom == nom), None)
    if actif is None:
        return "", ""
    motif = _why_not(ctx, taxonomie, actif)
    return ("", f"Le modèle {actif.nom} ne sert pas : {motif}") if motif else (actif.nom, "")


@lru_cache(maxsize=1)
def load_encoder(dossier: Path | None) -> Encodeur | None:
    """The sentence encoder when its extra is installed, its vectors remembered beside the models; else None."""
    from veille.classifier.themes import encodeur

    return encodeur.load(dossier / MODELES / VECTEURS if dossier else None) if encodeur.installed() else None


def _learn_themes(ctx: Contexte, taxonomie: Taxonomie, exemples: list[Exemple], pertinence: str) -> Bilan:
    from veille.classifier.themes.fiche import describe_model
    from veille.classifier.themes.formation import train as train_themes
    from veille.classifier.themes.modele import save
    from veille.classifier.themes.promotion import compare

    now, encodeur = ctx.now(), load_encoder(ctx.dossier.chemin)
    regles = themes_digest(taxonomie)
    nom = f"{local_day(now).isoformat()}-{apprentissage.count(ctx.store) + 1}"
    appris = train_themes(taxonomie, exemples, nom, items.latest(ctx.store, ARCHIVE), encodeur)
    verdict = compare(taxonomie, appris, _in_service(ctx, taxonomie), encodeur)
    if verdict.promu and (choix := _persons_choice(ctx, taxonomie)):
        verdict = replace(verdict, promu=False, raison=f"Gardé de côté : {choix}")
    if verdict.promu:
        save(appris.modele, _folder(ctx) / nom)
    apprentissage.record(
        ctx.store,
        Appris(
            nom=nom,
            fait_a=now,
            exemples=len(exemples),
            issue="promu" if verdict.promu else "refuse",
            raison=verdict.raison,
            mesures=appris.evaluation,
            fiche=describe_model(taxonomie, appris, regles, local_day(now)),
        ),
        regles,
    )
    _forget_old(ctx)
    return Bilan(
        "promu" if verdict.promu else "refuse",
        verdict.raison,
        nom,
        len(exemples),
        appris.evaluation.micro_f1,
        appris.evaluation.ece,
        pertinence,
    )


def _learn_relevance(ctx: Contexte) -> str:
    """Teach relevance; told in French. The stated formula stays when what was learnt is worse than it."""
    cas = pertinences.examples(ctx.store)
    if not cas:
        return ""
    gardes = [c.garde for c in cas]
    mesure = cross_validate([c.cas for c in cas], gardes, [str(c.groupe_id) for c in cas])
    detail = f"écart {format_number(mesure.brier_formule, 3)} → {format_number(mesure.brier, 3)}"
    if mesure.brier > mesure.brier_formule + PERTE_PERTINENCE:
        pertinences.keep(ctx.store, Pertinence(), mesure, ctx.now())
        return f"Pertinence : la formule de départ reste en service ({detail})."
    pertinences.keep(ctx.store, train([c.cas for c in cas], gardes), mesure, ctx.now())
    return f"Pertinence : apprise de {plural(len(cas), 'nouvelle tranchée', 'nouvelles tranchées')} ({detail})."


def _in_service(ctx: Contexte, taxonomie: Taxonomie) -> EnService:
    from veille.classifier.themes.promotion import EnService

    actif = _active(ctx, taxonomie)
    lecteur = _active_reader(ctx, taxonomie)
    if actif is None or lecteur is None:
        return EnService(_prior_reader(ctx, taxonomie))
    return EnService(lecteur, local_day(actif.fait_a), actif.mesures)


def _active(ctx: Contexte, taxonomie: Taxonomie) -> Appris | None:
    """The promoted model in service, if it can judge these themes."""
    nom = apprentissage.active(ctx.store)
    actif = next((m for m in apprentissage.models(ctx.store) if m.nom == nom), None)
    return None if actif is None or _why_not(ctx, taxonomie, actif) else actif


def _active_reader(ctx: Contexte, taxonomie: Taxonomie) -> Lecteur | None:
    actif = _active(ctx, taxonomie)
    if actif is None:
        return None  # The theme file judges; `learn_if_due` makes another one where this one is lost.
    from veille.classifier.themes.lecteur import Lecteur
    from veille.classifier.themes.modele import load

    modele = load(_folder(ctx) / actif.nom)
    encodeur = load_encoder(ctx.dossier.chemin) if modele.avec_sens else None
    return Lecteur(modele, encodeur, depart=_prior_reader(ctx, taxonomie))


def _why_not(ctx: Contexte, taxonomie: Taxonomie, appris: Appris) -> str:
    """Why a model cannot judge these themes today, in French; "" when it can."""
    from veille.classifier.themes.modele import load

    if appris.fiche.regles != themes_digest(taxonomie):
        return "il a été appris avec d’autres thèmes que ceux d’aujourd’hui."
    try:
        modele = load(_folder(ctx) / appris.nom)
    except RefusError as erreur:
        return str(erreur)
    if modele.avec_sens and load_encoder(ctx.dossier.chemin) is None:
        return "il a été appris avec l’encodeur de phrases, qui n’est plus installé."
    return ""


def _persons_choice(ctx: Contexte, taxonomie: Taxonomie) -> str:
    """Who has settled what judges, in French; "" when nobody has, or when what they chose cannot judge any more."""
    choix = apprentissage.last_choice(ctx.store)
    if choix is None or choix[0] == AUTOMATE:
        return ""
    if apprentissage.active(ctx.store) is not None and _active(ctx, taxonomie) is None:
        return ""
    return f"{choix[0]} a choisi ce qui classe. « veille apprendre --revenir {AUTO} » rend le choix à la veille."


def _named(nom: str) -> str:
    return f"le modèle {nom}"


def _prior_reader(ctx: Contexte, taxonomie: Taxonomie) -> Lecteur:
    from veille.classifier.themes.depart import prior_model
    from veille.classifier.themes.lecteur import Lecteur

    encodeur = load_encoder(ctx.dossier.chemin)
    return Lecteur(prior_model(taxonomie, encodeur=encodeur), encodeur)


def _examples(ctx: Contexte) -> list[Exemple]:
    from veille.classifier.themes.recette import POIDS_ACCEPTATION

    return [exemple for exemple, _ in apprentissage.examples(ctx.store, POIDS_ACCEPTATION)]


def _forget_old(ctx: Contexte) -> None:
    """Keep the folders of the latest promoted models and of the one in service; rows are kept for ever."""
    promus = [m.nom for m in apprentissage.models(ctx.store) if m.issue == "promu"]
    gardes = {*promus[:GARDES], apprentissage.active(ctx.store)}
    for nom in promus[GARDES:]:
        if nom not in gardes:
            shutil.rmtree(_folder(ctx) / nom, ignore_errors=True)


def _folder(ctx: Contexte) -> Path:
    return ctx.dossier.chemin / MODELES
