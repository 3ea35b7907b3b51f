"""A proxy in front of the site: what it may say, and what anybody else's headers are worth."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.navigateur import NOW, Visiteur, account, fill, running_site
from veille.errors import SettingsError
from veille.model import ConnexionEquipe
from veille.pages.mandataire import (
    AUCUN,
    VARIABLE,
    announced,
    arrival,
    configured,
    throttled_address,
    without_secrets,
)
from veille.store import personnes
from veille.store.comptes import open_accounts
from veille.store.connexion import transaction

SECRET = "un-secret-de-plus-de-trente-deux-caracteres"
REGLAGE = ConnexionEquipe("X-Identifiant", ("127.0.0.1", "10.1.0.0/16"))
MANDATAIRE = configured(REGLAGE, {VARIABLE: SECRET})


def scope(pair: str | None = "127.0.0.1", *entetes: tuple[str, str], scheme: str = "http") -> dict[str, Any]:
    brutes = [(nom.lower().encode(), valeur.encode("latin-1")) for nom, valeur in entetes]
    return {"scheme": scheme, "client": (pair, 1234) if pair else None, "headers": brutes}


BONS = (("X-Identifiant", "camille.exemple"), ("X-Veille-Secret", SECRET))


# ---------------------------------------------------------------- the setting


@pytest.mark.parametrize("secret", [None, "", "court", "é" * 40, " " * 40])
def test_the_site_refuses_to_start_without_a_long_enough_secret(secret: str | None) -> None:
    environ = {} if secret is None else {VARIABLE: secret}
    with pytest.raises(SettingsError) as refus:
        configured(REGLAGE, environ)
    assert "organisation.toml, [connexion] entete : « X-Identifiant »" in str(refus.value)
    assert VARIABLE in str(refus.value)
    assert SECRET not in str(refus.value)


def test_without_a_header_nothing_is_asked_and_nothing_is_believed() -> None:
    assert configured(ConnexionEquipe(), {}) == AUCUN
    assert announced(scope("127.0.0.1", *BONS), AUCUN) == ""


# ---------------------------------------------------------------- who


def test_the_header_is_believed_from_the_proxy_with_its_secret_only() -> None:
    for pair in ("127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3"):
        assert announced(scope(pair, *BONS), MANDATAIRE) == "camille.exemple", pair
    for pair in ("127.0.0.2", "10.2.0.1", "203.0.113.9", "::1", None, "pas une adresse", ""):
        assert announced(scope(pair, *BONS), MANDATAIRE) == "", pair


@pytest.mark.parametrize(
    "entetes",
    [
        BONS[:1],
        BONS[1:],
        (BONS[0], ("X-Veille-Secret", SECRET[:-1])),
        (BONS[0], ("X-Veille-Secret", SECRET.upper())),
        (BONS[0], ("X-Veille-Secret", "")),
        (BONS[0], ("X-Veille-Secret", "é")),
        (*BONS, ("X-Identifiant", "sam.exemple")),  # Said twice: one of them came from outside.
        (*BONS, ("X-Veille-Secret", "autre")),
        (("X_Identifiant", "camille.exemple"), BONS[1]),
        (("Remote-User", "camille.exemple"), BONS[1]),
    ],
)
def test_a_header_without_the_secret_or_said_twice_is_nobody(entetes: tuple[tuple[str, str], ...]) -> None:
    assert announced(scope("127.0.0.1", *entetes), MANDATAIRE) == ""


def test_a_forwarded_address_never_makes_a_visitor_the_proxy() -> None:
    venu = scope("203.0.113.9", *BONS, ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"))
    assert announced(venu, MANDATAIRE) == ""
    assert arrival(venu, MANDATAIRE) == ("http", "203.0.113.9")


def test_neither_the_secret_nor_an_unchecked_identity_goes_further_in() -> None:
    entetes = [(b"x-veille-secret", b"s"), (b"x-identifiant", b"root"), (b"accept", b"*/*")]
    assert without_secrets(entetes, MANDATAIRE) == [(b"accept", b"*/*")]
    assert without_secrets(entetes, AUCUN) == [(b"x-identifiant", b"root"), (b"accept", b"*/*")]


# ---------------------------------------------------------------- from where, and by https or not


@pytest.mark.parametrize(
    ("pair", "entetes", "attendu"),
    [
        ("127.0.0.1", (("X-Forwarded-Proto", "https"),), ("https", "127.0.0.1")),
        ("::1", (("X-Forwarded-Proto", "https"),), ("https", "::1")),
        ("10.1.0.7", (("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.9")), ("https", "203.0.113.9")),
        ("203.0.113.9", (("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "1.2.3.4")), ("http", "203.0.113.9")),
        # What the visitor wrote comes first; the nearest proxy adds the last, and only trusted ones are skipped.
        ("127.0.0.1", (("X-Forwarded-For", "1.2.3.4, 203.0.113.9"),), ("http", "203.0.113.9")),
        ("127.0.0.1", (("X-Forwarded-For", "1.2.3.4, 203.0.113.9, 10.1.0.2"),), ("http", "203.0.113.9")),
        ("127.0.0.1", (("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "203.0.113.9")), ("http", "203.0.113.9")),
        ("127.0.0.1", (("X-Forwarded-For", "203.0.113.9, n’importe quoi".replace("’", "'")),), ("http", "127.0.0.1")),
        ("127.0.0.1", (("X-Forwarded-For", "[2001:db8::1]:443"),), ("http", "2001:db8::1")),
        ("127.0.0.1", (("X-Forwarded-For", "203.0.113.9:5000"),), ("http", "203.0.113.9")),
        ("127.0.0.1", (("X-Forwarded-Proto", "ftp"),), ("http", "127.0.0.1")),
        ("127.0.0.1", (("X-Forwarded-Proto", "http, HTTPS"),), ("https", "127.0.0.1")),
        (None, (("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-Proto", "https")), ("http", "")),
    ],
)
def test_the_nearest_believed_witness_tells_where_a_request_comes_from(
    pair: str | None, entetes: tuple[tuple[str, str], ...], attendu: tuple[str, str]
) -> None:
    assert arrival(scope(pair, *entetes), MANDATAIRE) == attendu


@given(st.text(max_size=60), st.sampled_from(["127.0.0.1", "203.0.113.9", "::1", "fe80::1%eth0"]))
def test_no_header_breaks_the_reading_of_an_address(valeur: str, pair: str) -> None:
    brut = valeur.encode("utf-8")
    venu = {
        "scheme": "http",
        "client": (pair, 1),
        "headers": [(b"x-forwarded-for", brut), (b"x-forwarded-proto", brut)],
    }
    scheme, adresse = arrival(venu, MANDATAIRE)
    assert scheme in ("http", "https")
    assert ipaddress.ip_address(adresse)


def test_a_home_counts_as_one_address() -> None:
    assert throttled_address("203.0.113.9") == "203.0.113.9"
    assert throttled_address("2001:db8:1:2:3:4:5:6") == throttled_address("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert throttled_address("::ffff:203.0.113.9") == "203.0.113.9"
    assert throttled_address("") == "inconnue"


# ---------------------------------------------------------------- a site behind one


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("mandataire"), 2)


@pytest.fixture(scope="module")
def adresse(dossier: Path) -> Iterator[str]:
    with running_site(dossier, mandataire=MANDATAIRE) as lien:
        yield lien.partition("/connexion")[0]


@pytest.fixture
def passant(adresse: str) -> Iterator[Visiteur]:
    with Visiteur(adresse) as visiteur:
        visiteur.headers["x-veille-secret"] = SECRET
        yield visiteur


def test_whom_the_proxy_names_is_in_without_a_password(dossier: Path, passant: Visiteur) -> None:
    account(dossier, "Sam Exemple", ("lire",))
    passant.headers["x-identifiant"] = "Sam.Exemple"
    assert "Sam Exemple" in passant.get("/").text
    assert passant.get("/comptes").status_code == 403
    page = passant.get("/compte")
    assert "service de connexion de votre organisme" in page.text
    reponse = passant.send_form("/deconnexion", page)
    assert reponse.headers["location"] == "/compte"
    assert passant.send_form("/compte/preferences", page, raccourcis="non").status_code == 303
    assert passant.post("/compte/preferences", data={"raccourcis": "oui"}).status_code == 403  # The CSRF token still.


def test_someone_the_watch_does_not_know_is_told_whom_to_ask(passant: Visiteur) -> None:
    for identite in ("inconnue@exemple.invalid", "<script>alert(1)</script>"):
        passant.headers["x-identifiant"] = identite
        for chemin in ("/", "/revue", "/veille/items.json", "/nulle-part"):
            reponse = passant.get(chemin)
            assert reponse.status_code == 403
            assert reponse.headers["content-type"].startswith("application/json") or "<script>" not in reponse.text
            if not chemin.endswith(".json"):
                assert "Aucun compte de la veille ne correspond" in reponse.text
                assert "Camille Exemple peut vous en ouvrir un" in reponse.text.replace("\u00a0", " ")
        assert passant.get("/statique/veille.svg").status_code == 200


def test_without_the_secret_the_header_is_ignored_and_passwords_still_serve(dossier: Path, adresse: str) -> None:
    account(dossier, mot_de_passe="trois petits canots bleus")
    with Visiteur(adresse) as visiteur:
        visiteur.headers["x-identifiant"] = "camille.exemple"
        assert visiteur.get("/revue").status_code == 302
        page = visiteur.get("/connexion")
        champs = {"identifiant": "camille.exemple", "mot_de_passe": "trois petits canots bleus"}
        assert visiteur.send_form("/connexion", page, **champs).status_code == 303
        assert visiteur.get("/revue").status_code == 200


def test_a_retired_account_is_out_by_the_proxy_too(dossier: Path, passant: Visiteur) -> None:
    compte = account(dossier, "Partie Exemple")
    passant.headers["x-identifiant"] = compte.identifiant
    assert passant.get("/revue").status_code == 200
    with contextlib.closing(open_accounts(dossier)) as c, transaction(c):
        personnes.retire(c, compte.id, "essais", NOW)
    assert passant.get("/revue").status_code == 403


def test_the_public_site_believes_nobody_about_who_visits(tmp_path: Path) -> None:
    with running_site(tmp_path, public=True, mandataire=MANDATAIRE) as adresse, Visiteur(adresse) as visiteur:
        sans = visiteur.get("/")
        avec = visiteur.get("/", headers=dict(BONS))
        assert (avec.status_code, avec.text) == (200, sans.text)
        assert "camille" not in avec.text
