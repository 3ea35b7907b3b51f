"""The week to review, laid out: which stories, in which group, on which page. Pure decisions on stories already read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from urllib.parse import urlencode

from veille.francais import FUSEAU, format_day, local_day, plural, sort_key, typeset
from veille.pages.pertinence import PALIERS, queue, tier
from veille.store.fiches import Fiche
from veille.store.revue import EtatRevue, References

PAR_PAGE = 40
SEMAINES = 8
GLISSANTES = {"7j": 7, "30j": 30, "90j": 90}
INCERTAIN, SANS = "incertain", "sans-theme"
SANS_TIREES = "Sans thème, tirées pour vérification"
Ordre = Literal["pertinence", "thematique"]
ORDRES: dict[Ordre, str] = {"pertinence": "Par pertinence", "thematique": "Par thématique"}
ETATS: dict[EtatRevue, str] = {"a_trancher": "À trancher", "retenu": "Retenues", "ecarte": "Écartées"}

_SEMAINE = re.compile(r"(20\d\d)-S(\d\d)")


@dataclass(frozen=True)
class Filtres:
    """What the reader asked for; everything else than these values is ignored, so any address is safe.

    `tirees`: « 1 » for the stories drawn for checking only.
    """

    etat: EtatRevue = "a_trancher"
    periode: str = "7j"
    thematique: str = ""
    territoire: str = ""
    source: str = ""
    ordre: Ordre = "pertinence"
    tirees: str = ""
    page: int = 1

    @property
    def par_pertinence(self) -> bool:
        """Relevance orders what is left to settle; what is settled stays by theme."""
        return self.ordre == "pertinence" and self.etat == "a_trancher"

    def address(self, **changements: str | int) -> str:
        """The address of the same review with some things changed; defaults are left out."""
        voulu = replace(self, **changements)  # type: ignore[arg-type]  # Names are the fields'.
        defaut = Filtres()
        differents = {nom: v for nom in CHAMPS if (v := getattr(voulu, nom)) != getattr(defaut, nom)}
        return "/revue" + (f"?{urlencode(differents)}" if differents else "")


CHAMPS = tuple(champ.name for champ in fields(Filtres))  # What forms carry along, to come back to the same list.


@dataclass(frozen=True)
class Choix:
    """One option of a filter."""

    valeur: str
    nom: str
    nombre: int = 0


@dataclass(frozen=True)
class Groupe:
    """Stories of one theme, or of one level of relevance, on this page. `total`: in the whole period."""

    slug: str
    nom: str
    total: int
    fiches: tuple[Fiche, ...]


@dataclass(frozen=True)
class Semaine:
    """One page of the review. `sans_theme`: stories without a theme, folded at the end of the last page.

    `tirees`: how many of the period were drawn for checking; none of these is ever folded.
    """

    groupes: tuple[Groupe, ...]
    sans_theme: tuple[Fiche, ...]
    total: int
    total_sans_theme: int
    page: int
    pages: int
    thematiques: tuple[Choix, ...]
    territoires: tuple[Choix, ...]
    sources: tuple[Choix, ...]
    tirees: int = 0


def read_filters(arguments: dict[str, str]) -> Filtres:
    """Filters from an address or a form; what is not understood falls back to the default."""
    etat = arguments.get("etat", "")
    periode = arguments.get("periode", "")
    page = arguments.get("page", "")
    return Filtres(
        etat=next((e for e in ETATS if e == etat), "a_trancher"),
        periode=periode if periode in GLISSANTES or _monday(periode) else "7j",
        thematique=_slug(arguments.get("thematique", "")),
        territoire=_slug(arguments.get("territoire", "")),
        source=_slug(arguments.get("source", "")),
        ordre="thematique" if arguments.get("ordre") == "thematique" else "pertinence",
        tirees="1" if arguments.get("tirees") == "1" else "",
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
    )


def bounds(periode: str, now: datetime) -> tuple[datetime, datetime | None]:
    """First instant of the period and first one after it; None when it runs up to now."""
    lundi = _monday(periode)
    if lundi is None:
        return now - timedelta(days=GLISSANTES.get(periode, 7)), None
    return _midnight(lundi), _midnight(lundi + timedelta(days=7))


def periods(now: datetime) -> list[Choix]:
    """The periods offered: the last days, then each of the last weeks."""
    choix = [Choix("7j", "7 derniers jours"), Choix("30j", "30 derniers jours"), Choix("90j", "90 derniers jours")]
    lundi = local_day(now) - timedelta(days=local_day(now).weekday())
    for recul in range(SEMAINES):
        debut = lundi - timedelta(weeks=recul)
        annee, numero, _ = debut.isocalendar()
        choix.append(Choix(f"{annee}-S{numero:02d}", f"Semaine du {format_day(debut)}"))
    return choix


def arrange(fiches: Sequence[Fiche], filtres: Filtres, references: References, now: datetime) -> Semaine:
    """Filter, order by relevance or by first theme, and cut the page asked for."""
    gardees = [f for f in fiches if _matches(f, filtres)]
    sans = [f for f in gardees if _is_folded(f, filtres, now)]
    dehors = {f.groupe_id for f in sans}
    montrees = [f for f in gardees if f.groupe_id not in dehors]
    if filtres.par_pertinence:
        groupes, page, pages = _cut(
            [(tier(f, now), f) for f in queue(montrees, now)], filtres.page, PALIERS.__getitem__
        )
        sans = queue(sans, now)
    else:
        groupes, page, pages = cut(montrees, filtres, references)
        groupes = tuple(replace(g, nom=SANS_TIREES) if _is_drawn_only(g, filtres) else g for g in groupes)
    return Semaine(
        groupes=groupes,
        sans_theme=tuple(sans[:PAR_PAGE]) if page == pages else (),
        total=len(gardees),
        total_sans_theme=len(sans),
        page=page,
        pages=pages,
        thematiques=_theme_choices(fiches, references),
        territoires=_choices(
            (t for f in fiches for t in f.territoires), lambda s: typeset(references.name("territoire", s))
        ),
        sources=_source_choices(fiches),
        tirees=sum(f.tirage is not None for f in fiches),
    )


def cut(fiches: Sequence[Fiche], filtres: Filtres, references: References) -> tuple[tuple[Groupe, ...], int, int]:
    """One page of these stories by theme, uncertain ones then those without a theme last; its number; how many pages."""
    par_theme: dict[str, list[Fiche]] = {}
    for fiche in fiches:
        par_theme.setdefault(_group_of(fiche, filtres), []).append(fiche)
    inconnus = sorted(set(par_theme) - set(references.thematiques) - {INCERTAIN, SANS})
    ordre = [*references.thematiques, *inconnus, INCERTAIN, SANS]
    suite = [(slug, f) for slug in ordre for f in _by_urgency(par_theme.get(slug, []))]
    return _cut(suite, filtres.page, lambda slug: _theme_name(slug, references))


def _cut(
    suite: Sequence[tuple[str, Fiche]], voulue: int, name: Callable[[str], str]
) -> tuple[tuple[Groupe, ...], int, int]:
    totaux = Counter(slug for slug, _ in suite)
    pages = max(1, -(-len(suite) // PAR_PAGE))
    page = min(voulue, pages)
    visibles = suite[(page - 1) * PAR_PAGE : page * PAR_PAGE]
    groupes = tuple(
        Groupe(slug, name(slug), totaux[slug], tuple(f for s, f in visibles if s == slug))
        for slug in dict.fromkeys(slug for slug, _ in visibles)
    )
    return groupes, page, pages


def summary(semaine: Semaine) -> str:
    """« 46 nouvelles, dont 12 sans thème à la fin »."""
    phrase = plural(semaine.total, "nouvelle")
    return (
        f"{phrase}, dont {plural(semaine.total_sans_theme, 'sans thème', 'sans thème')} à la fin"
        if semaine.total_sans_theme
        else phrase
    )


def _matches(fiche: Fiche, filtres: Filtres) -> bool:
    if filtres.tirees and fiche.tirage is None:
        return False
    if filtres.territoire and filtres.territoire not in fiche.territoires:
        return False
    if filtres.source and filtres.source not in {m.source for m in fiche.membres}:
        return False
    if filtres.thematique == INCERTAIN:
        return fiche.incertain
    if filtres.thematique == SANS:
        return not fiche.thematiques and not fiche.incertain
    return not filtres.thematique or filtres.thematique in fiche.thematiques


def _group_of(fiche: Fiche, filtres: Filtres) -> str:
    if filtres.thematique in fiche.thematiques:
        return filtres.thematique
    if fiche.thematiques:
        return fiche.thematiques[0]
    return INCERTAIN if fiche.incertain else SANS


def _is_folded(fiche: Fiche, filtres: Filtres, now: datetime) -> bool:
    """Without a theme, hence folded at the end; unless asked for, drawn for checking, or still likely to be kept."""
    if filtres.thematique == SANS or fiche.tirage is not None or _group_of(fiche, filtres) != SANS:
        return False
    return not filtres.par_pertinence or tier(fiche, now) == "reste"


def _is_drawn_only(groupe: Groupe, filtres: Filtres) -> bool:
    return groupe.slug == SANS and filtres.thematique != SANS


def _by_urgency(fiches: Iterable[Fiche]) -> list[Fiche]:
    """Deadlines first, soonest first; the others keep their order (latest seen first)."""
    return sorted(fiches, key=lambda f: f.date_limite or "9999")


def _theme_name(slug: str, references: References) -> str:
    propres = {INCERTAIN: "Incertain", SANS: "Sans thème"}
    return propres.get(slug) or references.name("thematique", slug)


def _theme_choices(fiches: Sequence[Fiche], references: References) -> tuple[Choix, ...]:
    comptes = Counter(t for f in fiches for t in f.thematiques)
    incertains = sum(f.incertain for f in fiches)
    sans = sum(not f.thematiques and not f.incertain for f in fiches)
    connus = [Choix(slug, nom, comptes[slug]) for slug, nom in references.thematiques.items() if comptes[slug]]
    return (*connus, Choix(INCERTAIN, "Incertain", incertains), Choix(SANS, "Sans thème", sans))


def _source_choices(fiches: Sequence[Fiche]) -> tuple[Choix, ...]:
    noms = {m.source: m.source_nom for f in fiches for m in f.membres}
    return _choices((s for f in fiches for s in {m.source for m in f.membres}), lambda slug: noms[slug])


def _choices(valeurs: Iterable[str], name: Callable[[str], str]) -> tuple[Choix, ...]:
    comptes = Counter(valeurs)
    return tuple(sorted((Choix(v, name(v), n) for v, n in comptes.items()), key=lambda c: sort_key(c.nom)))


def _slug(texte: str) -> str:
    return texte if re.fullmatch(r"[a-z0-9-]{1,100}", texte) else ""


def _monday(periode: str) -> date | None:
    trouve = _SEMAINE.fullmatch(periode)
    if trouve is None:
        return None
    try:
        return date.fromisocalendar(int(trouve[1]), int(trouve[2]), 1)
    except ValueError:
        return None


def _midnight(jour: date) -> datetime:
    return datetime.combine(jour, time(), tzinfo=FUSEAU).astimezone(UTC)
