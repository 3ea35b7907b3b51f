"""The way into the staff site: an identifier and a password, or a one-time link; and the way out.

Opening a link consumes nothing (mail scanners and previews open links): only the button does.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from itsdangerous import BadSignature

from veille.errors import RefusError
from veille.identite import NOM_MAX, canonical, password_fault
from veille.model import DROITS, Compte
from veille.pages import entree
from veille.pages.sessions import COOKIE_APPAREIL, COOKIE_SESSION
from veille.pages.visite import Formulaire, RefusFormulaire, Visite, local_path
from veille.store import liens, personnes, sessions, tentatives
from veille.store.lecture import Connexion
from veille.store.liens import EtatLien, Lien
from veille.store.sessions import DUREE_SESSION

DUREE_APPAREIL = timedelta(days=180)
DIFFERENTS = "Les deux mots de passe ne sont pas les mêmes."

REFUS: dict[EtatLien, str] = {
    "inconnu": "Ce lien de connexion n’existe pas. Vérifiez qu’il a été copié en entier.",
    "utilise": "Ce lien ne sert plus : il a déjà servi, ou un autre l’a remplacé.",
    "expire": "Ce lien a expiré.",
    "depasse": "Ce lien servait à ouvrir le premier compte, et il y en a un.",
}


async def ask(visite: Visite) -> Any:
    """« Connexion »: the form, or what a link is for."""
    jeton = visite.request.args.get("jeton") or ""
    if jeton:
        lien = await visite.sessions.read(lambda c: liens.state(c, jeton, visite.now))
        return await _link_page(visite, lien, jeton)
    comptes = await visite.sessions.read(personnes.count)
    retour = local_path(visite.request.args.get("retour") or "/")
    return await visite.page("connexion.html", {"sans_compte": not comptes, "retour": retour})


async def sign_in(visite: Visite) -> Any:
    """Let in who shows the right password or a valid link."""
    formulaire = await visite.form()
    jeton = formulaire.line("jeton", 200)
    if not jeton:
        return await _by_password(visite, formulaire)
    lien = await visite.sessions.read(lambda c: liens.state(c, jeton, visite.now))
    if lien.etat != "valide":
        return await _link_page(visite, lien, jeton)
    par_genre = {"premier": _first, "mot_de_passe": _chosen, "session": _direct}
    return await par_genre[lien.genre](visite, formulaire, jeton, lien)


async def sign_out(visite: Visite) -> Any:
    """Close the session for good, wherever its cookie may have been copied."""
    session = current_session(visite)
    await visite.sessions.write(lambda c: sessions.close_session(c, session, visite.now))
    if visite.request.actor["annonce"]:
        message = "Vous entrez par le service de connexion de votre organisme : c’est là que l’on ferme sa session."
        reponse = visite.redirect("/compte", message)
    else:
        reponse = visite.redirect("/connexion", "Votre session est fermée.")
    reponse.set_cookie(COOKIE_SESSION, "", expires=0, max_age=0, httponly=True)
    return reponse


def current_session(visite: Visite) -> str:
    """The token of the session that this browser holds, or ""."""
    try:
        session = visite.datasette.unsign(visite.request.cookies.get(COOKIE_SESSION, ""), "session")
    except BadSignature:
        return ""
    return session if isinstance(session, str) else ""


def new_password(formulaire: Formulaire, identifiant: str, nom: str) -> str:
    """A password typed twice, or the reason to choose another."""
    voulu = formulaire.secret("nouveau")
    if faute := password_fault(voulu, identifiant, nom):
        raise RefusFormulaire(faute)
    if voulu != formulaire.secret("encore"):
        raise RefusFormulaire(DIFFERENTS)
    return voulu


async def _by_password(visite: Visite, formulaire: Formulaire) -> Any:
    identifiant, retour = (
        formulaire.champs.get("identifiant", [""])[0],
        local_path(formulaire.champs.get("retour", ["/"])[0]),
    )
    essai = await entree.sign_in(visite, identifiant, formulaire.secret("mot_de_passe"))
    if essai.compte is not None:
        return await _welcome(visite, essai.compte, essai.session, retour)
    if visite.wants_json:
        return await visite.refuse(essai.statut, essai.message)
    contexte = {"erreur": essai.message, "identifiant": canonical(identifiant)[:80], "retour": retour}
    reponse = await visite.page("connexion.html", contexte, essai.statut)
    if essai.attente:
        reponse.headers["Retry-After"] = str(essai.attente)
    return reponse


async def _first(visite: Visite, formulaire: Formulaire, jeton: str, lien: Lien) -> Any:
    """The very first account, with every right."""
    saisi = {"identifiant": canonical(formulaire.champs.get("identifiant", [""])[0]), "nom": ""}
    try:
        saisi["nom"] = formulaire.line("nom", NOM_MAX)
        empreinte = await visite.sessions.hash(new_password(formulaire, saisi["identifiant"], saisi["nom"]))

        def ecrire(c: Connexion) -> tuple[Lien, Compte | None, str]:
            consomme = liens.consume(c, jeton, visite.now)
            if consomme.etat != "valide":
                return consomme, None, ""
            compte = personnes.add(c, saisi["identifiant"], saisi["nom"], DROITS, saisi["nom"], visite.now)
            personnes.set_password(c, compte.id, empreinte, compte.nom, visite.now)
            return consomme, compte, _opened(visite, c, compte)

        consomme, compte, session = await visite.sessions.write(ecrire)
    except (RefusFormulaire, RefusError) as refus:
        return await _link_page(visite, lien, jeton, erreur=str(refus), saisi=saisi)
    if compte is None:  # Someone used the link since we looked.
        return await _link_page(visite, consomme, jeton)
    return await _welcome(visite, compte, session, "/")


async def _chosen(visite: Visite, formulaire: Formulaire, jeton: str, lien: Lien) -> Any:
    """A person chooses their own password: nobody else ever knows it."""
    compte = lien.compte
    if compte is None:
        raise LookupError("un lien de mot de passe appartient à un compte")
    try:
        empreinte = await visite.sessions.hash(new_password(formulaire, compte.identifiant, compte.nom))
    except RefusFormulaire as refus:
        return await _link_page(visite, lien, jeton, erreur=str(refus))

    def ecrire(c: Connexion) -> tuple[Lien, str]:
        consomme = liens.consume(c, jeton, visite.now)
        if consomme.etat != "valide":
            return consomme, ""
        personnes.set_password(c, compte.id, empreinte, compte.nom, visite.now)
        sessions.close_all(c, compte.id, visite.now)
        tentatives.forget(c, compte.id)
        return consomme, _opened(visite, c, compte)

    consomme, session = await visite.sessions.write(ecrire)
    if not session:
        return await _link_page(visite, consomme, jeton)
    return await _welcome(visite, compte, session, "/")


async def _direct(visite: Visite, _formulaire: Formulaire, jeton: str, lien: Lien) -> Any:
    """Straight in, in the name of one account."""
    compte = lien.compte
    if compte is None:
        raise LookupError("un lien de session appartient à un compte")

    def ecrire(c: Connexion) -> tuple[Lien, str]:
        consomme = liens.consume(c, jeton, visite.now)
        return consomme, _opened(visite, c, compte) if consomme.etat == "valide" else ""

    consomme, session = await visite.sessions.write(ecrire)
    if not session:
        return await _link_page(visite, consomme, jeton)
    return await _welcome(visite, compte, session, "/")


def _opened(visite: Visite, c: Connexion, compte: Compte) -> str:
    return sessions.open_session(c, compte.id, compte.nom, entree.device(visite), visite.now)


async def _link_page(
    visite: Visite, lien: Lien, jeton: str, *, erreur: str = "", saisi: dict[str, str] | None = None
) -> Any:
    """What a link is for, with its form; or why it opens nothing."""
    if lien.etat != "valide":
        return await visite.page("connexion.html", {"refus": REFUS[lien.etat], "genre": lien.genre}, 403)
    contexte = {"jeton": jeton, "genre": lien.genre, "compte": lien.compte, "erreur": erreur, "saisi": saisi or {}}
    return await visite.page("connexion.html", contexte, 400 if erreur else 200)


async def _welcome(visite: Visite, compte: Compte, session: str, retour: str) -> Any:
    """Give the browser its session; what it held before is closed."""
    ancienne = current_session(visite)
    await visite.sessions.write(lambda c: sessions.close_session(c, ancienne, visite.now))
    chemin = retour if compte.peut("lire") else "/compte"
    reponse = visite.redirect(chemin, "Votre session est ouverte pour 12 heures sur cet appareil.")
    _give(visite, reponse, COOKIE_SESSION, visite.datasette.sign(session, "session"), DUREE_SESSION)
    if not entree.known_device(visite, compte.id):
        appareil = visite.datasette.sign({"c": compte.id, "a": secrets.token_urlsafe(16)}, "appareil")
        _give(visite, reponse, COOKIE_APPAREIL, appareil, DUREE_APPAREIL)
    return reponse


def _give(visite: Visite, reponse: Any, nom: str, valeur: str, duree: timedelta) -> None:
    reponse.set_cookie(
        nom,
        valeur,
        max_age=int(duree.total_seconds()),
        httponly=True,
        secure=visite.request.scheme == "https",
        samesite="lax",  # Not « strict »: a link in a colleague's mail must not look signed out.
    )
