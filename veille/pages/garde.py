"""The gate: what may enter a site, who it is, and the headers of everything that leaves.

First wall: on the staff site a signed-out visitor reaches only the addresses that `routes` marks as open. Second wall:
`allowed`, asked by Datasette itself before it shows anything. Both are closed unless something opens them.
"""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote

from datasette.utils.asgi import Request, Response
from itsdangerous import BadSignature

from veille.errors import StoreError
from veille.model import Compte
from veille.pages import mandataire, televersement
from veille.pages.bases import BasePubliee
from veille.pages.droits import ask_whom, missing_right
from veille.pages.instance import Instance
from veille.pages.routes import Route, find
from veille.pages.sessions import COOKIE_SESSION
from veille.pages.visite import asks_json, json_refusal, local_path, may
from veille.store import personnes

CORPS_MAX = 256 * 1024
COOKIE_CSRF = "ds_csrftoken"
SESSION_FERMEE = "Votre session est fermée. Connectez-vous de nouveau : rien de ce que vous avez fait n’est perdu."

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ENTETES = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
}
# Of a page whose address holds a secret.
PRIVEES = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow", "cache-control": "private, no-store"}
# What changes for a page that shows others of ours in a frame, and for those shown so: only we may frame them, they run
# nothing, and a mail carries its styles on its elements.
CADRES = {
    "montre": {"content-security-policy": f"{CSP}; frame-src 'self'"},
    "montree": {
        "content-security-policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
        "x-frame-options": "SAMEORIGIN",
    },
}


class Refus(Exception):  # noqa: N818 - French for refusal; it never leaves this file.
    """The gate refuses: status and a French sentence."""

    def __init__(self, statut: int, message: str) -> None:
        self.statut = statut
        super().__init__(message)


