"""The public site's own pages: home, themes, places, search, sitemap. All they say is in `publication.db`."""

from __future__ import annotations

from collections import Counter
from datetime import date
from html import escape
from typing import Any

from datasette.utils.asgi import NotFound, Response

from veille.francais import format_day, local_day
from veille.pages.plans import ETATS, TONS
from veille.pages.visite import Visite
from veille.store.lecture import Connexion
from veille.store.publication import consultation
from veille.store.publication import plan as plan_public
from veille.store.publication.consultation import PAR_PAGE, NouvellePubliee
from veille.store.publication.plan import ElementPublic

FRAICHE = "public, max-age=300"  # What the pages say changes when something is published; five minutes late is fine.
NUMEROS, DERNIERES, DATES = 3, 6, 8
PAGE_MAX = 500
GENRES = {"region": "La région", "mrc": "Les MRC", "communaute": "Les communautés", "municipalite": "Les municipalités"}


async def home(visite: Visite) -> Any:
    """The latest issue of each audience, what was told last, the dates to come, and where to go."""

    def lire(c: Connexion) -> dict[str, Any]:
        if consultation.is_empty(c):
            return {"audiences": {}}
        return {
            "audiences": consultation.latest_issues(c, NUMEROS),
            "dernieres": consultation.latest(c, DERNIERES),
            "dates": consultation.dates_to_come(c, local_day(visite.now), DATES),
            "themes": consultation.themes(c),
        }

    return await _page(visite, "public.html", await visite.read(lire))


async def themes(visite: Visite) -> Any:
    """Every theme, what it follows, and how many stories were published about it."""
    rayons = await visite.read(lambda c: [] if consultation.is_empty(c) else consultation.themes(c))
    return await _page(visite, "public_themes.html", {"rayons": rayons})


async def theme(visite: Visite) -> Any:
    """The published stories of one theme, newest first."""
    slug, page = visite.var("slug"), _page_number(visite)

    def lire(c: Connexion) -> dict[str, Any] | None:
        rayon = None if consultation.is_empty(c) else consultation.theme(c, slug)
        return {"rayon": rayon, "nouvelles": consultation.of_theme(c, slug, page)} if rayon else None

    return await _list(visite, await visite.read(lire), f"/themes/{slug}", page, "public_theme.html")


async def places(visite: Visite) -> Any:
    """Every place with a published story, the region first."""
    rayons = await visite.read(lambda c: [] if consultation.is_empty(c) else consultation.places(c))
    par_genre = {nom: [r for r in rayons if r.genre == genre] for genre, nom in GENRES.items()}
    autres = [r for r in rayons if r.genre not in GENRES]
    lots = {nom: lot for nom, lot in (*par_genre.items(), ("Au-delà", autres)) if lot}
    return await _page(visite, "public_lieux.html", {"lots": lots})


async def place(visite: Visite) -> Any:
    """The published stories of one place and of those it contains."""
    slug, page = visite.var("slug"), _page_number(visite)

    def lire(c: Connexion) -> dict[str, Any] | None:
        rayon = None if consultation.is_empty(c) else consultation.place(c, slug)
        return {"rayon": rayon, "nouvelles": consultation.of_place(c, slug, page)} if rayon else None

    return await _list(visite, await visite.read(lire), f"/territoires/{slug}", page, "public_lieu.html")


async def search(visite: Visite) -> Any:
    """What was published that holds these words; accents and endings do not count."""
    texte, page = visite.arg("q"), _page_number(visite)

    def lire(c: Connexion) -> dict[str, Any]:
        if not texte or consultation.is_empty(c):
            return {"nouvelles": [], "nombre": 0}
        return {"nouvelles": consultation.search(c, texte, page), "nombre": consultation.count_found(c, texte)}

    contexte = {**await visite.read(lire), "q": texte, "maximum": consultation.COMPTES_MAX}
    return await _list(visite, contexte, "/recherche", page, "public_recherche.html", noindex=True)


