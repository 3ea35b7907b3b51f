"""What may be chosen in a register, by code, as people read it."""

from __future__ import annotations

TYPES_ACTIVITE = {
    "rencontre": "Rencontre",
    "clds": "Rencontre de CLDS",
    "coco": "Rencontre de Coco",
    "communaute_pratique": "Communauté de pratique",
    "rencontre_thematique": "Rencontre thématique",
    "mobilisation": "Rencontre d’une mobilisation",
    "evenement": "Événement",
    "formation": "Formation",
    "autre": "Autre activité",
}
TYPES_OUTIL = {
    "portrait": "Portrait",
    "rapport": "Rapport",
    "fiche": "Fiche",
    "synthese": "Synthèse",
    "infolettre": "Infolettre",
    "presentation": "Présentation",
    "evaluation": "Outil d’évaluation",
    "autre": "Autre outil",
}
TYPES_ACCOMPAGNEMENT = {"continu": "Accompagnement continu", "ponctuel": "Soutien ponctuel"}
TYPES_SONDAGE = {
    "questionnaire": "Questionnaire",
    "entrevue": "Entrevues",
    "groupe_discussion": "Groupe de discussion",
    "retroaction": "Rétroaction",
}
TYPES_ORGANISATION = {
    "clds": "Comité local de développement social",
    "organisme": "Organisme communautaire",
    "mrc_municipalite": "MRC ou municipalité",
    "reseau_public": "Réseau public",
    "education": "Éducation et recherche",
    "table_concertation": "Table de concertation",
    "federation": "Fédération ou regroupement",
    "entreprise": "Entreprise",
    "autre": "Autre organisation",
}
ROLES = {
    "membre": "Membre",
    "partenaire": "Partenaire",
    "collaborateur": "Collaboration à une mobilisation",
    "bailleur": "Bailleur de fonds",
    "source": "Source de la veille",
    "autre": "Autre rôle",
}
ETATS_MOYEN = {
    "a_venir": "À venir",
    "en_cours": "En cours",
    "realise": "Réalisé",
    "reporte": "Reporté",
    "abandonne": "Abandonné",
}
