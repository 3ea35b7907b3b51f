"""The buttons of the review: settle one story or a selection, undo, do again. For a plain form and for a script alike."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Response
from markupsafe import Markup

from veille.errors import RefusError
from veille.francais import format_day
from veille.pages import cartes
from veille.pages.actes import Demande, back_on, decision, read_key, read_request, read_target_key, warn_late
from veille.pages.historique import confirm, tell_conflict, tell_conflicts
from veille.pages.progres import Progres
from veille.pages.semaine import CHAMPS, read_filters
from veille.pages.visite import AVERTISSEMENT, Formulaire, RefusFormulaire, Visite
from veille.pages.vues.revue import counts, progress
from veille.store import fiches, gestes
from veille.store.attente import Etat
from veille.store.gestes import Bilan
from veille.store.lecture import Connexion


@dataclass(frozen=True)
class Suite:
    """What a press came to, read in its own transaction: what a page or a script needs to show it."""

    bilan: Bilan
    phrase: str
    conflits: tuple[tuple[int, str], ...]
    conflits_dits: str
    html: dict[int, Markup]
    comptes: dict[Etat, int]
    progres: Progres | None


async def decide(visite: Visite) -> Any:
    """Retain, reject, put off, put back or merge; what a colleague touched meanwhile is left alone and told."""
    formulaire = await visite.form()
    demande = read_request(formulaire)
    return await press(visite, formulaire, lambda c: apply(c, visite, formulaire, demande), demande)


async def undo(visite: Visite) -> Any:
    """Undo one press on every story where it is still the last thing done. Who may do a thing may undo it."""
    return await _reverse(visite, gestes.undo)


async def redo(visite: Visite) -> Any:
    """Do again what was undone."""
    return await _reverse(visite, gestes.redo)


def apply(c: Connexion, visite: Visite, formulaire: Formulaire, demande: Demande) -> tuple[Bilan, str]:
    """Record what was asked; returns what it came to, and what else must be said."""
    if demande.verbe == "fusionner":
        return gestes.merge(c, demande.cle, demande.cibles, visite.nom, visite.now), ""
    offerts = cartes.read_names(c).offerts if demande.verbe == "ecarter" else {}
    if demande.verbe != "plus_tard":
        acte = decision(demande, visite.nom, offerts, None)
        return gestes.decide(c, demande.cle, demande.cibles, acte, visite.now), ""
    histoires = fiches.load(c, [cible.groupe_id for cible in demande.cibles])
    retour = back_on(demande, formulaire, histoires, visite.now)
    bilan = gestes.decide(c, demande.cle, demande.cibles, decision(demande, visite.nom, {}, retour), visite.now)
    return bilan, warn_late(histoires, retour, visite.now) or f"De retour le {format_day(retour)}."


async def press(
    visite: Visite,
    formulaire: Formulaire,
    ecrire: Callable[[Connexion], tuple[Bilan, str]],
    demande: Demande | None = None,
    montre: str = "",
) -> Any:
    """Do it in one transaction, then answer: as JSON, or with the way back to where it was asked.

    `montre`: the key of the press that the page then tells of, when it is not this one (an undoing tells what it undid).
    """

    def run(c: Connexion) -> Suite:
        bilan, mot = ecrire(c)
        return _outcome(c, visite, formulaire, bilan, montre or bilan.cle, mot)

    with refused():
        suite = await visite.write(run)
    if visite.wants_json:
        return _to_script(suite)
    return _back(visite, formulaire, suite, demande, montre or suite.bilan.cle)


@contextlib.contextmanager
def refused() -> Iterator[None]:
    """What the store refuses is the form's fault, told as such."""
    try:
        yield
    except RefusError as refus:
        raise RefusFormulaire(str(refus)) from refus


async def _reverse(visite: Visite, renverser: Callable[..., Bilan]) -> Any:
    formulaire = await visite.form()
    cible, cle = read_target_key(formulaire), read_key(formulaire)

    def ecrire(c: Connexion) -> tuple[Bilan, str]:
        vise = gestes.read(c, cible)
        visite.require("rediger" if vise is not None and vise.genre == "rediger" else "revoir")
        return renverser(c, cle, cible, visite.nom, visite.now), ""

    return await press(visite, formulaire, ecrire, montre=cible)


