"""« Personnes abonnées », for those who administer: numbers, a list to bring in, and one person at a time.

Addresses are never listed: one is typed to be found, and its page is named by the person's `sujet`, so that no address goes
into a log, a history or the next page's « Referer ».
"""

from __future__ import annotations

import json
from typing import Any

from datasette.utils.asgi import NotFound, Response

from veille.abonnes import adresses, textes
from veille.abonnes.importation import read_list
from veille.errors import Faute, RefusError
from veille.francais import local_day, plural
from veille.pages.visite import Formulaire, RefusFormulaire, Visite
from veille.store import organisations
from veille.store.abonnes import abonnements, consentements, droits, inscription, listes, personnes
from veille.store.abonnes.abonnements import Compte
from veille.store.lecture import Connexion

COLLAGE_MAX = 200_000
FAUTES_MONTREES = 40
COLLEE = "liste collée"
ACTES = {
    "demande": "a demandé",
    "confirmation": "a confirmé",
    "import": "liste apportée par l’équipe",
    "preference": "a changé ses préférences",
    "correction": "adresse corrigée",
    "retrait": "s’est désabonnée",
    "rebond": "adresse qui ne reçoit plus",
    "plainte": "a signalé un courriel comme indésirable",
    "expiration": "fin de conservation ou de consentement tacite",
    "effacement": "effacée",
    "communication": "a reçu ses données",
}


async def board(visite: Visite) -> Any:
    """Numbers by audience, and the two forms."""
    return await _board(visite)


async def import_list(visite: Visite) -> Any:
    """A pasted list: all of it or nothing, unless the person says otherwise."""
    formulaire = await visite.form()
    try:
        collee = formulaire.text("liste", COLLAGE_MAX)
    except RefusFormulaire as refus:
        return await _board(visite, erreur=str(refus), statut=400)
    public, partiel = formulaire.line("public", 100), formulaire.line("partiel", 5) == "oui"
    etat = visite.site.offre.current()
    publics = frozenset(a.slug for a in etat.audiences)
    now = visite.now
    liste = read_list(collee.encode(), COLLEE, publics, local_day(now), public if public in publics else "")

    def ecrire(c: Connexion) -> tuple[str, list[Faute]]:
        refusees = listes.refused(c, liste.lignes, COLLEE)
        fermees = {faute.cle for faute in refusees}
        lignes = [x for x in liste.lignes if f"ligne {x.ligne}, colonne courriel" not in fermees]
        fautes = [*liste.fautes, *refusees]
        if not lignes or (fautes and not partiel):
            return "", fautes
        bilan = listes.bring_in(c, lignes, now)
        return f"{plural(bilan.ajoutes, 'abonnement ajouté', 'abonnements ajoutés')}, {bilan.deja} déjà là.", fautes

    message, fautes = await visite.subscribers(ecrire)
    if fautes:
        saisi = {"liste": collee, "public": public, "partiel": partiel}
        return await _board(visite, message=message, fautes=fautes, saisi=saisi, statut=200 if message else 400)
    return visite.redirect("/abonnes", message)


async def find(visite: Visite) -> Any:
    """One person, by the exact address typed."""
    formulaire = await visite.form()
    try:
        adresse = adresses.canonical(formulaire.champs.get("courriel", [""])[0])
    except RefusError as refus:
        return await _board(visite, erreur=str(refus), statut=400)
    personne = await visite.read_subscribers(lambda c: personnes.find(c, adresse))
    if personne is None:
        return await _board(visite, erreur="Aucune personne abonnée n’a cette adresse.", statut=404)
    return visite.redirect(f"/abonnes/{personne.sujet}")


async def one(visite: Visite) -> Any:
    """One person: what they receive, what was done, and the acts they may ask of us."""
    return await _one(visite)


async def act(visite: Visite) -> Any:
    """Export, correct, unsubscribe, erase."""
    faire = {"exporter": _export, "corriger": _correct, "desabonner": _leave, "effacer": _erase, "organisation": _join}[
        visite.var("acte")
    ]
    formulaire, sujet = await visite.form(), visite.var("sujet")
    personne = await visite.read_subscribers(lambda c: personnes.by_subject(c, sujet))
    if personne is None:
        raise NotFound("personne inconnue")
    try:
        return await faire(visite, personne.adresse, formulaire)
    except RefusError as refus:
        return await _one(visite, erreur=str(refus), statut=400)


