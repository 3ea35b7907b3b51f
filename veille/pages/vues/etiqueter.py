"""The tags of a story as people choose them: themes, places, type, deadline. From the story page, or from a script's palette."""

from __future__ import annotations

from datetime import date
from typing import Any

from veille.pages import cartes
from veille.pages.actes import read_key, read_number, read_seen
from veille.pages.visite import Formulaire, RefusFormulaire, Visite
from veille.pages.vues.decider import press
from veille.store import fiches, gestes
from veille.store.decisions import Decision
from veille.store.fiches import Fiche
from veille.store.gestes import Bilan, Cible
from veille.store.lecture import Connexion
from veille.store.revue import References

CHAMPS_TOUCHES = ("thematiques", "territoires", "type", "date_limite")
_DISPARUE = "Une des étiquettes choisies n’existe plus. Rechargez la page, puis recommencez."


async def tag(visite: Visite) -> Any:
    """Record what people chose of the fields that this form touches; the others stand."""
    formulaire = await visite.form()
    champs = formulaire.many("champs")
    if not champs or set(champs) - set(CHAMPS_TOUCHES):
        raise RefusFormulaire("Ce formulaire ne dit pas quelles étiquettes il change. Rechargez la page.")
    cible = Cible(read_number(formulaire.line("groupe", 20)), read_seen(formulaire, "vu"))
    cle = read_key(formulaire)

    def ecrire(c: Connexion) -> tuple[Bilan, str]:
        fiche = next(iter(fiches.load(c, [cible.groupe_id])), Fiche(cible.groupe_id, ()))
        acte = _chosen(formulaire, champs, fiche, cartes.read_names(c).references, visite.nom)
        return gestes.decide(c, cle, [cible], acte, visite.now), ""

    return await press(visite, formulaire, ecrire)


def _chosen(
    formulaire: Formulaire, champs: tuple[str, ...], fiche: Fiche, references: References, par: str
) -> Decision:
    """Themes as chosen, even unchanged: to confirm them teaches too. The rest only where it differs from what stands."""
    themes, lieux, genre = formulaire.many("thematiques"), formulaire.many("territoires"), formulaire.line("type", 100)
    _require_known(set(themes), references.thematiques.keys() | set(fiche.thematiques))
    _require_known(set(lieux), references.lieux.keys() | set(fiche.territoires))
    _require_known({genre} - {""}, references.types.keys() | {fiche.type})
    limite = _deadline(formulaire, fiche) if "date_limite" in champs else None
    return Decision(
        0,
        "etiqueter",
        par,
        thematiques=themes if "thematiques" in champs else None,
        territoires=lieux if "territoires" in champs and set(lieux) != set(fiche.territoires) else None,
        type=genre if "type" in champs and genre != fiche.type else None,
        date_limite=limite if limite != fiche.date_limite else None,
    )


def _require_known(choisies: set[str], connues: set[str]) -> None:
    if choisies - connues:
        raise RefusFormulaire(_DISPARUE)


def _deadline(formulaire: Formulaire, fiche: Fiche) -> str:
    """The day chosen; the hour read in the text stays when the day is the same."""
    texte = "" if formulaire.line("sans_date", 5) else formulaire.line("date_limite", 40)
    if texte == fiche.date_limite[:10]:
        return fiche.date_limite
    try:
        return date.fromisoformat(texte).isoformat() if texte else ""
    except ValueError:
        raise RefusFormulaire("La date limite n’est pas une date : choisissez un jour, ou « aucune ».") from None
