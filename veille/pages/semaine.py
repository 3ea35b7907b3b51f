"""The week to review, laid out: what the reader asks for, and the parts of a page of the queue. Pure; `now` is given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from veille.francais import format_day, format_number, local_day, plural, typeset
from veille.pages.visite import tidy
from veille.store.attente import COMPTE_MAX, Criteres, Etat, Place
from veille.store.file import INCERTAIN, SANS_THEME
from veille.store.revue import References

PAR_PAGE = 30
SEMAINES = 8
GLISSANTES = {"7j": 7, "30j": 30, "90j": 90}
TEXTE_MAX = 100
PAGE_MAX = 999
ETATS: dict[Etat, str] = {
    "a_trancher": "À trancher",
    "plus_tard": "Plus tard",
    "retenu": "Retenues",
    "ecarte": "Écartées",
}
PROPRES = {INCERTAIN: "Incertain", SANS_THEME: "Sans thème"}
# What is put off is looked for whenever it came: it has no place in a week until its day.
TOUJOURS = (date(2000, 1, 1), date(2999, 12, 31))

Partie = Literal["", "incertains", "reste"]
PARTIES: dict[int, tuple[str, str, str]] = {
    0: ("premieres", "À lire d’abord", "Les plus utiles d’abord, selon leurs chances d’être retenues, le lieu, la source, l’âge et l’échéance."),
    1: ("incertains", "Incertains", "Le classement hésite, ou elles ont été tirées pour le vérifier : à vous de dire."),
    2: ("reste", "Le reste", "Moins d’une chance sur cinq d’être retenues : un coup d’œil suffit."),
}  # fmt: skip
DEBUTS: dict[Partie, int] = {"": 0, "incertains": 1, "reste": 2}

_SEMAINE = re.compile(r"(20\d\d)-S(\d\d)")
_SLUG = re.compile(r"[a-z0-9_-]{1,100}")


@dataclass(frozen=True)
class Filtres:
    """What the reader asked for; everything else than these values is ignored, so any address is safe.

    `tirees`: « 1 » for the stories drawn for checking only. `partie`: only from this part of the queue on.
    """

    etat: Etat = "a_trancher"
    periode: str = "7j"
    thematique: str = ""
    territoire: str = ""
    source: str = ""
    type: str = ""
    texte: str = ""
    tirees: str = ""
    partie: Partie = ""
    page: int = 1

    @property
    def etroits(self) -> bool:
        """Whether more than a state and a period was asked for."""
        return bool(self.thematique or self.territoire or self.source or self.type or self.texte or self.tirees)

    @property
    def par_valeur(self) -> bool:
        """The whole queue of the period, in its order and its parts."""
        return self.etat == "a_trancher" and not self.etroits

    def address(self, **changements: str | int) -> str:
        """The address of the same review with some things changed; the period is always said, defaults are left out.

        A bare « /revue » opens the reader's own filter: it is never what is meant here.
        """
        voulu = replace(self, **changements)  # type: ignore[arg-type]  # Names are the fields'.
        return "/revue?" + urlencode({"periode": voulu.periode, **voulu.told(), **_page(voulu)})

    def told(self) -> dict[str, str]:
        """What differs from the whole queue of the week, without the page: what a saved filter keeps."""
        defaut = Filtres()
        return {nom: v for nom in CRITERES if (v := getattr(self, nom)) != getattr(defaut, nom)}

    def criteria(self, now: datetime) -> Criteres:
        """The same, as the queue is asked; the label that fewest stories bear comes first."""
        debut, fin = TOUJOURS if self.etat == "plus_tard" else bounds(self.periode, now)
        voulues = (
            ("tirage", "*" if self.tirees else ""),
            ("source", self.source),
            ("type", self.type),
            ("territoire", self.territoire),
            ("thematique", self.thematique),
        )
        return Criteres(self.etat, debut, fin, tuple((g, v) for g, v in voulues if v), self.texte)


CHAMPS = tuple(champ.name for champ in fields(Filtres))  # What forms carry along, to come back to the same list.
CRITERES = tuple(nom for nom in CHAMPS if nom not in ("page", "partie"))


@dataclass(frozen=True)
class Choix:
    """One option of a filter."""

    valeur: str
    nom: str


@dataclass(frozen=True)
class Section:
    """Consecutive stories of one part of the queue. `total`: in the whole period, None when nobody counted.

    `repliee`: folded at first, because something more useful stands above it.
    """

    slug: str
    nom: str
    explication: str
    places: tuple[Place, ...]
    total: int | None = None
    repliee: bool = False


def read_filters(arguments: Mapping[str, str]) -> Filtres:
    """Filters from an address, a form or what was saved; what is not understood falls back to the default."""
    etat, periode, page = arguments.get("etat", ""), arguments.get("periode", ""), arguments.get("page", "")
    return Filtres(
        etat=next((e for e in ETATS if e == etat), "a_trancher"),
        periode=periode if periode in GLISSANTES or _monday(periode) else "7j",
        thematique=_slug(arguments.get("thematique", "")),
        territoire=_slug(arguments.get("territoire", "")),
        source=_slug(arguments.get("source", "")),
        type=_slug(arguments.get("type", "")),
        texte=tidy(arguments.get("texte", ""), TEXTE_MAX).strip(),
        tirees="1" if arguments.get("tirees") == "1" else "",
        partie=next((p for p in DEBUTS if p == arguments.get("partie")), ""),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 and 0 < int(page) <= PAGE_MAX else 1,
    )


def bounds(periode: str, now: datetime) -> tuple[date, date]:
    """First and last local days of a period.

    « 7 derniers jours » begins on the same weekday: what came last Monday after the review is in this Monday's.
    """
    lundi = _monday(periode)
    if lundi is None:
        return local_day(now) - timedelta(days=GLISSANTES.get(periode, 7)), local_day(now)
    return lundi, lundi + timedelta(days=6)


def periods(now: datetime) -> list[Choix]:
    """The periods offered: the last days, then each of the last weeks."""
    choix = [Choix("7j", "7 derniers jours"), Choix("30j", "30 derniers jours"), Choix("90j", "90 derniers jours")]
    lundi = local_day(now) - timedelta(days=local_day(now).weekday())
    for recul in range(SEMAINES):
        debut = lundi - timedelta(weeks=recul)
        annee, numero, _ = debut.isocalendar()
        choix.append(Choix(f"{annee}-S{numero:02d}", f"Semaine du {format_day(debut)}"))
    return choix


def describe(filtres: Filtres, references: References, now: datetime) -> str:
    """« À trancher, thème « Habitation », 30 derniers jours »: a filter in words."""
    morceaux = [
        ("", ETATS[filtres.etat]),
        ("thème", PROPRES.get(filtres.thematique) or references.name("thematique", filtres.thematique)),
        ("territoire", references.name("territoire", filtres.territoire)),
        ("source", references.sources.get(filtres.source, filtres.source)),
        ("type", references.name("type", filtres.type)),
        ("mots", filtres.texte),
        ("", "tirées pour vérification" if filtres.tirees else ""),
        ("", next((p.nom.lower() for p in periods(now) if p.valeur == filtres.periode), filtres.periode)),
    ]
    return typeset(", ".join(f"{nom} « {dit} »" if nom else dit for nom, dit in morceaux if dit))


def lay_out(places: Sequence[Place], filtres: Filtres, paliers: Mapping[int, int]) -> tuple[Section, ...]:
    """One page of stories cut where the part of the queue changes. `paliers`: how many wait in each part."""
    if filtres.etat != "a_trancher":
        return (Section("liste", ETATS[filtres.etat], "", tuple(places)),) if places else ()
    sections: list[Section] = []
    for palier in dict.fromkeys(place.palier for place in places):
        slug, nom, explication = PARTIES[palier]
        siennes = tuple(place for place in places if place.palier == palier)
        total = paliers.get(palier, 0) if filtres.par_valeur else None
        repliee = slug == "reste" and bool(sections) and not filtres.etroits
        sections.append(Section(slug, nom, explication, siennes, total, repliee))
    return tuple(sections)


def start(filtres: Filtres, paliers: Mapping[int, int]) -> int:
    """The rank in the queue of the first story of the page asked for."""
    avant = sum(nombre for palier, nombre in paliers.items() if palier < DEBUTS[filtres.partie])
    return (avant if filtres.par_valeur else 0) + (filtres.page - 1) * PAR_PAGE


def reach(filtres: Filtres, paliers: Mapping[int, int]) -> int:
    """How many stories there are from the part of the queue asked for to its end."""
    return sum(nombre for palier, nombre in paliers.items() if palier >= DEBUTS[filtres.partie])


def budget_end(places: Sequence[Place], depart: int, restantes: int) -> int:
    """The story of this page before which the hour ends (its group), or 0. `restantes`: how many still fit in it."""
    rang = restantes - depart
    return places[rang].groupe_id if 0 <= rang < len(places) and (rang or depart) else 0


def told_count(nombre: int) -> str:
    """« 41 », or « plus de 1 000 »."""
    return f"plus de {format_number(COMPTE_MAX)}" if nombre > COMPTE_MAX else format_number(nombre)


def summary(filtres: Filtres, total: int) -> str:
    """« 46 nouvelles ; page 2 de 3 »."""
    phrase = "plus de " + plural(COMPTE_MAX, "nouvelle") if total > COMPTE_MAX else plural(total, "nouvelle")
    pages = max(1, -(-total // PAR_PAGE))
    if total > COMPTE_MAX:
        return f"{phrase[0].upper()}{phrase[1:]} ; page {filtres.page}."
    return f"{phrase} ; page {filtres.page} de {pages}." if pages > 1 else f"{phrase}."


def _page(filtres: Filtres) -> dict[str, str | int]:
    partie = {"partie": filtres.partie} if filtres.partie else {}
    return {**partie, **({"page": filtres.page} if filtres.page > 1 else {})}


def _slug(texte: str) -> str:
    return texte if _SLUG.fullmatch(texte) else ""


def _monday(periode: str) -> date | None:
    trouve = _SEMAINE.fullmatch(periode)
    if trouve is None:
        return None
    try:
        return date.fromisocalendar(int(trouve[1]), int(trouve[2]), 1)
    except ValueError:
        return None
