"""thematiques.toml edited: one theme made to say what a person wants, everything around it left as it was.

Pure, text to text: who proposed a change, whether it is accepted, and the writing of the file are others' affair. What
tomlkit writes is read again before it is returned, so that an unusual layout is refused rather than spoilt.
"""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from typing import Any

import tomlkit

from veille.errors import Faute, SettingsError
from veille.model import Expressions, Taxonomie, Thematique
from veille.settings import controles, lecture, phrases, retouche, tables, validation
from veille.settings.regles import THEMES

HORS_SUJET = "hors_sujet"  # An optional table of the file, beside the themes; no slug may hold « _ ».
MODIFIABLES = ("definition", "inclut", "exclut", "exemples", "etat", "validee_le", "expressions")
_FORCES = tuple(champ.name for champ in fields(Expressions))


def read_taxonomie(texte: str) -> Taxonomie:
    """What a wording of thematiques.toml says; SettingsError with every fault when it is not a valid one.

    What it says of other files (the plan's identifiers) is not judged here.
    """
    contenu = lecture.parse_toml(texte.encode("utf-8", "surrogatepass"), THEMES)
    if isinstance(contenu, Faute):
        raise SettingsError([contenu])
    resultat = validation.build(Taxonomie, contenu, THEMES)
    fautes = (resultat if isinstance(resultat, list) else []) + controles.check({THEMES: contenu})
    if fautes or isinstance(resultat, list):
        raise SettingsError(fautes)
    return resultat


def with_theme(texte: str, voulue: Thematique) -> str:
    """The same text whose theme of that slug says this. Only `MODIFIABLES` are looked at; nothing else moves."""
    avant = next((t for t in read_taxonomie(texte).thematiques if t.slug == voulue.slug), None)
    if avant is None:
        connus = [t.slug for t in read_taxonomie(texte).thematiques]
        raise SettingsError(
            [phrases.unknown(THEMES, "[[thematiques]], clé slug", voulue.slug, "thème inconnu", connus, THEMES)]
        )
    cles = {cle: getattr(voulue, cle) for cle in MODIFIABLES if getattr(voulue, cle) != getattr(avant, cle)}
    expressions = cles.pop("expressions", None)

    def change(document: tomlkit.TOMLDocument, fin: str) -> None:
        table = retouche.by_slug(document, "thematiques")[voulue.slug]
        if expressions is not None:  # First: what is inserted in a table hides what stands further in it.
            _set_expressions(retouche.subtable(table, "expressions"), avant.expressions, expressions, fin)
        retouche.merge_keys(table, cles, fin)

    def attendu(donnees: dict[str, Any]) -> dict[str, Any]:
        table = next(t for t in donnees["thematiques"] if t["slug"] == voulue.slug)
        return _updated(table, cles, expressions, "expressions")

    return tables.edited(texte, THEMES, change, attendu)


def with_off_topic(texte: str, voulues: Expressions) -> str:
    """The same text whose `[hors_sujet]` table holds these expressions."""
    ici = tomllib.loads(texte).get(HORS_SUJET, {})
    avant = replace(Expressions(), **{force: tuple(ici.get(force, ())) for force in _FORCES})

    def change(document: tomlkit.TOMLDocument, fin: str) -> None:
        if voulues != avant:
            _set_expressions(retouche.subtable(document, HORS_SUJET), avant, voulues, fin)

    return tables.edited(
        texte, THEMES, change, lambda donnees: _updated(donnees, {}, voulues if voulues != avant else None, HORS_SUJET)
    )


def carry_over(voulue: Thematique, base: Thematique, presente: Thematique) -> Thematique:
    """What someone changed from `base`, applied to what the theme says at present: additions and withdrawals both stay."""
    cles = {
        cle: _carried(getattr(voulue, cle), getattr(base, cle), getattr(presente, cle))
        for cle in MODIFIABLES
        if cle != "expressions"
    }
    mots = {f: _carried(*(getattr(t.expressions, f) for t in (voulue, base, presente))) for f in _FORCES}
    return replace(presente, **cles, expressions=Expressions(**mots))


def _carried(voulue: Any, base: Any, presente: Any) -> Any:
    if not isinstance(voulue, tuple):
        return presente if voulue == base else voulue
    retires = set(base) - set(voulue)
    return tuple(dict.fromkeys([*(v for v in presente if v not in retires), *(v for v in voulue if v not in base)]))


def _set_expressions(table: Any, avant: Expressions, voulues: Expressions, fin: str) -> None:
    changees = {f: getattr(voulues, f) for f in _FORCES if getattr(voulues, f) != getattr(avant, f)}
    retouche.merge_keys(table, changees, fin)


def _updated(table: dict[str, Any], cles: dict[str, Any], expressions: Expressions | None, ou: str) -> dict[str, Any]:
    """What a table should hold once changed, by the same rule as `merge_keys`: None takes a key away."""
    voulues = dict(cles)
    lots: list[tuple[dict[str, Any], dict[str, Any]]] = [(table, voulues)]
    if expressions is not None:
        lots.append((table.setdefault(ou, {}), {f: getattr(expressions, f) for f in _FORCES}))
    for cible, valeurs in lots:
        for cle, valeur in valeurs.items():
            if valeur is None:
                cible.pop(cle, None)
            elif valeur != () or cle in cible:
                cible[cle] = list(valeur) if isinstance(valeur, tuple) else valeur
    return table
