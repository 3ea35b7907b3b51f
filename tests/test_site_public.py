"""The public site's own pages: what was published, by theme, place and words; readers' answers; nothing else."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.context import Contexte
from pipeline.voix import move_voices
from tests.diffusion import Atelier
from veille.pages.site import serve
from veille.store import boite, digests, voix
from veille.store.connexion import connect, transaction
from veille.store.publication import consultation


@contextlib.contextmanager
def opened(dossier: Path) -> Iterator[httpx.Client]:
    """The public site of this folder, and a visitor before it."""
    adresses: list[str] = []
    pret, arret = threading.Event(), threading.Event()

    def announce(adresse: str) -> None:
        adresses.append(adresse)
        pret.set()

    fil = threading.Thread(target=lambda: serve(dossier, public=True, port=0, announce=announce, stop=arret))
    fil.start()
    try:
        assert pret.wait(30)
        with httpx.Client(
            base_url=adresses[0], timeout=20, trust_env=False, headers={"accept": "text/html"}
        ) as visiteur:
            yield visiteur
    finally:
        arret.set()
        fil.join(20)


@pytest.fixture(scope="module")
def publie(demo: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demonstration: it is written in."""
    import shutil

    dossier = tmp_path_factory.mktemp("public") / "demo"
    shutil.copytree(demo[0], dossier)
    return dossier


@pytest.fixture(scope="module")
def visiteur(publie: Path) -> Iterator[httpx.Client]:
    with opened(publie) as ouvert:
        yield ouvert


def first(publie: Path) -> tuple[int, int]:
    with contextlib.closing(sqlite3.connect(publie / "publication.db")) as c:
        ligne: tuple[int, int] = c.execute("SELECT digest_id, item_id FROM digest_items ORDER BY 1, 2").fetchone()
    return ligne


def post(visiteur: httpx.Client, chemin: str, **champs: str) -> httpx.Response:
    page = visiteur.get(chemin)
    jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
    assert jeton, page.text
    return visiteur.post(chemin, data={"csrftoken": jeton[1], **champs})


# ---------------------------------------------------------------- pages


def test_every_page_answers_in_french_and_may_be_kept_five_minutes(visiteur: httpx.Client, publie: Path) -> None:
    for chemin in ("/", "/themes", "/territoires", "/recherche", "/recherche?q=alimentaire", "/confidentialite"):
        page = visiteur.get(chemin)
        assert page.status_code == 200, chemin
        assert 'lang="fr-CA"' in page.text
        assert page.text.count("<h1") == 1
    nouveau = httpx.get(
        visiteur.base_url, trust_env=False
    )  # A visitor who answered a form has a cookie: kept by nobody.
    assert nouveau.headers["cache-control"] == "public, max-age=300"
    assert "default-src 'none'" in nouveau.headers["content-security-policy"]


def test_the_home_page_leads_to_each_issue_theme_and_calendar(visiteur: httpx.Client) -> None:
    page = visiteur.get("/").text
    liens = set(re.findall(r'href="(/[^"#]*)"', page))
    assert {"/abonnement", "/territoires", "/bulletins/calendrier.ics"} <= liens
    for lien in liens:
        assert visiteur.get(lien, follow_redirects=True).status_code == 200, lien


def test_a_theme_and_a_place_show_what_was_published_of_them_with_source_author_and_date(
    visiteur: httpx.Client, publie: Path
) -> None:
    with contextlib.closing(sqlite3.connect(publie / "publication.db")) as c:
        c.row_factory = sqlite3.Row
        theme = max(consultation.themes(c), key=lambda r: r.nombre)
        lieu = max(consultation.places(c), key=lambda r: r.nombre)
        attendues = consultation.of_theme(c, theme.slug, 1)
    page = visiteur.get(f"/themes/{theme.slug}").text
    assert page.count('<article class="publiee"') == theme.nombre == len(attendues)
    assert all(n.source in page for n in attendues)
    assert "auteur non indiqué" in page
    assert visiteur.get(f"/territoires/{lieu.slug}").text.count('<article class="publiee"') == min(lieu.nombre, 20)


def test_a_search_ignores_accents_case_and_endings_and_says_so_when_nothing_is_found(visiteur: httpx.Client) -> None:
    avec = visiteur.get("/recherche", params={"q": "Épicerie"}).text
    sans = visiteur.get("/recherche", params={"q": "EPICER"}).text
    assert avec.count('class="publiee"') == sans.count('class="publiee"') >= 1
    rien = visiteur.get("/recherche", params={"q": "zzzintrouvable"}).text
    assert "Aucune nouvelle ne contient" in rien
    assert 'name="robots" content="noindex"' in rien


