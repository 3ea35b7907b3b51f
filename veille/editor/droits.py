"""What the law lets a digest show of a source, decided before anything is composed (Loi sur le droit d'auteur).

A newspaper's headline and lead never go out: for `presse`, only staff's own words do, and they may not repeat the
newspaper's. The rule is here and nowhere else; an unknown right is treated as the strictest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from veille import textes
from veille.editor.formes import FicheLue
from veille.francais import clean, cut_words, fold

PASSAGE_MAX = 12  # Consecutive words in common from which a text is a copy.
CITATION_MAX = 25  # Words of the one quotation « … » left aside by the check.
RESUME_MOTS = 60
TITRE_MAX = 300
TEXTE_MAX = 4_000
EXTRAIT_MAX = 400_000  # Beyond, a stored text is not searched: bounded time on hostile input.

_TITRE_LIBRE = ("ouvert", "institutionnel", "licence")
_RESUME_LIBRE = ("ouvert", "institutionnel")
_MOT = re.compile(r"\w+")
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
    if texte.titre and any(_words(texte.titre) == _words(m.titre) for m in presse):
        manques.append(textes.TITRE_REPRIS)
    if texte.resume and any(_words(texte.resume) == _words(m.resume) for m in presse):
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
    places = _without_quotation(texte)
    cles = [fold(texte[a:b]) if b >= 0 else "«" for a, b in places]
    autres = [fold(m) for m in _MOT.findall(clean(extrait, EXTRAIT_MAX))]
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


def _first_copy(texte: Texte, extraits: Sequence[str]) -> str:
    """Title, summary and why are read as one text: a copied sentence split between them is still one."""
    entier = "\n".join((texte.titre, texte.resume, texte.pourquoi))
    return next((passage for extrait in extraits if (passage := shared_run(entier, extrait))), "")


def _without_quotation(texte: str) -> list[tuple[int, int]]:
    """Where each word is; the first short quotation becomes one place that equals nothing."""
    citation = next((c for c in _CITATION.finditer(texte) if len(_MOT.findall(c[1])) <= CITATION_MAX), None)
    if citation is None:
        return [m.span() for m in _MOT.finditer(texte)]
    avant = [m.span() for m in _MOT.finditer(texte, 0, citation.start())]
    apres = [m.span() for m in _MOT.finditer(texte, citation.end())]
    return [*avant, (citation.start(), -1), *apres]


def _words(texte: str) -> list[str]:
    return [fold(m) for m in _MOT.findall(texte)]
