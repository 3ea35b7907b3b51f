"""The sheets of the plan de veille (`[thematiques.veille]`) edited from a page: they tag nothing, so they wait for nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from veille.errors import Faute, FichierChangeError
from veille.model import PlanDeVeille, Taxonomie
from veille.settings import cles, ecriture, tables
from veille.settings.cles import Fichier
from veille.settings.regles import THEMES
from veille.settings.retouche import Valeur

TABLE = "veille"


def with_sheet(texte: str, slug: str, changements: Mapping[str, Valeur | None]) -> str:
    """A wording of thematiques.toml whose theme has this sheet; nothing else moves."""
    return tables.with_keys(texte, THEMES, "thematiques", ("slug", slug), changements, TABLE)


def changes(avant: Taxonomie, apres: Taxonomie) -> dict[str, dict[str, Valeur | None]]:
    """Theme → the keys of its sheet that one wording says otherwise than another, as it says them; themes of both only."""
    anciens = {t.slug: t.veille for t in avant.thematiques}
    trouves: dict[str, dict[str, Valeur | None]] = {}
    for theme in apres.thematiques:
        ancienne = anciens.get(theme.slug, theme.veille)
        noms = [champ.name for champ in fields(PlanDeVeille)]
        changees = {n: _written(theme.veille, n) for n in noms if getattr(theme.veille, n) != getattr(ancienne, n)}
        if changees:
            trouves[theme.slug] = changees
    return trouves


def with_sheets(texte: str, changements: Mapping[str, Mapping[str, Valeur | None]]) -> str:
    """A wording whose themes have these sheets; SettingsError when it does not have one of them."""
    for slug, cles_changees in changements.items():
        texte = with_sheet(texte, slug, cles_changees)
    return texte


def _written(fiche: PlanDeVeille, nom: str) -> Valeur | None:
    """A key as the file writes it: an empty text is no key."""
    valeur: Valeur | None = getattr(fiche, nom)
    return None if valeur == "" else valeur


def change(
    dossier: Path, slug: str, empreinte: str, changements: Mapping[str, Valeur | None]
) -> tuple[Fichier, Fichier]:
    """Write a sheet in the file the person saw; returns it before and after. All or nothing."""
    avant = cles.read(dossier, THEMES)

    def write(texte: str) -> str:
        if Fichier(THEMES, texte, {}).empreinte != empreinte:
            quoi = "a changé depuis que vous avez ouvert cette page ; relisez la fiche, puis recommencez"
            raise FichierChangeError([Faute(THEMES, "fichier", "", quoi)])
        return with_sheet(texte, slug, changements)

    ecriture.edit(dossier, THEMES, Taxonomie, write)
    return avant, cles.read(dossier, THEMES)