class Garde:
    """The outermost ASGI application of a site."""

    def __init__(self, app: Any, datasette: Any, site: Instance) -> None:
        self.app = app
        self.datasette = datasette
        self.site = site

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Check, then pass on; answer refusals here, in the layout of the site."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope, annonce = self._arrived(scope)
        entetes = dict(ENTETES)
        send = self._secured(send, scope, entetes)
        try:
            chemin = _path(scope)
            route = find(self.site.role, chemin, scope["method"])
            if route and route.privee:
                entetes.update(PRIVEES)
            scope["actor"] = await self._actor(scope, annonce, route)
            if self.site.role == "equipe" and scope["actor"] is None and not (route and route.ouverte):
                # Nothing more is told to a signed-out visitor, not even what exists.
                await self._to_sign_in(scope, chemin).asgi_send(send)
                return
            _check(scope, chemin, route)
            await self._check_rights(scope, route)
            scope["veille_cadre"] = route.cadre if route else ""
            if scope["method"] == "POST":
                receive = await self._form(scope, receive, route)
            epingle = contextlib.ExitStack()
            if not (route and route.sans_base):
                with _refusing_unreadable():
                    epingle.enter_context(self._pinned())
        except Refus as refus:
            await (await self._refusal(scope, refus)).asgi_send(send)
            return
        with epingle:
            await self.app(scope, receive, send)

    def _arrived(self, scope: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """The request as the nearest believed witness tells it, and whom a trusted proxy says it comes from."""
        annonce = mandataire.announced(scope, self.site.mandataire) if self.site.role == "equipe" else ""
        scheme, adresse = mandataire.arrival(scope, self.site.mandataire)
        entetes = mandataire.without_secrets(_sound_headers(scope["headers"]), self.site.mandataire)
        port = (scope.get("client") or ("", 0))[1]
        return dict(scope, headers=entetes, scheme=scheme, client=(adresse, port), actor=None), annonce

    async def _actor(self, scope: dict[str, Any], annonce: str, route: Route | None) -> dict[str, Any] | None:
        """Whom the trusted proxy names, else who holds the session cookie, if a session is open."""
        sessions = self.site.sessions
        if sessions is None:
            return None
        if annonce:
            compte = sessions.named(annonce)
            if compte is None and not (route and route.ouverte):
                qui = ask_whom(await sessions.read(personnes.administrators), "vous en ouvrir un")
                raise Refus(403, f"Aucun compte de la veille ne correspond à « {annonce[:80]} ». {qui}")
            return actor_of(compte, annonce=True) if compte else None
        scelle = Request(scope, None).cookies.get(COOKIE_SESSION)
        if not scelle:
            return None
        try:
            session = self.datasette.unsign(scelle, "session")
        except BadSignature:
            return None
        compte = sessions.behind(session) if isinstance(session, str) else None
        return actor_of(compte) if compte else None

    async def _check_rights(self, scope: dict[str, Any], route: Route | None) -> None:
        """Datasette's own pages need « lire » too; a page of ours, the right written in its route."""
        if self.site.sessions is None or (route and (route.ouverte or route.droit is None)):
            return
        droits = route.droits if route else ("lire",)
        if not any(may(scope["actor"], droit) for droit in droits):
            manque = droits if may(scope["actor"], "lire") else ("lire",)
            raise Refus(403, missing_right(manque, await self.site.sessions.read(personnes.administrators)))

    async def _form(self, scope: dict[str, Any], receive: Any, route: Route | None) -> Any:
        """A form of ours, checked; or what a mail program posts, which is only bounded: its address is the secret."""
        if route and route.sans_jeton:
            return _replay(await _read_bounded(receive), receive)
        return await self._checked_form(scope, receive, fichier=bool(route and route.fichier))

    async def _checked_form(self, scope: dict[str, Any], receive: Any, *, fichier: bool = False) -> Any:
        """Read a form whole, bounded, and refuse it unless it carries the token of this visitor's own page.

        `fichier`: it may carry one, and be as large as a file.
        """
        entetes = dict(scope["headers"])
        type_annonce = entetes.get(b"content-type", b"")
        en_parties = fichier and _in_parts(type_annonce)
        if not en_parties and type_annonce.partition(b";")[0].strip() != b"application/x-www-form-urlencoded":
            raise Refus(415, "Seuls les formulaires ordinaires sont acceptés.")
        if entetes.get(b"sec-fetch-site", b"same-origin") not in (b"same-origin", b"none"):
            raise Refus(403, "Ce formulaire vient d’un autre site.")
        corps = await _read_bounded(receive, televersement.CORPS_MAX if en_parties else CORPS_MAX)
        try:
            if en_parties:
                champs = televersement.parse(type_annonce, corps).champs
            else:
                champs = parse_qs(corps.decode("utf-8"), keep_blank_values=True)
        except ValueError:  # Also what undecodable bytes raise.
            raise Refus(400, "Ce formulaire est illisible.") from None
        self._check_token(champs.get("csrftoken", [""])[0], Request(scope, None).cookies.get(COOKIE_CSRF, ""))
        auteur = champs.get("compte", [""])[0]
        if auteur and auteur != (scope["actor"] or {}).get("identifiant"):  # Another tab has signed someone else in.
            raise Refus(401, f"Cette décision est de « {auteur[:80]} », qui n’est plus la personne connectée ici.")
        return _replay(corps, receive)

    def _check_token(self, recu: str, attendu: str) -> None:
        """Datasette's own check lets a request without cookies through, and refuses in English: this one comes first."""
        perime = Refus(403, "Cette page a expiré. Revenez en arrière, rechargez-la, puis recommencez.")
        if not attendu or not hmac.compare_digest(recu.encode(), attendu.encode()):
            raise perime
        try:
            self.datasette.unsign(attendu, "csrftoken")
        except BadSignature:
            raise perime from None

    async def _refusal(self, scope: dict[str, Any], refus: Refus) -> Any:
        if asks_json(scope):
            return json_refusal(refus.statut, str(refus))
        if scope["raw_path"].partition(b"?")[0].endswith(b".json"):
            return Response.json({"ok": False, "error": str(refus), "status": refus.statut}, status=refus.statut)
        request = Request(dict(scope, csrftoken=lambda: ""), None)
        contexte = {"statut": refus.statut, "message": str(refus)}
        corps = await self.datasette.render_template("erreur.html", contexte, request=request)
        return Response.html(corps, status=refus.statut)

    @staticmethod
    def _to_sign_in(scope: dict[str, Any], chemin: str) -> Any:
        """A browser is led to « Connexion », then back; anything else is refused without a word about what is here."""
        if asks_json(scope):
            return json_refusal(401, SESSION_FERMEE)
        accepte = dict(scope["headers"]).get(b"accept", b"")
        if scope["method"] in ("GET", "HEAD") and b"text/html" in accepte and "." not in chemin.rpartition("/")[2]:
            requete = scope["query_string"].decode("latin-1")
            retour = quote(local_path(f"{chemin}?{requete}" if requete else chemin), safe="/")
            return Response.redirect("/connexion" if retour == "/" else f"/connexion?retour={retour}")
        return Response.text("Connexion requise.", status=403)

    def _pinned(self) -> contextlib.AbstractContextManager[None]:
        base = self.datasette.databases.get(self.site.base)
        return base.pin() if isinstance(base, BasePubliee) else contextlib.nullcontext()

    def _secured(self, send: Any, scope: dict[str, Any], entetes: dict[str, str]) -> Any:
        """Add the security headers to whatever answers, and harden Datasette's own cookies.

        `entetes` is read when the answer begins: the route, found meanwhile, may have made it stricter.
        """
        if self.site.role == "equipe":
            entetes["x-robots-tag"] = "noindex, nofollow"
            entetes["cross-origin-resource-policy"] = "same-origin"

        async def secured(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                propres = entetes | CADRES.get(scope.get("veille_cadre", ""), {})
                ajoutes = [(nom.encode(), valeur.encode()) for nom, valeur in propres.items()]
                remplaces = {nom for nom, _ in ajoutes}
                gardes = [
                    (nom, _hardened(valeur, scope["scheme"]) if nom.lower() == b"set-cookie" else valeur)
                    for nom, valeur in message.get("headers", [])
                    if nom.lower() not in remplaces
                ]
                if all(nom.lower() != b"cache-control" for nom, _ in (*gardes, *ajoutes)):
                    gardes.append((b"cache-control", b"private, no-store"))
                message = dict(message, headers=[*gardes, *ajoutes])
            await send(message)

        return secured


def actor_of(compte: Compte, *, annonce: bool = False) -> dict[str, Any]:
    """Someone of the team, as Datasette and the pages know them; never « root », which Datasette trusts with more.

    `annonce`: a proxy vouches for them, so that there is no session here to close.
    """
    return {
        "id": f"compte:{compte.id}",
        "name": compte.nom,
        "identifiant": compte.identifiant,
        "droits": list(compte.droits),
        "preferences": dict(compte.preferences),
        "annonce": annonce,
    }


def without_token(site: Instance, scope: dict[str, Any]) -> bool:
    """Whether Datasette's own check of forms must let this request through too.

    A form that carries a file is one: the gate has read it whole and checked its token, and asgi-csrf cannot read parts
    with python-multipart as it now is.
    """
    route = find(site.role, _path(scope), scope["method"])
    if route is None:
        return False
    return route.sans_jeton or (route.fichier and _in_parts(dict(scope["headers"]).get(b"content-type", b"")))


def _in_parts(type_annonce: bytes) -> bool:
    return type_annonce.partition(b";")[0].strip() == b"multipart/form-data"


def allowed(site: Instance, actor: Any, action: str, resource: Any) -> bool:
    """What Datasette may show on this site, whatever other plugins say."""
    if site.role == "equipe" and not may(actor, "lire"):
        return False
    if action == "view-instance":
        return True
    base = resource if isinstance(resource, str) else (resource or ("",))[0]
    if base != site.base:
        return False
    return action in ("view-database", "view-table", "view-query") or (
        action == "execute-sql" and site.role == "equipe"
    )


@contextlib.contextmanager
def _refusing_unreadable() -> Iterator[None]:
    """A published file that cannot be opened is told to the visitor without its path."""
    try:
        yield
    except StoreError as erreur:
        raise Refus(503, "Les données publiées ne sont pas lisibles pour l’instant.") from erreur


def _path(scope: dict[str, Any]) -> str:
    """The path exactly as Datasette routes it: not decoded, so that both see one address."""
    brut: bytes = scope["raw_path"].partition(b"?")[0]
    if not brut.isascii():
        raise Refus(400, "Cette adresse n’est pas valide.")
    return brut.decode("ascii")


def _check(scope: dict[str, Any], chemin: str, route: Route | None) -> None:
    """Refuse what no page of the site answers, for this method; Datasette's own `/-/` pages are closed on both sites."""
    if chemin == "/-" or chemin.startswith("/-/"):
        raise Refus(404, "Il n’y a pas de page à cette adresse.")
    if scope["method"] not in ("GET", "HEAD") and route is None:
        raise Refus(405, "Cette adresse ne reçoit pas de formulaire.")


def _sound_headers(entetes: Any) -> list[tuple[bytes, bytes]]:
    """Without the undecodable cookies and tokens on which libraries further in would crash."""
    return [(nom, valeur) for nom, valeur in entetes if nom not in (b"cookie", b"x-csrftoken") or valeur.isascii()]


def _hardened(cookie: bytes, scheme: str) -> bytes:
    attributs = cookie.lower()
    if b"httponly" not in attributs:
        cookie += b"; HttpOnly"
    if scheme == "https" and b"secure" not in attributs:
        cookie += b"; Secure"
    return cookie


async def _read_bounded(receive: Any, maximum: int = CORPS_MAX) -> bytes:
    corps = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refus(400, "L’envoi du formulaire a été interrompu.")
        corps += message.get("body", b"")
        if len(corps) > maximum:
            permis = f"{maximum // 1024} Ko" if maximum < 1024 * 1024 else f"{maximum // 1024 // 1024} Mo"
            raise Refus(413, f"Ce formulaire est trop volumineux ({permis} au plus).")
        if not message.get("more_body"):
            return bytes(corps)


def _replay(corps: bytes, receive: Any) -> Any:
    restes = [{"type": "http.request", "body": corps, "more_body": False}]

    async def replay() -> Any:
        return restes.pop() if restes else await receive()

    return replay
