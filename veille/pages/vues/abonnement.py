"""« S’abonner »: the form, its neutral answer, and the link by which the owner of the mailbox confirms."""

from __future__ import annotations

from typing import Any

from veille.abonnes import adresses
from veille.errors import RefusError
from veille.pages import abonnements
from veille.pages.visite import Formulaire, Visite
from veille.store.abonnes import consentements, inscription
from veille.store.abonnes.inscription import Attente
from veille.store.lecture import Connexion

RECU = (
    "Si cette adresse n’est pas déjà abonnée, un courriel de confirmation y sera envoyé dans les prochaines minutes.",
    "Ouvrez-le et suivez le lien : rien d’autre ne vous est envoyé avant. Sans nouvelles, regardez dans les indésirables.",
    "Une demande qui n’est pas confirmée s’efface d’elle-même après 30 jours.",
)
CADUC = (
    "Ce lien ne sert plus : il a déjà servi, il a plus de sept jours, ou il est incomplet.",
    "Si vous avez déjà confirmé, tout est en place. Sinon, refaites une demande.",
)
FERMEE = (
    "Les abonnements par courriel ne sont pas ouverts pour l’instant. Les bulletins se lisent ici, et par leur flux."
)


async def ask(visite: Visite) -> Any:
    """The form: one unchecked box per audience."""
    return await _form(visite)


async def request(visite: Visite) -> Any:
    """Leave a request; the answer is the same whatever is known of the address."""
    formulaire, etat = await visite.form(), visite.site.offre.current()
    if not visite.site.frein.allow(visite.client, visite.now, "abonnement"):
        return await abonnements.too_many(visite)
    if not etat.offertes:
        return await _form(visite, statut=400)
    if formulaire.text("site_web", 2000):  # A person never sees this field.
        return await _received(visite)
    noms = {a.slug: a.nom for a in etat.offertes}
    voulues = [slug for slug in formulaire.many("public") if slug in noms]
    fautes: dict[str, str] = {}
    adresse = ""
    try:
        adresse = adresses.canonical(formulaire.champs.get("courriel", [""])[0])
    except RefusError as refus:
        fautes["courriel"] = str(refus)
    if not voulues:
        fautes["public"] = "Cochez au moins un bulletin."
    if fautes:
        return await _form(visite, formulaire, fautes, 400)
    now, preuve = visite.now, await abonnements.proof(visite)
    versions = {slug: formulaire.line(f"texte-{slug}", 40) for slug in voulues}
    publics = ", ".join(noms[slug] for slug in voulues)

    def ecrire(c: Connexion) -> bool:
        if not all(consentements.text_of(c, version) for version in versions.values()):
            return False
        inscription.request(c, adresse, versions, now, publics=publics, preuve=preuve)
        return True

    if not await visite.subscribers(ecrire):
        return await _form(
            visite, formulaire, {"": "Le texte de cette page a changé. Relisez-le, puis recommencez."}, 400
        )
    return await _received(visite)


async def to_confirm(visite: Visite) -> Any:
    """What the link would confirm, and one button; opening it does nothing (mail scanners open links)."""
    jeton = await abonnements.read_token(visite, "confirmation")
    attente = await visite.read_subscribers(lambda c: inscription.pending(c, jeton.sujet)) if jeton else Attente()
    if not attente:
        return await _stale(visite)
    noms = visite.site.offre.current().names()
    return await visite.page(
        "abonnement_confirmer.html",
        {"publics": {slug: noms.get(slug, slug) for slug in attente.audiences}, "adresse": attente.adresse},
    )


async def confirm(visite: Visite) -> Any:
    """The button: what was shown is confirmed, and nothing else."""
    formulaire = await visite.form()
    jeton = await abonnements.read_token(visite, "confirmation")
    if jeton is None:
        return await _stale(visite)
    vus, adresse = formulaire.many("public"), bool(formulaire.line("adresse", 10))
    now, preuve = visite.now, await abonnements.proof(visite)
    fait = await visite.subscribers(
        lambda c: inscription.confirm(c, jeton.sujet, vus, now, adresse=adresse, preuve=preuve)
    )
    if not fait:
        return await _stale(visite)
    phrases = []
    if fait.audiences:
        noms = visite.site.offre.current().names()
        phrases.append(f"Vous recevrez : {', '.join(noms.get(slug, slug) for slug in fait.audiences)}.")
    if fait.adresse:
        phrases.append("Cette adresse remplace l’ancienne.")
    phrases.append("Chaque bulletin porte un lien pour vous désabonner et un autre pour changer vos préférences.")
    return await abonnements.say(visite, "C’est confirmé", *phrases, liens={"/": "Lire les bulletins"})


async def _received(visite: Visite) -> Any:
    return await abonnements.say(
        visite,
        "Demande reçue",
        *RECU,
        liens={"/preferences": "Déjà abonné ? Vos préférences", "/": "Lire les bulletins"},
    )


async def _stale(visite: Visite) -> Any:
    return await abonnements.say(
        visite, "Confirmation", *CADUC, liens={"/abonnement": "S’abonner", "/preferences": "Vos préférences"}
    )


async def _form(
    visite: Visite, formulaire: Formulaire | None = None, fautes: dict[str, str] | None = None, statut: int = 200
) -> Any:
    etat = visite.site.offre.current()
    boites = await abonnements.offered(visite, etat)
    if not boites:
        return await abonnements.say(visite, "S’abonner", FERMEE, statut=statut, liens={"/": "Lire les bulletins"})
    saisi = formulaire.champs.get("courriel", [""])[0][:254] if formulaire else ""
    return await visite.page(
        "abonnement.html",
        {
            "boites": boites,
            "commun": abonnements.common(etat.organisation),
            "fautes": fautes or {},
            "saisi": saisi,
            "voulues": formulaire.many("public") if formulaire else (),
        },
        statut,
    )
