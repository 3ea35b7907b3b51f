"""What a rendering really holds, read back from its bytes: images, addresses, words. Never what a template meant to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from veille.francais import fold

_LOINTAINES = re.compile(r"(?:https?:)?//", re.I)
_CSS = re.compile(r"(?:url\(\s*|@import\s+)['\"]?\s*(?:https?:)?//", re.I)
# Attributes whose address is fetched without anybody asking for it.
_CHARGES = ("src", "srcset", "background", "poster", "data")
_MUETS = frozenset(("style", "script", "title"))


@dataclass(frozen=True)
class Image:
    """One picture. `texte`: its alternative text, None when it has no `alt` at all."""

    adresse: str
    texte: str | None
    minuscule: bool


@dataclass(frozen=True)
class Rendu:
    """One rendering read back. `chargements`: what would be fetched from elsewhere on opening it."""

    images: tuple[Image, ...]
    liens: tuple[str, ...]
    chargements: tuple[str, ...]
    mots: str


def read_html(octets: bytes) -> Rendu:
    """What a page or the HTML part of a mail holds."""
    lecteur = _Lecteur()
    lecteur.feed(octets.decode("utf-8"))
    lecteur.close()
    return Rendu(
        tuple(lecteur.images), tuple(lecteur.liens), tuple(lecteur.chargements), letters(" ".join(lecteur.textes))
    )


def read_text(octets: bytes) -> Rendu:
    """What the text part of a mail holds."""
    texte = octets.decode("utf-8")
    adresses = re.compile(r"(?:https?://|@@)\S+")
    return Rendu((), tuple(adresses.findall(texte)), (), letters(adresses.sub(" ", texte)))


def letters(texte: str) -> str:
    """Only letters and digits, folded: what typography, cutting and layout do not change."""
    return re.sub(r"[\W_]+", "", fold.__wrapped__(texte))


class _Lecteur(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.images: list[Image] = []
        self.liens: list[str] = []
        self.chargements: list[str] = []
        self.textes: list[str] = []
        self._dans: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        valeurs = {nom: valeur or "" for nom, valeur in attrs}
        if tag in _MUETS:
            self._dans.append(tag)
        if tag in ("a", "area", "form"):
            self.liens.append(valeurs.get("href") or valeurs.get("action", ""))
        if tag == "img":
            petite = any(re.fullmatch(r"[01](px)?", valeurs.get(cote, "").strip()) for cote in ("width", "height"))
            self.images.append(Image(valeurs.get("src", ""), valeurs.get("alt") if "alt" in valeurs else None, petite))
        chargees = [valeurs[nom] for nom in _CHARGES if nom in valeurs]
        if tag == "link" and valeurs.get("rel", "").lower() in ("stylesheet", "preload", "icon", "prefetch"):
            chargees.append(valeurs.get("href", ""))
        self.chargements += [adresse for adresse in chargees if _LOINTAINES.match(adresse.strip())]
        if _CSS.search(valeurs.get("style", "")):
            self.chargements.append(valeurs["style"])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dans and self._dans[-1] == tag:
            self._dans.pop()

    def handle_data(self, data: str) -> None:
        if not self._dans:
            self.textes.append(data)
        elif self._dans[-1] == "style" and _CSS.search(data):
            self.chargements.append("style")
