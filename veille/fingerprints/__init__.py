"""Which documents tell the same story: the face of the room.

`same_story` is the exact, pure decision for two documents. `sketch` gives what a store keeps to find whom to compare a
new document with. `group` does a whole batch: candidates, decisions, then groups that keep every member.
Addresses are in `veille/addresses.py`, what is read of a text in `traits.py`, the decision's rules in `histoires.py`.
No database, no clock, no file here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from veille.addresses import address_key, canonical_address, is_article_key
from veille.fingerprints.histoires import MIN_COPY, WINDOW_TEXT, Lien, compare
from veille.fingerprints.traits import (
    Profil,
    pairs,
    read_body,
    read_facts,
    read_headline,
    read_pairs,
    read_profile,
    title_key,
    word_hash,
)
from veille.model import Document, Rapprochement

__all__ = [
    "BOILERPLATE_SAMPLE",
    "MAX_BUCKET",
    "MAX_CANDIDATES",
    "SHARED_HASHES",
    "WINDOW_TEXT",
    "Regroupement",
    "address_key",
    "boilerplate",
    "canonical_address",
    "group",
    "identities",
    "same_story",
    "sketch",
    "title_key",
]

SKETCH_PAIRS = 16
SKETCH_FACTS = 8
SHARED_HASHES = 2  # A candidate shares at least this many hashes of its sketch.

MAX_BUCKET = 64  # A hash held by more documents than this says nothing.
MAX_CANDIDATES = 24
BOILERPLATE_TITLES = 4
BOILERPLATE_SAMPLE = 200


@dataclass(frozen=True)
class Regroupement:
    """`groupes`: every id exactly once, singletons included. `rapprochements`: the evidence inside the groups."""

    groupes: tuple[tuple[str, ...], ...]
    rapprochements: tuple[Rapprochement, ...]

    def as_lists(self) -> dict[str, list[list[str]]]:
        """The form of `veille regrouper --json`."""
        return {
            "groupes": [list(groupe) for groupe in self.groupes],
            "rapprochements": [[r.a, r.b, r.raison] for r in self.rapprochements],
        }


def same_story(a: Document, b: Document, communs: frozenset[int] = frozenset()) -> Rapprochement | None:
    """The decision for two documents, with its reason. `communs`: boilerplate of their sources (see `boilerplate`)."""
    lien = compare(read_profile(a, communs), read_profile(b, communs))
    return Rapprochement(a.id, b.id, lien.raison, lien.similarite) if lien else None


def sketch(document: Document, communs: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """At most 24 signed 64-bit hashes. Documents sharing two of them are candidates for `same_story`, no more.

    A store leaves out the hashes that more than `MAX_BUCKET` recent documents hold.
    """
    titre, corps = read_headline(document.titre), read_body(document, communs)
    return _sketch(read_pairs(titre, corps, communs), read_facts(titre, corps))


def identities(document: Document, communs: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """Signed 64-bit hashes of its address, title and whole text; sharing one is enough to be a candidate."""
    return _identities(read_profile(document, communs))


def boilerplate(documents: Iterable[Document]) -> frozenset[int]:
    """Word pairs that come back under different titles in the documents of *one* source: footers, templates."""
    titres: defaultdict[int, set[int]] = defaultdict(set)
    for document in documents:
        titre = word_hash(" ".join(trait.mot for trait in read_headline(document.titre)))
        for paire in pairs(read_body(document)):
            titres[paire].add(titre)
    return frozenset(paire for paire, vus in titres.items() if len(vus) >= BOILERPLATE_TITLES)


def group(documents: Iterable[Document]) -> Regroupement:
    """The stories of a batch, whatever the order it comes in."""
    par_id = {d.id: d for d in sorted(documents, key=_order)}
    ordre = sorted(par_id, key=lambda i: (par_id[i].date or date.min, i))
    communs = _boilerplate_by_source([par_id[i] for i in ordre])

    @lru_cache(maxsize=4_096)
    def profil(position: int) -> Profil:
        document = par_id[ordre[position]]
        return read_profile(document, communs.get(document.source, frozenset()))

    jours = [(par_id[i].date or date.min).toordinal() for i in ordre]
    liens = {(i, j): lien for i, j in _candidates(profil, jours) if (lien := compare(profil(i), profil(j))) is not None}
    return _regroupement(ordre, _assemble(profil, len(ordre), liens), liens)


def _order(d: Document) -> tuple[str, ...]:
    """Any total order will do, so long as it is the same whatever the batch's own; ids should be unique."""
    return d.id, d.titre, d.resume, d.texte, d.source, d.adresse, str(d.date)


