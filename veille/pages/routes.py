"""Every page of both sites in one table: what answers, to which method, and what is open to a signed-out visitor.

The gate, the plugin's routes and the tests read this table, so a page that is not written here as open is closed.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import NotFound

from veille.pages import connexion, publiques
from veille.pages.erreurs import MESSAGES
from veille.pages.instance import Instance, Role
from veille.pages.statiques import serve_static
from veille.pages.visite import Visite
from veille.pages.vues import accueil, bulletins, demandes, fiche, modele, plan, revue, sources, thematiques

Vue = Callable[[Visite], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """One address. `ouverte`: answers a signed-out visitor of the staff site too."""

    motif: str
    vue: Vue
    methode: str = "GET"
    ouverte: bool = False


def _published(racine: str) -> tuple[Route, ...]:
    """Digests' own pages: on the staff site too, where internal ones are read."""
    audience = rf"/{racine}/(?P<audience>[a-z0-9-]{{1,100}})"
    return (
        Route(rf"/{racine}/statique/(?P<feuille>[a-z0-9-]{{1,60}}\.css)$", publiques.stylesheet),
        Route(rf"{audience}/(?P<flux>flux\.atom\.xml|flux\.json)$", publiques.feed),
        Route(rf"{audience}/?$", publiques.archives),
        Route(rf"{audience}/(?P<dossier>\d{{4}}-\d\d-\d\d(-\d{{1,3}})?)/?$", publiques.digest),
    )


STATIQUES = (
    Route(r"/statique/(?P<nom>[a-z0-9.-]+)$", serve_static, ouverte=True),
    Route(r"/favicon\.ico$", serve_static, ouverte=True),
)

ROUTES: dict[Role, tuple[Route, ...]] = {
    "equipe": (
        *STATIQUES,
        Route(r"/connexion$", connexion.ask_name, ouverte=True),
        Route(r"/connexion$", connexion.sign_in, "POST", ouverte=True),
        Route(r"/deconnexion$", connexion.sign_out, "POST"),
        Route(r"/$", accueil.dashboard),
        Route(r"/revue$", revue.week),
        Route(r"/revue/(?P<item_id>\d{1,18})$", fiche.story),
        Route(r"/revue/(?P<item_id>\d{1,18})/trancher$", fiche.decide, "POST"),
        Route(r"/revue/(?P<item_id>\d{1,18})/etiqueter$", fiche.tag, "POST"),
        Route(r"/revue/(?P<item_id>\d{1,18})/rediger$", fiche.write, "POST"),
        Route(r"/retenus$", revue.retained),
        Route(r"/bulletins$", bulletins.board),
        Route(r"/bulletins/demander$", bulletins.request_work, "POST"),
        Route(r"/bulletins/(?P<digest_id>\d{1,18})$", bulletins.preview),
        Route(r"/sources$", sources.health),
        Route(r"/sources/(?P<slug>[a-z0-9-]{1,100})/relire$", sources.retry, "POST"),
        Route(r"/classement$", modele.show),
        Route(r"/classement/choisir$", modele.choose, "POST"),
        Route(r"/thematiques$", thematiques.board),
        Route(r"/thematiques/(?P<slug>[a-z0-9_-]{1,100})$", thematiques.theme),
        Route(r"/thematiques/(?P<slug>[a-z0-9_-]{1,100})/proposer$", thematiques.propose, "POST"),
        Route(r"/thematiques/redactions/(?P<redaction_id>\d{1,18})$", thematiques.wording),
        Route(r"/thematiques/redactions/(?P<redaction_id>\d{1,18})/demander$", thematiques.request_work, "POST"),
        Route(r"/plan$", plan.tree),
        Route(r"/demandes$", demandes.requests),
        *_published("publication"),
    ),
    "public": (
        *STATIQUES,
        Route(r"/$", publiques.home),
        *_published("bulletins"),
    ),
}


def find(role: Role, chemin: str, methode: str) -> Route | None:
    """The page of ours at this address for this method, if there is one. HEAD is answered as GET."""
    voulue = "GET" if methode == "HEAD" else methode
    for route in ROUTES[role]:
        if route.methode == voulue and re.fullmatch(route.motif, chemin):
            return route
    return None


def datasette_routes(site: Instance) -> list[tuple[str, Any]]:
    """The table as Datasette wants it: one view per address, whichever its methods."""
    motifs = dict.fromkeys(route.motif for route in ROUTES[site.role])
    return [(motif, _view(site, {r.methode: r.vue for r in ROUTES[site.role] if r.motif == motif})) for motif in motifs]


def _view(site: Instance, vues: dict[str, Vue]) -> Any:
    async def view(request: Any, datasette: Any) -> Any:
        vue = vues["GET" if request.method == "HEAD" else request.method]  # The gate let nothing else through.
        visite = Visite(datasette, request, site)
        try:
            reponse = await vue(visite)
        except NotFound:  # Left to Datasette, an address that ends with « / » would be redirected, not refused.
            reponse = await visite.page("erreur.html", {"statut": 404, "message": MESSAGES[404]}, statut=404)
        if request.method == "HEAD":
            reponse.body = b""
        return reponse

    # Datasette leaves the cache headers of what it knows to be static alone.
    view._datasette_static = all(vue is serve_static for vue in vues.values())  # type: ignore[attr-defined]
    return view
