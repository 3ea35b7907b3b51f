"""A server that thousands run, Debian's postfix, in a folder of its own: sent once, refused as it refuses, delivered to boxes."""

from __future__ import annotations

import contextlib
import email
import os
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from pipeline import deliver
from tests.postes import TEMOIN, Poste, office

POSTFIX, MAITRE = Path("/usr/sbin/postfix"), Path("/usr/lib/postfix/sbin/master")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MAITRE.exists(), reason="postfix absent : apt-get install postfix"),
    pytest.mark.skipif(os.getuid() != 0, reason="postfix demande root pour démarrer"),
]

MAITRE_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

PRINCIPAL_CF = """\
compatibility_level = 3.6
maillog_file = {racine}/journal.log
maillog_file_prefixes = {racine}
queue_directory = {racine}/file
data_directory = {racine}/donnees
multi_instance_enable = no
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.exemple.org
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = exemple.org, table.exemple.org
virtual_mailbox_base = {racine}/boites
virtual_mailbox_maps = texthash:{racine}/boites.txt
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 50
bounce_queue_lifetime = 0
"""


@contextlib.contextmanager
def postfix(adresses: list[str]) -> Iterator[tuple[int, Path]]:
    """The server on a free port, with a box for each of these addresses."""
    import pwd

    compte = pwd.getpwnam("postfix")
    with tempfile.TemporaryDirectory(prefix="veille-postfix-") as brut:
        racine = Path(brut)
        racine.chmod(0o755)
        conf = racine / "conf"
        for dossier in (conf, racine / "file", racine / "boites", racine / "donnees"):
            dossier.mkdir()
        for dossier in (racine / "boites", racine / "donnees"):
            os.chown(dossier, compte.pw_uid, compte.pw_gid)
        with socket.create_server(("127.0.0.1", 0)) as libre:
            port = int(libre.getsockname()[1])
        (conf / "main.cf").write_text(PRINCIPAL_CF.format(racine=racine, uid=compte.pw_uid, gid=compte.pw_gid))
        (conf / "master.cf").write_text(MAITRE_CF.format(port=port))
        (racine / "boites.txt").write_text("".join(f"{a} {a}/\n" for a in adresses))
        subprocess.run([str(POSTFIX), "-c", str(conf), "start"], check=True, capture_output=True, timeout=60)
        try:
            _wait_for(port)
            yield port, racine / "boites"
        finally:
            subprocess.run([str(POSTFIX), "-c", str(conf), "stop"], check=False, capture_output=True, timeout=60)


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail("postfix ne répond pas")


def _delivered(boites: Path, attendus: int) -> dict[str, list[EmailMessage]]:
    """What each box holds, once everything has had time to arrive."""
    for _ in range(150):
        fichiers = list(boites.glob("*/new/*"))
        if len(fichiers) >= attendus:
            break
        time.sleep(0.1)
    recus: dict[str, list[EmailMessage]] = {}
    for fichier in boites.glob("*/new/*"):
        message = email.message_from_bytes(fichier.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        recus.setdefault(fichier.parts[-3], []).append(message)
    return recus


def test_postfix_takes_each_message_once_refuses_the_unknown_and_copies_the_witness(tmp_path: Path) -> None:
    with office(tmp_path, connexions=3) as poste:
        gens = poste.subscribe(12)
        with postfix([*gens[1:], TEMOIN]) as (port, boites):
            poste.port = port
            bilan = _send(poste)
            recus = _delivered(boites, 22)
    assert (bilan.acceptes, bilan.refuses) == (11, 1)
    assert Counter({a: len(m) for a, m in recus.items() if a != TEMOIN}) == Counter(dict.fromkeys(gens[1:], 1))
    assert {m["Message-ID"] for m in recus[TEMOIN]} == {m["Message-ID"] for a in gens[1:] for m in recus[a]}
    message = recus[gens[1]][0]
    corps = message.get_body(("plain",))
    assert corps is not None and "Se désabonner : https://veille.exemple.org/desabonnement/d" in corps.get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def _send(poste: Poste) -> deliver.Bilan:
    deliver.open_lot(poste.ctx, poste.publish(), "Camille Fictive")
    bilan = deliver.deliver(poste.ctx)
    refuse = poste.row("personne0@exemple.org")
    assert refuse["etat"] == "refuse" and refuse["code"] == 550 and "personne0" not in refuse["reponse"]
    assert poste.abonnes.execute("SELECT motif FROM suppressions").fetchone()[0] == "refus"
    return bilan
