"""What every test may ask for: a clock that stands still, and the shared corpora when they are there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# How long one example takes says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile("veille", deadline=None)
hypothesis.settings.load_profile("veille")

PARTAGE = Path(__file__).resolve().parents[2] / "shared"


LONGS = ("test_envoi_coupures.py", "test_pages_navigateur.py", "test_revue_navigateur.py", "test_revue_etats.py")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Workers share the tests by halves, and who has finished takes from the other: a module stays with one worker, which
    prepares it once, and nobody waits for the last one."""
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "worksteal"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, in whatever order chance gave them: what remains at the end is short enough to share."""
    items.sort(key=lambda item: item.path.name not in LONGS)


def pytest_sessionfinish() -> None:
    """The Chromium of the session, if anything asked for it, ends before the interpreter does."""
    chromium = sys.modules.get("tests.chromium")
    if chromium is not None:
        chromium.close_chromium()


@pytest.fixture(autouse=True)
def _without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged in a test does not depend on whether the `encodeur` extra is installed."""
    monkeypatch.setattr("veille.classifier.themes.encodeur.installed", lambda: False)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose, and no test is about how slow; one reads the number that is shipped."""
    monkeypatch.setattr("veille.identite.ITERATIONS", 10)


@pytest.fixture
def now() -> datetime:
    """A Monday morning in Joliette, as an aware UTC instant."""
    return datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real feeds and pages; the test is skipped, visibly, where it is absent."""
    dossier = PARTAGE / "corpora"
    if not dossier.is_dir():
        pytest.skip("corpus partagé absent : ../shared/corpora")
    return dossier


@pytest.fixture(scope="session")
def donnees() -> Path:
    """The folder of source data (plan, draft themes); the test is skipped, visibly, where it is absent."""
    dossier = PARTAGE / "donnees"
    if not dossier.is_dir():
        pytest.skip("données partagées absentes : ../shared/donnees")
    return dossier


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The sample week, prepared by « veille demo »: its folder, and what the command reported.

    Run once, however many workers share the tests: the first one does it while the others wait for its report."""
    racine = tmp_path_factory.getbasetemp()
    racine = racine.parent if "PYTEST_XDIST_WORKER" in os.environ else racine
    dossier, rapport = racine / "demo", racine / "demo.json"
    with contextlib.closing(sqlite3.connect(racine / "demo.verrou", isolation_level=None, timeout=120)) as verrou:
        verrou.execute("BEGIN EXCLUSIVE")
        if not rapport.exists():
            from click.testing import CliRunner

            from pipeline.cli import main

            arguments = ["demo", "--sans-servir", "--dossier", str(dossier), "--json"]
            resultat = CliRunner().invoke(main, arguments, catch_exceptions=False)
            assert resultat.exit_code == 0, resultat.output
            rapport.write_text(resultat.stdout, encoding="utf-8")
    return dossier, json.loads(rapport.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def navigateur() -> Iterator[Any]:
    """The Chromium of the session, whose contexts are closed with the module; the test is skipped, visibly, without it."""
    from tests.chromium import chromium

    with chromium() as ouvert:
        yield ouvert


@pytest.fixture(scope="session")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the small fictional week: to be copied, never written in."""
    from tests.navigateur import fill

    return fill(tmp_path_factory.mktemp("semaine"), 16)


@pytest.fixture
def dossier(tmp_path: Path, semaine: Path) -> Path:
    """A folder of one's own that holds the small fictional week."""
    shutil.copytree(semaine, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def equipe(dossier: Path) -> Iterator[Any]:
    """« Camille Exemple », signed in to the site of this folder with every right (a `Visiteur`)."""
    from tests.navigateur import signed_in

    with signed_in(dossier) as visiteur:
        yield visiteur


@pytest.fixture
def base(dossier: Path) -> Iterator[sqlite3.Connection]:
    """The database of this folder, as a program beside the site sees it."""
    from veille.store.connexion import connect

    c = connect(dossier / "veille.db")
    yield c
    c.close()
