"""Every page, mail, feed and calendar that comes out, before outside judges: vnu, axe, xmllint, feedparser, a phone's width."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from pipeline import compose, publish
from pipeline.export import export
from tests.diffusion import ORGANISATION, Atelier, audience
from tests.juges import faults_of, json_feed, served, vnu, xmllint
from tests.numeros import alert, come_out, correct, full, notice, workshop

pytestmark = pytest.mark.slow

SCHEMA = Path(__file__).with_name("atom.rng")


@pytest.fixture(scope="module")
def paru(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where everything has come out: issues, an alert, a notice, an erratum, a reminder, internal ones, an export."""
    chemin = tmp_path_factory.mktemp("paru")
    a: Atelier = workshop(chemin, "clds-joliette", "pli", "ca")
    ids = list(range(1, 13))
    premier = come_out(a, full(ids))
    come_out(a, alert(1), hours=1)
    come_out(a, notice(), hours=2)
    come_out(a, full(ids, numero=1), "ca", hours=3)
    correct(
        a,
        premier,
        2,
        "24 novembre 2026 : la rencontre a lieu à Rawdon (exemple fictif).",
        timedelta(hours=5),
        titre="Le bon titre",
    )
    publish.publish(a.c, a.dossier, premier, "Camille Fictive", a.now)
    a.organisation = replace(ORGANISATION, site="")
    come_out(a, full(ids, numero=1), "pli", hours=6)  # Without a public address.
    a.audiences = (*a.audiences, audience("equipe", "Équipe", genre="rappel", visibilite="interne"))
    for n in range(3):
        a.ajouter(f"À trancher {n}", limite="2026-11-30" if n else "")
    rappel = compose.compose(a.c, a.dossier, "equipe", "Camille Fictive", a.now).digest
    compose.approve(a.c, a.dossier, rappel, "Camille Fictive", a.now)
    publish.publish(a.c, a.dossier, rappel, "Camille Fictive", a.now)
    export(a.c, a.dossier, chemin / "site")
    return chemin


def files(paru: Path, *suffixes: str) -> list[Path]:
    trouves = [f for f in sorted(paru.rglob("*")) if f.suffix in suffixes]
    assert trouves
    return trouves


def test_vnu_finds_nothing_in_any_page_mail_or_style_sheet(paru: Path) -> None:
    assert vnu(files(paru, ".html", ".css")) == []


def test_xmllint_validates_every_atom_feed_against_the_schema_of_the_rfc(paru: Path, tmp_path: Path) -> None:
    fils = [f for f in files(paru, ".xml") if f.name == "flux.atom.xml"]
    assert xmllint(SCHEMA, fils) == ""
    faux = tmp_path / "faux.xml"
    faux.write_text(fils[0].read_text(encoding="utf-8").replace("<updated>", "<maj>").replace("</updated>", "</maj>"), encoding="utf-8")  # fmt: skip
    assert "fails to validate" in xmllint(SCHEMA, [faux])
    for fil in fils:
        lu = feedparser.parse(fil.read_bytes())
        assert not lu.bozo and lu.entries


def test_every_json_feed_obeys_its_specification(paru: Path) -> None:
    for fil in (f for f in files(paru, ".json") if f.name == "flux.json"):
        assert json_feed(json.loads(fil.read_bytes())) == [], fil


def test_xmllint_finds_the_site_map_well_formed(paru: Path) -> None:
    if shutil.which("xmllint") is None:
        pytest.skip("xmllint absent : apt-get install libxml2-utils")
    assert not (paru / "site/sitemap.xml").exists()  # No public address at that time.
    assert (paru / "site/robots.txt").read_text(encoding="utf-8").startswith("User-agent: *\n")


# One page of each kind: the others are made by the same templates.
PAGES = (
    "publication/clds-joliette/2026-11-23/index.html",
    "publication/clds-joliette/2026-11-23/courriel.html",
    "publication/clds-joliette/2026-11-23-2/index.html",
    "publication/clds-joliette/2026-11-23-3/courriel.html",
    "publication/pli/2026-11-23/courriel.html",
    "publication/clds-joliette/index.html",
    "publication/themes/habitation/index.html",
    "interne/equipe/2026-11-23/index.html",
    "interne/equipe/2026-11-23/courriel.html",
    "interne/ca/2026-11-23/index.html",
)


@pytest.mark.parametrize(("largeur", "couleurs"), [(320, "light"), (1000, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(largeur: int, couleurs: Any, paru: Path, navigateur: Any) -> None:
    contexte = navigateur.new_context(viewport={"width": largeur, "height": 800}, color_scheme=couleurs, locale="fr-CA")
    page = contexte.new_page()
    with served(paru) as base, served(paru / "site") as site:
        for adresse in (*(base + chemin for chemin in PAGES), site, f"{site}404.html"):
            page.goto(adresse)
            assert faults_of(page) == [], adresse
            assert page.evaluate("document.documentElement.scrollWidth") <= largeur, adresse
    contexte.close()


def test_a_page_is_printed_without_its_menus_and_with_the_addresses_of_its_links(paru: Path, navigateur: Any) -> None:
    contexte = navigateur.new_context(java_script_enabled=True)
    page = contexte.new_page()
    page.emulate_media(media="print")
    page.goto((paru / "publication/clds-joliette/2026-11-23/index.html").as_uri())
    for cachee in (".sommaire", ".voix", ".suivre", ".sondage", ".evitement"):
        assert page.locator(cachee).first.is_hidden(), cachee
    ecrit = page.evaluate("getComputedStyle(document.querySelector('.lien a'), '::after').content")
    assert "ville.exemple.org" in ecrit or "attr(href)" in ecrit
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    contexte.close()


def test_the_mail_is_dark_on_a_dark_phone_and_never_under_sixteen_pixels(paru: Path, navigateur: Any) -> None:
    for couleurs, clair in (("light", True), ("dark", False)):
        contexte = navigateur.new_context(viewport={"width": 360, "height": 700}, color_scheme=couleurs)
        page = contexte.new_page()
        page.goto((paru / "publication/clds-joliette/2026-11-23/courriel.html").as_uri())
        fond = page.evaluate("getComputedStyle(document.querySelector('.feuille')).backgroundColor")
        assert (fond == "rgb(255, 255, 255)") is clair
        petits = page.evaluate(
            "[...document.querySelectorAll('body *')].filter(x => x.innerText && parseFloat(getComputedStyle(x).fontSize) < 16).length"
        )
        assert petits == 0
        contexte.close()
