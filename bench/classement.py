"""Classification: what judging a document costs beside reading its words, and whether it stays right and steady.

    python bench/classement.py [--rapide] [--json]

The texts are those of the sample week, repeated, each copy with a number of its own so that nothing is remembered from
one to the next. Their truth is known: fast and wrong does not hold.
Floor: the words, by `\\b\\w\\w+\\b`. Peer: scikit-learn's TfidfVectorizer.transform of the same texts, which counts words
and judges nothing (the judge also reads places, type, deadline and amount, and says why).
"""

from __future__ import annotations

import re
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.commun import Cas, Mesures, absent, case, is_missing, main, rounds, timed, versus
from veille.classifier.judge import Judge
from veille.exemple.calendrier import expand
from veille.exemple.lecture import load
from veille.model import Document, Jugement
from veille.settings import load_gazetier, load_taxonomie

MAINTENANT = datetime(2026, 11, 23, 14, tzinfo=UTC)
JOUR = MAINTENANT.date()
MOT = re.compile(r"\b\w\w+\b")
Themes = list[frozenset[str]]


def week() -> tuple[list[Document], Themes]:
    """The documents of the sample week, and the themes each is truly about."""
    documents, verites = [], []
    for source, item in load().pairs():
        titre, resume, texte = (expand(t, MAINTENANT) for t in (item.titre, item.resume, item.texte))
        documents.append(
            Document(item.id, titre, resume, texte, JOUR, territoire_source=source.territoire, type_source=source.type)
        )
        verites.append(frozenset(item.verite.themes))
    return documents, verites


def copies(documents: Sequence[Document], fois: int) -> list[Document]:
    """The same documents, so many times, no two alike."""
    return [
        replace(d, id=f"{d.id}-{n}", titre=f"{d.titre} (dossier {n}-{rang})")
        for n in range(fois)
        for rang, d in enumerate(documents)
    ]


def floor(textes: Sequence[str]) -> int:
    """Words, in lower case."""
    return sum(len(MOT.findall(texte.lower())) for texte in textes)


def tfidf(textes: Sequence[str]) -> Callable[[], object]:
    """The peer, fitted; what is returned only transforms."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriseur = TfidfVectorizer().fit(textes)
    return lambda: vectoriseur.transform(textes)


def run(rapide: bool) -> list[Cas]:
    """Every row, in order."""
    juge = Judge(load_taxonomie(), load_gazetier())
    semaine, verites = week()
    juge.judge(semaine[0], JOUR)  # compiles the staff files, and imports what it needs
    tous = copies(semaine, 3 if rapide else 12)
    mesures = measure(juge, tous)
    jugements = juge.judge_all(tous, JOUR)
    faute = steadiness(juge.judge_all(semaine, JOUR), jugements)
    n = len(tous)
    return [
        versus(f"juger {n} documents / lire leurs mots", mesures, "juge", "plancher", 80, faute=faute),
        _tfidf(n, mesures, faute),
        *quality([frozenset(j.valeurs("thematique")) for j in jugements], verites * (n // len(verites))),
        *growth(juge, semaine),
        _per_document(n, mesures),
    ]


def measure(juge: Judge, documents: list[Document]) -> Mesures:
    """The judge, the floor and the peer on the same texts, in interleaved rounds."""
    textes = [f"{d.titre} {d.resume} {d.texte}" for d in documents]
    parties = [timed("juge", lambda: juge.judge_all(documents, JOUR)), timed("plancher", lambda: floor(textes))]
    if not is_missing("sklearn"):
        parties.append(timed("tfidf", tfidf(textes)))
    return rounds(parties, calme="plancher")


def _tfidf(n: int, mesures: Mesures, faute: str) -> Cas:
    nom, borne = f"juger {n} documents / TfidfVectorizer.transform", 40
    if "tfidf" not in mesures:
        return absent(nom, borne, "scikit-learn")
    return versus(nom, mesures, "juge", "tfidf", borne, faute=faute)


def _per_document(n: int, mesures: Mesures) -> Cas:
    temps = statistics.median(mesures["juge"]) / n
    return case("juger 1 document en 1/500 s de CPU", temps * 500, 1, f"{1 / temps:.0f} documents par seconde")


def steadiness(une_fois: Sequence[Jugement], jugements: Sequence[Jugement]) -> str:
    """What is wrong if a document's themes change because others were judged, or because of its number."""
    attendus = [j.valeurs("thematique") for j in une_fois]
    differents = sum(j.valeurs("thematique") != attendus[rang % len(attendus)] for rang, j in enumerate(jugements))
    return f"{differents} copies jugées autrement que l’original" if differents else ""


def quality(proposes: Themes, vrais: Themes) -> Iterable[Cas]:
    """False and missed themes."""
    justes = sum(len(p & v) for p, v in zip(proposes, vrais, strict=True))
    yield case("thématiques fausses / proposées", 1 - justes / sum(map(len, proposes)), 0.15)
    yield case("thématiques manquées / vraies", 1 - justes / sum(map(len, vrais)), 0.30)


def growth(juge: Judge, semaine: list[Document]) -> Iterable[Cas]:
    """Ten times the documents, then one document ten times as long: the cost must follow, not run ahead."""
    dix, une = copies(semaine[:100], 10), copies(semaine[:100], 1)
    mesures = _pair(juge, dix, une)
    yield versus(f"juger {len(dix)} documents / {len(une)}", mesures, "grand", "petit", 13)
    corps = " ".join(f"{d.titre}. {d.resume}" for d in semaine)
    long, court = (Document("long", "Compte rendu", "", corps * fois, JOUR) for fois in (10, 1))
    mesures = _pair(juge, [long] * 3, [court] * 3)  # alone, too short to time
    yield versus(
        f"juger un texte de {len(long.texte) // 1000} k caractères / dix fois moindre", mesures, "grand", "petit", 15
    )


def _pair(juge: Judge, grand: list[Document], petit: list[Document]) -> Mesures:
    parties = [
        timed("grand", lambda: juge.judge_all(grand, JOUR)),
        timed("petit", lambda: juge.judge_all(petit, JOUR)),
    ]
    return rounds(parties, calme="petit")


if __name__ == "__main__":
    main("Mesurer le classement.", run)
