"""« Plan de veille »: each theme beside its sheet, what is not covered, the form that changes a sheet, its document."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from datasette.utils.asgi import NotFound, Response

from veille import settings
from veille.appreciation import document_plan
from veille.appreciation import plan_veille as veille
from veille.appreciation.fichiers import NOMS, TYPES_MIME, Format, render
from veille.appreciation.plan_veille import JOURS, EtatTheme, Faits
from veille.errors import DependanceError, FichierChangeError, SettingsError
from veille.francais import format_day, local_day
from veille.model import Dossier, Thematique
from veille.pages import plan_veille as preparation
from veille.pages import reglages
from veille.pages.reglages import Saisies
from veille.pages.visite import ERREUR, Visite
from veille.pages.vues.publics import unreadable
from veille.settings import cles, fiches
from veille.settings.regles import THEMES
from veille.settings.retouche import Valeur
from veille.store import modifications
from veille.store import plan_veille as magasin
from veille.store.lecture import Connexion

ICI = "/plan-de-veille"


@dataclass(frozen=True)
class Essai:
    """What the form came to before anything is written."""

    saisies: Saisies = field(default_factory=dict)
    fautes: dict[str, list[str]] = field(default_factory=dict)
    generales: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ouvert:
    """The folder, and thematiques.toml as the person sees it."""

    dossier: Dossier
    fichier: cles.Fichier

    def theme(self, slug: str) -> Thematique:
        """The theme that the address names."""
        trouve = next((t for t in self.dossier.taxonomie.thematiques if t.slug == slug), None)
        if trouve is None:
            raise NotFound("thème inconnu")
        return trouve


async def board(visite: Visite) -> Any:
    """Every theme, what was planned and done, and what is not covered."""
    try:
        ouvert = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur)
    etats, faits = await _states(visite, ouvert.dossier)
    return await visite.page(
        "plan_de_veille.html",
        {
            "etats": etats,
            "manques": veille.gaps(faits),
            "valides": sum(e.theme.etat == "validee" for e in etats),
            "dues": [e for e in etats if e.echeance == "due"],
            "etat_dit": document_plan.state,
            "jours": JOURS,
            "formats": NOMS,
        },
    )


async def theme(visite: Visite) -> Any:
    """One theme's whole sheet."""
    try:
        ouvert = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur)
    return await _page(visite, ouvert, Essai())


async def save(visite: Visite) -> Any:
    """Write what changed of the sheet, if the file still is the one the person saw."""
    formulaire = await visite.form()
    try:
        ouvert = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur, 400)
    champs = _fields(ouvert.dossier)
    fiche, saisies = ouvert.theme(visite.var("slug")).veille, reglages.read(formulaire, champs)
    lues, fautes = reglages.values(saisies, champs)
    if fautes:
        return await _page(visite, ouvert, Essai(saisies, fautes), 400)
    changements = reglages.changed(fiche, lues, champs)
    if not changements:
        return visite.redirect(_address(visite), "Rien n’a changé.")
    phrases = reglages.tell(fiche, changements, champs)
    refus = await _write(visite, ouvert, formulaire.line("base", 64), changements, phrases, saisies)
    return refus or visite.redirect(_address(visite), f"Enregistré. {' '.join(phrases)}")


async def reviewed(visite: Visite) -> Any:
    """Someone read the sheet again and it holds: today is its last revision, and the next one is set."""
    formulaire = await visite.form()
    try:
        ouvert = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur, 400)
    fiche = ouvert.theme(visite.var("slug")).veille
    changements = preparation.reviewed(fiche, local_day(visite.now))
    suite = cast(Any, changements["a_revoir_le"])
    phrases = (f"Fiche revue ; prochaine révision le {format_day(suite)}.",)
    refus = await _write(visite, ouvert, formulaire.line("base", 64), changements, phrases, {})
    return refus or visite.redirect(_address(visite), phrases[0])


