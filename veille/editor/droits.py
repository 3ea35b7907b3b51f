"""What the law lets a digest show of a source, decided before anything is composed (Loi sur le droit d'auteur).

A newspaper's headline and lead never go out: for `presse`, only staff's own words do, and they may not repeat the
newspaper's. The rule is here and nowhere else; an unknown right is treated as the strictest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from veille import textes
from veille.editor.formes import FicheLue
from veille.francais import clean, cut_words, fold

PASSAGE_MAX = 12  # Consecutive words in common from which a text is a copy.
CITATION_MAX = 25  # Words of the one quotation « … » left aside by the check.
MANCHETTE_MIN = 6  # Words from which a headline is recognised inside a longer text.
RESUME_MOTS = 60
TITRE_MAX = 300
TEXTE_MAX = 4_000
EXTRAIT_MAX = 400_000  # Beyond, a stored text is not searched: bounded time on hostile input.

_TITRE_LIBRE = ("ouvert", "institutionnel", "licence")
_RESUME_LIBRE = ("ouvert", "institutionnel")
_MOT = re.compile(r"[^\W_]+")
# What readers do not see and no category tells: joiners, fillers and selectors that Unicode says to ignore.
_IGNORES = (
    *((0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164)),
    *((0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF)),
)
_TIRET = re.compile(r"\s[-–—|]\s")
_CITATION = re.compile(r"«([^«»]*)»")


@dataclass(frozen=True)
class Texte:
    """The words a digest may show for one story. `langue_titre` is "en" when the title is the source's, in English."""

    titre: str
    resume: str
    pourquoi: str
    langue_titre: str = ""
    resume_de_la_source: bool = False


def is_press(droits: str) -> bool:
    """Whether only staff's own words may be shown."""
    return droits not in _TITRE_LIBRE


def is_english(langue: str) -> bool:
    """Whether an item is to be flagged « en anglais »."""
    return langue.lower().split("-")[0] == "en"


def shown_text(fiche: FicheLue) -> Texte:
    """Staff's words, and where they wrote none, what the source's rights allow; "" where nothing may be shown."""
    source, ecrit = fiche.membres[0], fiche.redaction
    titre, resume = clean(ecrit.titre or "", TITRE_MAX), clean(ecrit.resume or "", TEXTE_MAX)
    langue, de_la_source = "", False
    if not titre and source.droits in _TITRE_LIBRE:
        titre = clean(source.titre, TITRE_MAX)
        langue = "en" if titre and is_english(source.langue) else ""
    if not resume and source.droits in _RESUME_LIBRE and not is_english(source.langue):
        resume = cut_words(clean(source.resume, TEXTE_MAX), RESUME_MOTS)
        de_la_source = bool(resume)
    return Texte(titre, resume, clean(ecrit.pourquoi or "", TEXTE_MAX), langue, de_la_source)


def faults(fiche: FicheLue, extraits: Sequence[str] = ()) -> tuple[str, ...]:
    """What staff must still write or rewrite before this story may go out, as short French phrases.

    `extraits`: texts of the story's press items stored beside their titles and summaries, when there are some.
    """
    texte = shown_text(fiche)
    manques = [] if texte.titre else [textes.MANQUE_TITRE]
    if not is_press(fiche.membres[0].droits):
        return tuple(manques)
    if not texte.resume:
        manques.append(textes.MANQUE_RESUME)
    presse = [m for m in fiche.membres if is_press(m.droits)]
    if texte.titre and any(text_words(texte.titre) == text_words(m.titre) for m in presse):
        manques.append(textes.TITRE_REPRIS)
    if texte.resume and any(text_words(texte.resume) == text_words(m.resume) for m in presse):
        manques.append(textes.RESUME_REPRIS)
    passage = _first_copy(texte, [*(f"{m.titre}\n{m.resume}" for m in presse), *extraits])
    if passage:
        manques.append(textes.copied_run(passage))
    return tuple(manques)


def advice(fiche: FicheLue) -> tuple[str, ...]:
    """What would make the story better without blocking it."""
    texte = shown_text(fiche)
    return (textes.CONSEIL_FRANCAIS,) if is_english(fiche.membres[0].langue) and not texte.resume else ()


