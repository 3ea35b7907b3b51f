"""The way into the staff site: a one-time link, a name, a session of a few hours; and the way out.

Opening the link consumes nothing (mail scanners and previews open links): only the button does.
"""

from __future__ import annotations

from typing import Any

from veille.pages.sessions import COOKIE_SESSION, Sessions
from veille.pages.visite import RefusFormulaire, Visite
from veille.store.comptes import DUREE_SESSION, EtatLien

NOM_MAX = 80
NOM_VIDE = "Écrivez votre nom : il accompagnera vos décisions."

REFUS: dict[EtatLien, str] = {
    "inconnu": "Ce lien de connexion n’existe pas. Vérifiez qu’il a été copié en entier.",
    "utilise": "Ce lien a déjà servi : chaque lien n’ouvre qu’une seule session.",
    "expire": "Ce lien a expiré : il n’était valable que 30 minutes.",
}


async def ask_name(visite: Visite) -> Any:
    """« Connexion »: who are you? Shown for a valid link; says how to get one otherwise."""
    jeton = visite.request.args.get("jeton") or ""
    etat = await _sessions(visite).link_state(jeton) if jeton else None
    if etat in (None, "valide"):
        return await visite.page("connexion.html", {"jeton": jeton})
    return await visite.page("connexion.html", {"refus": REFUS[etat]}, statut=403)


async def sign_in(visite: Visite) -> Any:
    """Consume the link and open a session in the name given."""
    formulaire = await visite.form()
    jeton = formulaire.line("jeton", 200)
    nom, erreur = "", NOM_VIDE
    try:
        nom = formulaire.line("nom", NOM_MAX)
    except RefusFormulaire as refus:
        erreur = str(refus)
    etat = await _sessions(visite).link_state(jeton)
    if etat == "valide" and not nom:
        return await visite.page("connexion.html", {"jeton": jeton, "erreur": erreur}, statut=400)
    session = await _sessions(visite).redeem(jeton, nom) if nom else None
    if session is None:  # Someone may have used the link since we looked.
        return await visite.page("connexion.html", {"refus": REFUS.get(etat, REFUS["utilise"])}, statut=403)
    reponse = visite.redirect("/", f"Bonjour {nom}. Votre session est ouverte pour 12 heures.")
    reponse.set_cookie(
        COOKIE_SESSION,
        visite.datasette.sign(session, "session"),
        max_age=int(DUREE_SESSION.total_seconds()),
        httponly=True,
        secure=visite.request.scheme == "https",
        samesite="lax",  # Not « strict »: a link in a colleague's mail must not look signed out.
    )
    return reponse


async def sign_out(visite: Visite) -> Any:
    """Close the session for good, wherever its cookie may have been copied."""
    scelle = visite.request.cookies[COOKIE_SESSION]
    await _sessions(visite).close_session(visite.datasette.unsign(scelle, "session"))
    reponse = visite.redirect("/connexion", "Votre session est fermée.")
    reponse.set_cookie(COOKIE_SESSION, "", expires=0, max_age=0, httponly=True)
    return reponse


def _sessions(visite: Visite) -> Sessions:
    if visite.site.sessions is None:
        raise LookupError("le site public n’a pas de connexion")
    return visite.site.sessions
