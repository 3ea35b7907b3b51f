"""« Vos préférences »: opened by a link sent to the mailbox, good for a day. Everything a person may ask of us is here."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import Response

from veille.abonnes import adresses
from veille.abonnes.formes import RYTHMES_DITS, Abonne, Choix, Identite, RythmeEnvoi
from veille.abonnes.jetons import Jeton
from veille.errors import RefusError
from veille.francais import local_day
from veille.pages import abonnements
from veille.pages.visite import Formulaire, Visite
from veille.store.abonnes import droits, inscription, personnes, suppressions

ENVOYE = (
    "Si cette adresse est abonnée, un courriel y sera envoyé dans les prochaines minutes.",
    "Il contient un lien vers vos préférences, qui sert pendant 24 heures. Sans nouvelles, regardez dans les indésirables.",
)
ENREGISTRE = "Vos préférences sont enregistrées, dès maintenant."
NOM_MAX, ORGANISATION_MAX, MRC_MAX = 120, 160, 80


async def ask(visite: Visite) -> Any:
    """Whose preferences: an address, to which the link is sent."""
    return await visite.page("preferences_demander.html", {"faute": "", "saisi": ""})


async def send_link(visite: Visite) -> Any:
    """The same answer whatever is known of the address."""
    formulaire = await visite.form()
    if not visite.site.frein.allow(visite.client, visite.now, "preferences"):
        return await abonnements.too_many(visite)
    saisi = formulaire.champs.get("courriel", [""])[0]
    try:
        adresse = adresses.canonical(saisi)
    except RefusError as refus:
        return await visite.page("preferences_demander.html", {"faute": str(refus), "saisi": saisi[:254]}, 400)
    now = visite.now
    if not formulaire.text("site_web", 2000):
        await visite.subscribers(lambda c: inscription.request_link(c, adresse, now))
    return await _sent(visite)


async def show(visite: Visite) -> Any:
    """The preferences; or, behind the link of a digest, which never expires, the offer of a fresh link."""
    jeton = await abonnements.read_token(visite, "preferences", "desabonnement")
    if jeton is not None and jeton.but == "desabonnement":
        return await visite.page("preferences_lien.html")
    personne = await visite.read_subscribers(lambda c: personnes.by_subject(c, jeton.sujet)) if jeton else None
    if personne is None:
        return await _stale(visite)
    return await _show(visite, personne)


async def act(visite: Visite) -> Any:
    """One of the page's buttons."""
    formulaire = await visite.form()
    jeton = await abonnements.read_token(visite, "preferences", "desabonnement")
    if jeton is not None and jeton.but == "desabonnement":
        return await _send_again(visite, jeton)
    personne = await visite.read_subscribers(lambda c: personnes.by_subject(c, jeton.sujet)) if jeton else None
    acte = ACTES.get(formulaire.line("acte", 20))
    if personne is None or acte is None:
        return await _stale(visite)
    return await acte(visite, personne, formulaire)


async def _save(visite: Visite, personne: Abonne, formulaire: Formulaire) -> Any:
    """Lists, rhythm, alerts, and what the person tells of themselves."""
    identite = Identite(
        formulaire.line("nom", NOM_MAX),
        formulaire.line("organisation", ORGANISATION_MAX),
        formulaire.line("mrc", MRC_MAX),
    )
    voulus = formulaire.many("public")
    alertes = formulaire.many("alertes")
    choix = [Choix(slug, _rhythm(formulaire.line(f"rythme-{slug}", 20)), slug in alertes) for slug in voulus]
    boites = await abonnements.offered(visite, visite.site.offre.current())
    proposes = {a.audience: a.texte_version for a in personne.abonnements if a.retire_a is None}
    proposes |= {boite.slug: boite.version for boite in boites}
    montres = {slug: proposes[slug] for slug in formulaire.many("montre") if slug in proposes}
    now, preuve = visite.now, await abonnements.proof(visite)

    def ecrire(c: Any) -> None:
        inscription.tell(c, personne.sujet, identite, now)
        inscription.choose(c, personne.sujet, choix, montres, now, preuve)

    await visite.subscribers(ecrire)
    return await _again(visite, personne.sujet, ENREGISTRE)


async def _change_address(visite: Visite, personne: Abonne, formulaire: Formulaire) -> Any:
    """A new address: a link goes there, and nothing changes before it is followed."""
    try:
        nouvelle = adresses.canonical(formulaire.champs.get("courriel", [""])[0])
    except RefusError as refus:
        return await _show(visite, personne, faute=str(refus), statut=400)
    if not visite.site.frein.allow(visite.client, visite.now, "adresse"):
        return await abonnements.too_many(visite)
    now, preuve = visite.now, await abonnements.proof(visite)
    await visite.subscribers(lambda c: inscription.request_address(c, personne.sujet, nouvelle, now, preuve))
    return await _again(
        visite,
        personne.sujet,
        "Un courriel part vers la nouvelle adresse. Elle servira quand vous aurez suivi son lien.",
    )


