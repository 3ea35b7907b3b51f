"""Each register described once: its fields as a form asks them, as a file names them, as the table holds them.

Adding a field is one line here, one column in the schema and one attribute in `model/registres.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from veille.model import (
    Accompagnement,
    Activite,
    Ligne,
    MesureManuelle,
    Outil,
    Registre,
    Sondage,
)
from veille.registres.choix import TYPES_ACCOMPAGNEMENT, TYPES_ACTIVITE, TYPES_OUTIL, TYPES_SONDAGE

GenreChamp = Literal[
    "ligne", "texte", "textes", "jour", "entier", "decimal", "choix", "moyens", "mrc", "organisations", "indicateur", "preuves", "elements"
]  # fmt: skip
PLUSIEURS: frozenset[GenreChamp] = frozenset(
    {"textes", "moyens", "mrc", "organisations", "preuves", "elements"}
)  # Several values, whatever the separator.


@dataclass(frozen=True)
class Champ:
    """One field. `nom` is the attribute and the column; `titre` its label and its header in a file.

    `bornes`: of a number. `maximum`: characters of a text, or values of a list. `choix`: code → name.
    """

    nom: str
    titre: str
    genre: GenreChamp = "ligne"
    aide: str = ""
    requis: bool = False
    maximum: int = 300
    bornes: tuple[float, float] = (0, 1_000_000)
    choix: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Description:
    """One register. `debut`, `fin`: the fields that date a row; `exemple`: a fictional row, for the model file."""

    registre: Registre
    modele: type[Ligne]
    titre: str
    une: str
    phrase: str
    champs: tuple[Champ, ...]
    exemple: Mapping[str, str]
    debut: str = "jour_le"
    fin: str = "jour_le"

    def champ(self, nom: str) -> Champ:
        """One of its fields."""
        return next(c for c in self.champs if c.nom == nom)


SANS_NOM = "Aucun nom de personne, adresse de courriel ni numéro de téléphone."
_JOUR = Champ("jour_le", "Date", "jour", requis=True)
_TITRE = Champ("titre", "Titre", aide=SANS_NOM, requis=True)
_APPRECIATION = Champ(
    "appreciation", "Appréciation", "texte", "Ce qui a bien été, ce qui serait à changer.", maximum=3000
)
_SERT = (
    Champ("moyens", "Moyens", "moyens", "Les moyens ou sous-moyens du plan que cela sert. Une ligne compte une fois pour chacun.", requis=True, maximum=30),
    Champ("mrc", "MRC", "mrc", "Laissez vide pour toute la région.", maximum=10),
    Champ("organisations", "Organisations", "organisations", "Du répertoire : leur code, leur nom ou leur sigle.", maximum=200),
)  # fmt: skip
_SUITE = (
    Champ("note", "Note", "texte", SANS_NOM, maximum=3000),
    Champ("preuves", "Preuves", "preuves", "Une par ligne : une adresse, « element:12 », « bulletin:3 » ou le nom d’un fichier.", maximum=30),
    Champ("reference", "Référence", aide="Le numéro de la ligne dans votre fichier : importée deux fois, elle n’est inscrite qu’une.", maximum=80),
)  # fmt: skip

ACTIVITES = Description(
    "activites",
    Activite,
    "Activités",
    "une activité",
    "Rencontres, événements et formations : quand, pour quels moyens, où, et combien de personnes.",
    (
        _JOUR,
        _TITRE,
        Champ("type", "Type", "choix", requis=True, choix=TYPES_ACTIVITE),
        *_SERT,
        Champ("presences", "Présences", "entier", "Un nombre ; laissez vide si personne n’a compté.", bornes=(0, 100_000)),
        _APPRECIATION,
        Champ("note_sur_5", "Note sur 5", "decimal", "La moyenne donnée par les personnes présentes, s’il y en a une.", bornes=(0, 5)),
        *_SUITE,
    ),
    {"jour_le": "2025-06-03", "titre": "Rencontre du comité local (exemple fictif)", "type": "clds", "moyens": "1.1.2.1",
     "mrc": "Joliette", "presences": "14", "appreciation": "Bonne participation.", "note_sur_5": "4,2", "reference": "EX-001"},
)  # fmt: skip
OUTILS = Description(
    "outils",
    Outil,
    "Outils produits",
    "un outil",
    "Ce qui est produit ailleurs que dans un bulletin : portraits, rapports, fiches, synthèses. Les bulletins se comptent d’eux-mêmes.",
    (
        _JOUR,
        _TITRE,
        Champ("type", "Type", "choix", requis=True, choix=TYPES_OUTIL),
        *_SERT,
        Champ("elements", "Éléments de la veille", "elements", "Les numéros des nouvelles qu’il reprend.", maximum=200),
        *_SUITE,
    ),
    {"jour_le": "2025-09-15", "titre": "Portrait des besoins en habitation (exemple fictif)", "type": "portrait",
     "moyens": "1.1.3", "preuves": "https://exemple.invalid/portrait.pdf", "reference": "EX-002"},
)  # fmt: skip
ACCOMPAGNEMENTS = Description(
    "accompagnements",
    Accompagnement,
    "Accompagnements",
    "un accompagnement",
    "Le soutien donné à des organisations, une fois ou dans la durée.",
    (
        Champ("debut_le", "Début", "jour", requis=True),
        Champ("fin_le", "Fin", "jour", "Laissez vide tant qu’il dure."),
        Champ("titre", "Objet", aide=SANS_NOM, requis=True),
        Champ("type", "Type", "choix", requis=True, choix=TYPES_ACCOMPAGNEMENT),
        *_SERT,
        _APPRECIATION,
        *_SUITE,
    ),
    {"debut_le": "2025-04-10", "fin_le": "2025-11-28", "titre": "Soutien à la gouvernance (exemple fictif)",
     "type": "continu", "moyens": "2.1.6", "mrc": "Montcalm", "reference": "EX-003"},
    "debut_le",
    "fin_le",
)  # fmt: skip
SONDAGES = Description(
    "sondages",
    Sondage,
    "Sondages et cueillettes",
    "une cueillette",
    "Questionnaires, entrevues et rétroactions, en nombres seulement.",
    (
        _JOUR,
        _TITRE,
        Champ("type", "Type", "choix", requis=True, choix=TYPES_SONDAGE),
        *_SERT,
        Champ("invites", "Personnes invitées", "entier", bornes=(0, 100_000)),
        Champ("repondants", "Répondants", "entier", requis=True, bornes=(0, 100_000)),
        Champ("moyenne", "Moyenne sur 5", "decimal", bornes=(0, 5)),
        Champ("verbatims", "Verbatim", "textes", "Un par ligne, sans rien qui dise qui parle.", maximum=100),
        *_SUITE,
    ),
    {"jour_le": "2025-10-20", "titre": "Appréciation du rendez-vous thématique (exemple fictif)", "type": "questionnaire",
     "moyens": "1.2.1", "invites": "60", "repondants": "31", "moyenne": "4,1", "reference": "EX-004"},
)  # fmt: skip
MESURES = Description(
    "mesures_manuelles",
    MesureManuelle,
    "Mesures et narratifs",
    "une mesure",
    "Une valeur ou un texte que l’équipe donne pour un indicateur ou un moyen, avec ce qui le montre.",
    (
        Champ("debut_le", "Début", "jour", requis=True),
        Champ("fin_le", "Fin", "jour", "Le dernier jour de la période mesurée : c’est lui qui dit dans quelle année elle compte.", requis=True),
        Champ("indicateur", "Indicateur", "indicateur", "Son code, comme « IND-1.1.2-a ». Laissez vide pour un narratif sur un moyen."),
        Champ("moyens", "Moyens", "moyens", "Pour un narratif sans indicateur.", maximum=30),
        *_SERT[1:],
        Champ("valeur", "Valeur", "decimal", bornes=(-1e12, 1e12)),
        Champ("narratif", "Narratif", "texte", SANS_NOM, maximum=8000),
        *_SUITE,
    ),
    {"debut_le": "2025-04-01", "fin_le": "2026-03-31", "indicateur": "IND-1.1.2-a",
     "narratif": "Les six comités ont été soutenus (exemple fictif).", "reference": "EX-005"},
    "debut_le",
    "fin_le",
)  # fmt: skip
REGISTRES: dict[str, Description] = {d.registre: d for d in (ACTIVITES, OUTILS, ACCOMPAGNEMENTS, SONDAGES, MESURES)}
