"""French typography of our templates' own words, set once when a template is compiled: no-break spaces before « : ; ? ! »
and inside « guillemets ». Whoever writes a template types ordinary spaces. Values are not touched: they have `typo`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jinja2.ext import Extension
from jinja2.lexer import Token

from veille.francais import typeset

_MUETS = ("pre", "code", "textarea", "script", "style", "kbd")  # What they hold is not a sentence.
_MORCEAU = re.compile(r"(<!--.*?-->|<[^<>]*>|<[^<>]*$)", re.S)
_OUVRE = re.compile(rf"<({'|'.join(_MUETS)})\b(?![^>]*/>)")
_FERME = re.compile(rf"</({'|'.join(_MUETS)})\s*>")


class Typographie(Extension):
    """Sets the text between tags; what is inside a tag, and inside code, is left as it is."""

    def filter_stream(self, stream: Any) -> Iterator[Token]:
        """Called by Jinja with the template cut into text and expressions; a tag may be cut by an expression."""
        etat = _Etat()
        for jeton in stream:
            yield Token(jeton.lineno, "data", etat.set(jeton.value)) if jeton.type == "data" else jeton


class _Etat:
    """Where the reading of one template has got to: within a tag, within an element left as it is."""

    def __init__(self) -> None:
        self.balise = False
        self.muet = False

    def set(self, texte: str) -> str:
        """The same text, set where it is a sentence."""
        if self.balise:  # An attribute whose value was an expression goes on.
            suite, ferme, reste = texte.partition(">")
            if not ferme:
                return texte
            self.balise = False
            return suite + ferme + self.set(reste)
        return "".join(self._piece(morceau) for morceau in _MORCEAU.split(texte))

    def _piece(self, morceau: str) -> str:
        if not morceau.startswith("<"):
            return morceau if self.muet else typeset(morceau)
        self.muet = bool(_OUVRE.match(morceau)) or (self.muet and not _FERME.match(morceau))
        self.balise = not morceau.endswith(">")
        return morceau