async def _leave_all(visite: Visite, personne: Abonne, _formulaire: Formulaire) -> Any:
    now = visite.now
    await visite.subscribers(lambda c: inscription.unsubscribe(c, personne.sujet, "", now, "preferences"))
    return await _again(visite, personne.sujet, "Vous ne recevrez plus rien de nous, dès maintenant.")


async def _download(visite: Visite, personne: Abonne, _formulaire: Formulaire) -> Any:
    """Everything we hold about this person, in a file a program can read."""
    now = visite.now

    def lire(c: Any) -> Any:
        droits.note_export(c, personne.adresse, now, "preferences")
        return droits.export(c, personne.adresse)

    donnees = await visite.subscribers(lire)
    corps = json.dumps(donnees, ensure_ascii=False, indent=2)
    entetes = {"Content-Disposition": 'attachment; filename="mes-donnees.json"'}
    return Response(corps, headers=entetes, content_type="application/json; charset=utf-8")


async def _erase(visite: Visite, personne: Abonne, formulaire: Formulaire) -> Any:
    if formulaire.line("confirme", 10) != "oui":
        return await _show(visite, personne, faute_effacer="Cochez la case pour confirmer.", statut=400)
    now = visite.now
    await visite.read_subscribers(lambda c: droits.erase(c, personne.adresse, now, "preferences"))
    return await abonnements.say(
        visite,
        "Tout est effacé",
        "Votre adresse, votre nom et vos abonnements sont effacés. Nous gardons seulement une empreinte chiffrée de"
        " l’adresse, pour ne plus jamais lui écrire.",
        liens={"/": "Lire les bulletins"},
    )


Acte = Callable[[Visite, Abonne, Formulaire], Awaitable[Any]]
ACTES: dict[str, Acte] = {
    "enregistrer": _save,
    "adresse": _change_address,
    "tout-quitter": _leave_all,
    "telecharger": _download,
    "effacer": _erase,
}


async def _show(
    visite: Visite, personne: Abonne, *, message: str = "", faute: str = "", faute_effacer: str = "", statut: int = 200
) -> Any:
    etat = visite.site.offre.current()
    boites = await abonnements.offered(visite, etat)
    noms = etat.names()
    jour = local_day(visite.now)
    abonnes = {a.audience: a for a in personne.abonnements if a.active(jour)}
    alertes = {a.slug for a in etat.audiences if a.alertes}
    # Lists that are no longer offered, or never were to all, can still be left.
    autres = [slug for slug in abonnes if slug not in {boite.slug for boite in boites}]
    ferme = await visite.read_subscribers(lambda c: suppressions.is_suppressed(c, personne.adresse))
    return await visite.page(
        "preferences.html",
        {
            "personne": personne,
            "boites": boites,
            "autres": {slug: noms.get(slug, slug) for slug in autres},
            "abonnes": abonnes,
            "avec_alertes": alertes,
            "rythmes": RYTHMES_DITS,
            "ferme": ferme,
            "message": message,
            "faute": faute,
            "faute_effacer": faute_effacer,
        },
        statut,
    )


async def _again(visite: Visite, sujet: str, message: str) -> Any:
    """The page as it is now, with what was just done."""
    personne = await visite.read_subscribers(lambda c: personnes.by_subject(c, sujet))
    return await _show(visite, personne, message=message) if personne else await _stale(visite)


async def _send_again(visite: Visite, jeton: Jeton) -> Any:
    if not visite.site.frein.allow(visite.client, visite.now, "preferences"):
        return await abonnements.too_many(visite)
    now = visite.now
    await visite.subscribers(lambda c: inscription.request_link_for(c, jeton.sujet, now))
    return await _sent(visite)


async def _sent(visite: Visite) -> Any:
    return await abonnements.say(visite, "Demande reçue", *ENVOYE, liens={"/": "Lire les bulletins"})


async def _stale(visite: Visite) -> Any:
    return await abonnements.say(
        visite,
        "Vos préférences",
        "Ce lien ne sert plus : il a plus de 24 heures, ou il est incomplet. Demandez-en un autre.",
        liens={"/preferences": "Demander un lien"},
    )


def _rhythm(texte: str) -> RythmeEnvoi:
    return "mensuel" if texte == "mensuel" else "numero"
