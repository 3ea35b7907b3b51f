"""Who may enter the staff site, and what a signed-out visitor gets: nothing."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

from tests.navigateur import NOW, Visiteur, account, fill, running_site, signed_in, visitor
from veille.model import DROITS
from veille.pages.garde import CORPS_MAX, CSP, SESSION_FERMEE
from veille.pages.routes import ROUTES, Route
from veille.pages.site import open_site
from veille.store import personnes
from veille.store.comptes import open_accounts
from veille.store.connexion import transaction

# One address at least for each route of Datasette; a test checks that none is forgotten.
ADRESSES_DATASETTE = (
    "/.json",
    "/favicon.ico",
    "/-/static/app.css",
    "/:memory:",
    "/-/metadata.json",
    "/-/versions.json",
    "/-/plugins.json",
    "/-/settings.json",
    "/-/config.json",
    "/-/config",
    "/-/threads.json",
    "/-/databases.json",
    "/-/databases",
    "/-/actor.json",
    "/-/auth-token?token=x",
    "/-/logout",
    "/-/permissions",
    "/-/messages",
    "/-/allow-debug",
    "/-/patterns",
    "/veille.db",
    "/_internal.db",
    "/veille",
    "/veille.json",
    "/veille.json?sql=select+*+from+items",
    "/veille?sql=select+1",
    "/_internal",
    "/veille/items",
    "/veille/items.json",
    "/veille/items.csv?_stream=1",
    "/veille/verdicts",
    "/veille/items/1",
    "/veille/items/1.json",
    "/veille/items/1.blob?_blob_column=empreinte",
)
SECRETS = ("logement", "Clocher", "veille.db", "Camille", "habitation", "datasette")


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("equipe"), 12)


@pytest.fixture(scope="module")
def lien(dossier: Path) -> Iterator[str]:
    with running_site(dossier) as lien:
        yield lien


@pytest.fixture
def inconnu(lien: str) -> Iterator[Visiteur]:
    with Visiteur(lien.partition("/connexion")[0]) as visiteur:
        yield visiteur


FORMULAIRE = "/sources/hebdo-clocher/relire"
METHODES = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
FORMATS = ("text/html", "application/json", "text/csv", "*/*")


EXEMPLES = {
    "sujet": ("0" * 32,),
    "slug": ("hebdo-clocher",),
    "audience": ("partenaires",),
    "dossier": ("2026-11-23",),
    "flux": ("flux.atom.xml",),
    "feuille": ("bulletin.css",),
    "nom": ("veille.svg",),
    "code": ("hors_theme", "IND-1.1.1-a", "1.1.1"),
    "compte_id": ("99",),  # Nobody: an act on Camille's own account would end the sweep.
}


def _sample(motif: str) -> str:
    """An address of ours that a route's pattern accepts: the first of several words, 1 for any number."""

    def fill_in(groupe: re.Match[str]) -> str:
        for exemple in EXEMPLES.get(groupe[1], ()):
            if re.fullmatch(groupe[2], exemple):
                return exemple
        return groupe[2].partition("|")[0] if "|" in groupe[2] else "1"

    motif = re.sub(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)", fill_in, motif)
    return motif.rstrip("$").replace("\\", "").replace("/?", "/")


def _token(page: httpx.Response) -> str:
    jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
    assert jeton, page.text
    return jeton[1]


def _every_address() -> list[tuple[str, bool]]:
    """Every address of ours and of Datasette, odd ones too, and whether a signed-out visitor may see it."""
    notres = [(_sample(route.motif), route) for route in ROUTES["equipe"]]
    for adresse, route in notres:
        assert re.fullmatch(route.motif, adresse), adresse
    ouvertes = {adresse for adresse, route in notres if route.ouverte}
    autres = (
        "/nulle-part",
        "/veille/nulle-part",
        "/../veille",
        "/%2e%2e/veille",
        "//veille",
        "/veille/items/",
        "/-/zut",
    )
    toutes = dict.fromkeys([*(adresse for adresse, _ in notres), *ADRESSES_DATASETTE, *autres])
    return [(adresse, adresse in ouvertes) for adresse in toutes]


