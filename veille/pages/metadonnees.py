"""What Datasette is told of our databases, in French: titles, descriptions, labels, which tables are technical.

The words are in `metadonnees.toml`, where someone who does not program may reread them.
"""

from __future__ import annotations

import copy
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from veille.pages.instance import Role

REGLAGES: dict[str, int | str | bool] = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "num_sql_threads": 3,
    "sql_time_limit_ms": 3000,
    "default_facet_size": 20,
    "facet_time_limit_ms": 1000,
    "suggest_facets": False,  # Four fifths of a table page's cost.
    "cache_size_kb": 65_536,
    "default_allow_sql": False,
    "allow_download": False,
    "default_cache_ttl": 0,
    "truncate_cells_html": 400,
}


def metadata(role: Role) -> dict[str, Any]:
    """Datasette's metadata for one site. Always a fresh copy: Datasette writes in what it is given."""
    textes = copy.deepcopy(_words())
    base = textes["bases"][role]
    tables = {
        nom: _table(table, role) for nom, table in textes["tables"].items() if role in table.get("sites", ["equipe"])
    }
    dite: dict[str, Any] = {"title": base["titre"], "description": base["description"], "tables": tables}
    if role == "equipe":
        dite["queries"] = {
            nom: {"title": q["titre"], "description": q["phrase"], "sql": q["sql"].strip()}
            for nom, q in textes["questions"].items()
        }
    return {"title": base["titre"], "databases": {base["nom"]: dite}}


def ready_questions() -> dict[str, tuple[str, str]]:
    """Ready-made questions of « Explorer » and « Synthèses »: name in the address → (title, what it says)."""
    return {nom: (q["titre"], q["phrase"]) for nom, q in _words()["questions"].items()}


def parameter_label(nom: str) -> str:
    """« Depuis le (AAAA-MM-JJ) » for `depuis`; an unknown parameter of a query is shown as it is."""
    return str(_words()["parametres"].get(nom, nom))


def column_label(colonne: str) -> str:
    """« Publié le » for `publie_a`; an unknown column is shown as it is."""
    return str(_words()["colonnes"].get(colonne, colonne))


def table_title(table: str) -> str:
    """« Éléments » for `items`."""
    return str(_words()["tables"].get(table, {}).get("titre", table))


def value_label(table: str, colonne: str, valeur: str) -> str:
    """« à vérifier » for `a_verifier`; "" when the value is a word already."""
    return str(_words()["valeurs"].get(f"{table}.{colonne}", {}).get(valeur, ""))


def shelves() -> dict[str, list[str]]:
    """Under which titles tables are put, and in what order."""
    rayons: dict[str, list[str]] = _words()["rayons"]
    return rayons


def _table(table: dict[str, Any], role: Role) -> dict[str, Any]:
    plein_texte = table.get("plein_texte") if role == "equipe" else None
    reglages = {
        "title": table["titre"],
        "description": (table.get("description_publique", "") if role == "public" else "") or table["description"],
        "hidden": bool(table.get("technique")),
        "label_column": table.get("libelle"),
        "facets": table.get("facettes"),
        "sort_desc": table.get("tri_decroissant"),
        "sort": table.get("tri"),
        "columns": table.get("colonnes"),
        "size": table.get("page"),
        # Datasette finds by itself only an index that is declared to its taste, as the public site's is.
        "fts_table": plein_texte,
        "fts_pk": "id" if plein_texte else None,
    }
    return {cle: valeur for cle, valeur in reglages.items() if valeur}


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads((files("veille.pages") / "metadonnees.toml").read_text(encoding="utf-8"))
