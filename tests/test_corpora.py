"""Real feeds and pages through the whole collection: a server per source, twice. Skipped, visibly, without the corpora."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline import collect as stage
from pipeline.collect import collect
from pipeline.context import Contexte, open_context
from tests.projet import make, source
from tests.serveurs import Serveur, reponse

pytestmark = [pytest.mark.slow, pytest.mark.corpus]

# Feeds whose only entry is empty (no title, no link, no text): nothing to keep. Explained in docs/collecte.md.
SANS_CONTENU = {
    "picoFeed__atom_empty_item.xml",
    "picoFeed__rss_10_empty_item.xml",
    "picoFeed__rss_20_empty_item.xml",
    "rome__dublin-core-date.xml",
    "rome__duration-empty.xml",
}


def slug(fichier: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fichier.lower()).strip("-")


@contextlib.contextmanager
def served(dossier: Path, fichiers: list[Path], genre: str, now: datetime) -> Iterator[Contexte]:
    """A project that follows each file from a server of its own."""
    with contextlib.ExitStack() as pile:
        serveurs = {f.name: pile.enter_context(Serveur({f"/{f.name}": reponse(f.read_bytes())})) for f in fichiers}
        make(dossier, [source(slug(nom), s.adresse(f"/{nom}"), genre=genre) for nom, s in serveurs.items()])
        yield pile.enter_context(open_context(dossier, now=lambda: now))


def index(dossier: Path) -> list[dict[str, Any]]:
    return list(json.loads((dossier / "index.json").read_text(encoding="utf-8")))


def test_every_real_feed_yields_and_a_second_reading_parses_nothing(
    corpora: Path, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lus = []
    vrai = stage.feeds.parse
    monkeypatch.setattr(stage.feeds, "parse", lambda *a, **k: lus.append(1) or vrai(*a, **k))
    lot = index(corpora / "feeds")
    with served(tmp_path / "p", [corpora / "feeds" / f["file"] for f in lot], "flux", now) as ctx:
        premier = collect(ctx)
        analyses = len(lus)
        second = collect(ctx)
        donnees = {
            ligne["slug"]: ligne["entrees"]
            for ligne in ctx.store.execute(
                "SELECT s.slug, max(c.entrees) AS entrees FROM collectes c JOIN sources s ON s.id = c.source_id GROUP BY 1"
            )
        }
    assert (premier.sources, premier.reussies) == (len(lot), len(lot))
    muets = {f["file"] for f in lot if f["entries"] and not donnees[slug(f["file"])]}
    assert muets == SANS_CONTENU
    assert (analyses, len(lus)) == (len(lot), len(lot))
    assert (second.inchangees, second.nouveaux, second.versions) == (len(lot), 0, 0)


def test_every_real_list_page_yields(corpora: Path, tmp_path: Path, now: datetime) -> None:
    lot = [page for page in index(corpora / "pages") if page["kind"] == "list"]
    with served(tmp_path / "p", [corpora / "pages" / f["file"] for f in lot], "liste", now) as ctx:
        premier, second = collect(ctx), collect(ctx)
    assert premier.echecs == ()
    assert premier.nouveaux >= len(lot)
    assert (second.inchangees, second.nouveaux) == (len(lot), 0)