def test_a_signed_out_visitor_gets_nothing_from_any_address_by_any_method_in_any_format(inconnu: Visiteur) -> None:
    for adresse, ouverte in _every_address():
        for methode in METHODES:
            for accepte in FORMATS:
                reponse = inconnu.request(methode, adresse, headers={"accept": accepte})
                assert reponse.headers["content-security-policy"] == CSP
                assert not any(s.lower() in reponse.text.lower() for s in SECRETS), (methode, adresse)
                if ouverte and methode in ("GET", "HEAD", "POST"):
                    continue
                assert reponse.status_code in (302, 401, 403), (methode, adresse, accepte, reponse.status_code)
                if reponse.status_code == 302:
                    assert reponse.headers["location"].startswith("/connexion"), adresse
                if methode == "POST" and accepte == "application/json":
                    assert reponse.status_code == 401
                    assert reponse.json() == {"ok": False, "error": SESSION_FERMEE, "status": 401}


def test_forged_cookies_open_nothing(inconnu: Visiteur) -> None:
    for cookie in ("veille_equipe=x", "ds_actor=eyJhIjp7ImlkIjoicm9vdCJ9fQ.x", "veille_equipe=", "veille_equipe=\xff"):
        reponse = inconnu.get("/veille/items.json", headers={b"cookie": cookie.encode("latin-1")})
        assert reponse.status_code == 403, cookie


def _write_everything(visiteur: Visiteur, jeton: str) -> Iterator[tuple[Route, httpx.Response]]:
    """Post at every address that receives forms, with fields that mean something to at least one of them."""
    champs = {"csrftoken": jeton, "decision": "retenir", "vu": "", "genre": "composer", "argument": "partenaires"}
    champs |= {
        "modele": "",
        "nom": "Pirate Exemple",
        "identifiant": "pirate",
        "droits": "administrer",
        "acte": "retenir.1",
    }
    for route in ROUTES["equipe"]:
        if route.methode == "POST" and not route.ouverte and route.droit is not None:
            yield route, visiteur.post(_sample(route.motif), data=champs)


def _content(dossier: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(dossier / "veille.db")) as c:
        return list(c.iterdump())


def test_who_may_only_read_reads_every_page_and_changes_nothing(dossier: Path) -> None:
    with signed_in(dossier, "Direction Exemple", ("lire",)) as visiteur:
        jeton = _token(visiteur.get("/compte"))
        avant = _content(dossier)
        for route in ROUTES["equipe"]:
            if route.methode == "GET" and route.droit == "lire":
                reponse = visiteur.get(_sample(route.motif))
                assert reponse.status_code in (200, 404), route.motif
                if not re.search("revue|retenus|style", route.motif):  # Forms of the review's own affair, and examples.
                    formulaires = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', reponse.text)
                    assert set(formulaires) <= {"/deconnexion"}, (route.motif, formulaires)
        assert visiteur.get("/veille.json?sql=select+1").status_code == 200
        for route, reponse in _write_everything(visiteur, jeton):
            assert reponse.status_code == 403, route.motif
            assert "Il vous manque le droit" in reponse.text, route.motif
            assert "Camille Exemple" in reponse.text, route.motif  # Who can give it.
        assert visiteur.get("/comptes").status_code == 403
        for methode in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            for adresse in ("/revue", "/veille/items", "/comptes"):
                assert visiteur.request(methode, adresse).status_code in (403, 405)
    assert _content(dossier) == avant


