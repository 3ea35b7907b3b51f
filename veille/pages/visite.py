"""One request to one of our pages: who asks, what time it is, and the only ways to read, write and answer.

Views decide nothing about threads, transactions or layout; they go through here.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs

from datasette.utils.asgi import BadRequest, Response

from veille.francais import format_number, plural
from veille.pages.instance import Instance
from veille.store.connexion import BASE, connect, transaction
from veille.store.lecture import Connexion, snapshot

T = TypeVar("T")

INFO, AVERTISSEMENT, ERREUR = 1, 2, 3  # Datasette's own codes.
MESSAGE_MAX = 400  # It travels in a cookie.

_ESPACES = re.compile(r"[ \t\n]+")


class Visite:
    """One request, with the site it came to."""

    def __init__(self, datasette: Any, request: Any, site: Instance) -> None:
        self.datasette = datasette
        self.request = request
        self.site = site

    @property
    def now(self) -> datetime:
        """The present instant, by the site's clock."""
        return self.site.clock()

    @property
    def nom(self) -> str:
        """The name the signed-in person gave; decisions are recorded under it."""
        return str(self.request.actor["name"])

    def arg(self, cle: str) -> str:
        """One argument of the address, "" when absent."""
        return tidy(self.request.args.get(cle) or "", 200)

    def var(self, cle: str) -> str:
        """One part of the address, as the route names it."""
        return str(self.request.url_vars[cle])

    async def read(self, lire: Callable[[Connexion], T]) -> T:
        """Read the site's database in a thread, on one snapshot."""
        base = self.datasette.get_database(self.site.base)
        resultat: T = await base.execute_fn(lambda c: snapshot(c, lire))
        return resultat

    async def write(self, ecrire: Callable[[Connexion], T]) -> T:
        """One short transaction on `veille.db`, in a thread, on a connection of its own."""

        def run() -> T:
            c = connect(self.site.dossier / BASE)
            try:
                with transaction(c):
                    return ecrire(c)
            finally:
                c.close()

        return await asyncio.to_thread(run)

    async def form(self) -> Formulaire:
        """The fields posted; the gate already checked their size, their encoding and their CSRF token."""
        corps = (await self.request.post_body()).decode("utf-8")
        return Formulaire(parse_qs(corps, keep_blank_values=True))

    async def page(self, gabarit: str, contexte: dict[str, Any] | None = None, statut: int = 200) -> Any:
        """Render one template in the common layout."""
        corps = await self.datasette.render_template(gabarit, contexte or {}, request=self.request, view_name="veille")
        return Response.html(corps, status=statut)

    def redirect(self, chemin: str, message: str = "", genre: int = INFO) -> Any:
        """Answer a form: go and see the result (303, so that reloading does not post again)."""
        if message:
            self.datasette.add_message(self.request, message[:MESSAGE_MAX], genre)
        return Response.redirect(chemin, status=303)


class RefusFormulaire(BadRequest):  # type: ignore[misc]  # Datasette ships no types.
    """What was typed cannot be kept as it is; the message is a French sentence."""


@dataclass(frozen=True)
class Formulaire:
    """Fields of a posted form: kept exactly (ends trimmed), or refused with a reason; never silently changed."""

    champs: dict[str, list[str]]

    def text(self, cle: str, maximum: int) -> str:
        """One field; "" when absent."""
        texte = unicodedata.normalize("NFC", self.champs.get(cle, [""])[0].replace("\r\n", "\n")).strip()
        if len(texte) > maximum:
            raise RefusFormulaire(
                f"Le texte compte {plural(len(texte), 'caractère')}, et le maximum est de {format_number(maximum)}."
                " Revenez en arrière pour le raccourcir : rien n’est perdu."
            )
        if interdit := next((c for c in texte if is_forbidden(c)), None):
            raise RefusFormulaire(f"Le texte contient un caractère invisible interdit (U+{ord(interdit):04X}).")
        return texte

    def line(self, cle: str, maximum: int) -> str:
        """One field that must hold on one line."""
        return _ESPACES.sub(" ", self.text(cle, maximum))

    def many(self, cle: str) -> tuple[str, ...]:
        """Every value of one field, once each (checkboxes)."""
        return tuple(dict.fromkeys(tidy(valeur, 200) for valeur in self.champs.get(cle, [])))


def tidy(texte: str, maximum: int) -> str:
    """What an address carries, on one line, without anything invisible, cut to a length."""
    return _ESPACES.sub(" ", "".join(c for c in texte if not is_forbidden(c))).strip()[:maximum]


def is_forbidden(caractere: str) -> bool:
    """Control characters, lone surrogates, and marks that make text read backwards."""
    return caractere not in "\n\t" and (
        unicodedata.category(caractere) in {"Cc", "Cs"}
        or caractere in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