def shared_run(texte: str, extrait: str, mots: int = PASSAGE_MAX) -> str:
    """The first run of that many words or more found in both, in the words of `texte`; "" when there is none.

    Case, accents and punctuation are ignored; a word is what lies between spaces, apostrophes and hyphens, so that the
    count is never kinder than a reader's. One quotation « … » of 25 words at most is left aside.
    """
    places = words_with_places(texte)
    cles = word_keys(texte, places)
    autres = text_words(clean(extrait, EXTRAIT_MAX))
    connus: dict[tuple[str, ...], int] = {}
    for i in range(len(autres) - mots + 1):
        connus.setdefault(tuple(autres[i : i + mots]), i)
    for i in range(len(cles) - mots + 1):
        j = connus.get(tuple(cles[i : i + mots]))
        if j is None:
            continue
        fin = mots
        while i + fin < len(cles) and j + fin < len(autres) and cles[i + fin] == autres[j + fin]:
            fin += 1
        return " ".join(texte[places[i][0] : places[i + fin - 1][1]].split())
    return ""


def taken_over(texte: str, manchettes: Iterable[str], propres: Iterable[str] = ()) -> str:
    """The first of these headlines and leads that a text of ours says whole; "" when there is none.

    A short one must be all that is said, or all that stands between two dashes: five words are anyone's. `propres`:
    an institution's own words, which a newspaper may well have taken for its headline.
    """
    libres = [text_words(propre) for propre in propres]
    parties = [text_words(partie) for partie in (texte, *_TIRET.split(texte))]
    for manchette in manchettes:
        mots = text_words(manchette)
        if not mots or mots in libres:
            continue
        if mots in parties or (len(mots) >= MANCHETTE_MIN and _holds(parties[0], mots)):
            return manchette
    return ""


def _holds(suite: Sequence[str], mots: Sequence[str]) -> bool:
    return any(suite[i : i + len(mots)] == mots for i in range(len(suite) - len(mots) + 1))


def _first_copy(texte: Texte, extraits: Sequence[str]) -> str:
    """Title, summary and why are read as one text: a copied sentence split between them is still one."""
    entier = "\n".join((texte.titre, texte.resume, texte.pourquoi))
    return next((passage for extrait in extraits if (passage := shared_run(entier, extrait))), "")


def words_with_places(texte: str) -> list[tuple[int, int]]:
    """Where each word is; the first short quotation becomes one place that equals nothing."""
    invisibles = _unseen(texte)
    if not invisibles:
        return _places(texte)
    gardes = [i for i, c in enumerate(texte) if c not in invisibles]
    places = _places("".join(texte[i] for i in gardes))
    return [(gardes[a], gardes[b - 1] + 1 if b >= 0 else -1) for a, b in places]


def word_keys(texte: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """What each of these words is compared by; a quotation left aside equals nothing."""
    return ["".join(text_words(texte[a:b])) if b >= 0 else "«" for a, b in places]


def text_words(texte: str) -> list[str]:
    """The words of a text as copies are looked for: what lies between spaces, apostrophes and hyphens, folded.

    What cannot be seen cuts no word: put inside, it would hide a copy from us and from nobody else.
    """
    return [fold(m) for m in _MOT.findall(texte.translate({ord(c): None for c in _unseen(texte)}))]


def _places(texte: str) -> list[tuple[int, int]]:
    citation = next((c for c in _CITATION.finditer(texte) if len(_MOT.findall(c[1])) <= CITATION_MAX), None)
    if citation is None:
        return [m.span() for m in _MOT.finditer(texte)]
    avant = [m.span() for m in _MOT.finditer(texte, 0, citation.start())]
    apres = [m.span() for m in _MOT.finditer(texte, citation.end())]
    return [*avant, (citation.start(), -1), *apres]


def _unseen(texte: str) -> frozenset[str]:
    """The characters of a text that take no place of their own: formatting, accents put apart, and what is ignored."""
    return frozenset(c for c in set(texte) if not c.isascii() and _is_unseen(c))


@lru_cache(maxsize=4096)
def _is_unseen(c: str) -> bool:
    return unicodedata.category(c) in ("Cf", "Mn", "Me") or any(a <= ord(c) <= b for a, b in _IGNORES)
