"""Themes as seeds in JSON: `{slug: {definition, keywords, examples}}`, the form in which trial sets give theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from veille.errors import Faute, SettingsError
from veille.model import Expressions, Taxonomie, Thematique
from veille.settings import lecture


def read(chemin: Path) -> Taxonomie:
    """The themes of the file, each keyword an expression of middling strength; SettingsError tells every fault."""
    nom = str(chemin)
    octets = lecture.read_bytes(chemin, nom)
    if isinstance(octets, Faute):
        raise SettingsError([octets])
    try:
        contenu = json.loads(octets.decode("utf-8-sig"))
    except (ValueError, RecursionError) as erreur:
        raise SettingsError([Faute(nom, "fichier", "", "un objet JSON en UTF-8 est attendu")]) from erreur
    if not isinstance(contenu, dict) or not contenu:
        raise SettingsError(
            [Faute(nom, "fichier", "", "un objet {thème: {definition, keywords, examples}} est attendu")]
        )
    fautes = [faute for slug, graine in contenu.items() for faute in _faults(nom, slug, graine)]
    if fautes:
        raise SettingsError(fautes)
    return Taxonomie(tuple(_theme(slug, graine) for slug, graine in contenu.items()), ())


def _faults(nom: str, slug: str, graine: Any) -> list[Faute]:
    if not isinstance(graine, dict) or not isinstance(graine.get("definition", ""), str):
        return [Faute(nom, slug, "", "un objet avec « definition » (texte) est attendu")]
    return [
        Faute(nom, f"{slug}, clé {cle}", str(graine[cle])[:40], "une liste de textes est attendue")
        for cle in ("keywords", "examples")
        if not isinstance(graine.get(cle, []), list) or not all(isinstance(m, str) for m in graine.get(cle, []))
    ]


def _theme(slug: str, graine: dict[str, Any]) -> Thematique:
    return Thematique(
        slug,
        graine.get("nom") or slug,
        graine.get("definition", ""),
        exemples=tuple(graine.get("examples", [])),
        expressions=Expressions(moyen=tuple(m for m in graine.get("keywords", []) if m.strip())),
    )
