"""« Comptes »: who may enter and what each may do, for those who administer. A link made here is shown once, to hand over."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import NotFound

from veille.errors import RefusError
from veille.identite import NOM_MAX, canonical
from veille.model import Compte
from veille.pages.droits import DROITS_DITS
from veille.pages.entree import tell_wait
from veille.pages.visite import RefusFormulaire, Visite
from veille.store import liens, personnes, sessions, tentatives
from veille.store.lecture import Connexion

ACTES = {
    "cree": "compte ouvert",
    "renomme": "nom changé",
    "droits": "droits changés",
    "retire": "compte retiré",
    "retabli": "compte rétabli",
    "deverrouille": "attente levée",
    "mot_de_passe": "mot de passe choisi",
    "lien": "lien fait pour choisir un mot de passe",
}
SOI = "C’est votre propre compte : demandez à une autre personne qui administre les comptes."


async def board(visite: Visite) -> Any:
    """Everyone, and the form that adds someone."""
    return await _board(visite)


async def one(visite: Visite) -> Any:
    """One account: rights, state, what was done to it."""
    return await _one(visite, await _existing(visite))


async def add(visite: Visite) -> Any:
    """A new account, and the link by which the person chooses a password."""
    formulaire = await visite.form()
    identifiant, droits = canonical(formulaire.champs.get("identifiant", [""])[0]), formulaire.many("droits")
    nom = ""
    try:
        nom = formulaire.line("nom", NOM_MAX)

        def ecrire(c: Connexion) -> tuple[Compte, str]:
            compte = personnes.add(c, identifiant, nom, droits, visite.nom, visite.now)
            return compte, liens.create(c, "mot_de_passe", visite.now, compte.id)

        compte, jeton = await visite.sessions.write(ecrire)
    except (RefusFormulaire, RefusError) as refus:
        saisi = {"identifiant": identifiant, "nom": nom, "droits": droits}
        return await _board(visite, erreur=str(refus), saisi=saisi, statut=400)
    return await _hand_over(visite, compte, jeton)


async def modify(visite: Visite) -> Any:
    """Another name, other rights; nobody gives up their own `administrer`."""
    compte, formulaire = await _existing(visite), await visite.form()
    droits = formulaire.many("droits")
    try:
        nom = formulaire.line("nom", NOM_MAX)
        if compte.id == visite.compte_id and compte.peut("administrer") and not {"lire", "administrer"} <= {*droits}:
            raise RefusError(SOI)

        def ecrire(c: Connexion) -> None:
            personnes.rename(c, compte.id, nom, visite.nom, visite.now)
            personnes.set_rights(c, compte.id, droits, visite.nom, visite.now)

        await visite.sessions.write(ecrire)
    except (RefusFormulaire, RefusError) as refus:
        return await _one(visite, compte, erreur=str(refus), statut=400)
    return visite.redirect(f"/comptes/{compte.id}", f"Le compte de {nom} est à jour, dès maintenant.")


async def act(visite: Visite) -> Any:
    """Retire, restore, unlock."""
    compte, acte = await _existing(visite), visite.var("acte")
    actes = {
        "retirer": (personnes.retire, "est retiré : ses sessions sont fermées"),
        "retablir": (personnes.restore, "est rétabli, avec les mêmes droits"),
        "deverrouiller": (personnes.unlock, "peut se reconnecter tout de suite"),
    }
    faire, phrase = actes[acte]
    try:
        if acte == "retirer" and compte.id == visite.compte_id:
            raise RefusError(SOI)
        await visite.sessions.write(lambda c: faire(c, compte.id, visite.nom, visite.now))
    except RefusError as refus:
        return await _one(visite, compte, erreur=str(refus), statut=400)
    return visite.redirect(f"/comptes/{compte.id}", f"Le compte de {compte.nom} {phrase}.")


async def link(visite: Visite) -> Any:
    """A new link for someone who forgot their password; the one given before stops working."""
    compte = await _existing(visite)
    if compte.retire_a is not None:
        return await _one(visite, compte, erreur="Ce compte est retiré : rétablissez-le d’abord.", statut=400)

    def ecrire(c: Connexion) -> str:
        personnes.note(c, compte.id, "lien", visite.nom, visite.now)
        return liens.create(c, "mot_de_passe", visite.now, compte.id)

    return await _hand_over(visite, compte, await visite.sessions.write(ecrire))


async def _existing(visite: Visite) -> Compte:
    compte_id = int(visite.var("compte_id"))
    try:
        return await visite.sessions.read(lambda c: personnes.get(c, compte_id))
    except RefusError:
        raise NotFound("compte inconnu") from None


async def _board(visite: Visite, *, erreur: str = "", saisi: dict[str, Any] | None = None, statut: int = 200) -> Any:
    if visite.wants_json and erreur:
        return await visite.refuse(statut, erreur)
    tous, verrouilles = await visite.sessions.read(lambda c: (personnes.everyone(c), tentatives.locked(c, visite.now)))
    return await visite.page(
        "comptes.html",
        {
            "comptes": tous,
            "verrouilles": {compte_id: tell_wait(secondes) for compte_id, secondes in verrouilles.items()},
            "droits_dits": DROITS_DITS,
            "erreur": erreur,
            "saisi": saisi or {"droits": ("lire",)},
        },
        statut,
    )


async def _one(visite: Visite, compte: Compte, *, erreur: str = "", statut: int = 200) -> Any:
    if visite.wants_json and erreur:
        return await visite.refuse(statut, erreur)

    def lire(c: Connexion) -> dict[str, Any]:
        return {
            "historique": personnes.history(c, compte.id),
            "ouvertes": len(sessions.of_account(c, compte.id, "", visite.now)),
            "verrouille": tentatives.locked(c, visite.now).get(compte.id, 0),
        }

    contexte = await visite.sessions.read(lire)
    return await visite.page(
        "comptes_un.html",
        {
            **contexte,
            "compte": compte,
            "soi": compte.id == visite.compte_id,
            "tell_wait": tell_wait,
            "droits_dits": DROITS_DITS,
            "actes_compte": ACTES,
            "erreur": erreur,
        },
        statut,
    )


async def _hand_over(visite: Visite, compte: Compte, jeton: str) -> Any:
    """Shown in the answer itself: kept nowhere, it cannot be shown twice."""
    chemin = f"/connexion?jeton={jeton}"
    if visite.wants_json:
        return await visite.refuse(406, "Cette page ne se demande que dans un navigateur.")
    adresse = f"{visite.request.scheme}://{visite.request.host}{chemin}"
    jours = liens.DUREES["mot_de_passe"].days
    return await visite.page("comptes_lien.html", {"compte": compte, "adresse": adresse, "jours": jours})
