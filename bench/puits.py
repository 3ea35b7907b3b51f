"""An SMTP sink in a process of its own: it says yes to everything and keeps nothing, so that only the client is measured.

python bench/puits.py [DÉLAI_MS]      prints its port, then serves until its standard input closes
"""

from __future__ import annotations

import contextlib
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.wfile.write(b"220 puits\r\n")
        for ligne in self.rfile:
            verbe = ligne[:4].upper()
            if verbe == b"DATA":
                self.wfile.write(b"354 allez\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                time.sleep(self.server.delai)  # type: ignore[attr-defined]
                self.wfile.write(b"250 pris\r\n")
            elif verbe == b"QUIT":
                self.wfile.write(b"221 fin\r\n")
                return
            else:
                self.wfile.write(b"250 oui\r\n")


class _Puits(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64


@contextlib.contextmanager
def sink(delai_ms: int = 0) -> Iterator[int]:
    """The sink, running; yields its port."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__)), str(delai_ms)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as puits:
        assert puits.stdin is not None and puits.stdout is not None
        yield int(puits.stdout.readline())
        puits.stdin.close()


def _serve(delai_ms: int) -> None:
    with _Puits(("127.0.0.1", 0), _Session) as puits:
        puits.delai = delai_ms / 1000  # type: ignore[attr-defined]
        print(puits.server_address[1], flush=True)
        threading.Thread(target=puits.serve_forever, daemon=True).start()
        sys.stdin.read()
        puits.shutdown()


if __name__ == "__main__":
    _serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
