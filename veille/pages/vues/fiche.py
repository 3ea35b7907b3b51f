"""One story: everything known of it, its history, and the forms by which people settle, tag, write, join and part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import NotFound

from veille.editor.droits import faults, is_press
from veille.editor.selection import SELON_REGLES
from veille.francais import local_day
from veille.pages import cartes, redaction
from veille.pages.alertes import proposed
from veille.pages.historique import confirm, tell
from veille.pages.pertinence import estimate, say_value
from veille.pages.presentation import facts, tags
from veille.pages.redaction import Saisie
from veille.pages.visite import Visite
from veille.store import fiches, file, gestes, revue
from veille.store.decisions import new_geste
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion
from veille.store.revue import Lieu, References


@dataclass(frozen=True)
class Reprise:
    """A text form shown again with what was typed: because of its faults, or because a colleague acted meanwhile."""

    saisie: Saisie
    audiences: tuple[str, ...]
    conflit: str = ""


async def story(visite: Visite) -> Any:
    """Details, versions, history and forms."""
    return await show(visite)


async def show(visite: Visite, reprise: Reprise | None = None, statut: int = 200) -> Any:
    """The page of the story; with `reprise`, its text form as it was typed."""
    item_id = int(visite.var("item_id"))
    lu = await visite.read(lambda c: _read(c, visite, item_id))
    if lu is None:
        raise NotFound("histoire inconnue")
    return await visite.page("fiche.html", {**lu, **_written(lu["fiche"], reprise)}, statut)


def _read(c: Connexion, visite: Visite, item_id: int) -> dict[str, Any] | None:
    trouvee = fiches.of_item(c, item_id)
    if trouvee is None:
        return None
    now, noms = visite.now, cartes.read_names(c)
    fiche = cartes.load(c, [trouvee.groupe_id], now)[0]
    textes = revue.full_texts(c, [m.item_id for m in fiche.membres])
    publics = revue.audiences(c)
    inscrit = gestes.read(c, cle) if (cle := visite.arg("fait")) else None
    return {
        "fiche": fiche,
        "etat": file.standing(fiche, local_day(now)),
        "references": noms.references,
        "motifs": noms.raisons,
        "offerts": noms.offerts,
        "fait": confirm(inscrit, noms.raisons) if inscrit else None,
        "historique": [
            tell(acte, noms.references, noms.raisons, publics, now) for acte in revue.history(c, fiche.groupe_id)
        ],
        "publics": publics,
        "versions": revue.old_versions(c, fiche.groupe_id),
        "textes": textes,
        "etiquettes": tags(fiche, noms.references),
        "faits_lus": facts(fiche, now),
        "estime": estimate(fiche, noms.references),
        "valeur": say_value(file.values(c, [fiche], now)[0], fiche, now),
        "regions": _places_by_parent(noms.references, fiche),
        "presse": is_press(fiche.principal.droits),
        "manques": faults(fiche, list(textes.values())) if fiche.verdict == "retenir" else (),
        "alertes": _alerts(c, visite, fiche),
        "champs": redaction.CHAMPS,
        "gestes": new_geste,
        "demain": _tomorrow(now),
        "now": now,
    }


def _written(fiche: Fiche, reprise: Reprise | None) -> dict[str, Any]:
    """The values of the text form: what was just typed, else what was written; and what stands beside it in a conflict."""
    ecrits = {cle: getattr(fiche.redaction, cle) or "" for cle in redaction.CHAMPS}
    choisies: Sequence[str] = (SELON_REGLES,) if fiche.redaction.audiences is None else fiche.redaction.audiences
    if reprise is None:
        return {"textes_saisis": ecrits, "fautes": {}, "conflit": "", "ecrits": {}, "audiences_choisies": choisies}
    return {
        "textes_saisis": reprise.saisie.textes,
        "fautes": reprise.saisie.fautes,
        "conflit": reprise.conflit,
        "ecrits": ecrits if reprise.conflit else {},
        "audiences_choisies": reprise.audiences,
    }


def _alerts(c: Connexion, visite: Visite, fiche: Fiche) -> list[str]:
    """Names of the audiences to whom this story could go at once."""
    if fiche.verdict != "retenir":
        return []
    etat = visite.site.offre.current()
    trouvees = proposed(c, visite.site.dossier, etat.audiences, [fiche], visite.now)
    return [etat.names()[x.audience] for x in trouvees]


def _tomorrow(now: Any) -> str:
    return local_day(now).fromordinal(local_day(now).toordinal() + 1).isoformat()


def _places_by_parent(references: References, fiche: Fiche) -> list[tuple[Lieu, list[Lieu], bool]]:
    """Large places with those they hold, and whether one of these is chosen (its list is then shown unfolded)."""
    communs = [lieu for lieu in references.lieux.values() if lieu.genre in ("region", "mrc", "province", "pays")]
    groupes = []
    for grand in communs:
        compris = [x for x in references.lieux.values() if x.parent == grand.slug and x not in communs]
        groupes.append((grand, compris, any(x.slug in fiche.territoires for x in compris)))
    return groupes
