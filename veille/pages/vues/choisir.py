"""« À choisir »: alerts that could go between two issues, and weeks with too little to say. A person decides each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from veille import brouillon
from veille.editor import last_due_day
from veille.editor.alertes import DELAI_J
from veille.editor.mince import PHRASES, ChoixMince, is_thin
from veille.editor.retouches import MESURES
from veille.francais import local_day
from veille.model import Audience
from veille.pages.alertes import proposed, retained
from veille.pages.visite import RefusFormulaire, Visite
from veille.store import arbitrages, brouillons, digests, fiches, service
from veille.store.arbitrages import Mince
from veille.store.lecture import Connexion

ICI = "/bulletins/choisir"
RATTRAPAGE_J = 3  # As the schedule: an issue due earlier than this is no longer asked about.
NOMS_MESURES = {
    "thematiques": "d’autres thèmes",
    "territoires": "d’autres lieux",
    "types": "d’autres types de documents",
}
FAITS: dict[ChoixMince, str] = {
    "elargir": "Le brouillon s’élargit : relisez-le dans quelques secondes.",
    "reporter": "Noté : ce numéro est réuni avec le prochain.",
    "sauter": "Un avis est en préparation : relisez-le, puis approuvez-le.",
    "garder": "Noté : ce court numéro peut être approuvé.",
}


@dataclass(frozen=True)
class Attente:
    """An audience whose issue is thin. `digest_id` 0: nothing at all, so no draft. `choisi`: what someone chose already."""

    audience: Audience
    prevu_le: date
    elements: int
    digest_id: int
    choisi: Mince | None


async def board(visite: Visite) -> Any:
    """What someone may choose today."""
    etat = await asyncio.to_thread(visite.site.offre.current)
    now = visite.now

    def lire(c: Connexion) -> dict[str, Any]:
        return {
            "alertes": proposed(c, visite.site.dossier, etat.audiences, retained(c, now), now),
            "minces": thin_weeks(c, etat.audiences, local_day(now)),
            "attendues": {(d.genre, d.argument) for d in service.waiting(c)},
        }

    return await visite.page(
        "choisir.html",
        {
            **await visite.read(lire),
            "noms": etat.names(),
            "phrases": PHRASES,
            "mesures": NOMS_MESURES,
            "delai": DELAI_J,
            "now": now,
        },
    )


async def alert(visite: Visite) -> Any:
    """Ask that a proposed alert be composed, or set it aside."""
    formulaire = await visite.form()
    acte, audience, groupe = (
        formulaire.line("acte", 20),
        formulaire.line("audience", 100),
        formulaire.line("groupe", 18),
    )
    if acte not in ("composer", "ecarter") or not groupe.isdecimal():
        raise RefusFormulaire("Ce choix n’est plus offert. Rechargez la page « À choisir ».")

    connus = (await asyncio.to_thread(visite.site.offre.current)).names()

    def ecrire(c: Connexion) -> None:
        if audience not in connus or not fiches.load(c, [int(groupe)]):
            raise RefusFormulaire("Cette nouvelle ou ce public n’existe plus. Rechargez la page.")
        if acte == "composer":
            service.ask(c, "alerter", f"{audience}:{int(groupe)}", visite.nom, visite.now)
        else:
            arbitrages.set_aside(c, int(groupe), audience, visite.nom, visite.now)

    await visite.write(ecrire)
    fait = "Alerte demandée : elle paraîtra dans « Bulletins ». Relisez-la, puis approuvez-la."
    return visite.redirect(ICI, fait if acte == "composer" else "Alerte écartée : elle ne sera plus proposée.")


async def thin(visite: Visite) -> Any:
    """Record what becomes of a thin week, and ask for the work it needs."""
    formulaire = await visite.form()
    slug, voulu = formulaire.line("audience", 100), formulaire.line("choix", 20)
    choix = next((x for x in get_args(ChoixMince) if x == voulu), None)
    mesures = tuple(m for m in formulaire.many("mesures") if m in MESURES)
    if choix is None:
        raise RefusFormulaire("Choisissez ce que devient ce numéro.")
    if choix == "elargir" and not mesures:
        raise RefusFormulaire("Pour élargir, cochez ce qui s’ouvre : d’autres thèmes, d’autres lieux, d’autres types.")
    etat = await asyncio.to_thread(visite.site.offre.current)

    def ecrire(c: Connexion) -> None:
        attente = next(
            (x for x in thin_weeks(c, etat.audiences, local_day(visite.now)) if x.audience.slug == slug), None
        )
        if attente is None:
            raise RefusFormulaire("Ce numéro n’est plus à choisir : quelqu’un s’en est occupé. Rechargez la page.")
        if choix == "garder" and not attente.digest_id:
            raise RefusFormulaire("Il n’y a rien à garder : aucun élément n’est retenu pour ce public.")
        arbitrages.record_thin(c, slug, attente.prevu_le, choix, attente.digest_id or None, visite.nom, visite.now)
        if choix == "elargir":
            if attente.digest_id:
                brouillons.append(
                    c, attente.digest_id, "elargir", None, {"mesures": list(mesures)}, visite.nom, visite.now
                )
            service.ask(c, "composer", slug, visite.nom, visite.now)
        if choix == "sauter":
            service.ask(c, "sauter", slug, visite.nom, visite.now)

    await visite.write(ecrire)
    return visite.redirect(ICI, FAITS[choix])


# ---------------------------------------------------------------- what is to be chosen


def thin_weeks(c: Connexion, audiences: tuple[Audience, ...], aujourdhui: date) -> list[Attente]:
    """Audiences whose open draft is too short, or whose day came with nothing to say."""
    attentes = []
    for audience in (a for a in audiences if a.genre == "bulletin"):
        ouvert = digests.open_draft(c, audience.slug)
        if ouvert is not None:
            elements, digest_id = len(digests.groups_of(c, ouvert.id)), ouvert.id
            prevu, attend = brouillon.due_day(audience, ouvert), True
        else:
            dernier = digests.latest_issue(c, audience.slug)
            elements, digest_id, prevu = 0, 0, last_due_day(audience, aujourdhui)
            venu = dernier is not None and local_day(dernier.compose_a) >= prevu
            attend = (aujourdhui - prevu).days <= RATTRAPAGE_J and not venu
        if attend and is_thin(audience, elements):
            choisi = arbitrages.thin_choice(c, audience.slug, prevu)
            attentes.append(Attente(audience, prevu, elements, digest_id, choisi))
    return attentes
