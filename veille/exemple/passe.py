"""The fictional past of the watch: what it read, kept and sent out in the last year of the plan that the project ships.

The sample week is always this week, after that plan's end: a bilan of the plan would have no row of the watch's own to
count. Days are fixed here, as in `registres.py`, and nothing of it can be read over the network any more.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from veille.cadence import PAS
from veille.exemple.contenu import set_french
from veille.model import Entree, Rythme

LECTURE = time(10, 30)  # Sources were read in the morning, in UTC.


@dataclass(frozen=True)
class SourcePassee:
    """A source that was followed, and is not any more. `echecs`: the days on which it could not be read."""

    slug: str
    nom: str
    categorie: str
    territoire: str
    rythme: Rythme
    echecs: tuple[date, ...]

    @property
    def adresse(self) -> str:
        """Where it was: under a domain that leads nowhere, by design."""
        return f"https://{self.slug}.exemple.invalid/"


@dataclass(frozen=True)
class ItemPasse:
    """One news item of then, and what was decided of it. `a_dire`, `en_bref`, `pourquoi`: the team's own words."""

    id: str
    source: str
    le: date
    titre: str
    resume: str
    verdict: str = "retenir"
    raison: str = ""
    themes: tuple[str, ...] = ()
    lieux: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    a_dire: str = ""
    en_bref: str = ""
    pourquoi: str = ""
    utile: int = 0

    def entry(self, adresse: str) -> Entree:
        """The item as its source gave it."""
        publie = datetime.combine(self.le, time(13), UTC)
        return Entree(self.titre, f"{adresse}{self.id}", publie_a=publie, langue="fr", resume=self.resume)


@dataclass(frozen=True)
class BulletinPasse:
    """One issue that left, and what became of its mails."""

    public: str
    le: date
    remis: int
    refuses: int


@dataclass(frozen=True)
class Lecture:
    """One reading of one source: when, whether it failed, what was new in it."""

    source: SourcePassee
    quand: datetime
    echec: bool
    items: tuple[ItemPasse, ...]


@dataclass(frozen=True)
class Passe:
    """The whole past, in the order in which it happened."""

    par: str
    debut: date
    fin: date
    themes_valides: frozenset[str]
    themes_valides_le: date
    sources: tuple[SourcePassee, ...]
    items: tuple[ItemPasse, ...]
    bulletins: tuple[BulletinPasse, ...]

    def readings(self) -> list[Lecture]:
        """Every reading, oldest first: each source at its rhythm, its items at the first good one after they came out."""
        lectures = [lecture for source in self.sources for lecture in self._of(source)]
        return sorted(lectures, key=lambda x: (x.quand, self.sources.index(x.source)))

    def links(self, public: str) -> list[str]:
        """Where the issues of an audience lead to."""
        adresses = {source.slug: source.adresse for source in self.sources}
        return [adresses[item.source] + item.id for item in self.items if public in item.publics]

    def _of(self, source: SourcePassee) -> Iterator[Lecture]:
        attendus = [item for item in self.items if item.source == source.slug]
        jour = self.debut
        while jour < self.fin:
            quand = datetime.combine(jour, LECTURE, UTC)
            echec = jour in source.echecs
            parus = () if echec else tuple(item for item in attendus if item.le < jour)
            attendus = [item for item in attendus if item not in parus]
            yield Lecture(source, quand, echec, parus)
            jour += timedelta(days=PAS[source.rythme].days)

    def sources_toml(self) -> str:
        """The sources.toml of then."""
        return "# Sources fictives d’avant, retirées depuis.\n" + "\n".join(_table(source) for source in self.sources)

    def validated(self, thematiques: str) -> str:
        """A thematiques.toml in which the fictional team has validated its themes."""

        def validate(trouve: re.Match[str]) -> str:
            if trouve[2] not in self.themes_valides:
                return trouve[0]
            jour = self.themes_valides_le.isoformat()
            return f'{trouve[1]}etat = "validee"  # exemple fictif\nvalidee_le = {jour}\n'

        return re.sub(r'(slug = "([\w-]+)"\nnom = .*\n)etat = "ebauche"\n', validate, thematiques)


@cache
def load() -> Passe:
    """The past that is shipped, read once."""
    brut = tomllib.loads((files("veille.exemple") / "annee" / "veille.toml").read_text(encoding="utf-8"))
    return Passe(
        par=brut["par"],
        debut=brut["debut"],
        fin=brut["fin"],
        themes_valides=frozenset(brut["themes_valides"]),
        themes_valides_le=brut["themes_valides_le"],
        sources=tuple(SourcePassee(**_tuples(x)) for x in brut["source"]),
        items=tuple(ItemPasse(**_tuples(x)) for x in brut["item"]),
        bulletins=tuple(BulletinPasse(**x) for x in brut["bulletin"]),
    )


def _tuples(brut: dict[str, Any]) -> dict[str, Any]:
    """Lists become tuples, and texts get the typography of a careful house."""
    propres: dict[str, Any] = {cle: tuple(v) if isinstance(v, list) else v for cle, v in brut.items()}
    return propres | {c: set_french(propres[c]) for c in _TEXTES if c in propres}


_TEXTES = ("nom", "titre", "resume", "a_dire", "en_bref", "pourquoi")


def _table(source: SourcePassee) -> str:
    valeurs = {
        "slug": source.slug,
        "nom": source.nom,
        "url": source.adresse,
        "adresse": f"{source.adresse}flux.xml",
        "genre": "flux",
        "etat": "active",
        "categorie": source.categorie,
        "territoire": source.territoire,
        "type": "communique",
        "langue": "fr",
        "rythme": source.rythme,
        "cote": "B",
        "note": "Source fictive d’avant la semaine d’exemple.",
    }
    return "[[source]]\n" + "".join(
        f"{cle} = {json.dumps(valeur, ensure_ascii=False)}\n" for cle, valeur in valeurs.items()
    )
