"""« Mon compte » and « Comptes »: what each person changes alone, and what those who administer change for others."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.navigateur import HOSTILE, NOW, Visiteur, account, fill, running_site, session_link, signed_in, visitor
from veille.model import DROITS
from veille.store import personnes, tentatives
from veille.store.comptes import open_accounts
from veille.store.connexion import transaction

PHRASE, AUTRE = "trois petits canots bleus", "quatre grands canots rouges"


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    return fill(tmp_path, 2)


@pytest.fixture
def camille(dossier: Path) -> Iterator[Visiteur]:
    account(dossier, mot_de_passe=PHRASE)
    with signed_in(dossier) as visiteur:
        yield visiteur


def words(reponse: httpx.Response) -> str:
    return html.unescape(reponse.text).replace("\u00a0", " ").replace("\u202f", " ")


def state(dossier: Path, identifiant: str) -> personnes.Compte:
    with closing(open_accounts(dossier)) as c:
        compte = personnes.find(c, identifiant)
    assert compte is not None
    return compte


# ---------------------------------------------------------------- one's own account


def test_my_account_says_who_i_am_and_what_i_may_do(dossier: Path) -> None:
    with signed_in(dossier, "Sam Exemple", ("lire", "revoir")) as sam:
        page = words(sam.get("/compte"))
    assert "Sam Exemple" in page
    assert "trancher les nouvelles" in page
    assert "approuver et publier" not in page
    assert "Gérer les comptes" not in page


def test_i_change_my_password_with_the_old_one_and_my_other_sessions_close(dossier: Path, camille: Visiteur) -> None:
    with visitor(dossier, str(camille.base_url).rstrip("/"), "Camille Exemple") as ailleurs:
        page = camille.get("/compte")
        for ancien, nouveau, encore, phrase in (
            ("pas le bon", AUTRE, AUTRE, "Ce n’est pas votre mot de passe actuel"),
            ("", AUTRE, AUTRE, "Ce n’est pas votre mot de passe actuel"),
            (PHRASE, "court", "court", "12 caractères"),
            (PHRASE, AUTRE, AUTRE + " ", "pas les mêmes"),
            (PHRASE, "Camille.Exemple", "Camille.Exemple", "identifiant"),
        ):
            refus = camille.send_form("/compte/mot-de-passe", page, ancien=ancien, nouveau=nouveau, encore=encore)
            assert refus.status_code in (400, 403)
            assert phrase in words(refus)
            assert AUTRE not in refus.text
        assert ailleurs.get("/revue").status_code == 200
        bon = camille.send_form("/compte/mot-de-passe", page, ancien=PHRASE, nouveau=AUTRE, encore=AUTRE)
        assert bon.status_code == 303
        assert "1 autre session est fermée" in words(camille.get("/compte"))
        assert ailleurs.get("/revue").status_code == 302


def test_guessing_the_old_password_waits_too_and_an_open_session_stays_open(camille: Visiteur) -> None:
    page = camille.get("/compte")
    for _ in range(5):
        refus = camille.send_form("/compte/mot-de-passe", page, ancien="x", nouveau=AUTRE, encore=AUTRE)
    assert "Attendez 30 secondes" in words(refus)
    refus = camille.send_form("/compte/mot-de-passe", page, ancien=PHRASE, nouveau=AUTRE, encore=AUTRE)
    assert refus.status_code == 429
    assert camille.get("/revue").status_code == 200


def test_i_close_what_i_left_open_elsewhere(dossier: Path, camille: Visiteur) -> None:
    assert "Fermer" not in camille.get("/compte").text
    with visitor(dossier, str(camille.base_url).rstrip("/"), "Camille Exemple") as ailleurs:
        page = camille.get("/compte")
        assert page.text.count("celle-ci") == 1
        assert "Fermer l’autre session" in words(page)
        assert camille.send_form("/compte/sessions", page).status_code == 303
        assert ailleurs.get("/revue").status_code == 302
    assert camille.get("/revue").status_code == 200


def test_preferences_are_kept_with_the_account(dossier: Path, camille: Visiteur) -> None:
    page = camille.get("/compte")
    for champs, cle, valeur in (
        ({"raccourcis": "non"}, "raccourcis", False),
        ({"visite": "vue"}, "visite", True),
        ({"raccourcis": "oui"}, "raccourcis", True),
        ({"visite": "revoir"}, "visite", False),
    ):
        reponse = camille.send_form("/compte/preferences", page, **champs, retour="/revue?q=a")
        assert (reponse.status_code, reponse.headers["location"]) == (303, "/revue?q=a")
        assert state(dossier, "camille.exemple").preferences[cle] is valeur  # type: ignore[literal-required]
    jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
    assert jeton
    for champs, statut in (({"visite": "vue"}, 200), ({"visite": "zut"}, 400), ({}, 400)):
        reponse = camille.post(
            "/compte/preferences", data={"csrftoken": jeton[1], **champs}, headers={"accept": "application/json"}
        )
        assert (reponse.status_code, reponse.json()["ok"]) == (statut, statut == 200)
    assert state(dossier, "camille.exemple").preferences["visite"] is True


# ---------------------------------------------------------------- everybody's accounts


def test_someone_is_added_and_enters_by_the_link_shown_once(dossier: Path, camille: Visiteur) -> None:
    page = camille.get("/comptes")
    champs = {"nom": "Sam Exemple", "identifiant": "Sam@Exemple.invalid", "droits": ["lire", "revoir"]}
    remise = camille.send_form("/comptes/ajouter", page, **champs)
    lien = re.search(r'value="(http://[^"]+/connexion\?jeton=[\w-]{43})"', remise.text)
    assert lien
    assert "no-store" in remise.headers["cache-control"]
    assert lien[1] not in camille.get("/comptes").text
    with Visiteur(str(camille.base_url)) as sam:
        choix = sam.get(lien[1])
        jeton = lien[1].partition("jeton=")[2]
        assert sam.send_form("/connexion", choix, jeton=jeton, nouveau=AUTRE, encore=AUTRE).status_code == 303
        assert sam.get("/revue").status_code == 200
        assert sam.get("/comptes").status_code == 403
    sam_compte = state(dossier, "sam@exemple.invalid")
    assert sam_compte.droits == ("lire", "revoir")
    detail = words(camille.get(f"/comptes/{sam_compte.id}"))
    assert "compte ouvert : lire, revoir" in detail
    assert "par Camille Exemple" in detail
    assert "mot de passe choisi" in detail


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"identifiant": "camille.exemple"}, "déjà pris"),
        ({"nom": "CAMILLE EXEMPLE"}, "déjà celui d’un compte"),
        ({"identifiant": "é"}, "identifiant"),
        ({"identifiant": ""}, "identifiant"),
        ({"nom": ""}, "Écrivez le nom"),
        ({"nom": "x" * 81}, "80"),
        ({"nom": "a\u202eb"}, "interdit"),
        ({"droits": "voler"}, "Droit inconnu"),
    ],
)
def test_what_cannot_be_an_account_is_told_and_what_was_typed_comes_back(
    camille: Visiteur, champs: dict[str, str], phrase: str
) -> None:
    saisie = {"nom": "Sam Exemple", "identifiant": "sam.exemple", "droits": "revoir", **champs}
    refus = camille.send_form("/comptes/ajouter", camille.get("/comptes"), **saisie)
    assert refus.status_code == 400
    assert phrase in words(refus)
    if "identifiant" not in champs:
        assert 'value="sam.exemple"' in refus.text


def test_rights_and_name_change_and_nobody_gives_up_their_own_key(dossier: Path, camille: Visiteur) -> None:
    sam = account(dossier, "Sam Exemple", ("lire",))
    page = camille.get(f"/comptes/{sam.id}")
    champs = {"nom": "Sam Autrement", "droits": ["lire", "administrer"]}
    assert camille.send_form(f"/comptes/{sam.id}/modifier", page, **champs).status_code == 303
    assert (state(dossier, "sam.exemple").nom, state(dossier, "sam.exemple").droits) == (
        "Sam Autrement",
        ("lire", "administrer"),
    )
    moi = state(dossier, "camille.exemple").id
    for droits in (["lire"], ["administrer"], []):
        refus = camille.send_form(f"/comptes/{moi}/modifier", page, nom="Camille Exemple", droits=droits)
        assert refus.status_code == 400
        assert "votre propre compte" in words(refus)
    assert camille.send_form(f"/comptes/{moi}/retirer", page).status_code == 400
    assert state(dossier, "camille.exemple").droits == DROITS
    assert "Retirer" not in camille.get(f"/comptes/{moi}").text


def test_someone_is_retired_restored_and_unlocked(dossier: Path, camille: Visiteur) -> None:
    sam = account(dossier, "Sam Exemple", ("lire",))
    page = camille.get(f"/comptes/{sam.id}")
    with visitor(dossier, str(camille.base_url).rstrip("/"), "Sam Exemple", ("lire",)) as visiteur:
        assert visiteur.get("/revue").status_code == 200
        assert camille.send_form(f"/comptes/{sam.id}/retirer", page).status_code == 303
        assert visiteur.get("/revue").status_code == 302
    assert camille.send_form(f"/comptes/{sam.id}/retirer", page).status_code == 400
    assert camille.send_form(f"/comptes/{sam.id}/lien", page).status_code == 400
    assert camille.send_form(f"/comptes/{sam.id}/retablir", page).status_code == 303
    assert state(dossier, "sam.exemple").retire_a is None
    with closing(open_accounts(dossier)) as c, transaction(c):
        cle = tentatives.Cle(b"cle", tentatives.SEUIL_COMPTE, sam.id)
        for _ in range(tentatives.SEUIL_COMPTE):
            tentatives.begin(c, [cle], NOW)
    assert "en attente, 30 secondes" in words(camille.get("/comptes"))
    assert camille.send_form(f"/comptes/{sam.id}/deverrouiller", page).status_code == 303
    assert "en attente" not in words(camille.get("/comptes"))
    for acte in ("retirer", "retablir", "deverrouiller", "lien", "modifier"):
        assert camille.send_form(f"/comptes/999/{acte}", page).status_code == 404


def test_a_hostile_name_is_shown_as_text(dossier: Path, camille: Visiteur) -> None:
    account(dossier, HOSTILE[:80], ("lire",))
    for adresse in ("/comptes", f"/comptes/{max(c.id for c in _everyone(dossier))}"):
        assert "<script>alert" not in camille.get(adresse).text


def test_accounts_are_nowhere_in_what_may_be_queried(dossier: Path, camille: Visiteur) -> None:
    for requete in ("select * from comptes", "select * from sessions", "attach 'comptes.db' as x"):
        assert camille.get("/veille.json", params={"sql": requete}).status_code == 400
    for adresse in ("/comptes.json", "/comptes.db", "/veille/comptes", "/-/databases.json"):
        assert camille.get(adresse).status_code in (403, 404)
    with closing(sqlite3.connect(dossier / "veille.db")) as c:
        assert not c.execute("SELECT 1 FROM sqlite_master WHERE name IN ('comptes', 'sessions', 'liens')").fetchall()


def test_who_has_no_right_to_read_is_led_to_their_account(dossier: Path) -> None:
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        entree = visiteur.enter(session_link(dossier, account(dossier, "Sans Lecture", ())))
        assert entree.headers["location"] == "/compte"
        page = words(visiteur.get("/compte"))
        assert "Sans le droit « lire »" in page
        assert "Navigation principale" not in page


def _everyone(dossier: Path) -> list[personnes.Compte]:
    with closing(open_accounts(dossier)) as c:
        return personnes.everyone(c)
