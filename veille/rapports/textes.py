"""What may be written in the XML of a document: anything but the control characters that no XML can hold."""

from __future__ import annotations

import re

_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(texte: str) -> str:
    """The text without what would make a document that nobody can open."""
    return _INTERDITS.sub("", texte)
