"""Subscribing, leaving and choosing on the public site, before any publication, without a script."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.abonnement import AUTRE, CAMILLE, NOW, PUBLIC, project, subject, subscribe, subscribers, token
from tests.navigateur import Visiteur, running_site
from veille.store.abonnes import abonnements, consentements, inscription, personnes, suppressions
from veille.store.connexion import transaction

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Horloge:
    """The site's clock, moved by the test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> Any:
        return self.now


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("abonnement"))


@pytest.fixture(scope="module")
def horloge() -> Horloge:
    return Horloge()


@pytest.fixture(scope="module")
def adresse(dossier: Path, horloge: Horloge) -> Iterator[str]:
    with running_site(dossier, public=True, clock=horloge) as adresse:
        yield adresse


@pytest.fixture
def visiteur(adresse: str, horloge: Horloge) -> Iterator[Visiteur]:
    horloge.now += timedelta(hours=25)  # Yesterday's requests count no more.
    with Visiteur(adresse) as visiteur:
        yield visiteur


@pytest.fixture
def c(dossier: Path, visiteur: Visiteur) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(subscribers(dossier)) as c:
        yield c


def ask(visiteur: Visiteur, courriel: str, *publics: str, **champs: Any) -> httpx.Response:
    page = visiteur.get("/abonnement")
    versions = dict(re.findall(r'name="(texte-[^"]+)" value="([^"]+)"', page.text))
    return visiteur.send_form("/abonnement", page, courriel=courriel, public=list(publics), **versions, **champs)


def queued(c: sqlite3.Connection, sujet: str, genre: str = "confirmation") -> int:
    return int(c.execute("SELECT count(*) FROM envois WHERE sujet = ? AND genre = ?", (sujet, genre)).fetchone()[0])


# ---------------------------------------------------------------- the form


def test_the_form_offers_public_lists_unchecked_with_their_text_and_its_version(
    visiteur: Visiteur, c: sqlite3.Connection
) -> None:
    page = visiteur.get("/abonnement").text
    assert re.findall(r'name="public" value="([^"]+)"', page) == [PUBLIC, AUTRE]
    assert "checked" not in page
    assert "Conseil secret" not in page and "Page seule" not in page
    for mot in ("Dominique Fictif", "Vos droits", "Changer d’avis", 'href="/confidentialite"'):
        assert mot in page
    versions = re.findall(r'name="texte-[^"]+" value="([^"]+)"', page)
    assert all(consentements.text_of(c, version) for version in versions)
    assert len(set(versions)) == 2


def test_a_request_then_a_confirmation_open_the_list(
    visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge
) -> None:
    courriel = "parcours@exemple.invalid"
    reponse = ask(visiteur, "Parcours@Exemple.invalid ", PUBLIC, AUTRE)
    assert reponse.status_code == 200 and "Demande reçue" in reponse.text
    sujet = subject(c, courriel)
    assert queued(c, sujet) == 1
    assert courriel not in [d.adresse for d in abonnements.recipients(c, PUBLIC, horloge.now)]
    chemin = f"/abonnement/confirmer/{token(c, 'confirmation', sujet, now=horloge.now)}"
    page = visiteur.get(chemin)
    assert "CLDS de Joliette" in page.text and page.text.count("<button") == 2  # The menu's own, and the page's.
    visiteur.get(chemin)
    assert inscription.pending(c, sujet).audiences == (PUBLIC, AUTRE)
    reponse = visiteur.send_form(chemin, page, public=[PUBLIC, AUTRE])
    assert "C’est confirmé" in reponse.text
    assert courriel in [d.adresse for d in abonnements.recipients(c, PUBLIC, horloge.now)]
    actes = consentements.journal(c, sujet)
    assert [x.acte for x in actes] == ["demande", "demande", "confirmation", "confirmation"]
    assert all(consentements.text_of(c, x.texte_version) and x.preuve.startswith("réseau ") for x in actes)
    assert "127.0.0.1" not in "".join(x.preuve for x in actes)
    assert "ne sert plus" in visiteur.get(chemin).text


