"""Judging and measuring on files alone, without a database: a theme file, a model folder, texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.train import load_encoder
from veille import settings
from veille.classifier.judge import Judge
from veille.errors import RefusError
from veille.model import Document, Taxonomie

if TYPE_CHECKING:
    from veille.classifier.themes.lecteur import Lecteur


def read_themes(dossier: Path, thematiques: Path | None) -> Taxonomie:
    """The themes of this file, else of the folder, else those shipped; document types come from the folder's."""
    chez_nous = settings.load_taxonomie(dossier)
    if thematiques is None:
        return chez_nous
    taxonomie = settings.load_themes(thematiques)
    return taxonomie if taxonomie.types else replace(taxonomie, types=chez_nous.types)


def judge_of_files(
    dossier: Path, thematiques: Path | None, modele: Path | None, documents: Sequence[Document]
) -> Judge:
    """A judge for these texts: the model of a folder, else the theme file alone."""
    taxonomie = read_themes(dossier, thematiques)
    lecteur = reader_of_files(taxonomie, modele, documents, sont_donnes=thematiques is not None)
    return Judge(taxonomie, settings.load_gazetier(dossier), lecteur)


def reader_of_files(
    taxonomie: Taxonomie, modele: Path | None, documents: Sequence[Document], *, sont_donnes: bool
) -> Lecteur:
    """What judges themes. `sont_donnes`: the themes were named on the command line, and a model must be theirs."""
    from veille.classifier.themes.depart import density_threshold, prior_model
    from veille.classifier.themes.lecteur import Lecteur
    from veille.classifier.themes.modele import load

    if modele is None:
        encodeur = load_encoder(None)
        return Lecteur(prior_model(taxonomie, density_threshold(taxonomie, documents, encodeur), encodeur), encodeur)
    appris = load(modele)
    if sont_donnes and _words(appris.taxonomie) != _words(taxonomie):
        raise RefusError(f"Le modèle {modele} a été appris avec d’autres thèmes que ceux de « --thematiques ».")
    encodeur = load_encoder(None) if appris.avec_sens else None
    if appris.avec_sens and encodeur is None:
        raise RefusError(
            f"Le modèle {modele} a été appris avec l’encodeur de phrases : installez l’extra « encodeur » "
            "(pip install veille[encodeur]), ou apprenez un nouveau modèle."
        )
    return Lecteur(appris, encodeur)


def _words(taxonomie: Taxonomie) -> object:
    """What a model keeps of the themes it was made with."""
    return [(t.slug, t.expressions) for t in taxonomie.thematiques], taxonomie.hors_sujet
