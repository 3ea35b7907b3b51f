"""What the tests of subscribers share: a file of its own, fictional people in it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from veille.abonnes import jetons
from veille.abonnes.formes import Identite, LigneImport
from veille.store.abonnes import inscription, open_subscribers, personnes
from veille.store.abonnes.listes import bring_in
from veille.store.connexion import transaction

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
PUBLIC = "clds-joliette"
AUTRE = "partenaires"
CAMILLE = "camille@exemple.invalid"


def subscribers(dossier: Path) -> sqlite3.Connection:
    return open_subscribers(dossier)


def declare(
    c: sqlite3.Connection,
    adresse: str = CAMILLE,
    audience: str = PUBLIC,
    *,
    expire_le: date | None = None,
    now: datetime = NOW,
) -> str:
    """Someone imported, with express consent unless an end is given; returns their `sujet`."""
    base = "tacite" if expire_le else "expres"
    ligne = LigneImport(
        2,
        adresse,
        (audience,),
        base,  # type: ignore[arg-type]
        now.date() - timedelta(days=30),
        expire_le,
        "formulaire papier 12",
        Identite("Camille Fictive", "Organisme fictif", "Joliette"),
    )
    with transaction(c):
        bring_in(c, [ligne], now)
    return subject(c, adresse)


def subscribe(c: sqlite3.Connection, adresse: str = CAMILLE, *audiences: str, now: datetime = NOW) -> str:
    """Someone who asked by the form and confirmed; returns their `sujet`."""
    voulues = audiences or (PUBLIC,)
    with transaction(c):
        inscription.request(c, adresse, dict.fromkeys(voulues, "2026-11-01-abcdef12"), now)
        sujet = subject(c, adresse)
        inscription.confirm(c, sujet, voulues, now + timedelta(minutes=1))
    return sujet


def subject(c: sqlite3.Connection, adresse: str = CAMILLE) -> str:
    personne = personnes.find(c, adresse)
    assert personne is not None
    return personne.sujet


ORGANISATION_TOML = """\
nom = "Table fictive de Lanaudière (exemple fictif)"
site = "https://table.exemple.invalid/"
courriel = "info@table.exemple.invalid"
adresse_postale = "1, rue de l’Exemple, Joliette (Québec) J0J 0J0"
adresse_publique = "https://veille.exemple.invalid"

[expediteur]
nom = "Veille de la Table fictive"
courriel = "veille@table.exemple.invalid"

[renseignements_personnels]
nom = "Dominique Fictif"
titre = "responsable de la protection des renseignements personnels"
courriel = "vieprivee@table.exemple.invalid"
"""
AUDIENCE_TOML = """\
slug = "{slug}"
nom = "{nom}"
visibilite = "{visibilite}"
alertes = ["financement"]
canaux = {canaux}
"""


def project(dossier: Path) -> Path:
    """The files that the public pages read: who we are, two audiences to offer, one internal, one without mail."""
    (dossier / "organisation.toml").write_text(ORGANISATION_TOML, encoding="utf-8")
    for slug, nom, visibilite, canaux in (
        (PUBLIC, "CLDS de Joliette", "publique", '["page", "courriel", "flux"]'),
        (AUTRE, "Partenaires", "publique", '["page", "courriel", "flux"]'),
        ("ca-direction", "Conseil secret", "interne", '["page", "courriel"]'),
        ("page-seule", "Page seule", "publique", '["page"]'),
    ):
        fichier = dossier / "digests" / slug / "audience.toml"
        fichier.parent.mkdir(parents=True, exist_ok=True)
        texte = AUDIENCE_TOML.format(slug=slug, nom=nom, visibilite=visibilite, canaux=canaux)
        fichier.write_text(texte, encoding="utf-8")
    return dossier


def token(c: sqlite3.Connection, but: jetons.But, sujet: str, audience: str = "", now: datetime = NOW) -> str:
    return jetons.issue(personnes.key(c), but, sujet, audience, now)
