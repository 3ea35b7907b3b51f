"""Leaving a list: GET shows one button, POST acts at once (RFC 8058), and both say the same words whatever the token."""

from __future__ import annotations

from typing import Any

from veille.pages import abonnements
from veille.pages.visite import Visite
from veille.store.abonnes import inscription

FAIT = (
    "Le bulletin d’où vient ce lien ne vous sera plus envoyé, dès maintenant.",
    "Si vous en recevez d’autres de nous, chacun porte son propre lien ; la page de vos préférences les ferme tous à la fois.",
)


async def to_leave(visite: Visite) -> Any:
    """One button. The page is the same for every token, so that it tells nothing of any."""
    return await visite.page("desabonnement.html")


async def leave(visite: Visite) -> Any:
    """Nothing more is sent from this very transaction on; a token that is not ours gets the same answer."""
    jeton = await abonnements.read_token(visite, "desabonnement")
    if jeton is not None:
        now = visite.now
        await visite.subscribers(lambda c: inscription.unsubscribe(c, jeton.sujet, jeton.audience, now))
    liens = {"/preferences": "Vos préférences", "/abonnement": "Me réabonner"}
    return await abonnements.say(visite, "C’est fait", *FAIT, liens=liens)
