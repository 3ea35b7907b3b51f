"""« Registres »: what staff write down for the plan. Lists, rows, and the form that adds, corrects or withdraws one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from datasette.utils.asgi import NotFound, Response

from veille import settings
from veille.errors import DependanceError, RefusError, VerrouError
from veille.francais import local_day
from veille.model import Ligne, Plan
from veille.pages import reglages
from veille.pages.plan_choisi import chosen_plan
from veille.pages.registres import ACTES, differences, fields_of, from_form, known, said, shown, title_of, to_form, when
from veille.pages.reglages import Saisies
from veille.pages.visite import AVERTISSEMENT, RefusFormulaire, Visite
from veille.periodes import plan_period, year_of, years
from veille.rapports import tableur
from veille.registres import fichier
from veille.registres.champs import REGISTRES, Description
from veille.registres.saisie import Reperes, read_row
from veille.store import chiffres, organisations, registres
from veille.store.lecture import Connexion
from veille.store.registres import Filtre

PAR_PAGE = 50
SANS_DROIT = "Une période verrouillée n’est corrigée que par une personne qui approuve : rien n’est écrit, et votre saisie est encore ici."
TYPES_FICHIER = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Essai:
    """What a form came to before anything is written. `verrou`: an amendment is asked for."""

    saisies: Saisies
    fautes: dict[str, list[str]] = field(default_factory=dict)
    generales: list[str] = field(default_factory=list)
    verrou: bool = False
    raison: str = ""


async def board(visite: Visite) -> Any:
    """The registers, how much is in each this year, and what was written last."""
    plan = await chosen_plan(visite)
    entier = plan_period(plan)
    annee = year_of(min(local_day(visite.now), entier.fin))

    def lire(c: Connexion) -> tuple[dict[str, int], dict[str, list[Ligne]]]:
        comptes = registres.count_by_register(c, plan.slug, annee.debut, annee.fin)
        return comptes, {nom: registres.page(c, nom, plan.slug, Filtre(), 3)[0] for nom in REGISTRES}

    comptes, derniers = await visite.read(lire)
    return await visite.page(
        "registres.html",
        {"plan": plan, "annee": annee, "registres": REGISTRES, "comptes": comptes, "derniers": derniers, "nom_de": title_of, "quand": when},
    )  # fmt: skip


async def rows(visite: Visite) -> Any:
    """The rows of one register that a filter keeps."""
    description = described(visite)
    reperes = await marks(visite)
    filtre, choisi = _filter(visite, reperes.plan)
    numero = int(visite.arg("page")) if visite.arg("page").isdecimal() and len(visite.arg("page")) < 6 else 1
    lignes, total = await visite.read(
        lambda c: registres.page(c, description.registre, reperes.plan.slug, filtre, PAR_PAGE, PAR_PAGE * (max(numero, 1) - 1))
    )  # fmt: skip
    return await visite.page(
        "registre.html",
        {
            "d": description,
            "reperes": reperes,
            "lignes": lignes,
            "total": total,
            "page": max(numero, 1),
            "pages": max(1, -(-total // PAR_PAGE)),
            "choisi": choisi,
            "annees": list(years(plan_period(reperes.plan))),
            "plans": await asyncio.to_thread(settings.load_plans, visite.site.dossier),
            "nom_de": title_of,
            "quand": when,
        },
    )


async def one(visite: Visite) -> Any:
    """One row with everything it says, and what was done to it."""
    description = described(visite)
    ligne, reperes = await _opened(visite, description)

    def lire(c: Connexion) -> tuple[list[registres.Acte], registres.PeriodeVerrouillee | None]:
        return registres.history(c, description.registre, ligne.id), registres.in_locked(c, description.registre, ligne)

    actes, verrou = await visite.read(lire)
    return await visite.page(
        "registre_ligne.html",
        {
            "d": description,
            "plan": reperes.plan,
            "ligne": ligne,
            "titre": title_of(description, ligne),
            "dits": said(description, ligne, reperes),
            "actes": [(a, ACTES[a.acte], differences(a.avant, a.apres, description)) for a in actes],
            "verrou": verrou,
        },
    )


async def new(visite: Visite) -> Any:
    """An empty form, or one filled by the address of a page that proposes a row."""
    description = described(visite)
    saisies = to_form({c.nom: visite.request.args.get(c.nom) or "" for c in description.champs})
    return await _form(visite, description, await marks(visite), 0, Essai(saisies))


async def edit(visite: Visite) -> Any:
    """The form of a row as it stands."""
    description = described(visite)
    ligne, reperes = await _opened(visite, description)
    verrou = await visite.read(lambda c: registres.in_locked(c, description.registre, ligne))
    return await _form(
        visite, description, reperes, ligne.id, Essai(shown(description, ligne), verrou=verrou is not None)
    )


async def save(visite: Visite) -> Any:
    """Write a row, new or corrected; nothing typed is lost when it is refused."""
    description = described(visite)
    numero = int(visite.request.url_vars.get("ligne_id") or 0)
    reperes = (await _opened(visite, description))[1] if numero else await marks(visite)
    formulaire = await visite.form()
    champs = [c for groupe in fields_of(description, reperes) for c in groupe.champs]
    saisies = reglages.read(formulaire, champs)
    raison = formulaire.line("raison", 2000)
    saisie = read_row(description, from_form(saisies), reperes, numero)
    if saisie.ligne is None:
        fautes = {nom: [dit] for nom, dit in saisie.fautes.items()}
        return await _form(
            visite, description, reperes, numero, Essai(saisies, fautes, raison=raison, verrou=bool(raison)), 400
        )
    if raison and not visite.peut("approuver"):
        essai = Essai(saisies, generales=[SANS_DROIT], raison=raison, verrou=True)
        return await _form(visite, description, reperes, numero, essai, 403)
    ligne = saisie.ligne

    def ecrire(c: Connexion) -> int:
        if not numero:
            registres.require_new(c, description.registre, ligne)
            return registres.add(c, ligne, description.registre, visite.nom, visite.now, amendement=raison)
        avant = registres.one(c, description.registre, numero)
        if avant is None:
            raise NotFound("ligne inconnue")
        voulue = replace(ligne, retiree=avant.retiree)
        registres.change(c, voulue, description.registre, visite.nom, visite.now, amendement=raison)
        return numero

    try:
        ecrite = await visite.write(ecrire)
    except RefusError as refus:
        essai = Essai(saisies, generales=[str(refus)], verrou=isinstance(refus, VerrouError), raison=raison)
        return await _form(visite, description, reperes, numero, essai, 409)
    dit = "Correction enregistrée." if numero else "Ligne inscrite."
    ici = f"/registres/{description.registre}/{ecrite}"
    if saisie.avis:
        return visite.redirect(ici, " ".join([dit, "À vérifier :", *saisie.avis.values()]), AVERTISSEMENT)
    return visite.redirect(ici, f"{dit} Les indicateurs en tiennent compte.")


async def turn(visite: Visite) -> Any:
    """Withdraw a row from every count, or put it back."""
    description, numero = described(visite), int(visite.var("ligne_id"))
    raison = (await visite.form()).line("raison", 2000)
    if raison:
        visite.require("approuver")
    geste = registres.withdraw if visite.var("acte") == "retirer" else registres.restore

    def ecrire(c: Connexion) -> None:
        geste(c, description.registre, numero, visite.nom, visite.now, amendement=raison)

    try:
        await visite.write(ecrire)
    except RefusError as refus:
        raise RefusFormulaire(str(refus)) from refus
    dit = (
        "Ligne retirée : elle ne compte plus, et peut revenir."
        if visite.var("acte") == "retirer"
        else "Ligne rétablie."
    )
    return visite.redirect(f"/registres/{description.registre}/{numero}", dit)


async def export(visite: Visite) -> Any:
    """Every row of a register, or the model to fill, as a CSV or a workbook."""
    description, forme = described(visite), visite.var("forme")
    reperes = await marks(visite)
    if visite.var("quoi") == "modele":
        rangees = fichier.model_rows(description)
    else:
        lignes = await visite.read(lambda c: registres.rows(c, description.registre, reperes.plan.slug))
        rangees = fichier.rows(description, lignes)
    nom = f"{description.registre}{'-modele' if visite.var('quoi') == 'modele' else ''}.{forme}"
    try:
        octets = (
            fichier.write_csv(rangees)
            if forme == "csv"
            else await asyncio.to_thread(
                tableur.write_rows, description.titre, rangees, fichier.number_columns(description)
            )
        )
    except DependanceError as manque:
        return await visite.refuse(501, str(manque))
    return Response(
        octets, headers={"Content-Disposition": f'attachment; filename="{nom}"'}, content_type=TYPES_FICHIER[forme]
    )


# ---------------------------------------------------------------- reading


def described(visite: Visite) -> Description:
    """The register that the address names."""
    description = known(visite.var("registre"))
    if description is None:
        raise NotFound("registre inconnu")
    return description


async def marks(visite: Visite, plan_slug: str = "") -> Reperes:
    """What a row may name: the plan of this name, else of the address, else the active one; the MRC, the répertoire."""
    plan = await chosen_plan(visite, plan_slug)

    def lire(c: Connexion) -> Reperes:
        return Reperes(plan, chiffres.mrc_names(c), organisations.all_sheets(c))

    return await visite.read(lire)


async def _opened(visite: Visite, description: Description) -> tuple[Ligne, Reperes]:
    """The row that the address names, and what it may name: a row stays in the plan it was written for."""
    numero = int(visite.var("ligne_id"))
    ligne = await visite.read(lambda c: registres.one(c, description.registre, numero))
    if ligne is None:
        raise NotFound("ligne inconnue")
    return ligne, await marks(visite, ligne.plan)


def _filter(visite: Visite, plan: Plan) -> tuple[Filtre, dict[str, str]]:
    """What the address asks for; a moyen brings its sous-moyens."""
    choisi = {cle: visite.arg(cle) for cle in ("annee", "moyen", "mrc", "type", "organisation", "retirees")}
    annee = next((a for a in years(plan_period(plan)) if a.nom == choisi["annee"]), None)
    moyens = (
        (choisi["moyen"], *(s.id for s in plan.sous_moyens if s.moyen == choisi["moyen"])) if choisi["moyen"] else ()
    )
    return Filtre(
        annee.debut if annee else None, annee.fin if annee else None, moyens, choisi["mrc"], choisi["type"],
        choisi["organisation"], choisi["retirees"] == "oui",
    ), choisi  # fmt: skip


async def _form(
    visite: Visite, description: Description, reperes: Reperes, numero: int, essai: Essai, statut: int = 200
) -> Any:
    return await visite.page(
        "registre_formulaire.html",
        {
            "d": description,
            "numero": numero,
            "groupes": fields_of(description, reperes),
            "saisies": essai.saisies,
            "fautes": essai.fautes,
            "generales": essai.generales,
            "verrou": essai.verrou,
            "raison": essai.raison,
            "plan": reperes.plan,
        },
        statut,
    )