def test_the_answer_is_the_same_byte_for_byte_whatever_is_known(visiteur: Visiteur, c: sqlite3.Connection) -> None:
    with transaction(c):
        suppressions.suppress(c, "plainte@exemple.invalid", "plainte", NOW)
        suppressions.suppress(c, "effacee@exemple.invalid", "effacement", NOW)
        suppressions.suppress(c, "rebond@exemple.invalid", "rebond", NOW)
    subscribe(c, "connue@exemple.invalid")
    ask(visiteur, "attend@exemple.invalid", PUBLIC)
    locaux = ("inconnue", "connue", "attend", "plainte", "effacee", "rebond")
    for chemin in ("/abonnement", "/preferences"):
        reponses = []
        for local in locaux:
            courriel = f"{local}@exemple.invalid"
            if chemin == "/abonnement":
                reponses.append(ask(visiteur, courriel, PUBLIC))
            else:
                reponses.append(visiteur.send_form(chemin, visiteur.get(chemin), courriel=courriel))
        assert len({(r.status_code, r.content) for r in reponses}) == 1, chemin
        assert reponses[0].status_code == 200
        assert len({tuple(sorted(k for k in r.headers if k != "date")) for r in reponses}) == 1
    assert personnes.find(c, "plainte@exemple.invalid") is None
    assert personnes.find(c, "effacee@exemple.invalid") is None
    assert queued(c, subject(c, "rebond@exemple.invalid")) == 1
    assert queued(c, subject(c, "connue@exemple.invalid"), "preferences") == 1


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"courriel": "pas-une-adresse", "public": PUBLIC}, "il manque le @"),
        ({"courriel": "a@exemple.invalid, b@exemple.invalid", "public": PUBLIC}, "Une seule adresse"),
        ({"courriel": CAMILLE}, "Cochez au moins un bulletin"),
        ({"courriel": CAMILLE, "public": "ca-direction"}, "Cochez au moins un bulletin"),
        ({"courriel": CAMILLE, "public": PUBLIC, f"texte-{PUBLIC}": "2020-01-01-00000000"}, "a changé"),
    ],
)
def test_what_is_typed_wrong_is_told_beside_its_field(visiteur: Visiteur, champs: dict[str, str], dit: str) -> None:
    reponse = visiteur.send_form("/abonnement", visiteur.get("/abonnement"), **champs)
    assert reponse.status_code == 400
    assert dit in reponse.text.replace("\u00a0", " ")


def test_a_robot_that_fills_every_field_gets_the_same_answer_and_leaves_nothing(
    visiteur: Visiteur, c: sqlite3.Connection
) -> None:
    assert "Demande reçue" in ask(visiteur, "robot@exemple.invalid", PUBLIC, site_web="https://x.invalid").text
    assert personnes.find(c, "robot@exemple.invalid") is None


def test_too_many_requests_from_one_place_wait(visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge) -> None:
    statuts = [ask(visiteur, f"rafale{n}@exemple.invalid", PUBLIC).status_code for n in range(14)]
    assert statuts == [200] * 12 + [429] * 2
    assert personnes.find(c, "rafale13@exemple.invalid") is None
    horloge.now += timedelta(hours=1)
    assert ask(visiteur, "rafale13@exemple.invalid", PUBLIC).status_code == 200


def test_ordinary_forms_need_the_token_of_the_page(visiteur: Visiteur, c: sqlite3.Connection) -> None:
    sujet = subscribe(c, "jeton@exemple.invalid")
    chemins = (
        "/abonnement",
        "/preferences",
        f"/preferences/{token(c, 'preferences', sujet, now=NOW)}",
        "/abonnement/confirmer/x",
    )
    for chemin in chemins:
        assert visiteur.post(chemin, data={"courriel": CAMILLE, "public": PUBLIC, "acte": "effacer"}).status_code == 403


# ---------------------------------------------------------------- leaving


def test_looking_at_the_link_never_unsubscribes(visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge) -> None:
    sujet = subscribe(c, "regarde@exemple.invalid")
    chemin = f"/desabonnement/{token(c, 'desabonnement', sujet, PUBLIC)}"
    for methode in ("GET", "HEAD", "GET"):
        assert visiteur.request(methode, chemin).status_code == 200
    page = visiteur.get(chemin).text.partition("<main")[2]
    assert page.count("<button") == 1 and "csrftoken" not in page
    assert abonnements.may_receive(c, sujet, PUBLIC, horloge.now) == ""


