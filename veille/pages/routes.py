"""Every page of both sites in one table: what answers, to which method, and what is open to a signed-out visitor.

The gate, the plugin's routes and the tests read this table, so a page that is not written here as open is closed.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from datasette.utils.asgi import NotFound

from veille.errors import RefusError, SettingsError
from veille.model import Droit
from veille.pages import connexion, publiques
from veille.pages.droits import missing_right
from veille.pages.erreurs import MESSAGES
from veille.pages.instance import Instance, Role
from veille.pages.statiques import serve_static
from veille.pages.visite import RefusDroit, RefusFormulaire, Visite
from veille.pages.vues import (
    abonnement,
    abonnes,
    accueil,
    aide,
    ajouts,
    apercu,
    avis,
    bilans,
    brouillon,
    bulletins,
    choisir,
    compte,
    comptes,
    confidentialite,
    decider,
    demandes,
    envois,
    errata,
    etiqueter,
    evaluation,
    fiche,
    filtres,
    indicateurs,
    modele,
    motifs,
    organisations,
    organisations_import,
    organisme,
    periodes,
    plan,
    plan_veille,
    preferences,
    publics,
    rediger,
    registres,
    registres_import,
    retenus,
    retrait,
    retrait_nouvelle,
    reunir,
    revue,
    site_public,
    sources,
    style,
    syntheses,
    thematiques,
)
from veille.store import personnes

Vue = Callable[[Visite], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """One address. `ouverte`: answers a signed-out visitor of the staff site too.

    `droit`: what the person must have, besides « lire »; of several, any one lets in and the view asks for more. None is
    for one's own account and the way out: being signed in is enough.
    `privee`: its address holds a secret, so it is neither indexed, kept, nor told to the next site. `sans_jeton`: its POST
    is a mail program's (RFC 8058), which has no cookie and no token of ours. `sans_base`: it answers even while what is
    published cannot be read. `fichier`: its POST may carry a file.

    `cadre`: whether the page shows others of ours in a frame (« montre »), or is shown in one (« montree »).
    """

    motif: str
    vue: Vue
    methode: str = "GET"
    droit: Droit | tuple[Droit, ...] | None = "lire"
    ouverte: bool = False
    privee: bool = False
    sans_jeton: bool = False
    sans_base: bool = False
    fichier: bool = False
    cadre: Literal["", "montre", "montree"] = ""

    @property
    def droits(self) -> tuple[Droit, ...]:
        """The rights any one of which lets in; none when being signed in is enough."""
        return (self.droit,) if isinstance(self.droit, str) else self.droit or ()


def _published(racine: str) -> tuple[Route, ...]:
    """Digests' own pages: on the staff site too, where internal ones are read."""
    audience = rf"/{racine}/(?P<audience>[a-z0-9-]{{1,100}})"
    return (
        Route(rf"/{racine}/statique/(?P<feuille>[a-z0-9-]{{1,60}}\.css)$", publiques.stylesheet),
        Route(rf"/{racine}/calendrier\.ics$", publiques.calendar),
        Route(rf"/{racine}/themes/(?P<theme>[a-z0-9_-]{{1,100}})/?$", publiques.theme),
        Route(
            rf"/{racine}/themes/(?P<theme>[a-z0-9_-]{{1,100}})/(?P<flux>flux\.atom\.xml|flux\.json)$",
            publiques.theme_feed,
        ),
        Route(rf"{audience}/(?P<flux>flux\.atom\.xml|flux\.json|calendrier\.ics)$", publiques.feed),
        Route(rf"{audience}/?$", publiques.archives),
        Route(rf"{audience}/(?P<dossier>\d{{4}}-\d\d-\d\d(-\d{{1,3}})?)/?$", publiques.digest),
        Route(rf"{audience}/(?P<dossier>\d{{4}}-\d\d-\d\d(-\d{{1,3}})?)/bulletin\.pdf$", publiques.pdf),
    )


