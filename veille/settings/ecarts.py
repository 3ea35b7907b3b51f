"""What one wording of thematiques.toml changes from another, in French sentences that people who never saw TOML can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from veille.francais import NBSP, format_day, format_number, plural, shorten
from veille.model import Expressions, PlanDeVeille, Seuils, Taxonomie, Thematique

# As shown to people: the name of each strength, alone and as « ajoute … aux … ».
FORCES = {
    "fort": "expressions fortes",
    "moyen": "expressions moyennes",
    "indice": "indices",
    "sigles": "sigles",
    "sigles_faibles": "sigles faibles",
    "negatives": "expressions contraires",
}
ETATS = {"ebauche": "ébauche", "validee": "validée"}
_LISTES = {
    "inclut": "ce qui est inclus",
    "exclut": "ce qui est exclu",
    "exemples": "titres d’exemple",
    "plan": "parties du plan",
}
_FICHE = {
    "question": "la question",
    "besoins": "les besoins",
    "publics": "les publics",
    "rythme_collecte": "le rythme de collecte",
    "rythme_diffusion": "le rythme de diffusion",
    "revise_par": "qui révise",
    "signe_par": "qui signe",
    "produits": "les produits",
    "conservation": "la conservation",
    "revue_le": "la dernière révision",
    "a_revoir_le": "la prochaine révision",
}
_SEUILS = {
    "retenu": "seuil « retenu »",
    "a_revoir": "seuil « à revoir »",
    "max_themes": "nombre de thèmes par élément",
    "poids_titre": "poids du titre",
    "poids_resume": "poids du résumé",
    "poids_corps": "poids du texte",
}
_CITES = 12
_CITATION_MAX = 60


def tell_changes(avant: Taxonomie, apres: Taxonomie) -> tuple[str, ...]:
    """One sentence for each thing that changes; none when only comments or the layout do."""
    return tuple(_changes(avant, apres))


def judge_alike(avant: Taxonomie, apres: Taxonomie) -> bool:
    """Whether two wordings tag alike whatever they say of how a theme is watched: nothing to show before accepting."""
    return _without_sheets(avant) == _without_sheets(apres)


def _without_sheets(taxonomie: Taxonomie) -> Taxonomie:
    return replace(taxonomie, thematiques=tuple(replace(t, veille=PlanDeVeille()) for t in taxonomie.thematiques))


def _changes(avant: Taxonomie, apres: Taxonomie) -> Iterator[str]:
    anciens = {t.slug: t for t in avant.thematiques}
    nouveaux = {t.slug: t for t in apres.thematiques}
    for slug, theme in nouveaux.items():
        if slug not in anciens:
            yield f"Thème ajouté{NBSP}: {theme.nom}."
        else:
            yield from _theme(anciens[slug], theme)
    for slug, theme in anciens.items():
        if slug not in nouveaux:
            yield f"Thème retiré{NBSP}: {theme.nom}."
    if [s for s in anciens if s in nouveaux] != [s for s in nouveaux if s in anciens]:
        yield "L’ordre des thèmes change."
    vide = Expressions()
    yield from _expressions(
        "Hors sujet", getattr(avant, "hors_sujet", None) or vide, getattr(apres, "hors_sujet", None) or vide
    )
    yield from _seuils(avant.seuils, apres.seuils)
    yield from _types(avant, apres)
    for cle, nom in (("titres", "titres d’essai sans thème"), ("territoires", "titres d’essai sans territoire")):
        yield from _list("Essais", nom, getattr(avant.essais, cle), getattr(apres.essais, cle))


def _theme(avant: Thematique, apres: Thematique) -> Iterator[str]:
    nom = apres.nom
    if avant.nom != nom:
        yield f"Le thème {_quote(avant.nom)} s’appelle maintenant {_quote(nom)}."
    if avant.definition != apres.definition:
        yield f"{nom}{NBSP}: la définition change."
    if (avant.etat, avant.validee_le) != (apres.etat, apres.validee_le):
        jour = f", le {format_day(apres.validee_le)}" if apres.validee_le else ""
        yield f"{nom}{NBSP}: l’état devient {_quote(ETATS[apres.etat])}{jour}."
    for cle, quoi in _LISTES.items():
        yield from _list(nom, quoi, getattr(avant, cle), getattr(apres, cle))
    yield from _expressions(nom, avant.expressions, apres.expressions)
    if changees := [quoi for cle, quoi in _FICHE.items() if getattr(avant.veille, cle) != getattr(apres.veille, cle)]:
        yield f"{nom}{NBSP}: au plan de veille, changé{NBSP}: {', '.join(changees)}."


def _expressions(nom: str, avant: Expressions, apres: Expressions) -> Iterator[str]:
    for force, quoi in FORCES.items():
        yield from _list(nom, quoi, getattr(avant, force), getattr(apres, force))


def _list(nom: str, quoi: str, avant: Sequence[str], apres: Sequence[str]) -> Iterator[str]:
    """« Habitation : ajouté aux indices : « bail ». »"""
    pluriel = not quoi.startswith("ce qui")
    for verbe, article, valeurs in (
        ("ajouté", "aux" if pluriel else "à", [v for v in apres if v not in avant]),
        ("retiré", "des" if pluriel else "de", [v for v in avant if v not in apres]),
    ):
        if valeurs:
            yield f"{nom}{NBSP}: {verbe} {article} {quoi}{NBSP}: {_enumerate(valeurs)}."


def _seuils(avant: Seuils, apres: Seuils) -> Iterator[str]:
    for cle, nom in _SEUILS.items():
        ancien, nouveau = getattr(avant, cle), getattr(apres, cle)
        if ancien != nouveau:
            yield f"Réglages{NBSP}: {nom}, de {_number(ancien)} à {_number(nouveau)}."


def _types(avant: Taxonomie, apres: Taxonomie) -> Iterator[str]:
    anciens, nouveaux = {t.slug: t for t in avant.types}, {t.slug: t for t in apres.types}
    changes = [t.nom for slug, t in nouveaux.items() if anciens.get(slug) != t]
    retires = [t.nom for slug, t in anciens.items() if slug not in nouveaux]
    if changes:
        yield f"Types de documents changés{NBSP}: {_enumerate(changes)}."
    if retires:
        yield f"Types de documents retirés{NBSP}: {_enumerate(retires)}."


def _enumerate(valeurs: Sequence[str]) -> str:
    cites = ", ".join(_quote(shorten(" ".join(v.split()), _CITATION_MAX)) for v in valeurs[:_CITES])
    reste = len(valeurs) - _CITES
    return f"{cites} et {plural(reste, 'autre')}" if reste > 0 else cites


def _quote(texte: str) -> str:
    return f"«{NBSP}{texte}{NBSP}»"


def _number(nombre: float) -> str:
    return format_number(nombre, 0 if float(nombre).is_integer() else 1)
