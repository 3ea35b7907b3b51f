"""The invented archive that the review is measured on: its texts, its judgements, its stories. Pure; from one fixed seed.

Words come from the sample week and from made-up names, so that a few are everywhere and most are rare, as in the press.
What must not enter: SQL (`revue_base`), and the site (`revue`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bench.depeches import LIEUX, NOMS, SUJETS
from bench.exemple import week
from veille.classifier.relevance import Pertinence
from veille.francais import local_day
from veille.model import Gazetier, Raison, Source, Suggestion, Taxonomie

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
SEMAINES = 260
SOURCES = 300
GABARITS = 240
PERSONNES = ("Camille Exemple", "Sam Exemple", "Alex Exemple", "Dominique Exemple", "Maxime Exemple")
MOTIFS = ("hors_theme", "hors_territoire", "deja_connu", "perime", "promotionnel", "trop_general", "doublon")
GROUPES_PAR_MILLE, DECIDES_PAR_MILLE, VERSIONS_PAR_MILLE = 100, 20, 5
_COTES = "AABBBCCCCDEF"
_DROITS = ("ouvert", "institutionnel", "institutionnel", "institutionnel", "licence", "presse", "presse", "presse")


@dataclass(frozen=True)
class Gabarit:
    """What the judge says of many items. `echeance`: days from the story's first item to its deadline, or None."""

    suggestions: tuple[Suggestion, ...]
    echeance: int | None = None

    def said(self, jour: date) -> tuple[Suggestion, ...]:
        """The same for a story begun that day."""
        if self.echeance is None:
            return self.suggestions
        limite = (jour + timedelta(days=self.echeance)).isoformat()
        return tuple(replace(s, valeur=limite) if s.genre == "date_limite" else s for s in self.suggestions)


@dataclass(frozen=True)
class Element:
    """One item of a story. `corrige_a`: its source changed it since."""

    item_id: int
    source: int
    vu_a: datetime
    publie_a: datetime | None
    corrige_a: datetime | None


@dataclass(frozen=True)
class Histoire:
    """One story: its items, what the judge says of them, and whether it is drawn, or decided (from 0 to 1: how)."""

    groupe_id: int
    elements: tuple[Element, ...]
    gabarit: int
    tirage: str
    decision: float | None

    @property
    def jour(self) -> date:
        """The day it began."""
        return local_day(self.elements[0].vu_a)


class Textes:
    """Titles and summaries without end."""

    def __init__(self, graine: int) -> None:
        documents, _ = week()
        entiers = " ".join(f"{d.resume} {d.texte}" for d in documents)
        self._phrases = [p for p in re.split(r"(?<=[.!?]) ", entiers) if 30 < len(p) < 220]
        self._titres = [d.titre for d in documents]
        self._hasard = random.Random(graine)

    def title(self) -> str:
        """About 70 characters, hardly ever the same twice."""
        h = self._hasard
        nom = f"{h.choice(NOMS)}-{h.choice(NOMS)}"
        if h.random() < 0.5:
            return f"{nom} annonce {h.choice(SUJETS)} à {h.choice(LIEUX)}"
        return f"{h.choice(self._titres)} ({nom}, {h.choice(LIEUX)})"

    def summary(self) -> str:
        """About 300 characters; one in ten holds a word that few others do."""
        h = self._hasard
        rare = f" Dossier {h.choice(NOMS).lower()}{h.randrange(50_000)}." if h.random() < 0.1 else ""
        return " ".join(h.choices(self._phrases, k=3)) + rare

    def article(self) -> str:
        """About 3,000 characters."""
        return " ".join(self._hasard.choices(self._phrases, k=32))


def watched() -> list[Source]:
    """The sources, fictional, from trusted to unknown."""
    hasard = random.Random(3)
    return [
        Source(
            f"source-{n}",
            f"{hasard.choice(NOMS)}-{hasard.choice(NOMS)} {n} (exemple fictif)",
            f"https://source{n}.exemple.invalid/",
            f"https://source{n}.exemple.invalid/flux.xml",
            "flux",
            "active",
            cote=hasard.choice(_COTES),  # type: ignore[arg-type]
            droits=hasard.choice(_DROITS),  # type: ignore[arg-type]
        )
        for n in range(SOURCES)
    ]


def judgements(taxonomie: Taxonomie, gazetier: Gazetier) -> list[Gabarit]:
    """What the judge may say, in the proportions of an ordinary week: a third of stories have no theme at all."""
    hasard = random.Random(4)
    return [_judgement(hasard, taxonomie, gazetier) for _ in range(GABARITS)]


