"""The exported site: served by a plain web server, every link of it leads somewhere, and nothing internal is in it."""

from __future__ import annotations

import urllib.request
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.compose import render_errata
from pipeline.export import export
from pipeline.publish import find_approved, publish
from tests.diffusion import ORGANISATION, Atelier
from tests.juges import served
from tests.numeros import SITE, alert, come_out, full, notice, workshop
from veille.errors import RefusError
from veille.store import digests, retraits
from veille.store.connexion import transaction

SECRET = "Chapeau secret du journal que personne ne republie"
NOTE = "Confidence de l’équipe"


class _Liens(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.liens: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        valeurs = dict(attrs)
        self.liens += [v for nom in ("href", "src") if (v := valeurs.get(nom)) and not v.startswith("mailto:")]
        if valeurs.get("id"):
            self.ids.add(str(valeurs["id"]))


def crawl(base: str) -> set[str]:
    """Every address of this host reached from the home page; a dead one raises."""
    vues: set[str] = set()
    a_voir = [base]
    while a_voir:
        adresse, _, _ = a_voir.pop().partition("#")
        if adresse in vues:
            continue
        vues.add(adresse)
        with urllib.request.urlopen(adresse) as reponse:
            corps, genre = reponse.read(), reponse.headers["Content-Type"]
        if genre.startswith("text/html"):
            lecteur = _Liens()
            lecteur.feed(corps.decode())
            for lien in lecteur.liens:
                cible, ancre = urldefrag(urljoin(adresse, lien))
                assert not ancre or cible != adresse or ancre in lecteur.ids
                if cible.startswith(base):
                    a_voir.append(cible)
    return vues


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    a = workshop(tmp_path / "projet", "clds-joliette", "pli", "ca") if (tmp_path / "projet").mkdir() is None else None
    assert a is not None
    a.retenir(
        "Manchette",
        source="hebdo",
        resume=SECRET,
        texte=SECRET * 20,
        ecrit={"note": NOTE, "titre": "Nos mots", "resume": "À nous."},
    )
    come_out(a, full(list(range(1, 13))))
    come_out(a, alert(1), hours=1)
    come_out(a, notice(), hours=2)
    come_out(a, full(list(range(1, 13)), numero=1), "pli", hours=3)
    come_out(a, full(list(range(1, 13)), numero=1, titre="Secret du conseil"), "ca", hours=4)
    return a


@pytest.mark.parametrize("adresse", [SITE, ""])
def test_every_link_of_the_exported_site_leads_somewhere(adresse: str, a: Atelier, tmp_path: Path) -> None:
    a.organisation = replace(ORGANISATION, adresse_publique=adresse)
    bilan = export(a.c, a.dossier, tmp_path / "site")
    assert bilan.bulletins == 4
    with served(tmp_path / "site") as base:
        vues = {x.removeprefix(base) for x in crawl(base)}
        with pytest.raises(HTTPError):
            urllib.request.urlopen(f"{base}bulletins/ca/")
    for attendue in ("", "bulletins/clds-joliette/", "bulletins/clds-joliette/2026-11-23/", "bulletins/pli/2026-11-23/", "bulletins/themes/habitation/", "bulletins/calendrier.ics", "bulletins/clds-joliette/flux.atom.xml", "bulletins/themes/mobilite/flux.json"):  # fmt: skip
        assert attendue in vues
    fichiers = {f.relative_to(tmp_path / "site").as_posix() for f in (tmp_path / "site").rglob("*") if f.is_file()}
    atteints = {x if x and not x.endswith("/") else f"{x}index.html" for x in vues}
    assert fichiers - atteints <= {".veille-export", "404.html", "robots.txt", "sitemap.xml"}


def test_nothing_internal_nor_any_press_text_is_in_any_byte_of_it(a: Atelier, tmp_path: Path) -> None:
    export(a.c, a.dossier, tmp_path / "site")
    for fichier in (tmp_path / "site").rglob("*"):
        if fichier.is_file():
            for interdit in (
                SECRET,
                NOTE,
                "Secret du conseil",
                "Conseil d’administration",
                "@@",
                "Camille",
                str(a.chemin),
            ):
                assert interdit.encode() not in fichier.read_bytes(), (fichier, interdit)
            assert not fichier.name.startswith("courriel")


def test_the_site_map_lists_absolute_addresses_that_the_export_has(a: Atelier, tmp_path: Path) -> None:
    site = tmp_path / "site"
    export(a.c, a.dossier, site)
    racine = ElementTree.fromstring((site / "sitemap.xml").read_bytes())
    adresses = [x.text or "" for x in racine.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(adresses) == len(set(adresses)) == 9
    assert all((site / x.removeprefix(f"{SITE}/") / "index.html").is_file() for x in adresses)
    assert f"Sitemap: {SITE}/sitemap.xml" in (site / "robots.txt").read_text(encoding="utf-8")
    a.organisation = ORGANISATION
    export(a.c, a.dossier, tmp_path / "autre")
    assert not (tmp_path / "autre/sitemap.xml").exists()


def test_a_folder_that_is_not_ours_is_refused_and_left_alone(a: Atelier, tmp_path: Path) -> None:
    (tmp_path / "mes photos").mkdir()
    (tmp_path / "mes photos/chat.jpg").write_bytes(b"chat")
    for cible in (tmp_path / "mes photos", a.chemin, tmp_path / "mes photos/chat.jpg"):
        with pytest.raises(RefusError, match="n’est pas vide"):
            export(a.c, a.dossier, cible)
    assert [f.name for f in (tmp_path / "mes photos").iterdir()] == ["chat.jpg"]
    (tmp_path / "vide").mkdir()
    assert export(a.c, a.dossier, tmp_path / "vide").fichiers > 10


def test_exporting_again_takes_away_what_is_no_longer_public_and_nothing_else(a: Atelier, tmp_path: Path) -> None:
    site = tmp_path / "site"
    export(a.c, a.dossier, site)
    avant = {f: f.read_bytes() for f in site.rglob("*") if f.is_file()}
    assert export(a.c, a.dossier, site).retires == 0
    assert {f: f.read_bytes() for f in site.rglob("*") if f.is_file()} == avant
    (site / "CNAME").write_text("veille.exemple.org", encoding="utf-8")
    a.audiences = tuple(replace(p, visibilite="interne") if p.slug == "pli" else p for p in a.audiences)
    assert export(a.c, a.dossier, site).retires == 5
    assert not (site / "bulletins/pli").exists() and (site / "CNAME").exists()
    assert not [f for f in site.rglob("*") if ".nouveau" in f.name]


def test_a_renamed_audience_keeps_its_issues_at_their_addresses_and_the_export_says_so(
    a: Atelier, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    export(a.c, a.dossier, site)
    avant = {f for f in site.rglob("*") if f.is_file()}
    a.audiences = tuple(replace(p, slug="pli-neuf", nom="PLI") if p.slug == "pli" else p for p in a.audiences)
    bilan = export(a.c, a.dossier, site)
    assert (bilan.retires, bilan.anciens) == (0, ("PLI",))
    assert avant <= {f for f in site.rglob("*") if f.is_file()}
    (numero,) = digests.published(a.c, "pli")
    page = a.chemin / "publication" / "pli" / "2026-11-23" / "index.html"
    lu = page.read_bytes()
    page.unlink()
    assert find_approved(a.c, a.dossier, "pli") == numero.id
    publish(a.c, a.dossier, numero.id, "Camille Fictive", a.now)
    assert page.read_bytes() == lu
    with transaction(a.c):
        touches = retraits.withdraw(a.c, numero.id, 2, "Camille Fictive", a.passer(hours=9))
    assert numero.id in touches
    assert render_errata(a.c, a.dossier, numero.id) == 1


def test_the_mark_of_an_export_cannot_make_it_take_away_files_elsewhere(a: Atelier, tmp_path: Path) -> None:
    site = tmp_path / "site"
    export(a.c, a.dossier, site)
    (tmp_path / "precieux").write_text("à garder", encoding="utf-8")
    marque = site / ".veille-export"
    marque.write_text(f"{marque.read_text(encoding='utf-8')}../precieux\n{tmp_path}/precieux\n", encoding="utf-8")
    assert export(a.c, a.dossier, site).retires == 0
    assert (tmp_path / "precieux").exists()


def test_the_command_says_what_it_refuses(tmp_path: Path) -> None:
    projet = tmp_path / "p"
    assert CliRunner().invoke(main, ["initialiser", str(projet)]).exit_code == 0
    resultat = CliRunner().invoke(main, ["digest", "exporter", str(tmp_path / "site"), "--dossier", str(projet)])
    assert resultat.exit_code == 2 and "Publication refusée" in resultat.output
