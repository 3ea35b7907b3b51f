"""docs/fichiers.md describes every key of every staff file: names, defaults and allowed values are those of the model."""

from __future__ import annotations

import dataclasses
import re
import typing
from pathlib import Path
from types import UnionType
from typing import Any

import pytest

from veille import model

RACINE = Path(__file__).resolve().parents[1]

SECTIONS: dict[str, type] = {
    "organisation.toml : clés du fichier": model.Organisation,
    "[expediteur]": model.Expediteur,
    "[renseignements_personnels]": model.Responsable,
    "[reseau]": model.Reseau,
    "[connexion]": model.ConnexionEquipe,
    "[envoi]": model.Envoi,
    "[boite]": model.Boite,
    "[hebergement]": model.Hebergement,
    "[plan]": model.PlanPublic,
    "[[source]]": model.Source,
    "[source.selecteurs]": model.Selecteurs,
    "[[thematiques]]": model.Thematique,
    "[thematiques.veille]": model.PlanDeVeille,
    "[thematiques.expressions]": model.Expressions,
    "[hors_sujet]": model.Expressions,
    "[[types]]": model.TypeDocument,
    "[seuils]": model.Seuils,
    "[essais]": model.Essais,
    "territoires.toml : clés du fichier": model.Gazetier,
    "[[territoires]]": model.Territoire,
    "plan.toml : clés du fichier": model.Plan,
    "[[orientations]]": model.Orientation,
    "[[objectifs]]": model.Objectif,
    "[[moyens]]": model.Moyen,
    "[[sous_moyens]]": model.SousMoyen,
    "[[indicateurs]]": model.Indicateur,
    "{ echeance }": model.Echeance,
    "{ cible }": model.Cible,
    "{ base }": model.Base,
    "[[anomalies]]": model.Anomalie,
    "audience.toml : clés du fichier": model.Audience,
}


def documented() -> dict[str, dict[str, tuple[str, str]]]:
    """Section → key → (default, allowed values), as docs/fichiers.md tells them."""
    texte = (RACINE / "docs" / "fichiers.md").read_text(encoding="utf-8").replace("\u00a0", " ")
    sections = {}
    for titre, corps in re.findall(r"^### (.+)\n((?:(?!^##).*\n)*)", texte, re.MULTILINE):
        lignes = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| .+ \|$", corps, re.MULTILINE)
        sections[titre] = {cle: (sinon, valeurs) for cle, sinon, valeurs in lignes}
    return sections


def literals(hint: Any) -> set[str]:
    """Every allowed text of a type, through tuples and unions."""
    if typing.get_origin(hint) is typing.Literal:
        return {v for v in typing.get_args(hint) if v}
    return {v for arg in typing.get_args(hint) for v in literals(arg)}


def holds_table(hint: Any) -> bool:
    if dataclasses.is_dataclass(hint):
        return True
    return typing.get_origin(hint) in (tuple, typing.Union, UnionType) and any(map(holds_table, typing.get_args(hint)))


def test_every_section_of_every_file_is_described() -> None:
    assert list(documented()) == list(SECTIONS)


@pytest.mark.parametrize("titre", SECTIONS)
def test_every_key_is_described_with_its_default_and_allowed_values(titre: str) -> None:
    classe, decrites = SECTIONS[titre], documented()[titre]
    hints = typing.get_type_hints(classe)
    champs = dataclasses.fields(classe)
    if titre.endswith("clés du fichier"):  # tables have sections of their own
        champs = tuple(c for c in champs if not holds_table(hints[c.name]))
    assert set(decrites) == {c.name for c in champs}
    for champ in champs:
        sinon, valeurs = decrites[champ.name]
        assert (sinon == "obligatoire") == (champ.default is dataclasses.MISSING), champ.name
        assert literals(hints[champ.name]) <= set(re.findall(r"`([^`]+)`", valeurs)), champ.name
        if isinstance(champ.default, bool):
            assert sinon == f"`{str(champ.default).lower()}`", champ.name
        elif isinstance(champ.default, (int, float)):
            assert sinon == f"`{champ.default:g}`".replace(".", ","), champ.name
        elif champ.default == ("*",):
            assert sinon == "`*`", champ.name
        elif isinstance(champ.default, tuple) and champ.default and set(champ.default) == literals(hints[champ.name]):
            assert sinon == "tout", champ.name
        elif isinstance(champ.default, str) and champ.default:
            assert sinon == f"`{champ.default}`", champ.name
        elif champ.default is not dataclasses.MISSING:
            assert sinon == "vide", champ.name
