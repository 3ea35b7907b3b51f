"""Changes to sources.toml that keep its comments, its order and its other lines exactly as staff wrote them.

Only `veille sources …` and the verification of sources write here; every other staff file is edited by people.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Item, Table

from veille.errors import Faute, RefusError, SettingsError
from veille.model import Source
from veille.settings import controles, lecture, phrases, validation
from veille.settings.regles import SOURCES
from veille.textes import os_reason

Valeur = str | int | bool | Sequence[str]

_ESSAIS = 5
_BOM = b"\xef\xbb\xbf"
_LARGEUR = 110


def set_sources(chemin: Path, changes: Mapping[str, Mapping[str, Valeur]]) -> None:
    """Set keys of some sources: `{"crevale": {"etat": "active"}}`. `chemin` is sources.toml or its folder.

    All or nothing: refused when a source is unknown or when the file would no longer be valid.
    """
    _edit(chemin, lambda texte: _with_changes(texte, changes))


def add_source(chemin: Path, source: Mapping[str, Any]) -> None:
    """Append one source, keys in the usual order, empty ones left out; refused when the file would not be valid."""
    _edit(chemin, lambda texte: _with_source(texte, source))


def _edit(chemin: Path, change: Callable[[str], str]) -> None:
    """Read, change, check, and replace at once; start again when someone saved the file in the meantime."""
    chemin = (chemin / SOURCES if chemin.is_dir() else chemin).resolve()
    for _ in range(_ESSAIS):
        avant = _read(chemin)
        signature = _BOM if avant.startswith(_BOM) else b""
        apres = signature + change(avant.decode("utf-8-sig")).encode()
        if apres == avant:
            return
        _refuse_invalid(chemin, apres)
        if _read(chemin) == avant:
            _replace(chemin, apres)
            return
    raise RefusError(f"{chemin.name} change sans cesse : fermez l’éditeur qui l’enregistre, puis recommencez.")


def _read(chemin: Path) -> bytes:
    """The bytes of a file that can be edited: present, UTF-8, well-formed TOML."""
    octets = lecture.read_bytes(chemin, chemin.name)
    contenu = octets if isinstance(octets, Faute) else lecture.parse_toml(octets, chemin.name)
    if isinstance(octets, Faute) or isinstance(contenu, Faute):
        raise SettingsError([f for f in (contenu,) if isinstance(f, Faute)])
    return octets


def _with_changes(texte: str, changes: Mapping[str, Mapping[str, Valeur]]) -> str:
    try:
        document = tomlkit.parse(texte)
    except TOMLKitError as erreur:  # stricter than tomllib in a few corners
        raise SettingsError([Faute(SOURCES, "fichier", "", f"ne peut pas être modifié d’ici : {erreur}")]) from erreur
    par_slug = {table.get("slug"): table for table in document.get("source", []) if isinstance(table, dict)}
    fautes = [
        phrases.unknown(SOURCES, "[[source]], clé slug", slug, "source inconnue", [str(s) for s in par_slug], SOURCES)
        for slug in changes
        if slug not in par_slug
    ]
    if fautes:
        raise SettingsError(fautes)
    for slug, cles in changes.items():
        _set_keys(par_slug[slug], cles)
    return tomlkit.dumps(document)


def _set_keys(table: Any, cles: Mapping[str, Valeur]) -> None:
    nouvelles = {cle: valeur for cle, valeur in cles.items() if cle not in table}
    for cle, valeur in cles.items():
        if cle in table and table[cle] != valeur:
            table[cle] = _item(cle, valeur)
    # Insertions last: they bypass the table's index, which replacements need.
    for cle, valeur in nouvelles.items():
        if isinstance(table, Table):
            _insert(table, cle, _item(cle, valeur))
        else:
            table[cle] = valeur


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


def _item(cle: str, valeur: Valeur) -> Item:
    """A value as tomlkit writes it; a list that would make too long a line takes one line per element."""
    element = tomlkit.item(list(valeur) if isinstance(valeur, (list, tuple)) else valeur)
    if isinstance(element, tomlkit.items.Array) and len(cle) + len(element.as_string()) > _LARGEUR:
        element.multiline(True)
    return element


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
            table[cle] = _item(cle, valeur)
    liste = tomlkit.aot()
    liste.append(table)
    bloc = tomlkit.dumps({"source": liste})
    fin = "\r\n" if "\r\n" in texte else "\n"
    return texte.rstrip() + fin * 2 + bloc.strip().replace("\n", fin) + fin if texte.strip() else bloc


def _refuse_invalid(chemin: Path, octets: bytes) -> None:
    """Raise when the new file is wrong by itself or with the others of its folder. Their own faults are not its affair."""
    contenu = lecture.parse_toml(octets, SOURCES)
    if isinstance(contenu, Faute):
        raise SettingsError([contenu])
    autres, _ = lecture.read_folder(chemin.parent)
    resultat = validation.build(validation.FichierSources, contenu, SOURCES)
    fautes = resultat if isinstance(resultat, list) else []
    fautes += [f for f in controles.check({**autres, SOURCES: contenu}) if f.fichier == SOURCES]
    if fautes:
        raise SettingsError(fautes)


def _replace(chemin: Path, octets: bytes) -> None:
    """Write beside, flush to the disk, then take the file's place in one step: no reader ever sees half a file."""
    try:
        numero, nom = tempfile.mkstemp(dir=chemin.parent, prefix=f".{chemin.name}.")
        temporaire = Path(nom)
        try:
            with os.fdopen(numero, "wb") as fichier:
                fichier.write(octets)
                fichier.flush()
                os.fsync(fichier.fileno())
            shutil.copymode(chemin, temporaire)
            temporaire.replace(chemin)
        finally:
            temporaire.unlink(missing_ok=True)
    except OSError as erreur:
        raise RefusError(f"Impossible d’écrire {chemin} : {os_reason(erreur)}.") from erreur
