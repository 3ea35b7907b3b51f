"""Changes to sources.toml that keep its comments, its order and its other lines exactly as staff wrote them.

Only `veille sources …` and the verification of sources write here; themes are changed by `themes.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import tomlkit

from veille.errors import SettingsError
from veille.model import Source
from veille.settings import ecriture, phrases, retouche
from veille.settings.regles import SOURCES
from veille.settings.retouche import Valeur
from veille.settings.validation import FichierSources


def set_sources(chemin: Path, changes: Mapping[str, Mapping[str, Valeur]]) -> None:
    """Set keys of some sources: `{"crevale": {"etat": "active"}}`. `chemin` is sources.toml or its folder.

    All or nothing: refused when a source is unknown or when the file would no longer be valid.
    """
    ecriture.edit(chemin, SOURCES, FichierSources, lambda texte: _with_changes(texte, changes))


def add_source(chemin: Path, source: Mapping[str, Any]) -> None:
    """Append one source, keys in the usual order, empty ones left out; refused when the file would not be valid."""
    ecriture.edit(chemin, SOURCES, FichierSources, lambda texte: _with_source(texte, source))


def _with_changes(texte: str, changes: Mapping[str, Mapping[str, Valeur]]) -> str:
    document = retouche.parse(texte, SOURCES)
    par_slug = retouche.by_slug(document, "source")
    fautes = [
        phrases.unknown(SOURCES, "[[source]], clé slug", slug, "source inconnue", [str(s) for s in par_slug], SOURCES)
        for slug in changes
        if slug not in par_slug
    ]
    if fautes:
        raise SettingsError(fautes)
    for slug, cles in changes.items():
        retouche.set_keys(par_slug[slug], cles)
    return tomlkit.dumps(document)


def _with_source(texte: str, source: Mapping[str, Any]) -> str:
    rangs = {champ.name: rang for rang, champ in enumerate(fields(Source))}
    table = tomlkit.table()
    for cle in sorted(source, key=lambda c: rangs.get(c, len(rangs))):
        valeur = source[cle]
        if isinstance(valeur, Mapping):
            sous_table = tomlkit.table()
            sous_table.update({c: v for c, v in valeur.items() if v})
            table[cle] = sous_table
        elif rangs.get(cle, 0) < 5 or valeur not in ("", (), [], None):
            table[cle] = retouche.item(cle, valeur)
    liste = tomlkit.aot()
    liste.append(table)
    bloc = tomlkit.dumps({"source": liste})
    fin = "\r\n" if "\r\n" in texte else "\n"
    return texte.rstrip() + fin * 2 + bloc.strip().replace("\n", fin) + fin if texte.strip() else bloc
