"""Grouping: how much dearer than reading the words, how much cheaper than comparing everything, and how right.

    python bench/regroupement.py [--rapide] [--json]

The corpus is generated (seeded): dispatches made from templates, so that different events share their sentences, each
told again by other sources under the usual edits. The truth is known; a row that is fast and wrong does not hold.
Floor: words in lower case and one crc32 each. Peers: all pairs by Jaccard, all pairs by difflib, datasketch if present.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tracemalloc
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.commun import Cas, absent, case, is_missing, main, ratio, rounds, spent, timed, versus
from bench.depeches import SUITES, dispatch
from veille.fingerprints import group, sketch
from veille.model import Document

MOT = re.compile(r"\w+")
PIED = "Abonnez-vous gratuitement à notre infolettre et suivez toute l’actualité régionale sur notre site chaque matin."
Paires = set[frozenset[str]]


def corpus(histoires: int, graine: int = 11) -> tuple[list[Document], dict[str, int]]:
    """Dispatches of about 70 words, three tellings each on average, and the story of each."""
    hasard = random.Random(graine)
    documents: list[Document] = []
    verite: dict[str, int] = {}
    for histoire in range(histoires):
        original = dispatch(hasard, date(2026, 1, 5) + timedelta(hasard.randrange(max(14, histoires // 40))))
        for numero in range(hasard.choice((1, 1, 2, 3, 4, 7))):
            document = replace(_retell(original, numero, hasard), id=f"{histoire}-{numero}")
            documents.append(document)
            verite[document.id] = histoire
    hasard.shuffle(documents)
    return documents, verite


def _retell(d: Document, numero: int, hasard: random.Random) -> Document:
    if numero == 0:
        return d
    mots = d.resume.split()
    titre = " ".join(hasard.sample(mots, 6))
    edits: tuple[Callable[[], Document], ...] = (
        lambda: replace(d, titre=titre),
        lambda: replace(d, resume=" ".join(mots[: len(mots) // 2]) + "…"),
        lambda: replace(d, titre=titre, resume=f"(Agence Nord-Info) – {d.resume} {PIED}"),
        lambda: replace(d, resume=" ".join(hasard.choice(_SYNONYMES) if hasard.random() < 0.1 else m for m in mots)),
    )
    jour = (d.date or date.min) + timedelta(hasard.randrange(3))
    return replace(edits[(numero - 1) % len(edits)](), date=jour, source=f"media-{hasard.randrange(40)}")


_SYNONYMES = [mot for phrase in SUITES for mot in MOT.findall(phrase)]


# ---------------------------------------------------------------- what is compared


def floor(documents: list[Document]) -> int:
    """Words in lower case, one hash each."""
    return sum(zlib.crc32(mot.encode()) & 1 for d in documents for mot in MOT.findall(f"{d.titre} {d.resume}".lower()))


def sign(documents: list[Document]) -> int:
    """What each new item costs before any comparison."""
    return sum(len(sketch(d)) for d in documents)


def by_jaccard(documents: list[Document]) -> Paires:
    """Every pair, by the words they share."""
    mots = [(d.id, set(MOT.findall(d.resume.lower()))) for d in documents]
    return {frozenset((a, b)) for (a, p), (b, q) in combinations(mots, 2) if len(p & q) >= 0.6 * len(p | q)}


def by_difflib(documents: list[Document]) -> Paires:
    """Every pair, by difflib, its quick upper bounds first."""
    trouvees = set()
    for a, b in combinations(documents, 2):
        comparaison = SequenceMatcher(None, a.resume, b.resume, autojunk=False)
        if comparaison.real_quick_ratio() > 0.7 and comparaison.quick_ratio() > 0.7 and comparaison.ratio() > 0.7:
            trouvees.add(frozenset((a.id, b.id)))
    return trouvees


def by_datasketch(documents: list[Document]) -> int:
    """MinHash signatures only: its index comes on top."""
    from datasketch import MinHash  # type: ignore[import-not-found]

    for document in documents:
        signature = MinHash(num_perm=128)
        signature.update_batch([mot.encode() for mot in MOT.findall(document.resume.lower())])
    return len(documents)


def ours(documents: list[Document]) -> Paires:
    """Every pair of our groups."""
    return {frozenset(p) for groupe in group(documents).groupes for p in combinations(groupe, 2)}


# ---------------------------------------------------------------- rows


def run(rapide: bool) -> list[Cas]:
    """Every row, in order."""
    documents, verite = corpus(1_100 if rapide else 3_700)
    petit, verite_petite = corpus(110 if rapide else 330)
    dixieme = documents[:1_000]
    peu = petit[:40]  # difflib reads 500 pairs a second.
    return [
        ratio("signer / lire les mots et les hacher", lambda: sign(dixieme), lambda: floor(dixieme), 12),
        _datasketch(dixieme),
        ratio(
            f"regrouper {len(petit)} documents / toutes les paires, Jaccard",
            lambda: ours(petit),
            lambda: by_jaccard(petit),
            3,
        ),
        ratio(
            f"regrouper {len(peu)} documents / toutes les paires, difflib",
            lambda: ours(peu),
            lambda: by_difflib(peu),
            0.1,
        ),
        *growth(documents),
        case("signer / 1 document en 1/3000 s de CPU", spent(lambda: sign(dixieme)) / len(dixieme) * 3_000, 1),
        *quality("nous", ours(documents), verite),
        *(replace(c, tenu=None, note="pour comparaison") for c in quality("Jaccard", by_jaccard(petit), verite_petite)),
    ]


def growth(documents: list[Document]) -> Iterable[Cas]:
    """Ten times the documents, the time each takes, and the memory."""
    moyen = documents[: len(documents) // 10]
    parties = [timed("tous", lambda: ours(documents)), timed("dixième", lambda: ours(moyen))]
    mesures = rounds(parties, tours=3, calme="dixième")
    yield versus(f"regrouper {len(documents)} documents / {len(moyen)}", mesures, "tous", "dixième", 16)
    temps = statistics.median(mesures["tous"])
    yield case(f"regrouper {len(documents)} documents / 2 ms de CPU chacun", temps / (0.002 * len(documents)), 1)
    tracemalloc.start()
    ours(documents)
    memoire = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    yield case(f"mémoire pour {len(documents)} documents / 100 Mio", memoire / 100, 1)


def quality(nom: str, trouvees: Paires, verite: dict[str, int]) -> Iterable[Cas]:
    """False and missed pairs, against the truth of the generated corpus."""
    par_histoire: dict[int, list[str]] = {}
    for ident, histoire in verite.items():
        par_histoire.setdefault(histoire, []).append(ident)
    attendues = {frozenset(p) for membres in par_histoire.values() for p in combinations(membres, 2)}
    yield case(f"{nom} : paires fausses / trouvées", len(trouvees - attendues) / max(1, len(trouvees)), 0.02)
    yield case(f"{nom} : paires manquées / attendues", len(attendues - trouvees) / len(attendues), 0.05)


def _datasketch(documents: list[Document]) -> Cas:
    nom, borne = "signer / datasketch (128 permutations)", 1.0
    if is_missing("datasketch"):
        return absent(nom, borne, "datasketch")
    return ratio(nom, lambda: sign(documents), lambda: by_datasketch(documents), borne)


if __name__ == "__main__":
    main("Mesurer le regroupement.", run)
