"""Which blocks of an unknown page are its entries? Those that repeat, say something, and are dated or lead somewhere.

A block is an element among alike siblings (same tag, same first class). Every set of alike blocks that hold links or dates
gets a score; the best wins. Nothing is learnt or remembered: the same page gives the same blocks.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup, Tag

from veille.feeds.bloc import DATE_ECRITE, TITRES, Page, entry_links
from veille.feeds.soupe import is_vague, label, names

LIENS_VUS = 3_000
SEUIL = 0.9  # below it, a set of blocks is more likely a menu than a list of entries
_HAUTEUR = 9  # how many ancestors of a link may be its block
_ENSEMBLES_JUGES = 60
_BLOCS_JUGES = 100  # of each set: more tell nothing more
_NOEUDS_MAX = 800  # a block that holds more is a section of the page
_ETAT = re.compile(r".*\d.*|odd|even|first|last|active|current|sticky|alt|alternate|new|open|clearfix|row|pair|impair")
_SANS_CLASSE = frozenset({"li", "tr", "article", "dt"})
_CADRES = frozenset({"html", "body", "[document]", "main"})

_NOM_MIN = 12
_TEXTE_MAX = 6_000
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|odt|xlsx?)\b", re.I)


@dataclass
class _Ensemble:
    """Alike blocks, in the order of the page."""

    blocs: dict[int, Tag] = field(default_factory=dict)
    score: float = 0.0


@dataclass(frozen=True)
class _Mesure:
    """What one block looks like."""

    liens: int
    adresses: frozenset[str]
    titre: str
    longueur: int
    part_liens: float
    dates: int
    titres: int
    document: bool


_SECTION = _Mesure(99, frozenset(), "", 99_999, 0.0, 99, 99, False)


def find_blocks(soupe: BeautifulSoup, page: Page) -> tuple[list[Tag], float]:
    """The entries' blocks and how sure that is (compare with `SEUIL`); ([], 0) when nothing repeats."""
    ensembles = list(_alike(soupe).values())
    ensembles.sort(key=lambda e: len(e.blocs), reverse=True)
    mesures: dict[int, _Mesure] = {}
    for ensemble in ensembles[:_ENSEMBLES_JUGES]:
        echantillon = islice(ensemble.blocs.values(), _BLOCS_JUGES)
        ensemble.score = _score([_measure(bloc, page, mesures) for bloc in echantillon])
    meilleur = max(ensembles[:_ENSEMBLES_JUGES], key=lambda e: e.score, default=_Ensemble())
    return _with_siblings(list(meilleur.blocs.values())), meilleur.score


def date_count(bloc: Tag) -> int:
    """How many different dates the block shows."""
    return len({trouve[0] for trouve in DATE_ECRITE.finditer(bloc.get_text(" ")[:_TEXTE_MAX])})


def _with_siblings(blocs: list[Tag]) -> list[Tag]:
    """Alike siblings that hold no link yet (a meeting whose agenda is not out): they are entries too."""
    signatures: dict[int, str] = {}
    modeles = {(id(bloc.parent), _signature(bloc, signatures)) for bloc in blocs}
    parents = {id(bloc.parent): bloc.parent for bloc in blocs if bloc.parent is not None}
    freres = [f for parent in parents.values() for f in parent.find_all(True, recursive=False)]
    return [f for f in freres if (id(f.parent), _signature(f, signatures)) in modeles and not _is_table_head(f)]


def _is_table_head(bloc: Tag) -> bool:
    return bloc.name == "tr" and bloc.find("td") is None


def _alike(soupe: BeautifulSoup) -> dict[tuple[str, ...], _Ensemble]:
    """Sets of alike blocks: same signature, same signatures of parent and grandparent."""
    ensembles: dict[tuple[str, ...], _Ensemble] = defaultdict(_Ensemble)
    signatures: dict[int, str] = {}
    for depart in _starts(soupe):
        element, hauteur = depart, 0
        while element.parent is not None and element.name not in _CADRES and hauteur < _HAUTEUR:
            cle = tuple(_signature(e, signatures) for e in _lineage(element))
            blocs = ensembles[cle].blocs
            if id(element) in blocs:
                break  # another link of the same block already climbed from here
            blocs[id(element)] = element
            element, hauteur = element.parent, hauteur + 1
    return {cle: ensemble for cle, ensemble in ensembles.items() if len(ensemble.blocs) > 1}


