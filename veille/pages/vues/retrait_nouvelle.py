"""« Retirer une nouvelle »: a story leaves every issue that told it, without its title being said again."""

from __future__ import annotations

from typing import Any

from veille.errors import RefusError
from veille.francais import plural
from veille.pages.visite import RefusFormulaire, Visite
from veille.store import retraits, service
from veille.store.lecture import Connexion


async def withdraw(visite: Visite) -> Any:
    """Record the withdrawal, and ask that each issue that told the story be published again without it."""
    formulaire = await visite.form()
    digest_id, item = int(visite.var("digest_id")), formulaire.line("nouvelle", 20)
    if not item.isdecimal():
        raise RefusFormulaire("Choisissez la nouvelle à retirer.")
    avec = formulaire.line("editorial", 5) == "oui"

    def ecrire(c: Connexion) -> int:
        try:
            touches = retraits.withdraw(c, digest_id, int(item), visite.nom, visite.now, editorial=avec)
        except RefusError as refus:
            raise RefusFormulaire(str(refus)) from refus
        for touche in touches:
            service.ask(c, "publier", str(touche), visite.nom, visite.now)
        return len(touches)

    nombre = await visite.write(ecrire)
    return visite.redirect(
        f"/bulletins/{digest_id}#errata",
        f"Retrait enregistré. Pages, flux, calendriers et base publique sont refaits sans cette nouvelle"
        f" ({plural(nombre, 'bulletin')}).",
    )
