"""A register as the pages show it: its fields as a form asks them, its rows in words, what a filter says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veille.francais import NBSP, format_day, format_number
from veille.model import FicheOrganisation, Ligne, Plan, Preuve
from veille.pages.reglages import Champ, Groupe, Option, Saisies
from veille.registres.champs import REGISTRES, Description
from veille.registres.champs import Champ as ChampRegistre
from veille.registres.saisie import Reperes, show_row

_GENRES: Mapping[str, Any] = {
    "jour": "date", "choix": "choix", "indicateur": "choix", "moyens": "cases", "mrc": "cases", "texte": "texte",
    "organisations": "lignes", "preuves": "lignes", "textes": "lignes",
}  # fmt: skip
_CASES = ("moyens", "mrc")
ACTES = {
    "inscrire": "a inscrit", "modifier": "a corrigé", "retirer": "a retiré", "retablir": "a rétabli",
    "fusionner": "a réuni", "importer": "a importé",
}  # fmt: skip


def fields_of(description: Description, reperes: Reperes) -> tuple[Groupe, ...]:
    """The form of a register: what it is, what it serves, the rest."""
    champs = {c.nom: _field(c, reperes) for c in description.champs}
    sert = [champs.pop(nom) for nom in ("moyens", "mrc", "organisations") if nom in champs]
    reste = [champs.pop(nom) for nom in ("note", "preuves", "reference") if nom in champs]
    return (
        Groupe("L’essentiel", tuple(champs.values())),
        Groupe("Ce que cela sert, et où", tuple(sert)),
        Groupe("Note et preuves", tuple(reste)),
    )


def to_form(textes: Mapping[str, str]) -> Saisies:
    """A row's texts as the form holds them: boxes hold several values."""
    return {nom: tuple(v for v in texte.split(" | ") if v) if nom in _CASES else texte for nom, texte in textes.items()}


def from_form(saisies: Saisies) -> dict[str, str]:
    """The texts of a row, from what the form holds."""
    return {nom: " | ".join(v) if isinstance(v, tuple) else v for nom, v in saisies.items()}


def said(description: Description, ligne: Ligne, reperes: Reperes) -> list[tuple[str, list[tuple[str, str]]]]:
    """A row, field by field: its label, and its values with where each leads."""
    dits = []
    for champ in description.champs:
        valeur = getattr(ligne, champ.nom)
        if valeur not in (None, "", ()):
            dits.append((champ.titre, _values(champ, valeur, reperes)))
    return dits


def title_of(description: Description, ligne: Ligne) -> str:
    """What names a row in a list."""
    titre = getattr(ligne, "titre", "") or getattr(ligne, "indicateur", "") or getattr(ligne, "narratif", "")[:80]
    return titre or description.une


def when(description: Description, ligne: Ligne) -> str:
    """« 3 juin 2025 », « du 10 avril 2025 au 28 novembre 2025 », « depuis le 10 avril 2025 »."""
    debut, fin = getattr(ligne, description.debut), getattr(ligne, description.fin)
    if debut == fin:
        return format_day(debut)
    return f"depuis le {format_day(debut)}" if fin is None else f"du {format_day(debut)} au {format_day(fin)}"


def differences(
    avant: Mapping[str, Any] | None, apres: Mapping[str, Any] | None, description: Description
) -> list[str]:
    """What an act changed, field by field, in words."""
    return differences_of(avant, apres, {c.nom: c.titre for c in description.champs})


def differences_of(
    avant: Mapping[str, Any] | None, apres: Mapping[str, Any] | None, titres: Mapping[str, str]
) -> list[str]:
    """The same, of anything whose fields have these titles."""
    if avant is None or apres is None:
        return []
    return [
        f"{titres.get(nom, nom)}{NBSP}: {_plain(avant.get(nom))} → {_plain(apres.get(nom))}"
        for nom in apres
        if avant.get(nom) != apres.get(nom) and nom in titres
    ]


def known(registre: str) -> Description | None:
    """A register by the name in its address."""
    return REGISTRES.get(registre)


def organisation_names(fiches: Mapping[str, FicheOrganisation]) -> dict[str, str]:
    """Code → name, merges followed."""
    return {code: fiche.nom for code, fiche in fiches.items()}


