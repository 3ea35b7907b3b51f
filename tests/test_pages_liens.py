"""One-time links, the first account, and where someone is led once in."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.navigateur import NOW, Visiteur, account, fill, running_site, session_link
from tests.porte import PHRASE, Site, open_door, words
from veille.pages.appareils import device_name
from veille.pages.visite import local_path
from veille.store import liens
from veille.store.comptes import open_accounts
from veille.store.connexion import transaction


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_door(tmp_path) as ouverte:
        yield ouverte


# ---------------------------------------------------------------- links


def test_a_link_opens_one_session_and_looking_at_it_consumes_nothing(site: Site) -> None:
    chemin = session_link(site.dossier, account(site.dossier))
    assert len(chemin.partition("jeton=")[2]) >= 43  # 256 bits in base 64.
    with site.visitor() as premier, site.visitor() as second:
        for _ in range(3):
            assert premier.get(chemin).status_code == 200
        assert premier.head(chemin).status_code == 200
        ouverte = second.get(chemin)
        assert premier.enter(chemin).status_code == 303
        assert premier.get("/revue").status_code == 200
        page = second.get(chemin)
        assert page.status_code == 403
        assert "il a déjà servi" in page.text
        jeton = chemin.partition("jeton=")[2]
        assert second.send_form("/connexion", ouverte, jeton=jeton).status_code == 403  # Its form, kept open since.
        assert second.get("/revue").status_code == 302


def test_one_link_pressed_twice_at_once_opens_one_session(site: Site) -> None:
    chemin = session_link(site.dossier, account(site.dossier))
    jeton = chemin.partition("jeton=")[2]
    statuts: list[int] = []
    with ExitStack() as pile:
        visiteurs = [pile.enter_context(site.visitor()) for _ in range(6)]
        pages = [visiteur.get(chemin) for visiteur in visiteurs]

        def press(rang: int) -> None:
            statuts.append(visiteurs[rang].send_form("/connexion", pages[rang], jeton=jeton).status_code)

        fils = [threading.Thread(target=press, args=(rang,)) for rang in range(6)]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
    assert sorted(statuts) == [303] + [403] * 5
    with closing(sqlite3.connect(site.dossier / "comptes.db")) as c:
        assert c.execute("SELECT count(*) FROM sessions").fetchone()[0] == 1


def test_an_expired_or_wrong_link_is_explained_in_french(site: Site) -> None:
    chemin = session_link(site.dossier, account(site.dossier))
    with site.visitor() as visiteur:
        site.horloge.avance(minutes=31)
        page = visiteur.get(chemin)
        assert (page.status_code, "expiré" in page.text) == (403, True)
        for jeton in ("x" * 43, "\u00e9", "a b", "%00", "é" * 500):
            page = visiteur.get("/connexion", params={"jeton": jeton})
            assert (page.status_code, "n’existe pas" in page.text) == (403, True), jeton


def test_a_link_lets_a_person_choose_a_password_and_closes_everything_else(site: Site) -> None:
    with closing(open_accounts(site.dossier)) as c, transaction(c):
        jeton = liens.create(c, "mot_de_passe", NOW, 1)
    with site.visitor() as ancienne, site.visitor() as visiteur:
        site.attempt(ancienne, PHRASE)
        page = visiteur.get(f"/connexion?jeton={jeton}")
        assert "Bonjour Camille Exemple" in words(page)
        assert page.text.count('autocomplete="new-password"') == 2
        for nouveau, encore, phrase in (
            ("court", "court", "12"),
            ("quatre grands canots", "quatre grands canot", "pas les mêmes"),
            ("camille.exemple", "camille.exemple", "identifiant"),
        ):
            refus = visiteur.send_form("/connexion", page, jeton=jeton, nouveau=nouveau, encore=encore)
            assert refus.status_code == 400
            assert phrase in words(refus)
            assert nouveau not in refus.text.replace('value="camille.exemple"', "")
        bon = "quatre grands canots"
        assert visiteur.send_form("/connexion", page, jeton=jeton, nouveau=bon, encore=bon).status_code == 303
        assert visiteur.get("/revue").status_code == 200
        assert ancienne.get("/revue").status_code == 302
        assert visiteur.send_form("/connexion", page, jeton=jeton, nouveau=bon, encore=bon).status_code == 403
    with site.visitor() as visiteur:
        assert site.attempt(visiteur, PHRASE).status_code == 403
        assert site.attempt(visiteur, bon).status_code == 303


def test_the_first_start_makes_the_first_account_once(tmp_path: Path) -> None:
    fill(tmp_path, 1)
    with running_site(tmp_path, sans_compte=True) as lien:
        base = lien.partition("/connexion")[0]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/connexion\?jeton=[\w-]{43}", lien)
        with Visiteur(base) as visiteur, Visiteur(base) as autre:
            assert "personne n’y a encore de compte" in visiteur.get("/connexion").text
            page, gardee = visiteur.get(lien), autre.get(lien)
            jeton = lien.partition("jeton=")[2]
            saisie: dict[str, Any] = {"jeton": jeton, "nom": "Camille Exemple", "identifiant": "camille"}
            for faux, phrase in (
                ({"nom": ""}, "Écrivez le nom"),
                ({"nom": "x" * 81}, "80"),
                ({"nom": "a\x00b"}, "interdit"),
                ({"nom": "abc\u202edef"}, "interdit"),
                ({"nom": "Veille"}, "réservé"),
                ({"identifiant": "é"}, "identifiant"),
                ({"identifiant": "root"}, "réservé"),
                ({"nouveau": "court"}, "12"),
            ):
                champs = {**saisie, "nouveau": PHRASE, "encore": PHRASE, **faux}
                refus = visiteur.send_form("/connexion", page, **champs)
                assert (refus.status_code, phrase in words(refus)) == (400, True), (faux, words(refus))
            bon = {**saisie, "nouveau": PHRASE, "encore": PHRASE}
            assert visiteur.send_form("/connexion", page, **bon).status_code == 303
            assert "administrer" in visiteur.get("/compte").text
            second = {**bon, "nom": "Pirate Exemple", "identifiant": "pirate"}
            assert autre.send_form("/connexion", gardee, **second).status_code == 403
            assert autre.get("/revue").status_code == 302
    with running_site(tmp_path, sans_compte=True) as adresse:  # Someone has an account: the plain address.
        assert adresse.endswith("/")
        assert "jeton" not in adresse


# ---------------------------------------------------------------- where one is led

HOSTILES = (
    "//exemple.invalid",
    "/\\exemple.invalid",
    "\\\\exemple.invalid",
    "https://exemple.invalid",
    "https:exemple.invalid",
    "javascript:alert(1)",
    "/\t/exemple.invalid",
    "\t//exemple.invalid",
    "/\n/exemple.invalid",
    "/a\r\nSet-Cookie: x=y",
    " //exemple.invalid",
    "///exemple.invalid",
    "/a\\..\\\\exemple.invalid",
    "/é",
    "",
    "revue",
    "/" + "a" * 2000,
)


@pytest.mark.parametrize("retour", HOSTILES)
def test_nobody_is_led_to_another_site(site: Site, retour: str) -> None:
    with site.visitor() as visiteur:
        page = visiteur.get("/connexion", params={"retour": retour})
        assert re.search(r'name="retour" value="/"', page.text)
        assert site.attempt(visiteur, PHRASE, retour=retour).headers["location"] == "/"
        compte = visiteur.get("/compte")
        reponse = visiteur.send_form("/compte/preferences", compte, raccourcis="non", retour=retour)
        assert reponse.headers["location"] == "/"


@given(st.text(st.sampled_from("/\\:@.?#%&=ab \t\r\n\0é"), max_size=30))
def test_a_way_back_is_always_on_this_very_site(texte: str) -> None:
    chemin = local_path(texte)
    # Browsers drop tabs and line ends, and read « \\ » as « / ».
    lu = re.sub(r"[\t\r\n]", "", chemin).replace("\\", "/").strip()
    assert urlsplit(urljoin("https://veille.exemple/connexion", lu)).netloc == "veille.exemple"
    assert not re.match(r"/{2}", lu)
    assert chemin.isprintable()


def test_the_page_asked_for_is_kept_word_for_word(site: Site) -> None:
    demande = "/revue?q=a%26b&theme=x+y"
    with site.visitor() as visiteur:
        location = visiteur.get(demande).headers["location"]
        assert parse_qs(urlsplit(location).query)["retour"] == [demande]
        assert quote(demande, safe="/") in location


@pytest.mark.parametrize(
    ("agent", "nom"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("", "appareil inconnu"),
        ("<script>" * 200, "appareil inconnu"),
    ],
)
def test_a_device_is_named_in_two_words(agent: str, nom: str) -> None:
    assert device_name(agent) == nom
