"""« Plan »: where each moyen stands, what is late or near, its figures; one moyen, its form and its follow-up; a calendar."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast

from datasette.utils.asgi import NotFound, Response

from veille import settings
from veille.calendrier import write_calendar
from veille.errors import FichierChangeError, RefusError, SettingsError
from veille.francais import NBSP, local_day
from veille.model import Audience, EtatMoyen, Moyen, Plan, Suivi, Taxonomie, Thematique
from veille.pages import plans, reglages
from veille.pages.plans import Filtre, MoyenVu, Tableau
from veille.pages.registres import title_of, when
from veille.pages.reglages import Saisies
from veille.pages.visite import Visite
from veille.pages.vues.publics import unreadable
from veille.plan import by_moyen
from veille.registres.champs import REGISTRES
from veille.settings import cles
from veille.settings.regles import THEMES
from veille.store import modifications, plan_suivi, suivis
from veille.store import plan as store_plan
from veille.store.lecture import Connexion

FICHIER = "plan.toml"


async def tree(visite: Visite) -> Any:
    """The whole plan on one page, folded by objectif."""
    au = local_day(visite.now)
    suivi, connus = await visite.read(lambda c: (plan_suivi.read(c, au), store_plan.known(c)))
    if suivi is None:
        return await visite.page("plan.html", {"t": None})
    tableau = plans.board(suivi, au)
    themes, publics = await asyncio.to_thread(_watch, visite)
    filtre = Filtre(visite.arg("responsable"), visite.arg("etat"), visite.arg("veille") == "1")
    return await visite.page(
        "plan.html",
        {
            "t": tableau,
            "filtre": filtre,
            "gardes": plans.keep(tableau, filtre),
            "responsables": plans.responsables(tableau.plan),
            "etats": plans.ETATS,
            "choix_etats": {**plans.ETATS, plans.EN_RETARD: "échéance dépassée"},
            "themes": by_moyen(tableau.plan, themes, lambda x: x.plan),
            "publics": by_moyen(tableau.plan, publics, lambda x: x.plan),
            "registres": plans.REGISTRES,
            "autres": [p for p in connus if not p.actif],
        },
    )


@dataclass(frozen=True)
class Typed:
    """What someone typed of where a moyen stands, and why it was not kept."""

    saisies: Saisies
    fautes: dict[str, list[str]] = field(default_factory=dict)
    refus: list[str] = field(default_factory=list)


async def one(visite: Visite) -> Any:
    """One moyen: what the plan says, what was done, where it stands, and the two forms."""
    return await _show(visite, *await _known(visite))


async def _show(visite: Visite, tableau: Tableau, vu: MoyenVu, dit: Typed | None = None) -> Any:
    try:
        fichier, plan = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:  # The plan is in the database: it is shown, and cannot be changed.
        dites = [str(f) for f in erreur.fautes]
        return await _page(visite, tableau, vu, vu.moyen, "", {}, generales=dites, dit=dit)
    moyen = next((m for m in plan.moyens if m.id == vu.moyen.id), vu.moyen)
    saisies = reglages.show(moyen, _champs(plan, moyen))
    return await _page(visite, tableau, vu, moyen, fichier.empreinte, saisies, dit=dit)


async def save(visite: Visite) -> Any:
    """Write what changed of a moyen in plan.toml, if the file still is the one the person saw."""
    formulaire = await visite.form()
    tableau, vu = await _known(visite)
    try:
        fichier, plan = await asyncio.to_thread(_open, visite)
    except SettingsError as erreur:
        return await unreadable(visite, erreur, 400)
    moyen = next((m for m in plan.moyens if m.id == vu.moyen.id), vu.moyen)
    champs = _champs(plan, moyen)
    saisies = reglages.read(formulaire, champs)
    lues, fautes = reglages.values(saisies, champs)
    changements = {} if fautes else reglages.changed(moyen, lues, champs)
    fautes = fautes or plans.check(moyen, changements)
    ici = f"/plan/moyens/{moyen.id}"
    if fautes:
        return await _page(visite, tableau, vu, moyen, fichier.empreinte, saisies, fautes, statut=400)
    if not changements:
        return visite.redirect(ici, "Rien n’a changé.")
    phrases = [
        f"Moyen {moyen.id}, {phrase[0].lower()}{phrase[1:]}" for phrase in reglages.tell(moyen, changements, champs)
    ]

    def ecrire(c: Connexion) -> None:
        vue = formulaire.line("base", 64)
        dossier = visite.site.dossier
        avant, apres = cles.change_element(dossier, FICHIER, Plan, "moyens", "id", moyen.id, vue, changements)
        modifications.record(c, FICHIER, avant.texte, apres.texte, phrases, visite.nom, visite.now)
        store_plan.write(c, cles.build(visite.site.dossier, FICHIER, Plan, apres.donnees), visite.now)

    try:
        await visite.write(ecrire)
    except FichierChangeError as erreur:
        dites = [str(f) for f in erreur.fautes]
        return await _page(visite, tableau, vu, moyen, fichier.empreinte, saisies, generales=dites, statut=409)
    except SettingsError as erreur:
        fautes, dites = plans.beside(erreur.fautes, champs)
        return await _page(visite, tableau, vu, moyen, fichier.empreinte, saisies, fautes, dites, 400)
    return visite.redirect(ici, f"Enregistré. {' '.join(phrases)}")


async def follow(visite: Visite) -> Any:
    """Say where a moyen stands on a day; what was said before stays."""
    formulaire = await visite.form()
    tableau, vu = await _known(visite)
    saisies = reglages.read(formulaire, plans.SUIVI)
    lues, fautes = reglages.values(saisies, plans.SUIVI)
    refus: list[str] = []
    if not fautes:
        etat, jour_le = cast(EtatMoyen, lues["etat"]), cast(date | None, lues["jour_le"]) or local_day(visite.now)
        suivi = Suivi(tableau.plan.slug, vu.moyen.id, etat, jour_le, str(lues["note"]), visite.nom)
        try:
            await visite.write(lambda c: suivis.record(c, suivi, visite.now))
        except RefusError as erreur:
            refus = [str(erreur)]
    if fautes or refus:
        return await _show(visite, tableau, vu, Typed(saisies, fautes, refus))
    return visite.redirect(f"/plan/moyens/{vu.moyen.id}", f"Noté{NBSP}: {plans.ETATS_SUIVIS[etat]}.")


async def calendar(visite: Visite) -> Any:
    """Échéances, phases, the bilan, and revisions of the sheets of themes."""
    au = local_day(visite.now)
    suivi = await visite.read(lambda c: plan_suivi.read(c, au, figures=False))
    if suivi is None:
        raise NotFound("aucun plan")
    themes, ecrit_a = await asyncio.to_thread(lambda: (_watch(visite)[0], _written(visite)))
    adresse = f"{visite.request.scheme}://{visite.request.host}"
    moments = plans.moments(plans.board(suivi, au), themes, adresse, ecrit_a)
    corps = write_calendar(suivi.plan.titre, list(moments))
    return Response(corps, content_type="text/calendar; charset=utf-8")


async def _known(visite: Visite) -> tuple[Tableau, MoyenVu]:
    au = local_day(visite.now)
    suivi = await visite.read(lambda c: plan_suivi.read(c, au))
    tableau = plans.board(suivi, au) if suivi else None
    if tableau is None or visite.var("code") not in tableau.moyens:
        raise NotFound("moyen inconnu")
    return tableau, tableau.moyens[visite.var("code")]


def _open(visite: Visite) -> tuple[cles.Fichier, Plan]:
    fichier = cles.read(visite.site.dossier, FICHIER)
    return fichier, cles.build(visite.site.dossier, FICHIER, Plan, fichier.donnees)


def _watch(visite: Visite) -> tuple[tuple[Thematique, ...], tuple[Audience, ...]]:
    """The themes and the audiences as their files say; none of those that cannot be read, which `diagnostic` tells."""
    taxonomie = Taxonomie((), ())
    publics: tuple[Audience, ...] = ()
    try:
        taxonomie = settings.load_taxonomie(visite.site.dossier)
        publics = settings.load_publics(visite.site.dossier)[1]
    except SettingsError:
        pass
    return taxonomie.thematiques, publics


def _written(visite: Visite) -> datetime:
    """When the files that hold the dates were last written, so that the same dates always make the same calendar."""
    fichiers = [visite.site.dossier / nom for nom in (FICHIER, THEMES)]
    instants = [int(f.stat().st_mtime) for f in fichiers if f.exists()]
    return datetime.fromtimestamp(max(instants), UTC) if instants else visite.now


def _champs(plan: Plan, moyen: Moyen) -> tuple[reglages.Champ, ...]:
    return tuple(champ for groupe in plans.fields(plan, moyen) for champ in groupe.champs)


async def _page(
    visite: Visite,
    tableau: Tableau,
    vu: MoyenVu,
    moyen: Moyen,
    base: str,
    saisies: Saisies,
    fautes: dict[str, list[str]] | None = None,
    generales: list[str] | None = None,
    statut: int = 200,
    dit: Typed | None = None,
) -> Any:
    plan, codes = tableau.plan, set(vu.vu.codes)
    themes, publics = await asyncio.to_thread(_watch, visite)

    def lire(c: Connexion) -> tuple[list[Suivi], list[modifications.Modification]]:
        siennes = [x for x in modifications.history(c, FICHIER, 200) if any(_about(p, moyen.id) for p in x.changements)]
        return suivis.of(c, plan.slug, moyen.id), siennes[:20]

    dits, historique = await visite.read(lire)
    return await visite.page(
        "plan_moyen.html",
        {
            "plan": plan,
            "vu": vu,
            "moyen": moyen,
            "groupes": plans.fields(plan, moyen),
            "base": base,
            "saisies": saisies,
            "fautes": fautes or {},
            "generales": generales or [],
            "priorites": plans.PRIORITES,
            "etats": plans.ETATS_SUIVIS,
            "suivis": dits,
            "historique": historique,
            "a_la_main": modifications.A_LA_MAIN,
            "registres": plans.REGISTRES,
            "titre_de": lambda registre, ligne: title_of(REGISTRES[registre], ligne),
            "quand": lambda registre, ligne: when(REGISTRES[registre], ligne),
            "themes": [t for t in themes if codes & set(t.plan)],
            "publics": [a for a in publics if codes & set(a.plan)],
            "anomalies": [a for a in plan.anomalies if codes & set(a.ou)],
            "champs_suivi": plans.SUIVI,
            "saisies_suivi": dit.saisies if dit else _first_words(vu, local_day(visite.now)),
            "fautes_suivi": dit.fautes if dit else {},
            "refus_suivi": dit.refus if dit else [],
        },
        400 if dit else statut,
    )


def _first_words(vu: MoyenVu, au: date) -> Saisies:
    """The form of a follow-up before anything is typed: the state it has, today."""
    etat = vu.avancement.etat if vu.avancement.etat in plans.ETATS_SUIVIS else "en_cours"
    return {"etat": etat, "jour_le": au.isoformat(), "note": ""}


def _about(phrase: str, code: str) -> bool:
    return phrase.startswith(f"Moyen {code},")