def learnt(taxonomie: Taxonomie, decisions: int) -> Pertinence:
    """What decisions may have taught: a weight for every source and theme, none for length."""
    hasard = random.Random(6)
    poids = {f"source:source-{n}": hasard.gauss(0, 0.5) for n in range(SOURCES)}
    poids |= {f"thematique:{t.slug}": hasard.gauss(0, 0.4) for t in taxonomie.thematiques}
    poids |= {"portee:locale": 0.3, "portee:": -0.4, "themes:meilleur": 0.5, "sources:nombre": 0.1}
    return Pertinence(decisions, decisions * 2 // 5, -0.3, 0.2, poids)


def stories(nombre: int, semaines: int) -> Iterator[Histoire]:
    """Stories in order of arrival, evenly over so many weeks, until there are so many items."""
    hasard = random.Random(5)
    pas = timedelta(weeks=semaines) / nombre
    debut = NOW - timedelta(weeks=semaines)
    premier, groupe_id = 1, 0
    while premier <= nombre:
        groupe_id += 1
        taille = hasard.randint(2, 4) if hasard.randrange(1000) < GROUPES_PAR_MILLE else 1
        rangs = range(premier, min(premier + taille, nombre + 1))
        source = hasard.randrange(SOURCES)
        elements = tuple(_element(hasard, r, (source + 7 * (r - premier)) % SOURCES, debut + pas * r) for r in rangs)
        premier += len(rangs)
        tire = hasard.random()
        yield Histoire(
            groupe_id,
            elements,
            hasard.randrange(GABARITS),
            "hasard" if tire < 0.008 else "desaccord" if tire < 0.01 else "",
            hasard.random() if hasard.randrange(1000) < DECIDES_PAR_MILLE else None,
        )


def _element(hasard: random.Random, item_id: int, source: int, vu_a: datetime) -> Element:
    publie_a = vu_a - timedelta(hours=hasard.randrange(72)) if hasard.random() < 0.95 else None
    corrige = hasard.randrange(1000) < VERSIONS_PAR_MILLE
    return Element(item_id, source, vu_a, publie_a, min(vu_a + timedelta(days=1), NOW) if corrige else None)


def _judgement(hasard: random.Random, taxonomie: Taxonomie, gazetier: Gazetier) -> Gabarit:
    suggestions = _themes(hasard, [t.slug for t in taxonomie.thematiques])
    if hasard.random() < 0.6:
        lieu = hasard.choice(gazetier.territoires)
        suggestions.append(Suggestion("territoire", lieu.slug, raisons=(Raison("lieu", lieu.nom, 1.0, "titre"),)))
    if hasard.random() < 0.7:
        genre = hasard.choice(taxonomie.types).slug
        suggestions.append(Suggestion("type", genre, raisons=(Raison("type", "selon la source", 1.0),)))
    if hasard.random() < 0.05:
        suggestions.append(Suggestion("montant", str(hasard.randrange(5, 900) * 1000)))
    if hasard.random() >= 0.08:
        return Gabarit(tuple(suggestions))
    phrase = Raison("phrase", "La date limite pour déposer une demande est rappelée ici.", zone="corps")
    return Gabarit((*suggestions, Suggestion("date_limite", "", raisons=(phrase,))), hasard.randrange(5, 60))


def _themes(hasard: random.Random, slugs: list[str]) -> list[Suggestion]:
    """None, an uncertain one, or one to three, best first."""
    sort = hasard.random()
    if sort < 0.22:
        return []
    incertain = sort < 0.34
    choisis = hasard.sample(slugs, 1 if incertain else hasard.choice((1, 1, 1, 2, 2, 3)))
    probabilites = sorted((hasard.uniform(0.3, 0.5) if incertain else hasard.uniform(0.5, 0.97)) for _ in choisis)
    return [
        Suggestion(
            "thematique",
            slug,
            "incertain" if incertain else "retenu",
            score=5 * p,
            seuil=2.5,
            probabilite=round(p, 3),
            raisons=tuple(
                Raison(
                    "expression", hasard.choice(SUJETS)[: hasard.randrange(12, 50)], round(hasard.random(), 3), "titre"
                )
                for _ in range(4)
            ),
        )
        for slug, p in zip(choisis, reversed(probabilites), strict=True)
    ]
