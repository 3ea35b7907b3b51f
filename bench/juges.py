"""One judging task in a process of its own, so that what it costs is its own. Prints one JSON object.

    python bench/juges.py numpy | premier MODELE | froid PIPELINE | flot MODELE N | juger N

premier: from nothing to the first label of a saved model. froid: the same through scikit-learn. flot: N items tagged in one
stream. juger: N items fully judged in one stream. Nothing is imported before it is needed: start-up is what is measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

TITRE, RESUME = "Un logement social à Joliette", "Douze loyers modiques pour les aînés, près de l’hôpital."


def main(tache: str, *arguments: str) -> None:
    """Do one task, say what it made."""
    dit: dict[str, Any] = {}
    if tache == "numpy":
        import numpy

        dit["version"] = numpy.__version__
    elif tache == "premier":
        dit["etiquettes"] = _first(Path(arguments[0]))
    elif tache == "froid":
        dit["etiquettes"] = _first_by_pipeline(Path(arguments[0]))
    elif tache == "flot":
        dit["etiquettes"] = _stream(Path(arguments[0]), int(arguments[1]))
    elif tache == "juger":
        dit["etiquettes"] = _judge(int(arguments[0]))
    dit |= {"cpu": time.process_time(), "sklearn": "sklearn" in sys.modules, "pic_mo": _peak_mb()}
    print(json.dumps(dit))


def _first(dossier: Path) -> int:
    from veille.classifier.themes.avis import judge_themes
    from veille.classifier.themes.lecteur import Lecteur
    from veille.classifier.themes.modele import load
    from veille.model import Document

    return len(judge_themes(Lecteur(load(dossier)), Document("a", TITRE, RESUME)).suggestions)


def _first_by_pipeline(fichier: Path) -> int:
    import pickle

    from veille.model import Document

    # Written by the same bench a moment ago: how scikit-learn's own users keep a pipeline.
    pipeline = pickle.loads(fichier.read_bytes())
    return int((pipeline.predict_proba([Document("a", TITRE, RESUME)]) >= 0.5).sum())


def _stream(dossier: Path, nombre: int) -> int:
    from veille.classifier.themes.lecteur import Lecteur
    from veille.classifier.themes.modele import load

    lecteur = Lecteur(load(dossier))
    return sum(int((scores >= lecteur.modele.seuils).sum()) for _, scores in lecteur.stream(_items(nombre)))


def _judge(nombre: int) -> int:
    from datetime import date

    from veille.classifier.judge import Judge
    from veille.settings import load_gazetier, load_taxonomie

    juge = Judge(load_taxonomie(), load_gazetier())
    return sum(len(juge.judge(document, date(2026, 11, 23)).suggestions) for document in _items(nombre))


def _items(nombre: int) -> Iterator[Any]:
    """Made one by one, each with words that no other has: no memory of words may grow with them."""
    from dataclasses import replace

    from bench.exemple import week

    semaine, _ = week()
    for rang in range(nombre):
        modele = semaine[rang % len(semaine)]
        yield replace(modele, id=str(rang), titre=f"{modele.titre} zig{rang} dossier{rang * 7} zag{rang:x}ment")


def _peak_mb() -> float:
    """Peak resident memory, in millions of bytes. Not `getrusage`, whose peak includes the parent's, from before exec."""
    lignes = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith("VmHWM:")) * 1024 / 1e6


if __name__ == "__main__":
    main(*sys.argv[1:])