def _sketch(suites: frozenset[int], faits: dict[str, str]) -> tuple[int, ...]:
    retenus = sorted([word_hash(fait) for fait in faits])[:SKETCH_FACTS]
    return tuple(sorted({*sorted(suites)[:SKETCH_PAIRS], *retenus}))


def _identities(p: Profil) -> tuple[int, ...]:
    cles = [f"contenu:{p.contenu}"] if len(p.mots) >= MIN_COPY else []
    if is_article_key(p.adresse):
        cles.append(f"adresse:{p.adresse}")
    if p.cle_titre:
        cles.append(f"titre:{p.cle_titre}")
    return tuple(word_hash(cle) for cle in cles)


def _boilerplate_by_source(documents: list[Document]) -> dict[str, frozenset[int]]:
    par_source: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if document.source:
            par_source[document.source].append(document)
    # The latest ones: a footer changes over the years.
    return {source: boilerplate(lot[-BOILERPLATE_SAMPLE:]) for source, lot in par_source.items()}


def _candidates(profil: Callable[[int], Profil], jours: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs worth comparing, each once: same address, title or text, or two shared hashes and dates near enough.

    `jours` is sorted, undated documents first; a position is only paired with earlier ones.
    """
    esquisses: defaultdict[int, list[int]] = defaultdict(list)
    identites: defaultdict[int, list[int]] = defaultdict(list)
    sans_date = bisect_left(jours, 2)
    for position, jour in enumerate(jours):
        p = profil(position)
        debut = max(sans_date, bisect_left(jours, jour - WINDOW_TEXT))
        partages: Counter[int] = Counter()
        for h in _sketch(p.suites, p.faits):
            seau = esquisses[h]
            proches = seau[: bisect_left(seau, sans_date)] + seau[bisect_left(seau, debut) :]
            if len(proches) <= MAX_BUCKET:  # What more documents say means nothing.
                partages.update(proches)
            seau.append(position)
        communs = [(n, autre) for autre, n in partages.items() if n >= SHARED_HASHES]
        voisins = {autre for _, autre in sorted(communs, reverse=True)[:MAX_CANDIDATES]}
        for cle in _identities(p):
            # The first and the last three chain identities without comparing all the pairs.
            voisins.update(identites[cle][:1] + identites[cle][-3:])
            identites[cle].append(position)
        yield from ((autre, position) for autre in sorted(voisins))


def _assemble(profil: Callable[[int], Profil], nombre: int, liens: dict[tuple[int, int], Lien]) -> list[list[int]]:
    """Join the surest first. Past an identity, two groups are one only if their fullest texts are one story.

    Without that check a chain of half-likenesses ends in one group that holds the week.
    """
    amas = {position: [position] for position in range(nombre)}
    tete = list(range(nombre))
    plein = list(range(nombre))
    for (i, j), lien in sorted(liens.items(), key=lambda paire: (paire[1].rang, -paire[1].similarite, paire[0])):
        a, b = sorted((tete[i], tete[j]), key=lambda t: (-len(amas[t]), t))
        if a == b:
            continue
        if lien.rang and {plein[a], plein[b]} != {i, j} and compare(profil(plein[a]), profil(plein[b])) is None:
            continue
        plein[a] = max(plein[a], plein[b], key=lambda position: (len(profil(position).suites), -position))
        for membre in amas[b]:
            tete[membre] = a
        amas[a].extend(amas.pop(b))
    return sorted(sorted(membres) for membres in amas.values())


def _regroupement(ordre: list[str], amas: list[list[int]], liens: dict[tuple[int, int], Lien]) -> Regroupement:
    rang = {membre: numero for numero, membres in enumerate(amas) for membre in membres}
    return Regroupement(
        groupes=tuple(tuple(ordre[membre] for membre in membres) for membres in amas),
        rapprochements=tuple(
            Rapprochement(ordre[i], ordre[j], lien.raison, lien.similarite)
            for (i, j), lien in sorted(liens.items())
            if rang[i] == rang[j]
        ),
    )