def _outcome(c: Connexion, visite: Visite, formulaire: Formulaire, bilan: Bilan, cle: str, mot: str) -> Suite:
    noms, inscrit = cartes.read_names(c), gestes.read(c, cle)
    fait = bool(bilan.groupes or bilan.retires) and inscrit is not None
    phrase = f"{confirm(inscrit, noms.raisons).phrase}. {mot}".strip() if inscrit is not None and fait else ""
    html, comptes, progres = {}, {}, None
    if visite.wants_json:
        touches = [*bilan.groupes, *(conflit.groupe_id for conflit in bilan.conflits)]
        places = cartes.places_of(c, touches)
        faites = cartes.of_site(visite.datasette, visite.site).of(
            c, places, noms, visite.now, peut_revoir=visite.peut("revoir")
        )
        html = {groupe_id: carte.shown_to(visite.nom) for groupe_id, carte in faites.items()}
        comptes = counts(c, _list(formulaire), visite)
        progres = progress(c, visite, comptes["a_trancher"])
    return Suite(
        bilan=bilan,
        phrase=phrase,
        conflits=tuple((x.groupe_id, tell_conflict(x, noms.raisons, visite.now)) for x in bilan.conflits),
        conflits_dits=tell_conflicts(bilan.conflits, noms.raisons, visite.now) if bilan.conflits else "",
        html=html,
        comptes=comptes,
        progres=progres,
    )


def _to_script(suite: Suite) -> Any:
    return Response.json(
        {
            "ok": True,
            "geste": suite.bilan.cle,
            "phrase": suite.phrase,
            "cartes": {str(groupe_id): str(html) for groupe_id, html in suite.html.items()},
            "retirees": list(suite.bilan.retires),
            "conflits": [{"groupe": groupe_id, "phrase": phrase} for groupe_id, phrase in suite.conflits],
            "comptes": suite.comptes,
            "progres": suite.progres.to_json() if suite.progres else {},
        }
    )


def _back(visite: Visite, formulaire: Formulaire, suite: Suite, demande: Demande | None, cle: str) -> Any:
    """To the list or the story it was asked from; there the press is confirmed, and can be undone."""
    genre = AVERTISSEMENT if suite.conflits else 1
    fait = {"fait": cle} if suite.phrase else {}
    retour = formulaire.line("retour", 25)
    if retour.isdecimal() and 0 < len(retour) < 19:
        return visite.redirect(f"/revue/{retour}?{urlencode(fait)}".rstrip("?"), suite.conflits_dits, genre)
    faites = set(suite.bilan.groupes) | set(suite.bilan.retires)
    suivante = _next_card(formulaire, demande, faites)
    ancre = "fait" if fait else f"h{suite.conflits[0][0]}" if suite.conflits else ""
    avant = {"avant": suivante} if suivante and fait else {}
    liste = f"{_list(formulaire).address()}&{urlencode({**fait, **avant})}".rstrip("&")
    return visite.redirect(f"{liste}#{ancre}".rstrip("#"), suite.conflits_dits, genre)


def _list(formulaire: Formulaire) -> Any:
    """The list a form was on."""
    return read_filters({champ: formulaire.line(champ, 200) for champ in CHAMPS})


def _next_card(formulaire: Formulaire, demande: Demande | None, faites: set[int]) -> str:
    """The story that followed the first one acted on, as the page showed them; for an undoing, the one that was told."""
    ordre = [champ.removeprefix("vu.") for champ in formulaire.champs if champ.startswith("vu.")]
    if demande is None:
        return f"h{min(faites)}" if faites else ""
    voulues = {str(cible.groupe_id) for cible in demande.cibles}
    premiere = next((rang for rang, groupe in enumerate(ordre) if groupe in voulues), len(ordre))
    return next((f"h{groupe}" for groupe in ordre[premiere:] if groupe not in voulues and groupe.isdecimal()), "")
