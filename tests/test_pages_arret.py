"""A site starts on the port it is given, says where it is, and stops cleanly."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.navigateur import Visiteur, fill
from veille.errors import SettingsError
from veille.pages.site import serve


def test_stopping_is_clean_and_a_taken_port_is_told(tmp_path: Path) -> None:
    fill(tmp_path, 0)
    arret = threading.Event()
    annonces: list[str] = []

    def announce(adresse: str) -> None:
        annonces.append(adresse)
        arret.set()

    serve(tmp_path, public=False, port=0, announce=announce, stop=arret)  # Returns.
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/connexion\?jeton=[\w-]{43}", annonces[0])
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        with pytest.raises(SettingsError, match="--port"):
            serve(tmp_path, public=False, port=prise.getsockname()[1], announce=announce)


@pytest.mark.slow
@pytest.mark.parametrize("signe", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_site_cleanly_even_with_a_browser_connected(tmp_path: Path, signe: signal.Signals) -> None:
    programme = (
        "import sys; from pathlib import Path; from veille.pages.site import serve\n"
        "serve(Path(sys.argv[1]), public=False, port=0, announce=lambda a: print(a, flush=True))\n"
        "print('fini', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", programme, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as processus:
        assert processus.stdout is not None
        lien = processus.stdout.readline().strip()
        with Visiteur(lien.partition("/connexion")[0]) as visiteur:
            assert visiteur.get(lien).status_code == 200
            processus.send_signal(signe)  # The visitor's connection is still open.
            assert processus.stdout.read() == "fini\n"
            assert processus.wait(20) == 0
