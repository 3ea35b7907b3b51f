"""The team's own words on a story: title, summary, « pourquoi c’est important ici », private note, and for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from datasette.utils.asgi import NotFound

from veille.editor.selection import SELON_REGLES
from veille.pages import cartes, redaction
from veille.pages.actes import read_key, read_seen
from veille.pages.historique import tell_conflict
from veille.pages.redaction import Saisie
from veille.pages.visite import Formulaire, RefusFormulaire, Visite
from veille.pages.vues.decider import refused
from veille.pages.vues.fiche import Reprise, show
from veille.store import fiches, gestes, revue
from veille.store.decisions import Decision
from veille.store.fiches import Fiche
from veille.store.gestes import Bilan, Cible
from veille.store.lecture import Connexion

RIEN = "Rien n’a changé : votre texte était déjà enregistré."


@dataclass(frozen=True)
class Issue:
    """What a text form came to: recorded or not, or the sentence of a conflict."""

    bilan: Bilan | None
    conflit: str = ""


async def write(visite: Visite) -> Any:
    """Record what differs from what stands; with a fault or a conflict, nothing is recorded and nothing typed is lost."""
    formulaire = await visite.form()
    item_id, vu, cle = int(visite.var("item_id")), read_seen(formulaire, "vu"), read_key(formulaire)
    saisie, audiences = redaction.read(formulaire), _audiences(formulaire)
    if saisie.fautes:
        return await show(visite, Reprise(saisie, audiences), 400)

    def ecrire(c: Connexion) -> Issue:
        fiche = fiches.of_item(c, item_id)
        if fiche is None:
            raise NotFound("histoire inconnue")
        noms = cartes.read_names(c)
        if set(audiences) - {SELON_REGLES} - revue.audiences(c).keys() - set(fiche.redaction.audiences or ()):
            raise RefusFormulaire("Un des publics choisis n’existe plus. Rechargez la page, puis recommencez.")
        acte = _changes(fiche, saisie, audiences, visite.nom)
        if acte is None:
            return Issue(None)
        bilan = gestes.decide(c, cle, [Cible(fiche.groupe_id, vu)], acte, visite.now)
        dits = [tell_conflict(x, noms.raisons, visite.now) for x in bilan.conflits]
        return Issue(bilan, dits[0] if dits else "")

    with refused():
        issue = await visite.write(ecrire)
    if issue.conflit:
        return await show(visite, Reprise(saisie, audiences, issue.conflit), 409)
    if issue.bilan is None:
        return visite.redirect(f"/revue/{item_id}#redaction", RIEN)
    return visite.redirect(f"/revue/{item_id}?fait={issue.bilan.cle}#fait")


def _audiences(formulaire: Formulaire) -> tuple[str, ...]:
    """The audiences ticked, or each audience's own rules."""
    return formulaire.many("audiences") if formulaire.line("publics", 20) == "choisis" else (SELON_REGLES,)


def _changes(fiche: Fiche, saisie: Saisie, audiences: tuple[str, ...], par: str) -> Decision | None:
    """Only what differs from what stands, so that the history tells what changed."""
    neufs = {cle: t for cle, t in saisie.textes.items() if t != (getattr(fiche.redaction, cle) or "")}
    present = (SELON_REGLES,) if fiche.redaction.audiences is None else fiche.redaction.audiences
    if set(audiences) == set(present) and not neufs:
        return None
    acte = Decision(0, "rediger", par, audiences=audiences if set(audiences) != set(present) else None)
    return replace(acte, **neufs)  # type: ignore[arg-type]  # Names are the fields'.
