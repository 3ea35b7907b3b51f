"""From a plain dict to the dataclasses of `model`, by pydantic, whose messages come out in French.

The dataclass is the rule: a field's type is what the file may hold. Rules between keys or files live in `controles.py`.
"""

from __future__ import annotations

import re
import types
from collections.abc import Hashable
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from veille.errors import Faute
from veille.model import STRICT, Source
from veille.settings import phrases

T = TypeVar("T")

_ATTENDUS = {
    "missing": "clé obligatoire, absente",
    "string_type": 'attendu : un texte entre guillemets droits "…"',
    "tuple_type": "attendu : une liste entre crochets [ ]",
    "dataclass_type": "attendu : une table",
    "bool_type": "attendu : true ou false, sans guillemets",
    "bool_parsing": "attendu : true ou false, sans guillemets",
    "int_type": "attendu : un nombre entier, sans guillemets",
    "int_parsing": "attendu : un nombre entier, sans guillemets",
    "int_from_float": "attendu : un nombre entier",
    "float_type": "attendu : un nombre, sans guillemets",
    "float_parsing": "attendu : un nombre, sans guillemets",
}
_DATE = "attendu : une date sans guillemets, comme 2026-12-01"


@dataclass(frozen=True)
class FichierSources:
    """sources.toml as a whole. An organisation may start with none."""

    __pydantic_config__ = STRICT
    source: tuple[Source, ...] = ()


def build(modele: type[T], donnees: dict[str, Any], fichier: str) -> T | list[Faute]:
    """The content of a file as its dataclass, or every fault pydantic found in it."""
    try:
        contenu: T = _adapter(cast("Hashable", modele)).validate_python(donnees)
    except ValidationError as erreur:
        return [_translate(detail, modele, donnees, fichier) for detail in erreur.errors(include_url=False)]
    return contenu


@cache
def _adapter(modele: Any) -> TypeAdapter[Any]:
    return TypeAdapter(modele)


def _translate(detail: ErrorDetails, modele: type, donnees: dict[str, Any], fichier: str) -> Faute:
    genre, chemin = detail["type"], detail["loc"]
    cle, valeur = phrases.locate(donnees, chemin), phrases.at(donnees, chemin)
    if genre == "unexpected_keyword_argument":
        permis = _keys_at(modele, chemin[:-1])
        return Faute(fichier, cle, "", f"clé inconnue ; {phrases.choices(permis)}{phrases.suggest(chemin[-1], permis)}")
    if genre == "literal_error":
        permis = tuple(v for v in re.findall(r"'([^']*)'", str(detail["ctx"]["expected"])) if v)
        return phrases.unknown(fichier, cle, valeur, "valeur inconnue", permis)
    if genre == "tuple_type" and _dataclass_in(_hint_at(modele, chemin)):
        return Faute(fichier, cle, phrases.show(valeur), f"attendu : des tables [[{chemin[-1]}]]")
    attendu = (
        _DATE if genre.startswith("date") and genre != "dataclass_type" else _ATTENDUS.get(genre, "valeur non permise")
    )
    return Faute(fichier, cle, phrases.show(valeur), attendu)


def _keys_at(modele: type, chemin: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that may be written at a path of a file."""
    classe = _dataclass_in(_hint_at(modele, chemin))
    return tuple(f.name for f in fields(classe)) if classe else ()


def _hint_at(modele: type, chemin: tuple[str | int, ...]) -> Any:
    hint: Any = modele
    for etape in chemin:
        if isinstance(etape, str) and (classe := _dataclass_in(hint)):
            hint = get_type_hints(classe).get(etape)
    return hint


def _dataclass_in(hint: Any) -> Any:
    """The dataclass inside `X`, `tuple[X, ...]` or `X | None`; None when there is none."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    if get_origin(hint) in (tuple, Union, types.UnionType):
        return next((a for a in get_args(hint) if isinstance(a, type) and is_dataclass(a)), None)
    return None