async def download(visite: Visite) -> Any:
    """The plan de veille as a file: every theme, or one. Its links lead to this very site."""
    try:
        ouvert = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur)
    slug, forme = visite.request.url_vars.get("slug") or "", cast(Format, visite.var("format"))
    if slug:
        ouvert.theme(slug)
    etats, faits = await _states(visite, ouvert.dossier)
    voulus = [e for e in etats if not slug or e.theme.slug == slug]
    d, site = ouvert.dossier, f"{visite.request.scheme}://{visite.request.host}"
    rapport = document_plan.compose(
        voulus, d.organisation.nom, document_plan.names(d), visite.now, site, veille.gaps(faits)
    )
    try:
        octets = await asyncio.to_thread(render, rapport, veille.to_json(voulus, visite.now), forme)
    except DependanceError as erreur:
        return visite.redirect(f"{ICI}/{slug}" if slug else ICI, str(erreur), ERREUR)
    nom = f"plan-de-veille{f'-{slug}' if slug else ''}.{forme}"
    return Response(
        octets, headers={"content-disposition": f'attachment; filename="{nom}"'}, content_type=TYPES_MIME[forme]
    )


# ---------------------------------------------------------------- reading and writing


def _open(visite: Visite) -> Ouvert:
    return Ouvert(settings.load(visite.site.dossier), cles.read(visite.site.dossier, THEMES))


def _fields(dossier: Dossier) -> tuple[reglages.Champ, ...]:
    return tuple(champ for groupe in preparation.groups(dossier) for champ in groupe.champs)


def _address(visite: Visite) -> str:
    return f"{ICI}/{visite.var('slug')}"


async def _states(visite: Visite, d: Dossier) -> tuple[tuple[EtatTheme, ...], Faits]:
    faits = await visite.read(lambda c: magasin.read(c, visite.now))
    return veille.states(d.taxonomie.thematiques, d.sources, d.audiences, faits, visite.now), faits


async def _write(
    visite: Visite,
    ouvert: Ouvert,
    base: str,
    changements: dict[str, Valeur | None],
    phrases: tuple[str, ...],
    saisies: Saisies,
) -> Any:
    """None once it is written; else the page that says why it is not."""
    slug, dossier = visite.var("slug"), visite.site.dossier

    def ecrire(c: Connexion) -> None:
        fiches.change(dossier, slug, base, changements)
        avant = ouvert.theme(slug).veille
        apres = next(t for t in settings.load_taxonomie(dossier).thematiques if t.slug == slug).veille
        textes = preparation.as_text(avant), preparation.as_text(apres)
        modifications.record(c, preparation.history_name(slug), *textes, phrases, visite.nom, visite.now)

    try:
        await visite.write(ecrire)
    except FichierChangeError as erreur:
        return await _page(visite, ouvert, Essai(saisies, generales=[str(f) for f in erreur.fautes]), 409)
    except SettingsError as erreur:
        fautes, generales = reglages.by_field(erreur.fautes, _fields(ouvert.dossier))
        return await _page(visite, ouvert, Essai(saisies, fautes, generales), 400)
    return None


async def _page(visite: Visite, ouvert: Ouvert, essai: Essai, statut: int = 200) -> Any:
    voulu, d = ouvert.theme(visite.var("slug")), ouvert.dossier
    etats, _ = await _states(visite, d)
    etat = next(e for e in etats if e.theme.slug == voulu.slug)
    historique = await visite.read(lambda c: modifications.history(c, preparation.history_name(voulu.slug)))
    return await visite.page(
        "plan_de_veille_theme.html",
        {
            "e": etat,
            "theme": voulu,
            "blocs": list(document_plan.main(etat, document_plan.names(d), seule=True)),
            "mots": list(document_plan.expressions(etat)),
            "groupes": preparation.groups(d),
            "saisies": essai.saisies or reglages.show(voulu.veille, _fields(d)),
            "fautes": essai.fautes,
            "generales": essai.generales,
            "ouverte": bool(essai.saisies),
            "base": ouvert.fichier.empreinte,
            "historique": historique,
            "a_la_main": modifications.A_LA_MAIN,
            "formats": NOMS,
            "jours": JOURS,
        },
        statut,
    )
