"""« La semaine »: one page of the queue, in one read of the database, with where the hour's review has got to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from veille.pages import cartes
from veille.pages.cartes import Noms
from veille.pages.historique import Confirmation, confirm
from veille.pages.navigation import EQUIPE, Onglet
from veille.pages.palette import palette
from veille.pages.panneau import filter_panel
from veille.pages.progres import Progres, learnt, measure
from veille.pages.semaine import (
    CHAMPS,
    ETATS,
    PAR_PAGE,
    Filtres,
    Section,
    budget_end,
    describe,
    lay_out,
    reach,
    read_filters,
    start,
    summary,
)
from veille.pages.visite import Visite
from veille.store import attente, budget, filtres, gestes
from veille.store.attente import COMPTE_MAX, Etat, Place
from veille.store.filtres import Filtre
from veille.store.lecture import Connexion


@dataclass(frozen=True)
class Lecture:
    """Everything the page reads, of one state of the database. `compte`: `total` was counted to its end."""

    voulus: Filtres
    noms: Noms
    places: Sequence[Place]
    html: Mapping[int, Markup]
    comptes: Mapping[Etat, int]
    paliers: Mapping[int, int]
    total: int
    compte: bool
    progres: Progres
    enregistres: Sequence[Filtre]
    fait: Confirmation | None
    tirees: int
    vide: bool


async def week(visite: Visite) -> Any:
    """The stories of a period, by expected value, each with its reasons and the buttons that settle it."""
    lue = await visite.read(lambda c: _read(visite, c))
    voulus = lue.voulus
    sections = lay_out(lue.places, voulus, lue.paliers)
    montrees = {place.groupe_id for place in lue.places}
    avant = visite.arg("avant").removeprefix("h")
    return await visite.page(
        "revue.html",
        {
            "filtres": voulus,
            "champs": CHAMPS,
            "etats": _tabs(voulus),
            "comptes": lue.comptes,
            "sections": sections,
            "cartes": lue.html,
            "resume": summary(voulus, lue.total),
            "suite": voulus.page * PAR_PAGE < lue.total or (not lue.compte and bool(lue.places)),
            "reste": _rest(lue, sections),
            "progres": lue.progres,
            "fin": _hour_end(lue),
            "panneau": filter_panel(voulus, lue.noms.references, visite.now),
            "enregistres": lue.enregistres,
            "present": next((f for f in lue.enregistres if read_filters(f.criteres).told() == voulus.told()), None),
            "par_defaut": _is_bare(visite) and voulus != Filtres(),
            "en_mots": describe(voulus, lue.noms.references, visite.now),
            "tirees": lue.tirees,
            "rien_recueilli": lue.vide,
            "fait": lue.fait,
            "avant": int(avant) if avant.isdecimal() and len(avant) < 19 and int(avant) in montrees else 0,
            "offerts": lue.noms.offerts,
            "palette": palette(lue.noms),
            "debut": visite.now.isoformat(),
        },
    )


def counts(c: Connexion, voulus: Filtres, visite: Visite) -> dict[Etat, int]:
    """How many stories of the period stand in each state; COMPTE_MAX + 1 means « more »."""
    periode = Filtres(periode=voulus.periode)
    return {etat: attente.count(c, replace(periode, etat=etat).criteria(visite.now)) for etat in ETATS}


def progress(c: Connexion, visite: Visite, en_attente: int) -> Progres:
    """Where the hour's review of this person has got to."""
    return measure(learnt(visite.site, c, visite.now), budget.done(c, visite.nom, visite.now), en_attente)


def _read(visite: Visite, c: Connexion) -> Lecture:
    enregistres = filtres.of(c, visite.identifiant)
    voulus = _wanted(visite, enregistres)
    noms, comptes = cartes.read_names(c), counts(c, voulus, visite)
    criteres = voulus.criteria(visite.now)
    paliers = attente.tiers(c, criteres.debut, criteres.fin) if voulus.par_valeur else {}
    total = reach(voulus, paliers) if voulus.par_valeur else attente.count(c, criteres)
    places = attente.page(c, criteres, start(voulus, paliers), PAR_PAGE)
    compte = voulus.par_valeur or total <= COMPTE_MAX
    if not places and voulus.page > 1 and compte:  # What was on the last page has been decided.
        voulus = replace(voulus, page=max(1, -(-total // PAR_PAGE)))
        places = attente.page(c, criteres, start(voulus, paliers), PAR_PAGE)
    memoire = cartes.of_site(visite.datasette, visite.site)
    faites = memoire.of(c, places, noms, visite.now, peut_revoir=visite.peut("revoir"))
    inscrit = gestes.read(c, cle) if (cle := visite.arg("fait")) else None
    tirees = replace(Filtres(periode=voulus.periode), tirees="1")
    return Lecture(
        voulus=voulus,
        noms=noms,
        places=[place for place in places if place.groupe_id in faites],
        html={groupe_id: carte.shown_to(visite.nom) for groupe_id, carte in faites.items()},
        comptes=comptes,
        paliers=paliers,
        total=total,
        compte=compte,
        progres=progress(c, visite, comptes["a_trancher"]),
        enregistres=enregistres,
        fait=confirm(inscrit, noms.raisons) if inscrit else None,
        tirees=attente.count(c, tirees.criteria(visite.now)),
        vide=not places and attente.is_empty(c),
    )


def _wanted(visite: Visite, enregistres: Sequence[Filtre]) -> Filtres:
    """What the address asks for: a saved filter, else its own arguments, else the reader's default filter."""
    arguments = {cle: visite.arg(cle) for cle in visite.request.args}
    choisi = arguments.get("filtre", "") or (str(visite.preferences["filtre"]) if _is_bare(visite) else "")
    garde = next((f for f in enregistres if str(f.id) == choisi), None)
    if garde is None:
        return read_filters(arguments)
    return replace(read_filters(garde.criteres), page=read_filters(arguments).page)


def _tabs(voulus: Filtres) -> list[Onglet]:
    """The states, same period and same filters, then the other pages of the review."""
    autres = [volet for volet in EQUIPE[0].volets if volet[0] not in ETATS]
    return [
        *(
            Onglet(voulus.address(etat=etat, partie="", page=1), nom, etat == voulus.etat, etat == voulus.etat, etat)
            for etat, nom in ETATS.items()
        ),
        *(Onglet(href, nom, cle=cle) for cle, href, nom in autres),
    ]


def _is_bare(visite: Visite) -> bool:
    """« /revue » itself, without anything asked for."""
    return not {*CHAMPS, "filtre"} & {*visite.request.args}


def _rest(lue: Lecture, sections: Sequence[Section]) -> int:
    """How many stories of the last part wait, when none is on this page."""
    montree = any(section.slug == "reste" for section in sections)
    return 0 if montree or not lue.voulus.par_valeur else lue.paliers.get(2, 0)


def _hour_end(lue: Lecture) -> int:
    if not lue.voulus.par_valeur or lue.voulus.partie:
        return 0
    return budget_end(lue.places, start(lue.voulus, lue.paliers), lue.progres.restantes)
