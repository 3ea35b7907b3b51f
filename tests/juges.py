"""Outside judges: who they are, where they live, and what they say. One that is absent is a visible skip, never a pass."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


@cache
def vnu_jar() -> Path | None:
    """The checker of HTML and CSS: `VNU_JAR`, else the package `vnu-jar` where npm installs."""
    if adresse := os.environ.get("VNU_JAR"):
        return Path(adresse) if Path(adresse).is_file() else None
    for suite in ([], ["-g"]) if shutil.which("npm") else ():
        racine = subprocess.run(["npm", "root", *suite], capture_output=True, text=True, check=False).stdout.strip()
        jar = Path(racine) / "vnu-jar/build/dist/vnu.jar"
        if racine and jar.is_file():
            return jar
    return None


def vnu(fichiers: Iterable[Path]) -> list[str]:
    """Every fault and warning the checker finds, as « file: message »."""
    jar = vnu_jar()
    if jar is None or shutil.which("java") is None:
        pytest.skip("vnu absent : npm install vnu-jar, et java")
    commande = ["java", "-jar", str(jar), "--format", "json", "--also-check-css", "--stdout", "--exit-zero-always"]
    sortie = subprocess.run([*commande, *map(str, fichiers)], capture_output=True, text=True, check=True).stdout
    return [f"{m.get('url', '')}:{m.get('lastLine', '')} {m['message']}" for m in json.loads(sortie)["messages"]]


NORMES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def faults_of(page: Any, *regles: str) -> list[str]:
    """What axe finds in an open page against WCAG 2.2 AA and its best practices, or some rules, with all that folds open."""
    page.locator("main details").evaluate_all("tous => tous.forEach(d => d.open = true)")
    return faults_as_it_is(page, {"type": "rule", "values": list(regles)} if regles else None)


def faults_as_it_is(page: Any, regles: dict[str, Any] | None = None) -> list[str]:
    """The same in the state the page is in, as « rule: element ».

    Only faults come back from the browser: the rest would take longer than the looking itself.
    """
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe absent")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe.AXE_SCRIPT)
    voulues = regles or {"type": "tag", "values": list(NORMES)}
    trouvees = page.evaluate(
        "async o => (await axe.run(o)).violations.flatMap(v => v.nodes.map(n => `${v.id} : ${n.html.slice(0, 160)}`))",
        {"runOnly": voulues, "resultTypes": ["violations"], "preload": False},
    )
    return [str(faute) for faute in trouvees]


def xmllint(schema: Path, fichiers: Iterable[Path]) -> str:
    """What xmllint holds against these files; "" when they all validate."""
    if shutil.which("xmllint") is None:
        pytest.skip("xmllint absent : apt-get install libxml2-utils")
    commande = ["xmllint", "--noout", "--nonet", "--relaxng", str(schema), *map(str, fichiers)]
    resultat = subprocess.run(commande, capture_output=True, text=True, check=False)
    return "" if resultat.returncode == 0 else resultat.stderr


def json_feed(objet: object) -> list[str]:
    """What JSON Feed 1.1 holds against a feed: required keys, types, absolute addresses, unknown keys."""
    assert isinstance(objet, dict)
    fautes = [f"clé inconnue : {cle}" for cle in objet.keys() - _FLUX.keys()]
    fautes += [f"{cle} : {objet.get(cle)!r}" for cle in ("version", "title", "items") if not objet.get(cle)]
    fautes += _types(objet, _FLUX)
    if objet["version"] != "https://jsonfeed.org/version/1.1":
        fautes.append(f"version : {objet['version']}")
    for entree in objet["items"]:
        fautes += [f"clé inconnue d’une entrée : {cle}" for cle in entree.keys() - _ENTREE.keys()]
        fautes += _types(entree, _ENTREE)
        if not entree.get("id") or not ("content_html" in entree or "content_text" in entree):
            fautes.append(f"entrée incomplète : {entree.get('id')}")
    if len({e["id"] for e in objet["items"]}) != len(objet["items"]):
        fautes.append("deux entrées ont le même identifiant")
    return fautes


_FLUX = {"version": str, "title": str, "description": str, "home_page_url": "adresse", "feed_url": "adresse", "language": str, "authors": list, "items": list}  # fmt: skip
_ENTREE = {"id": str, "url": "adresse", "title": str, "summary": str, "content_html": str, "date_published": "instant", "date_modified": "instant", "tags": list}  # fmt: skip


def _types(objet: dict[str, object], attendus: dict[str, object]) -> list[str]:
    from datetime import datetime

    fautes = []
    for cle, valeur in objet.items():
        attendu = attendus.get(cle)
        if attendu == "adresse":
            bon = isinstance(valeur, str) and valeur.startswith(("http://", "https://"))
        elif attendu == "instant":
            bon = isinstance(valeur, str) and datetime.fromisoformat(valeur).tzinfo is not None
        else:
            bon = attendu is None or isinstance(valeur, attendu)  # type: ignore[arg-type]
        if not bon:
            fautes.append(f"{cle} : {valeur!r}")
    return fautes


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@contextmanager
def served(dossier: Path) -> Iterator[str]:
    """A folder on loopback, as any web host would serve it; gives its address, with the final slash."""
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(dossier)))
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    try:
        yield f"http://127.0.0.1:{serveur.server_port}/"
    finally:
        serveur.shutdown()
        fil.join()
        serveur.server_close()
