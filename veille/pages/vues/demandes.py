"""« Demandes »: the work that pages asked for, and what became of it."""

from __future__ import annotations

from typing import Any

from veille.pages.presentation import GENRES_DEMANDE
from veille.pages.visite import Visite
from veille.store import service, sources, tableaux
from veille.store.lecture import Connexion
from veille.store.service import Demande

NOMBRE = 100


async def requests(visite: Visite) -> Any:
    """The latest requests, those that wait first."""

    def lire(c: Connexion) -> tuple[list[Demande], dict[str, str], dict[str, str], dict[str, str]]:
        return (
            service.recent_requests(c, NOMBRE),
            sources.names(c),
            {a.slug: a.nom for a in tableaux.audiences(c)},
            {str(b.id): b.titre for b in tableaux.digests(c)},
        )

    demandes, noms_sources, audiences, bulletins = await visite.read(lire)
    noms = {
        "collecter": noms_sources,
        "composer": audiences,
        "approuver": bulletins,
        "publier": bulletins,
        "choisir_modele": {"": "Les règles seules"},
    }
    return await visite.page(
        "demandes.html",
        {
            "demandes": sorted(demandes, key=lambda d: d.servie_a is not None),
            "genres": GENRES_DEMANDE,
            "objet": lambda d: noms.get(d.genre, {}).get(d.vise, d.vise),
            "redaction": lambda d: d.genre.endswith("_themes"),
            "attente": sum(d.servie_a is None for d in demandes),
            "nombre": NOMBRE,
            "now": visite.now,
        },
    )
