"""XML as collected → XML that feedparser reads in bounded time, with nothing a reader would miss taken out.

feedparser needs minutes on some crafted files (100,000 attributes: 180 s; see docs/collecte.md). Each guard below is
linear and leaves ordinary feeds untouched, byte for byte.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.parsers import expat

from veille.errors import ReadError

ENTREES_MAX = 20_000
_PROFONDEUR_MAX = 200
_BALISES_MAX = 500_000
_SUITE_MAX = 300_000
_SIGNES_MAX = 100

_DEBUT = re.compile(r"<(?:\?xml|(?:[a-z][\w.-]{0,30}:)?(?:rss|feed|rdf|channel)\b)", re.I)
_DECLARATION = re.compile(r"<\?xml[^>]{0,400}\?>\s*", re.I)
_FIN_DOCTYPE = re.compile(r"\]\s*>")
_TROP_LONGUE = re.compile(r"<[a-z/?][^<>]{20000,}>?", re.I)
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,40})|(\d{1,40}));?", re.I)
_CHEVRONS_SEULS = re.compile(r"(?:<(?![a-z/!?]))+", re.I)
_ESPERLUETTES_SEULES = re.compile(r"(?:&(?!#?\w{1,30};))+")
_ENTREE = re.compile(r"<(?:[a-z][\w.-]{0,30}:)?(?:item|entry)[\s>/]", re.I)
_FIN_ENTREE = re.compile(r"</(?:[a-z][\w.-]{0,30}:)?(?:item|entry)\s*>", re.I)
_VOCABULAIRE = (
    "rss|rdf|channel|item|items|feed|entry|title|link|description|summary|subtitle|content|encoded|body|fullitem|pubdate"
    "|published|updated|modified|issued|created|date|guid|id|author|name|creator|category|enclosure|language|image|source"
)
_BALISE_AUTRE = re.compile(rf"</?(?!(?:[\w.-]{{0,30}}:)?(?:{_VOCABULAIRE})\b)[a-z][^<>]{{0,20000}}>", re.I)


class Xml(NamedTuple):
    """XML ready for feedparser. `abime`: it was not well formed, or something had to be left out."""

    texte: str
    abime: bool
    bien_forme: bool


def prepare(texte: str) -> Xml:
    """The document without its prolog's traps; repaired only when it is not well formed. May raise `ReadError`."""
    propre, abime = _bound(_body(texte))
    bien_forme, profond = _check(propre)
    if profond:
        propre, abime = simplify(propre), True
        bien_forme, profond = _check(propre)
        if profond:
            raise ReadError("illisible", "Le fichier est fait de balises emboîtées sans fin.")
    if not bien_forme:
        propre, abime = _cut_runs(_ESPERLUETTES_SEULES.sub(_escape, _CHEVRONS_SEULS.sub(_escape, propre))), True
    return Xml(propre, abime, bien_forme)


def simplify(texte: str) -> str:
    """The document without the tags that no reader here needs (their text stays)."""
    return _BALISE_AUTRE.sub(" ", texte)


def is_cut(texte: str) -> bool:
    """True when the file stops in the middle of an entry (an interrupted download or export)."""
    derniere = max((m.start() for m in _ENTREE.finditer(texte)), default=-1)
    return derniere >= 0 and not _FIN_ENTREE.search(texte, derniere)


def _body(texte: str) -> str:
    """From the first sign of a feed on, without declaration (the text is already decoded) nor internal subset."""
    debut = _DEBUT.search(texte, 0, 65_536)
    if debut and not re.search(r"<!|<\?", texte[: debut.start()]):  # blank lines, or a server's warning before the feed
        texte = texte[debut.start() :]
    texte = _DECLARATION.sub("", texte, count=1)
    ouverture = texte.find("<!DOCTYPE", 0, 65_536)
    crochet = texte.find("[", ouverture, texte.find(">", ouverture)) if ouverture >= 0 else -1
    if crochet < 0:
        return texte
    fin = _FIN_DOCTYPE.search(texte, crochet)
    return texte[:crochet] + (texte[fin.end() - 1 :] if fin else ">")


def _bound(texte: str) -> tuple[str, bool]:
    """Without endless tags, impossible characters, or more entries and tags than any real feed has."""
    abime = False
    if _TROP_LONGUE.search(texte):
        texte, abime = _TROP_LONGUE.sub(" ", texte), True
    texte = _cut_runs(_REFERENCE.sub(_sound_reference, texte))
    if texte.count("<") <= ENTREES_MAX:
        return texte, abime
    for rang, entree in enumerate(_ENTREE.finditer(texte)):
        if rang == ENTREES_MAX:
            return texte[: entree.start()], True
    texte = _CHEVRONS_SEULS.sub(_escape, texte)
    if texte.count("<") > _BALISES_MAX:
        return "<".join(texte.split("<", _BALISES_MAX)[:_BALISES_MAX]), True
    return texte, abime


def _escape(trouve: re.Match[str]) -> str:
    """« < » and « & » that are text. A thousand of them in a row say no more than a hundred."""
    return ("&lt;" if trouve[0][0] == "<" else "&amp;") * min(len(trouve[0]), _SIGNES_MAX)


def _cut_runs(texte: str) -> str:
    """Texts between two tags, cut where `texte.py` would stop reading them anyway."""
    if len(texte) <= _SUITE_MAX:
        return texte
    return "<".join(suite if len(suite) <= _SUITE_MAX else suite[:_SUITE_MAX] for suite in texte.split("<"))


def _sound_reference(trouve: re.Match[str]) -> str:
    """A character reference feedparser can turn into a character; nothing otherwise (&#xD800; stops it short)."""
    code = int(trouve[1], 16) if trouve[1] else int(trouve[2])
    permis = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return f"&#{code};" if permis else ""


def _check(texte: str) -> tuple[bool, bool]:
    """Is it well formed? Is it nested deeper than any feed? (No entity can be declared here: `_body` saw to it.)"""
    analyseur = expat.ParserCreate()
    profondeur = maximum = 0

    def enter(_nom: str, _attributs: dict[str, str]) -> None:
        nonlocal profondeur, maximum
        profondeur += 1
        maximum = max(maximum, profondeur)

    def leave(_nom: str) -> None:
        nonlocal profondeur
        profondeur -= 1

    analyseur.StartElementHandler, analyseur.EndElementHandler = enter, leave
    try:
        analyseur.Parse(texte.encode(), True)
    except expat.ExpatError:
        return False, maximum > _PROFONDEUR_MAX
    return True, maximum > _PROFONDEUR_MAX
