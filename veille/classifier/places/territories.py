"""Which places a document is about, each with the words that decided: the ambiguity rule of the project, applied.

    faible    the name is enough
    contexte  another regional cue in the text, or a local source, or what a « forte » name needs
    forte     « ville de X », « MRC de X », « à X », « les familles de X », a list with a certain place, or a local source;
              never beside a false friend

A town and a MRC may share a name: « à Joliette » is the town, « dans Joliette » the MRC; when nothing says which, the MRC
(true either way) is retained and the town is only shown. A municipality brings its MRC, and any of them the region.
A name that stays doubtful is « incertain » : shown, never counted. Québec and Canada only when said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from veille.classifier.places.evidence import (
    is_placed_in,
    names_the_state,
    read_evidence,
    regional_cue,
    stand_in_one_list,
)
from veille.classifier.places.gazetteer import Repere, Repertoire
from veille.classifier.places.passages import Nom, Passage
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Gazetier, Raison, Suggestion
from veille.textes import RAISON_SOURCE, reason_ambiguous, reason_included, reason_with_cue

_POIDS: dict[Zone, float] = {"titre": 2.0, "resume": 1.0, "corps": 0.5}


class Avis(NamedTuple):
    """What one name proves (`sur`) or only suggests, with the words that did it."""

    slug: str
    raison: Raison
    sur: bool = True


class TerritoryReader:
    """Reads places with one compiled gazetteer."""

    def __init__(self, gazetier: Gazetier) -> None:
        self._repertoire = Repertoire(gazetier)

    def read(self, document: Document) -> tuple[Suggestion, ...]:
        """Places named, best first, then what contains them, then doubtful ones."""
        passages = [Passage(zone, texte, self._repertoire) for zone, texte in split_zones(document).each()]
        avis = self._judge(passages, locale=document.territoire_source in self._repertoire.region)
        retenus = _best(a for a in avis if a.sur)
        self._add_source(document.territoire_source, retenus)
        self._add_parents(retenus)
        doutes = {slug: r for slug, r in _best(a for a in avis if not a.sur).items() if slug not in retenus}
        return tuple(
            [Suggestion("territoire", slug, score=r.poids, raisons=(r,)) for slug, r in retenus.items()]
            + [
                Suggestion("territoire", slug, "incertain", score=r.poids, probabilite=0.5, raisons=(r,))
                for slug, r in doutes.items()
            ]
        )

    def _judge(self, passages: Sequence[Passage], *, locale: bool) -> list[Avis]:
        """Names that stand by themselves first; they then help those that do not."""
        avis: list[Avis] = []
        certains: list[tuple[Nom, str]] = []
        restes: list[tuple[Nom, list[Repere]]] = []
        for nom in (nom for passage in passages for nom in passage.noms):
            reperes = [r for r in nom.reperes if not _is_contradicted(nom, r)]
            accordes = self._judge_alone(nom, reperes, locale=locale)
            if accordes:
                avis += accordes
                certains.append((nom, accordes[0].slug))
            elif reperes and self._genre(reperes[0]) not in ("province", "pays"):
                restes.append((nom, reperes))
        avis += self._judge_lists(certains, restes)
        regionaux = [nom.words() for nom, slug in certains if slug in self._repertoire.region]
        indice = regional_cue(passages) or (regionaux[0] if regionaux else "")
        for nom, reperes in restes:
            avis += _judge_by_cue(nom, reperes, indice)
        return avis

    def _judge_alone(self, nom: Nom, reperes: list[Repere], *, locale: bool) -> list[Avis]:
        """What the name and its sentence prove; nothing when only the rest of the document can tell."""
        if not reperes:
            return []
        if any(r.role == "certain" for r in reperes):
            return self._accept(nom, [r for r in reperes if r.role == "certain"], nom.debut)
        if self._genre(reperes[0]) in ("province", "pays"):
            debut = names_the_state(nom)
            return [] if debut is None else self._accept(nom, reperes, debut)
        if any(r.ambiguite == "faible" for r in reperes):
            return self._accept(nom, reperes, nom.debut)
        preuve = read_evidence(nom)
        loin = any("lointain" in nom.roles(r.slug) for r in reperes)
        if preuve is not None and (preuve.officielle or not loin):
            vises = [r for r in reperes if self._genre(r) in preuve.genres]
            if vises:
                return self._accept(nom, vises, preuve.debut)
        return self._accept(nom, reperes, nom.debut) if locale and not loin else []

    def _judge_lists(self, certains: list[tuple[Nom, str]], restes: list[tuple[Nom, list[Repere]]]) -> list[Avis]:
        """Accept the names listed beside a certain one, as the same kind of place, or placed in what contains them;
        they leave `restes` and join `certains`."""
        avis: list[Avis] = []
        for ordre in (restes[:], restes[::-1]):
            for nom, reperes in ordre:
                genres = {
                    self._repertoire.par_slug[slug].genre for autre, slug in certains if stand_in_one_list(nom, autre)
                }
                autour = {slug for autre, slug in certains if is_placed_in(nom, autre)}
                vises = [
                    r for r in reperes if self._genre(r) in genres or autour & set(self._repertoire.parents(r.slug))
                ]
                if vises and (nom, reperes) in restes:
                    restes.remove((nom, reperes))
                    certains.append((nom, vises[0].slug))
                    avis += self._accept(nom, vises, nom.debut)
        return avis

    def _accept(self, nom: Nom, reperes: list[Repere], debut: int) -> list[Avis]:
        """Every place meant; but of a town and its MRC, only the MRC is sure."""
        raison = Raison("nom", f"« {nom.words(debut)} »", _POIDS[nom.passage.zone], nom.passage.zone)
        mrc = [r for r in reperes if self._genre(r) == "mrc"]
        return sorted((Avis(r.slug, raison, sur=not mrc or r in mrc) for r in reperes), key=lambda a: not a.sur)

    def _genre(self, repere: Repere) -> str:
        return self._repertoire.par_slug[repere.slug].genre

    def _add_source(self, slug: str, retenus: dict[str, Raison]) -> None:
        """A source's own territory is its default: only where the text names no place of the region (or none at all)."""
        if slug not in self._repertoire.par_slug:
            return
        region = self._repertoire.region
        nommes = [s for s in retenus if s in region] if slug in region else list(retenus)
        if not nommes:
            retenus[slug] = Raison("source", RAISON_SOURCE)

    def _add_parents(self, retenus: dict[str, Raison]) -> None:
        for slug, raison in list(retenus.items()):
            nom = self._repertoire.par_slug[slug].nom
            for parent in self._repertoire.parents(slug):
                retenus.setdefault(parent, Raison("inclus", reason_included(nom), raison.poids))


