"""Where one reading stands, from redirection to redirection; what an address must be to be read at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from veille.errors import FetchError
from veille.fetcher.headers import content_type, header, is_validator
from veille.francais import NBSP
from veille.model import Reponse

_PERMANENTES = frozenset({301, 308})


@dataclass
class Course:
    """One reading under way. `reste_s` is what is left of its deadline when it changes host."""

    url: httpx.URL
    etag: str
    modifie: str
    reste_s: float
    vues: set[str] = field(default_factory=set)
    permanente: bool = True

    def validators(self) -> Iterator[tuple[bytes, bytes]]:
        """What the server gave last time, sent back byte for byte; a value that no header may hold is left out."""
        for nom, valeur in ((b"if-none-match", self.etag), (b"if-modified-since", self.modifie)):
            if is_validator(valeur):
                yield nom, valeur.encode("latin-1")

    def redirect(self, statut: int, lieu: str, maximum: int) -> None:
        """Go where the answer points, or raise: wrong scheme, loop, one hop too many."""
        self.vues.add(str(self.url))
        suivante = parse(lieu, self.url)
        if str(suivante) in self.vues:
            raise FetchError("redirections", "le site redirige en boucle", statut=statut)
        if len(self.vues) > maximum:
            raise FetchError("redirections", f"plus de {maximum} redirections", statut=statut)
        self.url = suivante
        self.permanente = self.permanente and statut in _PERMANENTES

    def conclude(self, reponse: httpx.Response, corps: bytes) -> Reponse:
        """The final answer. A 304 keeps the validators it was asked with unless it gives new ones."""
        inchangee = reponse.status_code == 304
        type_mime, charset = content_type(header(reponse, "content-type"))
        etag, modifie = header(reponse, "etag"), header(reponse, "last-modified")
        return Reponse(
            adresse_finale=str(self.url),
            statut=reponse.status_code,
            corps=corps,
            type_mime=type_mime,
            charset=charset,
            etag=etag if is_validator(etag) else self.etag if inchangee else "",
            modifie=modifie if is_validator(modifie) else self.modifie if inchangee else "",
            inchangee=inchangee,
            adresse_permanente=str(self.url) if self.vues and self.permanente else "",
        )


def parse(texte: str, base: httpx.URL | None = None) -> httpx.URL:
    """An absolute http(s) address without fragment nor credentials (they are never sent); or a FetchError."""
    malformee = "reponse_invalide" if base else "schema_interdit"  # whose mistake: the site's, or our file's
    try:
        url = base.join(texte) if base else httpx.URL(texte.strip())
        url = url.copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError) as erreur:
        cause = "adresse_interdite" if "Invalid IPv" in str(erreur) else malformee  # `0177.0.0.1` is a disguise
        raise FetchError(cause, "adresse illisible") from erreur
    if url.scheme not in ("http", "https"):
        raise FetchError("schema_interdit", f"schéma refusé{NBSP}: «{NBSP}{url.scheme[:20]}{NBSP}»")
    hote = url.raw_host.decode("ascii")
    if not hote or len(hote) > 253 or max(map(len, hote.split("."))) > 63:
        raise FetchError(malformee, "nom d’hôte manquant ou trop long")
    if url.port is not None and not 0 < url.port < 65536:
        raise FetchError(malformee, "port impossible")
    return url


def key(url: httpx.URL) -> str:
    """« hote:port » of a parsed address."""
    port = url.port or (443 if url.scheme == "https" else 80)
    return f"{url.raw_host.decode('ascii')}:{port}"


def host_key(adresse: str) -> str:
    """« hote:port », by which politeness is counted: sources that share it wait for one another."""
    return key(parse(adresse))
