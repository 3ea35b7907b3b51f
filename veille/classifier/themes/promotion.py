"""Whether a new model may take over from what judges today: never when it would be wrong more often, or less honest.

Both are measured on the same documents, seen by neither: those decided since the present model was made, when there are
enough of them; else each by the cross-validation of its own day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from veille.classifier.themes.depart import prior_model
from veille.classifier.themes.encodeur import Encodeur
from veille.classifier.themes.formation import Apprentissage, fit, latest, measure, measure_reader
from veille.classifier.themes.lecteur import Lecteur
from veille.francais import format_number, plural
from veille.model import Evaluation, Exemple, Taxonomie

PERTE_ADMISE = 0.02
ASSEZ = 30  # Fewer documents than that measure nothing.


@dataclass(frozen=True)
class EnService:
    """What judges today. `depuis_le`: when it was made, None for the theme file alone; `mesures`: its own of that day."""

    lecteur: Lecteur
    depuis_le: date | None = None
    mesures: Evaluation | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether to promote, why in French, and both measures on what was compared."""

    promu: bool
    raison: str
    nouveau: Evaluation
    ancien: Evaluation


def compare(
    taxonomie: Taxonomie, appris: Apprentissage, en_service: EnService, encodeur: Encodeur | None = None
) -> Verdict:
    """Hold a new model against the one in service, then against time: learnt from the past, tried on the latest quarter."""
    if len(appris.juges) < ASSEZ:
        manque = f"il en faut {ASSEZ} pour le mesurer"
        return Verdict(
            False,
            f"Gardé de côté : {plural(len(appris.juges), 'décision')}, {manque}.",
            appris.evaluation,
            appris.evaluation,
        )
    nouveau, ancien, sur = _same_documents(taxonomie, appris, en_service)
    faute, detail = _worse(nouveau, ancien)
    if faute:
        return Verdict(False, f"Gardé de côté : {faute} {sur} ({detail}).", nouveau, ancien)
    recul = _worse_in_time(taxonomie, appris, encodeur)
    if recul:
        return Verdict(False, f"Gardé de côté : {recul}", nouveau, ancien)
    return Verdict(True, f"Mis en service : mesuré {sur} ({detail}).", nouveau, ancien)


def _same_documents(
    taxonomie: Taxonomie, appris: Apprentissage, en_service: EnService
) -> tuple[Evaluation, Evaluation, str]:
    """Both measures, and what they were measured on, in French."""
    choisis = [i for i, e in enumerate(appris.juges) if _is_new(e, en_service.depuis_le)]
    if len(choisis) < ASSEZ and en_service.mesures is not None:
        return appris.evaluation, en_service.mesures, "sur les décisions connues à sa mise au point"
    juges = [appris.juges[i] for i in choisis]
    nouveau = measure(taxonomie, juges, appris.scores[choisis], appris.modele.seuils.astype(np.float64))
    ancien = measure_reader(en_service.lecteur, juges)
    return nouveau, ancien, f"sur {plural(len(juges), 'décision')} que ni l’un ni l’autre n’avait apprises"


def _is_new(exemple: Exemple, depuis: date | None) -> bool:
    return depuis is None or (exemple.decide_le is not None and exemple.decide_le > depuis)


def _worse(nouveau: Evaluation, ancien: Evaluation) -> tuple[str, str]:
    """What is worse, "" when nothing is; and the figures."""
    detail = (
        f"F1 {format_number(ancien.micro_f1, 2)} → {format_number(nouveau.micro_f1, 2)}, "
        f"écart d’étalonnage {format_number(ancien.ece, 2)} → {format_number(nouveau.ece, 2)}"
    )
    if nouveau.micro_f1 < ancien.micro_f1 - PERTE_ADMISE:
        return "il se trompe plus souvent que celui qui sert,", detail
    if nouveau.ece > ancien.ece + PERTE_ADMISE:
        return "ses probabilités sont moins justes que celles de celui qui sert,", detail
    return "", detail


def _worse_in_time(taxonomie: Taxonomie, appris: Apprentissage, encodeur: Encodeur | None) -> str:
    """What goes wrong when the same recipe learns from the past and judges what came after; "" when nothing does."""
    avant, apres = latest(appris.juges)
    if len(apres) < ASSEZ:
        return ""
    scores = fit(taxonomie, avant, appris.seuil_z, encodeur).decision_function([e.document for e in apres])
    depart = Lecteur(prior_model(taxonomie, appris.seuil_z, encodeur), encodeur)
    instruit = measure(taxonomie, apres, scores, appris.modele.seuils.astype(np.float64))
    faute, detail = _worse(instruit, measure_reader(depart, apres))
    if not faute:
        return ""
    return (
        f"appris des décisions passées, il juge moins bien les plus récentes que le fichier des thèmes seul ({detail})."
    )
