"""The decision: do two profiles tell one story, and why.

Two texts are not one story because their words are alike: a template (« Le conseil de X adopte son budget ») repeats
words from one town to the next. So likeness proposes, and names, numbers and days dispose. A source repeats its own
sentences, so within one source the rules are stricter than between two.
Pure functions of two `Profil`; nothing about batches, candidates or storage enters here.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from veille import textes
from veille.addresses import is_article_key
from veille.fingerprints.traits import Profil

T = TypeVar("T")

WINDOW_TEXT = 14  # Days between two tellings of one story; monthly notices are further apart.
WINDOW_TITLE = 3  # A weekly column keeps its title.
WINDOW_FACTS = 4
WINDOW_COPY = 45
LIKENESS_MAX = 0.99  # 1 is for identities (address, copy): they alone may tie whole groups together.
MIN_COPY = 12  # Fewer words may well be equal by chance: « À lire. »


@dataclass(frozen=True)
class Lien:
    """Why two profiles are one story. `rang` 0 is an identity (address, copy), which may chain; 3 the weakest proof."""

    rang: int
    similarite: float
    raison: str


def compare(p: Profil, q: Profil) -> Lien | None:
    """The first rule that joins them, unless their facts tell two events."""
    ecart = abs(p.jour - q.jour) if p.jour is not None and q.jour is not None else None
    lien = _same_address(p, q) or _same_copy(p, q, ecart)
    if lien or _contradict(p, q):
        return lien
    return _same_title(p, q, ecart) or _same_text(p, q, ecart) or _same_facts(p, q, ecart)


def _same_address(p: Profil, q: Profil) -> Lien | None:
    if p.adresse != q.adresse or not is_article_key(p.adresse):
        return None
    # Inside one source an address may be a list page, or a page reused from one month to the next.
    if _one_source(p, q) and (_overlap(p.mots, q.mots) < 0.5 or _contradict(p, q)):
        return None
    return Lien(0, 1.0, textes.RAPPROCHEMENT_ADRESSE)


def _same_copy(p: Profil, q: Profil, ecart: int | None) -> Lien | None:
    if p.contenu != q.contenu or len(p.mots) < MIN_COPY or _same_notice(p, q):
        return None
    if ecart is not None and ecart > WINDOW_COPY:
        # A site that moves re-dates its whole archive; a text that comes back a year later is another year's news.
        recurrent = min(ecart % 365, -ecart % 365) <= 20
        if recurrent or not p.source or p.source != q.source:
            return None
    return Lien(0, 1.0, textes.RAPPROCHEMENT_COPIE)


def _same_title(p: Profil, q: Profil, ecart: int | None) -> Lien | None:
    if not p.cle_titre or p.cle_titre != q.cle_titre or (ecart is not None and ecart > WINDOW_TITLE):
        return None
    deux_corps = min(len(p.suites), len(q.suites)) >= 8
    if deux_corps and _overlap(p.suites, q.suites) < 0.1 and _overlap(p.mots, q.mots) < 0.3:
        return None
    return Lien(1, 0.9, textes.reason_same_title(ecart))


def _same_text(p: Profil, q: Profil, ecart: int | None) -> Lien | None:
    petit = min(len(p.suites), len(q.suites))
    if petit < 8 or (ecart is not None and ecart > WINDOW_TEXT):
        return None
    part = _overlap(p.suites, q.suites)
    if _one_source(p, q) and not _same_source_copy(p, q, part):
        return None
    if not _enough(part, petit, _overlap(p.mots, q.mots), p, q):
        return None
    reprise = p.source != q.source and p.titre != q.titre
    return Lien(2, min(round(part, 3), LIKENESS_MAX), textes.reason_shared_text(part, reprise=reprise))


def _enough(part: float, petit: int, mots: float, p: Profil, q: Profil) -> bool:
    if petit < 14:
        return part >= 0.5
    if part >= 0.4 or (part >= 0.25 and mots >= 0.6):
        return True
    return part >= 0.18 and mots >= 0.5 and (_two_sources(p, q) or len(_shared(p, q)) >= 3)


def _same_source_copy(p: Profil, q: Profil, part: float) -> bool:
    """A source repeats its own sentences from one story to the next: there, likeness must be nearly a copy."""
    entier = len(p.suites & q.suites) / max(len(p.suites), len(q.suites))
    return entier >= 0.9 or (part >= 0.6 and _overlap(p.titre_mots, q.titre_mots) >= 0.5)


def _same_facts(p: Profil, q: Profil, ecart: int | None) -> Lien | None:
    if ecart is None or ecart > WINDOW_FACTS or _one_source(p, q):
        return None
    communs = _distinct(_shared(p, q))
    chiffres = any(not cle.startswith("nom:") for cle in communs)
    if len(communs) < (3 if chiffres else 4) or max(_support(p, q), _support(q, p)) < 0.6:
        return None
    part = _overlap(p.mots, q.mots)
    if part < 0.3:
        return None
    return Lien(3, round(min(part, 0.8), 3), textes.reason_same_facts([communs[cle] for cle in sorted(communs)[:4]]))


def _contradict(p: Profil, q: Profil) -> bool:
    """Whether the facts say two events: other day, other town in the title, other numbers, other names."""
    if _disjoint(p.jours, q.jours) or _same_notice(p, q) or _swapped(p, q):
        return True
    if any(not _stated(f, q) for f in p.titre_noms) and any(not _stated(f, p) for f in q.titre_noms):
        return True
    if p.nombres and q.nombres and max(_told(p.nombres, q), _told(q.nombres, p)) <= 0.5:
        return True
    if p.noms and q.noms and not any(_stated(f, q) for f in p.noms) and not any(_stated(f, p) for f in q.noms):
        return True
    soutien = max(_support(p, q), _support(q, p))
    if soutien <= 0.5:
        return True
    if _one_source(p, q):
        return _other_subject(p, q) or _digits(p) != _digits(q)
    return not _two_sources(p, q) and (soutien < 0.7 or len(_shared(p, q)) < 3) and _other_subject(p, q)


def _same_notice(p: Profil, q: Profil) -> bool:
    """« Fermeture des bureaux » at two town halls: one formula, no name, and each speaks of itself."""
    return p.banal and p.titre == q.titre and _two_sources(p, q) and not p.noms & q.noms


def _swapped(p: Profil, q: Profil) -> bool:
    """The same words around another name: « à Rawdon, à la suite d'un bris », « à Chertsey, à la suite d'un bris »."""
    return any(
        nom not in q.presents and autre not in p.presents and not nom.startswith(autre) and not autre.startswith(nom)
        for cote, nom in p.places.items()
        if (autre := q.places.get(cote, nom)) != nom
    )


def _other_subject(p: Profil, q: Profil) -> bool:
    """Each title is about something its own text speaks of and the other never mentions: « gaz », « électricité »."""
    return not p.titre_ancres <= q.mots and not q.titre_ancres <= p.mots


def _digits(p: Profil) -> set[str]:
    """« Infolettre no 4 », « Budget 2027 »: what tells apart two titles that one source repeats."""
    return {mot for mot in p.titre_mots if mot[0].isdigit()}


def _support(p: Profil, q: Profil) -> float:
    """The share of p's facts that q states too; 1 when either states none."""
    return _told(p.faits.keys(), q) if p.faits and q.faits else 1.0