def test_who_may_not_even_read_sees_their_own_account_and_nothing_else(dossier: Path) -> None:
    droits = ("revoir", "rediger", "approuver", "envoyer", "administrer")
    with signed_in(dossier, "Sans Lecture", droits) as visiteur:
        assert visiteur.get("/compte").status_code == 200
        avant, jeton = _content(dossier), _token(visiteur.get("/compte"))
        for adresse, ouverte in _every_address():
            if ouverte or adresse == "/compte":
                continue
            for accepte in FORMATS:
                reponse = visiteur.get(adresse, headers={"accept": accepte})
                assert reponse.status_code in (403, 404, 405), adresse
                assert not any(s.lower() in reponse.text.lower() for s in ("logement", "habitation", "veille.db")), (
                    adresse
                )
        for route, reponse in _write_everything(visiteur, jeton):
            assert reponse.status_code == 403, route.motif
    assert _content(dossier) == avant


def test_each_right_opens_its_own_forms_and_no_other(dossier: Path) -> None:
    for droit in DROITS[1:]:
        with signed_in(dossier, f"Seul {droit}", ("lire", droit)) as visiteur:
            jeton = _token(visiteur.get("/compte"))
            for route in ROUTES["equipe"]:
                if route.methode == "POST" and not route.ouverte and route.droit is not None:
                    champs = {"csrftoken": jeton, "genre": "composer" if droit == "rediger" else "approuver"}
                    vide = visiteur.post(_sample(route.motif), data=champs)
                    assert (vide.status_code == 403) == (droit not in route.droits), (droit, route.motif)


def test_every_form_names_a_right_that_reading_does_not_give() -> None:
    siennes = {"/deconnexion$", "/compte/preferences$", "/compte/mot-de-passe$", "/compte/sessions$"}
    for route in ROUTES["equipe"]:
        assert route.droit is None or route.ouverte or set(route.droits) <= set(DROITS), route.motif
        if route.methode == "POST" and not route.ouverte:
            assert "lire" not in route.droits, route.motif
            assert (route.droit is None) == (route.motif in siennes), route.motif


@pytest.mark.parametrize(
    ("adresse", "champs", "refuse"),
    [
        ("/bulletins/demander", {"genre": "composer", "argument": "partenaires"}, ("approuver",)),
        ("/bulletins/demander", {"genre": "approuver", "argument": "1"}, ("rediger",)),
        ("/bulletins/demander", {"genre": "publier", "argument": "1"}, ("rediger",)),
        ("/thematiques/redactions/3/demander", {"genre": "apercu_themes"}, ("administrer",)),
        ("/thematiques/redactions/3/demander", {"genre": "accepter_themes"}, ("rediger",)),
        ("/thematiques/redactions/3/demander", {"genre": "abandonner_themes"}, ("rediger",)),
    ],
)
def test_an_address_that_serves_several_acts_asks_each_one_s_right(
    dossier: Path, adresse: str, champs: dict[str, str], refuse: tuple[str, ...]
) -> None:
    with signed_in(dossier, "Selon l’acte", ("lire", *refuse)) as visiteur:
        page = visiteur.get("/compte")
        assert visiteur.send_form(adresse, page, **champs).status_code == 403
        reponse = visiteur.post(
            adresse, data={"csrftoken": _token(page), **champs}, headers={"accept": "application/json"}
        )
        assert (reponse.status_code, reponse.json()["ok"], reponse.json()["status"]) == (403, False, 403)
        assert "Il vous manque le droit" in reponse.json()["error"]


def test_rights_and_names_change_at_the_next_page_without_signing_in_again(dossier: Path) -> None:
    with running_site(dossier) as lien, visitor(dossier, lien, "Alex Exemple", ("lire",)) as alex:
        assert alex.get("/comptes").status_code == 403
        compte = account(dossier, "Alex Exemple", ("lire", "administrer"))
        assert alex.get("/comptes").status_code == 200
        account(dossier, "Alex Exemple", ())
        assert alex.get("/revue").status_code == 403
        with contextlib.closing(open_accounts(dossier)) as c, transaction(c):
            personnes.retire(c, compte.id, "essais", NOW)
        assert alex.get("/revue").status_code == 302
        with contextlib.closing(open_accounts(dossier)) as c, transaction(c):
            personnes.restore(c, compte.id, "essais", NOW)
        assert alex.get("/revue").status_code == 302  # Its sessions were closed for good.