def _registers() -> tuple[Route, ...]:
    """One register's pages, the same for each."""
    registre = r"/registres/(?P<registre>activites|outils|accompagnements|sondages|mesures_manuelles)"
    ligne = rf"{registre}/(?P<ligne_id>\d{{1,18}})"
    return (
        Route(rf"{registre}$", registres.rows),
        Route(rf"{registre}/ajouter$", registres.new, droit="rediger"),
        Route(rf"{registre}/ajouter$", registres.save, "POST", "rediger"),
        Route(rf"{registre}/importer$", registres_import.ask, droit="rediger"),
        Route(rf"{registre}/importer$", registres_import.try_out, "POST", "rediger", fichier=True),
        Route(rf"{registre}/importer/confirmer$", registres_import.confirm, "POST", "rediger", fichier=True),
        Route(rf"{registre}/(?P<quoi>export|modele)\.(?P<forme>csv|xlsx)$", registres.export),
        Route(rf"{ligne}$", registres.one),
        Route(rf"{ligne}/modifier$", registres.edit, droit="rediger"),
        Route(rf"{ligne}/modifier$", registres.save, "POST", "rediger"),
        Route(rf"{ligne}/(?P<acte>retirer|retablir)$", registres.turn, "POST", "rediger"),
    )


def _organisations() -> tuple[Route, ...]:
    """The répertoire's pages; its fixed words come before a code, and no code is one of them."""
    fiche = r"/organisations/(?P<code>[a-z0-9-]{1,70})"
    return (
        Route(r"/organisations$", organisations.board),
        Route(r"/organisations/ajouter$", organisations.new, droit="rediger"),
        Route(r"/organisations/ajouter$", organisations.save, "POST", "rediger"),
        Route(r"/organisations/importer$", organisations_import.ask, droit="rediger"),
        Route(r"/organisations/importer$", organisations_import.try_out, "POST", "rediger", fichier=True),
        Route(r"/organisations/importer/confirmer$", organisations_import.confirm, "POST", "rediger", fichier=True),
        Route(r"/organisations/(?P<quoi>export|modele)\.(?P<forme>csv|xlsx)$", organisations.export),
        Route(rf"{fiche}$", organisations.one),
        Route(rf"{fiche}/modifier$", organisations.edit, droit="rediger"),
        Route(rf"{fiche}/modifier$", organisations.save, "POST", "rediger"),
        Route(rf"{fiche}/(?P<acte>retirer|retablir)$", organisations.turn, "POST", "rediger"),
        Route(rf"{fiche}/reunir$", organisations.reunite, droit="approuver"),
        Route(rf"{fiche}/reunir$", organisations.merge, "POST", "approuver"),
    )


# Any text: a token that we never made is answered like one that we made.
_AVIS = r"/avis/(?P<digest_id>\d{1,18})/(?P<item_id>\d{1,18})/(?P<voix>utile|pas-utile|utilise)"
_JETON = r"(?P<jeton>[^/]{1,400})"

STATIQUES = (
    Route(r"/statique/(?P<nom>[a-z0-9.-]+)$", serve_static, ouverte=True),
    Route(r"/favicon\.ico$", serve_static, ouverte=True),
)

