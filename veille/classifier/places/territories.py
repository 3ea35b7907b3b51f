"""Which places a document is about, each with the words that decided: the ambiguity rule of the project, applied.

    faible    the name is enough
    contexte  another regional cue in the text, or a local source, or what a « forte » name needs
    forte     « ville de X », « MRC de X », « à X », « les familles de X », a list with a certain place, or a local source;
              never beside a false friend

A town and a MRC may share a name: « à Joliette » is the town, « dans Joliette » the MRC; when nothing says which, the MRC
(true either way) is retained and the town is only shown. A municipality brings its MRC, and any of them the region.
A name that stays doubtful is « incertain » : shown, never counted. Québec and Canada only when said; a measure open to all
of Québec says that it applies here (`portee.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from veille.classifier.places.doubts import is_contradicted, is_far, namesakes
from veille.classifier.places.evidence import (
    is_placed_in,
    names_the_state,
    read_evidence,
    regional_cue,
    stand_in_one_list,
)
from veille.classifier.places.gazetteer import Repere, Repertoire
from veille.classifier.places.passages import Nom, Passage
from veille.classifier.places.portee import choose, read_mentions, read_scopes, reason_applies, says_quebec
from veille.classifier.places.province import read_sign, reason_without_place
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Gazetier, Raison, Suggestion
from veille.textes import RAISON_SOURCE, reason_ambiguous, reason_included, reason_with_cue

_POIDS: dict[Zone, float] = {"titre": 2.0, "resume": 1.0, "corps": 0.5}


class Avis(NamedTuple):
    """What one name proves (`sur`) or only suggests, with the words that did it."""

    slug: str
    raison: Raison
    sur: bool = True


class Cadre(NamedTuple):
    """What the whole document says, before any name is judged."""

    locale: bool  # From a source of the region.
    indice: str  # Words that say it is about our region.
    homonymes: frozenset[str]  # Places whose namesake is told somewhere, in a text with no such words.


class TerritoryReader:
    """Reads places with one compiled gazetteer."""

    def __init__(self, gazetier: Gazetier) -> None:
        self._repertoire = Repertoire(gazetier)
        self._province = next((t.slug for t in gazetier.territoires if t.genre == "province"), "")

    def read(self, document: Document) -> tuple[Suggestion, ...]:
        """Places named, best first, then what contains them, then doubtful ones."""
        passages = [Passage(zone, texte, self._repertoire) for zone, texte in split_zones(document).each()]
        if not any(passage.noms or passage.autour for passage in passages):
            return self._default(document, passages)
        locale = document.territoire_source in self._repertoire.region
        indice = regional_cue(passages)
        homonymes = frozenset() if indice or locale else frozenset(namesakes(passages))
        avis = self._judge(passages, Cadre(locale, indice, homonymes))
        retenus = _best(a for a in avis if a.sur)
        self._add_scope(document, passages, retenus)
        self._add_province(passages, retenus)
        self._drop_passing_province(retenus)
        doutes = _best(a for a in avis if not a.sur)
        self._add_unnamed(document, passages, retenus, doutes)
        self._add_source(document.territoire_source, retenus)
        self._add_parents(retenus)
        doutes = {slug: r for slug, r in doutes.items() if slug not in retenus}
        return tuple(
            [Suggestion("territoire", slug, score=r.poids, raisons=(r,)) for slug, r in retenus.items()]
            + [
                Suggestion("territoire", slug, "incertain", score=r.poids, probabilite=0.5, raisons=(r,))
                for slug, r in doutes.items()
            ]
        )

    def _default(self, document: Document, passages: Sequence[Passage]) -> tuple[Suggestion, ...]:
        """No name anywhere: the source's own territory, or Québec when its public life is spoken of."""
        retenus: dict[str, Raison] = {}
        self._add_unnamed(document, passages, retenus, {})
        self._add_source(document.territoire_source, retenus)
        self._add_parents(retenus)
        return tuple(Suggestion("territoire", slug, score=r.poids, raisons=(r,)) for slug, r in retenus.items())

    def _judge(self, passages: Sequence[Passage], cadre: Cadre) -> list[Avis]:
        """Names that stand by themselves first; they then help those that do not."""
        avis: list[Avis] = []
        certains: list[tuple[Nom, str]] = []
        restes: list[tuple[Nom, list[Repere]]] = []
        for nom in (nom for passage in passages for nom in passage.noms):
            reperes = [r for r in nom.reperes if not is_contradicted(nom, r)]
            accordes = self._judge_alone(nom, reperes, cadre)
            if accordes:
                avis += accordes
                certains.append((nom, accordes[0].slug))
            elif reperes and self._genre(reperes[0]) not in ("province", "pays"):
                restes.append((nom, reperes))
        avis += self._judge_lists(certains, restes)
        regionaux = [nom.words() for nom, slug in certains if slug in self._repertoire.region]
        indice = cadre.indice or (regionaux[0] if regionaux else "")
        for nom, reperes in restes:
            avis += _judge_by_cue(nom, reperes, indice)
        return avis

    def _judge_alone(self, nom: Nom, reperes: list[Repere], cadre: Cadre) -> list[Avis]:
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
        loin = any(is_far(nom, r) or r.slug in cadre.homonymes for r in reperes)
        if preuve is not None and (preuve.officielle or not loin):
            vises = [r for r in reperes if self._genre(r) in preuve.genres]
            if not preuve.officielle and self._is_listed_with_a_town(nom):
                vises = [r for r in vises if self._genre(r) != "mrc"] or vises
            if vises:
                return self._accept(nom, vises, preuve.debut)
        return self._accept(nom, reperes, nom.debut) if cadre.locale and not loin else []

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

    def _is_listed_with_a_town(self, nom: Nom) -> bool:
        """« les ménages de L'Assomption et de Saint-Sulpice »: beside a name that only a town bears, the town."""
        if len(nom.reperes) < 2:
            return False
        return any(
            stand_in_one_list(nom, autre) and all(self._genre(r) == "municipalite" for r in autre.reperes)
            for autre in nom.passage.noms
        )

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

    def _add_scope(self, document: Document, passages: Sequence[Passage], retenus: dict[str, Raison]) -> None:
        """A measure for all of Québec: the reason says that it applies here, whatever else named Québec."""
        portees = list(read_scopes(passages))
        if not portees:
            return
        quebec = portees[0].slug in (*retenus, document.territoire_source) or any(map(says_quebec, portees))
        region = self._repertoire.region
        locale = document.territoire_source in region or any(slug in region for slug in retenus)
        portee = choose(portees, quebec=quebec, locale=locale)
        if portee is not None:
            ancien = retenus.get(portee.slug)
            poids = max(_POIDS[portee.zone], ancien.poids if ancien else 0.0)
            retenus[portee.slug] = Raison("contexte", reason_applies(portee), poids, portee.zone)

    def _add_province(self, passages: Sequence[Passage], retenus: dict[str, Raison]) -> None:
        """All Québec is spoken of, and no place of ours: the item is about Québec."""
        province = self._province
        if not province or province in retenus or any(slug in self._repertoire.region for slug in retenus):
            return
        mention = next(read_mentions(passages, province), None)
        if mention is not None:
            retenus[province] = Raison("nom", f"« {mention.mots} »", _POIDS[mention.zone], mention.zone)

    def _add_unnamed(
        self, document: Document, passages: Sequence[Passage], retenus: dict[str, Raison], doutes: dict[str, Raison]
    ) -> None:
        """No place of any kind is named, and the source is of no region: Québec, when its public life is spoken of."""
        if (
            not self._province
            or retenus
            or doutes
            or document.territoire_source
            or _names_elsewhere(passages, self._province)
        ):
            return
        signe = read_sign(split_zones(document).each())
        if signe is not None:
            retenus[self._province] = Raison(
                "contexte", reason_without_place(signe), _POIDS[signe.zone] / 2, signe.zone
            )

    def _drop_passing_province(self, retenus: dict[str, Raison]) -> None:
        """A place of ours comes first: Québec named only in the body (« l'entente avec le gouvernement du Québec ») is told
        in passing, unless a scope says that it applies here."""
        raison = retenus.get(self._province)
        if raison is None or raison.zone != "corps" or raison.genre == "contexte":
            return
        if any(slug in self._repertoire.region for slug in retenus):
            del retenus[self._province]

    def _add_parents(self, retenus: dict[str, Raison]) -> None:
        for slug, raison in list(retenus.items()):
            nom = self._repertoire.par_slug[slug].nom
            for parent in self._repertoire.parents(slug):
                retenus.setdefault(parent, Raison("inclus", reason_included(nom), raison.poids))


def _names_elsewhere(passages: Iterable[Passage], province: str) -> bool:
    """Any other place, believed or not; « à Québec », where ministers speak, is none."""
    for passage in passages:
        if passage.lieux_ecrits - {province}:
            return True
        for trouve in passage.autour:
            if (
                trouve.valeur.role in ("ailleurs", "lointain", "qualificatif")
                and passage.mots[trouve.debut] != "Québec"
            ):
                return True
    return False


@lru_cache(maxsize=4)
def _reader(gazetier: Gazetier) -> TerritoryReader:
    return TerritoryReader(gazetier)


def read_territories(document: Document, gazetier: Gazetier) -> tuple[Suggestion, ...]:
    """Places of one document; a gazetteer is compiled once."""
    return _reader(gazetier).read(document)


def _judge_by_cue(nom: Nom, reperes: list[Repere], indice: str) -> list[Avis]:
    zone = nom.passage.zone
    mots = f"« {nom.words()} »"
    proche = not any(is_far(nom, r) for r in reperes)
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
