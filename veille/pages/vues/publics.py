"""« Publics »: the rule of each audience, what it would send today, and who changed it. The rule lives in its file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from datasette.utils.asgi import NotFound

from veille import settings
from veille.editor import Reperes
from veille.editor.apercu import Apercu, Numero, preview
from veille.errors import FichierChangeError, RefusError, SettingsError
from veille.francais import format_day
from veille.model import Audience, Dossier
from veille.pages import publics, reglages
from veille.pages.presentation import RYTHMES
from veille.pages.reglages import Champ, Groupe, Saisies
from veille.pages.visite import AVERTISSEMENT, RefusFormulaire, Visite
from veille.settings import cles
from veille.store import digests, fiches, modifications
from veille.store.lecture import Connexion

DERNIERS = 3
NOM_MAX = 120


@dataclass(frozen=True)
class Regle:
    """One audience's file, opened: the folder it is in, what it says, and the fields that show it."""

    dossier: Dossier
    audience: Audience
    fichier: cles.Fichier
    groupes: tuple[Groupe, ...]

    @property
    def champs(self) -> tuple[Champ, ...]:
        """Every field, in order."""
        return tuple(champ for groupe in self.groupes for champ in groupe.champs)


@dataclass(frozen=True)
class Essai:
    """What a form came to before anything is written. `base`: the wording of the file it was written from."""

    saisies: Saisies
    base: str = ""
    voulue: Audience | None = None
    changements: cles.Cles = field(default_factory=dict)
    fautes: dict[str, list[str]] = field(default_factory=dict)
    generales: list[str] = field(default_factory=list)


async def board(visite: Visite) -> Any:
    """Every audience, in one table: what it receives, when, and what it serves."""
    try:
        dossier = await asyncio.to_thread(settings.load, visite.site.dossier)
    except SettingsError as erreur:
        return await unreadable(visite, erreur)
    return await visite.page(
        "publics.html",
        {
            "audiences": dossier.audiences,
            "rythmes": RYTHMES,
            "themes": {t.slug: t.nom for t in dossier.taxonomie.thematiques},
            "lieux": {t.slug: t.nom for t in dossier.gazetier.territoires},
            "alertes": publics.ALERTES,
            "nom_max": NOM_MAX,
        },
    )


async def one(visite: Visite) -> Any:
    """An audience's rule in its form, and what it would send today."""
    try:
        regle = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur)
    return await _show(
        visite, regle, Essai(reglages.show(regle.audience, regle.champs), regle.fichier.empreinte, regle.audience)
    )


async def try_out(visite: Visite) -> Any:
    """What the rule typed would send, without writing anything."""
    try:
        regle, essai = await _typed(visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur, 400)
    return await _show(visite, regle, essai, 400 if essai.voulue is None else 200)


async def save(visite: Visite) -> Any:
    """Write the rule in its file, if the file still is the one the person saw, and keep who changed what."""
    try:
        regle, essai = await _typed(visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur, 400)
    if essai.voulue is None:
        return await _show(visite, regle, essai, 400)
    ici = f"/publics/{regle.audience.slug}"
    if not essai.changements:
        return visite.redirect(ici, "Rien n’a changé : cette règle était déjà enregistrée.")
    phrases = reglages.tell(regle.audience, essai.changements, regle.champs)

    def ecrire(c: Connexion) -> None:
        avant, apres = cles.change(visite.site.dossier, regle.fichier.nom, Audience, essai.base, essai.changements)
        modifications.record(c, regle.fichier.nom, avant.texte, apres.texte, phrases, visite.nom, visite.now)

    try:
        await visite.write(ecrire)
    except FichierChangeError as erreur:
        return await _show(visite, regle, replace(essai, generales=[str(f) for f in erreur.fautes]), 409)
    except SettingsError as erreur:
        fautes, generales = reglages.by_field(erreur.fautes, regle.champs)
        return await _show(visite, regle, replace(essai, fautes=fautes, generales=generales), 400)
    return visite.redirect(ici, f"Règle enregistrée. {' '.join(phrases)}")