def test_two_people_at_once_are_two_people(dossier: Path) -> None:
    with (
        running_site(dossier) as lien,
        visitor(dossier, lien, "Camille Exemple") as camille,
        visitor(dossier, lien, "Sam Exemple", ("lire",)) as sam,
    ):
        assert "Camille Exemple" in camille.get("/").text
        assert "Sam Exemple" in sam.get("/").text
        assert (camille.get("/comptes").status_code, sam.get("/comptes").status_code) == (200, 403)


@pytest.mark.parametrize(
    ("entetes", "contenu", "statut"),
    [
        ({}, b"", 403),
        ({"sec-fetch-site": "cross-site"}, b"a=1", 403),
        ({"content-type": "application/json"}, b"{}", 415),
        ({}, b"a=\xff", 400),
        ({}, b"a=" + b"x" * CORPS_MAX, 413),
    ],
)
def test_every_refusal_to_a_script_is_json(dossier: Path, entetes: dict[str, str], contenu: bytes, statut: int) -> None:
    communs = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
    with signed_in(dossier) as visiteur:
        for adresse in (FORMULAIRE, "/compte/preferences"):
            reponse = visiteur.post(adresse, content=contenu, headers={**communs, **entetes})
            assert reponse.status_code == statut
            assert (reponse.json()["ok"], reponse.json()["status"]) == (False, statut)
            assert reponse.json()["error"].endswith((".", ")"))
        jeton = _token(visiteur.get("/compte"))
        for adresse, attendu in (
            ("/sources/nulle-part/relire", 404),
            ("/veille/items", 405),
            ("/compte/preferences", 400),
        ):
            champs = {"csrftoken": jeton, "etat": ""}
            reponse = visiteur.post(adresse, data=champs, headers={"accept": "application/json"})
            assert (reponse.status_code, reponse.json()["status"]) == (attendu, attendu), adresse


def test_every_route_of_datasette_is_among_the_addresses_swept(dossier: Path) -> None:
    with open_site(dossier, public=False) as (datasette, _):
        motifs = [motif for motif, _ in datasette._routes()]
    nos_motifs = {route.motif for route in ROUTES["equipe"]}
    echantillons = [a.partition("?")[0] for a in ADRESSES_DATASETTE]
    oublies = [m.pattern for m in motifs if m.pattern not in nos_motifs and not any(m.match(a) for a in echantillons)]
    assert not oublies