@pytest.mark.parametrize("forme", ["urlencode", "multipart"])
def test_one_click_acts_at_once_without_cookie_token_or_redirect(
    adresse: str, c: sqlite3.Connection, horloge: Horloge, forme: str
) -> None:
    sujet = subscribe(c, f"clic-{forme}@exemple.invalid", PUBLIC, AUTRE)
    lien = adresse.rstrip("/") + f"/desabonnement/{token(c, 'desabonnement', sujet, PUBLIC)}"
    corps: dict[str, Any] = (
        {"data": ONE_CLICK} if forme == "urlencode" else {"files": {"List-Unsubscribe": (None, "One-Click")}}
    )
    for _ in range(2):
        reponse = httpx.post(lien, **corps, trust_env=False, follow_redirects=False)
        assert reponse.status_code == 200
        assert "set-cookie" not in reponse.headers
    assert abonnements.may_receive(c, sujet, PUBLIC, horloge.now) == "la personne s’est désabonnée"
    assert abonnements.may_receive(c, sujet, AUTRE, horloge.now) == ""
    assert [x.acte for x in consentements.journal(c, sujet)].count("retrait") == 1


def test_the_button_of_the_page_works_with_and_without_cookies(
    visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge
) -> None:
    sujet = subscribe(c, "bouton@exemple.invalid")
    visiteur.get("/abonnement")  # Leaves the cookie of ordinary forms.
    assert visiteur.cookies
    chemin = f"/desabonnement/{token(c, 'desabonnement', sujet, '')}"
    assert "C’est fait" in visiteur.post(chemin, data=ONE_CLICK).text
    assert abonnements.may_receive(c, sujet, PUBLIC, horloge.now) != ""


@pytest.mark.parametrize("jours", [400, 4_000])
def test_an_old_link_still_unsubscribes(
    visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge, jours: int
) -> None:
    sujet = subscribe(c, f"vieux{jours}@exemple.invalid")
    jeton = token(c, "desabonnement", sujet, PUBLIC, NOW - timedelta(days=jours))
    visiteur.post(f"/desabonnement/{jeton}", data=ONE_CLICK)
    assert abonnements.may_receive(c, sujet, PUBLIC, horloge.now) != ""


def test_an_unknown_token_gets_the_same_page_byte_for_byte(visiteur: Visiteur, c: sqlite3.Connection) -> None:
    sujet = subscribe(c, "neutre@exemple.invalid")
    bon = token(c, "desabonnement", sujet, PUBLIC)
    jetons = [
        bon,
        "zut",
        bon[:-1] + ("A" if bon[-1] != "A" else "B"),
        token(c, "preferences", sujet),
        "%C3%A9",
        "d" * 399,
    ]
    pages = [visiteur.get(f"/desabonnement/{jeton}") for jeton in jetons]
    assert {p.status_code for p in pages} == {200}
    assert len({p.content for p in pages}) == 1
    for jeton in jetons[1:]:
        visiteur.post(f"/desabonnement/{jeton}", data=ONE_CLICK)
    assert abonnements.may_receive(c, sujet, PUBLIC, NOW) == ""
    reponses = [visiteur.post(f"/desabonnement/{jeton}", data=ONE_CLICK) for jeton in jetons]
    assert len({(r.status_code, r.content) for r in reponses}) == 1


def test_only_that_one_route_goes_without_the_token(visiteur: Visiteur) -> None:
    from veille.pages.routes import ROUTES

    assert [r.motif for role in ROUTES.values() for r in role if r.sans_jeton] == [
        r"/desabonnement/(?P<jeton>[^/]{1,400})$"
    ]
    assert all(r.methode == "POST" for role in ROUTES.values() for r in role if r.sans_jeton)


def test_pages_with_a_secret_in_their_address_are_kept_by_nobody(visiteur: Visiteur) -> None:
    for chemin in ("/desabonnement/x", "/preferences/x", "/abonnement/confirmer/x", "/preferences"):
        entetes = visiteur.get(chemin).headers
        assert entetes["referrer-policy"] == "no-referrer", chemin
        assert "noindex" in entetes["x-robots-tag"]
        assert entetes.get_list("cache-control") == ["private, no-store"]
        assert entetes["content-security-policy"]
    assert visiteur.get("/abonnement").headers["referrer-policy"] == "same-origin"
    assert "x-robots-tag" not in visiteur.get("/confidentialite").headers


