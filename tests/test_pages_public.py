"""The public site: what is published, from one state of its database per page, and nothing else."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.navigateur import NOW, Visiteur, add_item, running_site
from veille.editor import Contenu, to_json
from veille.editor.formes import Element, Nom, Rubrique
from veille.model import Audience, Source
from veille.pages.garde import CSP
from veille.pages.instance import BASES
from veille.store import digests, publication, sources
from veille.store.digests import Place
from veille.store.figes import Fige
from veille.store.lecture import Generations, snapshot
from veille.store.schema import open_store


def contenu(audience: str, titre: str, item_id: int, *, publique: bool = True) -> str:
    element = Element(
        item_id, f"Titre de {titre}", Nom("ville", "Ville fictive"), "", "23 novembre 2026", vu_le="2026-11-23"
    )
    return to_json(
        Contenu(
            Nom(audience, audience.title()),
            1,
            titre,
            "2026-11-23",
            "23 novembre 2026",
            "Veille",
            f"tag:exemple.invalid,2026:{audience}/1",
            rubriques=(Rubrique("autres", "Autres nouvelles", (element,)),),
            publique=publique,
        )
    )


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where a public digest and an internal one are published, with their files."""
    chemin = tmp_path_factory.mktemp("public")
    c = open_store(chemin)
    sources.sync(
        c,
        [
            Source(
                "ville", "Ville fictive", "https://ville.exemple.invalid/", "https://ville.exemple.invalid/flux", "flux"
            )
        ],
        NOW,
    )
    digests.sync_audiences(c, [Audience("partenaires", "Partenaires"), Audience("ca", "Conseil", "interne")])
    item_id = add_item(c, 1, "a", "Un titre")
    for audience, titre, publique in (("partenaires", "Bulletin public", True), ("ca", "Bulletin secret", False)):
        texte = contenu(audience, titre, item_id, publique=publique)
        places = [Place(item_id, "Autres nouvelles")]
        numero = digests.save_draft(c, audience, 1, titre, NOW.date(), texte, places, "Camille", NOW)
        digests.approve(c, numero, NOW.date(), texte, places, [], "Camille", NOW, fige=Fige("{}", "essai", "[]", {}))
        digests.mark_published(c, numero, "Camille", NOW)
        for racine in ("publication", "interne") if publique else ("interne",):
            page = chemin / racine / audience / "2026-11-23" / "index.html"
            page.parent.mkdir(parents=True)
            page.write_text(f"<!DOCTYPE html><title>{titre}</title><p>{titre} en page", encoding="utf-8")
    publie = chemin / "publication"
    (publie / "statique").mkdir()
    (publie / "statique" / "bulletin.css").write_text("body { margin: 0 }")
    (publie / "partenaires" / "flux.atom.xml").write_text("<feed/>")
    (publie / "partenaires" / "index.html").write_text("<!DOCTYPE html><title>Archives</title>")
    (publie / "partenaires" / "secret.html").write_text("secret")
    (publie / "partenaires" / "2026-11-23" / "courriel.eml").write_text("secret")
    (publie / "ca" / "2026-11-23").mkdir(parents=True)
    (publie / "ca" / "2026-11-23" / "index.html").write_text("Bulletin secret égaré")
    publication.rebuild(c, chemin)
    c.close()
    return chemin


@pytest.fixture(scope="module")
def visiteur(dossier: Path) -> Iterator[Visiteur]:
    with running_site(dossier, public=True) as adresse, Visiteur(adresse) as visiteur:
        yield visiteur


def test_the_home_page_lists_published_digests_with_their_feed(visiteur: Visiteur) -> None:
    page = visiteur.get("/").text
    assert '<a href="/bulletins/partenaires/2026-11-23/">Bulletin public</a>' in page
    assert "/bulletins/partenaires/flux.atom.xml" in page
    assert "secret" not in page
    assert "connexion" not in page.lower()
    assert 'method="post"' not in page


def test_a_digest_its_style_its_feed_and_its_archives_are_served(visiteur: Visiteur) -> None:
    page = visiteur.get("/bulletins/partenaires/2026-11-23/")
    assert "Bulletin public en page" in page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == CSP
    assert visiteur.get("/bulletins/partenaires/2026-11-23").headers["location"] == "/bulletins/partenaires/2026-11-23/"
    assert visiteur.get("/bulletins/statique/bulletin.css").headers["content-type"] == "text/css; charset=utf-8"
    assert "atom" in visiteur.get("/bulletins/partenaires/flux.atom.xml").headers["content-type"]
    assert "Archives" in visiteur.get("/bulletins/partenaires/").text


@pytest.mark.parametrize(
    "adresse",
    [
        "/bulletins/ca/2026-11-23/",
        "/bulletins/ca/",
        "/bulletins/ca/flux.atom.xml",
        "/bulletins/partenaires/2026-11-24/",
        "/bulletins/partenaires/secret.html",
        "/bulletins/partenaires/2026-11-23/courriel.eml",
        "/bulletins/partenaires/2026-11-23/../../../veille.db",
        "/bulletins/partenaires/%2e%2e/%2e%2e/veille.db",
        "/bulletins/..%2f..%2fveille.db",
        "/bulletins/statique/../../veille.db",
        "/bulletins/statique/%2e%2e%2fveille.css",
        "/interne/ca/2026-11-23/",
        "/publication.db",
        "/veille",
        "/veille/items.json",
        "/_internal",
        "/_internal/tables.json",
        "/connexion",
        "/revue",
        "/publication?sql=select+1",
        "/publication.json?sql=select+1",
        "/publication/items?_where=1=1",
        *(f"/-/{nom}" for nom in ("databases.json", "versions.json", "settings.json", "threads.json", "plugins.json")),
        *(f"/-/{nom}" for nom in ("metadata.json", "actor", "patterns", "messages", "auth-token", "static/app.css")),
    ],
)
def test_nothing_else_is_there(visiteur: Visiteur, adresse: str) -> None:
    reponse = visiteur.get(adresse, follow_redirects=True)
    assert reponse.status_code in (403, 404), reponse.status_code
    assert "secret" not in reponse.text.lower()
    assert str(reponse.headers.get("server", "")) == ""
    assert reponse.headers["content-security-policy"] == CSP