def _field(champ: ChampRegistre, reperes: Reperes) -> Champ:
    return Champ(
        champ.nom,
        champ.titre,
        _GENRES.get(champ.genre, "ligne"),
        champ.aide,
        _options(champ, reperes),
        8000 if champ.genre in ("texte", "textes", "preuves", "organisations") else champ.maximum,
        champ.requis,
    )


def _options(champ: ChampRegistre, reperes: Reperes) -> tuple[Option, ...]:
    match champ.genre:
        case "choix":
            return (Option("", "Choisissez…"), *(Option(code, nom) for code, nom in champ.choix.items()))
        case "indicateur":
            return (
                Option("", "Aucun : un narratif sur un moyen"),
                *(Option(i.id, f"{i.id} – {i.texte}") for i in reperes.plan.indicateurs),
            )
        case "moyens":
            return _moyens(reperes.plan)
        case "mrc":
            return tuple(Option(slug, nom) for slug, nom in reperes.mrc.items())
        case _:
            return ()


def _moyens(plan: Plan) -> tuple[Option, ...]:
    rayons = {o.id: f"Objectif {o.id} – {o.texte}" for o in plan.objectifs}
    options = []
    for moyen in plan.moyens:
        rayon = rayons[moyen.objectif]
        options.append(Option(moyen.id, f"{moyen.id} {moyen.texte}", rayon))
        options += [Option(s.id, f"{s.id} {s.texte}", rayon) for s in plan.sous_moyens if s.moyen == moyen.id]
    return tuple(options)


def _values(champ: ChampRegistre, valeur: Any, reperes: Reperes) -> list[tuple[str, str]]:
    match champ.genre:
        case "jour":
            return [(format_day(valeur), "")]
        case "entier" | "decimal":
            return [(format_number(valeur, 0 if float(valeur).is_integer() else 1), "")]
        case "textes":
            return [(f"«{NBSP}{v}{NBSP}»", "") for v in valeur]
        case "ligne" | "texte":
            return [(valeur, "")]
        case _:
            return _named_values(champ, valeur, reperes)


def _named_values(champ: ChampRegistre, valeur: Any, reperes: Reperes) -> list[tuple[str, str]]:
    """What names something else, and where that is."""
    match champ.genre:
        case "choix":
            return [(champ.choix.get(valeur, valeur), "")]
        case "indicateur":
            return [(f"{valeur} {reperes.indicateurs.get(valeur, '')}", f"/plan/indicateurs/{valeur}")]
        case "moyens":
            return [
                (f"{code} {reperes.moyens.get(code, '')}", f"/plan/moyens/{_moyen_of(code, reperes.plan)}")
                for code in valeur
            ]
        case "mrc":
            return [(reperes.mrc.get(slug, slug), "") for slug in valeur]
        case "organisations":
            noms = organisation_names(reperes.organisations)
            return [(noms.get(code, code), f"/organisations/{code}") for code in valeur]
        case "preuves":
            return [_proof(p) for p in valeur]
        case "elements":
            return [(f"nouvelle {n}", f"/revue/{n}") for n in valeur]
        case _:
            raise ValueError(champ.genre)


def _moyen_of(code: str, plan: Plan) -> str:
    """The moyen that a code is, or that holds the sous-moyen."""
    return next((s.moyen for s in plan.sous_moyens if s.id == code), code)


def _proof(preuve: Preuve) -> tuple[str, str]:
    match preuve.genre:
        case "item":
            return preuve.titre or f"nouvelle {preuve.ref}", f"/revue/{preuve.ref}"
        case "digest":
            return preuve.titre or f"bulletin {preuve.ref}", f"/bulletins/{preuve.ref}"
        case "lien" | "synthese":
            return preuve.titre or preuve.ref, preuve.ref
        case _:
            return f"fichier{NBSP}: {preuve.titre or preuve.ref}", ""


def _plain(valeur: Any) -> str:
    if valeur in (None, "", []):
        return "vide"
    return (
        ", ".join(str(v.get("ref", v)) if isinstance(v, dict) else str(v) for v in valeur)
        if isinstance(valeur, list)
        else str(valeur)
    )


def shown(description: Description, ligne: Ligne) -> Saisies:
    """The form of a row as it stands."""
    return to_form(show_row(description, ligne))
