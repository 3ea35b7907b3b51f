"""What things are: frozen dataclasses, one for each moment of a datum.

What staff decide in TOML comes first (`settings` validates files straight into these classes, so a field's type *is* the
file's rule; `__pydantic_config__` forbids unknown keys), then what the watch meets on its way: `Reponse` (bytes from the
web) → `Lecture`/`Entree` (parsed) → `Item` (known) → `Suggestion` (judged).
Nothing here reads a clock, a file, a network or a database.
"""

from __future__ import annotations

from veille.model.apprentissage import (
    Confusion,
    ErreurExemple,
    Evaluation,
    Exemple,
    FicheModele,
    MesureSemaine,
    MesureTheme,
    Tranche,
)
from veille.model.collecte import DouteDate, Entree, Item, Lecture, Reponse
from veille.model.comptes import DROITS, PREFERENCES, Compte, Droit, Preferences
from veille.model.dossier import Audience, ConnexionEquipe, Dossier, Expediteur, Jour, Organisation, Reseau, Responsable
from veille.model.jugement import Document, GenreSuggestion, Jugement, Raison, Rapprochement, Suggestion
from veille.model.plan import (
    Anomalie,
    Cible,
    Echeance,
    Indicateur,
    Moyen,
    Objectif,
    Orientation,
    PartLogiciel,
    Plan,
    SousMoyen,
)
from veille.model.regle import STRICT
from veille.model.sources import (
    Categorie,
    Confiance,
    Cote,
    Droits,
    EtatSource,
    GenreSource,
    OrigineAdresse,
    Rythme,
    Selecteurs,
    Source,
)
from veille.model.taxonomie import (
    Ambiguite,
    Essais,
    Expressions,
    Force,
    Gazetier,
    GenreTerritoire,
    Seuils,
    Taxonomie,
    Territoire,
    Thematique,
    TypeDocument,
)

__all__ = [
    "DROITS",
    "PREFERENCES",
    "STRICT",
    "Ambiguite",
    "Anomalie",
    "Audience",
    "Categorie",
    "Cible",
    "Compte",
    "Confiance",
    "Confusion",
    "ConnexionEquipe",
    "Cote",
    "Document",
    "Dossier",
    "DouteDate",
    "Droit",
    "Droits",
    "Echeance",
    "Entree",
    "ErreurExemple",
    "Essais",
    "EtatSource",
    "Evaluation",
    "Exemple",
    "Expediteur",
    "Expressions",
    "FicheModele",
    "Force",
    "Gazetier",
    "GenreSource",
    "GenreSuggestion",
    "GenreTerritoire",
    "Indicateur",
    "Item",
    "Jour",
    "Jugement",
    "Lecture",
    "MesureSemaine",
    "MesureTheme",
    "Moyen",
    "Objectif",
    "Organisation",
    "Orientation",
    "OrigineAdresse",
    "PartLogiciel",
    "Plan",
    "Preferences",
    "Raison",
    "Rapprochement",
    "Reponse",
    "Reseau",
    "Responsable",
    "Rythme",
    "Selecteurs",
    "Seuils",
    "Source",
    "SousMoyen",
    "Suggestion",
    "Taxonomie",
    "Territoire",
    "Thematique",
    "Tranche",
    "TypeDocument",
]