def test_a_link_out_of_the_published_folder_is_not_followed(dossier: Path, visiteur: Visiteur) -> None:
    lien = dossier / "publication" / "statique" / "fuite.css"
    lien.symlink_to(dossier / "veille.db")
    assert visiteur.get("/bulletins/statique/fuite.css").status_code == 404


def test_published_tables_can_be_browsed_in_french_and_hold_no_path(dossier: Path, visiteur: Visiteur) -> None:
    page = visiteur.get("/publication")
    assert page.status_code == 200
    assert "Exécuter" not in page.text
    for adresse in (
        "/publication/items",
        "/publication/items.json",
        "/publication/digests",
        "/.json",
        "/publication.json",
    ):
        reponse = visiteur.get(adresse)
        assert reponse.status_code == 200, adresse
        assert str(dossier) not in reponse.text, adresse
        assert "Bulletin secret" not in reponse.text, adresse
    assert "Titre de Bulletin public" in visiteur.get("/publication/items?_search=public").text
    assert visiteur.post("/publication/items", data={"a": "1"}).status_code == 405


def test_internal_digests_are_read_by_the_team(dossier: Path) -> None:
    with running_site(dossier) as lien, Visiteur(lien.partition("/connexion")[0]) as membre:
        assert membre.get("/publication/ca/2026-11-23/").status_code == 302
        membre.enter(lien)
        (dossier / "publication" / "ca" / "2026-11-23" / "index.html").rename(dossier / "egare.html")
        assert "Bulletin secret en page" in membre.get("/publication/ca/2026-11-23/").text
        (dossier / "egare.html").rename(dossier / "publication" / "ca" / "2026-11-23" / "index.html")


def test_before_the_first_publication_the_site_says_so(tmp_path: Path) -> None:
    with running_site(tmp_path, public=True) as adresse, Visiteur(adresse) as visiteur:
        assert "Aucun bulletin publié" in visiteur.get("/").text
        assert visiteur.get("/publication").status_code == 200
        assert not (tmp_path / "veille.db").exists()
        assert not (tmp_path / "comptes.db").exists()


def build(chemin: Path, version: int, lignes: int = 20) -> None:
    """A new published file, swapped in whole: every row of both tables bears the version."""
    provisoire = chemin.with_suffix(".nouveau")
    c = sqlite3.connect(provisoire)
    for table in ("a", "b"):
        c.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, version INTEGER)")
        c.executemany(f"INSERT INTO {table} (version) VALUES (?)", [(version,)] * lignes)
    c.commit()
    c.close()
    provisoire.replace(chemin)


def test_a_reader_never_sees_two_states_and_old_files_are_let_go(tmp_path: Path) -> None:
    chemin = tmp_path / "publication.db"
    build(chemin, 0)
    ouvertes: list[sqlite3.Connection] = []
    generations = Generations(chemin, 2, ouvertes.append)
    melanges: list[set[int]] = []
    fin = threading.Event()

    def read(c: sqlite3.Connection) -> set[int]:
        return {x[0] for table in ("a", "b") for x in c.execute(f"SELECT DISTINCT version FROM {table}")}

    def reader() -> None:
        while not fin.is_set():
            with generations.pin() as generation:
                vues = generation.run(read) | generation.run(lambda c: snapshot(c, read))
            if len(vues) != 1:
                melanges.append(vues)

    lecteurs = [threading.Thread(target=reader) for _ in range(3)]
    for fil in lecteurs:
        fil.start()
    for version in range(1, 25):
        build(chemin, version)
    with generations.pin() as generation:
        assert generation.run(read) == {24}
    fin.set()
    for fil in lecteurs:
        fil.join()
    assert not melanges
    generations.close()
    for c in ouvertes:
        with pytest.raises(sqlite3.ProgrammingError):
            c.execute("SELECT 1")


def test_a_page_served_over_http_follows_the_swap(tmp_path: Path) -> None:
    chemin = tmp_path / f"{BASES['public']}.db"
    build(chemin, 1)
    with running_site(tmp_path, public=True) as adresse, Visiteur(adresse) as visiteur:
        for version in range(2, 8):
            build(chemin, version)
            colonnes = visiteur.get("/publication/a.json?_shape=array&_size=max").json()
            assert {ligne["version"] for ligne in colonnes} == {version}
        chemin.unlink()
        assert visiteur.get("/publication/a.json").status_code == 404
        build(chemin, 9)
        assert visiteur.get("/publication/a.json").status_code == 200


def test_an_unreadable_file_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "publication.db").write_bytes(b"ceci n'est pas une base" * 200)
    with running_site(tmp_path, public=True) as adresse, Visiteur(adresse) as visiteur:
        reponse = visiteur.get("/")
        assert reponse.status_code == 503
        assert str(tmp_path) not in reponse.text
        assert "pas lisibles" in reponse.text
