"""One table of a list (`[[thematiques]]`, `[[moyens]]`…) changed in a TOML text, everything around it left as it was.

Pure, text to text. What tomlkit writes is read again before it is returned, so that an unusual layout is refused rather
than spoilt.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import tomlkit

from veille.errors import Faute, SettingsError
from veille.settings import phrases, retouche
from veille.settings.retouche import Valeur


def with_keys(
    texte: str, nom: str, liste: str, ou: tuple[str, str], cles: Mapping[str, Valeur | None], sous_table: str = ""
) -> str:
    """The same text where the table of `liste` that `ou` names (« slug », « habitation ») says these keys.

    `sous_table`: the keys are in that table of it. None takes a key away.
    """
    identifiant, valeur = ou

    def change(document: tomlkit.TOMLDocument, fin: str) -> None:
        table = _named(document.get(liste, []), identifiant, valeur)
        if table is None:
            connus = [str(t[identifiant]) for t in document.get(liste, []) if identifiant in t]
            cle = f"[[{liste}]], clé {identifiant}"
            raise SettingsError([phrases.unknown(nom, cle, valeur, "n’est pas dans ce fichier", connus, nom)])
        retouche.merge_keys(retouche.subtable(table, sous_table) if sous_table else table, cles, fin)

    def attendu(donnees: dict[str, Any]) -> None:
        table = _named(donnees[liste], identifiant, valeur) or {}
        cible = table.setdefault(sous_table, {}) if sous_table else table
        for cle, voulue in cles.items():
            if voulue is None or (voulue == () and cle not in cible):
                cible.pop(cle, None)
            else:
                cible[cle] = list(voulue) if isinstance(voulue, tuple) else voulue

    return edited(texte, nom, change, attendu)


def edited(
    texte: str,
    nom: str,
    change: Callable[[tomlkit.TOMLDocument, str], None],
    attendu: Callable[[dict[str, Any]], object],
) -> str:
    """The text after a change; refused when it does not say exactly what was asked, and no more."""
    fin = "\r\n" if "\r\n" in texte else "\n"
    document = retouche.parse(texte, nom)
    change(document, fin)
    apres = tomlkit.dumps(document)
    if texte.count(fin) == texte.count("\n"):
        apres = apres.replace("\r\n", "\n").replace(
            "\n", fin
        )  # tomlkit ends the first line of a new table its own way.
    voulu = tomllib.loads(texte)
    attendu(voulu)
    try:
        fidele = retouche.unordered(tomllib.loads(apres)) == retouche.unordered(voulu)
    except tomllib.TOMLDecodeError:
        fidele = False
    if not fidele:
        comment = "écrit d’une façon que l’on ne peut pas changer d’ici : modifiez le fichier lui-même"
        raise SettingsError([Faute(nom, "fichier", "", comment)])
    return apres


def _named(tables: Any, identifiant: str, valeur: str) -> Any:
    return next((t for t in tables if isinstance(t, dict) and t.get(identifiant) == valeur), None)
