"""Feeds are well formed whatever is written in them, and a feed reader finds in them what was put."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import feedparser
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.fluxweb import EntreeFlux, FluxWeb, write_atom, write_json

ATOM = "{http://www.w3.org/2005/Atom}"
PUBLIE = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=-5)))

textes = st.text(st.characters(exclude_categories=()), max_size=60)  # Every code point, lone surrogates included.
instants = st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
entrees = st.builds(EntreeFlux, textes, textes, textes, textes, instants, instants, textes)
flux_quelconques = st.builds(
    FluxWeb, textes, textes, textes, instants, st.lists(entrees, max_size=3).map(tuple), textes, textes, textes
)


def exemple(**cles: object) -> FluxWeb:
    entree = EntreeFlux(
        id="tag:exemple.org,2026-11-23:veille/pli/1",
        titre="Loyers & logis : « 50 % » <b>",
        resume="Un résumé",
        contenu_html="<h2>À agir</h2><p>Texte &amp; suite</p>",
        publie_a=PUBLIE,
        modifie_a=PUBLIE,
        adresse="2026-11-23/",
    )
    base: dict[str, object] = {
        "id": "tag:exemple.org,2026-11-23:veille/pli",
        "titre": "Bulletin",
        "auteur": "Table fictive",
        "modifie_a": PUBLIE,
        "entrees": (entree,),
        "adresse": "https://exemple.org/bulletins/pli/",
        "adresse_flux": "https://exemple.org/bulletins/pli/flux.atom.xml",
    }
    return FluxWeb(**{**base, **cles})  # type: ignore[arg-type]


@given(flux_quelconques)
@settings(max_examples=150, deadline=None)
def test_an_atom_feed_is_valid_xml_whatever_it_says(flux: FluxWeb) -> None:
    racine = ElementTree.fromstring(write_atom(flux))
    assert racine.tag == f"{ATOM}feed"
    assert len(racine.findall(f"{ATOM}entry")) == len(flux.entrees)
    for nom in ("id", "title", "updated", "author"):
        assert racine.find(ATOM + nom) is not None


@given(flux_quelconques)
@settings(max_examples=60, deadline=None)
def test_a_json_feed_is_valid_json_whatever_it_says(flux: FluxWeb) -> None:
    lu = json.loads(write_json(flux))
    assert lu["version"] == "https://jsonfeed.org/version/1.1"
    assert len(lu["items"]) == len(flux.entrees)
    assert all("date_published" in item for item in lu["items"])


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=80).filter(lambda t: "\uffff" not in t))
@settings(max_examples=80, deadline=None)
def test_a_title_comes_out_of_a_feed_as_it_went_in(titre: str) -> None:
    racine = ElementTree.fromstring(write_atom(exemple(titre=titre)))
    assert racine.findtext(f"{ATOM}title") == titre


def test_a_feed_reader_finds_everything() -> None:
    lu = feedparser.parse(write_atom(exemple()))
    assert not lu.bozo
    assert (lu.version, lu.feed.id, lu.feed.language) == ("atom10", "tag:exemple.org,2026-11-23:veille/pli", "fr-CA")
    (entree,) = lu.entries
    assert entree.id == "tag:exemple.org,2026-11-23:veille/pli/1"
    assert entree.published == "2026-11-23T14:00:00Z"
    assert entree.content[0].value == "<h2>À agir</h2><p>Texte &amp; suite</p>"
    assert {lien.rel for lien in lu.feed.links} == {"self", "alternate"}


def test_a_json_feed_leaves_out_relative_addresses() -> None:
    lu = json.loads(write_json(exemple(adresse_flux="flux.json")))
    assert "url" not in lu["items"][0]
    assert "feed_url" not in lu
    assert lu["home_page_url"] == "https://exemple.org/bulletins/pli/"


def test_the_same_feed_is_the_same_bytes() -> None:
    assert write_atom(exemple()) == write_atom(exemple())
    assert write_json(exemple()) == write_json(exemple())