async def plan(visite: Visite) -> Any:
    """The lighter plan; no such page while the organisation does not make it public."""
    offre = visite.site.offre.current().organisation
    elements = await visite.read(plan_public.read) if offre and offre.plan.public else []
    if not elements:
        raise NotFound("plan non public")
    enfants: dict[str, list[ElementPublic]] = {}
    for element in elements:
        enfants.setdefault(element.parent, []).append(element)
    comptes = Counter(e.etat or "aucun" for e in elements if e.genre == "moyen")
    return await _page(
        visite,
        "public_plan.html",
        {
            "plan": elements[0],
            "enfants": enfants,
            "comptes": {etat: comptes[etat] for etat in ETATS if comptes[etat]},
            "noms": {**ETATS, "aucun": "pas encore dit"},
            "tons": TONS,
        },
    )


async def sitemap(visite: Visite) -> Any:
    """Every public page, for search engines."""
    adresses = await visite.read(lambda c: [] if consultation.is_empty(c) else consultation.addresses(c))
    racine = _root(visite)
    fixes = [("/", ""), ("/themes", ""), ("/territoires", "")]
    lignes = [
        f"<url><loc>{escape(racine + chemin)}</loc>{f'<lastmod>{escape(jour)}</lastmod>' if jour else ''}</url>"
        for chemin, jour in (*fixes, *adresses)
    ]
    corps = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(lignes)
        + "\n</urlset>\n"
    )
    return Response(corps, headers={"Cache-Control": FRAICHE}, content_type="application/xml; charset=utf-8")


async def robots(visite: Visite) -> Any:
    """What robots may read: everything but the pages that belong to one person, and searches."""
    interdits = ("/abonnement/", "/desabonnement/", "/preferences", "/avis/", "/sondage/", "/recherche")
    lignes = [
        "User-agent: *",
        *(f"Disallow: {chemin}" for chemin in interdits),
        f"Sitemap: {_root(visite)}/sitemap.xml",
    ]
    return Response(
        "\n".join(lignes) + "\n", headers={"Cache-Control": FRAICHE}, content_type="text/plain; charset=utf-8"
    )


# ---------------------------------------------------------------- shared


async def _page(visite: Visite, gabarit: str, contexte: dict[str, Any]) -> Any:
    reponse = await visite.page(gabarit, {"now": visite.now, "dire_jour": _day, **contexte})
    reponse.headers["Cache-Control"] = FRAICHE
    return reponse


async def _list(
    visite: Visite, contexte: dict[str, Any] | None, ici: str, page: int, gabarit: str, *, noindex: bool = False
) -> Any:
    """One page of stories, with links to those around it."""
    if contexte is None:
        raise NotFound("rayon inconnu")
    nouvelles: list[NouvellePubliee] = contexte["nouvelles"]
    if page > 1 and not nouvelles:
        raise NotFound("page inconnue")
    return await _page(
        visite,
        gabarit,
        {
            **contexte,
            "nouvelles": nouvelles[:PAR_PAGE],
            "page": page,
            "precedente": page - 1 if page > 1 else 0,
            "suivante": page + 1 if len(nouvelles) > PAR_PAGE and page < PAGE_MAX else 0,
            "ici": ici,
            "noindex": noindex,
        },
    )


def _page_number(visite: Visite) -> int:
    texte = visite.arg("page")
    if not texte:
        return 1
    if not texte.isascii() or not texte.isdecimal() or not 1 <= int(texte[:9]) <= PAGE_MAX:
        raise NotFound("page inconnue")
    return int(texte)


def _day(jour: str) -> str:
    return format_day(date.fromisoformat(jour)) if jour else ""


def _root(visite: Visite) -> str:
    """The site's own address, as the visitor reached it."""
    scope = visite.request.scope
    hote = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return f"{scope['scheme']}://{escape(hote)}"
