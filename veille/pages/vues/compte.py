"""« Mon compte »: who I am here, my password, how I want the pages, and the sessions I left open elsewhere."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response

from veille.francais import NBSP, plural
from veille.pages import entree
from veille.pages.connexion import current_session, new_password
from veille.pages.droits import DROITS_DITS
from veille.pages.visite import RefusFormulaire, Visite, local_path
from veille.store import liens, personnes, sessions
from veille.store.lecture import Connexion

PREFERENCES = {
    "raccourcis": {"oui": True, "non": False},
    "visite": {"vue": True, "revoir": False},
}
SANS_MOT_DE_PASSE = "Ce compte n’a pas encore de mot de passe. Demandez un lien à qui administre les comptes."


FAITES = {
    "oui": "Les raccourcis du clavier sont en service.",
    "non": "Les raccourcis du clavier sont coupés.",
    "vue": "La visite est fermée : « Mon compte » la rouvre.",
    "revoir": "La visite est rouverte.",
}


async def show(visite: Visite) -> Any:
    """Everything about the signed-in person, and what they may change themselves."""
    return await _page(visite)


async def prefer(visite: Visite) -> Any:
    """Keyboard shortcuts on or off; the tour dismissed, or wanted again."""
    formulaire = await visite.form()
    for cle, valeurs in PREFERENCES.items():
        if choix := formulaire.line(cle, 20):
            if choix not in valeurs:
                raise RefusFormulaire("Cette préférence n’existe pas. Rechargez la page, puis recommencez.")
            await visite.prefer(cle, valeurs[choix])
            break
    else:
        raise RefusFormulaire("Choisissez une préférence.")
    if visite.wants_json:
        return Response.json({"ok": True})
    return visite.redirect(local_path(formulaire.champs.get("retour", ["/compte"])[0]), FAITES[choix])


async def change_password(visite: Visite) -> Any:
    """Another password, once the present one is shown; every other session closes."""
    formulaire = await visite.form()
    compte_id, ici = visite.compte_id, current_session(visite)
    try:
        voulu = new_password(formulaire, visite.identifiant, visite.nom)
    except RefusFormulaire as refus:
        return await _page(visite, erreur=str(refus), champ="nouveau", statut=400)
    essai = await entree.confirm(visite, formulaire.secret("ancien"))
    if essai.compte is None:
        message = essai.message if essai.refus or essai.attente else "Ce n’est pas votre mot de passe actuel."
        return await _page(visite, erreur=message, champ="ancien", statut=essai.statut)
    empreinte = await visite.sessions.hash(voulu)

    def ecrire(c: Connexion) -> int:
        personnes.set_password(c, compte_id, empreinte, visite.nom, visite.now)
        liens.void(c, compte_id, visite.now, "mot_de_passe")
        return sessions.close_all(c, compte_id, visite.now, sauf=ici)

    fermees = await visite.sessions.write(ecrire)
    suite = f" {plural(fermees, 'autre session est fermée', 'autres sessions sont fermées')}." if fermees else ""
    return visite.redirect("/compte", f"Votre mot de passe est changé.{suite}")


async def close_others(visite: Visite) -> Any:
    """Close what was left open on other devices."""
    compte_id, ici = visite.compte_id, current_session(visite)
    fermees = await visite.sessions.write(lambda c: sessions.close_all(c, compte_id, visite.now, sauf=ici))
    message = plural(fermees, "session fermée", "sessions fermées") if fermees else "Aucune autre session n’est ouverte"
    return visite.redirect("/compte#sessions", f"{message}.")


async def _page(visite: Visite, *, erreur: str = "", champ: str = "", statut: int = 200) -> Any:
    if visite.wants_json and erreur:
        return await visite.refuse(statut, erreur)
    compte_id, ici = visite.compte_id, current_session(visite)
    compte, ouvertes = await visite.sessions.read(
        lambda c: (personnes.get(c, compte_id), sessions.of_account(c, compte_id, ici, visite.now))
    )
    return await visite.page(
        "compte.html",
        {
            "compte": compte,
            "droits": {droit: DROITS_DITS[droit] for droit in compte.droits},
            "sessions": ouvertes,
            "autres": sum(not session.ici for session in ouvertes),
            "erreur": erreur,
            "champ": champ,
            "NBSP": NBSP,
            "now": visite.now,
        },
        statut,
    )
