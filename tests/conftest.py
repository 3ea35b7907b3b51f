"""What every test may ask for: a clock that stands still, and the shared corpora when they are there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

PARTAGE = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def _without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged in a test does not depend on whether the `encodeur` extra is installed."""
    monkeypatch.setattr("veille.classifier.themes.encodeur.installed", lambda: False)


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
