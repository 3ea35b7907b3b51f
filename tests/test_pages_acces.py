"""Who may enter the staff site, and what a signed-out visitor gets: nothing."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

from tests.navigateur import NOW, Visiteur, fill, running_site, signed_in
from veille.errors import SettingsError
from veille.pages.garde import CORPS_MAX, CSP
from veille.pages.routes import ROUTES
from veille.pages.site import open_site, serve

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


class Horloge:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.maintenant = NOW

    def __call__(self) -> datetime:
        return self.maintenant


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


def _sample(motif: str) -> str:
    """An address of ours that a route's pattern accepts."""
    exemples = {
        "item_id": "1",
        "digest_id": "1",
        "redaction_id": "1",
        "slug": "hebdo-clocher",
        "audience": "partenaires",
    }
    exemples |= {"dossier": "2026-11-23", "flux": "flux.atom.xml", "feuille": "bulletin.css", "nom": "veille.css"}
    for nom, valeur in exemples.items():
        motif = re.sub(rf"\(\?P<{nom}>[^()]*(\([^()]*\)[^()]*)*\)", valeur, motif)
    return motif.rstrip("$").replace("\\", "").replace("/?", "/")


def test_every_address_is_closed_to_a_signed_out_visitor(inconnu: Visiteur) -> None:
    for route in ROUTES["equipe"]:
        adresse = _sample(route.motif)
        assert re.fullmatch(route.motif, adresse), adresse
        reponse = inconnu.request(route.methode, adresse)
        if not route.ouverte:
            assert reponse.status_code in (302, 403), adresse
            assert not any(s.lower() in reponse.text.lower() for s in SECRETS), adresse
    for adresse in (
        *ADRESSES_DATASETTE,
        "/nulle-part",
        "/veille/nulle-part",
        "/../veille",
        "/%2e%2e/veille",
        "//veille",
    ):
        for accepte in ("text/html", "application/json"):
            reponse = inconnu.get(adresse, headers={"accept": accepte})
            if adresse == "/favicon.ico":
                continue
            assert reponse.status_code in (302, 403), adresse
            assert not any(s.lower() in reponse.text.lower() for s in SECRETS), adresse
            assert reponse.headers["content-security-policy"] == CSP


def test_every_route_of_datasette_is_among_the_addresses_swept(dossier: Path) -> None:
    with open_site(dossier, public=False) as (datasette, _):
        motifs = [motif for motif, _ in datasette._routes()]
    nos_motifs = {route.motif for route in ROUTES["equipe"]}
    echantillons = [a.partition("?")[0] for a in ADRESSES_DATASETTE]
    oublies = [m.pattern for m in motifs if m.pattern not in nos_motifs and not any(m.match(a) for a in echantillons)]
    assert not oublies


def test_other_methods_and_forged_cookies_open_nothing(inconnu: Visiteur) -> None:
    for methode in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        assert inconnu.request(methode, "/veille/items").status_code == 403, methode
    for cookie in ("veille_equipe=x", "ds_actor=eyJhIjp7ImlkIjoicm9vdCJ9fQ.x", "veille_equipe=", "veille_equipe=\xff"):
        reponse = inconnu.get("/veille/items.json", headers={b"cookie": cookie.encode("latin-1")})
        assert reponse.status_code == 403, cookie


def test_a_link_opens_one_session_and_looking_at_it_consumes_nothing(dossier: Path) -> None:
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as premier:
        assert len(lien.partition("jeton=")[2]) >= 43  # 256 bits in base 64.
        for _ in range(3):
            assert premier.get(lien).status_code == 200
        assert premier.head(lien).status_code == 200
        assert premier.enter(lien).status_code == 303
        assert premier.get("/revue").status_code == 200
        with Visiteur(lien.partition("/connexion")[0]) as second:
            page = second.get(lien)
            assert page.status_code == 403
            assert "Ce lien a déjà servi" in page.text
            assert second.get("/revue").status_code == 302


def test_the_session_cookie_is_hardened_and_the_token_is_kept_as_a_hash(dossier: Path) -> None:
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        reponse = visiteur.enter(lien)
        cookie = next(c for c in reponse.headers.get_list("set-cookie") if c.startswith("veille_equipe="))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Max-Age=43200" in cookie
        assert "Secure" not in cookie  # Plain http on loopback: a browser would drop it.
        assert all("HttpOnly" in c for c in reponse.headers.get_list("set-cookie"))
        base = dossier / "comptes.db"
        assert stat.S_IMODE(base.stat().st_mode) == 0o600
        jeton = lien.partition("jeton=")[2].encode()
        contenu = b"".join(p.read_bytes() for p in dossier.glob("comptes.db*"))
        assert jeton not in contenu
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        visiteur.headers["x-forwarded-proto"] = "https"
        reponse = visiteur.enter(lien)
        assert all("Secure" in c for c in reponse.headers.get_list("set-cookie"))


def test_a_link_and_a_session_expire(dossier: Path) -> None:
    horloge = Horloge()
    with running_site(dossier, clock=horloge) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        horloge.maintenant = NOW + timedelta(minutes=29)
        assert visiteur.enter(lien).status_code == 303
        horloge.maintenant += timedelta(hours=11, minutes=59)
        assert visiteur.get("/revue").status_code == 200
        horloge.maintenant += timedelta(minutes=2)
        assert visiteur.get("/revue").status_code == 302
    with running_site(dossier, clock=horloge) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        horloge.maintenant += timedelta(minutes=31)
        page = visiteur.get(lien)
        assert page.status_code == 403
        assert "expiré" in page.text


