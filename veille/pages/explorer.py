"""Datasette's own pages as French readers expect them: cells, filters, and the sentence that says what is listed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from datasette.utils import path_with_added_args, path_with_replaced_args, tilde_encode
from markupsafe import Markup

from veille.francais import NBSP, format_instant, plural, shorten
from veille.pages.metadonnees import column_label, parameter_label, shelves, value_label
from veille.store.connexion import unstamp

COMPARAISONS = {
    "exact": "est",
    "not": "n’est pas",
    "contains": "contient",
    "endswith": "finit par",
    "startswith": "commence par",
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
    "like": "ressemble à (%)",
    "notlike": "ne ressemble pas à (%)",
    "glob": "suit le modèle (*)",
    "in": "est l’un de (a, b)",
    "notin": "n’est aucun de (a, b)",
    "arraycontains": "la liste contient",
    "arraynotcontains": "la liste ne contient pas",
    "date": "est du jour (AAAA-MM-JJ)",
    "isnull": "est absent",
    "notnull": "est présent",
    "isblank": "est vide",
    "notblank": "n’est pas vide",
}

ADRESSE_MAX = 48

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def render_value(value: Any, column: str, table: str | None) -> Any:
    """An instant in the organisation's time zone, a list as words, a code as its name, bytes as a size; else None."""
    if isinstance(value, bytes):
        return Markup("<span class='doux'>{}</span>").format(plural(len(value), "octet"))
    if table and value not in ("", None) and (nom := value_label(table, column, str(value))):
        return nom
    if not isinstance(value, str) or not value:
        return None
    if column.endswith("_a") and _INSTANT.fullmatch(value):
        return Markup("<time datetime='{}'>{}</time>").format(value, format_instant(unstamp(value)))
    if value.startswith("["):
        return _list(value)
    if value.lower().startswith(("http://", "https://")) and not re.search(r"\s", value):
        return Markup("<a href='{}' rel='noopener noreferrer'>{}</a>").format(value, shorten(value, ADRESSE_MAX))
    return None


async def parent_link(datasette: Any, database: str, table: str, column: str, value: Any) -> Markup | None:
    """The name of the row that a key leads to, as a link; None when the column is no key. Datasette has it for tables only."""
    cles = [
        cle for cle in await datasette.get_database(database).foreign_keys_for_table(table) if cle["column"] == column
    ]
    if not cles or value in ("", None):
        return None
    noms = await datasette.expand_foreign_keys(database, table, column, [value])
    adresse = datasette.urls.row(database, cles[0]["other_table"], tilde_encode(str(value)))
    return Markup("<a href='{}'>{}</a>").format(adresse, noms.get((column, value)) or value)


def describe_filters(filtres: Any, request: Any, tri: str | None, tri_desc: str | None) -> str:
    """« où Titre contient « loyer », par date décroissante »."""
    morceaux = []
    if cherche := request.args.get("_search"):
        morceaux.append(f"qui parlent de «{NBSP}{cherche}{NBSP}»")
    for colonne, comparaison, valeur in filtres.selections():
        sans_valeur = comparaison in ("isnull", "notnull", "isblank", "notblank")
        suite = "" if sans_valeur else f" «{NBSP}{valeur}{NBSP}»"
        morceaux.append(f"où {column_label(colonne)} {COMPARAISONS.get(comparaison, comparaison)}{suite}")
    phrase = " et ".join(morceaux)
    if tri or tri_desc:
        ordre = f"par {column_label(tri or tri_desc or '')} {'décroissant' if tri_desc else 'croissant'}"
        phrase = f"{phrase}, {ordre}" if phrase else ordre
    return phrase


def count_rows(nombre: int | None) -> str:
    """« 1 204 lignes », or what is said when counting took too long."""
    return "Beaucoup de lignes" if nombre is None else plural(nombre, "ligne")


def _list(value: str) -> str | None:
    try:
        valeurs = json.loads(value)
    except ValueError:
        return None
    if not isinstance(valeurs, list) or not all(isinstance(v, str) for v in valeurs):
        return None
    return ", ".join(valeurs) or "aucun"


def value_name(table: str, colonne: str, valeur: Any) -> str:
    """One value of a facet, as its table would show it."""
    return value_label(table, colonne, str(valeur)) or str(valeur) or "(vide)"


def arrange_tables(
    tables: Sequence[dict[str, Any]], vues: Sequence[dict[str, Any]], tout: bool
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Tables and views by subject, in the order of `metadonnees.toml`; the technical ones last, when `tout` is asked."""
    montrees = {t["name"]: t for t in (*tables, *vues) if tout or not t.get("hidden")}
    rayons = [(titre, [montrees.pop(nom) for nom in noms if nom in montrees]) for titre, noms in shelves().items()]
    return [(titre, rangees) for titre, rangees in (*rayons, ("Autres tables", list(montrees.values()))) if rangees]


EXPLORER: Mapping[str, Any] = {
    "ranger": arrange_tables,
    "nom_parametre": parameter_label,
    "nom_valeur": value_name,
    "decrire": describe_filters,
    "nb_lignes": count_rows,
    "comparaisons": COMPARAISONS,
    "avec": path_with_added_args,
    "remplacer": path_with_replaced_args,
}