@pytest.mark.parametrize(
    "q", ['"', "* OR 1", "NEAR(a b)", "titre:x", "a' OR '1'='1", "<script>alert(1)</script>", "-", "é" * 300]
)
def test_nothing_typed_in_a_search_is_an_operator_or_a_tag(visiteur: httpx.Client, q: str) -> None:
    page = visiteur.get("/recherche", params={"q": q})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@given(st.text(max_size=80))
def test_any_text_makes_a_query_that_sqlite_understands(texte: str) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as c:
        c.execute("CREATE VIRTUAL TABLE items_fts USING fts5 (titre)")
        if mots := consultation.query(texte):
            c.execute("SELECT * FROM items_fts WHERE items_fts MATCH ?", (mots,)).fetchall()


@pytest.mark.parametrize("page", ["0", "-1", "501", "x", "99999999999", "2"])
def test_a_page_that_does_not_exist_is_not_found(visiteur: httpx.Client, page: str) -> None:
    reponse = visiteur.get("/themes/habitation", params={"page": page})
    assert reponse.status_code == 404
    assert "Il n’y a pas de page" in reponse.text


def test_unknown_addresses_are_told_in_french(visiteur: httpx.Client) -> None:
    for chemin in ("/themes/inconnu", "/territoires/inconnu", "/rien", "/avis/999999/1/utile", "/sondage/999999"):
        page = visiteur.get(chemin)
        assert page.status_code == 404, chemin
        assert 'lang="fr-CA"' in page.text


def test_the_sitemap_lists_pages_that_answer_and_robots_are_told_what_is_personal(visiteur: httpx.Client) -> None:
    plan = visiteur.get("/sitemap.xml")
    assert plan.headers["content-type"].startswith("application/xml")
    adresses = re.findall(r"<loc>([^<]+)</loc>", plan.text)
    assert len(adresses) > 10
    for adresse in adresses:
        assert visiteur.get(adresse).status_code == 200, adresse
    robots = visiteur.get("/robots.txt").text
    assert "Disallow: /desabonnement/" in robots
    assert "Sitemap: http://" in robots


def test_a_folder_where_nothing_was_published_has_a_home_page_all_the_same(tmp_path: Path) -> None:
    with opened(tmp_path) as vide:
        assert "Aucun bulletin publié" in vide.get("/").text
        for chemin in ("/themes", "/territoires", "/recherche?q=a", "/sitemap.xml", "/robots.txt"):
            assert vide.get(chemin).status_code == 200, chemin
        assert vide.get("/themes/habitation").status_code == 404


# ---------------------------------------------------------------- the reader's voice


def test_opening_a_vote_counts_nothing_and_its_button_counts_once(visiteur: httpx.Client, publie: Path) -> None:
    digest_id, item_id = first(publie)
    ici = f"/avis/{digest_id}/{item_id}"
    for _ in range(3):
        assert "Rien n’est compté" in visiteur.get(f"{ici}/utile").text
    with contextlib.closing(boite.open_inbox(publie)) as c:
        assert c.execute("SELECT count(*) FROM depots").fetchone()[0] == 0
        assert "anonyme" in post(visiteur, f"{ici}/utile").text
        assert post(visiteur, f"{ici}/pas-utile").status_code == 200
        assert post(visiteur, f"{ici}/utilise").status_code == 200
        assert post(visiteur, f"/sondage/{digest_id}", reponse="beaucoup").status_code == 200
        gardes = [tuple(x) for x in c.execute("SELECT genre, valeur FROM depots ORDER BY genre")]
        assert gardes == [("emploi", "utilise"), ("sondage", "beaucoup"), ("vote", "pas_utile")]
        tout = " ".join(str(v) for x in c.execute("SELECT * FROM depots") for v in tuple(x))
    assert "127.0.0.1" not in tout
    assert post(visiteur, f"/sondage/{digest_id}", reponse="zut").status_code == 400
    assert visiteur.post(f"{ici}/utile", data={"csrftoken": "faux"}).status_code == 403
    assert visiteur.get(f"/avis/{digest_id}/999999/utile").status_code == 404