@lru_cache(maxsize=4)
def _reader(gazetier: Gazetier) -> TerritoryReader:
    return TerritoryReader(gazetier)


def read_territories(document: Document, gazetier: Gazetier) -> tuple[Suggestion, ...]:
    """Places of one document; a gazetteer is compiled once."""
    return _reader(gazetier).read(document)


def _is_contradicted(nom: Nom, repere: Repere) -> bool:
    """The sentence says it is a namesake, or (for a « forte » name) holds one of its false friends."""
    roles = nom.roles(repere.slug)
    if "qualificatif" in roles or nom.passage.is_inside_elsewhere(nom, faible=repere.ambiguite == "faible"):
        return True
    if "voisin" not in roles or repere.ambiguite != "forte":
        return False
    preuve = read_evidence(nom)
    return preuve is None or not preuve.officielle


def _judge_by_cue(nom: Nom, reperes: list[Repere], indice: str) -> list[Avis]:
    zone = nom.passage.zone
    mots = f"« {nom.words()} »"
    proche = not any("lointain" in nom.roles(r.slug) for r in reperes)
    par_contexte = [r for r in reperes if r.ambiguite == "contexte"] if indice and proche else []
    if par_contexte:
        return [
            Avis(r.slug, Raison("contexte", reason_with_cue(mots, indice), _POIDS[zone], zone)) for r in par_contexte
        ]
    return [Avis(r.slug, Raison("ambigu", reason_ambiguous(mots), _POIDS[zone], zone), sur=False) for r in reperes]


def _best(avis: Iterable[Avis]) -> dict[str, Raison]:
    """For each place its weightiest reason; places by weight, then in order of reading."""
    meilleures: dict[str, Raison] = {}
    for un in avis:
        ancienne = meilleures.get(un.slug)
        if ancienne is None or un.raison.poids > ancienne.poids:
            meilleures[un.slug] = un.raison
    return dict(sorted(meilleures.items(), key=lambda paire: -paire[1].poids))
