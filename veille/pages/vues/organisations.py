"""« Organisations »: the répertoire. List, sheets, the form, withdrawal, and the merge of two that are one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from datasette.utils.asgi import NotFound, Response

from veille import settings
from veille.errors import DependanceError, RefusError
from veille.model import FicheOrganisation
from veille.pages import reglages
from veille.pages.registres import ACTES, differences_of, to_form
from veille.pages.reglages import Groupe, Option, Saisies
from veille.pages.visite import RefusFormulaire, Visite
from veille.pages.vues.registres import TYPES_FICHIER
from veille.rapports import tableur
from veille.registres import doublons, fichier, repertoire
from veille.registres.champs import REGISTRES, Champ
from veille.store import chiffres, organisations, registres, usages
from veille.store.lecture import Connexion
from veille.store.usages import ApercuFusion, Usages

_CASES = ("mrc", "thematiques", "roles")


@dataclass(frozen=True)
class Essai:
    """What a form came to before anything is written."""

    saisies: Saisies
    fautes: dict[str, list[str]] = field(default_factory=dict)
    generales: list[str] = field(default_factory=list)


async def board(visite: Visite) -> Any:
    """Every organisation that the filters keep, what may be written twice, and codes that no sheet has."""
    champs = {c.nom: c for c in await fields(visite)}

    def lire(c: Connexion) -> tuple[list[FicheOrganisation], dict[str, tuple[str, ...]], int]:
        return organisations.listed(c), usages.unknown_codes(c), usages.subscribed(c)

    fiches, inconnus, abonnees = await visite.read(lire)
    choisi = {cle: visite.arg(cle) for cle in ("mots", "type", "mrc", "theme", "role")}
    return await visite.page(
        "organisations.html",
        {
            "fiches": _kept(fiches, choisi),
            "total": len(fiches),
            "choisi": choisi,
            "champs": champs,
            "doublons": doublons.proposals(fiches),
            "inconnus": inconnus,
            "abonnees": abonnees,
        },
    )


async def one(visite: Visite) -> Any:
    """One sheet, where it is named, and what was done to it."""
    champs = await fields(visite)

    def lire(c: Connexion) -> tuple[FicheOrganisation, FicheOrganisation, Usages, list[registres.Acte], int | None]:
        fiche = _found(organisations.by_code(c, visite.var("code")))
        fiches = organisations.all_sheets(c)
        vus = usages.uses(c, usages.leading_to(fiches, fiche.code))
        actes = registres.history(c, "organisations", fiche.id)
        return fiche, fiches[fiche.code], vus, actes, usages.subscribers_of(c, fiche.code)

    fiche, reste, vus, actes, abonnes = await visite.read(lire)
    titres = {c.nom: c.titre for c in champs}
    return await visite.page(
        "organisation.html",
        {
            "fiche": fiche,
            "reste": reste if reste.code != fiche.code else None,
            "dits": _said(fiche, champs),
            "usages": vus,
            "registres": REGISTRES,
            "abonnes": abonnes,
            "actes": [(a, ACTES[a.acte], differences_of(a.avant, a.apres, titres)) for a in actes],
        },
    )


async def new(visite: Visite) -> Any:
    """An empty form."""
    champs = await fields(visite)
    return await _form(visite, champs, None, Essai(to_form(dict.fromkeys((c.nom for c in champs), ""))))


async def edit(visite: Visite) -> Any:
    """The form of a sheet as it stands."""
    fiche = await visite.read(lambda c: _found(organisations.by_code(c, visite.var("code"))))
    return await _form(visite, await fields(visite), fiche, Essai(_shown(fiche)))


async def save(visite: Visite) -> Any:
    """Write a sheet, new or corrected; nothing typed is lost when it is refused."""
    champs = await fields(visite)
    code = visite.request.url_vars.get("code") or ""
    connue = await visite.read(lambda c: _found(organisations.by_code(c, code))) if code else None
    groupes = _groups(champs, connue)
    saisies = reglages.read(await visite.form(), [c for g in groupes for c in g.champs])
    textes = {nom: " | ".join(v) if isinstance(v, tuple) else v for nom, v in saisies.items()}
    saisie = repertoire.read_sheet(textes, champs)
    if (fiche := saisie.fiche) is None:
        return await _form(
            visite, champs, connue, Essai(saisies, {nom: [dit] for nom, dit in saisie.fautes.items()}), 400
        )

    def ecrire(c: Connexion) -> str:
        if not code:
            return organisations.add(c, fiche, visite.nom, visite.now).code
        avant = _found(organisations.by_code(c, code))
        voulue = replace(fiche, id=avant.id, code=code, fusionnee_dans=avant.fusionnee_dans, retiree=avant.retiree)
        organisations.change(c, voulue, visite.nom, visite.now)
        return code

    try:
        ecrite = await visite.write(ecrire)
    except RefusError as refus:
        return await _form(visite, champs, connue, Essai(saisies, generales=[str(refus)]), 409)
    dit = "Fiche corrigée." if code else "Organisation inscrite au répertoire."
    return visite.redirect(f"/organisations/{ecrite}", dit)


async def turn(visite: Visite) -> Any:
    """Withdraw a sheet, or put it back."""
    await visite.form()
    code, retirer = visite.var("code"), visite.var("acte") == "retirer"
    geste = organisations.withdraw if retirer else organisations.restore
    await visite.write(lambda c: geste(c, _found(organisations.by_code(c, code)).id, visite.nom, visite.now))
    dit = (
        "Organisation retirée du répertoire ; les lignes qui la nomment restent."
        if retirer
        else "Organisation rétablie."
    )
    return visite.redirect(f"/organisations/{code}", dit)


async def reunite(visite: Visite) -> Any:
    """What reuniting this organisation with another would change, told before anyone confirms."""
    code, autre = visite.var("code"), visite.arg("avec")

    def lire(
        c: Connexion,
    ) -> tuple[FicheOrganisation, FicheOrganisation | None, ApercuFusion | None, list[FicheOrganisation]]:
        perdue = _found(organisations.by_code(c, code))
        gardee = organisations.by_code(c, autre) if autre else None
        autres = [f for f in organisations.listed(c) if f.code != code]
        possible = gardee is not None and gardee.code in {f.code for f in autres} and perdue.fusionnee_dans is None
        return (
            perdue,
            gardee if possible else None,
            usages.preview(c, perdue, gardee) if gardee and possible else None,
            autres,
        )

    perdue, gardee, apercu, autres = await visite.read(lire)
    return await visite.page(
        "organisation_reunir.html",
        {"perdue": perdue, "gardee": gardee, "apercu": apercu, "autres": autres, "registres": REGISTRES, "avec": autre},
    )


async def merge(visite: Visite) -> Any:
    """Make one organisation lead to another."""
    code = visite.var("code")
    autre = (await visite.form()).line("avec", 80)

    def ecrire(c: Connexion) -> str:
        perdue, gardee = organisations.by_code(c, code), organisations.by_code(c, autre)
        if perdue is None or gardee is None:
            raise RefusError("Une des deux organisations n’est pas au répertoire.")
        organisations.merge(c, perdue.id, gardee.id, visite.nom, visite.now)
        return gardee.code

    try:
        gardee = await visite.write(ecrire)
    except RefusError as refus:
        raise RefusFormulaire(str(refus)) from refus
    return visite.redirect(
        f"/organisations/{gardee}", "Les deux fiches sont réunies : elles comptent pour une seule organisation."
    )


async def export(visite: Visite) -> Any:
    """The répertoire, or the model to fill, as a CSV or a workbook."""
    champs, forme = await fields(visite), visite.var("forme")
    modele = visite.var("quoi") == "modele"
    rangees = (
        repertoire.model_rows(champs)
        if modele
        else repertoire.rows(champs, await visite.read(lambda c: organisations.listed(c)))
    )
    try:
        octets = (
            fichier.write_csv(rangees)
            if forme == "csv"
            else await asyncio.to_thread(tableur.write_rows, "Organisations", rangees)
        )
    except DependanceError as manque:
        return await visite.refuse(501, str(manque))
    nom = f"organisations{'-modele' if modele else ''}.{forme}"
    entetes = {"Content-Disposition": f'attachment; filename="{nom}"'}
    return Response(octets, headers=entetes, content_type=TYPES_FICHIER[forme])


# ---------------------------------------------------------------- reading


async def fields(visite: Visite) -> tuple[Champ, ...]:
    """The fields of a sheet, with the MRC and the themes of the project."""
    taxonomie = await asyncio.to_thread(settings.load_taxonomie, visite.site.dossier)
    mrc: dict[str, str] = await visite.read(lambda c: chiffres.mrc_names(c))
    return repertoire.fields(mrc, {t.slug: t.nom for t in taxonomie.thematiques})


def _found(fiche: FicheOrganisation | None) -> FicheOrganisation:
    if fiche is None:
        raise NotFound("organisation inconnue")
    return fiche


def _kept(fiches: list[FicheOrganisation], choisi: Mapping[str, str]) -> list[FicheOrganisation]:
    """An organisation without a MRC is of the whole region: every MRC keeps it."""
    return [
        f
        for f in organisations.search(fiches, choisi["mots"])
        if (not choisi["type"] or f.type == choisi["type"])
        and (not choisi["mrc"] or not f.mrc or choisi["mrc"] in f.mrc)
        and (not choisi["theme"] or choisi["theme"] in f.thematiques)
        and (not choisi["role"] or choisi["role"] in f.roles)
    ]


def _said(fiche: FicheOrganisation, champs: tuple[Champ, ...]) -> list[tuple[str, list[str]]]:
    """A sheet, field by field, in words."""
    dits = []
    for champ in champs[1:]:
        valeur = getattr(fiche, champ.nom)
        if valeur:
            valeurs = valeur if isinstance(valeur, tuple) else (valeur,)
            dits.append((champ.titre, [champ.choix.get(v, v) for v in valeurs]))
    return dits


def _shown(fiche: FicheOrganisation) -> Saisies:
    return {nom: getattr(fiche, nom) if nom in _CASES else texte for nom, texte in repertoire.show_sheet(fiche).items()}


def _groups(champs: tuple[Champ, ...], connue: FicheOrganisation | None) -> tuple[Groupe, ...]:
    """The form's fields; a code that is given stays."""
    faits = [_field(c) for c in champs if connue is None or c.nom != "code"]
    quoi = ("nom", "sigle", "code", "type", "site")
    return (
        Groupe("L’organisation", tuple(c for c in faits if c.cle in quoi)),
        Groupe("Où, sur quoi, à quel titre", tuple(c for c in faits if c.cle in _CASES)),
        Groupe("Note", tuple(c for c in faits if c.cle == "note")),
    )


def _field(champ: Champ) -> reglages.Champ:
    options = tuple(Option(code, nom) for code, nom in champ.choix.items())
    if champ.nom in _CASES:
        return reglages.Champ(champ.nom, champ.titre, "cases", champ.aide, options)
    if champ.nom == "type":
        return reglages.Champ(champ.nom, champ.titre, "choix", champ.aide, (Option("", "Non dit"), *options))
    genre: reglages.Genre = "texte" if champ.genre == "texte" else "ligne"
    return reglages.Champ(champ.nom, champ.titre, genre, champ.aide, (), champ.maximum, champ.requis)


async def _form(
    visite: Visite, champs: tuple[Champ, ...], connue: FicheOrganisation | None, essai: Essai, statut: int = 200
) -> Any:
    return await visite.page(
        "organisation_formulaire.html",
        {
            "connue": connue,
            "groupes": _groups(champs, connue),
            "saisies": essai.saisies,
            "fautes": essai.fautes,
            "generales": essai.generales,
        },
        statut,
    )
