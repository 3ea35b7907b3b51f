"""The plan de veille: where each theme stands beside its sheet, what is not covered, and what to do about it. Pure.

A sheet (`[thematiques.veille]`) is what staff want; what was read, kept and published in the last days is counted elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from veille.appreciation.formes import Etapes
from veille.francais import NBSP, format_number, local_day, plural
from veille.model import Audience, Source, Thematique

JOURS = 90
SOURCES_MIN = 2
EDITEUR_MAX = 0.4
NOUVELLES_MIN = 10  # With fewer stories, the share of a publisher says nothing.
RAPPEL = timedelta(days=14)
REVISION = timedelta(days=182)

Echeance = Literal["", "bientot", "due"]


@dataclass(frozen=True)
class Lue:
    """One source as the watch knows it: its state today, and its readings planned by its rhythm and made, counted as the
    plan's own indicator counts them.
    """

    etat: str = "jamais"
    prevues: int = 0
    faites: int = 0
    dernier_le: date | None = None


@dataclass(frozen=True)
class Faits:
    """What was counted of the last days. `par_source`: theme → source → stories; `lues`: source → its readings."""

    themes: Mapping[str, Etapes] = field(default_factory=dict)
    lieux: tuple[Etapes, ...] = ()
    par_source: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lues: Mapping[str, Lue] = field(default_factory=dict)


@dataclass(frozen=True)
class Manque:
    """Something the watch does not cover, and the next step. `lien`: where that step is made."""

    constat: str
    suite: str
    lien: str


@dataclass(frozen=True)
class SourceDuTheme:
    """One source of a theme, how it is doing, and how many stories of the theme it gave."""

    source: Source
    lue: Lue
    nouvelles: int


@dataclass(frozen=True)
class EtatTheme:
    """A theme beside its sheet: who reads it, what is read for it, what was planned and what was done."""

    theme: Thematique
    sources: tuple[SourceDuTheme, ...]
    publics: tuple[Audience, ...]
    etapes: Etapes
    prevues: int
    faites: int
    echeance: Echeance
    manques: tuple[Manque, ...]

    @property
    def cotes(self) -> dict[str, int]:
        """How many sources of each rank, best first."""
        return dict(sorted(Counter(s.source.cote for s in self.sources).items()))


def states(
    themes: Iterable[Thematique],
    sources: Sequence[Source],
    publics: Sequence[Audience],
    faits: Faits,
    now: datetime,
) -> tuple[EtatTheme, ...]:
    """Every theme, in the order of the file."""
    jour = local_day(now)
    return tuple(_state(t, sources, publics, faits, jour) for t in themes)


def gaps(faits: Faits) -> tuple[Manque, ...]:
    """What is missing whatever the theme: places that no story named."""
    return tuple(
        Manque(
            f"{lieu.nom}{NBSP}: aucune nouvelle en {JOURS} jours.",
            "Chercher une source de ce territoire, ou ajouter ses noms de lieux à territoires.toml.",
            "/sources",
        )
        for lieu in faits.lieux
        if not lieu.nouvelles
    )


def due(a_revoir_le: date | None, jour: date) -> Echeance:
    """Whether a sheet is to be read again: now, or in the coming two weeks."""
    if a_revoir_le is None or a_revoir_le > jour + RAPPEL:
        return ""
    return "due" if a_revoir_le <= jour else "bientot"


def publisher(source: Source) -> str:
    """Who publishes a source: its organisation, else its site; the source itself where an address names no site."""
    if source.organisation:
        return source.organisation
    site = (urlsplit(source.url or source.adresse).hostname or "").removeprefix("www.")
    return site if site and not site.replace(".", "").isdecimal() and ":" not in site else source.nom


def to_json(etats: Sequence[EtatTheme], now: datetime) -> dict[str, Any]:
    """The sheets and what was counted, as plain values."""
    return {"au": local_day(now).isoformat(), "jours": JOURS, "thematiques": [_json(e) for e in etats]}


def _json(e: EtatTheme) -> dict[str, Any]:
    t, v = e.theme, e.theme.veille
    return {
        "slug": t.slug,
        "nom": t.nom,
        "etat": t.etat,
        "validee_le": t.validee_le.isoformat() if t.validee_le else None,
        "definition": t.definition,
        "inclut": list(t.inclut),
        "exclut": list(t.exclut),
        "plan": list(t.plan),
        "question": v.question,
        "besoins": list(v.besoins),
        "publics": list(v.publics),
        "rythme_collecte": v.rythme_collecte,
        "rythme_diffusion": v.rythme_diffusion,
        "revise_par": v.revise_par,
        "signe_par": v.signe_par,
        "produits": list(v.produits),
        "conservation": v.conservation,
        "revue_le": v.revue_le.isoformat() if v.revue_le else None,
        "a_revoir_le": v.a_revoir_le.isoformat() if v.a_revoir_le else None,
        "sources": [
            {
                "slug": s.source.slug,
                "nom": s.source.nom,
                "cote": s.source.cote,
                "etat": s.lue.etat,
                "lectures_prevues": s.lue.prevues,
                "lectures_faites": s.lue.faites,
                "nouvelles": s.nouvelles,
            }
            for s in e.sources
        ],
        "lectures_prevues": e.prevues,
        "lectures_faites": e.faites,
        "nouvelles": e.etapes.nouvelles,
        "retenues": e.etapes.retenues,
        "publiees": e.etapes.publiees,
        "manques": [m.constat for m in e.manques],
    }


def _state(
    theme: Thematique, sources: Sequence[Source], publics: Sequence[Audience], faits: Faits, jour: date
) -> EtatTheme:
    siennes = tuple(sorted(_its_sources(theme, sources, faits), key=lambda s: (s.cote, s.priorite, s.nom)))
    donnees = faits.par_source.get(theme.slug, {})
    suivies = tuple(SourceDuTheme(s, faits.lues.get(s.slug, Lue()), donnees.get(s.slug, 0)) for s in siennes)
    return EtatTheme(
        theme,
        suivies,
        tuple(a for a in publics if a.slug in theme.veille.publics),
        faits.themes.get(theme.slug, Etapes(theme.slug, theme.nom)),
        sum(s.lue.prevues for s in suivies),
        sum(s.lue.faites for s in suivies),
        due(theme.veille.a_revoir_le, jour),
        tuple(_missing(theme, siennes, {s.slug: s for s in sources}, faits)),
    )


def _its_sources(theme: Thematique, sources: Sequence[Source], faits: Faits) -> Iterable[Source]:
    """Those that sources.toml ties to it, and those that gave it a story in the last days."""
    donneuses = faits.par_source.get(theme.slug, {})
    return (s for s in sources if s.etat != "inactive" and (theme.slug in s.thematiques or s.slug in donneuses))


def _missing(
    theme: Thematique, siennes: Sequence[Source], toutes: Mapping[str, Source], faits: Faits
) -> Iterable[Manque]:
    if len(siennes) < SOURCES_MIN:
        compte = "Une seule source lui est rattachée" if siennes else "Aucune source ne lui est rattachée"
        suite = "Chercher une source de plus, ou rattacher à ce thème une source qui en parle déjà."
        yield Manque(f"{compte}.", suite, f"/sources?q={theme.slug}")
    muettes = [s for s in siennes if faits.lues.get(s.slug, Lue()).etat in ("echec", "silence")]
    if muettes:
        noms = ", ".join(s.nom for s in muettes[:3]) + (f" et {len(muettes) - 3} de plus" if len(muettes) > 3 else "")
        quoi = plural(len(muettes), "source silencieuse ou en échec", "sources silencieuses ou en échec")
        yield Manque(f"{quoi}{NBSP}: {noms}.", "Voir la cause et quoi faire.", f"/sources?q={muettes[0].slug}")
    comptes = faits.par_source.get(theme.slug, {})
    total = sum(comptes.values())
    if not total:
        yield Manque(
            f"Aucune nouvelle en {JOURS} jours.",
            "Relire ses expressions, ou lui trouver une source.",
            f"/thematiques/{theme.slug}",
        )
    elif dominant := _dominant(comptes, toutes, total):
        editeur, nombre = dominant
        yield Manque(
            f"Un seul éditeur donne {format_number(100 * nombre / total)}{NBSP}% de ses nouvelles"
            f" ({format_number(nombre)} de {format_number(total)}){NBSP}: {editeur}.",
            f"Chercher un autre point de vue{NBSP}: une source d’un autre éditeur.",
            f"/revue?periode=90j&thematique={theme.slug}",
        )


def _dominant(comptes: Mapping[str, int], toutes: Mapping[str, Source], total: int) -> tuple[str, int] | None:
    """The publisher of more than two stories in five, when there are enough of them to say so."""
    editeurs: Counter[str] = Counter()
    noms: dict[str, list[str]] = {}
    for slug, nombre in Counter(comptes).most_common():
        editeur = publisher(toutes[slug]) if slug in toutes else slug
        editeurs[editeur] += nombre
        noms.setdefault(editeur, []).append(toutes[slug].nom if slug in toutes else slug)
    editeur, nombre = editeurs.most_common(1)[0]
    if total < NOUVELLES_MIN or nombre <= EDITEUR_MAX * total:
        return None
    premier, *autres = noms[editeur]
    return f"{premier} et {plural(len(autres), 'autre source')}" if autres else premier, nombre
