"""Published pages: the public site's own, and the files of a digest, served to who may see them.

A file is served only when the database of the site says that its digest is published there, and the public site never
looks in the folder of internal digests: two locks on that door. Names are checked against the database, not trusted.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from datasette.utils.asgi import NotFound, Response

from veille.pages.instance import Role
from veille.pages.visite import Visite
from veille.store import tableaux

RACINES: dict[Role, tuple[str, ...]] = {"public": ("publication",), "equipe": ("publication", "interne")}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".xml": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
}


async def home(visite: Visite) -> Any:
    """The public home page: for each audience, its latest digests and its feed."""
    publies = await visite.read(tableaux.published_digests)
    audiences: dict[str, list[tableaux.Publie]] = {}
    for publie in publies:
        audiences.setdefault(publie.audience_nom, []).append(publie)
    return await visite.page("public.html", {"audiences": audiences, "now": visite.now})


async def digest(visite: Visite) -> Any:
    """One published digest: the page that was approved, byte for byte."""
    audience, dossier = visite.var("audience"), visite.var("dossier")
    if not visite.request.path.endswith("/"):
        return Response.redirect(f"{visite.request.path}/", status=301)  # The page's own links are relative to it.
    publies = await visite.read(tableaux.published_digests)
    if not any(p.page.rstrip("/") == f"{audience}/{dossier}" for p in publies):
        raise NotFound("bulletin inconnu")
    return await _send(visite, audience, dossier, "index.html")


async def archives(visite: Visite) -> Any:
    """The list of an audience's digests, as written beside them."""
    if not visite.request.path.endswith("/"):
        return Response.redirect(f"{visite.request.path}/", status=301)
    return await _send(visite, await _known_audience(visite), "index.html")


async def feed(visite: Visite) -> Any:
    """An audience's feed."""
    nom = visite.var("flux")
    return await _send(visite, await _known_audience(visite), nom)


async def stylesheet(visite: Visite) -> Any:
    """The style sheet that digests share."""
    return await _send(visite, "statique", visite.var("feuille"))


async def _known_audience(visite: Visite) -> str:
    audience = visite.var("audience")
    publies = await visite.read(tableaux.published_digests)
    if all(p.audience != audience for p in publies):
        raise NotFound("public inconnu")
    return audience


async def _send(visite: Visite, *morceaux: str) -> Any:
    racines = [visite.site.dossier / nom for nom in RACINES[visite.site.role]]
    for racine in racines:
        corps = await asyncio.to_thread(_read, racine.joinpath(*morceaux), racine)
        if corps is not None:
            entetes = {"Cache-Control": "max-age=300"}
            return Response(corps, headers=entetes, content_type=TYPES[Path(morceaux[-1]).suffix])
    raise NotFound("fichier absent")


def _read(chemin: Path, racine: Path) -> bytes | None:
    """The file's bytes; None when it is absent, or when a link leads out of the published folder."""
    try:
        reel = chemin.resolve(strict=True)
    except OSError:
        return None
    return reel.read_bytes() if reel.is_file() and reel.is_relative_to(racine.resolve()) else None
