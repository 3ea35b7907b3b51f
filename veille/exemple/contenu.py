"""One item as its source shows it at one moment: dates in words, typography of the house, its address.

Plain texts only; escaping and markup belong to `flux.py` and `pages.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from veille.exemple.calendrier import expand, published_at
from veille.exemple.modele import ItemFictif, SourceFictive
from veille.francais import NBSP

_AVANT = re.compile(r" (?=[:;?!»%$€])")
_MILLIERS = re.compile(r"(?<=\d) (?=\d{3}\b)")
_HEURES = re.compile(r"(?<=\d) (?=h\b)")


@dataclass(frozen=True)
class Contenu:
    """What will be shown. `lien` is the address as the source writes it, `adresse` where the article really is."""

    id: str
    titre: str
    resume: str
    resume_html: str
    texte: str
    auteur: str
    adresse: str
    lien: str
    publie_a: datetime | None
    modifie_a: datetime | None


def contents(source: SourceFictive, now: datetime, ports: Mapping[str, int], *, corrige: bool) -> list[Contenu]:
    """A source's items, newest first as on any front page; undated ones come last."""
    tous = [content(source, item, now, ports, corrige=corrige) for item in source.items]
    dates = sorted((c for c in tous if c.publie_a), key=lambda c: (c.publie_a, c.id), reverse=True)
    return dates + [c for c in tous if c.publie_a is None]


def content(
    source: SourceFictive, item: ItemFictif, now: datetime, ports: Mapping[str, int], *, corrige: bool
) -> Contenu:
    """One item, in its corrected version when the source has corrected itself."""
    version = item.correction if corrige and item.correction else item
    publie = None if item.jour is None else published_at(item.id, item.jour, now)
    adresse = f"{base(source, ports)}/articles/{item.id}"

    def set_type(texte: str) -> str:
        return typeset(expand(texte, now), source)

    return Contenu(
        id=item.id,
        titre=set_type(version.titre),
        resume=set_type(version.resume),
        resume_html=item.resume_html,
        texte=set_type(item.texte),
        auteur=set_type(item.auteur),
        adresse=adresse,
        lien=_link(item, adresse),
        publie_a=publie,
        modifie_a=now if version is not item else publie,
    )


def base(source: SourceFictive, ports: Mapping[str, int]) -> str:
    """The root of the source's site, without its final slash."""
    return f"http://127.0.0.1:{ports[source.slug]}"


def typeset(texte: str, source: SourceFictive) -> str:
    """The house's typography: careful French (curly apostrophes, no-break spaces) or what a plain keyboard gives."""
    if source.typographie == "simple":
        return texte
    return set_french(texte) if source.langue == "fr" else texte.replace("'", "’")


def set_french(texte: str) -> str:
    """Curly apostrophes, and no-break spaces where a line must not be cut."""
    texte = texte.replace("'", "’").replace("« ", f"«{NBSP}")
    for motif in (_AVANT, _MILLIERS, _HEURES):
        texte = motif.sub(NBSP, texte)
    return texte


def _link(item: ItemFictif, adresse: str) -> str:
    if item.lien == "relatif":
        return f"/articles/{item.id}"
    if item.lien == "suivi":
        return f"{adresse}?utm_source=flux&utm_medium=rss"
    if item.lien == "javascript":
        return "javascript:alert('exemple')"
    return adresse
