"""What every bench shares: interleaved rounds, ratios and when to refuse to judge them, the table and the JSON.

Absolute times depend on the machine and the hour; only ratios of CPU measured in the same run are kept. What is
measured belongs to each bench, not here.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

TOURS, TOURS_MAX = 5, 8
COURTS, COURT_S = 7, 0.3
BRUIT_MAX = 0.3  # of what a ratio is taken to: interquartile range over median
Mesures = dict[str, list[float]]
Partie = Callable[[], Mapping[str, float]]


@dataclass(frozen=True)
class Cas:
    """One row. Smaller is better: `tenu` when `rapport` does not exceed `borne`; None when nothing could be judged."""

    nom: str
    rapport: float | None
    borne: float
    tenu: bool | None
    note: str = ""


def spent(travail: Callable[[], object]) -> float:
    """Seconds of CPU, all threads."""
    debut = time.process_time()
    travail()
    return time.process_time() - debut


def timed(nom: str, travail: Callable[[], object]) -> Partie:
    """A part of a round that measures one thing: the median of a few runs when one is too short to be timed alone."""

    def measure() -> Mapping[str, float]:
        temps = [spent(travail)]
        while len(temps) < COURTS and sum(temps) < COURT_S:
            temps.append(spent(travail))
        return {nom: statistics.median(temps)}

    return measure


def rounds(parties: Sequence[Partie], *, tours: int = TOURS, tours_max: int = TOURS_MAX, calme: str = "") -> Mesures:
    """Every part once per round, in an order that changes; more rounds, up to a limit, while `calme` is noisy."""
    hasard = random.Random(5)
    mesures: Mesures = {}
    for tour in range(tours_max):
        if tour >= tours and not (calme and noisy(mesures[calme])):
            break
        for partie in hasard.sample(parties, len(parties)):
            for nom, valeur in partie().items():
                mesures.setdefault(nom, []).append(valeur)
    return mesures


def noisy(valeurs: Sequence[float]) -> bool:
    """Whether these repeated measures of one thing differ too much to compare anything with them."""
    bas, milieu, haut = statistics.quantiles(valeurs, n=4, method="inclusive")
    return haut - bas > BRUIT_MAX * milieu


def versus(nom: str, mesures: Mesures, a: str, b: str, borne: float, *, faute: str = "") -> Cas:
    """The median, over the rounds, of a's CPU over b's. `faute`: how the outputs differ, which no speed excuses."""
    rapports = [x / max(y, 1e-9) for x, y in zip(mesures[a], mesures[b], strict=True)]
    if faute or not noisy(mesures[b]):
        return case(nom, statistics.median(rapports), borne, faute=faute)
    return Cas(nom, round(statistics.median(rapports), 3), borne, None, "bruité : la machine est trop occupée")


def ratio(nom: str, ours: Callable[[], object], other: Callable[[], object], borne: float, *, faute: str = "") -> Cas:
    """One thing of ours over another, when nothing else is measured in the same rounds."""
    mesures = rounds([timed("nous", ours), timed("autre", other)], calme="autre")
    return versus(nom, mesures, "nous", "autre", borne, faute=faute)


def case(nom: str, rapport: float, borne: float, note: str = "", *, faute: str = "") -> Cas:
    """A measured row; it does not hold when the outputs are wrong."""
    return Cas(nom, round(rapport, 3), borne, rapport <= borne and not faute, faute or note)


def is_missing(module: str) -> bool:
    """Whether a peer cannot be imported."""
    return importlib.util.find_spec(module) is None


def absent(nom: str, borne: float, module: str) -> Cas:
    """The row of a peer that is not installed: never a pass."""
    return Cas(nom, None, borne, None, f"{module} n’est pas installé : rien de mesuré")


def main(
    description: str,
    run: Callable[..., list[Cas]],
    drapeaux: Mapping[str, str] | None = None,
    valeurs: Mapping[str, str] | None = None,
) -> None:
    """Read the options, measure, then print the table or the JSON.

    `drapeaux`: more flags for `run`, with their help; `valeurs`: more options that take a value, "" when absent.
    """
    analyse = argparse.ArgumentParser(description=description, allow_abbrev=False)
    analyse.add_argument("--rapide", action="store_true", help="moins de 60 s de temps processeur")
    analyse.add_argument("--json", action="store_true", dest="en_json", help="un objet JSON au lieu du tableau")
    for nom, aide in (drapeaux or {}).items():
        analyse.add_argument(f"--{nom}", action="store_true", help=aide)
    for nom, aide in (valeurs or {}).items():
        analyse.add_argument(f"--{nom}", default="", help=aide)
    options = analyse.parse_args()
    cas = run(options.rapide, **{nom: getattr(options, nom) for nom in (*(drapeaux or {}), *(valeurs or {}))})
    if options.en_json:
        print(json.dumps({"cas": [asdict(c) for c in cas]}, ensure_ascii=False))
    else:
        print(table(cas))


def table(cas: Sequence[Cas]) -> str:
    """The rows, aligned."""
    largeur = max(len(c.nom) for c in cas)
    lignes = [f"{'nom':{largeur}} {'rapport':>9} {'borne':>7}  tenu"]
    for c in cas:
        rapport = "absent" if c.rapport is None else f"{c.rapport:.3f}"
        tenu = {True: "oui", False: "NON", None: "—"}[c.tenu]
        lignes.append(f"{c.nom:{largeur}} {rapport:>9} {c.borne:>7g}  {tenu:4} {c.note}".rstrip())
    return "\n".join(lignes)
