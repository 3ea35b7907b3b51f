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
    return {
        "title": base["titre"],
        "databases": {base["nom"]: {"title": base["titre"], "description": base["description"], "tables": tables}},
    }


def column_label(colonne: str) -> str:
    """« Publié le » for `publie_a`; an unknown column is shown as it is."""
    return str(_words()["colonnes"].get(colonne, colonne))


def table_title(table: str) -> str:
    """« Éléments » for `items`."""
    return str(_words()["tables"].get(table, {}).get("titre", table))


def value_label(table: str, colonne: str, valeur: str) -> str:
    """« à vérifier » for `a_verifier`; "" when the value is a word already."""
    return str(_words()["valeurs"].get(f"{table}.{colonne}", {}).get(valeur, ""))


def table_rank(table: str) -> int:
    """Where a table comes in lists; the unknown ones last."""
    ordre = list(_words()["tables"])
    return ordre.index(table) if table in ordre else len(ordre)


def _table(table: dict[str, Any], role: Role) -> dict[str, Any]:
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
    }
    return {cle: valeur for cle, valeur in reglages.items() if valeur}


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads((files("veille.pages") / "metadonnees.toml").read_text(encoding="utf-8"))
