"""How long each thing about a subscriber is kept, and why: the one table that the purge obeys and the privacy page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Duree:
    """One rule. `duree` None: kept without an end, for the reason said."""

    quoi: str
    combien: str
    pourquoi: str
    duree: timedelta | None = None


DEMANDE = Duree(
    "Demande d’abonnement jamais confirmée",
    "30 jours",
    "le temps de retrouver le courriel de confirmation",
    timedelta(days=30),
)
CHANGEMENT = Duree(
    "Nouvelle adresse jamais confirmée", "7 jours", "le temps que dure le lien de confirmation", timedelta(days=7)
)
TACITE = Duree(
    "Abonnement par consentement tacite",
    "jusqu’à son échéance",
    "la loi le limite à deux ans après une relation, à six mois après une demande",
)
SANS_ABONNEMENT = Duree(
    "Adresse, nom, organisation et MRC d’une personne qui n’est plus abonnée à rien",
    "24 mois après le dernier désabonnement",
    "pouvoir répondre à une question ou à une plainte",
    timedelta(days=730),
)
REPONSES = Duree(
    "Réponse du serveur de courriel à un envoi",
    "12 mois",
    "comprendre pourquoi un envoi n’est pas arrivé",
    timedelta(days=365),
)
ENVOIS = Duree(
    "Quel bulletin est parti vers qui (sans nom ni adresse)",
    "36 mois",
    "répondre à une plainte ; les nombres, eux, restent",
    timedelta(days=3 * 366),
)
JOURNAL = Duree(
    "Journal des consentements (sans nom ni adresse)",
    "tant que le bulletin existe",
    "la loi nous demande la preuve de chaque accord et de chaque retrait",
)
SUPPRESSION = Duree(
    "Empreinte chiffrée d’une adresse désabonnée ou effacée",
    "tant que le bulletin existe",
    "ne plus jamais lui écrire ; l’adresse ne peut pas en être tirée sans notre clé",
)
INCIDENT = Duree(
    "Registre des incidents de confidentialité", "5 ans au moins", "le règlement l’exige", timedelta(days=5 * 366)
)
DUREES = (DEMANDE, CHANGEMENT, TACITE, SANS_ABONNEMENT, REPONSES, ENVOIS, JOURNAL, SUPPRESSION, INCIDENT)
