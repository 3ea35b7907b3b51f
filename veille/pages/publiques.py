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
from veille.store.publication import lecture

RACINES: dict[Role, tuple[str, ...]] = {"public": ("publication",), "equipe": ("publication", "interne")}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".xml": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".pdf": "application/pdf",
}


async def digest(visite: Visite) -> Any:
    """One published digest: the page that was approved, byte for byte."""
    audience, dossier = visite.var("audience"), visite.var("dossier")
    if not visite.request.path.endswith("/"):
        return Response.redirect(f"{visite.request.path}/", status=301)  # The page's own links are relative to it.
    await _known_issue(visite, audience, dossier)
    return await _send(visite, audience, dossier, "index.html")


async def pdf(visite: Visite) -> Any:
    """One published digest as a PDF, when someone made it."""
    audience, dossier = visite.var("audience"), visite.var("dossier")
    await _known_issue(visite, audience, dossier)
    return await _send(visite, audience, dossier, "bulletin.pdf")


async def archives(visite: Visite) -> Any:
    """The list of an audience's digests, as written beside them."""
    if not visite.request.path.endswith("/"):
        return Response.redirect(f"{visite.request.path}/", status=301)
    return await _send(visite, await _known_audience(visite), "index.html")


async def feed(visite: Visite) -> Any:
    """An audience's feed or calendar."""
    nom = visite.var("flux")
    return await _send(visite, await _known_audience(visite), nom)


async def theme(visite: Visite) -> Any:
    """The latest published stories of a theme, over all audiences."""
    if not visite.request.path.endswith("/"):
        return Response.redirect(f"{visite.request.path}/", status=301)
    return await _send(visite, "themes", await _known_theme(visite), "index.html")


async def theme_feed(visite: Visite) -> Any:
    """A theme's feed."""
    return await _send(visite, "themes", await _known_theme(visite), visite.var("flux"))


async def calendar(visite: Visite) -> Any:
    """Deadlines and events of all audiences."""
    return await _send(visite, "calendrier.ics")


async def stylesheet(visite: Visite) -> Any:
    """The style sheet that digests share."""
    return await _send(visite, "statique", visite.var("feuille"))


async def _known_issue(visite: Visite, audience: str, dossier: str) -> None:
    if not await visite.read(lambda c: tableaux.is_published(c, audience, dossier)):
        raise NotFound("bulletin inconnu")


async def _known_theme(visite: Visite) -> str:
    theme = visite.var("theme")
    if not await visite.read(lambda c: lecture.has_theme(c, theme)):
        raise NotFound("thème inconnu")
    return theme


async def _known_audience(visite: Visite) -> str:
    audience = visite.var("audience")
    if not await visite.read(lambda c: tableaux.is_published(c, audience)):
        raise NotFound("public inconnu")
    return audience


def has_file(visite: Visite, *morceaux: str) -> bool:
    """Whether a published file is there for this site to serve; it looks at the disk, so never from the event loop."""
    return any((visite.site.dossier / nom).joinpath(*morceaux).is_file() for nom in RACINES[visite.site.role])


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
