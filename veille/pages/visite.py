"""One request to one of our pages: who asks, what time it is, and the only ways to read, write and answer.

Views decide nothing about threads, transactions or layout; they go through here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs

from datasette.utils.asgi import BadRequest, Response

from veille.francais import format_number, one_line, plural
from veille.model import PREFERENCES, Droit, Preferences
from veille.pages.fil import Fil
from veille.pages.instance import Instance
from veille.pages.mandataire import throttled_address
from veille.pages.sessions import Sessions
from veille.pages.televersement import Televersement, parse
from veille.store import personnes
from veille.store.lecture import Connexion, snapshot

T = TypeVar("T")

INFO, AVERTISSEMENT, ERREUR = 1, 2, 3  # Datasette's own codes.
MESSAGE_MAX = 400  # It travels in a cookie.

_FINS_DE_LIGNE = re.compile("\r\n|[\u2028\u2029]")  # What word processors paste in the place of a plain one.


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
        """The name of the signed-in person; decisions are recorded under it."""
        return str(self.request.actor["name"])

    @property
    def identifiant(self) -> str:
        """The identifier of the signed-in person, unique and steady; "" when nobody is."""
        return str((self.request.actor or {}).get("identifiant", ""))

    @property
    def compte_id(self) -> int:
        """The number of the signed-in person's account."""
        return int(self.request.actor["id"].removeprefix("compte:"))

    @property
    def preferences(self) -> Preferences:
        """How the signed-in person wants the pages."""
        voulues: Preferences = (self.request.actor or {}).get("preferences") or PREFERENCES
        return voulues

    def peut(self, droit: Droit) -> bool:
        """Whether the signed-in person has this right."""
        return may(self.request.actor, droit)

    def require(self, droit: Droit) -> None:
        """Refuse, in French, what this person may not do; for views whose right depends on what is asked."""
        if not self.peut(droit):
            raise RefusDroit(droit)

    @property
    def wants_json(self) -> bool:
        """A script asks, and wants no page."""
        return asks_json(self.request.scope)

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
        """One short transaction on `veille.db`, in the site's one writing thread."""
        if self.site.ecrivain is None:
            raise LookupError("le site public n’écrit pas")
        return await self.site.ecrivain.write(ecrire)

    async def subscribers(self, ecrire: Callable[[Connexion], T]) -> T:
        """One short transaction on `abonnes.db`, in the one thread of this site that opens it."""
        return await self._abonnes.write(ecrire)

    async def read_subscribers(self, lire: Callable[[Connexion], T]) -> T:
        """Read `abonnes.db`, or do there what makes its own transactions."""
        return await self._abonnes.read(lire)

    async def inbox(self, ecrire: Callable[[Connexion], T]) -> T:
        """One short transaction on `boite.db`, in the one thread of the public site that opens it."""
        if self.site.boite is None:
            raise LookupError("ce site ne reçoit pas de réponses")
        return await self.site.boite.write(ecrire)

    @property
    def _abonnes(self) -> Fil:
        if self.site.abonnes is None:
            raise LookupError("ce site n’ouvre pas les abonnements")
        return self.site.abonnes

    @property
    def client(self) -> str:
        """Where the request comes from, as limits count it; never written anywhere as it is."""
        return throttled_address((self.request.scope.get("client") or ("",))[0])

    @property
    def sessions(self) -> Sessions:
        """Accounts and sessions; the public site has none."""
        if self.site.sessions is None:
            raise LookupError("le site public n’a pas de comptes")
        return self.site.sessions

    async def prefer(self, cle: str, valeur: bool | int) -> None:
        """Remember how the signed-in person wants the pages."""
        compte_id = self.compte_id
        await self.sessions.write(lambda c: personnes.set_preference(c, compte_id, cle, valeur))

    async def form(self) -> Formulaire:
        """The fields posted; the gate already checked their size, their encoding and their CSRF token."""
        corps = (await self.request.post_body()).decode("utf-8")
        return Formulaire(parse_qs(corps, keep_blank_values=True))

    async def upload(self) -> tuple[Formulaire, Televersement]:
        """A form that may carry a file, and what it carries; an ordinary one carries none. Checked like any form."""
        genre = self.request.headers.get("content-type", "").encode()
        if not genre.startswith(b"multipart/form-data"):
            return await self.form(), Televersement()
        lu = parse(genre, await self.request.post_body())
        return Formulaire(lu.champs), lu

    async def page(self, gabarit: str, contexte: dict[str, Any] | None = None, statut: int = 200) -> Any:
        """Render one template in the common layout."""
        corps = await self.datasette.render_template(gabarit, contexte or {}, request=self.request, view_name="veille")
        return Response.html(corps, status=statut)

    def redirect(self, chemin: str, message: str = "", genre: int = INFO) -> Any:
        """Answer a form: go and see the result (303, so that reloading does not post again)."""
        if message:
            self.datasette.add_message(self.request, message[:MESSAGE_MAX], genre)
        return Response.redirect(chemin, status=303)

    async def refuse(self, statut: int, message: str) -> Any:
        """Say no, as a page or to a script."""
        if self.wants_json:
            return json_refusal(statut, message)
        return await self.page("erreur.html", {"statut": statut, "message": message}, statut)


