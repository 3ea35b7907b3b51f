"""« Sources »: the health of each source in plain French, what to do next, and a button to read it again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasette.utils.asgi import NotFound

from veille.editor.rappel import trouble
from veille.francais import fold
from veille.pages.visite import Visite
from veille.store import appreciation, organisations, service, sources
from veille.store.lecture import Connexion
from veille.store.sources import Sante
from veille.textes import explain

# Each source is in exactly one of these states, the first that fits; the order is also that of the page.
ETATS = {
    "echec": ("En échec", "grave"),
    "silence": ("Silencieuse", "attention"),
    "jamais": ("Pas encore lue", "neutre"),
    "verifier": ("À vérifier", "attention"),
    "ordre": ("En ordre", "bien"),
    "inactive": ("Inactive", "neutre"),
}
SUITES = {
    "jamais": "Elle sera lue à la prochaine collecte.",
    "verifier": "Lancez « veille sources verifier » pour l’activer si elle donne des éléments.",
}


@dataclass(frozen=True)
class Ligne:
    """One source as the page shows it: its state, what happened and what to do, in sentences."""

    sante: Sante
    etat: str
    sens: str = ""
    suite: str = ""

    @property
    def propositions(self) -> tuple[str, ...]:
        """Addresses offered to staff: a lasting redirect, feeds that the page declares."""
        redirection = (self.sante.adresse_proposee,) if self.sante.adresse_proposee else ()
        return (*redirection, *self.sante.propositions)


async def health(visite: Visite) -> Any:
    """Every source, those that need someone first."""
    now = visite.now
    choisi, cherche = visite.arg("etat"), visite.arg("q")
    lignes = [diagnose(s, now) for s in await visite.read(sources.health)]
    attendues = await visite.read(_awaited)
    fiches = await visite.read(lambda c: organisations.all_sheets(c))
    comptes = Counter(ligne.etat for ligne in lignes)
    comptes["propositions"] = sum(bool(ligne.propositions) for ligne in lignes)
    visibles = [ligne for ligne in lignes if _wanted(ligne, choisi, cherche)]
    ordre = list(ETATS)
    return await visite.page(
        "sources.html",
        {
            "lignes": sorted(visibles, key=lambda x: (ordre.index(x.etat), x.sante.priorite)),
            "total": len(lignes),
            "comptes": comptes,
            "etats": ETATS,
            "choisi": choisi if choisi in ETATS or choisi == "propositions" else "",
            "cherche": cherche,
            "attendues": attendues,
            "organisations": fiches,
            "now": now,
        },
    )


async def retry(visite: Visite) -> Any:
    """Ask that one source be read now."""
    slug = visite.var("slug")

    def ecrire(c: Connexion) -> str | None:
        nom = sources.names(c).get(slug)
        if nom is not None:
            service.ask(c, "collecter", slug, visite.nom, visite.now)
        return nom

    nom = await visite.write(ecrire)
    if nom is None:
        raise NotFound("source inconnue")
    formulaire = await visite.form()
    etat = formulaire.line("etat", 20)
    retour = f"/sources?etat={etat}" if etat in ETATS or etat == "propositions" else "/sources"
    return visite.redirect(f"{retour}#{slug}", f"« {nom} » sera relue au prochain passage : voyez « Demandes ».")


def diagnose(sante: Sante, now: datetime) -> Ligne:
    """State and sentences of one source."""
    etat, ennui = appreciation.state(sante, now), trouble(sante, now)
    if etat == "echec":
        cause = explain(sante.cause)
        return Ligne(sante, etat, ennui.cause if ennui else cause.sens, cause.suite)
    if etat == "silence" and ennui is not None:
        return Ligne(sante, etat, ennui.cause, ennui.suite)
    return Ligne(sante, etat, suite=SUITES.get(etat, ""))


def _awaited(c: Connexion) -> set[str]:
    return {d.argument for d in service.waiting(c) if d.genre == "collecter"}


def _wanted(ligne: Ligne, etat: str, cherche: str) -> bool:
    if etat == "propositions" and not ligne.propositions:
        return False
    if etat in ETATS and ligne.etat != etat:
        return False
    return fold(cherche) in fold(f"{ligne.sante.nom} {ligne.sante.slug} {ligne.sante.adresse}")
