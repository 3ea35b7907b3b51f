"""The rules of `[thematiques.veille]`: audiences that exist, days in order, texts of one line. Pure, on plain dicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from veille.errors import Faute
from veille.settings import phrases
from veille.settings.regles import AUDIENCE, THEMES

_LIGNES = ("rythme_collecte", "rythme_diffusion", "revise_par", "signe_par", "conservation")


def check_sheets(brut: Mapping[str, dict[str, Any]]) -> Iterator[Faute]:
    """Every fault of the sheets of the plan de veille; audiences are judged only where the folder has some."""
    publics = {str(donnees.get("slug")): None for nom, donnees in brut.items() if nom.rpartition("/")[2] == AUDIENCE}
    for ou, fiche in _sheets(brut):
        if publics:
            yield from _audiences(ou, fiche, publics)
        yield from _days(ou, fiche)
        for cle in _LIGNES:
            texte = fiche.get(cle)
            if isinstance(texte, str) and any(ord(c) < 32 or ord(c) == 127 for c in texte):
                attendu = "doit tenir sur une ligne, sans tabulation ni saut de ligne"
                yield Faute(THEMES, phrases.name_key(ou, f"veille.{cle}"), phrases.show(texte), attendu)


def _sheets(brut: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    themes = brut.get(THEMES, {}).get("thematiques")
    for rang, theme in enumerate(themes if isinstance(themes, list) else ()):
        if isinstance(theme, dict) and isinstance(theme.get("veille"), dict):
            yield phrases.name_table("thematiques", rang, theme), theme["veille"]


def _audiences(ou: str, fiche: dict[str, Any], publics: dict[str, None]) -> Iterator[Faute]:
    ecrits = fiche.get("publics")
    for slug in ecrits if isinstance(ecrits, list) else ():
        if isinstance(slug, str) and slug not in publics:
            cle = phrases.name_key(ou, "veille.publics")
            yield phrases.unknown(THEMES, cle, slug, "public qui n’existe pas dans digests/", publics, "digests/")


def _days(ou: str, fiche: dict[str, Any]) -> Iterator[Faute]:
    revue, suivante = fiche.get("revue_le"), fiche.get("a_revoir_le")
    if type(revue) is date and type(suivante) is date and suivante <= revue:
        cle = phrases.name_key(ou, "veille.a_revoir_le")
        attendu = "la prochaine révision vient après la dernière (revue_le)"
        yield Faute(THEMES, cle, phrases.show(suivante), attendu)
