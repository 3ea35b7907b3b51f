"""How a fault is worded: where it is, what was found, what is allowed, and what was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from veille.errors import Faute
from veille.francais import fold

_CHOIX_MAX = 20  # beyond this a list of allowed values is noise: say where they are instead
_VALEUR_MAX = 80


def name_table(table: str, rang: int, element: object) -> str:
    """« [[source]] « crevale » », or its rank when it has no name of its own."""
    nom = (
        next((element[c] for c in ("slug", "id", "code") if element.get(c)), None)
        if isinstance(element, Mapping)
        else None
    )
    return f"[[{table}]] « {nom} »" if isinstance(nom, str) else f"[[{table}]] n° {rang + 1}"


def name_key(table: str, cle: str) -> str:
    """The key of a fault, after its table when it has one."""
    return f"{table}, clé {cle}" if table else f"clé {cle}"


def locate(donnees: object, chemin: Sequence[str | int]) -> str:
    """A path in a file, as people read it: « [[source]] « crevale », clé selecteurs.element »."""
    etapes = list(chemin)
    table = ""
    if len(etapes) > 1 and isinstance(etapes[0], str) and isinstance(donnees, Mapping):
        contenu = donnees.get(etapes[0])
        if isinstance(etapes[1], int) and isinstance(contenu, list) and isinstance(contenu[etapes[1]], Mapping):
            table = name_table(etapes[0], etapes[1], contenu[etapes[1]])
            etapes = etapes[2:]
        elif isinstance(contenu, Mapping):
            table = f"[{etapes[0]}]"
            etapes = etapes[1:]
    cle = "".join(f" ({e + 1}{'e' if e else 're'} valeur)" if isinstance(e, int) else f".{e}" for e in etapes)
    cle = cle.removeprefix(".")
    return name_key(table, cle) if cle else table


def show(valeur: object) -> str:
    """A found value, short and as it is written in TOML."""
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, int) and valeur.bit_length() > 200:
        return "un nombre démesuré"
    if isinstance(valeur, Mapping):
        return "une table"
    if isinstance(valeur, list):
        return "une liste de tables" if valeur and isinstance(valeur[0], Mapping) else "une liste"
    texte = " ".join(str(valeur).split())
    return texte if len(texte) <= _VALEUR_MAX else texte[: _VALEUR_MAX - 1] + "…"


def choices(permis: Collection[str], ou: str = "") -> str:
    """« permis : flux, liste, page », or where to find the list when it is long."""
    if len(permis) <= _CHOIX_MAX or not ou:
        return "permis : " + ", ".join(permis)
    return f"permis : l’un des {len(permis)} noms de {ou}"


def suggest(valeur: object, permis: Collection[str]) -> str:
    """« ; vouliez-vous dire « flux » ? », or nothing when no allowed value is near (a near number is another number)."""
    texte = fold(str(valeur)[:_VALEUR_MAX])
    proches = get_close_matches(texte, list(permis), n=1, cutoff=0.75) if any(c.isalpha() for c in texte) else []
    return f" ; vouliez-vous dire « {proches[0]} » ?" if proches else ""


def unknown(fichier: str, cle: str, valeur: object, sens: str, permis: Collection[str], ou: str = "") -> Faute:
    """A fault for a value that is not among the allowed ones."""
    return Faute(fichier, cle, show(valeur), f"{sens} ; {choices(permis, ou)}{suggest(valeur, permis)}")


def at(donnees: Any, chemin: Sequence[str | int]) -> object:
    """The value at a path, or "" where the path leads nowhere (a missing key)."""
    for etape in chemin:
        try:
            donnees = donnees[etape]
        except (KeyError, IndexError, TypeError):
            return ""
    found: object = donnees
    return found