async def _export(visite: Visite, adresse: str, _formulaire: Formulaire) -> Any:
    now = visite.now

    def ecrire(c: Connexion) -> Any:
        droits.note_export(c, adresse, now, "equipe")
        return droits.export(c, adresse)

    corps = json.dumps(await visite.subscribers(ecrire), ensure_ascii=False, indent=2)
    entetes = {"Content-Disposition": 'attachment; filename="donnees-de-la-personne.json"'}
    return Response(corps, headers=entetes, content_type="application/json; charset=utf-8")


async def _correct(visite: Visite, adresse: str, formulaire: Formulaire) -> Any:
    nouvelle = adresses.canonical(formulaire.champs.get("courriel", [""])[0])
    now = visite.now
    await visite.subscribers(lambda c: droits.correct(c, adresse, nouvelle, now))
    return visite.redirect(f"/abonnes/{visite.var('sujet')}", "L’adresse est corrigée.")


async def _join(visite: Visite, _adresse: str, formulaire: Formulaire) -> Any:
    """Say which organisation of the répertoire is theirs; what they wrote themselves stays."""
    sujet, code = visite.var("sujet"), formulaire.line("organisation", 80)
    if code and code not in {f.code for f in await visite.read(organisations.listed)}:
        raise RefusError("Cette organisation n’est pas au répertoire.")
    await visite.subscribers(lambda c: personnes.set_organisation(c, sujet, code))
    return visite.redirect(
        f"/abonnes/{sujet}", "L’organisation est notée." if code else "Aucune organisation n’est notée."
    )


async def _leave(visite: Visite, _adresse: str, _formulaire: Formulaire) -> Any:
    sujet, now = visite.var("sujet"), visite.now
    await visite.subscribers(lambda c: inscription.unsubscribe(c, sujet, "", now, "equipe"))
    return visite.redirect(f"/abonnes/{sujet}", "Plus rien ne lui est envoyé, dès maintenant.")


async def _erase(visite: Visite, adresse: str, formulaire: Formulaire) -> Any:
    if formulaire.line("confirme", 5) != "oui":
        raise RefusError("Cochez la case pour confirmer : effacer ne se défait pas.")
    now = visite.now
    await visite.read_subscribers(lambda c: droits.erase(c, adresse, now))
    return visite.redirect("/abonnes", "La personne est effacée. Pensez aux listes et aux copies gardées ailleurs.")


async def _board(
    visite: Visite,
    *,
    erreur: str = "",
    message: str = "",
    fautes: list[Faute] | None = None,
    saisi: dict[str, Any] | None = None,
    statut: int = 200,
) -> Any:
    if visite.wants_json and erreur:
        return await visite.refuse(statut, erreur)
    etat, now = visite.site.offre.current(), visite.now
    lus = {x.audience: x for x in await visite.read_subscribers(lambda c: abonnements.counts(c, now))}
    noms = etat.names()
    comptes = [(noms.get(slug, slug), lus.get(slug, Compte(slug))) for slug in dict.fromkeys([*noms, *lus])]
    return await visite.page(
        "abonnes.html",
        {
            "comptes": comptes,
            "publics": noms,
            "avis": textes.hosting_warning(etat.organisation) if etat.organisation else "",
            "ouverte": etat.ouverte,
            "erreur": erreur,
            "message": message,
            "fautes": (fautes or [])[:FAUTES_MONTREES],
            "fautes_total": len(fautes or []),
            "saisi": saisi or {},
        },
        statut,
    )


async def _one(visite: Visite, *, erreur: str = "", statut: int = 200) -> Any:
    if visite.wants_json and erreur:
        return await visite.refuse(statut, erreur)
    sujet = visite.var("sujet")

    def lire(c: Connexion) -> Any:
        return personnes.by_subject(c, sujet), consentements.journal(c, sujet)

    personne, actes = await visite.read_subscribers(lire)
    if personne is None:
        raise NotFound("personne inconnue")
    return await visite.page(
        "abonnes_une.html",
        {
            "personne": personne,
            "journal": actes,
            "noms": visite.site.offre.current().names(),
            "actes_dits": ACTES,
            "aujourdhui": local_day(visite.now),
            "organisations": await visite.read(organisations.listed),
            "erreur": erreur,
        },
        statut,
    )