def test_a_form_without_its_own_token_is_refused_in_french(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        page = visiteur.get("/revue")
        jeton, avant = _token(page), _content(dossier)
        adresse, champs = FORMULAIRE, {"etat": ""}
        for faux in ({}, {"csrftoken": ""}, {"csrftoken": "x"}, {"csrftoken": jeton[:-1] + "é"}):
            reponse = visiteur.post(adresse, data={**champs, **faux})
            assert reponse.status_code == 403
            assert "Cette page a expiré" in reponse.text
        bon = {**champs, "csrftoken": jeton}
        assert visiteur.post(adresse, data=bon, headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert visiteur.post(adresse, json=bon).status_code == 415
        forge = visiteur.post(adresse, data={**champs, "csrftoken": "a"}, headers={"authorization": "Bearer x"})
        assert forge.status_code == 403
        with Visiteur(str(visiteur.base_url)) as autre:  # The session without the token's cookie.
            autre.cookies.set("veille_equipe", visiteur.cookies["veille_equipe"])
            assert autre.post(adresse, data=bon).status_code == 403
        assert _content(dossier) == avant
        assert visiteur.post(adresse, data=bon).status_code == 303


def test_broken_and_huge_bodies_are_refused_without_harm(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        entete = {"content-type": "application/x-www-form-urlencoded"}
        assert visiteur.post(FORMULAIRE, content=b"a=" + b"x" * CORPS_MAX, headers=entete).status_code == 413
        assert visiteur.post(FORMULAIRE, content=b"a=%ff\xff", headers=entete).status_code in (400, 403)
        assert visiteur.post("/veille/items", content=b"a=1", headers=entete).status_code == 405
        assert visiteur.delete("/revue").status_code == 405
        multi = visiteur.post(FORMULAIRE, content=b"x", headers={"content-type": "multipart/form-data"})
        assert multi.status_code == 415
        assert visiteur.get("/revue").status_code == 200


def test_datasette_s_own_pages_are_closed_to_the_team_too(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        for adresse in (
            "/-/databases.json",
            "/-/metadata",
            "/-/auth-token?token=x",
            "/-/messages",
            "/-/static/app.css",
            "/-",
        ):
            assert visiteur.get(adresse).status_code == 404, adresse
        assert visiteur.get("/veille.db").status_code == 403
        assert visiteur.get("/_internal").status_code in (403, 404)
        assert visiteur.get("/_internal/tables.json").status_code in (403, 404)


def test_the_team_may_query_but_never_write(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        reponse = visiteur.get("/veille.json", params={"sql": "select count(*) from items", "_shape": "arrayfirst"})
        assert reponse.json()[0] >= 12
        for requete in (
            "delete from items",
            "update sources set nom = 'x'",
            "with x as (select 1) delete from items",
            "attach 'x.db' as y",
            "pragma writable_schema = 1",
            "select zeroblob(2000000000)",
            "select load_extension('x')",
        ):
            assert visiteur.get("/veille.json", params={"sql": requete}).status_code == 400, requete
        items = visiteur.get("/veille/items.json?_shape=objects&_labels=on").json()["rows"]
        assert items[0]["source_id"]["label"].endswith("(exemple fictif)")


def test_the_second_wall_holds_without_the_first(dossier: Path) -> None:
    async def ask() -> list[Any]:
        with open_site(dossier, public=False) as (datasette, _):
            await datasette.invoke_startup()
            actions = [("view-instance", None), ("view-database", "veille"), ("view-table", ("veille", "items"))]
            actions += [("execute-sql", "veille"), ("view-database-download", "veille"), ("debug-menu", None)]
            anonymes = [await datasette.permission_allowed(None, a, r, default=True) for a, r in actions]
            equipe = {"id": "compte:1", "name": "Camille", "droits": ["lire"]}
            equipiere = [await datasette.permission_allowed(equipe, a, r, default=True) for a, r in actions]
            sans_lire = {**equipe, "droits": ["administrer"]}
            fermees = [await datasette.permission_allowed(sans_lire, a, r, default=True) for a, r in actions]
            root = await datasette.permission_allowed({"id": "root"}, "view-database", "_internal", default=True)
            return [anonymes, equipiere, fermees, root]

    anonymes, equipiere, fermees, root = asyncio.run(ask())
    assert not any(anonymes)
    assert not any(fermees)
    assert equipiere == [True, True, True, True, False, False]
    assert root is False


def test_the_plugin_is_inert_in_anyone_else_s_datasette(tmp_path: Path) -> None:
    async def read() -> httpx.Response:
        base = tmp_path / "autre.db"
        sqlite3.connect(base).close()
        datasette = Datasette(files=[str(base)])
        reponse: httpx.Response = await datasette.client.get("/")
        return reponse

    with open_site(fill(tmp_path, 0), public=False):  # The plugin is registered, and one of ours is open.
        reponse = asyncio.run(read())
    assert reponse.status_code == 200
    assert "content-security-policy" not in reponse.headers
    assert "autre" in reponse.text
