"""Corrections after publication: the frozen content never changes, its errata are laid over it each time it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from veille.editor.formes import Contenu, Element, Erratum, Rubrique
from veille.francais import NBSP, format_day, local_day
from veille.textes import MENTION_WITHDRAWN

# Keys of `corrections` besides the texts: a story taken out (its titles, one a line), and the editorial with it.
RETRAIT, EDITORIAL = "retrait", "editorial"


class ErratumLu(Protocol):
    """One erratum. `item_id`: None for the whole issue; `corrections`: the texts that are right, by field."""

    @property
    def item_id(self) -> int | None: ...  # noqa: D102  # A protocol's names are the fields of `store.errata`.
    @property
    def texte(self) -> str: ...  # noqa: D102
    @property
    def corrections(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def fait_a(self) -> datetime: ...  # noqa: D102


def with_errata(contenu: Contenu, errata: Iterable[ErratumLu]) -> Contenu:
    """The same issue as it must be shown now: each text corrected, and what was wrong said beside it, dated."""
    for erratum in errata:
        contenu = _corrected(contenu, erratum)
    return contenu


def told(numero: int, contenu: Contenu, erratum: ErratumLu) -> Erratum:
    """The same erratum as the next issue tells it. `contenu`: the issue it corrects."""
    vise = None if withdraws(erratum) else erratum.item_id
    titre = next((e.titre for e in contenu.elements if e.item_id == vise), "")
    return Erratum(numero, format_day(local_day(erratum.fait_a)), erratum.texte, titre)


def withdraws(erratum: ErratumLu) -> bool:
    """Whether this line takes a story out of the issue."""
    return RETRAIT in erratum.corrections


def without_titles(texte: str, titres: Iterable[str]) -> str:
    """A sentence about a story; when it names one that was taken out, words that do not."""
    return MENTION_WITHDRAWN if any(t in texte for t in titres) else texte


def titles_of(erratum: ErratumLu) -> tuple[str, ...]:
    """Under which titles a story taken out was told."""
    return tuple(t for t in erratum.corrections.get(RETRAIT, "").split("\n") if t)


def _withdrawn(contenu: Contenu, erratum: ErratumLu) -> Contenu:
    """Without the story, nor any sentence by which it was named; the subject line becomes the issue's own title."""
    titres = titles_of(erratum)
    rubriques = (
        replace(r, elements=tuple(e for e in r.elements if e.item_id != erratum.item_id)) for r in contenu.rubriques
    )
    errata = tuple(
        replace(e, titre="", texte=MENTION_WITHDRAWN)
        if e.titre in titres
        else replace(e, texte=without_titles(e.texte, titres))
        for e in contenu.errata
    )
    garde = "" if EDITORIAL in erratum.corrections else contenu.editorial
    return replace(
        contenu,
        rubriques=tuple(r for r in rubriques if r.elements),
        en_bref=tuple(ligne for ligne in contenu.en_bref if not any(t in ligne for t in titres)),
        editorial="\n\n".join(p for p in garde.split("\n\n") if not any(t in p for t in titres)),
        objet=contenu.titre,
        errata=(*errata, told(contenu.numero, contenu, erratum)),
    )


def _corrected(contenu: Contenu, erratum: ErratumLu) -> Contenu:
    if withdraws(erratum):
        return _withdrawn(contenu, erratum)
    if erratum.item_id is None:
        return replace(contenu, errata=(*contenu.errata, told(contenu.numero, contenu, erratum)))
    anciens = {e.item_id: e for e in contenu.elements}
    if erratum.item_id not in anciens:
        return contenu
    ancien = anciens[erratum.item_id]
    neuf = _element(ancien, erratum)
    rubriques = tuple(
        Rubrique(r.cle, r.titre, tuple(neuf if e.item_id == neuf.item_id else e for e in r.elements))
        for r in contenu.rubriques
    )
    en_bref = tuple(_line(ligne, ancien.titre, neuf.titre) for ligne in contenu.en_bref)
    return replace(contenu, rubriques=rubriques, en_bref=en_bref)


def _element(e: Element, erratum: ErratumLu) -> Element:
    jour = format_day(local_day(erratum.fait_a))
    note = " ".join(x for x in (e.erratum, f"{jour}{NBSP}: {erratum.texte}") if x)
    titre, resume = erratum.corrections.get("titre", ""), erratum.corrections.get("resume", "")
    return replace(
        e,
        titre=titre or e.titre,
        langue_titre="" if titre else e.langue_titre,
        resume=resume or e.resume,
        resume_de_la_source=e.resume_de_la_source and not resume,
        pourquoi=erratum.corrections.get("pourquoi", "") or e.pourquoi,
        erratum=note,
    )


def _line(ligne: str, ancien: str, neuf: str) -> str:
    """A line of « En bref » begins with its story's title."""
    return (
        neuf + ligne.removeprefix(ancien) if ancien and (ligne == ancien or ligne.startswith(f"{ancien} – ")) else ligne
    )
