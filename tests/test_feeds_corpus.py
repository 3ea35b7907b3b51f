"""The 183 real and edge-case feeds: every one that has entries yields them, the exceptions being those of docs/collecte.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from veille.errors import ReadError
from veille.feeds import parse
from veille.ingest import decide, to_items
from veille.model import Lecture, Reponse, Source

pytestmark = [pytest.mark.corpus, pytest.mark.slow]
_FICHIER = re.compile(r"\| `[\w.-]+\.(?:xml|rdf|atom|rss)` \|")
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "collecte.md"
SOURCE = Source("corpus", "Corpus", "https://org.exemple/", "https://org.exemple/flux.xml", "flux")

# File → entries read, where the index of the corpus (feedparser alone) counts another number.
LUES = {
    "node-feedparser__illegally-nested.xml": 10,
    "picoFeed__atom_empty_item.xml": 0,
    "picoFeed__atom_fallback_on_invalid_item_values.xml": 2,
    "picoFeed__rss_10_empty_item.xml": 0,
    "picoFeed__rss_20_empty_item.xml": 0,
    "rome__dublin-core-date.xml": 0,
    "rome__duration-empty.xml": 0,
    "rome__ep1_v4a.xml": 17,
    "rome__ep2_v4a.xml": 17,
    "rome__v4.xml": 17,
    "rome__v5.xml": 17,
    "rome__v6.xml": 17,
    "v2__no_encoding_ISO-8859-1.xml": 9,
}
# File → items, where entries are repeated word for word.
ITEMS = {
    "picoFeed__dailymail.co.uk.xml": 62,
    "picoFeed__youtube.xml": 24,
    "picoFeed__rss_0.92.xml": 21,
    "rome__sample1.xml": 1,
}


def test_every_feed_yields_its_entries_but_for_the_documented_exceptions(corpora: Path, now: datetime) -> None:
    differentes = {}
    for fichier in index(corpora):
        lecture = read(corpora, fichier["file"], now)
        lues = len(lecture.entrees) if lecture else 0
        if lues != fichier["entries"]:
            differentes[fichier["file"]] = lues
    assert differentes == LUES


def test_what_is_not_read_held_nothing_to_show(corpora: Path, now: datetime) -> None:
    """Each missing entry has neither title, link, text nor identifier in feedparser's own reading."""
    import feedparser

    for nom, lues in LUES.items():
        entrees = feedparser.parse(BytesIO((corpora / "feeds" / nom).read_bytes())).entries
        vides = [
            e
            for e in entrees
            if not any((dict.get(e, cle) or "").strip() for cle in ("title", "link", "summary", "id"))
        ]
        vides = [e for e in vides if not any(c["value"].strip() for c in dict.get(e, "content") or [])]
        assert len(entrees) - len(vides) == lues, nom


def test_only_word_for_word_repeats_are_dropped_between_entries_and_items(corpora: Path, now: datetime) -> None:
    comptes = {nom: (len(lecture.entrees), len(to_items(lecture, SOURCE))) for nom, lecture in readings(corpora, now)}
    assert {nom: items for nom, (entrees, items) in comptes.items() if items != entrees} == ITEMS


def test_a_second_reading_brings_nothing_new(corpora: Path, now: datetime) -> None:
    for nom, lecture in readings(corpora, now):
        items = to_items(lecture, SOURCE)
        intentions = decide({item.cle: item.empreinte for item in items}, to_items(lecture, SOURCE))
        assert (intentions.nouveaux, intentions.versions, intentions.inchanges) == ((), (), len(items)), nom


def test_no_text_of_the_corpus_keeps_markup_addresses_or_replacement_characters(corpora: Path, now: datetime) -> None:
    for nom, lecture in readings(corpora, now):
        for item in to_items(lecture, SOURCE):
            ensemble = "\n".join((item.titre, item.resume, item.texte, item.auteur))
            ensemble.encode("utf-8")
            assert "\ufffd" not in ensemble, nom
            assert not [mot for mot in ("<script", "<iframe", "onerror=", "<style") if mot in ensemble.lower()], nom
            assert item.adresse == "" or item.adresse.startswith(("http://", "https://")), nom


def test_french_feeds_are_french_with_right_accents(corpora: Path, now: datetime) -> None:
    attendus = {
        "picoFeed__univers_freebox.xml": "é", "picoFeed__cercle.psy.xml": "é", "v2__no_encoding_ISO-8859-1.xml": "à", "picoFeed__rue89.xml": "é",
        "picoFeed__radio-france.xml": "é", "picoFeed__sametmax.xml": "é",
    }  # fmt: skip
    for nom, accent in attendus.items():
        lecture = read(corpora, nom, now)
        assert lecture is not None
        textes = " ".join(entree.titre + entree.resume for entree in lecture.entrees)
        langues = [entree.langue for entree in lecture.entrees]
        assert accent in textes and "Ã" not in textes, nom
        assert langues.count("fr") * 2 > len(langues), nom


def test_the_document_tells_the_same_exceptions(corpora: Path) -> None:
    lignes = [
        ligne.split("|")[1:4] for ligne in DOCUMENT.read_text(encoding="utf-8").splitlines() if _FICHIER.match(ligne)
    ]
    assert {nom.strip(" `"): int(lues) for nom, _, lues in lignes} == LUES | ITEMS


@cache
def index(corpora: Path) -> list[dict[str, Any]]:
    return list(json.loads((corpora / "feeds" / "index.json").read_text()))


def readings(corpora: Path, now: datetime) -> Iterator[tuple[str, Lecture]]:
    for fichier in index(corpora):
        lecture = read(corpora, fichier["file"], now)
        if lecture is not None:
            yield fichier["file"], lecture


@cache
def read(corpora: Path, nom: str, now: datetime) -> Lecture | None:
    """Read once for all tests of this file; None when the room says it cannot be read."""
    try:
        return parse(
            "flux", Reponse(SOURCE.adresse, 200, (corpora / "feeds" / nom).read_bytes()), selecteurs=None, now=now
        )
    except ReadError as erreur:
        assert erreur.cause == "illisible"
        return None
