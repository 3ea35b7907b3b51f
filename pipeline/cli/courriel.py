"""« veille diagnostic courriel »: what keeps mail from leaving, and what the sender's domain says of it."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

from pipeline.cli.commun import FAIT, PARTIEL, emit
from veille import boite_courriel, settings
from veille.courrier import domain_of
from veille.dns_courriel import Constat, ask_dns, check
from veille.errors import DependanceError, RefusError
from veille.mailer import access
from veille.model import Organisation
from veille.settings.envoi import require_sendable, sending_warnings

MOTS = {"bien": "en ordre", "attention": "à revoir", "grave": "à corriger", "inconnu": "pas vérifié"}


def diagnose(dossier: Path, *, en_json: bool) -> None:
    """Settings first, then DNS; nothing is sent and no mailbox is opened."""
    organisation = settings.load(dossier).organisation
    constats = (*_settings(organisation), *_records(organisation))
    lignes = [f"{c.sujet} ({MOTS[c.etat]}) : {c.phrase}" for c in constats]
    emit({"constats": [asdict(c) for c in constats]}, "\n".join(lignes), en_json=en_json)
    sys.exit(PARTIEL if any(c.etat == "grave" for c in constats) else FAIT)


def _settings(organisation: Organisation) -> list[Constat]:
    constats = []
    try:
        require_sendable(organisation)
        access(organisation.envoi, organisation.expediteur.courriel)
    except (RefusError, DependanceError) as erreur:
        constats.append(Constat("Envoi", "grave", str(erreur)))
    else:
        constats.append(
            Constat("Envoi", "bien", f"Les réglages permettent d’envoyer par {organisation.envoi.serveur}.")
        )
    constats += [Constat("Envoi", "attention", phrase) for phrase in sending_warnings(organisation)]
    boite = organisation.boite
    if not boite.serveur:
        phrase = "Aucune boîte n’est lue (organisation.toml, [boite]) : rebonds et plaintes ne seront pas connus."
        constats.append(Constat("Boîte", "attention", phrase))
    elif boite.utilisateur and not os.environ.get(boite_courriel.MOT_DE_PASSE):
        phrase = f"Le mot de passe de la boîte manque : variable d’environnement {boite_courriel.MOT_DE_PASSE}."
        constats.append(Constat("Boîte", "grave", phrase))
    return constats


def _records(organisation: Organisation) -> tuple[Constat, ...]:
    try:
        return check(domain_of(organisation.expediteur), organisation.envoi, ask_dns())
    except (RefusError, DependanceError) as erreur:
        return (Constat("Domaine", "inconnu", str(erreur)),)
