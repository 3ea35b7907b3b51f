"""Collection: what a first reading costs, and how little a second one does.

    python bench/collecte.py [--rapide] [--json]

Generated feeds on loopback (150, or 1,000), each of 30 entries, behind a port of its own. Each reading is a process of
its own, so that the CPU is the reader's alone; start-up is taken away (`lecteurs.py`). What was stored is compared with
what the feeds say: a row that is fast and wrong does not hold.
Floor: http.client and feedparser, nothing kept. Peer: httpx, feedparser and executemany in one table.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.commun import Cas, Mesures, case, main, rounds, versus
from bench.serveur import ENTREES, Feeds, Nouvelle, entries
from veille import settings

LECTEURS = Path(__file__).with_name("lecteurs.py")
MEMOIRE_MIO = 200
ORGANISATION = """\
nom = "Concertation des Essais (exemple fictif)"
courriel = "veille@exemple.invalid"
[reseau]
hotes_permis = ["127.0.0.1"]
espacement_s = 0
"""


class Banc:
    """The feeds, the folders, and every difference seen between what was stored and what the feeds say."""

    def __init__(self, feeds: Feeds, travail: Path, sources: int) -> None:
        self.feeds, self.travail, self.sources = feeds, travail, sources
        self.verite = [entries(source) for source in range(sources)]
        self.fautes: dict[str, str] = {}
        self._tour = 0
        self._adresses = travail / "adresses"
        self._adresses.write_text("\n".join(feeds.addresses()), encoding="utf-8")
        _make_folder(travail / "vide", [])
        _make_folder(travail / "modele", feeds.addresses())

    def ours(self) -> Mapping[str, float]:
        """One folder read three times: new, unchanged and told so, unchanged and not told so."""
        self._tour += 1
        dossier = self.travail / f"tour-{self._tour}"
        shutil.copytree(self.travail / "modele", dossier)
        attendues = self.sources * ENTREES
        premiere = self._read("nous", dossier, self.travail / "vide")
        self._expect("premiere", premiere, reussies=self.sources, nouveaux=attendues, analyses=self.sources)
        if not _stores_the_truth(dossier / "veille.db", self.verite):
            self.fautes["premiere"] = "éléments différents de ceux des flux"
        rien = {"reussies": self.sources, "inchangees": self.sources, "nouveaux": 0, "versions": 0, "analyses": 0}
        seconde = self._read("nous", dossier, self.travail / "vide")
        self._expect("304", seconde, **rien)
        self.feeds.mode("sans")
        memes = self._read("nous", dossier, self.travail / "vide")
        self.feeds.mode("validateurs")
        self._expect("memes", memes, **rien)
        shutil.rmtree(dossier)
        return {
            "premiere": premiere["cpu"],
            "304": seconde["cpu"],
            "memes": memes["cpu"],
            "pic": premiere["pic_mio"],
            "analyses": seconde["analyses"] + memes["analyses"],
        }

    def floor(self) -> Mapping[str, float]:
        """The least a first reading could cost, and the least an unchanged one could."""
        premiere, seconde = self._read("plancher", self._adresses), self._read("plancher304", self._adresses)
        self._expect("plancher", premiere, entrees=self.sources * ENTREES)
        self._expect("plancher304", seconde, inchangees=self.sources)
        return {"plancher": premiere["cpu"], "plancher304": seconde["cpu"]}

    def naive(self) -> Mapping[str, float]:
        """The naive peer, twice on its own database."""
        base = self.travail / "naif.db"
        base.unlink(missing_ok=True)
        premiere, seconde = (self._read("naif", self._adresses, base) for _ in range(2))
        self._expect("naif", premiere, entrees=self.sources * ENTREES)
        self._expect("naif304", seconde, inchangees=self.sources)
        with contextlib.closing(sqlite3.connect(base)) as c:
            lus = set(c.execute("SELECT lien, titre FROM entrees"))
        if lus != {(n.adresse, n.titre) for nouvelles in self.verite for n in nouvelles}:
            self.fautes["naif"] = "le pair n’a pas lu la même chose"
        return {"naif": premiere["cpu"], "naif304": seconde["cpu"]}

    def compare(self, nom: str, mesures: Mesures, a: str, b: str, borne: float) -> Cas:
        """A row, which holds only if both sides did their work."""
        faute = self.fautes.get(a) or self.fautes.get(b, "")
        return versus(nom, mesures, a, b, borne, faute=faute)

    def _read(self, role: str, *arguments: Path) -> dict[str, Any]:
        commande = [sys.executable, str(LECTEURS), role, *map(str, arguments)]
        sortie = subprocess.run(commande, check=True, stdout=subprocess.PIPE, text=True).stdout
        lu: dict[str, Any] = json.loads(sortie)
        return lu

    def _expect(self, nom: str, lu: Mapping[str, Any], **attendu: int) -> None:
        differences = [f"{cle} : {lu[cle]} au lieu de {valeur}" for cle, valeur in attendu.items() if lu[cle] != valeur]
        if differences:
            self.fautes[nom] = " ; ".join(differences)


def _make_folder(dossier: Path, adresses: list[str]) -> None:
    settings.initialise(dossier)
    (dossier / "organisation.toml").write_text(ORGANISATION, encoding="utf-8")
    tables = [
        f'[[source]]\nslug = "fil-{n}"\nnom = "Fil {n} (exemple fictif)"\nurl = "{adresse}"\n'
        f'adresse = "{adresse}"\ngenre = "flux"\netat = "active"\n'
        for n, adresse in enumerate(adresses)
    ]
    (dossier / "sources.toml").write_text("\n".join(tables) or "source = []\n", encoding="utf-8")


def _stores_the_truth(base: Path, verite: list[list[Nouvelle]]) -> bool:
    """Whether the items are exactly the entries of each feed: title, address, summary, date, and whose they are."""
    with contextlib.closing(sqlite3.connect(base)) as c:
        lus = c.execute(
            "SELECT s.slug, i.titre, i.adresse, i.resume, i.publie_a FROM items i JOIN sources s ON s.id = i.source_id"
        ).fetchall()
    attendus = [
        (f"fil-{source}", n.titre, n.adresse, n.resume, f"{n.publie_a.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        for source, nouvelles in enumerate(verite)
        for n in nouvelles
    ]
    return sorted(lus) == sorted(attendus)


def run(rapide: bool) -> list[Cas]:
    """Every row, in order."""
    sources = 150 if rapide else 1_000
    with tempfile.TemporaryDirectory() as travail, Feeds(sources) as feeds:
        banc = Banc(feeds, Path(travail), sources)
        parties = [banc.ours, banc.floor, banc.naive]
        mesures = rounds(parties, tours=3 if rapide else 5, tours_max=4 if rapide else 7, calme="plancher")
    return rows(banc, mesures)


def rows(banc: Banc, mesures: Mesures) -> list[Cas]:
    """The verdicts. A tenth of the first reading is the requirement; the other bounds are what was measured, and slack."""
    flux = f"{banc.sources} flux"
    return [
        banc.compare(f"première lecture de {flux} / plancher", mesures, "premiere", "plancher", 5),
        banc.compare(f"première lecture de {flux} / pair naïf", mesures, "premiere", "naif", 3),
        banc.compare("seconde lecture, 304 / première", mesures, "304", "premiere", 0.1),
        banc.compare("seconde lecture, mêmes octets / première", mesures, "memes", "premiere", 0.1),
        case("seconde lecture : flux analysés de nouveau", max(mesures["analyses"]), 0),
        banc.compare("304 : nous / pair naïf", mesures, "304", "naif304", 2.5),
        banc.compare("304 : nous / plancher", mesures, "304", "plancher304", 9),
        case("première lecture : mémoire / 200 Mio", statistics.median(mesures["pic"]) / MEMOIRE_MIO, 1),
    ]


if __name__ == "__main__":
    main("Mesurer la collecte.", run)