def _told(faits: AbstractSet[str], p: Profil) -> float:
    return sum(_stated(fait, p) for fait in faits) / len(faits)


def _stated(fait: str, p: Profil) -> bool:
    genre, _, valeur = fait.partition(":")
    if genre == "nom":
        return fait in p.faits or valeur in p.presents
    return fait in p.faits or (genre == "nombre" and any(_torn(valeur, autre[7:]) for autre in p.nombres))


def _torn(a: str, b: str) -> bool:
    """« 95 000 » of which markup or an edit left « 95 », « 2 840 » of which it left « 840 »."""
    court, long = sorted((a, b), key=len)
    if not (court.isdigit() and long.isdigit() and len(court) < len(long)):
        return False
    return (long.startswith(court) and (len(long) - len(court)) % 3 == 0) or (
        long.endswith(court) and len(court) % 3 == 0
    )


def _two_sources(p: Profil, q: Profil) -> bool:
    """Two known sources seldom share their turns of phrase by chance; one source, or none told, may."""
    return bool(p.source and q.source and p.source != q.source)


def _one_source(p: Profil, q: Profil) -> bool:
    return p.source != "" and p.source == q.source


def _shared(p: Profil, q: Profil) -> dict[str, str]:
    """The facts that both state: key to the form one of them wrote."""
    return {
        **{fait: forme for fait, forme in q.faits.items() if _stated(fait, p)},
        **{fait: forme for fait, forme in p.faits.items() if _stated(fait, q)},
    }


def _distinct(faits: dict[str, str]) -> dict[str, str]:
    """« Brandon » beside « Saint-Gabriel-de-Brandon » is no second fact."""
    noms = [fait[4:] for fait in faits if fait.startswith("nom:")]
    return {
        fait: forme
        for fait, forme in faits.items()
        if not any(fait[4:] != nom and fait.startswith("nom:") and fait[4:] in re.split(r"[- ]", nom) for nom in noms)
    }


def _disjoint(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a) and bool(b) and a.isdisjoint(b)


def _overlap(a: AbstractSet[T], b: AbstractSet[T]) -> float:
    """The share of the smaller set that is in the other: a cut copy is still a copy."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