def test_colleagues_behind_one_address_each_have_a_voice_and_a_whole_issue_can_be_voted_on(
    visiteur: httpx.Client, publie: Path
) -> None:
    digest_id, item_id = first(publie)
    ici = f"/avis/{digest_id}/{item_id}/utile"
    temoins = set()
    with contextlib.closing(boite.open_inbox(publie)) as c:
        avant = c.execute("SELECT count(*) FROM depots WHERE genre = 'vote'").fetchone()[0]
    for _ in range(3):
        with httpx.Client(base_url=visiteur.base_url, trust_env=False, headers={"accept": "text/html"}) as collegue:
            page = collegue.get(ici)
            (temoin,) = [x for x in page.headers.get_list("set-cookie") if x.startswith("veille_avis=")]
            temoins.add(temoin)
            assert "HttpOnly" in temoin and "samesite=lax" in temoin.lower() and "max-age=86400" in temoin.lower()
            for _ in range(5):  # Fifteen in all: a dozen stories and the question, from one office.
                assert post(collegue, ici).status_code == 200
            assert not any("veille_avis=" in x for x in collegue.get(ici).headers.get_list("set-cookie"))
    assert len(temoins) == 3
    with contextlib.closing(boite.open_inbox(publie)) as c:
        assert c.execute("SELECT count(*) FROM depots WHERE genre = 'vote'").fetchone()[0] == avant + 3
        tout = " ".join(str(v) for x in c.execute("SELECT * FROM depots") for v in tuple(x))
        c.execute("DELETE FROM depots")  # The folder is shared by the tests of this file.
    assert not any(t.partition(";")[0].partition("=")[2] in tout for t in temoins)


def test_answers_are_moved_once_when_their_day_is_over_whatever_crashes(tmp_path: Path) -> None:
    a = Atelier(tmp_path)
    un = a.retenir("Une nouvelle")
    now = datetime(2026, 11, 24, 15, tzinfo=UTC)
    digests.sync_audiences(a.c, a.audiences)
    a.c.execute(
        "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, approuve_a, approuve_par,"
        " publie_a, publie_par, contenu) VALUES ('clds-joliette', 1, 'T', '2026-11-23', :t, 'x', :t, 'x', :t, 'x', '{}')",
        {"t": "2026-11-23T12:00:00Z"},
    )
    digest_id = a.c.execute("SELECT id FROM digests").fetchone()[0]
    a.c.execute("INSERT INTO digest_items (digest_id, item_id, rang, rubrique) VALUES (?, ?, 1, 'R')", (digest_id, un))
    with contextlib.closing(boite.open_inbox(tmp_path)) as c:
        with transaction(c):
            for visiteur_, valeur in (("v1", "utile"), ("v2", "utile"), ("v3", "pas_utile")):
                assert boite.deposit(c, "vote", digest_id, un, valeur, visiteur_, date(2026, 11, 23))
            boite.deposit(c, "vote", digest_id, 999, "utile", "v1", date(2026, 11, 23))
            boite.deposit(c, "sondage", digest_id, 0, "un_peu", "v1", date(2026, 11, 23))
            boite.deposit(c, "vote", digest_id, un, "utile", "v4", date(2026, 11, 24))
        # As if the program had died between the two databases.
        with transaction(a.c):
            voix.record(a.c, boite.waiting(c, date(2026, 11, 24)))
        ctx = Contexte(a.dossier, a.c, now=lambda: now)
        assert move_voices(ctx) == 4
        assert move_voices(ctx) == 0
        issues = [x[0] for x in c.execute("SELECT issue FROM depots WHERE deplace_a IS NOT NULL ORDER BY issue")]
        assert issues == ["bulletin ou nouvelle inconnus", *["compté"] * 4]
        assert {x[0] for x in c.execute("SELECT visiteur FROM depots WHERE deplace_a IS NOT NULL")} == {""}
    (bilan,) = voix.by_issue(a.c, date(2026, 11, 1))
    assert (bilan.utile, bilan.pas_utile, bilan.utilise, bilan.reponses) == (2, 1, 0, {"un_peu": 1})
    assert voix.best_items(a.c, date(2026, 11, 1))[0].titre == "Une nouvelle"
    ctx_plus_tard = Contexte(a.dossier, a.c, now=lambda: now + timedelta(days=1))
    assert move_voices(ctx_plus_tard) == 1


def test_a_stuffed_inbox_keeps_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boite, "EN_ATTENTE_MAX", 2)
    with contextlib.closing(boite.open_inbox(tmp_path)) as c, transaction(c):
        gardes = [boite.deposit(c, "vote", 1, n, "utile", f"v{n}", date(2026, 11, 23)) for n in range(3)]
    assert gardes == [True, True, False]


def test_the_public_site_never_opens_the_team_s_database(visiteur: httpx.Client, publie: Path) -> None:
    with contextlib.closing(connect(publie / "veille.db")) as c:
        note = "Note tout à fait privée de l’équipe"
        item = c.execute("SELECT item_id FROM digest_items LIMIT 1").fetchone()[0]
        c.execute(
            "INSERT INTO decisions (item_id, genre, note, geste, version, par, prise_a) VALUES (?, 'rediger', ?, 'g', 1, 'x', ?)",
            (item, note, "2026-11-24T12:00:00Z"),
        )
    for chemin in ("/", "/themes", f"/recherche?q={note[:10]}", "/publication", "/publication/items"):
        assert note not in visiteur.get(chemin).text
    assert note.encode() not in (publie / "publication.db").read_bytes()
