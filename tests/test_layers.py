"""The house's rules, read from the code: arrows go down, SQL stays in the store, each library has one room."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[1]
FICHIERS = sorted(p for d in ("veille", "pipeline") for p in (RACINE / d).rglob("*.py"))

# A room imports rooms of a lower level only, so stages, which share one, never import each other.
NIVEAUX: dict[str, int] = {
    "veille": 0,
    "veille.errors": 0,
    "veille.model": 0,
    "veille.francais": 0,
    "veille.textes": 1,
    "veille.periodes": 1,
    "veille.plan": 2,
    "veille.registres": 2,
    "veille.rapports": 2,
    "veille.appreciation": 3,
    "veille.addresses": 1,
    "veille.cadence": 1,
    "veille.identite": 1,
    "veille.abonnes": 2,
    "veille.fingerprints": 3,
    "veille.settings": 2,
    "veille.feeds": 2,
    "veille.classifier": 2,
    "veille.evaluation": 3,
    "veille.ingest": 4,
    "veille.exemple": 3,
    "veille.store": 5,
    "veille.editor": 2,
    "veille.fluxweb": 2,
    "veille.calendrier": 2,
    "veille.pdf": 2,
    "veille.rendering": 4,
    "veille.courrier": 3,
    "veille.mailer": 3,
    "veille.boite_courriel": 3,
    "veille.dns_courriel": 3,
    "veille.bilan": 4,
    "veille.fetcher": 5,
    "veille.robots": 5,
    "veille.brouillon": 6,
    "veille.relecture": 6,
    "veille.pages": 8,
    "pipeline": 9,
    "pipeline.context": 9,
    "pipeline.rendu": 8,
    "pipeline.ecriture": 8,
    "pipeline.vitrine": 9,
    "pipeline.collect": 10,
    "pipeline.group": 10,
    "pipeline.classify": 10,
    "pipeline.rank": 10,
    "pipeline.train": 10,
    "pipeline.evaluate": 11,
    "pipeline.compose": 10,
    "pipeline.publish": 10,
    "pipeline.liens": 10,
    "pipeline.presse": 10,
    "pipeline.export": 10,
    "pipeline.tournee": 9,
    "pipeline.bilans_envoi": 9,
    "pipeline.courriels": 10,
    "pipeline.deliver": 11,
    "pipeline.retours": 11,
    "pipeline.purge": 10,
    "pipeline.voix": 10,
    "pipeline.hors_serie": 11,
    "pipeline.imprimer": 10,
    "pipeline.report": 10,
    "pipeline.freeze": 10,
    "pipeline.ebauche": 10,
    "pipeline.verify": 11,
    "pipeline.themes": 11,
    "pipeline.suggest": 12,
    "pipeline.run": 12,
    "pipeline.passe": 12,
    "pipeline.demo": 13,
    "pipeline.schedule": 13,
    "pipeline.cli": 14,
}
PARTAGEES = {"jinja2", "markupsafe", "click"}


def room_of(module: str) -> str:
    parties = module.split(".")
    for fin in range(len(parties), 0, -1):
        if (nom := ".".join(parties[:fin])) in NIVEAUX and (fin > 1 or len(parties) == 1):
            return nom
    pytest.fail(f"{module} : pièce inconnue, à situer dans NIVEAUX")


def module_of(fichier: Path) -> str:
    parties = fichier.relative_to(RACINE).with_suffix("").parts
    return ".".join(parties[:-1] if parties[-1] == "__init__" else parties)


MODULES = {module_of(fichier) for fichier in FICHIERS}


@cache
def nodes_of(fichier: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))))


def imports_of(fichier: Path) -> list[str]:
    noms = []
    for noeud in nodes_of(fichier):
        if isinstance(noeud, ast.Import):
            noms += [alias.name for alias in noeud.names]
        elif isinstance(noeud, ast.ImportFrom):
            assert noeud.level == 0, f"{fichier} : import relatif"
            module = noeud.module or ""
            noms += [f"{module}.{a.name}" if f"{module}.{a.name}" in MODULES else module for a in noeud.names]
    return noms


def test_every_room_is_still_there() -> None:
    assert not NIVEAUX.keys() - MODULES


def test_imports_go_down_only() -> None:
    fautes = [
        f"{module_of(fichier)} → {nom}"
        for fichier in FICHIERS
        for nom in imports_of(fichier)
        if nom.split(".")[0] in ("veille", "pipeline")
        and (cible := room_of(nom)) != (piece := room_of(module_of(fichier)))
        and NIVEAUX[cible] >= NIVEAUX[piece]
    ]
    assert not fautes, fautes


def test_each_outside_library_is_imported_in_one_room_only() -> None:
    pieces: dict[str, set[str]] = defaultdict(set)
    for fichier in FICHIERS:
        for nom in imports_of(fichier):
            tete = nom.split(".")[0]
            if tete not in sys.stdlib_module_names | PARTAGEES | {"veille", "pipeline"}:
                pieces[tete].add(room_of(module_of(fichier)))
    assert pieces, "aucune bibliothèque trouvée : le test ne lit plus rien"
    assert not {nom: lieux for nom, lieux in pieces.items() if len(lieux) > 1}


def test_sql_is_in_the_store_only() -> None:
    sql = re.compile(
        r"\b(SELECT\s+[\w*(].*\bFROM\b|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|VIEW))", re.S
    )
    fautes = [
        f"{fichier.relative_to(RACINE)}:{noeud.lineno}"
        for fichier in FICHIERS
        if room_of(module_of(fichier)) != "veille.store"
        for noeud in nodes_of(fichier)
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and sql.search(noeud.value)
    ]
    assert not fautes, fautes


def test_the_store_alone_knows_sqlite3() -> None:
    connaisseurs = {room_of(module_of(fichier)) for fichier in FICHIERS if "sqlite3" in imports_of(fichier)}
    assert connaisseurs == {"veille.store"}


@pytest.mark.parametrize(
    "commande", ["--help", "collecter --help", "digest --help", "servir --help", "thematiques suggerer --help"]
)
def test_help_loads_neither_scikit_learn_nor_numpy_nor_datasette(commande: str) -> None:
    programme = (
        "import sys\n"
        "from pipeline.cli import main\n"
        f"main({commande.split()!r}, standalone_mode=False)\n"
        "lourds = {'sklearn', 'numpy', 'scipy', 'datasette', 'sqlite_utils', 'trafilatura', 'feedparser', 'pandas'}\n"
        "sys.exit(','.join(sorted(lourds & sys.modules.keys())) or 0)\n"
    )
    resultat = subprocess.run(
        [sys.executable, "-c", programme], capture_output=True, text=True, cwd=RACINE, check=False
    )
    assert resultat.returncode == 0, resultat.stderr
    assert "Emploi :" in resultat.stdout
