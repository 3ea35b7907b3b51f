"""French dispatches made from templates, for benches: fictional, and the same every time for one seed."""

from __future__ import annotations

import random
import re
from datetime import date

from veille.model import Document

LIEUX = re.findall(
    r"\S+",
    """Joliette Rawdon Chertsey Lavaltrie Berthierville Crabtree Saint-Donat Mascouche Terrebonne Repentigny L’Épiphanie
    Saint-Calixte Sainte-Julienne Saint-Esprit Lanoraie Mandeville Saint-Gabriel Saint-Côme Entrelacs Saint-Zénon""",
)
NOMS = re.findall(
    r"\S+",
    """Horizon Tournesol Ruisseau Relais Phare Érable Passerelle Boussole Cascade Clairière Farandole Source Tremplin
    Carrefour Ancrage Bourgeon Sentier Refuge Soleil Rivage Verger Colline Moulin Envol Arc-en-ciel Jardin""",
)
SUJETS = (
    "l’ouverture d’une halte-chaleur pour les personnes en situation d’itinérance",
    "la construction de logements abordables destinés aux personnes aînées",
    "l’ajout de places en service de garde pour les jeunes familles",
    "la mise en service d’un autobus communautaire vers les villages du nord",
    "l’agrandissement de la cuisine collective et du frigo libre-service",
    "un programme de francisation offert le soir aux personnes immigrantes",
    "la création d’un fonds de solidarité pour les ménages endettés",
    "un service de répit à domicile pour les proches aidants",
)
SUITES = (
    "Les travaux commenceront dès que les permis seront délivrés, a précisé la direction de l’organisme.",
    "Les besoins ont beaucoup augmenté depuis deux ans, rappellent les intervenantes rencontrées sur place.",
    "Une soirée d’information permettra à la population de poser ses questions et de visiter les lieux.",
    "Le milieu communautaire salue cette annonce, mais réclame un financement stable et prévisible.",
    "Des bénévoles sont recherchés pour l’accueil, le transport et la préparation des repas chauds.",
    "Le comité de suivi réunira des citoyens, des élus et des représentants du réseau de la santé.",
)


def dispatch(hasard: random.Random, jour: date) -> Document:
    """An announcement of about 70 words; two of them share sentences, names and places, never the whole."""
    lieu, nom, sujet = hasard.choice(LIEUX), hasard.choice(NOMS) + "-" + hasard.choice(NOMS), hasard.choice(SUJETS)
    somme, places = hasard.randrange(21, 990), hasard.randrange(12, 240)
    phrases = [
        f"L’organisme {nom}, de {lieu}, annonce {sujet}.",
        f"Le projet de {somme} 000 $ touchera {places} personnes à compter du {hasard.randrange(1, 28)} "
        f"{hasard.choice(('mars', 'mai', 'juin', 'septembre', 'octobre'))}.",
        *hasard.sample(SUITES, 3),
    ]
    return Document("", f"{nom} annonce {sujet} à {lieu}", " ".join(phrases), date=jour, source="origine")
