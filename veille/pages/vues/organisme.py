"""« Organisme »: who we are, who sends, who answers for personal information. No password is ever shown or typed here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from veille import settings
from veille.errors import FichierChangeError, SettingsError
from veille.model import Organisation
from veille.pages import publics, reglages
from veille.pages.reglages import Saisies
from veille.pages.visite import Visite
from veille.pages.vues.publics import unreadable
from veille.settings import cles
from veille.store import modifications
from veille.store.lecture import Connexion

ICI = "/organisme"
CHAMPS = tuple(champ for groupe in publics.ORGANISATION for champ in groupe.champs)


@dataclass(frozen=True)
class Etat:
    """organisation.toml, opened."""

    organisation: Organisation
    fichier: cles.Fichier


async def show(visite: Visite) -> Any:
    """The organisation in its form, and what the law still asks for."""
    try:
        etat = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur)
    return await _page(visite, etat, reglages.show(etat.organisation, CHAMPS))


async def save(visite: Visite) -> Any:
    """Write what changed in its file, if the file still is the one the person saw."""
    formulaire = await visite.form()
    try:
        etat = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur, 400)
    saisies = reglages.read(formulaire, CHAMPS)
    lues, fautes = reglages.values(saisies, CHAMPS)
    if fautes:
        return await _page(visite, etat, saisies, fautes, statut=400)
    changements = reglages.changed(etat.organisation, lues, CHAMPS)
    if not changements:
        return visite.redirect(ICI, "Rien n’a changé.")
    phrases = reglages.tell(etat.organisation, changements, CHAMPS)

    def ecrire(c: Connexion) -> None:
        vue = formulaire.line("base", 64)
        avant, apres = cles.change(visite.site.dossier, publics.ORGANISME, Organisation, vue, changements)
        modifications.record(c, publics.ORGANISME, avant.texte, apres.texte, phrases, visite.nom, visite.now)

    try:
        await visite.write(ecrire)
    except FichierChangeError as erreur:
        return await _page(visite, etat, saisies, generales=[str(f) for f in erreur.fautes], statut=409)
    except SettingsError as erreur:
        fautes, generales = reglages.by_field(erreur.fautes, CHAMPS)
        return await _page(visite, etat, saisies, fautes, generales, 400)
    return visite.redirect(ICI, f"Enregistré. {' '.join(phrases)}")


def _open(visite: Visite) -> Etat:
    fichier = cles.read(visite.site.dossier, publics.ORGANISME)
    return Etat(cles.build(visite.site.dossier, publics.ORGANISME, Organisation, fichier.donnees), fichier)


async def _page(
    visite: Visite,
    etat: Etat,
    saisies: Saisies,
    fautes: dict[str, list[str]] | None = None,
    generales: list[str] | None = None,
    statut: int = 200,
) -> Any:
    historique = await visite.read(lambda c: modifications.history(c, publics.ORGANISME))
    return await visite.page(
        "organisme.html",
        {
            "groupes": publics.ORGANISATION,
            "saisies": saisies,
            "fautes": fautes or {},
            "generales": generales or [],
            "base": etat.fichier.empreinte,
            "manques": settings.missing_for_publication(etat.organisation),
            "noms": {champ.cle: champ.nom for champ in CHAMPS},
            "historique": historique,
            "a_la_main": modifications.A_LA_MAIN,
            "modifiable": visite.peut("administrer"),
        },
        statut,
    )
