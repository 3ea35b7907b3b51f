"""Classification: how right, how fast, and what judging a document costs beside reading its words.

    python bench/classement.py [--rapide] [--json] [--abaisser] [--relever]

Quality on the shared bench (`classement_qualite.py`) and on our own set (`classement_jeu.py`), against the floors of
`planchers.toml`; speed beside scikit-learn (`classement_vitesse.py`); here, the whole judge on the sample week. The texts are those of the sample week, repeated, each copy with a number of its own so that nothing is remembered from
one to the next. Their truth is known: fast and wrong does not hold.
Floor: the words, by `\\b\\w\\w+\\b`. Peer: scikit-learn's TfidfVectorizer.transform of the same texts, which counts words
and judges nothing (the judge also reads places, type, deadline and amount, and says why).
"""

from __future__ import annotations

import re
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import classement_jeu, classement_qualite, classement_vitesse
from bench.commun import Cas, Mesures, absent, case, is_missing, main, rounds, timed, versus
from bench.exemple import JOUR, Themes, copies, week
from bench.planchers import Planchers
from veille.classifier.judge import Judge
from veille.model import Document, Exemple, Jugement
from veille.settings import load_gazetier, load_taxonomie

MOT = re.compile(r"\b\w\w+\b")


def floor(textes: Sequence[str]) -> int:
    """Words, in lower case."""
    return sum(len(MOT.findall(texte.lower())) for texte in textes)


def tfidf(textes: Sequence[str]) -> Callable[[], object]:
    """The peer, fitted; what is returned only transforms."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriseur = TfidfVectorizer().fit(textes)
    return lambda: vectoriseur.transform(textes)


def run(rapide: bool, *, abaisser: bool = False, relever: bool = False) -> list[Cas]:
    """Every row, in order. `abaisser`, `relever`: rewrite the floors, for the corpora as they are."""
    planchers, accepte = Planchers(), abaisser or relever
    semaine, verites = week()
    exemples = [Exemple(d, themes) for d, themes in zip(semaine, verites, strict=True)]
    lignes = [
        *classement_qualite.run(planchers, rapide=rapide, accepte=accepte),
        *classement_jeu.run(planchers, accepte=accepte),
        *classement_vitesse.run(copies(semaine, 1 if rapide else 6), exemples, rapide=rapide),
        *judging(rapide),
    ]
    if accepte:
        planchers.rewrite(abaisser=abaisser, relever=relever)
    return lignes


def judging(rapide: bool) -> list[Cas]:
    """The whole judge on the sample week."""
    juge = Judge(load_taxonomie(), load_gazetier())
    semaine, verites = week()
    juge.judge(semaine[0], JOUR)  # compiles the staff files, and imports what it needs
    tous = copies(semaine, 1 if rapide else 12)
    mesures = measure(juge, tous)
    avant, jugements = juge.judge_all(semaine, JOUR), juge.judge_all(tous, JOUR)
    faute = steadiness(avant, juge.judge_all(semaine[::-1], JOUR)[::-1])
    n = len(tous)
    return [
        versus(f"juger {n} documents / lire leurs mots", mesures, "juge", "plancher", 200, faute=faute),
        _tfidf(n, mesures, faute),
        *quality([frozenset(j.valeurs("thematique")) for j in jugements], verites * (n // len(verites))),
        *growth(juge, semaine, 40 if rapide else 100),
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
    nom, borne = f"juger {n} documents / TfidfVectorizer.transform", 100
    if "tfidf" not in mesures:
        return absent(nom, borne, "scikit-learn")
    return versus(nom, mesures, "juge", "tfidf", borne, faute=faute)


def _per_document(n: int, mesures: Mesures) -> Cas:
    temps = statistics.median(mesures["juge"]) / n
    return case("juger 1 document en 1/500 s de CPU", temps * 500, 1, f"{1 / temps:.0f} documents par seconde")


def steadiness(avant: Sequence[Jugement], apres: Sequence[Jugement]) -> str:
    """What is wrong if a document is judged otherwise because others were, or in another order."""
    differents = sum(a != b for a, b in zip(avant, apres, strict=True))
    return f"{differents} documents jugés autrement une seconde fois" if differents else ""


def quality(proposes: Themes, vrais: Themes) -> Iterable[Cas]:
    """False and missed themes."""
    justes = sum(len(p & v) for p, v in zip(proposes, vrais, strict=True))
    yield case("thématiques fausses / proposées", 1 - justes / sum(map(len, proposes)), 0.15)
    yield case("thématiques manquées / vraies", 1 - justes / sum(map(len, vrais)), 0.30)


def growth(juge: Judge, semaine: list[Document], combien: int) -> Iterable[Cas]:
    """Ten times the documents, then one document ten times as long: the cost must follow, not run ahead."""
    dix, une = copies(semaine[:combien], 10), copies(semaine[:combien], 1)
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
    main(
        "Mesurer le classement.",
        run,
        {
            "abaisser": "récrire planchers.toml : abaisser les planchers qui ne tiennent pas, accepter les corpus",
            "relever": "récrire planchers.toml : relever les planchers à ce qui est mesuré, accepter les corpus",
        },
    )
