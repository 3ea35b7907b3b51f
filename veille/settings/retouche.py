"""Small cuts in a TOML text through tomlkit: keys set, added or taken away, everything around them left as it was.

What the keys mean, and whether the result is valid, is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Item, Table

from veille.errors import Faute, SettingsError
from veille.settings.listes import merge_list, wrap_list

Valeur = str | int | bool | date | Sequence[str]

LARGEUR = 110


def parse(texte: str, nom: str) -> tomlkit.TOMLDocument:
    """A staff file as tomlkit holds it, comments included."""
    try:
        return tomlkit.parse(texte)
    except TOMLKitError as erreur:  # stricter than tomllib in a few corners
        raise SettingsError([Faute(nom, "fichier", "", f"ne peut pas être modifié d’ici : {erreur}")]) from erreur


def by_slug(document: tomlkit.TOMLDocument, table: str) -> dict[str, Any]:
    """The tables of a list by their `slug`."""
    return {str(element.get("slug")): element for element in document.get(table, []) if isinstance(element, dict)}


def set_keys(table: Any, cles: Mapping[str, Valeur]) -> None:
    """Set keys of one table: those that differ are replaced in place, the new ones come right after the last."""
    nouvelles = {cle: valeur for cle, valeur in cles.items() if cle not in table}
    for cle, valeur in cles.items():
        if cle in table and table[cle] != valeur:
            table[cle] = item(cle, valeur)
    # Insertions last: they bypass the table's index, which replacements need.
    for cle, valeur in nouvelles.items():
        if isinstance(table, Table):
            _insert(table, cle, item(cle, valeur))
        else:
            table[cle] = valeur


def merge_keys(table: Any, cles: Mapping[str, Valeur | None], fin: str = "\n") -> None:
    """The same for a table that people laid out by hand: a list keeps its lines and comments. None takes a key away."""
    voulues: dict[str, Valeur] = {}
    for cle, valeur in cles.items():
        if valeur is None or (valeur == () and cle not in table):
            if cle in table:
                del table[cle]
        elif isinstance(valeur, tuple):
            voulues[cle] = _merged(cle, table.get(cle), valeur, fin)
        else:
            voulues[cle] = valeur
    set_keys(table, voulues)


def subtable(table: Any, cle: str) -> Any:
    """A table inside another, added right after its keys when there is none."""
    if cle not in table:
        neuve = tomlkit.table()
        if isinstance(table, Table):
            _insert(table, cle, neuve)
            neuve.trivia.indent = "\n"  # A blank line before its name.
            return neuve
        table[cle] = neuve
    return table[cle]


def set_inline(table: Any, cle: str, cles: Mapping[str, Valeur]) -> None:
    """A new table between braces, on one line, among the keys of another; nothing when it would be empty."""
    neuve = tomlkit.inline_table()
    neuve.update({nom: list(v) if isinstance(v, tuple) else v for nom, v in cles.items()})
    ajout: dict[str, Any] = {cle: neuve}
    if cles:
        set_keys(table, ajout)


def _merged(cle: str, ancienne: Any, valeurs: Sequence[str], fin: str) -> Array:
    """A list of texts with these values, laid out as the old one was."""
    largeur = LARGEUR - len(cle) - 3
    garde = isinstance(ancienne, Array) and all(isinstance(v, str) for v in ancienne)
    ecrit = merge_list(ancienne.as_string(), valeurs, largeur, fin) if garde else wrap_list(valeurs, largeur, fin)
    relue = tomlkit.parse(f"x = {ecrit}\n")["x"]
    if not isinstance(relue, Array) or set(relue.unwrap()) != set(valeurs):
        relue = tomlkit.parse(f"x = {wrap_list(valeurs, largeur, fin)}\n")["x"]
    if not isinstance(relue, Array):
        raise TypeError(f"{cle}: a list was written and something else was read")
    return relue


def _insert(table: Table, cle: str, element: Item) -> None:
    """Put a key right after the last one. tomlkit's own `append` puts it after the comments that follow the table."""
    corps = table.value.body
    dernier = max(
        (i for i, (nom, v) in enumerate(corps) if nom is not None and not isinstance(v, (Table, AoT))), default=-1
    )
    if dernier >= 0:
        precedent = corps[dernier][1].trivia
        precedent.trail = precedent.trail or "\n"
        element.trivia.trail = precedent.trail
        element.trivia.indent = precedent.indent
    corps.insert(dernier + 1, (tomlkit.key(cle), element))


def item(cle: str, valeur: Valeur) -> Item:
    """A value as tomlkit writes it; a list that would make too long a line takes one line per element."""
    if isinstance(valeur, Item):
        return valeur
    element = tomlkit.item(list(valeur) if isinstance(valeur, (list, tuple)) else valeur)
    if isinstance(element, Array) and len(cle) + len(element.as_string()) > LARGEUR:
        element.multiline(True)
    return element


def unordered(valeur: Any) -> Any:
    """A value in which the order of a list of texts does not count, to tell whether two files say the same."""
    if isinstance(valeur, dict):
        return {cle: unordered(v) for cle, v in valeur.items()}
    if isinstance(valeur, list):
        textes = all(isinstance(v, str) for v in valeur)
        return sorted(set(valeur)) if textes else [unordered(v) for v in valeur]
    return valeur
