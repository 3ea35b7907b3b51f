"""The review: what a page and a decision cost, and that they cost the same when the archive is ten times larger.

    python bench/revue.py [--rapide] [--json] [--garder DOSSIER]

Two invented archives of five years (`revue_jeu`), of 100,000 and 1,000,000 items (12,000 and 120,000), each behind a
real site on loopback; requests to both are interleaved. What is measured is the CPU of the server's process, one
request at a time. Floors: a page without any question to the database; the smallest form a script may send; one row
and its commit. Then Datasette's own pages at the larger size, with its settings and with ours.
`--garder`: archives are left in this folder, and taken from it if they are there.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import revue_base
from bench.commun import Cas, Mesures, Partie, case, main, noisy, rounds, versus
from bench.revue_parcours import TOURS_MAX, Magasin, Mesureur, Parcours
from bench.revue_site import Site
from veille.store.connexion import BASE
from veille.store.schema import open_store

TAILLES, TAILLES_RAPIDES = (100_000, 1_000_000), (12_000, 120_000)
PAGE_S, DECISION_S = 0.010, 0.005
SERRURES = {"default_allow_sql": False, "allow_download": False}  # All that is left of our settings, to compare.
# Pages of « Explorer » at the larger size → the most they may cost beside the same with Datasette's settings.
EXPLORER = {
    "/veille/items": 0.5,
    "/veille/items?vu_a__gte=2026-11-16": 0.5,
    "/veille/items?_facet=source_id&vu_a__gte=2026-11-16": 0.5,
    "/veille/items?_search=logement": 0.5,
    "/veille/decisions": 0.6,
    "/veille/suggestions?genre=date_limite": 0.6,
    "/veille/collectes": 0.5,
    "/veille/items/{dernier}": 1.5,
    "/veille?sql=select+id%2C+titre+from+items+order+by+id+desc+limit+50": 1.5,
}


@dataclass(frozen=True)
class Archive:
    """One archive with what is measured on it. `taille`: how it is named in the measures."""

    dossier: Path
    nombre: int
    faute: str
    mesureur: Mesureur

    @property
    def base(self) -> Path:
        """Its database."""
        return self.dossier / BASE


def run(rapide: bool, garder: str = "") -> list[Cas]:
    """Every row, in order."""
    with tempfile.TemporaryDirectory() as travail:
        archives = [
            _archive(Path(garder or travail), n, nom) for n, nom in zip(_sizes(rapide), ("P", "G"), strict=True)
        ]
        with _open(archives) as parties:
            mesures = rounds(parties, tours=3 if rapide else 6, tours_max=4 if rapide else TOURS_MAX, calme="nue G")
        tous = archives[0].mesureur.tous | archives[1].mesureur.tous
        fautes = " ; ".join(a.faute for a in archives if a.faute)
        return [
            *growth(mesures, archives, fautes),
            *floors(mesures, fautes),
            *ceilings(mesures, tous, fautes),
            *explorer(archives[1], 2 if rapide else 3),
        ]


def growth(mesures: Mesures, archives: Sequence[Archive], faute: str) -> list[Cas]:
    """Ten times the archive: the review's own pages and acts may cost half as much more, no other page three times."""
    petite, grande = (f"{a.nombre:_}".replace("_", " ") for a in archives)
    voulus = {
        "semaine": ("la semaine", 1.5),
        "froide": ("une semaine jamais vue", 1.5),
        "theme": ("un thème, 7 jours", 1.5),
        "lieu": ("un territoire, 90 jours", 1.5),
        "mots": ("deux mots, 90 jours", 3),
        "accueil": ("l’accueil", 1.5),
        "retenir": ("retenir", 1.5),
        "annuler": ("annuler", 1.5),
        "page": ("base : une page de la file et ses comptes", 3),
        "decider": ("base : une décision", 1.5),
        "drainer": ("base : une nouvelle remise en file, par 200", 1.5),
    }
    return [
        versus(f"{dit} : {grande} / {petite}", mesures, f"{nom} G", f"{nom} P", borne, faute=faute)
        for nom, (dit, borne) in voulus.items()
    ]


