"""Where a word stands in a document: title, summary (or lead), body.

Only cuts text; what a zone is worth belongs to the theme file, what it says to the readers beside this file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

from veille.model import Document

Zone = Literal["titre", "resume", "corps"]

# A body longer than this is a whole report: its first pages say what it is about, and time stays bounded.
CORPS_MAX = 200_000
TITRE_MAX = 2_000
CHAPEAU_MAX = 600


class Zones(NamedTuple):
    """The three texts, in Unicode's composed form (« é » is one character), none repeating the one before."""

    titre: str
    resume: str
    corps: str

    def each(self) -> Iterator[tuple[Zone, str]]:
        """The zones that hold something, in reading order."""
        if self.titre:
            yield "titre", self.titre
        if self.resume:
            yield "resume", self.resume
        if self.corps:
            yield "corps", self.corps


def split_zones(document: Document) -> Zones:
    """Title, summary, body. Without a summary, the lead (« chapeau ») of the text takes its place."""
    titre = _compose(document.titre, TITRE_MAX)
    resume = _without_start(_compose(document.resume, CORPS_MAX), titre)
    corps = _without_start(_compose(document.texte, CORPS_MAX), titre)
    if resume:
        return Zones(titre, resume, _without_start(corps, resume.rstrip("…[]. ")))
    coupe = _lead_end(corps)
    return Zones(titre, corps[:coupe].strip(), corps[coupe:].strip())


def _compose(texte: str, maximum: int) -> str:
    return unicodedata.normalize("NFC", texte[:maximum]).strip()


def _without_start(texte: str, debut: str) -> str:
    """Feeds repeat the title at the head of the summary, and the summary at the head of the text: read each once."""
    return texte[len(debut) :].lstrip() if debut and texte.startswith(debut) else texte


def _lead_end(texte: str) -> int:
    """Where the lead ends: the first paragraph, or its last whole sentence within the limit."""
    if len(texte) <= CHAPEAU_MAX:
        return len(texte)
    paragraphe = texte.find("\n", 0, CHAPEAU_MAX)
    if paragraphe > 0:
        return paragraphe
    phrase = max(texte.rfind(fin, 0, CHAPEAU_MAX) for fin in (". ", "! ", "? "))
    if phrase > 0:
        return phrase + 1
    espace = texte.rfind(" ", 0, CHAPEAU_MAX)
    return espace if espace > 0 else CHAPEAU_MAX
