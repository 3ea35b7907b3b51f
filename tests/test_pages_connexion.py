"""Signing in and out: passwords, links, waits, cookies; and what someone hostile tries."""

from __future__ import annotations

import html
import re
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.navigateur import NOW, Visiteur, account, fill, running_site, visitor
from tests.porte import PHRASE, Horloge, Site, open_door, words
from tests.test_identite import made_elsewhere
from veille import identite
from veille.identite import hash_password
from veille.store import liens, personnes
from veille.store.comptes import open_accounts
from veille.store.connexion import transaction

INEXACT = "Identifiant ou mot de passe inexact."


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_door(tmp_path) as ouverte:
        yield ouverte


# ---------------------------------------------------------------- passwords


def test_a_password_lets_in_and_leads_back_to_the_page_that_was_asked(site: Site) -> None:
    with site.visitor() as visiteur:
        retour = visiteur.get("/revue?theme=habitation").headers["location"]
        assert retour == "/connexion?retour=/revue%3Ftheme%3Dhabitation"
        page = visiteur.get(retour)
        champ = re.search(r'name="retour" value="([^"]+)"', page.text)
        assert champ
        reponse = visiteur.send_form(
            "/connexion",
            page,
            identifiant=" Camille.EXEMPLE ",
            mot_de_passe=PHRASE,
            retour=html.unescape(champ[1]),
        )
        assert (reponse.status_code, reponse.headers["location"]) == (303, "/revue?theme=habitation")
        assert visiteur.get("/revue").status_code == 200
        assert "Camille Exemple" in visiteur.get("/").text


def test_the_form_is_one_that_password_managers_and_people_can_use(site: Site) -> None:
    with site.visitor() as visiteur:
        page = visiteur.get("/connexion").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "<script" not in page
    assert "onpaste" not in page


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(site: Site) -> None:
    with closing(open_accounts(site.dossier)) as c, transaction(c):
        personnes.add(c, "sans.mot", "Sans Mot de Passe", ("lire",), "essais", NOW)
        retiree = personnes.add(c, "retiree", "Retirée Exemple", ("lire",), "essais", NOW)
        personnes.set_password(c, retiree.id, hash_password(PHRASE), "essais", NOW)
        personnes.retire(c, retiree.id, "essais", NOW)
    reponses = []
    for identifiant in ("camille.exemple", "inconnue", "sans.mot", "retiree", "", "é" * 300, "a\x00b"):
        with site.visitor() as visiteur:
            reponse = site.attempt(visiteur, PHRASE if identifiant != "camille.exemple" else "x", identifiant)
            assert INEXACT in reponse.text
            assert "veille_equipe" not in visiteur.cookies
            sans_saisie = re.sub(r'value="[^"]*"', "", reponse.text)
            reponses.append((reponse.status_code, sans_saisie, sorted(reponse.headers)))
    assert [r == reponses[0] for r in reponses] == [True] * len(reponses)
    assert reponses[0][0] == 403