def floors(mesures: Mesures, faute: str) -> list[Cas]:
    """The larger archive, beside what cannot be avoided."""
    voulus = [
        ("la semaine / page sans question", "semaine", "nue", 6),
        ("une semaine jamais vue / page sans question", "froide", "nue", 30),
        ("un territoire, 90 jours / page sans question", "lieu", "nue", 8),
        ("deux mots, 90 jours / page sans question", "mots", "nue", 20),
        ("l’accueil / page sans question", "accueil", "nue", 15),
        ("retenir / plus petit formulaire", "retenir", "formulaire", 6),
        ("annuler / plus petit formulaire", "annuler", "formulaire", 6),
        ("base : une décision / une ligne écrite", "decider", "ligne", 40),
        ("base : une nouvelle remise en file, par 200 / une ligne écrite", "drainer", "ligne", 15),
    ]
    return [versus(dit, mesures, f"{a} G", f"{b} G", borne, faute=faute) for dit, a, b, borne in voulus]


def ceilings(mesures: Mesures, tous: Mesures, faute: str) -> list[Cas]:
    """The slowest twentieth of requests, beside what people would notice; the machine's own speed is in these."""
    voulus = [
        ("la semaine", "semaine", PAGE_S),
        ("une semaine jamais vue", "froide", PAGE_S),
        ("retenir", "retenir", DECISION_S),
        ("annuler", "annuler", DECISION_S),
    ]
    cas = []
    for dit, nom, plafond in voulus:
        valeurs = tous[f"{nom} G"]
        lent = statistics.quantiles(valeurs, n=20, method="inclusive")[-1]
        milieu, nombre = 1000 * statistics.median(valeurs), len(valeurs)
        note = f"{nombre} requêtes : médiane {milieu:.1f} ms, 95 sur 100 sous {1000 * lent:.1f} ms".replace(".", ",")
        titre = f"{dit} : 95 sur 100 / {1000 * plafond:.0f} ms"
        if noisy(mesures["nue G"]) and not faute:
            cas.append(Cas(titre, round(lent / plafond, 3), 1, None, f"bruité ; {note}"))
        else:
            cas.append(case(titre, lent / plafond, 1, note, faute=faute))
    return cas


def explorer(grande: Archive, tours: int) -> list[Cas]:
    """Datasette's pages: with ours, beside its own settings; and no facet of ours that takes too long to be shown."""
    adresses = {modele.format(dernier=grande.nombre): borne for modele, borne in EXPLORER.items()}
    perdues: set[str] = set()
    with Site(grande.dossier) as nous, Site(grande.dossier, SERRURES) as eux:

        def ask(qui: str, site: Site, adresse: str) -> Mapping[str, float]:
            reponses = [site.get(adresse) for _ in range(3)]
            if qui == "nous" and any("Compte trop long" in reponse.texte for reponse in reponses):
                perdues.add(adresse)
            return {f"{qui} {adresse}": statistics.median(reponse.cpu for reponse in reponses)}

        def part(qui: str, site: Site, adresse: str) -> Partie:
            return lambda: ask(qui, site, adresse)

        parties = [part(q, site, a) for a in adresses for q, site in (("nous", nous), ("eux", eux))]
        mesures = rounds(parties, tours=tours, tours_max=tours)
    cas = [
        versus(
            f"Explorer, {adresse} : nos réglages / ceux de Datasette", mesures, f"nous {adresse}", f"eux {adresse}", b
        )
        for adresse, b in adresses.items()
    ]
    return [
        *cas,
        case("Explorer : pages dont une facette a pris trop de temps", len(perdues), 0, ", ".join(sorted(perdues))),
    ]


def _sizes(rapide: bool) -> tuple[int, int]:
    return TAILLES_RAPIDES if rapide else TAILLES


def _archive(racine: Path, nombre: int, taille: str) -> Archive:
    dossier = racine / f"archive-{nombre}"
    if (dossier / BASE).exists():  # It was checked when it was made; what was measured on it since is decided in it.
        return Archive(dossier, nombre, "", Mesureur(taille))
    dossier.mkdir(parents=True, exist_ok=True)
    revue_base.build(dossier, nombre)
    with contextlib.closing(open_store(dossier)) as c:
        return Archive(dossier, nombre, revue_base.honest(c), Mesureur(taille))


@contextlib.contextmanager
def _open(archives: Sequence[Archive]) -> Iterator[list[Partie]]:
    """A site and a connection for each archive; everything that a round asks of them."""
    parties: list[Partie] = []
    with contextlib.ExitStack() as pile:
        for archive in archives:
            c: Any = pile.enter_context(contextlib.closing(open_store(archive.dossier)))
            site = pile.enter_context(Site(archive.dossier))
            parties += Parcours(site, archive.base, archive.mesureur).parts()
            parties += Magasin(c, archive.mesureur).parts()
        yield parties


if __name__ == "__main__":
    main("Mesurer la revue.", run, valeurs={"garder": "dossier où garder les archives, et où les reprendre"})
