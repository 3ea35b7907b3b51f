"""Saved filters of « La semaine »: kept under a name, shared with the team, opened by default, taken away."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import NotFound

from veille.pages import cartes
from veille.pages.semaine import CRITERES, describe, read_filters
from veille.pages.visite import RefusFormulaire, Visite
from veille.pages.vues.decider import refused
from veille.store import filtres
from veille.store.filtres import Filtre
from veille.store.lecture import Connexion

NOM_MAX = 60
ICI = "/revue/filtres"


async def board(visite: Visite) -> Any:
    """One's own filters, those of colleagues, and the form that keeps the one asked for."""
    voulu = read_filters({champ: visite.arg(champ) for champ in CRITERES})

    def lire(c: Connexion) -> tuple[list[Filtre], cartes.Noms]:
        return filtres.of(c, visite.identifiant), cartes.read_names(c)

    enregistres, noms = await visite.read(lire)
    return await visite.page(
        "filtres.html",
        {
            "enregistres": enregistres,
            "en_mots": {f.id: describe(read_filters(f.criteres), noms.references, visite.now) for f in enregistres},
            "voulu": voulu.told(),
            "voulu_dit": describe(voulu, noms.references, visite.now),
            "par_defaut": visite.preferences["filtre"],
            "nom_max": NOM_MAX,
        },
    )


async def save(visite: Visite) -> Any:
    """Keep a filter under a name; one's former filter of that name is replaced."""
    formulaire = await visite.form()
    nom = formulaire.line("nom", NOM_MAX)
    if not nom:
        raise RefusFormulaire("Donnez un nom au filtre, pour le retrouver.")
    criteres = read_filters({champ: formulaire.line(champ, 200) for champ in CRITERES}).told()
    partage = formulaire.line("partage", 5) == "oui"

    def ecrire(c: Connexion) -> int:
        return filtres.save(c, visite.identifiant, visite.nom, nom, criteres, partage=partage, now=visite.now)

    with refused():
        filtre_id = await visite.write(ecrire)
    if formulaire.line("defaut", 5) == "oui":
        await visite.prefer("filtre", filtre_id)
    return visite.redirect(f"/revue?filtre={filtre_id}", f"Le filtre « {nom} » est enregistré.")


async def act(visite: Visite) -> Any:
    """Share one's filter or no longer, take it away; open a filter by default, or no longer."""
    await visite.form()
    filtre_id, acte = int(visite.var("filtre_id")), visite.var("acte")
    if acte == "defaut":
        return await _set_default(visite, filtre_id)

    def ecrire(c: Connexion) -> None:
        _require_own(c, visite, filtre_id)
        if acte == "supprimer":
            filtres.delete(c, filtre_id, visite.identifiant, visite.now)
        else:
            filtres.share(c, filtre_id, visite.identifiant, partage=acte == "partager")

    await visite.write(ecrire)
    if acte == "supprimer" and visite.preferences["filtre"] == filtre_id:
        await visite.prefer("filtre", 0)
    dits = {"supprimer": "supprimé", "partager": "partagé avec l’équipe", "reprendre": "à vous seulement"}
    return visite.redirect(ICI, f"Le filtre est {dits[acte]}.")


async def _set_default(visite: Visite, filtre_id: int) -> Any:
    """The same button takes the default away."""
    if visite.preferences["filtre"] == filtre_id:
        await visite.prefer("filtre", 0)
        return visite.redirect(ICI, "« La semaine » s’ouvre de nouveau sur toute la revue.")
    if await visite.read(lambda c: filtres.read(c, filtre_id, visite.identifiant)) is None:
        raise NotFound("filtre inconnu")
    await visite.prefer("filtre", filtre_id)
    return visite.redirect(ICI, "« La semaine » s’ouvrira sur ce filtre.")


def _require_own(c: Connexion, visite: Visite, filtre_id: int) -> None:
    garde = filtres.read(c, filtre_id, visite.identifiant)
    if garde is None or not garde.a_moi:
        raise NotFound("filtre inconnu")