class RefusDroit(Exception):  # noqa: N818 - French for refusal.
    """The signed-in person lacks this right; the page names it and who can give it."""

    def __init__(self, *droits: Droit) -> None:
        self.droits = droits
        super().__init__(", ".join(droits))


class RefusFormulaire(BadRequest):  # type: ignore[misc]  # Datasette ships no types.
    """What was typed cannot be kept as it is; the message is a French sentence."""


@dataclass(frozen=True)
class Formulaire:
    """Fields of a posted form: kept exactly (ends trimmed), or refused with a reason; never silently changed."""

    champs: dict[str, list[str]]

    def text(self, cle: str, maximum: int) -> str:
        """One field; "" when absent."""
        texte = _FINS_DE_LIGNE.sub("\n", self.champs.get(cle, [""])[0])
        texte = unicodedata.normalize("NFC", texte).strip()
        if len(texte) > maximum:
            raise RefusFormulaire(
                f"Le texte compte {plural(len(texte), 'caractère')}, et le maximum est de {format_number(maximum)}."
                " Revenez en arrière pour le raccourcir : rien n’est perdu."
            )
        if interdit := next((c for c in texte if is_forbidden(c)), None):
            raise RefusFormulaire(f"Le texte contient un caractère invisible interdit (U+{ord(interdit):04X}).")
        return texte

    def secret(self, cle: str) -> str:
        """A password, exactly as typed: spaces at its ends are part of it. Its length is judged by `identite`."""
        return unicodedata.normalize("NFC", self.champs.get(cle, [""])[0])

    def line(self, cle: str, maximum: int) -> str:
        """One field that must hold on one line."""
        return one_line(self.text(cle, maximum))

    def many(self, cle: str) -> tuple[str, ...]:
        """Every value of one field, once each (checkboxes)."""
        return tuple(dict.fromkeys(tidy(valeur, 200) for valeur in self.champs.get(cle, [])))


def may(actor: Any, droit: Droit) -> bool:
    """Whether someone has a right. Nothing is open without « lire »."""
    droits = (actor or {}).get("droits", ())
    return droit in droits and "lire" in droits


def asks_json(scope: Any) -> bool:
    """A form posted by a script that says it wants JSON; a browser's own forms never do."""
    accepte = b",".join(valeur for nom, valeur in scope["headers"] if nom == b"accept")
    return scope["method"] == "POST" and b"application/json" in accepte.lower()


def json_refusal(statut: int, message: str) -> Any:
    """How every refusal is told to a script."""
    return Response.json({"ok": False, "error": message, "status": statut}, status=statut)


def local_path(texte: str) -> str:
    """A path on this very site, or "/": never an address that a browser would take for another host's."""
    sur = texte.startswith("/") and not texte.startswith("//") and "\\" not in texte and len(texte) <= 1000
    return texte if sur and texte.isascii() and all("!" <= c <= "~" for c in texte) else "/"


def tidy(texte: str, maximum: int) -> str:
    """What an address carries, on one line, without anything invisible, cut to a length."""
    return one_line("".join(c for c in texte if not is_forbidden(c))).strip()[:maximum]


def is_forbidden(caractere: str) -> bool:
    """Control characters, lone surrogates, and marks that make text read backwards."""
    return caractere not in "\n\t" and (
        unicodedata.category(caractere) in {"Cc", "Cs"}
        or caractere in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