ROUTES: dict[Role, tuple[Route, ...]] = {
    "equipe": (
        *STATIQUES,
        Route(r"/connexion$", connexion.ask, ouverte=True),
        Route(r"/connexion$", connexion.sign_in, "POST", ouverte=True),
        Route(r"/deconnexion$", connexion.sign_out, "POST", None),
        Route(r"/compte$", compte.show, droit=None),
        Route(r"/compte/preferences$", compte.prefer, "POST", None),
        Route(r"/compte/mot-de-passe$", compte.change_password, "POST", None),
        Route(r"/compte/sessions$", compte.close_others, "POST", None),
        Route(r"/comptes$", comptes.board, droit="administrer"),
        Route(r"/comptes/ajouter$", comptes.add, "POST", "administrer"),
        Route(r"/comptes/(?P<compte_id>\d{1,18})$", comptes.one, droit="administrer"),
        Route(r"/comptes/(?P<compte_id>\d{1,18})/modifier$", comptes.modify, "POST", "administrer"),
        Route(
            r"/comptes/(?P<compte_id>\d{1,18})/(?P<acte>retirer|retablir|deverrouiller)$",
            comptes.act,
            "POST",
            "administrer",
        ),
        Route(r"/comptes/(?P<compte_id>\d{1,18})/lien$", comptes.link, "POST", "administrer"),
        Route(r"/$", accueil.dashboard),
        Route(r"/revue$", revue.week),
        Route(r"/revue/decider$", decider.decide, "POST", "revoir"),
        Route(r"/revue/etiqueter$", etiqueter.tag, "POST", "revoir"),
        Route(r"/revue/annuler$", decider.undo, "POST", ("revoir", "rediger")),
        Route(r"/revue/retablir$", decider.redo, "POST", ("revoir", "rediger")),
        Route(r"/revue/filtres$", filtres.board),
        Route(r"/revue/filtres$", filtres.save, "POST", "revoir"),
        Route(
            r"/revue/filtres/(?P<filtre_id>\d{1,18})/(?P<acte>partager|reprendre|supprimer|defaut)$",
            filtres.act,
            "POST",
            "revoir",
        ),
        Route(r"/revue/(?P<item_id>\d{1,18})$", fiche.story),
        Route(r"/revue/(?P<item_id>\d{1,18})/rediger$", rediger.write, "POST", "rediger"),
        Route(r"/revue/(?P<item_id>\d{1,18})/separer$", reunir.split, "POST", "revoir"),
        Route(r"/revue/(?P<item_id>\d{1,18})/reunir$", reunir.merge, "POST", "revoir"),
        Route(r"/retenus$", retenus.retained),
        Route(r"/motifs$", motifs.board),
        Route(r"/motifs$", motifs.add, "POST", "administrer"),
        Route(
            r"/motifs/(?P<code>[a-z0-9_]{1,60})/(?P<acte>renommer|monter|descendre|retirer|remettre)$",
            motifs.act,
            "POST",
            "administrer",
        ),
        Route(r"/bulletins$", bulletins.board),
        Route(r"/bulletins/choisir$", choisir.board),
        Route(r"/bulletins/choisir/alerte$", choisir.alert, "POST", "rediger"),
        Route(r"/bulletins/choisir/mince$", choisir.thin, "POST", "rediger"),
        Route(r"/bulletins/demander$", bulletins.request_work, "POST", ("rediger", "approuver")),
        Route(r"/envois$", envois.board, droit="envoyer"),
        Route(r"/envois/demander$", envois.request_work, "POST", "envoyer"),
        Route(r"/publics$", publics.board),
        Route(r"/publics/ajouter$", publics.add, "POST", "approuver"),
        Route(r"/publics/(?P<slug>[a-z0-9-]{1,100})$", publics.one),
        Route(r"/publics/(?P<slug>[a-z0-9-]{1,100})$", publics.save, "POST", "approuver"),
        Route(r"/publics/(?P<slug>[a-z0-9-]{1,100})/apercu$", publics.try_out, "POST", "approuver"),
        Route(r"/organisme$", organisme.show),
        Route(r"/organisme$", organisme.save, "POST", "administrer"),
        Route(r"/bulletins/statique/bulletin\.css$", apercu.stylesheet),
        Route(r"/bulletins/(?P<digest_id>\d{1,18})$", bulletins.preview, cadre="montre"),
        Route(
            r"/bulletins/(?P<digest_id>\d{1,18})/apercu/(?P<vue>page|courriel|texte)$", apercu.preview, cadre="montree"
        ),
        Route(r"/bulletins/(?P<digest_id>\d{1,18})/geste$", brouillon.act, "POST", "rediger", cadre="montre"),
        Route(r"/bulletins/(?P<digest_id>\d{1,18})/ajouter$", ajouts.form, droit="rediger"),
        Route(r"/bulletins/(?P<digest_id>\d{1,18})/ajouter$", ajouts.add, "POST", "rediger"),
        Route(r"/bulletins/(?P<digest_id>\d{1,18})/erratum$", errata.correct, "POST", "approuver"),
        Route(r"/bulletins/(?P<digest_id>\d{1,18})/retrait$", retrait_nouvelle.withdraw, "POST", "approuver"),
        Route(r"/bulletins/(?P<digest_id>\d{1,18})$", bulletins.preview),
        Route(r"/abonnes$", abonnes.board, droit="administrer"),
        Route(r"/abonnes/importer$", abonnes.import_list, "POST", "administrer"),
        Route(r"/abonnes/trouver$", abonnes.find, "POST", "administrer"),
        Route(r"/abonnes/(?P<sujet>[0-9a-f]{32})$", abonnes.one, droit="administrer", privee=True),
        Route(
            r"/abonnes/(?P<sujet>[0-9a-f]{32})/(?P<acte>exporter|corriger|desabonner|effacer|organisation)$",
            abonnes.act,
            "POST",
            "administrer",
            privee=True,
        ),
        Route(r"/sources$", sources.health),
        Route(r"/sources/(?P<slug>[a-z0-9-]{1,100})/relire$", sources.retry, "POST", "revoir"),
        Route(r"/classement$", modele.show),
        Route(r"/classement/choisir$", modele.choose, "POST", "administrer"),
        Route(r"/thematiques$", thematiques.board),
        Route(r"/thematiques/(?P<slug>[a-z0-9_-]{1,100})$", thematiques.theme),
        Route(r"/thematiques/(?P<slug>[a-z0-9_-]{1,100})/proposer$", thematiques.propose, "POST", "rediger"),
        Route(r"/thematiques/redactions/(?P<redaction_id>\d{1,18})$", thematiques.wording),
        Route(
            r"/thematiques/redactions/(?P<redaction_id>\d{1,18})/demander$",
            thematiques.request_work,
            "POST",
            ("rediger", "administrer"),
        ),
        Route(r"/registres$", registres.board),
        Route(r"/registres/periodes$", periodes.board),
        Route(r"/registres/periodes/verrouiller$", periodes.lock, "POST", "approuver"),
        *_registers(),
        *_organisations(),
        Route(r"/plan$", plan.tree),
        Route(r"/plan/echeances\.ics$", plan.calendar),
        Route(r"/plan/moyens/(?P<code>[A-Za-z0-9.-]{1,40})$", plan.one),
        Route(r"/plan/moyens/(?P<code>[A-Za-z0-9.-]{1,40})$", plan.save, "POST", "approuver"),
        Route(r"/plan/moyens/(?P<code>[A-Za-z0-9.-]{1,40})/suivi$", plan.follow, "POST", "rediger"),
        Route(r"/plan/indicateurs/(?P<code>[A-Z]{3,8}-[0-9A-Za-z.-]{1,40})$", indicateurs.one),
        Route(r"/bilans$", bilans.board),
        Route(r"/bilans/faire$", bilans.make, "POST", "rediger"),
        Route(r"/bilans/(?P<numero>\d{1,18})$", bilans.one),
        Route(r"/bilans/(?P<numero>\d{1,18})\.(?P<format>docx|html|xlsx|json)$", bilans.download),
        Route(r"/demandes$", demandes.requests),
        Route(r"/syntheses$", syntheses.prepare),
        Route(r"/syntheses/impression$", syntheses.printable),
        Route(r"/syntheses/nouvelles\.(?P<format>csv|md)$", syntheses.download),
        Route(r"/plan-de-veille$", plan_veille.board),
        Route(r"/plan-de-veille/plan-de-veille\.(?P<format>html|docx|xlsx|json)$", plan_veille.download),
        Route(r"/plan-de-veille/(?P<slug>[a-z0-9-]{1,100})$", plan_veille.theme),
        Route(r"/plan-de-veille/(?P<slug>[a-z0-9-]{1,100})$", plan_veille.save, "POST", "approuver"),
        Route(r"/plan-de-veille/(?P<slug>[a-z0-9-]{1,100})/revue$", plan_veille.reviewed, "POST", "approuver"),
        Route(
            r"/plan-de-veille/(?P<slug>[a-z0-9-]{1,100})/fiche\.(?P<format>html|docx|xlsx|json)$", plan_veille.download
        ),
        Route(r"/evaluation$", evaluation.figures),
        Route(r"/evaluation/evaluation\.(?P<format>html|docx|xlsx|json)$", evaluation.download),
        Route(r"/evaluation/efforts$", evaluation.declare, "POST", "rediger"),
        Route(r"/evaluation/efforts/(?P<effort_id>\d{1,18})/retirer$", evaluation.undeclare, "POST", "rediger"),
        Route(r"/aide$", aide.guide),
        Route(r"/style$", style.show),
        *_published("publication"),
    ),
    "public": (
        *STATIQUES,
        Route(r"/$", site_public.home),
        Route(r"/themes$", site_public.themes),
        Route(r"/themes/(?P<slug>[a-z0-9_-]{1,100})$", site_public.theme),
        Route(r"/territoires$", site_public.places),
        Route(r"/territoires/(?P<slug>[a-z0-9_-]{1,100})$", site_public.place),
        Route(r"/recherche$", site_public.search),
        Route(r"/plan$", site_public.plan),
        Route(r"/sitemap\.xml$", site_public.sitemap),
        Route(r"/robots\.txt$", site_public.robots),
        Route(r"/abonnement$", abonnement.ask, sans_base=True),
        Route(r"/abonnement$", abonnement.request, "POST", sans_base=True),
        Route(rf"/abonnement/confirmer/{_JETON}$", abonnement.to_confirm, privee=True, sans_base=True),
        Route(rf"/abonnement/confirmer/{_JETON}$", abonnement.confirm, "POST", privee=True, sans_base=True),
        Route(rf"/desabonnement/{_JETON}$", retrait.to_leave, privee=True, sans_base=True),
        Route(rf"/desabonnement/{_JETON}$", retrait.leave, "POST", privee=True, sans_jeton=True, sans_base=True),
        Route(r"/preferences$", preferences.ask, privee=True, sans_base=True),
        Route(r"/preferences$", preferences.send_link, "POST", privee=True, sans_base=True),
        Route(rf"/preferences/{_JETON}$", preferences.show, privee=True, sans_base=True),
        Route(rf"/preferences/{_JETON}$", preferences.act, "POST", privee=True, sans_base=True),
        Route(r"/confidentialite$", confidentialite.show, sans_base=True),
        Route(rf"{_AVIS}$", avis.ask),
        Route(rf"{_AVIS}$", avis.vote, "POST"),
        Route(r"/sondage/(?P<digest_id>\d{1,18})$", avis.survey),
        Route(r"/sondage/(?P<digest_id>\d{1,18})$", avis.answer, "POST"),
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
        vue = vues.get("GET" if request.method == "HEAD" else request.method)
        visite = Visite(datasette, request, site)
        try:
            if vue is None:  # A form's own address, asked again from the browser's bar.
                raise NotFound(request.path)
            reponse = await vue(visite)
        except NotFound:  # Left to Datasette, an address that ends with « / » would be redirected, not refused.
            reponse = await visite.refuse(404, MESSAGES[404])
        except RefusDroit as refus:
            qui = await visite.sessions.read(personnes.administrators)
            reponse = await visite.refuse(403, missing_right(refus.droits, qui))
        except RefusError as refus:  # A rule forbids it: said as it is, nothing is broken.
            raise RefusFormulaire(str(refus)) from refus
        except SettingsError as erreur:  # Whatever the page, a staff file that cannot be read is named.
            statut = 400 if request.method == "POST" else 200
            reponse = await visite.page("reglages_illisibles.html", {"fautes": [str(f) for f in erreur.fautes]}, statut)
        if request.method == "HEAD":
            reponse.body = b""
        return reponse

    # Datasette leaves the cache headers of what it knows to be static alone.
    view._datasette_static = all(vue is serve_static for vue in vues.values())  # type: ignore[attr-defined]
    return view
