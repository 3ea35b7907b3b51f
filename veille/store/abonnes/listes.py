"""Lists that the organisation already has, brought in with the consent it declares for each line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time

from veille.abonnes.formes import Abonne, Abonnement, BilanImport, GenreAbonne, Identite, LigneImport
from veille.errors import Faute
from veille.francais import FUSEAU
from veille.store.abonnes import abonnements, consentements, personnes, suppressions


def refused(c: sqlite3.Connection, lignes: Iterable[LigneImport], fichier: str) -> list[Faute]:
    """Lines whose person said no: only they can come back, by the public page."""
    attendu = "cette personne ne veut plus rien recevoir ; elle seule peut se réabonner, par la page d’abonnement"
    return [
        Faute(fichier, f"ligne {ligne.ligne}, colonne courriel", ligne.adresse, attendu)
        for ligne in lignes
        if any(suppressions.is_suppressed(c, ligne.adresse, audience) for audience in ligne.audiences)
    ]


def bring_in(
    c: sqlite3.Connection, lignes: Iterable[LigneImport], now: datetime, genre: GenreAbonne = "partenaire"
) -> BilanImport:
    """Write these lines, in the caller's transaction. Brought in again, a list changes nothing."""
    bilan = BilanImport()
    for ligne in lignes:
        personne = personnes.find(c, ligne.adresse) or personnes.add(c, ligne.adresse, now, ligne.identite, genre)
        _complete(c, personne, ligne.identite)
        for audience in ligne.audiences:
            bilan = _one(c, personne, ligne, audience, now, bilan)
    return bilan


def _complete(c: sqlite3.Connection, personne: Abonne, identite: Identite) -> None:
    """What the person said of themselves stays; a list only fills what is empty."""
    garde = Identite(
        personne.nom or identite.nom,
        personne.organisation or identite.organisation,
        personne.mrc or identite.mrc,
    )
    personnes.set_identity(c, personne.sujet, garde)


def _one(
    c: sqlite3.Connection, personne: Abonne, ligne: LigneImport, audience: str, now: datetime, bilan: BilanImport
) -> BilanImport:
    connu = next((a for a in personne.abonnements if a.audience == audience), None)
    vivant = connu is not None and connu.confirme_a is not None and connu.retire_a is None
    if connu is not None and vivant and not _better(connu, ligne):
        return replace(bilan, deja=bilan.deja + 1)
    nouveau = Abonnement(
        audience,
        connu.rythme if connu else "numero",
        connu.alertes if connu else False,
        ligne.base,
        "import",
        "",
        datetime.combine(ligne.consenti_le, time(), FUSEAU).astimezone(UTC),
        now,
        ligne.expire_le,
        None,
    )
    abonnements.declare(c, personne.id, nouveau, connu)
    preuve = f"{ligne.preuve} (consentement du {ligne.consenti_le.isoformat()})"
    consentements.note(
        c, "import", personne.sujet, now, audience=audience, base=ligne.base, origine="import", preuve=preuve
    )
    if vivant:
        return replace(bilan, prolonges=bilan.prolonges + 1)
    return replace(bilan, ajoutes=bilan.ajoutes + 1)


def _better(connu: Abonnement, ligne: LigneImport) -> bool:
    """Express rather than tacit, or tacit for longer."""
    if connu.base == "expres" or connu.expire_le is None:
        return False
    return ligne.base == "expres" or (ligne.expire_le is not None and ligne.expire_le > connu.expire_le)
