"""Programs told to stop while sites keep them waiting: they stop within moments, say so, and keep what was read."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import schedule
from tests.projet import entree, make, rss, source
from tests.serveurs import Serveur, reponse

RACINE = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture
def projet(tmp_path: Path) -> Iterator[Path]:
    """One source that answers, three that never do."""
    bon = Serveur({"/robots.txt": reponse(b""), "*": reponse(rss(entree("a", "Logement social à Joliette")))})
    muets = [Serveur({"/robots.txt": reponse(b""), "*": [300.0]}) for _ in range(3)]
    with contextlib.ExitStack() as pile:
        adresses = [pile.enter_context(serveur).adresse("/flux") for serveur in (bon, *muets)]
        dossier = make(tmp_path / "p", [source(f"s{n}", adresse) for n, adresse in enumerate(adresses)])
        fichier = dossier / "organisation.toml"
        fichier.write_text(fichier.read_text().replace("delai_total_s = 2", "delai_total_s = 60"))
        yield dossier


def items(projet: Path) -> int:
    """How many items are in the database, 0 while there is none."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(projet / "veille.db")) as c:
        return int(c.execute("SELECT count(*) FROM items").fetchone()[0])
    return 0


def wait_for(fait: Callable[[], bool]) -> None:
    limite = time.monotonic() + 30
    while not fait() and time.monotonic() < limite:
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("commande", "signe", "code", "phrase"),
    [
        ("collecter --json", signal.SIGINT, 130, "veille : interrompu. Ce qui est déjà enregistré est gardé"),
        ("planifier", signal.SIGTERM, 0, "Horaire arrêté."),
        ("demarrer --port 0", signal.SIGINT, 0, "Ctrl+C pour arrêter."),
    ],
)
def test_a_program_told_to_stop_does_so_at_once_and_keeps_what_was_read(
    projet: Path, commande: str, signe: signal.Signals, code: int, phrase: str
) -> None:
    programme = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", *commande.split(), "--dossier", str(projet)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=RACINE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    wait_for(lambda: bool(items(projet)) or programme.poll() is not None)
    debut = time.monotonic()
    programme.send_signal(signe)
    sortie, erreurs = programme.communicate(timeout=30)
    assert (programme.returncode, items(projet)) == (code, 1), erreurs
    assert time.monotonic() - debut < 4
    assert phrase in erreurs
    assert "Traceback" not in erreurs
    assert "{" not in sortie


def test_the_schedule_tells_a_fault_once_and_recovers_when_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "CYCLE_S", 0.05)
    with Serveur({"*": reponse(rss(entree("a", "Logement social à Joliette")))}) as serveur:
        dossier = make(tmp_path / "p", [source("fil", serveur.adresse("/flux"))])
        bonnes = (dossier / "sources.toml").read_text()
        (dossier / "sources.toml").write_text("[[source\n")
        dites: list[str] = []
        with schedule.running(dossier, dites.append, threading.Event()):
            wait_for(lambda: bool(dites))
            time.sleep(0.3)  # Several turns.
            (dossier / "sources.toml").write_text(bonnes)
            wait_for(lambda: len(dites) > 1)
    assert [phrase for phrase in dites if "sources.toml, ligne 1" in phrase] == dites[:1]
    assert "Tour de veille : 1\u00a0source lue, 1\u00a0nouveauté" in dites[1]
