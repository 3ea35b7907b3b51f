"""The TOML files of the sample week into its dataclasses, from a source tree or from an installed wheel.

Two kinds of items are composed here rather than written whole: municipal notices (a skeleton of `_avis.toml` and what
changes) and syndicated copies (their own title over the first sentences of the dispatch). Unknown keys raise TypeError.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from veille.exemple.contenu import set_french
from veille.exemple.modele import Correction, Decision, ItemFictif, Semaine, SourceFictive, Verite

_FIN_DE_PHRASE = re.compile(r"(?<=[.!?»])\s+(?=[A-ZÀÂÉÈÊÎÔÙÛÇ«])")
_LISTES = ("themes", "territoires", "audiences")


@cache
def load() -> Semaine:
    """The sample week, in the order of its files; read once."""
    dossier = files("veille.exemple") / "semaine"
    gabarits = _read(dossier / "_avis.toml")
    brutes = [
        _read(fichier)
        for fichier in sorted(dossier.iterdir(), key=lambda f: f.name)
        if fichier.name.endswith(".toml") and not fichier.name.startswith("_")
    ]
    depeches = {brut["id"]: brut for fichier in brutes for brut in fichier["item"]}
    decisions = _read(files("veille.exemple") / "decisions.toml")
    return Semaine(
        sources=tuple(_source(fichier, depeches, gabarits) for fichier in brutes),
        decisions=tuple(_decision(brut) for brut in decisions["decision"]),
        par=decisions["par"],
    )


def organisation_toml() -> str:
    """The demonstration's own organisation.toml, as text."""
    return (files("veille.exemple") / "dossier" / "organisation.toml").read_text(encoding="utf-8")


def _read(fichier: Traversable) -> dict[str, Any]:
    return tomllib.loads(fichier.read_text(encoding="utf-8"))


def _source(fichier: dict[str, Any], depeches: dict[str, Any], gabarits: dict[str, Any]) -> SourceFictive:
    entete = {**fichier["source"], "nom": set_french(fichier["source"]["nom"])}
    source = SourceFictive(**entete)
    items = [_item(brut, source, depeches) for brut in fichier["item"]]
    items += [_avis(brut, source, gabarits) for brut in fichier.get("avis", ())]
    return replace(source, items=tuple(items))


def _item(brut: dict[str, Any], source: SourceFictive, depeches: dict[str, Any]) -> ItemFictif:
    champs = dict(brut)
    champs["verite"] = _verite(champs["verite"], source)
    if "correction" in champs:
        champs["correction"] = Correction(**champs["correction"])
    if "reprise" in champs:
        reprise = dict(champs.pop("reprise"))
        champs["resume"] = _copy(depeches[reprise.pop("de")], **reprise)
        champs["nature"] = "reprise"
    return ItemFictif(**champs)


def _copy(depeche: dict[str, Any], *, phrases: int, avant: str = "", apres: str = "") -> str:
    """What a newsroom keeps of a dispatch: its first sentences, between its own words."""
    entier = f"{depeche['resume']} {depeche['texte']}"
    gardees = " ".join(_FIN_DE_PHRASE.split(entier)[:phrases])
    return f"{avant}{gardees} {apres}".rstrip()


def _avis(brut: dict[str, Any], source: SourceFictive, gabarits: dict[str, Any]) -> ItemFictif:
    """One municipal notice; no theme is expected of it, which is what makes it useful."""
    gabarit = gabarits[brut["modele"]]
    mots = {"{lieu}": source.lieu, "{objet}": brut.get("objet", "")}
    if "quand" in brut:
        mots["{quand}"] = "{{" + brut["quand"] + "}}"
    if "limite" in brut:
        mots["{limite}"] = "{{jour+" + str(brut["limite"]) + "}}"
    verite = {"type": gabarit["type"], "evenement": brut.get("quand", ""), "date_limite": brut.get("limite")}
    return ItemFictif(
        id=brut["id"],
        jour=brut["jour"],
        titre=_fill(gabarit["titre"], mots),
        resume=_fill(gabarit["resume"], mots),
        verite=_verite(verite, source),
        nature="avis",
    )


def _fill(texte: str, mots: dict[str, str]) -> str:
    for cle, valeur in mots.items():
        texte = texte.replace(cle, valeur)
    return texte


def _decision(brut: dict[str, Any]) -> Decision:
    """One decision, its texts in careful typography: they go straight into digests."""
    textes: dict[str, Any] = {cle: set_french(brut[cle]) for cle in ("titre", "resume", "pourquoi") if cle in brut}
    return Decision(**_tuples({**brut, **textes}))


def _verite(brut: dict[str, Any], source: SourceFictive) -> Verite:
    """Truth of one item; the source's place and type hold where the item says nothing else."""
    return Verite(**_tuples({"territoires": [source.territoire], "type": source.type, **brut}))


def _tuples(brut: dict[str, Any]) -> dict[str, Any]:
    return {cle: tuple(valeur) if cle in _LISTES else valeur for cle, valeur in brut.items()}