def test_a_wrong_link_and_no_link_are_explained_in_french(inconnu: Visiteur) -> None:
    page = inconnu.get("/connexion?jeton=" + "x" * 43)
    assert page.status_code == 403
    assert "n’existe pas" in page.text
    page = inconnu.get("/connexion")
    assert page.status_code == 200
    assert "réservé à l’équipe" in page.text
    assert 'name="nom"' not in page.text


def test_a_bad_name_does_not_burn_the_link(dossier: Path) -> None:
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        for nom in ("", "   ", "x" * 81, "a\x00b", "abc\u202edef"):
            reponse = visiteur.enter(lien, nom)
            assert reponse.status_code == 400, nom
        assert visiteur.enter(lien, "Frédérique-Anne L’Écuyer").status_code == 303
        assert "Frédérique-Anne L’Écuyer" in visiteur.get("/").text


def test_signing_out_closes_the_session_wherever_its_cookie_was_copied(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        copie = dict(visiteur.cookies)
        page = visiteur.get("/revue")
        assert visiteur.send_form("/deconnexion", page).headers["location"] == "/connexion"
        assert visiteur.get("/revue").status_code == 302
        visiteur.cookies.update(copie)
        assert visiteur.get("/revue").status_code == 302


def test_a_session_survives_a_restart_of_the_site(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        cookies = dict(visiteur.cookies)
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        visiteur.cookies.update(cookies)
        assert visiteur.get("/revue").status_code == 200


def test_a_form_without_its_own_token_is_refused_in_french(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        page = visiteur.get("/revue")
        jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
        assert jeton
        adresse, champs = "/revue/1/trancher", {"decision": "retenir", "vu": ""}
        for faux in ({}, {"csrftoken": ""}, {"csrftoken": "x"}, {"csrftoken": jeton[1][:-1] + "é"}):
            reponse = visiteur.post(adresse, data={**champs, **faux})
            assert reponse.status_code == 403
            assert "Cette page a expiré" in reponse.text
        bon = {**champs, "csrftoken": jeton[1]}
        assert visiteur.post(adresse, data=bon, headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert visiteur.post(adresse, json=bon).status_code == 415
        forge = visiteur.post(adresse, data={**champs, "csrftoken": "a"}, headers={"authorization": "Bearer x"})
        assert forge.status_code == 403
        with Visiteur(str(visiteur.base_url)) as autre:  # The session without the token's cookie.
            autre.cookies.set("veille_equipe", visiteur.cookies["veille_equipe"])
            assert autre.post(adresse, data=bon).status_code == 403
        c = sqlite3.connect(dossier / "veille.db")
        assert c.execute("SELECT count(*) FROM decisions WHERE item_id = 1").fetchone()[0] == 0
        c.close()
        assert visiteur.post(adresse, data=bon).status_code == 303


def test_broken_and_huge_bodies_are_refused_without_harm(dossier: Path) -> None:
    with signed_in(dossier) as visiteur:
        entete = {"content-type": "application/x-www-form-urlencoded"}
        assert visiteur.post("/revue/1/trancher", content=b"a=" + b"x" * CORPS_MAX, headers=entete).status_code == 413
        assert visiteur.post("/revue/1/trancher", content=b"a=%ff\xff", headers=entete).status_code in (400, 403)
        assert visiteur.post("/veille/items", content=b"a=1", headers=entete).status_code == 405
        assert visiteur.delete("/revue").status_code == 405
        multi = visiteur.post("/revue/1/trancher", content=b"x", headers={"content-type": "multipart/form-data"})
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
            equipe = {"id": "equipe", "name": "Camille"}
            equipiere = [await datasette.permission_allowed(equipe, a, r, default=True) for a, r in actions]
            root = await datasette.permission_allowed({"id": "root"}, "view-database", "_internal", default=True)
            return [anonymes, equipiere, root]

    anonymes, equipiere, root = asyncio.run(ask())
    assert not any(anonymes)
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


def test_stopping_is_clean_and_a_taken_port_is_told(tmp_path: Path) -> None:
    fill(tmp_path, 0)
    arret = threading.Event()
    annonces: list[str] = []

    def announce(adresse: str) -> None:
        annonces.append(adresse)
        arret.set()

    serve(tmp_path, public=False, port=0, announce=announce, stop=arret)  # Returns.
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/connexion\?jeton=[\w-]{43}", annonces[0])
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        with pytest.raises(SettingsError, match="--port"):
            serve(tmp_path, public=False, port=prise.getsockname()[1], announce=announce)


@pytest.mark.slow
@pytest.mark.parametrize("signe", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_site_cleanly_even_with_a_browser_connected(tmp_path: Path, signe: signal.Signals) -> None:
    programme = (
        "import sys; from pathlib import Path; from veille.pages.site import serve\n"
        "serve(Path(sys.argv[1]), public=False, port=0, announce=lambda a: print(a, flush=True))\n"
        "print('fini', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", programme, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as processus:
        assert processus.stdout is not None
        lien = processus.stdout.readline().strip()
        with Visiteur(lien.partition("/connexion")[0]) as visiteur:
            assert visiteur.get(lien).status_code == 200
            processus.send_signal(signe)  # The visitor's connection is still open.
            assert processus.stdout.read() == "fini\n"
            assert processus.wait(20) == 0
