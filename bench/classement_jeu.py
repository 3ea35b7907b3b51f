"""Our own invented Québec items (`bench/jeu`): traps, deadlines, themes of the first day.

Halves A and B, on which rules were tuned; then half C, which nobody has tuned on: what the first two hide, it tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from bench.commun import Cas
from bench.planchers import Planchers, unjudged
from veille.classifier.judge import Judge
from veille.model import Document, Gazetier, Jugement
from veille.settings import load_gazetier, load_taxonomie

JEU = Path(__file__).with_name("jeu")
JEUX = {"jeu": ["moitie_a.jsonl", "moitie_b.jsonl"], "jeu_neuf": ["moitie_c.jsonl"]}
TITRES = {"jeu": "notre jeu", "jeu_neuf": "moitié jamais réglée"}
Paire = tuple[dict[str, Any], Jugement]


def run(planchers: Planchers, *, accepte: bool) -> list[Cas]:
    """One row for each floor. Each item is judged as of the day it came out."""
    gazetier = load_gazetier()
    juge = Judge(load_taxonomie(), gazetier)
    lignes = []
    for section, fichiers in JEUX.items():
        changes = planchers.changed(JEU, fichiers)
        if changes and not accepte:
            pourquoi = f"{', '.join(changes)} : autre empreinte que celle des planchers, rien n’est jugé"
            lignes += unjudged(TITRES[section], pourquoi)
            continue
        paires = [(d, juge.judge(_document(d), date.fromisoformat(d["date"]))) for d in read(fichiers)]
        lignes += planchers.rows(TITRES[section], section, measure(paires, gazetier))
    return lignes


def read(fichiers: Iterable[str]) -> list[dict[str, Any]]:
    """Every item of these files."""
    return [json.loads(ligne) for f in fichiers for ligne in (JEU / f).read_text(encoding="utf-8").splitlines()]


def measure(paires: Iterable[Paire], gazetier: Gazetier) -> dict[str, float]:
    """Wrong tags on traps (how many items), deadlines (share of true ones, how many wrong), micro-F1 of themes."""
    paires = list(paires)
    echeances = [(d["date_limite"], _only(j, "date_limite")) for d, j in paires]
    vrais = sum(len(d["themes"]) for d, _ in paires)
    proposes = sum(len(j.valeurs("thematique")) for _, j in paires)
    justes = sum(len(set(d["themes"]) & set(j.valeurs("thematique"))) for d, j in paires)
    return {
        "pieges_theme": sum(bool(j.valeurs("thematique")) for d, j in paires if d["piege"] == "theme"),
        "pieges_territoire": sum(_misplaced(d, j, gazetier) for d, j in paires if d["piege"] == "territoire"),
        "echeances": sum(vu == vrai for vrai, vu in echeances if vrai) / sum(1 for vrai, _ in echeances if vrai),
        "echeances_fausses": sum(vu is not None and vu != vrai for vrai, vu in echeances),
        "micro": 2 * justes / (vrais + proposes),
    }


def _misplaced(brut: dict[str, Any], jugement: Jugement, gazetier: Gazetier) -> bool:
    """Whether a place is retained that neither is true nor contains a true one."""
    admis = {slug for vrai in brut["territoires"] for slug in (vrai, *gazetier.ascendants(vrai))}
    return bool(set(jugement.valeurs("territoire")) - admis)


def _only(jugement: Jugement, genre: Any) -> str | None:
    return next(iter(jugement.valeurs(genre)), None)


def _document(brut: dict[str, Any]) -> Document:
    jour = date.fromisoformat(brut["date"])
    return Document(brut["id"], brut["titre"], brut["resume"], brut.get("texte", ""), jour)