# ---------------------------------------------------------------- preferences


def opened(visiteur: Visiteur, c: sqlite3.Connection, sujet: str, horloge: Horloge) -> tuple[str, httpx.Response]:
    chemin = f"/preferences/{token(c, 'preferences', sujet, now=horloge.now)}"
    page = visiteur.get(chemin)
    assert page.status_code == 200
    return chemin, page


def test_the_link_of_a_digest_only_offers_a_fresh_one(visiteur: Visiteur, c: sqlite3.Connection) -> None:
    sujet = subscribe(c, "lien@exemple.invalid")
    chemin = f"/preferences/{token(c, 'desabonnement', sujet, PUBLIC)}"
    page = visiteur.get(chemin)
    assert "lien@exemple.invalid" not in page.text
    reponse = visiteur.send_form(chemin, page, acte="effacer", confirme="oui")
    assert "Demande reçue" in reponse.text
    assert queued(c, sujet, "preferences") == 1
    assert personnes.by_subject(c, sujet) is not None


def test_lists_rhythm_alerts_and_identity_are_chosen(
    visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge
) -> None:
    sujet = subscribe(c, "choix@exemple.invalid", PUBLIC, "ca-direction")
    chemin, page = opened(visiteur, c, sujet, horloge)
    assert re.findall(r'name="public" value="([^"]+)" checked', page.text) == [PUBLIC, "ca-direction"]
    champs = {
        "acte": "enregistrer",
        "montre": [PUBLIC, AUTRE],
        "public": [AUTRE],
        f"rythme-{AUTRE}": "mensuel",
        "alertes": [AUTRE],
        "nom": "Camille Fictive",
        "mrc": "Joliette",
    }
    reponse = visiteur.send_form(chemin, page, **champs)
    assert "enregistrées" in reponse.text
    personne = personnes.by_subject(c, sujet)
    assert personne is not None and (personne.nom, personne.mrc) == ("Camille Fictive", "Joliette")
    assert abonnements.may_receive(c, sujet, PUBLIC, horloge.now) != ""
    assert abonnements.may_receive(c, sujet, "ca-direction", horloge.now) == ""
    (destinataire,) = [d for d in abonnements.recipients(c, AUTRE, horloge.now, alerte=True) if d.sujet == sujet]
    assert destinataire.rythme == "mensuel"


def test_nobody_joins_an_internal_list_by_forging_a_field(
    visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge
) -> None:
    sujet = subscribe(c, "force@exemple.invalid")
    chemin, page = opened(visiteur, c, sujet, horloge)
    visiteur.send_form(
        chemin, page, acte="enregistrer", montre=["ca-direction", "page-seule"], public=["ca-direction", "page-seule"]
    )
    assert abonnements.may_receive(c, sujet, "ca-direction", horloge.now) != ""
    assert abonnements.may_receive(c, sujet, "page-seule", horloge.now) != ""


def test_a_new_address_waits_for_its_own_confirmation(
    visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge
) -> None:
    sujet = subscribe(c, "avant@exemple.invalid")
    chemin, page = opened(visiteur, c, sujet, horloge)
    assert "il manque le @" in visiteur.send_form(chemin, page, acte="adresse", courriel="zut").text.replace(
        "\u00a0", " "
    )
    visiteur.send_form(chemin, page, acte="adresse", courriel="apres@exemple.invalid")
    neuf = subject(c, "apres@exemple.invalid")
    lien = f"/abonnement/confirmer/{token(c, 'confirmation', neuf, now=horloge.now)}"
    page = visiteur.get(lien)
    assert "remplacera" in page.text
    assert "remplace l’ancienne" in visiteur.send_form(lien, page, adresse="oui").text
    assert subject(c, "apres@exemple.invalid") == sujet
    assert personnes.find(c, "avant@exemple.invalid") is None