def test_every_attempt_looks_at_one_password_even_when_there_is_none(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    regards: list[str | None] = []

    verifier = identite.verify
    monkeypatch.setattr("veille.identite.verify", lambda mot, e: regards.append(e) or verifier(mot, e))
    for identifiant in ("camille.exemple", "inconnue"):
        with site.visitor() as visiteur:
            site.attempt(visiteur, "x", identifiant)
    assert len(regards) == 2
    assert regards[0] is not None
    assert regards[1] is None


def test_spaces_and_accents_of_a_password_are_part_of_it(site: Site) -> None:
    account(site.dossier, mot_de_passe="  l’été, « enfin »  ")
    with site.visitor() as visiteur:
        assert site.attempt(visiteur, "l’été, « enfin »").status_code == 403
        assert site.attempt(visiteur, "  l’été, « enfin »  ").status_code == 303


def test_a_hash_of_datasette_auth_passwords_lets_in_and_is_made_stronger(site: Site) -> None:
    with closing(open_accounts(site.dossier)) as c, transaction(c):
        personnes.set_password(c, 1, made_elsewhere(PHRASE, 3), "essais", NOW)
    with site.visitor() as visiteur:
        assert site.attempt(visiteur, PHRASE).status_code == 303
    with closing(open_accounts(site.dossier)) as c:
        assert (personnes.password_of(c, 1) or "").startswith("pbkdf2_sha256$10$")
    with site.visitor() as visiteur:
        assert site.attempt(visiteur, PHRASE).status_code == 303


# ---------------------------------------------------------------- waits


def test_after_five_failures_even_the_right_password_waits_and_the_page_says_how_long(site: Site) -> None:
    with site.visitor() as visiteur:
        for _ in range(4):
            assert words(site.attempt(visiteur, "x")).count(f"{INEXACT} Attendez") == 0
        cinquieme = site.attempt(visiteur, "x")
        assert f"{INEXACT} Attendez 30 secondes avant de recommencer." in words(cinquieme)
        refus = site.attempt(visiteur, PHRASE)
        assert refus.status_code == 429
        assert refus.headers["retry-after"] == "30"
        assert "Attendez 30 secondes, puis recommencez" in words(refus)
        site.horloge.avance(seconds=31)
        assert site.attempt(visiteur, "x").status_code == 403
        site.horloge.avance(seconds=31)
        assert "Attendez 29 secondes" in words(site.attempt(visiteur, PHRASE))
        site.horloge.avance(seconds=30)
        assert site.attempt(visiteur, PHRASE).status_code == 303


def test_a_restart_forgets_no_failure(tmp_path: Path) -> None:
    account(fill(tmp_path, 1), mot_de_passe=PHRASE)
    for attendu in (403, 429):
        with running_site(tmp_path) as lien:
            site = Site(tmp_path, lien.partition("/connexion")[0], Horloge())
            with site.visitor() as visiteur:
                statuts = [site.attempt(visiteur, "x").status_code for _ in range(5)]
        assert set(statuts) == {attendu}


@pytest.mark.parametrize("inconnu", [False, True])
def test_variants_of_an_identifier_do_not_evade_the_wait(site: Site, inconnu: bool) -> None:
    nom = "personne.ici" if inconnu else "camille.exemple"
    large = "".join(chr(ord(lettre) + 0xFEE0) for lettre in nom)
    variantes = [nom, nom.upper(), f"  {nom} ", large, nom.replace(".", " . "), f"{nom}\u3000", nom.title()]
    statuts = []
    for variante in variantes:
        with site.visitor() as visiteur:  # A new browser each time.
            statuts.append(site.attempt(visiteur, "x", variante).status_code)
    assert statuts == [403] * 5 + [429] * 2  # Whether the person exists or not: it cannot be told from the waits.


def test_guesses_sent_at_once_are_all_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    regards: list[str] = []
    verifier = identite.verify
    monkeypatch.setattr("veille.identite.verify", lambda mot, e: regards.append(mot) or verifier(mot, e))
    statuts: list[int] = []

    def guess(rang: int) -> None:
        with site.visitor() as visiteur:
            statuts.append(site.attempt(visiteur, f"essai {rang}").status_code)

    fils = [threading.Thread(target=guess, args=(rang,)) for rang in range(12)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(statuts) == [403] * 5 + [429] * 7
    assert len(regards) == 5


def test_an_attacker_keeps_nobody_out(site: Site) -> None:
    """Neither whose session is open, nor who comes back on a device already used, nor who receives a link."""
    with site.visitor() as collegue, site.visitor() as attaquant:
        assert site.attempt(collegue, PHRASE).status_code == 303
        for _ in range(5):
            site.attempt(attaquant, "x")
        assert site.attempt(attaquant, PHRASE).status_code == 429
        page = collegue.get("/revue")
        assert page.status_code == 200
        collegue.send_form("/deconnexion", page)
        assert collegue.get("/revue").status_code == 302
        assert site.attempt(collegue, PHRASE).status_code == 303
        page = collegue.get("/compte")
        collegue.send_form("/deconnexion", page)
        for _ in range(5):
            assert site.attempt(collegue, "x").status_code == 403
        assert site.attempt(collegue, PHRASE).status_code == 429  # The device has its own count.
    with closing(open_accounts(site.dossier)) as c, transaction(c):
        jeton = liens.create(c, "mot_de_passe", site.horloge(), 1)
    with site.visitor() as visiteur:
        page = visiteur.get(f"/connexion?jeton={jeton}")
        nouveau = "quatre grands canots rouges"
        assert visiteur.send_form("/connexion", page, jeton=jeton, nouveau=nouveau, encore=nouveau).status_code == 303
    with site.visitor() as ailleurs:
        assert site.attempt(ailleurs, nouveau).status_code == 303  # The new password lifted the wait.


def test_another_s_device_and_forged_ones_are_not_a_way_around_the_wait(site: Site) -> None:
    account(site.dossier, "Sam Exemple", mot_de_passe="cinq longs canots verts")
    with site.visitor() as sam:
        assert site.attempt(sam, "cinq longs canots verts", "sam.exemple").status_code == 303
        appareil = sam.cookies["veille_appareil"]
    statuts = []
    for cookie in (appareil, "", "x", appareil[:-2], f"{appareil}x", appareil, appareil):
        with site.visitor() as visiteur:
            visiteur.cookies.set("veille_appareil", cookie)
            statuts.append(site.attempt(visiteur, "x").status_code)
    assert statuts == [403] * 5 + [429] * 2


def test_too_many_at_once_is_told_without_counting_against_anybody(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.pages.sessions.CALCULS_EN_ATTENTE", 0)
    with site.visitor() as visiteur:
        for _ in range(6):
            reponse = site.attempt(visiteur, PHRASE)
            assert reponse.status_code == 503
            assert "en même temps" in reponse.text
        monkeypatch.undo()
        monkeypatch.setattr("veille.identite.ITERATIONS", 10)
        assert site.attempt(visiteur, PHRASE).status_code == 303


# ---------------------------------------------------------------- cookies and sessions


def test_the_session_cookie_is_hardened_and_only_its_hash_is_kept(site: Site) -> None:
    with site.visitor() as visiteur:
        reponse = site.attempt(visiteur, PHRASE)
        recus = reponse.headers.get_list("set-cookie")
        cookie = next(c for c in recus if c.startswith("veille_equipe="))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Max-Age=43200" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie  # Plain http on loopback: a browser would drop it.
        assert all("HttpOnly" in c for c in recus)
        assert stat.S_IMODE((site.dossier / "comptes.db").stat().st_mode) == 0o600
        jeton = visiteur.cookies["veille_equipe"].partition(".")[0].strip('"')
        contenu = b"".join(p.read_bytes() for p in site.dossier.glob("comptes.db*"))
        assert len(jeton) >= 43
        assert jeton.encode() not in contenu
    with site.visitor() as visiteur:
        visiteur.headers["x-forwarded-proto"] = "https"
        assert all("Secure" in c for c in site.attempt(visiteur, PHRASE).headers.get_list("set-cookie"))


def test_signing_in_always_gives_a_new_session_and_closes_the_one_that_was_held(site: Site) -> None:
    """Session fixation: what an attacker planted in the browser beforehand opens nothing afterwards."""
    account(site.dossier, "Sam Exemple", mot_de_passe="cinq longs canots verts")
    with site.visitor() as attaquant, site.visitor() as victime:
        assert site.attempt(attaquant, "cinq longs canots verts", "sam.exemple").status_code == 303
        plante = attaquant.cookies["veille_equipe"]
        victime.cookies.set("veille_equipe", plante)
        reponse = site.attempt(victime, PHRASE)
        assert reponse.status_code == 303
        recu = next(c for c in reponse.headers.get_list("set-cookie") if c.startswith("veille_equipe="))
        assert plante not in recu
        assert attaquant.get("/revue").status_code == 302


def test_signing_out_closes_the_session_wherever_its_cookie_was_copied(site: Site) -> None:
    with site.visitor() as visiteur:
        site.attempt(visiteur, PHRASE)
        copie = dict(visiteur.cookies)
        page = visiteur.get("/revue")
        assert visiteur.send_form("/deconnexion", page).headers["location"] == "/connexion"
        assert visiteur.get("/revue").status_code == 302
        visiteur.cookies.update(copie)
        assert visiteur.get("/revue").status_code == 302


def test_a_session_ends_after_twelve_hours_and_survives_a_restart(tmp_path: Path) -> None:
    horloge = Horloge()
    account(fill(tmp_path, 1), mot_de_passe=PHRASE)
    with running_site(tmp_path, clock=horloge) as lien, visitor(tmp_path, lien, "Camille Exemple") as visiteur:
        cookies = dict(visiteur.cookies)
    horloge.avance(hours=11, minutes=59)
    with running_site(tmp_path, clock=horloge) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        visiteur.cookies.update(cookies)
        assert visiteur.get("/revue").status_code == 200
        horloge.avance(minutes=2)
        assert visiteur.get("/revue").status_code == 302


def test_what_the_site_signs_for_something_else_is_no_session(site: Site) -> None:
    with site.visitor() as visiteur:
        site.attempt(visiteur, PHRASE)
        cookies = dict(visiteur.cookies)
    for forge in (
        cookies["ds_csrftoken"],
        cookies["veille_appareil"],
        cookies["veille_equipe"][:-1],
        cookies["veille_equipe"].swapcase(),
        "",
        "x" * 4000,
        "e30.x",
    ):
        with site.visitor() as visiteur:
            visiteur.cookies.set("veille_equipe", forge)
            assert visiteur.get("/revue").status_code == 302, forge
            assert visiteur.get("/veille/items.json").status_code == 403, forge


def test_a_form_of_another_site_or_of_nobody_signs_nobody_in(site: Site) -> None:
    with site.visitor() as visiteur:
        champs = {"identifiant": "camille.exemple", "mot_de_passe": PHRASE}
        assert visiteur.post("/connexion", data=champs).status_code == 403
        page = visiteur.get("/connexion")
        jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
        assert jeton
        bon = {**champs, "csrftoken": jeton[1]}
        for entetes in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
            assert visiteur.post("/connexion", data=bon, headers=entetes).status_code == 403
        assert visiteur.post("/connexion", json=bon).status_code == 415
        assert "veille_equipe" not in visiteur.cookies
        assert visiteur.post("/connexion", data=bon).status_code == 303
