"""Previews of an issue by the real templates: its page, its mail in light and in dark, its text. Shown in our own frames.

They answer alone, without the site's layout: what is looked at is what will go out. An approved issue shows its frozen bytes.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from datasette.utils.asgi import NotFound, Response

from veille import brouillon, settings
from veille.editor import Contenu, from_json
from veille.pages.visite import Visite
from veille.pages.vues.brouillon import told_faults
from veille.rendering import FEUILLE, Gabarits
from veille.store import digests, figes, tableaux
from veille.store.lecture import Connexion

VUES = {"page": "page", "courriel": "courriel_html", "texte": "courriel_texte"}
_SOMBRE = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
_SCHEMAS = re.compile(r'(<meta name="(?:supported-)?color-scheme" content=")light dark"')


async def preview(visite: Visite) -> Any:
    """One rendering of one issue; `theme` forces its light or its dark colours."""
    digest_id, nom = int(visite.var("digest_id")), VUES[visite.var("vue")]

    def lire(c: Connexion) -> bytes | None:
        bulletin, digest = tableaux.digest(c, digest_id), digests.get(c, digest_id)
        if bulletin is None or digest is None or not digest.contenu:
            return None
        if fige := figes.rendering(c, digest_id, nom):
            return fige
        with told_faults():
            atelier = brouillon.read_workshop(visite.site.dossier, bulletin.audience, bulletin.audience_nom)
            contenu = from_json(digest.contenu)
            if digest.approuve_a is None and isinstance(contenu, Contenu):
                contenu = brouillon.draft(c, atelier, digest, visite.now).contenu
            return brouillon.render(atelier, contenu)[nom]

    octets = await visite.read(lire)
    if octets is None:
        raise NotFound("bulletin inconnu")
    if nom == "courriel_texte":
        return Response(octets, content_type="text/plain; charset=utf-8")
    return Response.html(in_scheme(octets.decode(), visite.arg("theme")))


async def stylesheet(visite: Visite) -> Any:
    """The sheet that pages of issues link to, from the templates: a draft has no published one beside it."""
    gabarits = Gabarits(visite.site.dossier, settings.shipped(), "")
    feuille = (await asyncio.to_thread(gabarits.feuille)).decode()
    return Response(in_scheme(feuille, visite.arg("theme")), content_type="text/css; charset=utf-8")


def in_scheme(texte: str, theme: str) -> str:
    """The same rendering with the colours of one scheme, whatever the reader's device prefers."""
    if theme not in ("clair", "sombre"):
        return texte
    texte = _SOMBRE.sub("@media all" if theme == "sombre" else "@media not all", texte)
    texte = _SCHEMAS.sub(rf'\g<1>{"dark" if theme == "sombre" else "light"}"', texte)
    return texte.replace(f'/{FEUILLE}"', f'/{FEUILLE}?theme={theme}"')