async def add(visite: Visite) -> Any:
    """Start the file of a new audience: internal until someone says otherwise."""
    nom = (await visite.form()).line("nom", NOM_MAX)
    slug = publics.slug_of(nom)
    if not slug or slug == "ajouter":  # The address of this very form.
        raise RefusFormulaire("Donnez à ce public un nom qui contient au moins une lettre ou un chiffre.")
    fichier = publics.FICHIER.format(slug)
    texte = publics.new_audience(nom, slug)

    def ecrire(c: Connexion) -> None:
        cles.create(visite.site.dossier, fichier, Audience, texte)
        modifications.record(c, fichier, "", texte, [f"Public ajouté : {nom}."], visite.nom, visite.now)

    try:
        await visite.write(ecrire)
    except (SettingsError, RefusError) as erreur:
        return visite.redirect("/publics", str(erreur), AVERTISSEMENT)
    return visite.redirect(f"/publics/{slug}", f"Le public « {nom} » est ajouté. Dites maintenant ce qu’il reçoit.")


async def unreadable(visite: Visite, erreur: SettingsError, statut: int = 200) -> Any:
    """A staff file cannot be read: which, where, and what is expected."""
    return await visite.page("reglages_illisibles.html", {"fautes": [str(f) for f in erreur.fautes]}, statut)


# ---------------------------------------------------------------- reading


def _open(visite: Visite) -> Regle:
    dossier = settings.load(visite.site.dossier)
    audience = next((a for a in dossier.audiences if a.slug == visite.var("slug")), None)
    if audience is None:
        raise NotFound("public inconnu")
    fichier = cles.read(visite.site.dossier, publics.FICHIER.format(audience.slug))
    return Regle(dossier, audience, fichier, publics.audience_fields(dossier))


async def _typed(visite: Visite) -> tuple[Regle, Essai]:
    formulaire = await visite.form()
    regle = await asyncio.to_thread(_open, visite)
    saisies = reglages.read(formulaire, regle.champs)
    return regle, await asyncio.to_thread(_try, visite, regle, saisies, formulaire.line("base", 64))


def _try(visite: Visite, regle: Regle, saisies: Saisies, base: str) -> Essai:
    """The audience typed, judged as its file would be."""
    lues, fautes = reglages.values(saisies, regle.champs)
    if fautes:
        return Essai(saisies, base, fautes=fautes)
    changements = reglages.changed(regle.audience, lues, regle.champs)
    donnees = cles.updated(regle.fichier.donnees, changements)
    try:
        voulue = cles.build(visite.site.dossier, regle.fichier.nom, Audience, donnees)
    except SettingsError as erreur:
        fautes, generales = reglages.by_field(erreur.fautes, regle.champs)
        return Essai(saisies, base, fautes=fautes, generales=generales)
    return Essai(saisies, base, voulue, changements)


async def _show(visite: Visite, regle: Regle, essai: Essai, statut: int = 200) -> Any:
    def lire(c: Connexion) -> tuple[Apercu | None, list[modifications.Modification]]:
        historique = modifications.history(c, regle.fichier.nom)
        return (_preview(c, regle, essai.voulue, visite) if essai.voulue else None), historique

    apercu, historique = await visite.read(lire)
    return await visite.page(
        "public_regle.html",
        {
            "audience": regle.audience,
            "groupes": regle.groupes,
            "saisies": essai.saisies,
            "fautes": essai.fautes,
            "generales": essai.generales,
            "base": essai.base,
            "change": bool(essai.changements),
            "apercu": apercu,
            "historique": historique,
            "a_la_main": modifications.A_LA_MAIN,
            "action": f"/publics/{regle.audience.slug}",
            "modifiable": visite.peut("approuver"),
        },
        statut,
    )


def _preview(c: Connexion, regle: Regle, voulue: Audience, visite: Visite) -> Apercu:
    retenues = fiches.load(c, fiches.with_verdict(c, "retenir", visite.now - digests.MEMOIRE))
    numeros = [d for d in digests.recent(c, 50, voulue.slug) if d.approuve_a is not None][:DERNIERS]
    derniers = [
        Numero(f"Nº {d.numero}, {format_day(d.date_le)}", frozenset(digests.groups_of(c, d.id))) for d in numeros
    ]
    deja = digests.former_groups(c, voulue.slug)
    envoyees = fiches.load(c, sorted({g for n in derniers for g in n.groupes} - {f.groupe_id for f in retenues}))
    toutes = [*retenues, *envoyees]
    reperes = Reperes(regle.dossier.taxonomie, regle.dossier.gazetier)
    return preview(voulue, regle.audience, toutes, visite.now, deja, derniers, reperes)
