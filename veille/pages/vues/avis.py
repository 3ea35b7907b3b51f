"""The reader's voice on the public site: « Utile », « Pas utile », « J'utilise ceci », and the issue's one question.

Opening a link counts nothing (mail scanners open links): a page with one button does. Nobody is named: a digest, an item,
a value, a day. A random cookie that lives one day tells apart colleagues behind one address, and is linked to nothing.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from datasette.utils.asgi import NotFound

from veille.francais import format_day, local_day
from veille.pages import abonnements
from veille.pages.frein import AVIS_PAR_HEURE
from veille.pages.visite import RefusFormulaire, Visite
from veille.store import boite
from veille.store.boite import GenreDepot
from veille.store.lecture import Connexion
from veille.store.publication import consultation

# The last part of the address → what is kept, and what the page says.
VOTES: dict[str, tuple[GenreDepot, str, str]] = {
    "utile": ("vote", "utile", "Cette nouvelle m’est utile"),
    "pas-utile": ("vote", "pas_utile", "Cette nouvelle ne m’est pas utile"),
    "utilise": ("emploi", "utilise", "J’utilise cette nouvelle dans mon travail"),
}
REPONSES = {
    "beaucoup": "Oui, beaucoup",
    "un_peu": "Oui, un peu",
    "pas_du_tout": "Non",
    "pas_lu": "Je ne l’ai pas lu",
}
TEMOIN = "veille_avis"
TEMOIN_S = 24 * 3600
TEMOIN_MAX = 64
MERCI = "Merci. Votre réponse est anonyme : ni votre nom ni votre adresse n’y sont liés."


async def ask(visite: Visite) -> Any:
    """What the button would say, and of what."""
    nouvelle, phrase = await _story(visite), VOTES[visite.var("voix")][2]
    autres = {v: dit for v, (_, _, dit) in VOTES.items() if v != visite.var("voix")}
    contexte = {"nouvelle": nouvelle, "phrase": phrase, "autres": autres, "ici": _here(visite)}
    return _with_cookie(visite, await visite.page("avis.html", contexte))


async def vote(visite: Visite) -> Any:
    """Count the vote."""
    await _story(visite)
    genre, valeur, _ = VOTES[visite.var("voix")]
    return await _deposit(visite, genre, int(visite.var("digest_id")), int(visite.var("item_id")), valeur)


async def survey(visite: Visite) -> Any:
    """The one question of an issue."""
    titre, jour = await _issue(visite)
    contexte = {"titre": titre, "jour": jour, "reponses": REPONSES, "ici": visite.request.path}
    return _with_cookie(visite, await visite.page("sondage.html", contexte))


async def answer(visite: Visite) -> Any:
    """Count the answer."""
    await _issue(visite)
    reponse = (await visite.form()).line("reponse", 20)
    if reponse not in REPONSES:
        raise RefusFormulaire("Choisissez une des réponses.")
    return await _deposit(visite, "sondage", int(visite.var("digest_id")), 0, reponse)


async def _deposit(visite: Visite, genre: GenreDepot, digest_id: int, item_id: int, valeur: str) -> Any:
    if not visite.site.frein.allow(visite.client, visite.now, "avis", par_heure=AVIS_PAR_HEURE):
        return await abonnements.too_many(visite)
    qui = _cookie(visite) or visite.client
    visiteur, jour = visite.site.frein.visitor(qui, visite.now), local_day(visite.now)
    garde = await visite.inbox(lambda c: boite.deposit(c, genre, digest_id, item_id, valeur, visiteur, jour))
    if not garde:
        return await visite.refuse(503, "La boîte des réponses est pleine pour l’instant. Réessayez demain.")
    return await abonnements.say(visite, "C’est noté", MERCI, liens={"/": "Lire les bulletins"})


def _cookie(visite: Visite) -> str:
    return str(visite.request.cookies.get(TEMOIN, ""))[:TEMOIN_MAX]


def _with_cookie(visite: Visite, reponse: Any) -> Any:
    """One that a visitor has already is not prolonged: it ends a day after the first page that gave it."""
    if not _cookie(visite):
        reponse.set_cookie(TEMOIN, secrets.token_urlsafe(16), max_age=TEMOIN_S, httponly=True, samesite="lax")
    return reponse


async def _story(visite: Visite) -> consultation.NouvellePubliee:
    digest_id, item_id = int(visite.var("digest_id")), int(visite.var("item_id"))

    def lire(c: Connexion) -> consultation.NouvellePubliee | None:
        if consultation.is_empty(c) or not consultation.is_told_in(c, digest_id, item_id):
            return None
        return consultation.one(c, item_id)

    nouvelle = await visite.read(lire)
    if nouvelle is None:
        raise NotFound("nouvelle inconnue")
    return nouvelle


async def _issue(visite: Visite) -> tuple[str, str]:
    digest_id = int(visite.var("digest_id"))
    trouve = await visite.read(lambda c: None if consultation.is_empty(c) else consultation.issue_title(c, digest_id))
    if trouve is None:
        raise NotFound("bulletin inconnu")
    return trouve[0], format_day(date.fromisoformat(trouve[1]))


def _here(visite: Visite) -> str:
    return f"/avis/{visite.var('digest_id')}/{visite.var('item_id')}"
