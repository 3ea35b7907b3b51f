"""What an organisation must have filled in before anything is published or sent (Loi 25, Loi canadienne anti-pourriel).

Collecting and reviewing never need it: the file ships with « à remplir » where a person must decide.
"""

from __future__ import annotations

from operator import attrgetter

from veille.errors import Faute, RefusError
from veille.model import Dossier, Organisation
from veille.settings.controles import is_unfilled
from veille.settings.regles import ORGANISATION

# Key → what it is for, in a warning.
_EXIGES = {
    "adresse_postale": "l’adresse postale figure au pied de chaque envoi (Loi canadienne anti-pourriel)",
    "expediteur.nom": "le nom de l’expéditeur figure dans chaque envoi (Loi canadienne anti-pourriel)",
    "expediteur.courriel": "c’est l’adresse d’où partent les bulletins",
    "renseignements_personnels.nom": "la personne responsable des renseignements personnels est nommée (Loi 25, art. 3.1)",
    "renseignements_personnels.titre": "le titre de la personne responsable est publié (Loi 25, art. 3.1)",
    "renseignements_personnels.courriel": "les coordonnées de la personne responsable sont publiées (Loi 25, art. 3.1)",
}


def missing_for_publication(organisation: Organisation) -> tuple[str, ...]:
    """Keys of organisation.toml still to fill in before publishing, in the file's order."""
    return tuple(cle for cle in _EXIGES if is_unfilled(attrgetter(cle)(organisation)))


def require_publishable(organisation: Organisation) -> None:
    """Refuse to publish or send while a required key is empty; the message names the file and every key."""
    manquent = missing_for_publication(organisation)
    if manquent:
        cles = ", ".join(manquent)
        raise RefusError(
            f"Publication refusée : remplissez d’abord dans {ORGANISATION} : {cles}. La loi demande ces mentions."
        )


def warnings(dossier: Dossier) -> list[Faute]:
    """What is valid but still to be filled in; `diagnostic` shows it and goes on."""
    manquent = missing_for_publication(dossier.organisation)
    rappels = [
        Faute(ORGANISATION, f"clé {cle}", "à remplir", f"{_EXIGES[cle]} ; publier et envoyer sont refusés d’ici là")
        for cle in manquent
    ]
    if is_unfilled(dossier.organisation.courriel):
        attendu = "conseillé : ce courriel accompagne chaque lecture d’un site, pour que l’on puisse nous joindre"
        rappels.append(Faute(ORGANISATION, "clé courriel", "", attendu))
    return rappels