def test_everything_can_be_left_downloaded_and_erased(
    visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge, dossier: Path
) -> None:
    sujet = subscribe(c, "tout@exemple.invalid", PUBLIC, AUTRE)
    chemin, page = opened(visiteur, c, sujet, horloge)
    assert "plus rien" in visiteur.send_form(chemin, page, acte="tout-quitter").text
    assert abonnements.may_receive(c, sujet, AUTRE, horloge.now) != ""
    fichier = visiteur.send_form(chemin, page, acte="telecharger")
    assert "attachment" in fichier.headers["content-disposition"]
    assert fichier.json()["abonnes"][0]["adresse"] == "tout@exemple.invalid"
    assert visiteur.send_form(chemin, page, acte="effacer").status_code == 400
    assert "Tout est effacé" in visiteur.send_form(chemin, page, acte="effacer", confirme="oui").text
    assert not [f.name for f in dossier.rglob("*") if f.is_file() and b"tout@exemple.invalid" in f.read_bytes().lower()]
    assert "ne sert plus" in visiteur.get(chemin).text


def test_a_link_to_preferences_dies_after_a_day(visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge) -> None:
    sujet = subscribe(c, "vieille@exemple.invalid")
    jeton = token(c, "preferences", sujet, now=horloge.now - timedelta(hours=25))
    assert "ne sert plus" in visiteur.get(f"/preferences/{jeton}").text


# ---------------------------------------------------------------- around


def test_the_privacy_page_says_who_what_where_how_long_and_to_whom_to_complain(visiteur: Visiteur) -> None:
    page = visiteur.get("/confidentialite").text
    for mot in (
        "Dominique Fictif",
        "vieprivee@table.exemple.invalid",
        "Commission d’accès à l’information",
        "30 jours",
        "24 mois",
        "Qui les voit",
        "Comment ils sont protégés",
        "Changements de cette page",
        "1, rue de l’Exemple",
    ):
        assert mot in page, mot


def test_every_public_page_with_a_form_leads_to_the_privacy_page(
    visiteur: Visiteur, c: sqlite3.Connection, horloge: Horloge
) -> None:
    sujet = subscribe(c, "pied@exemple.invalid")
    _, prefs = opened(visiteur, c, sujet, horloge)
    pages = [visiteur.get(chemin) for chemin in ("/abonnement", "/preferences", "/desabonnement/x")] + [prefs]
    for page in pages:
        assert 'href="/confidentialite"' in page.text.partition("<main")[2].partition("</main")[0], page.url


def test_audiences_follow_their_files(dossier: Path, visiteur: Visiteur) -> None:
    fichier = dossier / "digests" / AUTRE / "audience.toml"
    texte = fichier.read_text(encoding="utf-8")
    fichier.write_text(texte.replace("Partenaires", "Partenaires renommés"), encoding="utf-8")
    assert "Partenaires renommés" in visiteur.get("/abonnement").text
    fichier.write_text("zut = [", encoding="utf-8")
    assert "Partenaires renommés" in visiteur.get("/abonnement").text
    fichier.write_text(texte, encoding="utf-8")
    assert "Partenaires renommés" not in visiteur.get("/abonnement").text


def test_an_unfinished_organisation_asks_nobody_for_an_address_and_lets_people_leave(tmp_path: Path) -> None:
    dossier = project(tmp_path)
    fichier = dossier / "organisation.toml"
    fichier.write_text(fichier.read_text(encoding="utf-8").replace("Dominique Fictif", "à remplir"), encoding="utf-8")
    (dossier / "publication.db").write_bytes(b"ceci n'est pas une base" * 200)
    with contextlib.closing(subscribers(dossier)) as c:
        sujet = subscribe(c)
        with running_site(dossier, public=True) as adresse, Visiteur(adresse) as visiteur:
            page = visiteur.get("/abonnement")
            assert page.status_code == 200 and "<form" not in page.text and "ne sont pas ouverts" in page.text
            assert visiteur.get("/").status_code == 503
            assert visiteur.get("/confidentialite").status_code == 200
            visiteur.post(f"/desabonnement/{token(c, 'desabonnement', sujet, '')}", data=ONE_CLICK)
        assert abonnements.may_receive(c, sujet, PUBLIC, NOW) != ""
