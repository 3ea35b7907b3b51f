"""Style sheets, scripts and icons of the sites: a handful of small files, read once, addressed by their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from datasette.utils.asgi import NotFound, Response

if TYPE_CHECKING:
    from veille.pages.visite import Visite

FEUILLES = (
    "couleurs.css",
    "base.css",
    "composants.css",
    "nouvelles.css",
    "tableaux.css",
    "brouillon.css",
    "rapports.css",
)  # In this order.
IMPRESSION = "impression.css"
SCRIPTS_REVUE = ("dire.js", "memoire.js", "envoi.js", "cartes.js", "selection.js", "revue.js", "clavier.js")
SCRIPTS_BROUILLON = ("dire.js", "brouillon.js")
SCRIPTS_REDACTION = ("dire.js", "memoire.js", "envoi.js", "redaction.js")
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
UN_AN = "public, max-age=31536000, immutable"


class Fichier(NamedTuple):
    """One file as it is sent."""

    corps: bytes
    type: str
    empreinte: str


@lru_cache(maxsize=1)
def static_files() -> dict[str, Fichier]:
    """Every file of the `statique` folder, by name."""
    trouves = {}
    for chemin in (files("veille.pages") / "statique").iterdir():
        corps = chemin.read_bytes()
        genre = TYPES.get(chemin.name.rpartition(".")[2])
        if genre:
            trouves[chemin.name] = Fichier(corps, genre, hashlib.sha256(corps).hexdigest()[:12])
    return trouves


def static_url(nom: str) -> str:
    """The address of one file, which changes when its content does."""
    return f"/statique/{nom}?v={static_files()[nom].empreinte}"


async def serve_static(visite: Visite) -> Any:
    """One file, kept for a year by browsers that asked for this very content."""
    nom = visite.request.url_vars.get("nom", "veille.svg")
    fichier = static_files().get(nom)
    if fichier is None:
        raise NotFound("fichier inconnu")
    a_jour = visite.request.args.get("v") == fichier.empreinte
    entetes = {"Cache-Control": UN_AN if a_jour else "no-cache", "ETag": f'"{fichier.empreinte}"'}
    if visite.request.headers.get("if-none-match") == entetes["ETag"]:
        return Response("", status=304, headers=entetes, content_type=fichier.type)
    return Response(fichier.corps, headers=entetes, content_type=fichier.type)