def _starts(soupe: BeautifulSoup) -> list[Tag]:
    """Links and titles, where a block may begin."""
    return [e for e in soupe.find_all(["a", "time", *TITRES], limit=LIENS_VUS) if e.name != "a" or e.has_attr("href")]


def _lineage(element: Tag) -> Iterator[Tag]:
    yield element
    for rang, parent in enumerate(element.parents):
        if rang == 3 or parent.name in _CADRES:
            return
        yield parent


def _signature(element: Tag, connues: dict[int, str]) -> str:
    cle = id(element)
    if cle not in connues:
        classe = "" if element.name in _SANS_CLASSE else next((n for n in names(element) if not _ETAT.fullmatch(n)), "")
        connues[cle] = f"{element.name}.{classe}"
    return connues[cle]


def _measure(bloc: Tag, page: Page, connues: dict[int, _Mesure]) -> _Mesure:
    """Measured once, for a block belongs to one set only but is looked at again when sets are compared."""
    if id(bloc) in connues:
        return connues[id(bloc)]
    if sum(1 for _ in islice(bloc.descendants, _NOEUDS_MAX)) == _NOEUDS_MAX:
        return connues.setdefault(id(bloc), _SECTION)
    texte = " ".join(bloc.get_text(" ")[:_TEXTE_MAX].split())
    liens = entry_links(bloc, page)
    etiquettes = [label(lien) for lien in liens]
    titres = [t.get_text(" ", strip=True) for t in bloc.find_all(TITRES, limit=6)]
    parlants = [e for e in (*titres, *etiquettes) if not is_vague(e)]
    connues[id(bloc)] = mesure = _Mesure(
        liens=len(liens),
        adresses=frozenset(str(lien["href"]) for lien in liens),
        titre=max(parlants, key=len, default=""),
        longueur=len(texte),
        part_liens=sum(map(len, etiquettes)) / max(1, len(texte)),
        dates=len({m[0] for m in DATE_ECRITE.finditer(texte)}) or (bloc.find("time") is not None),
        titres=sum(bool(t) for t in titres),
        document=any(_DOCUMENT.search(str(lien["href"])) for lien in liens),
    )
    return mesure


def _score(mesures: list[_Mesure]) -> float:
    """How much a set of blocks looks like a list of entries: many, different, well named, dated, more than bare links."""
    nombre = len(mesures)
    adresses = len(frozenset().union(*(m.adresses for m in mesures)))
    distincts = len({m.titre or str(m.longueur) for m in mesures})
    utiles = min(nombre, distincts, max(adresses, sum(bool(m.dates) for m in mesures)))
    if utiles < 2:
        return 0.0
    qualite = sum(_name_quality(m) for m in mesures) / nombre
    dates = sum(bool(m.dates) for m in mesures) / nombre
    titres = sum(bool(m.titres) for m in mesures) / nombre
    documents = sum(m.document for m in mesures) / nombre
    texte = sum(1 - min(1.0, m.part_liens) for m in mesures) / nombre
    apparence = 0.2 + dates + titres + 0.4 * documents + 0.4 * texte
    return math.log2(1 + utiles) * qualite * apparence * _unity(mesures)


def _name_quality(mesure: _Mesure) -> float:
    """A sentence names an entry; a word names a section; a date with a document does too."""
    longueur = len(mesure.titre)
    if longueur < _NOM_MIN:
        return 0.6 if mesure.dates and mesure.liens and mesure.longueur < 600 else 0.1
    return 0.6 if longueur < 20 else 1.0


def _unity(mesures: list[_Mesure]) -> float:
    """One block, one entry: many titles, dates or screens of text mean a section that holds the entries."""
    nombre = len(mesures)
    trop = sum(m.dates > 5 or m.titres > 2 or m.liens > 12 or m.longueur > 4_000 for m in mesures)
    return 1.0 if not trop else max(0.15, 1 - 1.5 * trop / nombre)
